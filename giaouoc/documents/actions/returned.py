"""Nhận xét bên lề của tệp Word gửi lại: read, looked over by the head unit, entered under the unit's name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate
from giaouoc.files.storage import store
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.secrecy import secrecy_mark

from ..models import Comment, ProvisionText, ReturnedFile, UnitSubmission
from ..queries import lock
from ..rules.docx_margin import read_margin
from ..rules.docx_package import UnreadableDraft
from ..rules.margin_place import Clause, Proposal, propose
from ..rules.quotes import around
from ..words import refusal
from .comments import LONGEST
from .imports import WORD
from .papers import check_paper, speak_for
from .submissions import _lock_with_round


@transaction.atomic
def read_returned(
    submission: UnitSubmission,
    data: bytes,
    name: str,
    *,
    by: Mandate,
    now: datetime,
    letter_number: str,
    letter_date: date | None = None,
) -> ReturnedFile | None:
    """Read the margin and the tracked changes of a draft that came back; None when nothing was written into it.

    Nothing is a comment yet. Raises NotAllowed, WrongState; Invalid for a file that is not taken."""
    _lock_with_round(submission)
    check_paper(submission, letter_number, letter_date, by=by, now=now)
    try:
        margin = read_margin(data)
    except UnreadableDraft as error:
        raise Invalid(refusal(error), field="file") from error
    if margin.empty:
        return None
    texts = list(ProvisionText.objects.filter(version=submission.round.version_id).order_by("position"))
    found = propose(margin, [_clause(text) for text in texts])
    if any(max(len(one.reason), len(one.proposed)) > LONGEST for one in found):
        raise Invalid(_("Ý kiến dài quá 20.000 ký tự."), field="file")
    mark = secrecy_mark("\n".join(f"{one.reason}\n{one.proposed}" for one in found))
    if mark is not None:
        raise Invalid(
            _("Tệp có dấu độ mật “%(mark)s” nên không được nhận và không được lưu.") % {"mark": mark}, field="file"
        )
    made = ReturnedFile.objects.create(
        submission=submission,
        file=store(data, name, WORD, now=now),
        letter_number=letter_number.strip(),
        letter_date=letter_date,
        proposals=[_kept(one) for one in found],
        made_by=by,
        made_at=now,
    )
    record(
        "documents.read_returned", submission, by=by, now=now, unit=submission.unit.short_name, count=len(found),
        number=letter_number.strip(),
    )  # fmt: skip
    return made


@transaction.atomic
def enter_returned(returned: ReturnedFile, chosen: Collection[int], *, by: Mandate, now: datetime) -> Sequence[Comment]:
    """Enter the chosen proposals, by their places in the list, as the unit's comments with the file as evidence.

    Raises NotAllowed, WrongState (entered before), Invalid (nothing chosen)."""
    submission = returned.submission
    _lock_with_round(submission)
    lock(returned, "entered_at")
    check_paper(submission, returned.letter_number, returned.letter_date, by=by, now=now)
    if returned.entered_at is not None:
        raise WrongState(_("Tệp này đã được nhập."))
    kept = [one for place, one in enumerate(returned.proposals) if place in chosen]
    if not kept:
        raise Invalid(_("Chọn ít nhất một ý kiến để nhập."))
    wanted = [one["provision"] for one in kept if one["provision"]]
    texts = {
        str(one.provision_id): one
        for one in ProvisionText.objects.filter(version=submission.round.version_id, provision__in=wanted)
    }
    comments = [_comment(submission, one, texts.get(one["provision"]), by, now) for one in kept]
    returned.entered_at = now
    returned.save(update_fields=["entered_at"])
    return speak_for(
        submission,
        comments,
        returned.file,
        "documents.enter_returned",
        by=by,
        now=now,
        letter_number=returned.letter_number,
        letter_date=returned.letter_date,
        total=len(returned.proposals),
    )


def _clause(text: ProvisionText) -> Clause:
    return Clause(
        key=text,
        kind=text.kind,
        number=text.number or "",
        heading=text.heading or "",
        text=text.text,
        cells=tuple(str(cell) for row in text.rows or () for cell in row),
        citation=text.citation,
    )


def _kept(one: Proposal) -> dict[str, Any]:
    at: ProvisionText | None = one.key
    return {
        "provision": str(at.provision_id) if at else None,
        "citation": at.citation if at else "",
        "kind": one.kind,
        "reason": one.reason,
        "quote": one.quote,
        "proposed": one.proposed,
        "author": one.author,
        "done": one.done,
    }


def _comment(
    submission: UnitSubmission, one: dict[str, Any], at: ProvisionText | None, by: Mandate, now: datetime
) -> Comment:
    words = next((words for words in (at.text, at.heading or "") if one["quote"] in words), "") if at else ""
    prefix, suffix = around(words, one["quote"]) if one["quote"] and words else ("", "")
    return Comment(
        submission=submission,
        author=by,
        provision_id=at.provision_id if at else None,
        citation=at.citation if at else "",
        kind=one["kind"],
        reason=one["reason"],
        proposed_text=one["proposed"],
        quote=one["quote"],
        prefix=prefix,
        suffix=suffix,
        made_at=now,
        changed_at=now,
    )
