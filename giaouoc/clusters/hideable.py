"""What an administrator can hide: each slice registers its rows of words, and its papers that repeat words of others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.utils.translation import gettext as _

from giaouoc.files.models import HiddenWords, Quarantine, StoredFile
from giaouoc.lib import covering
from giaouoc.lib.covering import bare
from giaouoc.lib.fields import LineField, TreeField, WordsField, column_of

from .models import Cluster, Unit

User = get_user_model()
WORDS = (LineField, WordsField, TreeField)

Holds = Callable[[Any], bool]  # whether a value, read bare, holds words that are being hidden


@dataclass(frozen=True)
class Kind:
    """One kind of row. ``words``: its columns of words, covered wherever they stand; with ``turn`` the whole row gives
    nothing any more, and it is told since when (None: again). ``names``: those of the columns that say who, where and on what
    occasion, and stay when only the rest is to be hidden. ``about``: the way to what it belongs to; ``find``: columns by
    which the administrator looks for it; ``files``: stored files known to hold the same; ``near``: rows that may say it in
    other words, each to be hidden by itself."""

    key: str  # in addresses
    label: Any
    model: type[Model]
    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    about: str = ""
    find: tuple[str, ...] = ()
    year: str = ""
    name: Callable[[Any], str] | None = None
    files: Callable[[Any], Iterable[StoredFile]] = field(default=lambda _one: ())
    near: Callable[[Any], Iterable[Model]] = field(default=lambda _one: ())
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


def pieces_of(one: Model, *, names: bool = True) -> dict[str, list[Any]]:
    """What is covered when the row is hidden. A name that the system itself gives, of a unit, a cluster or a person, is covered
    in its column alone: it stands in every paper. ``names``: also the columns that say who, where and on what occasion; where
    nothing else is said, these are hidden in any case."""
    kind = kind_of(one)
    apart = {column_of(kind.model._meta.get_field(name)) for name in kind.names} if not names else set()
    found: dict[str, list[Any]] = {}
    for column, value in words_of(one).items():
        for piece in covering.pieces_of(value) if column not in apart else ():
            own = covering.is_long(piece) and covering.alike(piece) in _own_names()
            found.setdefault(covering.HERE + column if own else column, []).append(piece)
    return found if found or not apart else pieces_of(one)


def new_pieces(one: Model, hidden: HiddenWords) -> bool:
    """Whether the row, once hidden, says something else by now."""
    now = pieces_of(one, names=False)
    return any(piece not in hidden.pieces.get(column, ()) for column, some in now.items() for piece in some)


def _own_names() -> set[str]:
    with bare():
        units = Unit.objects.values_list("name", "short_name")
        given = [*(one for pair in units for one in pair), *Cluster.objects.values_list("name", flat=True)]
        return {covering.alike(one) for one in [*given, *User.objects.values_list("name", flat=True)]}


def long_pieces(pieces: Mapping[str, Iterable[Any]]) -> list[str]:
    """Those of the pieces that are covered wherever they stand."""
    return [
        piece
        for column, some in pieces.items()
        for piece in some
        if covering.is_long(piece) and not column.startswith(covering.HERE)
    ]


def elsewhere(one: Model, pieces: Mapping[str, Iterable[Any]]) -> dict[type[Model], int]:
    """In how many other rows these pieces stand too, by kind of row. Every column of words is looked through."""
    holds, found = covering.holder(long_pieces(pieces)), {}
    with bare():
        for model in apps.get_models() if long_pieces(pieces) else ():
            columns = [field.attname for field in model._meta.concrete_fields if isinstance(field, WORDS)]
            if model.__module__.startswith("giaouoc.") and columns:
                rows = model._base_manager.exclude(pk=one.pk) if model is type(one) else model._base_manager.all()
                every = rows.order_by().values_list(*columns).iterator(chunk_size=1000)
                if count := sum(holds(row) for row in every):
                    found[model] = count
    return found


def words_hash(one: Model) -> str:
    """SHA-256 of the words as the row keeps them, hidden or not."""
    return hashlib.sha256(json.dumps(words_of(one), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def papers_with(pieces: Iterable[str]) -> Iterable[StoredFile]:
    """The stored files that were made of any of these words."""
    wanted = list(pieces)
    with bare():
        return [file for papers in _PAPERS for file in papers(covering.holder(wanted))] if wanted else []


def files_with(one: Model, pieces: Mapping[str, Iterable[Any]]) -> list[StoredFile]:
    """The stored files that are hidden with the row, each bytes once."""
    found = [*kind_of(one).files(one), *papers_with(long_pieces(pieces))]
    return list({file.sha256: file for file in found}.values())


def hidden_with(one: Model, hidden: HiddenWords) -> list[StoredFile]:
    """Those that were hidden by the same act and still are."""
    same = set(Quarantine.objects.filter(at=hidden.at, lifted_at=None).values_list("sha256", flat=True))
    return [file for file in files_with(one, hidden.pieces) if file.sha256 in same]
