"""A clause as a thing over all drafts: the rows of a tree with their addresses, and which new clause is which old one.

A number is an address, not an identity (consultation design §5): the pairs come from ``rules.align``; what that
does not speak of (chapters, title, tables, signatures) is paired here, and only when there is no doubt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz

from giaouoc.lib.vietnamese import canonical_text

from .rules.align import Decided, align

LIKE = 60  # of 100: two headings of the same kind and number are the same part of the text
NESTED = {"paragraph", "point"}
NUMBERED = {"article", "paragraph", "point"}  # of these the changes speak
ASIDE = {"preamble", "signature", "table"}


@dataclass
class Row:
    """A clause in its place. ``parent``: index of the row above; ``depth``: as shown; ``level``: in the tree."""

    node: Mapping[str, Any]
    parent: int | None
    depth: int
    level: int
    path: str
    citation: str

    @property
    def words(self) -> str:
        """Heading and text in one spelling, for comparison only."""
        cells = [" ".join(map(str, line)) for line in self.node.get("rows") or []]
        return canonical_text(" ".join(filter(None, [self.node.get("heading"), self.node.get("text"), *cells])))


def rows_of_tree(tree: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The rows of a clause tree in reading order, each path standing once.

    Path, as ``rules.align`` names it: 'điều/khoản/điểm' ('6/1/đ'), in a plan 'mục/khoản/điểm' ('II/2/a'); what has no
    number is '-n', n its place among such siblings. What stands above or beside has words: 'chương II', 'mở đầu'."""
    rows: list[Row] = []
    seen: dict[str, int] = defaultdict(int)
    outer = _above_articles(tree)

    def walk(nodes: Sequence[Mapping[str, Any]], parent: int | None, depth: int, level: int) -> None:
        unnumbered: dict[str, int] = defaultdict(int)
        for node in nodes:
            kind, number = node["kind"], node.get("number")
            if not number or number == "-":
                unnumbered[kind] += 1
            above = rows[parent] if parent is not None else None
            if kind in ASIDE or id(node) in outer:
                path = _worded_path(node, above, unnumbered[kind])
            else:
                inside = above if above is not None and id(above.node) not in outer and kind != "article" else None
                path = _numbered_path(node, inside, unnumbered[kind])
            seen[path] += 1
            if seen[path] > 1:
                path = f"{path} ({seen[path]})"
            citation = _citation(node, above, unnumbered[kind])
            rows.append(Row(node, parent, depth, level, path[:100], citation[:200]))
            walk(node["children"], len(rows) - 1, depth + 1 if kind in NESTED else depth, level + 1)

    walk(tree, None, 0, 0)
    return rows


def _above_articles(tree: Sequence[Mapping[str, Any]]) -> set[int]:
    """The parts, chapters and mục that hold articles, by ``id`` of their nodes."""
    found: set[int] = set()

    def holds(node: Mapping[str, Any]) -> bool:
        below = [holds(child) for child in node["children"]]
        if any(below) and node["kind"] in {"part", "chapter", "section", "subsection"}:
            found.add(id(node))
        return node["kind"] == "article" or any(below)

    for node in tree:
        holds(node)
    return found


def _numbered_path(node: Mapping[str, Any], inside: Row | None, place: int) -> str:
    number = node.get("number")
    own = number if number and number != "-" else f"-{place}"
    if inside is not None:
        return f"{inside.path}/{own}"
    return own if number else f"{node['kind']}-{place}"


def _worded_path(node: Mapping[str, Any], above: Row | None, place: int) -> str:
    kind, number = node["kind"], node.get("number")
    words = {"preamble": "mở đầu", "signature": "ký", "table": "bảng", "part": "phần", "chapter": "chương"}
    words |= {"section": "mục", "subsection": "tiểu mục"}
    own = number if number and number != "-" else ""
    name = f"{words[kind]} {own or place}" if own or place > 1 else words[kind]
    return f"{above.path}/{name}" if above is not None else name


