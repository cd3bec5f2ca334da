"""Giấy mời: convene a conference, tell those invited of a change, call it off."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import move
from giaouoc.clusters.models import Mandate
from giaouoc.clusters.queries import body_kind_of, members_of, rules_of
from giaouoc.documents.queries import lock
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import short_date
from giaouoc.lib.errors import Invalid
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require

from ..access import can_cancel, can_convene
from ..invitation import tell_invited
from ..models import Attendance, Meeting
from ..queries import convene_by
from ..states import MEETING_MOVES, MeetingState


@transaction.atomic
def convene_meeting(meeting: Meeting, *, by: Mandate, now: datetime) -> None:
    """Send the invitation to every member unit and the supervising body; a row of attendance waits for each unit.

    One that leaves fewer working days than the year's rule 'convene.min_days' is sent too, and the trail says so.
    Raises NotAllowed, WrongState; Invalid without an agenda, a place, or for a day that is over."""
    lock(meeting)
    require(can_convene(by, meeting, now))
    if not meeting.agenda.exists():
        raise Invalid(_("Chương trình chưa có mục nào."))
    if not meeting.place_words:
        raise Invalid(_("Chưa ghi địa điểm hoặc liên kết họp trực tuyến."))
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
        fields={
            "convened_at": now,
            "convene_rule": {"value": rule.value, "basis": rule.basis},
            "body_kind": body_kind_of(meeting.year, now),
        },
        count=len(members),
        due=short_date(due),
        basis=rule.basis or "—",
    )
    with official():
        tell_invited(
            meeting,
            _("Giấy mời: %(title)s"),
            _(
                "Mời đơn vị dự %(title)s, lúc %(when)s, tại %(venue)s. Mời trả lời dự họp và ghi người đại diện trên "
                "trang hội nghị; giấy mời để in cũng ở đó."
            ),
            now=now,
        )


@transaction.atomic
def cancel_meeting(meeting: Meeting, reason: str, *, by: Mandate, now: datetime) -> None:
    """Call the conference off; who was invited is told, also their calendars. Raises NotAllowed, WrongState, Invalid."""
    lock(meeting)
    require(can_cancel(by, meeting, now))
    if not (reason := reason.strip()):
        raise Invalid(_("Ghi lý do không họp."), field="reason")
    convened = meeting.state == MeetingState.CONVENED
    fields = {"invitation": meeting.invitation + 1}
    move(meeting, "cancel", MEETING_MOVES, by=by, now=now, act="meetings.cancel", fields=fields, reason=reason)
    if convened:
        with official():
            words = _("%(title)s, dự kiến lúc %(when)s, không họp. Lý do:") + f" {reason.replace('%', '%%')}"
            tell_invited(meeting, _("Không họp: %(title)s"), words, now=now, method="CANCEL")
