"""Từ chối ký, hủy, hết hạn ký: ends without all signatures. What was signed stays as evidence, and everybody is told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from giaouoc.audit.trail import SYSTEM, Actor, move
from giaouoc.clusters.models import Mandate, Membership
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import short_date
from giaouoc.lib.errors import Invalid
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.notices.actions.send import notify

from ..access import can_cancel_round, can_refuse_slot
from ..models import Attempt, SigningRound, Slot
from ..queries import back_of, people_of
from ..signals import round_cancelled, round_expired, round_refused
from ..states import ROUND_MOVES, SLOT_MOVES, RoundState, SlotState
from ._common import _free_expired, _lock


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid(_("Hãy nêu lý do."), field="reason")
    return reason.strip()


@transaction.atomic
def refuse_slot(slot: Slot, *, by: Mandate, now: datetime, reason: str) -> SigningRound:
    """The unit's leader refuses: the whole round is closed with the reason, signatures given stay as evidence.

    Raises NotAllowed, WrongState, Invalid (no reason)."""
    round_ = _lock(slot.round_id)
    _free_expired(round_, now)
    slot.refresh_from_db()
    slot.round = round_
    require(can_refuse_slot(by, slot, now))
    reason = _reason(reason)
    unit = slot.who
    move(
        slot,
        "refuse",
        SLOT_MOVES,
        by=by,
        now=now,
        act="signing.refuse",
        fields={"reason": reason, "signer_id": by.user_id},
        unit=unit,
        reason=reason,
    )
    _end_attempts(round_, now)
    move(
        round_,
        "refuse",
        ROUND_MOVES,
        by=SYSTEM,
        now=now,
        act="signing.close_refused",
        fields={"reason": reason, "closed_at": now},
        unit=unit,
    )
    round_refused.send(sender=SigningRound, round=round_, slot=slot, by=by, now=now)
    _tell(round_, gettext_noop("%(unit)s từ chối ký: %(title)s"), now=now, unit=unit)
    return round_


@transaction.atomic
def cancel_round(round_: SigningRound, *, by: Mandate, now: datetime, reason: str) -> None:
    """The head unit cancels a round that is still being signed. Raises NotAllowed, WrongState, Invalid (no reason)."""
    locked = _lock(round_.pk)
    require(can_cancel_round(by, locked, now))
    _cancel(locked, by=by, now=now, reason=_reason(reason))
    round_.refresh_from_db()


def _cancel(locked: SigningRound, *, by: Actor, now: datetime, reason: str) -> None:
    _end_attempts(locked, now)
    move(
        locked,
        "cancel",
        ROUND_MOVES,
        by=by,
        now=now,
        act="signing.cancel",
        fields={"reason": reason, "closed_at": now},
        reason=reason,
    )
    round_cancelled.send(sender=SigningRound, round=locked, by=by, now=now)
    _tell(locked, gettext_noop("Đã dừng ký: %(title)s"), now=now)


def close_due_rounds(*, by: Actor = SYSTEM, now: datetime) -> int:
    """Close rounds whose last day is over, and those that wait for a unit which is no member any more; how many. The
    worker's tick calls it; may run twice."""
    return sum(
        _close_if_due(pk, by, now)
        for pk in SigningRound.objects.filter(state=RoundState.SIGNING).values_list("pk", flat=True)
    )


@transaction.atomic
def _close_if_due(round_id: int, by: Actor, now: datetime) -> bool:
    round_, today = _lock(round_id), local_date(now)
    if round_.state != RoundState.SIGNING:
        return False
    waiting = round_.slots.exclude(state=SlotState.SIGNED).select_related("unit")
    members = set(Membership.objects.on(today).filter(year=round_.year_id).values_list("unit", flat=True))
    left = list(dict.fromkeys(slot.unit.short_name for slot in waiting if slot.unit_id not in members))
    with official():  # what is kept speaks Vietnamese
        if left:
            reason = _("%(units)s không còn là thành viên của Cụm và chưa ký.") % {"units": ", ".join(left)}
            _cancel(round_, by=by, now=now, reason=reason)
        elif round_.last_day is not None and today > round_.last_day:
            missing = ", ".join(slot.who for slot in waiting)
            words = _("Hết ngày %(day)s còn thiếu chữ ký của %(units)s.")
            _expire(round_, by, now, words % {"day": short_date(round_.last_day), "units": missing})
        else:
            return False
    return True


def _expire(round_: SigningRound, by: Actor, now: datetime, reason: str) -> None:
    _end_attempts(round_, now)
    fields = {"reason": reason, "closed_at": now}
    move(round_, "expire", ROUND_MOVES, by=by, now=now, act="signing.close_expired", fields=fields, reason=reason)
    round_expired.send(sender=SigningRound, round=round_, by=by, now=now)
    _tell(round_, gettext_noop("Hết hạn ký: %(title)s"), now=now)


def _tell(round_: SigningRound, subject: str, *, now: datetime, unit: str = "") -> None:
    """Everybody hears why the round ended."""
    with official():
        notify(
            people_of(round_, now),
            _(subject) % {"unit": unit, "title": round_.title},
            _("Lý do: %(reason)s\n\nBản này đã khép; các chữ ký đã có được giữ làm chứng cứ.")
            % {"reason": round_.reason},
            back_of(round_),
            now=now,
            at_once=True,
        )


def _end_attempts(round_: SigningRound, now: datetime) -> None:
    """Whoever is signing at this moment will find the lease gone."""
    Attempt.objects.filter(round=round_, ended_at=None).update(ended_at=now, outcome="closed", state={}, tail=b"")
