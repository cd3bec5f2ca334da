"""Xác minh: open to everybody, by upload or by the code that is printed on the document."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from giaouoc.files.storage import file_response

from .access import can_download_sealed
from .forms import CodeForm, UploadForm
from .kit import offline_kit
from .limits import count_request, own_turn
from .models import SigningRound
from .queries import round_of_code, strip_of
from .rules.codes import read_code, shown
from .states import CLOSED, RoundState, SlotState
from .verification import VerifiedPage, page_of_stored, verify_upload


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: Any) -> HttpResponse:
    """The form; the answer to an upload; the register's answer to a code (``?ma=``)."""
    context: dict[str, Any] = {"code_form": CodeForm(), "form": UploadForm()}
    if request.method == "POST":
        return _uploaded(request, context)
    if "ma" in request.GET:
        return _by_code(request, context)
    return render(request, "signing/verify.html", context)


def _uploaded(request: Any, context: dict[str, Any]) -> HttpResponse:
    count_request(request)
    form = UploadForm(request.POST, request.FILES)
    context["form"] = form
    if not form.is_valid():
        return render(request, "signing/verify.html", context, status=422)
    file = form.cleaned_data["file"]
    with own_turn(request):
        answer = verify_upload(file.read())
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse(answer.to_json(), json_dumps_params={"ensure_ascii": False})
    context |= {"answer": answer, "name": file.name, "form": UploadForm()}
    context |= _links(answer)
    return render(request, "signing/verify.html", context)


def _by_code(request: Any, context: dict[str, Any]) -> HttpResponse:
    typed = request.GET["ma"]
    count_request(request)
    form = CodeForm(request.GET)
    context["code_form"] = form
    form.is_valid()
    round_ = round_of_code(typed)
    if round_ is None:
        if form.is_valid():
            wrong = _("Mã gồm chín chữ và số; không có chữ I, L, O, U và số 0, 1.")
            unknown = _("Không có văn bản nào mang mã này trong sổ của hệ thống này.")
            form.add_error("ma", wrong if read_code(typed) is None else unknown)
        return render(request, "signing/verify.html", context, status=404 if read_code(typed) else 422)
    context["round"] = round_
    context["code"] = shown(round_.code)
    if round_.state == RoundState.SEALED:
        answer = page_of_stored(round_)
        context |= {"answer": answer, "name": round_.title} | _links(answer)
    else:
        context |= _unfinished(round_, request.now)
    return render(request, "signing/verify.html", context)


def _links(answer: VerifiedPage) -> dict[str, Any]:
    """Where the kept file is, for one that is in the register and sealed."""
    if answer.registered is None or not can_download_sealed(answer.registered.round):
        return {}
    round_ = answer.registered.round
    return {
        "download": reverse("signing:download", args=[round_.code, _file_name(round_)]),
        "kept": round_.title,
        "kit": reverse("signing:kit", args=[round_.code]),
    }


def _file_name(round_: SigningRound) -> str:
    return f"{round_.code}.pdf"


def _unfinished(round_: SigningRound, now: Any) -> dict[str, Any]:
    """What anybody with the code may know of a document that is not signed by all: how far it is."""
    boxes = strip_of(round_, now)
    missing = [box.slot.who for box in boxes if box.state != SlotState.SIGNED]
    count = len(boxes) - len(missing)
    if round_.state == RoundState.SIGNED:
        reason = _("Văn bản đã đủ chữ ký nhưng chưa đóng niêm.")
    elif round_.state == RoundState.SIGNING:
        reason = _("Văn bản mới có %(count)s/%(all)s chữ ký; còn thiếu: %(units)s.") % {
            "count": count,
            "all": len(boxes),
            "units": ", ".join(missing),
        }
    else:
        reason = _("Vòng ký của bản này đã khép khi chưa đủ chữ ký; bản này không còn dùng.")
    closed = round_.state in CLOSED
    word = _("Không hợp lệ.") if closed else _("Chưa kết luận được.")
    return {
        "unfinished": {
            "state": "invalid" if closed else "unknown",
            "word": word,
            "trial": round_.is_trial,
            "facts": [{"label": _("Lý do"), "text": reason}, {"label": _("Văn bản"), "text": round_.title}],
        }
    }


@require_safe
def download(request: Any, code: str, name: str) -> HttpResponse:
    """A sealed document, for everybody who has its code."""
    round_ = round_of_code(code)
    if round_ is None or not can_download_sealed(round_):
        raise Http404
    response = file_response(round_.head.file, inline=True)
    response["Cache-Control"] = "public, max-age=0, must-revalidate"  # hidden, it is gone from every store between
    return response


@require_safe
def kit(request: Any, code: str) -> HttpResponse:
    """What one needs to check a sealed document without network and without this system, for everybody with its code."""
    round_ = round_of_code(code)
    if round_ is None or not can_download_sealed(round_):
        raise Http404
    count_request(request)
    response = HttpResponse(offline_kit(round_, now=request.now), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{round_.code}-kiem-tra.zip"'
    return response
