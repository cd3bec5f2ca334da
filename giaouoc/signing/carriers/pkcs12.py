"""Tệp khóa PKCS#12 trên máy chủ: for small installations. The key lies there encrypted under a password that only its leader
knows: it is typed for each signature, used once, and kept nowhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from giaouoc.lib.errors import Invalid

from ..engine.prepared import Prepared
from ..provision import has_real_root
from . import Carrier, Signed, SignRequest

FOLDER = "khoa"
MAX_FILE = 256 * 1024


def _file(unit_code: str) -> Path:
    return Path(settings.DATA) / FOLDER / f"{unit_code}.p12"


class Pkcs12Carrier(Carrier):
    """``khoa/CODE.p12`` in the data folder, encrypted; signs ECDSA P-256 or RSASSA-PSS."""

    name = "pkcs12"
    label = gettext_noop("Tệp khóa trên máy chủ")
    rank = 30
    lease = timedelta(minutes=2)
    asks_password = True

    def lacks(self, unit_code: str | None = None) -> str:
        if not has_real_root():
            return _("Chưa có chứng thư gốc nào trong thư mục neo tin cậy (GIAOUOC_TRUST) để kiểm tra chữ ký.")
        folder = Path(settings.DATA) / FOLDER
        there = _file(unit_code).is_file() if unit_code else folder.is_dir() and any(folder.glob("*.p12"))
        return "" if there else _("Chưa có tệp khóa của đơn vị trên máy chủ.")

    def sign(self, base: bytes, request: SignRequest, answer: bytes = b"") -> Signed | Prepared:
        """Open the key with the password in ``answer``, check its certificate now, sign, time-stamp."""
        from ..engine.deferred import SALT
        from ..engine.keys import PrivateKey, load_certificate, raw_signature
        from ..stepwise import begun, valued

        key, leaf, chain = _opened(_file(request.unit_code), answer)
        if leaf is None or not isinstance(key, PrivateKey):
            raise Invalid(_("Tệp khóa không có khóa và chứng thư dùng để ký được."), _("Chưa ký gì vào tệp."))
        mine, *others = (
            load_certificate(one.certificate.public_bytes(serialization.Encoding.DER)) for one in (leaf, *chain)
        )
        prepared = begun(base, request, mine, others)
        return valued(base, request, prepared, raw_signature(key, prepared.attributes, salt=SALT))


def _opened(
    path: Path, password: bytes
) -> tuple[object, pkcs12.PKCS12Certificate | None, list[pkcs12.PKCS12Certificate]]:
    """What the file holds. Raises Invalid for a wrong password, a file that is none, and one that is not encrypted."""
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_FILE else b""
    except OSError as error:
        raise Invalid(_("Không đọc được tệp khóa của đơn vị."), _("Chưa ký gì vào tệp.")) from error
    for nothing in (None, b""):
        try:
            pkcs12.load_pkcs12(data, nothing)
        except (ValueError, TypeError):
            continue
        raise Invalid(
            _("Tệp khóa trên máy chủ không đặt mật khẩu nên không được dùng."),
            _("Quản trị hệ thống cần thay bằng tệp có mật khẩu."),
        )
    if _in_clear(data):
        raise Invalid(
            _("Tệp khóa trên máy chủ để khóa không mã hóa nên không được dùng."),
            _("Quản trị hệ thống cần thay bằng tệp có khóa được mã hóa bằng mật khẩu."),
        )
    try:
        found = pkcs12.load_pkcs12(data, password)
    except (ValueError, TypeError):
        raise Invalid(
            _("Mật khẩu của khóa không đúng, hoặc tệp khóa hỏng."), _("Chưa ký gì vào tệp."), field="secret"
        ) from None
    return found.key, found.cert, list(found.additional_certs)


def _in_clear(data: bytes) -> bool:
    """Whether a key lies in the file as it is: a password that only guards the file's check sum hides nothing."""
    try:
        for part in asn1_pkcs12.Pfx.load(data).authenticated_safe:
            if part["content_type"].native == "data":
                bags = asn1_pkcs12.SafeContents.load(part["content"].native)
                if any(bag["bag_id"].native == "key_bag" for bag in bags):
                    return True
    except (ValueError, TypeError, KeyError):
        pass  # no such file: opening it will say so
    return False


CARRIER = Pkcs12Carrier()