def _citation(node: Mapping[str, Any], above: Row | None, place: int) -> str:
    kind, number = node["kind"], node.get("number")
    own = number if number and number != "-" else ""
    if kind == "preamble":
        return "phần mở đầu"
    if kind == "signature":
        return "phần ký, nơi nhận"
    if kind == "article":
        return f"Điều {own}" if own else f"Điều không số thứ {place}"
    if kind == "table":
        title = str(node.get("heading") or "").split("\n")[0]
        name = title[:1].upper() + title[1:].lower() if title.isupper() else title
        name = name[:80] or (f"bảng thứ {place}" if place > 1 else "bảng")
        return f"{name} {above.citation}" if above is not None else name
    words = {"part": "Phần", "chapter": "Chương", "section": "Mục", "subsection": "Tiểu mục", "annex": "Phụ lục"}
    words |= {"paragraph": "khoản", "point": "điểm"}
    if own:
        name = f"{words.get(kind, kind)} {own}"
    elif kind == "point":
        name = f"gạch đầu dòng thứ {place}"
    elif kind == "paragraph":
        name = f"đoạn thứ {place}"
    else:
        name = f"{words.get(kind, kind)} thứ {place}"
    return f"{name} {above.citation}" if above is not None and kind not in {"part", "chapter", "annex"} else name


@dataclass
class Carried:
    """What became of one group of clauses: indexes and paths in the old and in the new draft."""

    old: list[int]
    new: list[int]
    from_paths: list[str]
    to_paths: list[str]
    change: str
    confidence: float
    asked: bool


@dataclass
class Carry:
    """``kept``: index in the new draft -> index of the same clause in the old one; ``changes``: of the alignment."""

    kept: dict[int, int] = field(default_factory=dict)
    changes: list[Carried] = field(default_factory=list)


def carry(
    old_tree: Sequence[Mapping[str, Any]], new_tree: Sequence[Mapping[str, Any]], decided: Iterable[Decided] = ()
) -> Carry:
    """Which clause of the new draft is which of the old one. decided: what people have said, for ``rules.align``.

    Of a clause that was split, the part most like it stays itself; of merged clauses, the one most like the result
    lives on. Chapters, title, tables, signatures are paired by their words or, if alike, by kind and number."""
    old, new = rows_of_tree(old_tree), rows_of_tree(new_tree)
    old_at, new_at = _places(old), _places(new)
    result = Carry()
    spoken_old: set[int] = set()
    spoken_new: set[int] = set()
    for change in align(old_tree, new_tree, decided):
        sources = [old_at[path] for path in change.from_paths if path in old_at]
        targets = [new_at[path] for path in change.to_paths if path in new_at]
        spoken_old.update(sources)
        spoken_new.update(targets)
        result.changes.append(
            Carried(
                sources,
                targets,
                list(change.from_paths),
                list(change.to_paths),
                change.change,
                change.confidence,
                bool(change.asked),
            )
        )
        if sources and targets:
            pair = max(
                ((source, target) for source in sources for target in targets),
                key=lambda both: fuzz.ratio(old[both[0]].words, new[both[1]].words),
            )
            if pair[1] not in result.kept:
                result.kept[pair[1]] = pair[0]
    _pair_the_rest(old, new, spoken_old, spoken_new, result.kept)
    return result


