"""Dịch vụ ký từ xa: a client of the Cloud Signature Consortium's API, v1 (1.0.4) and v2.

What a signer typed, tokens and authorisations are used in the call at hand: they are kept nowhere and never logged."""

from __future__ import annotations

import base64
import http.client
import json
import logging
import socket
import ssl
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext as _

from giaouoc.lib.errors import Invalid
from giaouoc.lib.patience import within

from .engine.keys import load_certificate
from .remote_accounts import Account, check_address

SECONDS, SECONDS_HELD = 8.0, 90.0  # v1 holds the line until the phone has answered
MAX_ANSWER = 1024 * 1024
SHA256_OID = "2.16.840.1.101.3.4.2.1"
PSS_OID, RSA_SHA256_OID, RSA_OID = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Credential:
    """A key at the service. ``mode``: how its use is authorised; ``asks``: codes that the signer types ('PIN', 'OTP')."""

    name: str
    certificates: tuple[bytes, ...]
    algorithms: tuple[str, ...]
    mode: str
    asks: tuple[str, ...]

    @property
    def pss(self) -> bool:
        return PSS_OID in self.algorithms

    def check_mode(self) -> None:
        """Refuse a key whose use is agreed to in a way that is not built. Raises Invalid."""
        if self.mode not in {"explicit", "implicit"}:
            raise Invalid(
                _("Khóa này đòi xác nhận qua trang của dịch vụ ký; hệ thống chưa dùng được cách đó."),
                _("Hãy đổi sang xác nhận trên ứng dụng điện thoại hoặc bằng mã PIN."),
            )


class Unfit(OSError):
    """The service answered, but not as the API says. ``sentence``: what it did, for a person."""

    def __init__(self, detail: str, sentence: str) -> None:
        super().__init__(detail)
        self.sentence = sentence


class Refused(Invalid):
    """The service said no. ``code``: its own word for why."""

    code = ""


class _Still(urllib.request.HTTPRedirectHandler):
    """No redirects: what we send is for this service alone."""

    def redirect_request(self, *args: Any) -> None:
        return None


