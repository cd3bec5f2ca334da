"""Sentences of parts that know neither Django nor the reader: Vietnamese as they are, English when a page shows them.

``say("Trang %(number)s bị sửa.", number=3)`` is a plain Vietnamese ``str`` for JSON, the command line and comparison; it
remembers its pattern and values, so ``shown`` can say it in the reader's language. Imported as ``_``, its patterns are found
by gettext."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

LOW = "low_"  # a value whose name begins so begins with a small letter, in either language


class Sentence(str):
    """A sentence with the ``pattern`` and ``values`` that it was made of. Values are sentences, tuples of them, or plain."""

    __slots__ = ("pattern", "values")
    pattern: str
    values: Mapping[str, Any]


def _filled(pattern: str, values: Mapping[str, Any], words_of: Callable[[Any], str]) -> str:
    if not values:
        return pattern
    filled = {}
    for name, value in values.items():
        words = ", ".join(map(words_of, value)) if isinstance(value, tuple) else words_of(value)
        filled[name] = words[:1].lower() + words[1:] if name.startswith(LOW) else words
    return pattern % filled


def say(pattern: str, **values: Any) -> Sentence:
    """The Vietnamese sentence. ``pattern``: with %(name)s for each value; a tuple is joined by commas."""
    sentence = Sentence(_filled(pattern, values, str))
    sentence.pattern, sentence.values = pattern, values
    return sentence


def shown(words: object) -> str:
    """The words in the language of whoever reads; what is no ``Sentence`` as it is. Needs Django."""
    if not isinstance(words, Sentence):
        return str(words)
    from django.utils.translation import gettext

    return _filled(gettext(words.pattern), words.values, shown)


def dump(value: Any) -> Any:
    """A sentence, or a tuple or dict with sentences in it, as plain values for JSON."""
    if isinstance(value, Sentence):
        return {"pattern": value.pattern, "values": dump(dict(value.values))}
    if isinstance(value, dict):
        return {name: dump(one) for name, one in value.items()}
    if isinstance(value, tuple | list):
        return [dump(one) for one in value]
    return value


def load(value: Any) -> Any:
    """What ``dump`` gave, with its sentences made again; lists are tuples."""
    if isinstance(value, dict) and value.keys() == {"pattern", "values"}:
        return say(value["pattern"], **load(value["values"]))
    if isinstance(value, dict):
        return {name: load(one) for name, one in value.items()}
    if isinstance(value, list):
        return tuple(load(one) for one in value)
    return value
