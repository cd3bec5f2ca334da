"""Ký, đóng niêm: one signing step on the newest revision with a key that we hold, and the seal at the end.

Each step gives a new file that begins with the old one byte for byte. Before signing the certificate is checked
(pyHanko signs happily with a revoked or expired one), and afterwards the whole new file is judged again before
anybody keeps it.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import cms, x509
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from pyhanko.pdf_utils.form_tools import annot_width_height
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import InvisSigSettings, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from giaouoc.lib.clock import local
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.sentence import say as _

from .certificates import Evidence, judge
from .der import (
    DATA,
    TIME_STAMP_ATTRIBUTE,
    FrozenStamper,
    FrozenToken,
    as_read,
    attribute,
    node,
    oid,
    signed_data,
    signing_attributes,
)
from .fields import SEAL_FIELD, QuietWriter, entry
from .keys import HeldKey, fingerprint, is_trial, raw_signature, signer_label, subject_value
from .look import Look, draw, stamp_style
from .reading import FieldInfo, SignedFile, Unreadable
from .step import SignerRule, Step, check_step
from .time_stamps import TimeStamp
from .trial import RevocationData
from .trust import TrustFolder
from .verdict import Expected, Verdict, leader_of
from .verify import verify

CLOCK_TOLERANCE = timedelta(minutes=10)
TRIAL_LINE = "Chứng thư thử nghiệm, không có giá trị pháp lý"


class HeldKeySigner(Signer):  # type: ignore[misc, unused-ignore]
    """pyHanko's signer over a key object that stays loaded. RSA signs with PSS (TT 15/2025/TT-BKHCN), P-256 with
    ECDSA."""

    def __init__(self, key: HeldKey, *, prefer_pss: bool = True) -> None:
        certificate = key.fresh_certificate()
        store = SimpleCertificateStore()
        store.register_multiple([certificate, *(x509.Certificate.load(c.dump()) for c in key.chain)])
        super().__init__(prefer_pss=prefer_pss, embed_roots=False, signing_cert=certificate, cert_registry=store)
        self._private_key = key.private_key
        self._certificates = [certificate, *(x509.Certificate.load(c.dump()) for c in key.chain)]

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The raw signature over ``data``."""
        return raw_signature(self._private_key, data, pss=self.prefer_pss)

    async def async_sign(
        self,
        data_digest: bytes,
        digest_algorithm: str,
        dry_run: bool = False,
        use_pades: bool = False,
        timestamper: TimeStamper | None = None,
        signed_attr_settings: PdfCMSSignedAttributes | None = None,
        is_pdf_sig: bool = True,
        encap_content_info: Any = None,
    ) -> cms.ContentInfo:
        """A detached PAdES signature over a SHA-256 digest, with a time stamp over its value. Assembled as bytes: see ``der``.

        The signing time is not among the attributes: PAdES keeps it in the PDF's own entry."""
        assert digest_algorithm == "sha256"
        algorithm: bytes = self.get_signature_mechanism_for_digest("sha256").dump()
        attributes = signing_attributes(DATA, data_digest, self._certificates[0], algorithm)
        signature = await self.async_sign_raw(attributes, "sha256")
        unsigned = []
        if timestamper is not None:
            token = (
                await timestamper.async_dummy_response("sha256")
                if dry_run
                else await timestamper.async_timestamp(hashlib.sha256(signature).digest(), "sha256")
            )
            unsigned.append(attribute(TIME_STAMP_ATTRIBUTE, as_read(token)))
        encoded = signed_data(
            version=1,
            content=node(0x30, oid(DATA)),
            certificates=self._certificates,
            signed_attributes=attributes,
            algorithm=algorithm,
            signature=signature,
            unsigned_attributes=unsigned,
        )
        return FrozenToken.of(encoded)


