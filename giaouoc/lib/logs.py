"""What goes into the log: addresses that open something (an invitation, a reset of a password, the room's screen) without
their key."""

from __future__ import annotations

import logging
import re

_KEYS = re.compile(r"/(moi|phong-hop|quen-mat-khau)/[^/\s]{8,}")


class WithoutKeys(logging.Filter):
    """Shortens such addresses in every line; the line itself always passes."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if _KEYS.search(said):
            record.msg, record.args = _KEYS.sub(r"/\1/…", said), ()
        return True
