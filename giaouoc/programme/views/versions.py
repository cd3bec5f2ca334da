"""The files of the pact, and its closed versions."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.pages import member_page
from giaouoc.files.storage import content_disposition, file_response
from giaouoc.lib.canonical import fingerprint
from giaouoc.lib.errors import Invalid
from giaouoc.signing.queries import revisions_of, strip_of
from giaouoc.signing.strip import strip_in_words

from .. import access
from ..printing import print_pact
from ..queries import (
    compose,
    title_of,
)
from ..states import CLOSED, PactState
from .common import SHOWN_STATES, crumbs_of, current_of, url_of


@member_page
@require_safe
def file(request: Any) -> HttpResponse:
    """The pact as it stands: a draft's print, or the newest revision."""
    current = current_of(request)
    if current.signing_round is not None:
        return file_response(current.signing_round.head.file, inline=True)
    content = compose(current, request.now)
    if not content["members"]:
        raise Invalid(_("Cụm chưa có đơn vị thành viên nào để lập giao ước."))
    pdf, _boxes = print_pact(content, code="", text_hash=fingerprint(content))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition(f"{title_of(current)} - du thao.pdf", inline=True)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


@member_page
@require_safe
def version(request: Any, ordinal: int) -> HttpResponse:
    """A version that was closed, with what was signed of it; the current one has its own page."""
    found = access.get_version_for(request.mandate, request.year, request.now, ordinal)
    if found.state not in CLOSED:
        return redirect(url_of(request, "pact"))
    context: dict[str, Any] = {
        "crumbs": crumbs_of(request, _("Phiên bản %(ordinal)s") % {"ordinal": ordinal}),
        "title": _("Giao ước, phiên bản %(ordinal)s") % {"ordinal": ordinal},
        "pact": found,
        "state": SHOWN_STATES[PactState(found.state)],
        "state_label": found.state_label,
        "hash": found.text_hash,
        "content": found.content,
        "history": history_of(found)[:80],
    }
    if found.signing_round is not None:
        found.signing_round.year = request.year
        boxes = strip_of(found.signing_round, request.now)
        context |= {
            "round": found.signing_round,
            "slots": strip_in_words(boxes, None),
            "revisions": revisions_of(found.signing_round),
            "history": history_of(found, found.signing_round, *(box.slot for box in boxes))[:80],
            "reason": found.signing_round.reason,
        }
    return render(request, "programme/version.html", context)


@member_page
@require_safe
def revision(request: Any, ordinal: int, number: int) -> HttpResponse:
    """The file after one of the steps."""
    found = access.get_version_for(request.mandate, request.year, request.now, ordinal)
    if found.signing_round is None:
        raise Http404
    row = found.signing_round.revisions.select_related("file").filter(number=number).first()
    if row is None:
        raise Http404
    return file_response(row.file, inline=True)
