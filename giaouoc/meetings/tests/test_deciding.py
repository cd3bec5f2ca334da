"""Opening with quorum, deciding on exactly the tabled text, the result as computed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from giaouoc.audit.trail import check_all, history_of
from giaouoc.clusters.actions.hiding import hide_words
from giaouoc.clusters.models import YearRule
from giaouoc.documents.actions.imports import save_draft
from giaouoc.documents.actions.tabling import table_without_consultation
from giaouoc.documents.models import Adoption, Document
from giaouoc.documents.states import DocumentState
from giaouoc.documents.tests import stage as texts
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.meetings.actions.attendance import mark_left, mark_present
from giaouoc.meetings.actions.deciding import (
    add_note,
    cast_vote,
    change_note,
    close_meeting,
    declare_decision,
    open_decision,
    open_meeting,
    void_decision,
)
from giaouoc.meetings.actions.planning import add_item, put_document_on_agenda
from giaouoc.meetings.counting import count_of, result_words
from giaouoc.meetings.models import AgendaNote, Meeting, MeetingDecision, Vote
from giaouoc.meetings.states import DecisionState, MeetingState, Outcome

from . import stage


def declare(world: Any, decision: MeetingDecision, by: str = "leader:CQD") -> Any:
    return declare_decision(decision, by=world.mandate(by), now=world.now)


def state_of(decision: MeetingDecision) -> str:
    return Document.objects.get(pk=decision.item.document_id).state


# Opening


def test_too_few_units_open_nothing_and_the_refusal_has_the_numbers_and_the_clause(world: Any) -> None:
    stage.rule(world, "quorum", {"share": "4/5", "strict": False, "base": "roll"}, "khoản 3 Điều 14")
    meeting = stage.day(world, stage.convened(world), ["CQD", "UBND", "CA"])
    with pytest.raises(WrongState, match=r"3/5 đơn vị, cần 4 \(khoản 3 Điều 14\)"):
        open_meeting(meeting, by=world.mandate("leader:CQD"), now=world.now)
    assert Meeting.objects.get().state == MeetingState.CONVENED


def test_whoever_opens_chairs_and_the_quorum_is_kept_as_it_was(world: Any) -> None:
    meeting = stage.sitting(world, ["CQD", "UBND", "CA", "QS"])
    assert meeting.chair == world.mandate("leader:CQD")
    assert (meeting.quorum["roll"], meeting.quorum["present"], meeting.quorum["needed"]) == (5, 4, 4)
    assert history_of(meeting)[0].sentence.startswith("đã khai mạc: có mặt 4/5 đơn vị, túc số 4")


def test_a_conference_does_not_open_before_its_day(world: Any) -> None:
    meeting = stage.convened(world)
    with pytest.raises(WrongState, match="dự kiến ngày"):
        open_meeting(meeting, by=world.mandate("leader:CQD"), now=world.now)


def test_a_secretary_opens_nothing(world: Any) -> None:
    meeting = stage.day(world, stage.convened(world), stage.ALL)
    with pytest.raises(NotAllowed):
        open_meeting(meeting, by=world.mandate("secretary:CQD"), now=world.now)


# Putting to the decision


def test_what_counts_is_frozen_when_the_decision_opens(world: Any) -> None:
    stage.rule(world, "adopt.text", {"share": "2/3", "strict": True, "base": "present"}, "khoản 2 Điều 15")
    decision = stage.deciding(world, ["CQD", "UBND", "CA", "QS"])
    stage.rule(world, "adopt.text", {"share": "1/2", "strict": False, "base": "cast"}, "khác")
    kept = MeetingDecision.objects.get(pk=decision.pk)
    assert kept.text_hash == kept.version.content_hash
    assert (kept.roll, kept.present) == (5, ["CQD", "UBND", "CA", "QS"])
    assert kept.rule == {
        "share": "2/3",
        "strict": True,
        "base": "present",
        "needed": 3,
        "basis": "khoản 2 Điều 15",
        "tie": "chair",
        "chair": "CQD",
    }
    stage.votes(world, decision, CQD="yes", UBND="yes", CA="no", QS="no")
    assert not declare(world, decision).adopted  # half would have been enough under the later rule


def test_without_quorum_now_nothing_is_put_to_the_decision(world: Any) -> None:
    meeting = stage.sitting(world)
    for code in ("CA", "QS"):
        mark_left(meeting, world.unit(code), by=world.mandate("secretary:CQD"), now=world.now)
    with pytest.raises(WrongState, match="3/5 đơn vị, cần 4"):
        open_decision(stage.item(meeting), by=world.mandate("leader:CQD"), now=world.now)


def test_only_one_decision_is_open_at_a_time(world: Any) -> None:
    decision = stage.deciding(world)
    meeting, by = decision.item.meeting, world.mandate("secretary:CQD")
    plan = texts.imported(world, texts.regulation(second=True))
    plan.kind, plan.title = "plan", "Kế hoạch năm"
    plan.save()
    other = save_draft(plan, by=by, now=world.now).document
    table_without_consultation(other, by=world.mandate("leader:CQD"), now=world.now, reason="Cần gấp")
    second = add_item(meeting, "Kế hoạch", by=by, now=world.now, document=other)
    second.meeting = meeting
    with pytest.raises(WrongState, match="chưa công bố"):
        open_decision(second, by=world.mandate("leader:CQD"), now=world.now)


def test_an_item_without_a_tabled_text_is_not_decided(world: Any) -> None:
    meeting = stage.sitting(world)
    item = add_item(meeting, "Trao đổi", by=world.mandate("secretary:CQD"), now=world.now)
    item.meeting = meeting
    with pytest.raises(WrongState, match="không có văn bản"):
        open_decision(item, by=world.mandate("leader:CQD"), now=world.now)


def _tabled_again(world: Any, decision: MeetingDecision) -> Document:
    """After it was sent back the text comes with a second draft."""
    document = Document.objects.get(pk=decision.item.document_id)
    document.year = world.year
    texts.draft(world, texts.regulation(second=True), document=document)
    table_without_consultation(document, by=world.mandate("leader:CQD"), now=world.now, reason="Đã sửa tại chỗ")
    return document


def test_another_draft_than_the_one_on_the_agenda_is_not_decided(world: Any) -> None:
    decision = stage.deciding(world)
    meeting = decision.item.meeting
    stale = add_item(
        meeting, "Quy chế, lần hai", by=world.mandate("secretary:CQD"), now=world.now, document=decision.item.document
    )
    stage.votes(world, decision, CQD="no", UBND="no", CA="no")
    declare(world, decision)
    document = _tabled_again(world, decision)
    stale.meeting, stale.document = meeting, document
    with pytest.raises(WrongState, match="còn ghi dự thảo 1 của"):
        open_decision(stale, by=world.mandate("leader:CQD"), now=world.now)
    put_document_on_agenda(stale, document, by=world.mandate("secretary:CQD"), now=world.now)
    again = open_decision(stale, by=world.mandate("leader:CQD"), now=world.now)
    assert again.text_hash != decision.text_hash
    stage.votes(world, again, **dict.fromkeys(stage.ALL, "yes"))
    assert declare(world, again).adopted
    assert Adoption.objects.get().text_hash == again.text_hash


# Voting


def test_four_of_five_adopt_and_the_text_carries_the_hash_that_was_voted_on(world: Any) -> None:
    decision = stage.votes(world, stage.deciding(world), CQD="yes", UBND="yes", CA="yes", QS="yes", DHQG="no")
    result = declare(world, decision)
    assert (result.adopted, result.in_favour, result.against, result.abstained) == (True, 4, 1, 0)
    adoption = Adoption.objects.get()
    assert (adoption.text_hash, adoption.result) == (
        decision.text_hash,
        "4/5 đơn vị có mặt tán thành, 1 không tán thành, 0 không có ý kiến",
    )
    assert (decision.state, decision.outcome, decision.in_favour) == (DecisionState.DECLARED, Outcome.ADOPTED, 4)
    assert state_of(decision) == DocumentState.ADOPTED
    assert check_all() == []


def test_all_in_favour_are_five_of_five(world: Any) -> None:
    decision = stage.votes(world, stage.deciding(world), **dict.fromkeys(stage.ALL, "yes"))
    assert result_words(declare(world, decision), decision) == "5/5 đơn vị có mặt tán thành"


def test_three_of_five_are_not_more_than_two_thirds_and_send_the_text_back(world: Any) -> None:
    decision = stage.votes(world, stage.deciding(world), CQD="yes", UBND="yes", CA="yes", QS="no")
    assert not declare(world, decision).adopted
    assert decision.outcome == Outcome.REJECTED
    assert state_of(decision) == DocumentState.DRAFTING


def test_a_vote_may_be_changed_until_the_result_and_not_after(world: Any) -> None:
    decision = stage.votes(world, stage.deciding(world), **dict.fromkeys(stage.ALL, "yes"))
    stage.vote(world, decision, "CA", "no", "Chưa rõ Điều 3")
    assert (count_of(decision).in_favour, Vote.objects.count()) == (4, 5)
    declare(world, decision)
    with pytest.raises(WrongState, match="đã đóng"):
        stage.vote(world, decision, "CA", "yes")


def test_hands_in_the_room_are_recorded_as_recorded(world: Any) -> None:
    decision, by = stage.deciding(world), world.mandate("secretary:CQD")
    vote = cast_vote(decision, world.unit("CA"), "yes", by=by, now=world.now)
    assert vote.recorded
    assert history_of(decision)[0].sentence == "đã ghi biểu quyết của Công an Thành phố: tán thành"
    own_unit = cast_vote(decision, world.unit("CQD"), "yes", by=by, now=world.now)
    assert own_unit.recorded  # a secretary is no leader of the own unit either
    stage.vote(world, decision, "CA", "no")
    assert not Vote.objects.get(unit__code="CA").recorded


def test_what_a_unit_cast_itself_nobody_changes_for_it(world: Any) -> None:
    decision = stage.votes(world, stage.deciding(world), CA="no", CQD="no")
    for code in ("CA", "CQD"):
        with pytest.raises(WrongState, match="đã tự biểu quyết"):
            cast_vote(decision, world.unit(code), "yes", by=world.mandate("secretary:CQD"), now=world.now)


@pytest.mark.parametrize("key", ["observer", "administrator", "leader:QS", "secretary:CA", "assessor:CA", "leader:CQD"])
def test_nobody_else_votes_for_a_unit(world: Any, key: str) -> None:
    decision = stage.deciding(world)
    with pytest.raises(NotAllowed):
        cast_vote(decision, world.unit("CA"), "yes", by=world.mandate(key), now=world.now)


def test_a_unit_that_came_too_late_or_left_does_not_vote(world: Any) -> None:
    by = world.mandate("secretary:CQD")
    meeting = stage.sitting(world, ["CQD", "UBND", "CA", "QS"])
    decision = stage.deciding(world, meeting=meeting)
    mark_present(meeting, world.unit("DHQG"), by=by, now=world.now)
    with pytest.raises(WrongState, match="không có mặt khi mở"):
        stage.vote(world, decision, "DHQG")
    mark_left(meeting, world.unit("CA"), by=by, now=world.now)
    with pytest.raises(WrongState, match="đã rời"):
        stage.vote(world, decision, "CA")


def test_a_lost_quorum_stops_voting_and_declaring_until_it_is_back(world: Any) -> None:
    by = world.mandate("secretary:CQD")
    decision = stage.votes(world, stage.deciding(world), CQD="yes", UBND="yes", CA="yes", QS="yes")
    for code in ("DHQG", "QS"):
        mark_left(decision.item.meeting, world.unit(code), by=by, now=world.now)
    with pytest.raises(WrongState, match="3/5 đơn vị, cần 4"):
        declare(world, decision)
    with pytest.raises(WrongState, match="3/5 đơn vị, cần 4"):
        stage.vote(world, decision, "CA", "no")
    mark_present(decision.item.meeting, world.unit("QS"), by=by, now=world.now)
    assert declare(world, decision).adopted


def test_a_vote_in_which_nobody_voted_is_not_declared(world: Any) -> None:
    decision = stage.deciding(world)
    with pytest.raises(Invalid, match="Chưa đơn vị nào"):
        declare(world, decision)
    assert MeetingDecision.objects.get().state == DecisionState.OPEN


def test_when_all_abstain_the_text_is_not_adopted(world: Any) -> None:
    decision = stage.votes(world, stage.deciding(world), **dict.fromkeys(stage.ALL, "abstain"))
    assert not declare(world, decision).adopted


def test_no_word_outside_the_list_is_a_vote(world: Any) -> None:
    decision = stage.deciding(world)
    with pytest.raises(Invalid):
        stage.vote(world, decision, "CA", "maybe")


@pytest.mark.parametrize(
    ("tie", "chair_says", "outcome", "state"),
    [
        ("chair", "yes", Outcome.ADOPTED, DocumentState.ADOPTED),
        ("chair", "no", Outcome.REJECTED, DocumentState.DRAFTING),
        ("repeat", "yes", Outcome.TIED, DocumentState.TABLED),
        ("rejected", "yes", Outcome.REJECTED, DocumentState.DRAFTING),
    ],
)
def test_a_tie_goes_as_the_regulation_says(world: Any, tie: str, chair_says: str, outcome: str, state: str) -> None:
    stage.rule(world, "adopt.text", {"share": "1/2", "strict": True, "base": "present"})
    stage.rule(world, "tie", tie)
    decision = stage.deciding(world, ["CQD", "UBND", "CA", "QS"])
    other = "no" if chair_says == "yes" else "yes"
    stage.votes(world, decision, CQD=chair_says, UBND=chair_says, CA=other, QS=other)
    declare(world, decision)
    assert decision.outcome == outcome
    assert state_of(decision) == state
    if outcome == Outcome.TIED:  # the second vote is a new decision on the same text
        again = stage.deciding(world, meeting=decision.item.meeting)
        stage.votes(world, again, CQD="yes", UBND="yes", CA="yes")
        assert declare(world, again).adopted


def test_the_deputy_by_delegation_chairs_declares_and_the_text_is_adopted(world: Any) -> None:
    deputy = world.mandate("leader:UBND")
    deputy.delegation_number = "07-UQ"
    deputy.save()
    meeting = stage.day(world, stage.convened(world), ["UBND", "CA", "QS", "DHQG"])
    open_meeting(meeting, by=deputy, now=world.now)
    decision = open_decision(stage.item(meeting), by=deputy, now=world.now)
    assert decision.rule["chair"] == "UBND"
    stage.votes(world, decision, UBND="yes", CA="yes", QS="yes", DHQG="yes")
    assert declare(world, decision, by="leader:UBND").adopted
    assert state_of(decision) == DocumentState.ADOPTED


# Consensus


def test_in_a_consensus_silence_agrees_and_a_reservation_is_kept(world: Any) -> None:
    decision = stage.deciding(world, method="consensus")
    stage.vote(world, decision, "CA", "yes", "Bảo lưu về khoản 2 Điều 1.")
    world.pass_time(seconds=60)
    result = declare(world, decision)
    assert result.adopted
    assert Adoption.objects.get().result == "5/5 đơn vị có mặt thống nhất"
    assert Vote.objects.get().words == "Bảo lưu về khoản 2 Điều 1."


def test_one_objection_ends_the_consensus_and_leaves_the_text_for_a_vote(world: Any) -> None:
    decision = stage.deciding(world, method="consensus")
    with pytest.raises(Invalid, match="ý kiến khác") as refused:
        stage.vote(world, decision, "CA", "no")
    assert refused.value.field == "words"
    stage.vote(world, decision, "CA", "no", "Không đồng ý Điều 1.")
    assert not declare(world, decision).adopted
    assert state_of(decision) == DocumentState.TABLED
    again = stage.deciding(world, meeting=decision.item.meeting)
    stage.votes(world, again, CQD="yes", UBND="yes", QS="yes", DHQG="yes", CA="no")
    assert declare(world, again).adopted


def test_silence_agrees_only_after_the_time_of_the_year(world: Any) -> None:
    stage.rule(world, "consensus.seconds", 90)
    decision = stage.deciding(world, method="consensus")
    stage.rule(world, "consensus.seconds", 0)  # what counts was fixed when it opened
    world.pass_time(seconds=89)
    with pytest.raises(WrongState, match="Còn chờ ý kiến khác đến"):
        declare(world, decision)
    world.pass_time(seconds=1)
    assert declare(world, decision).adopted


def test_a_consensus_waits_for_nobody_when_all_have_spoken(world: Any) -> None:
    decision = stage.deciding(world, method="consensus")
    stage.votes(world, decision, CQD="yes", UBND="yes", CA="yes", QS="yes", DHQG="yes")
    assert declare(world, decision).adopted


def test_who_has_left_agrees_by_no_silence(world: Any) -> None:
    decision = stage.deciding(world, method="consensus")
    meeting, secretary = decision.item.meeting, world.mandate("secretary:CQD")
    mark_left(meeting, world.unit("QS"), by=secretary, now=world.now)
    world.pass_time(minutes=2)
    result = declare(world, decision)
    assert (result.in_favour, result.abstained, result.adopted) == (4, 1, False)
    mark_present(meeting, world.unit("QS"), by=secretary, now=world.now)
    decision.refresh_from_db()
    assert decision.silent == ["CQD", "UBND", "CA", "DHQG"]
    assert result_words(count_of(decision), decision) == "4/5 đơn vị có mặt thống nhất"


def test_in_a_consensus_nobody_abstains_in_words(world: Any) -> None:
    decision = stage.deciding(world, method="consensus")
    with pytest.raises(Invalid):
        stage.vote(world, decision, "CA", "abstain")


# Giving up, notes, closing


def test_a_decision_is_given_up_with_a_reason_and_a_new_one_is_possible(world: Any) -> None:
    decision, by = stage.votes(world, stage.deciding(world), CA="yes"), world.mandate("leader:CQD")
    with pytest.raises(Invalid, match="lý do"):
        void_decision(decision, by=by, now=world.now, reason=" ")
    void_decision(decision, by=by, now=world.now, reason="Đọc nhầm bản")
    assert (decision.state, decision.reason) == (DecisionState.VOID, "Đọc nhầm bản")
    with pytest.raises(WrongState):
        declare(world, decision)
    assert stage.deciding(world, meeting=decision.item.meeting).pk != decision.pk


def test_a_declared_decision_is_neither_declared_nor_given_up_again(world: Any) -> None:
    decision = stage.votes(world, stage.deciding(world), **dict.fromkeys(stage.ALL, "yes"))
    declare(world, decision)
    with pytest.raises(WrongState):
        declare(world, decision)
    with pytest.raises(WrongState):
        void_decision(decision, by=world.mandate("leader:CQD"), now=world.now, reason="Muộn")
    assert Adoption.objects.count() == 1


def motion_at(world: Any, decision: MeetingDecision) -> MeetingDecision:
    """A motion that is open at the same item."""
    by = world.mandate("leader:CQD")
    return open_decision(decision.item, by=by, now=world.now, purpose="motion", motion="Việc khác")


def test_i08_the_database_keeps_declared_votes_and_results(world: Any) -> None:
    decision = stage.votes(world, stage.deciding(world), **dict.fromkeys(stage.ALL, "yes"))
    declare(world, decision)
    other = stage.votes(world, motion_at(world, decision), CA="no")
    attempts = [
        lambda: Vote.objects.filter(decision=other).update(decision=decision, unit=world.cluster.supervising_body),
        lambda: Vote.objects.filter(unit__code="CA").update(choice="no"),
        lambda: Vote.objects.filter(unit__code="CA").delete(),
        lambda: MeetingDecision.objects.update(in_favour=3),
        lambda: MeetingDecision.objects.filter(pk=decision.pk)._raw_delete("default"),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert MeetingDecision.objects.get(pk=decision.pk).in_favour == 5


def test_what_is_said_is_kept_with_its_unit_and_corrected_with_a_trace(world: Any) -> None:
    note = stage.noted(world)
    by = world.mandate("secretary:CQD")
    with pytest.raises(Invalid, match="nội dung"):
        add_note(note.item, " ", by=by, now=world.now)
    change_note(note, "Đề nghị bỏ khoản 2.", by=by, now=world.now, unit=world.unit("QS"), speaker="Phó Trưởng Ban")
    kept = AgendaNote.objects.get()
    assert (kept.text, kept.unit.code, kept.speaker) == ("Đề nghị bỏ khoản 2.", "QS", "Phó Trưởng Ban")
    assert "Đề nghị ghi rõ thời hạn." in history_of(note.item.meeting)[0].sentence


def test_a_note_is_of_a_member_or_the_supervising_body(world: Any) -> None:
    from giaouoc.clusters.models import Unit

    item, by = stage.item(stage.sitting(world)), world.mandate("secretary:CQD")
    add_note(item, "Chỉ đạo.", by=by, now=world.now, unit=world.cluster.supervising_body)
    stranger = Unit.objects.create(code="KHAC", name="Đơn vị khác", short_name="Khác")
    with pytest.raises(Invalid, match="đơn vị của Cụm"):
        add_note(item, "Ý kiến.", by=by, now=world.now, unit=stranger)


def test_a_conference_does_not_close_over_an_open_decision(world: Any) -> None:
    decision = stage.deciding(world)
    meeting = decision.item.meeting
    with pytest.raises(WrongState, match="chưa công bố"):
        close_meeting(meeting, by=world.mandate("leader:CQD"), now=world.now)
    void_decision(decision, by=world.mandate("leader:CQD"), now=world.now, reason="Hoãn")
    close_meeting(meeting, by=world.mandate("leader:CQD"), now=world.now)
    assert meeting.state == MeetingState.CLOSED
    with pytest.raises(WrongState):
        open_decision(stage.item(meeting), by=world.mandate("leader:CQD"), now=world.now)


def test_the_rules_of_the_draft_hold_where_the_year_has_none(world: Any) -> None:
    YearRule.objects.all().delete()
    decision = stage.deciding(world)
    assert (decision.quorum["needed"], decision.rule["needed"]) == (4, 4)


def test_a_text_of_which_words_are_hidden_is_not_decided_on(world: Any) -> None:
    meeting = stage.sitting(world)
    version = stage.item(meeting).version
    assert version is not None
    clause = version.texts.filter(text__contains=" ").order_by("position")[1]
    hide_words(clause, "Có dấu độ mật", by=world.mandate("administrator"), now=world.now)
    with pytest.raises(WrongState, match="bị cách ly"):
        stage.deciding(world, meeting=meeting)
