"""Lấy ý kiến: a dated round on a frozen draft opens, is extended, and closes by the clock."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import SYSTEM, System, move, record
from giaouoc.clusters.models import Mandate
from giaouoc.clusters.queries import body_kind_of, members_of, rules_of
from giaouoc.lib.dates import moment
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.notices.actions.send import notify

from ..access import can_close_round, can_extend_round, can_open_round
from ..models import ConsultationRound, DocumentVersion, UnitSubmission
from ..queries import lock, people_of
from ..states import (
    DOCUMENT_MOVES,
    ROUND_MOVES,
    SUBMISSION_MOVES,
    DocumentState,
    RoundState,
    SubmissionState,
)
from ..words import silence_words

LONGEST = timedelta(days=366)


log = logging.getLogger(__name__)


@transaction.atomic
def open_round(version: DocumentVersion, *, by: Mandate, now: datetime, closes_at: datetime) -> ConsultationRound:
    """Freeze the draft and ask every member unit for its comments until ``closes_at``.

    A term shorter than the year's rule is no bar; ``words.too_short`` says so on the page.

    Raises NotAllowed, WrongState, Invalid."""
    document = version.document
    lock(document)
    require(can_open_round(by, version, now))
    if closes_at <= now:
        raise Invalid(_("Hạn góp ý phải sau lúc mở lấy ý kiến."), field="closes_at")
    if closes_at - now > LONGEST:
        raise Invalid(_("Hạn góp ý không quá một năm."), field="closes_at")
    members = members_of(document.year, now)
    if not members:
        raise Invalid(_("Năm này chưa có đơn vị thành viên nào để lấy ý kiến."))
    _freeze(version, now)
    round = ConsultationRound.objects.create(version=version, opens_at=now, closes_at=closes_at)
    UnitSubmission.objects.bulk_create([UnitSubmission(round=round, unit=member.unit) for member in members])
    with official():
        move(
            document,
            "open_consultation",
            DOCUMENT_MOVES,
            by=by,
            now=now,
            act="documents.open_round",
            version=version.label.lower(),
            until=moment(closes_at),
            count=len(members),
        )
    _tell_of_round(round, [member.unit_id for member in members], now)
    return round


@official()
def _tell_of_round(round: ConsultationRound, units: list[int], now: datetime) -> None:
    document = round.version.document
    values = {
        "unit": document.drafting_unit,
        "version": round.version.label.lower(),
        "title": document.title,
        "until": moment(round.closes_at),
    }
    notify(
        people_of(units, document.year_id, now),
        _("Lấy ý kiến: %(title)s") % values,
        _("%(unit)s lấy ý kiến về %(version)s “%(title)s”. Hạn góp ý: %(until)s.") % values,
        document.get_absolute_url(),
        now=now,
    )


def _freeze(version: DocumentVersion, now: datetime) -> None:
    """From now on neither the draft, nor a word or the layout of it changes. Called inside an act."""
    if version.frozen_at is None:
        DocumentVersion.objects.filter(pk=version.pk, frozen_at=None).update(
            frozen_at=now, body_kind=body_kind_of(version.document.year, now)
        )
        version.refresh_from_db(fields=["frozen_at", "body_kind"])


@transaction.atomic
def extend_round(
    round: ConsultationRound, *, by: Mandate, now: datetime, closes_at: datetime, reason: str
) -> ConsultationRound:
    """Move the close to a later hour, before it has come; all invited units are told. Raises Invalid, WrongState."""
    document = round.version.document
    lock(round, "state", "closes_at")
    require(can_extend_round(by, round, now))
    if closes_at <= round.closes_at:
        raise Invalid(_("Hạn mới phải sau hạn đang có."), field="closes_at")
    if closes_at - now > LONGEST:
        raise Invalid(_("Hạn góp ý không quá một năm."), field="closes_at")
    if not reason.strip():
        raise Invalid(_("Ghi lý do gia hạn."), field="reason")
    before = moment(round.closes_at)
    round.closes_at, round.days_told = closes_at, None
    round.save(update_fields=["closes_at", "days_told"])
    record(
        "documents.extend_round",
        document,
        by=by,
        now=now,
        before=before,
        until=moment(closes_at),
        reason=reason.strip(),
    )
    with official():
        notify(
            _invited(round, now),
            _("Gia hạn góp ý: %(title)s") % {"title": document.title},
            _("Hạn góp ý mới: %(until)s. Lý do: %(reason)s") % {"until": moment(closes_at), "reason": reason.strip()},
            document.get_absolute_url(),
            now=now,
        )
    return round


@transaction.atomic
def close_round(round: ConsultationRound, *, by: Mandate | System, now: datetime) -> None:
    """End the round at or after its hour. Units that said nothing are recorded as the year's rule has it.

    Raises NotAllowed, WrongState."""
    document = round.version.document
    lock(document)
    lock(round, "state", "closes_at")
    require(can_close_round(by, round, now))
    quiet = UnitSubmission.objects.of_members().filter(
        round=round, state__in=[SubmissionState.PREPARING, SubmissionState.WITH_LEADER], supplement_of=None
    )
    silent = list(quiet.select_related("unit").order_by("unit__sort_key"))
    for submission in silent:
        submission.round = round
        move(
            submission,
            "fall_silent",
            SUBMISSION_MOVES,
            by=by,
            now=now,
            act="documents.fall_silent",
            unit=submission.unit,
        )
    with official():
        move(
            round,
            "close",
            ROUND_MOVES,
            by=by,
            now=now,
            act="documents.close_round",
            fields={"closed_at": now},
            silent=", ".join(submission.unit.short_name for submission in silent) or _("không có đơn vị nào"),
            rule=silence_words(rules_of(document.year)["silence"]),
        )
    move(document, "close_consultation", DOCUMENT_MOVES, by=by, now=now, act="documents.stop_consulting")
    _tell_of_close(round, [one.unit.short_name for one in silent], now)


def _invited(round: ConsultationRound, now: datetime) -> list[int]:
    """Accounts of the units that are asked."""
    asked = UnitSubmission.objects.of_members().filter(round=round)
    return people_of(asked.values_list("unit_id", flat=True), round.version.document.year_id, now)


def _tell_of_close(round: ConsultationRound, silent: list[str], now: datetime) -> None:
    """The invited units learn that the round is over, the drafting unit also who sent nothing."""
    document = round.version.document
    drafters = set(people_of([document.drafting_unit_id], document.year_id, now))
    others = set(_invited(round, now)) - drafters
    with official():
        subject = _("Hết hạn góp ý: %(title)s") % {"title": document.title}
        body = _(
            "Đợt lấy ý kiến đã khép. Đơn vị soạn thảo tiếp thu, giải trình từng ý kiến; trả lời được báo khi công bố."
        )
        notify(others, subject, body, document.get_absolute_url(), now=now)
        body = _("Đợt lấy ý kiến đã khép. Đơn vị không trả lời: %(units)s. Tiếp theo: trả lời từng ý kiến.") % {
            "units": ", ".join(silent) or _("không có đơn vị nào")
        }
        notify(drafters, subject, body, document.get_absolute_url() + "tiep-thu/", now=now)


def ask_joined(*, by: System = SYSTEM, now: datetime) -> int:
    """Ask the units that have joined the cluster while a round is open; how many. The worker's tick calls it; may run twice."""
    open_ones = ConsultationRound.objects.filter(state=RoundState.OPEN, closes_at__gt=now)
    asked = 0
    for round in open_ones.select_related("version__document__year__cluster", "version__document__drafting_unit"):
        known = set(round.submissions.values_list("unit_id", flat=True))
        if any(member.unit_id not in known for member in members_of(round.version.document.year, now)):
            asked += _ask(round, by, now)
    return asked


