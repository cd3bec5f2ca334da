"""Ghép điều khoản: the doubtful pairs of two drafts, one question at a time, one key an answer."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from giaouoc.clusters.pages import member_page
from giaouoc.lib.errors import Invalid
from giaouoc.lib.verdict import require
from giaouoc.ui.say import done, warn

from .. import access, pairs
from ..actions.pairing import decide_pair, undo_pair
from ..addresses import address
from ..models import DocumentVersion
from ..queries import version_before
from .common import crumbs_of, document_of, page


def _version(request: Any, slug: str, ordinal: int) -> DocumentVersion:
    found = access.get_version_for(request.mandate, document_of(request, slug), ordinal, request.now)
    require(access.can_pair(request.mandate, found, request.now))
    return found


def _paths(typed: str) -> list[str]:
    """The paths of a button. Raises Invalid for anything else."""
    try:
        found = json.loads(typed)
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise Invalid(_("Chọn một trong các câu trả lời trên trang."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def pairing(request: Any, slug: str, ordinal: int) -> HttpResponse:
    version = _version(request, slug, ordinal)
    document = version.document
    here = address(document, "pair", version.ordinal)
    if request.method == "POST":
        try:
            olds, news = _paths(request.POST.get("cu", "")), _paths(request.POST.get("moi", ""))
            decide_pair(version, olds, news, by=request.mandate, now=request.now)
        except Invalid as refused:
            warn(request, refused.sentence)
        return redirect(here)
    before = version_before(version)
    open_pairs = pairs.doubtful(version)
    waiting = pairs.where_of(before, open_pairs)
    wanted = request.GET.get("dk", "")
    at = next((at for at, one in enumerate(waiting) if wanted and one["paths"][:1] == [wanted]), 0)
    question = pairs.question(before, version, open_pairs[at]) if open_pairs else None
    decided = version.pairings.count()
    context = {
        "document": document,
        "version": version,
        "before": before,
        "question": question,
        "old": json.dumps(question.paths, ensure_ascii=False) if question else "",
        "answers": [
            {"one": one, "value": json.dumps(one.to, ensure_ascii=False)}
            for one in (question.answers if question else [])
        ],
        "waiting": [one for place, one in enumerate(waiting) if place != at],
        "left": len(waiting),
        "decided": decided,
        "compare": address(document, "compare", version.ordinal),
        "undo": address(document, "undo-pair", version.ordinal),
        "crumbs": crumbs_of(request, document),
    }
    return page(request, "documents/pairing.html", context)


@require_POST
@member_page
def pairing_undoing(request: Any, slug: str, ordinal: int) -> HttpResponse:
    version = _version(request, slug, ordinal)
    taken = undo_pair(version, by=request.mandate, now=request.now)
    if taken is None:
        warn(request, _("Không còn quyết định ghép nào để hoàn tác."))
    else:
        done(request, _("Đã hoàn tác quyết định ghép gần nhất."))
    return redirect(address(version.document, "pair", version.ordinal))
