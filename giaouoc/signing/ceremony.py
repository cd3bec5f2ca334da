"""Lễ ký: the screen that the room watches, and the pages on which any document is signed, refused, given up, sealed again."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.clusters.pages import member_page
from giaouoc.files.storage import file_response
from giaouoc.lib.errors import WrongState
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import ReasonForm, submitted, tried
from giaouoc.ui.say import done, warn

from .access import (
    can_begin_file,
    can_cancel_round,
    can_read_round,
    can_refuse_slot,
    can_return_file,
    can_seal_round,
    can_set_picture,
    can_sign_slot,
)
from .actions.close import cancel_round, refuse_slot
from .actions.seal import seal_round
from .actions.sign import begin_file, release_slot, return_file, sign_slot
from .carriers import carrier_here
from .forms import SignedFileForm, SignForm
from .models import Attempt, SigningRound, Slot
from .queries import back_of, ceremony_url, picture_of, round_of_code, slot_of, strip_of, year_url
from .rules.codes import in_groups, shown
from .states import RoundState, SlotState
from .strip import strip_in_words, ways_to_sign


def _round(request: Any, code: str) -> SigningRound:
    """The round of this year by its code, for who may read it."""
    round_ = round_of_code(code)
    if round_ is None or round_.year_id != request.year.pk:
        raise Http404
    round_.year = request.year
    require(can_read_round(request.mandate, round_, request.now))
    return round_


def own_slot(request: Any, code: str) -> Slot:
    """The slot of the unit that asks."""
    slot = slot_of(_round(request, code), request.mandate)
    if slot is None:
        raise Http404
    return slot


def _eyebrow(request: Any) -> str:
    return _("%(cluster)s, năm %(year)s") % {"cluster": request.year.cluster.name, "year": request.year.number}


@member_page
@require_safe
def screen(request: Any, code: str) -> HttpResponse:
    """Who has signed, who is signing, who waits; it looks by itself every three seconds."""
    round_ = _round(request, code)
    boxes = strip_of(round_, request.now)
    count = sum(box.state == SlotState.SIGNED for box in boxes)
    signing = next((box for box in boxes if box.state == SlotState.SIGNING), None)
    waiting = [box.slot.who for box in boxes if box.state == SlotState.WAITING]
    if round_.state != RoundState.SIGNING:
        say = round_.state_label + "."
    elif signing is not None:
        say = _("%(unit)s đang ký.") % {"unit": signing.slot.who}
    elif round_.in_order and waiting:
        say = _("Ký lần lượt theo danh sách: mời %(unit)s ký.") % {"unit": waiting[0]}
    else:
        say = _("Mời người tiếp theo ký, thứ tự nào cũng được.")
    context = {
        "title": round_.title,
        "crumbs": [
            {"label": _eyebrow(request)},
            {"label": round_.title, "url": back_of(round_)},
            {"label": _("Lễ ký")},
        ],
        "round": round_,
        "code": shown(round_.code),
        "text_hash": round_.text_hash,
        "slots": strip_in_words(boxes, None),
        "count": count,
        "all": len(boxes),
        "say": say,
        "waiting": ", ".join(waiting) if round_.state == RoundState.SIGNING else "",
        "qr": request.build_absolute_uri(ceremony_url(round_)),
        "acts": _acts(request, round_),
        "file_url": ceremony_url(round_, "document"),
        "live": round_.state in {RoundState.SIGNING, RoundState.SIGNED},
    }
    return render(request, "signing/ceremony.html", context)


def _acts(request: Any, round_: SigningRound) -> list[dict[str, Any]]:
    """What this person can do about the round, its own signature first."""
    by, now = request.mandate, request.now
    slot, acts = slot_of(round_, by), []
    if slot is not None and slot.role == by.role and slot.state not in {SlotState.SIGNED, SlotState.REFUSED}:
        if round_.state == RoundState.SIGNING:
            acts += ways_to_sign(by, slot, now, _("Ký văn bản"))
    if can_cancel_round(by, round_, now):
        acts.append({"label": _("Dừng ký, nêu lý do"), "url": ceremony_url(round_, "cancel")})
    if may_seal := can_seal_round(by, round_, now):
        acts.append(
            {"label": _("Đóng niêm lại"), "url": ceremony_url(round_, "seal"), "post": True, "red": bool(may_seal)}
        )
    return acts


@member_page
@require_safe
def document(request: Any, code: str) -> HttpResponse:
    """The file as it stands, to read."""
    return file_response(_round(request, code).head.file, inline=True)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("secret")
def sign(request: Any, code: str) -> HttpResponse:
    """Sign at once: the text first, then the signature."""
    by, now = request.mandate, request.now
    slot = own_slot(request, code)
    round_ = slot.round
    require(can_sign_slot(by, slot, now))
    carrier = carrier_here(slot.signer_code)
    form = SignForm(
        request.POST if request.method == "POST" else None,
        initial={"text_hash": round_.text_hash},
        shown=in_groups(round_.text_hash),
        password_label=_(carrier.password_label) if carrier and carrier.asks_password else "",
    )

    def act(data: dict[str, Any]) -> None:
        if data["text_hash"] != round_.text_hash:
            raise WrongState(_("Văn bản đã có bản khác với bản vừa đọc. Mời đọc lại trước khi ký."))
        sign_slot(slot, by=by, now=now, secret=data.get("secret", ""))

    if tried(form, act):
        return signed(request, slot)
    sentence = _(
        "Con dấu số của %(unit)s được đặt vào ô dưới chữ ký của lãnh đạo và gắn dấu thời gian; không rút lại được."
    )
    will = [
        sentence % {"unit": slot.unit.name}
        if slot.is_stamp
        else _("Chữ ký số của %(unit)s (%(post)s) được đặt vào ô ký và gắn dấu thời gian; không rút lại được.")
        % {"unit": slot.unit.name, "post": slot.post},
        _("Các đơn vị khác thấy ngay đơn vị đã ký lúc nào."),
    ]
    if carrier is not None:
        will.append(_("Phương tiện ký: %(carrier)s.") % {"carrier": _(carrier.label)})
    if round_.is_trial:
        will.append(_("Đây là chứng thư THỬ NGHIỆM: chữ ký không có giá trị pháp lý."))
    context = {
        "title": (_("Đặt con dấu: %(title)s") if slot.is_stamp else _("Ký: %(title)s")) % {"title": round_.title},
        "eyebrow": _eyebrow(request),
        "will": will,
        "button": _("Đặt con dấu") if slot.is_stamp else _("Ký văn bản"),
        "form": form,
        "cancel_url": back_of(round_),
        "pdf_url": ceremony_url(round_, "document"),
        "hash": round_.text_hash,
    }
    if can_set_picture(by, request.year, now):
        context |= {"picture_url": year_url(request.year, "picture"), "has_picture": bool(picture_of(by))}
    return render(request, "signing/sign.html", context, status=422 if form.errors else 200)


def signed(request: Any, slot: Slot) -> HttpResponse:
    """Say that the signature is there, on the document's own page."""
    slot.round.refresh_from_db()
    done(request, _("Đã nhận chữ ký của %(unit)s.") % {"unit": slot.who})
    if slot.round.state == RoundState.SIGNED:
        warn(request, _("Đã đủ chữ ký nhưng chưa đóng niêm được; hệ thống sẽ làm lại."))
    return redirect(back_of(slot.round))


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: Any, code: str) -> HttpResponse:
    """Refuse to sign, with the reason."""
    by, now = request.mandate, request.now
    slot = own_slot(request, code)
    require(can_refuse_slot(by, slot, now))
    context = {
        "title": _("Từ chối ký: %(title)s") % {"title": slot.round.title},
        "will": [
            _("Vòng ký khép lại với mọi đơn vị; chữ ký đã có được giữ làm chứng cứ."),
            _("Lãnh đạo, thư ký các đơn vị và cơ quan theo dõi được báo lý do."),
        ],
        "back": _("Không rút lại được. Đơn vị Cụm trưởng sửa văn bản rồi đưa ra ký lại từ đầu."),
        "button": _("Từ chối ký"),
    }
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label=_("Lý do từ chối"),
        help_text=_("Mọi đơn vị thành viên và cơ quan theo dõi đọc được."),
    )
    sentence = _("Đã ghi nhận việc từ chối ký và báo cho các đơn vị.")
    if submitted(request, form, lambda data: refuse_slot(slot, by=by, now=now, **data), sentence):
        return redirect(back_of(slot.round))
    return _confirm(request, slot.round, form, context)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: Any, code: str) -> HttpResponse:
    """Stop the signing, with the reason."""
    by, now, round_ = request.mandate, request.now, _round(request, code)
    require(can_cancel_round(by, round_, now))
    context = {
        "title": _("Dừng ký: %(title)s") % {"title": round_.title},
        "will": [_("Vòng ký khép lại; chữ ký đã có được giữ làm chứng cứ và mọi đơn vị được báo lý do.")],
        "back": _("Không rút lại được; muốn ký tiếp thì đưa văn bản ra ký lại từ đầu."),
        "button": _("Dừng ký"),
    }
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if submitted(request, form, lambda data: cancel_round(round_, by=by, now=now, **data), _("Đã dừng ký.")):
        return redirect(back_of(round_))
    return _confirm(request, round_, form, context)


