"""What waits for somebody about directives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from giaouoc.clusters.access import is_head_leader, is_head_secretary
from giaouoc.clusters.models import Mandate, Membership, Role, Year
from giaouoc.lib.clock import local_date
from giaouoc.lib.todo import Artefact, Todo

from .models import Directive, DirectiveTask
from .queries import open_tasks, without_task
from .states import DOING, TaskState

ROLES = {Role.SECRETARY, Role.LEADER, Role.OBSERVER}


def todos(mandates: Sequence[Mandate], now: datetime) -> list[Todo]:
    """Accept, do and report, confirm, answer, assign. Four statements for any number of mandates and tasks."""
    mandates = [by for by in mandates if by.role in ROLES and by.year is not None]
    years = [by.year for by in mandates if by.year]
    tasks, loose = open_tasks(years), without_task(years)
    found = []
    if tasks:
        day = local_date(now)
        watched = set(Mandate.objects.on(day).filter(year__in=years, role=Role.OBSERVER).values_list("year", flat=True))
        members = set(Membership.objects.on(day).filter(year__in=years).values_list("year", "unit"))
        for by in mandates:
            found += [
                todo
                for task in tasks
                if by.year_id == task.directive.year_id
                for todo in _of_task(by, task, watched, members, now)
            ]
    return found + [todo for by in mandates for one in loose for todo in _of_directive(by, one, now)]


def _of_task(
    by: Mandate, task: DirectiveTask, watched: set[int], members: set[tuple[int, int]], now: datetime
) -> list[Todo]:
    """``watched``: years in which the supervising body has an account; ``members``: (year, unit)."""
    year, url = task.directive.year, task.get_absolute_url()
    values = {"text": task.text, "unit": task.unit.short_name}
    instead = year.pk not in watched and by.unit_id != task.unit_id
    if task.state == TaskState.REPORTED:
        if by.role == Role.OBSERVER or (instead and is_head_leader(by, year, now)):
            return [Todo(_("Xác nhận kết quả của %(unit)s") % values, url, detail=task.text)]
        return []
    asks = by.role == Role.OBSERVER or (instead and bool(is_head_secretary(by, year, now)))
    if (year.pk, task.unit_id) not in members:
        return [Todo(_("Rút nhiệm vụ của %(unit)s, đơn vị đã rời Cụm") % values, url, detail=task.text)] if asks else []
    if task.state == TaskState.CHANGE_ASKED:
        return [Todo(_("Trả lời đề nghị điều chỉnh của %(unit)s") % values, url, detail=task.text)] if asks else []
    if by.unit_id != task.unit_id:
        return []
    if task.state == TaskState.ASSIGNED and by.role == Role.LEADER:
        return [Todo(_("Nhận nhiệm vụ: %(text)s") % values, url, task.due, task.measure)]
    if task.state in DOING:
        return [Todo(_("Báo cáo kết quả: %(text)s") % values, url, task.due, task.measure)]
    return []


def _of_directive(by: Mandate, directive: Directive, now: datetime) -> list[Todo]:
    if by.year_id != directive.year_id:
        return []
    if by.role != Role.OBSERVER and not is_head_secretary(by, directive.year, now):
        return []
    return [Todo(_("Giao việc theo ý kiến chỉ đạo"), directive.get_absolute_url(), detail=directive.words)]


def standing(year: Year, by: Mandate | None, now: datetime) -> list[Artefact]:
    """Directives have no place of their own on the timeline of the year."""
    return []
