"""Ý kiến chỉ đạo: the pages. Each fetches, calls an action, renders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.models import Unit
from giaouoc.clusters.pages import member_page
from giaouoc.clusters.queries import members_of
from giaouoc.files.storage import file_response
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import short_date
from giaouoc.lib.verdict import Verdict, require
from giaouoc.ui.forms import tried
from giaouoc.ui.say import done

from . import access
from .actions import recording as recorder
from .actions import tasks as acts
from .forms import AssignForm, ChangeForm, DirectiveForm, FilterForm, ReportForm, SayForm, WordsForm
from .models import Directive, DirectiveTask
from .queries import Row, directives_of, entries_of, has_left, tally
from .states import OVER, TaskState

METHODS = ["GET", "HEAD", "POST"]


def _url(request: Any, name: str, *rest: Any) -> str:
    return reverse(f"directives:{name}", args=[request.year.cluster.code, request.year.number, *rest])


def _crumbs(request: Any, *more: dict[str, str]) -> list[dict[str, str]]:
    year = request.year
    words = _("%(cluster)s, năm %(year)s") % {"cluster": year.cluster, "year": year.number}
    crumbs = [{"label": words, "url": year.get_absolute_url()}]
    if more:
        crumbs.append({"label": _("Ý kiến chỉ đạo"), "url": _url(request, "list")})
    return [*crumbs, *more]


def _form(request: Any, form: forms.Form, title: str, button: str, back: str, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "button": button, "cancel_url": back, **more}
    context.setdefault("crumbs", _crumbs(request, {"label": title}))
    return render(request, "directives/form.html", context, status=422 if form.errors else 200)


def _shown(task: DirectiveTask, now: Any) -> tuple[str, str]:
    """Word and label of a task's state; overdue comes before what it is in."""
    if task.is_overdue(now):
        return "late", _("Quá hạn")
    return task.state, task.state_label


def _wanted(rows: list[Row], form: FilterForm, now: Any) -> list[Row]:
    """The rows with the tasks that the filter asks for; without a filter all, also those without a task."""
    values = form.cleaned_data if form.is_valid() else {}
    unit, state = values.get("don_vi", ""), values.get("tinh_trang", "")
    if not unit and not state:
        return rows
    kept = []
    for row in rows:
        tasks = [
            task
            for task in row.tasks
            if (not unit or task.unit.code == unit)
            and (not state or task.state == state or (state == "qua-han" and task.is_overdue(now)))
        ]
        if tasks:
            kept.append(Row(row.directive, tasks))
    return kept


@member_page
@require_safe
def directives(request: Any) -> HttpResponse:
    """All directives of the year with their tasks."""
    by, now, year = request.mandate, request.now, request.year
    require(access.can_see_directives(by, year, now))
    rows = directives_of(year)
    units = {task.unit.code: task.unit for row in rows for task in row.tasks}
    states = {task.state: task.state_label for row in rows for task in row.tasks}
    form = FilterForm(
        request.GET,
        units=[(unit.code, unit.short_name) for unit in sorted(units.values(), key=lambda unit: bytes(unit.sort_key))],
        states=[(state.value, states[state]) for state in TaskState if state in states],
    )
    shown = _wanted(rows, form, now)
    counts = tally(rows, now)
    say = (
        _("%(confirmed)s/%(all)s nhiệm vụ đã được xác nhận.") % counts if rows else ""
    )  # empty, the page below says so
    blockers = []
    if counts["overdue"]:
        late = [task for row in rows for task in row.tasks if task.is_overdue(now)]
        names = ", ".join(dict.fromkeys(task.unit.short_name for task in late))
        blockers.append(_("%(count)s nhiệm vụ quá hạn: %(units)s.") % {"count": len(late), "units": names})
    if counts["reported"]:
        blockers.append(_("%(count)s báo cáo chờ cơ quan chỉ đạo xác nhận.") % {"count": counts["reported"]})
    empty = [row for row in rows if not row.tasks]
    if empty:
        blockers.append(_("%(count)s ý kiến chưa giao cho đơn vị nào.") % {"count": len(empty)})
    may = bool(access.can_record_directive(by, year, now))
    context = {
        "title": _("Ý kiến chỉ đạo"),
        "crumbs": _crumbs(request),
        "say": say,
        "blockers": blockers,
        "acts": [{"label": _("Ghi ý kiến chỉ đạo"), "url": _url(request, "record"), "red": True}] if may else [],
        "gate_state": "late" if counts["overdue"] else "",
        "rows": [
            {"directive": row.directive, "tasks": [(task, *_shown(task, now)) for task in row.tasks]} for row in shown
        ],
        "may": may,
        "form": form if units else None,
        "count": _("%(count)s nhiệm vụ") % {"count": sum(len(row.tasks) for row in shown)},
        "any": bool(rows),
    }
    return render(request, "directives/list.html", context)


