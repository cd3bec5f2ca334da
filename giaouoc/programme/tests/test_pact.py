"""The pact from its draft to its seal, and the versions that end otherwise."""

from __future__ import annotations

import subprocess
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from giaouoc.audit.trail import check_all, history_of
from giaouoc.clusters.actions.hiding import hide_words, show_words
from giaouoc.clusters.actions.years import set_papers_kind
from giaouoc.clusters.models import Capacity, Membership
from giaouoc.lib.canonical import fingerprint
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import short_date
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.notices.models import Message
from giaouoc.programme.actions.drafting import (
    add_commitment,
    change_commitment,
    change_pact,
    choose_signer,
    draft_pact,
    move_commitment,
    remove_commitment,
    take_from_plan,
)
from giaouoc.programme.actions.freezing import cancel_pact, freeze_pact
from giaouoc.programme.models import Activity, Commitment, Pact
from giaouoc.programme.queries import blockers_of, compose, signers_of
from giaouoc.programme.states import PactState
from giaouoc.signing.actions.close import close_due_rounds, refuse_slot
from giaouoc.signing.models import Slot
from giaouoc.signing.rules.codes import shown

from .pacts import adopt, adopt_both, drafted, frozen, sealed, sign


def text_of(pdf: bytes) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


def secretary(world: Any) -> Any:
    return world.mandate("secretary:CQD")


def test_a_draft_takes_commitments_measures_and_activities_from_the_adopted_plan(world: Any) -> None:
    pact = drafted(world)
    assert [(one.text, one.measure) for one in pact.commitments.all()] == [
        ("Khai thông thể chế", "Mỗi đơn vị gửi ít nhất hai kiến nghị"),
        ("Trả lời đúng hạn toàn bộ kiến nghị được chuyển đến", ""),
    ]
    assert pact.measures == "Các đơn vị giúp nhau áp dụng mô hình hay."
    assert pact.reporting == "Báo cáo trước ngày 20 tháng 6."
    rows = [(one.kind, one.host.code, one.planned_on, one.result) for one in Activity.objects.all()]  # type: ignore[union-attr]
    assert rows == [
        ("training", "CA", date(2026, 5, 1), "100 lượt"),
        ("seminar", "DHQG", date(2026, 8, 1), "10 tham luận"),
    ]


def test_a_draft_before_the_conference_is_empty_and_filled_later(world: Any) -> None:
    pact = draft_pact(world.year, by=secretary(world), now=world.now)
    assert not pact.commitments.exists()
    with pytest.raises(WrongState, match="chưa được hội nghị thông qua"):
        take_from_plan(pact, by=secretary(world), now=world.now)
    adopt_both(world)
    assert take_from_plan(pact, by=secretary(world), now=world.now) == 2
    assert take_from_plan(pact, by=secretary(world), now=world.now) == 0


def test_a_year_has_one_living_pact(world: Any) -> None:
    drafted(world)
    with pytest.raises(WrongState, match="đã có một giao ước"):
        draft_pact(world.year, by=secretary(world), now=world.now)


@pytest.mark.parametrize("key", ["leader:CQD", "secretary:CA", "observer", "administrator", "assessor:CQD"])
def test_only_the_head_units_secretary_writes_the_draft(world: Any, key: str) -> None:
    pact = drafted(world)
    with pytest.raises(NotAllowed):
        add_commitment(pact, by=world.mandate(key), now=world.now, text="Một việc")


def test_commitments_are_changed_moved_and_taken_out(world: Any) -> None:
    pact = drafted(world)
    third = add_commitment(
        pact, by=secretary(world), now=world.now, text="Việc ba", measure="Đủ", unit=world.unit("CA")
    )
    move_commitment(third, by=secretary(world), now=world.now, place=1)
    change_commitment(third, by=secretary(world), now=world.now, text="Việc ba, sửa")
    remove_commitment(pact.commitments.get(position=2), by=secretary(world), now=world.now)
    assert [one.text for one in pact.commitments.all()] == [
        "Việc ba, sửa",
        "Trả lời đúng hạn toàn bộ kiến nghị được chuyển đến",
    ]
    sentences = [event.sentence for event in history_of(pact)]
    assert "đã bỏ cam kết “Khai thông thể chế”" in sentences


