"""Where a text ends and what comes then: a signature, a second text with its letterhead and title, an annex, a table."""

from __future__ import annotations

from .docx_line import Block, Grid, Line
from .draft_clauses import Clauses
from .draft_landmarks import ANNEX_HEAD, MOTTO, is_signature, is_title, names_recipients, names_signer
from .draft_lines import lines_of
from .draft_marks import Marks
from .markers import LEVELS, Marker, is_upper, label_marker
from .warnings import value

LETTERHEAD = 1500  # letters of a table that is a letterhead


class Ends:
    """What a line or a table is at its place between the clauses behind it and the lines to come."""

    def __init__(self, blocks: list[Block], clauses: Clauses, marks: Marks) -> None:
        self.blocks, self.clauses, self.marks = blocks, clauses, marks

    def is_second_title(self, line: Line, at: int, lines: list[Line]) -> bool:
        """Whether a whole further text begins inside what seemed a preamble: such a text has letterhead and title."""
        before = self.blocks[at - 1] if at else None
        return isinstance(before, Grid) and is_title(line) and any(is_title(one) for one in lines)

    def is_letterhead(self, grid: Grid, *, bare: bool) -> bool:
        """Whether a table before the first clause is a letterhead: the first one without borders, or one with the motto."""
        lines = lines_of(grid)
        if is_signature(grid) or sum(map(len, lines)) > LETTERHEAD:
            return False
        if MOTTO.search("\n".join(lines)):
            return True
        return bare and not grid.bordered and len(grid.rows) <= 8

    def begins_clauses(self, marker: Marker, line: Line, at: int) -> bool:
        """Whether a marked line in the preamble is the first clause; dashes and letters there are only its lines."""
        if marker.level <= LEVELS["article"]:
            return True
        if marker.kind == "paragraph" and marker.level == LEVELS["paragraph"]:
            # '1.' opens the clauses of a text that has none above it; else a numbered basis is a line like others.
            return self.marks.next_head[at] >= min(at + 400, len(self.blocks))
        return False

    def is_signing(self, grid: Grid, at: int) -> bool:
        """A borderless table of signatures that names no recipients."""
        if grid.bordered or len(grid.rows) > 6 or not any(names_signer(line) for line in lines_of(grid)):
            return False
        return self.clauses.any and not self._goes_on(at)

    def _goes_on(self, at: int) -> bool:
        """Whether the articles of this text go on behind this place."""
        place = self.marks.next_head[at + 1]
        if place >= len(self.blocks):
            return self.marks.plan and self._sections_go_on(at)
        head = self.marks.heads[place]
        if head is None:
            return False
        return not _is_first(head) and not any(
            isinstance(block, Line) and block.text and (is_title(block) or ANNEX_HEAD.match(block.text))
            for block in self.blocks[at + 1 : place]
        )

    def _sections_go_on(self, at: int) -> bool:
        """Whether a plan's next Roman figure comes behind this place, before a title or an annex."""
        above = self.clauses.find("section", LEVELS["section"])
        if above is None:
            return False
        before = value("section", above.node["number"] or "")
        for _further, line in self.marks.ahead(at, 400):
            if is_title(line) or ANNEX_HEAD.match(line.text):
                return False
            marker = label_marker(line) or self.marks.numbered(line)
            if marker is not None and marker.kind == "section" and marker.number:
                after = value("section", marker.number)
                return before is not None and after is not None and after[0] == before[0] + 1
        return False

    def title_ahead(self, at: int) -> bool:
        """Whether a title follows within a few lines."""
        lines = [block for block in self.blocks[at + 1 : at + 12] if isinstance(block, Line) and block.text]
        return any(is_title(line) for line in lines[:5])

    def ends_text(self, line: Line, at: int) -> bool:
        """Whether the lines of a typed signature begin here."""
        if not self.clauses.any:
            return False
        if self.clauses.bare_above is not None:
            return False  # 'Chương II', below it 'HIỆU TRƯỞNG VÀ HỘI ĐỒNG TRƯỜNG'
        if names_recipients(line.text):
            return not self._goes_on(at)
        stands = line.centred or line.right or line.all_bold
        return (
            stands and len(line.text) < 80 and is_upper(line.text) and names_signer(line.text) and not self._goes_on(at)
        )

    def is_roman_title(self, line: Line) -> bool:
        """Whether a line begins a phần or a mục by its figure or letter alone."""
        found = self.marks.numbered(line) or label_marker(line)
        return found is not None and found.kind in {"section", "part"}

    def is_new_text(self, line: Line, at: int) -> bool:
        """Whether a second title begins here: a kind of text in capitals, standing out, clauses behind it."""
        if not self.clauses.any or len(line.text) > 160 or not is_title(line):
            return False
        if not (line.centred or line.title or (self.clauses.signed and line.all_bold)):
            return False
        above = self.clauses.bare_above
        if above is not None and above["heading"] is None:
            return False
        if self.clauses.signed:
            return True
        place = self.marks.next_head[at + 1]
        head = self.marks.heads[place] if place < min(at + 40, len(self.blocks)) else None
        return head is not None and _is_first(head)

    def begins_annex(self, line: Line) -> bool:
        """Whether an annex begins that no signature parts from the text."""
        if not ANNEX_HEAD.match(line.text) or len(line.text) > 160 or not self.clauses.any:
            return False
        if self.clauses.bare_above is not None:
            return False
        return line.centred or line.title or (line.all_bold and is_upper(line.text.split("\n")[0]))

    def table_ahead(self, at: int) -> bool:
        """Whether a table follows within a few centred lines."""
        for block in self.blocks[at + 1 : at + 8]:
            if isinstance(block, Grid):
                return True
            if block.text and not block.centred:
                return False
        return False


def _is_first(head: Marker) -> bool:
    """Whether a heading word carries the first number: 1, I, A, một, thứ nhất."""
    number = (head.number or "").upper()
    return number in {"1", "I", "A", "MỘT"} or "NHẤT" in number
