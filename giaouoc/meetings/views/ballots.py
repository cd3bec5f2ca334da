"""Bỏ phiếu kín: put an item to a secret ballot, vote, count, declare; counted papers typed in; papers to print."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.ballots.access import (
    can_conduct,
    can_enter,
    can_fetch_stamp,
    can_give_up_second,
    can_mark,
    can_stamp_second,
    marks_for,
)
from giaouoc.ballots.actions.conducting import end_stamping, enter_tally
from giaouoc.ballots.box import box_address
from giaouoc.ballots.queries import progress_of, tellers_for, voter_of
from giaouoc.ballots.rules.papers import key_code
from giaouoc.ballots.states import BallotState, Level
from giaouoc.clusters.pages import member_page
from giaouoc.clusters.queries import rules_of
from giaouoc.clusters.rules.year_rules import Share
from giaouoc.clusters.words import share_words
from giaouoc.lib.errors import DomainError, Invalid, WrongState
from giaouoc.lib.sentence import shown
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import ReasonForm, submitted

from .. import access
from ..actions import balloting
from ..counting import ballot_lines
from ..forms import BallotForm, TallyForm
from ..models import ItemBallot
from ..queries import present_codes, quorum_of, why_not_put
from ..room import pulse_of, text_url
from ..states import DecisionState, Purpose
from .common import METHODS, form_page, item_of, meeting_of, text_address


def ballot_of(request: Any, slug: str, number: int) -> ItemBallot:
    """The secret ballot of an address. Raises NotFound."""
    return access.get_ballot_for(request.mandate, meeting_of(request, slug), number)


def address_of(row: ItemBallot, *rest: object) -> str:
    """The page of a secret ballot, or one below it."""
    return row.item.meeting.url("bo-phieu", row.pk, *rest)


@member_page
@require_http_methods(METHODS)
def put_to_ballot(request: Any, slug: str, number: int) -> HttpResponse:
    """Put an item to a secret ballot."""
    found = meeting_of(request, slug)
    one = item_of(found, number)
    require(access.can_open_ballot(request.mandate, one, request.now))
    rules = rules_of(request.year)
    why = why_not_put(one)
    text = one.document is not None and not why
    posted = request.POST if request.method == "POST" else None
    tellers = tellers_for(request.year, request.now)
    form = BallotForm(posted, text=text, tellers=tellers, initial={"motion": one.title})
    made: list[ItemBallot] = []

    def act(data: dict[str, Any]) -> None:
        made.append(balloting.open_item_ballot(one, by=request.mandate, now=request.now, **data))

    if submitted(request, form, act, _("Đã mở bỏ phiếu kín.")):
        return redirect(address_of(made[0]))
    quorum = quorum_of(found, request.now)
    will = [*why, _("Có mặt %(present)s/%(roll)s đơn vị.") % {"present": quorum.present, "roll": quorum.roll}]
    for key, words in (
        ("adopt.text", _("Văn bản được thông qua khi đạt %(rule)s.")),
        ("elect", _("Trúng cử khi đạt %(rule)s.")),
        ("adopt.motion", _("Việc khác được thông qua khi đạt %(rule)s.")),
    ):
        if key != "adopt.text" or text:
            share = rules[key].share
            base = quorum.roll if share.base == "roll" else quorum.present
            basis = f" ({rules[key].basis})" if rules[key].basis else ""
            will.append(words % {"rule": share_words(share, base) + basis})
    small = int(rules["ballot.small"].value)
    will.append(_("Dưới %(small)s đơn vị bỏ phiếu thì chỉ công bố đạt hay không đạt.") % {"small": small})
    return form_page(
        request, form, found, title=_("Bỏ phiếu kín"), button=_("Mở bỏ phiếu kín"), will=will, eyebrow=one.title
    )


@member_page
@require_safe
def ballot(request: Any, slug: str, number: int) -> HttpResponse:
    """A secret ballot: the voter's paper, how far it is, what the head does next, the result; never who voted what."""
    row = ballot_of(request, slug, number)
    by, now, found = request.mandate, request.now, row.ballot
    meeting, document = row.item.meeting, row.item.document
    voter = voter_of(found, by.unit_id) if by.unit_id else None
    lives = found.is_open or (found.is_blind and found.state == BallotState.CLOSED)  # a blind one shows its own slip on
    own = voter is not None and lives and marks_for(by, found, voter.unit, now)
    if own and voter is not None and found.is_open and not voter.done:  # who has left has nothing to mark
        own = voter.unit.code in present_codes(meeting, now)
    progress, may_declare = progress_of(found), access.can_declare_ballot(by, row, now)
    rules = []
    for question in found.questions:
        share = Share.of(question["rule"])
        base = found.roll if share.base == "roll" else progress["voters"]
        words = share_words(share, base)
        if (question["rule"]["basis"], words) not in rules:
            rules.append((question["rule"]["basis"], words))
    text_url = ""
    if row.purpose == Purpose.TEXT and document is not None and row.version is not None:
        text_url = text_address(document, row.version, request.year, over=row.state != DecisionState.OPEN)
    context = {
        "row": row,
        "ballot": found,
        "meeting": meeting,
        "text_url": text_url,
        "voter": voter,
        "own": own,
        "progress": progress,
        "charter": found.charter(progress["units"]),
        "second_code": key_code(found.second_key) if found.has_two_stamps else "",
        "may_give_up_second": can_give_up_second(by, found, now),
        "may_stamp_second": can_stamp_second(by, found, now),
        "rules": rules,
        "lines": ballot_lines(found),
        "may_conduct": can_conduct(by, request.year, now),
        "may_declare": may_declare,
        "waits": "" if may_declare else may_declare.reason,
        "may_void": access.can_void_ballot(by, row, now),
        "may_enter": can_enter(by, found, now),
        "entered": [one.unit.short_name for one in found.entries.select_related("unit")],
        "mine": found.entries.filter(unit=by.unit_id).exists(),
        "is_open": row.state == DecisionState.OPEN,
        "window": settings.BALLOT_WINDOW,
        "drop_address": box_address(found, "drop"),
        "state_address": box_address(found, "state"),
        "box_apart": bool(settings.BALLOT_HOST),
        "pulse": _pulse(row, request.now),
        "history": history_of(row, found)[:40],
    }
    return render(request, "meetings/ballot.html", context)


