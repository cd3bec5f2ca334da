"""Một chữ ký: what a signature in a file says by itself, before any question of trust: what it covers, whether it holds.

Nothing here decides whether to believe it. Reading may raise almost anything on a hostile file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import cms, core, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import CMSExtractionError, extract_certificate_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from giaouoc.lib.sentence import say as _

from .certificates import weak_algorithms
from .der import as_read, der_length
from .fields import entry, unit_code

SIGNATURE_FORMS = frozenset({"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"})
TIME_STAMP_FORM = "/ETSI.RFC3161"


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


def read_signature(data: bytes, reader: PdfFileReader, name: str, dictionary: generic.DictionaryObject) -> Signature:
    """What a filled signature field says by itself; ``data``: the whole file."""
    value = dictionary["/V"]
    form = str(entry(value, "/SubFilter", ""))
    stamp = form == TIME_STAMP_FORM or entry(value, "/Type") == "/DocTimeStamp"
    signature = Signature(name, unit_code(name), is_time_stamp=stamp)
    if form not in SIGNATURE_FORMS and form != TIME_STAMP_FORM:
        signature.problem = _("Dạng chữ ký %(form)s chưa được hỗ trợ.", form=form.lstrip("/") or _("không ghi"))
        signature.unsupported = True
        return signature
    try:
        embedded = EmbeddedPdfSignature(reader, dictionary, name)
        signature.embedded = embedded
        signature.revision = embedded.signed_revision
        signature.end, signature.problem = _check_byte_range(data, embedded)
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


def _check_byte_range(data: bytes, embedded: EmbeddedPdfSignature) -> tuple[int, str]:
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


def _time_stamp_token(info: cms.SignerInfo) -> cms.ContentInfo | None:
    attributes = info["unsigned_attrs"]
    if isinstance(attributes, core.Void):
        return None
    for attribute in attributes:
        if attribute["type"].native == "signature_time_stamp_token" and len(attribute["values"]) > 0:
            return cms.ContentInfo.load(as_read(attribute["values"][0]))
    return None
