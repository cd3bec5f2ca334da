"""Đọc tệp PDF đã ký: fields, signatures and time stamps of a file, checked one by one
(what changed after them: ``changes``).

Nothing here decides whether to believe a file; ``verify`` does. Reading may raise almost anything on a hostile file
(pyHanko lets AssertionError, ValueError, OSError and others escape), so callers run it where that does no harm.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, core, crl, ocsp, tsp, x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509 import Certificate as CryptographyCertificate
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodeLimits
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import CMSExtractionError, extract_certificate_info, extract_signer_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from giaouoc.lib.sentence import say as _

from .certificates import STRONG_DIGESTS, Evidence, weakness
from .der import as_read, integer, node, oid
from .fields import entry, unit_code
from .keys import unique
from .trust import Anchor, TrustFolder

MAX_BYTES = 30 * 1024 * 1024
MAX_REVISIONS = 250
MAX_FIELDS = 400
MAX_OBJECTS = 200_000
MAX_JUNK = 1024
MAX_NAME = 600

SIGNATURE_FORMS = frozenset({"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"})
TIME_STAMP_FORM = "/ETSI.RFC3161"
ACTIVE_KEYS = frozenset({"/JS", "/OpenAction", "/AA", "/XFA", "/RichMediaContent"})
ACTIVE_ACTIONS = frozenset(
    {
        *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/GoToE", "/GoToR"),
        *("/Hide", "/SetOCGState", "/Movie", "/Sound"),  # what they show or hide is not what was signed
    }
)


class Unreadable(Exception):
    """The file is no PDF that can be judged; ``reason``: a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class FieldInfo:
    """A signature field. ``unit``: the code of the unit it was prepared for, or None; ``certificates``: SHA-256 of
    those that alone may sign here (the field's seed value), empty when it does not say."""

    name: str
    unit: str | None
    unit_name: str
    filled: bool
    certificates: frozenset[str] = frozenset()


@dataclass
class Signature:
    """A filled signature field with what its bytes say by themselves, before any question of trust.

    ``problem``: '' or a sentence; ``changed``: the problem is that bytes are not those that were signed; ``end``: the
    offset up to which it covers the file; ``revision``: the one it made.
    """

    name: str
    unit: str | None
    is_time_stamp: bool
    revision: int = -1
    end: int = 0
    certificate: x509.Certificate | None = None
    others: list[x509.Certificate] = field(default_factory=list)
    claimed_time: datetime | None = None
    signature_value: bytes = b""
    token: cms.ContentInfo | None = None
    digest: bytes = b""
    contents: bytes = b""
    embedded: EmbeddedPdfSignature | None = None
    problem: str = ""
    changed: bool = False
    unsupported: bool = False


@dataclass(frozen=True)
class TimeStamp:
    """A time stamp. ``problem``: '' or a sentence; ``anchor``: the pinned TSA certificate, None when it is not
    pinned."""

    time: datetime | None
    certificate: x509.Certificate | None = None
    anchor: Anchor | None = None
    problem: str = ""


