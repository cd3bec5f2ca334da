"""Văn bản của Cụm as a Word file, laid out as an office would, and with tracked changes against another version.

A clause tree becomes lines (``word_lines``), the lines become paragraphs. What is written here comes back through the
importer as the same tree; a file with tracked changes gives the later tree when all are accepted, the earlier one when all
are rejected. Layout: ``rules.layout``."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from giaouoc.documents.rules.layout import Letters, draft_line, long_date, style_for

from .clauses import VersionPaper, is_band
from .parts import TRIAL
from .word_changes import differences, paired
from .word_footnotes import add_footnotes, run_of
from .word_lines import Line, Piece, Table, Turn, lines_of
from .word_sheet import (
    bare_table,
    centred,
    cleaned,
    column_widths,
    heads_each_page,
    lay_out_sheet,
    letterhead,
    packed,
    sign_file,
)

CELL = Letters(12, 12, 12)  # of a table of words
HASH_SIZE = 9
SPACE_ABOVE_SIGNATURE = 16  # points
STYLES = {  # style of a line: its name in Word
    "title": "Tên văn bản",
    "mark": "Gạch dưới tên",
    "above": "Chương, mục",
    "level": "Mục La Mã",
    "article": "Điều",
    "clause": "Khoản",
    "point": "Điểm",
    "dash": "Gạch đầu dòng",
    "text": "Nội dung",
    "basis": "Căn cứ",
    "cell": "Trong bảng",
    "head": "Đầu trang",
    "hash": "Dấu vân tay",
}


def render_word(paper: VersionPaper) -> bytes:
    """The version as .docx, every clause of the tree once and in order; the same input gives the same bytes."""
    return render_pieces(paper, lines_of(paper.tree))


def render_pieces(paper: VersionPaper, pieces: Sequence[Piece]) -> bytes:
    """Any paper as .docx: the head of ``paper``, then these lines and tables."""
    writer = _Writer(paper)
    writer.head(None)
    for piece in pieces:
        writer.piece(None, piece)
    return writer.file()


@dataclass(frozen=True)
class Side:
    """A version with the identities of its clauses in reading order."""

    tree: Sequence[Mapping[str, Any]]
    ids: Sequence[Hashable]
    draft_ordinal: int | None = None


def render_changes(paper: VersionPaper, earlier: Side, ids: Sequence[Hashable]) -> bytes:
    """``paper`` with what changed since ``earlier`` as tracked changes of the cluster. ids: those of ``paper``'s clauses."""
    writer = _Writer(paper)
    writer.head(earlier)
    old, new = lines_of(earlier.tree, earlier.ids), lines_of(paper.tree, ids)
    for before, after in paired(old, new):
        writer.piece(before, after, tracked=True)
    return writer.file()


