"""What the pages of the pact and of the programme share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from giaouoc.clusters.models import Year
from giaouoc.clusters.queries import members_of
from giaouoc.ui.forms import ReasonForm, submitted

from .. import access
from ..models import Pact
from ..states import PactState

SHOWN_STATES = {
    PactState.DRAFT: "draft",
    PactState.SIGNING: "signing",
    PactState.SIGNED: "signing",
    PactState.SEALED: "sealed",
    PactState.REFUSED: "refused",
    PactState.CANCELLED: "cancelled",
    PactState.EXPIRED: "expired",
}


def url_of(request: Any, name: str, *args: Any) -> str:
    return reverse(f"programme:{name}", args=[request.year.cluster.code, request.year.number, *args])


def eyebrow_of(year: Year) -> str:
    return _("%(cluster)s, năm %(year)s") % {"cluster": year.cluster.name, "year": year.number}


def crumbs_of(request: Any, *more: str) -> list[dict[str, str]]:
    crumbs = [{"label": eyebrow_of(request.year), "url": request.year.get_absolute_url()}]
    crumbs.append({"label": _("Giao ước thi đua"), "url": url_of(request, "pact")})
    return crumbs + [{"label": label} for label in more]


def current_of(request: Any) -> Pact:
    return access.get_pact_for(request.mandate, request.year, request.now)


def form_page(request: Any, form: Any, title: str, button: str, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "button": button, "cancel_url": url_of(request, "pact")}
    context |= {"crumbs": crumbs_of(request, title), **more}
    return render(request, "programme/form.html", context, status=422 if form.errors else 200)


def units_of(request: Any) -> list[Any]:
    return [one.unit for one in members_of(request.year, request.now)]


def with_reason(
    request: Any, act: Any, message: str, context: dict[str, Any], label: str = "", help_text: str = ""
) -> HttpResponse:
    """An act that wants its reason, after a confirmation; then the page of the pact."""
    form = ReasonForm(request.POST if request.method == "POST" else None, label=label, help_text=help_text)
    if submitted(request, form, lambda data: act(data["reason"]), message):
        return redirect(url_of(request, "pact"))
    context |= {"form": form, "eyebrow": eyebrow_of(request.year), "cancel_url": url_of(request, "pact")}
    return render(request, "programme/confirm.html", context, status=422 if form.errors else 200)