def _pulse(row: ItemBallot, now: datetime) -> dict[str, Any] | None:
    """An open ballot's page follows the conference; while objections may be made it also looks again when they are over."""
    if row.state != DecisionState.OPEN:
        return None
    if left := row.ballot.objections_left(now):
        return pulse_of(row.item.meeting) | {"fresh": left}
    over = _("Đã hết thời gian nêu phiếu bị thiếu.") if row.ballot.objections_until is not None else ""
    return pulse_of(row.item.meeting) | {"say": over}


@member_page
@require_POST
def cast(request: Any, slug: str, number: int) -> HttpResponse:
    """Cast the unit's paper in a detached ballot."""
    row = ballot_of(request, slug, number)
    voter = voter_of(row.ballot, request.mandate.unit_id) if request.mandate.unit_id else None
    unit = voter.unit if voter is not None else request.mandate.unit
    require(can_mark(request.mandate, row.ballot, unit, request.now))
    typed = [request.POST.get(f"q{place}", "") for place in range(len(row.ballot.questions))]
    choices = [int(one) if one.isascii() and one.isdigit() and len(one) < 4 else -1 for one in typed]
    try:
        balloting.cast_item_paper(row, unit, choices, by=request.mandate, now=request.now)
    except Invalid as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Phiếu của đơn vị đã vào hòm."))
    return redirect(address_of(row))


@member_page
@require_POST
def stamp(request: Any, slug: str, number: int) -> HttpResponse:
    """Stamp the unit's blinded paper; JSON in and out, a refusal too."""
    row = ballot_of(request, slug, number)
    try:
        unit = request.mandate.unit
        if unit is None:
            raise WrongState(_("Chỉ đơn vị có mặt bỏ phiếu."))
        require(can_fetch_stamp(request.mandate, row.ballot, unit, request.now))
        sent = sent_words(request)
        papers = {"blinded": sent.get("blinded", ""), "second": sent.get("second", "")}
        answer = {"stamp": balloting.stamp_item_paper(row, unit, **papers, by=request.mandate, now=request.now)}
        if row.ballot.has_two_stamps and (voter := voter_of(row.ballot, unit.pk)) is not None:
            answer["second"] = voter.second_stamp
    except DomainError as error:
        return refusal(error)
    return JsonResponse(answer)


def sent_words(request: Any) -> dict[str, str]:
    """What a page's script sent as JSON: names and texts, and nothing else of it."""
    try:
        sent = json.loads(request.body[:5000])
        return {name: value for name, value in sent.items() if isinstance(value, str)}
    except (ValueError, AttributeError, RecursionError):
        return {}


def refusal(error: DomainError) -> JsonResponse:
    """A refusal for a page's script."""
    return JsonResponse({"refused": shown(error.sentence), "advice": shown(error.advice)}, status=error.status)


