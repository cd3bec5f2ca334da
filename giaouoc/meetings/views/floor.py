"""Edits from the floor: listed at the item, and the text after them confirmed by the chair."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from giaouoc.clusters.pages import member_page
from giaouoc.documents.models import ProvisionText
from giaouoc.documents.queries import texts_shown
from giaouoc.documents.states import DECIDED
from giaouoc.lib.errors import NotFound
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import ReasonForm, submitted
from giaouoc.ui.say import done

from .. import access
from ..actions import floor
from ..forms import FloorEditForm
from ..queries import decided_with_edits, listed_edits, lost_references, waiting_final
from .common import METHODS, form_page, item_of, meeting_of


@member_page
@require_http_methods(METHODS)
def floor_edits(request: Any, slug: str, number: int) -> HttpResponse:
    """The edits listed at an item; with ``dieu`` the clause that the next one is about."""
    found = meeting_of(request, slug)
    one = item_of(found, number)
    may = access.can_edit_floor(request.mandate, one, request.now)
    texts = ProvisionText.objects.filter(version=one.version_id).exclude(citation="").order_by("position")
    clauses = texts_shown(texts) if one.version_id else []
    at = next((clause for clause in clauses if str(clause.pk) == request.GET.get("dieu", "")), None)
    form = None
    if request.method == "POST":
        require(may)
    if at is not None and may:
        form = FloorEditForm(request.POST if request.method == "POST" else None, initial={"text": at.text})

        def act(data: dict[str, Any]) -> None:
            floor.add_floor_edit(one, at, by=request.mandate, now=request.now, **data)

        if submitted(request, form, act, _("Đã ghi chỉnh sửa.")):
            return redirect(found.url("muc", one.pk, "chinh-sua"))
    listed = listed_edits(one)
    context = {
        "meeting": found,
        "item": one,
        "edits": list(one.edits.select_related("at")),
        "may": may,
        "clauses": clauses,
        "lost": lost_references(one.version, listed) if one.version is not None and listed else [],
        "at": at,
        "form": form,
    }
    return render(request, "meetings/floor.html", context, status=422 if form is not None and form.errors else 200)


@member_page
@require_POST
def floor_edit_removal(request: Any, slug: str, number: int, edit: int) -> HttpResponse:
    """Take an edit off the list."""
    found = meeting_of(request, slug)
    one = item_of(found, number)
    row = one.edits.select_related("at").filter(pk=edit).first()
    if row is None:
        raise NotFound(_("Không có chỉnh sửa này."))
    row.item = one
    floor.remove_floor_edit(row, by=request.mandate, now=request.now)
    done(request, _("Đã xóa chỉnh sửa."))
    return redirect(found.url("muc", one.pk, "chinh-sua"))


@member_page
@require_http_methods(METHODS)
def final_text(request: Any, slug: str, number: int) -> HttpResponse:
    """The text after the edits that were adopted, for the chair to confirm."""
    found = meeting_of(request, slug)
    one = item_of(found, number)
    row = decided_with_edits(one)
    if row is None or one.document is None:
        raise NotFound(_("Mục này không có văn bản chờ bản cuối."))
    one.document.year = request.year
    if request.method == "POST":
        floor.confirm_final_text(one, by=request.mandate, now=request.now)
        done(request, _("Đã chốt bản cuối; văn bản được thông qua."))
        return redirect(found)
    final = one.document.versions.filter(content_hash=row.final_hash).order_by("-ordinal").first()
    waits = waiting_final(one) is not None
    may = access.can_close_final(request.mandate, one, request.now)
    may_return = access.can_return_final(request.mandate, one, request.now)
    context: dict[str, Any] = {
        "meeting": found,
        "item": one,
        "row": row,
        "document": one.document,
        "may": may,
        "final": final,
    }
    context["awaits_check"] = waits and access.awaits_check(one, request.now)
    context["checked"] = final.pk in one.checked.values_list("version", flat=True) if final else False
    context["may_check"] = access.can_check_final(request.mandate, one, request.now)
    context |= {"waits": waits, "may_return": may_return, "returned": one.returned.filter(version=final).first()}
    context["adopted"] = one.document.state in DECIDED
    context["lost"] = lost_references(row.version, row.edits) if row.version is not None else []
    return render(request, "meetings/final.html", context)


@member_page
@require_POST
def final_check(request: Any, slug: str, number: int) -> HttpResponse:
    """The secretary has read it against the edits."""
    found = meeting_of(request, slug)
    one = item_of(found, number)
    floor.check_final_text(one, by=request.mandate, now=request.now)
    done(request, _("Đã đối chiếu; chờ người chủ trì chốt bản cuối."))
    return redirect(found.url("muc", one.pk, "ban-cuoi"))


@member_page
@require_http_methods(METHODS)
def final_return(request: Any, slug: str, number: int) -> HttpResponse:
    """Do not confirm it: the text goes back to drafting, with the reason."""
    found = meeting_of(request, slug)
    one = item_of(found, number)
    if one.document is None:
        raise NotFound(_("Mục này không có văn bản chờ bản cuối."))
    one.document.year = request.year
    require(access.can_return_final(request.mandate, one, request.now))
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> None:
        floor.return_final_text(one, by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã trả lại để soạn tiếp.")):
        return redirect(found)
    will = [
        _("%(title)s trở lại đang soạn; hội nghị phải quyết định lại.") % {"title": one.document.title},
        _("Lý do được in trong biên bản; biên bản đã lập thì lập lại."),
    ]
    back = found.url("muc", one.pk, "ban-cuoi")
    words = {"title": _("Không chốt, trả lại để soạn tiếp"), "button": _("Trả lại để soạn tiếp"), "eyebrow": one.title}
    return form_page(request, form, found, will=will, cancel_url=back, **words)
