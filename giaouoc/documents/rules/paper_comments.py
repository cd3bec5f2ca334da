"""Ý kiến nhận bằng giấy hoặc tệp Word: one comment a paragraph, each at the clause that it begins with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from giaouoc.lib.vietnamese import nfc

from .docx_line import Grid, Line
from .docx_reader import Reading

_NUMBER = r"(?:\d+[a-zđ]?|[IVXLC]+|[a-zđ]\d?)(?!\w)"
_PLACE = re.compile(
    r"^[-–+•*\s]*(?:(?:tại|về|ở)\s+)?"
    rf"(?P<place>(?:(?:phụ lục|phần|chương|mục|tiểu mục|điều|khoản|điểm)\s+{_NUMBER}[,\s]*){{1,5}})\s*[:.–-]\s*(?P<words>.+)$",
    re.I | re.S,
)
_PART = re.compile(rf"(phụ lục|phần|chương|mục|tiểu mục|điều|khoản|điểm)\s+({_NUMBER})", re.I)


@dataclass(frozen=True)
class PaperComment:
    """Words with the clause that they begin with, as written; place: '' for the whole text."""

    place: str
    words: str


def parse(text: str) -> list[PaperComment]:
    """The comments of a text, one a paragraph: 'khoản 2 Điều 5: đề nghị …'. Empty lines are passed over."""
    found = []
    for line in nfc(text).splitlines():
        if not line.strip():
            continue
        match = _PLACE.match(line.strip())
        if match:
            found.append(PaperComment(" ".join(match["place"].replace(",", " ").split()), match["words"].strip()))
        else:
            found.append(PaperComment("", line.strip()))
    return found


def key_of(place: str) -> frozenset[tuple[str, str]]:
    """What a place says, whichever way round: 'Điều 5, khoản 2' as 'khoản 2 Điều 5'."""
    return frozenset((kind.lower(), number.lower()) for kind, number in _PART.findall(nfc(place)))


def placed(comments: Iterable[PaperComment], citations: Mapping[str, Any]) -> list[tuple[PaperComment, Any]]:
    """Each comment with what its place stands for among the citations of a draft; None for the whole or for no such clause."""
    known = {key_of(citation): value for citation, value in citations.items() if citation}
    return [(one, known.get(key_of(one.place)) if one.place else None) for one in comments]


def text_of(reading: Reading) -> str:
    """A Word file of comments as such paragraphs: of a table each row, its clause first; of text each line."""
    lines: list[str] = []
    for block in reading.blocks:
        if isinstance(block, Line):
            lines.append(_one(block.text))
        else:
            lines += _rows(block)
    return "\n".join(line for line in lines if line)


def _one(text: str) -> str:
    return " ".join(text.split())


def _rows(grid: Grid) -> list[str]:
    found = []
    for row in grid.rows:
        cells = [_one(" ".join(block.text for block in cell or [] if isinstance(block, Line))) for cell in row]
        cells = [cell for cell in cells if cell and not cell.rstrip(".").isdecimal()]
        place = next((at for at, cell in enumerate(cells) if _PART.match(cell) and len(cell) < 60), None)
        if place is not None and len(cells) > 1:
            found.append(f"{cells[place].rstrip(':.')}: {'; '.join(cells[:place] + cells[place + 1 :])}")
        elif place is None and len(cells) > 1 and not found:
            continue  # the head of the table
        elif cells:
            found.append("; ".join(cells))
    return found