@member_page
@require_http_methods(METHODS)
def recording(request: Any) -> HttpResponse:
    """Write down what was said outside a conference."""
    by, now, year = request.mandate, request.now, request.year
    require(access.can_record_directive(by, year, now))
    initial = {"given_on": local_date(now), "speaker": by.post if by.role == "observer" else ""}
    form = DirectiveForm(request.POST if request.method == "POST" else None, initial=initial)
    made: list[Directive] = []

    def act(data: dict[str, Any]) -> None:
        made.append(recorder.record_directive(year, by=by, now=now, **data))

    if tried(form, act):
        done(request, _("Đã ghi ý kiến chỉ đạo. Tiếp theo: giao việc cho đơn vị."))
        return redirect(made[0])
    return _form(request, form, _("Ghi ý kiến chỉ đạo"), _("Ghi ý kiến"), _url(request, "list"))


def _of_directive(request: Any, number: int) -> tuple[Directive, list[dict[str, str]]]:
    found = access.get_directive_for(request.mandate, request.year, number)
    day = _("Ý kiến ngày %(day)s") % {"day": short_date(found.given_on)}
    return found, _crumbs(request, {"label": day, "url": found.get_absolute_url()})


@member_page
@require_safe
def directive(request: Any, number: int) -> HttpResponse:
    """The words as spoken, and who was given what for them."""
    by, now = request.mandate, request.now
    found, crumbs = _of_directive(request, number)
    tasks = list(found.tasks.select_related("unit"))
    for task in tasks:
        task.directive = found
    context = {
        "title": _("Ý kiến chỉ đạo ngày %(day)s") % {"day": short_date(found.given_on)},
        "crumbs": crumbs[:-1],
        "directive": found,
        "tasks": [(task, *_shown(task, now)) for task in tasks],
        "may_correct": access.can_correct_directive(by, found, now),
        "may_assign": access.can_assign_task(by, found, now),
        "history": history_of(found, *tasks)[:60],
    }
    return render(request, "directives/directive.html", context)


@member_page
@require_http_methods(METHODS)
def correction(request: Any, number: int) -> HttpResponse:
    """Correct what was written down."""
    by, now = request.mandate, request.now
    found, crumbs = _of_directive(request, number)
    require(access.can_correct_directive(by, found, now))
    initial = {"words": found.words, "speaker": found.speaker}
    form = WordsForm(request.POST if request.method == "POST" else None, initial=initial)

    def act(data: dict[str, Any]) -> None:
        recorder.correct_directive(found, by=by, now=now, **data)

    if tried(form, act):
        done(request, _("Đã sửa. Nhật ký giữ câu chữ trước khi sửa."))
        return redirect(found)
    title = _("Sửa ý kiến đã ghi")
    return _form(request, form, title, _("Lưu ý kiến"), found.get_absolute_url(), crumbs=[*crumbs, {"label": title}])


@member_page
@require_http_methods(METHODS)
def assignment(request: Any, number: int) -> HttpResponse:
    """Give one or several units their share."""
    by, now = request.mandate, request.now
    found, crumbs = _of_directive(request, number)
    require(access.can_assign_task(by, found, now))
    units: list[Unit] = [member.unit for member in members_of(request.year, now)]
    form = AssignForm(request.POST if request.method == "POST" else None, units=units)

    def act(data: dict[str, Any]) -> None:
        with transaction.atomic():  # all of the units or none
            for unit in data["units"]:
                acts.assign_task(found, unit, data["text"], data["measure"], data["due"], by=by, now=now, once=True)

    if tried(form, act):
        done(request, _("Đã giao việc; đơn vị được báo."))
        return redirect(found)
    title = _("Giao việc")
    return _form(
        request,
        form,
        title,
        _("Giao việc"),
        found.get_absolute_url(),
        crumbs=[*crumbs, {"label": title}],
        directive=found,
    )


