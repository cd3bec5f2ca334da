"""Who may do what with drafts, rounds, comments and answers; each answer with its reason.

The administrator has no right here. Roles: consultation design §4.5."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.utils.translation import gettext as _

from giaouoc.audit.trail import System
from giaouoc.clusters.access import acts_for_member, is_head, works_in
from giaouoc.clusters.models import Mandate, MemberRole, Role, Year
from giaouoc.files.models import hidden_row
from giaouoc.files.storage import hidden_words
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import moment
from giaouoc.lib.verdict import YES, Verdict, no, not_now
from giaouoc.signing.access import signing_works
from giaouoc.signing.states import CLOSED as ENDED

from .models import (
    UNIT_ROLES,
    WRITERS,
    Adoption,
    Comment,
    ConsultationRound,
    Document,
    DocumentVersion,
    DraftImport,
    Response,
    UnitSubmission,
    Writing,
    reads_early,
)
from .queries import unquote, unsent_before
from .states import SPOKEN, STILL_HEARD, DocumentState, RoundState, SubmissionState

# What one may look at


def get_document_for(by: Mandate | None, year: Year, slug: str) -> Document:
    """A text of the year, for those who work in it. Raises Http404."""
    document = (
        Document.objects.select_related("drafting_unit", "withdrawal_asked_by__unit")
        .filter(year=year, slug=slug)
        .first()
    )
    if document is None or not works_in(by, year):
        raise Http404
    document.year = year
    return document


def get_version_for(by: Mandate | None, document: Document, ordinal: int, now: datetime) -> DocumentVersion:
    """One draft of the text; one that is not frozen yet is known to the drafting unit alone. Raises Http404."""
    version = document.versions.select_related("source").filter(ordinal=ordinal).first()
    if version is None or (version.frozen_at is None and not can_see_drafts(by, document, now)):
        raise Http404
    version.document = document
    return version


def get_import_for(by: Mandate | None, year: Year, pk: int, now: datetime) -> DraftImport:
    """A draft that waits for its preview to be confirmed, of one's own unit. Raises Http404."""
    found = None
    if by is not None and works_in(by, year):
        rows = DraftImport.objects.visible_to(by, now).select_related("file", "document", "made_by")
        found = rows.filter(year=year, pk=pk).first()
    if found is None:
        raise Http404
    refuse_copy(found)
    found.year = year
    return found


def refuse_copy(found: DraftImport | Writing) -> None:
    """Raise Quarantined for a preview or working copy that is hidden, or holds the words of a draft hidden since it was
    begun."""
    hidden = found.document_id is not None and DocumentVersion.objects.filter(
        document=found.document_id, hidden_at__gte=found.made_at
    )
    if hidden_row(found) is not None or (hidden and hidden.exists()):
        raise hidden_words()


def get_comment_for(by: Mandate | None, document: Document, pk: int, now: datetime) -> Comment:
    """A comment that the mandate may know of. Raises Http404."""
    found = None
    if by is not None and works_in(by, document.year):
        rows = Comment.objects.visible_to(by, now).select_related(
            "submission__unit",
            "submission__round__version",
            "response__drafted_by__unit",
            "response__last_word",
            "author__unit",
        )
        found = rows.filter(pk=pk, submission__round__version__document=document).first()
    if found is None:
        raise Http404
    found.submission.round.version.document = document
    unquote(found)
    return found


def can_see_drafts(by: Mandate | None, document: Document, now: datetime) -> Verdict:
    """A draft that nobody was asked about yet: the drafting unit and the head unit."""
    if by is not None and by.role in UNIT_ROLES and works_in(by, document.year):
        if by.unit_id == document.drafting_unit_id or by.membership_role(now) == MemberRole.HEAD:
            return YES
    return no(_("Dự thảo này chưa gửi lấy ý kiến."))


