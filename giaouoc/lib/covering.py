"""Che câu chữ: words that an administrator has hidden are covered where values come out of the database.

So pages, papers, sheets, letters and what is added later cannot forget it, and copies of the words in other rows (the
trail, a message, minutes, the next draft) are covered with them. Who hides is no matter of this module: ``load`` gives the
hidden pieces, asked once a unit of work (a request, a task, a tick). What is kept is read within ``bare``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from .vietnamese import nfc

COVERED = "[Quản trị hệ thống đã cách ly nội dung này]"  # in the language of what it stands for, whoever looks
TAIL = 40  # letters of a piece at the end of a text that was cut there
LONG = 4  # words; what is shorter is everyday language, and is covered only where all of the same column says the same

Pieces = Mapping[str, Sequence[Any]]  # column ('documents.Comment.reason') -> what it said


@dataclass(frozen=True)
class _Hidden:
    """The pieces to cover now: long ones wherever they stand, short ones and tables by their column."""

    long: tuple[str, ...] = ()
    short: dict[str, set[str]] = field(default_factory=dict)
    tables: dict[str, set[str]] = field(default_factory=dict)  # as JSON
    mark: str = ""


_load: list[Callable[[], Iterable[str]]] = []
_known: ContextVar[_Hidden | None] = ContextVar("hidden", default=None)  # of this thread
_bare: ContextVar[bool] = ContextVar("bare", default=False)


def install(load: Callable[[], Iterable[str]]) -> None:
    """Say where the hidden pieces are kept: each ``Pieces``, as JSON."""
    _load[:] = [load]


def forget(**_signal: object) -> None:
    """A new unit of work begins, or what is hidden has changed: ask anew."""
    _known.set(None)


@contextmanager
def bare() -> Iterator[None]:
    """Values come as they are kept: for hashes and for following clauses, never for showing."""
    token = _bare.set(True)
    try:
        yield
    finally:
        _bare.reset(token)


def pieces_of(value: Any) -> list[Any]:
    """What is hidden with a value: each text in it, each line of a text, and a table (lists of texts) as a whole."""
    if isinstance(value, str):
        whole = nfc(value).strip()
        lines = [line.strip() for line in whole.splitlines()]
        return [one for one in dict.fromkeys([whole, *lines]) if one and one != COVERED]
    if not isinstance(value, list | tuple) or not value:
        return []
    return [*filter(is_long, _texts(value)), list(value)]


def _texts(value: Any) -> list[str]:
    """Every text and line in a value, in its order."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return list(dict.fromkeys(text for one in value for text in _texts(one)))
    return pieces_of(value) if isinstance(value, str) else []


def holds(value: Any, pieces: Iterable[str]) -> bool:
    """Whether any text in the value holds one of the pieces."""
    wanted = list(pieces)
    return any(piece in text for text in _texts(value) for piece in wanted)


def is_long(piece: Any) -> bool:
    """Whether the piece is covered wherever it stands."""
    return isinstance(piece, str) and len(piece.split()) >= LONG


def _hidden() -> _Hidden:
    known = _known.get()
    if known is None:
        _known.set(_Hidden())  # what is read meanwhile is not covered: the pieces themselves
        try:
            known = _sorted(tuple(_load[0]()) if _load else ())
        finally:
            _known.set(known)  # a failure is no answer: the next one asks again
    return known


@lru_cache(maxsize=1)  # the same until something is hidden or shown again
def _sorted(kept: tuple[str, ...]) -> _Hidden:
    long: set[str] = set()
    short: dict[str, set[str]] = {}
    tables: dict[str, set[str]] = {}
    found: list[Pieces] = [json.loads(one) for one in kept]
    for one in found:
        for column, pieces in one.items():
            for piece in pieces:
                if is_long(piece):
                    long.add(piece)
                elif isinstance(piece, str):
                    short.setdefault(column, set()).add(piece)
                else:
                    tables.setdefault(column, set()).add(_as_json(piece))
    if not (long or short or tables):
        return _Hidden()
    by_column = [{key: sorted(some[key]) for key in sorted(some)} for some in (short, tables)]
    digest = hashlib.sha256(_as_json([sorted(long), by_column]).encode()).hexdigest()
    return _Hidden(tuple(sorted(long, key=len, reverse=True)), short, tables, digest)


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def mark() -> str:
    """Changes with what is hidden; '' while nothing is. For keys of what is kept ready-made."""
    return "" if _bare.get() else _hidden().mark


def cover(value: str, column: str) -> str:
    """The text with the sentence in the place of what is hidden."""
    if _bare.get() or not value:
        return value
    hidden = _hidden()
    if not hidden.mark:
        return value
    for piece in hidden.long:
        if piece in value:
            value = value.replace(piece, COVERED)
        elif (at := value.rfind(piece[:TAIL])) >= 0 and piece.startswith(value[at:].rstrip(" .…")):
            value = value[:at] + COVERED
    return COVERED if value.strip() in hidden.short.get(column, ()) else value


def cover_tree(value: Any, column: str) -> Any:
    """The same for every text in lists and mappings; keys stay."""
    if isinstance(value, str):
        return cover(value, column)
    if isinstance(value, list):
        tables = () if _bare.get() else _hidden().tables.get(column, ())
        if tables and _as_json(value) in tables:
            return _emptied(value)
        return [cover_tree(one, column) for one in value]
    if isinstance(value, dict):
        return {key: cover_tree(one, column) for key, one in value.items()}
    return value


def _emptied(value: Any) -> Any:
    """The table with nothing but the sentence in its cells."""
    return [_emptied(one) for one in value] if isinstance(value, list) else COVERED if value else value


def cover_quote(value: str, column: str) -> str:
    """A quote of words that are hidden says nothing; also one of a few words out of them."""
    if _bare.get() or not value:
        return value
    hidden = _hidden()
    if not hidden.mark:
        return value
    said = value.strip()
    part = any(said in piece for pieces in (hidden.long, *hidden.short.values()) for piece in pieces)
    return "" if part or is_covered(cover(value, column)) else value


def is_covered(value: Any) -> bool:
    """Whether the sentence stands in a text, or in any text of lists and mappings."""
    if isinstance(value, str):
        return COVERED in value
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return False
    return any(is_covered(one) for one in value)
