"""Gia hạn niêm phong: one more seal over a sealed file every year, before the time-stamp certificate or its algorithm
ages, and a warning months ahead where that fails."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.models import AuditEvent
from giaouoc.audit.trail import SYSTEM, Actor, record
from giaouoc.clusters.models import Mandate, Role
from giaouoc.lib.clock import local, local_date
from giaouoc.lib.dates import short_date
from giaouoc.lib.errors import DomainError, Invalid
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.notices.actions.send import notify

from ..access import can_renew_seal
from ..models import Revision, SigningRound
from ..provision import services_here
from ..queries import RENEW_BEFORE, expected_for, seals_at_risk, seals_to_renew
from ._common import _append_seal, _failure_kept, _lock

TRY_EVERY = timedelta(days=1)
WARN_EVERY = timedelta(days=30)
AT_ONCE = 5  # in one call: each takes about a second, and the worker has other things to do


def renew_seal(round_: SigningRound, *, by: Actor = SYSTEM, now: datetime) -> Revision:
    """Seal a sealed file again; what was there stays byte for byte. Raises NotAllowed, WrongState, Invalid."""
    require(can_renew_seal(by, round_, now))
    head = round_.head
    failed = _("Chưa gia hạn được niêm phong: dịch vụ dấu thời gian gặp lỗi.")
    with _failure_kept(round_, "signing.renew_failed", failed, by=by, now=now):
        renewed = services_here().renew(head.file.read(), now, expected_for(head.sha256) or [])
        from ..engine.sign import proof_until  # the engine brings its PDF library with it

        until = proof_until(renewed)
        _must_last_longer(head, until, now)
    return _accept_renewal(round_, head, renewed, until, by=by, now=now)


def _must_last_longer(head: Revision, until: datetime | None, now: datetime) -> None:
    """A seal that is renewed because its certificate ends soon must get one that ends later."""
    if head.proof_until is None or head.proof_until > now + RENEW_BEFORE:
        return
    if until is None or until <= head.proof_until:
        raise Invalid(_("Dịch vụ dấu thời gian vẫn dùng chứng thư sắp hết hạn. Cần nối dịch vụ có chứng thư mới."))


@transaction.atomic
def _accept_renewal(
    round_: SigningRound, base: Revision, renewed: bytes, until: datetime | None, *, by: Actor, now: datetime
) -> Revision:
    locked = _lock(round_.pk)
    require(can_renew_seal(by, locked, now))
    stale = _("Văn bản đã thay đổi trong lúc gia hạn niêm phong.")
    revision, about = _append_seal(locked, base, renewed, "renewal", now=now, proof_until=until, stale=stale)
    record("signing.renew", locked, by=by, now=now, **about)
    return revision


def renew_due_seals(*, by: Actor = SYSTEM, now: datetime) -> int:
    """Renew every seal that is due, five in one call; how many. The worker's tick calls it; may run twice. A failure is
    tried again the next day."""
    if services_here().lacks():
        return 0
    renewed = 0
    for seal in seals_to_renew(now).exclude(round__in=_with_event("signing.renew_failed", now - TRY_EVERY))[:AT_ONCE]:
        with suppress(DomainError):  # the reason is in the trail
            renew_seal(seal.round, by=by, now=now)
            renewed += 1
    return renewed


def warn_of_ageing_seals(*, by: Actor = SYSTEM, now: datetime) -> int:
    """Tell the administrators, once a month, of seals that age and were not renewed; how many. May run twice."""
    warned = 0
    for seal in seals_at_risk(now).exclude(round__in=_with_event("signing.renew_warned", now - WARN_EVERY)):
        _warn(seal, by=by, now=now)
        warned += 1
    return warned


@transaction.atomic
def _warn(seal: Revision, *, by: Actor, now: datetime) -> None:
    with official():
        until = short_date(local(seal.proof_until).date()) if seal.proof_until else _("không rõ ngày")
        record("signing.renew_warned", seal.round, by=by, now=now, until=until)
        notify(
            Mandate.objects.on(local_date(now)).filter(role=Role.ADMINISTRATOR).values_list("user_id", flat=True),
            _("Niêm phong cần gia hạn: %(title)s") % {"title": seal.round.title},
            _(
                "Niêm phong của “%(title)s” chứng minh được đến %(until)s và chưa được gia hạn. Hệ thống tự gia hạn khi nối"
                " được dịch vụ dấu thời gian có chứng thư còn hạn; mời kiểm tra dịch vụ đó. Lý do của lần thử gần nhất có"
                " trong nhật ký."
            )
            % {"title": seal.round.title, "until": until},
            "",
            now=now,
        )


def _with_event(verb: str, since: datetime) -> list[int]:
    found = AuditEvent.objects.filter(verb=verb, at__gt=since).values_list("object_id", flat=True)
    return [int(number) for number in found]