class Service:
    """One conversation with a service in the name of an account. Raises OSError when it is down or answers rubbish, Invalid
    when it refuses."""

    def __init__(self, account: Account) -> None:
        check_address(account.url)
        self.account, self.base = account, account.url.rstrip("/")
        self._open = urllib.request.build_opener(_Still).open
        self._token = ""

    def describe(self) -> dict[str, Any]:
        """What the service says of itself to everybody."""
        url = f"{self.base}/csc/{self.account.version}/info"
        return self._post(url, b"{}", {"Content-Type": "application/json"}, SECONDS)

    def log_in(self) -> None:
        """Have a token for the calls that follow. Raises Invalid when the client is not accepted."""
        if not self._token:
            self._token = self._new_token()

    def credential(self) -> Credential:
        """The account's key and its certificates, the signer's first. Raises Invalid where there is none that can be used."""
        name = self.account.credential
        if not name:
            names = self._call("credentials/list", {}).get("credentialIDs") or []
            if not isinstance(names, list):
                raise OSError("credentials/list: no list")
            if len(names) != 1:
                known = ", ".join(str(one)[:60] for one in names[:5]) or _("không có khóa nào")
                words = _("Tài khoản ký từ xa có %(count)s khóa; cần nêu rõ dùng khóa nào: %(names)s.")
                raise Invalid(words % {"count": len(names), "names": known})
            name = str(names[0])
        wanted = {"credentialID": name, "certificates": "chain", "certInfo": True, "authInfo": True}
        told = self._call("credentials/info", wanted)
        try:
            chain = tuple(base64.b64decode(one) for one in told["cert"]["certificates"])
            if told["key"].get("status") != "enabled" or not chain:
                raise Invalid(_("Khóa ký từ xa không còn dùng được."), _("Chưa ký gì vào tệp."))
            for one in chain:
                load_certificate(one).native  # noqa: B018 -- to its last part, here where rubbish is expected
            return Credential(name, chain, tuple(told["key"]["algo"]), *_authorisation(told))
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise OSError(f"credentials/info: {error.__class__.__name__}") from None

    def authorise(self, credential: Credential, digest: bytes, codes: str, what: str) -> dict[str, str]:
        """Ask for leave to sign: {'SAD': …} when it is given, {'handle': …} while the signer is being asked (v2)."""
        asked: dict[str, Any] = {"credentialID": credential.name, "numSignatures": 1, "description": what}
        given = dict(zip(credential.asks, codes.split(), strict=False))
        if self.account.version == "v1":
            asked |= {"hash": [_b64(digest)], **given}
        else:
            asked |= {"hashes": [_b64(digest)], "hashAlgorithmOID": SHA256_OID}
            asked |= {"authData": [{"id": name, "value": value} for name, value in given.items()]} if given else {}
        held = self.account.version == "v1" and not given
        return self._call("credentials/authorize", asked, seconds=SECONDS_HELD if held else SECONDS)

    def authorised(self, handle: str) -> dict[str, str]:
        """What became of a request that was still open: with 'SAD' once the signer has agreed."""
        return self._call("credentials/authorizeCheck", {"handle": handle})

    def sign(
        self, credential: Credential, sad: str, digest: bytes, algorithm: str, parameters: bytes
    ) -> dict[str, Any]:
        """Have the digest signed: {'signatures': […]}, or {'responseID': …} where it takes its time (v2)."""
        asked: dict[str, Any] = {"credentialID": credential.name, "SAD": sad, "signAlgo": algorithm}
        if parameters:
            asked["signAlgoParams"] = _b64(parameters)
        if self.account.version == "v1":
            asked |= {"hash": [_b64(digest)], "hashAlgo": SHA256_OID}
        else:
            asked |= {"hashes": [_b64(digest)], "hashAlgorithmOID": SHA256_OID, "operationMode": "A"}
        return self._call("signatures/signHash", asked)

    def signed(self, response: str) -> dict[str, Any]:
        """What became of it: with 'signatures' once it is there."""
        return self._call("signatures/signPolling", {"responseID": response})

    def _call(self, method: str, asked: dict[str, Any], seconds: float = SECONDS) -> dict[str, Any]:
        self.log_in()
        body = json.dumps(asked).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        return self._post(f"{self.base}/csc/{self.account.version}/{method}", body, headers, seconds)

    def _new_token(self) -> str:
        """As the client that we are: OAuth 2.0, or by name and password where the service (v1) knows only that."""
        told = self.describe()
        ways = told.get("authType") or ["oauth2client"]
        if not isinstance(ways, list):
            raise Unfit("authType: no list", _("Dịch vụ không cấp quyền truy cập (thiếu access_token)."))
        try:
            if self.account.version == "v1" and "oauth2client" not in ways:
                pair = base64.b64encode(f"{self.account.client}:{self.account.secret}".encode()).decode()
                headers = {"Content-Type": "application/json", "Authorization": f"Basic {pair}"}
                answer = self._post(f"{self.base}/csc/v1/auth/login", b"{}", headers, SECONDS)
            else:
                where = str(told.get("oauth2") or self.base).rstrip("/")
                check_address(where)
                grant = {"grant_type": "client_credentials", "client_id": self.account.client}
                body = urlencode(grant | {"client_secret": self.account.secret}).encode()
                headers = {"Content-Type": "application/x-www-form-urlencoded"}
                answer = self._post(f"{where}/oauth2/token", body, headers, SECONDS)
        except Refused as error:
            raise Invalid(
                _("Dịch vụ ký từ xa không nhận mã ứng dụng hoặc mật khẩu của ứng dụng (%(code)s).")
                % {"code": error.code},
                _("Quản trị hệ thống cần kiểm tra tài khoản ký từ xa của đơn vị."),
            ) from None
        if not (token := str(answer.get("access_token") or "")):
            raise Unfit("no access token", _("Dịch vụ không cấp quyền truy cập (thiếu access_token)."))
        return token

    def _post(self, url: str, body: bytes, headers: dict[str, str], seconds: float) -> dict[str, Any]:
        def ask() -> bytes:
            with self._open(urllib.request.Request(url, body, headers), timeout=seconds) as answer:
                return bytes(answer.read(MAX_ANSWER))

        try:
            data = within(seconds, ask)
        except HTTPError as error:
            if error.code < 400 or error.code == 429 or error.code >= 500:
                words = _("Dịch vụ trả lời mã %(code)s cho địa chỉ %(path)s.")
                where = {"code": error.code, "path": urlsplit(url).path}
                raise Unfit(f"{url}: {error.code}", words % where) from None
            raise _refusal(error) from None
        except (http.client.HTTPException, ValueError) as error:
            raise _no_api(url, error.__class__.__name__) from None
        try:
            told = json.loads(data or b"{}")
        except ValueError:
            raise _no_api(url, "no JSON") from None
        if not isinstance(told, dict):
            raise _no_api(url, "no object")
        return told


