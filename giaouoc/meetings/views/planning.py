"""The list of conferences; a conference planned and corrected; its agenda with times and papers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.clusters.pages import member_page
from giaouoc.files.storage import file_response
from giaouoc.lib.verdict import require
from giaouoc.ui.confirm import confirmed
from giaouoc.ui.forms import submitted

from .. import access
from ..actions import planning
from ..forms import (
    ItemForm,
    MeetingForm,
)
from ..models import AgendaItem, Meeting
from ..queries import tabled_documents, tabled_version
from .common import METHODS, form_page, item_of, meeting_of, paper_of


@member_page
@require_safe
def meetings(request: Any) -> HttpResponse:
    """All conferences of the year."""
    found = list(Meeting.objects.filter(year=request.year))
    for one in found:
        one.year = request.year
    context = {"meetings": found, "may_plan": access.can_plan(request.mandate, request.year, request.now)}
    return render(request, "meetings/list.html", context)


@member_page
@require_http_methods(METHODS)
def new(request: Any) -> HttpResponse:
    """Plan a conference."""
    require(access.can_plan(request.mandate, request.year, request.now))
    guests = {"guests": request.year.cluster.supervising_body.name}
    form = MeetingForm(request.POST if request.method == "POST" else None, initial=guests)
    made: list[Meeting] = []

    def act(data: dict[str, Any]) -> None:
        made.append(planning.plan_meeting(request.year, by=request.mandate, now=request.now, once=True, **data))

    if submitted(request, form, act, _("Đã ghi hội nghị dự kiến. Tiếp theo: chương trình.")):
        return redirect(made[0])
    return form_page(request, form, None, title=_("Dự kiến hội nghị"), button=_("Ghi hội nghị"))


@member_page
@require_http_methods(METHODS)
def change(request: Any, slug: str) -> HttpResponse:
    """Correct the facts of a conference."""
    meeting = meeting_of(request, slug)
    require(access.can_prepare(request.mandate, meeting, request.now))
    form = MeetingForm(request.POST if request.method == "POST" else None, instance=meeting)

    def act(data: dict[str, Any]) -> None:
        planning.change_meeting(meeting, by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã lưu thông tin hội nghị.")):
        return redirect(meeting)
    return form_page(
        request, form, meeting_of(request, slug), title=_("Sửa thông tin hội nghị"), button=_("Lưu thông tin")
    )


@member_page
@require_http_methods(METHODS)
def new_item(request: Any, slug: str) -> HttpResponse:
    """Add an item to the agenda."""
    found = meeting_of(request, slug)
    require(access.can_prepare(request.mandate, found, request.now))
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ItemForm(*sent, documents=tabled_documents(request.year))

    def act(data: dict[str, Any]) -> None:
        document = data.get("document")
        if document is not None:
            document.year = request.year
        with transaction.atomic():
            made = planning.add_item(
                found, data["title"], by=request.mandate, now=request.now, document=document, begins=data["begins"]
            )
            made.meeting = found
            _add_papers(request, made, data)

    if submitted(request, form, act, _("Đã thêm vào chương trình.")):
        return redirect(found)
    return form_page(request, form, found, title=_("Thêm mục chương trình"), button=_("Thêm mục"))


@member_page
@require_http_methods(METHODS)
def item(request: Any, slug: str, number: int) -> HttpResponse:
    """Change an item, or by POST with ``viec`` move it up or down."""
    found = meeting_of(request, slug)
    one = item_of(found, number)
    what = request.POST.get("viec", "")
    if request.method == "POST" and what in {"len", "xuong"}:
        place = one.position + (-1 if what == "len" else 1)
        planning.move_item(one, place, by=request.mandate, now=request.now)
        return redirect(f"{found.get_absolute_url()}#muc-{one.pk}")
    require(access.can_prepare(request.mandate, found, request.now))
    documents = [] if one.decisions.exists() or one.ballots.exists() else tabled_documents(request.year)
    form = ItemForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        documents=documents,
        initial={"title": one.title, "begins": one.begins, "document": one.document_id},
        has_one=any(document.pk == one.document_id for document in documents),
    )

    @transaction.atomic  # a paper that is refused leaves the item as it was
    def act(data: dict[str, Any]) -> None:
        if (data["title"], data["begins"]) != (one.title, one.begins):
            planning.change_item(one, data["title"], by=request.mandate, now=request.now, begins=data["begins"])
        _add_papers(request, one, data)
        document = data.get("document")
        if document is None:
            return
        document.year = request.year
        newest = tabled_version(document)
        if document.pk != one.document_id or (newest is not None and newest.pk != one.version_id):
            planning.put_document_on_agenda(one, document, by=request.mandate, now=request.now)

    if submitted(request, form, act, _("Đã lưu mục chương trình.")):
        return redirect(found)
    return form_page(request, form, found, title=_("Sửa mục chương trình"), button=_("Lưu mục"))


def _add_papers(request: Any, one: AgendaItem, data: dict[str, Any]) -> None:
    files = [(file.name, file.read()) for file in data["papers"]]
    if files:
        planning.add_papers(one, files, by=request.mandate, now=request.now)


@member_page
@require_safe
def paper(request: Any, slug: str, number: int, paper: int) -> HttpResponse:
    """A file that goes with an item."""
    return file_response(paper_of(item_of(meeting_of(request, slug), number), paper).file)


@member_page
@require_POST
def paper_removal(request: Any, slug: str, number: int, paper: int) -> HttpResponse:
    """Take a file off an item."""
    found = paper_of(item_of(meeting_of(request, slug), number), paper)
    planning.remove_paper(found, by=request.mandate, now=request.now)
    messages.success(request, _("Đã bỏ tài liệu “%(name)s”.") % {"name": found.file.name})
    return redirect(f"{found.item.meeting.get_absolute_url()}#muc-{number}")


@member_page
@require_http_methods(METHODS)
def item_removal(request: Any, slug: str, number: int) -> HttpResponse:
    """Take an item off the agenda."""
    found = meeting_of(request, slug)
    require(access.can_prepare(request.mandate, found, request.now))
    one = item_of(found, number)
    will = [_("Mục “%(title)s” không còn trong chương trình; các mục sau lên một số.") % {"title": one.title}]
    if one.document is not None:
        will.append(_("%(title)s vẫn là văn bản đã trình, đưa vào mục khác được.") % {"title": one.document.title})
    return confirmed(
        request,
        lambda: planning.remove_item(one, by=request.mandate, now=request.now),
        _("Đã bỏ mục “%(title)s”.") % {"title": one.title},
        found.get_absolute_url(),
        title=_("Bỏ mục chương trình"),
        will=will,
        button=_("Bỏ mục"),
    )