def check_certificate(
    certificate: x509.Certificate,
    trust: TrustFolder,
    now: datetime,
    revocation: RevocationData | None = None,
    chain: Sequence[x509.Certificate] = (),
) -> None:
    """Refuse a certificate that may not sign now: chain, validity, usage, strength, revocation. Raises Invalid with
    why.

    ``revocation``: today's lists and answers; with them, a certificate that they do not speak of is refused too.
    """
    judgement = judge(
        certificate, trust, now, _evidence(revocation, chain), need_revocation_data=revocation is not None
    )
    if judgement.state != "trusted":
        raise Invalid(judgement.reason, _("Chưa ký gì vào tệp."))


def sign(
    head: bytes,
    *,
    field: str,
    key: HeldKey,
    stamper: TimeStamper | None,
    now: datetime,
    trust: TrustFolder,
    revocation: RevocationData | None = None,
    rule: SignerRule | None = None,
    look: Look | None = None,
    picture: bytes = b"",
) -> Step:
    """Sign the newest revision in a prepared field, time-stamped (B-T). ``now``: aware; it is the signer's claimed
    time.

    ``stamper``: None leaves the time stamp out (B-B); such a step is no signature of a round, only its raw state.
    ``look``: what the frame says, by default post and unit of the certificate, beside the PNG ``picture``. Raises Invalid (certificate, field,
    file, time stamp) and WrongState (the field is signed already); then nothing was changed.
    """
    slot = empty_field(head, field)
    check_signer(slot, key.certificate, rule)
    check_certificate(key.certificate, trust, now, revocation, key.chain)
    look = look or default_look(slot, key.certificate, picture)
    data = embed(head, field=field, key=key, stamper=stamper, now=now, look=look)
    return check_own_step(head, data, field=field, sha256=key.sha256, trust=trust, now=now if stamper else None)


def check_signer(slot: FieldInfo, certificate: x509.Certificate, rule: SignerRule | None) -> None:
    """Refuse a certificate that is not the slot's. Raises Invalid."""
    who = slot.unit_name or slot.name
    if rule is not None and not rule.allows(certificate):
        raise Invalid(_("Chứng thư không phải của %(name)s.", name=who), _("Chưa ký gì vào tệp."))
    if slot.certificates and fingerprint(certificate) not in slot.certificates:
        raise Invalid(_("Ô ký này dành riêng cho chứng thư khác của %(name)s.", name=who), _("Chưa ký gì vào tệp."))


def check_own_step(
    head: bytes, data: bytes, *, field: str, sha256: str, trust: TrustFolder, now: datetime | None
) -> Step:
    """Judge a revision that we made ourselves, with the certificate ``sha256``. ``now``: its time stamp is to be of this
    time; None when it is to have none. Raises Invalid."""
    checked = check_step(head, data, field=field, rule=SignerRule(certificate_sha256=sha256), trust=trust)
    if now is not None and abs(_stamp_time(checked.stamp) - now) > CLOCK_TOLERANCE:
        raise Invalid(_("Dấu thời gian lệch quá 10 phút so với đồng hồ của hệ thống."), _("Chưa ký gì vào tệp."))
    return checked.step


def default_look(slot: FieldInfo, certificate: x509.Certificate, picture: bytes = b"") -> Look:
    """Post and unit in the frame, and that it is a trial where it is one; a body's stamp is red."""
    post = subject_value(certificate.subject, "common_name") or signer_label(certificate)
    organisation = slot.unit_name or subject_value(certificate.subject, "organization_name")
    mark = TRIAL_LINE if is_trial(certificate) else ""
    return Look(post, organisation, mark, picture, leader_of(slot.unit) is not None)