def sees_sent(by: Mandate | None, round: ConsultationRound, now: datetime) -> bool:
    """Whether the mandate reads what others sent in this round: blind until the close for the other members."""
    document = round.version.document
    if by is None or not works_in(by, document.year):
        return False
    own = by.role in UNIT_ROLES and by.unit_id == document.drafting_unit_id
    return round.is_over(now) or own or reads_early(by, now)


def sees_answer(by: Mandate | None, response: Response, comment: Comment, now: datetime) -> bool:
    """Whether the mandate reads this answer to a comment that it may read: drafts stay with those who answer."""
    if by is None:
        return False
    return response.published_at is not None or bool(
        can_answer_at_all(by, comment.submission.round.version.document, now)
    )


# Drafts


def can_import(by: Mandate | None, year: Year, now: datetime, document: Document | None = None) -> Verdict:
    """The head unit brings in a new text; a further draft comes from its drafting unit, while nobody is being asked."""
    if document is None:
        if not is_head(by, year, now):
            return no(_("Chỉ thư ký, lãnh đạo đơn vị Cụm trưởng được đưa dự thảo mới vào."))
        return YES
    if not (verdict := _drafts(by, document, now)):
        return verdict
    if document.state == DocumentState.CONSULTING:
        return not_now(_("Đang lấy ý kiến. Dự thảo tiếp theo được đưa vào sau khi hết hạn góp ý."))
    if document.state == DocumentState.EDITED:
        return not_now(_("Bản cuối được lập từ các chỉnh sửa đã thông qua tại hội nghị."))
    if document.state not in {DocumentState.DRAFTING, DocumentState.RESPONDING, DocumentState.RESPONDED}:
        return not_now(_("%(state)s: văn bản không nhận dự thảo mới.") % {"state": document.state_label})
    return YES


def can_work_on_import(by: Mandate | None, draft: DraftImport, now: datetime) -> Verdict:
    """The secretary or leader of the unit whose person read the file, until it is saved."""
    verdict = can_import(by, draft.year, now, draft.document)
    if verdict and by is not None and draft.made_by.unit_id != by.unit_id:
        return no(_("Chỉ đơn vị đã đưa tệp này vào được làm việc với nó."))
    if verdict and draft.saved_at is not None:
        return not_now(_("Tệp này đã được lưu thành dự thảo."))
    return verdict


def get_writing_for(by: Mandate | None, year: Year, pk: int, now: datetime) -> Writing:
    """A working copy of one's own unit. Raises Http404."""
    found = None
    if by is not None and works_in(by, year):
        rows = Writing.objects.visible_to(by, now).select_related("document__drafting_unit", "base", "made_by")
        found = rows.filter(year=year, pk=pk).first()
    if found is None:
        raise Http404
    refuse_copy(found)
    found.year = year
    if found.document is not None:
        found.document.year = year
    return found


def can_write(by: Mandate | None, writing: Writing, now: datetime) -> Verdict:
    """The unit that began it, who may bring in a draft, until it is finished or put aside."""
    verdict = can_import(by, writing.year, now, writing.document)
    if verdict and by is not None and writing.made_by.unit_id != by.unit_id:
        return no(_("Chỉ đơn vị đã mở bản soạn này được làm việc với nó."))
    if verdict and writing.finished_at is not None:
        return not_now(_("Bản soạn này đã chốt thành dự thảo, không sửa được nữa."))
    if verdict and writing.dropped_at is not None:
        return not_now(_("Bản soạn này đã bỏ; lấy lại trước khi sửa."))
    return verdict


def can_restore_writing(by: Mandate | None, writing: Writing, now: datetime) -> Verdict:
    """As ``can_write``, for one that was put aside while the text has no other."""
    verdict = can_import(by, writing.year, now, writing.document)
    if verdict and (writing.dropped_at is None or writing.finished_at is not None):
        return not_now(_("Bản soạn này chưa bỏ."))
    others = Writing.objects.filter(document=writing.document_id, finished_at=None, dropped_at=None)
    if verdict and writing.document_id is not None and others.exists():
        return not_now(_("Văn bản đã có bản soạn khác đang mở."))
    return verdict


