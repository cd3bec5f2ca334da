"""Đóng niêm: our closing time stamp with the long-term data, over all signatures."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.models import AuditEvent
from giaouoc.audit.trail import SYSTEM, Actor, move
from giaouoc.lib.errors import DomainError
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.notices.actions.send import notify

from ..access import can_seal_round
from ..models import Revision, SigningRound
from ..provision import services_here
from ..queries import back_of, expected_for, people_of
from ..signals import round_sealed
from ..states import ROUND_MOVES, RoundState
from ._common import _append_seal, _failure_kept, _lock

RETRY_AFTER = timedelta(minutes=10)


def seal_round(round_: SigningRound, *, by: Actor, now: datetime) -> Revision:
    """Seal a file with all its signatures; may be repeated after a failure. Raises NotAllowed, WrongState, Invalid."""
    require(can_seal_round(by, round_, now))
    head = round_.head
    failed = _("Chưa đóng niêm được: dịch vụ dấu thời gian gặp lỗi. Mời đóng niêm lại sau.")
    with _failure_kept(round_, "signing.seal_failed", failed, by=by, now=now):
        sealed = services_here().seal(head.file.read(), now, expected_for(head.sha256) or [])
    from ..engine.sign import proof_until  # the engine brings its PDF library with it

    revision = _accept_seal(round_, head, sealed, proof_until(sealed), by=by, now=now)
    round_.refresh_from_db()
    return revision


@transaction.atomic
def _accept_seal(
    round_: SigningRound, base: Revision, sealed: bytes, until: datetime | None, *, by: Actor, now: datetime
) -> Revision:
    locked = _lock(round_.pk)
    require(can_seal_round(by, locked, now))
    stale = _("Văn bản đã thay đổi trong lúc đóng niêm. Mời đóng niêm lại.")
    revision, about = _append_seal(locked, base, sealed, "seal", now=now, proof_until=until, stale=stale)
    move(locked, "seal", ROUND_MOVES, by=by, now=now, act="signing.seal", fields={"closed_at": now}, **about)
    round_sealed.send(sender=SigningRound, round=locked, by=by, now=now)
    with official():
        notify(
            people_of(locked, now),
            _("Đã ký xong: %(title)s") % {"title": locked.title},
            _("Văn bản đã đủ chữ ký và được đóng niêm. Ai cũng có thể xác minh bằng mã in trên văn bản."),
            back_of(locked),
            now=now,
        )
    return revision


def seal_due_rounds(*, by: Actor = SYSTEM, now: datetime) -> int:
    """Seal every round that has all signatures but no seal yet; how many. The worker's tick calls it; may run twice."""
    sealed = 0
    waiting = SigningRound.objects.select_related("year__cluster").filter(state=RoundState.SIGNED)
    tried = AuditEvent.objects.filter(verb="signing.seal_failed", at__gt=now - RETRY_AFTER).values_list("object_id")
    for round_ in waiting.exclude(pk__in=[int(number) for (number,) in tried]):
        with suppress(DomainError):  # the reason is in the trail; the next tick tries again
            seal_round(round_, by=by, now=now)
            sealed += 1
    return sealed
