"""Chỗ của nhận xét: what came back in a Word file as comments on the clauses of the draft that was sent out.

The lines of the file, every change rejected, are the draft's own: they are aligned with it in order, then by likeness between
their neighbours, then by the quoted words. What finds no clause is kept on the whole text with the words that it was about."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from giaouoc.lib.vietnamese import nfc

from .docx_margin import Margin, Remark
from .quotes import find

ALIKE = 75  # of 100: below, the line is another one
COMPARED = 1000  # letters of a line
MOST_COMPARED = 300_000  # pairs of lines of one file, so that none takes time without end
LOOKED_BACK = 5  # lines before one that was put in
_ABOVE = {"part": "phần", "chapter": "chương", "section": "mục", "subsection": "tiểu mục", "annex": "phụ lục"}
_MARKER = re.compile(
    r"^(?:(?:điều|phụ lục|phần|chương|mục|tiểu mục)\s+(?:\d+|[IVXLC]+)[a-zđ]?\s*[.:]\s*"
    r"|\(?(?:\d+(?:\.\d+)*|[a-zđ]\d?|[IVXLC]+)[.)]\s*|[-–+•*]\s*)(?=\S)",
    re.I,
)
Kind = Literal["wording", "add", "delete", "ask"]


@dataclass(frozen=True)
class Clause:
    """A clause of the draft that was sent out. key: of whoever asks."""

    key: Any
    kind: str
    number: str
    heading: str
    text: str
    cells: tuple[str, ...] = ()
    citation: str = ""


@dataclass
class Proposal:
    """A comment that may be entered. key: of its clause, None for the whole text; done: settled in the file already."""

    key: Any
    kind: Kind
    reason: str = ""
    quote: str = ""
    proposed: str = ""
    author: str = ""
    done: bool = False


@dataclass(frozen=True)
class _Spot:
    """A line of the draft. part: what of the clause it is; at: which line of its text."""

    clause: int
    part: Literal["heading", "text", "cell"]
    words: str
    at: int = 0


def bare(words: str) -> str:
    """A line without the number or dash that opens it."""
    return _MARKER.sub("", words, count=1)


def propose(margin: Margin, clauses: Sequence[Clause]) -> list[Proposal]:
    """Every remark and every changed line as a comment, in the order of the file; nothing is left out."""
    return _Placing(margin, clauses).proposals()


@dataclass
class _Placing:
    margin: Margin
    clauses: Sequence[Clause]
    spots: list[_Spot] = field(default_factory=list)
    found: dict[int, int] = field(default_factory=dict)  # line of the file -> line of the draft
    tried: set[int] = field(default_factory=set)  # by likeness
    left: int = MOST_COMPARED

    def __post_init__(self) -> None:
        self.spots = [spot for at, clause in enumerate(self.clauses) for spot in _spots(at, clause)]
        lines = [_key(line.old) for line in self.margin.lines]
        for step in Indel.opcodes(lines, [_key(spot.words) for spot in self.spots]):
            if step.tag == "equal":
                for line, spot in zip(
                    range(step.src_start, step.src_end), range(step.dest_start, step.dest_end), strict=True
                ):
                    if lines[line]:
                        self.found[line] = spot
        self.known = sorted(self.found)

    # -- where a line stands

    def spot(self, line: int) -> _Spot | None:
        """The draft's line that a line of the file is; by likeness where the words are no longer the same."""
        if line not in self.found and line not in self.tried and (words := self.margin.lines[line].old):
            self.tried.add(line)
            low, high = self._between(line)
            self.left -= high - low
            if self.left < 0:
                return None
            near = [_key(one.words)[:COMPARED] for one in self.spots[low:high]]
            best = process.extractOne(_key(words)[:COMPARED], near, scorer=fuzz.ratio, score_cutoff=ALIKE)
            if best is not None:
                self.found[line] = low + best[2]
        at = self.found.get(line)
        return None if at is None else self.spots[at]

    def _between(self, line: int) -> tuple[int, int]:
        """The lines of the draft between those that the neighbours of a line are."""
        at = bisect_left(self.known, line)
        low = self.found[self.known[at - 1]] + 1 if at else 0
        high = self.found[self.known[at]] if at < len(self.known) else len(self.spots)
        return low, high

    def _before(self, line: int) -> int | None:
        """The clause after which a line was put in."""
        for near in range(line - 1, max(-1, line - 1 - LOOKED_BACK), -1):
            if (spot := self.spot(near)) is not None:
                return spot.clause
        at = bisect_left(self.known, line)
        return self.spots[self.found[self.known[at - 1]]].clause if at else None

    def _by_quote(self, quote: str) -> int | None:
        """The one clause that has these words; None where none or several have."""
        words = bare(quote)
        having = [at for at, one in enumerate(self.clauses) if words and words in f"{one.heading}\n{one.text}"]
        return having[0] if len(having) == 1 else None

    # -- what is proposed

    def proposals(self) -> list[Proposal]:
        made: list[tuple[float, Proposal]] = []
        for order, remark in enumerate(self.margin.remarks):
            line = len(self.margin.lines) if remark.first is None else remark.first
            made.append((line + order / 10_000, self._remark(remark)))
        made += [(line + 0.5, one) for line, one in self._changes()]
        return [one for _line, one in sorted(made, key=lambda pair: pair[0])]

    def _remark(self, remark: Remark) -> Proposal:
        words = "\n".join([*filter(None, [remark.words]), *(f"Trao đổi tiếp: {one}" for one in remark.answers)])
        quote = remark.old or remark.new
        made = Proposal(None, "ask", words, author=remark.author, done=remark.done)
        touched = self._touched(remark)
        if not touched:
            made.reason = f"Về đoạn “{quote}”: {words}" if quote else words
            return made
        clause = self.clauses[touched[0]]
        made.key = clause.key
        if len(touched) > 1:
            last = self.clauses[touched[-1]]
            made.reason = f"{words} (từ {clause.citation or 'đây'} đến {last.citation or 'các đoạn sau'})"
        elif quote:
            made.quote = _quoted(clause, quote)
            if not made.quote and not _is_whole(clause, quote):
                made.reason = f"Về đoạn “{quote}”: {words}"
        return made

    def _touched(self, remark: Remark) -> list[int]:
        """The clauses that a remark hangs on, in order."""
        if remark.first is None or remark.last is None:
            return []
        spots = (self.spot(line) for line in range(remark.first, remark.last + 1))
        found = list(dict.fromkeys(spot.clause for spot in spots if spot is not None))
        if not found and remark.old and (at := self._by_quote(remark.old)) is not None:
            found = [at]
        if not found and not self.margin.lines[remark.first].old and (at := self._before(remark.first)) is not None:
            found = [at]  # on a line that was put in
        return found

    def _changes(self) -> Iterator[tuple[int, Proposal]]:
        rewritten: dict[int, tuple[Proposal, list[str | None]]] = {}
        added: dict[int | None, Proposal] = {}
        for at, line in enumerate(self.margin.lines):
            if line.old == line.new:
                continue
            spot = self.spot(at)
            if not line.old:
                clause = self._before(at)
                if clause in added:
                    added[clause].proposed += f"\n{line.new}"
                    continue
                added[clause] = Proposal(None if clause is None else self.clauses[clause].key, "add", "", "", line.new)
                yield at, added[clause]
            elif spot is None or spot.part != "text" or (line.new and bare(line.old) == bare(line.new)):
                said = f"Sửa “{line.old}” thành “{line.new}”." if line.new else f"Bỏ “{line.old}”."
                yield at, Proposal(None if spot is None else self.clauses[spot.clause].key, "ask", said)
            else:
                if spot.clause not in rewritten:
                    made = Proposal(self.clauses[spot.clause].key, "wording")
                    rewritten[spot.clause] = (made, list(self.clauses[spot.clause].text.split("\n")))
                    yield at, made
                made, lines = rewritten[spot.clause]
                lines[spot.at] = (bare(line.new) if bare(line.old) != line.old else line.new) or None
                made.proposed = "\n".join(one for one in lines if one is not None)
                made.kind = "wording" if made.proposed else "delete"
                made.reason = "" if made.proposed else "Đơn vị xóa điều khoản này trong tệp gửi lại."


def _spots(at: int, clause: Clause) -> Iterator[_Spot]:
    if clause.kind in _ABOVE and clause.number:
        yield _Spot(at, "heading", f"{_ABOVE[clause.kind]} {clause.number}")
    for words in filter(None, clause.heading.split("\n")):
        yield _Spot(at, "heading", words)
    for place, words in enumerate(clause.text.split("\n")):
        if words.strip():
            yield _Spot(at, "text", words, place)
    for words in clause.cells:
        for one in filter(None, words.split("\n")):
            yield _Spot(at, "cell", one)


def _key(words: str) -> str:
    """A line for comparison: one spelling, without its number."""
    return bare(" ".join(nfc(words).split())).casefold()


def _quoted(clause: Clause, quote: str) -> str:
    """The quote as the clause has it, '' when it is the whole clause or does not stand there."""
    for words in (clause.text, clause.heading):
        for one in dict.fromkeys((quote, bare(quote))):
            if words and (found := find(words, one)) is not None:
                said = words[found.start : found.end]
                return "" if said.strip() == words.strip() else said
    return ""


def _is_whole(clause: Clause, quote: str) -> bool:
    return _key(quote) in {_key(clause.text), _key(clause.heading)}
