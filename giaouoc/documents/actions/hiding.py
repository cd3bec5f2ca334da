"""Cách ly câu chữ: the administrator hides the words of a comment, an answer, a last word or a whole draft at once, and can
show them again. The rows keep them, so every hash stays provable."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.access import is_administrator
from giaouoc.clusters.actions.quarantine import quarantine_file
from giaouoc.clusters.models import Mandate
from giaouoc.lib.errors import WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require

from ..hidden import Words, files_with, name_of
from ..models import DocumentVersion


def _turn(one: Words, verb: str, at: datetime | None, reason: str, by: Mandate, now: datetime) -> None:
    found = type(one)._default_manager.filter(pk=one.pk, hidden_at__isnull=at is not None)
    if not found.update(hidden_at=at):
        raise WrongState(_("Câu chữ này đã được cách ly.") if at else _("Câu chữ này không còn bị cách ly."))
    mark = one.content_hash if isinstance(one, DocumentVersion) else one.words_hash()
    with official():
        record(verb, one, by=by, now=now, what=name_of(one), hash=mark[:8].upper(), reason=reason)
    one.hidden_at = at


@transaction.atomic
def hide_words(one: Words, reason: str, *, by: Mandate, now: datetime) -> None:
    """Hide the words wherever they are shown, and the stored files that hold them. Raises NotAllowed, WrongState."""
    require(is_administrator(by))
    _turn(one, "documents.hide_words", now, reason, by, now)
    for file in files_with(one):
        with suppress(WrongState):  # hidden already, by itself or under another name
            quarantine_file(file, reason, by=by, now=now)


@transaction.atomic
def show_words(one: Words, reason: str, *, by: Mandate, now: datetime) -> None:
    """Show the words again; files are shown again one by one. Raises NotAllowed, WrongState."""
    require(is_administrator(by))
    _turn(one, "documents.show_words", None, reason, by, now)
