"""Che câu chữ: words that an administrator has hidden are covered where values come out of the database.

So pages, papers, sheets, letters and what is added later cannot forget it, and copies of the words in other rows (the
trail, a message, minutes, the next draft) are covered with them. Who hides is no matter of this module: ``load`` gives the
hidden pieces, asked once a unit of work (a request, a task, a tick). What is kept is read within ``bare``."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from .ties import CLOSE, OPEN, TIED
from .vietnamese import nfc

COVERED = "[Quản trị hệ thống đã cách ly nội dung này]"  # in the language of what it stands for, whoever looks
TAIL = 40  # letters of a piece at the end of a text that was cut there without a sign
LONG = 4  # words; what is shorter is everyday language, and is covered only where all of the same column says the same
SENTENCE = 8  # words of a sentence that is covered also where it is quoted without the others
_STOP = re.compile(r"(?<=[.;:!?…])\s+")
_WORD = re.compile(r"\w+")
_ANY = "#"  # any number
_TIE = re.compile(f"{OPEN}[^|{CLOSE}]*\\|\\w*\\|")
_NUMBER = re.compile(r"\d+[a-zđ]?|[a-zđ]\d?")  # as a reference names a clause

FEW = 30  # beginnings of pieces, looked for one by one before a text is taken apart into words
HERE = "="  # before the name of a column: its pieces are covered in that column alone, long ones too

Pieces = Mapping[str, Sequence[Any]]  # column ('documents.Comment.reason') -> what it said


def _lower(text: str) -> str:
    """In small letters, each at its place; a number that follows a clause is the number alone."""
    if OPEN in text:
        text = _TIE.sub(lambda tie: OPEN * len(tie.group()), text)
    return text.replace("İ", "I").lower()


def _words(text: str) -> list[str]:
    """The words of a text: neither case nor stops nor blanks between them tell copies apart."""
    return _WORD.findall(_lower(text))


@dataclass(frozen=True)
class _Piece:
    """A piece as it is looked for; ``before`` and ``after``: the stops at its ends, covered where they stand there too."""

    words: tuple[str, ...]
    before: str = ""
    after: str = ""

    def stands(self, said: Sequence[str], at: int) -> bool:
        """Whether all of it stands there. The last word is looked at first: many pieces begin alike."""
        end = at + len(self.words)
        if end > len(said) or said[end - 1] not in (self.words[-1], _ANY):
            return False
        return _same(tuple(said[at:end]), self.words)

    def begins(self, said: Sequence[str], at: int) -> bool:
        """Whether the rest of what is said is its beginning; the last word may be cut too."""
        last = len(said) - 1 - at
        if last >= len(self.words) or not (said[-1] == _ANY or self.words[last].startswith(said[-1])):
            return False
        return _same(tuple(said[at:-1]), self.words[:last])


def _same(said: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether these are the words; a number that is tied to a clause is any number."""
    if said == words or _ANY not in said:
        return said == words
    pairs = zip(said, words, strict=True)
    return all(one == word or (one == _ANY and _NUMBER.fullmatch(word)) for one, word in pairs)


