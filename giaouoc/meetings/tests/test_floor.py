"""Edits from the floor: listed, decided on with the text, worked in by machine, confirmed by the chair."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from giaouoc.clusters.actions.hiding import hide_words, show_words
from giaouoc.clusters.models import Mandate
from giaouoc.documents.actions.imports import add_version
from giaouoc.documents.actions.tabling import table_without_consultation
from giaouoc.documents.models import Adoption, Document, DocumentVersion, ProvisionText, content_of
from giaouoc.documents.paper.minutes_word import render_minutes_word
from giaouoc.documents.rules.clause_tree import content_hash
from giaouoc.documents.states import DocumentState
from giaouoc.documents.tests import stage as texts
from giaouoc.lib.clock import local_date
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.meetings.actions.balloting import open_item_ballot
from giaouoc.meetings.actions.deciding import declare_decision, open_decision, void_decision
from giaouoc.meetings.actions.floor import (
    add_floor_edit,
    check_final_text,
    confirm_final_text,
    remove_floor_edit,
    return_final_text,
)
from giaouoc.meetings.actions.minutes import approve_minutes, write_minutes
from giaouoc.meetings.actions.planning import add_item, plan_meeting, put_document_on_agenda
from giaouoc.meetings.minutes import paper_of
from giaouoc.meetings.models import AgendaItem, FloorEdit, Meeting, MeetingDecision, ReturnedText
from giaouoc.meetings.todos import todos

from . import stage
from .test_minutes import word_words, words


def at(item: AgendaItem, path: str = "1/2") -> ProvisionText:
    return item.version.texts.get(path=path)


def edited(
    world: Any, item: AgendaItem, path: str = "1/2", act: str = "reword", text: str = "Lời của hội nghị."
) -> Any:
    return add_floor_edit(item, at(item, path), act, text, by=world.mandate("secretary:CQD"), now=world.now)


def voted(world: Any, item: AgendaItem, choice: str = "yes", method: str = "vote") -> MeetingDecision:
    by = world.mandate("leader:CQD")
    decision = open_decision(item, by=by, now=world.now, method=method)
    stage.votes(world, decision, CQD=choice, UBND=choice, CA=choice, QS=choice)
    declare_decision(decision, by=by, now=world.now)
    return decision


@pytest.fixture
def item(world: Any) -> AgendaItem:
    return stage.item(stage.sitting(world))


def again(item: AgendaItem) -> AgendaItem:
    return AgendaItem.objects.select_related("document__year__cluster", "version", "meeting__year__cluster").get(
        pk=item.pk
    )


def confirm(world: Any, item: AgendaItem) -> None:
    """Secretary and chair have read the text after the edits."""
    check_final_text(again(item), by=world.mandate("secretary:CQD"), now=world.now)
    confirm_final_text(again(item), by=world.mandate("leader:CQD"), now=world.now)


def test_the_text_adopted_is_the_tabled_one_with_the_listed_edits_and_nothing_else(
    world: Any, item: AgendaItem
) -> None:
    edited(world, item)
    edited(world, item, "1/3", "drop")
    decision = voted(world, item)
    document = Document.objects.get(pk=item.document_id)
    assert document.state == DocumentState.EDITED
    assert not Adoption.objects.exists()
    confirm(world, item)
    adoption = Adoption.objects.get()
    assert adoption.text_hash == decision.final_hash == content_hash(content_of(adoption.version))
    assert adoption.result.endswith("kèm 2 chỉnh sửa")
    before = {one.path: one.text for one in item.version.texts.all()}
    after = {one.path: one.text for one in adoption.version.texts.all()}
    assert {path for path in before | after if before.get(path) != after.get(path)} == {"1/2", "1/3"}
    assert after["1/2"] == "Lời của hội nghị." and "1/3" not in after


def test_a_clause_keeps_its_identity_through_the_edits(world: Any, item: AgendaItem) -> None:
    edited(world, item, "1/1", "add", "Khoản mới.")
    voted(world, item)
    final = DocumentVersion.objects.get(document=item.document_id, ordinal=2)
    assert final.texts.get(path="1/3").provision_id == at(item, "1/2").provision_id
    assert final.texts.get(path="1/2").text == "Khoản mới."


def test_a_text_that_waits_is_confirmed_by_secretary_and_chair_and_only_as_it_was_voted_on(
    world: Any, item: AgendaItem
) -> None:
    edited(world, item)
    voted(world, item)
    leader, secretary = world.mandate("leader:CQD"), world.mandate("secretary:CQD")
    with pytest.raises(NotAllowed):
        confirm_final_text(again(item), by=secretary, now=world.now)
    with pytest.raises(WrongState, match="chưa đối chiếu"):
        confirm_final_text(again(item), by=leader, now=world.now)
    with pytest.raises(NotAllowed):
        check_final_text(again(item), by=leader, now=world.now)
    check_final_text(again(item), by=secretary, now=world.now)
    with pytest.raises(WrongState, match="đã được đối chiếu"):
        check_final_text(again(item), by=secretary, now=world.now)
    final = DocumentVersion.objects.get(document=item.document_id, ordinal=2)
    from giaouoc.lib.engine import drop_guards, install_guards

    drop_guards()  # the database itself refuses it
    try:
        final.texts.filter(path="1/1").update(text="Lời bị tráo.")
    finally:
        install_guards()
    with pytest.raises(WrongState, match="khác bản đã trình"):
        confirm_final_text(again(item), by=leader, now=world.now)


def test_where_the_head_unit_has_no_secretary_the_chair_confirms_alone(
    world: Any, client: Any, item: AgendaItem
) -> None:
    edited(world, item)
    voted(world, item)
    world.mandate("secretary:CQD")
    world.sign_in(client, "leader:CQD")
    urls = [item.meeting.get_absolute_url(), item.meeting.url("muc", item.pk, "ban-cuoi")]
    assert "chờ thư ký đối chiếu" in client.get(urls[0]).content.decode()
    Mandate.objects.filter(role="secretary", unit__code="CQD").update(until=local_date(world.now) - timedelta(days=1))
    assert "chờ người chủ trì chốt bản cuối" in client.get(urls[0]).content.decode()
    assert "không có thư ký nên người chủ trì đọc" in client.get(urls[1]).content.decode()
    confirm_final_text(again(item), by=world.mandate("leader:CQD"), now=world.now)
    assert Document.objects.get(pk=item.document_id).state == DocumentState.ADOPTED


def test_the_chair_may_send_it_back_with_a_reason(world: Any, item: AgendaItem) -> None:
    edited(world, item)
    voted(world, item)
    with pytest.raises(Invalid):
        return_final_text(again(item), by=world.mandate("leader:CQD"), now=world.now, reason=" ")
    return_final_text(again(item), by=world.mandate("leader:CQD"), now=world.now, reason="Thiếu một khoản.")
    assert Document.objects.get(pk=item.document_id).state == DocumentState.DRAFTING


def _over(world: Any, item: AgendaItem) -> Meeting:
    """The conference is over and its minutes are written, while the text still waits for the chair."""
    edited(world, item)
    voted(world, item)
    return stage.written(world, item.meeting)


def test_minutes_wait_until_the_text_is_confirmed_or_returned(world: Any, client: Any, item: AgendaItem) -> None:
    meeting, leader, secretary = _over(world, item), world.mandate("leader:CQD"), world.mandate("secretary:CQD")
    with pytest.raises(WrongState, match=r"chờ bản cuối: .*chốt, hoặc trả lại kèm lý do"):
        approve_minutes(meeting, by=leader, now=world.now)
    world.sign_in(client, "leader:CQD")
    for url in (meeting.url("bien-ban"), meeting.get_absolute_url()):
        page = client.get(url).content.decode()
        assert "chốt" in page and "trả lại" in page and "Phê duyệt biên bản</button>" not in page
    assert [one.text for one in todos([leader], world.now)] == [f"Chốt bản cuối hoặc trả lại: {item.document}"]
    assert f"Đối chiếu bản cuối: {item.document}" in [one.text for one in todos([secretary], world.now)]
    confirm(world, item)
    assert "Đối chiếu" not in str([one.text for one in todos([secretary], world.now)])
    assert [one.text for one in todos([leader], world.now)] == [f"Phê duyệt biên bản {meeting.title}"]
    approve_minutes(meeting, by=leader, now=world.now)
    assert Document.objects.get(pk=item.document_id).state == DocumentState.ADOPTED


def test_why_a_text_was_returned_stands_in_the_minutes_and_those_written_before_are_void(
    world: Any, client: Any, item: AgendaItem
) -> None:
    meeting, leader, secretary = _over(world, item), world.mandate("leader:CQD"), world.mandate("secretary:CQD")
    return_final_text(again(item), by=leader, now=world.now, reason="Khoản 2 sửa sai ý hội nghị.")
    meeting.refresh_from_db()
    assert meeting.minutes is None
    with pytest.raises(WrongState, match="Chưa có biên bản"):
        approve_minutes(meeting, by=leader, now=world.now)
    write_minutes(meeting, by=secretary, now=world.now)
    sentence = "người chủ trì không chốt bản cuối, trả lại để soạn tiếp, lý do: Khoản 2 sửa sai ý hội nghị."
    assert sentence in words(meeting.minutes.read())
    assert sentence in word_words(render_minutes_word(meeting.content))
    approve_minutes(meeting, by=leader, now=world.now)
    world.sign_in(client, "leader:CA")
    page = client.get(meeting.url("muc", item.pk, "ban-cuoi")).content.decode()
    assert "Khoản 2 sửa sai ý hội nghị." in page


def test_once_the_minutes_are_approved_a_text_is_confirmed_and_no_longer_returned(world: Any, item: AgendaItem) -> None:
    """Only where they were approved before approval waited for the text."""
    meeting, leader = _over(world, item), world.mandate("leader:CQD")
    Meeting.objects.filter(pk=meeting.pk).update(state="recorded")
    with pytest.raises(WrongState, match="không trả lại được nữa"):
        return_final_text(again(item), by=leader, now=world.now, reason="Muộn.")
    with pytest.raises(DatabaseError), transaction.atomic():
        final = DocumentVersion.objects.get(document=item.document_id, ordinal=2)
        ReturnedText.objects.create(item=item, version=final, reason="Muộn.", made_by=leader, made_at=world.now)
    confirm(world, item)
    assert Document.objects.get(pk=item.document_id).state == DocumentState.ADOPTED


def test_what_another_conference_decided_is_not_returned_at_this_one(world: Any, item: AgendaItem) -> None:
    leader, secretary = world.mandate("leader:CQD"), world.mandate("secretary:CQD")
    edited(world, item)
    voted(world, item)
    return_final_text(again(item), by=leader, now=world.now, reason="Sai ý.")
    document = Document.objects.get(pk=item.document_id)
    table_without_consultation(document, by=leader, now=world.now, reason="Cần gấp")
    meeting = plan_meeting(
        world.year, "Hội nghị lần hai", by=secretary, now=world.now, starts_at=world.now, venue="Hội trường B"
    )
    second = add_item(meeting, "Quy chế", by=secretary, now=world.now, document=document)
    stage.sitting(world, meeting=meeting)
    edited(world, again(second), "1/1", text="Lời khác.")
    voted(world, again(second))
    for act in (return_final_text, confirm_final_text, check_final_text):
        by = secretary if act is check_final_text else leader
        with pytest.raises(WrongState, match="không có văn bản chờ bản cuối"):
            act(again(item), by=by, now=world.now, **({"reason": "Nhầm."} if act is return_final_text else {}))
    confirm(world, second)


def test_a_rejected_text_goes_back_without_its_edits(world: Any, item: AgendaItem) -> None:
    edited(world, item)
    voted(world, item, "no")
    assert Document.objects.get(pk=item.document_id).state == DocumentState.DRAFTING
    assert DocumentVersion.objects.filter(document=item.document_id).count() == 1


def test_edits_that_clash_are_refused_where_they_are_typed(world: Any, item: AgendaItem) -> None:
    edited(world, item)
    for path, act, text in (("1/2", "reword", "Khác."), ("1/2", "drop", ""), ("1", "drop", "")):
        with pytest.raises(Invalid):
            edited(world, item, path, act, text)
    with pytest.raises(Invalid, match="giống"):
        edited(world, item, "1/1", "reword", at(item, "1/1").text)
    with pytest.raises(Invalid, match="Ghi nội dung"):
        edited(world, item, "1/1", "reword", " ")
    assert FloorEdit.objects.count() == 1


def test_while_it_is_voted_on_the_list_does_not_change(world: Any, item: AgendaItem) -> None:
    edit = edited(world, item)
    open_decision(item, by=world.mandate("leader:CQD"), now=world.now)
    with pytest.raises(WrongState, match="Đang biểu quyết"):
        edited(world, item, "1/1")
    with pytest.raises(WrongState, match="Đang biểu quyết"):
        remove_floor_edit(edit, by=world.mandate("secretary:CQD"), now=world.now)


def test_the_minutes_print_each_edit(world: Any, item: AgendaItem) -> None:
    edited(world, item)
    voted(world, item)
    stage.closed(world, item.meeting)
    [decision] = paper_of(item.meeting, world.mandate("secretary:CQD"), world.now).agenda[0].decisions
    assert decision.outcome == "được thông qua kèm 1 chỉnh sửa"
    assert decision.edits[0].startswith("Sửa lời khoản 2 Điều 1: “Cụm trưởng tổ chức lễ phát động")


def test_a_motion_is_decided_by_its_own_rule_and_needs_words(world: Any, item: AgendaItem) -> None:
    stage.rule(world, "adopt.motion", {"share": "3/4", "strict": False, "base": "roll"}, "khoản 4 Điều 15")
    by = world.mandate("leader:CQD")
    with pytest.raises(Invalid, match="Ghi nội dung"):
        open_decision(item, by=by, now=world.now, purpose="motion", motion=" ")
    decision = open_decision(item, by=by, now=world.now, purpose="motion", motion="Khen thưởng đột xuất")
    assert (decision.rule["basis"], decision.rule["needed"], decision.text_hash) == ("khoản 4 Điều 15", 4, "")
    stage.votes(world, decision, CQD="yes", UBND="yes", CA="yes")
    assert not declare_decision(decision, by=by, now=world.now).adopted
    assert Document.objects.get(pk=item.document_id).state == DocumentState.TABLED
    stage.closed(world, item.meeting)
    [printed] = paper_of(item.meeting, world.mandate("secretary:CQD"), world.now).agenda[0].decisions
    assert (printed.title, printed.version) == ("Khen thưởng đột xuất", "")


def test_the_room_lists_decides_and_confirms_on_its_pages(world: Any, client: Any, item: AgendaItem) -> None:
    base = world.url(f"hoi-nghi/{stage.SLUG}/muc/{item.pk}/")
    secretary = world.sign_in(client, "secretary:CQD")
    assert "Văn bản được quyết định đúng như đã trình" in secretary.get(f"{base}chinh-sua/").content.decode()
    url = f"{base}chinh-sua/?dieu={at(item).pk}"
    refused = secretary.post(url, {"act": "reword", "text": "  "})
    assert refused.status_code == 422 and "Ghi nội dung mới" in refused.content.decode()
    assert secretary.post(url, {"act": "reword", "text": "Lời của hội nghị."}).status_code == 302
    world.sign_in(client, "leader:CQD")
    assert "Kèm chỉnh sửa: Sửa lời khoản 2 Điều 1" in client.get(f"{base}bieu-quyet/").content.decode().replace(
        "\u00a0", " "
    )
    decision = voted(world, again(item))
    page = client.get(world.url(f"hoi-nghi/{stage.SLUG}/bieu-quyet/{decision.pk}/")).content.decode()
    assert "Kèm chỉnh sửa tại hội nghị" in page
    waiting = client.get(f"{base}ban-cuoi/").content.decode()
    assert "chưa đối chiếu bản cuối" in waiting and "Đã đối chiếu, trình" not in waiting
    assert client.post(f"{base}ban-cuoi/").status_code == 409
    world.sign_in(client, "secretary:CQD")
    assert "Đã đối chiếu, trình" in client.get(f"{base}ban-cuoi/").content.decode()
    assert client.post(f"{base}ban-cuoi/doi-chieu/").status_code == 302
    assert "Đã đối chiếu, trình" not in client.get(f"{base}ban-cuoi/").content.decode()
    world.sign_in(client, "leader:CQD")
    assert re.search(r"<button[^>]*>Chốt bản cuối", client.get(f"{base}ban-cuoi/").content.decode())
    assert client.post(f"{base}ban-cuoi/").status_code == 302
    assert Document.objects.get(pk=item.document_id).state == DocumentState.ADOPTED
    again_page = client.get(f"{base}ban-cuoi/").content.decode()
    assert not re.search(r"<button[^>]*>Chốt bản cuối", again_page)
    world.sign_in(client, "leader:CA")
    assert client.post(f"{base}ban-cuoi/").status_code == 403


def test_edits_of_one_text_are_never_worked_into_another_that_comes_to_the_item(world: Any) -> None:
    item, by = stage.item(stage.sitting(world)), {"by": world.mandate("secretary:CQD"), "now": world.now}
    assert item.version is not None
    edit = add_floor_edit(item, item.version.texts.get(path="1/2"), "reword", "Lời mới hoàn toàn.", **by)
    other = texts.draft(world, texts.regulation(second=True)).document
    table_without_consultation(other, by=world.mandate("leader:CQD"), now=world.now, reason="Cần gấp")
    with pytest.raises(WrongState, match="chỉnh sửa cho văn bản khác"):
        put_document_on_agenda(item, other, **by)
    remove_floor_edit(edit, **by)
    put_document_on_agenda(item, other, **by)
    decision = open_decision(stage.item(item.meeting), by=world.mandate("leader:CQD"), now=world.now)
    assert (decision.edits, decision.version) == ([], other.versions.get())


def _stale(world: Any) -> tuple[AgendaItem, Document]:
    """An item of an open conference whose text was sent back elsewhere and tabled anew since."""
    leader, secretary = world.mandate("leader:CQD"), world.mandate("secretary:CQD")
    document = stage.tabled(world)
    first = stage.planned(world, document=document)
    other = plan_meeting(world.year, "Hội nghị khác", by=secretary, now=world.now, starts_at=first.starts_at, venue="B")
    at_other = add_item(other, "Quy chế", by=secretary, now=world.now, document=document)
    stage.sitting(world, meeting=other)
    voted(world, again(at_other), "no")
    document.refresh_from_db()
    add_version(document, texts.regulation(second=True), by=secretary, now=world.now)
    table_without_consultation(document, by=leader, now=world.now, reason="Cần gấp")
    stage.sitting(world, meeting=first)
    return again(stage.item(first)), document


def test_a_text_that_was_tabled_anew_is_refused_beforehand_with_the_way_on(world: Any, client: Any) -> None:
    item, document = _stale(world)
    leader, secretary = world.mandate("leader:CQD"), world.mandate("secretary:CQD")
    way = r"Mục này còn ghi dự thảo 1 của .*; bản đã trình nay là dự thảo 2"
    with pytest.raises(WrongState, match=way) as refused:
        open_decision(item, by=leader, now=world.now)
    assert "để đưa dự thảo 2 vào mục" in str(refused.value.advice)
    with pytest.raises(WrongState, match=way):
        open_item_ballot(item, "text", "detached", by=leader, now=world.now)
    with pytest.raises(WrongState, match=way):
        edited(world, item)
    world.sign_in(client, "leader:CQD")
    for page in ("bieu-quyet", "bo-phieu-kin"):
        shown = client.get(item.meeting.url("muc", item.pk, page)).content.decode()
        assert "bản đã trình nay là dự thảo 2" in shown and 'value="text"' not in shown
    void_decision(
        open_decision(item, by=leader, now=world.now, purpose="motion", motion="Việc khác"),
        by=leader,
        now=world.now,
        reason="Nhầm.",
    )
    with pytest.raises(WrongState, match=way) as later:  # the item keeps what it was decided on
        open_decision(again(item), by=leader, now=world.now)
    assert "thêm một mục mới cho dự thảo 2" in str(later.value.advice)
    assert "thêm mục mới cho bản mới" in client.get(item.meeting.get_absolute_url()).content.decode()
    new = add_item(item.meeting, "Quy chế, dự thảo 2", by=secretary, now=world.now, document=document)
    assert voted(world, again(new)).outcome == "adopted"


def test_a_text_is_under_vote_at_one_place_only(world: Any, item: AgendaItem) -> None:
    leader, secretary = world.mandate("leader:CQD"), world.mandate("secretary:CQD")
    document = Document.objects.get(pk=item.document_id)
    other = plan_meeting(world.year, "Khác", by=secretary, now=world.now, starts_at=world.now, venue="B")
    second = add_item(other, "Quy chế", by=secretary, now=world.now, document=document)
    stage.sitting(world, meeting=other)
    held = open_decision(item, by=leader, now=world.now)
    with pytest.raises(WrongState, match="đang được biểu quyết ở mục khác"):
        open_decision(again(second), by=leader, now=world.now)
    void_decision(held, by=leader, now=world.now, reason="Chuyển sang hội nghị kia.")
    assert open_decision(again(second), by=leader, now=world.now).state == "open"


def test_edits_that_are_hidden_are_not_decided_on(world: Any, item: AgendaItem) -> None:
    edit = edited(world, item, text="Lễ phát động ở vườn xoài.")
    hide_words(edit, "Có dấu độ mật", by=world.mandate("administrator"), now=world.now)
    with pytest.raises(WrongState, match="bị cách ly"):
        open_decision(item, by=world.mandate("leader:CQD"), now=world.now, method="vote")


def test_a_final_text_of_which_words_are_hidden_is_neither_checked_nor_confirmed(world: Any, item: AgendaItem) -> None:
    edited(world, item, text="Lễ phát động ở vườn xoài.")
    voted(world, item)
    leader, secretary = world.mandate("leader:CQD"), world.mandate("secretary:CQD")
    administrator = world.mandate("administrator")
    clause = DocumentVersion.objects.get(document=item.document_id, ordinal=2).texts.get(path="1/2")
    hide_words(clause, "Có dấu độ mật", by=administrator, now=world.now)
    with pytest.raises(WrongState, match="bị cách ly"):
        check_final_text(again(item), by=secretary, now=world.now)
    show_words(clause, "Không mật", by=administrator, now=world.now)
    check_final_text(again(item), by=secretary, now=world.now)
    hide_words(clause, "Có dấu độ mật", by=administrator, now=world.now)
    with pytest.raises(WrongState, match="bị cách ly"):
        confirm_final_text(again(item), by=leader, now=world.now)
    return_final_text(again(item), by=leader, now=world.now, reason="Có câu không đọc được.")  # the way out
    assert Document.objects.get(pk=item.document_id).state == DocumentState.DRAFTING


def test_a_text_that_comes_back_with_edits_is_checked_anew(world: Any, item: AgendaItem) -> None:
    leader, secretary = world.mandate("leader:CQD"), world.mandate("secretary:CQD")
    edited(world, item)
    voted(world, item)
    check_final_text(again(item), by=secretary, now=world.now)
    return_final_text(again(item), by=leader, now=world.now, reason="Sai ý.")
    document = Document.objects.get(pk=item.document_id)
    table_without_consultation(document, by=leader, now=world.now, reason="Cần gấp")
    second = add_item(item.meeting, "Quy chế", by=secretary, now=world.now, document=document)
    edited(world, again(second), "1/1")
    voted(world, again(second))
    assert again(item).document.state == DocumentState.EDITED
    with pytest.raises(WrongState, match="không có văn bản chờ bản cuối"):
        return_final_text(again(item), by=leader, now=world.now, reason="Nhầm mục.")
    with pytest.raises(WrongState, match="chưa đối chiếu"):
        confirm_final_text(again(second), by=leader, now=world.now)
    confirm(world, second)
