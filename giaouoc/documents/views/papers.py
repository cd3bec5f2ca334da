"""Góp ý nhận bằng giấy hoặc tệp: typed in by the head unit; the file that proves it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from giaouoc.clusters.pages import member_page
from giaouoc.files.storage import file_response
from giaouoc.lib.errors import Invalid
from giaouoc.lib.evidence import LARGEST, media_type_of
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import attempted
from giaouoc.ui.say import done

from .. import access
from ..actions.imports import WORD
from ..actions.papers import enter_paper
from ..actions.returned import enter_returned, read_returned
from ..addresses import address
from ..forms import PaperForm
from ..models import UnitSubmission
from ..returned import remark_rows
from ..rules.docx_package import UnreadableDraft
from ..rules.docx_reader import read_docx
from ..rules.paper_comments import text_of
from ..words import refusal
from .common import crumbs_of, document_of, page, round_of


def _submission(request: Any, slug: str, code: str) -> UnitSubmission:
    document = document_of(request, slug)
    round = round_of(document)
    found = round.submissions.filter(unit__code=code, supplement_of=None).select_related("unit").first()
    if found is None:
        raise Http404
    round.version.document = document
    found.round = round
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def paper(request: Any, slug: str, code: str) -> HttpResponse:
    """Type in what a unit sent on paper; a Word file without typed words is read into the box first, to be looked at."""
    own = _submission(request, slug, code)
    document = own.round.version.document
    require(access.can_enter_paper(request.mandate, own, request.now))
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        data = upload.read(LARGEST + 1)
        kind = media_type_of(upload.name, data)
        if len(data) > LARGEST:
            form.add_error("file", _("Tệp lớn hơn 20 MB."))
        elif kind is None:
            form.add_error("file", _("Tệp không phải PDF, Word hoặc ảnh; hoặc nội dung không khớp với tên tệp."))
        elif not form.cleaned_data["words"].strip() and kind == WORD:
            words = {name: form.cleaned_data[name] for name in ("letter_number", "letter_date")}
            by, now = request.mandate, request.now
            went, returned = attempted(form, lambda: read_returned(own, data, upload.name, by=by, now=now, **words))
            if went and returned is not None:
                return redirect(address(document, "paper-remarks", code))
            form = _read(form, data) if went else form
        elif not form.errors:
            words = {name: form.cleaned_data[name] for name in ("letter_number", "letter_date")}
            typed, by, now = form.cleaned_data["words"], request.mandate, request.now
            went, made = attempted(
                form, lambda: enter_paper(own, typed, data, upload.name, kind, by=by, now=now, **words)
            )
            if went:
                count = ngettext("Đã nhập %(n)s ý kiến của %(unit)s.", "Đã nhập %(n)s ý kiến của %(unit)s.", len(made))
                done(request, count % {"n": len(made), "unit": own.unit.short_name})
                return redirect(address(document, "answers"))
    context = {
        "title": _("Nhập góp ý của %(unit)s") % {"unit": own.unit.short_name},
        "eyebrow": document.title,
        "will": [
            _("Góp ý được ghi là của đơn vị, nhập thay từ bản giấy; tệp được giữ làm chứng cứ."),
            _("Đơn vị được báo để đối chiếu và có thể gửi bản bổ sung."),
        ],
        "button": _("Nhập góp ý"),
        "cancel_url": document.get_absolute_url(),
        "crumbs": crumbs_of(request, document),
    }
    return page(request, "ui/confirm.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def remarks(request: Any, slug: str, code: str) -> HttpResponse:
    """Look over what the newest file that came back has in its margin, and enter what stays ticked."""
    own = _submission(request, slug, code)
    document = own.round.version.document
    require(access.can_enter_paper(request.mandate, own, request.now))
    found = own.returned.filter(entered_at=None).select_related("file").order_by("-pk").first()
    if found is None:
        raise Http404
    found.submission = own
    places = range(len(found.proposals))
    chosen = {place for place, one in enumerate(found.proposals) if not one["done"]}
    refused = ""
    if request.method == "POST":
        chosen = {place for place in places if str(place) in request.POST.getlist("chon")}
        try:
            made = enter_returned(found, chosen, by=request.mandate, now=request.now)
        except Invalid as error:
            refused = str(error)
        else:
            count = ngettext("Đã nhập %(n)s ý kiến của %(unit)s.", "Đã nhập %(n)s ý kiến của %(unit)s.", len(made))
            done(request, count % {"n": len(made), "unit": own.unit.short_name})
            return redirect(address(document, "answers"))
    context = {
        "title": _("Nhận xét trong tệp của %(unit)s") % {"unit": own.unit.short_name},
        "document": document,
        "returned": found,
        "own": own,
        "rows": remark_rows(found, chosen),
        "refused": refused,
        "crumbs": crumbs_of(request, document),
    }
    return render(request, "documents/paper_remarks.html", context, status=422 if refused else 200)


def _read(form: PaperForm, data: bytes) -> PaperForm:
    """The form with the words of the Word file in its box, to be looked at and sent with the file once more."""
    try:
        words = text_of(read_docx(data))
    except UnreadableDraft as error:
        form.add_error("file", refusal(error))
        return form
    typed = {**form.data.dict(), "words": words}  # type: ignore[attr-defined]
    again = PaperForm(typed, form.files)
    again.full_clean()
    again.add_error(
        "file", _("Đã đọc các ý kiến ra ô bên dưới. Xem lại, sửa nếu cần, rồi chọn lại tệp này và bấm Nhập góp ý.")
    )
    return again


@require_safe
@member_page
def paper_file(request: Any, slug: str, code: str) -> HttpResponse:
    """The evidence, for whoever may read the unit's comments."""
    own = _submission(request, slug, code)
    may = request.mandate.unit_id == own.unit_id or access.sees_sent(request.mandate, own.round, request.now)
    if own.paper is None or not may:
        raise Http404
    return file_response(own.paper)
