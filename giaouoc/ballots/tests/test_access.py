"""Who may do what: one row for each right, all roles of the world asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from giaouoc.ballots import access
from giaouoc.ballots.rules import blind
from giaouoc.clusters.models import Mandate

from . import stage


@pytest.fixture(autouse=True)
def _quick_keys(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA = tmp_path
    monkeypatch.setattr(blind, "KEY_BITS", 2048)
    monkeypatch.setattr(blind.PrivateKey, "fresh", classmethod(lambda cls, bits=0: stage.TEST_KEY))


@dataclass
class Case:
    """A right, what it is asked about, and the roles that have it; nobody else has."""

    can: Callable[..., Any]
    about: Callable[[Any], Any]
    who: set[str]


COUNTERS = {f"{role}:{code}" for role in ("secretary", "leader", "assessor") for code in stage.ALL}
CASES = {
    "conduct": Case(access.can_conduct, lambda w: w.year, {"leader:CQD"}),
    "mark": Case(
        lambda by, obj, now: access.can_mark(by, obj, obj.voters.get(unit__code="CA").unit, now),
        lambda w: stage.opened(w, "blind"),
        {"leader:CA"},
    ),
    "fetch_stamp": Case(
        lambda by, obj, now: access.can_fetch_stamp(by, obj, obj.voters.get(unit__code="CA").unit, now),
        lambda w: stage.opened(w, "blind"),
        {"leader:CA"},
    ),
    "enter": Case(access.can_enter, lambda w: stage.opened(w, "paper"), COUNTERS),
    "stamp_second": Case(access.can_stamp_second, stage.keying, {"assessor:QS"}),
    "give_up_second": Case(access.can_give_up_second, stage.two_stamps, {"leader:CQD"}),
}


@pytest.mark.parametrize("name", CASES)
def test_each_right_is_of_these_roles_and_of_nobody_else(world: Any, name: str) -> None:
    case = CASES[name]
    about = case.about(world)
    asked: dict[str, Mandate | None] = {key: world.mandate(key) for key in world.roles} | {"nobody": None}
    answers = {key: case.can(by, about, world.now) for key, by in asked.items()}
    assert {key for key, verdict in answers.items() if verdict} == case.who
    assert all(str(verdict.reason) for verdict in answers.values() if not verdict)


def test_every_right_of_the_slice_stands_in_the_table() -> None:
    own = {name for name in dir(access) if getattr(getattr(access, name), "__module__", "") == access.__name__}
    assert {name.removeprefix("can_") for name in own if name.startswith("can_")} == set(CASES)


def test_a_teller_whose_unit_left_the_cluster_stamps_nothing(world: Any) -> None:
    ballot = stage.two_stamps(world)
    assert access.can_stamp_second(stage.teller(world), ballot, world.now)
    world.year.memberships.filter(unit__code="QS").update(until=world.now.date())
    world.pass_time(days=2)
    again = Mandate.objects.get(pk=stage.teller(world).pk)
    assert not access.can_stamp_second(again, ballot, world.now)