def can_pair(by: Mandate | None, version: DocumentVersion, now: datetime) -> Verdict:
    """The drafting unit decides doubtful pairs of a further draft until that draft is frozen."""
    if not (verdict := _drafts(by, version.document, now)):
        return verdict
    if version.ordinal < 2:
        return not_now(_("Dự thảo đầu tiên không có dự thảo nào để ghép."))
    if version.frozen_at is not None:
        return not_now(_("%(version)s đã khóa nội dung, không ghép lại được.") % {"version": version.label})
    if version.document.versions.filter(ordinal__gt=version.ordinal).exists():  # its clauses go on as those of this one
        return not_now(_("Đã có dự thảo sau %(version)s, không ghép lại được.") % {"version": version.label.lower()})
    return YES


def _drafts(by: Mandate | None, document: Document, now: datetime) -> Verdict:
    if by is not None and by.role in WRITERS and by.unit_id == document.drafting_unit_id:
        if acts_for_member(by, document.year, now):
            return YES
    return no(
        _("Chỉ thư ký, lãnh đạo đơn vị soạn thảo (%(unit)s) được làm việc này.") % {"unit": document.drafting_unit}
    )


# Rounds


def can_open_round(by: Mandate | None, version: DocumentVersion, now: datetime) -> Verdict:
    """The drafting unit's leader, or its secretary by written delegation; on the newest draft."""
    document = version.document
    if not (verdict := _drafts(by, document, now)):
        return verdict
    if by is not None and by.role == Role.SECRETARY and not by.delegation_number:
        return no(_("Lãnh đạo đơn vị soạn thảo mở lấy ý kiến, hoặc thư ký khi được ủy quyền bằng văn bản."))
    if document.state == DocumentState.RESPONDING:
        return not_now(_("Công bố trả lời các ý kiến của đợt trước rồi mới lấy ý kiến đợt mới."))
    if document.state not in {DocumentState.DRAFTING, DocumentState.RESPONDED}:
        return not_now(_("%(state)s: không mở lấy ý kiến được.") % {"state": document.state_label})
    if document.versions.filter(ordinal__gt=version.ordinal).exists():
        return not_now(_("Đã có dự thảo mới hơn; lấy ý kiến trên dự thảo mới nhất."))
    return YES


def can_extend_round(by: Mandate | None, round: ConsultationRound, now: datetime) -> Verdict:
    """The drafting unit, before the close."""
    if not (verdict := _drafts(by, round.version.document, now)):
        return verdict
    if round.is_over(now):
        return not_now(_("Đã hết hạn góp ý lúc %(at)s nên không gia hạn được.") % {"at": moment(round.closes_at)})
    return YES


def can_remind(by: Mandate | None, round: ConsultationRound, now: datetime) -> Verdict:
    """The head unit reminds who has not spoken, while the round is open and not twice a day."""
    if not (verdict := is_head(by, round.version.document.year, now)):
        return verdict
    if round.state != RoundState.OPEN or round.is_over(now):
        return not_now(_("Đã hết hạn góp ý."))
    if round.reminded_at is not None and local_date(round.reminded_at) == local_date(now):
        return not_now(_("Hôm nay đã nhắc; mỗi ngày nhắc một lần."))
    return YES


def can_close_round(by: Mandate | System | None, round: ConsultationRound, now: datetime) -> Verdict:
    """By the clock, or by the drafting unit once the hour has come. Nobody closes early."""
    if not isinstance(by, System):
        if not (verdict := _drafts(by, round.version.document, now)):
            return verdict
    if round.state != RoundState.OPEN:
        return not_now(_("Đợt lấy ý kiến đã khép."))
    if now < round.closes_at:
        return not_now(_("Đợt lấy ý kiến mở đến %(at)s; chưa đến giờ khép.") % {"at": moment(round.closes_at)})
    return YES


# Comments and the unit's bundle


