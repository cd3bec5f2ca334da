"""Phiếu kín: the public list of codes, and the box. Nothing here asks who comes: no session, no account, no address kept."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from giaouoc.files.storage import hidden_words
from giaouoc.lib import clock
from giaouoc.lib.covering import is_covered
from giaouoc.lib.errors import NotFound
from giaouoc.lib.rows import lock

from .access import get_ballot
from .actions.casting import drop_paper
from .box import box_address
from .models import Ballot
from .queries import is_given_up, listed, missing_of, progress_of, published
from .rules.papers import key_code
from .states import BallotState

LONGEST = 20_000


@require_safe
def public(request: Any, pk: UUID) -> HttpResponse:
    """What is voted on, by whom, with which key; after the count the list of codes and how to check it."""
    return _page(request, get_ballot(pk))


def _page(request: Any, ballot: Ballot, answer: str = "", typed: str = "") -> HttpResponse:
    progress = progress_of(ballot)
    votes, void = ballot.votes or [], is_given_up(ballot)
    left = 0 if void else ballot.objections_left(request.now)
    results = [
        {"question": question, "votes": list(zip(question["options"], line, strict=True))}
        for question, line in zip(ballot.questions, votes, strict=False)
    ]
    context = {
        "ballot": ballot,
        "charter": ballot.charter(progress["units"]),
        "second_code": key_code(ballot.second_key) if ballot.has_two_stamps else "",
        "progress": progress,
        "lost": progress["second"] - progress["box"] if ballot.state == BallotState.CLOSED else 0,
        "papers": listed(ballot),
        "missing": missing_of(ballot)["count"] if ballot.state == BallotState.CLOSED else 0,
        "objecting": left,
        "void": void,
        "voided": BallotState.VOID.label,
        "pulse": {"fresh": left} if left and request.method != "POST" else None,  # an answer is not fetched again
        "results": results,
        "box_apart": bool(settings.BALLOT_HOST),
        "drop": box_address(ballot, "drop"),
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
            "Phiếu mang dấu hợp lệ nhưng không có trong danh sách: đã ghi nhận là phiếu bị thiếu. Phiếu tự chứng minh, không "
            "cần nói là của đơn vị nào; kết quả chỉ được công bố khi phiếu bị thiếu không làm kết quả khác đi."
        ),
        "over": _(
            "Phiếu mang dấu hợp lệ nhưng không có trong danh sách. Đã hết thời gian nêu phiếu bị thiếu nên hệ thống không ghi "
            "nhận nữa: đưa phiếu cho người chủ trì hoặc tổ kiểm phiếu, không cần nói là của đơn vị nào."
        ),
        "refused": _("Đây không phải phiếu mang dấu của lần bỏ phiếu này. Chép lại toàn bộ phần phiếu đã lưu."),
    }[answer]


@never_cache
@require_safe
def state(request: Any, pk: UUID) -> HttpResponse:
    """Where the ballot stands, for the voters' browsers: asked without cookie, the same for everybody."""
    ballot = get_ballot(pk)
    answer = {"state": ballot.state}
    if ballot.teller_id is not None or ballot.one_stamp_why:  # its keys, and with them its code, come or go on the way
        answer["charter"] = ballot.charter()
    return _for_every_origin(JsonResponse(answer))


def _for_every_origin(answer: HttpResponse) -> HttpResponse:
    """Readable from the voters' pages when the box has a host name of its own; there is no cookie that could be abused."""
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@csrf_exempt  # without cookie there is nobody whose rights could be borrowed; the paper's own stamp is the right
@require_POST
def drop(request: Any, pk: UUID) -> HttpResponse:
    """Drop a paper: as JSON from the voter's page, or pasted from a slip. Answers 200 whatever the paper, leaving no log."""
    ballot = get_ballot(pk)
    as_json = request.content_type in {"application/json", "text/plain"}
    raw = request.body[: LONGEST + 1].decode("utf-8", "replace") if as_json else request.POST.get("phieu", "")
    try:
        slip = json.loads(raw) if len(raw) <= LONGEST else {}
        parts = [slip["prefix"], slip["body"], slip["signature"], slip.get("second", "")]
        *paper, second = parts
        good = all(isinstance(one, str) for one in parts)
        answer = _dropped(ballot, paper, second) if good else "refused"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        answer = "refused"
    if as_json:
        return _for_every_origin(JsonResponse({"answer": answer}))
    ballot.refresh_from_db()
    return _page(request, ballot, answer, raw if answer in {"refused", "early"} else "")


def _dropped(ballot: Ballot, paper: list[str], second: str) -> str:
    """The clock is read once the ballot is held: who waited while the result was declared comes after it."""
    with transaction.atomic():
        lock(ballot)
        return drop_paper(ballot, *paper, second=second, now=clock.current().now())


@require_safe
def file(request: Any, pk: UUID) -> HttpResponse:
    """The file that anybody recounts."""
    ballot = get_ballot(pk)
    if ballot.state != BallotState.CLOSED:
        raise NotFound(_("Danh sách phiếu công bố sau khi kiểm phiếu."))
    if is_covered([ballot.title, ballot.questions]):
        raise hidden_words()  # without them nobody can recount
    answer = JsonResponse(published(ballot), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="phieu-{ballot.pk}.json"'
    return answer
