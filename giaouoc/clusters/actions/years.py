"""Mở năm: clusters, units, years, their members and rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import Actor, record
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import short_date
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require

from ..access import can_create_clusters, can_manage_year, can_note_elected, can_open_year
from ..models import (
    NEEDS_PAPER,
    BodyKind,
    Cluster,
    FocusArea,
    Mandate,
    MemberRole,
    Membership,
    Unit,
    Year,
    YearRule,
)
from ..queries import Member, proposed_members
from ..rules.year_rules import DEFAULTS, check_value


@transaction.atomic
def create_unit(
    code: str,
    name: str,
    short_name: str,
    *,
    by: Mandate,
    now: datetime,
    parent_name: str = "",
    leader_post: str = "",
    body_kind: str = BodyKind.PARTY,
) -> Unit:
    """Write down a body. Raises Invalid when the code is taken."""
    require(can_create_clusters(by, None, now))
    if Unit.objects.filter(code__iexact=code).exists():
        raise Invalid(_("Mã đơn vị %(code)s đã có.") % {"code": code}, field="code")
    unit = Unit.objects.create(
        code=code,
        name=name,
        short_name=short_name,
        parent_name=parent_name,
        leader_post=leader_post or Unit._meta.get_field("leader_post").default,
        body_kind=body_kind,
    )
    record("clusters.create_unit", unit, by=by, now=now, name=name)
    return unit


@transaction.atomic
def create_cluster(
    code: str,
    name: str,
    supervising_body: Unit,
    *,
    by: Mandate,
    now: datetime,
    sector: str = "",
    place: str = "",
    body_kind: str = "",
) -> Cluster:
    """Found a cluster under its supervising body. Raises Invalid when the code is taken."""
    require(can_create_clusters(by, None, now))
    if Cluster.objects.filter(code__iexact=code).exists():
        raise Invalid(_("Mã cụm %(code)s đã có.") % {"code": code}, field="code")
    cluster = Cluster(code=code, name=name, supervising_body=supervising_body, sector=sector, body_kind=body_kind)
    if place:
        cluster.place = place
    cluster.save()
    record("clusters.create", cluster, by=by, now=now, name=name)
    return cluster


@transaction.atomic
def set_unit_kind(unit: Unit, body_kind: str, *, by: Mandate, now: datetime) -> None:
    """Say whether a unit is a Party or a state body. Papers that are fixed keep their look. Raises NotAllowed, Invalid."""
    require(can_create_clusters(by, None, now))
    unit.body_kind = BodyKind(_known(body_kind, BodyKind.values))
    unit.save(update_fields=["body_kind"])
    with official():
        record("clusters.set_unit_kind", unit, by=by, now=now, name=unit.name, kind=str(BodyKind(body_kind).label))


@transaction.atomic
def set_papers_kind(cluster: Cluster, body_kind: str, *, by: Mandate, now: datetime) -> None:
    """Say whose layout the cluster's papers follow; '' is the head unit's. Raises NotAllowed, Invalid."""
    require(can_create_clusters(by, None, now))
    cluster.body_kind = _known(body_kind, ["", *BodyKind.values])
    cluster.save(update_fields=["body_kind"])
    with official():
        kind = BodyKind(body_kind).label if body_kind else _("theo đơn vị Cụm trưởng")
        record("clusters.set_papers_kind", cluster, by=by, now=now, name=cluster.name, kind=str(kind))


def _known(body_kind: str, kinds: Sequence[str]) -> str:
    if body_kind not in kinds:
        raise Invalid(_("Chọn loại cơ quan."), field="body_kind")
    return body_kind


def _write_members(year: Year, members: Sequence[Member], by: Actor, now: datetime) -> None:
    if sum(member.role == MemberRole.HEAD for member in members) != 1:
        raise Invalid(_("Một năm có đúng một đơn vị Cụm trưởng."))
    if len({member.unit.pk for member in members}) != len(members):
        raise Invalid(_("Một đơn vị chỉ được ghi một lần trong danh sách thành viên."))
    order = {MemberRole.HEAD: 0, MemberRole.DEPUTY: 1}
    ranked = sorted(members, key=lambda member: order.get(MemberRole(member.role), 2))
    for position, member in enumerate(ranked):
        row = Membership.objects.create(
            year=year,
            unit=member.unit,
            role=member.role,
            position=position,
            since=year.starts_on,
        )
        with official():
            record(
                "clusters.add_member",
                row,
                by=by,
                now=now,
                unit=member.unit.short_name,
                role=row.role_label,
                since=short_date(year.starts_on),
            )


def _write_focus_areas(year: Year, focus_areas: Sequence[str]) -> None:
    year.focus_areas.all().delete()
    FocusArea.objects.bulk_create(
        FocusArea(year=year, position=place, text=text) for place, text in enumerate(focus_areas, 1) if text.strip()
    )


@transaction.atomic
def open_year(
    cluster: Cluster,
    number: int,
    members: Sequence[Member],
    *,
    by: Mandate,
    now: datetime,
    starts_on: date | None = None,
    ends_on: date | None = None,
    theme_of: str = "",
    theme: str = "",
    focus_areas: Sequence[str] = (),
) -> Year:
    """Open a cluster's year with its members. Raises Invalid when it exists, or without exactly one head."""
    require(can_open_year(by, cluster, now))
    if cluster.years.filter(number=number).exists():
        raise Invalid(_("Năm %(year)s của cụm này đã mở.") % {"year": number}, field="number")
    year = Year.objects.create(
        cluster=cluster,
        number=number,
        starts_on=starts_on or date(number, 1, 1),
        ends_on=ends_on or date(number, 12, 31),
        theme_of=theme_of,
        theme=theme,
        opened_at=now,
    )
    record("clusters.open_year", year, by=by, now=now, year=number)
    _write_members(year, members, by, now)
    _write_focus_areas(year, focus_areas)
    return year


