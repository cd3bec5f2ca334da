"""The invitation: a paper, a letter with a file for the calendar that follows each change, the units' answers, calling off."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from django.core import mail
from icalendar import Calendar

from giaouoc.clusters.actions.years import set_papers_kind
from giaouoc.documents.paper.invitation import render_invitation
from giaouoc.documents.tests.paper_samples import pages_of, text_of
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.meetings.actions.attendance import confirm_representation, mark_absent
from giaouoc.meetings.actions.inviting import cancel_meeting, convene_meeting
from giaouoc.meetings.actions.planning import add_item, add_papers, change_meeting, move_item, remove_paper
from giaouoc.meetings.invitation import paper_of_invitation
from giaouoc.meetings.models import Attendance, Meeting
from giaouoc.notices.actions.send import send_mail_later
from giaouoc.notices.models import Message

from . import stage

PDF = b"%PDF-1.7\n%%EOF"


def change(world: Any, meeting: Meeting, **facts: Any) -> None:
    kept = {name: getattr(meeting, name) for name in ("title", "starts_at", "venue", "link", "guests")}
    change_meeting(meeting, by=world.mandate("secretary:CQD"), now=world.now, **kept | facts)


def invited(address: str = "lanhdao.ca@giaouoc.test") -> Any:
    """The newest letter's calendar as this person gets it."""
    message = Message.objects.filter(to__email=address).order_by("-pk")[0]
    mail.outbox.clear()
    send_mail_later.call([message.pk])
    name, content, kind = mail.outbox[0].attachments[0]
    assert name == "lich-hop.ics" and kind.startswith("text/calendar")
    calendar = Calendar.from_ical(content)
    assert calendar["method"] in kind
    return calendar


def test_the_letter_carries_the_conference_for_the_calendar(world: Any) -> None:
    meeting = stage.convened(world)
    calendar = invited()
    event = calendar.events[0]
    assert (calendar["method"], event["sequence"], event["status"]) == ("REQUEST", 0, "CONFIRMED")
    invited_at = event["dtstart"]
    assert invited_at.params["TZID"] == "Asia/Ho_Chi_Minh" and invited_at.dt == meeting.starts_at
    assert calendar.timezones and event["attendee"] == "mailto:lanhdao.ca@giaouoc.test"
    assert (event["location"], event["summary"]) == ("Hội trường A", stage.TITLE)
    uid = event["uid"]

    change(world, meeting, starts_at=meeting.starts_at + timedelta(hours=2))
    moved = invited().events[0]
    assert (moved["uid"], moved["sequence"], moved["dtstart"].dt) == (uid, 1, meeting.starts_at)

    cancel_meeting(meeting, "Trùng lịch của Thành ủy", by=world.mandate("secretary:CQD"), now=world.now)
    calendar = invited()
    gone = calendar.events[0]
    assert (calendar["method"], gone["uid"], gone["sequence"], gone["status"]) == ("CANCEL", uid, 2, "CANCELLED")
    assert "Trùng lịch của Thành ủy" in mail.outbox[0].body


def test_the_paper_names_hour_place_link_agenda_with_times_and_papers(world: Any, client: Any) -> None:
    meeting, by = stage.planned(world), world.mandate("secretary:CQD")
    item = add_item(meeting, "Báo cáo kết quả quý I", by=by, now=world.now, begins=time(8, 30))
    item.meeting = meeting
    add_papers(item, [("bao-cao-quy-1.pdf", PDF)], by=by, now=world.now)
    change(world, meeting, link="https://hop.giaouoc.test/cum17")
    words = text_of(render_invitation(paper_of_invitation(meeting, world.now)))
    for part in (
        "GIẤY MỜI",
        "8 giờ 00 phút",
        "Hội trường A",
        "https://hop.giaouoc.test/cum17",
    ):
        assert part in words
    for part in ("Báo cáo kết quả quý I", "08:30", "bao-cao-quy-1.pdf", "Thông qua Quy chế", "Công an"):
        assert part in words
    world.sign_in(client, "leader:CA")
    assert client.get(meeting.url("giay-moi") + "giay-moi.pdf").content.startswith(b"%PDF")
    assert b"METHOD:REQUEST" in client.get(meeting.url("giay-moi") + "lich-hop.ics").content
    assert client.get(meeting.url("muc", item.pk, "tai-lieu", item.papers.get().pk)).status_code == 200
    with pytest.raises(Invalid, match="không phải PDF"):
        add_papers(item, [("chay.exe", b"MZ")], by=by, now=world.now)
    remove_paper(item.papers.get(), by=by, now=world.now)
    assert not item.papers.exists()


