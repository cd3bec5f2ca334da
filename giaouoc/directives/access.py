"""Who may do what with directives and tasks. Everybody who works in the year reads them; the administrator does not."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from giaouoc.clusters.access import acts_for_member, is_head_leader, is_head_secretary, works_in
from giaouoc.clusters.models import Mandate, Role, Year
from giaouoc.lib.errors import NotFound
from giaouoc.lib.verdict import YES, Verdict, no, not_now

from .models import Directive, DirectiveTask, EntryFile
from .queries import has_left, observers_of
from .states import DOING, OVER, TaskState


def can_see_directives(by: Mandate | None, year: Year, now: datetime) -> Verdict:
    """Members and the supervising body."""
    return works_in(by, year)


def _asks(by: Mandate | None, year: Year) -> bool:
    return by is not None and by.year_id == year.pk and by.role == Role.OBSERVER


def can_record_directive(by: Mandate | None, year: Year, now: datetime) -> Verdict:
    """The head unit's secretary writes down what was said; the supervising body may itself."""
    return YES if _asks(by, year) else is_head_secretary(by, year, now)


def can_correct_directive(by: Mandate | None, directive: Directive, now: datetime) -> Verdict:
    """The same people, while no task rests on the words."""
    if not (verdict := can_record_directive(by, directive.year, now)):
        return verdict
    if directive.tasks.exists():
        return not_now(_("Đã có nhiệm vụ giao theo ý kiến này nên câu chữ không sửa được nữa."))
    return YES


def can_assign_task(by: Mandate | None, directive: Directive, now: datetime) -> Verdict:
    """The same people say which unit does what by when."""
    return can_record_directive(by, directive.year, now)


def can_accept_task(by: Mandate | None, task: DirectiveTask, now: datetime) -> Verdict:
    """The unit's leader accepts for the unit."""
    if not (verdict := _leads(by, task, now)):
        return verdict
    return YES if task.state == TaskState.ASSIGNED else not_now(_("Nhiệm vụ này không còn chờ nhận."))


def can_ask_change(by: Mandate | None, task: DirectiveTask, now: datetime) -> Verdict:
    """The unit's leader asks for another measure or day, until it has reported."""
    if not (verdict := _leads(by, task, now)):
        return verdict
    if task.state not in DOING | {TaskState.ASSIGNED}:
        return not_now(_("Chỉ đề nghị điều chỉnh khi đang chờ nhận hoặc đang thực hiện."))
    return YES


def can_change_task(by: Mandate | None, task: DirectiveTask, now: datetime) -> Verdict:
    """Who assigned changes words, measure or day, until the unit has reported; the unit accepts anew."""
    year = task.directive.year
    if not (verdict := can_record_directive(by, year, now)):
        return verdict
    if not _asks(by, year) and (denied := _not_the_asker(by, task, now)) is not None:
        return denied
    if task.state in OVER | {TaskState.REPORTED}:
        return not_now(_("Nhiệm vụ đã báo cáo hoặc đã khép, không điều chỉnh được."))
    if has_left(task, now):
        return not_now(
            _(
                "%(unit)s không còn là thành viên của Cụm nên không nhận lại được; rút nhiệm vụ, giao đơn vị khác nếu cần."
            )
            % {"unit": task.unit.short_name}
        )
    return YES


def can_report_task(by: Mandate | None, task: DirectiveTask, now: datetime) -> Verdict:
    """The unit's secretary or leader reports what was done, with evidence."""
    if not (verdict := acts_for_member(by, task.directive.year, now)):
        return verdict
    if by is None or by.unit_id != task.unit_id or by.role not in {Role.SECRETARY, Role.LEADER}:
        return no(_("Chỉ thư ký, lãnh đạo của đơn vị được giao báo cáo kết quả."))
    if task.state == TaskState.ASSIGNED:
        return not_now(_("Lãnh đạo đơn vị chưa nhận nhiệm vụ này."))
    if task.state not in DOING:
        return not_now(_("Chỉ báo cáo khi nhiệm vụ đang thực hiện."))
    return YES


def can_judge_task(by: Mandate | None, task: DirectiveTask, now: datetime) -> Verdict:
    """The asker confirms or returns: the supervising body; Cụm trưởng where nobody of that body has an account."""
    year = task.directive.year
    if not _asks(by, year):
        if not is_head_leader(by, year, now) or observers_of(year, now):
            return no(_("Chỉ cơ quan chỉ đạo xác nhận hoặc yêu cầu làm tiếp."))
        if by is not None and by.unit_id == task.unit_id:
            return no(_("Đơn vị không tự xác nhận kết quả của mình."))
    return YES if task.state == TaskState.REPORTED else not_now(_("Nhiệm vụ chưa có báo cáo chờ xác nhận."))


def can_cancel_task(by: Mandate | None, task: DirectiveTask, now: datetime) -> Verdict:
    """The asker alone takes a task back; the head unit's secretary where nobody of that body has an account."""
    year = task.directive.year
    if not _asks(by, year):
        if not (verdict := is_head_secretary(by, year, now)):
            return verdict
        if (denied := _not_the_asker(by, task, now)) is not None:
            return denied
    return not_now(_("Nhiệm vụ đã khép.")) if task.state in OVER else YES


def _not_the_asker(by: Mandate | None, task: DirectiveTask, now: datetime) -> Verdict | None:
    """Why the head unit's secretary does not change or take back what the supervising body asked; None when it may."""
    if observers_of(task.directive.year, now):
        return no(_("Chỉ cơ quan chỉ đạo điều chỉnh hoặc rút nhiệm vụ đã giao."))
    if by is not None and by.unit_id == task.unit_id:
        return no(_("Đơn vị không tự điều chỉnh hoặc rút nhiệm vụ của mình; đề nghị cơ quan chỉ đạo."))
    return None


def _leads(by: Mandate | None, task: DirectiveTask, now: datetime) -> Verdict:
    if not (verdict := acts_for_member(by, task.directive.year, now)):
        return verdict
    if by is None or by.unit_id != task.unit_id or by.role != Role.LEADER:
        return no(_("Chỉ lãnh đạo của đơn vị được giao làm việc này."))
    return YES


def get_directive_for(by: Mandate | None, year: Year, number: int) -> Directive:
    """A directive of the year, for who works in it. Raises NotFound."""
    if works_in(by, year) and (found := Directive.objects.filter(year=year, pk=number).first()):
        found.year = year
        return found
    raise NotFound(_("Không có ý kiến chỉ đạo này."))


def get_task_for(by: Mandate | None, year: Year, number: int) -> DirectiveTask:
    """A task of the year, for who works in it. Raises NotFound."""
    rows = DirectiveTask.objects.select_related("directive", "unit").filter(directive__year=year, pk=number)
    if works_in(by, year) and (found := rows.first()):
        found.directive.year = year
        return found
    raise NotFound(_("Không có nhiệm vụ này."))


def get_file_for(by: Mandate | None, year: Year, number: int) -> EntryFile:
    """A file of evidence, for who works in the year. Raises NotFound."""
    rows = EntryFile.objects.select_related("file").filter(entry__task__directive__year=year, pk=number)
    if works_in(by, year) and (found := rows.first()):
        return found
    raise NotFound(_("Không có tệp này."))