class SignedFile:
    """A PDF opened for judging. Raises Unreadable."""

    def __init__(self, data: bytes, *, strict: bool = True) -> None:
        if len(data) > MAX_BYTES:
            raise Unreadable(_("Tệp lớn hơn %(size)s MB, không kiểm tra.", size=MAX_BYTES // 1024 // 1024))
        if not data.startswith(b"%PDF-"):
            raise Unreadable(_not_a_pdf(data))
        if data.count(b"startxref") > 2 * MAX_REVISIONS:
            raise Unreadable(_("Tệp có quá nhiều bản cập nhật nối tiếp, không kiểm tra."))
        self.data = data
        self.reader = PdfFileReader(io.BytesIO(data), strict=strict, decode_limits=DecodeLimits())
        if self.reader.encrypted:
            raise Unreadable(_("Tệp đặt mật khẩu, không kiểm tra được."))
        self.revisions: int = self.reader.xrefs.total_revisions
        if self.revisions > MAX_REVISIONS:
            raise Unreadable(_("Tệp có quá nhiều bản cập nhật nối tiếp, không kiểm tra."))

    def fields(self, handler: PdfHandler | None = None) -> list[FieldInfo]:
        """The signature fields, as of the newest revision or of another one (``at``)."""
        found: list[FieldInfo] = []
        for name, value, reference in enumerate_sig_fields(handler or self.reader):
            if len(found) >= MAX_FIELDS:
                raise Unreadable(_("Tệp có quá nhiều ô chữ ký, không kiểm tra."))
            if len(name) > MAX_NAME:
                raise Unreadable(_("Tệp có ô chữ ký mang tên quá dài, không kiểm tra."))
            dictionary = reference.get_object()
            found.append(
                FieldInfo(
                    name=str(name),
                    unit=unit_code(str(name)),
                    unit_name=str(entry(dictionary, "/TU", ""))[:MAX_NAME],
                    filled=value is not None,
                    certificates=_allowed_certificates(dictionary),
                )
            )
        return found

    def at(self, revision: int) -> HistoricalResolver:
        """The file as it was after that revision (0 is the first)."""
        return self.reader.get_historical_resolver(revision)

    def signatures(self) -> list[Signature]:
        """Every filled signature field, in the order in which they were made."""
        found = [
            self._signature(str(name), reference.get_object())
            for name, value, reference in enumerate_sig_fields(self.reader, filled_status=True)
        ]
        return sorted(found, key=lambda s: (s.revision, s.end))

    def _signature(self, name: str, dictionary: generic.DictionaryObject) -> Signature:
        value = dictionary["/V"]
        form = str(entry(value, "/SubFilter", ""))
        stamp = form == TIME_STAMP_FORM or entry(value, "/Type") == "/DocTimeStamp"
        signature = Signature(name, unit_code(name), is_time_stamp=stamp)
        if form not in SIGNATURE_FORMS and form != TIME_STAMP_FORM:
            signature.problem = _("Dạng chữ ký %(form)s chưa được hỗ trợ.", form=form.lstrip("/") or _("không ghi"))
            signature.unsupported = True
            return signature
        try:
            embedded = EmbeddedPdfSignature(self.reader, dictionary, name)
            signature.embedded = embedded
            signature.revision = embedded.signed_revision
            signature.end, signature.problem = check_byte_range(self.data, embedded)
            signature.contents = embedded.pkcs7_content
            if not signature.problem and embedded.evaluate_signature_coverage() not in (
                SignatureCoverageLevel.ENTIRE_FILE,
                SignatureCoverageLevel.ENTIRE_REVISION,
            ):
                signature.problem = _("Chữ ký không bao trọn bản tài liệu mà nó ký.")
            if signature.problem:
                signature.changed = True
                return signature
            _check_cms(signature, embedded)
        except (SignatureValidationError, CMSExtractionError, ValueError, TypeError, KeyError, AssertionError) as error:
            signature.problem = _("Cấu trúc chữ ký hỏng, không đọc được (%(error)s).", error=error.__class__.__name__)
            signature.changed = True
        return signature

    def evidence(self, signatures: list[Signature]) -> Evidence:
        """Certificates and revocation data in the file: of the security store, and inside the signatures."""
        evidence = Evidence()
        for signature in signatures:
            evidence.certificates += signature.others
        try:
            store = self.reader.root["/DSS"]
        except KeyError:
            return evidence
        evidence.certificates += _loaded(store, "/Certs", x509.Certificate)
        evidence.crls += _loaded(store, "/CRLs", crl.CertificateList)
        evidence.ocsps += _loaded(store, "/OCSPs", ocsp.OCSPResponse)
        return evidence

    def active_content(self) -> bool:
        """Whether the file carries something that runs or reaches out when opened or clicked (JavaScript, launching
        …)."""
        seen: set[Any] = set()
        todo: list[Any] = [self.reader.root]
        steps = 0
        while todo:
            node = todo.pop()
            steps += 1
            if steps > MAX_OBJECTS:
                return True
            if isinstance(node, generic.IndirectObject):
                if node.reference in seen:
                    continue
                seen.add(node.reference)
                node = node.get_object()
            if isinstance(node, generic.DictionaryObject):
                if ACTIVE_KEYS & node.keys() and not _only_a_destination(node):
                    return True
                action = entry(node, "/S")
                if isinstance(action, generic.NameObject) and action in ACTIVE_ACTIONS:
                    return True
                todo.extend(node.raw_get(key) for key in node if key != "/Contents" or "/ByteRange" not in node)
            elif isinstance(node, generic.ArrayObject):
                todo.extend(node.raw_get(i) for i in range(len(node)))
        return False


def _loaded(store: generic.DictionaryObject, key: str, kind: type[Any]) -> list[Any]:
    """The DER values of one list of the security store; what is none of that kind is left out and helps nobody."""
    found: list[Any] = []
    for stream in entry(store, key, ()):
        try:
            value = kind.load(stream.get_object().data, strict=True)
            value.native  # noqa: B018 -- parse it all now
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
        found.append(value)
    return found


def check_byte_range(data: bytes, embedded: EmbeddedPdfSignature) -> tuple[int, str]:
    """The end of what a signature covers, and '' or what is wrong with the way it covers it.

    It must cover everything from the first byte on except its own value, and the value must be one clean hexadecimal
    string: the signature's DER, then zeros. Everything else would leave bytes that can be changed unseen.
    """
    odd = _("Vùng được ký của chữ ký không đúng dạng.")
    numbers = [int(n) for n in embedded.byte_range]
    if len(numbers) != 4:
        return 0, odd
    start, first, second, rest = numbers
    end = second + rest
    if start != 0 or not 0 < first < second <= end <= len(data) or rest < 0:
        return 0, odd
    value = data[first:second]
    if not re.fullmatch(rb"<(?:[0-9a-f]*|[0-9A-F]*)>", value):
        return end, odd
    raw = bytes.fromhex(value[1:-1].decode())
    if raw != embedded.pkcs7_content:
        return end, odd
    if raw[der_length(raw) :].strip(b"\0"):
        return end, _("Phần đệm sau chữ ký bị sửa.")
    return end, ""


def der_length(raw: bytes) -> int:
    """Length in bytes of the DER value at the beginning. Raises ValueError when it is not whole."""
    if len(raw) < 2:
        raise ValueError("no DER value")
    size, offset = raw[1], 2
    if size & 0x80:
        count = size & 0x7F
        if not 0 < count <= 4:
            raise ValueError("indefinite or absurd length")
        size, offset = int.from_bytes(raw[2 : 2 + count], "big"), 2 + count
    if offset + size > len(raw):
        raise ValueError("cut off")
    return offset + size


def _check_cms(signature: Signature, embedded: EmbeddedPdfSignature) -> None:
    info = embedded.signer_info
    certificates = extract_certificate_info(embedded.signed_data)
    signature.certificate = x509.Certificate.load(as_read(certificates.signer_cert))
    signature.others = [x509.Certificate.load(as_read(c)) for c in certificates.other_certs]
    signature.digest = embedded.compute_digest()
    signature.signature_value = info["signature"].native
    if signature.is_time_stamp:
        signature.token = cms.ContentInfo.load(embedded.pkcs7_content)
        return
    signature.claimed_time = embedded.self_reported_timestamp
    if embedded.signed_data["encap_content_info"]["content_type"].native != "data":
        signature.problem = _("Cấu trúc chữ ký không đúng dạng.")
        return
    if problem := weak_algorithms(info, signature.certificate):
        signature.problem = problem
        return
    intact, valid = validate_sig_integrity(info, signature.certificate, "data", signature.digest)
    if not intact:
        signature.problem, signature.changed = _("Nội dung đã bị sửa so với lúc ký."), True
    elif not valid:
        signature.problem, signature.changed = _("Giá trị chữ ký không khớp với chứng thư."), True
    signature.token = _time_stamp_token(info)


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


def _time_stamp_token(info: cms.SignerInfo) -> cms.ContentInfo | None:
    attributes = info["unsigned_attrs"]
    if isinstance(attributes, core.Void):
        return None
    for attribute in attributes:
        if attribute["type"].native == "signature_time_stamp_token" and len(attribute["values"]) > 0:
            return cms.ContentInfo.load(as_read(attribute["values"][0]))
    return None


def read_time_stamp(token: cms.ContentInfo, digest_of: Callable[[str], bytes], trust: TrustFolder) -> TimeStamp:
    """Check a time-stamp token. ``digest_of``: the digest of what it should stamp, by the name of the hash."""
    try:
        return _read_time_stamp(token, digest_of, trust)
    except (SignatureValidationError, CMSExtractionError, ValueError, TypeError, KeyError) as error:
        return TimeStamp(
            None, problem=_("Dấu thời gian hỏng, không đọc được (%(error)s).", error=error.__class__.__name__)
        )


def _read_time_stamp(token: cms.ContentInfo, digest_of: Callable[[str], bytes], trust: TrustFolder) -> TimeStamp:
    if token["content_type"].native != "signed_data":
        return TimeStamp(None, problem=_("Dấu thời gian không đúng dạng."))
    signed = token["content"]
    content = signed["encap_content_info"]
    if content["content_type"].native != "tst_info":
        return TimeStamp(None, problem=_("Dấu thời gian không đúng dạng."))
    stamp: tsp.TSTInfo = content["content"].parsed
    at: datetime = stamp["gen_time"].native
    info = extract_signer_info(signed)
    certificate, pinned = _time_stamp_signer(signed, info, trust)
    if certificate is None:
        return TimeStamp(at, problem=_("Dấu thời gian không kèm chứng thư và không có chứng thư ghim tương ứng."))
    imprint = stamp["message_imprint"]
    hash_name = imprint["hash_algorithm"]["algorithm"].native
    if hash_name not in STRONG_DIGESTS:
        return TimeStamp(
            at,
            certificate,
            problem=_("Dấu thời gian dùng thuật toán băm %(name)s không còn an toàn.", name=hash_name.upper()),
        )
    if problem := weak_algorithms(info, certificate):
        return TimeStamp(at, certificate, problem=problem)
    if imprint["hashed_message"].native != digest_of(hash_name):
        return TimeStamp(at, certificate, problem=_("Dấu thời gian không phải của nội dung này."))
    body: bytes = content["content"].contents
    digest = hashlib.new(info["digest_algorithm"]["algorithm"].native, body).digest()
    intact, valid = validate_sig_integrity(info, certificate, "tst_info", digest)
    if not (intact and valid):
        return TimeStamp(at, certificate, problem=_("Dấu thời gian bị sửa."))
    usage = certificate.extended_key_usage_value
    if usage is None or "time_stamping" not in usage.native:
        return TimeStamp(at, certificate, problem=_("Chứng thư của dấu thời gian không có quyền đóng dấu thời gian."))
    if not certificate.not_valid_before <= at <= certificate.not_valid_after:
        return TimeStamp(at, certificate, problem=_("Dấu thời gian nằm ngoài thời hạn của chứng thư đóng dấu."))
    return TimeStamp(at, certificate, pinned)


def _time_stamp_signer(
    signed: cms.SignedData, info: cms.SignerInfo, trust: TrustFolder
) -> tuple[x509.Certificate | None, Anchor | None]:
    """The certificate that signed a token, and the pinned anchor that it is (or that issued it)."""
    pinned = trust.of_kind("tsa")
    certificate: x509.Certificate | None = None
    try:
        certificate = x509.Certificate.load(as_read(extract_certificate_info(signed).signer_cert))
    except (CMSExtractionError, ValueError):
        wanted = info["sid"].chosen
        for anchor in pinned:
            if isinstance(wanted, cms.IssuerAndSerialNumber) and (
                anchor.certificate.issuer == wanted["issuer"]
                and anchor.certificate.serial_number == wanted["serial_number"].native
            ):
                return anchor.certificate, anchor
        return None, None
    return certificate, trust.find(certificate, "tsa")


def canonical_problem(signature: Signature, trust: TrustFolder) -> str:
    """Whether a document time stamp is free of bytes that nobody's signature protects: '' or a sentence.

    The last time stamp covers the whole file except its own value, so a byte that could be changed inside that value
    unseen would be a byte changed after sealing. It must be exact DER of the plain form: one signer, no unsigned
    attributes, no certificates but those pinned or needed, and every algorithm named as it was used.
    """
    odd = _("Niêm phong không ở dạng chuẩn, có chỗ sửa được mà không bị lộ.")
    encoded = signature.contents[: der_length(signature.contents)]
    token = cms.ContentInfo.load(encoded)
    signed = token["content"]
    info = extract_signer_info(signed)
    certificate = signature.certificate
    if certificate is None:
        return odd
    digest = info["digest_algorithm"]["algorithm"].native
    plain = (
        signed["version"].native == "v3"
        and info["version"].native == "v1"
        and isinstance(info["unsigned_attrs"], core.Void)
        and isinstance(signed["crls"], core.Void)
        and [d["algorithm"].native for d in signed["digest_algorithms"]] == [digest]
        and all(
            isinstance(a["parameters"], core.Void | core.Null)
            for a in [info["digest_algorithm"], *signed["digest_algorithms"]]
        )
        and all(c.name == "certificate" for c in signed["certificates"])
        and _certificates_vouched_for([c.chosen.untag() for c in signed["certificates"]], trust)
        and _same_signer(info, certificate)
    )
    if not plain:
        return odd
    return "" if _rebuilt(signed, info) == encoded else odd


def _certificates_vouched_for(certificates: list[x509.Certificate], trust: TrustFolder) -> bool:
    """Whether each certificate of a token is an anchor, or bears a good signature by an anchor or another one of
    them."""
    anchors = [a.certificate for a in trust.anchors]
    known = {c.sha256 for c in anchors}
    issuers = [load_der_x509_certificate(c.dump()) for c in unique([*anchors, *certificates])]
    for certificate in certificates:
        if certificate.sha256 not in known and not any(
            _issued_by(load_der_x509_certificate(certificate.dump()), issuer) for issuer in issuers
        ):
            return False
    return True


def _issued_by(certificate: CryptographyCertificate, issuer: CryptographyCertificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _same_signer(info: cms.SignerInfo, certificate: x509.Certificate) -> bool:
    sid = info["sid"].chosen
    return (
        isinstance(sid, cms.IssuerAndSerialNumber)
        and sid["issuer"].dump() == certificate.issuer.dump()
        and sid["serial_number"].native == certificate.serial_number
    )


def _rebuilt(signed: cms.SignedData, info: cms.SignerInfo) -> bytes:
    """The token encoded anew from its values."""

    def algorithm(value: algos.DigestAlgorithm | algos.SignedDigestAlgorithm) -> bytes:
        empty = b"\x05\x00" if isinstance(value["parameters"], core.Null) else b""
        return node(0x30, oid(value["algorithm"].dotted), empty)

    mechanism = info["signature_algorithm"]
    content = signed["encap_content_info"]["content"].contents
    sid = info["sid"].chosen
    signer = node(
        0x30,
        integer(1),
        node(0x30, sid["issuer"].dump(), integer(sid["serial_number"].native)),
        algorithm(info["digest_algorithm"]),
        node(0xA0, info["signed_attrs"].contents),
        as_read(mechanism) if mechanism["algorithm"].native == "rsassa_pss" else algorithm(mechanism),
        node(0x04, info["signature"].native),
    )
    body = node(
        0x30,
        integer(3),
        node(0x31, *(algorithm(d) for d in signed["digest_algorithms"])),
        node(0x30, oid("1.2.840.113549.1.9.16.1.4"), node(0xA0, node(0x04, content))),
        node(0xA0, *(c.chosen.untag().dump() for c in signed["certificates"])),
        node(0x31, signer),
    )
    return node(0x30, oid("1.2.840.113549.1.7.2"), node(0xA0, body))


def _allowed_certificates(dictionary: generic.DictionaryObject) -> frozenset[str]:
    """SHA-256 of the certificates that a field's seed value names as the only ones that may sign in it."""
    try:
        subjects = dictionary["/SV"]["/Cert"]["/Subject"]
        return frozenset(hashlib.sha256(s.original_bytes).hexdigest() for s in subjects)
    except (KeyError, TypeError, AttributeError):
        return frozenset()


def _only_a_destination(node: generic.DictionaryObject) -> bool:
    """Whether /OpenAction merely names a page to show and nothing else active is there."""
    if ACTIVE_KEYS & node.keys() != {"/OpenAction"}:
        return False
    return isinstance(node["/OpenAction"], generic.ArrayObject)


def _not_a_pdf(data: bytes) -> str:
    if not data:
        return _("Tệp trống.")
    at = data.find(b"%PDF-", 0, MAX_JUNK * 64)
    if at > 0:
        return _("Trước phần đầu «%%PDF» của tệp có %(count)s byte lạ; tệp không còn đúng như lúc ký.", count=at)
    return _("Tệp này không phải là PDF.")
