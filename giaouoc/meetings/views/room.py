"""The room's screen and the acts that run it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.signing import BadSignature
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from giaouoc.clusters.pages import member_page
from giaouoc.lib.errors import Invalid, NotFound

from ..actions import room as projector
from ..room import fresh_for, mark_of_pulse, meeting_of_key, pulse_of, screen_of
from ..states import APPROVED
from .common import at_once, item_of, meeting_of


@member_page
@require_POST
def room_link(request: Any, slug: str) -> HttpResponse:
    """Make the link of the room's screen."""
    sentence = _("Đã mở màn hình hội nghị. Mở liên kết trên máy chiếu.")
    return at_once(request, slug, projector.open_room, sentence, "#man-hinh")


@member_page
@require_POST
def room_closing(request: Any, slug: str) -> HttpResponse:
    """Void the link of the room's screen."""
    sentence = _("Đã đóng màn hình; liên kết cũ không còn dùng được.")
    return at_once(request, slug, projector.close_room, sentence, "#man-hinh")


@member_page
@require_POST
def room_timer(request: Any, slug: str) -> HttpResponse:
    """Run or stop the timer of the room's screen."""
    found, typed = meeting_of(request, slug), request.POST.get("phut", "")
    minutes = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else -1
    try:
        projector.set_timer(found, minutes, by=request.mandate, now=request.now)
    except Invalid as error:
        messages.warning(request, str(error))
    return redirect(f"{found.get_absolute_url()}#man-hinh")


@member_page
@require_POST
def room_item(request: Any, slug: str, number: int) -> HttpResponse:
    """Put an item on the room's screen."""
    one = item_of(meeting_of(request, slug), number)
    projector.show_item(one, by=request.mandate, now=request.now)
    return redirect(f"{one.meeting.get_absolute_url()}#muc-{one.pk}")


@require_safe
def room(request: Any, key: str) -> HttpResponse:
    """The room's screen, for whoever has its link."""
    found = meeting_of_key(key)
    if found is None:
        raise NotFound(_("Liên kết màn hình này không còn dùng được. Hỏi thư ký đơn vị Cụm trưởng."))
    now = request.now
    screen = screen_of(found, now)
    follows = pulse_of(found) | {"say": f"{screen.eyebrow}. {screen.title}", "fresh": str(fresh_for(now))}
    context = {
        "screen": screen,
        "title": found.title,
        "top": f"{found.title} · {found.year.cluster}",
        "now": now,
        "pulse": None if found.state in APPROVED else follows,
        "code_address": request.build_absolute_uri(reverse("presence-code")).partition("//")[2].rstrip("/"),
    }
    answer = render(request, "meetings/room.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def pulse(request: Any, token: str) -> HttpResponse:
    """Whether anything is new since the mark ``dau``: 204 for no, an empty 200 for yes. What is new is asked of the page."""
    try:
        mark = mark_of_pulse(token)
    except BadSignature as error:
        raise NotFound(_("Không có trang này.")) from error
    answer = HttpResponse(status=204 if request.GET.get("dau") == mark else 200)
    answer["Cache-Control"] = "private, no-store"
    return answer
