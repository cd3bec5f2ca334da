"""Cách ly câu chữ: the administrator finds a text by its number or its document, never by its words, and hides it."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.pages import administrator_page
from giaouoc.ui.forms import ReasonForm, submitted
from giaouoc.ui.lists import page_of

from ..actions.hiding import hide_words, show_words
from ..forms import FindWordsForm
from ..hidden import Words, comment_behind, name_of
from ..models import Comment, DocumentVersion, LastWord, Response

KINDS: dict[str, tuple[Any, str, str]] = {  # in addresses -> rows, the way to their comment, the way to their text
    "gop-y": (Comment, "", "submission__round__version__document"),
    "tra-loi": (Response, "comment__", "comment__submission__round__version__document"),
    "loi-cuoi": (LastWord, "response__comment__", "response__comment__submission__round__version__document"),
    "du-thao": (DocumentVersion, "", "document"),
}


def _rows(kind: str) -> QuerySet[Any]:
    if kind not in KINDS:
        raise Http404
    model, behind, text = KINDS[kind]
    unit = "document__drafting_unit" if model is DocumentVersion else f"{behind}submission__unit"
    found: QuerySet[Any] = model._default_manager.select_related(f"{text}__year__cluster", unit)
    return found


def _told(kind: str, one: Words) -> dict[str, Any]:
    """What the administrator may know of a text: what and where it is, never what it says."""
    if isinstance(one, DocumentVersion):
        document, unit, at = one.document, one.document.drafting_unit, one.made_at
    else:
        comment = comment_behind(one)
        document, unit, at = comment.submission.round.version.document, comment.submission.unit, comment.made_at
    name = name_of(one)
    return {
        "name": name[:1].upper() + name[1:],
        "document": document,
        "year": document.year,
        "unit": unit,
        "at": at,
        "hidden": one.hidden_at,
        "url": reverse("hiding:words", args=[kind, one.pk]),
    }


@administrator_page
@require_safe
def words_list(request: Any) -> HttpResponse:
    """Comments, answers, last words or drafts by number and document; hidden ones first."""
    form = FindWordsForm(request.GET or None)
    kind, words = "gop-y", ""
    if form.is_valid():
        kind, words = form.cleaned_data["loai"] or kind, form.cleaned_data["tim"]
    found = _rows(kind).order_by(F("hidden_at").desc(nulls_last=True), "-pk")
    if words:
        _model, behind, text = KINDS[kind]
        number = re.search(r"gop-y/(\d{1,15})/|^(\d{1,15})$", words.strip())
        asked = Q(**{f"{text}__title__icontains": words}) | Q(**{f"{text}__slug": words})
        if number is not None:
            asked |= Q(**{f"{behind}pk": int(number.group(1) or number.group(2))})
        found = found.filter(asked)
    page = page_of(request, found)
    context = {"form": form, "page": page, "rows": [_told(kind, one) for one in page]}
    return render(request, "documents/words.html", context)


@administrator_page
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: Any, kind: str, number: int) -> HttpResponse:
    """Hide the words of one of them, or show them again."""
    one: Words = get_object_or_404(_rows(kind), pk=number)
    told, hidden = _told(kind, one), one.hidden_at is not None
    act = show_words if hidden else hide_words
    form = ReasonForm(request.POST if request.method == "POST" else None)
    said = _("Đã bỏ cách ly câu chữ.") if hidden else _("Đã cách ly câu chữ; từ lúc này không ai xem hoặc tải được.")
    if submitted(request, form, lambda data: act(one, data["reason"], by=request.mandate, now=request.now), said):
        return redirect(f"{reverse('hiding:list')}?loai={kind}")
    if hidden:
        title, will = _("Bỏ cách ly câu chữ"), [_("Người có quyền sẽ lại xem và tải được câu chữ này.")]
        will.append(
            _("Tệp đã cách ly cùng lúc (tệp Word gốc, bản giấy, bản ký) thì bỏ cách ly từng tệp ở danh sách tệp.")
        )
    else:
        title = _("Cách ly câu chữ")
        will = [
            _(
                "Trang, bản Word, PDF, Excel, Akoma Ntoso và mọi địa chỉ khác ngừng hiện câu chữ này ngay, với tất cả mọi người."
            ),
            _("Tệp gắn với nó (tệp Word gốc của dự thảo, bản giấy đã nhập thay, bản ký) cũng được cách ly."),
            _(
                "Câu chữ vẫn nằm trong cơ sở dữ liệu và bản sao lưu; mã văn bản không đổi; nhật ký giữ ai làm, lúc nào, vì sao."
            ),
        ]
        if kind == "du-thao":
            will.append(
                _("Ý kiến, trả lời chép lại câu chữ của dự thảo, và dự thảo khác có câu chữ ấy, thì cách ly riêng.")
            )
    context = {
        "title": title,
        "eyebrow": f"{told['name']} · {told['document']} · {told['unit']}",
        "will": will,
        "back": "" if hidden else _("Bỏ cách ly được ở chính trang này, kèm lý do."),
        "button": title,
        "cancel_url": reverse("hiding:list"),
        "form": form,
        "history": history_of(one),
    }
    return render(request, "documents/words_hiding.html", context, status=422 if form.errors else 200)
