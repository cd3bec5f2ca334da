"""The trail: append-only, and every change of the past is found."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from giaouoc.audit.models import AuditChain, AuditEvent
from giaouoc.audit.trail import SYSTEM, audit_head, check_all, history_of, record
from giaouoc.clusters.actions.years import change_theme, set_rule
from giaouoc.lib.engine import drop_guards, install_guards, missing_guards
from giaouoc.lib.errors import WrongState


@pytest.fixture
def story(world: Any) -> Any:
    """A world in which five things have happened."""
    by = world.mandate("secretary:CQD")
    for day in range(1, 6):
        set_rule(world.year, "consult.min_days", day, by=by, now=world.pass_time(hours=1), basis="Điều 14")
    return world


def damage(sql: str, *args: Any) -> None:
    """What somebody with the database's password could do."""
    drop_guards()
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
    install_guards()


def test_an_untouched_trail_is_whole(story: Any) -> None:
    assert check_all() == []


def test_i07_the_database_refuses_to_change_or_delete_an_event(story: Any) -> None:
    event = AuditEvent.objects.first()
    for change in (
        lambda: AuditEvent.objects.filter(pk=event.pk).update(verb="x"),
        lambda: AuditEvent.objects.filter(pk=event.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert check_all() == []


@pytest.mark.parametrize("column", ["verb", "actor", "object_id", "at", "data"])
def test_i07_an_edited_event_is_found(story: Any, column: str) -> None:
    pk = AuditEvent.objects.order_by("sequence")[2].pk
    value = {"at": "2020-01-01 00:00:00+00:00", "data": '{"value": 99}'}.get(column, "9999")
    damage(f"UPDATE audit_auditevent SET {column} = %s WHERE id = %s", value, pk)
    assert [fault.sequence for fault in check_all()] == [3]


def test_i07_a_deleted_event_is_found(story: Any) -> None:
    damage("DELETE FROM audit_auditevent WHERE id = %s", AuditEvent.objects.order_by("sequence")[1].pk)
    assert check_all()


def test_i07_a_deleted_last_event_is_found(story: Any) -> None:
    damage("DELETE FROM audit_auditevent WHERE id = %s", AuditEvent.objects.order_by("-sequence")[0].pk)
    assert check_all()


def test_i07_two_events_that_changed_places_are_found(story: Any) -> None:
    first, second = AuditEvent.objects.order_by("sequence")[1:3]
    damage("UPDATE audit_auditevent SET sequence = 1000 WHERE id = %s", first.pk)
    damage("UPDATE audit_auditevent SET sequence = %s WHERE id = %s", first.sequence, second.pk)
    damage("UPDATE audit_auditevent SET sequence = %s WHERE id = %s", second.sequence, first.pk)
    assert check_all()


def test_i07_an_event_slipped_in_at_the_end_is_found(story: Any) -> None:
    last = AuditEvent.objects.order_by("-sequence")[0]
    last.pk, last.sequence, last.hash = None, last.sequence + 1, "f" * 64
    last.save(force_insert=True)
    assert check_all()


@pytest.mark.parametrize("tables", [["audit_auditchain"], ["audit_auditevent", "audit_auditchain"]])
def test_i07_a_chain_that_is_gone_is_found(story: Any, tables: list[str]) -> None:
    assert check_all({"cum-17"}) == []
    with transaction.atomic():
        for table in tables:
            damage(f"DELETE FROM {table}")
        assert check_all({"cum-17"})
        transaction.set_rollback(True)


@pytest.mark.once  # PostgreSQL takes no such value
def test_i07_a_row_that_cannot_be_read_is_a_fault_and_no_failure(story: Any) -> None:
    damage("UPDATE audit_auditevent SET at = 'x' WHERE sequence = 2")
    assert [fault.sequence for fault in check_all()] == [2]


def test_i07_the_database_lets_a_chain_only_grow(story: Any) -> None:
    chain = AuditChain.objects.get(name="cum-17")
    for change in (
        lambda: AuditChain.objects.filter(pk=chain.pk).update(length=chain.length - 1),
        lambda: AuditChain.objects.filter(pk=chain.pk).update(head="0" * 64),
        lambda: AuditChain.objects.filter(pk=chain.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_guards_are_there_after_migrate(story: Any) -> None:
    assert missing_guards() == []


def test_act_and_trace_commit_or_vanish_together(story: Any) -> None:
    before = audit_head()
    with pytest.raises(RuntimeError, match="undone"), transaction.atomic():
        change_theme(
            story.year, by=story.mandate("leader:CQD"), now=story.now, theme_of="TPHCM", theme="Khác", focus_areas=[]
        )
        raise RuntimeError("undone")
    assert audit_head() == before
    story.year.refresh_from_db()
    assert story.year.theme != "Khác"


def test_a_trace_outside_a_transaction_is_refused(transactional_db: None) -> None:
    chain = AuditChain(name="x")
    with pytest.raises(RuntimeError, match="one transaction"):
        record("clusters.change_theme", chain, by=SYSTEM, now=None)  # type: ignore[arg-type]


def test_history_reads_as_sentences_newest_first(story: Any) -> None:
    rule = story.year.rules.get()
    sentences = [event.sentence for event in history_of(rule)]
    assert sentences[0] == "đã đặt quy định “Thời gian lấy ý kiến ít nhất (ngày làm việc)”: 5 (Điều 14)"
    assert len(sentences) == 5


def test_every_act_of_the_code_has_a_sentence() -> None:
    from giaouoc.audit.verbs import all_verbs, sentence_of

    assert all(sentence_of(verb, {}) != verb for verb in all_verbs())


def test_of_two_people_pressing_at_once_one_is_told(world: Any) -> None:
    from giaouoc.public.actions.articles import publish_article, write_article
    from giaouoc.public.models import Article

    by = world.mandate("secretary:CQD")
    first = write_article(world.year, by=by, now=world.now, title="Tin", lead="", body="Nội dung")
    second = Article.objects.get(pk=first.pk)
    publish_article(first, by=by, now=world.now)
    with pytest.raises(WrongState):
        publish_article(second, by=by, now=world.now)
