"""Ký bằng điện thoại: begun here, confirmed there, finished by whoever looks next: the page, or the worker's clock."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from giaouoc.audit.trail import SYSTEM, System
from giaouoc.clusters.models import Mandate
from giaouoc.lib.errors import DomainError, WrongState
from giaouoc.lib.verdict import require

from ..access import can_ask_phone, can_resume_slot
from ..carriers import carrier_named, phone_carrier_here
from ..models import Attempt, Revision, Slot
from ..queries import waiting_attempts
from .sign import _take_step, take_lease

ALONE = timedelta(minutes=3)  # for one step; a process that was killed in it holds the attempt no longer than that
log = logging.getLogger(__name__)


def ask_phone(slot: Slot, *, by: Mandate, now: datetime, secret: str = "") -> Revision | None:
    """Begin a signature at the signing service; None while its answer is awaited. ``secret``: the codes that the service
    wants typed, if any. Raises NotAllowed, WrongState, Invalid (certificate, codes, the service's no)."""
    require(can_ask_phone(by, slot, now))
    carrier = phone_carrier_here(slot.signer_code)
    if carrier is None:
        raise WrongState(_("Đơn vị chưa có tài khoản ở dịch vụ ký từ xa."))
    attempt = take_lease(slot, by=by, now=now, carrier=carrier)
    return _take_step(attempt, lambda base, request: carrier.sign(base, request, secret.encode()), now=now)


def resume_slot(slot: Slot, *, by: Mandate, now: datetime) -> Revision | None:
    """See what came of it; None while it is still awaited. Raises NotAllowed, WrongState (out of time, given up, signed
    already), Invalid (refused on the phone, a value that does not fit); then the attempt has ended and the head is as it was."""
    slot.refresh_from_db(fields=["state"])
    require(can_resume_slot(by, slot, now))
    attempt = waiting_attempts(now).filter(slot=slot).first()
    return _resume(attempt, now) if attempt is not None else None


def resume_waiting(*, by: System = SYSTEM, now: datetime) -> int:
    """Go on with every signature that waits; how many were finished. The worker's tick calls it; may run twice."""
    finished = 0
    for attempt in waiting_attempts(now):
        try:
            with suppress(DomainError):  # the reason is in the trail
                require(can_resume_slot(attempt.mandate, attempt.slot, now))
                finished += _resume(attempt, now) is not None
        except Exception:
            log.exception("signing attempt %s", attempt.pk)
    return finished


def _resume(attempt: Attempt, now: datetime) -> Revision | None:
    """One step, by one at a time: of two who look at the same moment the second finds it busy.

    The conditions stand in the update itself: PostgreSQL asks them again of a row for which it had to wait, but not what
    a statement inside the update had found."""
    if not waiting_attempts(now).filter(pk=attempt.pk).update(busy_until=now + ALONE):
        return None
    attempt.refresh_from_db(fields=["state", "tail", "lease_until", "ended_at"])
    prepared = attempt.prepared
    if attempt.ended_at is not None or prepared is None:
        return None
    carrier = carrier_named(attempt.carrier)
    return _take_step(attempt, lambda base, request: carrier.resume(base, request, prepared), now=now)
