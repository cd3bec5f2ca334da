"""Dấu thứ hai: the tally team's own page, its key and stamps; going on without them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.ballots.access import can_give_up_second, can_stamp_second
from giaouoc.ballots.actions.second import give_second_key, give_up_second_stamp, stamp_second
from giaouoc.ballots.models import Ballot
from giaouoc.ballots.queries import stamping_roll
from giaouoc.clusters.models import Mandate
from giaouoc.clusters.pages import member_page
from giaouoc.lib.errors import DomainError, NotAllowed, WrongState
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import ReasonForm, submitted

from ..queries import present_codes
from .ballots import address_of, ballot_of, refusal, sent_words
from .common import METHODS, form_page


def _need_the_teller(by: Mandate, ballot: Ballot, now: datetime) -> None:
    """Once stamping has ended the page is needed on: it destroys the key. Raises NotAllowed."""
    verdict = can_stamp_second(by, ballot, now)
    if not verdict and not verdict.later:
        raise NotAllowed(verdict.reason)


@member_page
@require_safe
def page(request: Any, slug: str, number: int) -> HttpResponse:
    """The tally team's page: makes the key, stamps while it is open, destroys the key at the end. Its script does all of it."""
    row = ballot_of(request, slug, number)
    _need_the_teller(request.mandate, row.ballot, request.now)
    context = {"row": row, "ballot": row.ballot, "meeting": row.item.meeting, "units": row.ballot.units}
    return render(request, "meetings/ballot_second.html", context)


@member_page
@require_POST
def key(request: Any, slug: str, number: int) -> HttpResponse:
    """Take the public key that the page made; JSON in and out."""
    row = ballot_of(request, slug, number)
    try:
        give_second_key(row.ballot, sent_words(request).get("n", ""), by=request.mandate, now=request.now)
    except DomainError as error:
        return refusal(error)
    return JsonResponse({"state": row.ballot.state, "charter": row.ballot.charter()})


@never_cache
@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def stamps(request: Any, slug: str, number: int) -> HttpResponse:
    """GET: the roll, with what waits for a stamp. POST: a stamp for one unit. JSON for the page's script.

    A refusal destroys no key: the person may only have turned to another of their mandates for a moment."""
    row = ballot_of(request, slug, number)
    ballot, by = row.ballot, request.mandate
    if request.method != "POST" and ballot.teller_id is None:  # given up: whoever made a key destroys it
        return JsonResponse({"state": "one-stamp", "key": "", "roll": []})
    try:
        _need_the_teller(by, ballot, request.now)
        if request.method == "POST":
            sent = sent_words(request)
            voter = ballot.voters.select_related("unit").filter(unit__code=sent.get("unit", "")).first()
            if voter is None:
                raise WrongState(_("Đơn vị không có tên trong danh sách bỏ phiếu."))
            stamp_second(ballot, voter.unit, sent.get("stamp", ""), by=by, now=request.now)
    except DomainError as error:
        return refusal(error)
    there = present_codes(row.item.meeting, request.now)
    return JsonResponse({"state": ballot.state, "key": ballot.second_key, "roll": stamping_roll(ballot, there)})


@member_page
@require_http_methods(METHODS)
def giving_up(request: Any, slug: str, number: int) -> HttpResponse:
    """Go on with one stamp, with a reason."""
    row = ballot_of(request, slug, number)
    require(can_give_up_second(request.mandate, row.ballot, request.now))
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> None:
        give_up_second_stamp(row.ballot, by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã thôi dấu thứ hai; các đơn vị so lại mã lần bỏ phiếu.")):
        return redirect(address_of(row))
    will = [
        _("Phiếu chỉ mang dấu của máy chủ: người vận hành máy chủ lại có thể đóng dấu thừa cho đơn vị không đến."),
        _("Mã lần bỏ phiếu đổi; mọi đơn vị so lại mã trước khi xin dấu."),
        _("Lý do được ghi vào lịch sử và biên bản. Sau khi có đơn vị nhận dấu thì không thôi được nữa."),
    ]
    words = {"title": _("Thôi dấu thứ hai"), "button": _("Thôi dấu thứ hai"), "eyebrow": row.ballot.title}
    return form_page(request, form, row.item.meeting, will=will, cancel_url=address_of(row), **words)
