"""The pact, from nothing to sealed; the programme of activities."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.access import works_in
from giaouoc.clusters.models import Year
from giaouoc.clusters.pages import member_page
from giaouoc.clusters.queries import members_of
from giaouoc.files.storage import content_disposition, file_response
from giaouoc.lib.dates import short_date
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.verdict import require
from giaouoc.signing.access import can_refuse_slot, can_seal_round, can_sign_slot, signing_works
from giaouoc.signing.actions.close import refuse_slot
from giaouoc.signing.actions.seal import seal_round
from giaouoc.signing.actions.sign import sign_slot
from giaouoc.signing.carriers import carrier_here
from giaouoc.signing.queries import Box, revisions_of, slot_of, strip_of
from giaouoc.signing.rules.codes import in_groups, shown
from giaouoc.signing.states import RoundState, SlotState
from giaouoc.signing.strip import ceremony_url, strip_in_words, ways_to_sign
from giaouoc.signing.verification import page_of_stored
from giaouoc.ui.say import done, warn

from . import access
from .actions import activities as activity_acts
from .actions import drafting as draft_acts
from .actions.freezing import cancel_pact, freeze_pact
from .forms import ActivityForm, CommitmentForm, ReasonForm, SignersForm, SignForm, WordsForm, try_act
from .models import Pact
from .printing import print_pact
from .queries import (
    activities_of,
    adoptions_of,
    blockers_of,
    compose,
    current_pact,
    fingerprint_of,
    signers_of,
    text_blockers,
    title_of,
)
from .rules.content import fingerprint
from .states import CLOSED, PactState

SHOWN_STATES = {
    PactState.DRAFT: "draft",
    PactState.SIGNING: "signing",
    PactState.SIGNED: "signing",
    PactState.SEALED: "sealed",
    PactState.REFUSED: "refused",
    PactState.CANCELLED: "cancelled",
}


def _url(request: Any, name: str, *args: Any) -> str:
    return reverse(f"programme:{name}", args=[request.year.cluster.code, request.year.number, *args])


def _eyebrow(year: Year) -> str:
    return _("%(cluster)s, năm %(year)s") % {"cluster": year.cluster.name, "year": year.number}


def _crumbs(request: Any, *more: str) -> list[dict[str, str]]:
    crumbs = [{"label": _eyebrow(request.year), "url": request.year.get_absolute_url()}]
    crumbs.append({"label": _("Giao ước thi đua"), "url": _url(request, "pact")})
    return crumbs + [{"label": label} for label in more]


@member_page
@require_safe
def pact(request: Any) -> HttpResponse:
    """Where the pact stands, and what this person can do about it."""
    by, now, year = request.mandate, request.now, request.year
    current = current_pact(year)
    versions = list(Pact.objects.filter(year=year).order_by("-ordinal"))
    for one in versions:
        one.year = year
    context: dict[str, Any] = {"eyebrow": _eyebrow(year), "title": _("Giao ước thi đua"), "pact": current}
    context["others"] = [
        one for one in versions if (current is None or one.pk != current.pk) and access.can_read_pact(by, one, now)
    ]
    if current is None or not access.can_read_pact(by, current, now) or (current.state in CLOSED):
        return _nothing_yet(request, current, context)
    if current.state == PactState.DRAFT:
        return _draft(request, current, context)
    return _frozen(request, current, context)


def _nothing_yet(request: Any, current: Pact | None, context: dict[str, Any]) -> HttpResponse:
    by, now, year = request.mandate, request.now, request.year
    hidden = current is not None and current.state == PactState.DRAFT
    say = _(
        "Giao ước được lập từ Quy chế và Kế hoạch mà hội nghị đã thông qua, rồi khóa lại để lãnh đạo các đơn vị ký số."
    )
    context["blockers"] = text_blockers(year)
    context["acts"] = []
    if hidden:
        say = _("Đơn vị Cụm trưởng đang soạn giao ước. Các đơn vị đọc được khi giao ước khóa để ký.")
    elif current is not None and current.text_hash and access.can_read_pact(by, current, now):
        say = _("Phiên bản %(ordinal)s đã khép: %(state)s.") % {
            "ordinal": current.ordinal,
            "state": current.state_label.lower(),
        }
        if current.signing_round and current.signing_round.reason:
            say = f"{say} {_('Lý do')}: {current.signing_round.reason}"
        context["others"] = [current, *context["others"]]
    if not hidden and (verdict := access.can_draft_pact(by, year, now)):
        label = _("Lập dự thảo giao ước") if current is None else _("Lập phiên bản mới, cùng nội dung")
        context["acts"].append({"label": label, "url": _url(request, "draft"), "post": True, "red": verdict.allowed})
    elif not hidden:
        context["waits"] = _("Chờ thư ký đơn vị Cụm trưởng lập giao ước.")
    context["say"] = say
    context["state"], context["state_label"] = "waiting", _("Chưa lập")
    if hidden:
        context["state"], context["state_label"] = "draft", _("Đang soạn")
    elif current is not None:
        context["state"], context["state_label"] = SHOWN_STATES[PactState(current.state)], current.state_label
    return render(request, "programme/pact_none.html", context)


def _draft(request: Any, current: Pact, context: dict[str, Any]) -> HttpResponse:
    by, now = request.mandate, request.now
    blockers = blockers_of(current, now)
    may_change = access.can_change_pact(by, current, now)
    may_freeze = access.can_freeze_pact(by, current, now)
    service = signing_works()
    if not service:
        blockers.append(str(service.reason))
    acts: list[dict[str, Any]] = []
    if blockers:
        acts.append({"label": _("Khóa giao ước để ký"), "url": "", "why": _("Chưa khóa được vì các điều nêu bên.")})
    elif may_freeze:
        acts.append({"label": _("Khóa giao ước để ký"), "url": _url(request, "freeze"), "red": True})
    acts.append({"label": _("Xem bản in (PDF)"), "url": _url(request, "file")})
    commitments = list(current.commitments.select_related("unit"))
    context |= {
        "state": "draft",
        "state_label": _("Nháp, phiên bản %(ordinal)s") % {"ordinal": current.ordinal},
        "hash": fingerprint(compose(current, now)),
        "say": _("Đủ điều kiện khóa để ký.") if not blockers else _("Chưa khóa được:"),
        "blockers": blockers,
        "acts": acts,
        "may_change": bool(may_change),
        "commitments": commitments,
        "signers": signers_of(current, now),
        "texts": adoptions_of(current.year),
        "measures": current.measures.splitlines(),
        "activities": activities_of(current.year),
        "history": history_of(current)[:50],
    }
    context["choices"] = any(len(one.choices) > 1 for one in context["signers"])
    return render(request, "programme/pact_draft.html", context)


def _frozen(request: Any, current: Pact, context: dict[str, Any]) -> HttpResponse:
    by, now = request.mandate, request.now
    round_ = current.signing_round
    assert round_ is not None
    boxes = strip_of(round_, now)
    count = sum(box.state == SlotState.SIGNED for box in boxes)
    own = next((box for box in boxes if by.unit_id == box.slot.unit_id), None)
    label = current.state_label
    if current.state == PactState.SIGNING:
        label = _("Đang ký, %(count)s/%(all)s đơn vị") % {"count": count, "all": len(boxes)}
    context |= {
        "state": SHOWN_STATES[PactState(current.state)],
        "state_label": label,
        "hash": current.text_hash,
        "facts": _frozen_facts(current),
        "links": [
            {"label": _("Đọc toàn văn (PDF)"), "url": _url(request, "file")},
            {"label": _("Màn hình lễ ký"), "url": ceremony_url(round_)},
        ],
        "round": round_,
        "code": shown(round_.code),
        "slots": strip_in_words(boxes, current.frozen_at),
        "content": current.content,
        "revisions": revisions_of(round_),
        "history": history_of(current, round_, *(box.slot for box in boxes))[:80],
        "live": current.state == PactState.SIGNING,
    }
    context["say"], context["acts"] = _gate(request, current, boxes, own)
    if current.state == PactState.SEALED:
        context["verified"] = page_of_stored(round_)
        context["download"] = reverse("signing:download", args=[round_.code, "giao-uoc-thi-dua.pdf"])
    return render(request, "programme/pact.html", context)


def _frozen_facts(current: Pact) -> list[str]:
    texts = current.content.get("texts", [])
    if not texts:
        return []
    newest = max(texts, key=lambda one: one["meeting_date"])["meeting_date"]
    when = short_date(date.fromisoformat(newest))
    return [_("Văn bản đã khóa, lập từ các bản hội nghị thông qua ngày %(day)s") % {"day": when}]


def _gate(request: Any, current: Pact, boxes: list[Box], own: Box | None) -> tuple[str, list[dict[str, Any]]]:
    """The sentence of the gate and the acts beside it."""
    by, now, round_ = request.mandate, request.now, current.signing_round
    assert round_ is not None
    acts: list[dict[str, Any]] = []
    if current.state == PactState.SIGNED:
        if may := can_seal_round(by, round_, now):
            acts.append({"label": _("Đóng niêm lại"), "url": _url(request, "seal"), "post": True, "red": may.allowed})
        return _("Đã đủ chữ ký nhưng lần đóng niêm chưa xong; hệ thống sẽ làm lại."), acts
    if current.state != PactState.SIGNING:
        return "", acts
    missing = [box.slot.unit.short_name for box in boxes if box.state != SlotState.SIGNED]
    say = _("Chờ chữ ký của %(units)s. Ký theo thứ tự nào cũng được.") % {"units": ", ".join(missing)}
    if own is not None and own.state != SlotState.SIGNED and by.role == "leader":
        ways = ways_to_sign(by, own.slot, now, _("Ký giao ước"), _url(request, "sign"))
        if any(one["url"] for one in ways):
            say = _("Đến lượt %(unit)s ký. Mời đọc toàn văn trước khi ký.") % {"unit": own.slot.unit.short_name}
        acts += ways
        if can_refuse_slot(by, own.slot, now):
            acts.append({"label": _("Từ chối ký, nêu lý do"), "url": _url(request, "refuse")})
    elif own is not None and own.state == SlotState.SIGNED:
        say = _("%(unit)s đã ký. %(waiting)s") % {"unit": own.slot.unit.short_name, "waiting": say}
    if access.can_cancel_pact(by, current, now):
        acts.append({"label": _("Dừng ký, lập phiên bản khác"), "url": _url(request, "cancel")})
    return say, acts


@member_page
@require_POST
def drafting(request: Any) -> HttpResponse:
    """Begin a version of the pact."""
    draft_acts.draft_pact(request.year, by=request.mandate, now=request.now)
    done(request, _("Đã lập dự thảo giao ước. Chỉ đơn vị Cụm trưởng thấy cho đến khi khóa để ký."))
    return redirect(_url(request, "pact"))


def _current(request: Any) -> Pact:
    return access.get_pact_for(request.mandate, request.year, request.now)


@member_page
@require_POST
def taking(request: Any) -> HttpResponse:
    """Take commitments from the adopted plan."""
    count = draft_acts.take_from_plan(_current(request), by=request.mandate, now=request.now)
    done(request, _("Đã lấy %(count)s cam kết từ Kế hoạch.") % {"count": count})
    return redirect(_url(request, "pact"))


def _form_page(request: Any, form: Any, title: str, button: str, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "button": button, "cancel_url": _url(request, "pact")}
    context |= {"crumbs": _crumbs(request, title), **more}
    return render(request, "programme/form.html", context, status=422 if form.errors else 200)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: Any) -> HttpResponse:
    """The draft's day, measures, reports."""
    current = _current(request)
    require(access.can_change_pact(request.mandate, current, request.now))
    initial = {"signing_date": current.signing_date, "measures": current.measures, "reporting": current.reporting}
    form = WordsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        by, now = request.mandate, request.now
        if try_act(form, lambda: draft_acts.change_pact(current, by=by, now=now, **form.cleaned_data)):
            done(request, _("Đã lưu."))
            return redirect(_url(request, "pact"))
    return _form_page(request, form, _("Ngày ký, biện pháp, báo cáo"), _("Lưu nội dung"))


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def signers(request: Any) -> HttpResponse:
    """Settle which leader of a unit signs, where there are several."""
    current = _current(request)
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
        return redirect(_url(request, "pact"))
    lead = _("Chức vụ của người ký được in phía trên ô ký, nên phải xác định trước khi khóa.")
    return _form_page(request, form, _("Người ký của các đơn vị"), _("Lưu người ký"), lead=lead)


