"""Việc cần làm, and the year's page."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from giaouoc.clusters.access import is_head_secretary
from giaouoc.clusters.models import Mandate
from giaouoc.clusters.pages import member_page, signed_in_page
from giaouoc.clusters.queries import acting_of, members_of
from giaouoc.clusters.retention import terms
from giaouoc.files.storage import CALENDAR, bytes_response
from giaouoc.lib.calendar import Entry, calendar_file
from giaouoc.lib.clock import local_date
from giaouoc.notices.models import Message
from giaouoc.ui.back import way_back

from .queries import desk_of, next_due, standing_of, todos_of


@signed_in_page
@require_safe
def todo(request: Any) -> HttpResponse:
    """Everything that waits for this person, over all mandates."""
    desk = desk_of(request.mandates, request.now)
    years = list(dict.fromkeys(by.year for by in request.mandates if by.year))
    inbox = Message.objects.filter(to=request.user).order_by("-made_at")[:8]
    context = {
        "desk": desk,
        "today": local_date(request.now),
        "years": years,
        "mandates": request.mandates,
        "inbox": list(inbox),
        "is_administrator": any(by.year_id is None for by in request.mandates),
        "todo_count": desk.count,
    }
    return render(request, "desk/todo.html", context)


@signed_in_page
@require_safe
def calendar(request: Any) -> HttpResponse:
    """The same list for the person's own calendar program (RFC 5545)."""
    entries, seen = [], Counter[str]()
    for one in todos_of(request.mandates, request.now):
        if one.due is None or one.waiting:
            continue
        seen[one.url] += 1  # where it is done says which it is, whatever else is done or comes meanwhile
        key = hashlib.sha256(f"{one.url} {seen[one.url]}".encode()).hexdigest()[:16]
        url = request.build_absolute_uri(one.url)
        entries.append(Entry(f"{key}-{request.user.pk}", one.text, one.due, detail=one.detail, url=url))
    return bytes_response(calendar_file(entries, request.now), "viec-can-lam.ics", CALENDAR)


@signed_in_page
@require_safe
def account(request: Any) -> HttpResponse:
    """Own account: who I am here, how I sign in."""
    acting = acting_of(request.mandates, request.session.get("mandate"))
    held = request.mandates
    rows = [{"by": by, "acts": by in acting, "several": sum(_beside(by, one) for one in held) > 1} for by in held]
    return render(request, "desk/account.html", {"mandates": rows})


def _beside(one: Mandate, other: Mandate) -> bool:
    """Whether a person chooses between the two in some year; an administrator's holds in each."""
    return None in {one.year_id, other.year_id} or one.year_id == other.year_id


@require_safe
def privacy(request: Any) -> HttpResponse:
    """What is kept about whom, why, how long, and whom to ask."""
    return render(request, "desk/privacy.html", {"terms": terms()})


@signed_in_page
@require_POST
def act_as(request: Any) -> HttpResponse:
    """Choose by which of one's mandates one acts from now on."""
    chosen = next((by for by in request.mandates if str(by.pk) == request.POST.get("tu-cach")), None)
    if chosen is not None:
        request.session["mandate"] = chosen.pk
    year = chosen.year if chosen else None
    return redirect(way_back(request, year.get_absolute_url() if year else reverse("desk:todo")))


def _bits(artefacts: list[Any]) -> list[dict[str, Any]]:
    """What stands on the timeline, a row for each kind."""
    labels = {
        "documents": _("Văn bản"),
        "meetings": _("Hội nghị"),
        "pact": _("Giao ước"),
        "activities": _("Hoạt động"),
    }
    return [
        {
            "row": labels[kind],
            "label": one.short or one.title,
            "from": one.starts,
            "to": one.ends,
            "state": one.state,
            "url": one.url,
        }
        for kind in labels
        for one in artefacts
        if one.kind == kind and one.starts
    ]


@member_page
@require_safe
def year(request: Any) -> HttpResponse:
    """Where the year stands: what is due next, the timeline, each artefact with what blocks it, the members."""
    by, of, today = request.mandate, request.year, local_date(request.now)
    artefacts = standing_of(of, by, request.now)
    listed = [one for one in artefacts if one.kind != "activities"]
    coming, coming_day = next_due(artefacts, today)
    context = {
        "artefacts": listed,
        "next": coming,
        "next_day": coming_day,
        "next_act": _("Mở %(title)s") % {"title": coming.short or coming.title} if coming else "",
        "timeline": _bits(artefacts),
        "first_month": of.starts_on,
        "today": today,
        "members": members_of(of, request.now),
        "focus_areas": list(of.focus_areas.all()),
        "may_write_news": is_head_secretary(by, of, request.now),
    }
    return render(request, "desk/year.html", context)
