"""Trình hội nghị, đưa ra ký, ban hành, rút."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from giaouoc.clusters.models import MemberRole
from giaouoc.clusters.pages import member_page
from giaouoc.clusters.queries import body_kind_of, members_of
from giaouoc.lib.clock import local_date
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import ReasonForm, attempted, submitted
from giaouoc.ui.say import done

from .. import access_answers
from ..access import can_put_to_signing
from ..actions import tabling
from ..actions.issuing import issue_document
from ..actions.signing import put_to_signing
from ..forms import IssueForm, NoForm, SignersForm
from ..models import Comment
from ..queries import in_force, newest_version
from ..rules.layout import number_example, style_for
from .common import document_of, page


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def conference_tabling(request: Any, slug: str) -> HttpResponse:
    by, now = request.mandate, request.now
    document = document_of(request, slug)
    require(access_answers.can_table(by, document, now))
    newest = newest_version(document)
    if newest is None:
        raise Http404
    form = NoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        went, made = attempted(form, lambda: tabling.table_document(document, by=by, now=now))
        if went:
            done(request, _("Đã trình hội nghị %(version)s.") % {"version": made.label.lower()})
            return redirect(document)
    will = [
        _("Trình %(version)s, mã %(hash)s. Từ lúc này văn bản được khóa; hội nghị quyết định đúng bản này.")
        % {"version": newest.label.lower(), "hash": newest.content_hash[:8].upper()}
    ]
    reserved = Comment.objects.for_the_meeting().filter(submission__round__version__document=document)
    for one in reserved.select_related("submission__unit").order_by("pk"):
        will.append(
            _("Hội nghị quyết định thêm: ý kiến của %(unit)s về %(where)s.")
            % {"unit": one.submission.unit, "where": one.citation or _("toàn văn bản")}
        )
    context = {
        "title": _("Trình hội nghị: %(title)s") % {"title": document.title},
        "will": will,
        "back": _("Không hoàn tác được; hội nghị có thể trả lại để soạn tiếp."),
        "button": _("Trình hội nghị"),
        "cancel_url": document.get_absolute_url(),
    }
    return page(request, "ui/confirm.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def tabling_without_consultation(request: Any, slug: str) -> HttpResponse:
    by, now = request.mandate, request.now
    document = document_of(request, slug)
    require(access_answers.can_table_without_consultation(by, document, now))
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        went, _made = attempted(
            form,
            lambda: tabling.table_without_consultation(document, by=by, now=now, reason=form.cleaned_data["reason"]),
        )
        if went:
            done(request, _("Đã trình hội nghị, không qua lấy ý kiến."))
            return redirect(document)
    context = {
        "title": _("Trình hội nghị không qua lấy ý kiến"),
        "eyebrow": document.title,
        "will": [
            _("Các đơn vị không được hỏi trước về văn bản này."),
            _("Lý do được ghi vào lịch sử và biên bản hội nghị."),
        ],
        "back": _("Không hoàn tác được; hội nghị có thể trả lại để soạn tiếp."),
        "button": _("Trình không qua lấy ý kiến"),
        "cancel_url": document.get_absolute_url(),
    }
    return page(request, "ui/confirm.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def withdrawal(request: Any, slug: str) -> HttpResponse:
    by, now = request.mandate, request.now
    document = document_of(request, slug)
    require(access_answers.can_withdraw(by, document, now))
    form = ReasonForm(request.POST or None, initial={"reason": document.withdrawal_reason})
    if request.method == "POST":
        went, withdrawn = attempted(
            form, lambda: tabling.withdraw_document(document, by=by, now=now, reason=form.cleaned_data["reason"])
        )
        if went:
            if withdrawn:
                done(request, _("Đã rút văn bản; mọi nội dung vẫn đọc được."))
            else:
                done(request, _("Đã đề nghị rút; lãnh đạo đơn vị kia được báo để đồng ý."))
            return redirect(document)
    alone = document.withdrawal_asked_by_id or len(access_answers.withdrawal_sides(by, document, now)) == 2
    context = {
        "title": _("Rút văn bản") if alone else _("Đề nghị rút văn bản"),
        "eyebrow": document.title,
        "will": [
            _("“%(title)s” không còn được góp ý, trình hay thông qua trong năm này.") % {"title": document.title},
            _("Nội dung, ý kiến và trả lời vẫn đọc được."),
        ]
        + (
            []
            if alone
            else [_("Văn bản được rút khi lãnh đạo đơn vị soạn thảo và lãnh đạo đơn vị Cụm trưởng đều đồng ý.")]
        ),
        "back": _("Không hoàn tác được; muốn làm tiếp thì đưa dự thảo vào như văn bản mới."),
        "button": _("Rút văn bản") if alone else _("Đề nghị rút"),
        "cancel_url": document.get_absolute_url(),
    }
    return page(request, "ui/confirm.html", context, form)


@require_POST
@member_page
def keeping(request: Any, slug: str) -> HttpResponse:
    document = document_of(request, slug)
    tabling.keep_document(document, by=request.mandate, now=request.now)
    done(request, _("Đã bỏ đề nghị rút; văn bản làm tiếp như trước."))
    return redirect(document)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def issuing(request: Any, slug: str) -> HttpResponse:
    document = document_of(request, slug)
    require(access_answers.can_issue(request.mandate, document, request.now))
    style = style_for(body_kind_of(document.year, request.now), local_date(request.now))
    form = IssueForm(
        request.POST if request.method == "POST" else None,
        earlier=in_force(document),
        example=number_example(style, f"CTĐ{document.year.cluster.code}"),
        initial={"issued_on": local_date(request.now)},
    )

    def act(data: dict[str, Any]) -> None:
        issue_document(document, by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã ban hành văn bản; các đơn vị được báo.")):
        return redirect(document)
    context = {
        "title": _("Ban hành văn bản"),
        "eyebrow": document.title,
        "will": [
            _("Văn bản mang số này và có hiệu lực; câu chữ là bản hội nghị đã thông qua."),
            _("Văn bản bị thay thế, bãi bỏ hết hiệu lực; mọi nội dung vẫn đọc được."),
        ],
        "back": _("Không hoàn tác được; sửa đổi, thay thế bằng văn bản mới."),
        "button": _("Ban hành"),
        "cancel_url": document.get_absolute_url(),
    }
    return page(request, "ui/confirm.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def putting_to_signing(request: Any, slug: str) -> HttpResponse:
    by, now = request.mandate, request.now
    document = document_of(request, slug)
    require(can_put_to_signing(by, document, now))
    members = members_of(request.year, now)
    form = SignersForm(
        request.POST if request.method == "POST" else None,
        members=[one.unit for one in members],
        initial={"units": [one.unit_id for one in members if one.role == MemberRole.HEAD]},
    )
    sentence = _("Đã đưa văn bản ra ký và mời người ký.")
    if submitted(request, form, lambda data: put_to_signing(document, by=by, now=now, **data), sentence):
        return redirect(document)
    context = {
        "title": _("Đưa văn bản ra ký"),
        "eyebrow": document.title,
        "will": [
            _("Bản đã thông qua được in với ô ký của từng đơn vị và mã xác minh; dấu vân tay không đổi."),
            _("Lãnh đạo các đơn vị được chọn nhận lời mời ký."),
        ],
        "back": _("Dừng ký được khi chưa đủ chữ ký; chữ ký đã có được giữ làm chứng cứ."),
        "button": _("Đưa ra ký"),
        "cancel_url": document.get_absolute_url(),
    }
    return page(request, "ui/confirm.html", context, form)
