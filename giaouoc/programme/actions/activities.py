"""Hoạt động chung: what the cluster plans to do together in the year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate, Unit, Year
from giaouoc.clusters.queries import members_of
from giaouoc.documents.models import content_of
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.verdict import require
from giaouoc.lib.vietnamese import one_line

from ..access import can_add_activity, can_change_activity, can_remove_activity, can_take_activities
from ..models import Activity
from ..queries import adopted_plan, unit_names
from ..rules.from_plan import PlannedActivity, read_plan, same_title
from ..states import ActivityKind


@transaction.atomic
def add_activity(
    year: Year,
    *,
    by: Mandate,
    now: datetime,
    kind: str,
    title: str,
    host: Unit | None = None,
    host_text: str = "",
    co_hosts: Iterable[Unit] = (),
    planned_on: date | None = None,
    result: str = "",
) -> Activity:
    """Plan an activity. ``planned_on``: any day of its month; ``host_text``: where no member hosts. Raises Invalid."""
    require(can_add_activity(by, year, now))
    activity = Activity(year=year, position=_next_place(year))
    _fill(activity, kind, title, host, host_text, planned_on, result, now)
    activity.save()
    activity.co_hosts.set(_others(activity, co_hosts, now))
    record("programme.add_activity", activity, by=by, now=now, title=activity.title)
    return activity


@transaction.atomic
def change_activity(
    activity: Activity,
    *,
    by: Mandate,
    now: datetime,
    kind: str,
    title: str,
    host: Unit | None = None,
    host_text: str = "",
    co_hosts: Iterable[Unit] = (),
    planned_on: date | None = None,
    result: str = "",
) -> None:
    """Change a planned activity. A frozen pact keeps the words that it was frozen with. Raises Invalid."""
    require(can_change_activity(by, activity, now))
    _fill(activity, kind, title, host, host_text, planned_on, result, now)
    activity.save()
    activity.co_hosts.set(_others(activity, co_hosts, now))
    record("programme.change_activity", activity, by=by, now=now, title=activity.title)


@transaction.atomic
def remove_activity(activity: Activity, *, by: Mandate, now: datetime) -> None:
    """Take an activity out of the programme; the trail keeps what it was."""
    require(can_remove_activity(by, activity, now))
    record(
        "programme.remove_activity",
        activity.year,
        by=by,
        now=now,
        title=activity.title,
        kind=activity.kind,
        host=activity.host_name,
        month=activity.planned_on,
        result=activity.result,
    )
    activity.delete()


@transaction.atomic
def take_activities_from_plan(year: Year, *, by: Mandate, now: datetime) -> list[Activity]:
    """Enter the rows of the adopted plan's table that the programme lacks. Raises WrongState without such a plan."""
    require(can_take_activities(by, year, now))
    plan = adopted_plan(year)
    if plan is None:
        raise WrongState(_("Kế hoạch chưa được hội nghị thông qua."))
    units = [membership.unit for membership in members_of(year, now)]
    rows = read_plan(content_of(plan.version), unit_names(units), year.number).activities
    if not rows:
        raise WrongState(_("Không đọc được bảng hoạt động nào trong Kế hoạch. Mời nhập từng hoạt động."))
    return _enter(year, rows, units, by, now, plan.document.title)


def _enter(
    year: Year, rows: list[PlannedActivity], units: list[Unit], by: Mandate, now: datetime, source: str
) -> list[Activity]:
    """Rows of a plan as activities; those whose title stands in the programme already are left as they are."""
    by_code = {unit.code: unit for unit in units}
    have = list(Activity.objects.filter(year=year).values_list("title", flat=True))
    place, made = _next_place(year), []
    for row in rows:
        if any(same_title(row.title, title) for title in have):
            continue
        activity = Activity.objects.create(
            year=year,
            kind=row.kind,
            title=row.title[:300],
            host=by_code.get(row.host or ""),
            host_text=row.host_text[:300],
            planned_on=row.planned_on,
            result=row.result[:300],
            position=place,
        )
        activity.co_hosts.set([by_code[code] for code in row.co_hosts])
        have.append(activity.title)
        made.append(activity)
        place += 1
    if made:
        record("programme.take_activities", year, by=by, now=now, count=len(made), source=source)
    return made


def _next_place(year: Year) -> int:
    return (Activity.objects.filter(year=year).aggregate(last=Max("position"))["last"] or 0) + 1


def _fill(
    activity: Activity,
    kind: str,
    title: str,
    host: Unit | None,
    host_text: str,
    planned_on: date | None,
    result: str,
    now: datetime,
) -> None:
    title, host_text, result = one_line(title), one_line(host_text), one_line(result)
    if not title:
        raise Invalid(_("Hãy ghi tên hoạt động."), field="title")
    for name, words in (("title", title), ("host_text", host_text), ("result", result)):
        if len(words) > 300:
            raise Invalid(_("Tối đa 300 chữ cái."), field=name)
    if kind not in ActivityKind.values:
        raise Invalid(_("Hãy chọn loại hoạt động."), field="kind")
    year = activity.year
    if host is not None and host.pk not in {one.unit_id for one in members_of(year, now)}:
        raise Invalid(_("Đơn vị chủ trì phải là thành viên của Cụm."), field="host")
    if planned_on is not None and abs(planned_on.year - year.number) > 1:
        raise Invalid(_("Tháng dự kiến nằm ngoài năm thi đua %(year)s.") % {"year": year.number}, field="planned_on")
    activity.kind, activity.title, activity.host = kind, title, host
    activity.host_text = "" if host else host_text
    activity.planned_on = planned_on.replace(day=1) if planned_on else None
    activity.result = result


def _others(activity: Activity, co_hosts: Iterable[Unit], now: datetime) -> list[Unit]:
    members = {one.unit_id for one in members_of(activity.year, now)}
    units = [unit for unit in co_hosts if unit.pk != activity.host_id]
    if any(unit.pk not in members for unit in units):
        raise Invalid(_("Đơn vị phối hợp phải là thành viên của Cụm."), field="co_hosts")
    return units
