"""A clause tree as what stands on paper: its lines, tables and signatures in reading order, and where a sheet begins.

Structure of a regulation and a plan: domain notes, part B §1 and §3."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .clauses import is_basis, is_plan_level, lies_across, signature_columns

Kind = Literal[
    "title", "mark", "above", "level", "article", "clause", "point", "dash", "text", "basis", "cell", "head", "hash"
]


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


@dataclass(frozen=True)
class Turn:
    """From here on a new sheet: ``across`` for a wide table, else upright."""

    across: bool
    key: Hashable = None


Piece = Line | Table | Turn


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
            begun = self.pieces[first] if first < len(self.pieces) else None
            if isinstance(begun, Turn) and begun.across:
                self.pieces.append(Turn(False, (own, "back")))

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
            if not inside:
                self.pieces.append(Turn(lies_across(max(map(len, node.get("rows") or ()), default=0)), (own, "turn")))
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
    return found.pieces[:-1] if found.pieces and isinstance(found.pieces[-1], Turn) else found.pieces
