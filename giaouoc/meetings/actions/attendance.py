"""Thành phần: who comes for a unit, by which paper; who is there. Counted by units."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate, Unit
from giaouoc.clusters.queries import members_of, rules_of
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.verdict import require

from ..access import can_mark_presence, can_represent
from ..models import Attendance, Meeting


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
    meeting: Meeting, unit: Unit, *, by: Mandate, now: datetime, representative: str = "", delegation: str = ""
) -> Attendance:
    """Say who speaks for the unit. ``representative``: a post, '' for the leader; ``delegation``: number and date of the
    written authority, which the year's rule 'representation' may demand. Raises Invalid."""
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
    row.representative, row.delegation = representative, delegation
    row.save(update_fields=["representative", "delegation"])
    record("meetings.represent", meeting, by=by, now=now, unit=unit.short_name, representative=representative)
    return row


@transaction.atomic
def mark_present(meeting: Meeting, unit: Unit, *, by: Mandate, now: datetime) -> Attendance:
    """The unit is there from now on."""
    require(can_mark_presence(by, meeting, now))
    row = _row(meeting, unit, now)
    if row.is_present:
        raise WrongState(_("%(unit)s đã được điểm danh.") % {"unit": unit.short_name})
    row.representative = row.representative or unit.leader_post
    row.is_present, row.arrived_at, row.left_at, row.absence_reason = True, now, None, ""
    row.save()
    record("meetings.present", meeting, by=by, now=now, unit=unit.short_name)
    return row


@transaction.atomic
def mark_left(meeting: Meeting, unit: Unit, *, by: Mandate, now: datetime) -> Attendance:
    """The unit has left; quorum is counted without it from now on."""
    require(can_mark_presence(by, meeting, now))
    row = _row(meeting, unit, now)
    if not row.is_present:
        raise WrongState(_("%(unit)s không có mặt.") % {"unit": unit.short_name})
    row.is_present, row.left_at = False, now
    row.save()
    record("meetings.left", meeting, by=by, now=now, unit=unit.short_name)
    return row


@transaction.atomic
def mark_absent(meeting: Meeting, unit: Unit, *, by: Mandate, now: datetime, reason: str = "") -> Attendance:
    """The unit does not come, with its reason if it gave one."""
    require(can_mark_presence(by, meeting, now))
    row = _row(meeting, unit, now)
    row.is_present, row.absence_reason = False, reason.strip()
    row.save()
    record(
        "meetings.absent", meeting, by=by, now=now, unit=unit.short_name, reason=reason.strip() or _("không nêu lý do")
    )
    return row
