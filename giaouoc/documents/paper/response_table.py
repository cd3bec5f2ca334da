"""Bảng tổng hợp, tiếp thu, giải trình ý kiến góp ý, as a Word table in the form that offices know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from giaouoc.documents.rules.layout import BodyKind, LayoutStyle, Letters, long_date, style_for

from .parts import TRIAL
from .word_sheet import (
    Headed,
    bare_table,
    centred,
    cleaned,
    heads_each_page,
    lay_out_sheet,
    letterhead,
    packed,
    sign_file,
)

HEADINGS = ("TT", "Điều khoản", "Đơn vị", "Ý kiến góp ý", "Tiếp thu, giải trình", "Nội dung sau chỉnh lý")
WIDTHS_MM = (12, 36, 36, 66, 60, 42)  # their shares of the width between the margins
CELL_SIZE = 12


@dataclass(frozen=True)
class ResponseRow:
    """One comment and its answer. old: the clause as commented on, 'khoản 2 Điều 5', or '' for the whole text.

    new: the clause in the later version; '' when it was dropped there, None when there is no later version.
    after: the clause's words in the later version."""

    unit: str
    old: str
    content: str = ""
    quote: str = ""
    proposal: str = ""
    reason: str = ""
    decision: str = ""
    explanation: str = ""
    new: str | None = None
    after: str = ""


@dataclass(frozen=True)
class ResponsePaper:
    """The table. rows: in the order of the text; agreed: units that agreed without comment; silent: units without
    answer; withdrawn: units that withdrew all that they had sent.

    subject: 'ý kiến góp ý dự thảo Quy chế … (Dự thảo 1)'; content_hash: of the text commented on, or ''."""

    cluster_name: str
    supervising_body: str
    subject: str
    place: str
    day: date
    rows: tuple[ResponseRow, ...]
    agreed: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    content_hash: str = ""
    trial: bool = False
    body_kind: BodyKind = "party"
    letterhead: tuple[str, ...] = ()
    number_line: str = ""
    heading: str = "Bảng tổng hợp, tiếp thu, giải trình"


class WidePaper(Headed, Protocol):
    """What the head of a table across the sheet says."""

    @property
    def heading(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def day(self) -> date: ...
    @property
    def trial(self) -> bool: ...


def render_response_table(paper: ResponsePaper) -> bytes:
    """The table as .docx, landscape A4; the same input gives the same bytes."""
    style = style_for(paper.body_kind, paper.day)
    document = Document()
    set_up_wide(document, paper, style)
    wide_head(document, paper, style)
    if paper.rows:
        _table(document, paper.rows, style)
    else:
        plain_paragraph(document, "Không có ý kiến góp ý.", indent=True, style=style)
    _units(document, "Đơn vị thống nhất, không có ý kiến thêm", paper.agreed, style)
    _units(document, "Đơn vị đã rút hết ý kiến", paper.withdrawn, style)
    _units(document, "Đơn vị chưa gửi ý kiến", paper.silent, style)
    if paper.content_hash:
        plain_paragraph(
            document, f"Dấu vân tay của văn bản lấy ý kiến (SHA-256): {paper.content_hash}", size=9, style=style
        )
    return packed(document)


def set_up_wide(document: Any, paper: WidePaper, style: LayoutStyle) -> None:
    """The sheet on its side, one line close to the next, in Vietnamese."""
    document.sections[0].orientation = WD_ORIENT.LANDSCAPE
    document.styles["Normal"].paragraph_format.line_spacing = 1
    lay_out_sheet(document, style, 297, 210)
    for language in document.settings.element.iter(qn("w:themeFontLang")):
        language.set(qn("w:val"), "vi-VN")
    sign_file(document, f"{paper.heading} {paper.subject}", paper.cluster_name, paper.day)


def wide_head(document: Any, paper: WidePaper, style: LayoutStyle) -> None:
    """The letterhead, and below it what the table is and of what."""
    letterhead(document, paper, style, 297, long_date(paper.place, paper.day))
    centred(document, "", style.number)
    centred(document, paper.heading, style.kind)
    centred(document, paper.subject, style.subject)
    centred(document, "-----" if style.subject_mark == "-----" else "―――――", Letters(style.number.size, 0, 0))
    if paper.trial:
        centred(document, TRIAL, Letters(12, 0, 0, bold=True))
    centred(document, "", Letters(8, 0, 0))


def _table(document: Any, rows: Sequence[ResponseRow], style: LayoutStyle) -> None:
    room = 297 - style.margins.left - style.margins.right
    table = bare_table(document, 1 + len(rows), [width * room / sum(WIDTHS_MM) for width in WIDTHS_MM])
    table.style = document.styles["Table Grid"]
    heads_each_page(table.rows[0])
    for cell, words in zip(table.rows[0].cells, HEADINGS, strict=True):
        fill(cell, [("", words)], bold=True, centre=True)
    for number, (line, row) in enumerate(zip(table.rows[1:], rows, strict=True), 1):
        cells = line.cells
        fill(cells[0], [("", str(number))], centre=True)
        fill(cells[1], [("", clause_words(row.old, row.new))])
        fill(cells[2], [("", row.unit)])
        fill(
            cells[3],
            [
                ("Về đoạn: ", row.quote),
                ("Nội dung: ", row.content),
                ("Đề xuất: ", row.proposal),
                ("Lý do: ", row.reason),
            ],
        )
        fill(cells[4], [("", row.decision), ("", row.explanation)], bold_first=bool(row.decision))
        fill(cells[5], [("", row.after)])


def clause_words(old: str, new: str | None) -> str:
    """'khoản 2 Điều 5', 'khoản 2 Điều 5 → khoản 3 Điều 6', 'khoản 2 Điều 5 → đã bỏ', or 'Toàn văn'."""
    shown = old or "Toàn văn"
    if new is None or not old or new == old:
        return shown
    return f"{shown} → {new or 'đã bỏ'}"


def fill(
    cell: Any, parts: Sequence[tuple[str, str]], *, bold: bool = False, centre: bool = False, bold_first: bool = False
) -> None:
    """Each part with its label as paragraphs of the cell; empty parts are left out, an empty cell keeps one
    paragraph."""
    paragraph = cell.paragraphs[0]
    used = False
    for at, (label, text) in enumerate(parts):
        for line_at, line in enumerate(cleaned(text).split("\n") if text.strip() else []):
            if used:
                paragraph = cell.add_paragraph()
            used = True
            if centre:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            if label and line_at == 0:
                run = paragraph.add_run(label)
                run.italic, run.font.size = True, Pt(CELL_SIZE)
            run = paragraph.add_run(line)
            run.font.size = Pt(CELL_SIZE)
            run.bold = True if bold or (bold_first and at == 0) else None


def _units(document: Any, words: str, units: Sequence[str], style: LayoutStyle) -> None:
    if units:
        plain_paragraph(document, f"{words} ({len(units):02d}): {'; '.join(units)}.", indent=True, style=style)


def plain_paragraph(
    document: Any, text: str, *, style: LayoutStyle, indent: bool = False, size: float | None = None
) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(style.between)
    if indent:
        paragraph.paragraph_format.first_line_indent = Mm(style.first_line_mm)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    run = paragraph.add_run(cleaned(text))
    run.font.size = Pt(size or style.text.size)
