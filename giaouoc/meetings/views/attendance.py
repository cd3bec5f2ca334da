"""Who speaks for a unit, who is there, who is not."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from giaouoc.clusters.pages import member_page
from giaouoc.clusters.queries import rules_of
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import submitted

from .. import access
from ..actions import attendance as presence
from ..forms import (
    AbsenceForm,
    RepresentationForm,
)
from ..queries import (
    delegates_for,
)
from .common import METHODS, form_page, meeting_of, unit_of


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

    if submitted(request, form, act, _("Đã ghi người đại diện.")):
        return redirect(found)
    title = _("Đại diện của %(unit)s") % {"unit": of.short_name}
    will = []
    if row is not None and row.delegate_id is not None and not gives:
        will.append(_("Ghi lại thì thôi ủy quyền biểu quyết mà lãnh đạo đơn vị đã cho."))
    return form_page(request, form, found, title=title, button=_("Ghi người đại diện"), will=will)


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


@member_page
@require_http_methods(METHODS)
def absent(request: Any, slug: str, unit: str) -> HttpResponse:
    """Mark a unit as absent with its reason."""
    found, of = meeting_of(request, slug), unit_of(request, unit)
    require(access.can_mark_presence(request.mandate, found, request.now))
    form = AbsenceForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> None:
        presence.mark_absent(found, of, by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã ghi vắng mặt.")):
        return redirect(found)
    title = _("%(unit)s vắng mặt") % {"unit": of.short_name}
    return form_page(request, form, found, title=title, button=_("Ghi vắng mặt"))
