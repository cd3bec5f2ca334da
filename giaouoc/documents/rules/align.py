"""Ghép điều khoản: what became of each điều, khoản and điểm from one draft to the next.

Identity goes by content, never by number: articles are paired by their names and the clauses that they share, their children
inside them, what is left over anywhere in the text; splits and merges are seen where two parts together fit better than one.
Silently wrong is worse than asked: a doubtful pair is marked ``asked``. Vocabulary: sample README, 'The truth of changes'."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz

from giaouoc.lib.vietnamese import canonical_text

LEAST = 0.55  # below it two clauses are not the same
SURE = 0.80  # from here a pair is accepted without asking
CLOSE = 0.04  # a rival this near makes a pair doubtful
LISTED = {"article", "paragraph", "point"}
TRANSPARENT = {"part", "chapter", "section", "subsection"}  # above articles
ASIDE = {"preamble", "signature", "table"}


@dataclass(frozen=True)
class Change:
    """``from_paths``, ``to_paths``: 'điều/khoản/điểm' in the old and the new draft; ``change``: the word for it.

    ``confidence``: 0 to 1; ``asked``: somebody should confirm the guess."""

    from_paths: tuple[str, ...]
    to_paths: tuple[str, ...]
    change: str
    confidence: float = 1.0
    asked: bool = False


@dataclass
class _Item:
    """A clause with its own words (``text``, exact) and those of everything under it (``whole``, in one spelling)."""

    kind: str
    path: str
    text: str
    own: str
    parent: _Item | None
    listed: bool
    heading: str = ""
    children: list[_Item] = field(default_factory=list)
    whole: str = ""
    leaves: Counter[str] = field(default_factory=Counter)


@dataclass
class _Text:
    """A draft: clauses at the top of the alignment, and all of them in reading order."""

    top: list[_Item] = field(default_factory=list)
    all: list[_Item] = field(default_factory=list)


def _read(tree: Sequence[Mapping[str, Any]]) -> _Text:
    text = _Text()
    seen: dict[str, int] = defaultdict(int)
    has_articles = any(_holds_article(node) for node in tree)

    def visit(nodes: Sequence[Mapping[str, Any]], parent: _Item | None) -> None:
        places: dict[str, int] = defaultdict(int)
        for node in nodes:
            kind, number = node["kind"], node.get("number")
            if not number or number == "-":
                places[kind] += 1
            if kind in ASIDE:
                continue
            if has_articles and kind in TRANSPARENT and _holds_article(node):
                visit(node["children"], None)
                continue
            own = number if number and number != "-" else f"-{places[kind]}"
            base = parent.path if parent is not None and kind != "article" else ""
            path = f"{base}/{own}" if base else (own if number else f"{kind}-{places[kind]}")
            seen[path] += 1
            if seen[path] > 1:
                path = f"{path} ({seen[path]})"
            words = "\n".join(filter(None, [node.get("heading"), node.get("text")]))
            item = _Item(kind, path, words, canonical_text(words), parent, kind in LISTED, node.get("heading") or "")
            (parent.children if parent is not None else text.top).append(item)
            text.all.append(item)
            visit(node["children"], item)
            item.whole = " ".join([item.own, *(child.whole for child in item.children)])
            item.leaves = Counter({item.own: 1}) if item.own else Counter()
            for child in item.children:
                item.leaves += child.leaves

    visit(tree, None)
    return text


def _holds_article(node: Mapping[str, Any]) -> bool:
    return node["kind"] == "article" or any(_holds_article(child) for child in node["children"])


def likeness(old: str, new: str) -> float:
    """0 to 1: how much of two texts is the same, words in their order."""
    return 1.0 if old == new else fuzz.ratio(old, new, score_cutoff=0) / 100


def _score(old: _Item, new: _Item) -> float:
    """How much two clauses with all under them are the same clause."""
    if old.kind != new.kind:
        return 0.0
    if old.whole == new.whole:
        return 1.0
    shared = sum((old.leaves & new.leaves).values())
    common = 2 * shared / (sum(old.leaves.values()) + sum(new.leaves.values()) or 1)
    own = likeness(old.own, new.own)
    if not old.children and not new.children:
        return own
    if old.heading and new.heading:
        name = likeness(canonical_text(old.heading), canonical_text(new.heading))
        return max(0.55 * name + 0.45 * common, 0.9 * name if name > 0.9 else 0.0)
    return max(0.5 * own + 0.5 * common, 0.95 * own if own > 0.9 else 0.0, common)


class _Aligner:
    def __init__(self, old: _Text, new: _Text) -> None:
        self.old, self.new = old, new
        self.forward: dict[int, _Item] = {}
        self.backward: dict[int, _Item] = {}
        self.score: dict[tuple[int, int], float] = {}
        self.doubtful: set[int] = set()
        self.split: dict[int, list[_Item]] = {}
        self.merged: dict[int, list[_Item]] = {}

    # -- pairing

    def take(self, old: _Item, new: _Item, score: float) -> None:
        self.forward[id(old)], self.backward[id(new)] = new, old
        self.score[id(old), id(new)] = score

    def row(self, old: Sequence[_Item], new: Sequence[_Item]) -> None:
        """Pair two lists of siblings, keeping their order; then what stands under each pair."""
        for a, b in self._ordered(old, new):
            score = _score(a, b)
            self.take(a, b, score)
            if score < 1:
                rivals = [_score(a, other) for other in new if other is not b and id(other) not in self.backward]
                if rivals and max(rivals) > score - CLOSE:
                    self.doubtful.add(id(a))
        for a in old:
            found = self.forward.get(id(a))
            if found is not None and (a.children or found.children):
                self.row(a.children, found.children)

    def _ordered(self, old: Sequence[_Item], new: Sequence[_Item]) -> list[tuple[_Item, _Item]]:
        """The best pairs of two lists that do not cross; equal ones at both ends are set aside first."""
        start = 0
        while (
            start < min(len(old), len(new))
            and old[start].whole == new[start].whole
            and old[start].kind == new[start].kind
        ):
            start += 1
        end = 0
        while (
            end < min(len(old), len(new)) - start
            and old[-1 - end].whole == new[-1 - end].whole
            and old[-1 - end].kind == new[-1 - end].kind
        ):
            end += 1
        pairs = list(zip(old[:start], new[:start], strict=True))
        tail = list(zip(old[len(old) - end :], new[len(new) - end :], strict=True))
        a, b = old[start : len(old) - end], new[start : len(new) - end]
        return [*pairs, *self._best(a, b), *tail]

    def _best(self, old: Sequence[_Item], new: Sequence[_Item]) -> list[tuple[_Item, _Item]]:
        if not old or not new:
            return []
        rows, columns = len(old), len(new)
        wide = max(40, abs(rows - columns) + 25)
        scores: dict[tuple[int, int], float] = {}
        by_words: dict[str, list[int]] = defaultdict(list)
        for j, one in enumerate(new):
            by_words[one.heading or one.own].append(j)
        for i, one in enumerate(old):
            near = range(max(0, i - wide), min(columns, i + wide + 1))
            for j in {*near, *by_words.get(one.heading or one.own, [])}:
                score = _score(one, new[j])
                if score >= LEAST:
                    scores[i, j] = score
        best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
        for i in range(rows - 1, -1, -1):
            line, below = best[i], best[i + 1]
            for j in range(columns - 1, -1, -1):
                here = max(below[j], line[j + 1])
                found_score = scores.get((i, j))
                if found_score is not None and found_score + below[j + 1] > here:
                    here = found_score + below[j + 1]
                line[j] = here
        found, i, j = [], 0, 0
        while i < rows and j < columns:
            taken = scores.get((i, j))
            if taken is not None and best[i][j] == taken + best[i + 1][j + 1]:
                found.append((old[i], new[j]))
                i, j = i + 1, j + 1
            elif best[i][j] == best[i + 1][j]:
                i += 1
            else:
                j += 1
        return found

    def moves(self) -> None:
        """Pair what is left over anywhere: the same clause under another one."""
        left = [one for one in self.old.all if id(one) not in self.forward and one.own and id(one) not in self.merged]
        free = [one for one in self.new.all if id(one) not in self.backward and one.own]
        pairs = []
        for a in left:
            for b in free:
                if a.kind == b.kind and 0.5 < (len(a.own) + 1) / (len(b.own) + 1) < 2:
                    score = likeness(a.own, b.own)
                    if score >= SURE and (len(a.own) > 25 or score == 1):
                        pairs.append((score, -abs(len(a.path) - len(b.path)), a, b))
        pairs.sort(key=lambda one: (-one[0], -one[1], one[2].path, one[3].path))
        for score, _near, a, b in pairs:
            if id(a) in self.forward or id(b) in self.backward:
                continue
            self.take(a, b, score)
            rivals = [one for one in pairs if (one[2] is a) != (one[3] is b) and one[0] > score - CLOSE]
            if rivals:
                self.doubtful.add(id(a))
            self.row(
                [child for child in a.children if id(child) not in self.forward],
                [child for child in b.children if id(child) not in self.backward],
            )

    def splits(self) -> None:
        """A clause whose parts stand side by side now, or two that have become one."""
        for a in self.old.all:
            b = self.forward.get(id(a))
            if b is None or a.own == b.own or a.children or b.children:
                continue
            for parts in self._neighbours(b, self.new, self.backward):
                score = likeness(a.own, " ".join(one.own for one in parts))
                alone = self.score[id(a), id(b)]
                if score >= SURE and score > alone + 0.08 and min(len(one.own) for one in parts) > 12:
                    self.split[id(a)] = parts
                    self.score[id(a), id(b)] = score
                    for one in parts:
                        self.backward.setdefault(id(one), a)
                    break
        for now in self.new.all:
            was = self.backward.get(id(now))
            if was is None or was.own == now.own or was.children or now.children or id(was) in self.split:
                continue
            for parts in self._neighbours(was, self.old, self.forward):
                score = likeness(" ".join(one.own for one in parts), now.own)
                alone = self.score.get((id(was), id(now)), 0.0)
                if score >= SURE and score > alone + 0.08 and min(len(one.own) for one in parts) > 12:
                    self.score[id(was), id(now)] = score
                    for one in parts:
                        self.merged[id(one)] = parts
                        self.forward.setdefault(id(one), now)
                    break

    def _neighbours(self, one: _Item, text: _Text, taken: Mapping[int, _Item]) -> list[list[_Item]]:
        """The clause with the unpaired one after it, and with the one before it."""
        siblings = one.parent.children if one.parent is not None else text.top
        place = next(at for at, other in enumerate(siblings) if other is one)
        found = []
        if place + 1 < len(siblings) and id(siblings[place + 1]) not in taken and siblings[place + 1].kind == one.kind:
            found.append([one, siblings[place + 1]])
        if place > 0 and id(siblings[place - 1]) not in taken and siblings[place - 1].kind == one.kind:
            found.append([siblings[place - 1], one])
        return found

    # -- words for it

    def changes(self) -> list[Change]:
        found: list[Change] = []
        done: set[int] = set()
        for a in self.old.all:
            if not a.listed:
                continue
            if id(a) in self.split:
                parts = self.split[id(a)]
                score = self.score[id(a), id(self.forward[id(a)])]
                found.append(_change([a], parts, "split", score, asked=score < SURE))
            elif id(a) in self.merged:
                if id(a) not in done:
                    group = self.merged[id(a)]
                    done.update(id(one) for one in group)
                    b = self.forward[id(a)]
                    score = max(self.score.get((id(one), id(b)), 0.0) for one in group)
                    found.append(_change(group, [b], "merged", score, asked=score < SURE))
            elif id(a) in self.forward:
                found.append(self._pair(a, self.forward[id(a)]))
            else:
                found.append(_change([a], [], "deleted", 1.0))
        parts_of_splits = {id(one) for parts in self.split.values() for one in parts}
        for b in self.new.all:
            if b.listed and id(b) not in self.backward and id(b) not in parts_of_splits:
                found.append(_change([], [b], "inserted", 1.0))
        return found

    def _pair(self, a: _Item, b: _Item) -> Change:
        score = self.score.get((id(a), id(b)), 1.0)
        own = likeness(a.own, b.own)
        asked = a.text != b.text and (own < SURE or id(a) in self.doubtful) and not self._held(a, b)
        same_place = (a.parent is None and b.parent is None) or (
            a.parent is not None and self.forward.get(id(a.parent)) is b.parent and b.parent is not None
        )
        if a.text != b.text:
            word = "reworded"
        elif not same_place:
            word = "moved"
        elif a.path != b.path:
            word = "renumbered"
        else:
            word = "unchanged"
        return _change([a], [b], word, min(1.0, max(own, score if asked else own)), asked=asked)

    def _held(self, a: _Item, b: _Item) -> bool:
        """Whether what stands under two clauses shows that they are the same, whatever their own words became."""
        if not a.children or not b.children:
            return False
        kept = sum(1 for child in a.children if self.forward.get(id(child)) in b.children)
        return 2 * kept > max(len(a.children), len(b.children))


def _change(old: Sequence[_Item], new: Sequence[_Item], word: str, score: float, *, asked: bool = False) -> Change:
    paths = tuple(one.path for one in old), tuple(one.path for one in new)
    return Change(*paths, word, round(score, 3), asked)


def align(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[Change]:
    """What became of each clause. old, new: clause trees in the importer's form; rows for điều, khoản, điểm only.

    The order is that of the old draft, then what was inserted, in the order of the new one."""
    aligner = _Aligner(_read(old), _read(new))
    aligner.row(aligner.old.top, aligner.new.top)
    aligner.splits()
    aligner.moves()
    aligner.splits()
    return aligner.changes()