def carried_by_identity(
    old_tree: Sequence[Mapping[str, Any]],
    old_ids: Sequence[str],
    new_tree: Sequence[Mapping[str, Any]],
    new_ids: Sequence[str],
    split: Mapping[str, str],
    merged: Mapping[str, Sequence[str]],
) -> Carry:
    """What became of the clauses where each says itself which one it is: nothing is guessed, nothing asked.

    split: clause -> the one it came out of; merged: clause -> those that went into it."""
    old, new = rows_of_tree(old_tree), rows_of_tree(new_tree)
    new_at = {clause: place for place, clause in enumerate(new_ids)}
    old_at = {clause: place for place, clause in enumerate(old_ids)}
    parts: dict[str, list[int]] = defaultdict(list)
    for place, clause in enumerate(new_ids):
        source = clause
        while source in split and source not in old_at:
            source = split[source]
        if source != clause and source in old_at:
            parts[source].append(place)
    into = {gone: clause for clause, several in merged.items() for gone in several if clause in new_at}
    result = Carry({new_at[clause]: place for clause, place in old_at.items() if clause in new_at})

    def said(sources: list[int], targets: list[int], change: str) -> None:
        paths = [old[one].path for one in sources], [new[one].path for one in targets]
        result.changes.append(Carried(sources, targets, *paths, change, 1.0, False))

    def above(rows: Sequence[Row], ids: Sequence[str], place: int) -> str | None:
        parent = rows[place].parent
        return ids[parent] if parent is not None else None

    spoken = {one for several in parts.values() for one in several}
    for place, clause in enumerate(old_ids):
        if old[place].node["kind"] not in NUMBERED or (clause in into and into[clause] in old_at):
            continue
        at = new_at.get(into.get(clause, clause))
        absorbed = [old_at[one] for one in merged.get(clause, ()) if one in old_at and at is not None]
        if parts[clause]:
            said([place], sorted([*([at] if at is not None else []), *parts[clause]]), "split")
        elif at is None:
            said([place], [], "deleted")
        elif absorbed or clause in into:
            said(sorted([place, *absorbed]), [at], "merged")
        elif old[place].words != new[at].words:
            said([place], [at], "reworded")
        elif above(old, old_ids, place) != above(new, new_ids, at):
            said([place], [at], "moved")
        else:
            said([place], [at], "renumbered" if old[place].path != new[at].path else "unchanged")
    told = {one for change in result.changes for one in change.new} | spoken
    for place, clause in enumerate(new_ids):
        if clause not in old_at and place not in told and new[place].node["kind"] in NUMBERED:
            said([], [place], "inserted")
    return result


def _places(rows: Sequence[Row]) -> dict[str, int]:
    return {row.path: place for place, row in enumerate(rows)}


def _pair_the_rest(
    old: Sequence[Row], new: Sequence[Row], spoken_old: set[int], spoken_new: set[int], kept: dict[int, int]
) -> None:
    taken = set(kept.values())
    left_old = [place for place in range(len(old)) if place not in spoken_old and place not in taken]
    left_new = [place for place in range(len(new)) if place not in spoken_new and place not in kept]

    def pair(key: Any, good: Any) -> None:
        free: dict[Any, list[int]] = defaultdict(list)
        for place in left_old:
            if place not in taken:
                free[key(old, place)].append(place)
        for place in left_new:
            if place in kept:
                continue
            candidates = free.get(key(new, place), [])
            match = next((one for one in candidates if one not in taken and good(one, place)), None)
            if match is not None:
                kept[place] = match
                taken.add(match)

    back = {source: target for target, source in kept.items()}

    def above(rows: Sequence[Row], place: int) -> Any:
        parent = rows[place].parent
        if parent is None:
            return None
        return back.get(parent, f"old {parent}") if rows is old else parent

    pair(
        lambda rows, place: (rows[place].node["kind"], rows[place].words, above(rows, place)),
        lambda a, b: bool(new[b].words),
    )
    pair(lambda rows, place: (rows[place].node["kind"], rows[place].words), lambda a, b: bool(new[b].words))
    pair(
        lambda rows, place: (rows[place].node["kind"], rows[place].node.get("number"), rows[place].level),
        lambda a, b: fuzz.ratio(old[a].words, new[b].words) >= LIKE,
    )


def after_which(gone: int, previous: Sequence[Any], present: Mapping[Any, int]) -> int:
    """Where a clause that is gone would stand in a later draft: right after the last one before it that is still there.

    gone: its place in ``previous``, the identities of its own draft in reading order; present: identity -> place in the
    later draft. -1: before everything."""
    for place in range(gone - 1, -1, -1):
        if previous[place] in present:
            return present[previous[place]]
    return -1
