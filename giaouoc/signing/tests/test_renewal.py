"""Gia hạn niêm phong: each year one more seal, by the calendar; months ahead a warning where that fails."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from giaouoc.audit.models import AuditEvent
from giaouoc.audit.trail import SYSTEM
from giaouoc.lib.errors import Invalid, NotAllowed
from giaouoc.notices.models import Message
from giaouoc.signing.actions.renew import renew_due_seals, renew_seal, warn_of_ageing_seals
from giaouoc.signing.engine.sign import proof_until
from giaouoc.signing.models import SigningRound
from giaouoc.signing.queries import registered, seals_at_risk, seals_to_renew
from giaouoc.signing.verification import page_of_stored, verify_upload

from .rounds import open_round, sign


@pytest.fixture
def sealed(world: Any) -> SigningRound:
    round_ = open_round(world, ["CA", "QS"])
    sign(world, round_, "CA", "QS")
    assert round_.state == "sealed"
    return round_


@pytest.mark.once
def test_a_seal_is_renewed_when_it_is_a_year_old_and_the_old_bytes_stay(world: Any, sealed: SigningRound) -> None:
    before = sealed.head
    old = before.file.read()
    assert before.proof_until == proof_until(old)
    world.pass_time(days=364)
    assert renew_due_seals(now=world.now) == 0
    world.pass_time(days=2)
    assert renew_due_seals(now=world.now) == 1
    assert renew_due_seals(now=world.now) == 0
    after = sealed.head
    assert (after.number, after.cause, after.previous_sha256) == (before.number + 1, "renewal", before.sha256)
    assert after.file.read().startswith(old)
    answer = page_of_stored(sealed)
    assert (answer.state, answer.register) == ("valid", "head")
    assert answer.verdict.sealed_at is not None
    assert answer.verdict.sealed_at >= world.now - timedelta(minutes=1)
    assert AuditEvent.objects.filter(verb="signing.renew").count() == 1
    earlier = verify_upload(old)
    assert (earlier.state, earlier.register) == ("valid", "older")
    assert "gia hạn" in earlier.facts[-1]["text"]
    known = registered(before.sha256)
    assert known is not None
    assert known.missing == ()


@pytest.mark.once
def test_nobody_renews_by_hand_and_an_open_round_has_nothing_to_renew(world: Any, sealed: SigningRound) -> None:
    with pytest.raises(NotAllowed):
        renew_seal(sealed, by=world.mandate("secretary:CQD"), now=world.now)
    open_round(world, ["CA"])
    world.pass_time(days=400)
    assert [one.round_id for one in seals_to_renew(world.now)] == [sealed.pk]


@pytest.mark.once
def test_a_certificate_that_ends_soon_must_be_followed_by_one_that_ends_later(world: Any, sealed: SigningRound) -> None:
    """The warning comes half a year ahead, the first try three months ahead, the next try a day later."""
    until = sealed.head.proof_until
    assert until is not None
    assert list(seals_at_risk(world.now)) == []
    assert len(seals_at_risk(until - timedelta(days=179))) == 1
    assert len(seals_to_renew(until - timedelta(days=89))) == 1
    world.pass_time(days=(until - world.now).days - 60)
    with pytest.raises(Invalid, match="chứng thư sắp hết hạn"):
        renew_seal(sealed, by=SYSTEM, now=world.now)
    assert sealed.head.cause == "seal"
    assert AuditEvent.objects.filter(verb="signing.renew_failed").count() == 1
    world.pass_time(hours=1)
    assert renew_due_seals(now=world.now) == 0
    assert AuditEvent.objects.filter(verb="signing.renew_failed").count() == 1


@pytest.mark.once
def test_administrators_are_told_months_ahead_once_a_month(world: Any, sealed: SigningRound, settings: Any) -> None:
    settings.TRIAL_SIGNING, settings.TSA_URLS = False, []
    assert warn_of_ageing_seals(now=world.now) == 0
    world.pass_time(days=400)  # nothing renewed it: the service is away
    assert renew_due_seals(now=world.now) == 0
    assert warn_of_ageing_seals(now=world.now) == 1
    assert warn_of_ageing_seals(now=world.now + timedelta(days=1)) == 0
    assert warn_of_ageing_seals(now=world.now + timedelta(days=31)) == 1
    told = Message.objects.filter(subject__startswith="Niêm phong cần gia hạn")
    assert told.count() >= 2
    assert sealed.title in str(told[0].body)
