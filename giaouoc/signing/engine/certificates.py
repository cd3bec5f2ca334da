"""Chứng thư vào một thời điểm: whether a certificate was good at the time of its signature, and why not.

Point in time: the chain is judged at the moment of the time stamp, with the revocation data that lies in the file
(which is rightly newer than the signature), without network, and without the machine's clock. So the answer is the
same on any day.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from asn1crypto import cms, x509
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    PathError,
    PathValidationError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath

from giaouoc.lib.sentence import say as _

from .keys import is_trial
from .trust import Anchor, TrustFolder

State = Literal["trusted", "no_anchor", "no_revocation_data", "expired", "early", "revoked", "usage", "weak", "bad"]

STRONG_DIGESTS = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"})
STRONG_CURVES = frozenset(
    {"secp256r1", "secp384r1", "secp521r1", "brainpoolp256r1", "brainpoolp384r1", "brainpoolp512r1"}
)
FOR_OTHER_THINGS = frozenset({"server_auth", "code_signing", "time_stamping", "ocsp_signing"})
BESIDE = frozenset({"client_auth"})  # alone it is a person's card; beside server_auth it is a web server's certificate
MIN_RSA_BITS = 2048


@dataclass(frozen=True)
class Judgement:
    """``state`` with a sentence for it (empty when trusted); ``anchor``: what the chain leads to; ``note``: worth
    knowing."""

    state: State
    reason: str = ""
    anchor: Anchor | None = None
    trial: bool = False
    note: str = ""


@dataclass
class Evidence:
    """Certificates and revocation data at hand, as found in the file (or given before signing)."""

    certificates: list[x509.Certificate] = field(default_factory=list)
    crls: list[asn1_crl.CertificateList] = field(default_factory=list)
    ocsps: list[asn1_ocsp.OCSPResponse] = field(default_factory=list)


def weakness(certificate: x509.Certificate) -> str:
    """Why the certificate's key is too weak to believe (TT 15/2025/TT-BKHCN), or ''."""
    key = certificate.public_key
    if key.algorithm in ("rsa", "rsassa_pss"):
        return (
            ""
            if key.bit_size >= MIN_RSA_BITS
            else _("Khóa RSA %(bits)s bit quá ngắn (cần từ %(least)s bit).", bits=key.bit_size, least=MIN_RSA_BITS)
        )
    if key.algorithm == "ec":
        return "" if key.curve[1] in STRONG_CURVES else _("Đường cong của khóa không được chấp nhận.")
    return (
        ""
        if key.algorithm in ("ed25519", "ed448")
        else _("Loại khóa %(name)s không được chấp nhận.", name=key.algorithm)
    )


def weak_algorithms(info: cms.SignerInfo, certificate: x509.Certificate) -> str:
    """'' or a sentence about a hash or key that is not safe enough to be believed."""
    digest = info["digest_algorithm"]["algorithm"].native
    mechanism = info["signature_algorithm"]
    digests = {digest}
    with suppress(ValueError):  # the mechanism may leave the hash to the digest algorithm
        digests.add(mechanism.hash_algo)
    if mechanism["algorithm"].native == "rsassa_pss":
        digests.add(mechanism["parameters"]["hash_algorithm"]["algorithm"].native)
    if bad := sorted(str(d) for d in digests - STRONG_DIGESTS if d):
        return _("Thuật toán băm %(names)s không còn an toàn.", names=", ".join(bad).upper())
    return weakness(certificate)


def usage_problem(certificate: x509.Certificate) -> str:
    """Why the certificate may not sign documents, or ''."""
    usage = certificate.key_usage_value
    if usage is None or not {"digital_signature", "non_repudiation"} & usage.native:
        return _("Chứng thư không có quyền dùng để ký số.")
    extended = certificate.extended_key_usage_value
    if extended is not None and set(extended.native) <= FOR_OTHER_THINGS | BESIDE and extended.native != [*BESIDE]:
        return _("Chứng thư cấp cho việc khác, không phải để ký văn bản.")
    return _("Chứng thư của cơ quan chứng thực, không phải của người ký.") if certificate.ca else ""


