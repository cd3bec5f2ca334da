"""Dấu thời gian: a time-stamp token checked against what it should stamp and the pinned authorities."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, tsp, x509
from pyhanko.sign.general import CMSExtractionError, extract_certificate_info, extract_signer_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from giaouoc.lib.sentence import say as _

from .certificates import STRONG_DIGESTS, weak_algorithms
from .der import as_read
from .trust import Anchor, TrustFolder


@dataclass(frozen=True)
class TimeStamp:
    """A time stamp. ``problem``: '' or a sentence; ``anchor``: the pinned TSA certificate, None when it is not
    pinned."""

    time: datetime | None
    certificate: x509.Certificate | None = None
    anchor: Anchor | None = None
    problem: str = ""


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
