"""Chỉnh sửa tại hội nghị: a text with the edits that the conference listed, worked out by machine and not by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal, cast

from .corrections import ASIDE, flat
from .markers import LETTERS
from .references import Standing, kept_in, lost, rendered, tied
from .writing import standing_of

Act = Literal["reword", "drop", "add"]
NUMBERED = ("article", "paragraph", "point")
Tree = list[dict[str, Any]]
MARK = "id"


class Clash(ValueError):
    """Two edits cannot both hold, or one fits no clause."""


@dataclass(frozen=True)
class Edit:
    """One edit at the clause in place ``place`` of the tabled text, in reading order from 0.

    reword: it says ``text``; drop: it goes with all below it; add: after it stands a new clause of its kind."""

    act: Act
    place: int
    text: str = ""


def with_edits(tree: Sequence[Mapping[str, Any]], edits: Sequence[Edit]) -> Tree:
    """The text after the edits: articles run through it, other clauses through those beside them, where they did before.

    References follow the clauses that they name. Raises Clash for a clause edited twice, one below a dropped one, or no such
    clause."""
    return _worked_in(tree, edits)[0]


def lost_with(tree: Sequence[Mapping[str, Any]], edits: Sequence[Edit]) -> list[str]:
    """The references that point nowhere after the edits, as they read, for people to put right. Raises Clash as above."""
    return _worked_in(tree, edits)[1]


def _worked_in(tree: Sequence[Mapping[str, Any]], edits: Sequence[Edit]) -> tuple[Tree, list[str]]:
    result: Tree = deepcopy([cast("dict[str, Any]", dict(node)) for node in tree])
    before = _tie(result)
    nodes = list(_walk(result))
    beside = {id(node): siblings for siblings, node in nodes}
    done: set[tuple[int, bool]] = set()
    gone: set[int] = set()
    fresh: list[tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]] = []
    ordered = _consecutive(result)
    for edit in edits:
        if not 0 <= edit.place < len(nodes):
            raise Clash("no such clause")
        node = nodes[edit.place][1]
        if (edit.place, edit.act == "add") in done:
            raise Clash("edited twice")
        done.add((edit.place, edit.act == "add"))
        if edit.act == "drop":
            gone |= {id(one) for _siblings, one in _walk([node])}
        elif edit.act == "reword":
            node["text"] = tied(edit.text, node[MARK], before, kept_in(node["text"], before))
        else:
            new = {"kind": node["kind"], "number": node["number"], "heading": None, "children": []}
            mark = f"{node[MARK]}+"  # 'này' in its words means what holds it, never its neighbour
            before.chain[mark] = {level: n for level, n in before.chain[node[MARK]].items() if level != node["kind"]}
            before.text[mark] = before.text[node[MARK]]
            new |= {"text": tied(edit.text, mark, before), MARK: mark}
            fresh.append((beside[id(node)], node, new))
    for edit in edits:
        if id(nodes[edit.place][1]) in gone and edit.act != "drop":
            raise Clash("below a dropped clause")
    for siblings, node, new in fresh:
        siblings.insert(next(at for at, one in enumerate(siblings) if one is node) + 1, new)
    _drop(result, gone)
    _renumber(result, ordered)
    return result, _untie(result)


def _standing(tree: Tree) -> Standing:
    rows = [{**node, "depth": depth, "fixed": True, "id": node[MARK]} for depth, node in flat(tree)]
    return standing_of(rows)


def _tie(tree: Tree) -> Standing:
    """Mark each clause by its place, and tie the references in its words to the clauses that they name."""
    for place, (_siblings, node) in enumerate(_walk(tree)):
        node[MARK] = str(place)
    standing = _standing(tree)
    for _siblings, node in _walk(tree):
        if node["kind"] not in ASIDE:
            node["text"] = tied(node["text"], node[MARK], standing)
    return standing


def _untie(tree: Tree) -> list[str]:
    """Write the references with the numbers that their clauses have now; those whose clause is gone, as they read."""
    standing, gone = _standing(tree), list[str]()
    for _siblings, node in _walk(tree):
        gone += lost(node["text"], standing)
        node["text"] = rendered(node["text"], standing)
    for _siblings, node in _walk(tree):
        del node[MARK]
    return gone


def _walk(nodes: list[dict[str, Any]]) -> Any:
    for node in nodes:
        yield nodes, node
        yield from _walk(node["children"])


def _drop(nodes: list[dict[str, Any]], gone: set[int]) -> None:
    nodes[:] = [node for node in nodes if id(node) not in gone]
    for node in nodes:
        _drop(node["children"], gone)


def _groups(tree: Tree) -> list[tuple[int, str, list[dict[str, Any]]]]:
    """Clauses that are counted together: (whose they are, kind, they); 0 is the whole text."""
    articles = [node for _siblings, node in _walk(tree) if node["kind"] == "article"]
    groups = [(0, "article", articles)]
    for _siblings, node in [([], {"kind": "", "children": tree}), *_walk(tree)]:
        for kind in ("paragraph", "point"):
            counted = [one for one in node["children"] if one["kind"] == kind and one["number"] not in (None, "", "-")]
            if counted:
                groups.append((id(node["children"]), kind, counted))
    return groups


def _name(kind: str, number: int) -> str:
    return (LETTERS[number - 1] if number <= len(LETTERS) else "") if kind == "point" else str(number)


def _consecutive(tree: Tree) -> set[tuple[int, str]]:
    """The groups that were counted 1, 2, 3 … or a, b, c, d, đ … without a gap; others keep their numbers."""
    return {
        (whose, kind)
        for whose, kind, nodes in _groups(tree)
        if [node["number"] for node in nodes] == [_name(kind, at) for at in range(1, len(nodes) + 1)]
    }


def _renumber(tree: Tree, ordered: set[tuple[int, str]]) -> None:
    for whose, kind, nodes in _groups(tree):
        if (whose, kind) in ordered:
            for at, node in enumerate(nodes, 1):
                node["number"] = _name(kind, at)
