"""Edits from the floor: listed, decided on with the text, worked in by machine, confirmed by the chair."""

from __future__ import annotations

import re
from typing import Any

import pytest

from giaouoc.clusters.actions.hiding import hide_words
from giaouoc.documents.actions.tabling import table_without_consultation
from giaouoc.documents.models import Adoption, Document, DocumentVersion, ProvisionText, content_of
from giaouoc.documents.rules.clause_tree import content_hash
from giaouoc.documents.states import DocumentState
from giaouoc.documents.tests import stage as texts
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.meetings.actions.deciding import declare_decision, open_decision
from giaouoc.meetings.actions.floor import (
    add_floor_edit,
    confirm_final_text,
    remove_floor_edit,
    return_final_text,
)
from giaouoc.meetings.actions.planning import put_document_on_agenda
from giaouoc.meetings.minutes import paper_of
from giaouoc.meetings.models import AgendaItem, FloorEdit, MeetingDecision

from . import stage


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


def test_the_text_adopted_is_the_tabled_one_with_the_listed_edits_and_nothing_else(
    world: Any, item: AgendaItem
) -> None:
    edited(world, item)
    edited(world, item, "1/3", "drop")
    decision = voted(world, item)
    document = Document.objects.get(pk=item.document_id)
    assert document.state == DocumentState.EDITED
    assert not Adoption.objects.exists()
    confirm_final_text(again(item), by=world.mandate("leader:CQD"), now=world.now)
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


def test_a_text_that_waits_is_confirmed_by_the_chair_alone_and_only_as_it_was_voted_on(
    world: Any, item: AgendaItem
) -> None:
    edited(world, item)
    voted(world, item)
    with pytest.raises(NotAllowed):
        confirm_final_text(again(item), by=world.mandate("secretary:CQD"), now=world.now)
    final = DocumentVersion.objects.get(document=item.document_id, ordinal=2)
    from giaouoc.lib.engine import drop_guards, install_guards

    drop_guards()  # the database itself refuses it
    try:
        final.texts.filter(path="1/1").update(text="Lời bị tráo.")
    finally:
        install_guards()
    with pytest.raises(WrongState, match="khác bản đã trình"):
        confirm_final_text(again(item), by=world.mandate("leader:CQD"), now=world.now)


def test_the_chair_may_send_it_back_with_a_reason(world: Any, item: AgendaItem) -> None:
    edited(world, item)
    voted(world, item)
    with pytest.raises(Invalid):
        return_final_text(again(item), by=world.mandate("leader:CQD"), now=world.now, reason=" ")
    return_final_text(again(item), by=world.mandate("leader:CQD"), now=world.now, reason="Thiếu một khoản.")
    assert Document.objects.get(pk=item.document_id).state == DocumentState.DRAFTING


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
    assert "Chốt bản cuối" in client.get(f"{base}ban-cuoi/").content.decode()
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


def test_edits_that_are_hidden_are_not_decided_on(world: Any, item: AgendaItem) -> None:
    edit = edited(world, item, text="Lễ phát động ở vườn xoài.")
    hide_words(edit, "Có dấu độ mật", by=world.mandate("administrator"), now=world.now)
    with pytest.raises(WrongState, match="bị cách ly"):
        open_decision(item, by=world.mandate("leader:CQD"), now=world.now, method="vote")
