"""Kiểm tra trong tiến trình riêng: a hostile file may eat memory, time or the interpreter itself; it does so in a
process of its own with limits, and whatever happens there ends in a verdict with a reason.

This module is light: the command line and the web process import no PDF library for it. The other side is ``worker``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from giaouoc.lib.apart import ask_apart
from giaouoc.lib.sentence import say as _

from .verdict import Expected, Verdict, unreadable

MAX_BYTES = 30 * 1024 * 1024
MAX_ANSWER = 1024 * 1024  # letters of a verdict
WALL_SECONDS = 30
HTTP_CLIENT = "aiohttp"  # loaded by the PDF library for its time stamps; a process without network has no use for it

TOO_MUCH = _("Tệp đòi quá nhiều bộ nhớ hoặc thời gian để đọc, không kiểm tra được.")


def verify_in_process(
    data: bytes,
    trust: Path | None,
    expected: Sequence[Expected] | None = None,
    at: datetime | None = None,
    *,
    wall_seconds: float = WALL_SECONDS,
) -> Verdict:
    """Judge a file in a separate limited process. ``trust``: folder of anchors, or None. Never raises for what is in
    the file.

    Limits: 30 MB of file, 1 GB of memory, 20 s of processor time, 30 s by the clock.
    """
    if len(data) > MAX_BYTES:
        return unreadable(_("Tệp lớn hơn %(size)s MB, không kiểm tra.", size=MAX_BYTES // 1024 // 1024), expected)
    if not data:
        return unreadable(_("Tệp trống."), expected)
    order = json.dumps(
        {
            "trust": str(trust) if trust is not None else None,
            "expected": None if expected is None else [asdict(e) for e in expected],
            "at": at.isoformat() if at else None,
        }
    ).encode()
    answer = ask_apart(
        "giaouoc.signing.engine.worker", len(order).to_bytes(4, "big") + order + data, seconds=wall_seconds
    )
    if answer.code is None or answer.code < 0:
        return unreadable(TOO_MUCH, expected)
    if answer.code != 0:
        return unreadable(_("Không đọc được tệp PDF."), expected)
    try:
        return Verdict.load(json.loads(answer.output))
    except (ValueError, KeyError, TypeError):
        return unreadable(_("Không đọc được tệp PDF."), expected)


def trust_path(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The trust folder by the environment: GIAOUOC_TRUST, else ``trust`` inside GIAOUOC_DATA, else None."""
    if named := environment.get("GIAOUOC_TRUST"):
        return Path(named)
    if data := environment.get("GIAOUOC_DATA"):
        return Path(data) / "trust"
    return None
