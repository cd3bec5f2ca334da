"""Chữ trên trang PDF, read by PDFium: what stands in a box of a page, and the lines of a whole file.

PDFium is not ours and reads what strangers made: call this in a process with limits, never in one that serves pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from ctypes import c_ushort

import pypdfium2
from pypdfium2 import raw

MAX_PAGES, MAX_LETTERS, MAX_NOTES = 300, 1_000_000, 500
Box = tuple[float, float, float, float]
INFO = ("Title", "Subject", "Keywords")


def words_in_box(data: bytes, page: int, box: Box) -> str:
    """The words of a page that stand in a box, blanks taken off. page: from 0; box: left, bottom, right, top in points of the
    page's own space. Raises ValueError for what PDFium cannot read, IndexError for a page that is not there."""
    return _words(_page(_open(data), page), box)


def is_free(data: bytes, page: int, box: Box, *, pages: int) -> bool:
    """Whether neither words nor a picture of a page stand in a box. ``pages``: how many another reader counts. Raises
    ValueError where PDFium cannot read the file or counts otherwise, IndexError as above."""
    document = _open(data)
    if len(document) != pages:
        raise ValueError("another number of pages")
    try:
        shown = _page(document, page)
        return not _words(shown, box) and not any(_meet(one.get_bounds(), box) for one in _pictures(shown))
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from None


def _page(document: pypdfium2.PdfDocument, page: int) -> pypdfium2.PdfPage:
    if not 0 <= page < len(document):
        raise IndexError(page)
    return document[page]


def _words(page: pypdfium2.PdfPage, box: Box) -> str:
    left, bottom, right, top = box
    text = page.get_textpage()
    return str(text.get_text_bounded(left=left, bottom=bottom, right=right, top=top, errors="ignore")).strip()


def _pictures(page: pypdfium2.PdfPage) -> Iterator[pypdfium2.PdfObject]:
    """The pictures of a page, and the drawings that hold one."""
    for one in page.get_objects(max_depth=1):
        held = (
            page.get_objects([raw.FPDF_PAGEOBJ_IMAGE], form=one, level=1) if one.type == raw.FPDF_PAGEOBJ_FORM else ()
        )
        if one.type == raw.FPDF_PAGEOBJ_IMAGE or any(True for _picture in held):
            yield one


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def lines(data: bytes) -> Iterator[str]:
    """The lines of the text layer page by page, with the words and looks of notes, stamps and filled-in fields; last title,
    subject and keywords. Up to 300 pages and a million letters. Raises ValueError as above."""
    document, letters = _open(data), 0
    for part in _parts(document):
        for line in filter(str.strip, part.splitlines()):
            letters += len(line) + 1
            if letters > MAX_LETTERS:
                return
            yield line


def _parts(document: pypdfium2.PdfDocument) -> Iterator[str]:
    document.init_forms()
    for number in range(min(len(document), MAX_PAGES)):
        with suppress(pypdfium2.PdfiumError):  # a fault on one page keeps nobody from the next
            page = document[number]
            yield from _notes(page)
            if raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS:
                page = document[number]  # what was flattened is there when the page is loaded anew
            yield str(page.get_textpage().get_text_bounded(errors="ignore"))
    information = document.get_metadata_dict()
    yield from (information.get(name, "") for name in INFO)


def _notes(page: pypdfium2.PdfPage) -> Iterator[str]:
    for place in range(min(raw.FPDFPage_GetAnnotCount(page), MAX_NOTES)):
        note = raw.FPDFPage_GetAnnot(page, place)
        for key in (b"Contents", b"V"):
            size = raw.FPDFAnnot_GetStringValue(note, key, None, 0)
            if 2 < size <= 2 * MAX_LETTERS:
                words = (c_ushort * (size // 2 + 1))()
                raw.FPDFAnnot_GetStringValue(note, key, words, size)
                yield bytes(words)[: size - 2].decode("utf-16-le", "ignore")
        raw.FPDFPage_CloseAnnot(note)


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ValueError(str(error)) from None
