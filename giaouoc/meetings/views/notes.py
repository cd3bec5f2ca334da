"""What was said at an item, and the supervising body's words made a directive."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from giaouoc.clusters.models import Unit
from giaouoc.clusters.pages import member_page
from giaouoc.clusters.queries import members_of
from giaouoc.lib.errors import NotFound
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import submitted

from .. import access
from ..actions import deciding
from ..forms import (
    NoteForm,
)
from ..models import AgendaNote, Meeting
from .common import METHODS, form_page, item_of, meeting_of


def _speakers(request: Any, meeting: Meeting) -> list[Unit]:
    members = members_of(request.year, meeting.closed_at or request.now)
    return [member.unit for member in members] + [request.year.cluster.supervising_body]


@member_page
@require_http_methods(METHODS)
def note(request: Any, slug: str, number: int) -> HttpResponse:
    """Write down what was said at an item."""
    found = meeting_of(request, slug)
    require(access.can_note(request.mandate, found, request.now))
    one = item_of(found, number)
    units = _speakers(request, found)
    form = NoteForm(request.POST if request.method == "POST" else None, units=units)

    def act(data: dict[str, Any]) -> None:
        deciding.add_note(one, by=request.mandate, now=request.now, once=True, **data)

    if submitted(request, form, act, _("Đã ghi ý kiến.")):
        return redirect(found)
    return form_page(request, form, found, title=_("Ghi ý kiến"), eyebrow=one.title, button=_("Ghi ý kiến"))


@member_page
@require_http_methods(METHODS)
def note_change(request: Any, slug: str, number: int, note: int) -> HttpResponse:
    """Correct what was written down."""
    found = meeting_of(request, slug)
    require(access.can_note(request.mandate, found, request.now))
    one = item_of(found, number)
    said = AgendaNote.objects.filter(item=one, pk=note).first()
    if said is None:
        raise NotFound(_("Không có ý kiến này."))
    said.item = one
    form = NoteForm(
        request.POST if request.method == "POST" else None,
        units=_speakers(request, found),
        initial={"unit": said.unit_id, "speaker": said.speaker, "text": said.text},
    )

    def act(data: dict[str, Any]) -> None:
        deciding.change_note(said, by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã sửa ý kiến.")):
        return redirect(found)
    will = [_("Nhật ký giữ câu chữ trước khi sửa.")]
    if found.minutes_id:
        will.append(_("Biên bản đã lập không còn dùng: lập lại sau khi sửa."))
    return form_page(
        request, form, found, title=_("Sửa ý kiến đã ghi"), eyebrow=one.title, button=_("Lưu ý kiến"), will=will
    )


@member_page
@require_POST
def following(request: Any, slug: str, number: int, note: int) -> HttpResponse:
    """Make the supervising body's words a directive; tasks are given on its own page."""
    found = meeting_of(request, slug)
    one = item_of(found, number)
    said = AgendaNote.objects.filter(item=one, pk=note).select_related("unit").first()
    if said is None:
        raise NotFound(_("Không có ý kiến này."))
    said.item = one
    directive = deciding.follow_note(said, by=request.mandate, now=request.now)
    messages.success(request, _("Đã ghi thành ý kiến chỉ đạo. Tiếp theo: giao việc cho đơn vị."))
    return redirect(directive)
