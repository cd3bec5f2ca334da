"""Tiếp thu, giải trình: the drafting unit answers each comment; its unit reads the answer once it is published."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import move, record
from giaouoc.clusters.models import Mandate
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.lib.vietnamese import nfc, one_line
from giaouoc.notices.actions.send import notify

from ..access import can_answer, can_publish_answer, can_publish_answers
from ..models import Comment, Document, Response
from ..queries import lock, people_of
from ..states import DOCUMENT_MOVES, Decision

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
    comment: Comment, *, by: Mandate, now: datetime, decision: str, explanation: str = "", already_at: str = ""
) -> Response:
    """Write or rewrite the answer to a sent comment; its unit reads it once it is published.

    An explanation is needed unless the comment is accepted or already covered; 'already' needs its place. Raises
    NotAllowed, WrongState, Invalid."""
    lock(comment, "dropped_at")
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
    response.save()
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


@transaction.atomic
def publish_answer(response: Response, *, by: Mandate, now: datetime) -> None:
    """Let the comment's unit read one answer, also while the round is still open. Raises NotAllowed, WrongState."""
    comment = response.comment
    lock(comment, "dropped_at")
    lock(response, "published_at", "decision", "explanation", "already_at")
    require(can_publish_answer(by, response, now))
    _publish(response, by, now)
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


def _publish(response: Response, by: Mandate, now: datetime) -> None:
    """Once and for all: of two people pressing at once, the second is told."""
    if not Response.objects.filter(pk=response.pk, published_at=None).update(published_at=now):
        raise WrongState(_("Trả lời này đã được công bố."))
    response.published_at = now
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
    """Publish every answer after the close; how many were new. Refused while a sent comment lacks its answer.

    Raises NotAllowed, WrongState (with the number and the clauses)."""
    lock(document)
    require(can_publish_answers(by, document, now))
    waiting = Response.objects.filter(
        comment__submission__round__version__document=document, published_at=None
    ).select_related("comment__submission__unit", "comment__submission__round")
    responses = list(waiting.order_by("pk"))
    for response in responses:
        response.comment.submission.round.version.document = document
        _publish(response, by, now)
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
