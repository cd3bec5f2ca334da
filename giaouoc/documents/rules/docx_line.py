"""A line of a .docx and a table of lines: the text as it is read, its boldness letter by letter, what is tidied of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from giaouoc.lib.vietnamese import ZERO_WIDTH, nfc

from .docx_numbering import Label
from .docx_package import UnreadableDraft


@dataclass
class Line:
    """A paragraph: its text (soft breaks are line ends), which characters are bold, what Word writes before it."""

    text: str = ""
    bold: list[bool] = field(default_factory=list)
    label: Label | None = None
    outline: int | None = None  # level of a heading style, from 0
    title: bool = False  # Word's Title or Subtitle style
    contents: bool = False  # a line of a table of contents, not the clause that it names
    caps: bool = False  # shown in capitals, however typed
    centred: bool = False
    right: bool = False
    notes: list[str] = field(default_factory=list)
    old_font: str = ""
    loose_start: bool = False  # blanks that stood at the ends, for lines that run together
    loose_end: bool = False
    parts: list[tuple[str, bool]] = field(default_factory=list)  # as read, until they are joined

    def join(self) -> None:
        """Make one text of what was read."""
        self.text = "".join(text for text, _ in self.parts)
        self.bold = [mark for text, mark in self.parts for _ in text]
        self.parts = []

    @property
    def all_bold(self) -> bool:
        """Whether every letter of the text is bold; never of an empty one."""
        if not any(self.bold):
            return False
        if all(self.bold):
            return not self.text.isspace()
        marks = [mark for letter, mark in zip(self.text, self.bold, strict=True) if not letter.isspace()]
        return bool(marks) and all(marks)


@dataclass
class Grid:
    """A table: cells of blocks; a cell that only continues a merged one is None."""

    rows: list[list[list[Block] | None]] = field(default_factory=list)
    bordered: bool = False

    def lines(self) -> Iterator[Line]:
        """Every line of its cells, also of tables inside them."""
        for row in self.rows:
            for cell in row:
                for block in cell or []:
                    if isinstance(block, Line):
                        yield block
                    else:
                        yield from block.lines()


Block = Line | Grid


LONG = 300  # letters; below it, marks cannot heap up to anything that takes time
MAX_MARKS = 20  # marks on one letter


def heaped(text: str) -> bool:
    """Whether marks heap on one letter beyond any writing; their order would take time without end."""
    heap = 0
    for letter in text:
        heap = heap + 1 if letter >= "\u0300" and unicodedata.combining(letter) else 0
        if heap > MAX_MARKS:
            return True
    return False


_PAGE = re.compile(r"(\.{4,}|…{2,})[ .…]*\t?\s*\d{1,4}\s*$")
_TAB_PAGE = re.compile(r"(?i)^\s*(điều|chương|mục|phần|phụ lục)\b.*\t\s*\d{1,4}\s*$")


def names_a_page(text: str) -> bool:
    """Whether a line ends as one of a typed table of contents: leaders, or a tab behind a heading, and a page number."""
    if not text[-1:].isdecimal():
        return False
    return (_PAGE.search(text[-60:]) or _TAB_PAGE.match(text)) is not None and any(map(str.isalpha, text))


def old_letters(text: str) -> bool:
    """Whether letters set in an old font are of its old code: some beyond ASCII, none that only Unicode has."""
    return not text.isascii() and not any(ord(letter) > 0x1EFF or ord(letter) >= 0x1EA0 for letter in text)


def add(line: Line, text: str, bold: bool) -> None:
    line.parts.append((text, bold))


def run_together(lines: list[Line]) -> Line:
    """Lines whose parting was deleted: the words of all, the shape of the last."""
    last = lines[-1]
    text: list[str] = []
    bold: list[bool] = []
    loose = False
    for line in lines:
        if text and line.text and (loose or line.loose_start):
            text.append(" ")
            bold.append(bold[-1])
        if line.text:
            text.append(line.text)
            bold += line.bold
            loose = line.loose_end
        else:
            loose = loose or line.loose_end
    last.notes = [note for line in lines for note in line.notes]
    last.text, last.bold = "".join(text), bold
    if not last.text:
        last.label = None
    return last


def tidy(line: Line) -> None:
    """NFC; every run of blanks is one blank; lines trimmed; boldness kept letter by letter."""
    if len(line.text) > LONG and heaped(line.text):
        raise UnreadableDraft("bomb")
    text = nfc(line.text)
    if text != line.text:
        text, line.bold = _compose(line.text, line.bold)
    if text == " ".join(text.split()):
        line.text = text
        return
    letters: list[str] = []
    marks: list[bool] = []
    for letter, mark in zip(text, line.bold, strict=True):
        if letter == "\n":
            while letters and letters[-1] == " ":
                letters.pop()
                marks.pop()
            letters.append("\n")
            marks.append(mark)
        elif letter.isspace():
            if letters and letters[-1] not in " \n":
                letters.append(" ")
                marks.append(mark)
        else:
            letters.append(letter)
            marks.append(mark)
    while letters and letters[-1] in " \n":
        letters.pop()
        marks.pop()
    first = next((at for at, letter in enumerate(letters) if letter not in " \n"), 0)
    line.text, line.bold = "".join(letters[first:]), marks[first:]


def _compose(text: str, bold: list[bool]) -> tuple[str, list[bool]]:
    """NFC with the boldness of each letter's first code point; a mark alone at the start stays."""
    out: list[str] = []
    marks: list[bool] = []
    at = 0
    if any(ord(letter) in ZERO_WIDTH for letter in text):
        kept = [place for place, letter in enumerate(text) if ord(letter) not in ZERO_WIDTH]
        text, bold = "".join(text[place] for place in kept), [bold[place] for place in kept]
    while at < len(text):
        end = at + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        whole = nfc(text[at:end])
        out.append(whole)
        marks.extend([bold[at]] * len(whole))
        at = end
    return "".join(out), marks