def embed(
    head: bytes, *, field: str, key: HeldKey, stamper: TimeStamper | None, now: datetime, look: Look | None
) -> bytes:
    """Draw, sign and embed, with no checks at all: the middle of ``sign``, apart for the benchmark."""
    writer = QuietWriter(io.BytesIO(head))
    metadata = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    style = None
    if look is not None:
        width, height = box_of(writer, field)
        if width and height:
            style = stamp_style(draw(look, now, width, height))
    signer = PdfSigner(metadata, HeldKeySigner(key), timestamper=stamper, stamp_style=style)
    try:
        return asyncio.run(_embed(signer, writer, now))
    except OSError as error:  # the time-stamp service: down, refusing, or lying about the nonce
        raise Invalid(_("Không lấy được dấu thời gian."), _("Chưa ký gì vào tệp; thử lại sau ít phút.")) from error
    except (SigningError, PdfError, ValueError) as error:
        raise Invalid(_("Không ký được vào tệp này."), _("Chưa ký gì vào tệp.")) from error


async def _embed(signer: PdfSigner, writer: QuietWriter, now: datetime) -> bytes:
    session = signer.init_signing_session(writer, existing_fields_only=True)
    session.system_time = local(now)  # pyHanko would take the machine's clock
    reserved = await session.estimate_signature_container_size(None)
    document = session.prepare_tbs_document(None, bytes_reserved=reserved)
    prepared, output = document.digest_tbs_document()
    finished = await document.perform_signature(
        document_digest=prepared.document_digest,
        pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=local(now)),
    )
    await finished.post_signature_processing(output)
    assert isinstance(output, io.BytesIO)
    return output.getvalue()


def seal(
    head: bytes,
    *,
    stamper: TimeStamper,
    trust: TrustFolder,
    revocation: RevocationData,
    expected: Sequence[Expected] | None = None,
    now: datetime | None = None,
) -> bytes:
    """Close the file after the last signature: long-term data and one time stamp over everything, in the same revision.

    ``revocation``: lists and answers as of now, for all signers' chains; ``now``: at which signatures without a time stamp
    are judged, until the seal gives them its own. Raises WrongState when the file is not ready
    (a signature is missing or not good) and Invalid when the sealed file does not verify; then nothing was changed.
    """
    before = _verdict(head, trust, expected, now)
    if before.verdict == "valid":
        raise WrongState(_("Tệp đã đóng niêm."))
    if before.code != "unsealed":
        raise WrongState(_("Chưa đóng niêm được: %(reason)s", reason=before.reason))
    sealed = add_seal(head, stamper=stamper, trust=trust, revocation=revocation)
    after = _verdict(sealed, trust, expected)
    if after.verdict != "valid" or not sealed.startswith(head):
        raise Invalid(_("Niêm phong không đạt: %(reason)s", reason=after.reason), _("Tệp vẫn như trước khi đóng niêm."))
    return sealed


def renew(
    head: bytes,
    *,
    stamper: TimeStamper,
    trust: TrustFolder,
    revocation: RevocationData,
    expected: Sequence[Expected] | None = None,
) -> bytes:
    """One more seal over a sealed file, before the last one's certificate or algorithm ages; with today's long-term data.

    Raises WrongState when the file is not valid as it is, Invalid when the renewed one is not; then nothing was
    changed."""
    before = _verdict(head, trust, expected)
    if before.verdict != "valid" or before.sealed_at is None:
        raise WrongState(_("Chưa gia hạn được niêm phong: %(reason)s", reason=before.reason))
    renewed = add_seal(head, stamper=stamper, trust=trust, revocation=revocation)
    after = _verdict(renewed, trust, expected)
    if after.verdict != "valid" or not renewed.startswith(head):
        raise Invalid(_("Niêm phong không đạt: %(reason)s", reason=after.reason), _("Tệp vẫn như trước."))
    if after.sealed_at is None or after.sealed_at <= before.sealed_at:
        raise Invalid(_("Dấu thời gian mới không muộn hơn niêm phong cũ."), _("Tệp vẫn như trước."))
    return renewed


