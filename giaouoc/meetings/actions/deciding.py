"""Họp: open the conference, take decisions on tabled texts by named vote or recorded consensus, close it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import move, record
from giaouoc.clusters.actions.years import note_elected
from giaouoc.clusters.models import Mandate, Unit
from giaouoc.clusters.queries import members_of, rules_of
from giaouoc.directives.actions.recording import correct_directive, record_directive
from giaouoc.directives.models import Directive
from giaouoc.documents.queries import lock
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import clock_seconds
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require

from ..access import (
    can_change_note,
    can_close,
    can_declare,
    can_follow_note,
    can_note,
    can_open,
    can_open_decision,
    can_pause,
    can_resume,
    can_vote,
    votes_for,
)
from ..counting import count_of, result_words
from ..elections import elected_with, put_up
from ..models import AgendaItem, AgendaNote, Meeting, MeetingDecision, Vote
from ..queries import (
    frozen_rule,
    need_presence,
    need_quorum,
    open_ballot_of,
    open_decision_of,
    present_codes,
    put_text,
    quorum_of,
)
from ..rules.tally import Result
from ..states import DECISION_MOVES, MEETING_MOVES, RULE_OF, Choice, Method, Outcome, Purpose, choice_words
from .floor import settle_text


@transaction.atomic
def open_meeting(meeting: Meeting, *, by: Mandate, now: datetime) -> None:
    """Open the conference with its quorum; whoever opens it chairs. Raises WrongState with the numbers when it fails."""
    lock(meeting)
    require(can_open(by, meeting, now))
    quorum = need_quorum(meeting, now)
    move(
        meeting,
        "open",
        MEETING_MOVES,
        by=by,
        now=now,
        act="meetings.open",
        fields={"opened_at": now, "chair": by, "quorum": quorum.frozen},
        present=quorum.present,
        roll=quorum.roll,
        needed=quorum.needed,
        basis=quorum.basis or "—",
    )


@transaction.atomic
def pause_meeting(meeting: Meeting, *, by: Mandate, now: datetime) -> None:
    """Begin a break; nothing is put to a decision in it. Refused while something is. Raises NotAllowed, WrongState."""
    lock(meeting, "state", "breaks")
    require(can_pause(by, meeting, now))
    if open_decision_of(meeting) is not None or open_ballot_of(meeting) is not None:
        raise WrongState(_("Đang có một lần biểu quyết chưa công bố."), _("Công bố hoặc hủy rồi mới tạm nghỉ."))
    meeting.breaks = [*meeting.breaks, [now.isoformat(), None]]
    meeting.save(update_fields=["breaks"])
    record("meetings.pause", meeting, by=by, now=now)


@transaction.atomic
def resume_meeting(meeting: Meeting, *, by: Mandate, now: datetime) -> None:
    """End the break, with the quorum as it is then. Raises NotAllowed, WrongState."""
    lock(meeting, "state", "breaks")
    require(can_resume(by, meeting, now))
    quorum = quorum_of(meeting, now)
    meeting.breaks = [*meeting.breaks[:-1], [meeting.breaks[-1][0], now.isoformat()]]
    meeting.save(update_fields=["breaks"])
    record("meetings.resume", meeting, by=by, now=now, present=quorum.present, roll=quorum.roll)


@transaction.atomic
def open_decision(
    item: AgendaItem,
    *,
    by: Mandate,
    now: datetime,
    method: str = Method.VOTE,
    purpose: str = Purpose.TEXT,
    motion: str = "",
    post: str = "",
    candidate: str = "",
) -> MeetingDecision:
    """Put the item's text, with the edits listed at it, an election or a motion to the decision; what counts is frozen in it.

    Of an election ``post`` is a role of next year, ``candidate`` the code of the unit put up for it.

    Raises WrongState without quorum, for another text than the one tabled, or while another decision is open; Invalid."""
    lock(item.meeting, "state", "breaks")
    require(can_open_decision(by, item, now))
    if method not in Method.values:
        raise Invalid(_("Chọn cách quyết định."), field="method")
    if purpose not in Purpose.values:
        raise Invalid(_("Chọn việc cần quyết định."), field="purpose")
    what: dict[str, Any]
    if purpose == Purpose.TEXT:
        what = put_text(item)
    elif purpose == Purpose.ELECTION:
        what = put_up(item.meeting, post, candidate, now)
    elif motion.strip():
        what = {"motion": motion.strip()}
    else:
        raise Invalid(_("Ghi nội dung đưa ra quyết định."), field="motion")
    if open_decision_of(item.meeting) is not None or open_ballot_of(item.meeting) is not None:
        raise WrongState(_("Đang có một lần biểu quyết chưa công bố."))
    quorum = need_quorum(item.meeting, now)
    rules = rules_of(item.meeting.year)
    rule = rules["consensus" if method == Method.CONSENSUS else RULE_OF[Purpose(purpose)]]
    share, chair = rule.share, item.meeting.chair
    base = {"roll": quorum.roll, "present": quorum.present, "cast": quorum.present}[share.base]
    decision = MeetingDecision.objects.create(
        item=item,
        method=method,
        roll=quorum.roll,
        present=present_codes(item.meeting, now),
        quorum=frozen_rule(quorum.rule, quorum.needed),
        rule=frozen_rule(rule, share.needed(base))
        | {"tie": rules["tie"].value, "chair": chair.unit.code if chair and chair.unit else None},
        opened_at=now,
        until=now + timedelta(seconds=int(rules["consensus.seconds"].value)) if method == Method.CONSENSUS else None,
        **what,
    )
    with official():
        words = str(Method(method).label).lower()
        act = "meetings.open_motion" if decision.motion else "meetings.open_decision"
        if decision.edits:
            act = "meetings.open_decision_with_edits"
        text = {
            "hash": decision.text_hash[:8].upper(),
            "count": str(len(decision.edits)),
            "final": decision.final_hash[:8].upper(),
        }
        record(
            act,
            decision,
            by=by,
            now=now,
            method=words,
            title=decision.title,
            present=quorum.present,
            roll=quorum.roll,
            **text,
        )
    return decision


@transaction.atomic
def cast_vote(
    decision: MeetingDecision, unit: Unit, choice: str, *, by: Mandate, now: datetime, words: str = ""
) -> Vote:
    """A unit's named vote: by its leader or delegate, or recorded by the head unit's secretary from the hands in the room.

    May be changed until the result is declared; what the unit cast itself only the unit changes. ``words``: an objection or
    reservation, as spoken; a consensus asks for them of whoever disagrees. Raises NotAllowed, WrongState, Invalid."""
    meeting, words = decision.item.meeting, words.strip()
    lock(meeting)
    lock(decision)
    require(can_vote(by, decision, unit, now))
    if choice not in Choice.values or (decision.method == Method.CONSENSUS and choice == Choice.ABSTAIN):
        raise Invalid(_("Chọn một ý kiến trong các ý kiến đã nêu."), field="choice")
    if decision.method == Method.CONSENSUS and choice == Choice.NO and not words:
        raise Invalid(_("Ghi ý kiến khác của đơn vị; ý kiến được đưa vào biên bản."), field="words")
    need_presence(meeting, unit, now)
    need_quorum(meeting, now)
    own = votes_for(by, meeting, unit, now)
    before = Vote.objects.filter(decision=decision, unit=unit).first()
    if before is not None and not before.recorded and not own:
        raise WrongState(_("%(unit)s đã tự biểu quyết; chỉ đơn vị đổi được.") % {"unit": unit.short_name})
    vote, _created = Vote.objects.update_or_create(
        decision=decision,
        unit=unit,
        defaults={"choice": choice, "words": words, "cast_by": by, "cast_at": now, "recorded": not own},
    )
    with official():
        record(
            "meetings.vote" if own else "meetings.record_vote",
            decision,
            by=by,
            now=now,
            unit=unit.short_name,
            choice=choice_words(decision.method, choice).lower(),
        )
    return vote


@transaction.atomic
def declare_decision(decision: MeetingDecision, *, by: Mandate, now: datetime) -> Result:
    """Close the vote and declare what it comes to; an adopted text is fixed with the hash that was voted on.

    A rejected vote sends the text back; a consensus that fails, or a tie that is to be repeated, leaves it tabled for
    another vote. Refused once the quorum is lost, and for a consensus that rests on silence before its time is over.
    Raises NotAllowed, WrongState, Invalid."""
    lock(decision.item.meeting)
    lock(decision)
    require(can_declare(by, decision, now))
    need_quorum(decision.item.meeting, now)
    silent = _silent(decision, now) if decision.method == Method.CONSENSUS else None
    result = count_of(decision, silent)
    if silent and result.adopted and decision.until is not None and now < decision.until:
        raise WrongState(
            _("Còn chờ ý kiến khác đến %(time)s; trước giờ ấy chưa nói gì chưa phải là đồng ý.")
            % {"time": clock_seconds(decision.until)},
            _("Hỏi lại hội nghị, rồi công bố sau giờ ấy."),
        )
    if decision.method == Method.VOTE and not decision.votes.exists():
        raise Invalid(_("Chưa đơn vị nào biểu quyết."))
    outcome = Outcome.ADOPTED if result.adopted else Outcome.TIED if result.repeat else Outcome.REJECTED
    with official():
        words, outcome_words = result_words(result, decision), str(outcome.label).lower()
    move(
        decision,
        "declare",
        DECISION_MOVES,
        by=by,
        now=now,
        act="meetings.declare",
        fields={
            "declared_at": now,
            "declared_by": by,
            "in_favour": result.in_favour,
            "against": result.against,
            "abstained": result.abstained,
            "outcome": outcome,
            "silent": silent,
        },
        outcome=outcome_words,
        result=words,
    )
    if decision.version_id is not None:
        failed = False if decision.method == Method.VOTE and outcome == Outcome.REJECTED else None
        settle_text(decision, True if result.adopted else failed, words, by=by, now=now)
    elif decision.candidate is not None and result.adopted:
        note_elected(decision.item.meeting.year, elected_with(decision, now), by=by, now=now)
    return result


def _silent(decision: MeetingDecision, now: datetime) -> list[str]:
    """Codes of the units that were there when the decision opened, are there still, and have said nothing."""
    spoken = set(decision.votes.values_list("unit__code", flat=True))
    there = set(present_codes(decision.item.meeting, now)) - spoken
    return [code for code in decision.present if code in there]


@transaction.atomic
def void_decision(decision: MeetingDecision, *, by: Mandate, now: datetime, reason: str) -> None:
    """Give up a decision that was opened, with a reason that the minutes print; a new one is a new act."""
    lock(decision)
    require(can_declare(by, decision, now))
    if not reason.strip():
        raise Invalid(_("Ghi lý do hủy lần biểu quyết."), field="reason")
    move(
        decision,
        "void",
        DECISION_MOVES,
        by=by,
        now=now,
        act="meetings.void",
        fields={"declared_at": now, "declared_by": by, "reason": reason.strip()},
        reason=reason.strip(),
    )


@transaction.atomic
def add_note(
    item: AgendaItem,
    text: str,
    *,
    by: Mandate,
    now: datetime,
    unit: Unit | None = None,
    speaker: str = "",
    once: bool = False,
) -> AgendaNote:
    """Write down what was said at an item, by a unit or the supervising body; it goes into the minutes.

    ``once``: a page sent twice (a double click, a way back) keeps one note.

    Minutes that were written already are to be written anew. Raises NotAllowed, WrongState, Invalid."""
    lock(item.meeting, "state", "minutes")
    require(can_note(by, item.meeting, now))
    _check_note(item.meeting, text, unit, now)
    said = {"item": item, "unit": unit, "speaker": speaker.strip(), "text": text.strip()}
    if once and (there := AgendaNote.objects.filter(**said).first()) is not None:
        return there
    note = AgendaNote.objects.create(**said, made_at=now)
    item.meeting.outdate_minutes()
    record("meetings.note", item.meeting, by=by, now=now, item=item.title)
    return note


@transaction.atomic
def change_note(
    note: AgendaNote, text: str, *, by: Mandate, now: datetime, unit: Unit | None = None, speaker: str = ""
) -> None:
    """Correct what was written down, until the minutes are approved; the earlier words stay in the trail.

    Minutes that were written already are to be written anew, and a directive made of the words is corrected with them.
    Raises NotAllowed, Invalid; WrongState once a unit was given a task for them."""
    meeting = note.item.meeting
    lock(meeting, "state", "minutes")
    require(can_change_note(by, note, now))
    _check_note(meeting, text, unit, now)
    if note.directive is not None:
        if unit is None or unit.pk != meeting.year.cluster.supervising_body_id:
            raise Invalid(
                _("Ý kiến này đang được theo dõi là ý kiến chỉ đạo, không chuyển cho đơn vị khác."), field="unit"
            )
        correct_directive(note.directive, text, speaker or str(unit), by=by, now=now)
    before, note.text, note.unit, note.speaker = note.text, text.strip(), unit, speaker.strip()
    note.save(update_fields=["text", "unit", "speaker"])
    meeting.outdate_minutes()
    record("meetings.change_note", meeting, by=by, now=now, item=note.item.title, before=before)


@transaction.atomic
def follow_note(note: AgendaNote, *, by: Mandate, now: datetime) -> Directive:
    """Make what the supervising body said a directive of the year. Raises NotAllowed, WrongState."""
    item, meeting = note.item, note.item.meeting
    lock(note, "directive", "text", "speaker", "unit")
    require(can_follow_note(by, note, now))
    note.directive = record_directive(
        meeting.year,
        note.text,
        note.speaker or str(note.unit),
        by=by,
        now=now,
        given_on=local_date(note.made_at),
        occasion=f"{meeting.title}, {item.position}. {item.title}",
        path=meeting.get_absolute_url(),
    )
    note.save(update_fields=["directive"])
    return note.directive


def _check_note(meeting: Meeting, text: str, unit: Unit | None, now: datetime) -> None:
    """Words, of a member unit or the supervising body. Raises Invalid."""
    if not text.strip():
        raise Invalid(_("Ghi nội dung ý kiến."), field="text")
    speaking = {member.unit_id for member in members_of(meeting.year, meeting.closed_at or now)}
    if unit is not None and unit.pk not in speaking | {meeting.year.cluster.supervising_body_id}:
        raise Invalid(_("Chọn một đơn vị của Cụm hoặc cơ quan chỉ đạo."), field="unit")


@transaction.atomic
def close_meeting(meeting: Meeting, *, by: Mandate, now: datetime) -> None:
    """Close the conference; refused while a decision is open, and in a break."""
    lock(meeting, "state", "breaks")
    require(can_close(by, meeting, now))
    if open_decision_of(meeting) is not None or open_ballot_of(meeting) is not None:
        raise WrongState(_("Còn một lần biểu quyết chưa công bố."))
    move(meeting, "close", MEETING_MOVES, by=by, now=now, act="meetings.close", fields={"closed_at": now})
