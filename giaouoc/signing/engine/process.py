"""Kiểm tra trong tiến trình riêng: a hostile file may eat memory, time or the interpreter itself; it does so in a
process of its own with limits, and whatever happens there ends in a verdict with a reason.

This module is light: the command line and the web process import no PDF library for it. The other side is ``worker``.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from giaouoc.lib.sentence import say as _

from .verdict import Expected, Verdict, unreadable

MAX_BYTES = 30 * 1024 * 1024
MEMORY_BYTES = 1024 * 1024 * 1024
MAX_ANSWER = 1024 * 1024  # letters of a verdict
CPU_SECONDS = 20
WALL_SECONDS = 30
PACKAGE_ROOT = Path(__file__).resolve().parents[3]

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
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE_ROOT), "PYTHONIOENCODING": "utf-8", "PYTHONHASHSEED": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "giaouoc.signing.engine.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd="/",
        start_new_session=True,
    )
    try:
        answer, _errors = process.communicate(len(order).to_bytes(4, "big") + order + data, timeout=wall_seconds)
    except subprocess.TimeoutExpired:
        _kill(process)
        return unreadable(TOO_MUCH, expected)
    except BaseException:
        _kill(process)
        raise
    if process.returncode != 0:
        return unreadable(TOO_MUCH if process.returncode < 0 else _("Không đọc được tệp PDF."), expected)
    try:
        return Verdict.load(json.loads(answer))
    except (ValueError, KeyError, TypeError):
        return unreadable(_("Không đọc được tệp PDF."), expected)


def trust_path(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The trust folder by the environment: GIAOUOC_TRUST, else ``trust`` inside GIAOUOC_DATA, else None."""
    if named := environment.get("GIAOUOC_TRUST"):
        return Path(named)
    if data := environment.get("GIAOUOC_DATA"):
        return Path(data) / "trust"
    return None


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:  # Windows, with the offline kit
            process.kill()
    process.communicate()
