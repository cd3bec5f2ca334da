"""A unit marks itself present by the code that the room's screen shows: its own, on the day, with the code of now."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from giaouoc.audit.models import AuditEvent
from giaouoc.lib.errors import Invalid, NotAllowed
from giaouoc.meetings.actions.attendance import confirm_representation, mark_own_presence
from giaouoc.meetings.models import Attendance, Meeting
from giaouoc.meetings.room import screen_of
from giaouoc.meetings.views.attendance import TRIES

from . import stage


@pytest.fixture
def awaiting(world: Any) -> Meeting:
    """The day of the conference, the screen is open, nobody is there yet."""
    return stage.screened(world, stage.day(world, stage.convened(world), []))


def shown(world: Any, meeting: Meeting) -> str:
    """The code as it stands on the screen."""
    return screen_of(meeting, world.now).code


def test_the_leader_types_the_code_at_the_short_address(world: Any, client: Any, awaiting: Meeting) -> None:
    world.sign_in(client, "leader:CA")
    assert "Sáu chữ số" in client.get("/co-mat/").content.decode()
    answer = client.post("/co-mat/", {"ma": shown(world, awaiting)})
    assert answer.url == awaiting.get_absolute_url()
    [row] = [one for one in Attendance.objects.filter(meeting=awaiting) if one.is_present]
    assert (row.unit.code, row.by_code, row.representative) == ("CA", True, "Trưởng Ban")
    assert AuditEvent.objects.filter(verb="meetings.present_by_code").count() == 1
    client.post("/co-mat/", {"ma": shown(world, awaiting)})  # pressed again, nothing more happens
    assert AuditEvent.objects.filter(verb="meetings.present_by_code").count() == 1


def test_a_code_is_taken_for_a_minute_after_it_has_left_the_screen(world: Any, awaiting: Meeting) -> None:
    code = shown(world, awaiting)
    world.pass_time(minutes=1)
    assert shown(world, awaiting) != code
    mark_own_presence(awaiting, code, by=world.mandate("leader:CA"), now=world.now)
    world.pass_time(minutes=1)
    with pytest.raises(Invalid, match="đã đổi"):
        mark_own_presence(awaiting, code, by=world.mandate("leader:QS"), now=world.now)


def test_a_wrong_code_is_said_beside_the_box_and_many_are_stopped(world: Any, client: Any, awaiting: Meeting) -> None:
    cache.clear()
    world.sign_in(client, "leader:CA")
    wrong = "000000" if shown(world, awaiting) != "000 000" else "111111"
    for _try in range(TRIES):
        answer = client.post("/co-mat/", {"ma": wrong})
        assert answer.status_code == 422
    assert "Mã không đúng hoặc đã đổi" in answer.content.decode()
    assert client.post("/co-mat/", {"ma": shown(world, awaiting)}).status_code == 429
    assert not any(one.is_present for one in Attendance.objects.all())
    cache.clear()


def test_only_who_votes_for_the_unit_marks_it(world: Any, awaiting: Meeting) -> None:
    code, person = shown(world, awaiting), world.mandate("assessor:CA")
    with pytest.raises(NotAllowed, match="người được ủy quyền"):
        mark_own_presence(awaiting, code, by=person, now=world.now)
    confirm_representation(
        awaiting,
        world.unit("CA"),
        by=world.mandate("leader:CA"),
        now=world.now,
        representative="Phó Trưởng Ban",
        delegation="05-UQ",
        delegate=person,
    )
    assert mark_own_presence(awaiting, code, by=person, now=world.now).unit.code == "CA"


@pytest.mark.parametrize("when", ["before the day", "no screen", "closed"])
def test_no_code_is_shown_or_taken(world: Any, client: Any, when: str) -> None:
    meeting = stage.convened(world)
    if when == "before the day":
        stage.screened(world, meeting)
    elif when == "no screen":
        stage.day(world, meeting, [])
    else:
        meeting = stage.screened(world, stage.closed(world, stage.sitting(world, meeting=meeting)))
    assert shown(world, meeting) == ""
    world.sign_in(client, "leader:CA")
    assert client.get("/co-mat/").status_code == 403


def test_the_code_leaves_the_screen_once_everybody_is_there(world: Any) -> None:
    assert shown(world, stage.screened(world, stage.sitting(world))) == ""
