"""What the pages of this slice share."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from giaouoc.ui.clauses import anchor

from .. import access
from ..addresses import address
from ..models import UNIT_ROLES, Comment, Document, ProvisionText, UnitSubmission
from ..queries import last_round
from ..standing import standing_of


def page(request: HttpRequest, template: str, context: dict[str, Any], form: forms.Form | None = None) -> HttpResponse:
    """A page; with a form that came back it is 422."""
    refused = form is not None and form.is_bound and bool(form.errors)
    if form is not None:
        context["form"] = form
    return render(request, template, context, status=422 if refused else 200)


def crumbs_of(request: Any, document: Document | None = None) -> list[dict[str, str]]:
    year = request.year
    place = [year.cluster.code, year.number]
    crumbs = [
        {
            "label": _("%(cluster)s, năm %(year)s") % {"cluster": year.cluster, "year": year.number},
            "url": year.get_absolute_url(),
        },
        {"label": _("Văn bản"), "url": reverse("documents:list", args=place)},
    ]
    if document is not None:
        crumbs.append({"label": document.title, "url": document.get_absolute_url()})
    return crumbs


def document_of(request: Any, slug: str) -> Document:
    return access.get_document_for(request.mandate, request.year, slug)


def comment_of(request: Any, slug: str, pk: int) -> Comment:
    return access.get_comment_for(request.mandate, document_of(request, slug), pk, request.now)


def round_of(document: Document) -> Any:
    """The round that is or was held last; 404 without one."""
    found = last_round(document)
    if found is None:
        raise Http404
    return found


def bundle_of(request: Any, document: Document) -> UnitSubmission:
    """The unit's bundle in the last round; 404 for those whose unit was not asked."""
    own = standing_of(document).own(request.mandate)
    if own is None or request.mandate.role not in UNIT_ROLES:
        raise Http404
    return own


def at_clause(document: Document, own: UnitSubmission, at: ProvisionText | None) -> str:
    """The address of a clause on the page of the round's draft; of the page for the whole text."""
    page = address(document, "version", own.round.version.ordinal)
    if at is None:
        return page
    asked = urlencode({"phan": at.path})  # a long text opens at that part
    return f"{page}?{asked}#{anchor(at.path)}"