class _Long:
    """Long pieces by their first words, so that a text is looked through once however many there are.

    ``loose``: for texts in which a number is tied to a clause, and so perhaps another number by now: any will do there."""

    def __init__(self, texts: Iterable[str], *, loose: bool = False) -> None:
        self.texts, self.loose = sorted(texts, key=len, reverse=True), loose
        self.by_head: dict[tuple[str, ...], list[_Piece]] = {}
        for text in self.texts:
            found = list(_WORD.finditer(_lower(text)))
            words = tuple(one.group() for one in found)
            piece = _Piece(words, text[: found[0].start()], text[found[-1].end() :])
            self.by_head.setdefault(tuple(map(self._word, words[:LONG])), []).append(piece)
        self.said = "\n".join(" ".join(one.words) for some in self.by_head.values() for one in some)

    def spans(self, text: str, *, whole: bool = False) -> list[tuple[int, int]]:
        """Where the pieces stand in the text (NFC), in its order. ``whole``: not where the text ends within one."""
        if OPEN in text and not self.loose:
            return self._for_ties.spans(text, whole=whole)
        low = _lower(text)
        few = len(self.by_head) < FEW
        if few and not any(all(word in low for word in head if word != _ANY) for head in self.by_head):
            return []
        words = [self._word(one) for one in _WORD.findall(low)]
        if self.by_head.keys().isdisjoint(zip(words, words[1:], words[2:], words[3:], strict=False)):
            return []
        places = list(_WORD.finditer(low))
        said = [
            _ANY if word == _ANY and _tied(low, one.start()) else one.group()
            for one, word in zip(places, words, strict=True)
        ]
        found: list[tuple[int, int]] = []
        for at in range(len(words) - LONG + 1):
            heads = self.by_head.get(tuple(words[at : at + LONG]), ())
            start = places[at].start()
            while self.loose and _tied(low, start):  # never a part of a tie
                start -= 1
            if one := next((one for one in heads if one.stands(said, at)), None):
                end = places[at + len(one.words) - 1].end()
                end += low.startswith(CLOSE, end)
                start -= len(one.before) if text.endswith(one.before, 0, start) else 0
                end += len(one.after) if text.startswith(one.after, end) else 0
            elif not whole and any(one.begins(said, at) for one in heads) and _is_cut(text, start):
                end = len(text)
            else:
                continue
            if found and start < found[-1][1]:  # two pieces that overlap, or one within the other
                start, end = found[-1][0], max(end, found.pop()[1])
            found.append((start, end))
            if end == len(text):
                break
        return found

    @cached_property
    def _for_ties(self) -> _Long:
        return _Long(self.texts, loose=True)

    def _word(self, word: str) -> str:
        return _ANY if self.loose and _NUMBER.fullmatch(word) else word


def _tied(low: str, start: int) -> bool:
    """Whether what stands there belongs to a tie."""
    return low[max(start - 1, 0) : start] == OPEN


def _is_cut(text: str, start: int) -> bool:
    """Whether what begins there and ends with the text may be the beginning of more: it is long, or says so."""
    return len(text) - start >= TAIL or text.rstrip().endswith(("…", "..."))


@dataclass(frozen=True)
class _Hidden:
    """The pieces to cover now: long ones and tables wherever they stand, short ones by their column."""

    long: _Long = field(default_factory=lambda: _Long(()))
    short: dict[str, set[str]] = field(default_factory=dict)  # as ``alike``
    tables: dict[str, set[str]] = field(default_factory=dict)  # as JSON; those of some words in any column, under ''
    mark: str = ""


def alike(text: str) -> str:
    """The same for texts that differ by case, stops and blanks alone; a text of stops stands for itself."""
    return " ".join(_words(nfc(text))) or text.strip()


_load: list[Callable[[], Iterable[str]]] = []
_known: ContextVar[_Hidden | None] = ContextVar("hidden", default=None)  # of this thread
_bare: ContextVar[bool] = ContextVar("bare", default=False)


def install(load: Callable[[], Iterable[str]]) -> None:
    """Say where the hidden pieces are kept, each as the JSON of ``Pieces``."""
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
    """What is hidden with a value: each text in it, each line and longer sentence of a text, and a table (lists of texts) as a
    whole."""
    if isinstance(value, str):
        whole = TIED.sub(lambda found: found[3], nfc(value)).strip()
        lines = [line.strip() for line in whole.splitlines()]
        sentences = [one for line in lines for one in _STOP.split(line) if len(_words(one)) >= SENTENCE]
        return [one for one in dict.fromkeys([whole, *lines, *sentences]) if one and one != COVERED]
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


def holder(pieces: Iterable[str]) -> Callable[[Any], bool]:
    """Whether any text in a value holds one of the long pieces."""
    wanted = _Long(filter(is_long, pieces))
    return lambda value: any(wanted.spans(text) for text in _texts(value))


