"""A Word draft read into its clause tree. Every line of the body stands in it once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .clause_tree import Node
from .docx_line import Block, Grid, Line
from .docx_package import UnreadableDraft
from .docx_reader import Reading, read_docx
from .draft_clauses import ABOVE, Clauses, Open, article_heading
from .draft_ends import Ends
from .draft_landmarks import ANNEX, FOOTNOTE, RULE, heads_table, is_signature, is_title, title_and_text
from .draft_lines import cell_lines, clause_lines, grid_rows, lines_of, shown
from .draft_marks import Marks, are_sentences
from .draft_quotations import Quotations
from .markers import DEEPEST_PARAGRAPH, LOOKS_LIKE, Marker
from .warnings import Warning, warn

_MARK_STOP = re.compile(r"^(\[\d{1,3}\])\s*[.:)\-–]\s*")


@dataclass
class Draft:
    """What was recognised. ``letterhead``: the lines set apart."""

    tree: list[Node] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    letterhead: list[str] = field(default_factory=list)
    chunks: bool = False  # parts that only Word opens were left out
    converted: list[tuple[str, str]] = field(default_factory=list)  # words in an old code, and what they say


def import_draft(data: bytes, *, convert: bool = False) -> Draft:
    """Read a .docx into its clause tree; ``convert``: words in the codes of old fonts as what they were meant to say.

    Raises UnreadableDraft with one sentence for a file that is not taken."""
    draft = tree_of(read_docx(data, convert=convert))
    if not draft.tree:
        raise UnreadableDraft("only_chunks" if draft.chunks else "no_words")
    return draft


def to_json(draft: Draft) -> dict[str, Any]:
    """{"tree": […], "warnings": [{"where", "what"}]}."""
    return {"tree": draft.tree, "warnings": [{"where": one.where, "what": one.what} for one in draft.warnings]}


def to_store(draft: Draft) -> list[dict[str, Any]]:
    """The warnings as they are kept: {"where", "code", "params"}; ``said.sentence`` words them for the reader."""
    return [one.kept() for one in draft.warnings]


def tree_of(reading: Reading) -> Draft:
    """The tree of what was read."""
    builder = _Builder(clause_lines(reading.blocks))
    builder.build()
    draft = Draft(builder.clauses.roots, [], builder.letterhead, reading.chunks, reading.converted)
    draft.warnings = warn(draft.tree, reading, unnumbered=builder.marks.unnumbered, odd=builder.odd)
    return draft


class _Builder:
    def __init__(self, blocks: list[Block]) -> None:
        self.blocks = blocks
        self.clauses = Clauses()
        self.marks = Marks(blocks, self.clauses)
        self.quotations = Quotations(blocks, self.clauses, self.marks)
        self.ends = Ends(blocks, self.clauses, self.marks)
        self.letterhead: list[str] = []
        self.odd: list[tuple[Node, str]] = []  # clauses whose number is written with letters that only look right
        self.loose: list[Line] = []  # lines after a signature, not yet known what of
        self.quote_until = -1

    def build(self) -> None:
        at = self._preamble(0)
        while at < len(self.blocks):
            block = self.blocks[at]
            if isinstance(block, Grid):
                at = self._grid(block, at)
            elif block.text:
                at = self._line(block, at)
            else:
                self.clauses.note(block)
                at += 1
        self._flush_loose(self.loose)
        self.clauses.finish()

    def _preamble(self, at: int) -> int:
        """Letterhead, title lines, and the lines up to the first clause, from here on. Returns where the clauses begin."""
        self.clauses.close(signed=False)
        self.quote_until, self.marks.capital = -1, ""
        self.marks.plan = not self.marks.articles_ahead(at)
        lines: list[Line] = []
        notes: list[str] = []
        tables = 0
        while at < len(self.blocks):
            block = self.blocks[at]
            if isinstance(block, Grid):
                if not self.ends.is_letterhead(block, bare=not lines and tables < 3):
                    break
                tables += 1
                self.letterhead += lines_of(block)
                notes += [note for line in block.lines() for note in line.notes]
            elif block.text:
                marker = self.marks.of(block)
                if marker is not None and self.ends.begins_clauses(marker, block, at):
                    break
                if lines and self.ends.is_second_title(block, at, lines):
                    break
                lines.append(block)
                notes += block.notes
            else:
                notes += block.notes
            at += 1
        heading, text = title_and_text(lines)
        if heading or text:
            self.clauses.add_text("preamble", heading, text, notes)
        elif notes:
            self.letterhead += notes
        return at

    def _line(self, line: Line, at: int) -> int:
        if self.quote_until >= at:
            self.clauses.add_quoted(line)
            return at + 1
        if self.loose or self.clauses.signed:
            return self._after_signature(line, at)
        if self.ends.ends_text(line, at):
            return self._signature_lines(at)
        if self.ends.is_new_text(line, at):
            return self._preamble(at)
        if self.ends.begins_annex(line):
            self.clauses.close(signed=True)
            self.loose = [line]
            return at + 1
        if self.quotations.begins(line):
            self.clauses.add_quoted(line)
            self.quote_until = self.quotations.end(line, at)
            return at + 1
        marker = self.marks.of(line)
        if marker is None:
            self.clauses.add_unnumbered(line)
        else:
            self._clause(line, marker)
        self.quote_until = self.quotations.end(line, at)
        return at + 1

    def _clause(self, line: Line, marker: Marker) -> None:
        marker = self.marks.placed(line, marker)
        text, bold = line.text[marker.at :], line.bold[marker.at :]
        lead = len(text) - len(text.lstrip(" \n"))
        text, bold = text[lead:], bold[lead:]
        if text[:1] == "[" and (mark := _MARK_STOP.match(text)):  # 'Điều 9[8]. Tên': the mark stays, the stop goes
            text, bold = f"{mark[1]} {text[mark.end() :]}", [*bold[: mark.end(1)], bold[0], *bold[mark.end() :]]
        if marker.kind == "part" and marker.style == "A":
            self.marks.capital = marker.number or ""
        heading: str | None = None
        if marker.kind in ABOVE:
            heading, text = text or None, ""
        elif marker.kind == "article":
            heading, text = article_heading(line, text, bold)
        elif (
            marker.kind == "paragraph"
            and text
            and (line.all_bold or (marker.style == "heading" and not are_sentences([text])))
        ):
            heading, text = text, ""
        words = [text] if text else []
        node = self.clauses.node(marker.kind, marker.number, heading, words, line.notes)
        typed = line.text[: marker.at]
        if typed != typed.translate(LOOKS_LIKE):
            self.odd.append((node, typed.strip()))
        bullet = line.label.level if line.label is not None and line.label.bullet and marker.number == "-" else -1
        self.clauses.open(Open(node, marker.level, words, marker.style, bullet))

    def _grid(self, grid: Grid, at: int) -> int:
        notes = [note for line in grid.lines() for note in line.notes]
        if not lines_of(grid):
            return at + 1
        if is_signature(grid) or self.ends.is_signing(grid, at):
            self._flush_loose(self.loose)
            columns = max(len(row) for row in grid.rows)
            ordered = [
                line
                for column in range(columns)
                for row in grid.rows
                if column < len(row)
                for line in cell_lines(row[column])
            ]
            self.clauses.add_text("signature", [], ordered, notes)
            self.clauses.close(signed=True)
            return at + 1
        if (
            self.clauses.any
            and self.ends.is_letterhead(grid, bare=False)
            and (self.clauses.signed or self.ends.title_ahead(at))
        ):
            self._flush_loose(self.loose)
            return self._preamble(at)
        if self.clauses.signed or self.loose:
            heading, above = self._table_heading()
            node = self.clauses.node("table", None, "\n".join(heading) or None, [], above + notes)
            place = self.clauses.roots
        else:
            node = self.clauses.node("table", None, None, [], notes)
            place = self.clauses.stack[-1].node["children"] if self.clauses.stack else self.clauses.roots
        children = node.pop("children")
        node |= {"rows": grid_rows(grid), "children": children}
        place.append(node)
        return at + 1

    def _table_heading(self) -> tuple[list[str], list[str]]:
        """(heading, notes): the centred lines above a table after the signature, and short ones between them and it."""
        end = len(self.loose)
        while end and len(self.loose) - end < 2 and not heads_table(self.loose[end - 1]):
            if len(self.loose[end - 1].text) > 100:
                break
            end -= 1
        begin = end
        while begin and heads_table(self.loose[begin - 1]):
            begin -= 1
        if begin == end or not any(not RULE.match(line.text) for line in self.loose[begin:end]):
            begin = end = len(self.loose)
        heading = [shown(line) for line in self.loose[begin:] if not RULE.match(line.text)]
        notes = [note for line in self.loose[begin:] for note in line.notes]
        before, self.loose = self.loose[:begin], []
        self._flush_loose(before)
        return heading, notes

    def _signature_lines(self, at: int) -> int:
        """The typed lines of a signature, up to what is a text or an annex of its own."""
        lines: list[str] = []
        notes: list[str] = []
        while at < len(self.blocks):
            block = self.blocks[at]
            if isinstance(block, Grid):
                break
            if block.text:
                if lines and (
                    self.ends.is_new_text(block, at) or ANNEX.match(block.text) or self.marks.heads[at] is not None
                ):
                    break
                if lines and ((block.centred and self.ends.is_roman_title(block)) or FOOTNOTE.match(block.text)):
                    break
                lines.append(shown(block))
            notes += block.notes
            at += 1
        self.clauses.add_text("signature", [], lines, notes)
        self.clauses.close(signed=True)
        return at

    def _after_signature(self, line: Line, at: int) -> int:
        """After a signature: a second text, or the lines above an annex's table, or the clauses of an annex."""
        if self.ends.is_new_text(line, at) and not any(ANNEX.match(one.text) for one in self.loose):
            self._flush_loose(self.loose)
            return self._preamble(at)
        marker = self.marks.of(line)
        if marker is not None and marker.level <= DEEPEST_PARAGRAPH:
            if self.marks.heads[at] is not None or not (line.centred and self.ends.table_ahead(at)):
                self._flush_loose(self.loose)
                self.clauses.signed = False
                self.marks.plan = self.marks.plan or self.marks.next_head[at] >= len(self.blocks)
                self._clause(line, marker)
                self.quote_until = self.quotations.end(line, at)
                return at + 1
        self.loose.append(line)
        return at + 1

    def _flush_loose(self, loose: list[Line]) -> None:
        """Lines after a signature that head no table: texts of their own, each with its title first."""
        heading: list[str] = []
        text: list[str] = []
        notes: list[str] = []
        for line in [*loose, None]:
            stands = line is not None and (line.centred or line.title)
            begins = line is not None and stands and (line.all_bold or ANNEX.match(line.text) or is_title(line))
            if line is None or (begins and text):
                if heading or text:
                    self.clauses.add_text("preamble", heading, text, notes)
                heading, text, notes = [], [], []
            if line is None or (RULE.match(line.text) and not text):
                continue
            (heading if stands and not text else text).append(shown(line))
            notes = notes + line.notes
        if loose:
            self.clauses.stack = []
        self.loose = []
