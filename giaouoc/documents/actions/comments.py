"""Góp ý: a unit writes its comments at the clauses of a draft, before its leader sends them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate
from giaouoc.lib.errors import Invalid
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.lib.vietnamese import nfc
from giaouoc.notices.actions.send import notify

from ..access import (
    can_add_comment,
    can_change_comment,
    can_restore_comment,
    can_take_over,
    can_withdraw_comment,
)
from ..models import Comment, Provision, ProvisionText, UnitSubmission
from ..queries import lock, people_of, unsent_before
from ..rules.quotes import around
from ..states import CommentKind
from .submissions import _lock_with_round

LONGEST = 20_000  # characters of a comment's words


def _words(kind: str, proposed_text: str, reason: str, quote: str, at: ProvisionText | None) -> tuple[str, str, str]:
    """The words of a comment, checked. Raises Invalid."""
    proposed, reason, quote = nfc(proposed_text).strip(), nfc(reason).strip(), nfc(quote).strip()
    if kind not in CommentKind.values:
        raise Invalid(_("Chọn loại ý kiến."), field="kind")
    if max(len(proposed), len(reason)) > LONGEST:
        raise Invalid(_("Ý kiến dài quá 20.000 ký tự."), field="reason")
    unchanged = at is not None and _is(proposed, at)  # the clause's own words, as the form gave them
    if unchanged or kind in {CommentKind.DELETE, CommentKind.ASK, CommentKind.AGREE}:
        proposed = ""
    if kind == CommentKind.ADD and not proposed and not reason:
        raise Invalid(_("Ghi nội dung đề nghị bổ sung."), field="proposed_text")
    if kind == CommentKind.WORDING and not proposed and not reason:
        raise Invalid(_("Sửa câu chữ ở ô đề xuất, hoặc ghi ý kiến."), field="proposed_text")
    if kind in {CommentKind.DELETE, CommentKind.MOVE, CommentKind.ASK} and not proposed and not reason:
        raise Invalid(_("Ghi ý kiến, lý do."), field="reason")
    return proposed, reason, quote[:LONGEST]


@transaction.atomic
def add_comment(
    submission: UnitSubmission,
    provision: Provision | None,
    *,
    by: Mandate,
    now: datetime,
    kind: str = CommentKind.WORDING,
    proposed_text: str = "",
    reason: str = "",
    quote: str = "",
    once: bool = False,
) -> Comment:
    """Write a comment at a clause of the round's draft, or on the whole (None); the leader sends it with the bundle.

    ``once``: a page sent twice (a double click, a way back) keeps one comment. ``quote``: words of the clause that it is about. The clause's number and words are
    kept with it as they were. Raises NotAllowed, WrongState, Invalid."""
    lock(submission)
    require(can_add_comment(by, submission, now))
    at = None
    if provision is not None:
        at = ProvisionText.objects.filter(version=submission.round.version_id, provision=provision).first()
        if at is None:
            raise Invalid(_("Điều khoản này không có trong bản đang lấy ý kiến."), field="provision")
    proposed, reason, quote = _words(kind, proposed_text, reason, quote, at)
    quote, prefix, suffix = _selector(quote, at)
    same = submission.comments.filter(dropped_at=None, provision=provision, kind=kind, quote=quote)
    if once and (there := same.filter(proposed_text=proposed, reason=reason).first()) is not None:
        return there
    comment = Comment.objects.create(
        submission=submission,
        author=by,
        provision=provision,
        citation=at.citation if at else "",
        quote=quote,
        prefix=prefix,
        suffix=suffix,
        kind=kind,
        proposed_text=proposed,
        reason=reason,
        made_at=now,
        changed_at=now,
    )
    record("documents.add_comment", comment, by=by, now=now, where=_where(comment))
    return comment


@transaction.atomic
def take_over(submission: UnitSubmission, *, by: Mandate, now: datetime) -> int:
    """Take what the unit prepared in an earlier round and never sent into this one, at the same clauses; how many.

    Where a clause is gone the comment goes to the whole text and says where it stood. What this draft says already, and
    agreement with what is gone, is left behind. Raises NotAllowed, WrongState."""
    lock(submission)
    require(can_take_over(by, submission, now))
    earlier = list(unsent_before(submission).select_related("provision"))
    wanted = [one.provision_id for one in earlier if one.provision_id]
    there = {
        one.provision_id: one
        for one in ProvisionText.objects.filter(version=submission.round.version_id, provision__in=wanted)
    }
    taken = 0
    for one in earlier:
        one.dropped_at = now
        one.save(update_fields=["dropped_at"])
        at = there.get(one.provision_id) if one.provision_id else None
        quote = one.quote if at is not None and one.quote in f"{at.text}\n{at.heading or ''}" else ""
        kind, reason = one.kind, one.reason
        proposed = one.proposed_text
        if one.kind != CommentKind.AGREE and at is not None and not reason and _is(proposed, at):
            continue
        if one.provision_id and at is None:
            if not proposed and not reason:
                continue
            kind, proposed = CommentKind.ASK, ""
            reason = f"{one.citation}: " + "\n".join(filter(None, [one.proposed_text, one.reason]))
        add_comment(
            submission,
            one.provision if at is not None else None,
            by=by,
            now=now,
            kind=kind,
            proposed_text=proposed,
            reason=reason,
            quote=quote,
            once=True,
        )
        taken += 1
    record("documents.take_over", submission, by=by, now=now, count=taken)
    return taken


def _is(proposed: str, at: ProvisionText) -> bool:
    return nfc(proposed).strip() == nfc(at.text).strip()


def _selector(quote: str, at: ProvisionText | None) -> tuple[str, str, str]:
    """The quote with what stands around it in the clause. Raises Invalid for words that do not stand there."""
    if not quote or at is None:
        return "", "", ""
    for words in (at.text, at.heading or ""):
        if quote in words:
            return quote, *around(words, quote)
    raise Invalid(
        _("Đoạn này không có trong %(where)s; chép lại đúng chữ, hoặc để trống nếu góp ý cả điều khoản.")
        % {"where": at.citation},
        field="quote",
    )


@official()
def _where(comment: Comment) -> str:
    return comment.citation or _("toàn văn bản")


def _lock(comment: Comment) -> None:
    lock(comment.submission)
    lock(comment, "dropped_at")


@transaction.atomic
def change_comment(
    comment: Comment,
    *,
    by: Mandate,
    now: datetime,
    kind: str,
    proposed_text: str = "",
    reason: str = "",
    quote: str | None = None,
) -> Comment:
    """Change the words of an unsent comment; its place stays. Raises NotAllowed, WrongState, Invalid."""
    _lock(comment)
    require(can_change_comment(by, comment, now))
    at = None
    if comment.provision_id is not None:
        at = ProvisionText.objects.filter(
            version=comment.submission.round.version_id, provision=comment.provision_id
        ).first()
    quote = comment.quote if quote is None else quote
    proposed, reason, quote = _words(kind, proposed_text, reason, quote, at)
    comment.quote, comment.prefix, comment.suffix = _selector(quote, at)
    comment.kind, comment.proposed_text, comment.reason, comment.changed_at = kind, proposed, reason, now
    fields = ["kind", "proposed_text", "reason", "quote", "prefix", "suffix", "changed_at"]
    comment.save(update_fields=fields)
    record("documents.change_comment", comment, by=by, now=now, where=_where(comment))
    return comment


@transaction.atomic
def drop_comment(comment: Comment, *, by: Mandate, now: datetime) -> None:
    """Take an unsent comment back; ``restore_comment`` undoes it. Raises NotAllowed, WrongState."""
    _lock(comment)
    require(can_change_comment(by, comment, now))
    comment.dropped_at = now
    comment.save(update_fields=["dropped_at"])
    record("documents.drop_comment", comment, by=by, now=now, where=_where(comment))


@transaction.atomic
def restore_comment(comment: Comment, *, by: Mandate, now: datetime) -> None:
    """Undo ``drop_comment``. Raises NotAllowed, WrongState."""
    _lock(comment)
    require(can_restore_comment(by, comment, now))
    comment.dropped_at = None
    comment.save(update_fields=["dropped_at"])
    record("documents.restore_comment", comment, by=by, now=now, where=_where(comment))


@transaction.atomic
def withdraw_comment(comment: Comment, *, by: Mandate, now: datetime) -> None:
    """Take a sent comment out before the round's hour; it stays readable as withdrawn, and nobody has to answer it.

    Raises NotAllowed, WrongState."""
    document = comment.submission.round.version.document
    _lock_with_round(comment.submission)
    lock(comment, "dropped_at", "withdrawn_by")
    comment._state.fields_cache.pop("response", None)
    require(can_withdraw_comment(by, comment, now))
    comment.dropped_at, comment.withdrawn_by = now, by
    comment.save(update_fields=["dropped_at", "withdrawn_by"])
    unit, where = comment.submission.unit.short_name, _where(comment)
    record("documents.withdraw_comment", comment, by=by, now=now, unit=unit, where=where)
    if by.unit_id != document.drafting_unit_id:
        with official():
            notify(
                people_of([document.drafting_unit_id], document.year_id, now),
                _("%(unit)s rút ý kiến: %(title)s") % {"unit": comment.submission.unit, "title": document.title},
                _("Ý kiến về %(where)s đã được đơn vị rút trước khi hết hạn góp ý.") % {"where": where},
                f"{document.get_absolute_url()}gop-y/{comment.pk}/",
                now=now,
            )
