"""What the acts of a round share: locking it, freeing leases that ran out."""

from __future__ import annotations

from datetime import datetime

from giaouoc.audit.trail import SYSTEM, move
from giaouoc.files.storage import store

from ..models import Attempt, Revision, SigningRound, Slot
from ..states import SLOT_MOVES, SlotState


def _lock(round_id: int) -> SigningRound:
    """The round's row, locked until the transaction ends, with what the acts read of it."""
    locked = SigningRound.objects.select_related("year__cluster__supervising_body")
    return locked.select_for_update(of=("self",)).get(pk=round_id)


def _end_attempt(key: int, now: datetime, outcome: str) -> bool:
    """End an attempt, with what was prepared; False when it has ended already."""
    live = Attempt.objects.filter(pk=key, ended_at=None)
    return bool(live.update(ended_at=now, outcome=outcome[:300], state={}, tail=b"", busy_until=None))


def _free_expired(round_: SigningRound, now: datetime) -> None:
    """End attempts whose lease has run out; their slots wait again. Called with the round locked."""
    for attempt in Attempt.objects.filter(round=round_, ended_at=None, lease_until__lte=now).select_related(
        "slot__unit"
    ):
        _end_attempt(attempt.pk, now, "expired")
        slot = attempt.slot
        slot.round = round_
        if slot.state == SlotState.SIGNING:
            move(slot, "release", SLOT_MOVES, by=SYSTEM, now=now, act="signing.expire", unit=slot.who)


def _append(
    round_: SigningRound,
    previous: Revision | None,
    data: bytes,
    cause: str,
    *,
    now: datetime,
    slot: Slot | None = None,
    proof_until: datetime | None = None,
) -> Revision:
    """Keep the next revision; its bytes are flushed to disk before its row can commit."""
    number = previous.number + 1 if previous else 0
    file = store(data, f"{round_.title} {number}.pdf", "application/pdf", now=now)
    return Revision.objects.create(
        round=round_,
        number=number,
        file=file,
        sha256=file.sha256,
        previous_sha256=previous.sha256 if previous else "",
        cause=cause,
        slot=slot,
        made_at=now,
        proof_until=proof_until,
    )