def _no_api(url: str, detail: str) -> Unfit:
    words = _("Ở địa chỉ %(path)s không có dịch vụ theo chuẩn CSC (câu trả lời không đúng dạng).")
    return Unfit(f"{url}: {detail}", words % {"path": urlsplit(url).path})


def what_happened(error: OSError) -> str:
    """Why there was no right answer, in one sentence for whoever set the account up."""
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, Unfit):
        return reason.sentence
    if isinstance(reason, ssl.SSLCertVerificationError):
        return _("Chứng thư TLS của máy chủ không đúng (%(why)s).") % {"why": reason.verify_message}
    if isinstance(reason, ssl.SSLError):
        return _("Máy chủ không nói được TLS ở địa chỉ này.")
    if isinstance(reason, socket.gaierror):
        return _("Không tìm thấy máy chủ có tên này.")
    if isinstance(reason, TimeoutError):
        return _("Dịch vụ không trả lời trong %(n)s giây.") % {"n": int(SECONDS)}
    if isinstance(reason, ConnectionRefusedError):
        return _("Máy chủ không nhận kết nối ở địa chỉ và cổng này.")
    return _("Không kết nối được dịch vụ, hoặc câu trả lời của dịch vụ không đúng chuẩn CSC.")


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _authorisation(told: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """How the use of a key is authorised, and what the signer types for it: v2's ``auth``, v1's ``authMode``. Raises
    ValueError and the like for what is no such answer."""
    if not isinstance(told["auth"].get("mode", "") if "auth" in told else told["authMode"], str):
        raise ValueError("a mode that is no word")
    if "auth" in told:
        objects = told["auth"].get("objects") or []
        return told["auth"].get("mode", "explicit"), tuple(str(one.get("id") or one["type"]) for one in objects)
    asks = tuple(one for one in ("PIN", "OTP") if (told.get(one) or {}).get("presence") == "true")
    return told["authMode"], asks if told["authMode"] == "explicit" else ()


def _refusal(error: HTTPError) -> Refused:
    """The service's no, in words; its own description may hold anything, so only the code is repeated."""
    try:
        code = str(json.loads(error.read(MAX_ANSWER))["error"])
    except (ValueError, KeyError, TypeError, OSError):
        code = str(error.code)
    code = code[:60]
    log.warning("remote signing service: %s", code)
    refused = _in_words(code)
    refused.code = code
    return refused


def _in_words(code: str) -> Refused:
    if code in {"access_denied", "user_declined", "authorization_denied"}:
        return Refused(_("Yêu cầu ký đã bị từ chối trên điện thoại."), _("Chưa ký gì vào tệp."))
    if code in {"invalid_pin", "invalid_otp"}:
        return Refused(
            _("Mã PIN hoặc OTP không đúng."), _("Chưa ký gì vào tệp; hệ thống không tự thử lại."), field="secret"
        )
    if code in {"expired_token", "request_expired", "timeout"}:
        return Refused(_("Yêu cầu ký trên điện thoại đã hết hạn."), _("Chưa ký gì vào tệp."))
    return Refused(_("Dịch vụ ký từ xa từ chối (%(code)s).") % {"code": code}, _("Chưa ký gì vào tệp."))
