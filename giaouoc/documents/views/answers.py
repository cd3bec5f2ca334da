"""Tiếp thu, giải trình: answering, publishing, the table."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.clusters.models import Mandate, Role
from giaouoc.clusters.pages import member_page
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import attempted
from giaouoc.ui.lists import sort_of
from giaouoc.ui.say import done

from .. import access, access_answers, downloads, gates
from ..actions import answers as answering
from ..actions import last_words as saying
from ..addresses import address
from ..answer_table import TableRow, agreed, table_rows, took_back
from ..changed import ChangedClause, changed_between, targets_of
from ..forms import AnswerForm, FilterForm, LastWordForm, TargetsForm
from ..models import Comment, ProvisionText
from ..queries import fixed_tables, newest_version, text_shown
from ..remarks import answer_of, note_of, quoted
from ..standing import Tally, standing_of, tallies
from ..states import KEPT_PROMISES, Decision
from .common import comment_of, crumbs_of, document_of, page


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def answer(request: Any, slug: str, pk: int) -> HttpResponse:
    """Answer a comment; once that is published, only name the clauses that keep its 'tiếp thu'."""
    by, now = request.mandate, request.now
    found = comment_of(request, slug, pk)
    document, version = found.submission.round.version.document, found.submission.round.version
    before: Any = getattr(found, "response", None)
    published = before is not None and before.published_at is not None and before.decision in KEPT_PROMISES
    require(access_answers.can_point(by, before, now) if published else access_answers.can_answer(by, found, now))
    newest = newest_version(document)
    changed = changed_between(version, newest) if newest is not None else {}
    chosen = targets_of([found], newest)[found.pk] if newest is not None else []
    initial: dict[str, Any] = {"targets": [str(one.provision) for one in chosen]}
    if before is not None:
        initial |= {"decision": before.decision, "explanation": before.explanation, "already_at": before.already_at}
    shape = TargetsForm if published else AnswerForm
    data = request.POST if request.method == "POST" else None
    form = shape(data, initial=initial, changed=_nearest(changed, chosen))
    if request.method == "POST":

        def act() -> None:
            if published:
                answering.point_answer(before, form.cleaned_data.get("targets", []), by=by, now=now)
                return
            response = answering.answer_comment(found, by=by, now=now, **form.cleaned_data)
            if "cong-bo" in request.POST:
                response.comment = found
                answering.publish_answer(response, by=by, now=now)

        went, _made = attempted(form, act)
        if went:
            if published:
                done(request, _("Đã lưu điều khoản đã sửa."))
                return redirect(address(document, "answers"))
            if "cong-bo" in request.POST:
                done(request, _("Đã công bố trả lời."))
            else:
                done(request, _("Đã lưu trả lời; đơn vị góp ý thấy khi công bố."))
            return redirect(address(document, "answers") + "?tra_loi=chua")
    beside = _beside(found, by, now)
    if not published:
        beside["note"] |= {"decision_label": "", "answer": "", "after": "", "decision": ""}
    context = beside | {
        "title": _("Trả lời ý kiến về %(where)s") % {"where": found.citation or _("toàn văn bản")},
        "document": document,
        "published": published,
        "publishes": by.role == Role.LEADER,
        "crumbs": crumbs_of(request, document),
    }
    return page(request, "documents/answer.html", context, form)


def _beside(comment: Comment, by: Mandate, now: datetime) -> dict[str, Any]:
    """What stands beside the boxes: the clause in the words that were commented on, its quote marked, and the comment."""
    version = comment.submission.round.version_id
    at = text_shown(ProvisionText.objects.filter(version=version, provision=comment.provision_id))
    at = at if comment.provision_id else None
    note = note_of(comment, by, now, old=at.text if at else None, actions=False)
    return {"comment": comment, "at": at, "parts": quoted(comment, at), "note": note}


def _nearest(changed: dict[UUID, ChangedClause], chosen: list[ChangedClause]) -> list[ChangedClause]:
    """What is meant first, then the rest in the order of the text."""
    return [*chosen, *(one for one in changed.values() if one not in chosen)]


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def last_word(request: Any, slug: str, pk: int) -> HttpResponse:
    by, now = request.mandate, request.now
    found = comment_of(request, slug, pk)
    document = found.submission.round.version.document
    response = answer_of(found, by, now)
    if response is None:
        raise Http404
    response.comment = found
    require(access_answers.can_say_last_word(by, response, now))
    before = getattr(response, "last_word", None)
    initial = {"kind": before.kind, "words": before.words} if before else {}
    form = LastWordForm(request.POST or None, initial=initial)
    leads = by.role == Role.LEADER
    if request.method == "POST":
        went, _made = attempted(form, lambda: saying.say_last_word(response, by=by, now=now, **form.cleaned_data))
        if went:
            done(request, _("Đã gửi lời cuối của đơn vị.") if leads else _("Đã soạn; lãnh đạo đơn vị được báo để gửi."))
            return redirect(address(document, "comment", found.pk))
    context = _beside(found, by, now) | {
        "title": _("Lời cuối về trả lời ý kiến %(where)s") % {"where": found.citation or _("toàn văn bản")},
        "document": document,
        "last": True,
        "publishes": leads,
        "crumbs": crumbs_of(request, document),
    }
    return page(request, "documents/answer.html", context, form)


@require_POST
@member_page
def answers_approval(request: Any, slug: str) -> HttpResponse:
    document = document_of(request, slug)
    count = answering.approve_answers(document, by=request.mandate, now=request.now)
    done(request, _("Đã duyệt %(count)s trả lời; thư ký công bố được.") % {"count": count})
    return redirect(address(document, "answers"))


@require_POST
@member_page
def answer_publication(request: Any, slug: str, pk: int) -> HttpResponse:
    found = comment_of(request, slug, pk)
    response = answer_of(found, request.mandate, request.now)
    if response is None:
        raise Http404
    response.comment = found
    answering.publish_answer(response, by=request.mandate, now=request.now)
    done(request, _("Đã công bố trả lời."))
    return redirect(address(found.submission.round.version.document, "comment", found.pk))


@require_POST
@member_page
def answers_publication(request: Any, slug: str) -> HttpResponse:
    document = document_of(request, slug)
    answering.publish_answers(document, by=request.mandate, now=request.now)
    done(request, _("Đã công bố toàn bộ trả lời và báo cho các đơn vị góp ý."))
    return redirect(document)


SORTS = ("dieu", "don-vi", "tra-loi")


@require_safe
@member_page
def response_table(request: Any, slug: str) -> HttpResponse:
    by, now = request.mandate, request.now
    document = document_of(request, slug)
    stand = standing_of(document)
    if not stand.rounds:
        raise Http404
    rows = table_rows(stand, by, now)
    articles = list(dict.fromkeys(row.article for row in rows))
    units = sorted({(row.comment.submission.unit.code, row.unit) for row in rows}, key=lambda one: one[1])
    form = FilterForm(
        request.GET or None, units=units, clauses=[(one or "toan-van", one or _("Toàn văn bản")) for one in articles]
    )
    shown = _filtered(rows, form.cleaned_data) if form.is_bound and form.is_valid() else rows
    sort = sort_of(request, SORTS, "dieu")
    key = {
        "dieu": lambda row: row.order,
        "don-vi": lambda row: (row.unit, row.order),
        "tra-loi": lambda row: (row.decision, row.order),
    }[sort.removeprefix("-")]
    shown = sorted(shown, key=key, reverse=sort.startswith("-"))
    count = _("%(shown)s trong %(all)s ý kiến") % {"shown": len(shown), "all": len(rows)}
    round = stand.round
    tally = tallies([document.pk]).get(document.pk, Tally())
    gate = None
    if gates.can_answers(by, stand, now) and rows and (tally.unpublished or document.state == "responding"):
        say = _("%(all)s ý kiến đã gửi, còn %(open)s chưa trả lời, %(unpublished)s chưa công bố.") % {
            "all": tally.sent,
            "open": tally.unanswered,
            "unpublished": tally.unpublished,
        }
        acts = gates.answer_acts(document, by, now)
        gate = {"say": say, "acts": acts if document.state in {"consulting", "responding"} else []}
    return render(
        request,
        "documents/response_table.html",
        {
            "document": document,
            "rows": shown,
            "later": any(row.new is not None for row in rows),
            "all": len(rows),
            "filter": form,
            "count": count,
            "sort": sort,
            "gate": gate,
            "blind": round is not None and not access.sees_sent(by, round, now),
            "round": round,
            "agreed": agreed(stand, by, now),
            "withdrawn": took_back(stand, rows, by, now),
            "silent": [unit.short_name for unit in stand.silent(round)]
            if round is not None and round.is_over(now)
            else [],
            "crumbs": crumbs_of(request, document),
            "query": request.GET.urlencode(),
            "fixed": fixed_tables(document),
            "papers": [
                {"unit": one.unit, "url": address(document, "paper", one.unit.code)}
                for one in stand.submissions
                if one.supplement_of_id is None and access.can_enter_paper(by, one, now)
            ],
        },
    )


def _filtered(rows: list[TableRow], asked: dict[str, str]) -> list[TableRow]:
    if unit := asked.get("don_vi"):
        rows = [row for row in rows if row.comment.submission.unit.code == unit]
    if clause := asked.get("dieu"):
        rows = [row for row in rows if (row.article or "toan-van") == clause]
    if decision := asked.get("tra_loi"):
        rows = [row for row in rows if (row.decision == decision if decision in Decision.values else not row.decision)]
    return rows


@require_safe
@member_page
def response_table_word(request: Any, slug: str) -> HttpResponse:
    by, now = request.mandate, request.now
    document = document_of(request, slug)
    stand = standing_of(document)
    if not stand.rounds:
        raise Http404
    return downloads.response_table(stand, by, now)


@require_safe
@member_page
def response_table_sheet(request: Any, slug: str) -> HttpResponse:
    stand = standing_of(document_of(request, slug))
    if not stand.rounds:
        raise Http404
    return downloads.response_sheet(stand, request.mandate, request.now)
