"""Who may answer, approve, publish, have the last word, and bring a text to the conference; each with its reason.

The gate: nothing is published or tabled while an answer is missing or 'tiếp thu' points to no clause that changed
(consultation design §3 item 2)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giaouoc.clusters.access import acts_for_member, chairs, is_head, is_head_leader, works_in
from giaouoc.clusters.models import Mandate, Role
from giaouoc.clusters.queries import members_of
from giaouoc.lib.dates import moment
from giaouoc.lib.verdict import YES, Verdict, no, not_now
from giaouoc.signing.states import CLOSED as ENDED
from giaouoc.signing.states import RoundState as SigningState

from .access import _drafts, can_answer_at_all
from .changed import accepted_unchanged
from .models import WRITERS, Adoption, Comment, Document, Response
from .signals import being_decided
from .states import DECIDED, STILL_HEARD, DocumentState, SubmissionState


def can_answer(by: Mandate | None, comment: Comment, now: datetime) -> Verdict:
    """The drafting unit, for a comment that was sent, until the answer is published."""
    document = comment.submission.round.version.document
    if not (verdict := can_answer_at_all(by, document, now)):
        return verdict
    if comment.withdrawn_by_id is not None:
        return not_now(_("Đơn vị đã rút ý kiến này."))
    if comment.dropped_at is not None or comment.submission.state != SubmissionState.SENT:
        return not_now(_("Ý kiến này chưa được gửi."))
    if document.state not in STILL_HEARD:
        return not_now(_("%(state)s: không sửa trả lời được.") % {"state": document.state_label})
    response = getattr(comment, "response", None)
    if response is not None and response.published_at is not None:
        return not_now(_("Trả lời đã công bố lúc %(at)s, không sửa được.") % {"at": moment(response.published_at)})
    return YES


def can_point(by: Mandate | None, response: Response, now: datetime) -> Verdict:
    """Name the changed clauses of a 'tiếp thu', also after it was published; until the text is tabled."""
    document = response.comment.submission.round.version.document
    if not (verdict := can_answer_at_all(by, document, now)):
        return verdict
    if document.state not in STILL_HEARD:
        return not_now(_("%(state)s: không sửa trả lời được.") % {"state": document.state_label})
    return YES


def _leads(by: Mandate | None, document: Document, now: datetime) -> Verdict:
    """The leader of those who answer."""
    if not (verdict := can_answer_at_all(by, document, now)):
        return verdict
    if by is not None and by.role == Role.LEADER:
        return YES
    return no(_("Lãnh đạo đơn vị soạn thảo duyệt trả lời; thư ký soạn."))


def _waiting(document: Document) -> int:
    """How many unpublished answers nobody has approved."""
    found = Response.objects.filter(
        comment__dropped_at=None, comment__submission__round__version__document=document, published_at=None
    )
    return found.filter(approved_at=None).count()


def can_approve_answers(by: Mandate | None, document: Document, now: datetime) -> Verdict:
    """The leader of those who answer, when there is a drafted answer that nobody approved."""
    if not (verdict := _leads(by, document, now)):
        return verdict
    if document.state not in STILL_HEARD or not _waiting(document):
        return not_now(_("Không có trả lời nào chờ duyệt."))
    return YES


def can_publish_answer(by: Mandate | None, response: Response, now: datetime) -> Verdict:
    """Once; the leader at any time, the secretary what the leader has approved."""
    verdict = can_answer(by, response.comment, now)
    return verdict and _approved(by, 1 if response.approved_at is None else 0)


def _approved(by: Mandate | None, count: int) -> Verdict:
    """``count``: of answers that wait for the leader; his own publishing approves them."""
    if not count or (by is not None and by.role == Role.LEADER):
        return YES
    return not_now(
        ngettext("Còn %(count)s trả lời lãnh đạo chưa duyệt.", "Còn %(count)s trả lời lãnh đạo chưa duyệt.", count)
        % {"count": count}
    )


def can_publish_answers(by: Mandate | None, document: Document, now: datetime) -> Verdict:
    """After the close, when no sent comment lacks its answer, each is approved and each 'tiếp thu' is kept."""
    if not (verdict := can_answer_at_all(by, document, now)):
        return verdict
    if document.state == DocumentState.CONSULTING:
        return not_now(_("Đang lấy ý kiến; công bố toàn bộ trả lời sau khi hết hạn góp ý."))
    if document.state != DocumentState.RESPONDING:
        return not_now(_("%(state)s: không có trả lời nào chờ công bố.") % {"state": document.state_label})
    missing = Comment.objects.sent().filter(submission__round__version__document=document, response=None)
    if not (verdict := _nothing_missing(list(missing.order_by("pk").values_list("citation", flat=True)))):
        return verdict
    verdict = _approved(by, _waiting(document))
    return verdict and _promises_kept(document)


def _promises_kept(document: Document) -> Verdict:
    """Each 'tiếp thu' points to a clause that changed."""
    citations = accepted_unchanged(document)
    if not citations:
        return YES
    where = [one or _("toàn văn bản") for one in citations]
    named = ", ".join(where[:8]) + (" …" if len(where) > 8 else "")
    sentence = ngettext(
        "Ghi tiếp thu nhưng chưa chỉ ra điều khoản đã sửa: %(where)s.",
        "Ghi tiếp thu nhưng chưa chỉ ra điều khoản đã sửa: %(where)s.",
        len(citations),
    )
    return not_now(sentence % {"where": named})


def _nothing_missing(citations: list[str]) -> Verdict:
    if not citations:
        return YES
    where = list(dict.fromkeys(one or _("toàn văn bản") for one in citations))
    named = ", ".join(where[:8]) + (" …" if len(where) > 8 else "")
    sentence = ngettext(
        "Còn %(count)s ý kiến chưa trả lời: %(where)s.", "Còn %(count)s ý kiến chưa trả lời: %(where)s.", len(citations)
    )
    return not_now(sentence % {"count": len(citations), "where": named})


# The commenter's last word


def can_say_last_word(by: Mandate | None, response: Response, now: datetime) -> Verdict:
    """The unit that commented, from the publication of the answer until the conference decides.

    Its secretary prepares, its leader says; what the leader said, only the leader changes."""
    submission = response.comment.submission
    document = submission.round.version.document
    if by is None or by.unit_id != submission.unit_id or by.role not in WRITERS or not works_in(by, document.year):
        return no(_("Chỉ thư ký, lãnh đạo đơn vị đã góp ý nói lời cuối về trả lời."))
    if not (verdict := acts_for_member(by, document.year, now)):
        return verdict
    if response.published_at is None:
        return not_now(_("Trả lời chưa được công bố."))
    if document.state not in {*STILL_HEARD, DocumentState.TABLED}:
        return not_now(_("%(state)s: không ghi thêm được.") % {"state": document.state_label})
    word = getattr(response, "last_word", None)
    if word is not None and word.said_at is not None and by.role != Role.LEADER:
        return not_now(_("Lãnh đạo đã gửi lúc %(at)s; chỉ lãnh đạo sửa được.") % {"at": moment(word.said_at)})
    return YES


# Tabling


def _all_answered(document: Document) -> Verdict:
    missing = Comment.objects.unanswered().filter(submission__round__version__document=document)
    return _nothing_missing(list(missing.order_by("pk").values_list("citation", flat=True)))


def can_table(by: Mandate | None, document: Document, now: datetime) -> Verdict:
    """The head unit, once every comment has its published answer."""
    if not (verdict := is_head(by, document.year, now)):
        return verdict
    if document.state == DocumentState.DRAFTING:
        return not_now(_("Văn bản chưa lấy ý kiến; trình không qua lấy ý kiến phải có lý do."))
    if document.state in {DocumentState.CONSULTING, DocumentState.RESPONDING, DocumentState.RESPONDED}:
        if not (verdict := _all_answered(document)):
            return verdict
    if document.state == DocumentState.CONSULTING:
        return not_now(_("Đang lấy ý kiến; trình hội nghị sau khi hết hạn góp ý và đã trả lời."))
    if document.state == DocumentState.RESPONDING:
        return not_now(_("Công bố trả lời các ý kiến trước khi trình hội nghị."))
    if document.state != DocumentState.RESPONDED:
        return not_now(_("%(state)s: không trình được.") % {"state": document.state_label})
    return _promises_kept(document)


def can_table_without_consultation(by: Mandate | None, document: Document, now: datetime) -> Verdict:
    """The head unit's leader, for a draft on which nobody was asked; the reason goes into the minutes."""
    if not (verdict := is_head_leader(by, document.year, now)):
        return verdict
    if document.state != DocumentState.DRAFTING:
        return not_now(
            _("%(state)s: chỉ văn bản đang soạn mới trình không qua lấy ý kiến.") % {"state": document.state_label}
        )
    return _all_answered(document) and _promises_kept(document)