def test_the_invitation_has_the_layout_of_the_day_and_body_that_sent_it(world: Any) -> None:
    meeting, by = stage.planned(world), world.mandate("secretary:CQD")
    words = text_of(render_invitation(paper_of_invitation(meeting, world.now)))
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in words
    admin, convening = world.mandate("administrator"), paper_of_invitation(meeting, world.now)
    set_papers_kind(world.cluster, "state", by=admin, now=world.now)
    meeting.year.cluster.refresh_from_db()
    assert paper_of_invitation(meeting, world.now).body_kind == "state"
    words = text_of(render_invitation(replace(convening, body_kind="state")))
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc" in words
    assert "Nơi nhận: - Như trên" in words
    convene_meeting(meeting, by=by, now=world.now)
    set_papers_kind(world.cluster, "party", by=admin, now=world.now)
    meeting.year.cluster.refresh_from_db()
    assert paper_of_invitation(meeting, world.now).body_kind == "state"  # as it was sent


def test_the_signature_of_an_invitation_never_stands_alone_on_its_page(world: Any) -> None:
    paper = paper_of_invitation(stage.planned(world), world.now)
    for items in range(4, 11):
        agenda = [
            replace(paper.agenda[0], title=f"Nội dung thứ {at}, nói rõ hơn một dòng để bảng dài thêm")
            for at in range(items)
        ]
        pages = pages_of(render_invitation(replace(paper, agenda=agenda)))
        assert "trước ngày họp" in next(page for page in pages if "Nơi nhận" in page), items


def test_a_conference_may_be_online_alone_but_not_nowhere(world: Any) -> None:
    meeting, by = stage.planned(world), world.mandate("secretary:CQD")
    change(world, meeting, venue="")
    with pytest.raises(Invalid, match="địa điểm hoặc liên kết"):
        convene_meeting(meeting, by=by, now=world.now)
    change(world, meeting, link="https://hop.giaouoc.test/cum17")
    convene_meeting(meeting, by=by, now=world.now)
    assert "hop.giaouoc.test" in Message.objects.latest("pk").body


def test_units_answer_themselves_and_the_head_sees_who_has_not(world: Any, client: Any) -> None:
    meeting = stage.convened(world)
    confirm_representation(meeting, world.unit("CA"), by=world.mandate("secretary:CA"), now=world.now)
    mark_absent(meeting, world.unit("QS"), by=world.mandate("leader:QS"), now=world.now, reason="Trực chiến")
    with pytest.raises(NotAllowed):
        mark_absent(meeting, world.unit("QS"), by=world.mandate("leader:CA"), now=world.now, reason="x")
    page = world.sign_in(client, "secretary:CQD").get(meeting.get_absolute_url()).content.decode()
    assert "sẽ dự" in page and "vắng: Trực chiến" in page
    silent = [world.unit(code).short_name for code in ("CQD", "UBND", "DHQG")]
    assert f"Chưa trả lời giấy mời: {', '.join(silent)}." in page

    mark_absent(meeting, world.unit("CA"), by=world.mandate("leader:CA"), now=world.now)  # thinks better of it
    confirm_representation(meeting, world.unit("QS"), by=world.mandate("leader:QS"), now=world.now)
    answers = dict(Attendance.objects.exclude(answer="").values_list("unit__code", "answer"))
    assert answers == {"CA": "away", "QS": "coming"}
    change(world, meeting, starts_at=meeting.starts_at + timedelta(days=1))  # another day: everybody is asked again
    assert not Attendance.objects.exclude(answer="").exists()


def test_only_before_it_has_begun_and_with_a_reason_a_conference_is_called_off(world: Any) -> None:
    by = world.mandate("secretary:CQD")
    meeting = stage.planned(world)
    with pytest.raises(Invalid, match="lý do"):
        cancel_meeting(meeting, " ", by=by, now=world.now)
    cancel_meeting(meeting, "Hoãn", by=by, now=world.now)
    assert not Message.objects.filter(subject__startswith="Không họp").exists()  # nobody had been invited
    with pytest.raises(WrongState):
        cancel_meeting(meeting, "Hoãn", by=by, now=world.now)
    with pytest.raises(WrongState):
        convene_meeting(meeting, by=by, now=world.now)


def test_the_agenda_is_put_in_another_order_in_the_room(world: Any, client: Any) -> None:
    meeting, by = stage.convened(world), world.mandate("secretary:CQD")
    second = add_item(meeting, "Trao đổi", by=by, now=world.now)
    stage.sitting(world, meeting=meeting)
    world.sign_in(client, "secretary:CQD")
    answer = client.post(meeting.url("muc", second.pk), {"viec": "len"})
    assert answer.url.endswith(f"#muc-{second.pk}")
    assert [one.title for one in meeting.agenda.all()] == ["Trao đổi", "Thông qua Quy chế"]
    second.meeting = meeting
    with pytest.raises(NotAllowed):
        move_item(second, 2, by=world.mandate("leader:CA"), now=world.now)