def _units(request: Any) -> list[Any]:
    return [one.unit for one in members_of(request.year, request.now)]


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def commitment_new(request: Any) -> HttpResponse:
    """Add a promise."""
    current = _current(request)
    by, now = request.mandate, request.now
    require(access.can_change_pact(by, current, now))
    form = CommitmentForm(request.POST if request.method == "POST" else None, units=_units(request))
    if request.method == "POST" and form.is_valid():
        if try_act(form, lambda: draft_acts.add_commitment(current, by=by, now=now, **form.cleaned_data)):
            done(request, _("Đã thêm cam kết."))
            return redirect(_url(request, "pact"))
    return _form_page(request, form, _("Thêm cam kết"), _("Thêm cam kết"))


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def commitment(request: Any, number: int) -> HttpResponse:
    """Change a promise."""
    by, now = request.mandate, request.now
    found = access.get_commitment_for(by, request.year, now, number)
    require(access.can_change_commitment(by, found, now))
    initial = {"text": found.text, "measure": found.measure, "unit": found.unit_id}
    form = CommitmentForm(request.POST if request.method == "POST" else None, initial=initial, units=_units(request))
    if request.method == "POST" and form.is_valid():
        if try_act(form, lambda: draft_acts.change_commitment(found, by=by, now=now, **form.cleaned_data)):
            done(request, _("Đã lưu cam kết."))
            return redirect(_url(request, "pact"))
    return _form_page(request, form, _("Sửa cam kết"), _("Lưu cam kết"))


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def commitment_removal(request: Any, number: int) -> HttpResponse:
    """Take a promise out of the draft, after a confirmation."""
    by, now = request.mandate, request.now
    found = access.get_commitment_for(by, request.year, now, number)
    require(access.can_change_commitment(by, found, now))
    if request.method == "POST":
        draft_acts.remove_commitment(found, by=by, now=now)
        done(request, _("Đã bỏ cam kết."))
        return redirect(_url(request, "pact"))
    context = {
        "title": _("Bỏ cam kết này khỏi dự thảo"),
        "eyebrow": _eyebrow(request.year),
        "will": [found.text, _("Cam kết mất khỏi dự thảo giao ước; nhật ký còn giữ nguyên văn để nhập lại.")],
        "button": _("Bỏ cam kết"),
        "cancel_url": _url(request, "pact"),
    }
    return render(request, "ui/confirm.html", context)


