"""The minutes: prose by the secretary, facts from what happened; approved by the chair."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.pages import member_page
from giaouoc.documents.actions.imports import WORD
from giaouoc.documents.paper.minutes_word import render_minutes_word
from giaouoc.files.storage import bytes_response, file_response
from giaouoc.lib.errors import NotFound, WrongState
from giaouoc.lib.verdict import require
from giaouoc.signing.forms import LastDayForm
from giaouoc.signing.models import SigningRound
from giaouoc.signing.queries import ceremony_url, slot_of, strip_of
from giaouoc.signing.rules.codes import in_groups, shown
from giaouoc.signing.states import CLOSED, SlotState
from giaouoc.signing.strip import strip_in_words, ways_to_sign
from giaouoc.ui.forms import submitted

from .. import access
from ..actions import minutes as minutes_acts
from ..forms import (
    MinutesForm,
)
from ..minutes import is_outdated
from ..models import AgendaNote, Meeting
from ..states import APPROVED, MeetingState
from .common import METHODS, form_page, meeting_of


@member_page
@require_http_methods(METHODS)
def minutes(request: Any, slug: str) -> HttpResponse:
    """The minutes: prose by the secretary, facts from what happened; approved by the chair."""
    found = meeting_of(request, slug)
    by, now = request.mandate, request.now
    form = MinutesForm(
        request.POST if request.method == "POST" else None,
        initial={"conclusion": found.conclusion, "read_out": found.read_out},
    )
    if request.method == "POST":
        require(access.can_write_minutes(by, found, now))

    def act(data: dict[str, Any]) -> None:
        minutes_acts.write_minutes(found, by=by, now=now, **data)

    if submitted(request, form, act, _("Đã lập biên bản. Người chủ trì đọc và phê duyệt.")):
        return redirect(found.url("bien-ban"))
    context = {
        "meeting": found,
        "form": form,
        "may_write": access.can_write_minutes(by, found, now),
        "may_approve": access.can_approve_minutes(by, found, now),
        "outdated": found.state == MeetingState.CLOSED and found.minutes_id is not None and is_outdated(found, now),
        "said": AgendaNote.objects.filter(item__meeting=found)
        .select_related("item", "unit")
        .order_by("item__position", "item", "pk"),
        "may_note": access.can_note(by, found, now),
        "state": found.state if found.state in APPROVED else "open" if found.minutes_id else "later",
        "state_label": _state_label(found),
        "gate": _gate(request, found),
        "closed_rounds": SigningRound.objects.filter(address=found.url("bien-ban"), state__in=CLOSED).order_by("pk"),
        "history": history_of(found, *filter(None, [found.signing_round]))[:30],
    }
    if found.signing_round is not None and found.state in APPROVED:
        round_ = found.signing_round
        context |= {"round": round_, "code": shown(round_.code), "slots": strip_in_words(strip_of(round_, now), None)}
        context["ceremony_url"] = ceremony_url(round_)
    return render(request, "meetings/minutes.html", context, status=422 if form.is_bound else 200)


@member_page
@require_POST
def approval(request: Any, slug: str) -> HttpResponse:
    """Approve the minutes."""
    found = meeting_of(request, slug)
    require(access.can_approve_minutes(request.mandate, found, request.now))
    if not (read := request.POST.get("doc", "")):  # nobody approves what no page has shown
        raise WrongState(_("Mời mở và đọc biên bản rồi phê duyệt ở trang của biên bản."))
    minutes_acts.approve_minutes(found, by=request.mandate, now=request.now, read=read)
    messages.success(request, _("Đã phê duyệt biên bản."))
    return redirect(found.url("bien-ban"))


def _state_label(found: Meeting) -> str:
    if found.state == MeetingState.CLOSED:
        return _("Chờ phê duyệt") if found.minutes_id else _("Chưa lập")
    return _("Đã phê duyệt") if found.state == MeetingState.RECORDED else found.state_label


def _gate(request: Any, found: Meeting) -> dict[str, Any]:
    """What this person can do with approved minutes: put them to signing, sign."""
    by, now = request.mandate, request.now
    acts: list[dict[str, Any]] = []
    if found.state == MeetingState.RECORDED:
        may = access.can_put_minutes_to_signing(by, found, now)
        if may or may.later:
            act = {"label": _("Đưa biên bản ra ký"), "url": found.url("bien-ban", "dua-ra-ky"), "red": True}
            acts.append(act | {"why": "" if may else may.reason})
        return {"say": _("Biên bản đã được phê duyệt, chưa ký."), "acts": acts}
    if found.state == MeetingState.SIGNING and found.signing_round is not None:
        found.signing_round.year = found.year
        slot = slot_of(found.signing_round, by)
        if slot is not None and slot.role == by.role and slot.state != SlotState.SIGNED:
            acts = ways_to_sign(by, slot, now, _("Ký biên bản"))
        return {"say": _("Thư ký ký trước, người chủ trì ký sau."), "acts": acts}
    return {}


@member_page
@require_http_methods(METHODS)
def putting_to_signing(request: Any, slug: str) -> HttpResponse:
    """Put the approved minutes to signing."""
    found = meeting_of(request, slug)
    by, now = request.mandate, request.now
    require(access.can_put_minutes_to_signing(by, found, now))
    form = LastDayForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> None:
        minutes_acts.put_minutes_to_signing(found, by=by, now=now, **data)

    if submitted(request, form, act, _("Đã đưa biên bản ra ký và mời người ký.")):
        return redirect(found.url("bien-ban"))
    will = [
        _("Biên bản in lại đúng nội dung đã phê duyệt, dấu vân tay %(hash)s, có ô ký và mã xác minh.")
        % {"hash": in_groups(found.text_hash)},
        _("Thư ký ghi biên bản ký trước, người chủ trì ký sau; cả hai nhận lời mời."),
        _("Ai từ chối ký thì biên bản trở lại để lập và phê duyệt lại; chữ ký đã có được giữ làm chứng cứ."),
    ]
    return form_page(request, form, found, title=_("Đưa biên bản ra ký"), button=_("Đưa ra ký"), will=will)


@member_page
@require_safe
def minutes_pdf(request: Any, slug: str) -> HttpResponse:
    """The minutes as PDF: as approved, or the newest file of their signing."""
    found = meeting_of(request, slug)
    if found.signing_round is not None and found.state in APPROVED:
        return file_response(found.signing_round.head.file, inline=True)
    if found.minutes is None:
        raise NotFound(_("Chưa có biên bản."))
    return file_response(found.minutes, inline=True)


@member_page
@require_safe
def minutes_word(request: Any, slug: str) -> HttpResponse:
    """The same words as a Word file."""
    found = meeting_of(request, slug)
    if not found.content:
        raise NotFound(_("Chưa có biên bản."))
    return bytes_response(render_minutes_word(found.content), f"bien-ban-{found.slug}.docx", WORD)
