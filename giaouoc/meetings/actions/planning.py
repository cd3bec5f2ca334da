"""Chuẩn bị: plan a conference, set its agenda, convene it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import move, record
from giaouoc.clusters.models import Mandate, Role, Year
from giaouoc.clusters.queries import members_of, rules_of
from giaouoc.documents.models import Document
from giaouoc.documents.queries import lock, people_of
from giaouoc.documents.states import DocumentState
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import moment, short_date
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.lib.vietnamese import slug as slug_of
from giaouoc.notices.actions.send import notify

from ..access import can_convene, can_plan, can_prepare
from ..models import AgendaItem, Attendance, Meeting
from ..queries import convene_by, tabled_version
from ..states import MEETING_MOVES, MeetingState

TAKEN = {"moi"}


def _check_hour(starts_at: datetime, year: Year) -> None:
    """A conference of a year is held in it, or in the one before or after. Raises Invalid."""
    if abs(starts_at.year - year.number) > 1:
        raise Invalid(_("Thời gian họp nằm ngoài năm thi đua %(year)s.") % {"year": year.number}, field="starts_at")


@transaction.atomic
def plan_meeting(
    year: Year, title: str, *, by: Mandate, now: datetime, starts_at: datetime, venue: str = "", guests: str = ""
) -> Meeting:
    """Plan a conference; whoever opens it chairs. ``guests``: one a line, '' for the supervising body. Raises Invalid."""
    lock(year, "number")
    require(can_plan(by, year, now))
    if not title.strip():
        raise Invalid(_("Ghi tên hội nghị."), field="title")
    _check_hour(starts_at, year)
    base = slug_of(title)
    taken = TAKEN | set(Meeting.objects.filter(year=year).values_list("slug", flat=True))
    slug = next(one for one in [base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))] if one not in taken)
    meeting = Meeting.objects.create(
        year=year,
        title=title,
        slug=slug,
        starts_at=starts_at,
        venue=venue,
        guests=guests.strip() or year.cluster.supervising_body.name,
    )
    record("meetings.plan", meeting, by=by, now=now, title=title, when=moment(starts_at))
    return meeting


@transaction.atomic
def change_meeting(
    meeting: Meeting, *, by: Mandate, now: datetime, title: str, starts_at: datetime, venue: str, guests: str
) -> None:
    """Correct the facts of a conference that is not closed. Who was invited already is told of a new hour or place.

    Raises NotAllowed, WrongState; Invalid for another hour of a conference that has begun."""
    lock(meeting)
    require(can_prepare(by, meeting, now))
    if not title.strip():
        raise Invalid(_("Ghi tên hội nghị."), field="title")
    _check_hour(starts_at, meeting.year)
    was = Meeting.objects.get(pk=meeting.pk)
    if meeting.state == MeetingState.OPEN and starts_at != was.starts_at:
        raise Invalid(_("Hội nghị đã khai mạc, thời gian không đổi được nữa."), field="starts_at")
    meeting.title, meeting.starts_at, meeting.venue, meeting.guests = title, starts_at, venue, guests
    meeting.save(update_fields=["title", "starts_at", "venue", "guests"])
    record("meetings.change", meeting, by=by, now=now, title=title, when=moment(starts_at))
    if meeting.state == MeetingState.CONVENED and (was.starts_at, was.venue) != (starts_at, venue):
        with official():
            words = _(
                "%(title)s nay họp lúc %(when)s, tại %(venue)s. Thông báo này thay phần thời gian, địa điểm của giấy mời."
            )
            notify(
                _invited(meeting, now),
                _("Đổi thời gian, địa điểm: %(title)s") % {"title": title},
                words % {"title": title, "when": moment(starts_at), "venue": venue or "…"},
                meeting.get_absolute_url(),
                now=now,
                at_once=True,
            )


def _invited(meeting: Meeting, now: datetime) -> list[int]:
    """Accounts of the members' secretaries and leaders and of the supervising body's observers."""
    observers = Mandate.objects.on(local_date(now)).filter(year=meeting.year_id, role=Role.OBSERVER)
    members = [member.unit_id for member in members_of(meeting.year, now)]
    return people_of(members, meeting.year_id, now) + list(observers.values_list("user_id", flat=True))


@transaction.atomic
def add_item(
    meeting: Meeting, title: str, *, by: Mandate, now: datetime, document: Document | None = None
) -> AgendaItem:
    """Add an item at the end of the agenda, with the tabled text to be decided under it if there is one."""
    lock(meeting)
    require(can_prepare(by, meeting, now))
    if not title.strip():
        raise Invalid(_("Ghi nội dung của mục."), field="title")
    last = meeting.agenda.order_by("-position").first()
    item = AgendaItem.objects.create(meeting=meeting, title=title, position=last.position + 1 if last else 1)
    record("meetings.add_item", meeting, by=by, now=now, title=title)
    if document is not None:
        put_document_on_agenda(item, document, by=by, now=now)
    return item


@transaction.atomic
def change_item(item: AgendaItem, title: str, *, by: Mandate, now: datetime) -> None:
    """Correct the words of an item."""
    lock(item.meeting)
    require(can_prepare(by, item.meeting, now))
    if not title.strip():
        raise Invalid(_("Ghi nội dung của mục."), field="title")
    item.title = title
    item.save(update_fields=["title"])
    record("meetings.change_item", item.meeting, by=by, now=now, title=title)


@transaction.atomic
def put_document_on_agenda(item: AgendaItem, document: Document, *, by: Mandate, now: datetime) -> None:
    """Put a tabled text under an item, in exactly the version that was tabled. Raises WrongState.

    Done again it takes the draft that was tabled since."""
    lock(item.meeting)
    lock(document)
    require(can_prepare(by, item.meeting, now))
    version = tabled_version(document)
    if document.year_id != item.meeting.year_id or document.state != DocumentState.TABLED or version is None:
        raise WrongState(_("Chỉ văn bản đã trình mới đưa vào chương trình để quyết định."))
    if item.decisions.exists() or item.ballots.exists():
        raise WrongState(_("Mục này đã có biểu quyết."))
    item.document, item.version = document, version
    item.save(update_fields=["document", "version"])
    with official():
        record(
            "meetings.put_document",
            item.meeting,
            by=by,
            now=now,
            title=document.title,
            version=version.label.lower(),
            hash=version.content_hash[:8].upper(),
            item=item.title,
        )


@transaction.atomic
def move_item(item: AgendaItem, place: int, *, by: Mandate, now: datetime) -> None:
    """Bring an item to another place of the agenda (from 1), also in the room."""
    lock(item.meeting)
    require(can_prepare(by, item.meeting, now))
    order = [one for one in item.meeting.agenda.order_by("position", "pk") if one.pk != item.pk]
    place = max(1, min(place, len(order) + 1))
    order.insert(place - 1, item)
    _number(order)
    item.position = place
    record("meetings.move_item", item.meeting, by=by, now=now, title=item.title, place=place)


@transaction.atomic
def remove_item(item: AgendaItem, *, by: Mandate, now: datetime) -> None:
    """Take an item off; refused once something was said or decided at it."""
    lock(item.meeting)
    require(can_prepare(by, item.meeting, now))
    if item.decisions.exists() or item.notes.exists() or item.ballots.exists():
        raise WrongState(_("Mục này đã có ý kiến hoặc biểu quyết nên không bỏ được."))
    record("meetings.remove_item", item.meeting, by=by, now=now, title=item.title)
    item.delete()
    _number(list(item.meeting.agenda.order_by("position", "pk")))


def _number(order: list[AgendaItem]) -> None:
    for number, one in enumerate(order, 1):
        if one.position != number:
            AgendaItem.objects.filter(pk=one.pk).update(position=number)


@transaction.atomic
def convene_meeting(meeting: Meeting, *, by: Mandate, now: datetime) -> None:
    """Send the invitation to every member unit and the supervising body; a row of attendance waits for each unit.

    One that leaves fewer working days than the year's rule 'convene.min_days' is sent too, and the trail says so.
    Raises NotAllowed, WrongState; Invalid without an agenda, a place, or for a day that is over."""
    lock(meeting)
    require(can_convene(by, meeting, now))
    if not meeting.agenda.exists():
        raise Invalid(_("Chương trình chưa có mục nào."))
    if not meeting.venue.strip():
        raise Invalid(_("Chưa ghi địa điểm họp."))
    if meeting.starts_at <= now:
        raise Invalid(_("Giờ họp ghi ở đây đã qua; sửa thời gian trước khi gửi giấy mời."))
    members = members_of(meeting.year, now)
    rule = rules_of(meeting.year)["convene.min_days"]
    due = convene_by(meeting, rule)
    for member in members:
        Attendance.objects.get_or_create(meeting=meeting, unit=member.unit)
    move(
        meeting,
        "convene",
        MEETING_MOVES,
        by=by,
        now=now,
        act="meetings.convene_late" if local_date(now) > due else "meetings.convene",
        fields={"convened_at": now},
        count=len(members),
        due=short_date(due),
        basis=rule.basis or "—",
    )
    with official():
        notify(
            _invited(meeting, now),
            _("Giấy mời: %(title)s") % {"title": meeting.title},
            _("Mời đơn vị dự %(title)s, lúc %(when)s, tại %(venue)s. Mời ghi người đại diện trên trang hội nghị.")
            % {"title": meeting.title, "when": moment(meeting.starts_at), "venue": meeting.venue},
            meeting.get_absolute_url(),
            now=now,
            at_once=True,
        )