@transaction.atomic
def _ask(round: ConsultationRound, by: System, now: datetime) -> int:
    document = round.version.document
    lock(document)
    lock(round, "state", "closes_at")
    known = set(round.submissions.values_list("unit_id", flat=True))
    joined = [one for one in members_of(document.year, now) if one.unit_id not in known]
    if round.is_over(now) or not joined:
        return 0
    UnitSubmission.objects.bulk_create([UnitSubmission(round=round, unit=member.unit) for member in joined])
    names = ", ".join(member.unit.short_name for member in joined)
    record("documents.ask_joined", round, by=by, now=now, units=names)
    _tell_of_round(round, [member.unit_id for member in joined], now)
    return len(joined)


def close_due_rounds(*, by: System = SYSTEM, now: datetime) -> int:
    """Close every round whose hour has come; how many. The worker's tick calls it; may run twice."""
    due = ConsultationRound.objects.filter(state=RoundState.OPEN, closes_at__lte=now)
    rounds = due.exclude(version__document__state=DocumentState.WITHDRAWN)
    closed = 0
    for round in rounds.select_related("version__document__year__cluster", "version__document__drafting_unit"):
        try:
            close_round(round, by=by, now=now)
        except WrongState:  # somebody closed it in this moment
            continue
        except DatabaseError:  # the others do not wait for it; the next tick tries again
            log.exception("round %s was not closed", round.pk)
            continue
        closed += 1
    return closed
