"""The pact is signed, refused, sealed; its files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.pages import member_page
from giaouoc.files.storage import content_disposition, file_response
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.verdict import require
from giaouoc.signing.access import can_refuse_slot, can_sign_slot
from giaouoc.signing.actions.close import refuse_slot
from giaouoc.signing.actions.seal import seal_round
from giaouoc.signing.actions.sign import sign_slot
from giaouoc.signing.carriers import carrier_here
from giaouoc.signing.queries import revisions_of, slot_of, strip_of
from giaouoc.signing.rules.codes import in_groups
from giaouoc.signing.states import RoundState
from giaouoc.signing.strip import strip_in_words
from giaouoc.ui.forms import tried
from giaouoc.ui.say import done, warn

from .. import access
from ..forms import SignForm
from ..printing import print_pact
from ..queries import (
    compose,
    title_of,
)
from ..rules.content import fingerprint
from ..states import CLOSED, PactState
from .common import SHOWN_STATES, crumbs_of, current_of, eyebrow_of, url_of, with_reason


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("secret")
def signing(request: Any) -> HttpResponse:
    """Sign for one's unit: the text first, then the signature."""
    by, now = request.mandate, request.now
    current = current_of(request)
    slot = slot_of(current.signing_round, by) if current.signing_round else None
    if current.signing_round is None or slot is None:
        raise Http404
    require(can_sign_slot(by, slot, now))
    carrier = carrier_here(slot.unit.code)
    form = SignForm(
        request.POST if request.method == "POST" else None,
        initial={"text_hash": current.text_hash},
        shown=in_groups(current.text_hash),
        asks_password=carrier is not None and carrier.asks_password,
    )
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["text_hash"] != current.text_hash:
            raise WrongState(_("Giao ước đã có phiên bản khác với bản vừa đọc. Mời đọc lại trước khi ký."))
        secret = form.cleaned_data.get("secret", "")
        if tried(form, lambda _data: sign_slot(slot, by=by, now=now, secret=secret)):
            slot.round.refresh_from_db()
            done(request, _("%(unit)s đã ký giao ước.") % {"unit": slot.unit.short_name})
            if slot.round.state == RoundState.SIGNED:
                warn(request, _("Đã đủ chữ ký nhưng chưa đóng niêm được; hệ thống sẽ làm lại."))
            return redirect(url_of(request, "pact"))
    trial = current.signing_round.is_trial
    will = [
        _("Chữ ký số của %(unit)s (%(post)s) được đặt vào ô ký và gắn dấu thời gian; không rút lại được.")
        % {"unit": slot.unit.name, "post": slot.post},
        _("Các đơn vị khác thấy ngay đơn vị đã ký lúc nào."),
    ]
    if carrier is not None:
        will.append(_("Phương tiện ký: %(carrier)s.") % {"carrier": _(carrier.label)})
    if trial:
        will.append(_("Đây là chứng thư THỬ NGHIỆM: chữ ký không có giá trị pháp lý."))
    context = {
        "title": _("Ký giao ước thi đua"),
        "eyebrow": eyebrow_of(request.year),
        "will": will,
        "button": _("Ký giao ước"),
        "form": form,
        "cancel_url": url_of(request, "pact"),
        "pdf_url": url_of(request, "file"),
        "hash": current.text_hash,
        "texts": current.content.get("texts", []),
        "commitments": current.content.get("commitments", []),
    }
    return render(request, "programme/sign.html", context, status=422 if form.errors else 200)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def refusing(request: Any) -> HttpResponse:
    """Refuse to sign, with the reason."""
    by, now = request.mandate, request.now
    current = current_of(request)
    slot = slot_of(current.signing_round, by) if current.signing_round else None
    if slot is None:
        raise Http404
    require(can_refuse_slot(by, slot, now))
    context = {
        "title": _("Từ chối ký giao ước"),
        "will": [
            _("Vòng ký khép lại với mọi đơn vị; chữ ký đã có được giữ làm chứng cứ."),
            _("Lãnh đạo, thư ký các đơn vị và cơ quan theo dõi được báo lý do."),
        ],
        "back": _("Không rút lại được. Đơn vị Cụm trưởng lập phiên bản mới để ký lại từ đầu."),
        "button": _("Từ chối ký"),
    }
    return with_reason(
        request,
        lambda reason: refuse_slot(slot, by=by, now=now, reason=reason),
        _("Đã ghi nhận việc từ chối ký và báo cho các đơn vị."),
        context,
        label=_("Lý do từ chối"),
        help_text=_("Mọi đơn vị thành viên và cơ quan theo dõi đọc được."),
    )


@member_page
@require_POST
def sealing(request: Any) -> HttpResponse:
    """Seal again after a failure."""
    current = current_of(request)
    if current.signing_round is None:
        raise Http404
    seal_round(current.signing_round, by=request.mandate, now=request.now)
    done(request, _("Đã đóng niêm giao ước."))
    return redirect(url_of(request, "pact"))


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