def _speaks(by: Mandate | None, submission: UnitSubmission, now: datetime, roles: tuple[str, ...] = WRITERS) -> Verdict:
    document = submission.round.version.document
    if by is None or by.unit_id != submission.unit_id or by.role not in UNIT_ROLES or not works_in(by, document.year):
        return no(_("Chỉ người của chính đơn vị góp ý được làm việc này."))
    if not (verdict := acts_for_member(by, document.year, now)):
        return verdict
    if by.role not in roles:
        if roles == (Role.LEADER,):
            return no(_("Lãnh đạo đơn vị gửi góp ý; thư ký soạn và trình."))
        return no(_("Thư ký, lãnh đạo đơn vị soạn góp ý; thẩm định chỉ xem."))
    return YES


def _is_heard(submission: UnitSubmission) -> Verdict:
    """Whether something sent now would still be answered: the last round, before tabling."""
    round = submission.round
    document = round.version.document
    if document.state not in STILL_HEARD:
        return not_now(_("%(state)s: không nhận thêm ý kiến.") % {"state": document.state_label})
    last = round.__dict__.get("is_last")  # known to pages that have read all rounds of the text
    if last is None:
        last = not ConsultationRound.objects.filter(version__document=document, pk__gt=round.pk).exists()
    if not last:
        return not_now(_("Đã có đợt lấy ý kiến mới; mời góp ý ở đợt đó."))
    return YES


def _prepares(by: Mandate | None, submission: UnitSubmission, now: datetime) -> Verdict:
    """Work on an unsent bundle: secretary and leader while it is prepared, the leader alone once it was handed over."""
    if not (verdict := _speaks(by, submission, now)):
        return verdict
    if submission.state in SPOKEN:
        return not_now(
            _("Đơn vị đã gửi lúc %(at)s; ý kiến thêm là bản bổ sung.") % {"at": moment(submission.sent_at)}
            if submission.sent_at
            else _("Đơn vị đã gửi góp ý.")
        )
    if submission.state == SubmissionState.WITH_LEADER and by is not None and by.role != Role.LEADER:
        return not_now(_("Bản góp ý đang chờ lãnh đạo gửi. Lấy lại bản góp ý để sửa tiếp."))
    return _is_heard(submission)


def can_add_comment(by: Mandate | None, submission: UnitSubmission, now: datetime) -> Verdict:
    """Secretary or leader of the unit, until the bundle is sent; after the close as a late word."""
    return _prepares(by, submission, now)


def can_take_over(by: Mandate | None, submission: UnitSubmission, now: datetime) -> Verdict:
    """Whoever prepares the bundle may take into it what the unit prepared in an earlier round and never sent."""
    if not (verdict := _prepares(by, submission, now)):
        return verdict
    return YES if unsent_before(submission).exists() else not_now(_("Không còn ý kiến nào chưa gửi từ đợt trước."))


def can_change_comment(by: Mandate | None, comment: Comment, now: datetime) -> Verdict:
    """As long as its bundle is not sent."""
    verdict = _prepares(by, comment.submission, now)
    if verdict and comment.dropped_at is not None:
        return not_now(_("Ý kiến này đã bỏ; lấy lại trước khi sửa."))
    return verdict


def can_restore_comment(by: Mandate | None, comment: Comment, now: datetime) -> Verdict:
    """A dropped one, as long as its bundle is not sent."""
    verdict = _prepares(by, comment.submission, now)
    if verdict and comment.dropped_at is None:
        return not_now(_("Ý kiến này chưa bỏ."))
    return verdict


def can_withdraw_comment(by: Mandate | None, comment: Comment, now: datetime) -> Verdict:
    """The leader of the unit that sent it, before the round's hour and before an answer to it is published."""
    submission = comment.submission
    if not (verdict := _speaks(by, submission, now, (Role.LEADER,))):
        return verdict if by is None or by.role != Role.SECRETARY else no(_("Lãnh đạo đơn vị rút ý kiến đã gửi."))
    if submission.state != SubmissionState.SENT:
        return not_now(_("Ý kiến này chưa được gửi."))
    if comment.dropped_at is not None:
        return not_now(_("Ý kiến này đã rút."))
    if submission.round.is_over(now) or submission.round.version.document.state != DocumentState.CONSULTING:
        return not_now(_("Chỉ rút được ý kiến trước khi hết hạn góp ý."))
    if getattr(getattr(comment, "response", None), "published_at", None) is not None:
        return not_now(_("Trả lời cho ý kiến này đã công bố nên không rút được."))
    return YES


