"""Lời cuối: the unit that commented says of a published answer: đồng ý, or bảo lưu with its words."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate, Role
from giaouoc.lib.errors import Invalid
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.lib.vietnamese import nfc
from giaouoc.notices.actions.send import notify

from ..access_answers import can_say_last_word
from ..models import LastWord, Response
from ..queries import leaders_of, lock, people_of
from ..states import LastWordKind

LONGEST = 20_000


@transaction.atomic
def say_last_word(response: Response, *, by: Mandate, now: datetime, kind: str, words: str = "") -> LastWord:
    """The unit's word on an answer: prepared when the secretary writes it, said when the leader does.

    A reservation needs its words and becomes a point of the conference. Raises NotAllowed, WrongState, Invalid."""
    lock(response.comment.submission.round.version.document)
    lock(response.comment, "dropped_at")
    response = Response.objects.select_related(
        "last_word", "comment__submission__unit", "comment__submission__round__version__document__year__cluster"
    ).get(pk=response.pk)
    require(can_say_last_word(by, response, now))
    words = nfc(words).strip()
    if kind not in LastWordKind.values:
        raise Invalid(_("Chọn đồng ý hoặc bảo lưu."), field="kind")
    if kind == LastWordKind.RESERVED and not words:
        raise Invalid(_("Ghi nội dung bảo lưu để hội nghị xem xét."), field="words")
    if len(words) > LONGEST:
        raise Invalid(_("Lời ghi dài quá 20.000 ký tự."), field="words")
    word = getattr(response, "last_word", None) or LastWord(response=response)
    word.kind, word.words = LastWordKind(kind), words
    word.prepared_by, word.prepared_at = by, now
    said = by.role == Role.LEADER
    if said:
        word.said_by, word.said_at = by, now
    word.save()
    comment = response.comment
    document = comment.submission.round.version.document
    url = f"{document.get_absolute_url()}gop-y/{comment.pk}/"
    with official():
        where, label = comment.citation or _("toàn văn bản"), str(LastWordKind(kind).label)
        verb = "documents.say_last_word" if said else "documents.prepare_last_word"
        record(verb, word, by=by, now=now, unit=comment.submission.unit.short_name, where=where, word=label)
        title = {"unit": comment.submission.unit.short_name, "title": document.title}
        told = _("Ý kiến về %(where)s: %(word)s.") % {"where": where, "word": label.lower()}
        if said:
            people = people_of([document.drafting_unit_id], document.year_id, now)
            notify(people, _("%(unit)s nói lời cuối: %(title)s") % title, told, url, now=now)
        else:
            people = leaders_of(comment.submission.unit_id, document.year_id, now)
            notify(people, _("Chờ lãnh đạo gửi lời cuối: %(title)s") % title, told, url + "loi-cuoi/", now=now)
    return word
