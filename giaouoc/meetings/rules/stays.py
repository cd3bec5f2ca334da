"""Có mặt, rời, trở lại: when a unit was there, and when too few of them were."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime

Stay = tuple[datetime, datetime | None]  # came, left; None while it is there
Span = tuple[datetime, datetime]


def within(stays: Iterable[Stay], begun: datetime, ended: datetime) -> list[Span]:
    """The parts of the stays that lie in the time from ``begun`` to ``ended``, in order; one that only touches it is none.

    Of a conference that was closed in the moment of its opening whoever was there then was there."""
    if begun == ended:
        return [(begun, ended) for came, left in stays if came <= begun and (left is None or left > begun)][:1]
    cut = [(max(came, begun), min(left or ended, ended)) for came, left in stays]
    return sorted(one for one in cut if one[0] < one[1])


def sittings(breaks: Iterable[Span], begun: datetime, ended: datetime) -> list[Span]:
    """The time from ``begun`` to ``ended`` without the breaks, which come in order."""
    found, since = [], begun
    for rest, again in breaks:
        found.append((since, rest))
        since = again
    return [one for one in [*found, (since, ended)] if one[0] < one[1]]


def gaps(stays: Sequence[Span]) -> list[Span]:
    """The times between the stays, in which the unit was away and came back."""
    return [(left, came) for (_came, left), (came, _left) in itertools.pairwise(stays) if left < came]


def too_few(stays: Iterable[Sequence[Span]], begun: datetime, ended: datetime, needed: int) -> list[tuple[Span, int]]:
    """The times from ``begun`` to ``ended`` in which fewer than ``needed`` units were there, each with the least number.

    stays: of each unit, ``within`` these times."""
    units = list(stays)
    moments = sorted({begun, ended, *(moment for unit in units for stay in unit for moment in stay)})
    found: list[tuple[Span, int]] = []
    for here, then in itertools.pairwise(moments):
        there = sum(any(came <= here < left for came, left in unit) for unit in units)
        if there >= needed:
            continue
        if found and found[-1][0][1] == here:
            (start, _end), least = found.pop()
            found.append(((start, then), min(least, there)))
        else:
            found.append(((here, then), there))
    return found
