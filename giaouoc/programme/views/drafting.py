"""The pact is drafted: words, signers, commitments; frozen, given up."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from giaouoc.clusters.pages import member_page
from giaouoc.lib.verdict import require
from giaouoc.signing.forms import LastDayForm
from giaouoc.signing.rules.codes import in_groups
from giaouoc.ui.confirm import confirmed
from giaouoc.ui.forms import submitted
from giaouoc.ui.say import done

from .. import access
from ..actions import drafting as draft_acts
from ..actions.freezing import cancel_pact, freeze_pact
from ..forms import CommitmentForm, SignersForm, WordsForm
from ..queries import (
    fingerprint_of,
    signers_of,
)
from ..states import PactState
from .common import current_of, eyebrow_of, form_page, units_of, url_of, with_reason


@member_page
@require_POST
def drafting(request: Any) -> HttpResponse:
    """Begin a version of the pact."""
    draft_acts.draft_pact(request.year, by=request.mandate, now=request.now)
    done(request, _("Đã lập dự thảo giao ước. Chỉ đơn vị Cụm trưởng thấy cho đến khi khóa để ký."))
    return redirect(url_of(request, "pact"))


@member_page
@require_POST
def taking(request: Any) -> HttpResponse:
    """Take commitments from the adopted plan."""
    count = draft_acts.take_from_plan(current_of(request), by=request.mandate, now=request.now)
    done(request, _("Đã lấy %(count)s cam kết từ Kế hoạch.") % {"count": count})
    return redirect(url_of(request, "pact"))


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: Any) -> HttpResponse:
    """The draft's day, measures, reports."""
    current = current_of(request)
    require(access.can_change_pact(request.mandate, current, request.now))
    initial = {"signing_date": current.signing_date, "measures": current.measures, "reporting": current.reporting}
    form = WordsForm(request.POST if request.method == "POST" else None, initial=initial)
    by, now = request.mandate, request.now
    if submitted(request, form, lambda data: draft_acts.change_pact(current, by=by, now=now, **data), _("Đã lưu.")):
        return redirect(url_of(request, "pact"))
    return form_page(request, form, _("Ngày ký, biện pháp, báo cáo"), _("Lưu nội dung"))


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def signers(request: Any) -> HttpResponse:
    """Settle which leader of a unit signs, where there are several."""
    current = current_of(request)
    by, now = request.mandate, request.now
    require(access.can_change_pact(by, current, now))
    found = signers_of(current, now)
    form = SignersForm(request.POST if request.method == "POST" else None, signers=found)
    if request.method == "POST" and form.is_valid():
        for signer in found:
            chosen = form.cleaned_data.get(f"unit-{signer.unit.pk}")
            mandate = next((one for one in signer.choices if one.pk == chosen), None)
            if mandate is not None and mandate != signer.mandate:
                draft_acts.choose_signer(current, by=by, now=now, unit=signer.unit, mandate=mandate)
        done(request, _("Đã lưu người ký."))
        return redirect(url_of(request, "pact"))
    lead = _("Chức vụ của người ký được in phía trên ô ký, nên phải xác định trước khi khóa.")
    return form_page(request, form, _("Người ký của các đơn vị"), _("Lưu người ký"), lead=lead)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def commitment_new(request: Any) -> HttpResponse:
    """Add a promise."""
    current = current_of(request)
    by, now = request.mandate, request.now
    require(access.can_change_pact(by, current, now))
    form = CommitmentForm(request.POST if request.method == "POST" else None, units=units_of(request))

    def act(data: dict[str, Any]) -> None:
        draft_acts.add_commitment(current, by=by, now=now, **data)

    if submitted(request, form, act, _("Đã thêm cam kết.")):
        return redirect(url_of(request, "pact"))
    return form_page(request, form, _("Thêm cam kết"), _("Thêm cam kết"))


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def commitment(request: Any, number: int) -> HttpResponse:
    """Change a promise."""
    by, now = request.mandate, request.now
    found = access.get_commitment_for(by, request.year, now, number)
    require(access.can_change_commitment(by, found, now))
    initial = {"text": found.text, "measure": found.measure, "unit": found.unit_id}
    form = CommitmentForm(request.POST if request.method == "POST" else None, initial=initial, units=units_of(request))

    def act(data: dict[str, Any]) -> None:
        draft_acts.change_commitment(found, by=by, now=now, **data)

    if submitted(request, form, act, _("Đã lưu cam kết.")):
        return redirect(url_of(request, "pact"))
    return form_page(request, form, _("Sửa cam kết"), _("Lưu cam kết"))


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def commitment_removal(request: Any, number: int) -> HttpResponse:
    """Take a promise out of the draft, after a confirmation."""
    by, now = request.mandate, request.now
    found = access.get_commitment_for(by, request.year, now, number)
    require(access.can_change_commitment(by, found, now))
    return confirmed(
        request,
        lambda: draft_acts.remove_commitment(found, by=by, now=now),
        _("Đã bỏ cam kết."),
        url_of(request, "pact"),
        eyebrow=eyebrow_of(request.year),
        title=_("Bỏ cam kết này khỏi dự thảo"),
        will=[found.text, _("Cam kết mất khỏi dự thảo giao ước; nhật ký còn giữ nguyên văn để nhập lại.")],
        button=_("Bỏ cam kết"),
    )


