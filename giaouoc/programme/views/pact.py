"""Where the pact stands, and what this person can do about it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from giaouoc.audit.trail import history_of
from giaouoc.clusters.pages import member_page
from giaouoc.lib.canonical import fingerprint
from giaouoc.lib.dates import short_date
from giaouoc.signing.access import can_seal_round, signing_works
from giaouoc.signing.queries import Box, ceremony_url, own_box, revisions_of, strip_of, units_done
from giaouoc.signing.rules.codes import shown
from giaouoc.signing.states import SlotState
from giaouoc.signing.strip import strip_in_words, ways_to_sign
from giaouoc.signing.verification import page_of_stored

from .. import access
from ..models import Pact
from ..queries import (
    activities_of,
    adoptions_of,
    blockers_of,
    compose,
    current_pact,
    differences_from_last,
    signers_of,
    text_blockers,
)
from ..states import CLOSED, PactState
from .common import SHOWN_STATES, eyebrow_of, url_of


@member_page
@require_safe
def pact(request: Any) -> HttpResponse:
    """Where the pact stands, and what this person can do about it."""
    by, now, year = request.mandate, request.now, request.year
    current = current_pact(year)
    versions = list(Pact.objects.filter(year=year).order_by("-ordinal"))
    for one in versions:
        one.year = year
    context: dict[str, Any] = {"eyebrow": eyebrow_of(year), "title": _("Giao ước thi đua"), "pact": current}
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
        context["acts"].append({"label": label, "url": url_of(request, "draft"), "post": True, "red": verdict.allowed})
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
    content, blockers = compose(current, now), blockers_of(current, now)
    may_change = access.can_change_pact(by, current, now)
    may_freeze = access.can_freeze_pact(by, current, now)
    service = signing_works()
    if not service:
        blockers.append(str(service.reason))
    acts: list[dict[str, Any]] = []
    if blockers:
        acts.append({"label": _("Khóa giao ước để ký"), "url": "", "why": _("Chưa khóa được vì các điều nêu bên.")})
    elif may_freeze:
        acts.append({"label": _("Khóa giao ước để ký"), "url": url_of(request, "freeze"), "red": True})
    acts.append({"label": _("Xem bản in (PDF)"), "url": url_of(request, "file")})
    commitments = list(current.commitments.select_related("unit"))
    context |= {
        "state": "draft",
        "state_label": _("Nháp, phiên bản %(ordinal)s") % {"ordinal": current.ordinal},
        "hash": fingerprint(content),
        "differences": differences_from_last(current, content),
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
    count, units = units_done(boxes)
    own = own_box(boxes, by)
    label = current.state_label
    if current.state == PactState.SIGNING:
        label = _("Đang ký, %(count)s/%(all)s đơn vị") % {"count": count, "all": units}
    context |= {
        "state": SHOWN_STATES[PactState(current.state)],
        "state_label": label,
        "hash": current.text_hash,
        "facts": _frozen_facts(current),
        "links": [
            {"label": _("Đọc toàn văn (PDF)"), "url": url_of(request, "file")},
            {"label": _("Màn hình lễ ký"), "url": ceremony_url(round_)},
        ],
        "round": round_,
        "code": shown(round_.code),
        "slots": strip_in_words(boxes, current.frozen_at),
        "content": current.content,
        "differences": differences_from_last(current, current.content) if current.ordinal > 1 else [],
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
            acts.append(
                {"label": _("Đóng niêm lại"), "url": ceremony_url(round_, "seal"), "post": True, "red": may.allowed}
            )
        return _("Đã đủ chữ ký nhưng lần đóng niêm chưa xong; hệ thống sẽ làm lại."), acts
    if current.state != PactState.SIGNING:
        return "", acts
    missing = [box.slot.who for box in boxes if box.state != SlotState.SIGNED]
    say = _("Chờ chữ ký của %(units)s. Ký theo thứ tự nào cũng được.") % {"units": ", ".join(missing)}
    if own is not None and own.state != SlotState.SIGNED and by.role == own.slot.role:
        ways = ways_to_sign(by, own.slot, now, _("Ký giao ước"))
        if any(one["url"] for one in ways):
            words = _("Đến lượt %(unit)s ký. Mời đọc toàn văn trước khi ký.")
            if own.slot.is_stamp:
                words = _("Lãnh đạo %(unit)s đã ký. Mời đọc toàn văn rồi đặt con dấu.")
            say = words % {"unit": own.slot.unit.short_name}
        acts += ways
    elif own is not None and own.state == SlotState.SIGNED:
        say = _("%(unit)s đã ký. %(waiting)s") % {"unit": own.slot.who, "waiting": say}
    if access.can_cancel_pact(by, current, now):
        acts.append({"label": _("Dừng ký, lập phiên bản khác"), "url": url_of(request, "cancel")})
    return say, acts
