"""Văn bản của Cụm as a Word file, laid out as an office would, and with tracked changes against another version.

A clause tree becomes lines (``lines_of``), the lines become paragraphs. What is written here comes back through the
importer as the same tree; a file with tracked changes gives the later tree when all are accepted, the earlier one when all
are rejected. Layout: ``rules.layout``; structure of a regulation and a plan: domain notes, part B §1 and §3."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from lxml import etree
from rapidfuzz.distance import Indel

from giaouoc.documents.rules.layout import Letters, draft_line, long_date, style_for
from giaouoc.lib.worddiff import TOKEN

from .clauses import VersionPaper, is_basis, is_plan_level, signature_columns, weight
from .parts import TRIAL
from .response_table import FONT, bare_table, cleaned, packed, page_number

Kind = Literal["title", "mark", "above", "level", "article", "clause", "point", "dash", "text", "basis", "cell", "head"]
_FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
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
}


@dataclass(frozen=True)
class Line:
    """A paragraph: ``parts`` are (words, bold). ``key``: what it is the same as in another version; ``notes``: footnotes."""

    kind: Kind
    parts: tuple[tuple[str, bool], ...]
    key: Hashable = None
    notes: tuple[str, ...] = ()
    level: int = 0

    @property
    def words(self) -> str:
        return "".join(words for words, _bold in self.parts)


@dataclass(frozen=True)
class Table:
    """A table of clauses or an annex (``columns`` empty), or a signature (two ``columns`` of lines)."""

    rows: tuple[tuple[str, ...], ...] = ()
    columns: tuple[tuple[str, ...], ...] = ()
    key: Hashable = None
    notes: tuple[str, ...] = ()


Piece = Line | Table


@dataclass
class _Lines:
    """The lines of a tree, in reading order; ``ids``: what each clause is over all versions, in the same order."""

    ids: Sequence[Hashable] | None = None
    pieces: list[Piece] = field(default_factory=list)
    count: int = 0
    places: dict[Hashable, int] = field(default_factory=dict)  # lines of a clause of one kind so far

    def add(self, nodes: Sequence[Mapping[str, Any]], inside: tuple[str, ...], under: str = "") -> None:
        for node in nodes:
            own = self.ids[self.count] if self.ids is not None else self.count
            self.count += 1
            first = len(self.pieces)
            self.clause(node, own, inside, under)
            if node.get("notes"):
                self.pieces[first:] = _noted(self.pieces[first:], tuple(map(str, node["notes"])))
            self.add(node["children"], (*inside, node["kind"]), str(node.get("number") or ""))

    def line(self, kind: Kind, own: Hashable, *parts: tuple[str, bool], level: int = 0) -> None:
        found = tuple((words, bold) for words, bold in parts if words)
        if found:
            place = self.places.get((own, kind), 0)
            self.places[own, kind] = place + 1
            self.pieces.append(Line(kind, found, (own, kind, place), (), level))

    def clause(self, node: Mapping[str, Any], own: Hashable, inside: tuple[str, ...], under: str) -> None:
        kind, number = node["kind"], str(node.get("number") or "")
        heading, text = str(node.get("heading") or ""), str(node.get("text") or "")
        lines = text.split("\n") if text else []
        if kind == "preamble":
            for at, words in enumerate(heading.split("\n") if heading else []):
                self.pieces.append(Line("title", ((words, True),), (own, "title", at)))
            if heading:
                self.line("mark", own, ("-----", False))
        elif (kind == "part" and re.fullmatch(r"[A-HJ-UWYZ]", number)) or (
            kind == "section" and is_plan_level(number, inside)
        ):
            self.line("level", own, (f"{number}. {heading}", True), level=1)
        elif kind in {"part", "chapter", "section", "subsection"}:
            word = {"part": "Phần", "chapter": "Chương", "section": "Mục", "subsection": "Tiểu mục"}[kind]
            if number:
                self.pieces.append(Line("above", ((f"{word} {number}", True),), (own, "number")))
            for at, words in enumerate(heading.split("\n") if heading else []):
                self.pieces.append(Line("above", ((words, True),), (own, "heading", at)))
        elif kind == "article":
            opening = f"Điều {number}. " if number else ""
            if heading:
                first, *more = heading.split("\n")
                self.line("article", own, (opening + first, True), level=2)
                for at, words in enumerate(more):
                    self.pieces.append(Line("article", ((words, True),), (own, "heading", at)))
            else:
                self.line(
                    "clause", own, (opening if lines else opening.strip(), True), (lines[0] if lines else "", False)
                )
                lines = lines[1:]
        elif kind == "table":
            for at, words in enumerate(heading.split("\n") if heading else []):
                self.pieces.append(Line("title", ((words, True),), (own, "title", at)))
        elif kind == "signature":
            left, right = signature_columns([*(heading.split("\n") if heading else []), *lines])
            self.pieces.append(Table((), (tuple(left), tuple(right)), (own, "signature")))
            return
        elif number == "-":
            sign = "+" if under == "-" else "-"
            self.line("dash", own, (f"{sign} {text}", False), level=1 if sign == "+" else 0)
            return
        elif kind == "point":
            opening = f"{number}) " if number else ""
            self.line(
                "point",
                own,
                (opening + heading + " " if heading else "", True),
                (text if heading else opening + text, False),
            )
            return
        elif heading:
            self.line("clause", own, (f"{number}. {heading}" if number else heading, True))
        else:
            self.line("clause" if number else "text", own, (f"{number}. {text}" if number else text, False))
            return
        for words in lines:
            self.line("basis" if kind == "preamble" and is_basis(words) else "text", own, (words, False))
        if kind == "table":
            self.pieces.append(Table(tuple(tuple(map(str, row)) for row in node.get("rows") or ()), (), (own, "table")))


def _noted(pieces: list[Piece], notes: tuple[str, ...]) -> list[Piece]:
    """The pieces with the footnotes at the last line that may carry them."""
    at = max((at for at, one in enumerate(pieces) if isinstance(one, Line) and one.kind != "mark"), default=None)
    if at is not None:
        one = pieces[at]
        assert isinstance(one, Line)
        pieces[at] = Line(one.kind, one.parts, one.key, notes, one.level)
    return pieces


def lines_of(tree: Sequence[Mapping[str, Any]], ids: Sequence[Hashable] | None = None) -> list[Piece]:
    """A clause tree as what stands on paper. ids: identities of its clauses in reading order, for ``render_changes``."""
    found = _Lines(ids)
    found.add(tree, ())
    return found.pieces


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
    for before, after in _paired(old, new):
        writer.piece(before, after, tracked=True)
    return writer.file()


def _paired(old: Sequence[Piece], new: Sequence[Piece]) -> list[tuple[Piece | None, Piece | None]]:
    """The lines of both texts in one order: the same line of the same clause together, the others alone."""
    found: list[tuple[Piece | None, Piece | None]] = []
    before, after = [_likeness_key(one) for one in old], [_likeness_key(one) for one in new]
    for step in Indel.opcodes(before, after):
        if step.tag == "equal":
            found += zip(old[step.src_start : step.src_end], new[step.dest_start : step.dest_end], strict=True)
        else:
            found += [(one, None) for one in old[step.src_start : step.src_end]]
            found += [(None, one) for one in new[step.dest_start : step.dest_end]]
    return found


def _likeness_key(one: Piece) -> Hashable:
    if isinstance(one, Line):
        return (one.kind, one.key, one.level, one.notes)
    return ("table", one.key, one.rows, one.columns)


class _Writer:
    def __init__(self, paper: VersionPaper) -> None:
        self.paper = paper
        self.day = paper.day or paper.style_day
        self.style = style_for(paper.body_kind, self.day)
        self.document: Any = Document()
        self.changes = 0
        self.notes: list[str] = []
        self._set_up()

    # -- the sheet and its styles

    def _set_up(self) -> None:
        style, document = self.style, self.document
        section = document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(style.margins.top), Mm(style.margins.bottom)
        section.left_margin, section.right_margin = Mm(style.margins.left), Mm(style.margins.right)
        section.header_distance = Mm(style.page_number_from_edge_mm)
        section.different_first_page_header_footer = True
        number = section.header.paragraphs[0]
        number.alignment = WD_ALIGN_PARAGRAPH.CENTER
        page_number(number, style.page_number.size)
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
        for name in STYLES:
            self._add_style(name)
        core = document.core_properties
        core.title, core.comments, core.language, core.revision = cleaned(self.paper.title), "", "vi-VN", 1
        core.author = core.last_modified_by = cleaned(self.paper.cluster_name)
        core.created = core.modified = datetime(self.day.year, self.day.month, self.day.day)

    def _add_style(self, name: str) -> None:
        style = self.style
        made = self.document.styles.add_style(STYLES[name], WD_STYLE_TYPE.PARAGRAPH)
        made.base_style, made.quick_style = self.document.styles["Normal"], True
        form = made.paragraph_format
        if name in {"title", "mark", "above", "head"}:
            form.alignment = WD_ALIGN_PARAGRAPH.CENTER
            form.keep_with_next = name in {"title", "above"}
            form.space_before = Pt(style.between if name in {"above"} else 0)
        elif name != "cell":
            form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            form.first_line_indent = Mm(style.first_line_mm)
            form.space_before = Pt(style.between)
            form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(style.leading)
            form.keep_with_next = name in {"level", "article"}
            made.font.italic = style.bases.italic or None if name == "basis" else None
        outline = {"above": 0, "level": 0, "article": 1}.get(name)
        if outline is not None:
            level = OxmlElement("w:outlineLvl")
            level.set(qn("w:val"), str(outline))
            made.element.get_or_add_pPr().append(level)

    # -- the head of the paper, in two columns

    def head(self, earlier: Side | None) -> None:
        paper, style = self.paper, self.style
        room = 210 - style.margins.left - style.margins.right
        left, right = bare_table(self.document, 1, (room * 0.45, room * 0.55)).rows[0].cells
        bodies = paper.letterhead or (paper.supervising_body, paper.cluster_name)
        for at, body in enumerate(bodies):
            self._centred(left, body, style.body_name if at == len(bodies) - 1 else style.superior, first=at == 0)
        self._centred(left, "*" if style.body_mark == "*" else "―――――", Letters(style.number.size, 0, 0))
        if paper.number_line:
            self._centred(left, paper.number_line, style.number)
        drafts = tuple(
            "" if ordinal is None else draft_line(style, ordinal)
            for ordinal in (earlier.draft_ordinal if earlier else paper.draft_ordinal, paper.draft_ordinal)
        )
        if any(drafts):
            place = left.add_paragraph(style=STYLES["head"])
            self._runs(place, *(((words, style.draft_letters.bold),) if words else () for words in drafts))
        self._centred(right, style.head, style.head_letters, first=True, ruled=not style.motto)
        if style.motto:
            self._centred(right, style.motto, style.motto_letters, ruled=True)
        self._centred(right, "", style.number)
        self._centred(right, long_date(paper.place, paper.day, year=paper.year), style.place_date)
        if paper.trial:
            self._centred(right, TRIAL, Letters(12, 0, 0, bold=True))
        self.document.add_paragraph()

    def _centred(self, cell: Any, text: str, letters: Letters, *, first: bool = False, ruled: bool = False) -> None:
        paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
        paragraph.style = self.document.styles[STYLES["head"]]
        words = cleaned(text)
        run = paragraph.add_run(words.upper() if letters.caps else words)
        run.font.size, run.bold, run.italic = Pt(letters.size), letters.bold or None, letters.italic or None
        run.underline = True if ruled or letters.underline else None

    # -- lines

    def piece(self, before: Piece | None, after: Piece | None, *, tracked: bool = False) -> None:
        """A line or table; ``before``: as it was, ``after``: as it is; one of both is None where it came or went."""
        if not tracked:
            before = after
        one = after or before
        if isinstance(one, Table):
            state = "" if before and after else "ins" if after else "del"
            self._table(one, state)
            return
        assert isinstance(one, Line)
        old, new = (part.parts if isinstance(part, Line) else () for part in (before, after))
        paragraph = self.document.add_paragraph(style=STYLES[one.kind])
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
    ) -> None:
        """The words of a line, what went and what came as changes; never a part of a word."""
        for kind, words, bold in differences(old, new):
            run = self._run(words, bold, size, gone=kind == "del")
            if kind == "same":
                paragraph._p.append(run)
            else:
                change = self._change(kind)
                change.append(run)
                paragraph._p.append(change)

    def _run(self, words: str, bold: bool, size: float | None, *, gone: bool = False) -> Any:
        run = OxmlElement("w:r")
        about = OxmlElement("w:rPr")
        if bold:
            about.append(OxmlElement("w:b"))
        if size is not None:
            points = OxmlElement("w:sz")
            points.set(qn("w:val"), str(round(size * 2)))
            about.append(points)
        if len(about):
            run.append(about)
        for at, part in enumerate(cleaned(words).split("\n")):
            if at:
                run.append(OxmlElement("w:br"))
            if part:
                text = OxmlElement("w:delText" if gone else "w:t")
                text.set(qn("xml:space"), "preserve")
                text.text = part
                run.append(text)
        return run

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
        room = 210 - self.style.margins.left - self.style.margins.right
        if one.columns:
            table = bare_table(self.document, 1, (room * 0.5, room * 0.5))
            for at, (cell, lines) in enumerate(zip(table.rows[0].cells, one.columns, strict=True)):
                signed = at > 0 or not (lines and lines[0].lower().startswith("nơi nhận"))
                self._signature(cell, lines, state, right=signed)
        else:
            count = max((len(row) for row in one.rows), default=1)
            weights = [weight([row[at] for row in one.rows if at < len(row)]) for at in range(count)]
            widths = [room * one / sum(weights) for one in weights]
            table = bare_table(self.document, len(one.rows), widths)
            table.style = self.document.styles["Table Grid"]
            for row, cells in zip(table.rows, one.rows, strict=True):
                for cell, words in zip(row.cells, (*cells, *[""] * (count - len(cells))), strict=True):
                    for at, line in enumerate(words.split("\n")):
                        paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
                        paragraph.style = self.document.styles[STYLES["cell"]]
                        self._cell_line(paragraph, line, state)
        if state:
            for row in table.rows:
                row._tr.get_or_add_trPr().append(self._change(state))
        self.document.add_paragraph()

    def _cell_line(
        self, paragraph: Any, words: str, state: str, *, bold: bool = False, size: float | None = None
    ) -> None:
        part = ((words, bold),) if words else ()
        self._runs(paragraph, () if state == "ins" else part, () if state == "del" else part, size=size)

    def _signature(self, cell: Any, lines: Sequence[str], state: str, *, right: bool) -> None:
        style = self.style
        for at, words in enumerate(lines):
            paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
            last = right and at == len(lines) - 1 and words != words.upper()
            if right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            if last:
                paragraph.paragraph_format.space_before = Pt(60)
            letters = (
                (style.name if last else style.authority if at == 0 else style.post)
                if right
                else (style.recipients.title if at == 0 else style.recipients.items)
            )
            self._cell_line(paragraph, words, state, bold=letters.bold, size=letters.size)

    # -- the file

    def file(self) -> bytes:
        if self.notes:
            self._add_notes()
        return packed(self.document)

    def _add_notes(self) -> None:
        """Footnotes, which the library does not write: their part and its two required separators."""
        notes = parse_xml(f"<w:footnotes {nsdecls('w')}/>")
        for number, kind in ((-1, "separator"), (0, "continuationSeparator")):
            notes.append(
                parse_xml(
                    f'<w:footnote {nsdecls("w")} w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
                )
            )
        for number, words in enumerate(self.notes, 1):
            note = parse_xml(
                f'<w:footnote {nsdecls("w")} w:id="{number}"><w:p><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
                "<w:footnoteRef/></w:r></w:p></w:footnote>"
            )
            note[0].append(self._run(f" {words}", False, 10))
            notes.append(note)
        part = Part(
            PackURI("/word/footnotes.xml"),
            _FOOTNOTES_TYPE,
            etree.tostring(notes, xml_declaration=True, encoding="UTF-8", standalone=True),
            self.document.part.package,
        )
        self.document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def differences(
    old: Sequence[tuple[str, bool]], new: Sequence[tuple[str, bool]]
) -> list[tuple[Literal["same", "del", "ins"], str, bool]]:
    """Runs of (what became of it, words, bold): same and del together are the old line, same and ins the new one.

    By whole words (syllables); a blank between two changed words changes with them."""
    before, after = _tokens(old), _tokens(new)
    if before == after:
        return [("same", words, bold) for words, bold in new]
    found: list[tuple[Literal["same", "del", "ins"], list[tuple[str, bool]]]] = []
    went: list[tuple[str, bool]] = []
    came: list[tuple[str, bool]] = []

    def close() -> None:
        if went:
            found.append(("del", list(went)))
        if came:
            found.append(("ins", list(came)))
        went.clear()
        came.clear()

    steps = list(Indel.opcodes(before, after))
    for at, step in enumerate(steps):
        words = before[step.src_start : step.src_end]
        if step.tag != "equal":
            went += words
            came += after[step.dest_start : step.dest_end]
        elif 0 < at < len(steps) - 1 and all(word.isspace() for word, _bold in words):
            went += words
            came += words
        else:
            close()
            found.append(("same", words))
    close()
    return [(kind, words, bold) for kind, parts in found for words, bold in _joined(parts)]


def _tokens(parts: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    return [(token, bold) for words, bold in parts for token in TOKEN.findall(words)]


def _joined(parts: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    for words, bold in parts:
        if found and found[-1][1] == bold:
            found[-1] = (found[-1][0] + words, bold)
        else:
            found.append((words, bold))
    return found
