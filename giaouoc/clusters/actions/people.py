"""Nhân sự: who acts for whom, from when, by which paper. A change ends one mandate and begins another."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from giaouoc.accounts.actions.invite import invite_user
from giaouoc.audit.trail import record
from giaouoc.files.models import StoredFile
from giaouoc.lib.dates import short_date
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require

from ..access import can_manage_people
from ..models import Capacity, Mandate, Role, Unit, Year


@transaction.atomic
def invite_person(
    year: Year,
    unit: Unit,
    role: str,
    email: str,
    name: str,
    *,
    by: Mandate,
    now: datetime,
    since: date,
    post: str = "",
    capacity: str = Capacity.HEAD,
    delegation_number: str = "",
    delegation_date: date | None = None,
    delegation_file: StoredFile | None = None,
) -> Mandate:
    """Give a person a role for a unit in the year and mail an invitation if the account is new.

    A leader who signs in another's place (K/T, T/L, TUQ) needs the written delegation's number. Raises Invalid."""
    require(can_manage_people(by, year, unit, now))
    if role == Role.ADMINISTRATOR:
        raise Invalid(_("Quản trị hệ thống không phải là vai trò trong một năm."), field="role")
    supervises = unit.pk == year.cluster.supervising_body_id
    if (role == Role.OBSERVER) != supervises:
        raise Invalid(
            _("Vai trò theo dõi dành cho cơ quan theo dõi Cụm; các vai trò khác dành cho đơn vị thành viên."),
            field="role",
        )
    if not supervises and not year.memberships.filter(unit=unit, until=None).exists():
        raise Invalid(
            _("%(unit)s không phải thành viên của năm này.") % {"unit": unit.short_name},
            field="unit",
        )
    if capacity and role != Role.LEADER:
        raise Invalid(
            _("Chỉ lãnh đạo mới ký thay, thừa lệnh hoặc thừa ủy quyền."),
            field="capacity",
        )
    if capacity in {Capacity.FOR_HEAD, Capacity.BY_ORDER, Capacity.BY_AUTHORITY} and not delegation_number.strip():
        raise Invalid(
            _("Ghi số, ký hiệu văn bản ủy quyền của người ký thay."),
            field="delegation_number",
        )
    chain = year.audit_chain
    user = invite_user(email, name, by=by, now=now, chain=chain, sent_by=by.actor_label)
    try:
        with transaction.atomic():
            mandate = Mandate.objects.create(
                user=user,
                year=year,
                unit=unit,
                role=role,
                post=post or (unit.leader_post if role == Role.LEADER else ""),
                capacity=capacity,
                since=since,
                delegation_number=delegation_number,
                delegation_date=delegation_date,
                delegation_file=delegation_file,
            )
    except IntegrityError as error:
        raise Invalid(_("Người này đang giữ đúng vai trò ấy."), field="email") from error
    with official():
        record(
            "clusters.grant",
            mandate,
            by=by,
            now=now,
            role=mandate.role_label,
            unit=unit.short_name,
            person=user.name,
            since=short_date(since),
        )
    if delegation_number:
        record(
            "clusters.delegate",
            mandate,
            by=by,
            now=now,
            number=delegation_number,
            person=user.name,
        )
    return mandate


@transaction.atomic
def end_mandate(mandate: Mandate, *, by: Mandate, now: datetime, until: date) -> None:
    """The person no longer acts in this role after a day; what was done by it stays. Raises Invalid, WrongState."""
    if mandate.year is None or mandate.unit is None:
        raise Invalid(_("Tư cách quản trị hệ thống không kết thúc ở đây."))
    require(can_manage_people(by, mandate.year, mandate.unit, now))
    if until < mandate.since:
        raise Invalid(_("Ngày kết thúc đứng trước ngày bắt đầu (%(since)s).") % {"since": short_date(mandate.since)})
    if not Mandate.objects.filter(pk=mandate.pk, until=None).update(until=until):
        raise WrongState(_("Tư cách này đã kết thúc."))
    mandate.until = until
    with official():
        record(
            "clusters.end_mandate",
            mandate,
            by=by,
            now=now,
            role=mandate.role_label,
            person=mandate.user.name,
            until=short_date(until),
        )
