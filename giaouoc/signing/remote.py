"""Dịch vụ ký từ xa: a client of the Cloud Signature Consortium's API, v1 (1.0.4) and v2, and the units' accounts there.

An account is ``khoa/CODE.csc`` in the data folder; its secret lies there encrypted under this installation's own key. What
a signer typed, tokens and authorisations are used in the call at hand: they are kept nowhere and never logged."""

from __future__ import annotations

import base64
import http.client
import json
import logging
import os
import urllib.request
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from giaouoc.lib.errors import Invalid
from giaouoc.lib.patience import within

from .engine.keys import load_certificate

FOLDER = "khoa"
SECONDS, SECONDS_HELD = 8.0, 90.0  # v1 holds the line until the phone has answered
MAX_ANSWER = 1024 * 1024
SHA256_OID = "2.16.840.1.101.3.4.2.1"
PSS_OID, RSA_SHA256_OID, RSA_OID = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.1"
VERSIONS = ("v1", "v2")
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Account:
    """With which service a unit signs. ``secret``: of the client; ``credential``: empty for the only one that there is."""

    url: str
    version: str
    client: str
    secret: str
    credential: str = ""


def _cipher() -> Fernet:
    derived = HKDF(hashes.SHA256(), 32, None, b"giaouoc remote signing").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _path(unit_code: str) -> Path:
    return Path(settings.DATA) / FOLDER / f"{unit_code}.csc"


def has_account(unit_code: str | None = None) -> bool:
    """Whether the unit, or any, has an account."""
    folder = Path(settings.DATA) / FOLDER
    return _path(unit_code).is_file() if unit_code else folder.is_dir() and any(folder.glob("*.csc"))


def keep_account(unit_code: str, account: Account) -> Path:
    """Write the account down, its secret encrypted, for this system's user alone. Raises Invalid for a wrong address."""
    check_address(account.url)
    if account.version not in VERSIONS or not account.client or not account.secret:
        raise Invalid(_("Tài khoản ký từ xa cần phiên bản v1 hoặc v2, mã ứng dụng và mật khẩu của ứng dụng."))
    path = _path(unit_code)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = asdict(replace(account, secret=_cipher().encrypt(account.secret.encode()).decode()))
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(told, out)
    return path


def forget_account(unit_code: str) -> None:
    """Take the account's file away."""
    _path(unit_code).unlink(missing_ok=True)


def account_of(unit_code: str) -> Account:
    """The unit's account. Raises Invalid when it cannot be read, or was encrypted under another key."""
    try:
        account = Account(**json.loads(_path(unit_code).read_text()))
        return replace(account, secret=_cipher().decrypt(account.secret.encode()).decode())
    except (OSError, ValueError, TypeError, InvalidToken):
        raise Invalid(
            _("Không đọc được tài khoản ký từ xa của đơn vị."),
            _("Quản trị hệ thống cần đặt lại ở trang Ký từ xa, hoặc bằng lệnh bin/giaouoc remote-signing."),
        ) from None


