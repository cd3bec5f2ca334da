"""Quotations in a draft: text of another paper that a clause sets down, whose lines begin no clauses of their own."""

from __future__ import annotations

import re

from .docx_line import Block, Line
from .draft_clauses import Clauses
from .draft_marks import Marks, follows, next_letter
from .markers import heading_word

OPENING, CLOSING = "“‘", "”’"
_AMENDS = re.compile(
    r"(sửa đổi|bổ sung|thay thế|bãi bỏ|thay cụm từ|bỏ cụm từ).{0,80}(như sau|khoản \d|điều \d|điểm [a-zđ]\b|cụm từ)",
    re.I,
)


class Quotations:
    """Where a quotation begins and where it ends, as far as the lines tell."""

    def __init__(self, blocks: list[Block], clauses: Clauses, marks: Marks) -> None:
        self.blocks, self.clauses, self.marks = blocks, clauses, marks

    def begins(self, line: Line) -> bool:
        """Whether a line quotes another text for the clause that is open: 'như sau:' stands before, or a clause is quoted."""
        if not self.clauses.stack or line.text[:1] not in OPENING + '"' or line.label is not None:
            return False
        inside = Line(text=line.text[1:].lstrip(), centred=line.centred)
        inside.bold = line.bold[len(line.bold) - len(inside.text) :]
        quoted = heading_word(inside, inside.text) or self.marks.numbered(inside)
        top = self.clauses.stack[-1]
        before = top.words[-1] if top.words else top.node["heading"] or ""
        return quoted is not None or before.rstrip().endswith(":")

    def end(self, line: Line, at: int) -> int:
        """The last line of a quotation that this line leaves open, or -1."""
        depth = _depth(line.text, 0)
        straight = line.text.count('"') % 2 == 1
        if depth <= 0 and not straight:
            return -1
        if not self._quotes_clause(line, at, '"' if depth <= 0 else "“"):
            return -1
        if depth <= 0:
            return self._straight_end(at)
        end = self._curled_end(at, depth, again=False)
        if end < 0:  # each quoted paragraph has its opening mark, only the last one its closing mark
            end = self._curled_end(at, 1, again=True)
        if end < 0:
            end = self._unclosed_end(at)
        return end

    def _quotes_clause(self, line: Line, at: int, sign: str) -> bool:
        """Whether the open quotation mark stands where a quoted text begins: at the start, or after ':'."""
        before = line.text[: line.text.rfind(sign)].rstrip()
        if not before or before.endswith(":"):
            return True
        return before.endswith((".", ")")) and len(before) < 12  # after the line's own number

    def _curled_end(self, at: int, depth: int, *, again: bool) -> int:
        for further, block in self.marks.ahead(at, 3000):
            text = block.text
            if "“" in text or "”" in text:
                depth = _depth(text[1:] if again and text[0] == "“" else text, depth)
                if depth <= 0:
                    return further
            if again and self._amends_further(block):
                return further - 1
        return -1

    def _unclosed_end(self, at: int) -> int:
        """Where a quotation ends that nobody closed: before the next clause that amends, or with a straight mark."""
        for further, block in self.marks.ahead(at, 600):
            if block.text.count('"') % 2 == 1 and block.text.rstrip(".;, ").endswith('"'):
                return further
            if self._amends_further(block):
                return further - 1
        return -1

    def _amends_further(self, line: Line) -> bool:
        """Whether a line is the next clause of an amending text, by its number and its words."""
        if not _AMENDS.search(line.text[:160]):
            return False
        marker = self.marks.of(line)
        if marker is None or marker.number is None:
            return False
        return any(
            one.node["kind"] == marker.kind
            and (follows(one.node, marker.number) or next_letter(one.node["number"] or "", marker.number))
            for one in self.clauses.stack
        )

    def _straight_end(self, at: int) -> int:
        for further, block in self.marks.ahead(at, 600):
            if block.text.count('"') % 2 == 1:
                return further
        return -1


def _depth(text: str, depth: int) -> int:
    """How many quotations are open after the text, of those that were before it."""
    for letter in text:
        if letter == "“":
            depth += 1
        elif letter == "”" and depth > 0:
            depth -= 1
    return depth
