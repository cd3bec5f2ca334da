"""An item put to a named decision: votes, result, voiding."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.pages import member_page
from giaouoc.clusters.queries import members_of, rules_of
from giaouoc.clusters.rules.year_rules import Share
from giaouoc.clusters.words import share_words
from giaouoc.lib.dates import clock_seconds
from giaouoc.lib.errors import Invalid
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import ReasonForm, submitted

from .. import access
from ..actions import deciding
from ..counting import count_of, edit_words, result_words
from ..elections import posts_of
from ..forms import (
    DecisionForm,
    VoteForm,
    choices_of,
)
from ..models import MeetingDecision
from ..queries import (
    left_to_the_meeting,
    listed_edits,
    quorum_of,
    why_not_put,
)
from ..room import pulse_of
from ..states import DecisionState, Method, choice_words
from .common import METHODS, form_page, item_of, meeting_of, text_address, unit_of


@member_page
@require_http_methods(METHODS)
def put_to_decision(request: Any, slug: str, number: int) -> HttpResponse:
    """Put a tabled text, an election or a motion to the decision."""
    found = meeting_of(request, slug)
    one = item_of(found, number)
    require(access.can_open_decision(request.mandate, one, request.now))
    why = why_not_put(one)
    tabled = one.document is not None and not why
    posts = posts_of(found, request.now)
    initial = {"motion": "" if tabled else one.title}
    form = DecisionForm(request.POST if request.method == "POST" else None, text=tabled, posts=posts, initial=initial)
    made: list[MeetingDecision] = []

    def act(data: dict[str, Any]) -> None:
        made.append(deciding.open_decision(one, by=request.mandate, now=request.now, **data))

    if submitted(request, form, act, _("Đã mở biểu quyết.")):
        return redirect(found.url("bieu-quyet", made[0].pk))
    quorum = quorum_of(found, request.now)
    rules = rules_of(request.year)
    will = why
    if tabled and one.document is not None and one.version is not None:
        values = {
            "title": one.document.title,
            "version": one.version.label,
            "hash": one.version.content_hash[:8].upper(),
        }
        will.append(_("Quyết định về đúng bản đã trình: %(title)s, %(version)s, mã %(hash)s.") % values)
        will += [_("Kèm chỉnh sửa: %(words)s.") % {"words": edit_words(edit)} for edit in listed_edits(one)]
    will.append(_("Có mặt %(present)s/%(roll)s đơn vị.") % {"present": quorum.present, "roll": quorum.roll})
    for key, words in (
        ("adopt.text", _("Biểu quyết công khai về văn bản: thông qua khi đạt %(rule)s.")),
        ("adopt.motion", _("Biểu quyết công khai về việc khác: thông qua khi đạt %(rule)s.")),
        ("elect", _("Bầu bằng giơ tay: trúng cử khi đạt %(rule)s.")),
        (
            "consensus",
            _(
                "Thống nhất chung: đạt khi %(rule)s không có ý kiến khác; đơn vị có mặt không nói gì trong %(seconds)s "
                "giây là đồng ý."
            ),
        ),
    ):
        if (tabled or key != "adopt.text") and (posts or key != "elect"):
            share = rules[key].share
            base = quorum.roll if share.base == "roll" else quorum.present
            seconds = rules["consensus.seconds"].value
            will.append(words % {"rule": share_words(share, base), "seconds": seconds})
    return form_page(
        request, form, found, title=_("Đưa ra quyết định"), button=_("Mở biểu quyết"), will=will, eyebrow=one.title
    )


def _decision(request: Any, slug: str, number: int) -> MeetingDecision:
    return access.get_decision_for(request.mandate, meeting_of(request, slug), number)


@member_page
@require_safe
def decision(request: Any, slug: str, number: int) -> HttpResponse:
    """A decision: the text with its hash, who voted what, what it comes to."""
    found = _decision(request, slug, number)
    by, now = request.mandate, request.now
    meeting = found.item.meeting
    votes = {vote.unit_id: vote for vote in found.votes.select_related("unit")}
    there = {row.unit_id for row in meeting.attendance.all() if row.is_present}
    is_open = found.state == DecisionState.OPEN
    rows: list[dict[str, Any]] = []
    for member in members_of(request.year, found.opened_at):
        unit, vote = member.unit, votes.get(member.unit_id)
        may = is_open and member.unit_id in there and access.can_vote(by, found, unit, now)
        own = may and by.unit_id == member.unit_id and access.votes_for(by, meeting, unit, now)
        rows.append(
            {
                "unit": unit,
                "present": unit.code in found.present,
                "left": is_open and unit.code in found.present and member.unit_id not in there,
                "vote": vote,
                "agreed": vote is None and unit.code in (found.present if found.silent is None else found.silent),
                "choice": choice_words(found.method, vote.choice) if vote else "",
                "own": own,
                "may": may and not own and (vote is None or vote.recorded),
            }
        )
    own_row = next((row for row in rows if row["own"]), None)
    vote = own_row["vote"] if own_row else None
    document = found.item.document if found.version_id else None
    text_url = ""
    if document is not None and found.version is not None:
        text_url = text_address(document, found.version, request.year, over=not is_open)
    silent = [row["unit"] for row in rows if row["present"] and not row["left"] and not row["vote"]]
    result = count_of(found, [unit.code for unit in silent] if is_open else None)
    context = {
        "decision": found,
        "meeting": meeting,
        "text_url": text_url,
        "rows": rows,
        "own": own_row,
        "recording": any(row["may"] for row in rows),
        "rule_words": share_words(Share.of(found.rule), result.base),
        "choices": [one for one in choices_of(found.method) if found.method == Method.VOTE or one[0] == "yes"],
        "form": VoteForm(method=found.method, initial={"choice": vote.choice, "words": vote.words} if vote else None),
        "result": result,
        "pulse": pulse_of(meeting) if is_open else None,
        "result_words": result_words(result, found),
        "missing": [unit.short_name for unit in silent],
        "until": clock_seconds(found.until) if found.until else "",
        "left": [row["unit"].short_name for row in rows if row["left"]],
        "recorded": [row["unit"].short_name for row in rows if row["vote"] and row["vote"].recorded],
        "may_declare": access.can_declare(by, found, now),
        "left_over": left_to_the_meeting([found.item]).get(found.item_id, []) if document and is_open else [],
        "is_open": is_open,
        "history": history_of(found)[:40],
    }
    return render(request, "meetings/decision.html", context)


@member_page
@require_http_methods(METHODS)
def vote(request: Any, slug: str, number: int, unit: str) -> HttpResponse:
    """A unit's vote: by its leader or delegate, or as seen in the room."""
    found, of = _decision(request, slug, number), unit_of(request, unit)
    meeting, by, now = found.item.meeting, request.mandate, request.now
    require(access.can_vote(by, found, of, now))
    form = VoteForm(request.POST if request.method == "POST" else None, method=found.method)

    def act(data: dict[str, Any]) -> None:
        deciding.cast_vote(found, of, by=by, now=now, **data)

    if submitted(request, form, act, _("Đã ghi ý kiến của %(unit)s.") % {"unit": of.short_name}):
        return redirect(meeting.url("bieu-quyet", found.pk))
    return form_page(
        request,
        form,
        meeting,
        title=_("Ý kiến của %(unit)s") % {"unit": of.short_name},
        eyebrow=found.title,
        button=_("Ghi ý kiến của đơn vị"),
        cancel_url=meeting.url("bieu-quyet", found.pk),
    )


