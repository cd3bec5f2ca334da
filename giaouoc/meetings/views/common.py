"""What the pages of a conference share: finding its parts, and the page of a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from giaouoc.clusters.models import Unit, Year
from giaouoc.clusters.queries import members_of
from giaouoc.documents.addresses import address
from giaouoc.documents.models import Document, DocumentVersion
from giaouoc.lib.errors import NotFound
from giaouoc.ui.say import done

from .. import access
from ..models import AgendaItem, AgendaPaper, Meeting

METHODS = ["GET", "HEAD", "POST"]


def meeting_of(request: Any, slug: str) -> Meeting:
    return access.get_meeting_for(request.mandate, request.year, slug)


def at_once(request: Any, slug: str, act: Callable[..., object], sentence: str, anchor: str = "") -> HttpResponse:
    """An act on the conference that asks nothing, and its page again, at ``anchor``."""
    found = meeting_of(request, slug)
    act(found, by=request.mandate, now=request.now)
    done(request, sentence)
    return redirect(f"{found.get_absolute_url()}{anchor}")


def item_of(meeting: Meeting, number: int) -> AgendaItem:
    item = meeting.agenda.select_related("document", "version").filter(pk=number).first()
    if item is None:
        raise NotFound(_("Không có mục này trong chương trình."))
    item.meeting = meeting
    return item


def paper_of(item: AgendaItem, number: int) -> AgendaPaper:
    found = item.papers.select_related("file").filter(pk=number).first()
    if found is None:
        raise NotFound(_("Không có tài liệu này."))
    found.item = item
    return found


def unit_of(request: Any, code: str) -> Unit:
    return next((m.unit for m in members_of(request.year, request.now) if m.unit.code == code), None) or _gone()


def text_address(document: Document, version: DocumentVersion, year: Year, *, over: bool) -> str:
    """Where a text is read: on its own page, once the conference is through with it only as it was there."""
    document.year = year
    return address(document, "version", version.ordinal) if over else document.get_absolute_url()


def _gone() -> Any:
    raise Http404


def form_page(request: Any, form: Any, meeting: Meeting | None, **context: Any) -> HttpResponse:
    context.setdefault("cancel_url", meeting.get_absolute_url() if meeting else "../")
    return render(
        request,
        "meetings/form.html",
        {"form": form, "meeting": meeting, **context},
        status=422 if form.is_bound else 200,
    )
