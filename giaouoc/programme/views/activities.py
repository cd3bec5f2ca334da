"""The programme: activities of the year."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.access import works_in
from giaouoc.clusters.models import Year
from giaouoc.clusters.pages import member_page
from giaouoc.lib.verdict import require
from giaouoc.ui.confirm import confirmed
from giaouoc.ui.forms import submitted
from giaouoc.ui.say import done

from .. import access
from ..actions import activities as activity_acts
from ..forms import ActivityForm
from ..queries import (
    activities_of,
    text_blockers,
)
from .common import eyebrow_of, units_of, url_of


def _month(day: date | None, year: Year) -> str:
    """'tháng 5', on one line; with its year when that is another one."""
    if day is None:
        return _("chưa định")
    words = _("tháng %(month)s") % {"month": day.month}
    return (words if day.year == year.number else f"{words}/{day.year}").replace(" ", "\u00a0")


@member_page
@require_safe
def activities(request: Any) -> HttpResponse:
    """The year's common activities by month."""
    by, now, year = request.mandate, request.now, request.year
    require(works_in(by, year))
    may = bool(access.can_add_activity(by, year, now))
    found = activities_of(year)
    columns = [
        {"label": _("Hoạt động")},
        {"label": _("Tháng")},
        {"label": _("Loại")},
        {"label": _("Chủ trì")},
        {"label": _("Phối hợp")},
        {"label": _("Kết quả dự kiến")},
    ]
    rows = [
        [
            {"text": one.title, "url": url_of(request, "activity", one.pk) if may else ""},
            _month(one.planned_on, year),
            one.kind_label,
            one.host_name or _("chưa có"),
            ", ".join(unit.short_name for unit in one.co_hosts.all()) or "–",
            one.result or "–",
        ]
        for one in found
    ]
    acts = []
    if may:
        acts.append({"label": _("Thêm hoạt động"), "url": url_of(request, "activity-new"), "red": True})
        if not text_blockers(year):
            acts.append(
                {"label": _("Lấy từ Kế hoạch đã thông qua"), "url": url_of(request, "activities-take"), "post": True}
            )
    context = {
        "eyebrow": eyebrow_of(year),
        "title": _("Chương trình hoạt động"),
        "columns": columns,
        "rows": rows,
        "acts": acts,
        "history": history_of(year, *found).filter(verb__startswith="programme.")[:50],
        "say": _("%(count)s hoạt động trong năm.") % {"count": len(found)},
    }
    return render(request, "programme/activities.html", context)


def _activity_page(request: Any, form: ActivityForm, title: str, button: str, **more: Any) -> HttpResponse:
    crumbs = [
        {"label": eyebrow_of(request.year), "url": request.year.get_absolute_url()},
        {"label": _("Chương trình hoạt động"), "url": url_of(request, "activities")},
        {"label": title},
    ]
    context = {
        "form": form,
        "title": title,
        "button": button,
        "crumbs": crumbs,
        "cancel_url": url_of(request, "activities"),
    }
    return render(request, "programme/form.html", context | more, status=422 if form.errors else 200)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def activity_new(request: Any) -> HttpResponse:
    """Plan an activity."""
    by, now, year = request.mandate, request.now, request.year
    require(access.can_add_activity(by, year, now))
    form = ActivityForm(request.POST if request.method == "POST" else None, year=year, units=units_of(request))

    def act(data: dict[str, Any]) -> None:
        activity_acts.add_activity(year, by=by, now=now, **data)

    if submitted(request, form, act, _("Đã thêm hoạt động.")):
        return redirect(url_of(request, "activities"))
    return _activity_page(request, form, _("Thêm hoạt động"), _("Thêm hoạt động"))


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def activity(request: Any, number: int) -> HttpResponse:
    """Change a planned activity."""
    by, now, year = request.mandate, request.now, request.year
    found = access.get_activity_for(by, year, now, number)
    require(access.can_change_activity(by, found, now))
    initial = {
        "kind": found.kind,
        "title": found.title,
        "planned_on": f"{found.planned_on:%Y-%m}" if found.planned_on else "",
        "host": found.host_id,
        "host_text": found.host_text,
        "co_hosts": list(found.co_hosts.all()),
        "result": found.result,
    }
    form = ActivityForm(
        request.POST if request.method == "POST" else None, initial=initial, year=year, units=units_of(request)
    )

    def act(data: dict[str, Any]) -> None:
        activity_acts.change_activity(found, by=by, now=now, **data)

    if submitted(request, form, act, _("Đã lưu hoạt động.")):
        return redirect(url_of(request, "activities"))
    return _activity_page(
        request,
        form,
        _("Sửa hoạt động"),
        _("Lưu hoạt động"),
        remove_url=url_of(request, "activity-removal", found.pk),
        remove_label=_("Bỏ hoạt động này"),
        history=history_of(found)[:50],
    )


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def activity_removal(request: Any, number: int) -> HttpResponse:
    """Take an activity out of the programme, after a confirmation."""
    by, now = request.mandate, request.now
    found = access.get_activity_for(by, request.year, now, number)
    require(access.can_remove_activity(by, found, now))
    return confirmed(
        request,
        lambda: activity_acts.remove_activity(found, by=by, now=now),
        _("Đã bỏ hoạt động."),
        url_of(request, "activities"),
        eyebrow=eyebrow_of(request.year),
        title=_("Bỏ hoạt động khỏi chương trình"),
        will=[
            found.title,
            _("Hoạt động mất khỏi chương trình năm; nhật ký của năm còn giữ. Giao ước đã khóa không đổi."),
        ],
        button=_("Bỏ hoạt động"),
    )


@member_page
@require_POST
def activities_taking(request: Any) -> HttpResponse:
    """Take the activities of the adopted plan that are not there yet."""
    made = activity_acts.take_activities_from_plan(request.year, by=request.mandate, now=request.now)
    done(request, _("Đã lấy %(count)s hoạt động từ Kế hoạch.") % {"count": len(made)})
    return redirect(url_of(request, "activities"))
