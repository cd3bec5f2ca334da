"""Viện dẫn: 'điểm đ khoản 2 Điều 5' in the words of a text: found, tied to the clause meant, and written anew when it moves.

A tied number is kept in the text as OPEN id|level|number CLOSE; ``rendered`` shows the number that the clause has now."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from giaouoc.lib.covering import END as CLOSE
from giaouoc.lib.covering import TIED as OPEN

_REFERENCE = re.compile(
    r"(?:(?P<points>(?:các\s+)?điểm\s+[a-zđ]\d?(?:\s*(?:,|và|hoặc)\s*(?:điểm\s+)?[a-zđ]\d?(?![^\W_]))*)\s*,?\s+)?"
    r"(?:(?P<paragraphs>(?:các\s+)?khoản\s+(?:này|\d+[a-zđ]?(?:\s*(?:,|và|hoặc)\s*(?:khoản\s+)?\d+[a-zđ]?(?![^\W_]))*))\s*,?\s+)?"
    r"(?P<articles>(?:các\s+)?[ĐÐ]iều\s+(?:này|\d+[a-zđ]?(?:\s*(?:,|và|hoặc|đến)\s*(?:[ĐÐ]iều\s+)?\d+[a-zđ]?(?![^\W_]))*))",
)
_OTHER_TEXT = re.compile(
    r"^\s*(?:,\s*(?:khoản|điểm)[^.;]{0,60})?\s*(?:của\s+)?(?:Bộ\s+luật|Luật|Nghị\s+định|Nghị\s+quyết|Thông\s+tư|Pháp\s+lệnh|Quyết\s+định|"
    r"Hiến\s+pháp|Điều\s+lệ|Quy\s+định\s+số|Quy\s+định\s+\d|Hướng\s+dẫn|Chỉ\s+thị|Hiệp\s+định|Công\s+ước|Quy\s+chế\s+(?!này))"
)
_NUMBER = re.compile(r"(?<![^\W_])(?:\d+[a-zđ]?|[a-zđ]\d?)(?![^\W_])")
_TIED = re.compile(f"{OPEN}([^|{CLOSE}]*)\\|(\\w+)\\|([^{CLOSE}]*){CLOSE}")
Numbers = tuple[str, ...]


def references(text: str) -> Iterator[re.Match[str]]:
    """The references of a text to clauses of its own document. An amending text speaks of another one."""
    if "“" in text and re.search(r"(sửa đổi|bổ sung|thay thế|bãi bỏ)", text, re.I):
        return
    for found in _REFERENCE.finditer(text):
        if not _OTHER_TEXT.match(text[found.end() :]):
            yield found


def numbers_in(words: str | None) -> list[str]:
    """The numbers of 'các điểm a, b và c'."""
    return _NUMBER.findall(words or "")


@dataclass
class Standing:
    """Where the clauses stand now. ``chain``: id -> level -> number; ``known``: numbers from the article down -> id."""

    chain: dict[str, dict[str, str]] = field(default_factory=dict)
    known: dict[Numbers, str] = field(default_factory=dict)


def shown(text: str, standing: Standing) -> tuple[str, list[tuple[int, int, str]]]:
    """The text as it reads now, and (from, to, what is kept) of each tied number in it."""
    out, at, spans, length = [], 0, [], 0
    for found in _TIED.finditer(text):
        out.append(text[at : found.start()])
        number = standing.chain.get(found[1], {}).get(found[2]) or found[3]
        length += found.start() - at
        spans.append((length, length + len(number), found[0]))
        out.append(number)
        length, at = length + len(number), found.end()
    return "".join([*out, text[at:]]), spans


def rendered(text: str, standing: Standing) -> str:
    """The text as it reads now."""
    return shown(text, standing)[0] if OPEN in text else text


def lost(text: str, standing: Standing) -> list[str]:
    """The references of a kept text whose clause is gone, as they read."""
    words, spans = shown(text, standing)
    gone = [start for start, _end, tie in spans if (found := _TIED.match(tie)) and found[1] not in standing.chain]
    return [found.group() for found in references(words) if any(found.start() <= at < found.end() for at in gone)]


def tied(text: str, own: str, standing: Standing, before: str = "") -> str:
    """The text with its references tied to the clauses that they name. own: the clause that says it.

    before: what it said, as kept: a reference that stands there in the same words stays with its clause."""
    text = text.replace(OPEN, "").replace(CLOSE, "")
    kept: dict[str, list[list[tuple[int, int, str]]]] = defaultdict(list)
    words, spans = shown(before, standing)
    for found in references(words):
        a, b = found.span()
        if inside := [(start - a, end - a, tie) for start, end, tie in spans if a <= start < b]:
            kept[found.group()].append(inside)
    ties: list[tuple[int, int, str]] = []
    for found in references(text):
        if kept[found.group()]:
            ties += [(found.start() + a, found.start() + b, tie) for a, b, tie in kept[found.group()].pop(0)]
        else:
            ties += _ties(found, standing.chain.get(own, {}), standing.known)
    for start, end, tie in sorted(ties, reverse=True):
        text = text[:start] + tie + text[end:]
    return text


def _ties(found: re.Match[str], own: Mapping[str, str], known: Mapping[Numbers, str]) -> Iterator[tuple[int, int, str]]:
    given = {name: numbers_in(found[name]) for name in ("articles", "paragraphs", "points")}
    if "này" in found["articles"]:
        given["articles"] = [own["article"]] if "article" in own else []
    if "này" in (found["paragraphs"] or ""):
        given["paragraphs"] = [own["paragraph"]] if "paragraph" in own else []

    def target(article: str, paragraph: str, point: str) -> str | None:
        return known.get(tuple(filter(None, (article, paragraph, point))))

    first = {name: (numbers[0] if numbers else "") for name, numbers in given.items()}
    if not first["articles"]:
        return
    for name, level in (("articles", "article"), ("paragraphs", "paragraph"), ("points", "point")):
        if "này" in (found[name] or ""):
            continue
        for one in _NUMBER.finditer(found[name] or ""):
            chain = {**first, name: one.group()}
            if len(given[name]) > 1 and name != "points":  # of several, none has what stands below
                below = ("paragraphs", "points") if name == "articles" else ("points",)
                chain |= dict.fromkeys(below, "")
            if (clause := target(chain["articles"], chain["paragraphs"], chain["points"])) is not None:
                at = found.start(name)
                yield at + one.start(), at + one.end(), f"{OPEN}{clause}|{level}|{one.group()}{CLOSE}"
