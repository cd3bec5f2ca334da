"""Giao việc và theo dõi: who does what by when, what came of it, and whether the asker is content."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import move, record
from giaouoc.clusters.models import Mandate, Unit
from giaouoc.clusters.queries import members_of
from giaouoc.documents.queries import lock, people_of
from giaouoc.files.storage import store
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import short_date
from giaouoc.lib.errors import Invalid
from giaouoc.lib.evidence import MOST, checked_kind
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.notices.actions.send import notify

from ..access import (
    can_accept_task,
    can_ask_change,
    can_assign_task,
    can_cancel_task,
    can_change_task,
    can_judge_task,
    can_report_task,
)
from ..models import Directive, DirectiveTask, EntryFile, TaskEntry
from ..queries import askers_of
from ..states import OVER, TASK_MOVES, EntryKind

Upload = tuple[str, bytes]  # name, bytes


@transaction.atomic
def assign_task(
    directive: Directive,
    unit: Unit,
    text: str,
    measure: str,
    due: date,
    *,
    by: Mandate,
    now: datetime,
    once: bool = False,
) -> DirectiveTask:
    """Give a member its share, with how it will be seen that it is done and by when. Tells the unit. Raises Invalid.

    ``once``: a page sent twice (a double click, a way back) gives one task."""
    lock(directive, "words")
    require(can_assign_task(by, directive, now))
    if unit.pk not in {member.unit_id for member in members_of(directive.year, now)}:
        raise Invalid(_("Chỉ giao cho đơn vị thành viên của Cụm."), field="unit")
    task = DirectiveTask(directive=directive, unit=unit, made_at=now)
    _fill(task, text, measure, due, now)
    same = directive.tasks.filter(unit=unit, text=task.text, measure=task.measure, due=task.due).exclude(state__in=OVER)
    if once and (there := same.first()) is not None:
        return there
    task.save()
    record("directives.assign", task, by=by, now=now, unit=unit.short_name, text=task.text, due=short_date(task.due))
    _tell_unit(task, _("Nhiệm vụ mới theo ý kiến chỉ đạo"), now)
    return task


@transaction.atomic
def accept_task(task: DirectiveTask, *, by: Mandate, now: datetime) -> None:
    """The unit's leader takes the task on."""
    lock(task)
    require(can_accept_task(by, task, now))
    move(task, "accept", TASK_MOVES, by=by, now=now, act="directives.accept")


@transaction.atomic
def ask_change(task: DirectiveTask, words: str, *, by: Mandate, now: datetime) -> None:
    """The unit's leader asks for another measure or day. Raises Invalid without a reason."""
    lock(task)
    require(can_ask_change(by, task, now))
    _move_with_reason(task, EntryKind.ASK, words, _("Hãy ghi điều đề nghị điều chỉnh và lý do."), by, now)
    _tell_askers(task, _("%(unit)s đề nghị điều chỉnh nhiệm vụ"), now)


@transaction.atomic
def change_task(
    task: DirectiveTask, text: str, measure: str, due: date, *, by: Mandate, now: datetime, words: str = ""
) -> None:
    """Change the words, the measure or the day; the unit accepts anew. ``words``: the answer to what it asked."""
    lock(task)
    require(can_change_task(by, task, now))
    _fill(task, text, measure, due, now)
    _say(task, EntryKind.CHANGE, words.strip(), by, now)
    fields = {"text": task.text, "measure": task.measure, "due": task.due}
    shown = {"text": task.text, "due": short_date(task.due)}
    move(task, "change", TASK_MOVES, by=by, now=now, act="directives.change", fields=fields, **shown)
    _tell_unit(task, _("Nhiệm vụ được điều chỉnh"), now)