def _confirm(request: Any, round_: SigningRound, form: ReasonForm, context: dict[str, Any]) -> HttpResponse:
    context |= {"form": form, "eyebrow": _eyebrow(request), "cancel_url": back_of(round_)}
    return render(request, "ui/confirm.html", context, status=422 if form.errors else 200)


@member_page
@require_POST
def seal(request: Any, code: str) -> HttpResponse:
    """Seal again after a failure."""
    round_ = _round(request, code)
    seal_round(round_, by=request.mandate, now=request.now)
    done(request, _("Đã đóng niêm văn bản."))
    return redirect(back_of(round_))


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: Any, code: str) -> HttpResponse:
    """Take the file, sign it with the agency's tool, hand it back."""
    by, now = request.mandate, request.now
    slot = own_slot(request, code)
    may_return = can_return_file(by, slot, now)
    if request.method == "POST":
        require(may_return)
    elif not may_return:
        require(can_begin_file(by, slot, now))
    form = SignedFileForm(request.POST or None, request.FILES or None) if request.method == "POST" else SignedFileForm()
    if tried(form, lambda data: return_file(slot, data["file"].read(), by=by, now=now)):
        return signed(request, slot)
    attempt = Attempt.objects.filter(slot=slot, ended_at=None, lease_until__gt=now).first()
    context = {
        "title": _("Ký bằng thiết bị của cơ quan"),
        "crumbs": [
            {"label": slot.round.title, "url": ceremony_url(slot.round)},
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
    slot = own_slot(request, code)
    begin_file(slot, by=request.mandate, now=request.now)
    return redirect(ceremony_url(slot.round, "file"))


@member_page
@require_POST
def release(request: Any, code: str) -> HttpResponse:
    """Give the turn up."""
    slot = own_slot(request, code)
    release_slot(slot, by=request.mandate, now=request.now)
    done(request, _("Đã thôi lượt ký; đơn vị khác ký được ngay."))
    return redirect(ceremony_url(slot.round))


@member_page
@require_safe
def base(request: Any, code: str) -> HttpResponse:
    """The very file that is to be signed in this turn."""
    slot = own_slot(request, code)
    require(can_return_file(request.mandate, slot, request.now))
    return file_response(slot.round.head.file)
