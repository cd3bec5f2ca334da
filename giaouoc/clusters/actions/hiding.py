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
from ..hideable import files_with, follow, hidden_with, kind_of, new_pieces, pieces_of, words_hash
from ..models import Mandate
from .quarantine import quarantine_file, release_file


@transaction.atomic
def hide_words(one: Any, reason: str, *, by: Mandate, now: datetime, names: bool = True) -> None:
    """Hide the words wherever they are shown, and the stored files that hold them. ``names``: also those that say who, where
    and on what occasion. Of a row that was hidden and rewritten the new words are hidden with the old ones. Raises
    NotAllowed, WrongState."""
    require(is_administrator(by))
    kind = kind_of(one)
    pieces = pieces_of(one, names=names)
    try:
        with transaction.atomic():
            hidden, first = HiddenWords.objects.select_for_update().get_or_create(
                kind=kind.model._meta.label, row=str(one.pk), lifted_at=None, defaults={"pieces": pieces, "at": now}
            )
    except IntegrityError as error:
        raise WrongState(_("Câu chữ này đã được cách ly.")) from error
    if not first:
        if not new_pieces(one, hidden):
            raise WrongState(_("Câu chữ này đã được cách ly."))
        for column, some in pieces.items():
            known = hidden.pieces.setdefault(column, [])
            known += [piece for piece in some if piece not in known]
        hidden.save(update_fields=["pieces"])
    _turn(one, "clusters.hide_words", now, reason, by, now)
    for file in files_with(one, pieces):
        with suppress(WrongState):  # hidden already, by itself or under another name
            quarantine_file(file, reason, by=by, now=now)


@transaction.atomic
def show_words(one: Any, reason: str, *, by: Mandate, now: datetime, with_files: bool = False) -> None:
    """Show the words again. ``with_files``: also the files that were hidden with them; else each is shown again by itself. Raises
    NotAllowed, WrongState."""
    require(is_administrator(by))
    found = HiddenWords.objects.filter(kind=kind_of(one).model._meta.label, row=str(one.pk), lifted_at=None)
    hidden = found.first()
    if hidden is None or not found.update(lifted_at=now):
        raise WrongState(_("Câu chữ này không còn bị cách ly."))
    _turn(one, "clusters.show_words", None, reason, by, now)
    for file in hidden_with(one, hidden) if with_files else ():
        release_file(file, reason, by=by, now=now)


def _turn(one: Model, verb: str, at: datetime | None, reason: str, by: Mandate, now: datetime) -> None:
    kind = kind_of(one)
    covering.forget()
    transaction.on_commit(covering.forget)
    if kind.turn is not None:
        kind.turn(one, at)
    year = follow(one, kind.year) if kind.year else None
    chain = "" if year is None else str(year.audit_chain)  # the cluster's, so that its open pages follow
    told = {"what": kind.name_of(one), "hash": words_hash(one)[:8].upper(), "reason": reason}
    with official():
        record(verb, one, by=by, now=now, chain=chain, **told)
