"""Two people press at the same moment: one act happens, the other person is told; nothing is counted twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from giaouoc.audit.trail import check_all
from giaouoc.documents.models import Adoption
from giaouoc.lib.engine import drop_guards
from giaouoc.lib.errors import DomainError, WrongState
from giaouoc.meetings.actions.deciding import (
    cast_vote,
    declare_decision,
    open_decision,
    void_decision,
)
from giaouoc.meetings.actions.floor import add_floor_edit, check_final_text, confirm_final_text, return_final_text
from giaouoc.meetings.actions.minutes import approve_minutes, write_minutes
from giaouoc.meetings.models import AgendaItem, Meeting, MeetingDecision, ReturnedText, Vote
from giaouoc.meetings.states import DecisionState, MeetingState

from . import stage


@pytest.fixture
def shared(transactional_db: None, world: Any) -> Iterator[Any]:
    """A world that other threads see."""
    yield world
    drop_guards()  # the flush that follows deletes what nobody else may; it ends by installing them again


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Each act in a thread of its own at the same moment; what came of each: its answer or its refusal."""
    results: list[Any] = [None] * len(acts)
    ready = threading.Barrier(len(acts))

    def press(place: int) -> None:
        try:
            ready.wait(timeout=20)
            results[place] = acts[place]() or "done"
        except DomainError as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def told(results: list[Any]) -> int:
    return sum(isinstance(one, WrongState) for one in results)


def test_of_two_who_declare_one_declares_and_the_text_is_adopted_once(shared: Any) -> None:
    decision = stage.votes(shared, stage.deciding(shared), **dict.fromkeys(stage.ALL, "yes"))
    meeting = decision.item.meeting

    def act() -> Any:
        mine = MeetingDecision.objects.select_related("item__document__year__cluster", "version").get(pk=decision.pk)
        mine.item.meeting = Meeting.objects.select_related("year__cluster", "chair__unit").get(pk=meeting.pk)
        return declare_decision(mine, by=shared.mandate("leader:CQD"), now=shared.now)

    assert told(together(act, act)) == 1
    assert Adoption.objects.count() == 1
    assert check_all() == []


def test_a_vote_at_the_moment_of_the_result_is_counted_or_refused(shared: Any) -> None:
    decision = stage.votes(shared, stage.deciding(shared), CQD="yes", UBND="yes", CA="yes", QS="yes")
    late = MeetingDecision.objects.select_related("item__meeting__year__cluster").get(pk=decision.pk)
    results = together(
        lambda: declare_decision(decision, by=shared.mandate("leader:CQD"), now=shared.now),
        lambda: cast_vote(late, shared.unit("DHQG"), "yes", by=shared.mandate("leader:DHQG"), now=shared.now),
    )
    declared = MeetingDecision.objects.get(pk=decision.pk)
    assert declared.state == DecisionState.DECLARED
    assert declared.in_favour == Vote.objects.filter(choice="yes").count() == 5 - told(results)


def test_two_texts_are_not_put_to_the_decision_at_once(shared: Any) -> None:
    meeting = stage.sitting(shared)

    def act() -> Any:
        mine = Meeting.objects.select_related("year__cluster", "chair__unit").get(pk=meeting.pk)
        return open_decision(stage.item(mine), by=shared.mandate("leader:CQD"), now=shared.now)

    assert told(together(act, act)) == 1
    assert MeetingDecision.objects.filter(state=DecisionState.OPEN).count() == 1


def test_a_decision_is_declared_or_given_up_and_never_both(shared: Any) -> None:
    decision = stage.votes(shared, stage.deciding(shared), **dict.fromkeys(stage.ALL, "yes"))
    other = MeetingDecision.objects.select_related("item__meeting__year__cluster").get(pk=decision.pk)
    leader = shared.mandate("leader:CQD")
    results = together(
        lambda: declare_decision(decision, by=leader, now=shared.now),
        lambda: void_decision(other, by=leader, now=shared.now, reason="Nhầm"),
    )
    assert told(results) == 1
    state = MeetingDecision.objects.get().state
    assert Adoption.objects.count() == (1 if state == DecisionState.DECLARED else 0)


def test_minutes_written_at_the_moment_of_approval_are_approved_or_refused(shared: Any) -> None:
    meeting = stage.written(shared)
    assert meeting.minutes is not None
    read = meeting.minutes.sha256
    mine = Meeting.objects.select_related("year__cluster__supervising_body", "chair__unit").get(pk=meeting.pk)
    results = together(
        lambda: approve_minutes(meeting, by=shared.mandate("leader:CQD"), now=shared.now, read=read),
        lambda: write_minutes(mine, by=shared.mandate("secretary:CQD"), now=shared.now, conclusion="Câu khác."),
    )
    assert told(results) == 1
    kept = Meeting.objects.select_related("minutes").get()
    assert kept.minutes is not None
    assert (kept.state == MeetingState.RECORDED) == (kept.minutes.sha256 == read)


def test_a_final_text_is_checked_once_and_confirmed_or_returned_and_never_both(shared: Any) -> None:
    item = stage.item(stage.sitting(shared))
    at, secretary, leader = item.version.texts.get(path="1/2"), *map(shared.mandate, ("secretary:CQD", "leader:CQD"))
    add_floor_edit(item, at, "reword", "Lời của hội nghị.", by=secretary, now=shared.now)
    decision = open_decision(item, by=leader, now=shared.now, method="vote")
    declare_decision(stage.votes(shared, decision, **dict.fromkeys(stage.ALL, "yes")), by=leader, now=shared.now)

    def mine() -> AgendaItem:
        rows = AgendaItem.objects.select_related("document__year__cluster", "version", "meeting__year__cluster")
        return rows.get(pk=item.pk)

    assert told(together(*[lambda: check_final_text(mine(), by=secretary, now=shared.now)] * 2)) == 1
    results = together(
        lambda: confirm_final_text(mine(), by=leader, now=shared.now),
        lambda: return_final_text(mine(), by=leader, now=shared.now, reason="Sai ý."),
    )
    assert told(results) == 1 and None not in results
    assert Adoption.objects.count() + ReturnedText.objects.count() == 1
    assert check_all() == []