def can_hand_to_leader(by: Mandate | None, submission: UnitSubmission, now: datetime) -> Verdict:
    """The unit's secretary, while it is being prepared."""
    if not (verdict := _speaks(by, submission, now, (Role.SECRETARY,))):
        return verdict if by is None or by.role != Role.LEADER else no(_("Lãnh đạo gửi thẳng, không cần trình."))
    if submission.state != SubmissionState.PREPARING:
        return not_now(_("Bản góp ý đang ở bước: %(state)s.") % {"state": SubmissionState(submission.state).label})
    return _is_heard(submission)


def can_take_back(by: Mandate | None, submission: UnitSubmission, now: datetime) -> Verdict:
    """The unit's secretary or leader, before it is sent."""
    if not (verdict := _speaks(by, submission, now)):
        return verdict
    if submission.state != SubmissionState.WITH_LEADER:
        return not_now(_("Bản góp ý không ở chỗ lãnh đạo."))
    return YES


def can_send(by: Mandate | None, submission: UnitSubmission, now: datetime) -> Verdict:
    """The unit's leader. After the close it is late and marked so."""
    if not (verdict := _speaks(by, submission, now, (Role.LEADER,))):
        return verdict
    return _prepares(by, submission, now)


def can_enter_paper(by: Mandate | None, submission: UnitSubmission, now: datetime) -> Verdict:
    """The head unit types in what another unit sent on paper, while that one has not spoken."""
    if not (verdict := is_head(by, submission.round.version.document.year, now)):
        return verdict
    if by is not None and by.unit_id == submission.unit_id:
        return no(_("Góp ý của đơn vị mình được soạn và gửi trên hệ thống."))
    if submission.state in SPOKEN:
        return not_now(_("Đơn vị đã gửi góp ý."))
    return _is_heard(submission)


def can_supplement(by: Mandate | None, submission: UnitSubmission, now: datetime) -> Verdict:
    """Secretary or leader of a unit that has spoken; one supplement is prepared at a time."""
    if not (verdict := _speaks(by, submission, now)):
        return verdict
    if submission.state not in SPOKEN:
        return not_now(_("Đơn vị chưa gửi; soạn tiếp trong bản góp ý đang có."))
    unsent = UnitSubmission.objects.filter(round=submission.round_id, unit=submission.unit_id).exclude(state__in=SPOKEN)
    if unsent.exists():
        return not_now(_("Đơn vị đang soạn một bản bổ sung."))
    return _is_heard(submission)


# Answers


def can_answer_at_all(by: Mandate | None, document: Document, now: datetime) -> Verdict:
    if _drafts(by, document, now) or is_head(by, document.year, now):
        return YES
    return no(_("Chỉ đơn vị soạn thảo (%(unit)s) trả lời góp ý.") % {"unit": document.drafting_unit})


def can_put_to_signing(by: Mandate | None, document: Document, now: datetime) -> Verdict:
    """The head unit puts an adopted text before those who are to sign it; again where the last round ended without all."""
    if not (verdict := is_head(by, document.year, now)):
        return verdict
    adoption = Adoption.objects.select_related("signing_round").filter(document=document).first()
    if adoption is None or document.state != DocumentState.ADOPTED:
        return not_now(_("Chỉ đưa ra ký văn bản đã được hội nghị thông qua và chưa ban hành."))
    if adoption.signing_round is not None and adoption.signing_round.state not in ENDED:
        return not_now(_("Văn bản đã được đưa ra ký."))
    return signing_works()
