"""The rehearsal looks at what each step comes to; what it leaves is looked at in ``test_commands``."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from giaouoc.demo.walk import Broken, Walk
from giaouoc.lib.clock import SetClock
from giaouoc.lib.errors import NotAllowed, WrongState


@pytest.fixture
def walk() -> Walk:
    return Walk(SetClock(datetime(2026, 1, 1, tzinfo=UTC)), units=3, seed=1, tell=lambda *_said: None)


def test_an_outcome_that_does_not_hold_stops_the_rehearsal(walk: Walk) -> None:
    walk.holds(1 == 1, "one is one")
    with pytest.raises(Broken, match="one is two"):
        walk.holds(1 == 2, "one is two")
    assert walk.day.outcomes == 1


def test_an_act_that_goes_through_or_is_refused_otherwise_stops_it(walk: Walk) -> None:
    def refuse() -> None:
        raise NotAllowed("…")

    walk.refused(refuse, NotAllowed, "this act")
    with pytest.raises(Broken, match="that act"):
        walk.refused(lambda: None, NotAllowed, "that act")
    with pytest.raises(NotAllowed):
        walk.refused(refuse, WrongState, "another refusal")
    assert walk.day.outcomes == 1
