"""What waits for whom about conferences, and where they stand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from giaouoc.clusters.access import is_head, is_head_leader, is_head_secretary
from giaouoc.clusters.models import Mandate, Role, Year
from giaouoc.clusters.queries import rules_of
from giaouoc.clusters.rules.year_rules import RuleValue
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import short_date
from giaouoc.lib.todo import Artefact, Todo

from .models import Attendance, Meeting, MeetingDecision
from .states import DecisionState, MeetingState

LOOKS = {
    MeetingState.PLANNED: "later",
    MeetingState.CONVENED: "open",
    MeetingState.OPEN: "open",
    MeetingState.CLOSED: "open",
    MeetingState.RECORDED: "done",
}


def working_days_before(day: date, count: int) -> date:
    """The last day that leaves ``count`` working days (Monday to Friday) before ``day``."""
    while count > 0:
        day -= timedelta(days=1)
        if day.weekday() < 5:
            count -= 1
    return day


def convene_by(meeting: Meeting, rule: RuleValue) -> date:
    """Until when the invitation must be out."""
    return working_days_before(local_date(meeting.starts_at), int(rule.value))


def _url(year: Year, slug: str, *rest: str) -> str:
    base = reverse("meetings:meeting", args=[year.cluster.code, year.number, slug])
    return base + "".join(f"{part}/" for part in rest)


def todos(by: Mandate, now: datetime) -> list[Todo]:
    """Things to do by this mandate."""
    year = by.year
    if year is None or by.role in {Role.OBSERVER, Role.ADMINISTRATOR, Role.ASSESSOR}:
        return []
    found: list[Todo] = []
    today = local_date(now)
    meetings = list(Meeting.objects.filter(year=year).exclude(state=MeetingState.RECORDED))
    if not meetings:
        return []
    rule = rules_of(year)["convene.min_days"]
    head, leads, writes = is_head(by, year, now), is_head_leader(by, year, now), is_head_secretary(by, year, now)
    waiting = {
        row.item.meeting_id: row
        for row in MeetingDecision.objects.filter(state=DecisionState.OPEN, item__meeting__year=year)
        .exclude(votes__unit=by.unit_id)
        .select_related("item__document")
    }
    named = set(
        Attendance.objects.filter(meeting__in=meetings, unit=by.unit_id)
        .exclude(representative="")
        .values_list("meeting", flat=True)
    )
    for meeting in meetings:
        day, url = local_date(meeting.starts_at), _url(year, meeting.slug)
        detail = _("Họp ngày %(day)s.") % {"day": short_date(day)}
        if meeting.state == MeetingState.PLANNED and head:
            basis = f" ({rule.basis})" if rule.basis else ""
            words = _("Họp ngày %(day)s; giấy mời gửi trước %(days)s ngày làm việc%(basis)s.")
            found.append(
                Todo(
                    _("Gửi giấy mời %(title)s") % {"title": meeting.title},
                    url,
                    convene_by(meeting, rule),
                    words % {"day": short_date(day), "days": rule.value, "basis": basis},
                )
            )
        elif meeting.state == MeetingState.CONVENED:
            if meeting.pk not in named and by.role in {Role.SECRETARY, Role.LEADER}:
                found.append(Todo(_("Ghi người đại diện dự %(title)s") % {"title": meeting.title}, url, day, detail))
            if leads and day <= today:
                found.append(Todo(_("Khai mạc %(title)s") % {"title": meeting.title}, url, day, detail))
        elif meeting.state == MeetingState.OPEN and by.role == Role.LEADER and meeting.pk in waiting:
            row = waiting[meeting.pk]
            title = row.item.document.title if row.item.document else row.item.title
            found.append(
                Todo(
                    _("Biểu quyết: %(title)s") % {"title": title},
                    _url(year, meeting.slug, "bieu-quyet", str(row.pk)),
                    today,
                )
            )
        elif meeting.state == MeetingState.CLOSED:
            if meeting.minutes_id is None and writes:
                found.append(
                    Todo(
                        _("Lập biên bản %(title)s") % {"title": meeting.title},
                        _url(year, meeting.slug, "bien-ban"),
                        day,
                    )
                )
            elif meeting.minutes_id is not None and leads:
                found.append(
                    Todo(
                        _("Phê duyệt biên bản %(title)s") % {"title": meeting.title},
                        _url(year, meeting.slug, "bien-ban"),
                        day,
                    )
                )
            elif meeting.minutes_id is not None and writes:
                found.append(
                    Todo(_("Người chủ trì phê duyệt biên bản %(title)s") % {"title": meeting.title}, url, waiting=True)
                )
    return found


def standing(year: Year, by: Mandate | None, now: datetime) -> list[Artefact]:
    """Where each conference stands and what holds its next step up."""
    meetings = list(Meeting.objects.filter(year=year))
    if not meetings:
        return []
    rule, today = rules_of(year)["convene.min_days"], local_date(now)
    found = []
    for meeting in meetings:
        day = local_date(meeting.starts_at)
        state, label = LOOKS[MeetingState(meeting.state)], meeting.state_label
        sentence = _("Dự kiến ngày %(day)s.") % {"day": short_date(day)}
        blockers: list[str] = []
        if meeting.state == MeetingState.PLANNED:
            due = convene_by(meeting, rule)
            basis = f" ({rule.basis})" if rule.basis else ""
            if due < today:
                state, label = "late", _("Quá hạn gửi giấy mời")
            blockers.append(_("Giấy mời phải gửi trước %(day)s%(basis)s.") % {"day": short_date(due), "basis": basis})
        elif meeting.state == MeetingState.OPEN:
            sentence = _("Đang họp từ ngày %(day)s.") % {"day": short_date(day)}
        elif meeting.state == MeetingState.CLOSED:
            sentence = _("Đã họp ngày %(day)s.") % {"day": short_date(day)}
            blockers.append(
                _("Chưa lập biên bản.") if meeting.minutes_id is None else _("Biên bản chờ người chủ trì phê duyệt.")
            )
        elif meeting.state == MeetingState.RECORDED:
            sentence = _("Đã họp ngày %(day)s, biên bản đã được phê duyệt.") % {"day": short_date(day)}
        found.append(
            Artefact(
                title=meeting.title,
                url=_url(year, meeting.slug),
                state=state,
                state_label=label,
                sentence=sentence,
                kind="meetings",
                blockers=blockers,
                starts=day,
                ends=day,
                short=_short(meeting.title),
            )
        )
    return found


def _short(title: str) -> str:
    """The name on the timeline: 'Ký kết', 'Sơ kết', 'Tổng kết', else the first words."""
    for word in (_("ký kết"), _("sơ kết"), _("tổng kết")):
        if word in title.lower():
            return word.capitalize()
    return " ".join(title.split()[:3])
