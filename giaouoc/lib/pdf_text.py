"""Chữ trong tệp PDF: the text layer of a PDF file, line by line, for looking over (``secrecy``), not for showing.

The file is read by ``pdf_pages`` in a process of its own with limits; what it gave before it was ended still counts."""

from __future__ import annotations

from .apart import ask_apart

MAX_BYTES = 30 * 1024 * 1024  # what any form takes
WALL_SECONDS = 12


def pdf_lines(data: bytes) -> list[str]:
    """Every line of a PDF that could be read in time; nothing for a scan, a damaged, locked or hostile file or any other one.

    Read are the pages' text, notes and stamps on them, filled-in fields, title and subject. Limits: 30 MB of file, 300 pages,
    a million letters, 1 GB of memory, 8 s of processor time, 12 s by the clock. Never raises for what is in the file."""
    if b"%PDF-" not in data[:1024] or b"obj" not in data or len(data) > MAX_BYTES:
        return []
    said = ask_apart("giaouoc.lib.pdf_pages", data, seconds=WALL_SECONDS)
    return said.output.decode("utf-8", "ignore").splitlines()
