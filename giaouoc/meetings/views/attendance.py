"""Who speaks for a unit, who is there, who is not."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from giaouoc.clusters.pages import member_page, signed_in_page
from giaouoc.clusters.queries import rules_of
from giaouoc.lib.errors import NotAllowed
from giaouoc.lib.limits import TooOften, count
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import submitted

from .. import access
from ..actions import attendance as presence
from ..forms import (
    AbsenceForm,
    PresenceCodeForm,
    RepresentationForm,
)
from ..models import Meeting
from ..queries import delegates_for
from ..room import code_secret, meetings_taking_codes
from ..rules.presence_code import is_presence_code
from .common import METHODS, form_page, meeting_of, unit_of

TRIES, TRIES_SECONDS = 10, 300  # of codes, by one account


@member_page
@require_http_methods(METHODS)
def representation(request: Any, slug: str, unit: str) -> HttpResponse:
    """Who speaks for a unit."""
    found, of = meeting_of(request, slug), unit_of(request, unit)
    require(access.can_represent(request.mandate, found, of, request.now))
    row = found.attendance.filter(unit=of).first()
    initial = {
        "representative": (row and row.representative) or of.leader_post,
        "delegation": row.delegation if row else "",
        "delegate": row.delegate_id if row else None,
    }
    rule = rules_of(request.year)["representation"]
    gives = access.can_give_vote(request.mandate, found, of, request.now) and rule.value != "leader"
    form = RepresentationForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        delegates=delegates_for(found, of.pk, request.now) if gives else None,
    )

    def act(data: dict[str, Any]) -> None:
        presence.confirm_representation(found, of, by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã ghi: đơn vị sẽ dự.")):
        return redirect(found)
    title = _("Đại diện của %(unit)s") % {"unit": of.short_name}
    will = []
    if row is not None and row.delegate_id is not None and not gives:
        will.append(_("Ghi lại thì thôi ủy quyền biểu quyết mà lãnh đạo đơn vị đã cho."))
    return form_page(request, form, found, title=title, button=_("Sẽ dự, ghi người đại diện"), will=will)


@member_page
@require_POST
def present(request: Any, slug: str, unit: str) -> HttpResponse:
    """Mark a unit as there, or (``viec=roi``) as gone."""
    found, of = meeting_of(request, slug), unit_of(request, unit)
    if request.POST.get("viec") == "roi":
        presence.mark_left(found, of, by=request.mandate, now=request.now)
        messages.success(request, _("Đã ghi %(unit)s rời hội nghị.") % {"unit": of.short_name})
    else:
        presence.mark_present(found, of, by=request.mandate, now=request.now)
        messages.success(request, _("%(unit)s có mặt.") % {"unit": of.short_name})
    return redirect(found)


@signed_in_page
@require_http_methods(METHODS)
def presence_code(request: Any) -> HttpResponse:
    """Mark one's own unit present by the code on the room's screen; a short address, for a phone."""
    pairs = [(by, one) for by in request.mandates if by.unit for one in meetings_taking_codes(by, request.now)]
    awaited = [(by, one) for by, one in pairs if access.can_mark_own_presence(by, one, request.now)] or pairs
    if not awaited:
        raise NotAllowed(
            _("Lúc này không có hội nghị nào của đơn vị nhận mã điểm danh."),
            _("Mã nhận được trong ngày họp, khi màn hình hội nghị đang mở."),
        )
    form = PresenceCodeForm(request.POST if request.method == "POST" else None)
    marked: list[Meeting] = []

    def act(data: dict[str, Any]) -> None:
        if count(f"co-mat:{request.user.pk}", TRIES_SECONDS) > TRIES:
            raise TooOften(_("Đã thử mã quá %(count)s lần.") % {"count": TRIES}, _("Mời chờ năm phút rồi thử lại."))
        by, found = next(
            (pair for pair in awaited if is_presence_code(data["ma"], code_secret(pair[1]), request.now)), awaited[0]
        )
        presence.mark_own_presence(found, data["ma"], by=by, now=request.now)
        marked.append(found)

    if submitted(request, form, act, _("Đã điểm danh cho đơn vị.")):
        return redirect(marked[0])
    title = _("Điểm danh bằng mã")
    return form_page(
        request, form, None, title=title, button=_("Đơn vị có mặt"), cancel_url=awaited[0][1].get_absolute_url()
    )


@member_page
@require_http_methods(METHODS)
def absent(request: Any, slug: str, unit: str) -> HttpResponse:
    """A unit does not come, with its reason."""
    found, of = meeting_of(request, slug), unit_of(request, unit)
    require(access.can_represent(request.mandate, found, of, request.now))
    form = AbsenceForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> None:
        presence.mark_absent(found, of, by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã ghi vắng mặt.")):
        return redirect(found)
    title = _("%(unit)s vắng mặt") % {"unit": of.short_name}
    return form_page(request, form, found, title=title, button=_("Ghi vắng mặt"))
