"""Ghép điều khoản: what became of each điều, khoản and điểm from one draft to the next.

Identity goes by content, never by number. What stands word for word in both drafts is itself wherever it stands; then
articles are paired by their names and words, their children inside them, what is left over anywhere in the text; splits
and merges are seen where two parts together fit better than one. Likeness counts words (syllables), since letters make
all Vietnamese texts alike. Silently wrong is worse than asked: a pair that is weak, or that another pair could replace,
is marked ``asked``. Measured by ``benchmarks/align.py``. Vocabulary: sample README, 'The truth of changes'."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from .likeness import Clause, ClauseText, likeness, read_clauses, same_clause

LEAST = 0.34  # below it two clauses at the same place are not the same
FAR = 0.50  # below it two clauses at different places are not the same
SURE = 0.70  # from here a pair is accepted without asking
CLOSE = 0.08  # a rival this near makes a pair doubtful
BETTER = 0.06  # two parts must fit better than one by so much
GROWN = 0.02  # and each further part by so much
WHOLE = 0.85  # from here a clause that fell apart into many is accepted without asking
LONG = 12  # words of a clause that may have fallen apart into many


Decided = tuple[Sequence[str], Sequence[str]]
"""Paths in the old and in the new draft; no new path: the clause was dropped."""


@dataclass(frozen=True)
class Change:
    """``from_paths``, ``to_paths``: 'điều/khoản/điểm' in the old and the new draft; ``change``: the word for it.

    ``confidence``: 0 to 1; ``asked``: somebody should confirm the guess."""

    from_paths: tuple[str, ...]
    to_paths: tuple[str, ...]
    change: str
    confidence: float = 1.0
    asked: bool = False


class _Aligner:
    def __init__(self, old: ClauseText, new: ClauseText) -> None:
        self.old, self.new = old, new
        self.forward: dict[Clause, Clause] = {}
        self.backward: dict[Clause, Clause] = {}
        self.scores: dict[tuple[Clause, Clause], float] = {}
        self.doubtful: set[Clause] = set()  # old clauses
        self.split: dict[Clause, list[Clause]] = {}
        self.merged: dict[Clause, list[Clause]] = {}
        self.settled: set[Clause] = set()  # old clauses that somebody has decided on
        self.gone: set[Clause] = set()  # of these, the dropped ones
        self.rows: dict[int, list[list[Clause]]] = {}  # of a draft, by its id: see ``_rows``

    def decide(self, decided: Iterable[Decided]) -> None:
        """Take what people have said, before anything is guessed. A path that is in neither draft is passed over."""
        ours, theirs = {one.path: one for one in self.old.all}, {one.path: one for one in self.new.all}
        for from_paths, to_paths in decided:
            old = [ours[path] for path in from_paths if path in ours]
            new = [theirs[path] for path in to_paths if path in theirs]
            if len(old) < len(from_paths) or len(new) < len(to_paths) or not old:
                continue
            if any(one in self.settled for one in old) or any(one in self.backward for one in new):
                continue
            self.settled.update(old)
            if not new:
                self.gone.update(old)
                continue
            joined = likeness("".join(one.own for one in old), "".join(one.own for one in new))
            for one in old:
                self.forward[one] = new[0]
                self.scores[one, new[0]] = joined
                if len(old) > 1:
                    self.merged[one] = old
            for one in new:
                self.backward[one] = old[0]
            if len(new) > 1:
                self.split[old[0]] = new

    def is_free(self, old: Clause) -> bool:
        return old not in self.forward and old not in self.gone

    def score(self, old: Clause, new: Clause) -> float:
        found = self.scores.get((old, new))
        if found is None:
            found = self.scores[old, new] = same_clause(old, new)
        return found

    def take(self, old: Clause, new: Clause) -> None:
        self.forward[old], self.backward[new] = new, old

    # -- pairing

    def same_words(self) -> None:
        """What stands word for word once in each draft is itself, also when it moved or changed places."""
        ours, theirs = defaultdict(list), defaultdict(list)
        for one in self.old.all:
            ours[one.whole].append(one)
        for one in self.new.all:
            theirs[one.whole].append(one)
        for whole, mine in ours.items():
            other = theirs.get(whole, [])
            if len(mine) == len(other) == 1 and len(whole.strip()) > 2:
                self._take_whole(mine[0], other[0])

    def _take_whole(self, old: Clause, new: Clause) -> None:
        if not self.is_free(old) or new in self.backward:
            return
        self.take(old, new)
        if [one.whole for one in old.children] == [one.whole for one in new.children]:
            for a, b in zip(old.children, new.children, strict=True):
                self._take_whole(a, b)

    def same_children(self) -> None:
        """A clause of which more than half stands word for word under one clause of the other draft is that clause."""
        for a in self.old.all:
            if not self.is_free(a) or not a.children:
                continue
            held: dict[Clause, int] = defaultdict(int)
            for one in a.children:
                to = self.forward.get(one)
                if to is not None and to.parent is not None and to.parent not in self.backward:
                    held[to.parent] += len(one.whole)
            for b, words in held.items():
                if 2 * words > max(len(a.whole), len(b.whole)):
                    self.take(a, b)

    def row(self, old: Sequence[Clause], new: Sequence[Clause]) -> None:
        """Pair two lists of siblings, keeping their order; then what stands under each pair."""
        a = [one for one in old if self.is_free(one)]
        b = [one for one in new if one not in self.backward]
        for one, other in self._ordered(a, b):
            self.take(one, other)
        for one in old:
            found = self.forward.get(one)
            if found is not None and (one.children or found.children):
                self.row(one.children, found.children)

    def _ordered(self, old: Sequence[Clause], new: Sequence[Clause]) -> list[tuple[Clause, Clause]]:
        """The best pairs of two lists that do not cross; equal ones at both ends are set aside first."""
        start, end, both = 0, 0, min(len(old), len(new))
        while start < both and old[start].whole == new[start].whole:
            start += 1
        while end < both - start and old[-1 - end].whole == new[-1 - end].whole:
            end += 1
        pairs = list(zip(old[:start], new[:start], strict=True))
        tail = list(zip(old[len(old) - end :], new[len(new) - end :], strict=True))
        return [*pairs, *self._best(old[start : len(old) - end], new[start : len(new) - end]), *tail]

    def _best(self, old: Sequence[Clause], new: Sequence[Clause]) -> list[tuple[Clause, Clause]]:
        if not old or not new:
            return []
        rows, columns = len(old), len(new)
        wide = max(12, abs(rows - columns) + 8)
        scores: dict[tuple[int, int], float] = {}
        by_words: dict[str, list[int]] = defaultdict(list)
        for j, one in enumerate(new):
            by_words[one.name or one.own].append(j)
        for i, one in enumerate(old):
            near = range(max(0, i - wide), min(columns, i + wide + 1))
            for j in {*near, *by_words.get(one.name or one.own, [])}:
                score = self.score(one, new[j])
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
        """Pair what is left over anywhere: the same clause under another one, or one level up or down."""
        left = [one for one in self.old.all if self.is_free(one) and one.whole.strip()]
        free = [one for one in self.new.all if one not in self.backward and one.whole.strip()]
        pairs = []
        for a in left:
            for b in free:
                size = (len(a.whole) + 1) / (len(b.whole) + 1)
                if 0.4 < size < 2.5:
                    score = self.score(a, b)
                    if score >= FAR and (len(a.own) > 4 or score == 1 or a.children):
                        pairs.append((score, self._near_home(a, b), a, b))
        pairs.sort(key=lambda one: (-one[0], one[1], one[2].path, one[3].path))
        for _score, _near, a, b in pairs:
            if a in self.forward or b in self.backward:
                continue
            self.take(a, b)
            self.row(a.children, b.children)

    def _near_home(self, a: Clause, b: Clause) -> int:
        """0 for a pair under one and the same clause, 1 in the same article, 2 of the same kind, 3 any other."""
        if a.parent is not None and self.forward.get(a.parent) is b.parent:
            return 0
        return 1 if self.forward.get(_top(a)) is _top(b) else 2 if a.kind == b.kind else 3

    def splits(self) -> None:
        """A clause whose parts stand side by side now, or two that have become one."""
        for a in self.old.all:
            b = self.forward.get(a)
            if b is None or a.own == b.own or a.children or b.children or self._is_settled(a):
                continue
            alone = likeness(a.own, b.own)
            for parts in self._neighbours(b, self.new, self.backward):
                joined = likeness(a.own, _joined(parts))
                if joined >= FAR and joined > alone + BETTER and min(len(one.own) for one in parts) > 2:
                    parts, joined = self._grown(parts, joined, a.own, self.new, self.backward)
                    self._part(a, parts, joined)
                    break
        busy = {*self.forward, *self.gone}
        for now in self.new.all:
            was = self.backward.get(now)
            if was is None or was.own == now.own or was.children or now.children or self._is_settled(was):
                continue
            alone = likeness(was.own, now.own)
            for parts in self._neighbours(was, self.old, busy):
                joined = likeness(_joined(parts), now.own)
                if joined >= FAR and joined > alone + BETTER and min(len(one.own) for one in parts) > 2:
                    parts, joined = self._grown(parts, joined, now.own, self.old, busy)
                    busy.update(parts)
                    self._unite(parts, now, joined)
                    break

    def runs(self) -> None:
        """A clause in so many parts, or so many clauses in one, that none of them alone is like it."""
        for a in self.old.all:
            if self.is_free(a) and a.listed and not a.children and len(a.own) >= LONG:
                if found := self._run(a, self.new, self.backward):
                    self._part(a, *found)
                    self.doubtful.update([a] if found[1] < WHOLE else ())
        for b in self.new.all:
            if b not in self.backward and b.listed and not b.children and len(b.own) >= LONG:
                if found := self._run(b, self.old, {*self.forward, *self.gone}):
                    self.backward[b] = found[0][0]
                    self._unite(found[0], b, found[1])
                    self.doubtful.update(found[0] if found[1] < WHOLE else ())

    def _part(self, a: Clause, parts: list[Clause], joined: float) -> None:
        self.split[a] = parts
        to = self.forward.setdefault(a, parts[0])
        self.scores[a, to] = joined
        for one in parts:
            self.backward.setdefault(one, a)

    def _unite(self, parts: list[Clause], now: Clause, joined: float) -> None:
        for one in parts:
            self.merged[one] = parts
            self.forward.setdefault(one, now)
            self.scores[one, now] = joined

    def _run(self, one: Clause, text: ClauseText, taken: Container[Clause]) -> tuple[list[Clause], float] | None:
        """The unpaired neighbours of the other draft that together say what a clause says, if there are such."""
        best: tuple[list[Clause], float] | None = None
        least, most = len(one.own) / 1.4, 1.4 * len(one.own)
        for row in self._rows(text):
            for at, start in enumerate(row):
                length = len(start.own)
                if not 0 < length < most or start in taken:
                    continue
                for end in range(at + 1, len(row)):
                    near = row[end]
                    length += len(near.own)
                    if length > most or near in taken or near.kind != start.kind:
                        break
                    if length >= least:
                        joined = likeness(one.own, _joined(row[at : end + 1]), SURE)
                        if joined and (best is None or joined > best[1]):
                            best = row[at : end + 1], joined
        return best

    def _rows(self, text: ClauseText) -> list[list[Clause]]:
        """The clauses of a draft that hold no others, each list of neighbours by itself, worked out once."""
        if (known := self.rows.get(id(text))) is None:
            known = self.rows[id(text)] = []
            for siblings in (text.top, *(one.children for one in text.all)):
                for holds, near in groupby(siblings, lambda one: bool(one.children) or not one.listed):
                    known += [] if holds else [list(near)]
        return known

    def _grown(
        self, parts: list[Clause], joined: float, whole: str, text: ClauseText, taken: Container[Clause]
    ) -> tuple[list[Clause], float]:
        """The parts with further unpaired neighbours, as long as all together fit better."""
        siblings = parts[0].parent.children if parts[0].parent is not None else text.top
        while True:
            first, last = siblings.index(parts[0]), siblings.index(parts[-1])
            longer = [siblings[first - 1 : last + 1]] if first else []
            longer += [siblings[first : last + 2]] if last + 1 < len(siblings) else []
            free = [
                (likeness(whole, _joined(some)), some)
                for some, new in ((some, some[0] if some[0] is not parts[0] else some[-1]) for some in longer)
                if new not in taken and not new.children and new.kind == parts[0].kind and len(new.own) > 2
            ]
            better, some = max(free, key=lambda one: one[0], default=(0.0, parts))
            if better <= joined + GROWN:
                return parts, joined
            parts, joined = some, better

    def parted(self) -> None:
        """An article whose khoản went for the most part into another one, or came out of it: asked, never taken as new."""
        for a in self.old.all:
            if self.is_free(a) and a.listed and a.children and (to := self._home(a, self.forward)) is not None:
                other = self.backward.get(to)
                if other is not None and not self._is_settled(other):
                    parts = sorted([a, other], key=self.old.all.index)
                    self._unite(parts, to, self.score(other, to))
                    self.doubtful.update(parts)
        for b in self.new.all:
            if b not in self.backward and b.listed and b.children and (of := self._home(b, self.backward)) is not None:
                to = self.forward.get(of)
                if to is not None and not self._is_settled(of):
                    self._part(of, sorted([to, b], key=self.new.all.index), self.score(of, to))
                    self.doubtful.add(of)

    def _home(self, one: Clause, pairs: Mapping[Clause, Clause]) -> Clause | None:
        """The clause of its kind under which more than half of what it held stands in the other draft."""
        held: dict[Clause, int] = defaultdict(int)
        for child in one.children:
            to = pairs.get(child)
            if to is not None and to.parent is not None and to.parent.kind == one.kind:
                held[to.parent] += len(child.whole)
        best = max(held, key=lambda this: held[this], default=None)
        return best if best is not None and 2 * held[best] > sum(len(child.whole) for child in one.children) else None

    def _is_settled(self, old: Clause) -> bool:
        return old in self.settled or old in self.split or old in self.merged

    def _neighbours(self, one: Clause, text: ClauseText, taken: Container[Clause]) -> list[list[Clause]]:
        """The clause with the unpaired one after it, and with the one before it."""
        siblings = one.parent.children if one.parent is not None else text.top
        place = siblings.index(one)
        found = []
        for near, both in ((place + 1, slice(place, place + 2)), (place - 1, slice(place - 1, place + 1))):
            if 0 <= near < len(siblings) and siblings[near] not in taken and not siblings[near].children:
                if siblings[near].kind == one.kind:
                    found.append(siblings[both])
        return found

    # -- doubt

    def doubts(self) -> None:
        """Mark the pairs that another pair could replace: a rival left over, or two pairs that could be exchanged."""
        left = [one for one in self.old.all if self.is_free(one) and one.listed and one.own]
        free = [one for one in self.new.all if one not in self.backward and one.listed and one.own]
        for a, b in self.forward.items():
            if a in self.settled or a in self.split or a in self.merged or self.held(a, b):
                continue
            if a.whole == b.whole:  # a sentence that many clauses share may be written here and reworded there
                if self._near_home(a, b) and any(
                    self._near_home(a, other) == 0 and self.score(a, other) >= FAR for other in free
                ):
                    self.doubtful.add(a)
                continue
            score = self.score(a, b)
            if score < SURE:
                self.doubtful.add(a)
                continue
            if any(self._near(score, a, other) for other in free) or any(self._near(score, other, b) for other in left):
                self.doubtful.add(a)
                continue
            siblings = a.parent.children if a.parent is not None else self.old.top
            if self._crosses(a, b, siblings) and any(
                other is not a and self.score(other, a) > score - CLOSE for other in siblings
            ):
                self.doubtful.add(a)  # sentences of one pattern: another one of it, not this one elsewhere
                continue
            for other in siblings:
                two = self.forward.get(other)
                if (
                    other is a
                    or two is None
                    or other in self.settled
                    or other.whole == two.whole
                    or two is b
                    or bool(other.children) != bool(a.children)
                    or (a.children and (not a.name or a.name != other.name))
                ):
                    continue
                straight = score + self.score(other, two)
                if self.score(a, two) + self.score(other, b) > straight - 2 * CLOSE:
                    self.doubtful |= {a, other}

    def _crosses(self, a: Clause, b: Clause, siblings: Sequence[Clause]) -> bool:
        """Whether the pair changed places with another pair of the same list."""
        there = b.parent.children if b.parent is not None else self.new.top
        place, at = {one: place for place, one in enumerate(there)}, siblings.index(a)
        return any(
            (to := self.forward.get(one)) in place and (near < at) != (place[to] < place[b])
            for near, one in enumerate(siblings)
            if one is not a
        )

    def _near(self, score: float, a: Clause, b: Clause) -> bool:
        size = (len(a.whole) + 1) / (len(b.whole) + 1)
        return bool(a.children) == bool(b.children) and 0.4 < size < 2.5 and self.score(a, b) > score - CLOSE

    def held(self, a: Clause, b: Clause) -> bool:
        """Whether what stands under two clauses shows that they are the same, whatever their own words became."""
        if not a.children or not b.children:
            return False
        kept = [
            one for one in a.children if (to := self.forward.get(one)) in b.children and self.score(one, to) >= SURE
        ]
        return 2 * len(kept) > max(len(a.children), len(b.children))

    # -- words for it

    def changes(self) -> list[Change]:
        found: list[Change] = []
        done: set[Clause] = set()
        for a in self.old.all:
            if not a.listed:
                continue
            if a in self.split:
                score = self.scores[a, self.forward[a]]
                found.append(_change([a], self.split[a], "split", score, asked=self._is_open(a, score)))
            elif a in self.merged:
                if a not in done:
                    group = self.merged[a]
                    done.update(group)
                    score = self.scores[a, self.forward[a]]
                    found.append(_change(group, [self.forward[a]], "merged", score, asked=self._is_open(a, score)))
            elif a in self.forward:
                found.append(self._pair(a, self.forward[a]))
            else:
                found.append(_change([a], [], "deleted", 1.0))
        for b in self.new.all:
            if b.listed and b not in self.backward:
                found.append(_change([], [b], "inserted", 1.0))
        return found

    def _is_open(self, a: Clause, score: float) -> bool:
        return (score < SURE or a in self.doubtful) and a not in self.settled

    def _pair(self, a: Clause, b: Clause) -> Change:
        asked = a in self.doubtful
        same_place = (a.parent is None and b.parent is None) or (
            a.parent is not None
            and b.parent is not None
            and (self.forward.get(a.parent) is b.parent or b.parent in self.split.get(a.parent, ()))
        )
        if a.text != b.text:
            word = "reworded"
        elif not same_place:
            word = "moved"
        elif a.path != b.path:
            word = "renumbered"
        else:
            word = "unchanged"
        return _change([a], [b], word, max(self.score(a, b), likeness(a.own, b.own)), asked=asked)


def _joined(parts: Iterable[Clause]) -> str:
    return "".join(one.own for one in parts)


def _top(one: Clause) -> Clause:
    while one.parent is not None:
        one = one.parent
    return one


def _change(old: Sequence[Clause], new: Sequence[Clause], word: str, score: float, *, asked: bool = False) -> Change:
    paths = tuple(one.path for one in old), tuple(one.path for one in new)
    return Change(*paths, word, round(score, 3), asked)


def align(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], decided: Iterable[Decided] = ()
) -> list[Change]:
    """What became of each clause. old, new: clause trees in the importer's form; rows for điều, khoản, điểm only.

    decided: what people have said of doubtful pairs; taken as it is, and the rest is aligned with that knowledge.

    The order is that of the old draft, then what was inserted, in the order of the new one."""
    words: dict[str, str] = {}
    aligner = _Aligner(read_clauses(old, words), read_clauses(new, words))
    aligner.decide(decided)
    aligner.same_words()
    aligner.same_children()
    aligner.row(aligner.old.top, aligner.new.top)
    aligner.splits()
    aligner.moves()
    aligner.splits()
    aligner.runs()
    aligner.parted()
    aligner.doubts()
    return aligner.changes()
