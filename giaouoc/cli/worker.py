"""``bin/giaouoc worker``: only the background process; as many as wanted, on as many machines."""

from __future__ import annotations

from collections.abc import Sequence

from . import serving
from .startup import require_real


def main(argv: Sequence[str]) -> int:
    """Work until stopped."""
    require_real()
    return serving.work()
