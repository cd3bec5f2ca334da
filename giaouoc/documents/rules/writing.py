"""Soạn trên trang: a text as rows in reading order, and the acts on it, each clause staying the one that it is.

A row: {"id", "depth", "kind", "number", "fixed", "heading", "text", ("rows"), ("notes"), ("split"), ("merged")}. ``number``
is kept only where it is ``fixed`` by hand, else it follows from the place; ``split``: id of the clause that it came out of;
``merged``: ids of those that went into it; in ``text`` the references are tied (``references``)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from giaouoc.lib.vietnamese import one_line

from .corrections import ASIDE, KINDS, NAMED, built, flat
from .docx_numbering import roman
from .markers import LETTERS
from .references import Kept, Standing, is_tie, kept_in, rendered, tied
from .warnings import value

Row = dict[str, Any]
THROUGH = ("part", "chapter", "article")  # they run through the whole text
BELOW = {"part": "chapter", "chapter": "article", "article": "paragraph", "paragraph": "point", "point": "point"}
VERBS = ("save", "add", "add_inside", "up", "down", "indent", "outdent", "split", "merge", "drop")


class Cannot(ValueError):
    """The act does not fit the text as it stands; the code is a key of ``words.CANNOT``."""


@dataclass(frozen=True)
class Act:
    """One act at a clause. ``heading``, ``text``, ``kind``, ``number``: as they shall be, None as they are, '' for a number
    that follows from the place; ``cut``: where in the text it is split, None at its first empty line; ``seen``: the clause
    as it was opened, so that what nobody touched follows what others have done meanwhile."""

    verb: str
    clause: str
    heading: str | None = None
    text: str | None = None
    kind: str | None = None
    number: str | None = None
    cut: int | None = None
    seen: Seen | None = None


@dataclass(frozen=True)
class Seen:
    """A clause as somebody opened it. ``kept``: its references, which may read otherwise by now; ``held``: what it held."""

    kind: str
    number: str
    kept: Kept
    held: str

    def as_json(self) -> str:
        """For a form to carry."""
        return json.dumps([self.kind, self.number, self.kept, self.held], ensure_ascii=False)

    @classmethod
    def from_json(cls, typed: str) -> Seen | None:
        """None for what a form did not carry, or not whole."""
        try:
            kind, number, kept, held = json.loads(typed)
            ties = [(str(words), [(int(a), int(b), str(tie)) for a, b, tie in inside]) for words, inside in kept]
        except (ValueError, TypeError):
            return None
        whole = all(0 <= a < b <= len(words) and is_tie(tie) for words, inside in ties for a, b, tie in inside)
        return cls(str(kind), str(number), ties, str(held)) if whole else None


def seen_at(rows: Sequence[Row], at: int) -> Seen:
    """What somebody sees who opens a clause now."""
    kept = kept_in(rows[at]["text"], standing_of(rows)) if rows[at]["kind"] not in ASIDE else []
    return Seen(rows[at]["kind"], numbers(rows)[at] or "", kept, _held(rows, at))


def _held(rows: Sequence[Row], at: int) -> str:
    below = [(row["id"], mark_of(row)) for row in rows[at + 1 : end_of(rows, at)]]
    return hashlib.sha256(json.dumps(below).encode()).hexdigest()[:16] if below else ""


def typed_at(rows: Sequence[Row], clause: str, text: str, seen: Seen | None) -> str:
    """Words as they were typed at a clause, with their references tied; the clause may be gone by now."""
    row = next((one for one in rows if one["id"] == clause), None)
    if row is None:
        return tied(text, clause, Standing(), seen.kept if seen else [])
    return _tied(rows, row, text, Act("save", clause, seen=seen))


def touched_by_two(rows: Sequence[Row], at: int, act: Act) -> bool:
    """Whether somebody else gave the clause another number or kind, or changed what it holds, where this act would too."""
    if act.seen is None:
        return False
    now, seen = seen_at(rows, at), act.seen
    both = ((act.number, seen.number, now.number), (act.kind, seen.kind, now.kind))
    return any(typed not in {None, was, by_now} and was != by_now for typed, was, by_now in both) or (
        act.verb == "drop" and seen.held != now.held
    )


def says(rows: Sequence[Row], at: int, act: Act) -> bool:
    """Whether the clause says already what was typed."""
    row, standing = rows[at], standing_of(rows)
    typed = rendered(_tied(rows, row, act.text or "", act), standing)
    return (row["heading"] or "", rendered(row["text"], standing)) == (act.heading or "", typed)


def opened(tree: Sequence[Mapping[str, Any]], ids: Sequence[str]) -> list[Row]:
    """The rows of a text that is taken up. A number that does not follow from its place counts as set by hand."""
    rows = []
    for (depth, node), clause in zip(flat(tree), ids, strict=True):
        row = {key: one for key, one in node.items() if key != "children"}
        rows.append(row | {"id": clause, "depth": depth, "fixed": False})
    for row, usual in zip(rows, numbers(rows, adopting=True), strict=True):
        row["fixed"] = row["number"] != usual
        row["number"] = row["number"] if row["fixed"] else None
    standing = standing_of(rows)
    for row in rows:
        if row["kind"] not in ASIDE:
            row["text"] = tied(row["text"], row["id"], standing)
    return rows


def numbers(rows: Sequence[Row], *, adopting: bool = False) -> list[str | None]:
    """The number of each row. adopting: what each would have, every number that stands there being followed on."""
    plan = not any(row["kind"] == "article" for row in rows)
    counts: dict[Any, int] = {}
    stack: list[int] = []
    found: list[str | None] = []
    for place, row in enumerate(rows):
        kind = row["kind"]
        del stack[row["depth"] :]
        above = stack[-1] if stack else None
        if kind == "preamble":
            counts = {key: count for key, count in counts.items() if key not in THROUGH}
        key = kind if kind in THROUGH else (above, kind)
        usual = None
        if kind in KINDS:
            nested = kind == "point" and above is not None and rows[above]["kind"] == "point"
            usual = "-" if nested else _number(kind, counts.get(key, 0) + 1, plan)
        number = row["number"] if row["fixed"] or adopting else usual
        if number == usual:
            counts[key] = counts.get(key, 0) + 1
        elif number and (size := value(kind, number)) is not None and not size[1]:
            counts[key] = size[0]
        found.append(usual if adopting else number)
        stack.append(place)
    return found


def _number(kind: str, place: int, plan: bool) -> str:
    if kind == "point":
        return LETTERS[place - 1] if place <= len(LETTERS) else f"{LETTERS[-1]}{place - len(LETTERS)}"
    return roman(place) if kind in {"part", "chapter"} or (kind == "section" and plan) else str(place)


def standing_of(rows: Sequence[Row]) -> Standing:
    """Where the clauses stand, for references; one that was merged stands where the clause does that it went into."""
    found = Standing()
    stack: list[dict[str, str]] = []
    for place, (row, number) in enumerate(zip(rows, numbers(rows), strict=True)):
        if row["kind"] == "preamble" and place:
            found.known.append({})
        del stack[row["depth"] :]
        chain = dict(stack[-1]) if stack else {}
        if row["kind"] in {"article", "paragraph", "point"} and number and number != "-":
            chain[row["kind"]] = number
            if "article" in chain:
                found.known[-1].setdefault(tuple(chain.values()), row["id"])
        for clause in (row["id"], *row.get("merged", ())):
            found.chain[clause], found.text[clause] = chain, len(found.known) - 1
        stack.append(chain)
    return found


def tree_of(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The clause tree as it reads, in the form of the importer."""
    standing = standing_of(rows)
    nodes = []
    for row, number in zip(rows, numbers(rows), strict=True):
        node = {"kind": row["kind"], "number": number, "heading": row["heading"]}
        node["text"] = rendered(row["text"], standing)
        node |= {key: row[key] for key in ("rows", "notes") if key in row}
        nodes.append((row["depth"], node | {"children": []}))
    return built(nodes)


