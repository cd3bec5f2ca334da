"""Dải ô ký và các cách ký: what pages of any signed document show of its slots, and which acts they offer to a signer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from giaouoc.clusters.models import Mandate, Role
from giaouoc.lib.clock import local
from giaouoc.lib.dates import clock_time, day_month, short_date

from .access import (
    can_ask_phone,
    can_begin_file,
    can_refuse_slot,
    can_resume_slot,
    can_return_file,
    can_sign_slot,
    can_take_lease,
)
from .carriers import carrier_here
from .models import Slot
from .queries import Box, ceremony_url
from .states import SlotState


def strip_in_words(boxes: list[Box], invited: datetime | None) -> list[dict[str, Any]]:
    """The slots for ``ui/strip.html``, the bodies' stamps in rows of their own below the signatures. ``invited``: since when
    the signers are asked; None leaves that out."""
    slots = []
    signed = {box.slot.unit_id for box in boxes if box.slot.role == Role.LEADER and box.state == SlotState.SIGNED}
    for box in sorted(boxes, key=lambda one: one.slot.is_stamp):
        slot, lines = box.slot, []
        if box.state == SlotState.SIGNED and slot.signed_at:
            at = local(slot.signed_at)
            lines.append(f"{at:%H:%M:%S}, {short_date(at.date())}")
        elif box.state == SlotState.SIGNED:
            lines.append(_("giờ ký tính theo dấu thời gian của niêm phong"))
        elif box.state == SlotState.SIGNING and box.left:
            lines.append(_("còn %(left)s để xác nhận") % {"left": _left(box.left)})
        elif box.state == SlotState.REFUSED:
            lines.append(slot.reason)
        elif slot.is_stamp:
            lines.append(_("đến lượt con dấu") if slot.unit_id in signed else _("sau chữ ký của lãnh đạo"))
        elif invited:
            lines.append(
                _("đã mời lúc %(time)s, %(day)s")
                % {"time": clock_time(invited), "day": day_month(local(invited).date())}
            )
        slots.append({"name": slot.who, "state": box.state, "word": box.label, "who": slot.post, "lines": lines})
    return slots


def _left(left: timedelta) -> str:
    minutes, seconds = divmod(max(0, int(left.total_seconds())), 60)
    return f"{minutes:02d}:{seconds:02d}"


def ways_to_sign(by: Mandate, slot: Slot, now: datetime, label: str) -> list[dict[str, Any]]:
    """The acts by which this person can sign the slot now, or one with the reason why not; and to refuse. ``label``: of the
    page that signs at once."""
    acts: list[dict[str, Any]] = []
    label = _("Đặt con dấu") if slot.is_stamp else label
    url = ceremony_url(slot.round, "sign")
    file_url = ceremony_url(slot.round, "file")
    if can_return_file(by, slot, now):
        return [{"label": _("Nộp tệp đã ký"), "url": file_url, "red": True}]
    if can_resume_slot(by, slot, now):
        return [{"label": _("Xem lượt ký đang chờ"), "url": ceremony_url(slot.round, "phone"), "red": True}]
    if can_sign_slot(by, slot, now):
        acts.append({"label": label, "url": url, "red": True})
    if can_ask_phone(by, slot, now):
        acts.append({"label": _("Ký bằng điện thoại"), "url": ceremony_url(slot.round, "phone"), "red": not acts})
    if can_begin_file(by, slot, now):
        words = _("Ký bằng thiết bị của cơ quan")
        acts.append({"label": words, "url": file_url, "red": not acts})
    if not acts:
        at_once = carrier_here(slot.signer_code) is not None
        verdict = (can_sign_slot if at_once else can_take_lease)(by, slot, now)
        acts.append({"label": label, "url": "", "why": verdict.reason})
    if can_refuse_slot(by, slot, now):
        acts.append({"label": _("Từ chối ký, nêu lý do"), "url": ceremony_url(slot.round, "refuse")})
    return acts
