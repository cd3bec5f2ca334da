"""What every Word file of ours shares: the sheet and its letters, the page number, bare tables, clean words, steady bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from giaouoc.documents.rules.layout import LayoutStyle, Letters
from giaouoc.lib.vietnamese import nfc

from .clauses import is_band, weight

FONT = "Times New Roman"
_LETTER = 0.158  # mm of a letter of the line of place and day, a point of its size: measured in Times New Roman italic
_CELL_LETTER, _CELL_SIDES = 2.6, 4.4  # mm of a bold letter at 12 points, of the margins of a cell
_CLOSE = f'<w:tblCellMar {nsdecls("w")}><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Headed(Protocol):
    """A paper with a letterhead: ``letterhead`` names the bodies above the number, else the two do."""

    @property
    def cluster_name(self) -> str: ...
    @property
    def supervising_body(self) -> str: ...
    @property
    def letterhead(self) -> tuple[str, ...]: ...
    @property
    def number_line(self) -> str: ...


def lay_out_sheet(document: Any, style: LayoutStyle, width_mm: int, height_mm: int) -> None:
    """Paper, margins and page number of the first section; letters and language of its text."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(width_mm), Mm(height_mm)
    section.top_margin, section.bottom_margin = Mm(style.margins.top), Mm(style.margins.bottom)
    section.left_margin, section.right_margin = Mm(style.margins.left), Mm(style.margins.right)
    section.header_distance = Mm(style.page_number_from_edge_mm)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _page_number(number, style.page_number.size)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(style.text.size)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    for language in document.styles.element.iter(qn("w:lang")):
        for attribute in list(language.attrib):
            del language.attrib[attribute]
        language.set(qn("w:val"), "vi-VN")
        language.set(qn("w:eastAsia"), "vi-VN")


def sign_file(document: Any, title: str, author: str, day: date) -> None:
    """The file's own words about it: its title, the cluster as its author, the day of the paper."""
    core = document.core_properties
    core.title, core.comments, core.language, core.revision = cleaned(title), "", "vi-VN", 1
    core.author = core.last_modified_by = cleaned(author)
    core.created = core.modified = datetime(day.year, day.month, day.day)


def _page_number(paragraph: Any, size: float) -> None:
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


def column_widths(rows: Sequence[Sequence[str]], room: float) -> list[float]:
    """How ``room`` (mm) is parted among the columns of rows of equal length: each by what it asks for, none so narrow that
    an ordinary word breaks. Too many columns for that get what there is."""
    columns = [
        [row[at] for place, row in enumerate(rows) if not is_band(place, row)]
        for at in range(len(rows[0]) if rows else 1)
    ]
    weights = [weight(cells) for cells in columns]
    least = [min(max((len(word) for cell in cells for word in cell.split()), default=1), 12) for cells in columns]
    floors = [letters * _CELL_LETTER + _CELL_SIDES for letters in least]
    if sum(floors) >= room:
        return [room * one / sum(floors) for one in floors]
    free = room - sum(floors)
    wishes = [max(0.0, room * one / sum(weights) - floor) for one, floor in zip(weights, floors, strict=True)]
    if not any(wishes):
        wishes = [1.0] * len(floors)
    return [floor + free * wish / sum(wishes) for floor, wish in zip(floors, wishes, strict=True)]


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


def heads_each_page(row: Any) -> None:
    """The row stands on top of each page that the table goes over."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def letterhead(
    document: Any, paper: Headed, style: LayoutStyle, width_mm: int, where_and_when: str, *, line_style: Any = None
) -> tuple[Any, Any]:
    """The head of a paper in two columns: who issues it with its number, the motto with place and day. Returns the two cells.

    The right one is as wide as the line of place and day asks for, within bounds: an office breaks it nowhere."""
    room = width_mm - style.margins.left - style.margins.right
    asked = len(where_and_when) * style.place_date.size * _LETTER + 2
    half = min(max(asked, room * 0.55), room * 0.66)
    table = bare_table(document, 1, (room - half, half))
    table._tbl.tblPr.append(parse_xml(_CLOSE))
    left, right = table.rows[0].cells

    def line(cell: Any, text: str, letters: Letters, *, first: bool = False, ruled: bool = False) -> None:
        centred(cell, text, letters, first=first, ruled=ruled, style=line_style)

    bodies = paper.letterhead or (paper.supervising_body, paper.cluster_name)
    for at, body in enumerate(bodies):
        line(left, body, style.body_name if at == len(bodies) - 1 else style.superior, first=at == 0)
    line(left, "*" if style.body_mark == "*" else "―――――", Letters(style.number.size, 0, 0))
    if paper.number_line:
        line(left, paper.number_line, style.number)
    line(right, style.head, style.head_letters, first=True, ruled=not style.motto)
    if style.motto:
        line(right, style.motto, style.motto_letters, ruled=True)
    line(right, "", style.number)
    line(right, where_and_when, style.place_date)
    return left, right


def centred(
    place: Any, text: str, letters: Letters, *, first: bool = False, ruled: bool = False, style: Any = None
) -> None:
    """A line in the middle of a cell (its ``first`` one) or of the text; ``style``: of a paragraph that is so by itself."""
    paragraph = place.paragraphs[0] if first else place.add_paragraph()
    if style is None:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    else:
        paragraph.style = style
    words = cleaned(text)
    run = paragraph.add_run(words.upper() if letters.caps else words)
    run.font.size, run.bold, run.italic = Pt(letters.size), letters.bold or None, letters.italic or None
    run.underline = True if ruled or letters.underline else None


def cleaned(text: str) -> str:
    """The words without what XML cannot hold, letters composed, tabs as blanks."""
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