def _of_task(request: Any, number: int) -> tuple[DirectiveTask, list[dict[str, str]]]:
    found = access.get_task_for(request.mandate, request.year, number)
    one = found.directive
    day = _("Ý kiến ngày %(day)s") % {"day": short_date(one.given_on)}
    return found, _crumbs(request, {"label": day, "url": one.get_absolute_url()})


def _act(label: str, url: str, may: Verdict, *, red: bool = False, post: bool = False) -> list[dict[str, Any]]:
    return [{"label": label, "url": url, "red": red, "post": post}] if may else []


@member_page
@require_safe
def task(request: Any, number: int) -> HttpResponse:
    """A task: what, how it will be seen, by when; what was said about it; what this person can do now."""
    by, now = request.mandate, request.now
    found, crumbs = _of_task(request, number)
    word, label = _shown(found, now)
    waits = {
        TaskState.ASSIGNED: _("Chờ lãnh đạo %(unit)s nhận nhiệm vụ."),
        TaskState.CHANGE_ASKED: _("%(unit)s đề nghị điều chỉnh; chờ trả lời."),
        TaskState.ACCEPTED: _("%(unit)s đang thực hiện."),
        TaskState.RETURNED: _("%(unit)s làm tiếp theo yêu cầu."),
        TaskState.REPORTED: _("Báo cáo của %(unit)s chờ cơ quan chỉ đạo xác nhận."),
        TaskState.CONFIRMED: _("Kết quả đã được xác nhận."),
        TaskState.CANCELLED: _("Nhiệm vụ đã được rút."),
    }
    say = waits[TaskState(found.state)] % {"unit": found.unit.short_name}
    blockers = []
    if found.state not in OVER and has_left(found, now):
        left = _("%(unit)s không còn là thành viên của Cụm: không ai nhận, báo cáo thay. Người giao việc rút nhiệm vụ.")
        blockers.append(left % {"unit": found.unit.short_name})
    url = [number]
    judge = access.can_judge_task(by, found, now)
    buttons = [
        *_act(
            _("Nhận nhiệm vụ"),
            _url(request, "accept", *url),
            access.can_accept_task(by, found, now),
            red=True,
            post=True,
        ),
        *_act(_("Báo cáo kết quả"), _url(request, "report", *url), access.can_report_task(by, found, now), red=True),
        *_act(_("Xác nhận kết quả"), _url(request, "confirm", *url), judge, red=True),
        *_act(_("Yêu cầu làm tiếp"), _url(request, "return", *url), judge),
        *_act(_("Đề nghị điều chỉnh"), _url(request, "ask", *url), access.can_ask_change(by, found, now)),
        *_act(_("Điều chỉnh nhiệm vụ"), _url(request, "change", *url), access.can_change_task(by, found, now)),
        *_act(_("Rút nhiệm vụ"), _url(request, "cancel", *url), access.can_cancel_task(by, found, now)),
    ]
    context = {
        "title": found.text,
        "crumbs": crumbs,
        "task": found,
        "word": word,
        "label": label,
        "say": say,
        "blockers": blockers,
        "gate_state": {"late": "late", "confirmed": "good"}.get(word, ""),
        "acts": buttons,
        "entries": entries_of(found),
        "history": history_of(found)[:60],
    }
    return render(request, "directives/task.html", context)


@member_page
@require_POST
def acceptance(request: Any, number: int) -> HttpResponse:
    """The unit's leader takes the task on."""
    found, _crumbs_of_it = _of_task(request, number)
    acts.accept_task(found, by=request.mandate, now=request.now)
    done(request, _("Đã nhận nhiệm vụ. Hạn báo cáo: ngày %(day)s.") % {"day": short_date(found.due)})
    return redirect(found)


def _saying(
    request: Any,
    number: int,
    may: Callable[..., Verdict],
    act: Callable[..., Any],
    words: dict[str, str],
    *,
    required: bool = True,
) -> HttpResponse:
    """The page of an act that takes a sentence with it."""
    by, now = request.mandate, request.now
    found, crumbs = _of_task(request, number)
    require(may(by, found, now))
    form = SayForm(request.POST if request.method == "POST" else None, label=words["label"], required=required)
    if tried(form, lambda data: act(found, data["words"], by=by, now=now)):
        done(request, words["done"])
        return redirect(found)
    crumbs += [{"label": found.unit.short_name, "url": found.get_absolute_url()}, {"label": words["title"]}]
    return _form(request, form, words["title"], words["button"], found.get_absolute_url(), crumbs=crumbs, task=found)


