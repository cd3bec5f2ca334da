"""The private key of a ballot that is being stamped: one file of mode 600 beside the database, never in it.

Rows live on in journals, replicas and backups; a file that is overwritten and taken away does not. So the backup leaves
it out, and stamping happens on the machine that opened the ballot."""

from __future__ import annotations

import json
import os
from pathlib import Path

from django.conf import settings

from .rules.blind import PrivateKey


def _folder() -> Path:
    return Path(settings.DATA) / "ballot-keys"


def _path(identity: object) -> Path:
    return _folder() / f"{identity}.json"


def keep(identity: object, key: PrivateKey) -> None:
    """Write the key down; it is on disk before the row that needs it commits."""
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(_path(identity), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump([hex(key.n), key.e, hex(key.p), hex(key.q)], out)
        out.flush()
        os.fsync(out.fileno())


def find(identity: object) -> PrivateKey | None:
    """The key, or None once it was destroyed."""
    try:
        n, e, p, q = json.loads(_path(identity).read_text())
    except FileNotFoundError:
        return None
    return PrivateKey(int(n, 16), int(e), int(p, 16), int(q, 16))


def destroy(identity: object) -> None:
    """Overwrite the key and take the file away; may be done again."""
    path = _path(identity)
    try:
        with path.open("r+b") as out:
            out.write(bytes(path.stat().st_size))
            out.flush()
            os.fsync(out.fileno())
        path.unlink()
    except FileNotFoundError:
        return


def kept() -> list[str]:
    """Identities of the ballots whose key is there."""
    return sorted(path.stem for path in _folder().glob("*.json"))
