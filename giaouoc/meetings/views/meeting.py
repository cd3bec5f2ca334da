"""The page of a conference, its opening and its closing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.pages import member_page
from giaouoc.clusters.queries import rules_of
from giaouoc.clusters.words import share_words
from giaouoc.directives.access import can_record_directive
from giaouoc.lib.verdict import require
from giaouoc.ui.confirm import confirmed

from .. import access
from ..actions import deciding
from ..minutes import hours_words
from ..models import AgendaItem, Attendance, Meeting
from ..queries import (
    attendance_of,
    left_to_the_meeting,
    quorum_of,
    waiting_finals,
)
from ..room import pulse_of, seconds_left
from ..rules.stays import within
from ..states import Choice, MeetingState
from .common import METHODS, at_once, meeting_of, text_address
from .gate import finals_missing, next_step, why_not_decide


@member_page
@require_safe
def meeting(request: Any, slug: str) -> HttpResponse:
    """A conference: facts, who is there, agenda with texts and their hashes, what comes next."""
    found, by, now = meeting_of(request, slug), request.mandate, request.now
    attendance = attendance_of(found, now)
    rules = rules_of(found.year)
    quorum = quorum_of(found, now, pairs=attendance, rule=rules["quorum"])
    items = list(
        found.agenda.select_related("document", "version").prefetch_related(
            "notes__unit",
            "notes__directive",
            "edits",
            "decisions",
            "ballots__ballot",
            "document__versions",
            "papers__file",
        )
    )
    for item in items:
        item.meeting = found
    left = left_to_the_meeting(items)
    rows = [{"item": item, "left": left.get(item.pk, []), **_text_of(item)} for item in items]
    step = next_step(request, found, quorum, attendance, items, rules)
    live = found.state in {MeetingState.CONVENED, MeetingState.OPEN}
    context = {
        "meeting": found,
        "pulse": pulse_of(found) | {"say": step["say"]} if live else None,
        "rows": rows,
        "pairs": [
            {
                "member": member,
                "row": row,
                "may": access.can_represent(by, found, member.unit, now),
                **_presence(found, row, now),
            }
            for member, row in attendance
        ],
        "quorum": quorum,
        "quorum_words": share_words(quorum.rule.share, quorum.roll),
        "next": step,
        "may_order": access.can_order_agenda(by, found, now),
        "may_cancel": access.can_cancel(by, found, now),
        "may_prepare": access.can_prepare(by, found, now),
        "may_mark": access.can_mark_present(by, found, now),
        "may_note": access.can_note(by, found, now),
        "may_room": access.can_run_room(by, found, now),
        "room_url": request.build_absolute_uri(reverse("room", args=[found.room_key])) if found.room_key else "",
        "timer": seconds_left(found, now),
        "may_follow": can_record_directive(by, found.year, now),
        "may_decide": access.can_chair(by, found, now) and found.state == MeetingState.OPEN,
        "why_not_decide": why_not_decide(found, quorum, items),
        "history": history_of(
            found,
            *[decision for item in items for decision in item.decisions.all()],
            *[row for item in items for row in item.ballots.all()],
        )[:60],
        "guests": [line for line in found.guests.splitlines() if line.strip()],
    }
    return render(request, "meetings/meeting.html", context)


def _presence(meeting: Meeting, row: Attendance | None, now: datetime) -> dict[str, Any]:
    """``came``: whether a unit has been at the open conference; ``hours``: when it came late, was away or left."""
    if meeting.opened_at is None or row is None:
        return {"came": False, "hours": ""}
    until = meeting.closed_at or now
    stays = within(row.times, meeting.opened_at, until)
    return {"came": bool(stays), "hours": hours_words(stays, meeting.opened_at, until) if stays else ""}


def _text_of(item: AgendaItem) -> dict[str, Any]:
    """How an item's text stands at its own conference: where it is read, ``stale`` when another version is tabled by now,
    ``other`` when only something else can be put to a decision at it,
    ``final``: the version with the edits that were adopted here, ``waits`` while the chair has not confirmed it.

    Of a conference that is over nothing is told that came of the text later."""
    document, version = item.document, item.version
    if document is None or version is None:
        return {"other": True}
    frozen = [one for one in document.versions.all() if one.frozen_at is not None]
    hashes = {one.final_hash for one in (*item.decisions.all(), *item.ballots.all()) if one.final_hash}
    final = next((one for one in frozen if one.ordinal > version.ordinal and one.content_hash in hashes), None)
    over = item.meeting.state not in access.UNFINISHED
    return {
        "url": text_address(document, version, item.meeting.year, over=over),
        "stale": (stale := not over and document.state == "tabled" and bool(frozen) and frozen[-1].pk != version.pk),
        "other": stale or document.state != "tabled",
        "final": final,
        "final_url": text_address(document, final, item.meeting.year, over=True) if final else "",
        "waits": final is not None and document.state == "edited" and final.pk == frozen[-1].pk,
    }


@member_page
@require_safe
def sheets(request: Any, slug: str) -> HttpResponse:
    """What a conference on paper needs: the agenda, a list to sign, a sheet for each named vote."""
    found = meeting_of(request, slug)
    context = {
        "meeting": found,
        "items": found.agenda.select_related("document", "version").prefetch_related("papers__file"),
        "pairs": attendance_of(found, request.now),
        "guests": [line for line in found.guests.splitlines() if line.strip()],
        "choices": Choice.labels,
    }
    return render(request, "meetings/sheets.html", context)


@member_page
@require_POST
def opening(request: Any, slug: str) -> HttpResponse:
    """Open the conference."""
    return at_once(request, slug, deciding.open_meeting, _("Hội nghị đã khai mạc."))


@member_page
@require_POST
def pausing(request: Any, slug: str) -> HttpResponse:
    """Begin a break."""
    sentence = _("Hội nghị tạm nghỉ. Khi họp tiếp, điểm danh lại đơn vị đã rời.")
    return at_once(request, slug, deciding.pause_meeting, sentence)


@member_page
@require_POST
def resuming(request: Any, slug: str) -> HttpResponse:
    """End the break."""
    return at_once(request, slug, deciding.resume_meeting, _("Hội nghị họp tiếp."))


@member_page
@require_http_methods(METHODS)
def closing(request: Any, slug: str) -> HttpResponse:
    """Close the conference."""
    found = meeting_of(request, slug)
    require(access.can_close(request.mandate, found, request.now))
    undecided = found.agenda.filter(document__state="tabled").select_related("document")
    will = [_("Sau khi bế mạc, chương trình, điểm danh và biểu quyết không đổi được nữa.")]
    will += [_("%(title)s chưa được quyết định.") % {"title": one.document.title} for one in undecided if one.document]
    will += finals_missing(waiting_finals(found), request.now)
    return confirmed(
        request,
        lambda: deciding.close_meeting(found, by=request.mandate, now=request.now),
        _("Hội nghị đã bế mạc. Tiếp theo: lập biên bản."),
        found.get_absolute_url(),
        title=_("Bế mạc hội nghị"),
        will=will,
        button=_("Bế mạc hội nghị"),
    )
