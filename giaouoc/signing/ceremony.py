"""Lễ ký: the screen that the room watches, and the page where a leader takes the file away and hands it back signed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.clusters.pages import member_page
from giaouoc.files.storage import file_response
from giaouoc.lib.errors import Invalid
from giaouoc.lib.verdict import require
from giaouoc.ui.say import done, warn

from .access import can_begin_file, can_read_round, can_return_file
from .actions.sign import begin_file, release_slot, return_file
from .forms import SignedFileForm
from .models import Attempt, SigningRound, Slot
from .queries import round_of_code, slot_of, strip_of
from .rules.codes import shown
from .states import RoundState, SlotState
from .strip import strip_in_words


def _round(request: Any, code: str) -> SigningRound:
    """The round of this year by its code, for who may read it."""
    round_ = round_of_code(code)
    if round_ is None or round_.year_id != request.year.pk:
        raise Http404
    round_.year = request.year
    require(can_read_round(request.mandate, round_, request.now))
    return round_


def _own_slot(request: Any, code: str) -> Slot:
    slot = slot_of(_round(request, code), request.mandate)
    if slot is None:
        raise Http404
    return slot


def _url(request: Any, name: str, code: str) -> str:
    return reverse(f"ceremony:{name}", args=[request.year.cluster.code, request.year.number, code])


@member_page
@require_safe
def screen(request: Any, code: str) -> HttpResponse:
    """Who has signed, who is signing, who waits; it looks by itself every three seconds."""
    round_ = _round(request, code)
    boxes = strip_of(round_, request.now)
    count = sum(box.state == SlotState.SIGNED for box in boxes)
    signing = next((box for box in boxes if box.state == SlotState.SIGNING), None)
    waiting = [box.slot.unit.short_name for box in boxes if box.state == SlotState.WAITING]
    if round_.state != RoundState.SIGNING:
        say = round_.state_label + "."
    elif signing is not None:
        say = _("%(unit)s đang ký.") % {"unit": signing.slot.unit.short_name}
    else:
        say = _("Mời đơn vị tiếp theo ký, thứ tự nào cũng được.")
    context = {
        "title": round_.title,
        "eyebrow": _("Lễ ký · %(cluster)s, năm %(year)s")
        % {"cluster": request.year.cluster.name, "year": request.year.number},
        "round": round_,
        "code": shown(round_.code),
        "text_hash": round_.text_hash,
        "slots": strip_in_words(boxes, None),
        "count": count,
        "all": len(boxes),
        "say": say,
        "waiting": ", ".join(waiting) if round_.state == RoundState.SIGNING else "",
        "live": round_.state in {RoundState.SIGNING, RoundState.SIGNED},
    }
    return render(request, "signing/ceremony.html", context)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: Any, code: str) -> HttpResponse:
    """Take the file, sign it with the agency's tool, hand it back."""
    by, now = request.mandate, request.now
    slot = _own_slot(request, code)
    may_return = can_return_file(by, slot, now)
    if request.method == "POST":
        require(may_return)
    elif not may_return:
        require(can_begin_file(by, slot, now))
    form = SignedFileForm(request.POST or None, request.FILES or None) if request.method == "POST" else SignedFileForm()
    if request.method == "POST" and form.is_valid():
        try:
            return_file(slot, form.cleaned_data["file"].read(), by=by, now=now)
        except Invalid as error:
            form.add_error("file", " ".join(part for part in (str(error), str(error.advice)) if part))
        else:
            slot.round.refresh_from_db()
            done(request, _("Đã nhận chữ ký của %(unit)s.") % {"unit": slot.unit.short_name})
            if slot.round.state == RoundState.SIGNED:
                warn(request, _("Đã đủ chữ ký nhưng chưa đóng niêm được; hệ thống sẽ làm lại."))
            return redirect(_url(request, "ceremony", code))
    attempt = Attempt.objects.filter(slot=slot, ended_at=None, lease_until__gt=now).first()
    context = {
        "title": _("Ký bằng thiết bị của cơ quan"),
        "crumbs": [
            {"label": slot.round.title, "url": _url(request, "ceremony", code)},
            {"label": _("Ký bằng thiết bị của cơ quan")},
        ],
        "slot": slot,
        "round": slot.round,
        "attempt": attempt if may_return else None,
        "form": form,
        "code": code,
    }
    return render(request, "signing/file.html", context, status=422 if form.errors else 200)


@member_page
@require_POST
def begin(request: Any, code: str) -> HttpResponse:
    """Begin the unit's turn."""
    begin_file(_own_slot(request, code), by=request.mandate, now=request.now)
    return redirect(_url(request, "file", code))


@member_page
@require_POST
def release(request: Any, code: str) -> HttpResponse:
    """Give the turn up."""
    release_slot(_own_slot(request, code), by=request.mandate, now=request.now)
    done(request, _("Đã thôi lượt ký; đơn vị khác ký được ngay."))
    return redirect(_url(request, "ceremony", code))


@member_page
@require_safe
def base(request: Any, code: str) -> HttpResponse:
    """The very file that is to be signed in this turn."""
    slot = _own_slot(request, code)
    require(can_return_file(request.mandate, slot, request.now))
    return file_response(slot.round.head.file)