@transaction.atomic
def open_year_from_last(
    last: Year,
    *,
    by: Mandate,
    now: datetime,
    members: Sequence[Member] | None = None,
    theme_of: str | None = None,
    theme: str | None = None,
    focus_areas: Sequence[str] | None = None,
    people: bool = True,
) -> Year:
    """Open the next year from this one: members with roles rotated, theme, focus areas, rules and people carried over.

    What is given corrects what would be carried. Who signed in another's place (K/T, T/L, TUQ) is not carried: the paper was
    for the old year. Rules come over as not confirmed: the new year's regulation does that."""
    span = last.ends_on - last.starts_on
    starts_on = last.ends_on + timedelta(days=1)
    calendar = (last.starts_on.month, last.starts_on.day) == (1, 1)
    year = open_year(
        last.cluster,
        last.number + 1,
        proposed_members(last, now) if members is None else members,
        by=by,
        now=now,
        starts_on=starts_on,
        ends_on=date(last.number + 1, 12, 31) if calendar else starts_on + span,
        theme_of=last.theme_of if theme_of is None else theme_of,
        theme=last.theme if theme is None else theme,
        focus_areas=[area.text for area in last.focus_areas.all()] if focus_areas is None else focus_areas,
    )
    YearRule.objects.bulk_create(
        YearRule(year=year, key=rule.key, value=rule.value, basis=rule.basis) for rule in last.rules.all()
    )
    if people:
        units = set(year.memberships.values_list("unit_id", flat=True)) | {last.cluster.supervising_body_id}
        day = min(max(local_date(now), last.starts_on), last.ends_on)
        rows = Mandate.objects.on(day).filter(year=last, unit__in=units).exclude(capacity__in=NEEDS_PAPER)
        carried: set[tuple[int, int | None, str]] = set()  # a role that was ended and given again on this day is one
        for old in rows.select_related("unit", "user").order_by("-since", "-pk"):
            if (key := (old.user_id, old.unit_id, old.role)) in carried:
                continue
            carried.add(key)
            new = Mandate.objects.create(
                user=old.user,
                year=year,
                unit=old.unit,
                role=old.role,
                post=old.post,
                capacity=old.capacity,
                since=min(local_date(now), starts_on),
            )
            with official():
                record(
                    "clusters.grant",
                    new,
                    by=by,
                    now=now,
                    role=new.role_label,
                    unit=old.unit.short_name if old.unit else "",
                    person=old.user_id,
                    since=short_date(new.since),
                )
    return year


