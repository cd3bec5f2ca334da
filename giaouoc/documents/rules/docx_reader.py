"""A .docx as the reader of the paper sees it: lines with what is bold, the numbers that Word writes, tables."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from giaouoc.lib.old_encodings import encoding_of_font, from_font

from .docx_line import Block, Grid, Line, add, names_a_page, old_letters, run_together, tidy
from .docx_numbering import Numbering, Q, Styles, font_of, has_borders, number, on, val
from .docx_package import Package, UnreadableDraft, each, open_package

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
VML = "{urn:schemas-microsoft-com:vml}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
MAX_LINES = 30_000  # paragraphs, those of cells, notes and shapes too
MAX_COLUMNS = 64  # Word itself stops at 63
MAX_SHAPES = 8  # a shape inside a shape inside …
SYMBOLS = {"F0B7": "•", "F0A7": "•", "F0D8": "•", "F0FC": "✓", "F02D": "-", "F0A8": "☐", "F0FE": "☑"}


@dataclass
class Reading:
    """The body in order, and what was met on the way."""

    blocks: list[Block] = field(default_factory=list)
    tracked: bool = False
    comments: bool = False
    shapes: bool = False
    chunks: bool = False  # parts in another format inside the file, which only Word opens
    old_fonts: set[str] = field(default_factory=set)
    converted: list[tuple[str, str]] = field(default_factory=list)  # words in an old code, and what they say


def read_docx(data: bytes, *, convert: bool = False) -> Reading:
    """Read a .docx. ``convert``: what is set in a font of TCVN3 or VNI is read as what it was meant to say.

    Raises UnreadableDraft with the sentence for a file that is not taken."""
    package = open_package(data)
    try:
        return _Reader(package, convert).read()
    except etree.XMLSyntaxError as error:
        raise UnreadableDraft("damaged") from error


class _Reader:
    def __init__(self, package: Package, convert: bool) -> None:
        self.package, self.convert = package, convert
        self.styles = Styles(package.styles)
        self.numbering = Numbering(package.numbering, self.styles)
        self.reading = Reading(comments=package.has_comments)
        self.lines = 0
        self.inside_shapes = 0
        self.notes: dict[str, dict[str, str]] = {}
        self.notes = {
            "footnoteReference": self._notes(package.footnotes, "footnote"),
            "endnoteReference": self._notes(package.endnotes, "endnote"),
        }

    def _notes(self, data: bytes | None, name: str) -> dict[str, str]:
        if data is None:
            return {}
        found = {}
        for element in each(data, name):
            if element.get(Q + "type") in {"separator", "continuationSeparator", "continuationNotice"}:
                continue
            lines = [line.text.strip() for line in self._blocks(element) if isinstance(line, Line)]
            found[element.get(Q + "id", "")] = "\n".join(line for line in lines if line)
        return found

    def read(self) -> Reading:
        """The body, block by block; what was read is let go at once."""
        pending: list[Line] = []
        top = tuple(Q + name for name in ("p", "tbl", "sdt", "customXml", "ins", "moveTo", "altChunk", "body"))
        top += (MC + "AlternateContent",)
        options = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": True}
        seen_body = False
        for _event, element in etree.iterparse(io.BytesIO(self.package.document), events=("end",), tag=top, **options):
            if element.tag == Q + "body":
                seen_body = True
                continue
            parent = element.getparent()
            if parent is None or parent.tag != Q + "body":
                continue
            for block in self._block(element):
                self._join(pending, block, self.reading.blocks)
            element.clear()
            while element.getprevious() is not None:
                del parent[0]
        if not seen_body:
            raise UnreadableDraft("not_word")
        if pending:
            self.reading.blocks.append(run_together(pending))
        return self.reading

    def _join(self, pending: list[Line], block: tuple[Block, bool], blocks: list[Block]) -> None:
        """Add a block; lines whose ends were deleted wait in ``pending`` and run into the next one."""
        one, runs_on = block
        if isinstance(one, Line) and (runs_on or pending):
            pending.append(one)
            if runs_on:
                return
            one = run_together(pending)
            pending.clear()
        elif pending:
            blocks.append(run_together(pending))
            pending.clear()
        blocks.append(one)

    def _blocks(self, parent: etree._Element) -> list[Block]:
        """The blocks of a cell, a note, a shape."""
        found: list[Block] = []
        pending: list[Line] = []
        for child in parent:
            if isinstance(child.tag, str):
                for block in self._block(child):
                    self._join(pending, block, found)
        return [*found, run_together(pending)] if pending else found

    def _block(self, element: etree._Element) -> Iterator[tuple[Block, bool]]:
        """The blocks of a child of a body, each with whether it runs on into the next."""
        name = element.tag.removeprefix(Q) if isinstance(element.tag, str) else ""
        if name == "p":
            yield from self._paragraph(element)
        elif name == "tbl":
            yield self._table(element), False
        elif name in {"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"}:
            if name in {"ins", "moveTo"}:
                self.reading.tracked = True
            for child in element:
                yield from self._block(child)
        elif name in {"del", "moveFrom"}:
            self.reading.tracked = True
        elif name == "altChunk":
            self.reading.chunks = True
        elif element.tag == MC + "AlternateContent":
            chosen = _chosen(element)
            for child in chosen if chosen is not None else ():
                yield from self._block(child)

    def _paragraph(self, element: etree._Element) -> Iterator[tuple[Block, bool]]:
        self.lines += 1
        if self.lines > MAX_LINES:
            raise UnreadableDraft("too_long")
        properties = element.find(Q + "pPr")
        style = val(properties, "pStyle") or self.styles.default_paragraph
        line = Line()
        align = val(properties, "jc")
        line.centred = align == "center" if align is not None else bool(self.styles.ask(style, "centred"))
        line.right = align in {"right", "end"}
        outline = number(val(properties, "outlineLvl"))
        asked = outline if outline is not None else self.styles.ask(style, "outline")
        line.outline = asked if isinstance(asked, int) and asked < 9 else None
        names = self._style_names(style)
        line.title = bool(names & {"title", "subtitle"})
        line.contents = any(name.startswith(("toc ", "table of figures")) for name in names)
        if line.outline is None:
            line.outline = next((one for name in names if (one := _heading_style(name)) is not None), None)
        runs_on = False
        mark = None if properties is None else properties.find(Q + "rPr")
        if mark is not None:
            if mark.find(Q + "del") is not None or mark.find(Q + "moveFrom") is not None:
                self.reading.tracked = runs_on = True
            if mark.find(Q + "ins") is not None or mark.find(Q + "moveTo") is not None:
                self.reading.tracked = True
        shapes: list[Block] = []
        state = {"field": []}  # type: dict[str, list[str]]
        self._runs(element, line, style, shapes, state)
        line.join()
        line.loose_start, line.loose_end = line.text[:1].isspace(), line.text[-1:].isspace()
        line.contents = line.contents or names_a_page(line.text)
        tidy(line)
        gone = runs_on or (not line.text and on(mark, "vanish"))
        if not gone:  # an empty paragraph of a list shows its number and counts too
            numbering = None if properties is None else properties.find(Q + "numPr")
            place = self.numbering.place(val(numbering, "numId"), number(val(numbering, "ilvl")), style)
            line.label = self.numbering.label(*place) if place else None
        yield line, runs_on
        for shape in shapes:
            yield shape, False

    def _style_names(self, style: str | None) -> frozenset[str]:
        """The names of a paragraph's style and its ancestors, and its id: files without styles name it only so."""
        key = (style, "names")
        if key not in self.styles.asked:
            names = {one.name for one in self.styles.line(style)}
            self.styles.asked[key] = frozenset(names | ({style.lower()} if style and not names else set()))
        found = self.styles.asked[key]
        return found if isinstance(found, frozenset) else frozenset()

    def _runs(
        self, parent: etree._Element, line: Line, style: str | None, shapes: list[Block], state: dict[str, list[str]]
    ) -> None:
        for child in parent:
            tag = child.tag
            if not isinstance(tag, str):
                continue
            name = tag.removeprefix(Q)
            if name == "r":
                self._run(child, line, style, shapes, state)
            elif name in {"del", "moveFrom"}:
                self.reading.tracked = True
            elif name in {"ins", "moveTo"}:
                self.reading.tracked = True
                self._runs(child, line, style, shapes, state)
            elif name == "subDoc" or tag in {Q + "pPr", Q + "sdtPr", Q + "sdtEndPr"}:
                continue
            elif tag.startswith(MATH):
                for text in child.iter(MATH + "t"):
                    add(line, text.text or "", False)
            elif tag == MC + "AlternateContent":
                self._alternate(child, line, style, shapes, state)
            elif next(child.iter(Q + "r"), None) is not None:
                self._runs(
                    child, line, style, shapes, state
                )  # links, tags, controls, fields, and what is newer than we are

    def _alternate(
        self, element: etree._Element, line: Line, style: str | None, shapes: list[Block], state: dict[str, list[str]]
    ) -> None:
        """The same thing said twice for newer and older programs: take it once."""
        chosen = _chosen(element)
        if chosen is not None:
            self._run_content(chosen, line, style, False, shapes, state)

    def _run(
        self, run: etree._Element, line: Line, style: str | None, shapes: list[Block], state: dict[str, list[str]]
    ) -> None:
        properties = run.find(Q + "rPr")
        run_style = val(properties, "rStyle")
        hidden = on(properties, "vanish")
        if hidden is None:
            hidden = bool(self.styles.ask(run_style, "vanish") or self.styles.ask(style, "vanish"))
        if hidden:
            return
        bold = on(properties, "b")
        if bold is None:
            answers = (self.styles.ask(run_style, "bold"), self.styles.ask(style, "bold"), self.styles.default.bold)
            bold = bool(next((one for one in answers if one is not None), False))
        font = font_of(properties)
        if font is None:
            asked = self.styles.ask(run_style, "font") or self.styles.ask(style, "font") or self.styles.default.font
            font = asked if isinstance(asked, str) else None
        before = len(line.parts)
        self._run_content(run, line, style, bold, shapes, state)
        added = "".join(text for text, _ in line.parts[before:])
        if not added or added.isspace():
            return
        caps = on(properties, "caps")
        if caps is None:
            caps = bool(self.styles.ask(run_style, "caps") or self.styles.ask(style, "caps"))
        if caps and before == 0:
            line.caps = True
        elif not caps and added.upper() != added:
            line.caps = False
        if font and encoding_of_font(font) and old_letters(added):
            self.reading.old_fonts.add(font)
            if not self.convert:
                line.old_font = line.old_font or font
                return
            said = [(from_font(text, font), mark) for text, mark in line.parts[before:]]
            self.reading.converted += [(added, "".join(text for text, _mark in said))]
            line.parts[before:] = said

    def _run_content(
        self,
        parent: etree._Element,
        line: Line,
        style: str | None,
        bold: bool,
        shapes: list[Block],
        state: dict[str, list[str]],
    ) -> None:
        for child in parent:
            tag = child.tag
            if not isinstance(tag, str):
                continue
            name = tag.removeprefix(Q)
            in_code = "code" in state["field"]
            if name == "fldChar":
                _field(state["field"], child.get(Q + "fldCharType", ""))
            elif name == "t" and not in_code:
                add(line, child.text or "", bold)
            elif name in {"tab", "ptab"} and not in_code:
                add(line, "\t", bold)
            elif name in {"br", "cr"} and not in_code:
                add(line, "\n", bold)
            elif name == "noBreakHyphen" and not in_code:
                add(line, "-", bold)
            elif name == "sym" and not in_code:
                add(line, SYMBOLS.get(child.get(Q + "char", "").upper(), "•"), bold)
            elif name in self.notes:
                note = self.notes[name].pop(child.get(Q + "id", ""), "")
                if note:
                    line.notes.append(note)
            elif name in {"drawing", "pict", "object"}:
                self._shape(child, shapes)
            elif tag == MC + "AlternateContent":
                self._alternate(child, line, style, shapes, state)
            elif name == "r":
                self._run(child, line, style, shapes, state)
            elif name == "ruby":
                base = child.find(Q + "rubyBase")
                if base is not None:
                    self._runs(base, line, style, shapes, state)

    def _shape(self, element: etree._Element, shapes: list[Block]) -> None:
        """The text of a shape, after the paragraph that it hangs on; said twice for older programs, it is taken once."""
        if self.inside_shapes >= MAX_SHAPES:
            raise UnreadableDraft("bomb")
        self.inside_shapes += 1
        for child in element:
            if not isinstance(child.tag, str):
                continue
            found: list[Block] = []
            if child.tag == MC + "AlternateContent":
                chosen = _chosen(child)
                if chosen is not None:
                    self.inside_shapes -= 1
                    self._shape(chosen, shapes)
                    self.inside_shapes += 1
            elif child.tag == Q + "txbxContent":
                found = [one for one in self._blocks(child) if isinstance(one, Grid) or one.text]
            elif child.tag == VML + "textpath" and child.get("string"):
                found = [_said(child.get("string", ""))]
            elif child.tag == DRAWING + "p":
                found = [_said("".join(one.text or "" for one in child.iter(DRAWING + "t")))]
            else:
                self.inside_shapes -= 1
                self._shape(child, shapes)
                self.inside_shapes += 1
            found = [one for one in found if isinstance(one, Grid) or one.text]
            if found:
                self.reading.shapes = True
                shapes.extend(found)
        self.inside_shapes -= 1

    def _table(self, element: etree._Element) -> Grid:
        properties = element.find(Q + "tblPr")
        said = has_borders(None if properties is None else properties.find(Q + "tblBorders"))
        if said is None:
            style = val(properties, "tblStyle")
            said = bool(self.styles.ask(style, "bordered"))
            if style and style not in self.styles.all:  # a file without styles: the name is all there is
                said = "grid" in style.lower()
        grid = Grid(bordered=bool(said))
        above: dict[int, bool] = {}
        for row in _rows(element):
            row_properties = row.find(Q + "trPr")
            if row_properties is not None and row_properties.find(Q + "del") is not None:
                self.reading.tracked = True
                continue
            if row_properties is not None and row_properties.find(Q + "ins") is not None:
                self.reading.tracked = True
            cells: list[list[Block] | None] = []
            skipped = val(row_properties, "gridBefore")
            column = min(number(skipped) or 0, 64)
            cells.extend([None] * column)
            for cell in _cells(row):
                about = cell.find(Q + "tcPr")
                if about is not None and about.find(Q + "cellDel") is not None:
                    self.reading.tracked = True
                    continue
                span = max(1, min(number(val(about, "gridSpan")) or 1, 64))
                merge = val(about, "vMerge")
                continues = (merge is not None and merge != "restart" and above.get(column, False)) or (
                    val(about, "hMerge") in {"", "continue"}
                )
                above[column] = merge is not None
                if has_borders(None if about is None else about.find(Q + "tcBorders")):
                    grid.bordered = True
                blocks = self._blocks(cell)
                filled = any(isinstance(one, Grid) or one.text for one in blocks)
                cells.append(None if continues and not filled else blocks)
                cells.extend([None] * min(span - 1, max(0, MAX_COLUMNS - len(cells))))
                column += span
            if cells:
                grid.rows.append(cells)
        return grid


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == Q + "tr":
            yield child
        elif child.tag in {Q + "sdt", Q + "sdtContent", Q + "customXml", Q + "ins", Q + "moveTo"}:
            yield from _rows(child)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for child in row:
        if child.tag == Q + "tc":
            yield child
        elif child.tag in {Q + "sdt", Q + "sdtContent", Q + "customXml"}:
            yield from _cells(child)


def _chosen(element: etree._Element) -> etree._Element | None:
    """Of the versions of one thing for newer and older programs the first that has words or a picture of words."""
    choices = [*element.iterfind(MC + "Choice"), *element.iterfind(MC + "Fallback")]
    words = (Q + "txbxContent", Q + "t", VML + "textpath", DRAWING + "t")
    return next((one for one in choices if next(one.iter(*words), None) is not None), None)


def _said(text: str) -> Line:
    """A line of a drawing."""
    line = Line()
    add(line, text, False)
    line.join()
    tidy(line)
    return line


def _heading_style(name: str) -> int | None:
    """The level of one of Word's heading styles, by its name or by the id that files without styles leave."""
    found = re.fullmatch(r"heading ?([1-9])", name)
    return int(found[1]) - 1 if found else None


def _field(stack: list[str], kind: str) -> None:
    if kind == "begin":
        stack.append("code")
    elif kind == "separate" and stack:
        stack[-1] = "result"
    elif kind == "end" and stack:
        stack.pop()