@member_page
@require_http_methods(METHODS)
def asking(request: Any, number: int) -> HttpResponse:
    """The unit asks for another measure or day."""
    words = {
        "title": _("Đề nghị điều chỉnh nhiệm vụ"),
        "label": _("Đề nghị điều chỉnh gì, vì sao"),
        "button": _("Gửi đề nghị"),
        "done": _("Đã gửi đề nghị; cơ quan chỉ đạo và Cụm trưởng thấy ngay."),
    }
    return _saying(request, number, access.can_ask_change, acts.ask_change, words)


@member_page
@require_http_methods(METHODS)
def confirmation(request: Any, number: int) -> HttpResponse:
    """The asker is content."""
    words = {
        "title": _("Xác nhận kết quả"),
        "label": _("Nhận xét (nếu có)"),
        "button": _("Xác nhận kết quả"),
        "done": _("Đã xác nhận; nhiệm vụ khép lại."),
    }
    return _saying(request, number, access.can_judge_task, acts.confirm_task, words, required=False)


@member_page
@require_http_methods(METHODS)
def returning(request: Any, number: int) -> HttpResponse:
    """The asker wants more."""
    words = {
        "title": _("Yêu cầu làm tiếp"),
        "label": _("Còn phải làm gì"),
        "button": _("Gửi yêu cầu"),
        "done": _("Đã gửi yêu cầu làm tiếp."),
    }
    return _saying(request, number, access.can_judge_task, acts.return_task, words)


@member_page
@require_http_methods(METHODS)
def cancelling(request: Any, number: int) -> HttpResponse:
    """The asker takes the task back."""
    words = {
        "title": _("Rút nhiệm vụ"),
        "label": _("Lý do rút"),
        "button": _("Rút nhiệm vụ"),
        "done": _("Đã rút nhiệm vụ; điều đã báo cáo vẫn được giữ."),
    }
    return _saying(request, number, access.can_cancel_task, acts.cancel_task, words)


@member_page
@require_http_methods(METHODS)
def change(request: Any, number: int) -> HttpResponse:
    """Other words, another measure or day."""
    by, now = request.mandate, request.now
    found, crumbs = _of_task(request, number)
    require(access.can_change_task(by, found, now))
    initial = {"text": found.text, "measure": found.measure, "due": found.due}
    form = ChangeForm(request.POST if request.method == "POST" else None, initial=initial)
    if tried(form, lambda data: acts.change_task(found, by=by, now=now, **data)):
        done(request, _("Đã điều chỉnh; đơn vị nhận lại nhiệm vụ."))
        return redirect(found)
    title = _("Điều chỉnh nhiệm vụ")
    crumbs += [{"label": found.unit.short_name, "url": found.get_absolute_url()}, {"label": title}]
    return _form(request, form, title, _("Lưu điều chỉnh"), found.get_absolute_url(), crumbs=crumbs)


@member_page
@require_http_methods(METHODS)
def report(request: Any, number: int) -> HttpResponse:
    """What the unit did, with its evidence."""
    by, now = request.mandate, request.now
    found, crumbs = _of_task(request, number)
    require(access.can_report_task(by, found, now))
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ReportForm(*given)

    def act(data: dict[str, Any]) -> None:
        files = [(one.name, one.read()) for one in data["evidence"]]
        acts.report_task(found, data["words"], files, by=by, now=now)

    if tried(form, act):
        done(request, _("Đã báo cáo; cơ quan chỉ đạo được báo."))
        return redirect(found)
    title = _("Báo cáo kết quả")
    crumbs += [{"label": found.unit.short_name, "url": found.get_absolute_url()}, {"label": title}]
    return _form(request, form, title, _("Gửi báo cáo"), found.get_absolute_url(), crumbs=crumbs, task=found)


@member_page
@require_safe
def file(request: Any, number: int) -> HttpResponse:
    """A file of evidence."""
    return file_response(access.get_file_for(request.mandate, request.year, number).file)