def check_address(url: str) -> None:
    """Only over TLS, except to this machine itself. Raises Invalid."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise Invalid(_("Địa chỉ dịch vụ ký từ xa phải là https."))


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

    def credential(self) -> Credential:
        """The account's key and its certificates, the signer's first. Raises Invalid where there is none that can be used."""
        name = self.account.credential
        if not name:
            names = self._call("credentials/list", {}).get("credentialIDs") or []
            if not isinstance(names, list):
                raise OSError("credentials/list: no list")
            if len(names) != 1:
                raise Invalid(
                    _("Tài khoản ký từ xa có %(count)s khóa; cần nêu rõ dùng khóa nào.") % {"count": len(names)}
                )
            name = str(names[0])
        wanted = {"credentialID": name, "certificates": "chain", "certInfo": True, "authInfo": True}
        told = self._call("credentials/info", wanted)
        try:
            chain = tuple(base64.b64decode(one) for one in told["cert"]["certificates"])
            if told["key"].get("status") != "enabled" or not chain:
                raise Invalid(_("Khóa ký từ xa không còn dùng được."), _("Chưa ký gì vào tệp."))
            for one in chain:
                load_certificate(one)
            return Credential(name, chain, tuple(told["key"]["algo"]), *_authorisation(told))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
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
        if not self._token:
            self._token = self._log_in()
        body = json.dumps(asked).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        return self._post(f"{self.base}/csc/{self.account.version}/{method}", body, headers, seconds)

    def _log_in(self) -> str:
        """As the client that we are: OAuth 2.0, or by name and password where the service (v1) knows only that."""
        told = self._post(
            f"{self.base}/csc/{self.account.version}/info", b"{}", {"Content-Type": "application/json"}, SECONDS
        )
        if self.account.version == "v1" and "oauth2client" not in (told.get("authType") or ["oauth2client"]):
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
        if not (token := str(answer.get("access_token") or "")):
            raise OSError("no access token")
        return token

    def _post(self, url: str, body: bytes, headers: dict[str, str], seconds: float) -> dict[str, Any]:
        def ask() -> bytes:
            with self._open(urllib.request.Request(url, body, headers), timeout=seconds) as answer:
                return bytes(answer.read(MAX_ANSWER))

        try:
            data = within(seconds, ask)
        except HTTPError as error:
            if error.code < 400 or error.code == 429 or error.code >= 500:
                raise OSError(f"{url}: {error.code}") from None
            raise _refusal(error) from None
        except (http.client.HTTPException, ValueError) as error:
            raise OSError(f"{url}: {error.__class__.__name__}") from None
        try:
            told = json.loads(data or b"{}")
        except ValueError:
            raise OSError(f"{url}: no JSON") from None
        if not isinstance(told, dict):
            raise OSError(f"{url}: no object")
        return told


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _authorisation(told: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """How the use of a key is authorised, and what the signer types for it: v2's ``auth``, v1's ``authMode``."""
    if "auth" in told:
        objects = told["auth"].get("objects") or []
        return told["auth"].get("mode", "explicit"), tuple(str(one.get("id") or one["type"]) for one in objects)
    asks = tuple(one for one in ("PIN", "OTP") if (told.get(one) or {}).get("presence") == "true")
    return told["authMode"], asks if told["authMode"] == "explicit" else ()


def _refusal(error: HTTPError) -> Invalid:
    """The service's no, in words; its own description may hold anything, so only the code is repeated."""
    try:
        code = str(json.loads(error.read(MAX_ANSWER))["error"])
    except (ValueError, KeyError, TypeError, OSError):
        code = str(error.code)
    log.warning("remote signing service: %s", code[:60])
    if code in {"access_denied", "user_declined", "authorization_denied"}:
        return Invalid(_("Yêu cầu ký đã bị từ chối trên điện thoại."), _("Chưa ký gì vào tệp."))
    if code in {"invalid_pin", "invalid_otp"}:
        return Invalid(
            _("Mã PIN hoặc OTP không đúng."), _("Chưa ký gì vào tệp; hệ thống không tự thử lại."), field="secret"
        )
    if code in {"expired_token", "request_expired", "timeout"}:
        return Invalid(_("Yêu cầu ký trên điện thoại đã hết hạn."), _("Chưa ký gì vào tệp."))
    return Invalid(_("Dịch vụ ký từ xa từ chối (%(code)s).") % {"code": code[:60]}, _("Chưa ký gì vào tệp."))


def answer_of(unit_code: str) -> str:
    """Ask the unit's service for its key, signing nothing: whose certificate it is. Raises Invalid."""
    try:
        credential = Service(account_of(unit_code)).credential()
    except OSError as error:
        raise Invalid(
            _("Dịch vụ ký từ xa không trả lời, hoặc trả lời không đúng chuẩn (%(why)s).")
            % {"why": str(error)[:120] or error.__class__.__name__}
        ) from None
    return str(load_certificate(credential.certificates[0]).subject.human_friendly)