@member_page
@require_POST
def commitment_place(request: Any, number: int) -> HttpResponse:
    """Move a promise one place up or down."""
    by, now = request.mandate, request.now
    found = access.get_commitment_for(by, request.year, now, number)
    rows = list(found.pact.commitments.values_list("pk", flat=True))
    step = {"len": -1, "xuong": 1}.get(request.POST.get("huong", ""), 0)
    draft_acts.move_commitment(found, by=by, now=now, place=max(1, rows.index(found.pk) + 1 + step))
    return redirect(f"{_url(request, 'pact')}#cam-ket")


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def freezing(request: Any) -> HttpResponse:
    """Freeze the draft, after a confirmation that says what follows."""
    by, now = request.mandate, request.now
    current = _current(request)
    require(access.can_freeze_pact(by, current, now))
    if request.method == "POST":
        freeze_pact(current, by=by, now=now)
        done(request, _("Đã khóa giao ước và mời lãnh đạo các đơn vị ký."))
        return redirect(_url(request, "pact"))
    names = ", ".join(signer.unit.short_name for signer in signers_of(current, now))
    context = {
        "title": _("Khóa giao ước để ký"),
        "eyebrow": _eyebrow(request.year),
        "will": [
            _("Nội dung được cố định với dấu vân tay %(hash)s; không ai sửa được nữa.")
            % {"hash": in_groups(fingerprint_of(current, now))},
            _("Lãnh đạo của %(units)s nhận lời mời ký.") % {"units": names},
            _("Mọi đơn vị thành viên và cơ quan theo dõi đọc được toàn văn."),
        ],
        "back": _("Muốn sửa sau khi khóa, phải dừng ký và lập phiên bản mới, ký lại từ đầu."),
        "button": _("Khóa giao ước để ký"),
        "cancel_url": _url(request, "pact"),
        "pdf_url": _url(request, "file"),
    }
    return render(request, "programme/confirm.html", context)


