"""Trình hội nghị, thông qua, trả lại, rút: a text goes to the conference and comes back with its decision."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import move, record
from giaouoc.clusters.models import Mandate, MemberRole
from giaouoc.clusters.queries import body_kind_of, members_of
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.notices.actions.send import notify

from ..access_answers import (
    can_confirm_final,
    can_keep,
    can_record_decision,
    can_table,
    can_table_without_consultation,
    can_withdraw,
    withdrawal_sides,
)
from ..models import Adoption, Comment, ConsultationRound, Document, DocumentVersion, kept_content
from ..queries import leaders_of, lock, newest_version, refuse_unreadable
from ..rules.clause_tree import content_hash
from ..states import DOCUMENT_MOVES, ROUND_MOVES, RoundState
from .imports import add_version
from .rounds import _freeze


def _version_to_table(document: Document, now: datetime) -> DocumentVersion:
    version = newest_version(document)
    if version is None:
        raise WrongState(_("Văn bản chưa có dự thảo nào."))
    refuse_unreadable(version)
    _freeze(version, now)
    return version


@transaction.atomic
def table_document(document: Document, *, by: Mandate, now: datetime) -> DocumentVersion:
    """Put the newest draft before the conference; it is frozen from now on. The tabled draft is given back.

    Refused while one sent comment lacks its published answer, or a 'tiếp thu' points to no changed clause: WrongState
    says which. What was answered 'trình hội nghị' or is reserved is listed in the trail. Raises NotAllowed, WrongState."""
    lock(document)
    require(can_table(by, document, now))
    version = _version_to_table(document, now)
    left = Comment.objects.for_the_meeting().filter(submission__round__version__document=document)
    where = dict.fromkeys(left.order_by("pk").values_list("citation", flat=True))
    with official():
        move(
            document,
            "table",
            DOCUMENT_MOVES,
            by=by,
            now=now,
            act="documents.table",
            fields={"reason": ""},  # of an earlier tabling without consultation
            version=version.label.lower(),
            hash=version.content_hash[:8].upper(),
            open=", ".join(one or _("toàn văn bản") for one in where) or _("không có ý kiến nào"),
        )
    return version


@transaction.atomic
def table_without_consultation(document: Document, *, by: Mandate, now: datetime, reason: str) -> DocumentVersion:
    """Put a draft before the conference on which nobody was asked; the reason goes into the minutes.

    Raises NotAllowed, WrongState, Invalid."""
    lock(document)
    require(can_table_without_consultation(by, document, now))
    reason = reason.strip()
    if not reason:
        raise Invalid(_("Ghi lý do trình không qua lấy ý kiến; lý do được đưa vào biên bản."), field="reason")
    version = _version_to_table(document, now)
    with official():
        move(
            document,
            "table_without_consultation",
            DOCUMENT_MOVES,
            by=by,
            now=now,
            act="documents.table_without_consultation",
            fields={"reason": reason},
            version=version.label.lower(),
            hash=version.content_hash[:8].upper(),
            reason=reason,
        )
    return version


def _is_tabled(document: Document, version: DocumentVersion, text_hash: str) -> None:
    """Refuse a decision on any other text than the one tabled. Raises WrongState."""
    newest = newest_version(document)
    if newest is None or version.pk != newest.pk or version.document_id != document.pk:
        raise WrongState(_("Hội nghị chỉ quyết định bản đã trình của văn bản này."))
    if text_hash != newest.content_hash or newest.frozen_at is None:
        raise WrongState(_("Mã của văn bản được biểu quyết khác mã của bản đã trình."))


@transaction.atomic
def adopt_document(
    document: Document,
    version: DocumentVersion,
    text_hash: str,
    meeting_title: str,
    meeting_date: date,
    result: str,
    *,
    by: Mandate,
    now: datetime,
) -> Adoption:
    """Record that the conference adopted the tabled draft. ``text_hash``: of what was voted on; ``result``: '5/5 đơn vị
    tán thành'. Another hash than the tabled draft's is refused. Raises NotAllowed, WrongState."""
    lock(document)
    require(can_record_decision(by, document, now))
    _is_tabled(document, version, text_hash)
    return _adopt("adopt", version, meeting_title, meeting_date, result, by, now)


@transaction.atomic
def adopt_with_edits(
    document: Document,
    version: DocumentVersion,
    text_hash: str,
    tree: list[dict[str, Any]],
    result: str,
    *,
    by: Mandate,
    now: datetime,
) -> DocumentVersion:
    """Record that the conference adopted the tabled draft with listed edits. ``tree``: the text after them; it becomes the
    next draft, frozen, and waits for the chair to confirm it. Raises NotAllowed, WrongState."""
    lock(document)
    require(can_record_decision(by, document, now))
    _is_tabled(document, version, text_hash)
    final = add_version(document, tree, by=by, now=now)
    _freeze(final, now)
    with official():
        move(
            document,
            "adopt_with_edits",
            DOCUMENT_MOVES,
            by=by,
            now=now,
            act="documents.adopt_with_edits",
            version=version.label.lower(),
            final=final.label.lower(),
            hash=final.content_hash[:8].upper(),
            result=result,
        )
    return final


@transaction.atomic
def confirm_final(
    document: Document,
    final_hash: str,
    meeting_title: str,
    meeting_date: date,
    result: str,
    *,
    by: Mandate,
    now: datetime,
) -> Adoption:
    """The text after the edits is adopted. ``final_hash``: of what the conference voted on, the edits worked in.

    Refused when the text that waits is another one. Raises NotAllowed, WrongState."""
    lock(document)
    require(can_confirm_final(by, document, now))
    final = newest_version(document)
    if final is None or final.content_hash != final_hash or content_hash(kept_content(final)) != final_hash:
        raise WrongState(_("Bản cuối khác bản đã trình cộng với các chỉnh sửa đã biểu quyết."))
    return _adopt("confirm_final", final, meeting_title, meeting_date, result, by, now)


def _adopt(
    verb: str, version: DocumentVersion, meeting_title: str, meeting_date: date, result: str, by: Mandate, now: datetime
) -> Adoption:
    document = version.document
    adoption = Adoption.objects.create(
        document=document,
        version=version,
        text_hash=version.content_hash,
        meeting_title=meeting_title,
        meeting_date=meeting_date,
        result=result,
        adopted_at=now,
        body_kind=body_kind_of(document.year, now),
    )
    with official():
        move(
            document,
            verb,
            DOCUMENT_MOVES,
            by=by,
            now=now,
            act="documents.adopt",
            version=version.label.lower(),
            hash=version.content_hash[:8].upper(),
            result=result,
            meeting=meeting_title,
        )
    return adoption


@transaction.atomic
def send_back_document(
    document: Document, version: DocumentVersion, text_hash: str, result: str, *, by: Mandate, now: datetime
) -> None:
    """Record that the conference did not adopt the tabled draft; drafting goes on. Raises NotAllowed, WrongState."""
    lock(document)
    require(can_record_decision(by, document, now))
    _is_tabled(document, version, text_hash)
    move(document, "send_back", DOCUMENT_MOVES, by=by, now=now, act="documents.send_back", result=result)


@transaction.atomic
def send_back_final(document: Document, *, by: Mandate, now: datetime, reason: str) -> None:
    """The chair does not confirm the text after the edits; drafting goes on. Raises NotAllowed, WrongState, Invalid."""
    lock(document)
    require(can_confirm_final(by, document, now))
    if not reason.strip():
        raise Invalid(_("Ghi lý do trả lại."), field="reason")
    move(document, "send_back", DOCUMENT_MOVES, by=by, now=now, act="documents.send_back", result=reason.strip())


@transaction.atomic
def withdraw_document(document: Document, *, by: Mandate, now: datetime, reason: str) -> bool:
    """Take a text out of the year's work once the leaders of the drafting unit and of the head unit want it.

    The first of them asks, and the other is told; whoever leads both does it alone. Everything stays readable, an open round
    ends. Returns whether the text is withdrawn now. Raises NotAllowed, WrongState, Invalid."""
    lock(document, "state", "withdrawal_asked_by")
    require(can_withdraw(by, document, now))
    reason = reason.strip()
    if not reason:
        raise Invalid(_("Ghi lý do rút văn bản."), field="reason")
    sides = withdrawal_sides(by, document, now) | withdrawal_sides(document.withdrawal_asked_by, document, now)
    if sides != {"drafter", "head"}:
        _ask_withdrawal(document, reason, sides, by=by, now=now)
        return False
    for round in ConsultationRound.objects.filter(version__document=document, state=RoundState.OPEN):
        round.version.document = document
        move(round, "close", ROUND_MOVES, by=by, now=now, act="documents.end_round", fields={"closed_at": now})
    move(
        document,
        "withdraw",
        DOCUMENT_MOVES,
        by=by,
        now=now,
        act="documents.withdraw",
        fields={"reason": reason, "withdrawal_asked_by": None, "withdrawal_reason": ""},
        reason=reason,
    )
    return True


def _ask_withdrawal(document: Document, reason: str, sides: set[str], *, by: Mandate, now: datetime) -> None:
    document.withdrawal_asked_by, document.withdrawal_reason = by, reason
    document.save(update_fields=["withdrawal_asked_by", "withdrawal_reason"])
    record("documents.ask_withdrawal", document, by=by, now=now, reason=reason)
    heads = [row.unit_id for row in members_of(document.year, now) if row.role == MemberRole.HEAD]
    others = [document.drafting_unit_id] if sides == {"head"} else heads
    with official():
        notify(
            [one for unit in others for one in leaders_of(unit, document.year_id, now)],
            _("Đề nghị rút: %(title)s") % {"title": document.title},
            _("%(unit)s đề nghị rút văn bản: %(reason)s") % {"unit": by.unit, "reason": reason},
            document.get_absolute_url(),
            now=now,
        )


@transaction.atomic
def keep_document(document: Document, *, by: Mandate, now: datetime) -> None:
    """Turn down a withdrawal that was asked for, or take it back. Raises NotAllowed, WrongState."""
    lock(document, "state", "withdrawal_asked_by")
    require(can_keep(by, document, now))
    document.withdrawal_asked_by, document.withdrawal_reason = None, ""
    document.save(update_fields=["withdrawal_asked_by", "withdrawal_reason"])
    record("documents.keep", document, by=by, now=now)
