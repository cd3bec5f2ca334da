"""Tài khoản ký từ xa: with which service, and as which client, each signer's key is reached.

An account is ``khoa/CODE.csc`` in the data folder; its secret lies there encrypted under this installation's own key, and
leaves this module only to be sent to the service. ``CODE``: of whom it signs for, see ``models.signer_code``."""

from __future__ import annotations

import base64
import json
import os
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from giaouoc.lib.errors import Invalid

FOLDER = "khoa"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
VERSIONS = ("v2", "v1")


@dataclass(frozen=True)
class Account:
    """With which service a unit signs. ``secret``: of the client; ``credential``: empty for the only one that there is."""

    url: str
    version: str
    client: str
    secret: str
    credential: str = ""

    @property
    def host(self) -> str:
        """Name of the service's machine, with its port where one is given."""
        return urlsplit(self.url).netloc

    def tidy(self) -> Account:
        """With the address as it stands before ``/csc/``. Raises Invalid for one that may not be asked."""
        tidied = replace(self, url=re.sub(r"/+(csc(/v\d[\d.]*)?/*)?$", "", self.url.strip()))
        check_address(tidied.url)
        return tidied


def _cipher() -> Fernet:
    derived = HKDF(hashes.SHA256(), 32, None, b"giaouoc remote signing").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _path(signer: str) -> Path:
    return Path(settings.DATA) / FOLDER / f"{signer}.csc"


def has_account(signer: str | None = None) -> bool:
    """Whether the signer, or any, has an account."""
    return _path(signer).is_file() if signer else bool(accounts())


def accounts() -> list[str]:
    """The codes of all signers with an account, in order."""
    folder = Path(settings.DATA) / FOLDER
    return sorted(path.stem for path in folder.glob("*.csc")) if folder.is_dir() else []


def keep_account(signer: str, account: Account) -> Path:
    """Write the account down, its secret encrypted, for this system's user alone. Raises Invalid for a wrong address."""
    account = account.tidy()
    path = _path(signer)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = asdict(replace(account, secret=_cipher().encrypt(account.secret.encode()).decode()))
    beside = path.with_suffix(f".{os.getpid()}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(told, out)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)
    return path


def forget_account(signer: str) -> None:
    """Take the account away; nothing happens when there is none."""
    _path(signer).unlink(missing_ok=True)


def account_of(signer: str) -> Account:
    """The signer's account. Raises Invalid when it cannot be read, or was encrypted under another key."""
    account = account_shown(signer)
    try:
        if account is not None:
            return replace(account, secret=_cipher().decrypt(account.secret.encode()).decode())
    except (ValueError, InvalidToken):
        pass
    raise Invalid(
        _("Không đọc được tài khoản ký từ xa của đơn vị."),
        _("Quản trị hệ thống cần đặt lại tài khoản này trong mục Quản trị, Ký từ xa."),
    )


def can_read_account(signer: str) -> bool:
    """Whether the account is there with a secret that can still be used."""
    try:
        account_of(signer)
    except Invalid:
        return False
    return True


def account_shown(signer: str) -> Account | None:
    """The account with its secret still encrypted; None when there is none that can be read."""
    try:
        return Account(**json.loads(_path(signer).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def check_address(url: str) -> None:
    """Only over TLS, except to this machine itself; no name or password inside, no query. Raises Invalid."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or (parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK)):
        raise Invalid(_("Địa chỉ dịch vụ ký từ xa phải là https."), field="url")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise Invalid(
            _("Địa chỉ dịch vụ chỉ gồm tên máy chủ và đường dẫn, không kèm mật khẩu hay tham số."), field="url"
        )
