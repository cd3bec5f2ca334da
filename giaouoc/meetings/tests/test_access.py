"""Who may do what: one row for each right, all roles of the world asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from giaouoc.ballots.access import marks_for
from giaouoc.clusters.models import Mandate, Membership, Year
from giaouoc.lib.errors import NotFound
from giaouoc.meetings import access
from giaouoc.meetings.actions.attendance import confirm_representation
from giaouoc.meetings.actions.balloting import open_item_ballot
from giaouoc.meetings.actions.deciding import pause_meeting
from giaouoc.meetings.actions.floor import check_final_text

from . import stage


@dataclass
class Case:
    """A right, what it is asked about, and the roles that have it; nobody else has."""

    can: Callable[..., Any]
    about: Callable[[Any], Any]
    who: set[str]


def _resting(world: Any) -> Any:
    meeting = stage.sitting(world)
    pause_meeting(meeting, by=world.mandate("leader:CQD"), now=world.now)
    return meeting


def _edited(world: Any) -> Any:
    from .test_floor import again, edited, voted

    item = stage.item(stage.sitting(world))
    edited(world, item)
    voted(world, item)
    return again(item)


def _checked(world: Any) -> Any:
    item = _edited(world)
    check_final_text(item, by=world.mandate("secretary:CQD"), now=world.now)
    return item


def _of(world: Any) -> Any:
    return world.unit("CA")


HEAD = {"secretary:CQD", "leader:CQD"}
CASES = {
    "plan": Case(access.can_plan, lambda w: w.year, HEAD),
    "prepare": Case(access.can_prepare, stage.planned, HEAD),
    "convene": Case(access.can_convene, stage.planned, HEAD),
    "cancel": Case(access.can_cancel, stage.planned, HEAD),
    "order_agenda": Case(access.can_order_agenda, stage.sitting, HEAD),
    "represent": Case(
        lambda by, obj, now: access.can_represent(by, obj, obj.year.memberships.get(unit__code="CA").unit, now),
        stage.convened,
        HEAD | {"secretary:CA", "leader:CA"},
    ),
    "give_vote": Case(
        lambda by, obj, now: access.can_give_vote(by, obj, obj.year.memberships.get(unit__code="CA").unit, now),
        stage.convened,
        {"leader:CA"},
    ),
    "mark_presence": Case(access.can_mark_presence, stage.convened, HEAD),
    "mark_present": Case(access.can_mark_present, lambda w: stage.day(w, stage.convened(w), []), HEAD),
    "mark_own_presence": Case(
        access.can_mark_own_presence,
        lambda w: stage.screened(w, stage.day(w, stage.convened(w), [])),
        {f"leader:{code}" for code in stage.ALL},
    ),
    "chair": Case(access.can_chair, stage.convened, {"leader:CQD"}),
    "open": Case(access.can_open, lambda w: stage.day(w, stage.convened(w), stage.ALL), {"leader:CQD"}),
    "open_decision": Case(access.can_open_decision, lambda w: stage.item(stage.sitting(w)), {"leader:CQD"}),
    "edit_floor": Case(access.can_edit_floor, lambda w: stage.item(stage.sitting(w)), HEAD),
    "vote": Case(
        lambda by, obj, now: access.can_vote(by, obj, obj.item.meeting.year.memberships.get(unit__code="CA").unit, now),
        stage.deciding,
        {"secretary:CQD", "leader:CA"},
    ),
    "declare": Case(access.can_declare, stage.deciding, {"leader:CQD"}),
    "open_ballot": Case(access.can_open_ballot, lambda w: stage.item(stage.sitting(w)), {"leader:CQD"}),
    "declare_ballot": Case(access.can_declare_ballot, stage.balloted, {"leader:CQD"}),
    "void_ballot": Case(access.can_void_ballot, stage.balloted, {"leader:CQD"}),
    "note": Case(access.can_note, stage.sitting, HEAD),
    "change_note": Case(access.can_change_note, stage.noted, HEAD),
    "follow_note": Case(access.can_follow_note, stage.asked, {"secretary:CQD", "observer"}),
    "run_room": Case(access.can_run_room, stage.planned, HEAD),
    "pause": Case(access.can_pause, stage.sitting, {"leader:CQD"}),
    "resume": Case(access.can_resume, _resting, {"leader:CQD"}),
    "close": Case(access.can_close, stage.sitting, {"leader:CQD"}),
    "write_minutes": Case(access.can_write_minutes, stage.closed, HEAD),
    "approve_minutes": Case(access.can_approve_minutes, stage.written, {"leader:CQD"}),
    "check_final": Case(access.can_check_final, _edited, {"secretary:CQD"}),
    "close_final": Case(access.can_close_final, _checked, {"leader:CQD"}),
    "return_final": Case(access.can_return_final, _edited, {"leader:CQD"}),
    "put_minutes_to_signing": Case(access.can_put_minutes_to_signing, stage.approved, HEAD),
}


@pytest.mark.parametrize("name", CASES)
def test_each_right_is_of_these_roles_and_of_nobody_else(world: Any, name: str) -> None:
    case = CASES[name]
    about = case.about(world)
    asked: dict[str, Mandate | None] = {key: world.mandate(key) for key in world.roles} | {"nobody": None}
    answers = {key: case.can(by, about, world.now) for key, by in asked.items()}
    assert {key for key, verdict in answers.items() if verdict} == case.who
    assert all(str(verdict.reason) for verdict in answers.values() if not verdict)


@pytest.mark.parametrize("name", CASES)
def test_a_mandate_of_another_year_has_no_right_here(world: Any, name: str) -> None:
    case = CASES[name]
    about = case.about(world)
    other = Year.objects.create(
        cluster=world.cluster,
        number=2027,
        starts_on=date(2027, 1, 1),
        ends_on=date(2027, 12, 31),
        opened_at=world.now,
    )
    for who in case.who:
        mine = world.mandate(who)
        role = "head" if mine.unit.code == "CQD" else "member"
        Membership.objects.get_or_create(
            year=other, unit=mine.unit, defaults={"role": role, "position": 0, "since": world.year.starts_on}
        )
        by = Mandate.objects.create(
            user=mine.user, year=other, unit=mine.unit, role=mine.role, since=world.year.starts_on
        )
        assert not case.can(by, about, world.now), who


def test_every_right_of_the_slice_stands_in_the_table() -> None:
    own = {name for name in dir(access) if getattr(getattr(access, name), "__module__", "") == access.__name__}
    assert {name.removeprefix("can_") for name in own if name.startswith("can_")} == set(CASES)


def _delegated(world: Any) -> Mandate:
    deputy: Mandate = world.mandate("leader:UBND")
    deputy.delegation_number, deputy.delegation_date = "07-UQ/BTGDV", world.now.date()
    deputy.save()
    return deputy


def test_the_deputy_chairs_with_a_written_delegation_and_not_without(world: Any) -> None:
    meeting = stage.day(world, stage.convened(world), stage.ALL)
    assert not access.can_open(world.mandate("leader:UBND"), meeting, world.now)
    assert access.can_open(_delegated(world), meeting, world.now)


def test_a_delegation_makes_no_chair_of_a_plain_member(world: Any) -> None:
    leader = world.mandate("leader:CA")
    leader.delegation_number = "07-UQ/BTGDV"
    leader.save()
    assert not access.can_chair(leader, stage.convened(world), world.now)


def test_a_person_to_whom_the_leader_gave_the_vote_votes(world: Any) -> None:
    meeting = stage.convened(world)
    confirm_representation(
        meeting,
        _of(world),
        by=world.mandate("leader:CA"),
        now=world.now,
        representative="Phó Trưởng Ban",
        delegation="05-UQ/BTGDV ngày 02-3-2026",
        delegate=world.mandate("assessor:CA"),
    )
    decision = stage.deciding(world, meeting=stage.sitting(world, meeting=meeting))
    assert access.can_vote(world.mandate("assessor:CA"), decision, _of(world), world.now)
    assert not access.can_vote(world.mandate("secretary:CA"), decision, _of(world), world.now)
    assert not access.can_vote(world.mandate("assessor:CA"), decision, world.unit("QS"), world.now)


def test_the_person_is_refused_before_the_state_is(world: Any) -> None:
    """Whoever may never do it is told so, and not that it is too late."""
    meeting = stage.written(world)
    for can in (access.can_prepare, access.can_open, access.can_close, access.can_note, access.can_write_minutes):
        assert not can(world.mandate("observer"), meeting, world.now).later
    assert access.can_prepare(world.mandate("secretary:CQD"), meeting, world.now).later


def test_what_one_may_not_know_is_not_there(world: Any) -> None:
    decision = stage.deciding(world)
    meeting = decision.item.meeting
    assert access.get_meeting_for(world.mandate("observer"), world.year, meeting.slug) == meeting
    assert access.get_decision_for(world.mandate("secretary:CA"), meeting, decision.pk) == decision
    for by in (None, world.mandate("administrator")):
        with pytest.raises(NotFound):
            access.get_meeting_for(by, world.year, meeting.slug)
        with pytest.raises(NotFound):
            access.get_decision_for(by, meeting, decision.pk)
    with pytest.raises(NotFound):
        access.get_meeting_for(world.mandate("observer"), world.year, "khong-co")


def test_the_vote_given_to_somebody_whose_mandate_ended_is_the_leaders_again(world: Any) -> None:
    meeting, leader, person = stage.convened(world), world.mandate("leader:CA"), world.mandate("assessor:CA")
    paper = {"representative": "Phó Trưởng Ban", "delegation": "05-UQ ngày 02-3-2026"}
    confirm_representation(meeting, _of(world), by=leader, now=world.now, delegate=person, **paper)
    stage.sitting(world, meeting=meeting)
    row = open_item_ballot(stage.item(meeting), "text", "detached", by=world.mandate("leader:CQD"), now=world.now)
    for may in (
        access.votes_for(leader, meeting, _of(world), world.now),
        marks_for(leader, row.ballot, _of(world), world.now),
    ):
        assert not may
    Mandate.objects.filter(pk=person.pk).update(until=world.now.date() - timedelta(days=1))
    assert access.votes_for(leader, meeting, _of(world), world.now)
    assert marks_for(leader, row.ballot, _of(world), world.now)
    assert not marks_for(person, row.ballot, _of(world), world.now)
    head = world.mandate("secretary:CQD")
    kept = confirm_representation(
        meeting, _of(world), by=head, now=world.now, representative=world.unit("CA").leader_post
    )
    assert kept.delegate is None