def clean(text: str) -> str:
    """Typed words as a Word file gives them: NFC, every run of blanks is one, none at the ends of lines."""
    return "\n".join(one_line(line) for line in text.replace("\r\n", "\n").split("\n")).strip()


def mark_of(row: Row) -> str:
    """What a clause says now, as sixteen characters: who saves must have seen it."""
    return hashlib.sha256(json.dumps([row["heading"] or "", row["text"]]).encode()).hexdigest()[:16]


_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def renamed(rows: Sequence[Row], become: Mapping[str, str]) -> list[Row]:
    """The rows with clauses under other ids, wherever they are named: themselves, in references, split, merged."""
    found: list[Row] = json.loads(_ID.sub(lambda one: become.get(one[0], one[0]), json.dumps(rows, ensure_ascii=False)))
    return found


def is_begun(rows: Sequence[Row], clause: str, heading: str, text: str, seen: str) -> bool:
    """Whether what was typed at a clause, its references tied, is neither what it said when it was opened nor what it says."""
    typed = {"heading": clean(heading), "text": clean(text)}
    if mark_of(typed) == seen:
        return False
    row = next((one for one in rows if one["id"] == clause), None)
    if row is None:
        return bool(typed["heading"] or typed["text"])
    standing = standing_of(rows)
    return (typed["heading"], rendered(typed["text"], standing)) != (
        row["heading"] or "",
        rendered(row["text"], standing),
    )


