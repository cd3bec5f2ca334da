"""Thành phần: who comes for a unit, by which paper; who is there. Counted by units."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate, Unit
from giaouoc.clusters.queries import members_of, rules_of
from giaouoc.documents.queries import lock
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require

from ..access import can_give_vote, can_mark_own_presence, can_mark_presence, can_mark_present, can_represent
from ..models import Attendance, Meeting
from ..queries import delegates_for
from ..room import code_secret
from ..rules.presence_code import is_presence_code
from ..rules.stays import within
from ..states import Answer


def _row(meeting: Meeting, unit: Unit, now: datetime) -> Attendance:
    """The unit's row, locked. Raises Invalid for a unit that is no member now."""
    if not any(member.unit_id == unit.pk for member in members_of(meeting.year, now)):
        raise Invalid(_("%(unit)s không phải thành viên của Cụm.") % {"unit": unit.short_name})
    Attendance.objects.get_or_create(meeting=meeting, unit=unit)
    row = Attendance.objects.select_for_update().get(meeting=meeting, unit=unit)
    row.meeting, row.unit = meeting, unit
    return row


@transaction.atomic
def confirm_representation(
    meeting: Meeting,
    unit: Unit,
    *,
    by: Mandate,
    now: datetime,
    representative: str = "",
    delegation: str = "",
    delegate: Mandate | None = None,
) -> Attendance:
    """Say who speaks for the unit. ``representative``: a post, '' for the leader; ``delegation``: number and date of the
    written authority, which the year's rule 'representation' may demand; ``delegate``: whose mandate may vote for the
    unit, given only by the unit's own leader and with the written authority. Raises NotAllowed, Invalid."""
    lock(meeting)
    require(can_represent(by, meeting, unit, now))
    rule = rules_of(meeting.year)["representation"]
    representative, delegation = representative.strip() or unit.leader_post, delegation.strip()
    if representative != unit.leader_post:
        if rule.value == "leader":
            raise Invalid(
                _("Quy định của năm chỉ cho lãnh đạo đơn vị đại diện (%(basis)s).") % {"basis": rule.basis or "—"},
                field="representative",
            )
        if rule.value == "leader_or_delegate" and not delegation:
            raise Invalid(
                _("Người không phải lãnh đạo cần văn bản ủy quyền: ghi số và ngày (%(basis)s).")
                % {"basis": rule.basis or "—"},
                field="delegation",
            )
    row = _row(meeting, unit, now)
    if delegate is None and row.delegate is not None and by.unit_id != unit.pk:
        # The head unit writes down who comes; who votes stays as the unit's leader has given it, while that mandate holds.
        if delegates_for(meeting, unit.pk, now).filter(pk=row.delegate_id).exists():
            delegate, delegation = row.delegate, delegation or row.delegation
    if delegate is not None and delegate.pk != row.delegate_id:
        require(can_give_vote(by, meeting, unit, now))
    if delegate is not None:
        if not delegates_for(meeting, unit.pk, now).filter(pk=delegate.pk).exists():
            raise Invalid(_("Chỉ ủy quyền biểu quyết cho người của đơn vị."), field="delegate")
        if rule.value == "leader":
            raise Invalid(_("Quy định của năm không cho ủy quyền biểu quyết."), field="delegate")
        if not delegation:
            raise Invalid(_("Ủy quyền biểu quyết cần số và ngày của văn bản ủy quyền."), field="delegation")
    row.representative, row.delegation, row.delegate = representative, delegation, delegate
    row.answer, row.absence_reason = Answer.COMING, ""
    row.save()
    act = "meetings.represent" if delegate is None else "meetings.give_vote"
    who = delegate.actor_label if delegate else ""
    record(
        act,
        meeting,
        by=by,
        now=now,
        unit=unit.short_name,
        representative=representative,
        delegation=delegation or "—",
        who=who,
    )
    return row


@transaction.atomic
def mark_present(meeting: Meeting, unit: Unit, *, by: Mandate, now: datetime) -> Attendance:
    """The unit is there from now on. Raises WrongState before the day of the conference."""
    lock(meeting)
    require(can_mark_present(by, meeting, now))
    row = _row(meeting, unit, now)
    if row.is_present:
        raise WrongState(_("%(unit)s đã được điểm danh.") % {"unit": unit.short_name})
    return _arrive(row, "meetings.present", by=by, now=now)


@transaction.atomic
def mark_own_presence(meeting: Meeting, code: str, *, by: Mandate, now: datetime) -> Attendance:
    """The unit of whoever votes for it is there, as the code shows that was on the room's screen just now.

    A unit that is there already stays so. Raises NotAllowed, WrongState; Invalid for a wrong code."""
    lock(meeting, "state", "room_key")
    require(can_mark_own_presence(by, meeting, now))
    if not is_presence_code(code, code_secret(meeting), now):
        raise Invalid(_("Mã không đúng hoặc đã đổi. Gõ lại mã đang hiện trên màn hình."), field="ma")
    assert by.unit is not None
    row = _row(meeting, by.unit, now)
    if row.is_present:
        return row
    return _arrive(row, "meetings.present_by_code", by=by, now=now)


def _arrive(row: Attendance, act: str, *, by: Mandate, now: datetime) -> Attendance:
    row.representative = row.representative or row.unit.leader_post
    row.stays, row.absence_reason = [*row.stays, [now.isoformat(), None]], ""
    row.by_code = act == "meetings.present_by_code"
    row.save()
    record(act, row.meeting, by=by, now=now, unit=row.unit.short_name)
    return row


@transaction.atomic
def mark_left(meeting: Meeting, unit: Unit, *, by: Mandate, now: datetime) -> Attendance:
    """The unit has left; quorum is counted without it from now on."""
    lock(meeting)
    require(can_mark_presence(by, meeting, now))
    row = _row(meeting, unit, now)
    if not row.is_present:
        raise WrongState(_("%(unit)s không có mặt.") % {"unit": unit.short_name})
    row.stays = [*row.stays[:-1], [row.stays[-1][0], now.isoformat()]]
    row.save()
    record("meetings.left", meeting, by=by, now=now, unit=unit.short_name)
    return row


@transaction.atomic
def mark_absent(meeting: Meeting, unit: Unit, *, by: Mandate, now: datetime, reason: str = "") -> Attendance:
    """The unit does not come, with its reason if it gave one: its own answer, or what it told the head unit. Whoever came to the open conference leaves instead: WrongState."""
    lock(meeting)
    require(can_represent(by, meeting, unit, now))
    row = _row(meeting, unit, now)
    if meeting.opened_at is not None and within(row.times, meeting.opened_at, now):
        raise WrongState(_("%(unit)s đã có mặt; nếu đã về, hãy ghi rời hội nghị.") % {"unit": unit.short_name})
    row.answer, row.absence_reason = Answer.AWAY, reason.strip()
    if meeting.opened_at is None:
        row.stays = []
    row.save()
    with official():
        record(
            "meetings.absent",
            meeting,
            by=by,
            now=now,
            unit=unit.short_name,
            reason=reason.strip() or _("không nêu lý do"),
        )
    return row
