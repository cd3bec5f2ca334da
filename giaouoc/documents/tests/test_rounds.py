"""A round opens on a frozen draft, is extended, and closes by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from giaouoc.audit.models import AuditEvent
from giaouoc.audit.trail import SYSTEM
from giaouoc.clusters.actions.years import add_member, end_membership, set_rule
from giaouoc.clusters.models import Unit
from giaouoc.clusters.queries import rules_of
from giaouoc.documents.actions.reminders import remind_by_clock
from giaouoc.documents.actions.rounds import ask_joined, close_due_rounds, close_round, extend_round, open_round
from giaouoc.documents.actions.tabling import withdraw_document
from giaouoc.documents.models import ConsultationRound, DocumentVersion, ProvisionText, UnitSubmission
from giaouoc.documents.words import too_short
from giaouoc.lib.clock import local_date
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.notices.models import Message

from . import stage


def test_opening_freezes_the_draft_and_asks_every_member(world: Any) -> None:
    round = stage.consulting(world)
    assert round.version.frozen_at == world.now
    assert round.version.document.state == "consulting"
    assert set(round.submissions.values_list("unit__code", flat=True)) == {"CQD", "UBND", "CA", "QS", "DHQG"}
    assert Message.objects.count() == 10  # secretary and leader of five units


def test_a_frozen_draft_is_refused_any_change_by_the_database(world: Any) -> None:
    round = stage.consulting(world)
    text = round.version.texts.first()
    other = stage.draft(world).texts.last()  # of a draft that is not frozen
    for change in (
        lambda: ProvisionText.objects.filter(pk=other.pk).update(version=round.version, position=999, parent=None),
        lambda: ProvisionText.objects.filter(pk=text.pk).update(text="khác"),
        lambda: ProvisionText.objects.filter(pk=text.pk).delete(),
        lambda: DocumentVersion.objects.filter(pk=round.version.pk).update(content_hash="0" * 64),
        lambda: DocumentVersion.objects.filter(pk=round.version.pk).update(frozen_at=None),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_secretary_opens_only_with_a_written_delegation(world: Any) -> None:
    version = stage.draft(world)
    by = world.mandate("secretary:CQD")
    closes = world.now + timedelta(days=20)
    with pytest.raises(NotAllowed, match="ủy quyền bằng văn bản"):
        open_round(version, by=by, now=world.now, closes_at=closes)
    by.delegation_number = "12-GUQ/BTGDV"
    assert open_round(version, by=by, now=world.now, closes_at=closes).state == "open"


def test_a_close_that_is_not_after_the_opening_is_refused(world: Any) -> None:
    version = stage.draft(world)
    for closes in (world.now, world.now - timedelta(days=1), world.now + timedelta(days=400)):
        with pytest.raises(Invalid) as refused:
            open_round(version, by=world.mandate("leader:CQD"), now=world.now, closes_at=closes)
        assert refused.value.field == "closes_at"


def test_only_the_newest_draft_is_sent_round(world: Any) -> None:
    first = stage.draft(world)
    stage.draft(world, stage.regulation(second=True), document=first.document)
    with pytest.raises(WrongState, match="mới hơn"):
        open_round(first, by=world.mandate("leader:CQD"), now=world.now, closes_at=world.now + timedelta(days=20))


def test_a_second_round_waits_for_the_answers_of_the_first(world: Any) -> None:
    round = stage.consulting(world)
    stage.said(world, round)
    stage.closed(world, round)
    with pytest.raises(WrongState, match="Công bố trả lời"):
        open_round(
            round.version, by=world.mandate("leader:CQD"), now=world.now, closes_at=world.now + timedelta(days=20)
        )


def test_of_two_who_open_at_once_the_second_is_told(world: Any) -> None:
    version = stage.draft(world)
    other = DocumentVersion.objects.select_related("document__year__cluster", "document__drafting_unit").get(
        pk=version.pk
    )
    closes = world.now + timedelta(days=20)
    open_round(version, by=world.mandate("leader:CQD"), now=world.now, closes_at=closes)
    with pytest.raises(WrongState):
        open_round(other, by=world.mandate("leader:CQD"), now=world.now, closes_at=closes)
    assert ConsultationRound.objects.count() == 1


def test_a_short_term_warns_with_the_clause_and_is_no_bar(world: Any) -> None:
    set_rule(
        world.year,
        "consult.min_days",
        10,
        basis="khoản 4 Điều 14",
        confirmed=True,
        by=world.mandate("leader:CQD"),
        now=world.now,
    )
    rule = rules_of(world.year)["consult.min_days"]
    warning = too_short(world.now, world.now + timedelta(days=9, hours=23), rule)
    assert "10 ngày" in warning
    assert "khoản 4 Điều 14" in warning
    assert too_short(world.now, world.now + timedelta(days=10), rule) == ""
    assert stage.consulting(world, days=3).state == "open"


def test_nobody_closes_before_the_hour(world: Any) -> None:
    round = stage.consulting(world)
    for by in (world.mandate("secretary:CQD"), world.mandate("leader:CQD"), SYSTEM):
        with pytest.raises(WrongState, match="chưa đến giờ"):
            close_round(round, by=by, now=round.closes_at - timedelta(seconds=1))


def test_the_clock_closes_and_records_who_was_silent_and_what_that_means(world: Any) -> None:
    round = stage.consulting(world)
    stage.said(world, round)
    assert close_due_rounds(now=round.closes_at - timedelta(seconds=1)) == 0
    assert close_due_rounds(now=round.closes_at) == 1
    assert close_due_rounds(now=round.closes_at) == 0
    round.refresh_from_db()
    assert round.state == "closed"
    assert round.version.document.__class__.objects.get().state == "responding"
    states = dict(round.submissions.values_list("unit__code", "state"))
    assert states == {"CA": "sent", "CQD": "silent", "UBND": "silent", "QS": "silent", "DHQG": "silent"}
    event = AuditEvent.objects.get(verb="documents.close_round")
    assert "Quân sự Thành phố" in event.sentence
    assert "không trả lời chỉ là không trả lời" in event.sentence
    assert event.actor == "Hệ thống"


def test_where_silence_is_consent_the_trail_says_so_with_the_clause(world: Any) -> None:
    set_rule(
        world.year,
        "silence",
        "consent",
        basis="khoản 5 Điều 14",
        confirmed=True,
        by=world.mandate("leader:CQD"),
        now=world.now,
    )
    stage.closed(world, stage.consulting(world))
    assert (
        "không trả lời là thống nhất (khoản 5 Điều 14)" in AuditEvent.objects.get(verb="documents.close_round").sentence
    )


def test_an_extension_needs_a_later_hour_and_a_reason_and_tells_everybody(world: Any) -> None:
    round = stage.consulting(world)
    by, told = world.mandate("secretary:CQD"), Message.objects.count()
    with pytest.raises(Invalid, match="sau hạn đang có"):
        extend_round(round, by=by, now=world.now, closes_at=round.closes_at, reason="Thêm thời gian")
    later = round.closes_at + timedelta(days=5)
    with pytest.raises(Invalid, match="lý do"):
        extend_round(round, by=by, now=world.now, closes_at=later, reason="  ")
    extend_round(round, by=by, now=world.now, closes_at=later, reason="Hai đơn vị đề nghị thêm thời gian")
    assert ConsultationRound.objects.get().closes_at == later
    assert Message.objects.count() == told + 10


def test_after_its_hour_a_round_is_not_extended_even_if_nobody_has_closed_it(world: Any) -> None:
    round = stage.consulting(world)
    world.now = round.closes_at
    with pytest.raises(WrongState, match="hết hạn"):
        extend_round(
            round,
            by=world.mandate("secretary:CQD"),
            now=world.now,
            closes_at=world.now + timedelta(days=2),
            reason="muộn",
        )


def test_a_withdrawn_text_ends_its_round(world: Any) -> None:
    round = stage.consulting(world)
    document = round.version.document
    with pytest.raises(NotAllowed):
        withdraw_document(document, by=world.mandate("secretary:CQD"), now=world.now, reason="Thôi")
    with pytest.raises(Invalid):
        withdraw_document(document, by=world.mandate("leader:CQD"), now=world.now, reason=" ")
    withdraw_document(document, by=world.mandate("leader:CQD"), now=world.now, reason="Không ban hành trong năm nay")
    assert document.state == "withdrawn"
    assert ConsultationRound.objects.get().state == "closed"
    assert UnitSubmission.objects.filter(state="silent").count() == 0
    with pytest.raises(WrongState):
        withdraw_document(document, by=world.mandate("leader:CQD"), now=world.now, reason="lần nữa")


@pytest.mark.once
def test_a_round_that_the_database_does_not_let_close_keeps_no_other_waiting(world: Any) -> None:
    stuck = stage.consulting(world)
    other = stage.open_round_on(world, stage.draft(world, [stage.node("paragraph", None, "Kế hoạch năm.")]))
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TRIGGER stuck BEFORE UPDATE ON documents_consultationround WHEN NEW.id = {stuck.pk}"
            " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
        assert close_due_rounds(now=other.closes_at) == 1
        cursor.execute("DROP TRIGGER stuck")
    assert close_due_rounds(now=other.closes_at) == 1  # the next tick takes it up again
    assert set(ConsultationRound.objects.values_list("state", flat=True)) == {"closed"}


def test_a_unit_that_leaves_while_it_is_asked_is_not_waited_for_and_its_silence_is_no_consent(
    world: Any, client: Any
) -> None:
    """It is a member to the end of its last day; the round closes on another."""
    round = stage.consulting(world)
    stage.say(world, round, "QS")
    by, last = world.mandate("leader:CQD"), local_date(round.closes_at)
    for code, until in (("QS", last - timedelta(days=1)), ("DHQG", last)):
        end_membership(world.year.memberships.get(unit__code=code), by=by, now=world.now, until=until)
    Message.objects.all().delete()
    remind_by_clock(now=world.pass_time(days=18))
    assert Message.objects.filter(to=world.mandate("leader:DHQG").user).exists()
    page = world.sign_in(client, "leader:CQD").get(round.version.document.get_absolute_url()).content.decode()
    assert "0/4 đơn vị" in page
    assert "Quân sự" not in page.partition("Chưa gửi")[2].partition("</b>")[0]
    stage.closed(world, round)
    assert not Message.objects.filter(to=world.mandate("leader:QS").user).exists()
    said = AuditEvent.objects.get(verb="documents.close_round").sentence
    assert "Quân sự" not in said
    assert "Đại học Quốc gia" in said
    assert stage.submission(round, "QS").state == "preparing"
    table = client.get(world.url(f"van-ban/{round.version.document.slug}/tiep-thu/")).content.decode()
    assert "Quân sự" not in table.partition("Không trả lời:")[2].partition("</p>")[0]


def test_a_unit_that_joins_while_a_round_is_open_is_asked_too(world: Any) -> None:
    world.year.memberships.filter(unit__code="QS").delete()
    round = stage.consulting(world)
    assert ask_joined(now=world.now) == 0
    day = world.pass_time(days=2)
    unit, by = world.unit("QS"), world.mandate("leader:CQD")
    add_member(world.year, unit, by=by, now=day, since=local_date(day) + timedelta(days=1))
    assert ask_joined(now=day) == 0  # from tomorrow on
    day = world.pass_time(days=1)
    assert [ask_joined(now=day) for _again in range(2)] == [1, 0]
    assert "Quân sự Thành phố" in AuditEvent.objects.get(verb="documents.ask_joined").sentence
    assert Message.objects.filter(to=world.mandate("leader:QS").user, subject__startswith="Lấy ý kiến").count() == 1
    assert stage.said(world, round, "QS").submission.is_late is False
    world.year.memberships.filter(unit__code="QS").update(until=local_date(day))
    again = Unit.objects.create(code="MOI", name="Ban mới", short_name="Ban mới")
    add_member(world.year, again, by=by, now=day, since=local_date(day))
    assert ask_joined(now=round.closes_at) == 0  # the hour has come
