"""A conference takes a break: nothing is decided in it, and the minutes tell of it."""

from __future__ import annotations

from typing import Any

import pytest

from giaouoc.lib.errors import NotAllowed, WrongState
from giaouoc.meetings.actions.balloting import open_item_ballot
from giaouoc.meetings.actions.deciding import (
    close_meeting,
    open_decision,
    pause_meeting,
    resume_meeting,
    void_decision,
)
from giaouoc.meetings.minutes import paper_of
from giaouoc.meetings.models import Meeting
from giaouoc.meetings.room import screen_of

from . import stage


def test_in_a_break_nothing_is_put_to_a_decision(world: Any, client: Any) -> None:
    meeting = stage.sitting(world)
    by = {"by": world.mandate("leader:CQD"), "now": world.now}
    with pytest.raises(WrongState, match="không tạm nghỉ"):
        resume_meeting(meeting, **by)
    decision = open_decision(stage.item(meeting), **by)
    with pytest.raises(WrongState, match="chưa công bố"):
        pause_meeting(meeting, **by)
    void_decision(decision, **by, reason="Nghỉ trước")
    world.sign_in(client, "leader:CQD")
    assert "Tạm nghỉ" in client.get(meeting.get_absolute_url()).content.decode()
    client.post(f"{meeting.get_absolute_url()}tam-nghi/")
    meeting.refresh_from_db()
    item = stage.item(meeting)
    assert screen_of(meeting, world.now).eyebrow == "Tạm nghỉ"
    for act in (
        lambda: open_decision(item, **by),
        lambda: open_item_ballot(item, "text", "detached", **by),
        lambda: close_meeting(meeting, **by),
        lambda: pause_meeting(meeting, **by),
    ):
        with pytest.raises(WrongState, match="đang tạm nghỉ từ"):
            act()
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "Họp tiếp" in page and "Hội nghị tạm nghỉ từ" in page
    assert meeting.state_label == "Tạm nghỉ"
    client.post(f"{meeting.get_absolute_url()}hop-tiep/")
    meeting.refresh_from_db()
    assert meeting.paused_since is None
    assert open_decision(stage.item(meeting), **by).state == "open"


@pytest.mark.parametrize("who", ["secretary:CQD", "leader:CA", "observer", "administrator"])
def test_only_the_chair_pauses_and_goes_on(world: Any, who: str) -> None:
    meeting = stage.sitting(world)
    with pytest.raises(NotAllowed):
        pause_meeting(meeting, by=world.mandate(who), now=world.now)
    pause_meeting(meeting, by=world.mandate("leader:CQD"), now=world.now)
    with pytest.raises(NotAllowed):
        resume_meeting(meeting, by=world.mandate(who), now=world.now)


def test_the_minutes_tell_of_breaks(world: Any) -> None:
    meeting, by = stage.sitting(world), world.mandate("leader:CQD")
    for _ in range(2):
        pause_meeting(meeting, by=by, now=world.pass_time(minutes=10))
        resume_meeting(meeting, by=by, now=world.pass_time(minutes=15))
    stage.closed(world, meeting)
    from giaouoc.documents.paper.minutes import minutes_data

    words = minutes_data(paper_of(meeting, world.mandate("secretary:CQD"), world.now))["closing"]
    assert words.count(" giờ ") >= 5 and words.startswith("Hội nghị tạm nghỉ từ ") and "; từ " in words


def test_nor_by_somebody_who_read_the_conference_before_the_break(world: Any) -> None:
    meeting = stage.sitting(world)
    by = {"by": world.mandate("leader:CQD"), "now": world.now}
    item = stage.item(meeting)
    assert item.meeting.paused_since is None
    pause_meeting(Meeting.objects.get(pk=meeting.pk), **by)
    for act in (lambda: open_decision(item, **by), lambda: open_item_ballot(item, "text", "detached", **by)):
        item.meeting.breaks = []
        with pytest.raises(WrongState, match="đang tạm nghỉ"):
            act()
