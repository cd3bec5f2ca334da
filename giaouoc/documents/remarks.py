"""Comments as whoever reads them may see them: each with its unit, its place, its answer and last word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from giaouoc.clusters.models import Mandate
from giaouoc.lib.covering import is_covered

from .access import can_change_comment, sees_answer
from .access_answers import can_answer
from .addresses import address
from .models import Comment, DocumentVersion, ProvisionText
from .queries import texts_shown, unquote
from .rules.quotes import find
from .standing import Standing
from .states import SPOKEN, CommentKind, Decision, LastWordKind, SubmissionState


def comments_of(
    standing: Standing, by: Mandate, now: datetime, *, dropped: bool = False, at: Sequence[Any] | None = None
) -> list[Comment]:
    """All comments on the text that the mandate may read, with unit and answer, ready for the page: one statement.

    ``at``: only those at these provisions, and those on the whole."""
    found = Comment.objects.visible_to(by, now).filter(submission__round__version__document=standing.document)
    if not dropped:
        found = found.live()
    if at is not None:
        found = found.filter(Q(provision__in=at) | Q(provision=None))
    bundles = {one.pk: one for one in standing.submissions}
    comments = list(found.select_related("response__last_word").order_by("pk"))
    for comment in comments:
        comment.submission = bundles[comment.submission_id]
        unquote(comment)
    return comments


def answer_of(comment: Comment, by: Mandate, now: datetime) -> Any:
    """The answer to a comment if this mandate may read it, else None."""
    response = getattr(comment, "response", None)
    return response if response is not None and sees_answer(by, response, comment, now) else None


def decision_words(response: Any) -> str:
    """'Tiếp thu', 'Đã có tại khoản 2 Điều 5'."""
    label = str(Decision(response.decision).label)
    return f"{label} {response.already_at}" if response.decision == Decision.ALREADY else label


def last_word_of(response: Any, comment: Comment, by: Mandate | None = None) -> str:
    """'Bảo lưu ý kiến: …'; one that waits for the leader is known to the unit alone, and stands on no paper (``by`` None)."""
    word = getattr(response, "last_word", None)
    if word is None or (word.said_at is None and (by is None or comment.submission.unit_id != by.unit_id)):
        return ""
    label = str(LastWordKind(word.kind).label)
    if word.said_at is None:
        label = _("%(label)s (chờ lãnh đạo gửi)") % {"label": label}
    return f"{label}: {word.words}" if word.words else f"{label}."


def status_of(comment: Comment) -> str:
    """Where an unsent or late comment stands, in a word; '' for one sent in time."""
    bundle = comment.submission
    if bundle.state == SubmissionState.WITH_LEADER:
        return _("chờ lãnh đạo gửi")
    if bundle.state not in SPOKEN:
        return _("nháp")
    return _("gửi sau hạn") if bundle.is_late else ""


def rewords(comment: Comment, old: str) -> bool:
    """Whether the proposal is the clause with changes, to be shown by word, or words of its own."""
    if is_covered([old, comment.proposed_text]):
        return False
    return comment.kind == CommentKind.WORDING or fuzz.ratio(old, comment.proposed_text, score_cutoff=60) > 0


def note_of(
    comment: Comment,
    by: Mandate,
    now: datetime,
    *,
    old: str | None,
    shown: DocumentVersion | None = None,
    moved: str = "",
    actions: bool = True,
) -> dict[str, Any]:
    """A comment as a remark for ``ui.clauses.note_html``.

    old: the clause's words in the draft that was commented on; shown: the draft on the page, to name an earlier one;
    moved: where it stood, if not here."""
    document = comment.submission.round.version.document
    response = answer_of(comment, by, now)
    version = comment.submission.round.version
    status = [status_of(comment)]
    if shown is not None and version.pk != shown.pk:
        status.append(version.label.lower())
    if moved:
        status.append(moved)
    kind = "" if comment.kind == CommentKind.WORDING else CommentKind(comment.kind).label
    note: dict[str, Any] = {
        "id": f"gy-{comment.pk}",
        "unit": comment.submission.unit.short_name,
        "kind": kind,
        "status": ", ".join(filter(None, status)),
        "state": "answered" if response is not None else "open",
        "quote": comment.quote,
        "text": comment.reason,
    }
    if comment.proposed_text:
        if old is not None and rewords(comment, old):
            note["old"], note["new"] = old, comment.proposed_text
        else:
            note["words"] = comment.proposed_text
    if response is not None:
        note["decision"] = response.decision
        note["decision_label"] = decision_words(response)
        note["answer"] = response.explanation
        if response.published_at is None:
            note["after"] = _("Chưa công bố.")
        note["last_word"] = last_word_of(response, comment, by)
    if actions:
        links = [{"url": address(document, "comment", comment.pk), "label": _("Xem")}]
        if comment.submission.state not in SPOKEN and can_change_comment(by, comment, now):
            links = [
                {"url": address(document, "change-comment", comment.pk), "label": _("Sửa")},
                {"url": address(document, "comment", comment.pk), "label": _("Xem, bỏ")},
            ]
        elif can_answer(by, comment, now):
            label = _("Sửa trả lời") if response is not None else _("Trả lời")
            links.insert(0, {"url": address(document, "answer", comment.pk), "label": label})
        note["actions"] = links
    return note


def quoted(comment: Comment, at: ProvisionText | None) -> list[str]:
    """The clause's words; with a quote in them before it, it and behind it."""
    text = at.text if at is not None else ""
    found = find(text, comment.quote, comment.prefix, comment.suffix)
    return [text] if found is None else [text[: found.start], text[found.start : found.end], text[found.end :]]


def words_commented(comments: Sequence[Comment]) -> dict[tuple[int, UUID | None], ProvisionText]:
    """The clauses that were commented on as they stood then, by draft and provision: one statement."""
    if not comments:
        return {}
    found = ProvisionText.objects.filter(
        version__in={one.submission.round.version_id for one in comments},
        provision__in={one.provision_id for one in comments},
    )
    return {(one.version_id, one.provision_id): one for one in texts_shown(found)}
