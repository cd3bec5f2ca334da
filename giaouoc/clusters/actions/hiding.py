"""Cách ly câu chữ: the administrator hides the words of a row at once, wherever they stand, and can show them again. The
rows keep them, so every hash stays provable."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.files.models import HiddenWords
from giaouoc.lib import covering
from giaouoc.lib.errors import WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require

from ..access import is_administrator
from ..hideable import kind_of, papers_with, words_hash, words_of
from ..models import Mandate
from .quarantine import quarantine_file


@transaction.atomic
def hide_words(one: Any, reason: str, *, by: Mandate, now: datetime) -> None:
    """Hide the words wherever they are shown, and the stored files that hold them. Raises NotAllowed, WrongState."""
    require(is_administrator(by))
    kind = kind_of(one)
    pieces = {column: covering.pieces_of(value) for column, value in words_of(one).items()}
    try:
        with transaction.atomic():
            HiddenWords.objects.create(
                kind=kind.model._meta.label,
                row=str(one.pk),
                pieces={column: found for column, found in pieces.items() if found},
                at=now,
            )
    except IntegrityError as error:
        raise WrongState(_("Câu chữ này đã được cách ly.")) from error
    _turn(one, "clusters.hide_words", now, reason, by, now)
    long = [piece for found in pieces.values() for piece in found if covering.is_long(piece)]
    for file in {file.sha256: file for file in [*kind.files(one), *papers_with(long)]}.values():
        with suppress(WrongState):  # hidden already, by itself or under another name
            quarantine_file(file, reason, by=by, now=now)


@transaction.atomic
def show_words(one: Any, reason: str, *, by: Mandate, now: datetime) -> None:
    """Show the words again; files are shown again one by one. Raises NotAllowed, WrongState."""
    require(is_administrator(by))
    found = HiddenWords.objects.filter(kind=kind_of(one).model._meta.label, row=str(one.pk), lifted_at=None)
    if not found.update(lifted_at=now):
        raise WrongState(_("Câu chữ này không còn bị cách ly."))
    _turn(one, "clusters.show_words", None, reason, by, now)


def _turn(one: Model, verb: str, at: datetime | None, reason: str, by: Mandate, now: datetime) -> None:
    kind = kind_of(one)
    covering.forget()
    transaction.on_commit(covering.forget)
    if kind.turn is not None:
        kind.turn(one, at)
    with official():
        record(verb, one, by=by, now=now, what=kind.name_of(one), hash=words_hash(one)[:8].upper(), reason=reason)
