"""Planning a conference, its agenda, its invitation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from giaouoc.audit.trail import history_of
from giaouoc.documents.actions.tabling import withdraw_document
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.meetings.actions.inviting import convene_meeting
from giaouoc.meetings.actions.planning import (
    add_item,
    change_item,
    change_meeting,
    move_item,
    plan_meeting,
    put_document_on_agenda,
    remove_item,
)
from giaouoc.meetings.models import Meeting
from giaouoc.meetings.states import MeetingState
from giaouoc.notices.models import Message

from . import stage


def titles(meeting: Meeting) -> list[str]:
    return list(meeting.agenda.order_by("position", "pk").values_list("title", flat=True))


def plan(world: Any, title: str = stage.TITLE, **options: Any) -> Meeting:
    starts = world.now + timedelta(days=30)
    by = world.mandate("secretary:CQD")
    return plan_meeting(world.year, title, by=by, now=world.now, **({"starts_at": starts, "venue": "A"} | options))


def test_two_conferences_of_one_name_have_two_addresses(world: Any) -> None:
    assert [plan(world).slug, plan(world).slug] == [stage.SLUG, f"{stage.SLUG}-2"]
    assert plan(world, "Mới").slug == "moi-2"  # the address of the form is taken


def test_a_conference_needs_a_name_and_invites_the_supervising_body(world: Any) -> None:
    with pytest.raises(Invalid, match="tên hội nghị"):
        plan(world, "  ")
    assert plan(world).guests == "Ban Tuyên giáo và Dân vận Thành ủy TPHCM"


def test_a_member_plans_nothing(world: Any) -> None:
    with pytest.raises(NotAllowed):
        plan_meeting(world.year, "Họp", by=world.mandate("leader:CA"), now=world.now, starts_at=world.now)


def test_items_move_up_and_down_also_after_one_was_taken_off(world: Any) -> None:
    meeting, by = plan(world), world.mandate("secretary:CQD")
    items = [add_item(meeting, title, by=by, now=world.now) for title in ("Một", "Hai", "Ba", "Bốn")]
    remove_item(items[1], by=by, now=world.now)
    last = meeting.agenda.get(title="Bốn")
    move_item(last, last.position - 1, by=by, now=world.now)
    assert titles(meeting) == ["Một", "Bốn", "Ba"]
    move_item(last, 99, by=by, now=world.now)
    assert titles(meeting) == ["Một", "Ba", "Bốn"]
    move_item(last, -3, by=by, now=world.now)
    assert titles(meeting) == ["Bốn", "Một", "Ba"]
    change_item(last, "Kết luận", by=by, now=world.now)
    assert titles(meeting)[0] == "Kết luận"
    with pytest.raises(Invalid):
        change_item(last, "", by=by, now=world.now)


def test_an_item_at_which_something_was_said_stays(world: Any) -> None:
    note = stage.noted(world)
    with pytest.raises(WrongState, match="không bỏ được"):
        remove_item(note.item, by=world.mandate("secretary:CQD"), now=world.now)


def test_only_a_tabled_text_comes_on_the_agenda(world: Any) -> None:
    from giaouoc.documents.tests import stage as texts

    meeting, by = plan(world), world.mandate("secretary:CQD")
    draft = texts.draft(world).document
    with pytest.raises(WrongState, match="đã trình"):
        add_item(meeting, "Quy chế", by=by, now=world.now, document=draft)
    assert titles(meeting) == []  # the item that could not have its text was not kept either


def test_the_item_keeps_the_tabled_version_and_its_hash(world: Any) -> None:
    document = stage.tabled(world)
    meeting = stage.planned(world, document=document)
    assert stage.item(meeting).version == document.versions.get()
    event = next(one for one in history_of(meeting) if one.verb == "meetings.put_document")
    assert document.versions.get().content_hash[:8].upper() in event.sentence


def test_a_withdrawn_text_cannot_be_put_under_an_item(world: Any) -> None:
    document = stage.tabled(world)
    meeting = stage.planned(world, document=document)
    withdraw_document(document, by=world.mandate("leader:CQD"), now=world.now, reason="Soạn lại")
    with pytest.raises(WrongState, match="đã trình"):
        put_document_on_agenda(stage.item(meeting), document, by=world.mandate("secretary:CQD"), now=world.now)


def test_the_invitation_reaches_every_member_and_the_supervising_body(world: Any) -> None:
    meeting = stage.convened(world)
    got = set(Message.objects.filter(subject__startswith="Giấy mời").values_list("to__email", flat=True))
    assert got == {world.mandate(key).user.email for key in world.roles if key[:2] in {"se", "le", "ob"}}
    assert meeting.attendance.count() == 5
    assert next(one.sentence for one in history_of(meeting)) == "đã gửi giấy mời tới 5 đơn vị"


def test_a_late_invitation_is_sent_and_the_trail_says_late_with_the_clause(world: Any) -> None:
    stage.rule(world, "convene.min_days", 5, "khoản 4 Điều 14 Quy chế")
    meeting = stage.planned(world, days=6)  # Thursday 05-02 for Wednesday 11-02: the last day was 04-02
    convene_meeting(meeting, by=world.mandate("secretary:CQD"), now=world.now)
    assert next(one.sentence for one in history_of(meeting)) == (
        "đã gửi giấy mời tới 5 đơn vị, muộn so với hạn 04-02-2026 (khoản 4 Điều 14 Quy chế)"
    )


def test_an_invitation_on_the_last_day_is_not_late(world: Any) -> None:
    stage.rule(world, "convene.min_days", 5)
    meeting = stage.planned(world, days=7)
    convene_meeting(meeting, by=world.mandate("secretary:CQD"), now=world.now)
    assert history_of(meeting)[0].verb == "meetings.convene"


def test_nobody_is_invited_to_nothing_nowhere_or_yesterday(world: Any) -> None:
    by = world.mandate("secretary:CQD")
    empty = plan(world)
    with pytest.raises(Invalid, match="chưa có mục"):
        convene_meeting(empty, by=by, now=world.now)
    nowhere = plan(world, venue=" ")
    add_item(nowhere, "Một", by=by, now=world.now)
    with pytest.raises(Invalid, match="địa điểm"):
        convene_meeting(nowhere, by=by, now=world.now)
    gone = plan(world, starts_at=world.now - timedelta(minutes=1))
    add_item(gone, "Một", by=by, now=world.now)
    with pytest.raises(Invalid, match="đã qua"):
        convene_meeting(gone, by=by, now=world.now)
    assert not Message.objects.exists()


def test_an_invitation_is_sent_once(world: Any) -> None:
    meeting = stage.convened(world)
    with pytest.raises(WrongState, match="đã được gửi"):
        convene_meeting(meeting, by=world.mandate("secretary:CQD"), now=world.now)


def test_who_was_invited_is_told_of_a_new_hour(world: Any) -> None:
    meeting = stage.convened(world)
    before = Message.objects.count()
    facts = {"title": meeting.title, "venue": meeting.venue, "guests": meeting.guests}
    change_meeting(meeting, by=world.mandate("secretary:CQD"), now=world.now, starts_at=meeting.starts_at, **facts)
    assert Message.objects.count() == before  # nothing that they need to know
    later = meeting.starts_at + timedelta(days=1)
    change_meeting(meeting, by=world.mandate("secretary:CQD"), now=world.now, starts_at=later, **facts)
    assert Message.objects.filter(subject__startswith="Đổi thời gian").count() == 11


def test_the_hour_of_an_open_conference_does_not_change(world: Any) -> None:
    meeting = stage.sitting(world)
    facts = {"title": "Hội nghị", "venue": "B", "guests": ""}
    with pytest.raises(Invalid, match="đã khai mạc"):
        change_meeting(
            meeting,
            by=world.mandate("secretary:CQD"),
            now=world.now,
            starts_at=meeting.starts_at + timedelta(hours=1),
            **facts,
        )
    change_meeting(meeting, by=world.mandate("secretary:CQD"), now=world.now, starts_at=meeting.starts_at, **facts)
    assert Meeting.objects.get().venue == "B"


def test_after_the_close_neither_facts_nor_agenda_change(world: Any) -> None:
    meeting, by = stage.closed(world), world.mandate("secretary:CQD")
    assert meeting.state == MeetingState.CLOSED
    with pytest.raises(WrongState, match="bế mạc"):
        add_item(meeting, "Thêm", by=by, now=world.now)
    with pytest.raises(WrongState, match="bế mạc"):
        change_meeting(meeting, by=by, now=world.now, title="X", starts_at=world.now, venue="", guests="")


@pytest.mark.parametrize("year", [1, 2023, 2029, 9999])
def test_a_conference_is_held_in_or_near_its_year(world: Any, year: int) -> None:
    by = world.mandate("secretary:CQD")
    meeting = stage.planned(world)
    far = meeting.starts_at.replace(year=year)
    with pytest.raises(Invalid) as refused:
        plan_meeting(world.year, "Hội nghị khác", by=by, now=world.now, starts_at=far)
    assert refused.value.field == "starts_at"
    with pytest.raises(Invalid):
        change_meeting(meeting, by=by, now=world.now, title="Hội nghị", starts_at=far, venue="", guests="")
