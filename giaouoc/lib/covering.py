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
from typing import Any

from asgiref.local import Local

from .vietnamese import nfc

COVERED = "[Quản trị hệ thống đã cách ly nội dung này]"  # in the language of what it stands for, whoever looks
TAIL = 40  # letters of a piece at the end of a text that was cut there
LONG = 4  # words; what is shorter is everyday language, and is covered only where all of the same column says the same

Pieces = Mapping[str, Sequence[str]]  # column ('documents.Comment.reason') -> what it said


@dataclass(frozen=True)
class _Hidden:
    """The pieces to cover now: long ones wherever they stand, short ones by their column."""

    long: tuple[str, ...] = ()
    short: dict[str, set[str]] = field(default_factory=dict)
    mark: str = ""


_load: list[Callable[[], Iterable[Pieces]]] = []
_known = Local()
_bare: ContextVar[bool] = ContextVar("bare", default=False)


def install(load: Callable[[], Iterable[Pieces]]) -> None:
    """Say where the hidden pieces are kept."""
    _load[:] = [load]


def forget(**_signal: object) -> None:
    """A new unit of work begins, or what is hidden has changed: ask anew."""
    _known.hidden = None


@contextmanager
def bare() -> Iterator[None]:
    """Values come as they are kept: for hashes and for following clauses, never for showing."""
    token = _bare.set(True)
    try:
        yield
    finally:
        _bare.reset(token)


def pieces_of(value: Any) -> list[str]:
    """What is hidden with a value: each text in it, and each line of a text."""
    if isinstance(value, str):
        whole = nfc(value).strip()
        lines = [line.strip() for line in whole.splitlines()]
        return [one for one in dict.fromkeys([whole, *lines]) if one and one != COVERED]
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return list(dict.fromkeys(piece for one in value for piece in pieces_of(one)))
    return []


def is_long(piece: str) -> bool:
    """Whether the piece is covered wherever it stands."""
    return len(piece.split()) >= LONG


def _hidden() -> _Hidden:
    known: _Hidden | None = getattr(_known, "hidden", None)
    if known is None:
        _known.hidden = _Hidden()  # what is read meanwhile is not covered: the pieces themselves
        _known.hidden = known = _sorted(_load[0]() if _load else ())
    return known


def _sorted(found: Iterable[Pieces]) -> _Hidden:
    long: set[str] = set()
    short: dict[str, set[str]] = {}
    for one in found:
        for column, pieces in one.items():
            long.update(filter(is_long, pieces))
            if rest := {piece for piece in pieces if not is_long(piece)}:
                short.setdefault(column, set()).update(rest)
    if not long and not short:
        return _Hidden()
    said = json.dumps([sorted(long), {key: sorted(short[key]) for key in sorted(short)}], ensure_ascii=False)
    return _Hidden(tuple(sorted(long, key=len, reverse=True)), short, hashlib.sha256(said.encode()).hexdigest())


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
        return [cover_tree(one, column) for one in value]
    if isinstance(value, dict):
        return {key: cover_tree(one, column) for key, one in value.items()}
    return value


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
