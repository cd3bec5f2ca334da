"""The process in which ``process.verify_in_process`` reads one file: order and bytes on standard input, verdict on
standard output, no network, no files written, limited memory and processor time."""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from giaouoc.lib.sentence import say as _

from .process import CPU_SECONDS, MAX_ANSWER, MEMORY_BYTES, TOO_MUCH
from .verdict import Expected, unreadable

try:
    import resource
except ImportError:  # Windows, with the offline kit
    resource = None  # type: ignore[assignment]


def main() -> int:
    """Read the order, judge, print. Exit 0 whenever there is a verdict."""
    _limit()
    size = int.from_bytes(sys.stdin.buffer.read(4), "big")
    order: dict[str, Any] = json.loads(sys.stdin.buffer.read(size))
    data = sys.stdin.buffer.read()
    logging.disable(logging.CRITICAL)
    _no_network()
    expected = None if order["expected"] is None else [Expected(**e) for e in order["expected"]]
    try:
        from .trust import TrustFolder
        from .verify import verify

        trust = TrustFolder.load(Path(order["trust"]) if order["trust"] else None)
        verdict = verify(data, trust, expected, datetime.fromisoformat(order["at"]) if order["at"] else None)
    except (MemoryError, RecursionError):
        verdict = unreadable(TOO_MUCH, expected)
    except Exception as error:  # the PDF library lets all kinds escape on a hostile file
        verdict = unreadable(
            _("Không đọc được tệp PDF: tệp hỏng hoặc bị sửa (%(error)s).", error=error.__class__.__name__), expected
        )
    answer = json.dumps(verdict.dump(), ensure_ascii=False)
    if len(answer) > MAX_ANSWER:  # who asked keeps it in memory and shows it
        answer = json.dumps(unreadable(TOO_MUCH, expected).dump(), ensure_ascii=False)
    sys.stdout.write(answer)
    sys.stdout.flush()
    return 0


def _limit() -> None:
    """Memory and processor time of this process, and no file to write. Windows knows no such limits."""
    if resource is None:
        return
    for kind, wanted in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(kind)
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (limit, limit))


def _no_network() -> None:
    import socket

    def refuse(*_args: object, **_kwargs: object) -> NoReturn:
        raise OSError("verification uses no network")

    really_connect = socket.socket.connect

    def connect(own: socket.socket, address: Any) -> None:
        if sys.platform != "win32" or address[0] not in ("127.0.0.1", "::1"):  # there, an event loop's pair is made so
            refuse()
        really_connect(own, address)

    for name in ("connect_ex", "sendto"):
        setattr(_Deaf, name, refuse)
    _Deaf.connect = connect
    socket.socket = _Deaf  # type: ignore[misc]
    socket.create_connection = refuse
    socket.getaddrinfo = refuse


class _Deaf(__import__("socket").socket):  # type: ignore[misc]
    """A socket that reaches nobody; the event loop still gets its own pair."""


if __name__ == "__main__":
    sys.exit(main())
