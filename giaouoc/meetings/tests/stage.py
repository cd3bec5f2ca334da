"""A conference at each of its stages, for the tests: every step is the real act."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from giaouoc.clusters.models import YearRule
from giaouoc.documents.actions.tabling import table_without_consultation
from giaouoc.documents.models import Document
from giaouoc.documents.tests import stage as texts
from giaouoc.meetings.actions.attendance import mark_present
from giaouoc.meetings.actions.balloting import cast_item_paper, count_item_ballot, open_item_ballot
from giaouoc.meetings.actions.deciding import (
    add_note,
    cast_vote,
    close_meeting,
    open_decision,
    open_meeting,
)
from giaouoc.meetings.actions.inviting import convene_meeting
from giaouoc.meetings.actions.minutes import approve_minutes, write_minutes
from giaouoc.meetings.actions.planning import add_item, plan_meeting
from giaouoc.meetings.actions.room import open_room
from giaouoc.meetings.models import AgendaItem, AgendaNote, ItemBallot, Meeting, MeetingDecision

ALL = ["CQD", "UBND", "CA", "QS", "DHQG"]
TITLE = "Hội nghị ký kết giao ước thi đua"
SLUG = "hoi-nghi-ky-ket-giao-uoc-thi-dua"


def rule(world: Any, key: str, value: Any, basis: str = "khoản 3 Điều 14 Quy chế") -> None:
    """Set a rule of the year."""
    YearRule.objects.update_or_create(year=world.year, key=key, defaults={"value": value, "basis": basis})


def tabled(world: Any, reason: str = "Cần gấp") -> Document:
    """A text before the conference."""
    document = texts.draft(world).document
    table_without_consultation(document, by=world.mandate("leader:CQD"), now=world.now, reason=reason)
    return document


def planned(world: Any, *, days: int = 30, document: Document | None = None) -> Meeting:
    """A conference with one item, the text under it."""
    by = world.mandate("secretary:CQD")
    starts = world.now + timedelta(days=days)
    meeting = plan_meeting(world.year, TITLE, by=by, now=world.now, starts_at=starts, venue="Hội trường A")
    add_item(meeting, "Thông qua Quy chế", by=by, now=world.now, document=document or tabled(world))
    return meeting


def convened(world: Any, **options: Any) -> Meeting:
    meeting = planned(world, **options)
    convene_meeting(meeting, by=world.mandate("secretary:CQD"), now=world.now)
    return meeting


def day(world: Any, meeting: Meeting, present: list[str]) -> Meeting:
    """The day of the conference; these units are there."""
    world.now = max(world.now, meeting.starts_at)
    for code in present:
        mark_present(meeting, world.unit(code), by=world.mandate("secretary:CQD"), now=world.now)
    return meeting


def screened(world: Any, meeting: Meeting) -> Meeting:
    """The room's screen is open."""
    open_room(meeting, by=world.mandate("secretary:CQD"), now=world.now)
    return meeting


def sitting(world: Any, present: list[str] | None = None, *, meeting: Meeting | None = None) -> Meeting:
    """An open conference."""
    meeting = day(world, meeting or convened(world), ALL if present is None else present)
    open_meeting(meeting, by=world.mandate("leader:CQD"), now=world.now)
    return meeting


def item(meeting: Meeting) -> AgendaItem:
    """The first item, with the conference that the test holds."""
    found = meeting.agenda.select_related("document__year__cluster", "version")[0]
    found.meeting = meeting
    return found


def deciding(
    world: Any, present: list[str] | None = None, method: str = "vote", *, meeting: Meeting | None = None
) -> MeetingDecision:
    """A decision that is open."""
    meeting = meeting or sitting(world, present)
    return open_decision(item(meeting), by=world.mandate("leader:CQD"), now=world.now, method=method)


def vote(world: Any, decision: MeetingDecision, code: str, choice: str = "yes", words: str = "") -> None:
    """A unit's leader votes."""
    cast_vote(decision, world.unit(code), choice, by=world.mandate(f"leader:{code}"), now=world.now, words=words)


def votes(world: Any, decision: MeetingDecision, **choices: str) -> MeetingDecision:
    for code, choice in choices.items():
        vote(world, decision, code, choice)
    return decision


def noted(world: Any, meeting: Meeting | None = None, text: str = "Đề nghị ghi rõ thời hạn.") -> AgendaNote:
    """Something said at the first item."""
    of = item(meeting or sitting(world))
    return add_note(
        of, text, by=world.mandate("secretary:CQD"), now=world.now, unit=world.unit("CA"), speaker="Trưởng Ban"
    )


def asked(world: Any) -> AgendaNote:
    """Something that the supervising body said at the first item."""
    by, body = world.mandate("secretary:CQD"), world.cluster.supervising_body
    return add_note(item(sitting(world)), "Hướng về cơ sở.", by=by, now=world.now, unit=body, speaker="Phó Trưởng Ban")


def closed(world: Any, meeting: Meeting | None = None) -> Meeting:
    """A conference that is over."""
    meeting = meeting or sitting(world)
    world.pass_time(minutes=30)
    close_meeting(meeting, by=world.mandate("leader:CQD"), now=world.now)
    return meeting


def written(world: Any, meeting: Meeting | None = None) -> Meeting:
    """A conference whose minutes wait for the chair."""
    meeting = closed(world, meeting)
    write_minutes(meeting, by=world.mandate("secretary:CQD"), now=world.now, conclusion="Thống nhất Quy chế.")
    return meeting


def approved(world: Any) -> Meeting:
    """A conference whose minutes are approved."""
    meeting = written(world)
    approve_minutes(meeting, by=world.mandate("leader:CQD"), now=world.now)
    return meeting


def balloted(world: Any) -> ItemBallot:
    """A detached ballot on the first item's text, counted and not yet declared."""
    by = world.mandate("leader:CQD")
    meeting = sitting(world)
    row = open_item_ballot(item(meeting), "text", "detached", by=by, now=world.now)
    row.item.meeting = meeting
    for code in ALL:
        cast_item_paper(row, world.unit(code), [0], by=world.mandate(f"leader:{code}"), now=world.now)
    count_item_ballot(row, by=by, now=world.now)
    return row
