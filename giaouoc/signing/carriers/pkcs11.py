"""Thiết bị ký PKCS#11 cắm ở máy chủ: the key never leaves its token. The PIN is typed for each signature, tried once, and
kept nowhere: tokens lock after a few wrong ones."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from giaouoc.lib.errors import Invalid, WrongState

from ..engine.prepared import Prepared
from ..provision import has_real_root
from . import Carrier, Signed, SignRequest


class TokenCarrier(Carrier):
    """The token whose label is the unit's code, through the library that GIAOUOC_PKCS11 names."""

    name = "pkcs11"
    label = gettext_noop("Thiết bị ký cắm ở máy chủ")
    rank = 25
    lease = timedelta(minutes=2)
    asks_password = True
    password_label = gettext_noop("Mã PIN của thiết bị ký")

    def lacks(self, unit_code: str | None = None) -> str:
        if not settings.PKCS11:
            return _("Chưa khai báo thư viện của thiết bị ký (GIAOUOC_PKCS11).")
        if not has_real_root():
            return _("Chưa có chứng thư gốc nào trong thư mục neo tin cậy (GIAOUOC_TRUST) để kiểm tra chữ ký.")
        try:
            labels = {token.label for token in _tokens()}
        except Invalid as error:
            return str(error)
        there = unit_code in labels if unit_code else bool(labels)
        return "" if there else _("Thiết bị ký của đơn vị chưa cắm vào máy chủ.")

    def sign(self, base: bytes, request: SignRequest, answer: bytes = b"") -> Signed | Prepared:
        """Log in with the PIN in ``answer``, check the token's certificate now, let it sign, time-stamp."""
        import pkcs11

        from ..stepwise import begun, valued

        token = next((one for one in _tokens() if one.label == request.unit_code), None)
        if token is None:
            raise WrongState(_("Thiết bị ký của đơn vị chưa cắm vào máy chủ."), _("Chưa ký gì vào tệp."))
        try:
            with token.open(user_pin=answer.decode()) as session:
                key, mine, others = _contents(session)
                prepared = begun(base, request, mine, others)
                value = _signature(key, prepared.attributes)
        except (pkcs11.PinIncorrect, pkcs11.PinLenRange, pkcs11.PinInvalid, pkcs11.PinLocked, pkcs11.ArgumentsBad):
            raise Invalid(_("Mã PIN không đúng."), _tries_left(request.unit_code), field="secret") from None
        except pkcs11.PKCS11Error as error:
            raise Invalid(
                _("Thiết bị ký không ký được (%(what)s).") % {"what": error.__class__.__name__},
                _("Chưa ký gì vào tệp."),
            ) from None
        return valued(base, request, prepared, value)


def _tokens() -> list[Any]:
    """The tokens that are plugged in. Raises Invalid when the library is not there."""
    import pkcs11

    try:
        return list(pkcs11.lib(str(Path(settings.PKCS11))).get_tokens())
    except (pkcs11.PKCS11Error, RuntimeError, OSError):
        raise Invalid(_("Không nạp được thư viện của thiết bị ký (GIAOUOC_PKCS11).")) from None


def _tries_left(label: str) -> str:
    """What the token says of further tries; how many exactly, PKCS#11 does not tell."""
    import pkcs11

    flags = next((one.flags for one in _tokens() if one.label == label), pkcs11.TokenFlag(0))
    if flags & pkcs11.TokenFlag.USER_PIN_LOCKED:
        return _("Thiết bị đã khóa; cần đơn vị cấp thiết bị mở lại.")
    if flags & pkcs11.TokenFlag.USER_PIN_FINAL_TRY:
        return _("Chỉ còn một lần thử; sai nữa thì thiết bị khóa.")
    return _("Thiết bị khóa sau vài lần sai; hệ thống không tự thử lại.")


def _contents(session: Any) -> tuple[Any, Any, list[Any]]:
    """The signing key, its certificate, and the other certificates on the token. Raises Invalid without a pair."""
    from pkcs11 import Attribute, ObjectClass

    from ..engine.keys import load_certificate

    found = {
        one[Attribute.ID]: load_certificate(one[Attribute.VALUE])
        for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
    }
    for key in session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}):
        mine = found.get(key[Attribute.ID])
        if mine is not None and not mine.ca:
            return key, mine, [one for one in found.values() if one.ca]
    raise Invalid(_("Thiết bị không có khóa và chứng thư dùng để ký được."), _("Chưa ký gì vào tệp."))


def _signature(key: Any, data: bytes) -> bytes:
    """ECDSA or RSASSA-PSS over SHA-256 by the token."""
    from hashlib import sha256

    from pkcs11 import MGF, KeyType, Mechanism

    from ..engine.deferred import SALT, side_by_side

    if key.key_type == KeyType.EC:  # few tokens hash for ECDSA themselves
        return side_by_side(key.sign(sha256(data).digest(), mechanism=Mechanism.ECDSA))
    parameters = (Mechanism.SHA256, MGF.SHA256, SALT)
    return bytes(key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS_PSS, mechanism_param=parameters))


CARRIER = TokenCarrier()