@transaction.atomic
def note_elected(year: Year, elected: Mapping[str, str], *, by: Mandate, now: datetime) -> None:
    """Keep whom the conference elected for the next year, {unit code: role}; opening that year starts from it.

    A later election to a post takes the place of an earlier one. Raises NotAllowed."""
    require(can_note_elected(by, year, now))
    kept = {code: role for code, role in year.elected.items() if role not in elected.values() and code not in elected}
    year.elected = kept | dict(elected)
    year.save(update_fields=["elected"])
    with official():
        names = {unit.code: unit.short_name for unit in Unit.objects.filter(code__in=elected)}
        words = ", ".join(f"{MemberRole(role).label}: {names[code]}" for code, role in elected.items())
        record("clusters.note_elected", year, by=by, now=now, elected=words, year=year.number + 1)


@transaction.atomic
def change_theme(
    year: Year,
    *,
    by: Mandate,
    now: datetime,
    theme_of: str,
    theme: str,
    focus_areas: Sequence[str],
) -> None:
    """Correct the theme and its focus areas."""
    require(can_manage_year(by, year, now))
    year.theme_of, year.theme = theme_of, theme
    year.save(update_fields=["theme_of", "theme"])
    _write_focus_areas(year, focus_areas)
    record("clusters.change_theme", year, by=by, now=now)


def _check_day(since: date, year: Year) -> None:
    """Membership and roles of units begin within the year. Raises Invalid."""
    if not year.starts_on <= since <= year.ends_on:
        raise Invalid(
            _("Ngày bắt đầu nằm ngoài năm thi đua, từ %(first)s đến %(last)s.")
            % {"first": short_date(year.starts_on), "last": short_date(year.ends_on)},
            field="since",
        )


@transaction.atomic
def add_member(
    year: Year,
    unit: Unit,
    *,
    by: Mandate,
    now: datetime,
    since: date,
    role: str = MemberRole.MEMBER,
) -> Membership:
    """A unit joins, also in mid-year. Raises Invalid when it is a member, WrongState when there is a head already."""
    require(can_manage_year(by, year, now))
    if year.memberships.filter(unit=unit, until=None).exists():
        raise Invalid(_("%(unit)s đã là thành viên.") % {"unit": unit.short_name}, field="unit")
    _check_day(since, year)
    before = year.memberships.filter(unit=unit, until__gte=since).order_by("-until").first()
    if before is not None and before.until is not None:
        raise Invalid(
            _("%(unit)s còn là thành viên đến hết ngày %(day)s; chỉ vào lại từ ngày sau đó.")
            % {"unit": unit.short_name, "day": short_date(before.until)},
            field="since",
        )
    if role == MemberRole.HEAD and year.memberships.filter(role=MemberRole.HEAD, until=None).exists():
        raise WrongState(_("Năm này đã có Cụm trưởng; hãy chuyển vai trò của đơn vị ấy trước."))
    last = year.memberships.order_by("-position").first()
    row = Membership.objects.create(
        year=year,
        unit=unit,
        role=role,
        position=last.position + 1 if last else 0,
        since=since,
    )
    with official():
        record(
            "clusters.add_member",
            row,
            by=by,
            now=now,
            unit=unit.short_name,
            role=row.role_label,
            since=short_date(since),
        )
    return row


