"""What waits for whom around any document that is being signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from giaouoc.clusters.access import is_head
from giaouoc.clusters.models import Mandate, Role
from giaouoc.lib.todo import Todo

from .models import SigningRound
from .queries import Box, back_of, strips_of
from .states import RoundState, SlotState


def todos(mandates: Sequence[Mandate], now: datetime) -> list[Todo]:
    """Sign, seal again; and whose signature others wait for. Three statements for any number of mandates and rounds.

    The supervising body's observer has a mandate in each of its clusters."""
    people = [by for by in mandates if by.year and by.role in {Role.LEADER, Role.SECRETARY, Role.CLERK, Role.OBSERVER}]
    years = {by.year_id: by.year for by in people}
    open_ones = SigningRound.objects.filter(year__in=years, state__in=[RoundState.SIGNING, RoundState.SIGNED])
    rounds = list(open_ones.order_by("pk")) if years else []
    for one in rounds:
        one.year = years[one.year_id]  # type: ignore[assignment]
    strips = strips_of(rounds, now)
    return [
        todo
        for by in people
        for one in rounds
        if one.year_id == by.year_id
        for todo in _todos_by(by, one, strips[one.pk], now)
    ]


def _todos_by(by: Mandate, round_: SigningRound, boxes: list[Box], now: datetime) -> list[Todo]:
    url, about, title = back_of(round_), is_head(by, round_.year, now), {"title": round_.title}
    if round_.state == RoundState.SIGNED:
        words = _("Văn bản đã đủ chữ ký, lần đóng niêm trước chưa xong.")
        return [Todo(_("Đóng niêm: %(title)s") % title, url, detail=words)] if about else []
    signed = sum(box.state == SlotState.SIGNED for box in boxes)
    detail = _("Đã có %(count)s/%(all)s chữ ký.") % {"count": signed, "all": len(boxes)}
    waiting = [box for box in boxes if box.state != SlotState.SIGNED]
    if own := next((box for box in waiting if box.slot.unit_id == by.unit_id and box.slot.role == by.role), None):
        turn = not round_.in_order or own is waiting[0]
        if own.slot.is_stamp:
            turn = turn and all(box.slot.role != Role.LEADER or box.slot.unit_id != by.unit_id for box in waiting)
        if by.capacity == own.slot.capacity and turn:
            words = _("Đặt con dấu: %(title)s") if own.slot.is_stamp else _("Ký: %(title)s")
            return [Todo(words % title, url, due=round_.last_day, detail=detail)]
    unit = [box for box in waiting if box.slot.unit_id == by.unit_id]
    if not unit and not about and by.role != Role.OBSERVER:
        return []
    who = ", ".join(box.slot.who for box in (waiting if about or by.role == Role.OBSERVER else unit))
    return [Todo(_("%(units)s ký: %(title)s") % (title | {"units": who}), url, detail=detail, waiting=True)]
