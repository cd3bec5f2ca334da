"""Giấy mời: the invitation to a conference, as a paper and for the calendars of those invited."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from giaouoc.clusters.models import Mandate, MemberRole, Role
from giaouoc.clusters.queries import body_kind_of, members_of
from giaouoc.documents.paper.invitation import InvitationItem, InvitationPaper
from giaouoc.documents.queries import people_of
from giaouoc.lib.calendar import Entry, calendar_file
from giaouoc.lib.clock import local, local_date
from giaouoc.lib.dates import moment
from giaouoc.lib.language import official
from giaouoc.notices.actions.send import notify

from .models import Meeting

LENGTH = timedelta(hours=3)  # of a conference in a calendar; nobody states it


def calendar_of(meeting: Meeting, to: str, now: datetime, *, method: str = "REQUEST") -> bytes:
    """The conference for the calendar of the person with this mail address. ``method``: see ``calendar_file``."""
    entry = Entry(
        f"hoi-nghi-{meeting.pk}",
        meeting.title,
        local(meeting.starts_at),
        ends=local(meeting.starts_at + LENGTH),
        place=meeting.place_words,
        detail="\n".join(f"{one.position}. {one.title}" for one in meeting.agenda.all()),
        url=settings.BASE_URL + meeting.get_absolute_url(),
        warn=(timedelta(days=1),),
        sequence=meeting.invitation,
        organizer=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        attendee=to,
    )
    return calendar_file([entry], now, method=method)


def paper_of_invitation(meeting: Meeting, now: datetime) -> InvitationPaper:
    """The invitation as it stands; of the day on which it was sent, before that of today."""
    cluster, members = meeting.year.cluster, members_of(meeting.year, now)
    head = next((one.unit for one in members if one.role == MemberRole.HEAD), None)
    leader = None
    if head is not None:
        leaders = Mandate.objects.on(local_date(now)).filter(year=meeting.year_id, unit=head, role=Role.LEADER)
        leader = leaders.select_related("user", "unit").first()
    items = [
        InvitationItem(
            one.title,
            f"{one.begins:%H:%M}" if one.begins else "",
            ([one.document.title] if one.document else []) + [paper.file.name for paper in one.papers.all()],
        )
        for one in meeting.agenda.select_related("document").prefetch_related("papers__file")
    ]
    return InvitationPaper(
        cluster_name=cluster.name,
        supervising_body=cluster.supervising_body.name,
        meeting=meeting.title,
        place=cluster.place,
        at=meeting.starts_at,
        day=local_date(meeting.convened_at or now),
        venue=meeting.venue,
        link=meeting.link,
        units=[one.unit.name for one in members],
        guests=[line.strip() for line in meeting.guests.splitlines() if line.strip()],
        agenda=items,
        post=(leader.post or head.leader_post) if leader and head else "",
        signer=leader.user.name if leader else "",
        trial=settings.TRIAL_SIGNING,
        body_kind=meeting.body_kind or body_kind_of(meeting.year, now),
    )


def tell_change(meeting: Meeting, *, now: datetime, asks_again: bool) -> None:
    """Who was invited is told of a new hour or place, also their calendars. ``asks_again``: the answers were to another
    hour and count no more."""
    meeting.invitation += 1
    meeting.save(update_fields=["invitation"])
    if asks_again:
        meeting.attendance.update(answer="", absence_reason="")
    with official():
        tell_invited(
            meeting,
            _("Đổi thời gian, địa điểm: %(title)s"),
            _(
                "%(title)s nay họp lúc %(when)s, tại %(venue)s. Thông báo này thay phần thời gian, địa điểm của giấy mời."
            ),
            now=now,
        )


def tell_invited(meeting: Meeting, subject: str, body: str, *, now: datetime, method: str = "REQUEST") -> None:
    """A letter to each of the members' secretaries and leaders and of the supervising body's observers, with the file for
    their calendar."""
    observers = Mandate.objects.on(local_date(now)).filter(year=meeting.year_id, role=Role.OBSERVER)
    members = [member.unit_id for member in members_of(meeting.year, now)]
    people = people_of(members, meeting.year_id, now) + list(observers.values_list("user_id", flat=True))
    values = {"title": meeting.title, "when": moment(meeting.starts_at), "venue": meeting.place_words or "…"}
    for person in get_user_model().objects.filter(pk__in=people).order_by("pk"):
        calendar = calendar_of(meeting, person.email, now, method=method).decode()
        path = meeting.get_absolute_url()
        notify([person.pk], subject % values, body % values, path, now=now, at_once=True, calendar=calendar)
