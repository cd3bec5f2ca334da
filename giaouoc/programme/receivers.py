"""What becomes of the pact when its signing round ends; signing does not know what a pact is, and tells everybody itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from giaouoc.audit.trail import SYSTEM, move
from giaouoc.signing.models import SigningRound, Slot
from giaouoc.signing.signals import round_cancelled, round_completed, round_expired, round_refused, round_sealed

from .models import Pact
from .states import PACT_MOVES


def _move(round_: SigningRound, verb: str, now: datetime, **about: Any) -> None:
    """Move the pact that this round signs, if it is one."""
    if pact := Pact.objects.select_related("year__cluster").filter(signing_round=round_).first():
        move(pact, verb, PACT_MOVES, by=SYSTEM, now=now, act=f"programme.{verb}_pact", **about)


@receiver(round_completed)
def complete_pact(sender: Any, *, round: SigningRound, now: datetime, **kwargs: Any) -> None:
    """The last signature is there."""
    _move(round, "complete", now)


@receiver(round_sealed)
def seal_pact(sender: Any, *, round: SigningRound, now: datetime, **kwargs: Any) -> None:
    """The file is sealed: it is the pact."""
    _move(round, "seal", now, fields={"pdf_id": round.head.file_id})


@receiver(round_refused)
def refuse_pact(sender: Any, *, round: SigningRound, slot: Slot, now: datetime, **kwargs: Any) -> None:
    """A leader refused: this version is closed."""
    _move(round, "refuse", now, unit=slot.unit.short_name)


@receiver(round_cancelled)
def cancel_pact_of_round(sender: Any, *, round: SigningRound, now: datetime, **kwargs: Any) -> None:
    """The signing was stopped, by the head unit or because a unit left."""
    _move(round, "cancel", now, reason=round.reason)


@receiver(round_expired)
def expire_pact(sender: Any, *, round: SigningRound, now: datetime, **kwargs: Any) -> None:
    """The last day is over."""
    _move(round, "expire", now)
