"""Bảng thay đổi giữa hai dự thảo, as a Word table: each changed clause with its words before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from docx import Document
from docx.shared import Pt

from giaouoc.documents.rules.layout import BodyKind, style_for
from giaouoc.lib.worddiff import worddiff

from .response_table import (
    CELL_SIZE,
    clause_words,
    fill,
    plain_paragraph,
    set_up_wide,
    wide_head,
)
from .word_sheet import bare_table, cleaned, heads_each_page, packed

WIDTHS_MM = (12, 44, 30, 83, 83)  # their shares of the width between the margins


@dataclass(frozen=True)
class ChangeRow:
    """A clause: its number in both drafts, what became of it in words, its words before and after."""

    old_where: str
    new_where: str
    change: str
    old: str
    new: str


@dataclass(frozen=True)
class ChangesPaper:
    """The table. subject: 'Quy chế …: dự thảo 2 so với dự thảo 1'; earlier, later: 'Dự thảo 1'; hashes: of both texts."""

    cluster_name: str
    supervising_body: str
    subject: str
    place: str
    day: date
    earlier: str
    later: str
    rows: tuple[ChangeRow, ...]
    hashes: tuple[str, str]
    trial: bool = False
    body_kind: BodyKind = "party"
    letterhead: tuple[str, ...] = ()
    number_line: str = ""
    heading: str = "Bảng thay đổi"


def render_changes_table(paper: ChangesPaper) -> bytes:
    """The table as .docx, landscape A4; what went is struck, what came underlined; the same input gives the same bytes."""
    style = style_for(paper.body_kind, paper.day)
    document = Document()
    set_up_wide(document, paper, style)
    wide_head(document, paper, style)
    if paper.rows:
        room = 297 - style.margins.left - style.margins.right
        table = bare_table(document, 1 + len(paper.rows), [width * room / sum(WIDTHS_MM) for width in WIDTHS_MM])
        table.style = document.styles["Table Grid"]
        heads_each_page(table.rows[0])
        headings = ("TT", "Điều khoản", "Thay đổi", paper.earlier, paper.later)
        for cell, words in zip(table.rows[0].cells, headings, strict=True):
            fill(cell, [("", words)], bold=True, centre=True)
        for number, (line, row) in enumerate(zip(table.rows[1:], paper.rows, strict=True), 1):
            cells = line.cells
            fill(cells[0], [("", str(number))], centre=True)
            fill(cells[1], [("", clause_words(row.old_where, row.new_where) if row.old_where else row.new_where)])
            fill(cells[2], [("", row.change)])
            _words(cells[3], row, "old")
            _words(cells[4], row, "new")
    else:
        plain_paragraph(document, "Không có chỗ nào thay đổi.", indent=True, style=style)
    for label, value in zip((paper.earlier, paper.later), paper.hashes, strict=True):
        plain_paragraph(document, f"Dấu vân tay {label.lower()} (SHA-256): {value}", size=9, style=style)
    return packed(document)


def _words(cell: object, row: ChangeRow, side: str) -> None:
    """The words of one side, those that the other side lacks marked."""
    paragraph = cell.paragraphs[0]  # type: ignore[attr-defined]
    for kind, text in worddiff(row.old, row.new):
        if kind not in {"same", side}:
            continue
        run = paragraph.add_run(cleaned(text))
        run.font.size = Pt(CELL_SIZE)
        run.font.strike = True if kind == "old" else None
        run.underline = True if kind == "new" else None
