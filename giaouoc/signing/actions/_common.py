"""What the acts of a round share: locking it, freeing leases that ran out, keeping its revisions and what a service failed at."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import SYSTEM, Actor, move, record
from giaouoc.files.storage import store
from giaouoc.lib.errors import DomainError, Invalid, WrongState
from giaouoc.lib.language import official

from ..models import Attempt, Revision, SigningRound, Slot
from ..rules.codes import in_groups
from ..states import SLOT_MOVES, SlotState

log = logging.getLogger(__name__)


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


def _append_seal(
    round_: SigningRound,
    base: Revision,
    data: bytes,
    cause: str,
    *,
    now: datetime,
    proof_until: datetime | None,
    stale: str,
) -> tuple[Revision, dict[str, Any]]:
    """Keep a seal that was made over ``base`` while nothing was locked, and what the trail says of it.

    Raises WrongState with the sentence ``stale`` when the round has gone on since. Called with the round locked."""
    head = round_.head
    if head.sha256 != base.sha256 or not data.startswith(head.file.read()):
        raise WrongState(stale)
    kept = _append(round_, head, data, cause, now=now, proof_until=proof_until)
    return kept, {"number": kept.number, "hash": in_groups(kept.sha256), "sha256": kept.sha256}


@contextmanager
def _failure_kept(round_: SigningRound, verb: str, sentence: str, *, by: Actor, now: datetime) -> Iterator[None]:
    """A time-stamp service is asked inside: what fails stays in the trail as ``verb``; people get ``sentence``, not its cause."""
    try:
        yield
    except DomainError as error:
        with official():  # what is kept speaks Vietnamese
            _keep_failure(round_, verb, str(error), by=by, now=now)
        raise
    except Exception:
        log.exception("%s", verb)
        with official():
            _keep_failure(round_, verb, _("dịch vụ dấu thời gian gặp lỗi"), by=by, now=now)
        raise Invalid(sentence) from None


@transaction.atomic
def _keep_failure(round_: SigningRound, verb: str, reason: str, *, by: Actor, now: datetime) -> None:
    record(verb, round_, by=by, now=now, reason=reason)
