"""The invariants of the design, as they stand on live data: held, broken, or not built."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.http import Http404
from pyhanko.pdf_utils import generic

from giaouoc.audit.models import AuditEvent
from giaouoc.ballots.models import Paper
from giaouoc.clusters.models import Mandate, Role
from giaouoc.documents.access import get_comment_for
from giaouoc.documents.models import Comment, DocumentVersion, ProvisionText, UnitSubmission
from giaouoc.lib.clock import current, local_date
from giaouoc.lib.errors import NotFound
from giaouoc.lib.fields import LineField, WordsField
from giaouoc.signing.models import Revision

from .doctor import examine

MARKED = 20  # Vietnamese letters with marks that a pact has at the least
NOT_BUILT = {"3", "4"}  # final results, the trail of points: they come with scoring


def _unsent_is_hidden() -> bool:
    """A comment that its unit has not sent is there for that unit's secretary and for nobody of another unit.

    Tried on one that is written for the trial and rolled back: at the end of a year nothing unsent may be left."""
    now = current().now()
    sent = UnitSubmission.objects.filter(supplement_of=None).select_related(
        "unit", "round__version__document__year__cluster"
    )
    with transaction.atomic():
        for submission in sent.order_by("-pk")[:3]:
            document = submission.round.version.document
            people = Mandate.objects.on(local_date(now)).filter(year=document.year_id).select_related("unit", "user")
            own = people.filter(unit=submission.unit_id, role=Role.SECRETARY).first()
            if own is None:
                continue
            bundle = UnitSubmission.objects.create(
                round=submission.round, unit=submission.unit, supplement_of=submission
            )
            comment = Comment.objects.create(submission=bundle, author=own, reason="…", made_at=now, changed_at=now)
            others = people.exclude(unit=submission.unit_id)[:60]
            if not _reaches(own, comment, now) or any(_reaches(by, comment, now) for by in others):
                transaction.set_rollback(True)
                return False
        transaction.set_rollback(True)
    return True


def _reaches(by: Mandate, comment: Comment, now: datetime) -> bool:
    try:
        get_comment_for(by, comment.submission.round.version.document, comment.pk, now)
    except (Http404, NotFound):
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
    """Every text of ours is NFC, and every letter of the pact says which letter it is: each font maps its glyphs back."""
    for model in apps.get_models():
        fields = [f.name for f in model._meta.get_fields() if isinstance(f, LineField | WordsField)]
        if not fields:
            continue
        rows: models.QuerySet[Any] = model._default_manager.values_list(*fields)
        for row in rows.iterator(chunk_size=2000):
            if any(word and not unicodedata.is_normalized("NFC", word) for word in row):
                return False
    return _letters_are_named(pdf)


def _letters_are_named(pdf: bytes) -> bool:
    """Whether each font of the file maps its glyphs to Unicode, and the Vietnamese letters are among what they map to."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader, named = PdfFileReader(io.BytesIO(pdf)), ""
    for reference in reader.xrefs.explicit_refs_in_revision(0):
        found = reader.get_object(reference)
        if (
            isinstance(found, generic.DictionaryObject)
            and found.get("/Type") == "/Font"
            and "/DescendantFonts" in found
        ):
            if "/ToUnicode" not in found:
                return False
            pairs = re.findall(rb"<[0-9A-Fa-f]+>\s+<([0-9A-Fa-f]{4,})>", found["/ToUnicode"].data)
            named += "".join(bytes.fromhex(one.decode()).decode("utf-16-be", "ignore") for one in pairs)
    marked = {letter for letter in named if ord(letter) > 127 and letter.isalpha()}
    return len(marked) >= MARKED and unicodedata.is_normalized("NFC", named)


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
