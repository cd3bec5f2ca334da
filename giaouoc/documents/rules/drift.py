"""Viện dẫn lạc chỗ: references that read as in the draft before although the clause that they named has moved or is gone;
and the clauses in which nothing but such references went along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from giaouoc.lib.ties import TIED
from giaouoc.lib.vietnamese import one_line

from .references import Standing, Tie, kept_in, references, rendered, tied
from .writing import opened, standing_of

Tree = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Drift:
    """``place``: of the clause that says it, in the new draft; ``words``: as it reads; ``now``: as it should, '' if what it
    named is gone."""

    place: int
    words: str
    now: str


def drifts(
    old: Tree,
    old_ids: Sequence[str],
    new: Tree,
    new_ids: Sequence[str],
    merged: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[Drift]:
    """The references that stayed as they were while their clause did not, each once a clause. Ids say which clause is which;
    ``merged``: what went into a clause."""
    before = opened(old, old_ids)
    after = [row | {"merged": (merged or {}).get(row["id"], ())} for row in opened(new, new_ids)]
    then, now = standing_of(before), standing_of(after)
    said = {row["id"]: [one for words in _words(row, then) for one in kept_in(words, then)] for row in before}
    for place, row in enumerate(after):
        if not (earlier := said.get(row["id"])):
            continue
        here = {found.words for words in _words(row, now) for found in references(rendered(words, now))}
        told: set[str] = set()
        for words, ties in earlier:
            if words in told or words not in here:
                continue
            reads = rendered(_tied_words(words, ties), now)
            gone = any((tie := TIED.match(kept)) and tie[1] not in now.chain for _start, _end, kept in ties)
            if gone or reads != words:
                told.add(words)
                yield Drift(place, words, "" if gone else reads)


def only_followed(old: Tree, old_ids: Sequence[str], new: Tree, new_ids: Sequence[str]) -> set[str]:
    """The clauses that read as the draft before would with its references following the clauses that they name."""
    before, after = opened(old, old_ids), opened(new, new_ids)
    then, now = standing_of(before), standing_of(after)
    reads = {row["id"]: [one_line(rendered(words, now)) for words in _words(row, then)] for row in before}
    said = {row["id"]: [one_line(rendered(words, now)) for words in _words(row, now)] for row in after}
    return {one for one, words in said.items() if words and reads.get(one) == words}


def _words(row: Mapping[str, Any], standing: Standing) -> list[str]:
    """The words of a clause, its references tied; in a heading, a cell and a footnote nothing follows by itself."""
    if row["kind"] in {"preamble", "signature"}:
        return []
    beside = [
        row["heading"] or "",
        *(cell for line in row.get("rows") or () for cell in line),
        *(row.get("notes") or ()),
    ]
    return [row["text"], *(tied(str(one), row["id"], standing) for one in beside if one)]


def _tied_words(words: str, ties: Sequence[Tie]) -> str:
    for start, end, tie in sorted(ties, reverse=True):
        words = words[:start] + tie + words[end:]
    return words
