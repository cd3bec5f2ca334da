"""Bảng tổng hợp, tiếp thu, giải trình ý kiến góp ý, as a Word table in the form that offices know."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from giaouoc.documents.rules.layout import BodyKind, LayoutStyle, Letters, long_date, style_for
from giaouoc.lib.vietnamese import nfc

from .parts import TRIAL

FONT = "Times New Roman"
HEADINGS = ("TT", "Điều khoản", "Đơn vị", "Ý kiến góp ý", "Tiếp thu, giải trình", "Nội dung sau chỉnh lý")
WIDTHS_MM = (12, 36, 36, 66, 60, 42)  # their shares of the width between the margins
CELL_SIZE = 12

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


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
    answer.

    subject: 'ý kiến góp ý dự thảo Quy chế … (Dự thảo 1)'; content_hash: of the text commented on, or ''."""

    cluster_name: str
    supervising_body: str
    subject: str
    place: str
    day: date
    rows: tuple[ResponseRow, ...]
    agreed: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    content_hash: str = ""
    trial: bool = False
    body_kind: BodyKind = "party"
    letterhead: tuple[str, ...] = ()
    number_line: str = ""
    heading: str = "Bảng tổng hợp, tiếp thu, giải trình"


class WidePaper(Protocol):
    """What the head of a table across the sheet says."""

    @property
    def cluster_name(self) -> str: ...
    @property
    def supervising_body(self) -> str: ...
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
    @property
    def letterhead(self) -> tuple[str, ...]: ...
    @property
    def number_line(self) -> str: ...


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
    _units(document, "Đơn vị chưa gửi ý kiến", paper.silent, style)
    if paper.content_hash:
        plain_paragraph(
            document, f"Dấu vân tay của văn bản lấy ý kiến (SHA-256): {paper.content_hash}", size=9, style=style
        )
    return packed(document)


def set_up_wide(document: Any, paper: WidePaper, style: LayoutStyle) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.bottom_margin = Mm(style.margins.top), Mm(style.margins.bottom)
    section.left_margin, section.right_margin = Mm(style.margins.left), Mm(style.margins.right)
    section.header_distance = Mm(style.page_number_from_edge_mm)
    section.different_first_page_header_footer = True

    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(style.text.size)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    normal.paragraph_format.line_spacing = 1
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    for language in document.styles.element.iter(qn("w:lang")):
        for attribute in list(language.attrib):
            del language.attrib[attribute]
        language.set(qn("w:val"), "vi-VN")
        language.set(qn("w:eastAsia"), "vi-VN")
    for language in document.settings.element.iter(qn("w:themeFontLang")):
        language.set(qn("w:val"), "vi-VN")

    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    page_number(number, style.page_number.size)

    core = document.core_properties
    core.title = cleaned(f"{paper.heading} {paper.subject}")
    core.author = core.last_modified_by = cleaned(paper.cluster_name)
    core.comments = ""
    core.language = "vi-VN"
    core.revision = 1
    core.created = core.modified = datetime(paper.day.year, paper.day.month, paper.day.day)


def page_number(paragraph: Any, size: float) -> None:
    for kind, words in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        run.font.size = Pt(size)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = words
        run._r.append(mark)


def wide_head(document: Any, paper: WidePaper, style: LayoutStyle) -> None:
    room = 297 - style.margins.left - style.margins.right
    table = bare_table(document, 1, (room * 0.45, room * 0.55))
    left, right = table.rows[0].cells
    bodies = paper.letterhead or (paper.supervising_body, paper.cluster_name)
    for at, body in enumerate(bodies):
        _centred(left, body, style.body_name if at == len(bodies) - 1 else style.superior, first=at == 0)
    _centred(left, "*" if style.body_mark == "*" else "―――――", Letters(style.number.size, 0, 0))
    if paper.number_line:
        _centred(left, paper.number_line, style.number)
    _centred(right, style.head, style.head_letters, first=True, ruled=not style.motto)
    if style.motto:
        _centred(right, style.motto, style.motto_letters, ruled=True)
    _centred(right, "", style.number)
    _centred(right, long_date(paper.place, paper.day), style.place_date)

    _centred(document, "", style.number)
    _centred(document, paper.heading, style.kind)
    _centred(document, paper.subject, style.subject)
    _centred(document, "-----" if style.subject_mark == "-----" else "―――――", Letters(style.number.size, 0, 0))
    if paper.trial:
        _centred(document, TRIAL, Letters(12, 0, 0, bold=True))
    _centred(document, "", Letters(8, 0, 0))


def _table(document: Any, rows: Sequence[ResponseRow], style: LayoutStyle) -> None:
    room = 297 - style.margins.left - style.margins.right
    table = bare_table(document, 1 + len(rows), [width * room / sum(WIDTHS_MM) for width in WIDTHS_MM])
    table.style = document.styles["Table Grid"]
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
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


def bare_table(document: Any, rows: int, widths: Sequence[float]) -> Any:
    """A table of fixed layout without borders, its grid and its cells as wide as said (mm)."""
    table = document.add_table(rows=rows, cols=len(widths))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    return table


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


def _centred(place: Any, text: str, letters: Letters, *, first: bool = False, ruled: bool = False) -> None:
    paragraph = place.paragraphs[0] if first else place.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    words = cleaned(text)
    run = paragraph.add_run(words.upper() if letters.caps else words)
    run.font.size = Pt(letters.size)
    run.bold, run.italic = letters.bold or None, letters.italic or None
    run.underline = True if ruled or letters.underline else None


def cleaned(text: str) -> str:
    return _NOT_XML.sub("", nfc(text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")))


def packed(document: Any) -> bytes:
    """The file with the same moment on each of its parts, whenever it is made."""
    made = io.BytesIO()
    document.save(made)
    packed = io.BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            kept = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            kept.compress_type = zipfile.ZIP_DEFLATED
            kept.external_attr = entry.external_attr
            target.writestr(kept, source.read(entry.filename))
    return packed.getvalue()
