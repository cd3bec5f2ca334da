"""The acts that the trail knows, each with its sentence. A slice registers its own beside its models (``events.py``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

Reading = Callable[[Mapping[str, Any]], Mapping[str, Any]]
_sentences: dict[str, str] = {}
_readings: dict[str, Reading] = {}


def register(sentences: Mapping[str, str], readings: Mapping[str, Reading] | None = None) -> None:
    """Declare acts: verb -> sentence without its subject, marked with gettext_noop: 'đã gửi %(count)s ý kiến'.

    readings: verb -> what turns the data kept in the trail into the words of the sentence, where keys and codes are kept."""
    _readings.update(readings or {})
    for verb, sentence in sentences.items():
        if _sentences.get(verb, sentence) != sentence:
            raise ValueError(f"two sentences for the act {verb}")
        _sentences[verb] = sentence


def known(verb: str) -> bool:
    """Whether a slice has declared this act."""
    return verb in _sentences


def all_verbs() -> list[str]:
    """Every declared act."""
    return sorted(_sentences)


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence_of(verb: str, data: Mapping[str, Any]) -> str:
    """The act in the reader's language."""
    words = _readings[verb](data) if data and verb in _readings else data
    return _(_sentences[verb]) % _Blank(words) if verb in _sentences else verb
