"""Ký từ xa theo chuẩn CSC: the key lies at a signing service; its holder agrees on the phone, or types a code."""

from __future__ import annotations

import base64
import hashlib
import logging
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from giaouoc.lib.errors import Invalid

from ..engine.prepared import Prepared
from ..provision import has_real_root
from ..remote import PSS_OID, RSA_OID, RSA_SHA256_OID, Credential, Service
from ..remote_accounts import account_of, has_account
from . import Carrier, Signed, SignRequest

log = logging.getLogger(__name__)
Next = Signed | Prepared


class RemoteCarrier(Carrier):
    """``Prepared.remote`` says how far it is: ``ask`` (nobody was asked yet), ``handle`` (the signer was), ``response``
    (agreed; the service signs)."""

    name = "csc"
    label = gettext_noop("Ký từ xa, xác nhận trên điện thoại")
    rank = 15
    lease = timedelta(minutes=6)
    by_phone = True

    def lacks(self, unit_code: str | None = None) -> str:
        if not has_real_root():
            return _("Chưa có chứng thư gốc nào trong thư mục neo tin cậy (GIAOUOC_TRUST) để kiểm tra chữ ký.")
        return "" if has_account(unit_code) else _("Đơn vị chưa có tài khoản ở dịch vụ ký từ xa.")

    def sign(self, base: bytes, request: SignRequest, answer: bytes = b"") -> Next:
        """Prepare the file. Where the signer types codes, they are in ``answer`` and the service is asked now; else the
        phone is asked by ``resume``, after what was prepared is kept."""
        from ..engine.keys import load_certificate
        from ..stepwise import begun

        service = Service(account_of(request.unit_code))
        try:
            credential = service.credential()
        except OSError as error:
            raise _silent(error) from None
        credential.check_mode()
        if credential.asks and len(answer.split()) != len(credential.asks):
            raise Invalid(_("Dịch vụ ký đòi nhập: %(codes)s.") % {"codes": ", ".join(credential.asks)}, field="secret")
        mine, *others = (load_certificate(one) for one in credential.certificates)
        prepared = begun(base, request, mine, others, pss=credential.pss)
        if not credential.asks:
            return prepared.now(remote={"ask": "1"})
        try:
            leave = service.authorise(credential, _digest(prepared), answer.decode(), request.post)
            return _go_on(service, credential, base, request, prepared, leave)
        except OSError as error:
            raise _silent(error) from None

    def resume(self, base: bytes, request: SignRequest, prepared: Prepared) -> Next:
        """Ask, or see what came of it. A service that is away for a moment changes nothing."""
        if prepared.value:
            return super().resume(base, request, prepared)
        remote, service = prepared.remote, Service(account_of(request.unit_code))
        try:
            if "response" in remote:
                return _value_of(service.signed(remote["response"]), base, request, prepared)
            credential = service.credential()
            if "handle" in remote:
                leave = service.authorised(remote["handle"])
            else:
                leave = service.authorise(credential, _digest(prepared), "", request.post)
            return _go_on(service, credential, base, request, prepared, leave)
        except OSError as error:
            if isinstance(error, TimeoutError) and "ask" in remote:  # asked or not, it is not to ring a second time
                raise Invalid(
                    _("Không có xác nhận từ điện thoại trong thời gian chờ."), _("Chưa ký gì vào tệp.")
                ) from None
            log.warning("remote signing: %s", error)
            return prepared


def _silent(error: OSError) -> Invalid:
    log.warning("remote signing: %s", error)
    return Invalid(_("Dịch vụ ký từ xa không trả lời."), _("Chưa ký gì vào tệp; thử lại sau ít phút."))


def _digest(prepared: Prepared) -> bytes:
    return hashlib.sha256(prepared.attributes).digest()


def _go_on(
    service: Service,
    credential: Credential,
    base: bytes,
    request: SignRequest,
    prepared: Prepared,
    leave: dict[str, str],
) -> Next:
    """With the signer's leave have it signed; without, note whom to ask again."""
    if "SAD" not in leave:
        handle = leave.get("handle") or prepared.remote.get("handle")
        return prepared.now(remote={"handle": handle} if handle else prepared.remote)
    from ..engine.deferred import algorithm_parts

    algorithm, parameters = algorithm_parts(prepared.algorithm)
    if algorithm != PSS_OID and RSA_OID in credential.algorithms and RSA_SHA256_OID not in credential.algorithms:
        algorithm = RSA_OID
    told = service.sign(credential, leave["SAD"], _digest(prepared), algorithm, parameters)
    return _value_of(told, base, request, prepared)


def _value_of(told: dict[str, object], base: bytes, request: SignRequest, prepared: Prepared) -> Next:
    """The value in the service's answer, checked and put in; or where to ask for it."""
    from ..stepwise import valued

    signatures = told.get("signatures")
    if isinstance(signatures, list) and signatures:
        try:
            value = base64.b64decode(str(signatures[0]), validate=True)
        except ValueError:
            value = b""
        return valued(base, request, prepared, value)
    return prepared.now(remote={"response": str(told["responseID"])}) if told.get("responseID") else prepared


CARRIER = RemoteCarrier()
