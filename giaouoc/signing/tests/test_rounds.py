"""Rounds: any order, one at a time, nothing lost, nothing but the expected signature."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction

from giaouoc.audit.trail import SYSTEM, check_all
from giaouoc.clusters.models import Capacity
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.signing import carriers, provision
from giaouoc.signing.actions import sign as sign_module
from giaouoc.signing.actions.close import cancel_round, refuse_slot
from giaouoc.signing.actions.seal import seal_due_rounds, seal_round
from giaouoc.signing.actions.sign import sign_slot, take_lease
from giaouoc.signing.carriers import trial
from giaouoc.signing.engine import sign as engine
from giaouoc.signing.engine.step import SignerRule
from giaouoc.signing.engine.trial import TrialAuthority
from giaouoc.signing.engine.trust import TrustFolder
from giaouoc.signing.models import Attempt, Revision, Slot
from giaouoc.signing.queries import expected_for, registered, strip_of
from giaouoc.signing.signals import round_completed, round_refused, round_sealed
from giaouoc.signing.states import RoundState, SlotState

from .rounds import open_round, sign, slot


def test_five_leaders_sign_in_any_order_and_the_last_signature_seals(world: Any) -> None:
    round_ = open_round(world)
    sign(world, round_, "DHQG", "CQD", "QS", "UBND", "CA")
    assert round_.state == RoundState.SEALED
    assert [one.cause for one in round_.revisions.all()] == ["base", *["signature"] * 5, "seal"]
    assert set(round_.slots.values_list("state", flat=True)) == {SlotState.SIGNED}
    assert check_all() == []


def test_i02_each_revision_begins_with_the_one_before_byte_for_byte(world: Any) -> None:
    round_ = open_round(world)
    sign(world, round_, "CA", "CQD", "UBND", "QS", "DHQG")
    files = [one.file.read() for one in round_.revisions.order_by("number")]
    rows = list(round_.revisions.order_by("number"))
    for earlier, later in pairwise(files):
        assert later.startswith(earlier)
        assert len(later) > len(earlier)
    assert [row.previous_sha256 for row in rows] == ["", *(row.sha256 for row in rows[:-1])]
    assert [row.sha256 for row in rows] == [hashlib.sha256(data).hexdigest() for data in files]


def test_i02_the_database_refuses_to_change_a_revision(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    for damage in (
        lambda: Revision.objects.filter(round=round_).update(sha256="0" * 64),
        lambda: Revision.objects.filter(round=round_).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            damage()


def test_i02_a_given_signature_cannot_be_taken_back_in_the_database(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    sign(world, round_, "CA")
    with pytest.raises(DatabaseError), transaction.atomic():
        Slot.objects.filter(round=round_, unit__code="CA").update(state=SlotState.WAITING)


def test_the_slot_keeps_who_signed_when_and_with_which_certificate(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    sign(world, round_, "CA")
    signed = slot(round_, "CA")
    assert signed.signer == world.mandate("leader:CA").user
    assert signed.signed_at == world.now.replace(microsecond=0)
    assert "THỬ NGHIỆM" in signed.signer_label or signed.round.is_trial
    assert len(signed.certificate_sha256) == 64


def test_only_the_leader_of_the_unit_signs_its_slot(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    for key in ("leader:QS", "secretary:CA", "assessor:CA", "observer", "administrator"):
        with pytest.raises(NotAllowed):
            sign_slot(slot(round_, "CA"), by=world.mandate(key), now=world.now)
    assert round_.revisions.count() == 1


def test_who_signs_in_anothers_place_must_be_settled_before_the_file_is_made(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    deputy = world.mandate("leader:CA")
    deputy.capacity, deputy.delegation_number = Capacity.FOR_HEAD, "12-CV/BTGDV"
    deputy.save()
    with pytest.raises(NotAllowed, match="Trưởng Ban"):
        sign_slot(slot(round_, "CA"), by=deputy, now=world.now)


def test_a_deputy_signs_with_the_written_delegation_only(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    Slot.objects.filter(round=round_, unit__code="CA").update(capacity=Capacity.FOR_HEAD, post="K/T Trưởng Ban")
    deputy = world.mandate("leader:CA")
    deputy.capacity = Capacity.FOR_HEAD
    deputy.save()
    with pytest.raises(NotAllowed, match="ủy quyền"):
        sign_slot(slot(round_, "CA"), by=deputy, now=world.now)
    deputy.delegation_number = "12-CV/BTGDV"
    deputy.save()
    sign_slot(slot(round_, "CA"), by=deputy, now=world.now)
    assert "K/T" in slot(round_, "CA").signer_label


def test_a_unit_signs_once(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    sign(world, round_, "CA")
    with pytest.raises(WrongState, match="đã ký"):
        sign(world, round_, "CA")
    assert round_.revisions.count() == 2


def test_while_one_signs_the_second_is_told_who_and_until_when(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    attempt = take_lease(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
    with pytest.raises(WrongState, match="Công an Thành phố") as refusal:
        sign_slot(slot(round_, "QS"), by=world.mandate("leader:QS"), now=world.now)
    assert attempt.lease_until.astimezone().strftime(":%M") in str(refusal.value)
    assert round_.revisions.count() == 1


def test_a_lease_that_ran_out_is_free_again(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    attempt = take_lease(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
    world.now = attempt.lease_until + timedelta(seconds=1)
    assert {box.slot.unit.code: box.state for box in strip_of(round_, world.now)} == {"CA": "waiting", "QS": "waiting"}
    sign(world, round_, "QS", "CA")
    assert round_.state == RoundState.SEALED
    assert Attempt.objects.get(pk=attempt.pk).outcome == "expired"


def test_i02_a_late_answer_after_a_lost_lease_is_refused(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    attempt = take_lease(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
    late = trial.TrialCarrier().sign(*sign_module._parts(attempt, world.now))
    world.now = attempt.lease_until + timedelta(seconds=1)
    sign(world, round_, "QS")
    with pytest.raises(WrongState, match="hết giờ"):
        sign_module._accept(attempt, late, by=world.mandate("leader:CA"), now=world.now)
    assert [one.slot.unit.code for one in round_.revisions.filter(cause="signature")] == ["QS"]
    assert slot(round_, "CA").state == SlotState.WAITING


def test_i02_a_signature_on_an_older_head_is_refused(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS", "UBND"])
    sign(world, round_, "QS")
    attempt = take_lease(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
    base = round_.revisions.get(number=0)
    stale = Attempt.objects.filter(pk=attempt.pk)
    stale.update(base_sha256=base.sha256)
    attempt.refresh_from_db()
    signed = trial.TrialCarrier().sign(*sign_module._parts(attempt, world.now))
    with pytest.raises(WrongState, match="chữ ký mới"):
        sign_module._accept(attempt, signed, by=world.mandate("leader:CA"), now=world.now)
    assert round_.revisions.count() == 2


class Misbehaving(trial.TrialCarrier):
    """A carrier that gives back something else than what it was asked for."""

    def __init__(self, what: str) -> None:
        self.what = what

    def sign(self, base: bytes, request: carriers.SignRequest, answer: bytes = b"") -> carriers.Signed:
        good = super().sign(base, request)
        if self.what == "raises":
            raise RuntimeError("the service is down")
        if self.what == "rewritten":
            return carriers.Signed(b"%PDF-1.6" + good.data[8:], good.signed_at, good.signer, good.certificate_sha256)
        if self.what == "unchanged":
            return carriers.Signed(base, good.signed_at, good.signer, good.certificate_sha256)
        raise AssertionError(self.what)


@pytest.mark.parametrize(("what", "error"), [("raises", RuntimeError), ("rewritten", Invalid), ("unchanged", Invalid)])
def test_i02_anything_else_than_the_head_and_one_signature_leaves_the_head_as_it_was(
    world: Any, monkeypatch: pytest.MonkeyPatch, what: str, error: type[Exception]
) -> None:
    round_ = open_round(world, ["CA", "QS"])
    head = round_.head.sha256
    with monkeypatch.context() as patch:
        patch.setattr(sign_module, "carrier_here", lambda unit_code: Misbehaving(what))
        with pytest.raises(error):
            sign_slot(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
    assert round_.head.sha256 == head
    assert slot(round_, "CA").state == SlotState.WAITING
    assert not Attempt.objects.filter(ended_at=None).exists()
    sign(world, round_, "CA", "QS")
    assert round_.state == RoundState.SEALED


class Stranger(trial.TrialCarrier):
    """Signs with the certificate of another unit."""

    def sign(self, base: bytes, request: carriers.SignRequest, answer: bytes = b"") -> carriers.Signed:
        authority = TrialAuthority.open(settings.DATA, request.at)
        step = engine.sign(
            base,
            field=request.field,
            key=authority.issue("CA", "Ban Tuyên giáo và Dân vận Đảng ủy Công an", request.post, request.at),
            stamper=authority.time_stamper(lambda: request.at),
            now=request.at,
            trust=TrustFolder.load(settings.DATA / "trust"),
            rule=SignerRule(unit_code=request.unit_code),
        )
        raise AssertionError(step)


def test_i02_the_certificate_of_another_unit_is_refused(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = open_round(world, ["CA", "QS"])
    monkeypatch.setattr(sign_module, "carrier_here", lambda unit_code: Stranger())
    with pytest.raises(Invalid, match="không phải"):
        sign_slot(slot(round_, "QS"), by=world.mandate("leader:QS"), now=world.now)
    assert round_.revisions.count() == 1


def test_a_refusal_closes_the_round_and_keeps_the_signatures(world: Any) -> None:
    round_ = open_round(world)
    sign(world, round_, "CQD", "UBND")
    told: list[Any] = []

    def hear(sender: Any, **news: Any) -> None:
        told.append((news["slot"].unit.code, news["slot"].reason))

    round_refused.connect(hear)
    try:
        refuse_slot(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now, reason="Sai chỉ tiêu")
    finally:
        round_refused.disconnect(hear)
    round_.refresh_from_db()
    assert round_.state == RoundState.REFUSED
    assert told == [("CA", "Sai chỉ tiêu")]
    assert round_.revisions.count() == 3
    with pytest.raises(WrongState, match="từ chối"):
        sign(world, round_, "QS")


def test_a_refusal_needs_its_reason(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    with pytest.raises(Invalid, match="lý do"):
        refuse_slot(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now, reason="  ")
    assert slot(round_, "CA").state == SlotState.WAITING


def test_who_has_signed_cannot_refuse_any_more(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    sign(world, round_, "CA")
    with pytest.raises(WrongState, match="đã ký"):
        refuse_slot(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now, reason="Nghĩ lại")


def test_the_head_unit_cancels_a_round_that_is_being_signed(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    sign(world, round_, "CA")
    with pytest.raises(NotAllowed):
        cancel_round(round_, by=world.mandate("leader:CA"), now=world.now, reason="Thử")
    cancel_round(round_, by=world.mandate("leader:CQD"), now=world.now, reason="Sai ngày ký")
    assert round_.state == RoundState.CANCELLED
    with pytest.raises(WrongState, match="hủy"):
        sign(world, round_, "QS")


def test_a_signature_under_way_finds_a_cancelled_round_closed(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    attempt = take_lease(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
    signed = trial.TrialCarrier().sign(*sign_module._parts(attempt, world.now))
    cancel_round(round_, by=world.mandate("leader:CQD"), now=world.now, reason="Sai ngày ký")
    with pytest.raises(WrongState, match="đã khép"):
        sign_module._accept(attempt, signed, by=world.mandate("leader:CA"), now=world.now)
    assert round_.revisions.count() == 1


def test_a_seal_that_failed_is_repeated(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = open_round(world, ["CA", "QS"])
    with monkeypatch.context() as patch:

        def down(self: Any, head: bytes, now: Any, expected: Any) -> bytes:
            raise Invalid("Không lấy được dấu thời gian để đóng niêm.")

        patch.setattr(provision.TrialServices, "seal", down)
        sign(world, round_, "CA", "QS")
    assert round_.state == RoundState.SIGNED
    with pytest.raises(NotAllowed):
        seal_round(round_, by=world.mandate("leader:CA"), now=world.now)
    seal_round(round_, by=world.mandate("secretary:CQD"), now=world.now)
    assert round_.state == RoundState.SEALED


def test_i02_a_seal_that_does_not_continue_the_head_is_refused(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = open_round(world, ["CA", "QS"])
    with monkeypatch.context() as patch:
        patch.setattr(provision.TrialServices, "seal", lambda self, head, now, expected: b"%PDF-1.7 other")
        sign(world, round_, "CA", "QS")
    assert round_.state == RoundState.SIGNED
    assert round_.revisions.count() == 3


def test_the_worker_seals_what_was_left_and_waits_between_tries(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = open_round(world, ["CA", "QS"])
    tries: list[str] = []

    def down(self: Any, head: bytes, now: Any, expected: Any) -> bytes:
        tries.append("try")
        raise Invalid("Không lấy được dấu thời gian.")

    with monkeypatch.context() as patch:
        patch.setattr(provision.TrialServices, "seal", down)
        sign(world, round_, "CA", "QS")
        assert [seal_due_rounds(now=world.now) for _ in range(3)] == [0, 0, 0]
        assert tries == ["try"]
    assert seal_due_rounds(now=world.pass_time(minutes=11)) == 1
    round_.refresh_from_db()
    assert round_.state == RoundState.SEALED


def test_a_round_is_sealed_once_and_only_with_all_signatures(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    sign(world, round_, "CA")
    with pytest.raises(WrongState, match="đủ chữ ký"):
        seal_round(round_, by=SYSTEM, now=world.now)
    sign(world, round_, "QS")
    with pytest.raises(WrongState):
        seal_round(round_, by=SYSTEM, now=world.now)


def test_the_news_goes_up_when_all_have_signed_and_when_it_is_sealed(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    heard: list[str] = []

    def completed(sender: Any, **news: Any) -> None:
        heard.append("completed")

    def sealed(sender: Any, **news: Any) -> None:
        heard.append("sealed")

    round_completed.connect(completed)
    round_sealed.connect(sealed)
    sign(world, round_, "CA", "QS")
    assert heard == ["completed", "sealed"]


def test_without_a_signing_service_no_round_can_be_opened(world: Any, settings: Any) -> None:
    settings.TRIAL_SIGNING = False
    with pytest.raises(WrongState, match="chưa có dịch vụ ký số"):
        open_round(world)


def test_the_register_knows_each_revision_and_who_is_missing_in_it(world: Any) -> None:
    round_ = open_round(world, ["CQD", "CA", "QS"])
    sign(world, round_, "QS", "CA", "CQD")
    shas = list(round_.revisions.order_by("number").values_list("sha256", flat=True))
    second = registered(shas[1])
    assert second is not None
    assert not second.is_head
    assert second.missing == ("Công an Thành phố", "Các cơ quan Đảng Thành phố")
    newest = registered(shas[-1])
    assert newest is not None
    assert newest.is_head
    assert newest.missing == ()
    assert registered("0" * 64) is None


def test_the_register_says_who_is_expected_by_file_and_by_code(world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    sign(world, round_, "CA")
    by_file = expected_for(round_.head.sha256)
    assert by_file == expected_for(f" {round_.code[:3].lower()}-{round_.code[3:6]}-{round_.code[6:]}")
    assert by_file is not None
    assert [(one.unit, bool(one.certificate_sha256)) for one in by_file] == [("CA", True), ("QS", False)]
    assert expected_for("0" * 64) is None
