"""What a decision comes to: exact fractions, a stated base, a stated answer to a tie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

HALF = Fraction(1, 2)


class ShareLike(Protocol):
    """A share of a base, as ``clusters.rules.year_rules.Share``."""

    @property
    def fraction(self) -> Fraction: ...
    @property
    def strict(self) -> bool: ...
    @property
    def base(self) -> str: ...
    def needed(self, base: int) -> int: ...
    def met(self, count: int, base: int) -> bool: ...


@dataclass(frozen=True)
class Result:
    """The count and what follows. ``base``: the number that the share is taken of; ``needed``: units for adoption.

    ``by_chair``: the chair's side broke a tie; ``repeat``: a tie that is voted on again, so neither adopted nor rejected."""

    in_favour: int
    against: int
    abstained: int
    base: int
    needed: int
    adopted: bool
    by_chair: bool = False
    repeat: bool = False


def tally(
    votes: Mapping[str, str],
    *,
    roll: int,
    present: int,
    rule: ShareLike,
    tie: str = "rejected",
    chair: str | None = None,
) -> Result:
    """Count the votes of units. votes: unit code -> 'yes' | 'no' | 'abstain'; who is present and silent has abstained.

    roll, present: member units entitled, and there when the decision opened. tie: of a base that is divided in two equal
    halves, yes and no, under a rule of one half: 'chair' goes with the chair's unit, 'repeat' leaves it for a second vote,
    any other word rejects. One against one while the others are silent is no tie: it is far from a half.
    Raises ValueError for votes of more units than are present. Source of bases and ties: the cluster's regulation, passed
    in as data."""
    if len(votes) > present or present > roll:
        raise ValueError("more votes than units present, or more present than entitled")
    yes = sum(choice == "yes" for choice in votes.values())
    no = sum(choice == "no" for choice in votes.values())
    base = {"roll": roll, "present": present, "cast": yes + no}[rule.base]
    adopted, by_chair, repeat = rule.met(yes, base), False, False
    if not adopted and yes == no and 2 * yes == base > 0 and rule.fraction == HALF:
        adopted = by_chair = tie == "chair" and chair is not None and votes.get(chair) == "yes"
        repeat = tie == "repeat"
    return Result(yes, no, present - yes - no, base, max(1, rule.needed(base)), adopted, by_chair, repeat)


def may_decide(present: int, roll: int, quorum: ShareLike) -> bool:
    """Whether enough units are there. present, roll: units, not persons. Raises ValueError when the roll is empty."""
    if roll <= 0:
        raise ValueError("a cluster without members decides nothing")
    return quorum.met(present, roll)
