"""Ký bằng điện thoại: the page where a leader has the phone asked, and waits for what came of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from giaouoc.clusters.pages import member_page
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import tried
from giaouoc.ui.say import warn

from .access import can_ask_phone, can_resume_slot
from .actions.await_answer import ask_phone, resume_slot
from .ceremony import own_slot, signed
from .forms import PhoneForm
from .models import Attempt, Slot
from .queries import ceremony_url
from .remote_accounts import account_shown
from .states import SlotState


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("secret")
def phone(request: Any, code: str) -> HttpResponse:
    """Have the phone asked; then wait for it."""
    by, now = request.mandate, request.now
    slot = own_slot(request, code)
    waits = can_resume_slot(by, slot, now)
    if request.method == "POST" or not waits:
        require(can_ask_phone(by, slot, now))
    form = PhoneForm(request.POST if request.method == "POST" else None)
    if tried(form, lambda data: ask_phone(slot, by=by, now=now, secret=data["secret"])):
        return _onward(request, slot)
    words = _("Ký bằng điện thoại")
    context = {
        "title": words,
        "crumbs": [{"label": slot.round.title, "url": ceremony_url(slot.round)}, {"label": words}],
        "slot": slot,
        "round": slot.round,
        "attempt": Attempt.objects.filter(slot=slot, ended_at=None).first() if waits else None,
        "form": form,
        "service": account_shown(slot.signer_code),
        "code": code,
    }
    return render(request, "signing/phone.html", context, status=422 if form.errors else 200)


@member_page
@require_POST
def look(request: Any, code: str) -> HttpResponse:
    """See whether there is an answer; the waiting page asks so by itself every three seconds."""
    slot = own_slot(request, code)
    try:
        resume_slot(slot, by=request.mandate, now=request.now)
    except (Invalid, WrongState) as error:
        warn(request, " ".join(part for part in (str(error), str(error.advice)) if part))
        slot.refresh_from_db(fields=["state"])
    return _onward(request, slot)


def _onward(request: Any, slot: Slot) -> HttpResponse:
    """To the waiting page as long as there is something to wait for, else to where the document is."""
    slot.refresh_from_db(fields=["state"])
    slot.round.refresh_from_db(fields=["state"])
    if can_resume_slot(request.mandate, slot, request.now):
        return redirect(ceremony_url(slot.round, "phone"))
    answer = signed(request, slot) if slot.state == SlotState.SIGNED else redirect(ceremony_url(slot.round))
    return HttpResponse(headers={"HX-Redirect": answer["Location"]}) if request.htmx else answer
