"""Đoạn được góp ý: words of a clause as a quote with what stands around it, found again in later words of the clause.

The selector is that of the W3C Web Annotation Data Model, §4.2.4 (exact, prefix, suffix). It is found by its words, then by
words that are like them; else the comment stands at the clause as a whole. It is never lost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

AROUND = 32  # characters kept before and behind
ALIKE = 75  # of 100: below, the words are others
_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class Found:
    """Where a quote stands in a text, and whether word for word."""

    start: int
    end: int
    how: Literal["exact", "like"]


def around(text: str, quote: str, prefix: str = "", suffix: str = "") -> tuple[str, str]:
    """What stands before and behind the quote, of its occurrences the one that ``prefix`` and ``suffix`` fit best."""
    found = find(text, quote, prefix, suffix)
    if found is None or found.how != "exact":
        return "", ""
    return text[max(0, found.start - AROUND) : found.start], text[found.end : found.end + AROUND]


def find(text: str, quote: str, prefix: str = "", suffix: str = "") -> Found | None:
    """Where the quote stands now: word for word, else by words that are like it, else None."""
    if not quote.strip() or not text.strip():
        return None
    places = [match.start() for match in re.finditer(re.escape(quote), text)]
    if places:
        start = max(places, key=lambda at: (_fit(text, at, at + len(quote), prefix, suffix), -at))
        return Found(start, start + len(quote), "exact")
    alike = fuzz.partial_ratio_alignment(quote, text, score_cutoff=ALIKE)
    if alike is None or len(quote) > len(text) * 1.5:
        return None
    words = list(_WORD.finditer(text))
    first = next((at for at, word in enumerate(words) if word.end() > alike.dest_start), 0)
    last = next((at for at, word in enumerate(words) if word.end() >= alike.dest_end), len(words) - 1)

    def score(one: int, other: int) -> float:
        return fuzz.ratio(quote, text[words[one].start() : words[other].end()])

    while first > 0 and score(first - 1, last) > score(first, last):
        first -= 1
    while last < len(words) - 1 and score(first, last + 1) > score(first, last):
        last += 1
    if score(first, last) < ALIKE:
        return None
    return Found(words[first].start(), words[last].end(), "like")


def _fit(text: str, start: int, end: int, prefix: str, suffix: str) -> int:
    """How many characters around a place are those that were kept with the quote."""
    before, behind = text[:start], text[end:]
    return _common(before[::-1], prefix[::-1]) + _common(behind, suffix)


def _common(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
