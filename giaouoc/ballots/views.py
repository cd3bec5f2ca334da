"""Phiếu kín: the public list of codes, and the box. Nothing here asks who comes: no session, no account, no address kept."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from giaouoc.lib.errors import NotFound

from .access import get_ballot
from .actions.casting import drop_paper
from .models import Ballot
from .queries import listed, progress_of, published
from .states import BallotState

LONGEST = 20_000


@require_safe
def public(request: Any, pk: UUID) -> HttpResponse:
    """What is voted on, by whom, with which key; after the count the list of codes and how to check it."""
    return _page(request, get_ballot(pk))


def _page(request: Any, ballot: Ballot, answer: str = "", typed: str = "") -> HttpResponse:
    progress = progress_of(ballot)
    votes = ballot.votes or []
    results = [
        {"question": question, "votes": list(zip(question["options"], line, strict=True))}
        for question, line in zip(ballot.questions, votes, strict=False)
    ]
    context = {
        "ballot": ballot,
        "charter": ballot.charter(progress["units"]),
        "progress": progress,
        "lost": progress["done"] - progress["box"] if ballot.state == BallotState.CLOSED else 0,
        "papers": listed(ballot),
        "results": results,
        "answer": answer,
        "typed": typed,
        "words": _answer(answer),
    }
    return render(request, "ballots/public.html", context)


def _answer(answer: str) -> str:
    return {
        "": "",
        "taken": _("Phiếu đã vào hòm."),
        "early": _("Chưa đến lúc bỏ phiếu: các đơn vị còn đang nhận dấu. Giữ phiếu và bỏ lại sau."),
        "counted": _("Phiếu mang dấu hợp lệ và có trong danh sách đã đếm."),
        "missing": _(
            "Phiếu mang dấu hợp lệ nhưng không có trong danh sách. Phiếu này tự chứng minh là bị thiếu: đưa cho người chủ trì "
            "hoặc tổ kiểm phiếu, không cần nói là của đơn vị nào."
        ),
        "refused": _("Đây không phải phiếu mang dấu của lần bỏ phiếu này. Chép lại toàn bộ phần phiếu đã lưu."),
    }[answer]


@never_cache
@require_safe
def state(request: Any, pk: UUID) -> HttpResponse:
    """Where the ballot stands, for the voters' browsers: asked without cookie, the same for everybody."""
    return JsonResponse({"state": get_ballot(pk).state})


@csrf_exempt  # without cookie there is nobody whose rights could be borrowed; the paper's own stamp is the right
@require_POST
def drop(request: Any, pk: UUID) -> HttpResponse:
    """Drop a paper: as JSON from the voter's page, or pasted from a slip. Answers 200 whatever the paper, leaving no log."""
    ballot = get_ballot(pk)
    as_json = request.content_type == "application/json"
    raw = request.body[: LONGEST + 1].decode("utf-8", "replace") if as_json else request.POST.get("phieu", "")
    try:
        slip = json.loads(raw) if len(raw) <= LONGEST else {}
        parts = [slip["prefix"], slip["body"], slip["signature"]]
        answer = drop_paper(ballot, *parts) if all(isinstance(one, str) for one in parts) else "refused"
    except (ValueError, KeyError, TypeError, RecursionError):
        answer = "refused"
    if as_json:
        return JsonResponse({"answer": answer})
    ballot.refresh_from_db()
    return _page(request, ballot, answer, raw if answer in {"refused", "early"} else "")


@require_safe
def file(request: Any, pk: UUID) -> HttpResponse:
    """The file that anybody recounts."""
    ballot = get_ballot(pk)
    if ballot.state != BallotState.CLOSED:
        raise NotFound(_("Danh sách phiếu công bố sau khi kiểm phiếu."))
    answer = JsonResponse(published(ballot), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="phieu-{ballot.pk}.json"'
    return answer
