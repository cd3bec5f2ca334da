"""Đọc tệp PDF đã ký: the file with its revisions, signature fields, signatures and the evidence in it
(what changed after a signature: ``changes``).

Nothing here decides whether to believe a file; ``verify`` does. Reading may raise almost anything on a hostile file
(pyHanko lets AssertionError, ValueError, OSError and others escape), so callers run it where that does no harm.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodeLimits
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.fields import enumerate_sig_fields

from giaouoc.lib.sentence import say as _

from .active_content import runs
from .certificates import Evidence
from .fields import entry, unit_code
from .process import MAX_BYTES
from .signature import Signature, read_signature

MAX_REVISIONS = 250
MAX_FIELDS = 400
MAX_JUNK = 1024
MAX_NAME = 600


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
            read_signature(self.data, self.reader, str(name), reference.get_object())
            for name, value, reference in enumerate_sig_fields(self.reader, filled_status=True)
        ]
        return sorted(found, key=lambda s: (s.revision, s.end))

    def active_content(self) -> bool:
        """Whether the file carries something that runs or reaches out when opened or clicked."""
        return runs(self.reader.root)

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


def _allowed_certificates(dictionary: generic.DictionaryObject) -> frozenset[str]:
    """SHA-256 of the certificates that a field's seed value names as the only ones that may sign in it."""
    try:
        subjects = dictionary["/SV"]["/Cert"]["/Subject"]
        return frozenset(hashlib.sha256(s.original_bytes).hexdigest() for s in subjects)
    except (KeyError, TypeError, AttributeError):
        return frozenset()


def _not_a_pdf(data: bytes) -> str:
    if not data:
        return _("Tệp trống.")
    at = data.find(b"%PDF-", 0, MAX_JUNK * 64)
    if at > 0:
        return _("Trước phần đầu «%%PDF» của tệp có %(count)s byte lạ; tệp không còn đúng như lúc ký.", count=at)
    return _("Tệp này không phải là PDF.")