def is_long(piece: Any) -> bool:
    """Whether the piece is covered wherever it stands."""
    return isinstance(piece, str) and len(_words(piece)) >= LONG


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
                here = column.removeprefix(HERE)
                if is_long(piece) and here == column:
                    long.add(piece)
                elif isinstance(piece, str):
                    short.setdefault(here, set()).add(alike(piece))
                else:
                    long_table = here == column and len(_words(_as_json(piece))) >= LONG
                    tables.setdefault("" if long_table else here, set()).add(nfc(_as_json(piece)))
    if not (long or short or tables):
        return _Hidden()
    by_column = [{key: sorted(some[key]) for key in sorted(some)} for some in (short, tables)]
    digest = hashlib.sha256(_as_json([sorted(long), by_column]).encode()).hexdigest()
    return _Hidden(_Long(long), short, tables, digest)


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
    plain, made, at = nfc(value), "", 0
    if short := hidden.short.get(column):
        if alike(plain) in short:
            return COVERED
    for start, end in hidden.long.spans(plain):
        made, at = made + plain[at:start] + COVERED, end
    return made + plain[at:] if at else value


def cover_tree(value: Any, column: str) -> Any:
    """The same for every text in lists and mappings; keys stay."""
    if isinstance(value, str):
        return cover(value, column)
    if isinstance(value, list):
        tables = {} if _bare.get() else _hidden().tables
        if tables and nfc(_as_json(value)) in tables.get("", set()) | tables.get(column, set()):
            return _emptied(value)
        return [cover_tree(one, column) for one in value]
    if isinstance(value, dict):
        return {key: cover_tree(one, column) for key, one in value.items()}
    return value


def _emptied(value: Any) -> Any:
    """The table with nothing but the sentence in its cells."""
    return [_emptied(one) for one in value] if isinstance(value, list) else COVERED if value else value


def uncovered(value: Any, kept: Any, column: str) -> Any:
    """The value with the words that are kept, wherever it has the sentence only because it was read so. Rows of a list are
    told by their ``id``; elsewhere a sentence that could stand for several texts stays."""
    sources: dict[str, set[str]] = {}
    for text in _strings(kept):
        if (shown := cover(text, column)) != text:
            sources.setdefault(shown, set()).add(text)
    return _uncovered(value, kept, column, {shown: texts.pop() for shown, texts in sources.items() if len(texts) == 1})


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _strings(one)


def _uncovered(value: Any, kept: Any, column: str, only: Mapping[str, str]) -> Any:
    if not is_covered(value):
        return value
    if cover_tree(kept, column) == value:
        return kept
    if isinstance(value, dict):
        old = kept if isinstance(kept, dict) else {}
        return {key: _uncovered(one, old.get(key), column, only) for key, one in value.items()}
    if isinstance(value, list):
        rows = [one for one in kept if isinstance(one, dict) and "id" in one] if isinstance(kept, list) else []
        by_id = {str(one["id"]): one for one in rows}
        return [_uncovered(one, by_id.get(str(_id_of(one))), column, only) for one in value]
    return only.get(value, value)


def _id_of(one: Any) -> Any:
    return one.get("id") if isinstance(one, dict) else None


def cover_quote(value: str, column: str) -> str:
    """A quote of words that are hidden says nothing; also one of a few words out of them."""
    if _bare.get() or not value:
        return value
    hidden = _hidden()
    if not hidden.mark:
        return value
    said = alike(value)
    part = said in hidden.long.said or any(said in piece for pieces in hidden.short.values() for piece in pieces)
    return "" if part or is_covered(cover(value, column)) else value


def holds_hidden(text: str) -> bool:
    """Whether a text that comes in holds long words that are hidden now: whole ones, so that nobody who knows their beginning
    finds the rest letter by letter."""
    return bool(mark() and _hidden().long.spans(nfc(text), whole=True))


def is_covered(value: Any) -> bool:
    """Whether the sentence stands in a text, or in any text of lists and mappings."""
    if isinstance(value, str):
        return COVERED in value
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return False
    return any(is_covered(one) for one in value)
