"""What becomes of the pact when its signing round ends; signing does not know what a pact is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from giaouoc.audit.trail import SYSTEM, Actor, move
from giaouoc.clusters.models import Role
from giaouoc.lib.language import official
from giaouoc.notices.actions.send import notify
from giaouoc.signing.models import SigningRound, Slot
from giaouoc.signing.signals import round_cancelled, round_completed, round_refused, round_sealed

from .models import Pact
from .queries import people_of
from .states import PACT_MOVES

EVERYBODY = (Role.LEADER, Role.SECRETARY, Role.OBSERVER)


def _pact_of(round_: SigningRound) -> Pact | None:
    rows = Pact.objects.select_related("year__cluster__supervising_body")
    return rows.filter(signing_round=round_).first()


@receiver(round_completed)
def complete_pact(sender: Any, *, round: SigningRound, by: Actor, now: datetime, **kwargs: Any) -> None:
    """The last signature is there."""
    if pact := _pact_of(round):
        move(pact, "complete", PACT_MOVES, by=SYSTEM, now=now, act="programme.complete_pact")


@receiver(round_sealed)
def seal_pact(sender: Any, *, round: SigningRound, by: Actor, now: datetime, **kwargs: Any) -> None:
    """The file is sealed: it is the pact, and everybody is told."""
    pact = _pact_of(round)
    if pact is None:
        return
    fields = {"pdf_id": round.head.file_id}
    move(pact, "seal", PACT_MOVES, by=SYSTEM, now=now, act="programme.seal_pact", fields=fields)
    with official():
        notify(
            people_of(pact.year, now, EVERYBODY),
            _("Giao ước thi đua năm %(year)s đã ký xong") % {"year": pact.year.number},
            _(
                "Giao ước đã đủ chữ ký của các đơn vị và được đóng niêm. Ai cũng có thể xác minh bằng mã in trên văn bản."
            ),
            pact.get_absolute_url(),
            now=now,
        )


@receiver(round_refused)
def refuse_pact(sender: Any, *, round: SigningRound, slot: Slot, by: Actor, now: datetime, **kwargs: Any) -> None:
    """A leader refused: this version is closed, everybody is told who and why."""
    pact = _pact_of(round)
    if pact is None:
        return
    unit = slot.unit.short_name
    move(pact, "refuse", PACT_MOVES, by=SYSTEM, now=now, act="programme.refuse_pact", unit=unit)
    with official():
        notify(
            people_of(pact.year, now, EVERYBODY),
            _("%(unit)s từ chối ký giao ước thi đua") % {"unit": unit},
            _(
                "Lý do: %(reason)s\n\nPhiên bản này đã khép; các chữ ký đã có được giữ làm chứng cứ. Đơn vị Cụm trưởng sẽ"
                " lập phiên bản mới để ký lại từ đầu."
            )
            % {"reason": slot.reason},
            pact.get_absolute_url(),
            now=now,
            at_once=True,
        )


@receiver(round_cancelled)
def cancel_pact_of_round(sender: Any, *, round: SigningRound, by: Actor, now: datetime, **kwargs: Any) -> None:
    """The head unit stopped the signing."""
    pact = _pact_of(round)
    if pact is None:
        return
    move(pact, "cancel", PACT_MOVES, by=SYSTEM, now=now, act="programme.cancel_pact", reason=round.reason)
    with official():
        notify(
            people_of(pact.year, now, EVERYBODY),
            _("Đã dừng ký giao ước thi đua năm %(year)s") % {"year": pact.year.number},
            _("Lý do: %(reason)s\n\nPhiên bản này đã khép; các chữ ký đã có được giữ làm chứng cứ.")
            % {"reason": round.reason},
            pact.get_absolute_url(),
            now=now,
            at_once=True,
        )