@transaction.atomic
def end_membership(membership: Membership, *, by: Mandate, now: datetime, until: date) -> None:
    """A unit leaves; its history and what it did stay. Raises Invalid for the head, or a day before it joined."""
    require(can_manage_year(by, membership.year, now))
    if membership.role == MemberRole.HEAD:
        raise Invalid(_("Đơn vị Cụm trưởng không thể rời Cụm khi chưa có Cụm trưởng mới."))
    _end_row(membership, until)
    record(
        "clusters.end_membership",
        membership,
        by=by,
        now=now,
        unit=membership.unit.short_name,
        until=short_date(until),
    )


def _end_row(row: Membership, until: date) -> None:
    if until < row.since:
        raise Invalid(_("Ngày kết thúc đứng trước ngày bắt đầu (%(since)s).") % {"since": short_date(row.since)})
    if not Membership.objects.filter(pk=row.pk, until=None).update(until=until):
        raise WrongState(_("Đơn vị này đã rời Cụm hoặc đã đổi vai trò."))
    row.until = until


@transaction.atomic
def change_member_role(membership: Membership, role: str, *, by: Mandate, now: datetime, since: date) -> Membership:
    """Give a member another role from a day on; the old row ends the day before. A new head replaces the old one,
    which becomes a member; the same for a deputy when the rule knows only one."""
    require(can_manage_year(by, membership.year, now))
    if membership.role == role:
        raise Invalid(_("Đơn vị này đang giữ vai trò ấy."))
    if membership.role == MemberRole.HEAD:
        raise Invalid(_("Hãy giao vai trò Cụm trưởng cho đơn vị khác; đơn vị cũ sẽ trở thành thành viên."))
    year = membership.year
    _check_day(since, year)
    heads = list(year.memberships.filter(role=MemberRole.HEAD, until=None).select_related("unit"))
    touched = [membership, *heads] if role == MemberRole.HEAD else [membership]
    if late := [row for row in touched if row.since > since]:
        newest = max(late, key=lambda row: row.since)
        raise Invalid(
            _("%(unit)s giữ vai trò hiện nay từ ngày %(day)s; vai trò mới bắt đầu từ ngày ấy hoặc sau đó.")
            % {"unit": newest.unit.short_name, "day": short_date(newest.since)},
            field="since",
        )
    if role == MemberRole.HEAD:
        for old in heads:
            _replace(old, MemberRole.MEMBER, since, by, now)
    return _replace(membership, role, since, by, now)


def _replace(row: Membership, role: str, since: date, by: Mandate, now: datetime) -> Membership:
    if since <= row.since:
        # The role was never lived: correct it in place, the trail keeps what was there.
        Membership.objects.filter(pk=row.pk).update(role=role)
        row.role = role
        new = row
    else:
        _end_row(row, since - timedelta(days=1))
        new = Membership.objects.create(year=row.year, unit=row.unit, role=role, position=row.position, since=since)
    with official():
        record(
            "clusters.change_role",
            new,
            by=by,
            now=now,
            unit=row.unit.short_name,
            role=new.role_label,
            since=short_date(since),
        )
    return new


@transaction.atomic
def set_rule(
    year: Year,
    key: str,
    value: Any,
    *,
    by: Mandate,
    now: datetime,
    basis: str = "",
    confirmed: bool = False,
) -> YearRule:
    """Set a rule of the year with the clause that it comes from. Raises Invalid for a value that the rule cannot take."""
    require(can_manage_year(by, year, now))
    if key not in DEFAULTS:
        raise Invalid(_("Không có quy định nào tên %(key)s.") % {"key": key})
    if problem := check_value(key, value):
        raise Invalid(problem, field="value")
    if confirmed and not basis.strip():
        raise Invalid(
            _("Quy định đã xác nhận phải ghi căn cứ: điều, khoản của văn bản."),
            field="basis",
        )
    row, _created = YearRule.objects.update_or_create(
        year=year,
        key=key,
        defaults={"value": value, "basis": basis, "confirmed": confirmed},
    )
    record(
        "clusters.set_rule",
        row,
        by=by,
        now=now,
        rule=key,
        value=value,
        basis=basis or "—",
    )
    return row
