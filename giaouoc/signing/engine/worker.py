"""The process in which ``process.verify_in_process`` reads one file: order and bytes on standard input, verdict on
standard output, no network, no files written, limited memory and processor time."""

from __future__ import annotations

import json
import logging
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from giaouoc.lib.apart import limit, no_network
from giaouoc.lib.sentence import say as _

from .process import HTTP_CLIENT, MAX_ANSWER, TOO_MUCH
from .verdict import Expected, unreadable


def main() -> int:
    """Read the order, judge, print. Exit 0 whenever there is a verdict."""
    limit()
    size = int.from_bytes(sys.stdin.buffer.read(4), "big")
    order: dict[str, Any] = json.loads(sys.stdin.buffer.read(size))
    data = sys.stdin.buffer.read()
    logging.disable(logging.CRITICAL)
    no_network(HTTP_CLIENT)
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


if __name__ == "__main__":
    sys.exit(main())
