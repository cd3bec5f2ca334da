"""Ghi ý kiến chỉ đạo: what the supervising body said, as it said it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate, Year
from giaouoc.documents.queries import lock
from giaouoc.lib.clock import local_date
from giaouoc.lib.errors import Invalid
from giaouoc.lib.verdict import require
from giaouoc.lib.vietnamese import one_line

from ..access import can_correct_directive, can_record_directive
from ..models import Directive


@transaction.atomic
def record_directive(
    year: Year,
    words: str,
    speaker: str,
    *,
    by: Mandate,
    now: datetime,
    given_on: date,
    occasion: str = "",
    path: str = "",
) -> Directive:
    """Keep the words as spoken. ``speaker``: the post; ``path``: address of the occasion's own page. Raises Invalid."""
    require(can_record_directive(by, year, now))
    if given_on > local_date(now):
        raise Invalid(_("Ngày có ý kiến chưa tới."), field="given_on")
    directive = Directive(
        year=year, given_on=given_on, occasion=one_line(occasion)[:400], path=path, recorded_by=by, recorded_at=now
    )
    _fill(directive, words, speaker)
    directive.save()
    record("directives.record", directive, by=by, now=now, speaker=directive.speaker, words=directive.words)
    return directive


@transaction.atomic
def correct_directive(directive: Directive, words: str, speaker: str, *, by: Mandate, now: datetime) -> None:
    """Correct what was written down, before anybody was given a task for it. Raises Invalid, WrongState."""
    lock(directive, "words", "speaker")
    require(can_correct_directive(by, directive, now))
    was = {"words": directive.words, "speaker": directive.speaker}
    _fill(directive, words, speaker)
    directive.save(update_fields=["words", "speaker"])
    record("directives.correct", directive, by=by, now=now, **was)


def _fill(directive: Directive, words: str, speaker: str) -> None:
    words, speaker = words.strip(), one_line(speaker)
    if not words:
        raise Invalid(_("Hãy ghi ý kiến như đã nói."), field="words")
    if not speaker:
        raise Invalid(_("Hãy ghi chức vụ người phát biểu."), field="speaker")
    directive.words, directive.speaker = words, speaker[:200]