def place_of(rows: Sequence[Row], clause: str) -> int:
    """Where a clause stands. Raises Cannot('gone')."""
    for place, row in enumerate(rows):
        if row["id"] == clause:
            return place
    raise Cannot("gone")


def end_of(rows: Sequence[Row], at: int) -> int:
    """The place after a clause and all that it holds."""
    end = at + 1
    while end < len(rows) and rows[end]["depth"] > rows[at]["depth"]:
        end += 1
    return end


def _above(rows: Sequence[Row], at: int) -> int | None:
    return next((one for one in range(at - 1, -1, -1) if rows[one]["depth"] < rows[at]["depth"]), None)


def _before(rows: Sequence[Row], at: int) -> int | None:
    """The clause before it in the same holder."""
    for one in range(at - 1, -1, -1):
        if rows[one]["depth"] <= rows[at]["depth"]:
            return one if rows[one]["depth"] == rows[at]["depth"] else None
    return None


def _kind_in(rows: Sequence[Row], above: int | None) -> str:
    """The kind of a new clause in that holder: as those that it holds already."""
    depth = rows[above]["depth"] + 1 if above is not None else 0
    span = range(above + 1, end_of(rows, above)) if above is not None else range(len(rows))
    same = [rows[one]["kind"] for one in span if rows[one]["depth"] == depth and rows[one]["kind"] not in ASIDE]
    if same:
        return str(same[-1])
    plan = not any(row["kind"] == "article" for row in rows)
    if above is None:
        return "article"
    return BELOW.get(rows[above]["kind"], "paragraph" if plan else "article")


def done(rows: Sequence[Row], act: Act, fresh: str) -> list[Row]:
    """The rows after an act. fresh: id of a clause that comes into being. Raises Cannot."""
    rows = [dict(row) for row in rows]
    at = place_of(rows, act.clause)
    row = rows[at]
    if act.verb not in VERBS or (row["kind"] in ASIDE and act.verb not in {"save", "add", "drop"}):
        raise Cannot("aside")
    _write(rows, at, act)
    if act.verb != "save":
        ACTS[act.verb](rows, at, act, fresh)
    if not rows:
        raise Cannot("last")
    return rows


def _write(rows: list[Row], at: int, act: Act) -> None:
    row = rows[at]
    seen = act.seen or seen_at(rows, at)
    if act.number is not None and row["kind"] in KINDS and act.number not in {seen.number, numbers(rows)[at] or ""}:
        row["fixed"], row["number"] = bool(act.number), act.number or None
    if act.heading is not None:
        row["heading"] = (act.heading if row["kind"] in ASIDE else one_line(act.heading)) or None
    if act.text is not None:
        row["text"] = _tied(rows, row, act.text, act)
    if act.kind not in {None, seen.kind, row["kind"]} and row["kind"] in KINDS and act.kind in KINDS:
        _rekind(rows, at, act.kind)


def _tied(rows: Sequence[Row], row: Row, text: str, act: Act) -> str:
    if row["kind"] in ASIDE:
        return text
    standing = standing_of(rows)
    return tied(text, row["id"], standing, act.seen.kept if act.seen else kept_in(row["text"], standing))


def _rekind(rows: list[Row], at: int, kind: str) -> None:
    """The clause is of another kind now; the khoản and điểm that it holds follow."""
    row = rows[at]
    if kind != row["kind"]:
        row["kind"], row["fixed"], row["number"] = kind, False, None
    if kind in NAMED and not row["heading"]:
        row["heading"], row["text"] = rendered(row["text"], standing_of(rows)) or None, ""
    for one in range(at + 1, end_of(rows, at)):
        above = _above(rows, one)
        if above is not None and rows[one]["kind"] in {"paragraph", "point"}:
            wanted = BELOW.get(rows[above]["kind"], rows[one]["kind"])
            if wanted in {"paragraph", "point"} and wanted != rows[one]["kind"]:
                rows[one] |= {"kind": wanted, "fixed": False, "number": None}


def _new(depth: int, kind: str, clause: str) -> Row:
    row = {"id": clause, "depth": depth, "kind": kind, "number": None, "fixed": False}
    return row | {"heading": "" if kind in NAMED | {"article"} else None, "text": ""}


def _add(rows: list[Row], at: int, act: Act, fresh: str) -> None:
    kind = rows[at]["kind"] if rows[at]["kind"] in KINDS else _kind_in(rows, _above(rows, at))
    if rows[at]["kind"] == "signature":
        raise Cannot("aside")
    rows.insert(end_of(rows, at), _new(rows[at]["depth"], kind, fresh))


