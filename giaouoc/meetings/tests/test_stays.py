"""When a unit was there, and when too few were: by properties."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from giaouoc.meetings.rules.stays import gaps, sittings, too_few, within

BEGUN = datetime.fromisoformat("2026-03-07T01:00:00+00:00")


def at(minute: int) -> datetime:
    return BEGUN + timedelta(minutes=minute)


def stays_of(minutes: list[int]) -> list[tuple[datetime, datetime | None]]:
    """Comings and goings at these minutes, in turn; an odd number leaves the unit there."""
    moments = [at(one) for one in sorted(minutes)]
    return [(came, moments[place + 1] if place + 1 < len(moments) else None) for place, came in enumerate(moments)][::2]


UNIT = st.lists(st.integers(-20, 80), unique=True, max_size=7)


@settings(max_examples=50)
@given(st.lists(UNIT, min_size=1, max_size=5), st.integers(1, 5))
def test_each_minute_is_told_as_it_was(units: list[list[int]], needed: int) -> None:
    begun, ended = at(0), at(60)
    cut = [within(stays_of(one), begun, ended) for one in units]
    few = too_few(cut, begun, ended, needed)
    for minute in range(60):
        there = sum(
            any(came <= at(minute) and (left is None or at(minute) < left) for came, left in stays_of(one))
            for one in units
        )
        covering = [least for (start, end), least in few if start <= at(minute) < end]
        assert len(covering) == (there < needed)
        assert all(least <= there for least in covering)
        for one, kept in zip(units, cut, strict=True):
            was = any(came <= at(minute) and (left is None or at(minute) < left) for came, left in stays_of(one))
            assert was == any(came <= at(minute) < left for came, left in kept)
            assert not (was and any(left <= at(minute) < came for left, came in gaps(kept)))


def test_breaks_are_no_sitting() -> None:
    assert sittings([(at(10), at(20)), (at(20), at(30))], at(0), at(60)) == [(at(0), at(10)), (at(30), at(60))]
    assert sittings([], at(0), at(60)) == [(at(0), at(60))]
    assert within([(at(-5), None)], at(0), at(0)) == [(at(0), at(0))]
    assert within([(at(-5), at(0))], at(0), at(0)) == []
