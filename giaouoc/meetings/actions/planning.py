"""Chuẩn bị: plan a conference, set its agenda with times and papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate, Year
from giaouoc.directives.actions.tasks import Upload
from giaouoc.documents.models import Document
from giaouoc.documents.queries import lock
from giaouoc.documents.states import DocumentState
from giaouoc.files.storage import store
from giaouoc.lib.dates import moment
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.evidence import MOST, checked_kind
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.lib.vietnamese import slug as slug_of

from ..access import can_order_agenda, can_plan, can_prepare
from ..invitation import tell_change
from ..models import AgendaItem, AgendaPaper, Meeting
from ..queries import tabled_version
from ..states import MeetingState

TAKEN = {"moi"}


def _check_hour(starts_at: datetime, year: Year) -> None:
    """A conference of a year is held in it, or in the one before or after. Raises Invalid."""
    if abs(starts_at.year - year.number) > 1:
        raise Invalid(_("Thời gian họp nằm ngoài năm thi đua %(year)s.") % {"year": year.number}, field="starts_at")


@transaction.atomic
def plan_meeting(
    year: Year,
    title: str,
    *,
    by: Mandate,
    now: datetime,
    starts_at: datetime,
    venue: str = "",
    link: str = "",
    guests: str = "",
    once: bool = False,
) -> Meeting:
    """Plan a conference; whoever opens it chairs. ``guests``: one a line, '' for the supervising body. Raises Invalid.

    ``once``: a page sent twice (a double click, a way back) plans one."""
    lock(year, "number")
    require(can_plan(by, year, now))
    if not title.strip():
        raise Invalid(_("Ghi tên hội nghị."), field="title")
    _check_hour(starts_at, year)
    same = Meeting.objects.filter(year=year, title=title, starts_at=starts_at, state=MeetingState.PLANNED)
    if once and (there := same.first()) is not None:
        return there
    base = slug_of(title)
    taken = TAKEN | set(Meeting.objects.filter(year=year).values_list("slug", flat=True))
    slug = next(one for one in [base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))] if one not in taken)
    meeting = Meeting.objects.create(
        year=year,
        title=title,
        slug=slug,
        starts_at=starts_at,
        venue=venue,
        link=link,
        guests=guests.strip() or year.cluster.supervising_body.name,
    )
    record("meetings.plan", meeting, by=by, now=now, title=title, when=moment(starts_at))
    return meeting


@transaction.atomic
def change_meeting(
    meeting: Meeting,
    *,
    by: Mandate,
    now: datetime,
    title: str,
    starts_at: datetime,
    venue: str,
    guests: str,
    link: str = "",
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
    meeting.title, meeting.starts_at, meeting.venue, meeting.link = title, starts_at, venue, link
    meeting.guests = guests
    meeting.save(update_fields=["title", "starts_at", "venue", "link", "guests"])
    record("meetings.change", meeting, by=by, now=now, title=title, when=moment(starts_at))
    if meeting.state == MeetingState.CONVENED and (was.starts_at, was.venue, was.link) != (starts_at, venue, link):
        tell_change(meeting, now=now, asks_again=was.starts_at != starts_at)


@transaction.atomic
def add_item(
    meeting: Meeting,
    title: str,
    *,
    by: Mandate,
    now: datetime,
    document: Document | None = None,
    begins: time | None = None,
) -> AgendaItem:
    """Add an item at the end of the agenda, with the tabled text to be decided under it if there is one."""
    lock(meeting)
    require(can_prepare(by, meeting, now))
    if not title.strip():
        raise Invalid(_("Ghi nội dung của mục."), field="title")
    last = meeting.agenda.order_by("-position").first()
    item = AgendaItem.objects.create(
        meeting=meeting, title=title, begins=begins, position=last.position + 1 if last else 1
    )
    record("meetings.add_item", meeting, by=by, now=now, title=title)
    if document is not None:
        put_document_on_agenda(item, document, by=by, now=now)
    return item


@transaction.atomic
def change_item(item: AgendaItem, title: str, *, by: Mandate, now: datetime, begins: time | None = None) -> None:
    """Correct the words of an item and when it begins."""
    lock(item.meeting)
    require(can_prepare(by, item.meeting, now))
    if not title.strip():
        raise Invalid(_("Ghi nội dung của mục."), field="title")
    item.title, item.begins = title, begins
    item.save(update_fields=["title", "begins"])
    record("meetings.change_item", item.meeting, by=by, now=now, title=title)


@transaction.atomic
def put_document_on_agenda(item: AgendaItem, document: Document, *, by: Mandate, now: datetime) -> None:
    """Put a tabled text under an item, in exactly the version that was tabled. Raises WrongState.

    Done again it takes the draft that was tabled since."""
    lock(item.meeting)
    lock(document, "state", "reason")
    require(can_prepare(by, item.meeting, now))
    version = tabled_version(document)
    if document.year_id != item.meeting.year_id or document.state != DocumentState.TABLED or version is None:
        raise WrongState(_("Chỉ văn bản đã trình mới đưa vào chương trình để quyết định."))
    if item.decisions.exists() or item.ballots.exists():
        raise WrongState(_("Mục này đã có biểu quyết."))
    if item.edits.exclude(at__version=version).exists():  # they name clauses of another text, or of another draft of it
        raise WrongState(
            _("Mục này đang có chỉnh sửa cho văn bản khác hoặc dự thảo khác."), _("Xóa các chỉnh sửa ấy trước.")
        )
    item.document, item.version, item.reason = document, version, document.reason
    item.save(update_fields=["document", "version", "reason"])
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
    require(can_order_agenda(by, item.meeting, now))
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


@transaction.atomic
def add_papers(item: AgendaItem, files: Sequence[Upload], *, by: Mandate, now: datetime) -> None:
    """Files that go with an item: reports, tables. Raises Invalid for a file that cannot be taken."""
    lock(item.meeting)
    require(can_prepare(by, item.meeting, now))
    if item.papers.count() + len(files) > MOST:
        raise Invalid(_("Mỗi mục kèm tối đa %(most)s tệp.") % {"most": MOST}, field="papers")
    for name, data in files:
        kind = checked_kind(name, data, field="papers")
        paper = AgendaPaper.objects.create(item=item, file=store(data, name, kind, now=now))
        record("meetings.add_paper", item.meeting, by=by, now=now, name=paper.file.name, item=item.title)


@transaction.atomic
def remove_paper(paper: AgendaPaper, *, by: Mandate, now: datetime) -> None:
    """Take a file off an item, before the conference begins: what was handed out in the room stays."""
    meeting = paper.item.meeting
    lock(meeting)
    require(can_prepare(by, meeting, now))
    if meeting.state == MeetingState.OPEN:
        raise WrongState(_("Hội nghị đã khai mạc; tài liệu đã phát không bỏ được."))
    record("meetings.remove_paper", meeting, by=by, now=now, name=paper.file.name, item=paper.item.title)
    paper.delete()


def _number(order: list[AgendaItem]) -> None:
    for number, one in enumerate(order, 1):
        if one.position != number:
            AgendaItem.objects.filter(pk=one.pk).update(position=number)