@transaction.atomic
def report_task(
    task: DirectiveTask, words: str, files: Sequence[Upload] = (), *, by: Mandate, now: datetime
) -> TaskEntry:
    """Report what was done, with its evidence. Raises Invalid for a file that cannot be taken."""
    lock(task)
    require(can_report_task(by, task, now))
    words = _reason(words, _("Hãy ghi kết quả đã làm được."))
    if len(files) > MOST:
        raise Invalid(_("Mỗi lần báo cáo kèm tối đa %(most)s tệp.") % {"most": MOST}, field="evidence")
    entry = _say(task, EntryKind.REPORT, words, by, now)
    for name, data in files:
        EntryFile.objects.create(entry=entry, file=store(data, name, checked_kind(name, data), now=now))
    move(task, "report", TASK_MOVES, by=by, now=now, act="directives.report", files=len(files))
    _tell_askers(task, _("%(unit)s báo cáo kết quả thực hiện ý kiến chỉ đạo"), now)
    return entry


@transaction.atomic
def confirm_task(task: DirectiveTask, words: str = "", *, by: Mandate, now: datetime) -> None:
    """The asker is content; the task is over."""
    lock(task)
    require(can_judge_task(by, task, now))
    _say(task, EntryKind.CONFIRM, words.strip(), by, now)
    move(task, "confirm", TASK_MOVES, by=by, now=now, act="directives.confirm")
    _tell_unit(task, _("Kết quả được xác nhận"), now)


@transaction.atomic
def return_task(task: DirectiveTask, words: str, *, by: Mandate, now: datetime) -> None:
    """The asker wants more, and says what. Raises Invalid without words."""
    lock(task)
    require(can_judge_task(by, task, now))
    _move_with_reason(task, EntryKind.RETURN, words, _("Hãy ghi điều còn phải làm tiếp."), by, now)
    _tell_unit(task, _("Yêu cầu làm tiếp"), now)


@transaction.atomic
def cancel_task(task: DirectiveTask, words: str, *, by: Mandate, now: datetime) -> None:
    """The asker takes the task back, with its reason; what was reported stays."""
    lock(task)
    require(can_cancel_task(by, task, now))
    _move_with_reason(task, EntryKind.CANCEL, words, _("Hãy ghi lý do rút nhiệm vụ."), by, now)
    _tell_unit(task, _("Nhiệm vụ được rút"), now)


def _fill(task: DirectiveTask, text: str, measure: str, due: date, now: datetime) -> None:
    task.text = _reason(text, _("Hãy ghi việc được giao."), "text")
    task.measure = _reason(measure, _("Hãy ghi dấu hiệu để biết việc đã xong."), "measure")
    if due < local_date(now):
        raise Invalid(_("Hạn đã qua. Chọn ngày từ hôm nay trở đi."), field="due")
    task.due = due


def _reason(words: str, missing: str, field: str = "words") -> str:
    if not (words := words.strip()):
        raise Invalid(missing, field=field)
    return words


def _say(task: DirectiveTask, kind: EntryKind, words: str, by: Mandate, now: datetime) -> TaskEntry:
    return TaskEntry.objects.create(task=task, kind=kind, words=words, made_by=by, made_at=now)


def _move_with_reason(
    task: DirectiveTask, kind: EntryKind, words: str, missing: str, by: Mandate, now: datetime
) -> None:
    """What must not be done without a reason: it is kept with the task and in the trail."""
    words = _reason(words, missing)
    _say(task, kind, words, by, now)
    move(task, kind.value, TASK_MOVES, by=by, now=now, act=f"directives.{kind.value}", words=words)


def _tell_unit(task: DirectiveTask, subject: str, now: datetime) -> None:
    with official():
        body = _("%(text)s\nHạn: ngày %(due)s.") % {"text": task.text, "due": short_date(task.due)}
    people = people_of([task.unit_id], task.directive.year_id, now)
    notify(people, subject, body, task.get_absolute_url(), now=now)


def _tell_askers(task: DirectiveTask, subject: str, now: datetime) -> None:
    words = subject % {"unit": task.unit.short_name}
    notify(askers_of(task.directive.year, now), words, task.text, task.get_absolute_url(), now=now)
