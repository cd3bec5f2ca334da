"""A text is withdrawn when the leaders of its drafting unit and of the head unit both want it."""

from __future__ import annotations

from typing import Any

import pytest

from giaouoc.documents.actions.tabling import keep_document, withdraw_document
from giaouoc.documents.models import Document
from giaouoc.lib.errors import NotAllowed, WrongState
from giaouoc.notices.models import Message

from . import stage


def drafted_by(world: Any, code: str) -> Document:
    """A text that this unit drafts, in consultation."""
    document = stage.consulting(world).version.document
    document.drafting_unit = world.unit(code)
    document.save(update_fields=["drafting_unit"])
    return Document.objects.select_related("year__cluster", "drafting_unit").get(pk=document.pk)


@pytest.mark.parametrize(("first", "second"), [("QS", "CQD"), ("CQD", "QS")])
def test_one_leader_asks_and_the_other_agrees(world: Any, client: Any, first: str, second: str) -> None:
    document = drafted_by(world, "QS")
    told = Message.objects.filter(subject__startswith="Đề nghị rút").count()
    asks, agrees = world.mandate(f"leader:{first}"), world.mandate(f"leader:{second}")
    assert withdraw_document(document, by=asks, now=world.now, reason="Trùng kế hoạch") is False
    assert Document.objects.get().state == "consulting"
    assert Message.objects.filter(subject__startswith="Đề nghị rút").count() == told + 1
    with pytest.raises(WrongState, match="chờ lãnh đạo đơn vị kia"):
        withdraw_document(document, by=asks, now=world.now, reason="Lần nữa")
    with pytest.raises(NotAllowed):
        withdraw_document(document, by=world.mandate("leader:CA"), now=world.now, reason="Không phải việc mình")
    page = world.sign_in(client, f"leader:{second}").get(document.get_absolute_url()).content.decode()
    assert "đề nghị rút văn bản: Trùng kế hoạch" in page.replace("\xa0", " ") and "Đồng ý rút" in page
    assert "Trùng kế hoạch" in client.get(f"{document.get_absolute_url()}rut/").content.decode()
    assert withdraw_document(document, by=agrees, now=world.now, reason="Trùng kế hoạch") is True
    assert Document.objects.get().state == "withdrawn"


def test_a_withdrawal_that_is_turned_down_changes_nothing(world: Any, client: Any) -> None:
    document = drafted_by(world, "QS")
    with pytest.raises(WrongState, match="Không có đề nghị"):
        keep_document(document, by=world.mandate("leader:CQD"), now=world.now)
    withdraw_document(document, by=world.mandate("leader:QS"), now=world.now, reason="Trùng")
    with pytest.raises(NotAllowed):
        keep_document(document, by=world.mandate("secretary:CQD"), now=world.now)
    world.sign_in(client, "leader:CQD").post(f"{document.get_absolute_url()}khong-rut/")
    document = Document.objects.select_related("year__cluster", "drafting_unit").get()
    assert (document.state, document.withdrawal_asked_by, document.withdrawal_reason) == ("consulting", None, "")
    assert withdraw_document(document, by=world.mandate("leader:QS"), now=world.now, reason="Vẫn trùng") is False


def test_whoever_leads_both_units_withdraws_alone(world: Any) -> None:
    document = stage.draft(world).document
    assert withdraw_document(document, by=world.mandate("leader:CQD"), now=world.now, reason="Thôi") is True


def test_the_head_withdraws_alone_what_a_unit_drafted_that_has_left(world: Any) -> None:
    document = drafted_by(world, "QS")
    assert withdraw_document(document, by=world.mandate("leader:CQD"), now=world.now, reason="Chờ QS") is False
    keep_document(document, by=world.mandate("leader:CQD"), now=world.now)
    world.year.memberships.filter(unit__code="QS").update(until=world.year.starts_on)
    assert withdraw_document(document, by=world.mandate("leader:CQD"), now=world.now, reason="QS đã rời") is True
