"""Sửa cách nhận diện: what a person corrects in a tree that was read: the kind of a clause, its number, where it belongs.

No word is lost and none changes its place in the order of the text; only what holds what changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from .clause_tree import Node

KINDS = ("part", "chapter", "section", "subsection", "article", "paragraph", "point")
NAMED = frozenset(KINDS[:4])  # they have a heading and no text of their own line
ASIDE = frozenset({"preamble", "signature", "table"})  # nothing stands inside them
JOIN = "join"


@dataclass(frozen=True)
class Correction:
    """One act. ``at``: place of the clause in reading order, from 0; ``kind``: one of KINDS, or JOIN: it is no clause but
    goes on with the words before it; ``number``: as shown, '-' for a dash, None without; ``depth``: 0 at the top."""

    at: int
    kind: str
    number: str | None
    depth: int


def flat(tree: Sequence[Mapping[str, Any]], depth: int = 0) -> list[tuple[int, Mapping[str, Any]]]:
    """(depth, node) of every node in reading order."""
    found: list[tuple[int, Mapping[str, Any]]] = []
    for node in tree:
        found.append((depth, node))
        found += flat(node["children"], depth + 1)
    return found


def holders(tree: Sequence[Mapping[str, Any]], at: int) -> dict[int, int | None]:
    """depth -> place of the clause that would hold the one at ``at`` there, None at the top.

    Only the clause before it and those that hold that one can, else the order of the text would change."""
    rows = flat(tree)
    found: dict[int, int | None] = {0: None}
    limit = rows[at - 1][0] + 1 if at else 0
    for place in range(at - 1, -1, -1):
        depth, node = rows[place]
        if depth < limit:
            limit = depth
            if node["kind"] not in ASIDE:
                found[depth + 1] = place
    return dict(sorted(found.items()))


def may_join(tree: Sequence[Mapping[str, Any]], at: int) -> bool:
    """Whether the words of a clause can go on with those before it."""
    return at > 0 and flat(tree)[at - 1][1]["kind"] not in {"table", "signature"}


def corrected(tree: Sequence[Mapping[str, Any]], change: Correction) -> list[Node]:
    """The tree after a correction. What the clause holds moves with it; what came behind it in its holder it holds now,
    where it went further out. Raises ValueError for a correction that the tree does not allow."""
    rows = [(depth, {**deepcopy(dict(node)), "children": []}) for depth, node in flat(tree)]
    if not 0 <= change.at < len(rows) or rows[change.at][1]["kind"] not in KINDS:
        raise ValueError("no such clause")
    depth, node = rows[change.at]
    if change.kind == JOIN:
        if not may_join(tree, change.at):
            raise ValueError("nothing to go on with")
        _join(rows[change.at - 1][1], node)
        del rows[change.at]
        return built(rows)
    if change.kind not in KINDS or change.depth not in holders(tree, change.at):
        raise ValueError("no such place")
    node["kind"], node["number"] = change.kind, change.number
    if change.kind in NAMED and not node["heading"]:
        node["heading"], node["text"] = node["text"] or None, ""
    end = change.at + 1
    while end < len(rows) and rows[end][0] > depth:
        end += 1
    for place in range(change.at, end):
        rows[place] = (rows[place][0] + change.depth - depth, rows[place][1])
    return built(rows)


def _join(before: Node, node: Node) -> None:
    number = node["number"]
    mark = (
        "" if number is None else "- " if number == "-" else f"{number}) " if node["kind"] == "point" else f"{number}. "
    )
    words = " ".join(filter(None, [node["heading"], node["text"]]))
    field = "heading" if before["kind"] in NAMED and not before["text"] else "text"
    before[field] = "\n".join(filter(None, [before[field], f"{mark}{words}"]))
    if node.get("notes"):
        before.setdefault("notes", []).extend(node["notes"])
        before["children"] = before.pop("children")


def built(rows: Sequence[tuple[int, Node]]) -> list[Node]:
    """The tree of rows with depths: each is held by the nearest clause before it that stands further out."""
    roots: list[Node] = []
    stack: list[tuple[int, Node]] = []
    for depth, node in rows:
        while stack and stack[-1][0] >= depth:
            stack.pop()
        (stack[-1][1]["children"] if stack else roots).append(node)
        if node["kind"] not in ASIDE:
            stack.append((depth, node))
    return roots