def judge(
    certificate: x509.Certificate,
    trust: TrustFolder,
    moment: datetime,
    evidence: Evidence,
    *,
    need_revocation_data: bool,
) -> Judgement:
    """Judge a signer's certificate at ``moment`` (aware). ``need_revocation_data``: without it the answer is not
    'trusted'."""
    trial = is_trial(certificate)
    if problem := usage_problem(certificate):
        return Judgement("usage", problem, trial=trial)
    if problem := weakness(certificate):
        return Judgement("weak", problem, trial=trial)
    begin, end = certificate.not_valid_before, certificate.not_valid_after
    if moment < begin:
        return Judgement("early", _("Chứng thư chưa có hiệu lực vào lúc ký."), trial=trial)
    if moment > end:
        return Judgement("expired", _("Chứng thư đã hết hạn vào lúc ký."), trial=trial)
    roots = trust.of_kind("root")
    if not roots:
        return Judgement("no_anchor", _("Không có neo tin cậy nào để đối chiếu chứng thư."), trial=trial)
    extra = [a.certificate for a in trust.of_kind("intermediate")] + evidence.certificates
    try:
        path = _validated(certificate, roots, extra, moment, evidence, need_revocation_data=need_revocation_data)
        if evidence.ocsps and any(since <= moment for one in path for since in _listed(one, evidence.crls)):
            # A good answer was found first; a list that says otherwise counts as much, if it is the authority's.
            listed = Evidence(evidence.certificates, evidence.crls)
            with suppress(InsufficientRevinfoError):  # it is not the authority's, or too old to count
                _validated(certificate, roots, extra, moment, listed, need_revocation_data=True)
    except RevokedError as error:
        since = error.revocation_dt.isoformat(timespec="minutes")
        return Judgement("revoked", _("Chứng thư đã bị thu hồi trước lúc ký (%(since)s).", since=since), trial=trial)
    except InsufficientRevinfoError:
        return Judgement(
            "no_revocation_data", _("Tệp không kèm dữ liệu thu hồi dùng được cho chứng thư vào lúc ký."), trial=trial
        )
    except ExpiredError:
        return Judgement("expired", _("Một chứng thư trong chuỗi đã hết hạn vào lúc ký."), trial=trial)
    except NotYetValidError:
        return Judgement("early", _("Một chứng thư trong chuỗi chưa có hiệu lực vào lúc ký."), trial=trial)
    except DisallowedAlgorithmError:
        return Judgement("weak", _("Chuỗi chứng thư dùng thuật toán không còn an toàn."), trial=trial)
    except PathBuildingError:
        return _no_path(certificate, roots, trial)
    except (InvalidCertificateError, PathValidationError, PathError, ValidationError, ValueError):
        return Judgement(
            "bad", _("Chuỗi chứng thư không đúng: có chứng thư không do cơ quan ghi tên trong đó cấp."), trial=trial
        )
    top = path.trust_anchor.authority
    anchor = next(
        (
            a
            for a in roots
            if a.certificate.subject == top.name and a.certificate.public_key.dump() == top.public_key.dump()
        ),
        None,
    )
    if anchor is None:
        return Judgement("no_anchor", _("Chuỗi chứng thư không dẫn tới neo tin cậy nào."), trial=trial)
    later = any(since >= moment for since in _listed(certificate, evidence.crls))
    note = _("Chứng thư bị thu hồi sau lúc ký; chữ ký không bị ảnh hưởng.") if later else ""
    return Judgement("trusted", anchor=anchor, trial=trial or anchor.trial, note=note)


def _validated(
    certificate: x509.Certificate,
    roots: Sequence[Anchor],
    extra: Sequence[x509.Certificate],
    moment: datetime,
    evidence: Evidence,
    *,
    need_revocation_data: bool,
) -> ValidationPath:
    """The path from the certificate to a root, good at ``moment``. Raises what the library raises for one that is not."""
    context = ValidationContext(
        trust_roots=[a.certificate for a in roots],
        other_certs=extra,
        moment=moment,
        allow_fetching=False,
        crls=evidence.crls,
        ocsps=evidence.ocsps,
        revocation_mode="require" if need_revocation_data else "soft-fail",
        retroactive_revinfo=True,
    )
    validator = CertificateValidator(certificate, validation_context=context)
    return asyncio.run(validator.async_validate_path())


def _no_path(certificate: x509.Certificate, roots: Iterable[Anchor], trial: bool) -> Judgement:
    for anchor in roots:
        root = anchor.certificate
        if (
            root.subject == certificate.issuer
            and certificate.authority_key_identifier == root.key_identifier is not None
        ):
            return Judgement("bad", _("Chứng thư tự nhận do một cơ quan tin cậy cấp nhưng không phải."), trial=trial)
    issuer = (
        certificate.issuer.native.get("common_name")
        or certificate.issuer.native.get("organization_name")
        or _("không rõ")
    )
    return Judgement(
        "no_anchor",
        _("Chưa có neo tin cậy (gốc hoặc trung gian) cho nơi cấp chứng thư «%(issuer)s».", issuer=issuer),
        trial=trial,
    )


def _listed(certificate: x509.Certificate, lists: Iterable[asn1_crl.CertificateList]) -> Iterator[datetime]:
    """Since when a certificate is revoked, by each list that bears its issuer's name; whose lists they are, is not seen."""
    for revocation_list in lists:
        if revocation_list.issuer != certificate.issuer:
            continue
        for entry in revocation_list["tbs_cert_list"]["revoked_certificates"]:
            if entry["user_certificate"].native == certificate.serial_number:
                yield entry["revocation_date"].native