def can_record_decision(by: Mandate | None, document: Document, now: datetime) -> Verdict:
    """Whoever chairs: the head unit's leader, or the deputy unit's leader by written delegation."""
    if not chairs(by, document.year, now):
        return no(_("Chỉ người chủ trì hội nghị ghi nhận quyết định về văn bản."))
    if document.state != DocumentState.TABLED:
        return not_now(_("%(state)s: hội nghị chỉ quyết định văn bản đã trình.") % {"state": document.state_label})
    return YES


def can_confirm_final(by: Mandate | None, document: Document, now: datetime) -> Verdict:
    """Whoever chairs confirms the text after the edits that the conference adopted."""
    if not chairs(by, document.year, now):
        return no(_("Chỉ người chủ trì hội nghị chốt bản cuối."))
    return YES if document.state == DocumentState.EDITED else not_now(_("Văn bản không chờ bản cuối."))


def can_issue(by: Mandate | None, document: Document, now: datetime) -> Verdict:
    """Whoever leads the cluster issues an adopted text, under its number; not while leaders are signing it."""
    if not chairs(by, document.year, now):
        return no(_("Chỉ Cụm trưởng, hoặc Cụm phó được ủy quyền bằng văn bản, ban hành văn bản của Cụm."))
    if document.state != DocumentState.ADOPTED:
        return not_now(
            _("%(state)s: chỉ ban hành văn bản đã được hội nghị thông qua.") % {"state": document.state_label}
        )
    signing = Adoption.objects.filter(document=document).values_list("signing_round__state", flat=True).first()
    if signing not in {None, SigningState.SEALED, *ENDED}:
        return not_now(_("Văn bản đang được ký: ban hành sau khi đóng niêm."))
    return YES


