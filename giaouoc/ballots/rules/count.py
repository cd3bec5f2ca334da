"""Kiểm phiếu: from papers to votes, from votes to what the regulation makes of them. Exact fractions, a stated base."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from giaouoc.clusters.rules.year_rules import Share

from .papers import MOTION

PASSED, REJECTED, TIED = "passed", "rejected", "tied"


@dataclass(frozen=True)
class Answer:
    """What one question comes to. base: what the share is taken of; needed: votes; winner: place of the option, or None."""

    outcome: str
    base: int
    needed: int
    winner: int | None = None


def count(choices: Iterable[Sequence[int]], questions: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """Votes of each option of each question."""
    votes = [[0] * len(question["options"]) for question in questions]
    for chosen in choices:
        for question, place in enumerate(chosen):
            votes[question][place] += 1
    return votes


def answer(
    votes: Sequence[int], question: Mapping[str, Any], *, roll: int, present: int, taken: frozenset[str] = frozenset()
) -> Answer:
    """What the votes of one question come to.

    roll, present: member units entitled, and there when the ballot opened. The question's rule is {"share", "strict", "base",
    "tie"}: base 'roll', 'present', or 'cast' (papers for or against; of candidates, papers that name one). tie: 'repeat' leaves
    undecided a motion that one half of the base is for and the other against, and equal candidates; any other word rejects;
    nobody has a casting vote in a secret ballot. taken: options that an earlier question of the same ballot has elected, so
    that they cannot be elected twice; such a seat is voted on again. Raises ValueError for more votes than units present. Source: the cluster's regulation, passed in as data."""
    if sum(votes) > present or present > roll:
        raise ValueError("more votes than units present, or more present than entitled")
    rule = Share.of(question["rule"])
    motion = question["kind"] == MOTION
    cast = votes[0] + votes[1] if motion else sum(votes[:-1])
    base = {"roll": roll, "present": present, "cast": cast}[rule.base]
    needed = max(1, rule.needed(base))
    repeat = TIED if question["rule"].get("tie") == "repeat" else REJECTED
    if motion:
        yes, no = votes[0], votes[1]
        if rule.met(yes, base):
            return Answer(PASSED, base, needed, 0)
        equal = yes == no and 2 * yes == base > 0 and rule.fraction == Fraction(1, 2)
        return Answer(repeat if equal else REJECTED, base, needed)
    best = max(votes[:-1], default=0)
    first = [place for place, one in enumerate(votes[:-1]) if one == best and best > 0]
    if not first or not rule.met(best, base):
        return Answer(repeat if len(first) > 1 else REJECTED, base, needed)
    if len(first) > 1:
        return Answer(repeat, base, needed)
    if question["options"][first[0]] in taken:
        return Answer(TIED, base, needed)
    return Answer(PASSED, base, needed, first[0])


def answers(
    votes: Sequence[Sequence[int]], questions: Sequence[Mapping[str, Any]], *, roll: int, present: int
) -> list[Answer]:
    """All questions in order; whoever is elected by one is not elected by a later one."""
    found: list[Answer] = []
    taken: frozenset[str] = frozenset()
    for one, question in zip(votes, questions, strict=True):
        result = answer(one, question, roll=roll, present=present, taken=taken)
        if result.winner is not None and question["kind"] != MOTION:
            taken |= {question["options"][result.winner]}
        found.append(result)
    return found


def changed_by(
    papers: Sequence[Sequence[int]],
    missing: Sequence[Sequence[int]],
    questions: Sequence[Mapping[str, Any]],
    *,
    roll: int,
    present: int,
) -> bool:
    """Whether any question comes out otherwise when the missing papers are counted with the others.

    More papers than units were present cannot be right: that too says yes."""
    if len(papers) + len(missing) > present:
        return bool(missing)
    without, whole = (
        [(one.outcome, one.winner) for one in answers(count(some, questions), questions, roll=roll, present=present)]
        for some in (papers, [*papers, *missing])
    )
    return without != whole