def proof_until(sealed: bytes) -> datetime | None:
    """Until when the certificate of a file's last seal is valid; None without a seal, or where it cannot be read."""
    try:
        stamps = [s for s in SignedFile(sealed).signatures() if s.is_time_stamp and s.certificate is not None]
    except Exception:  # the library lets all kinds escape; whether the file is kept is not decided here
        return None
    certificate = stamps[-1].certificate if stamps else None
    end: datetime | None = certificate.not_valid_after if certificate is not None else None
    return end


def add_seal(head: bytes, *, stamper: TimeStamper, trust: TrustFolder, revocation: RevocationData) -> bytes:
    """The seal without the checks before and after: also for renewing an older seal."""
    try:
        file = SignedFile(head)
        names = {f.name for f in file.fields()}
        signatures = file.signatures()
        number = 1
        while (name := SEAL_FIELD if number == 1 else f"{SEAL_FIELD}_{number}") in names:
            number += 1
        writer = QuietWriter(io.BytesIO(head))
        given = _evidence(revocation)
        signers = [c for s in signatures for c in (s.certificate, *s.others) if c is not None]
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            None,
            certs=[*signers, *given.certificates],
            crls=given.crls,
            ocsps=given.ocsps,
        )
        stamp = PdfTimeStamper(
            FrozenStamper(stamper),
            field_name=name,
            invis_settings=InvisSigSettings(box_out_of_bounds=True),
            readable_field_name="Niêm phong",
        )
        output = stamp.timestamp_pdf(writer, "sha256")
    except OSError as error:
        raise Invalid(_("Không lấy được dấu thời gian để đóng niêm."), _("Thử lại sau ít phút.")) from error
    except Unreadable as error:
        raise Invalid(error.reason) from error
    except (SigningError, PdfError, ValueError) as error:
        raise Invalid(_("Không đóng niêm được tệp này.")) from error
    assert isinstance(output, io.BytesIO)
    return output.getvalue()


def _stamp_time(stamp: TimeStamp | None) -> datetime:
    """The time of a step's own time stamp; without a pinned authority there is none to rely on."""
    if stamp is None or stamp.time is None or stamp.anchor is None:
        raise Invalid(_("Dấu thời gian không phải của cơ quan đã được ghim."), _("Chưa ký gì vào tệp."))
    return stamp.time.astimezone(UTC)


def empty_field(head: bytes, name: str) -> FieldInfo:
    """The prepared field, not signed yet. Raises Invalid, WrongState."""
    try:
        found = [f for f in SignedFile(head).fields() if f.name == name]
    except Unreadable as error:
        raise Invalid(error.reason) from error
    except (PdfError, ValueError, KeyError, TypeError, AssertionError) as error:
        raise Invalid(_("Không đọc được tệp để ký.")) from error
    if len(found) != 1:
        raise Invalid(_("Tệp không có ô ký này."))
    if found[0].filled:
        raise WrongState(_("Ô này đã có chữ ký."))
    return found[0]


def box_of(writer: QuietWriter, name: str) -> tuple[float, float]:
    """Width and height of a prepared field."""
    for field in writer.root["/AcroForm"]["/Fields"]:
        dictionary = field.get_object()
        if str(entry(dictionary, "/T", "")) == name:
            width, height = annot_width_height(dictionary)
            return float(width), float(height)
    raise Invalid(_("Tệp không có ô ký này."))


def _evidence(revocation: RevocationData | None, chain: Sequence[x509.Certificate] = ()) -> Evidence:
    if revocation is None:
        return Evidence(list(chain))
    return Evidence(
        [*chain, *(x509.Certificate.load(c) for c in revocation.certificates)],
        [asn1_crl.CertificateList.load(c) for c in revocation.crls],
        [asn1_ocsp.OCSPResponse.load(o) for o in revocation.ocsps],
    )


def _verdict(
    data: bytes, trust: TrustFolder, expected: Sequence[Expected] | None, at: datetime | None = None
) -> Verdict:
    return verify(data, trust, expected, at)
