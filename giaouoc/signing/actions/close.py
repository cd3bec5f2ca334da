"""Từ chối ký, hủy vòng ký: ends without all signatures. What was signed stays as evidence."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import SYSTEM, move
from giaouoc.clusters.models import Mandate
from giaouoc.lib.errors import Invalid
from giaouoc.lib.verdict import require

from ..access import can_cancel_round, can_refuse_slot
from ..models import Attempt, SigningRound, Slot
from ..signals import round_cancelled, round_refused
from ..states import ROUND_MOVES, SLOT_MOVES
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
    unit = slot.unit.short_name
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
    return round_


@transaction.atomic
def cancel_round(round_: SigningRound, *, by: Mandate, now: datetime, reason: str) -> None:
    """The head unit cancels a round that is still being signed. Raises NotAllowed, WrongState, Invalid (no reason)."""
    locked = _lock(round_.pk)
    require(can_cancel_round(by, locked, now))
    reason = _reason(reason)
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
    round_.refresh_from_db()


def _end_attempts(round_: SigningRound, now: datetime) -> None:
    """Whoever is signing at this moment will find the lease gone."""
    Attempt.objects.filter(round=round_, ended_at=None).update(ended_at=now, outcome="closed")
