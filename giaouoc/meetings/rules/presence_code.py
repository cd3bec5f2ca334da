"""Mã điểm danh: six figures on the room's screen, other ones each minute; whoever types them has read them just now."""

from __future__ import annotations

import hmac
from datetime import datetime

EVERY = 60  # seconds that a code is shown; it is taken for as long again, for whoever types slowly


def presence_code(secret: str, at: datetime) -> str:
    """The code that the screen shows at this moment. ``secret``: of the one screen."""
    window = int(at.timestamp()) // EVERY
    return f"{int.from_bytes(hmac.digest(secret.encode(), str(window).encode(), 'sha256')[:8]) % 1_000_000:06}"


def is_presence_code(typed: str, secret: str, at: datetime) -> bool:
    """Whether this is the code shown now or the one before it; spaces do not matter."""
    given = "".join(typed.split()).encode()
    before = datetime.fromtimestamp(at.timestamp() - EVERY, at.tzinfo)
    return any(hmac.compare_digest(given, presence_code(secret, moment).encode()) for moment in (at, before))
