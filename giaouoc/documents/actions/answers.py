"""Tiếp thu, giải trình: the drafting unit answers each comment; its unit reads the answer once it is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import move, record
from giaouoc.clusters.models import Mandate
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.lib.vietnamese import nfc, one_line
from giaouoc.notices.actions.send import notify

from ..access_answers import (
    can_answer,
    can_approve_answers,
    can_point,
    can_publish_answer,
    can_publish_answers,
)
from ..changed import changed_between, promises_of, targets_of
from ..models import Comment, Document, Provision, Response
from ..queries import lock, newest_version, people_of
from ..states import DOCUMENT_MOVES, KEPT_PROMISES, CommentKind, Decision
from .rounds import _freeze

EXPLAINED = {Decision.PARTLY, Decision.NOT_ACCEPTED, Decision.TO_MEETING}
LONGEST = 20_000


@official()
def _where(comment: Comment) -> str:
    return comment.citation or _("toàn văn bản")


def _answer_now(comment: Comment) -> Response | None:
    """The comment's answer as it is in the database at this moment, not as the page had read it."""
    comment.__dict__.pop("response", None)
    comment._state.fields_cache.pop("response", None)
    return getattr(comment, "response", None)


@transaction.atomic
def answer_comment(
    comment: Comment,
    *,
    by: Mandate,
    now: datetime,
    decision: str,
    explanation: str = "",
    already_at: str = "",
    targets: Sequence[UUID] = (),
) -> Response:
    """Write or rewrite the answer to a sent comment; its unit reads it once it is approved and published.

    An explanation is needed unless the comment is accepted or already covered; 'already' needs its place. ``targets``:
    the changed clauses that show a 'tiếp thu'. Raises NotAllowed, WrongState, Invalid."""
    lock(comment.submission.round.version.document)  # as whoever publishes all answers, or tables the text
    lock(comment, "dropped_at", "withdrawn_by")
    response = _answer_now(comment)
    require(can_answer(by, comment, now))
    explanation, already_at = nfc(explanation).strip(), one_line(already_at)
    if decision not in Decision.values:
        raise Invalid(_("Chọn một trong năm cách trả lời."), field="decision")
    if decision in EXPLAINED and not explanation:
        raise Invalid(_("Ghi giải trình: vì sao không hoặc chưa tiếp thu hết."), field="explanation")
    if decision == Decision.ALREADY and not already_at:
        raise Invalid(_("Ghi nơi đã có nội dung này, thí dụ: khoản 2 Điều 5."), field="already_at")
    if len(explanation) > LONGEST:
        raise Invalid(_("Giải trình dài quá 20.000 ký tự."), field="explanation")
    if len(already_at) > 200:
        raise Invalid(_("Nơi đã có dài quá 200 ký tự."), field="already_at")
    if decision != Decision.ALREADY:
        already_at = ""
    if response is None:
        response = Response(comment=comment)
    response.decision, response.explanation, response.already_at = decision, explanation, already_at
    response.drafted_by, response.drafted_at = by, now
    response.approved_by, response.approved_at = None, None
    response.save()
    _point(response, comment, targets if decision in KEPT_PROMISES else ())
    with official():
        record(
            "documents.answer_comment",
            response,
            by=by,
            now=now,
            unit=comment.submission.unit.short_name,
            where=_where(comment),
            decision=Decision(decision).label,
        )
    return response


def _point(response: Response, comment: Comment, targets: Sequence[UUID]) -> None:
    """Keep the clauses that an answer points to. Raises Invalid for one that has not changed."""
    if targets:
        newest = newest_version(comment.submission.round.version.document)
        changed = changed_between(comment.submission.round.version, newest) if newest is not None else {}
        if not set(targets) <= set(changed):
            raise Invalid(_("Chỉ chọn điều khoản đã sửa so với bản lấy ý kiến."), field="targets")
    response.targets.set(Provision.objects.filter(pk__in=targets))


@transaction.atomic
def point_answer(response: Response, targets: Sequence[UUID], *, by: Mandate, now: datetime) -> None:
    """Name the clauses in which a published 'tiếp thu' is seen; its words stay. Raises NotAllowed, WrongState, Invalid."""
    comment = response.comment
    lock(comment.submission.round.version.document)
    lock(response, "decision")
    require(can_point(by, response, now))
    if response.decision not in KEPT_PROMISES or comment.kind == CommentKind.AGREE:
        raise WrongState(_("Chỉ trả lời tiếp thu mới chỉ ra điều khoản đã sửa."))
    _point(response, comment, targets)
    _open_draft(response, now)
    with official():
        record(
            "documents.point_answer",
            response,
            by=by,
            now=now,
            unit=comment.submission.unit.short_name,
            where=_where(comment),
        )