def test_a_commitment_needs_words(world: Any) -> None:
    with pytest.raises(Invalid) as refusal:
        add_commitment(drafted(world), by=secretary(world), now=world.now, text=" \n ")
    assert refusal.value.field == "text"


def test_the_pact_waits_for_the_texts_and_says_which(world: Any) -> None:
    adopt(world, "plan", "Kế hoạch hoạt động năm 2026")
    pact = draft_pact(world.year, by=secretary(world), now=world.now)
    add_commitment(pact, by=secretary(world), now=world.now, text="Một việc")
    assert blockers_of(pact, world.now) == ["Quy chế chưa được hội nghị thông qua."]
    with pytest.raises(WrongState, match="Quy chế chưa được hội nghị thông qua"):
        freeze_pact(pact, by=secretary(world), now=world.now)


def test_a_pact_with_hidden_words_is_not_frozen(world: Any) -> None:
    pact, admin = drafted(world), world.mandate("administrator")
    words = add_commitment(pact, by=secretary(world), now=world.now, text="Tham gia diễn tập ở vườn xoài")
    hide_words(words, "Có dấu độ mật", by=admin, now=world.now)
    with pytest.raises(WrongState, match="bị cách ly"):
        freeze_pact(pact, by=secretary(world), now=world.now)
    show_words(words, "Nhầm", by=admin, now=world.now)
    freeze_pact(pact, by=secretary(world), now=world.now)


def test_the_pact_waits_for_a_leader_of_each_unit_and_says_whose(world: Any) -> None:
    pact = drafted(world)
    leader = world.mandate("leader:QS")
    leader.until = leader.since
    leader.save()
    assert blockers_of(pact, world.now) == ["Chưa có lãnh đạo được giao tư cách ký: Quân sự Thành phố."]


def test_the_pact_waits_for_a_commitment(world: Any) -> None:
    pact = drafted(world)
    pact.commitments.all().delete()
    assert blockers_of(pact, world.now) == ["Chưa có cam kết nào."]


def test_a_frozen_pact_carries_the_hashes_of_the_adopted_texts_unchanged(world: Any) -> None:
    regulation = adopt(world, "regulation", "Quy chế tổ chức và hoạt động")
    plan = adopt(world, "plan", "Kế hoạch")
    pact = draft_pact(world.year, by=secretary(world), now=world.now)
    add_commitment(pact, by=secretary(world), now=world.now, text="Một việc")
    set_papers_kind(world.cluster, "state", by=world.mandate("administrator"), now=world.now)
    pact.year.cluster = world.cluster
    freeze_pact(pact, by=world.mandate("leader:CQD"), now=world.now)
    assert [(one["title"], one["hash"], one["result"]) for one in pact.content["texts"]] == [
        ("Quy chế tổ chức và hoạt động", regulation.text_hash, "5/5 đơn vị tán thành"),
        ("Kế hoạch", plan.text_hash, "5/5 đơn vị tán thành"),
    ]
    assert pact.text_hash == fingerprint(pact.content)
    round_ = pact.signing_round
    assert round_ is not None
    assert round_.text_hash == pact.text_hash
    printed = text_of(round_.head.file.read())
    assert regulation.text_hash in printed.replace("\n", "").replace(" ", "")
    assert pact.text_hash in printed.replace("\n", "").replace(" ", "")
    assert shown(round_.code) in printed
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in printed  # in the layout that the cluster has set


def test_the_fingerprint_changes_with_every_word_and_not_with_the_order_of_keys(world: Any) -> None:
    pact = drafted(world)
    content = compose(pact, world.now)
    assert fingerprint(dict(reversed(content.items()))) == fingerprint(content)
    for change in (
        {"theme": content["theme"] + "."},
        {"texts": [{**content["texts"][0], "hash": "0" * 64}]},
        {"members": content["members"][1:]},
    ):
        assert fingerprint(content | change) != fingerprint(content)


def test_each_member_has_its_slot_in_protocol_order(world: Any) -> None:
    pact = frozen(world)
    slots = Slot.objects.filter(round=pact.signing_round_id).select_related("unit")
    assert [(one.unit.code, one.field, one.post) for one in slots] == [
        (code, f"KY_{code}", "Trưởng Ban") for code in ("CQD", "UBND", "CA", "QS", "DHQG")
    ]


