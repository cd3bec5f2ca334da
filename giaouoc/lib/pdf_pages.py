"""The process in which ``pdf_text.pdf_lines`` reads one file: bytes on standard input, lines on standard output page by
page, no network, no files written, limited memory and processor time."""

from __future__ import annotations

import logging
import sys

from .apart import limit, no_network

CPU_SECONDS = 8


def main() -> int:
    """Read the file, print its lines. Exit 0 also for a file that cannot be read, or only in part."""
    limit(CPU_SECONDS)
    data = sys.stdin.buffer.read()
    logging.disable(logging.CRITICAL)
    no_network()
    try:
        from .pdf_words import lines

        for line in lines(data):
            sys.stdout.write(line + "\n")
    except Exception:  # a damaged or hostile file has no lines, or those before the fault
        return 0
    finally:
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
