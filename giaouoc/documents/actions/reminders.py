"""Nhắc góp ý: by whoever may remind, and by the clock three days before the close and on the last day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import moment
from giaouoc.lib.errors import WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.notices.actions.send import notify

from ..access import can_remind
from ..models import ConsultationRound, UnitSubmission
from ..queries import lock, people_of
from ..states import SPOKEN, DocumentState, RoundState

STAGES = (0, 3)  # days before the last day
MORNING_READ = timedelta(hours=9)  # a round that closes early in the morning has its last day the day before


@transaction.atomic
def remind_units(round: ConsultationRound, *, by: Mandate, now: datetime) -> int:
    """Remind the units that have not spoken in an open round, at most once a day; how many were reminded.

    Raises NotAllowed, WrongState (closed, all have spoken, reminded today)."""
    lock(round)
    require(can_remind(by, round, now))
    silent = list(_silent(round))
    if not silent:
        raise WrongState(_("Các đơn vị đã gửi hết."))
    document, names = round.version.document, ", ".join(one.unit.short_name for one in silent)
    record("documents.remind", round, by=by, now=now, units=names)
    round.reminded_at = now
    round.save(update_fields=["reminded_at"])
    with official():
        _tell(round, silent, _("Nhắc góp ý: %(title)s") % {"title": document.title}, now, at_once=True)
    return len(silent)


def remind_by_clock(*, now: datetime) -> int:
    """Remind the units that have not spoken three days before the last day and on it, each once; how many rounds.

    The worker's tick calls it; may run twice. A round opened on that very day is news enough."""
    open_ones = ConsultationRound.objects.filter(state=RoundState.OPEN, closes_at__gt=now).exclude(
        version__document__state=DocumentState.WITHDRAWN
    )
    reminded = 0
    for round in open_ones.select_related("version__document__year__cluster"):
        left = (local_date(round.closes_at - MORNING_READ) - local_date(now)).days
        stage = next((one for one in STAGES if left <= one), None)
        if stage is None or (round.days_told is not None and round.days_told <= stage):
            continue
        reminded += _remind_of(round, stage, now)
    return reminded


@transaction.atomic
def _remind_of(round: ConsultationRound, stage: int, now: datetime) -> bool:
    same = ConsultationRound.objects.filter(pk=round.pk, days_told=round.days_told, closes_at=round.closes_at)
    if not same.update(days_told=stage) or local_date(round.opens_at) == local_date(now):
        return False
    silent = list(_silent(round))
    with official():
        subject = _("Hôm nay hết hạn góp ý: %(title)s") if stage == 0 else _("Sắp hết hạn góp ý: %(title)s")
        _tell(round, silent, subject % {"title": round.version.document.title}, now)
    return bool(silent)


def _silent(round: ConsultationRound) -> QuerySet[UnitSubmission]:
    """The bundles of units that have not spoken; a supplement that is being prepared is no silence."""
    found = UnitSubmission.objects.of_members().filter(round=round, supplement_of=None)
    return found.exclude(state__in=SPOKEN).select_related("unit").order_by("pk")


def _tell(
    round: ConsultationRound, silent: list[UnitSubmission], subject: str, now: datetime, *, at_once: bool = False
) -> None:
    document = round.version.document
    notify(
        people_of([one.unit_id for one in silent], document.year_id, now),
        subject,
        _("Đơn vị chưa gửi góp ý về “%(title)s”. Hạn góp ý: %(until)s.")
        % {"title": document.title, "until": moment(round.closes_at)},
        document.get_absolute_url(),
        now=now,
        at_once=at_once,
    )
