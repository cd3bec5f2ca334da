"""A .docx as the reader of the paper sees it: lines with what is bold, the numbers that Word writes, tables."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from giaouoc.lib.vietnamese import nfc

from .docx_numbering import Label, Numbering, Q, Styles, font_of, has_borders, on, val
from .docx_package import Package, UnreadableDraft, open_package, parse_xml

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
OLD_FONTS = (".vn", "vni-", "vni ")
SYMBOLS = {"F0B7": "•", "F0A7": "•", "F0D8": "•", "F0FC": "✓", "F02D": "-", "F0A8": "☐", "F0FE": "☑"}


@dataclass
class Line:
    """A paragraph: its text (soft breaks are line ends), which characters are bold, what Word writes before it."""

    text: str = ""
    bold: list[bool] = field(default_factory=list)
    label: Label | None = None
    outline: int | None = None  # level of a heading style, from 0
    title: bool = False  # Word's Title or Subtitle style
    centred: bool = False
    right: bool = False
    notes: list[str] = field(default_factory=list)
    old_font: str = ""
    loose_start: bool = False  # blanks that stood at the ends, for lines that run together
    loose_end: bool = False

    @property
    def all_bold(self) -> bool:
        """Whether every letter of the text is bold; never of an empty one."""
        marks = [mark for letter, mark in zip(self.text, self.bold, strict=True) if not letter.isspace()]
        return bool(marks) and all(marks)


@dataclass
class Grid:
    """A table: cells of blocks; a cell that only continues a merged one is None."""

    rows: list[list[list[Block] | None]] = field(default_factory=list)
    bordered: bool = False


Block = Line | Grid


@dataclass
class Reading:
    """The body in order, and what was met on the way."""

    blocks: list[Block] = field(default_factory=list)
    tracked: bool = False
    comments: bool = False
    shapes: bool = False
    old_fonts: set[str] = field(default_factory=set)


def read_docx(data: bytes) -> Reading:
    """Read a .docx. Raises UnreadableDraft with the sentence for a file that is not taken."""
    package = open_package(data)
    try:
        return _Reader(package).read()
    except etree.XMLSyntaxError as error:
        raise UnreadableDraft("Tệp Word bị hỏng; hãy mở bằng Word, lưu lại rồi tải lên lần nữa.") from error


class _Reader:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.styles = Styles(package.styles)
        self.numbering = Numbering(package.numbering, self.styles)
        self.reading = Reading(comments=package.has_comments)
        self.notes = {
            "footnoteReference": self._notes(package.footnotes, "footnote"),
            "endnoteReference": self._notes(package.endnotes, "endnote"),
        }

    def _notes(self, data: bytes | None, name: str) -> dict[str, str]:
        if data is None:
            return {}
        found = {}
        for element in parse_xml(data).iter(Q + name):
            if element.get(Q + "type") in {"separator", "continuationSeparator", "continuationNotice"}:
                continue
            lines = [line.text.strip() for line in self._blocks(element) if isinstance(line, Line)]
            found[element.get(Q + "id", "")] = "\n".join(line for line in lines if line)
        return found

    def read(self) -> Reading:
        """The body, block by block; what was read is let go at once."""
        pending: Line | None = None
        top = (Q + "p", Q + "tbl", Q + "sdt", Q + "customXml", Q + "ins", Q + "moveTo", Q + "body")
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
                pending = self._join(pending, block)
            element.clear()
            while element.getprevious() is not None:
                del parent[0]
        if not seen_body:
            raise UnreadableDraft("Tệp này không phải tài liệu Word (.docx).")
        if pending is not None:
            self.reading.blocks.append(pending)
        return self.reading

    def _join(self, pending: Line | None, block: tuple[Block, bool]) -> Line | None:
        """Add a block; a line whose end was deleted runs into the next one. Returns such an open line."""
        one, runs_on = block
        if pending is not None:
            if isinstance(one, Line):
                one = _run_together(pending, one)
            else:
                self.reading.blocks.append(pending)
        if runs_on and isinstance(one, Line):
            return one
        self.reading.blocks.append(one)
        return None

    def _blocks(self, parent: etree._Element) -> list[Block]:
        """The blocks of a cell, a note, a shape."""
        found: list[Block] = []
        pending: Line | None = None
        for child in parent:
            if not isinstance(child.tag, str):
                continue
            for one, runs_on in self._block(child):
                if pending is not None and isinstance(one, Line):
                    one, pending = _run_together(pending, one), None
                if runs_on and isinstance(one, Line):
                    pending = one
                else:
                    found.append(one)
        return [*found, pending] if pending is not None else found

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

    def _paragraph(self, element: etree._Element) -> Iterator[tuple[Block, bool]]:
        properties = element.find(Q + "pPr")
        style = val(properties, "pStyle") or self.styles.default_paragraph
        line = Line()
        align = val(properties, "jc")
        line.centred = align == "center" if align is not None else bool(self.styles.ask(style, "centred"))
        line.right = align in {"right", "end"}
        outline = val(properties, "outlineLvl")
        asked = int(outline) if outline and outline.isdecimal() else self.styles.ask(style, "outline")
        line.outline = asked if isinstance(asked, int) and asked < 9 else None
        names = {one.name for one in self.styles.line(style)}
        line.title = bool(names & {"title", "subtitle"})
        if line.outline is None:
            heading = next((name for name in names if name.startswith("heading ") and name[8:].isdecimal()), None)
            line.outline = int(heading[8:]) - 1 if heading else None
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
        line.loose_start, line.loose_end = line.text[:1].isspace(), line.text[-1:].isspace()
        _tidy(line)
        if line.text and not (runs_on and not line.text):
            numbering = None if properties is None else properties.find(Q + "numPr")
            level = val(numbering, "ilvl")
            place = self.numbering.place(
                val(numbering, "numId"), int(level) if level and level.isdecimal() else None, style
            )
            line.label = self.numbering.label(*place) if place else None
        yield line, runs_on
        for shape in shapes:
            yield shape, False

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
            elif name == "ruby":
                base = child.find(Q + "rubyBase")
                if base is not None:
                    self._runs(base, line, style, shapes, state)
            elif name == "subDoc" or tag in {Q + "pPr", Q + "sdtPr", Q + "sdtEndPr"}:
                continue
            elif tag.startswith(MATH):
                for text in child.iter(MATH + "t"):
                    _add(line, text.text or "", False)
            elif tag == MC + "AlternateContent":
                self._alternate(child, line, style, shapes, state)
            elif name in {"hyperlink", "smartTag", "sdt", "sdtContent", "customXml", "fldSimple", "dir", "bdo"}:
                self._runs(child, line, style, shapes, state)

    def _alternate(
        self, element: etree._Element, line: Line, style: str | None, shapes: list[Block], state: dict[str, list[str]]
    ) -> None:
        """The same thing said twice for newer and older programs: take it once."""
        choices = [*element.iterfind(MC + "Choice"), *element.iterfind(MC + "Fallback")]
        chosen = next((one for one in choices if next(one.iter(Q + "txbxContent", Q + "t"), None) is not None), None)
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
        before = len(line.text)
        self._run_content(run, line, style, bold, shapes, state)
        if font and font.lower().startswith(OLD_FONTS) and line.text[before:].strip():
            self.reading.old_fonts.add(font)
            line.old_font = line.old_font or font

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
            in_code = bool(state["field"]) and state["field"][-1] == "code"
            if name == "fldChar":
                _field(state["field"], child.get(Q + "fldCharType", ""))
            elif name == "t" and not in_code:
                _add(line, child.text or "", bold)
            elif name in {"tab", "ptab"} and not in_code:
                _add(line, " ", bold)
            elif name in {"br", "cr"} and not in_code:
                if child.get(Q + "type") not in {"page", "column"}:
                    _add(line, "\n", bold)
            elif name == "noBreakHyphen":
                _add(line, "-", bold)
            elif name == "sym":
                _add(line, SYMBOLS.get(child.get(Q + "char", "").upper(), "•"), bold)
            elif name in self.notes:
                note = self.notes[name].get(child.get(Q + "id", ""))
                if note:
                    line.notes.append(note)
            elif name in {"drawing", "pict", "object"}:
                self._shape(child, shapes)
            elif tag == MC + "AlternateContent":
                self._alternate(child, line, style, shapes, state)
            elif name == "r":
                self._run(child, line, style, shapes, state)
            elif name == "ruby":
                self._runs(parent, line, style, shapes, state)
                return

    def _shape(self, element: etree._Element, shapes: list[Block]) -> None:
        """The text of a shape, after the paragraph that it hangs on."""
        for content in element.iter(Q + "txbxContent"):
            if any(one.tag == MC + "Fallback" for one in content.iterancestors()) and any(
                one.tag == MC + "AlternateContent" for one in element.iterdescendants(MC + "AlternateContent")
            ):
                continue
            blocks = [one for one in self._blocks(content) if isinstance(one, Grid) or one.text]
            if blocks:
                self.reading.shapes = True
                shapes.extend(blocks)

    def _table(self, element: etree._Element) -> Grid:
        properties = element.find(Q + "tblPr")
        said = has_borders(None if properties is None else properties.find(Q + "tblBorders"))
        if said is None:
            said = bool(self.styles.ask(val(properties, "tblStyle"), "bordered"))
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
            column = int(skipped) if skipped and skipped.isdecimal() and int(skipped) < 64 else 0
            cells.extend([None] * column)
            for cell in _cells(row):
                about = cell.find(Q + "tcPr")
                if about is not None and about.find(Q + "cellDel") is not None:
                    self.reading.tracked = True
                    continue
                span_word = val(about, "gridSpan")
                span = int(span_word) if span_word and span_word.isdecimal() else 1
                span = max(1, min(span, 64))
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
                cells.extend([None] * (span - 1))
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


def _field(stack: list[str], kind: str) -> None:
    if kind == "begin":
        stack.append("code")
    elif kind == "separate" and stack:
        stack[-1] = "result"
    elif kind == "end" and stack:
        stack.pop()


def _add(line: Line, text: str, bold: bool) -> None:
    line.text += text
    line.bold.extend([bold] * len(text))


def _run_together(first: Line, second: Line) -> Line:
    """Two lines whose parting was deleted: the words of both, the shape of the second."""
    if first.text and second.text and (first.loose_end or second.loose_start):
        first.text, first.bold = first.text + " ", [*first.bold, first.bold[-1]]
    second.text, second.bold = first.text + second.text, first.bold + second.bold
    second.loose_start = first.loose_start
    second.notes = first.notes + second.notes
    if not second.text:
        second.label = None
    return second


def _tidy(line: Line) -> None:
    """NFC; every run of blanks is one blank; lines trimmed; boldness kept letter by letter."""
    text = nfc(line.text)
    if len(text) != len(line.bold):
        text, line.bold = _compose(line.text, line.bold)
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
    while at < len(text):
        end = at + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        whole = nfc(text[at:end])
        out.append(whole)
        marks.extend([bold[at]] * len(whole))
        at = end
    return "".join(out), marks