@member_page
@require_POST
def declaration(request: Any, slug: str, number: int) -> HttpResponse:
    """Declare the result."""
    found = _decision(request, slug, number)
    try:
        result = deciding.declare_decision(found, by=request.mandate, now=request.now)
    except Invalid as error:
        messages.warning(request, str(error))
        return redirect(found.item.meeting.url("bieu-quyet", found.pk))
    messages.success(request, _("Đã công bố: %(words)s.") % {"words": result_words(result, found)})
    return redirect(found.item.meeting.url("bieu-quyet", found.pk))


@member_page
@require_http_methods(METHODS)
def voiding(request: Any, slug: str, number: int) -> HttpResponse:
    """Give a decision up."""
    found = _decision(request, slug, number)
    require(access.can_declare(request.mandate, found, request.now))
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> None:
        deciding.void_decision(found, by=request.mandate, now=request.now, **data)

    if submitted(request, form, act, _("Đã hủy lần biểu quyết; lý do ghi vào biên bản.")):
        return redirect(found.item.meeting)
    will = [_("Các phiếu đã ghi không được tính; có thể mở lần biểu quyết mới."), _("Lý do được in trong biên bản.")]
    return form_page(
        request, form, found.item.meeting, title=_("Hủy lần biểu quyết"), button=_("Hủy lần biểu quyết"), will=will
    )
