"""Góp ý nhận bằng giấy hoặc tệp: the head unit keeps the file as evidence and types the comments in under the unit's name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giaouoc.audit.trail import move
from giaouoc.clusters.models import Mandate
from giaouoc.files.models import StoredFile
from giaouoc.files.storage import store
from giaouoc.lib.clock import local_date
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.notices.actions.send import notify

from ..access import can_enter_paper
from ..models import Comment, ProvisionText, UnitSubmission
from ..queries import open_comments, people_of
from ..rules.paper_comments import parse, placed
from ..states import SUBMISSION_MOVES, CommentKind
from .comments import LONGEST
from .submissions import _lock_with_round

MOST = 500  # comments of one paper


@transaction.atomic
def enter_paper(
    submission: UnitSubmission,
    words: str,
    data: bytes,
    name: str,
    media_type: str,
    *,
    by: Mandate,
    now: datetime,
    letter_number: str,
    letter_date: date | None = None,
) -> Sequence[Comment]:
    """Type in what a unit sent on paper: one comment a paragraph, each at the clause that it begins with, else on the whole.

    Raises NotAllowed, WrongState, Invalid."""
    _lock_with_round(submission)
    check_paper(submission, letter_number, letter_date, by=by, now=now)
    found = parse(words)
    if not found:
        raise Invalid(_("Ghi ít nhất một ý kiến."), field="words")
    if len(found) > MOST or max(len(one.words) for one in found) > LONGEST:
        raise Invalid(_("Quá 500 ý kiến, hoặc có ý kiến dài quá 20.000 ký tự."), field="words")
    texts = ProvisionText.objects.filter(version=submission.round.version_id).exclude(citation="")
    clauses = placed(found, {one.citation: one for one in texts})
    made = [
        Comment(
            submission=submission,
            author=by,
            provision_id=at.provision_id if at else None,
            citation=at.citation if at else "",
            kind=CommentKind.ASK,
            reason=one.words if at or not one.place else f"{one.place}: {one.words}",
            made_at=now,
            changed_at=now,
        )
        for one, at in clauses
    ]
    file = store(data, name, media_type, now=now)
    return speak_for(
        submission,
        made,
        file,
        "documents.enter_paper",
        by=by,
        now=now,
        letter_number=letter_number,
        letter_date=letter_date,
    )


def check_paper(
    submission: UnitSubmission, letter_number: str, letter_date: date | None, *, by: Mandate, now: datetime
) -> None:
    """Whether somebody may speak for the unit by this letter. Raises NotAllowed, WrongState, Invalid."""
    require(can_enter_paper(by, submission, now))
    if open_comments(submission):
        raise WrongState(_("Đơn vị đang soạn góp ý trên hệ thống; đề nghị đơn vị gửi ở đó."))
    if not letter_number.strip():
        raise Invalid(_("Ghi số, ký hiệu văn bản của đơn vị."), field="letter_number")
    if letter_date is not None and letter_date > local_date(now):
        raise Invalid(_("Ngày công văn không sau hôm nay."), field="letter_date")


def speak_for(
    submission: UnitSubmission,
    made: Sequence[Comment],
    file: StoredFile,
    verb: str,
    *,
    by: Mandate,
    now: datetime,
    letter_number: str,
    letter_date: date | None,
    **facts: Any,
) -> Sequence[Comment]:
    """Send comments under the unit's name: the bundle counts as sent, late when the round is over, with the file as
    evidence; the unit is told and may send a supplement. Called inside an act, after ``check_paper``."""
    Comment.objects.bulk_create(made)
    late = submission.round.is_over(now)
    document = submission.round.version.document
    fields = {
        "sent_at": now,
        "sent_by": by,
        "is_late": late,
        "letter_number": letter_number.strip(),
        "letter_date": letter_date,
        "paper": file,
    }
    with official():
        move(
            submission,
            "send",
            SUBMISSION_MOVES,
            by=by,
            now=now,
            act=verb,
            fields=fields,
            count=len(made),
            unit=submission.unit.short_name,
            number=letter_number.strip(),
            late=_(", sau khi hết hạn góp ý") if late else "",
            **facts,
        )
        count = ngettext("%(n)s ý kiến", "%(n)s ý kiến", len(made)) % {"n": len(made)}
        notify(
            people_of([submission.unit_id], document.year_id, now),
            _("Góp ý bằng giấy đã được nhập: %(title)s") % {"title": document.title},
            _("Đơn vị Cụm trưởng đã nhập %(count)s theo văn bản %(number)s. Mời đối chiếu; thiếu thì gửi bản bổ sung.")
            % {"count": count, "number": letter_number.strip()},
            document.get_absolute_url() + "don-vi/",
            now=now,
        )
    return made