@member_page
@require_POST
def commitment_place(request: Any, number: int) -> HttpResponse:
    """Move a promise one place up or down."""
    by, now = request.mandate, request.now
    found = access.get_commitment_for(by, request.year, now, number)
    rows = list(found.pact.commitments.values_list("pk", flat=True))
    step = {"len": -1, "xuong": 1}.get(request.POST.get("huong", ""), 0)
    draft_acts.move_commitment(found, by=by, now=now, place=max(1, rows.index(found.pk) + 1 + step))
    return redirect(f"{url_of(request, 'pact')}#cam-ket")


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def freezing(request: Any) -> HttpResponse:
    """Freeze the draft, after a confirmation that says what follows."""
    by, now = request.mandate, request.now
    current = current_of(request)
    require(access.can_freeze_pact(by, current, now))
    form = LastDayForm(request.POST if request.method == "POST" else None)
    sentence = _("Đã khóa giao ước và mời lãnh đạo các đơn vị ký.")
    if submitted(request, form, lambda data: freeze_pact(current, by=by, now=now, **data), sentence):
        return redirect(url_of(request, "pact"))
    names = ", ".join(signer.unit.short_name for signer in signers_of(current, now))
    context = {
        "title": _("Khóa giao ước để ký"),
        "eyebrow": eyebrow_of(request.year),
        "will": [
            _("Nội dung được cố định với dấu vân tay %(hash)s; không ai sửa được nữa.")
            % {"hash": in_groups(fingerprint_of(current, now))},
            _("Lãnh đạo của %(units)s nhận lời mời ký.") % {"units": names},
            _("Mọi đơn vị thành viên và cơ quan theo dõi đọc được toàn văn."),
        ],
        "back": _("Muốn sửa sau khi khóa, phải dừng ký và lập phiên bản mới, ký lại từ đầu."),
        "button": _("Khóa giao ước để ký"),
        "cancel_url": url_of(request, "pact"),
        "pdf_url": url_of(request, "file"),
        "form": form,
    }
    return render(request, "programme/confirm.html", context, status=422 if form.errors else 200)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def cancelling(request: Any) -> HttpResponse:
    """Drop the draft, or stop the signing."""
    by, now = request.mandate, request.now
    current = current_of(request)
    require(access.can_cancel_pact(by, current, now))
    signing_now = current.state == PactState.SIGNING
    context = {
        "title": _("Dừng ký phiên bản này") if signing_now else _("Hủy dự thảo giao ước"),
        "will": [
            _("Vòng ký khép lại; chữ ký đã có được giữ làm chứng cứ nhưng không còn tác dụng."),
            _("Lãnh đạo, thư ký các đơn vị và cơ quan theo dõi được báo lý do."),
        ]
        if signing_now
        else [_("Dự thảo này khép lại và không sửa tiếp được.")],
        "back": _("Phiên bản mới được lập với cùng nội dung, chưa có chữ ký nào."),
        "button": _("Dừng ký") if signing_now else _("Hủy dự thảo"),
    }
    return with_reason(
        request,
        lambda reason: cancel_pact(current, by=by, now=now, reason=reason),
        _("Đã khép phiên bản này. Có thể lập phiên bản mới."),
        context,
    )