def withdrawal_sides(by: Mandate | None, document: Document, now: datetime) -> set[str]:
    """For which of the two who must agree this leader speaks: 'drafter', 'head', or both where the head unit drafts, or
    where the drafting unit has left the cluster."""
    if by is None or by.role != Role.LEADER:
        return set()
    sides = {"drafter"} if _drafts(by, document, now) and by.unit_id == document.drafting_unit_id else set[str]()
    if not is_head_leader(by, document.year, now):
        return sides
    stays = any(row.unit_id == document.drafting_unit_id for row in members_of(document.year, now))
    return sides | ({"head"} if stays else {"head", "drafter"})


def can_withdraw(by: Mandate | None, document: Document, now: datetime) -> Verdict:
    """The leader of the drafting unit with the head unit's, before adoption: one asks, the other agrees."""
    sides = withdrawal_sides(by, document, now)
    if not sides:
        return no(_("Chỉ lãnh đạo đơn vị soạn thảo cùng lãnh đạo đơn vị Cụm trưởng được rút văn bản."))
    if document.state in DECIDED | {DocumentState.WITHDRAWN}:
        return not_now(_("%(state)s: không rút được.") % {"state": document.state_label})
    held = next((word for _receiver, word in being_decided.send(sender=Document, document=document) if word), "")
    if held:
        return not_now(held)
    if sides <= withdrawal_sides(document.withdrawal_asked_by, document, now):
        return not_now(_("Đã đề nghị rút; chờ lãnh đạo đơn vị kia đồng ý."))
    return YES


def can_keep(by: Mandate | None, document: Document, now: datetime) -> Verdict:
    """Turn the asked withdrawal down, or take it back: either of the two leaders."""
    if not withdrawal_sides(by, document, now):
        return no(_("Chỉ lãnh đạo đơn vị soạn thảo hoặc lãnh đạo đơn vị Cụm trưởng trả lời đề nghị rút văn bản."))
    if document.withdrawal_asked_by_id is None:
        return not_now(_("Không có đề nghị rút văn bản nào đang chờ."))
    return YES
