"""What the pages and permissions ask of directives; each a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from giaouoc.clusters.models import Mandate, MemberRole, Role, Year
from giaouoc.clusters.queries import members_of
from giaouoc.documents.queries import people_of
from giaouoc.lib.clock import local_date

from .models import Directive, DirectiveTask, TaskEntry
from .states import OVER, TaskState


def observers_of(year: Year, now: datetime) -> list[int]:
    """Accounts of the supervising body's observers in the year."""
    rows = Mandate.objects.on(local_date(now)).filter(year=year, role=Role.OBSERVER)
    return list(rows.values_list("user_id", flat=True))


def askers_of(year: Year, now: datetime) -> list[int]:
    """Accounts that a unit's words about a task go to: the supervising body's, where it has none the head unit's."""
    heads = [member.unit_id for member in members_of(year, now) if member.role == MemberRole.HEAD]
    return observers_of(year, now) or people_of(heads, year.pk, now)


def has_left(task: DirectiveTask, now: datetime) -> bool:
    """Whether the unit is no member any more, so that nobody accepts or reports for it. One statement."""
    return all(member.unit_id != task.unit_id for member in members_of(task.directive.year, now))


@dataclass
class Row:
    """A directive with the tasks given for it."""

    directive: Directive
    tasks: list[DirectiveTask] = field(default_factory=list)


def directives_of(year: Year) -> list[Row]:
    """The year's directives, the newest first, with their tasks by date. Two statements."""
    rows = {one.pk: Row(one) for one in Directive.objects.filter(year=year)}
    for row in rows.values():
        row.directive.year = year
    for task in DirectiveTask.objects.filter(directive__in=rows).select_related("unit") if rows else ():
        task.directive = rows[task.directive_id].directive
        rows[task.directive_id].tasks.append(task)
    return list(rows.values())


def open_tasks(years: Iterable[Year]) -> list[DirectiveTask]:
    """Tasks of these years that are neither confirmed nor taken back. One statement, none for no year."""
    by_key = {year.pk: year for year in years}
    if not by_key:
        return []
    rows = DirectiveTask.objects.filter(directive__year__in=by_key).exclude(state__in=OVER)
    found = list(rows.select_related("unit", "directive"))
    for task in found:
        task.directive.year = by_key[task.directive.year_id]
    return found


def without_task(years: Iterable[Year]) -> list[Directive]:
    """Directives of these years for which nobody was given anything yet. One statement, none for no year."""
    by_key = {year.pk: year for year in years}
    if not by_key:
        return []
    found = list(Directive.objects.filter(year__in=by_key, tasks=None))
    for one in found:
        one.year = by_key[one.year_id]
    return found


def entries_of(task: DirectiveTask) -> list[TaskEntry]:
    """What was said about a task, the oldest first, with its files. Three statements."""
    return list(task.entries.select_related("made_by__unit").prefetch_related("files__file"))


def tally(rows: Iterable[Row], now: datetime) -> dict[str, int]:
    """How the tasks of a year stand: all, confirmed, waiting for the asker, overdue."""
    tasks = [task for row in rows for task in row.tasks if task.state != TaskState.CANCELLED]
    return {
        "all": len(tasks),
        "confirmed": sum(task.state == TaskState.CONFIRMED for task in tasks),
        "reported": sum(task.state == TaskState.REPORTED for task in tasks),
        "overdue": sum(task.is_overdue(now) for task in tasks),
    }
