"""Chữ trên trang PDF, read by PDFium: what stands in a box of a page, and the lines of a whole file.

PDFium is not ours and reads what strangers made: call this in a process with limits, never in one that serves pages."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2

MAX_PAGES, MAX_LETTERS = 300, 1_000_000


def words_in_box(data: bytes, page: int, box: tuple[float, float, float, float]) -> str:
    """The words of a page that stand in a box, blanks taken off. page: from 0; box: left, bottom, right, top in points of the
    page's own space. Raises ValueError for what PDFium cannot read, IndexError for a page that is not there."""
    left, bottom, right, top = box
    document = _open(data)
    if not 0 <= page < len(document):
        raise IndexError(page)
    text = document[page].get_textpage()
    return str(text.get_text_bounded(left=left, bottom=bottom, right=right, top=top, errors="ignore")).strip()


def lines(data: bytes) -> Iterator[str]:
    """The lines of the text layer, page by page, up to 300 pages and a million letters. Raises ValueError as above."""
    document, letters = _open(data), 0
    for number in range(min(len(document), MAX_PAGES)):
        for line in document[number].get_textpage().get_text_bounded(errors="ignore").splitlines():
            letters += len(line)
            if letters > MAX_LETTERS:
                return
            yield line


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from None