def _add_inside(rows: list[Row], at: int, act: Act, fresh: str) -> None:
    rows.insert(end_of(rows, at), _new(rows[at]["depth"] + 1, _kind_in(rows, at), fresh))


def _swap(rows: list[Row], first: int, second: int) -> None:
    """Two neighbours in one holder change places, each with what it holds."""
    if rows[first]["kind"] in ASIDE or rows[second]["kind"] in ASIDE:
        raise Cannot("edge")
    end = end_of(rows, second)
    rows[first:end] = rows[second:end] + rows[first:second]


def _up(rows: list[Row], at: int, act: Act, fresh: str) -> None:
    before = _before(rows, at)
    if before is None:
        raise Cannot("edge")
    _swap(rows, before, at)


def _down(rows: list[Row], at: int, act: Act, fresh: str) -> None:
    after = end_of(rows, at)
    if after == len(rows) or rows[after]["depth"] != rows[at]["depth"]:
        raise Cannot("edge")
    _swap(rows, at, after)


def _indent(rows: list[Row], at: int, act: Act, fresh: str) -> None:
    before = _before(rows, at)
    if before is None or rows[before]["kind"] in ASIDE:
        raise Cannot("no_holder")
    kind = _kind_in(rows, before)
    for one in range(at, end_of(rows, at)):
        rows[one]["depth"] += 1
    _rekind(rows, at, kind)


def _outdent(rows: list[Row], at: int, act: Act, fresh: str) -> None:
    """One step out, in its place in the text: what came behind it in its holder it holds now."""
    above = _above(rows, at)
    if above is None:
        raise Cannot("outermost")
    for one in range(at, end_of(rows, at)):
        rows[one]["depth"] -= 1
    _rekind(rows, at, rows[above]["kind"])


def _split(rows: list[Row], at: int, act: Act, fresh: str) -> None:
    """The words behind the cut are a new clause of its kind, with what the clause held."""
    row = rows[at]
    words = act.text if act.text is not None else rendered(row["text"], standing_of(rows))
    cut = act.cut
    if cut is None:
        blank = re.search(r"\n[ \t]*\n", words)
        cut = blank.start() if blank else None
    head, tail = (words[:cut].strip(), words[cut:].strip()) if cut is not None else ("", "")
    if not head or not tail:
        raise Cannot("no_cut")
    before, after = _tied(rows, row, head, act), _tied(rows, row, tail, act)
    row["text"] = before
    rows.insert(at + 1, _new(row["depth"], row["kind"], fresh) | {"split": row["id"], "text": after})


def _merge(rows: list[Row], at: int, act: Act, fresh: str) -> None:
    """The next clause goes into this one with its words and what it holds."""
    after = end_of(rows, at)
    if after == len(rows) or rows[after]["depth"] != rows[at]["depth"] or rows[after]["kind"] != rows[at]["kind"]:
        raise Cannot("no_next")
    row, gone = rows[at], rows[after]
    if after > at + 1 and (gone["text"] or gone["heading"]):
        raise Cannot("holds")
    row["text"] = "\n".join(filter(None, [row["text"], gone["heading"], gone["text"]]))
    row["merged"] = [*row.get("merged", ()), gone["id"], *gone.get("merged", ())]
    for key in ("notes", "rows"):
        if gone.get(key):
            row[key] = [*row.get(key, ()), *gone[key]]
    del rows[after]


def _drop(rows: list[Row], at: int, act: Act, fresh: str) -> None:
    del rows[at : end_of(rows, at)]


ACTS = {"add": _add, "add_inside": _add_inside, "up": _up, "down": _down, "indent": _indent} | {
    "outdent": _outdent,
    "split": _split,
    "merge": _merge,
    "drop": _drop,
}


@dataclass(frozen=True)
class Patch:
    """What an act changed: from row ``at`` on, ``old`` became ``new``."""

    at: int
    old: list[Row]
    new: list[Row]


def patch(before: Sequence[Row], after: Sequence[Row]) -> Patch:
    """The smallest run of rows in which the two differ."""
    start, least = 0, min(len(before), len(after))
    while start < least and before[start] == after[start]:
        start += 1
    end = 0
    while end < least - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return Patch(start, list(before[start : len(before) - end]), list(after[start : len(after) - end]))


def patched(rows: Sequence[Row], change: Patch, *, back: bool = False) -> list[Row]:
    """The rows after the change, or ``back`` before it. Raises Cannot when the rows are not those that it was made on."""
    old, new = (change.new, change.old) if back else (change.old, change.new)
    if list(rows[change.at : change.at + len(old)]) != old:
        raise Cannot("gone")
    return [*rows[: change.at], *new, *rows[change.at + len(old) :]]
