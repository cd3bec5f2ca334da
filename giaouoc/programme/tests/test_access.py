"""Who may do what with the pact and the programme: every act with every role and with nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from giaouoc.lib.errors import NotFound
from giaouoc.programme import access
from giaouoc.programme.actions.activities import add_activity

from .pacts import drafted, frozen, sealed

UNITS = ("CQD", "UBND", "CA", "QS", "DHQG")
MEMBERS = {f"{role}:{code}" for code in UNITS for role in ("secretary", "leader", "assessor")}
WRITER = {"secretary:CQD"}
HEAD = WRITER | {"leader:CQD"}
HEAD_UNIT = HEAD | {"assessor:CQD"}
READERS = MEMBERS | {"observer"}


def activity(world: Any) -> Any:
    by = world.mandate("secretary:CQD")
    return add_activity(world.year, by=by, now=world.now, kind="other", title="Việc chung")


def commitment(world: Any) -> Any:
    return drafted(world).commitments.all()[0]


def year(world: Any) -> Any:
    return world.year


TABLE: list[tuple[str, Callable[[Any], Any], set[str]]] = [
    ("can_see_programme", year, READERS),
    ("can_add_activity", year, WRITER),
    ("can_take_activities", year, WRITER),
    ("can_change_activity", activity, WRITER),
    ("can_remove_activity", activity, WRITER),
    ("can_draft_pact", year, WRITER),
    ("can_change_pact", drafted, WRITER),
    ("can_change_commitment", commitment, WRITER),
    ("can_freeze_pact", drafted, HEAD),
    ("can_cancel_pact", drafted, HEAD),
    ("can_cancel_pact", frozen, HEAD),
    ("can_cancel_pact", sealed, set()),
    ("can_read_pact", drafted, HEAD_UNIT),
    ("can_read_pact", frozen, READERS),
    ("can_read_pact", sealed, READERS),
]


@pytest.mark.parametrize(("verb", "setup", "allowed"), TABLE, ids=[f"{row[0]}-{row[1].__name__}" for row in TABLE])
def test_each_act_is_for_its_roles_alone(world: Any, verb: str, setup: Callable[[Any], Any], allowed: set[str]) -> None:
    obj, may = setup(world), getattr(access, verb)
    assert {key for key in world.roles if may(world.mandate(key), obj, world.now)} == allowed
    assert not may(None, obj, world.now)
    assert all(str(may(world.mandate(key), obj, world.now).reason) for key in set(world.roles) - allowed)


def test_the_table_is_complete() -> None:
    verbs = {name for name in dir(access) if name.startswith("can_")}
    assert verbs == {row[0] for row in TABLE}


def test_i05_the_draft_of_the_head_unit_looks_to_others_like_none(world: Any) -> None:
    pact = drafted(world)
    number = pact.commitments.all()[0].pk
    for key in set(world.roles) - HEAD_UNIT:
        by = world.mandate(key)
        with pytest.raises(NotFound):
            access.get_pact_for(by, world.year, world.now)
        with pytest.raises(NotFound):
            access.get_version_for(by, world.year, world.now, 1)
        with pytest.raises(NotFound):
            access.get_commitment_for(by, world.year, world.now, number)
