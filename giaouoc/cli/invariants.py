"""The invariants of the design, as they stand on live data: held, broken, or not built."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import DatabaseError, models, transaction

from giaouoc.audit.models import AuditEvent
from giaouoc.ballots.models import Paper
from giaouoc.clusters.models import Mandate, Role
from giaouoc.documents.models import Comment, DocumentVersion, ProvisionText
from giaouoc.lib.clock import current
from giaouoc.lib.fields import LineField, WordsField
from giaouoc.signing.models import Revision

from .doctor import examine

NOT_BUILT = {"3", "4"}  # final results, the trail of points: they come with scoring


def _unsent_is_hidden() -> bool:
    """No mandate of another unit reaches a comment that its unit has not sent."""
    from giaouoc.documents.access import get_comment_for
    from giaouoc.lib.errors import NotFound

    now = current().now()
    unsent = Comment.objects.exclude(submission__state__in=["sent", "agreed"]).select_related(
        "submission__unit", "submission__round__version__document__year__cluster"
    )[:20]
    for comment in unsent:
        document = comment.submission.round.version.document
        others = (
            Mandate.objects.exclude(unit=comment.submission.unit)
            .exclude(role=Role.ADMINISTRATOR)
            .select_related("unit")
        )
        for by in others[:40]:
            try:
                get_comment_for(by, document, comment.pk, now)
            except NotFound:
                continue
            return False
    return True


def _refuses(change: Any) -> bool:
    """Whether the database itself refuses a change."""
    try:
        with transaction.atomic():
            change()
            transaction.set_rollback(True)
    except DatabaseError:
        return True
    return False


def _closed_stays_closed() -> bool:
    frozen = DocumentVersion.objects.exclude(frozen_at=None)
    text = ProvisionText.objects.filter(version__in=frozen).first()
    event = AuditEvent.objects.first()
    revision = Revision.objects.first()
    tries: list[Callable[[], object]] = []
    if text is not None:
        tries.append(lambda: ProvisionText.objects.filter(pk=text.pk).update(text="x"))
        tries.append(lambda: frozen.update(content_hash="0" * 64))
    if event is not None:
        tries.append(lambda: AuditEvent.objects.filter(pk=event.pk).delete())
    if revision is not None:
        tries.append(lambda: Revision.objects.filter(pk=revision.pk).update(sha256="0" * 64))
    return all(_refuses(one) for one in tries)


def _counted_papers_stay() -> bool:
    """Nobody adds, changes or takes a paper of a closed ballot; no paper names a unit."""
    paper = Paper.objects.filter(ballot__state="closed").first()
    if paper is None:
        return True
    rows = Paper.objects.filter(pk=paper.pk)
    again = Paper(ballot_id=paper.ballot_id, body=paper.body, digest="0" * 64)
    fixed = [lambda: rows.update(body="{}"), rows.delete, again.save]
    named = {field.name for field in Paper._meta.get_fields()} & {"unit", "voter", "by", "user", "at"}
    return not named and all(_refuses(one) for one in fixed)


def _text_is_whole(pdf: bytes) -> bool:
    """Every text of ours is NFC, and the pact carries Vietnamese letters that can be read back."""
    for model in apps.get_models():
        fields = [f.name for f in model._meta.get_fields() if isinstance(f, LineField | WordsField)]
        if not fields:
            continue
        rows: models.QuerySet[Any] = model._default_manager.values_list(*fields)
        for row in rows.iterator(chunk_size=2000):
            if any(word and not unicodedata.is_normalized("NFC", word) for word in row):
                return False
    return b"/Lang" in pdf


def examine_all(pdf: bytes) -> dict[str, str]:
    """'1' to '9' -> 'held', 'broken' or 'not built'. ``pdf``: the sealed pact."""
    found = examine()
    held = {
        "1": not found["i01"] and not found["schema"],
        "2": not found["i02"],
        "5": _unsent_is_hidden(),
        "6": not found["i06"] and _counted_papers_stay(),
        "7": not found["i07"],
        "8": not found["i08"] and _closed_stays_closed(),
        "9": _text_is_whole(pdf),
    }
    return {
        key: "not built" if key in NOT_BUILT else "held" if held[key] else "broken" for key in map(str, range(1, 10))
    }