def _with_reason(
    request: Any, act: Any, message: str, context: dict[str, Any], label: str = "", help_text: str = ""
) -> HttpResponse:
    form = ReasonForm(request.POST if request.method == "POST" else None, label=label, help_text=help_text)
    if request.method == "POST" and form.is_valid():
        if try_act(form, lambda: act(form.cleaned_data["reason"])):
            done(request, message)
            return redirect(_url(request, "pact"))
    context |= {"form": form, "eyebrow": _eyebrow(request.year), "cancel_url": _url(request, "pact")}
    return render(request, "programme/confirm.html", context, status=422 if form.errors else 200)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def cancelling(request: Any) -> HttpResponse:
    """Drop the draft, or stop the signing."""
    by, now = request.mandate, request.now
    current = _current(request)
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
    return _with_reason(
        request,
        lambda reason: cancel_pact(current, by=by, now=now, reason=reason),
        _("Đã khép phiên bản này. Có thể lập phiên bản mới."),
        context,
    )


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("secret")
def signing(request: Any) -> HttpResponse:
    """Sign for one's unit: the text first, then the signature."""
    by, now = request.mandate, request.now
    current = _current(request)
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
        if try_act(form, lambda: sign_slot(slot, by=by, now=now, secret=secret)):
            slot.round.refresh_from_db()
            done(request, _("%(unit)s đã ký giao ước.") % {"unit": slot.unit.short_name})
            if slot.round.state == RoundState.SIGNED:
                warn(request, _("Đã đủ chữ ký nhưng chưa đóng niêm được; hệ thống sẽ làm lại."))
            return redirect(_url(request, "pact"))
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
        "eyebrow": _eyebrow(request.year),
        "will": will,
        "button": _("Ký giao ước"),
        "form": form,
        "cancel_url": _url(request, "pact"),
        "pdf_url": _url(request, "file"),
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
    current = _current(request)
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
    return _with_reason(
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
    current = _current(request)
    if current.signing_round is None:
        raise Http404
    seal_round(current.signing_round, by=request.mandate, now=request.now)
    done(request, _("Đã đóng niêm giao ước."))
    return redirect(_url(request, "pact"))


@member_page
@require_safe
def file(request: Any) -> HttpResponse:
    """The pact as it stands: a draft's print, or the newest revision."""
    current = _current(request)
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
        return redirect(_url(request, "pact"))
    context: dict[str, Any] = {
        "crumbs": _crumbs(request, _("Phiên bản %(ordinal)s") % {"ordinal": ordinal}),
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


def _month(day: date | None, year: Year) -> str:
    """'tháng 5', on one line; with its year when that is another one."""
    if day is None:
        return _("chưa định")
    words = _("tháng %(month)s") % {"month": day.month}
    return (words if day.year == year.number else f"{words}/{day.year}").replace(" ", "\u00a0")


@member_page
@require_safe
def activities(request: Any) -> HttpResponse:
    """The year's common activities by month."""
    by, now, year = request.mandate, request.now, request.year
    require(works_in(by, year))
    may = bool(access.can_add_activity(by, year, now))
    found = activities_of(year)
    columns = [
        {"label": _("Hoạt động")},
        {"label": _("Tháng")},
        {"label": _("Loại")},
        {"label": _("Chủ trì")},
        {"label": _("Phối hợp")},
        {"label": _("Kết quả dự kiến")},
    ]
    rows = [
        [
            {"text": one.title, "url": _url(request, "activity", one.pk) if may else ""},
            _month(one.planned_on, year),
            one.kind_label,
            one.host_name or _("chưa có"),
            ", ".join(unit.short_name for unit in one.co_hosts.all()) or "–",
            one.result or "–",
        ]
        for one in found
    ]
    acts = []
    if may:
        acts.append({"label": _("Thêm hoạt động"), "url": _url(request, "activity-new"), "red": True})
        if not text_blockers(year):
            acts.append(
                {"label": _("Lấy từ Kế hoạch đã thông qua"), "url": _url(request, "activities-take"), "post": True}
            )
    context = {
        "eyebrow": _eyebrow(year),
        "title": _("Chương trình hoạt động"),
        "columns": columns,
        "rows": rows,
        "acts": acts,
        "history": history_of(year, *found).filter(verb__startswith="programme.")[:50],
        "say": _("%(count)s hoạt động trong năm.") % {"count": len(found)},
    }
    return render(request, "programme/activities.html", context)


def _activity_page(request: Any, form: ActivityForm, title: str, button: str, **more: Any) -> HttpResponse:
    crumbs = [
        {"label": _eyebrow(request.year), "url": request.year.get_absolute_url()},
        {"label": _("Chương trình hoạt động"), "url": _url(request, "activities")},
        {"label": title},
    ]
    context = {
        "form": form,
        "title": title,
        "button": button,
        "crumbs": crumbs,
        "cancel_url": _url(request, "activities"),
    }
    return render(request, "programme/form.html", context | more, status=422 if form.errors else 200)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def activity_new(request: Any) -> HttpResponse:
    """Plan an activity."""
    by, now, year = request.mandate, request.now, request.year
    require(access.can_add_activity(by, year, now))
    form = ActivityForm(request.POST if request.method == "POST" else None, year=year, units=_units(request))
    if request.method == "POST" and form.is_valid():
        if try_act(form, lambda: activity_acts.add_activity(year, by=by, now=now, **form.cleaned_data)):
            done(request, _("Đã thêm hoạt động."))
            return redirect(_url(request, "activities"))
    return _activity_page(request, form, _("Thêm hoạt động"), _("Thêm hoạt động"))


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def activity(request: Any, number: int) -> HttpResponse:
    """Change a planned activity."""
    by, now, year = request.mandate, request.now, request.year
    found = access.get_activity_for(by, year, now, number)
    require(access.can_change_activity(by, found, now))
    initial = {
        "kind": found.kind,
        "title": found.title,
        "planned_on": f"{found.planned_on:%Y-%m}" if found.planned_on else "",
        "host": found.host_id,
        "host_text": found.host_text,
        "co_hosts": list(found.co_hosts.all()),
        "result": found.result,
    }
    form = ActivityForm(
        request.POST if request.method == "POST" else None, initial=initial, year=year, units=_units(request)
    )
    if request.method == "POST" and form.is_valid():
        if try_act(form, lambda: activity_acts.change_activity(found, by=by, now=now, **form.cleaned_data)):
            done(request, _("Đã lưu hoạt động."))
            return redirect(_url(request, "activities"))
    return _activity_page(
        request,
        form,
        _("Sửa hoạt động"),
        _("Lưu hoạt động"),
        remove_url=_url(request, "activity-removal", found.pk),
        remove_label=_("Bỏ hoạt động này"),
        history=history_of(found)[:50],
    )


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def activity_removal(request: Any, number: int) -> HttpResponse:
    """Take an activity out of the programme, after a confirmation."""
    by, now = request.mandate, request.now
    found = access.get_activity_for(by, request.year, now, number)
    require(access.can_remove_activity(by, found, now))
    if request.method == "POST":
        activity_acts.remove_activity(found, by=by, now=now)
        done(request, _("Đã bỏ hoạt động."))
        return redirect(_url(request, "activities"))
    context = {
        "title": _("Bỏ hoạt động khỏi chương trình"),
        "eyebrow": _eyebrow(request.year),
        "will": [
            found.title,
            _("Hoạt động mất khỏi chương trình năm; nhật ký của năm còn giữ. Giao ước đã khóa không đổi."),
        ],
        "button": _("Bỏ hoạt động"),
        "cancel_url": _url(request, "activities"),
    }
    return render(request, "ui/confirm.html", context)


@member_page
@require_POST
def activities_taking(request: Any) -> HttpResponse:
    """Take the activities of the adopted plan that are not there yet."""
    made = activity_acts.take_activities_from_plan(request.year, by=request.mandate, now=request.now)
    done(request, _("Đã lấy %(count)s hoạt động từ Kế hoạch.") % {"count": len(made)})
    return redirect(_url(request, "activities"))
