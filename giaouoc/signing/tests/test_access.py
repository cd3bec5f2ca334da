"""Who may do what in a signing round: every act with every role and with nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from giaouoc.audit.trail import SYSTEM
from giaouoc.clusters.models import Role
from giaouoc.signing import access
from giaouoc.signing.actions.sign import sign_slot
from giaouoc.signing.models import SigningRound, Slot
from giaouoc.signing.states import RoundState

from .rounds import open_round, sign, slot
from .test_stamps import own, stamped

HEAD = {"secretary:CQD", "leader:CQD"}
UNITS = ("CQD", "UBND", "CA", "QS", "DHQG")
MEMBERS = {f"{role}:{code}" for code in UNITS for role in ("secretary", "leader", "assessor")}

Setup = Callable[[Any], Any]


def signed(world: Any) -> SigningRound:
    """A round with all signatures and no seal."""
    round_ = open_round(world, ["CA", "QS"])
    SigningRound.objects.filter(pk=round_.pk).update(state=RoundState.SIGNED)
    round_.refresh_from_db()
    return round_


def to_stamp(world: Any) -> Slot:
    """A stamp's slot whose leader has signed."""
    world.add_clerk("CA", "QS")
    round_ = stamped(world)
    sign_slot(own(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
    return own(round_, "CA", Role.CLERK)


TABLE: list[tuple[str, Setup, set[str]]] = [
    ("can_open_signing_round", lambda world: world.year, HEAD),
    ("can_take_lease", lambda world: slot(open_round(world), "CA"), {"leader:CA"}),
    ("can_sign_slot", lambda world: slot(open_round(world), "CA"), {"leader:CA"}),
    ("can_sign_slot", to_stamp, {"clerk:CA"}),
    ("can_set_picture", lambda world: world.year, {f"leader:{code}" for code in UNITS}),
    ("can_refuse_slot", lambda world: slot(open_round(world), "CA"), {"leader:CA"}),
    ("can_cancel_round", open_round, HEAD),
    ("can_seal_round", signed, HEAD),
    ("can_read_round", open_round, MEMBERS | {"observer"}),
]


@pytest.mark.parametrize(("verb", "setup", "allowed"), TABLE, ids=[row[0] for row in TABLE])
def test_each_act_is_for_its_roles_alone(world: Any, verb: str, setup: Setup, allowed: set[str]) -> None:
    obj, may = setup(world), getattr(access, verb)
    assert {key for key in world.roles if may(world.mandate(key), obj, world.now)} == allowed
    assert not may(None, obj, world.now)
    assert all(str(may(world.mandate(key), obj, world.now).reason) for key in set(world.roles) - allowed)


def test_the_table_is_complete() -> None:
    verbs = {name for name in dir(access) if name.startswith("can_")}
    assert verbs == {row[0] for row in TABLE} | {
        "can_download_sealed",
        "can_renew_seal",  # in test_renewal
        "can_set_accounts",  # below
        *("can_ask_phone", "can_resume_slot"),  # in test_phone
        *("can_begin_file", "can_return_file", "can_release_slot"),  # in test_returned_files
    }


def test_accounts_are_set_by_the_administrator_and_the_server_alone(world: Any) -> None:
    allowed = {key for key in world.roles if access.can_set_accounts(world.mandate(key), world.now)}
    assert allowed == {"administrator"}
    assert access.can_set_accounts(SYSTEM, world.now)
    assert not access.can_set_accounts(None, world.now)


def test_a_leader_of_another_year_signs_nothing(world: Any) -> None:
    leader = world.mandate("leader:CA")
    other = slot(open_round(world), "CA")
    leader.year_id = -1
    assert not access.can_sign_slot(leader, other, world.now)


def test_a_unit_that_left_signs_nothing(world: Any) -> None:
    mine = slot(open_round(world), "CA")
    world.year.memberships.filter(unit__code="CA").update(until=world.year.starts_on)
    verdict = access.can_sign_slot(world.mandate("leader:CA"), mine, world.now)
    assert not verdict
    assert "không còn là thành viên" in str(verdict.reason)


def test_the_system_may_seal_a_round_that_is_signed(world: Any) -> None:
    round_ = signed(world)
    assert access.can_seal_round(SYSTEM, round_, world.now)


def test_the_file_is_public_once_it_is_sealed(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    assert not access.can_download_sealed(round_)
    sign(world, round_, "CA", "QS")
    assert access.can_download_sealed(round_)