@transaction.atomic
def approve_answers(document: Document, *, by: Mandate, now: datetime) -> int:
    """The leader approves every drafted answer; how many. Rewriting one asks again. Raises NotAllowed, WrongState."""
    lock(document)
    require(can_approve_answers(by, document, now))
    drafted = Response.objects.filter(
        comment__dropped_at=None, comment__submission__round__version__document=document, published_at=None
    )
    count = drafted.filter(approved_at=None).update(approved_by=by, approved_at=now)
    record("documents.approve_answers", document, by=by, now=now, count=count)
    return count


@transaction.atomic
def publish_answer(response: Response, *, by: Mandate, now: datetime) -> None:
    """Let the comment's unit read one answer, also while the round is still open. Raises NotAllowed, WrongState."""
    comment = response.comment
    lock(comment.submission.round.version.document)
    lock(comment, "dropped_at", "withdrawn_by")
    lock(response, "published_at", "approved_at", "decision", "explanation", "already_at")
    require(can_publish_answer(by, response, now))
    _publish(response, by, now)
    _open_draft(response, now)
    document = comment.submission.round.version.document
    with official():
        notify(
            people_of([comment.submission.unit_id], document.year_id, now),
            _("Đã có trả lời góp ý: %(title)s") % {"title": document.title},
            _("Ý kiến về %(where)s: %(decision)s.")
            % {"where": _where(comment), "decision": Decision(response.decision).label},
            f"{document.get_absolute_url()}gop-y/{comment.pk}/",
            now=now,
        )


def _open_draft(response: Response, now: datetime) -> None:
    """Let the units read the draft that a published 'tiếp thu' points into, before they have the last word on it."""
    comment = response.comment
    newest = newest_version(comment.submission.round.version.document)
    if newest is None or newest.frozen_at or not response.published_at or response.decision not in KEPT_PROMISES:
        return
    comment.response = response
    if targets_of([comment], newest)[comment.pk]:
        _freeze(newest, now)


def _publish(response: Response, by: Mandate, now: datetime) -> None:
    """Once and for all: of two people pressing at once, the second is told."""
    if not Response.objects.filter(pk=response.pk, published_at=None).update(published_at=now):
        raise WrongState(_("Trả lời này đã được công bố."))
    response.published_at = now
    if response.approved_at is None:  # the leader's publishing approves
        Response.objects.filter(pk=response.pk).update(approved_by=by, approved_at=now)
    with official():
        record(
            "documents.publish_answer",
            response,
            by=by,
            now=now,
            unit=response.comment.submission.unit.short_name,
            where=_where(response.comment),
            decision=Decision(response.decision).label,
        )


@transaction.atomic
def publish_answers(document: Document, *, by: Mandate, now: datetime) -> int:
    """Publish every answer after the close, with the draft that shows what was accepted; how many answers were new.
    Refused while a sent comment lacks its answer.

    Raises NotAllowed, WrongState (with the number and the clauses)."""
    lock(document)
    require(can_publish_answers(by, document, now))
    waiting = Response.objects.filter(
        comment__dropped_at=None, comment__submission__round__version__document=document, published_at=None
    ).select_related("comment__submission__unit", "comment__submission__round")
    responses = list(waiting.order_by("pk"))
    for response in responses:
        response.comment.submission.round.version.document = document
        _publish(response, by, now)
    if (newest := newest_version(document)) is not None:
        _freeze(newest, now)  # the answers point into it: the units read what was made of their words before they agree
    _fix_targets(document)
    total = Comment.objects.sent().filter(submission__round__version__document=document).count()
    move(document, "publish_answers", DOCUMENT_MOVES, by=by, now=now, act="documents.publish_answers", count=total)
    units = {response.comment.submission.unit_id for response in responses}
    with official():
        notify(
            people_of(units, document.year_id, now),
            _("Đã trả lời góp ý: %(title)s") % {"title": document.title},
            _("%(unit)s đã công bố tiếp thu, giải trình các ý kiến về “%(title)s”.")
            % {"unit": document.drafting_unit, "title": document.title},
            document.get_absolute_url() + "tiep-thu/",
            now=now,
        )
    return len(responses)


def _fix_targets(document: Document) -> None:
    """What an answer meant without saying so, it says from now on."""
    newest, promises = newest_version(document), promises_of(document)
    if newest is None:
        return
    kept = targets_of(promises, newest)
    for comment in promises:
        if not comment.response.targets.all():
            comment.response.targets.set(Provision.objects.filter(pk__in=[one.provision for one in kept[comment.pk]]))
