"""Góp ý: a comment at a clause or on the whole, its own page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.pages import member_page
from giaouoc.lib.verdict import require
from giaouoc.lib.vietnamese import nfc
from giaouoc.ui.forms import attempted
from giaouoc.ui.say import done

from .. import access, access_answers
from ..actions import comments as commenting
from ..addresses import address
from ..forms import CommentForm
from ..models import Comment, ProvisionText, UnitSubmission
from ..queries import text_shown
from ..remarks import answer_of, note_of, quoted
from ..states import KEPT_PROMISES, CommentKind
from .common import at_clause, bundle_of, comment_of, crumbs_of, document_of, page


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new_comment(request: Any, slug: str) -> HttpResponse:
    by, now = request.mandate, request.now
    document = document_of(request, slug)
    own = bundle_of(request, document)
    require(access.can_add_comment(by, own, now))
    at = _clause_asked(request, own)
    words = at.text if at is not None and at.text else None
    quote = nfc(request.GET.get("trich", ""))[:500]
    form = CommentForm(
        request.POST or None,
        words=words,
        initial={"kind": CommentKind.WORDING if words else CommentKind.ADD, "quote": quote},
    )
    if request.method == "POST":
        went, made = attempted(
            form,
            lambda: commenting.add_comment(
                own, at.provision if at else None, by=by, now=now, once=True, **form.cleaned_data
            ),
        )
        if went:
            done(
                request,
                _("Đã ghi ý kiến; đơn vị khác chưa thấy. Lãnh đạo đơn vị gửi cùng các ý kiến khác."),
                undo=address(document, "drop-comment", made.pk),
            )
            return redirect(at_clause(document, own, at))
    context = {
        "title": _("Góp ý %(where)s") % {"where": at.citation if at else _("toàn văn bản")},
        "document": document,
        "own": own,
        "at": at,
        "crumbs": crumbs_of(request, document),
        "button": _("Lưu ý kiến"),
    }
    return page(request, "documents/comment_form.html", context, form)


def _clause_asked(request: Any, own: UnitSubmission) -> ProvisionText | None:
    asked = request.GET.get("dk", "")
    if not asked:
        return None
    try:
        provision = UUID(asked)
    except ValueError as error:
        raise Http404 from error
    asked_for = ProvisionText.objects.filter(version=own.round.version_id, provision=provision)
    found = text_shown(asked_for.select_related("provision"))
    if found is None:
        raise Http404
    return found


@require_safe
@member_page
def comment(request: Any, slug: str, pk: int) -> HttpResponse:
    by, now = request.mandate, request.now
    found = comment_of(request, slug, pk)
    document = found.submission.round.version.document
    at = found.provision_id and text_shown(
        ProvisionText.objects.filter(version=found.submission.round.version_id, provision=found.provision_id)
    )
    note = note_of(found, by, now, old=at.text if at else None, actions=False)
    response = answer_of(found, by, now)
    if response is not None:
        response.comment = found
    publish = (
        response is not None and response.published_at is None and access_answers.can_publish_answer(by, response, now)
    )
    return render(
        request,
        "documents/comment.html",
        {
            "document": document,
            "comment": found,
            "version": found.submission.round.version,
            "at": at,
            "parts": quoted(found, at or None),
            "note": note,
            "response": response,
            "publish": publish,
            "answer": access_answers.can_answer(by, found, now),
            "last": response is not None and access_answers.can_say_last_word(by, response, now),
            "point": response is not None
            and response.published_at is not None
            and response.decision in KEPT_PROMISES
            and access_answers.can_point(by, response, now),
            "change": access.can_change_comment(by, found, now),
            "restore": access.can_restore_comment(by, found, now),
            "withdraw": access.can_withdraw_comment(by, found, now),
            "crumbs": crumbs_of(request, document),
            "clause_url": at_clause(document, found.submission, at or None),
            "history": _comment_history(found, response, by, now),
        },
    )


def _comment_history(comment: Comment, response: Any, by: Any, now: Any) -> Any:
    """What was done with a comment: writing it is its unit's affair, drafting the answer that of those who answer."""
    about = []
    if comment.submission.unit_id == by.unit_id:
        about.append(comment)
    if response is not None:
        about.append(response)
    events = history_of(*about)
    if not access.can_answer_at_all(by, comment.submission.round.version.document, now):
        events = events.exclude(verb="documents.answer_comment")
    return events[:30]


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def comment_change(request: Any, slug: str, pk: int) -> HttpResponse:
    by, now = request.mandate, request.now
    found = comment_of(request, slug, pk)
    document, own = found.submission.round.version.document, found.submission
    require(access.can_change_comment(by, found, now))
    at = None
    if found.provision_id:
        at = text_shown(ProvisionText.objects.filter(version=own.round.version_id, provision=found.provision_id))
    words = at.text if at is not None and at.text else None
    initial = {
        "kind": found.kind,
        "proposed_text": found.proposed_text or (words if found.kind == CommentKind.WORDING else "") or "",
        "reason": found.reason,
        "quote": found.quote,
    }
    form = CommentForm(request.POST or None, words=words, initial=initial)
    if request.method == "POST":
        went, _made = attempted(form, lambda: commenting.change_comment(found, by=by, now=now, **form.cleaned_data))
        if went:
            done(request, _("Đã sửa ý kiến."))
            return redirect(at_clause(document, own, at))
    context = {
        "title": _("Sửa ý kiến %(where)s") % {"where": found.citation or _("toàn văn bản")},
        "document": document,
        "own": own,
        "at": at,
        "crumbs": crumbs_of(request, document),
        "button": _("Lưu ý kiến"),
    }
    return page(request, "documents/comment_form.html", context, form)


@require_POST
@member_page
def comment_dropping(request: Any, slug: str, pk: int) -> HttpResponse:
    found = comment_of(request, slug, pk)
    document = found.submission.round.version.document
    commenting.drop_comment(found, by=request.mandate, now=request.now)
    done(
        request,
        _("Đã bỏ ý kiến về %(where)s.") % {"where": found.citation or _("toàn văn bản")},
        undo=address(document, "restore-comment", found.pk),
    )
    return redirect(address(document, "bundle"))


@require_POST
@member_page
def comment_withdrawing(request: Any, slug: str, pk: int) -> HttpResponse:
    found = comment_of(request, slug, pk)
    commenting.withdraw_comment(found, by=request.mandate, now=request.now)
    done(request, _("Đã rút ý kiến về %(where)s.") % {"where": found.citation or _("toàn văn bản")})
    return redirect(address(found.submission.round.version.document, "comment", found.pk))


@require_POST
@member_page
def comment_restoring(request: Any, slug: str, pk: int) -> HttpResponse:
    found = comment_of(request, slug, pk)
    commenting.restore_comment(found, by=request.mandate, now=request.now)
    done(request, _("Đã lấy lại ý kiến."))
    return redirect(address(found.submission.round.version.document, "bundle"))