class _Writer:
    def __init__(self, paper: VersionPaper) -> None:
        self.paper = paper
        self.day = paper.day or paper.style_day
        self.style = style_for(paper.body_kind, self.day)
        self.document: Any = Document()
        self.changes = 0
        self.notes: list[str] = []
        self.across = False  # how the sheet lies
        self.turn: Turn | None = None  # what comes next begins a sheet
        self._set_up()

    # -- the sheet and its styles

    def _set_up(self) -> None:
        lay_out_sheet(self.document, self.style, 210, 297)
        for name in STYLES:
            self._add_style(name)
        sign_file(self.document, self.paper.title, self.paper.cluster_name, self.day)

    def _add_style(self, name: str) -> None:
        style = self.style
        made = self.document.styles.add_style(STYLES[name], WD_STYLE_TYPE.PARAGRAPH)
        made.base_style, made.quick_style = self.document.styles["Normal"], True
        form = made.paragraph_format
        if name in {"title", "mark", "above", "head"}:
            form.alignment = WD_ALIGN_PARAGRAPH.CENTER
            form.keep_with_next = name in {"title", "above"}
            form.space_before = Pt(style.between if name in {"above"} else 0)
        elif name == "hash":
            form.space_before, made.font.size = Pt(style.between), Pt(HASH_SIZE)
        elif name != "cell":
            form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            form.first_line_indent = Mm(style.first_line_mm)
            form.space_before = Pt(style.between)
            form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(style.leading)
            form.keep_with_next = name in {"level", "article"}
            made.font.italic = style.bases.italic or None if name == "basis" else None
        else:
            made.font.size = Pt(CELL.size)
        outline = {"above": 0, "level": 0, "article": 1}.get(name)
        if outline is not None:
            level = OxmlElement("w:outlineLvl")
            level.set(qn("w:val"), str(outline))
            made.element.get_or_add_pPr().append(level)

    # -- the head of the paper, in two columns

    def head(self, earlier: Side | None) -> None:
        paper, style = self.paper, self.style
        when = long_date(paper.place, paper.day, year=paper.year)
        lines = self.document.styles[STYLES["head"]]
        left, right = letterhead(self.document, paper, style, 210, when, line_style=lines)
        drafts = tuple(
            "" if ordinal is None else draft_line(style, ordinal)
            for ordinal in (earlier.draft_ordinal if earlier else paper.draft_ordinal, paper.draft_ordinal)
        )
        if any(drafts):
            place = left.add_paragraph(style=STYLES["head"])
            self._runs(place, *(((words, style.draft_letters.bold),) if words else () for words in drafts))
        if paper.trial:
            centred(right, TRIAL, Letters(12, 0, 0, bold=True), style=lines)
        self.document.add_paragraph()

    # -- lines

    def piece(self, before: Piece | None, after: Piece | None, *, tracked: bool = False) -> None:
        """A line or table; ``before``: as it was, ``after``: as it is; one of both is None where it came or went."""
        if not tracked:
            before = after
        one = after or before
        if isinstance(one, Turn):
            self.turn = one if after else self.turn
            return
        begins = self._turned()
        if isinstance(one, Table):
            if begins:
                self.document.add_paragraph().paragraph_format.page_break_before = True
            state = "" if before and after else "ins" if after else "del"
            self._table(one, state)
            return
        assert isinstance(one, Line)
        old, new = (part.parts if isinstance(part, Line) else () for part in (before, after))
        paragraph = self.document.add_paragraph(style=STYLES[one.kind])
        paragraph.paragraph_format.page_break_before = True if begins else None
        if one.kind == "dash" and one.level:
            paragraph.paragraph_format.left_indent = Mm(self.style.first_line_mm / 2)
        size = self._size(one)
        if before is None or after is None:
            mark = OxmlElement("w:rPr")
            mark.append(self._change("ins" if after else "del"))
            paragraph._p.get_or_add_pPr().append(mark)
        if one.kind == "mark" and self.style.subject_mark == "rule":
            self._rule(paragraph)
        else:
            self._runs(paragraph, old, new, size=size)
        for note in one.notes:
            self._note(paragraph, note, "" if before and after else "ins" if after else "del")

    def _turned(self) -> bool:
        """Whether what comes now is to begin a page. A sheet that lies otherwise is a section of its own, which begins one
        by itself and has its number on each page."""
        turn, self.turn = self.turn, None
        if turn is None or turn.across == self.across:
            return turn is not None
        self.across = turn.across
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if self.across else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = section.page_height, section.page_width
        section.different_first_page_header_footer = False
        return False

    def _rule(self, paragraph: Any) -> None:
        """A line of its own in the middle, a third of the text's width: no words, so that none comes back."""
        style = self.style
        side = Mm((210 - style.margins.left - style.margins.right) / 3)
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
        border = f'<w:pBdr {nsdecls("w")}><w:top w:val="single" w:sz="4" w:space="1" w:color="auto"/></w:pBdr>'
        paragraph._p.get_or_add_pPr().insert_element_before(
            parse_xml(border), "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )

    def _size(self, one: Line) -> float | None:
        if one.kind == "title" and isinstance(one.key, tuple) and one.key[-1] == 0 and one.words == one.words.upper():
            return self.style.kind.size
        return None

    def _change(self, kind: str) -> Any:
        self.changes += 1
        made = OxmlElement(f"w:{kind}")
        made.set(qn("w:id"), str(self.changes))
        made.set(qn("w:author"), cleaned(self.paper.cluster_name))
        made.set(qn("w:date"), datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC).isoformat()[:19] + "Z")
        return made

    def _runs(
        self,
        paragraph: Any,
        old: Sequence[tuple[str, bool]],
        new: Sequence[tuple[str, bool]],
        *,
        size: float | None = None,
        italic: bool = False,
        underline: bool = False,
    ) -> None:
        """The words of a line, what went and what came as changes; never a part of a word."""
        for kind, words, bold in differences(old, new):
            run = run_of(words, bold, size, italic=italic, underline=underline, gone=kind == "del")
            if kind == "same":
                paragraph._p.append(run)
            else:
                change = self._change(kind)
                change.append(run)
                paragraph._p.append(change)

    def _note(self, paragraph: Any, words: str, state: str) -> None:
        self.notes.append(words)
        run = OxmlElement("w:r")
        about = OxmlElement("w:rPr")
        raised = OxmlElement("w:vertAlign")
        raised.set(qn("w:val"), "superscript")
        about.append(raised)
        mark = OxmlElement("w:footnoteReference")
        mark.set(qn("w:id"), str(len(self.notes)))
        run.append(about)
        run.append(mark)
        if state:
            change = self._change(state)
            change.append(run)
            run = change
        paragraph._p.append(run)

    # -- tables

    def _table(self, one: Table, state: str) -> None:
        room = (297 if self.across else 210) - self.style.margins.left - self.style.margins.right
        if one.columns:
            table = bare_table(self.document, 1, (room * 0.5, room * 0.5))
            for at, (cell, lines) in enumerate(zip(table.rows[0].cells, one.columns, strict=True)):
                signed = at > 0 or not (lines and lines[0].lower().startswith("nơi nhận"))
                self._signature(cell, lines, state, right=signed)
        elif one.rows:
            table = self._grid(one.rows, room, state)
        else:  # Word takes a table without rows for a damaged file
            return
        if state:
            for row in table.rows:
                row._tr.get_or_add_trPr().append(self._change(state))
        self.document.add_paragraph()

    def _grid(self, rows: Sequence[Sequence[str]], room: float, state: str) -> Any:
        """A table of words: its first row stands on each page, a band is one cell and stays with the row below."""
        count = max((len(row) for row in rows), default=1)
        full = [(*row, *[""] * (count - len(row))) for row in rows]
        table = bare_table(self.document, len(full), column_widths(full, room))
        table.style = self.document.styles["Table Grid"]
        for at, (row, words) in enumerate(zip(table.rows, full, strict=True)):
            band, cells = is_band(at, words), row.cells
            if at == 0 and len(full) > 1:
                heads_each_page(row)
            if band:
                cells, words = [cells[0].merge(cells[-1])], words[:1]
            for cell, text in zip(cells, words, strict=True):
                for place, line in enumerate(text.split("\n")):
                    paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
                    paragraph.style = self.document.styles[STYLES["cell"]]
                    if at == 0:
                        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                    paragraph.paragraph_format.keep_with_next = True if band else None
                    self._cell_line(paragraph, line, state, replace(CELL, bold=at == 0 or band))
        return table

    def _cell_line(self, paragraph: Any, words: str, state: str, letters: Letters) -> None:
        part = ((words, letters.bold),) if words else ()
        old, new = () if state == "ins" else part, () if state == "del" else part
        self._runs(paragraph, old, new, size=letters.size, italic=letters.italic, underline=letters.underline)

    def _signature(self, cell: Any, lines: Sequence[str], state: str, *, right: bool) -> None:
        style = self.style
        for at, words in enumerate(lines):
            paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
            last = right and at == len(lines) - 1 and words != words.upper()
            if at == 0:
                paragraph.paragraph_format.space_before = Pt(SPACE_ABOVE_SIGNATURE)
            if right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            if last:
                paragraph.paragraph_format.space_before = Pt(60)
            letters = (
                (style.name if last else style.authority if at == 0 else style.post)
                if right
                else (style.recipients.title if at == 0 else style.recipients.items)
            )
            self._cell_line(paragraph, words, state, letters)

    # -- the file

    def file(self) -> bytes:
        if self.notes:
            add_footnotes(self.document, self.notes)
        return packed(self.document)