@member_page
@require_POST
def end_of_stamping(request: Any, slug: str, number: int) -> HttpResponse:
    """No more stamps; the key is destroyed."""
    row = ballot_of(request, slug, number)
    end_stamping(row.ballot, by=request.mandate, now=request.now, without=request.POST.getlist("cho"))
    messages.success(request, _("Đã kết thúc đóng dấu, khóa riêng đã hủy. Các trình duyệt tự bỏ phiếu trong một phút."))
    return redirect(address_of(row))


@member_page
@require_POST
def counting(request: Any, slug: str, number: int) -> HttpResponse:
    """Close the box and count."""
    row = ballot_of(request, slug, number)
    balloting.count_item_ballot(row, by=request.mandate, now=request.now)
    messages.success(request, _("Đã kiểm phiếu. Tiếp theo: công bố kết quả."))
    return redirect(address_of(row))


@member_page
@require_POST
def ballot_declaration(request: Any, slug: str, number: int) -> HttpResponse:
    """Declare the result."""
    row = ballot_of(request, slug, number)
    words = balloting.declare_item_ballot(row, by=request.mandate, now=request.now)
    messages.success(request, _("Đã công bố: %(words)s.") % {"words": words})
    return redirect(address_of(row))


@member_page
@require_http_methods(METHODS)
def ballot_voiding(request: Any, slug: str, number: int) -> HttpResponse:
    """Give the ballot up."""
    row = ballot_of(request, slug, number)
    require(access.can_void_ballot(request.mandate, row, request.now))
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> None:
        balloting.void_item_ballot(row, by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã hủy lần bỏ phiếu; lý do ghi vào biên bản.")):
        return redirect(row.item.meeting)
    will = [
        _("Phiếu chưa kiểm bị hủy, không ai đọc được; có thể mở lần bỏ phiếu mới."),
        _("Lý do được in trong biên bản."),
    ]
    words = {"title": _("Hủy lần bỏ phiếu"), "button": _("Hủy lần bỏ phiếu"), "eyebrow": row.ballot.title}
    return form_page(request, form, row.item.meeting, will=will, cancel_url=address_of(row), **words)


@member_page
@require_http_methods(METHODS)
def tally(request: Any, slug: str, number: int) -> HttpResponse:
    """Type in what the tally team counted."""
    row = ballot_of(request, slug, number)
    require(can_enter(request.mandate, row.ballot, request.now))
    form = TallyForm(request.POST if request.method == "POST" else None, questions=row.ballot.questions)
    closed: list[bool] = []

    def act(data: dict[str, Any]) -> None:
        numbers = {"issued": data["issued"], "spoiled": data["spoiled"]}
        closed.append(enter_tally(row.ballot, form.votes(), by=request.mandate, now=request.now, **numbers))

    if submitted(request, form, act, _("Đã ghi kết quả kiểm phiếu của đơn vị.")):
        if not closed[0] and row.ballot.entries.count() > 1:
            messages.warning(request, _("Các bản nhập chưa giống nhau; kiểm lại với biên bản kiểm phiếu rồi nhập lại."))
        return redirect(address_of(row))
    will = [
        _("Nhập đúng biên bản kiểm phiếu; không xem được bản nhập của người khác."),
        _("Hai người của hai đơn vị nhập giống nhau thì kết quả được ghi; trước đó nhập lại được."),
    ]
    words = {
        "title": _("Nhập kết quả kiểm phiếu giấy"),
        "button": _("Ghi kết quả kiểm phiếu"),
        "eyebrow": row.ballot.title,
    }
    return form_page(request, form, row.item.meeting, will=will, cancel_url=address_of(row), **words)


@member_page
@require_safe
def papers(request: Any, slug: str, number: int) -> HttpResponse:
    """Papers to print, one for each unit on the roll, all alike."""
    row = ballot_of(request, slug, number)
    require(
        can_conduct(request.mandate, request.year, request.now)
        or access.can_prepare(request.mandate, row.item.meeting, request.now)
    )
    if row.ballot.level != Level.PAPER or row.ballot.state != BallotState.COUNTING:
        raise WrongState(_("Phiếu giấy chỉ in cho lần bỏ phiếu giấy đang mở."))
    context = {
        "row": row,
        "ballot": row.ballot,
        "meeting": row.item.meeting,
        "copies": range(row.ballot.voters.count()),
        "text_url": text_url(row.item.meeting, row.item),
    }
    return render(request, "meetings/ballot_papers.html", context)
