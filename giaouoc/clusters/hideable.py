"""What an administrator can hide: each slice registers its rows of words, and its papers that repeat words of others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from giaouoc.files.models import StoredFile
from giaouoc.lib.covering import bare, holds
from giaouoc.lib.fields import column_of

Holds = Callable[[Any], bool]  # whether a value, read bare, holds words that are being hidden


@dataclass(frozen=True)
class Kind:
    """One kind of row. ``words``: its columns of words, covered wherever they stand; with ``turn`` the whole row gives
    nothing any more, and it is told since when (None: again). ``about``: the way to what it belongs to; ``find``: columns by
    which the administrator looks for it; ``files``: stored files known to hold the same."""

    key: str  # in addresses
    label: Any
    model: type[Model]
    words: tuple[str, ...] = ()
    about: str = ""
    find: tuple[str, ...] = ()
    year: str = ""
    name: Callable[[Any], str] | None = None
    files: Callable[[Any], Iterable[StoredFile]] = field(default=lambda _one: ())
    said: Callable[[Any], dict[str, Any]] | None = None  # the words, where they are not all of ``words``
    whole: bool = False
    turn: Callable[[Any, datetime | None], None] | None = None

    @property
    def rows(self) -> Any:
        """All rows of the kind, with what they belong to."""
        joined = {self.about, f"{self.year}__cluster" if self.year else ""} - {""}
        found: Any = (
            self.model._default_manager.select_related(*sorted(joined)) if joined else self.model._default_manager
        )
        return found.all()

    def name_of(self, one: Any) -> str:
        """'ý kiến số 12, khoản 2 Điều 5'; never the words."""
        if self.name is not None:
            return self.name(one)
        label = str(self.label)
        return _("%(what)s số %(number)s") % {"what": label[:1].lower() + label[1:], "number": one.pk}


def follow(one: Any, way: str) -> Any:
    """The row at the end of the way 'meeting__year'; None where there is none."""
    for step in filter(None, way.split("__")):
        one = getattr(one, step, None)
    return one


KINDS: dict[str, Kind] = {}
_PAPERS: list[Callable[[Holds], Iterable[StoredFile]]] = []


def register(*kinds: Kind) -> None:
    """Let rows of these kinds be hidden."""
    KINDS.update({kind.key: kind for kind in kinds})


def register_papers(papers: Callable[[Holds], Iterable[StoredFile]]) -> None:
    """Say which stored files were made of words that are being hidden; asked with values read bare."""
    _PAPERS.append(papers)


def kind_of(one: Model) -> Kind:
    """The kind of a row."""
    return next(kind for kind in KINDS.values() if kind.model is type(one))


def words_of(one: Model) -> dict[str, Any]:
    """What the row keeps, hidden or not, by column."""
    kind = kind_of(one)
    with bare():
        kept = kind.model._base_manager.get(pk=one.pk)
        found = kind.said(kept) if kind.said else {name: getattr(kept, name) for name in kind.words}
    return {column_of(kind.model._meta.get_field(name)): value for name, value in found.items()}


def words_hash(one: Model) -> str:
    """SHA-256 of the words as the row keeps them, hidden or not."""
    return hashlib.sha256(json.dumps(words_of(one), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def papers_with(pieces: Iterable[str]) -> Iterable[StoredFile]:
    """The stored files that were made of any of these words."""
    wanted = list(pieces)
    with bare():
        return [file for papers in _PAPERS for file in papers(partial(holds, pieces=wanted))] if wanted else []
