"""Bản góp ý của đơn vị: everything that will be sent, then one button."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.pages import member_page
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import attempted
from giaouoc.ui.say import done

from .. import access
from ..actions import comments, submissions
from ..addresses import address
from ..forms import LetterForm, NoForm
from ..models import UNIT_ROLES, Comment, Document, ProvisionText
from ..queries import texts_shown, unsent_before
from ..remarks import comments_of, note_of
from ..standing import standing_of
from ..states import SPOKEN, SubmissionState
from .common import bundle_of, crumbs_of, document_of, page


@require_safe
@member_page
def bundle(request: Any, slug: str) -> HttpResponse:
    return _bundle_page(request, document_of(request, slug), LetterForm())


def _bundle_page(request: Any, document: Document, form: forms.Form) -> HttpResponse:
    by, now = request.mandate, request.now
    stand = standing_of(document)
    own = stand.own(by)
    if own is None or by.role not in UNIT_ROLES:
        raise Http404
    own.round.version.document = document
    mine = [
        one
        for one in comments_of(stand, by, now, dropped=True)
        if one.submission.unit_id == by.unit_id and one.submission.round_id == own.round_id
    ]
    texts: dict[Any, ProvisionText] = {
        one.provision_id: one
        for one in texts_shown(
            ProvisionText.objects.filter(
                version=own.round.version_id, provision__in=[one.provision_id for one in mine if one.provision_id]
            )
        )
    }

    def shown(comment: Comment) -> dict[str, Any]:
        at = texts.get(comment.provision_id)
        return {
            "comment": comment,
            "where": comment.citation or _("Toàn văn bản"),
            "at": at,
            "order": at.position if at else -1,
            "note": note_of(comment, by, now, old=at.text if at else None),
        }

    live = sorted(
        (shown(one) for one in mine if one.dropped_at is None and one.submission_id == own.pk),
        key=lambda one: one["order"],
    )
    sent = sorted(
        (shown(one) for one in mine if one.dropped_at is None and one.submission_id != own.pk),
        key=lambda one: one["order"],
    )
    withdrawn = [shown(one) for one in mine if one.withdrawn_by_id is not None]
    gone = [shown(one) for one in mine if one.dropped_at is not None and access.can_restore_comment(by, one, now)]
    return page(
        request,
        "documents/bundle.html",
        {
            "document": document,
            "own": own,
            "state_label": SubmissionState(own.state).label,
            "round": own.round,
            "over": own.round.is_over(now),
            "live": live,
            "sent": sent,
            "gone": gone,
            "withdrawn": withdrawn,
            "unsent": unsent_before(own).count() if access.can_take_over(by, own, now) else 0,
            "send": access.can_send(by, own, now),
            "hand": access.can_hand_to_leader(by, own, now),
            "back": access.can_take_back(by, own, now),
            "supplement": access.can_supplement(by, own, now),
            "spoken": own.state in SPOKEN,
            "may_agree": not live and own.supplement_of_id is None,
            "crumbs": crumbs_of(request, document),
            "history": history_of(own, *[one for one in mine if one.submission_id == own.pk])[:40],
        },
        form,
    )


@require_POST
@member_page
def bundle_taking_over(request: Any, slug: str) -> HttpResponse:
    document = document_of(request, slug)
    count = comments.take_over(bundle_of(request, document), by=request.mandate, now=request.now)
    done(
        request,
        ngettext("Đã đưa %(count)s ý kiến vào đợt này.", "Đã đưa %(count)s ý kiến vào đợt này.", count)
        % {"count": count},
    )
    return redirect(address(document, "bundle"))


@require_POST
@member_page
def bundle_handing(request: Any, slug: str) -> HttpResponse:
    document = document_of(request, slug)
    submissions.hand_to_leader(bundle_of(request, document), by=request.mandate, now=request.now)
    done(request, _("Đã trình lãnh đạo đơn vị."), undo=address(document, "take-back"))
    return redirect(document)


@require_POST
@member_page
def bundle_taking_back(request: Any, slug: str) -> HttpResponse:
    document = document_of(request, slug)
    submissions.take_back(bundle_of(request, document), by=request.mandate, now=request.now)
    done(request, _("Đã lấy lại bản góp ý để soạn tiếp."))
    return redirect(address(document, "bundle"))


@require_POST
@member_page
def bundle_sending(request: Any, slug: str) -> HttpResponse:
    document = document_of(request, slug)
    own, form = bundle_of(request, document), LetterForm(request.POST)
    require(access.can_send(request.mandate, own, request.now))
    went, _made = attempted(
        form, lambda: submissions.send_submission(own, by=request.mandate, now=request.now, **form.cleaned_data)
    )
    if not went:
        return _bundle_page(request, document, form)
    done(request, _("Đã gửi góp ý của đơn vị."))
    return redirect(document)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def bundle_agreement(request: Any, slug: str) -> HttpResponse:
    document = document_of(request, slug)
    own = bundle_of(request, document)
    require(access.can_send(request.mandate, own, request.now))
    form = NoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        went, _made = attempted(
            form, lambda: submissions.agree_without_comment(own, by=request.mandate, now=request.now)
        )
        if went:
            done(request, _("Đã ghi: đơn vị thống nhất, không có ý kiến."))
            return redirect(document)
    context = {
        "title": _("Thống nhất, không có ý kiến"),
        "eyebrow": document.title,
        "will": [
            _("Ghi nhận %(unit)s thống nhất với %(version)s, không có ý kiến.")
            % {"unit": own.unit, "version": own.round.version.label.lower()}
        ],
        "back": _("Không hoàn tác được; ý kiến thêm sau đó là bản góp ý bổ sung."),
        "button": _("Ghi thống nhất, không có ý kiến"),
        "cancel_url": document.get_absolute_url(),
    }
    return page(request, "ui/confirm.html", context, form)


@require_POST
@member_page
def bundle_supplement(request: Any, slug: str) -> HttpResponse:
    document = document_of(request, slug)
    submissions.start_supplement(bundle_of(request, document), by=request.mandate, now=request.now)
    done(request, _("Đã mở bản góp ý bổ sung; bản đã gửi giữ nguyên."))
    return redirect(document)
