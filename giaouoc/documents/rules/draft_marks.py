"""What each line of a draft begins: its own mark, placed among the clauses that are open above it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .clause_tree import Node
from .docx_line import Block, Grid, Line
from .draft_clauses import Clauses
from .draft_landmarks import is_plan, is_signature, is_title
from .markers import LEVELS, SUB_POINT, Marker, heading_word, is_lower_roman, label_marker, number_marker

SCAN = 400_000  # lines looked at, over a whole draft, for what comes after one


class Marks:
    """What begins where. ``heads``: the heading word of each block; ``next_head``: the place of the next one from there.

    ``plan``: the text at hand has no điều; ``capital``: the last A, B, C; ``unnumbered``: a style alone made a heading."""

    def __init__(self, blocks: list[Block], clauses: Clauses) -> None:
        self.blocks, self.clauses = blocks, clauses
        self.unnumbered = False
        self.capital = ""
        self.plan = True
        self._scans = SCAN
        if sum(isinstance(one, Line) and one.contents for one in blocks) < 3:
            for one in blocks:
                if isinstance(one, Line):
                    one.contents = False
        self.heads = [self._typed(one) if isinstance(one, Line) and one.text else None for one in blocks]
        self.next_head = self._next_heads()
        self._styled = self._style_levels()

    def _next_heads(self) -> list[int]:
        """For each block the place of the next điều or what stands above one, itself included; the number of blocks if none."""
        found = [len(self.blocks)] * (len(self.blocks) + 1)
        for at in range(len(self.blocks) - 1, -1, -1):
            head = self.heads[at]
            found[at] = at if head is not None and head.level <= LEVELS["article"] else found[at + 1]
        return found

    def _typed(self, line: Line) -> Marker | None:
        """The heading word that a line begins with, typed or written by Word."""
        found = heading_word(line, line.text)
        if found is None and line.label is not None and (found := label_marker(line)) is not None:
            return found if found.level <= LEVELS["article"] and not found.style and found.kind != "section" else None
        return found

    def _style_levels(self) -> dict[int, str]:
        """Which kind each heading style stands for, where a draft has styles and no numbers."""
        if any(head is not None for head in self.heads):
            return {}
        lines: dict[int, list[str]] = {}
        for one in self.blocks:
            if isinstance(one, Line) and one.text and one.outline is not None and not is_title(one):
                if one.label is not None or self.numbered(one) is not None:
                    return {}
                lines.setdefault(one.outline, []).append(one.text)
        names = [level for level in sorted(lines) if not are_sentences(lines[level])]
        if any(isinstance(one, Line) and is_plan(one) for one in self.blocks):
            kinds = ["section", "paragraph", "point"]
        elif len(names) < 4:
            kinds = {0: [], 1: ["article"], 2: ["chapter", "article"], 3: ["chapter", "section", "article"]}[len(names)]
        else:
            kinds = ["part", "chapter", "section", "article"]
        found = dict(zip(names, kinds, strict=False))
        deeper = [one for one in ("paragraph", "point") if one not in found.values()]
        rest = [level for level in sorted(lines) if level not in found]
        return found | dict(zip(rest, deeper, strict=False))

    def numbered(self, line: Line) -> Marker | None:
        """The number that is typed at the head of a line."""
        return number_marker(
            line,
            line.text,
            plan=self.plan,
            in_article=any(one.node["kind"] == "article" for one in self.clauses.stack),
            last_capital=self.capital,
        )

    def of(self, line: Line) -> Marker | None:
        """What the line begins, or None for an unnumbered one."""
        if found := heading_word(line, line.text):
            return found
        auto, typed = label_marker(line), self.numbered(line)
        if auto is not None:
            if typed is not None and typed.number != "-" and (auto.number == "-" or typed.kind == auto.kind):
                return typed
            if typed is not None and typed.number == "-" and auto.number == "-":
                return replace(auto, at=typed.at)  # a bullet before a typed dash
            return auto
        if typed is not None:
            return typed
        if line.outline in self._styled and line.outline is not None and not is_title(line):
            self.unnumbered = True
            kind = self._styled[line.outline]
            return Marker(kind, None, LEVELS[kind], 0, "heading")
        return None

    def placed(self, line: Line, marker: Marker) -> Marker:
        """The marker at its level among the open clauses: lists inside lists, bullets inside bullets."""
        number = marker.number or ""
        if marker.kind == "paragraph" and marker.level == LEVELS["paragraph"]:
            above = self.clauses.find("paragraph", LEVELS["paragraph"])
            if above and above.style == "." and marker.style in {")", "()"} and not follows(above.node, number):
                inside = self.clauses.find("point", LEVELS["point"])
                nested = inside is not None and inside.style not in {")", "()"} | {marker.style + "1"}
                return replace(
                    marker.at_level(SUB_POINT if nested else LEVELS["point"], "point"), style=marker.style + "1"
                )
        elif marker.kind == "point" and number == "-":
            return self._bullet(line, marker)
        elif marker.kind == "point" and marker.level == LEVELS["point"]:
            return self._point(marker, number)
        elif marker.kind == "part" and marker.style == "A":
            if self.clauses.find("section", LEVELS["section"]) and not self.clauses.find("part", LEVELS["part"]):
                return marker.at_level(LEVELS["subsection"], "subsection")
        return marker

    def _point(self, marker: Marker, number: str) -> Marker:
        """A letter, or one of i, ii, iii … below a letter."""
        above = self.clauses.find("point", LEVELS["point"])
        inner = self.clauses.find("point", SUB_POINT)
        if above is None:
            return marker
        before = above.node["number"] or ""
        if marker.style == "()" and above.style in {")", "."} and not next_letter(before, number):
            return marker.at_level(SUB_POINT)
        if not is_lower_roman(number) or marker.style in {"."}:
            return marker
        if inner is not None and is_lower_roman(inner.node["number"] or "") and number != "i":
            return marker.at_level(SUB_POINT) if _roman_follows(inner.node["number"], number) else marker
        if number == "i" and marker.style != "i":
            return marker if before == "h" else marker.at_level(SUB_POINT)
        if marker.style == "i" and not (before == "i" or (len(before) > 1 and is_lower_roman(before))):
            return marker.at_level(SUB_POINT)
        return marker

    def _bullet(self, line: Line, marker: Marker) -> Marker:
        """A bullet below those of outer lists; typed '+' stands below '-'."""
        if line.label is None or not line.label.bullet:
            return marker
        outer = [one for one in self.clauses.stack if one.bullet >= 0]
        deeper = sum(1 for one in outer if one.bullet < line.label.level)
        return marker.at_level(LEVELS["dash"] + min(deeper, 9))

    def ahead(self, at: int, most: int) -> Iterator[tuple[int, Line]]:
        """The lines after this one, as far as the draft's allowance for looking ahead goes."""
        for further in range(at + 1, min(len(self.blocks), at + most)):
            self._scans -= 1
            if self._scans < 0:
                return
            block = self.blocks[further]
            if isinstance(block, Line) and block.text:
                yield further, block

    def articles_ahead(self, at: int) -> bool:
        """Whether the text that begins here has điều, up to its signature."""
        for place in range(at, len(self.blocks)):
            block, head = self.blocks[place], self.heads[place]
            if head is not None and head.kind == "article":
                return True
            if isinstance(block, Grid) and is_signature(block):
                return False
        return False


def follows(node: Node, number: str) -> bool:
    """Whether a number comes right after a clause's own."""
    before = str(node["number"] or "")
    return before.isdecimal() and number.isdecimal() and int(number) == int(before) + 1


def next_letter(before: str, number: str) -> bool:
    """Whether a letter comes right after another, with or without đ."""
    letters = "abcdđefghijklmnopqrstuvwxyz"
    if len(before) != 1 or len(number) != 1 or before not in letters or number not in letters:
        return False
    return 0 < letters.index(number) - letters.index(before) <= 2


def are_sentences(lines: list[str]) -> bool:
    """Whether most lines of a style are sentences, as those of khoản, and not names."""
    return 2 * sum(line.rstrip()[-1:] in ".;:,?" or len(line) > 200 for line in lines) > len(lines)


_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")


def _roman_follows(before: str, number: str) -> bool:
    """Whether a small Roman number comes after another, a few left out at most."""
    if before not in _ROMANS or number not in _ROMANS:
        return False
    return 0 <= _ROMANS.index(number) - _ROMANS.index(before) <= 3
