"""Nhân sự: who acts for whom, from when, by which paper. A change ends one mandate and begins another."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from giaouoc.accounts.actions.invite import invite_user
from giaouoc.audit.trail import record
from giaouoc.files.models import StoredFile
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import short_date
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.notices.actions.send import notify

from ..access import can_manage_people, can_name_clerk, can_name_leader
from ..models import NEEDS_PAPER, Capacity, Mandate, Role, Unit, Year


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
    """Give a person a role for a unit in the year and mail an invitation if the account is new; again, to send it again.

    Nobody gives a role to oneself, to an administrator or to a person of another unit; a leader is named by the unit's
    leader, or by the head unit where there is none; who keeps the stamp likewise, and is nobody who signs. A leader who signs in another's place (K/T, T/L, TUQ) needs the written
    delegation's number. Raises NotAllowed, Invalid."""
    require(can_manage_people(by, year, unit, now))
    if role == Role.LEADER:
        require(can_name_leader(by, year, unit, now))
    if role == Role.CLERK:
        require(can_name_clerk(by, year, unit, now))
    email = email.strip().lower()
    _check_person(email, year, unit, by, now)
    _check_stamp(role, email, year, unit, now)
    _check_day(since, year)
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
    if capacity in NEEDS_PAPER and not delegation_number.strip():
        raise Invalid(
            _("Ghi số, ký hiệu văn bản ủy quyền của người ký thay."),
            field="delegation_number",
        )
    chain = year.audit_chain
    held = Mandate.objects.filter(user__email=email, year=year, unit=unit, role=role, until=None).select_related("user")
    if (mine := held.first()) is not None and not mine.user.has_usable_password():
        invite_user(
            email, name, by=by, now=now, chain=chain, sent_by=by.actor_label
        )  # the first mail was lost or is too old
        return mine
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
            person=user.pk,
            since=short_date(since),
        )
    _tell_leaders(mandate, by, now)
    if delegation_number:
        record(
            "clusters.delegate",
            mandate,
            by=by,
            now=now,
            number=delegation_number,
            person=user.pk,
        )
    return mandate


def _check_person(email: str, year: Year, unit: Unit, by: Mandate, now: datetime) -> None:
    """Whether the account of this address may have a role of the unit. Raises Invalid."""
    if email == by.user.email:
        raise Invalid(
            _("Không tự giao vai trò cho chính mình; hãy đề nghị lãnh đạo đơn vị hoặc quản trị."), field="email"
        )
    others = Mandate.objects.on(local_date(now)).filter(user__email=email).exclude(unit=unit).select_related("unit")
    for one in others.filter(Q(year=year) | Q(role=Role.ADMINISTRATOR)):
        if one.role == Role.ADMINISTRATOR:
            raise Invalid(_("Tài khoản quản trị hệ thống không giữ vai trò nào trong Cụm."), field="email")
        raise Invalid(
            _("Người này đang giữ vai trò của %(unit)s trong năm; mỗi người chỉ thuộc một đơn vị.")
            % {"unit": one.unit.short_name if one.unit else ""},
            field="email",
        )


def _check_stamp(role: str, email: str, year: Year, unit: Unit, now: datetime) -> None:
    """Signature and stamp are two hands: nobody is the unit's leader and its clerk at once. Raises Invalid.

    Source: NĐ 30/2020/NĐ-CP, Điều 32 (domain notes, part B §2)."""
    other = {Role.LEADER: Role.CLERK, Role.CLERK: Role.LEADER}.get(Role(role))
    if other is None:
        return
    held = Mandate.objects.filter(user__email=email, year=year, unit=unit, role=other)
    if held.filter(Q(until=None) | Q(until__gte=local_date(now))).exists():
        raise Invalid(
            _("Người này đang là %(role)s của đơn vị; con dấu do người khác với người ký giữ.")
            % {"role": other.label.lower()},
            field="email",
        )


def _check_day(since: date, year: Year) -> None:
    """A role begins at most a year before the year does, and before it ends. Raises Invalid."""
    if not year.starts_on - timedelta(days=366) <= since <= year.ends_on:
        raise Invalid(
            _("Ngày bắt đầu nằm ngoài năm thi đua, từ %(first)s đến %(last)s.")
            % {"first": short_date(year.starts_on), "last": short_date(year.ends_on)},
            field="since",
        )


def _tell_leaders(mandate: Mandate, by: Mandate, now: datetime) -> None:
    """The unit's leaders learn of each new role, whoever gave it."""
    rows = Mandate.objects.on(local_date(now)).filter(year=mandate.year_id, unit=mandate.unit_id, role=Role.LEADER)
    people = set(rows.values_list("user_id", flat=True)) - {by.user_id, mandate.user_id}
    if people and mandate.year is not None and mandate.unit is not None:
        with official():
            words = _("%(actor)s đã giao vai trò %(role)s cho %(person)s. Nếu không đúng, hãy kết thúc vai trò ấy.")
            values = {"actor": by.actor_label, "role": mandate.role_label, "person": mandate.user.name}
            place = [mandate.year.cluster.code, mandate.year.number]
            notify(
                people,
                _("Vai trò mới trong đơn vị"),
                words % values,
                reverse("clusters:people", args=place),
                now=now,
                at_once=True,
            )


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
            person=mandate.user_id,
            until=short_date(until),
        )