def test_a_deputy_is_chosen_before_the_freeze_and_printed_so(world: Any) -> None:
    pact = drafted(world)
    deputy = world.mandate("assessor:CA")
    deputy.role, deputy.post, deputy.capacity = "leader", "Phó Trưởng Ban", Capacity.FOR_HEAD
    deputy.delegation_number = "12-CV/BTGDV"
    deputy.save()
    assert {one.unit.code: one.post for one in signers_of(pact, world.now)}["CA"] == "Trưởng Ban"
    choose_signer(pact, by=secretary(world), now=world.now, unit=world.unit("CA"), mandate=deputy)
    freeze_pact(pact, by=secretary(world), now=world.now)
    slot = Slot.objects.get(round=pact.signing_round_id, unit__code="CA")
    assert (slot.post, slot.capacity) == ("K/T Trưởng Ban, Phó Trưởng Ban", "K/T")
    assert pact.signing_round is not None
    assert "K/T TRƯỞNG BAN" in text_of(pact.signing_round.head.file.read())


def test_the_pact_waits_for_the_delegation_of_a_deputy(world: Any) -> None:
    pact = drafted(world)
    leader = world.mandate("leader:CA")
    leader.capacity = Capacity.FOR_HEAD
    leader.save()
    assert blockers_of(pact, world.now) == ["Người ký thay chưa có văn bản ủy quyền: Công an Thành phố."]


def test_a_leader_of_another_unit_cannot_be_chosen(world: Any) -> None:
    pact = drafted(world)
    with pytest.raises(Invalid, match="lãnh đạo"):
        choose_signer(
            pact, by=secretary(world), now=world.now, unit=world.unit("CA"), mandate=world.mandate("leader:QS")
        )


