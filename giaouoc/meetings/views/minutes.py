"""The minutes: prose by the secretary, facts from what happened; approved by the chair."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.pages import member_page
from giaouoc.files.storage import file_response
from giaouoc.lib.errors import NotFound
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import submitted

from .. import access
from ..actions import minutes as minutes_acts
from ..forms import (
    MinutesForm,
)
from ..models import AgendaNote
from .common import METHODS, meeting_of


@member_page
@require_http_methods(METHODS)
def minutes(request: Any, slug: str) -> HttpResponse:
    """The minutes: prose by the secretary, facts from what happened; approved by the chair."""
    found = meeting_of(request, slug)
    by, now = request.mandate, request.now
    form = MinutesForm(
        request.POST if request.method == "POST" else None,
        initial={"conclusion": found.conclusion, "read_out": found.read_out},
    )
    if request.method == "POST":
        require(access.can_write_minutes(by, found, now))

    def act(data: dict[str, Any]) -> None:
        minutes_acts.write_minutes(found, by=by, now=now, **data)

    if submitted(request, form, act, _("Đã lập biên bản. Người chủ trì đọc và phê duyệt.")):
        return redirect(found.url("bien-ban"))
    context = {
        "meeting": found,
        "form": form,
        "may_write": access.can_write_minutes(by, found, now),
        "may_approve": access.can_approve_minutes(by, found, now),
        "said": AgendaNote.objects.filter(item__meeting=found)
        .select_related("item", "unit")
        .order_by("item__position", "item", "pk"),
        "may_note": access.can_note(by, found, now),
        "history": history_of(found)[:30],
    }
    return render(request, "meetings/minutes.html", context, status=422 if form.is_bound else 200)


@member_page
@require_POST
def approval(request: Any, slug: str) -> HttpResponse:
    """Approve the minutes."""
    found = meeting_of(request, slug)
    read = request.POST.get("doc", "")
    minutes_acts.approve_minutes(found, by=request.mandate, now=request.now, read=read)
    messages.success(request, _("Đã phê duyệt biên bản."))
    return redirect(found.url("bien-ban"))


@member_page
@require_safe
def minutes_pdf(request: Any, slug: str) -> HttpResponse:
    """The minutes as PDF."""
    found = meeting_of(request, slug)
    if found.minutes is None:
        raise NotFound(_("Chưa có biên bản."))
    return file_response(found.minutes, inline=True)
