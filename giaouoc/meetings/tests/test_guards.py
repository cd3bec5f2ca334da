"""What nobody may do beside the rules: leak, overwrite, extend, approve unread, send twice."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from giaouoc.clusters.models import Role
from giaouoc.directives.actions.recording import record_directive
from giaouoc.directives.actions.tasks import assign_task, cancel_task, change_task
from giaouoc.directives.models import DirectiveTask
from giaouoc.documents.actions.answers import publish_answer, publish_answers
from giaouoc.documents.actions.tabling import table_document, table_without_consultation, withdraw_document
from giaouoc.documents.models import Adoption, Document, Response
from giaouoc.documents.tests import stage as texts
from giaouoc.lib.errors import DomainError, NotAllowed, WrongState
from giaouoc.meetings.actions.attendance import confirm_representation
from giaouoc.meetings.actions.balloting import cast_item_paper, open_item_ballot, void_item_ballot
from giaouoc.meetings.actions.deciding import cast_vote, declare_decision, open_decision
from giaouoc.meetings.actions.floor import add_floor_edit, check_final_text, confirm_final_text
from giaouoc.meetings.actions.planning import add_item, plan_meeting
from giaouoc.meetings.minutes import paper_of
from giaouoc.meetings.models import AgendaItem, AgendaNote, Attendance, Meeting
from giaouoc.meetings.queries import left_to_the_meeting

from . import stage

pytestmark = pytest.mark.once


def chair(world: Any) -> Any:
    return world.mandate("leader:CQD")


def secretary(world: Any) -> Any:
    return world.mandate("secretary:CQD")


def again(document: Document) -> Document:
    return Document.objects.select_related("year__cluster", "drafting_unit").get(pk=document.pk)


def sent_back(world: Any, document: Document) -> Meeting:
    """The conference rejects the text: it is drafted on."""
    meeting = stage.sitting(world, meeting=stage.convened(world, document=document))
    decision = open_decision(stage.item(meeting), by=chair(world), now=world.now)
    stage.votes(world, decision, CQD="no", UBND="no", CA="no", QS="no", DHQG="no")
    declare_decision(decision, by=chair(world), now=world.now)
    return meeting


def delegated(world: Any, meeting: Meeting) -> Any:
    who = world.mandate("secretary:CA")
    confirm_representation(
        meeting,
        world.unit("CA"),
        by=world.mandate("leader:CA"),
        now=world.now,
        representative="Phó Trưởng ban",
        delegation="05-UQ ngày 01-3-2026",
        delegate=who,
    )
    return who


def test_an_old_conference_does_not_tell_of_a_blind_round(world: Any, client: Any) -> None:
    document = stage.tabled(world)
    sent_back(world, document)
    version = again(document).versions.order_by("-ordinal").first()
    assert version is not None
    version.document = again(document)
    round_ = texts.open_round_on(world, version)
    answer = texts.answer(world, texts.said(world, round_, "CA"), "to_meeting", "Trình hội nghị.")
    about = "comment__submission__round__version__document__year__cluster"
    row = Response.objects.select_related(about, "comment__submission__unit").get(pk=answer.pk)
    publish_answer(row, by=chair(world), now=world.now)
    assert not any(left_to_the_meeting(AgendaItem.objects.select_related("version", "meeting")).values())
    page = world.sign_in(client, "leader:QS").get(world.url(f"hoi-nghi/{stage.SLUG}/")).content.decode()
    assert "Góp ý trình hội nghị" not in page


def tabled_with(world: Any, round_: Any, code: str) -> Document:
    """The text of this round before the conference, with a comment of this unit that is left to it."""
    comment = texts.said(world, round_, code)
    texts.closed(world, round_)
    texts.answer(world, comment, "to_meeting", "Trình hội nghị.")
    document = again(round_.version.document)
    publish_answers(document, by=chair(world), now=world.now)
    table_document(document, by=secretary(world), now=world.now)
    return document


def planned_for(world: Any, document: Document, title: str) -> Meeting:
    """A conference with this text as it is tabled now."""
    starts = world.now + timedelta(days=9)
    meeting = plan_meeting(
        world.year, title, by=secretary(world), now=world.now, starts_at=starts, venue="Hội trường A"
    )
    add_item(meeting, "Thông qua Quy chế", by=secretary(world), now=world.now, document=document)
    return meeting


def test_an_old_conference_stops_at_the_version_that_it_decided(world: Any, client: Any) -> None:
    document = tabled_with(world, texts.consulting(world), "CA")
    waiting = planned_for(world, document, "Hội nghị dự kiến sớm")
    old = stage.closed(world, sent_back(world, document))
    second = texts.draft(world, texts.regulation(second=True), document=again(document))
    world.pass_time(days=1)
    document = tabled_with(world, texts.open_round_on(world, second), "QS")
    new = planned_for(world, document, "Hội nghị lần hai")
    world.sign_in(client, "secretary:CQD")

    def left(meeting: Meeting) -> list[str]:
        page = client.get(meeting.get_absolute_url()).content.decode()
        return re.findall(
            r"\((CA|Công an[^),]*|QS|Quân sự[^),]*)[,)]", page.partition("Góp ý trình hội nghị:")[2][:600]
        )

    assert len(left(new)) == 2  # what the room has to settle of both rounds
    assert len(left(waiting)) == 1  # its item has the earlier version still, and the page says so
    assert "Bản đã trình nay là bản khác" in client.get(waiting.get_absolute_url()).content.decode()
    assert len(left(old)) == 1 and left(old)[0].startswith("Công an")
    minutes = paper_of(old, secretary(world), world.now).agenda[0].said
    assert [("Công an" in one.text, "Quân sự" in one.text) for one in minutes if "trình hội nghị" in one.text] == [
        (True, False)
    ]
    page = client.get(old.get_absolute_url()).content.decode()
    assert "Bản đã trình nay là bản khác" not in page
    assert f'{document.get_absolute_url()}du-thao/1/"' in page and f'href="{document.get_absolute_url()}"' not in page
    decision = client.get(old.url("bieu-quyet", old.agenda.get().decisions.get().pk)).content.decode()
    assert f'{document.get_absolute_url()}du-thao/1/"' in decision

    meeting = stage.sitting(world, meeting=new)
    item = stage.item(meeting)
    assert item.version is not None
    at = item.version.texts.filter(kind="paragraph")[0]
    add_floor_edit(item, at, "reword", "Câu chữ của hội nghị.", by=secretary(world), now=world.now)
    row = stage.votes(world, open_decision(item, by=chair(world), now=world.now), **dict.fromkeys(stage.ALL, "yes"))
    declare_decision(row, by=chair(world), now=world.now)
    pages = [client.get(one.get_absolute_url()).content.decode() for one in (old, new)]
    assert ["chờ người chủ trì chốt" in one for one in pages] == [False, True]
    item.refresh_from_db()
    check_final_text(stage.item(meeting), by=secretary(world), now=world.now)
    confirm_final_text(stage.item(meeting), by=chair(world), now=world.now)
    pages = [client.get(one.get_absolute_url()).content.decode() for one in (old, new)]
    drafts = [set(re.findall(rf"{document.get_absolute_url()}du-thao/(\d)/", one)) for one in pages]
    assert drafts == [{"1"}, {"3"}]  # the second conference is not over: its item leads to the text itself


def test_a_round_on_the_same_version_after_the_conference_is_not_told_on_its_page(world: Any, client: Any) -> None:
    document = tabled_with(world, texts.consulting(world), "CA")
    old = stage.closed(world, sent_back(world, document))
    world.pass_time(days=1)
    version = again(document).versions.get()
    version.document = again(document)
    tabled_with(world, texts.open_round_on(world, version), "QS")
    page = world.sign_in(client, "leader:QS").get(old.get_absolute_url()).content.decode()
    told = page.partition("Góp ý trình hội nghị:")[2].partition("</p>")[0]
    assert "Công an" in told and "Quân sự" not in told


def test_a_kept_promise_is_not_dropped_after_a_send_back(world: Any) -> None:
    """Accepted, tabled, rejected; the next draft restores the old clause: it does not go to the room past the gate."""
    round_ = texts.consulting(world)
    comment = texts.said(world, round_)
    texts.closed(world, round_)
    document = round_.version.document
    texts.draft(world, texts.regulation(second=True), document=document)
    texts.answer(world, comment, "accepted", "")
    publish_answers(document, by=chair(world), now=world.now)
    table_document(document, by=secretary(world), now=world.now)
    document.year = world.year
    sent_back(world, document)
    texts.draft(world, texts.regulation(), document=again(document))
    with pytest.raises(WrongState, match="tiếp thu"):
        table_without_consultation(again(document), by=chair(world), now=world.now, reason="Gấp")


def test_a_task_is_changed_by_who_asked_and_never_by_who_owes_it(world: Any) -> None:
    observer = world.mandate("observer")
    day = world.now.date()
    said = record_directive(world.year, "Báo cáo số liệu", "Trưởng ban", by=observer, now=world.now, given_on=day)
    own = assign_task(said, world.unit("CQD"), "Báo cáo", "10 báo cáo", day + timedelta(3), by=observer, now=world.now)
    world.pass_time(days=10)
    for act in (
        lambda: change_task(own, "Thôi", "0", day + timedelta(40), by=secretary(world), now=world.now),
        lambda: cancel_task(own, "Thôi", by=secretary(world), now=world.now),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert own.is_overdue(world.now)
    type(observer).objects.filter(year=world.year, role=Role.OBSERVER).update(
        until=day
    )  # nobody of that body has an account
    other = assign_task(said, world.unit("CA"), "Báo cáo", "1", day + timedelta(20), by=secretary(world), now=world.now)
    change_task(other, "Báo cáo", "2", day + timedelta(20), by=secretary(world), now=world.now)
    with pytest.raises(NotAllowed):
        change_task(own, "Thôi", "0", day + timedelta(40), by=secretary(world), now=world.now)


def test_a_text_under_vote_is_not_withdrawn(world: Any) -> None:
    decision = stage.deciding(world)
    stage.votes(world, decision, CQD="yes", UBND="yes", CA="yes", QS="yes")
    document = Document.objects.select_related("year__cluster", "drafting_unit").get()
    with pytest.raises(WrongState, match="đang biểu quyết"):
        withdraw_document(document, by=chair(world), now=world.now, reason="Rút")
    stage.votes(world, decision, DHQG="no")
    declare_decision(decision, by=chair(world), now=world.now)
    assert Document.objects.get().state == "adopted"


def test_nor_while_its_secret_ballot_is_open(world: Any, settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    row = open_item_ballot(stage.item(stage.sitting(world)), "text", "detached", by=chair(world), now=world.now)
    document = Document.objects.select_related("year__cluster", "drafting_unit").get()
    with pytest.raises(WrongState, match="đang biểu quyết"):
        withdraw_document(document, by=chair(world), now=world.now, reason="Rút")
    void_item_ballot(row, by=chair(world), now=world.now, reason="Rút văn bản")
    withdraw_document(document, by=chair(world), now=world.now, reason="Rút")
    assert Document.objects.get().state == "withdrawn"


def test_the_table_is_fixed_also_for_a_text_confirmed_after_the_minutes(world: Any) -> None:
    document = texts.responded(world)
    table_document(document, by=secretary(world), now=world.now)
    document.year = world.year
    meeting = stage.sitting(world, meeting=stage.convened(world, document=document))
    one = stage.item(meeting)
    assert one.version is not None
    add_floor_edit(
        one,
        one.version.texts.filter(kind="paragraph").first(),
        "reword",
        "Lời mới.",
        by=secretary(world),
        now=world.now,
    )
    decision = open_decision(one, by=chair(world), now=world.now)
    stage.votes(world, decision, CQD="yes", UBND="yes", CA="yes", QS="yes", DHQG="yes")
    declare_decision(decision, by=chair(world), now=world.now)
    stage.written(world, meeting)
    Meeting.objects.update(state="recorded")  # as an older program approved them, which did not wait for the text
    item = AgendaItem.objects.select_related("document__year__cluster", "version", "meeting__year__cluster").get(
        pk=one.pk
    )
    check_final_text(item, by=secretary(world), now=world.now)
    confirm_final_text(item, by=chair(world), now=world.now)
    assert Adoption.objects.get(document=document).table_word is not None


def test_who_gave_the_vote_away_does_not_vote_as_well(world: Any) -> None:
    meeting = stage.sitting(world)
    who = delegated(world, meeting)
    decision = open_decision(stage.item(meeting), by=chair(world), now=world.now)
    cast_vote(decision, world.unit("CA"), "yes", by=who, now=world.now)
    with pytest.raises(DomainError):
        cast_vote(decision, world.unit("CA"), "no", by=world.mandate("leader:CA"), now=world.now)


def test_nor_casts_a_secret_paper_beside_the_delegate(world: Any, settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    meeting = stage.sitting(world)
    who = delegated(world, meeting)
    row = open_item_ballot(stage.item(meeting), "motion", "detached", by=chair(world), now=world.now, motion="Việc")
    with pytest.raises(DomainError):
        cast_item_paper(row, world.unit("CA"), [0], by=world.mandate("leader:CA"), now=world.now)
    cast_item_paper(row, world.unit("CA"), [0], by=who, now=world.now)
    assert row.ballot.papers.count() == 1


def test_nobody_but_its_leader_takes_a_units_vote_from_its_delegate(world: Any) -> None:
    meeting = stage.sitting(world)
    who = delegated(world, meeting)
    decision = open_decision(stage.item(meeting), by=chair(world), now=world.now)
    whole = {"now": world.now, "representative": "Phó Trưởng ban", "delegation": "05-UQ ngày 01-3-2026"}
    confirm_representation(meeting, world.unit("CA"), by=secretary(world), **whole)
    cast_vote(decision, world.unit("CA"), "no", by=who, now=world.now)
    confirm_representation(meeting, world.unit("CA"), by=world.mandate("leader:CA"), **whole)
    assert not Attendance.objects.exclude(delegate=None).exists()


def test_minutes_are_not_approved_unread(world: Any, client: Any) -> None:
    meeting = stage.written(world)
    leader = world.sign_in(client, "leader:CQD")
    at = world.url(f"hoi-nghi/{stage.SLUG}/bien-ban/phe-duyet/")
    leader.post(at)
    meeting.refresh_from_db()
    assert meeting.state == "closed"
    leader.post(at, {"doc": meeting.minutes.sha256})
    meeting.refresh_from_db()
    assert meeting.state == "recorded"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_of_another_age_is_a_sentence(world: Any, client: Any, day: str) -> None:
    version = texts.draft(world)
    page = world.sign_in(client, "leader:CQD").post(
        world.url(f"van-ban/{version.document.slug}/lay-y-kien/"), {"day": day, "hour": "00:00", "xac_nhan": "1"}
    )
    assert page.status_code == 422
    assert "kiểm tra lại ngày" in page.content.decode()


def test_a_refused_paper_changes_no_item(world: Any, client: Any) -> None:
    meeting = stage.planned(world)
    one = stage.item(meeting)
    words = {"title": "Tên khác", "begins": "", "document": one.document_id}
    paper = SimpleUploadedFile("a.pdf", b"no pdf")
    answer = world.sign_in(client, "secretary:CQD").post(meeting.url("muc", one.pk), words | {"papers": paper})
    assert answer.status_code == 422
    assert AgendaItem.objects.get(pk=one.pk).title == one.title


def test_what_is_sent_twice_stands_once(world: Any, client: Any) -> None:
    said = record_directive(
        world.year, "Lời", "Trưởng ban", by=world.mandate("observer"), now=world.now, given_on=world.now.date()
    )
    one = stage.item(stage.sitting(world))
    head = world.sign_in(client, "secretary:CQD")
    plan = {"title": "Họp", "starts_at": "2026-12-30T08:00", "venue": "A", "guests": "B"}
    for _time in range(2):
        head.post(one.meeting.url("muc", one.pk, "y-kien"), {"unit": "", "speaker": "A", "text": "Một lời"})
        head.post(world.url("hoi-nghi/moi/"), plan)
    assert AgendaNote.objects.count() == 1
    assert Meeting.objects.filter(title="Họp").count() == 1
    observer = world.sign_in(client, "observer")
    task = {"units": world.unit("CA").pk, "text": "b", "measure": "c", "due": "2027-01-01"}
    for _time in range(2):
        observer.post(said.get_absolute_url() + "giao/", task)
    assert DirectiveTask.objects.count() == 1