def test_a_frozen_pact_is_changed_by_nobody(world: Any) -> None:
    pact = frozen(world)
    for act in (
        lambda: change_pact(pact, by=secretary(world), now=world.now, signing_date=date(2026, 4, 1)),
        lambda: add_commitment(pact, by=secretary(world), now=world.now, text="Thêm"),
        lambda: remove_commitment(pact.commitments.all()[0], by=secretary(world), now=world.now),
    ):
        with pytest.raises(WrongState, match="đã khóa"):
            act()
    for damage in (
        lambda: Pact.objects.filter(pk=pact.pk).update(text_hash="0" * 64),
        lambda: Commitment.objects.filter(pact=pact).update(text="khác"),
        lambda: Commitment.objects.create(pact=pact, position=9, text="khác"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            damage()


def test_the_leaders_are_told_to_sign(world: Any) -> None:
    frozen(world)
    told = set(Message.objects.values_list("to__email", flat=True))
    assert told == {f"lanhdao.{code}@giaouoc.test" for code in ("cqd", "ubnd", "ca", "qs", "dhqg")}


def test_the_pact_is_signed_and_sealed_with_its_round(world: Any) -> None:
    pact = frozen(world)
    sign(world, pact, "DHQG", "QS", "CA", "UBND")
    assert pact.state == PactState.SIGNING
    sign(world, pact, "CQD")
    assert pact.state == PactState.SEALED
    assert pact.pdf is not None
    assert pact.signing_round is not None
    assert pact.pdf.sha256 == pact.signing_round.head.sha256
    assert check_all() == []


def test_i08_a_sealed_pact_is_closed(world: Any) -> None:
    pact = sealed(world)
    with pytest.raises(WrongState):
        cancel_pact(pact, by=world.mandate("leader:CQD"), now=world.now, reason="Muộn")
    with pytest.raises(WrongState):
        freeze_pact(pact, by=world.mandate("leader:CQD"), now=world.now)
    with pytest.raises(WrongState):
        draft_pact(world.year, by=secretary(world), now=world.now)


def test_after_a_refusal_the_next_version_has_the_same_words_and_no_signature(world: Any) -> None:
    pact = frozen(world)
    sign(world, pact, "CQD", "UBND")
    slot = Slot.objects.select_related("unit", "round__year__cluster").get(round=pact.signing_round_id, unit__code="CA")
    refuse_slot(slot, by=world.mandate("leader:CA"), now=world.now, reason="Chỉ tiêu chưa sát")
    pact.refresh_from_db()
    assert pact.state == PactState.REFUSED
    told = Message.objects.filter(subject__contains="từ chối ký").values_list("to__email", flat=True)
    assert {"lanhdao.dhqg@giaouoc.test", "thuky.qs@giaouoc.test", "theodoi.btgdv@giaouoc.test"} <= set(told)
    again = draft_pact(world.year, by=secretary(world), now=world.now)
    assert again.ordinal == 2
    assert [one.text for one in again.commitments.all()] == [one.text for one in pact.commitments.all()]
    freeze_pact(again, by=secretary(world), now=world.now)
    assert again.signing_round is not None
    assert again.signing_round.revisions.count() == 1
    assert pact.signing_round.revisions.count() == 3  # type: ignore[union-attr]


def test_a_draft_and_a_pact_being_signed_are_cancelled_with_a_reason(world: Any) -> None:
    pact = drafted(world)
    with pytest.raises(Invalid, match="lý do"):
        cancel_pact(pact, by=secretary(world), now=world.now, reason="")
    cancel_pact(pact, by=secretary(world), now=world.now, reason="Soạn lại")
    assert pact.state == PactState.CANCELLED
    second = draft_pact(world.year, by=secretary(world), now=world.now)
    freeze_pact(second, by=secretary(world), now=world.now)
    cancel_pact(second, by=world.mandate("leader:CQD"), now=world.now, reason="Sai ngày")
    assert second.state == PactState.CANCELLED
    assert second.signing_round is not None
    second.signing_round.refresh_from_db()
    assert second.signing_round.state == "cancelled"


def test_a_real_installation_without_a_signing_service_freezes_nothing(world: Any, settings: Any) -> None:
    pact = drafted(world)
    settings.TRIAL_SIGNING = False
    with pytest.raises(WrongState, match="chưa có dịch vụ ký số"):
        freeze_pact(pact, by=secretary(world), now=world.now)


def test_a_character_that_cannot_be_printed_is_named(world: Any) -> None:
    pact = drafted(world)
    add_commitment(pact, by=secretary(world), now=world.now, text="Một việc 漢")
    with pytest.raises(Invalid, match="漢"):
        freeze_pact(pact, by=secretary(world), now=world.now)
    pact.refresh_from_db()
    assert pact.state == PactState.DRAFT


def test_a_pact_without_all_signatures_on_its_last_day_is_closed_and_made_anew(world: Any, client: Any) -> None:
    pact = drafted(world)
    freeze_pact(pact, by=secretary(world), now=world.now, last_day=local_date(world.now))
    world.pass_time(days=1)
    close_due_rounds(now=world.now)
    pact.refresh_from_db()
    assert pact.state == PactState.EXPIRED
    again = draft_pact(world.year, by=secretary(world), now=world.now)
    assert again.ordinal == 2
    page = world.sign_in(client, "secretary:CQD").get(again.get_absolute_url()).content.decode()
    assert f"<ins>Ngày ký: {short_date(again.signing_date)}</ins>" in page


def test_a_unit_that_leaves_before_signing_closes_the_version_and_the_next_says_what_differs(
    world: Any, client: Any
) -> None:
    pact = frozen(world)
    sign(world, pact, "CQD", "UBND")
    Membership.objects.filter(unit__code="DHQG").update(until=local_date(world.now))
    world.pass_time(days=1)
    close_due_rounds(now=world.now)
    pact.refresh_from_db()
    assert pact.state == PactState.CANCELLED
    again = draft_pact(world.year, by=secretary(world), now=world.now)
    add_commitment(again, by=secretary(world), now=world.now, text="Một việc thêm")
    draft = world.sign_in(client, "secretary:CQD").get(again.get_absolute_url()).content.decode()
    freeze_pact(again, by=secretary(world), now=world.now)
    assert again.signing_round is not None
    assert again.signing_round.slots.count() == 4
    name = world.unit("DHQG").name
    for page in (draft, world.sign_in(client, "leader:CA").get(again.get_absolute_url()).content.decode()):
        assert f"<del>{name}</del>" in page
        assert "<ins>Một việc thêm</ins>" in page
