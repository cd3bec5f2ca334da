"""Chữ trong tệp: all that is written in an office file, line by line: text, headers, footers, notes, remarks, boxes, cells,
WordArt and watermarks, what pictures are said to show, names of sheets, the file's own properties, and files embedded in it.

For looking over, not for showing. A file that cannot be opened has no text here; whoever reads it for its purpose refuses it.
Parts are read as a stream within limits, and nothing outside the file is fetched."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any
from xml.parsers import expat

from .covering import holds_hidden, mark
from .pdf_text import pdf_lines
from .secrecy import mark_in_name, secrecy_mark

LARGEST_PART = 32 * 1024 * 1024  # bytes, unpacked
LARGEST = 64 * 1024 * 1024  # bytes of all parts that are read
MOST = 60_000  # lines of all parts, twice what the importer takes
CHUNK = 256 * 1024
FOLDERS = ("word/", "xl/", "ppt/", "docprops/")
EMBEDDED = (".docx", ".xlsx", ".pptx", ".docm", ".xlsm")
DEEPEST = 2  # files in files
_SHEET_HEADS = {f"{page}{part}" for page in ("odd", "even", "first") for part in ("Header", "Footer")}
_PROPERTIES = {"title", "subject", "keywords", "category", "contentStatus", "description", "lpwstr", "lpstr"}
_LINES = {"p", "si", "is", "comment", "v"} | _SHEET_HEADS | _PROPERTIES
_TEXTS = {"t", "delText", "v"} | _SHEET_HEADS | _PROPERTIES
_SAID = {  # words that stand in an attribute
    "textpath": ("string",),  # WordArt, such as a watermark behind the text
    "docPr": ("descr", "title"),
    "cNvPr": ("descr", "title"),
    "sheet": ("name",),
    "shape": ("alt",),
    "alias": ("val",),
}
_SHEET_CODES = re.compile(r'&"[^"]*"|&K[0-9A-F]{6}|&\d+|&[A-Z]')  # of fonts and places in a header of a sheet
_BLANKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n"}


class _Words:
    """The lines of one part. A box inside a paragraph has lines of its own."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.open: list[list[str]] = [[]]
        self.listening = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name in _SAID:
            given = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
            self.lines += [given[one] for one in _SAID[name] if given.get(one)]
        if name in _LINES:
            self.open.append([])
        self.listening = name in _TEXTS
        if name in _BLANKS:
            self.open[-1].append(_BLANKS[name])

    def letters(self, text: str) -> None:
        if self.listening:
            self.open[-1].append(text)

    def end(self, tag: str) -> None:
        self.listening = False
        name = tag.rpartition(" ")[2]
        if name in _LINES and len(self.open) > 1:
            line = "".join(self.open.pop())
            if name == "v" and line.isascii():
                return  # a number, or the place of a text that stands elsewhere
            self.lines += _SHEET_CODES.sub("\n", line).splitlines() if name in _SHEET_HEADS else [line]


def _refuse(*_: object) -> None:
    raise ValueError("a part that declares entities")


def _part(stream: Any, budget: int, most: int) -> tuple[list[str], int]:
    """The lines of a part and how many bytes it took."""
    words, parser, taken = _Words(), expat.ParserCreate(namespace_separator=" "), 0
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = words.start, words.end
    parser.CharacterDataHandler, parser.EntityDeclHandler = words.letters, _refuse
    try:
        while taken < budget and len(words.lines) < most and (chunk := stream.read(CHUNK)):
            taken += len(chunk)
            parser.Parse(chunk, False)
    except (expat.ExpatError, ValueError, zlib.error, EOFError):
        pass  # what was read before the fault still counts
    return words.lines, taken


def office_lines(data: bytes, deep: int = 0) -> list[str]:
    """Every line of a .docx, .xlsx or .pptx; nothing for any other file. ``deep``: how many files it is embedded in."""
    if not data.startswith(b"PK"):
        return []
    found: list[str] = []
    left = LARGEST
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                name = entry.filename.replace("\\", "/").lstrip("/").lower()
                if name.startswith(FOLDERS) and name.endswith(".xml") and left > 0 and len(found) < MOST:
                    with archive.open(entry) as stream:
                        lines, taken = _part(stream, min(left, LARGEST_PART), MOST - len(found))
                    left -= taken
                    found += lines
                elif name.startswith(FOLDERS) and name.endswith(EMBEDDED) and deep < DEEPEST:
                    if 0 < entry.file_size <= min(left, LARGEST_PART) and len(found) < MOST:
                        left -= entry.file_size
                        found += office_lines(archive.read(entry), deep + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, KeyError):
        return found
    return found


def hidden_in_file(data: bytes) -> bool:
    """Whether the words of an office or PDF file hold what an administrator has hidden."""
    return bool(mark()) and holds_hidden("\n".join(office_lines(data) or pdf_lines(data)))


def mark_in_file(data: bytes, name: str, *, kept: bool = True) -> str | None:
    """The mark of secrecy (``secrecy``) in the words or the name of a file; a PDF that is not kept is not looked into."""
    inside = secrecy_mark("\n".join(office_lines(data)))
    if not inside and kept:
        inside = secrecy_mark("\n".join(pdf_lines(data)), wrapped=True)
    return inside or mark_in_name(name)
