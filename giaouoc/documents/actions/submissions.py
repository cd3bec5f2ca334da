"""Bản góp ý của đơn vị: the secretary prepares, the leader sends once; what comes after is a supplement."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giaouoc.audit.trail import move, record
from giaouoc.clusters.models import Mandate
from giaouoc.lib.clock import local_date
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.notices.actions.send import notify

from ..access import can_hand_to_leader, can_send, can_supplement, can_take_back
from ..models import UnitSubmission
from ..queries import leaders_of, lock, open_comments, people_of
from ..states import SUBMISSION_MOVES, SubmissionState


@transaction.atomic
def hand_to_leader(submission: UnitSubmission, *, by: Mandate, now: datetime) -> None:
    """The secretary has finished; the unit's leaders are told. Raises NotAllowed, WrongState, Invalid."""
    lock(submission)
    require(can_hand_to_leader(by, submission, now))
    count = open_comments(submission)
    if not count:
        raise Invalid(
            _("Chưa có ý kiến nào để trình. Nếu đơn vị thống nhất, lãnh đạo ghi “Thống nhất, không có ý kiến”.")
        )
    move(submission, "hand_to_leader", SUBMISSION_MOVES, by=by, now=now, act="documents.hand_to_leader", count=count)
    document = submission.round.version.document
    with official():
        notify(
            leaders_of(submission.unit_id, document.year_id, now),
            _("Chờ gửi góp ý: %(title)s") % {"title": document.title},
            ngettext(
                "Thư ký đã soạn %(count)s ý kiến về “%(title)s”.",
                "Thư ký đã soạn %(count)s ý kiến về “%(title)s”.",
                count,
            )
            % {"count": count, "title": document.title},
            document.get_absolute_url() + "don-vi/",
            now=now,
            at_once=True,
        )


@transaction.atomic
def take_back(submission: UnitSubmission, *, by: Mandate, now: datetime) -> None:
    """Go on preparing what was handed to the leader. Raises NotAllowed, WrongState."""
    lock(submission)
    require(can_take_back(by, submission, now))
    move(submission, "take_back", SUBMISSION_MOVES, by=by, now=now, act="documents.take_back")


def _lock_with_round(submission: UnitSubmission) -> None:
    """The text and the round first, as whoever closes the round does: in the other order the two wait for each other at the
    hour of the close. The text, so that no word comes to it while it goes to the conference."""
    lock(submission.round.version.document)
    lock(submission.round, "state", "closes_at")
    submission.round.__dict__.pop("is_last", None)  # what the page knew
    lock(submission)


@transaction.atomic
def send_submission(
    submission: UnitSubmission, *, by: Mandate, now: datetime, letter_number: str = "", letter_date: date | None = None
) -> None:
    """Send the unit's comments, all at once; from now on nobody changes them. After the close it is marked late.

    ``letter_number``, ``letter_date``: of the covering letter, if any. Raises NotAllowed, WrongState, Invalid."""
    _lock_with_round(submission)
    require(can_send(by, submission, now))
    count = open_comments(submission)
    if not count:
        raise Invalid(_("Chưa có ý kiến nào để gửi. Nếu đơn vị thống nhất, chọn “Thống nhất, không có ý kiến”."))
    if letter_date is not None and letter_date > local_date(now):
        raise Invalid(_("Ngày công văn không sau hôm nay."), field="letter_date")
    late = submission.round.is_over(now)
    with official():
        move(
            submission,
            "send",
            SUBMISSION_MOVES,
            by=by,
            now=now,
            act="documents.send_submission",
            fields={
                "sent_at": now,
                "sent_by": by,
                "is_late": late,
                "letter_number": letter_number.strip(),
                "letter_date": letter_date,
            },
            count=count,
            unit=submission.unit.short_name,
            late=_(", sau khi hết hạn góp ý") if late else "",
        )
    _tell_drafters(submission, now)


@transaction.atomic
def agree_without_comment(submission: UnitSubmission, *, by: Mandate, now: datetime) -> None:
    """The leader says: thống nhất, không có ý kiến. Refused while comments are prepared. Raises Invalid, WrongState."""
    _lock_with_round(submission)
    require(can_send(by, submission, now))
    if submission.supplement_of_id is not None:
        raise WrongState(_("Bản bổ sung chỉ để gửi ý kiến."))
    if count := open_comments(submission):
        raise Invalid(
            ngettext(
                "Đơn vị có %(count)s ý kiến đã soạn; gửi hoặc bỏ trước khi ghi thống nhất.",
                "Đơn vị có %(count)s ý kiến đã soạn; gửi hoặc bỏ trước khi ghi thống nhất.",
                count,
            )
            % {"count": count}
        )
    late = submission.round.is_over(now)
    with official():
        move(
            submission,
            "agree",
            SUBMISSION_MOVES,
            by=by,
            now=now,
            act="documents.agree",
            fields={"sent_at": now, "sent_by": by, "is_late": late},
            unit=submission.unit.short_name,
            late=_(", sau khi hết hạn góp ý") if late else "",
        )
    _tell_drafters(submission, now)


@transaction.atomic
def start_supplement(submission: UnitSubmission, *, by: Mandate, now: datetime) -> UnitSubmission:
    """Begin a further bundle of a unit that has spoken; what it sent stays as sent. Raises NotAllowed, WrongState."""
    first = submission.supplement_of or submission
    first.round = submission.round
    _lock_with_round(first)
    require(can_supplement(by, first, now))
    made = UnitSubmission.objects.create(
        round=submission.round, unit=submission.unit, supplement_of=first, state=SubmissionState.PREPARING
    )
    record("documents.start_supplement", made, by=by, now=now, unit=submission.unit.short_name)
    return made


def _tell_drafters(submission: UnitSubmission, now: datetime) -> None:
    document = submission.round.version.document
    if submission.unit_id == document.drafting_unit_id:
        return
    with official():
        notify(
            people_of([document.drafting_unit_id], document.year_id, now),
            _("Góp ý của %(unit)s: %(title)s") % {"unit": submission.unit, "title": document.title},
            _("%(unit)s: %(state)s.") % {"unit": submission.unit, "state": SubmissionState(submission.state).label},
            document.get_absolute_url() + "tiep-thu/",
            now=now,
        )
