"""What waits for whom about conferences, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from giaouoc.ballots.access import can_stamp_second
from giaouoc.ballots.models import Voter
from giaouoc.ballots.states import BallotState
from giaouoc.clusters.access import chairs, is_head, is_head_secretary
from giaouoc.clusters.models import Mandate, Role, Year
from giaouoc.clusters.queries import members_of, rules_of
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import short_date
from giaouoc.lib.todo import Artefact, Todo
from giaouoc.ui.templatetags.ui_tags import vn_datetime as moment

from .access import can_check_final
from .models import AgendaItem, Attendance, ItemBallot, Meeting, MeetingDecision
from .queries import convene_by, waiting_finals
from .states import APPROVED, DecisionState, MeetingState

LOOKS = {
    MeetingState.PLANNED: "later",
    MeetingState.CONVENED: "open",
    MeetingState.OPEN: "open",
    MeetingState.CLOSED: "open",
    MeetingState.RECORDED: "done",
    MeetingState.SIGNING: "open",
    MeetingState.SIGNED: "open",
    MeetingState.ARCHIVED: "sealed",
    MeetingState.CANCELLED: "cancelled",
}


def _url(year: Year, slug: str, *rest: str) -> str:
    base = reverse("meetings:meeting", args=[year.cluster.code, year.number, slug])
    return base + "".join(f"{part}/" for part in rest)


def todos(mandates: Sequence[Mandate], now: datetime) -> list[Todo]:
    """Things to do by these mandates; who may vote for a unit that is there is asked for its vote."""
    return [todo for by in mandates for todo in _todos_by(by, now)]


def _todos_by(by: Mandate, now: datetime) -> list[Todo]:
    year = by.year
    if year is None or by.unit is None or by.role == Role.OBSERVER or by.membership_role(now) is None:
        return []
    found: list[Todo] = []
    today = local_date(now)
    meetings = list(Meeting.objects.filter(year=year).exclude(state__in=[*APPROVED, MeetingState.CANCELLED]))
    if not meetings:
        return []
    rule = rules_of(year)["convene.min_days"]
    head, leads, writes = is_head(by, year, now), chairs(by, year, now), is_head_secretary(by, year, now)
    writer = by.role in {Role.SECRETARY, Role.LEADER}
    decisions = MeetingDecision.objects.filter(state=DecisionState.OPEN, item__meeting__year=year)
    waiting = {
        row.item.meeting_id: row
        for row in decisions.exclude(votes__unit=by.unit_id).select_related("item__document")
        if by.unit.code in row.present
    }
    polls = ItemBallot.objects.filter(state=DecisionState.OPEN, item__meeting__year=year).select_related(
        "ballot", "item"
    )
    rolls = {
        voter.ballot_id: voter
        for voter in Voter.objects.filter(ballot__in=[poll.ballot_id for poll in polls], unit=by.unit_id, done=False)
    }
    papers = {poll.item.meeting_id: poll for poll in polls if poll.ballot_id in rolls}
    stamping = {
        poll.item.meeting_id: poll
        for poll in polls
        if poll.ballot.teller_id == by.pk and can_stamp_second(by, poll.ballot, now)
    }
    own = {row.meeting_id: row for row in Attendance.objects.filter(meeting__in=meetings, unit=by.unit_id)}
    finals = _finals([one for one in meetings if one.state == MeetingState.CLOSED]) if leads or writes else {}
    for meeting in meetings:
        day, url = local_date(meeting.starts_at), _url(year, meeting.slug)
        detail = _("Họp ngày %(day)s.") % {"day": short_date(day)}
        if meeting.state == MeetingState.OPEN and meeting.pk in stamping:
            poll = stamping[meeting.pk]
            words = _("Đóng dấu lần thứ hai: %(title)s") % {"title": poll.ballot.title}
            found.append(Todo(words, _url(year, meeting.slug, "bo-phieu", str(poll.pk), "dau-thu-hai"), today))
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
            if writer and not (meeting.pk in own and (own[meeting.pk].answer or own[meeting.pk].is_present)):
                found.append(Todo(_("Trả lời giấy mời dự %(title)s") % {"title": meeting.title}, url, day, detail))
            if leads and day <= today:
                found.append(Todo(_("Khai mạc %(title)s") % {"title": meeting.title}, url, day, detail))
        elif meeting.state == MeetingState.OPEN and meeting.pk in waiting:
            if by.role != Role.LEADER and own[meeting.pk].delegate_id != by.pk:
                continue
            row = waiting[meeting.pk]
            title = row.item.document.title if row.item.document else row.item.title
            found.append(
                Todo(
                    _("Biểu quyết: %(title)s") % {"title": title},
                    _url(year, meeting.slug, "bieu-quyet", str(row.pk)),
                    today,
                )
            )
        elif meeting.state == MeetingState.OPEN and meeting.pk in papers:
            poll = papers[meeting.pk]
            voter = rolls[poll.ballot_id]
            if by.role != Role.LEADER and voter.delegate_id != by.pk:
                continue
            if poll.ballot.state in {BallotState.VOTING, BallotState.STAMPING}:
                words = _("Bỏ phiếu kín: %(title)s") % {"title": poll.ballot.title}
                found.append(Todo(words, _url(year, meeting.slug, "bo-phieu", str(poll.pk)), today))
        elif meeting.state == MeetingState.CLOSED:
            for item in finals.get(meeting.pk, []):
                at = _url(year, meeting.slug, "muc", str(item.pk), "ban-cuoi")
                if can_check_final(by, item, now):
                    found.append(Todo(_("Đối chiếu bản cuối: %(title)s") % {"title": item.document}, at, day))
                elif leads:
                    words = _("Chốt bản cuối hoặc trả lại: %(title)s") % {"title": item.document}
                    found.append(Todo(words, at, day))
            if meeting.minutes_id is None and writes:
                found.append(
                    Todo(
                        _("Lập biên bản %(title)s") % {"title": meeting.title},
                        _url(year, meeting.slug, "bien-ban"),
                        day,
                    )
                )
            elif meeting.minutes_id is not None and leads and meeting.pk not in finals:
                found.append(
                    Todo(
                        _("Phê duyệt biên bản %(title)s") % {"title": meeting.title},
                        _url(year, meeting.slug, "bien-ban"),
                        day,
                    )
                )
            elif meeting.minutes_id is not None and writes and meeting.pk not in finals:
                found.append(
                    Todo(_("Người chủ trì phê duyệt biên bản %(title)s") % {"title": meeting.title}, url, waiting=True)
                )
    return found


def _finals(meetings: Sequence[Meeting]) -> dict[int, list[AgendaItem]]:
    """Items whose text waits for the chair to confirm it, by conference. No statement for no conference."""
    found: dict[int, list[AgendaItem]] = {}
    for meeting in meetings:
        if items := waiting_finals(meeting):
            found[meeting.pk] = items
    return found


def standing(year: Year, by: Mandate | None, now: datetime) -> list[Artefact]:
    """Where each conference stands and what holds its next step up."""
    meetings = list(Meeting.objects.filter(year=year))
    if not meetings:
        return []
    rule, today = rules_of(year)["convene.min_days"], local_date(now)
    answered = set(Attendance.objects.filter(meeting__in=meetings).exclude(answer="").values_list("meeting", "unit"))
    members = members_of(year, now)
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
            blockers.append(
                _("Giấy mời gửi chậm nhất ngày %(day)s%(basis)s.") % {"day": short_date(due), "basis": basis}
            )
        elif meeting.state == MeetingState.CONVENED:
            sentence = _("Họp lúc %(when)s.") % {"when": moment(meeting.starts_at)}
            silent = [one.unit.short_name for one in members if (meeting.pk, one.unit_id) not in answered]
            if silent:
                blockers.append(_("Chưa trả lời giấy mời: %(units)s.") % {"units": ", ".join(silent)})
        elif meeting.state == MeetingState.OPEN:
            sentence = _("Đang họp từ ngày %(day)s.") % {"day": short_date(day)}
        elif meeting.state == MeetingState.CLOSED:
            sentence = _("Đã họp ngày %(day)s.") % {"day": short_date(day)}
            blockers.append(
                _("Chưa lập biên bản.") if meeting.minutes_id is None else _("Biên bản chờ người chủ trì phê duyệt.")
            )
        elif meeting.state == MeetingState.CANCELLED:
            sentence = _("Dự kiến ngày %(day)s, không họp.") % {"day": short_date(day)}
        elif meeting.state == MeetingState.RECORDED:
            sentence = _("Đã họp ngày %(day)s, biên bản đã được phê duyệt.") % {"day": short_date(day)}
        elif meeting.state in {MeetingState.SIGNING, MeetingState.SIGNED}:
            sentence = _("Đã họp ngày %(day)s, biên bản đang được ký.") % {"day": short_date(day)}
        else:
            sentence = _("Đã họp ngày %(day)s, biên bản đã ký; ai cũng xác minh được.") % {"day": short_date(day)}
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
