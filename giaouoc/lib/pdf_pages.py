"""The process in which ``pdf_text.pdf_lines`` reads one file: bytes on standard input, lines on standard output page by
page, no network, no files written, limited memory and processor time."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from typing import Any

from .apart import limit, no_network
from .pdf_fonts import entry

CPU_SECONDS = 8
MAX_PAGES = 300
MAX_LETTERS = 1_000_000
MAX_NOTES = 500  # on one page
MAX_DEPTH = 40  # of the tree of pages
INFO = ("/Title", "/Subject", "/Keywords")


class _Enough(Exception):
    """As many letters as are read of one file."""


class _Out:
    """Lines to standard output, so many letters and no more."""

    def __init__(self) -> None:
        self.left = MAX_LETTERS

    def __call__(self, lines: list[str]) -> None:
        for line in lines:
            self.left -= len(line) + 1
            if self.left < 0:
                raise _Enough
            sys.stdout.write(line + "\n")
        sys.stdout.flush()


def pages_of(root: Any) -> Iterator[Any]:
    """The pages of a file in order, each with the resources that it inherits, at most MAX_PAGES."""
    left = MAX_PAGES
    open_: list[tuple[Any, Any, int]] = [(root["/Pages"], None, 0)]
    while open_ and left:
        node, resources, depth = open_.pop()
        if not hasattr(node, "get"):
            continue
        resources = entry(node, "/Resources", resources)
        kids = entry(node, "/Kids")
        if kids is None:
            left -= 1
            yield node, resources
        elif depth < MAX_DEPTH:
            count = min(len(kids), 20_000)
            open_ += [(kids[place], resources, depth + 1) for place in reversed(range(count))]


def _text(value: Any) -> list[str]:
    from pyhanko.pdf_utils import generic

    if isinstance(value, generic.TextStringObject):
        return str(value).replace("\r", "\n").split("\n")
    if isinstance(value, generic.ByteStringObject):
        return bytes(value).decode("latin-1").replace("\r", "\n").split("\n")
    return []


def _notes(page: Any, reader: Any) -> Iterator[list[str]]:
    """What lies over the page: words of notes and fields, and their looks (a stamp is one)."""
    notes = entry(page, "/Annots") or []
    for place in range(min(len(notes), MAX_NOTES)):
        note = notes[place]
        for key in ("/Contents", "/V"):
            yield _text(entry(note, key))
        looks = entry(note, "/AP")
        look = entry(looks, "/N")
        if hasattr(look, "data"):
            yield reader(look.data, entry(look, "/Resources"))


def main() -> int:
    """Read the file, print its lines. Exit 0 also for a file that cannot be read, or only in part."""
    limit(CPU_SECONDS)
    data = sys.stdin.buffer.read()
    logging.disable(logging.CRITICAL)
    no_network()
    out = _Out()
    try:
        from pyhanko.pdf_utils.reader import PdfFileReader

        from .pdf_words import lines_of

        file = PdfFileReader(io.BytesIO(data), strict=False)
        if file.encrypted:
            file.decrypt(b"")  # locked against changes, not against reading
        for page, resources in pages_of(file.root):
            for part in _guarded(lambda page=page, resources=resources: _page(page, resources, lines_of)):
                out(part)
        information = entry(file.trailer, "/Info")
        for key in INFO:
            out(_text(entry(information, key)))
    except BaseException:  # the PDF library lets all kinds escape on a hostile file
        sys.stdout.flush()
    return 0


def _page(page: Any, resources: Any, reader: Any) -> Iterator[list[str]]:
    contents = entry(page, "/Contents")
    streams = [contents] if hasattr(contents, "data") else [contents[one] for one in range(len(contents or ()))]
    yield reader(b"\n".join(one.data for one in streams[:1000]), resources)
    yield from _notes(page, reader)


def _guarded(parts: Any) -> Iterator[list[str]]:
    """The parts of one page as far as they can be read: a fault there keeps nobody from the next page."""
    try:
        yield from parts()
    except (MemoryError, RecursionError):
        raise
    except Exception:
        return


if __name__ == "__main__":
    sys.exit(main())
