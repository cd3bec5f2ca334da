"""Viện dẫn: 'điểm đ khoản 2 Điều 5' in the words of a text: found, tied to the clause meant, and written anew when it moves.

A tied number is kept in the text as ``lib.ties`` writes it; ``rendered`` shows the number that the clause has now."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from giaouoc.lib.ties import CLOSE, OPEN, TIED

_AND = r"\s*(?:,|và|hoặc|hay|đến)\s*"
_POINT = r"[“\"]?[a-zđ]\d?(?![^\W_])[”\"]?\)?"
_COUNT = r"\d+[a-zđ]?(?![^\W_])"
_POINTS = rf"(?:(?:[Cc]ác|[Tt]ừ)\s+)?[Đđ]iểm\s+{_POINT}(?:{_AND}(?:điểm\s+)?{_POINT})*"
_PARAGRAPHS = rf"(?:(?:[Cc]ác|[Tt]ừ)\s+)?[Kk]hoản\s+(?:này|{_COUNT}(?:{_AND}(?:khoản\s+)?{_COUNT})*)"
_ARTICLES = rf"(?:(?:[Cc]ác|[Tt]ừ)\s+)?(?:[ĐÐđ]iều\s+{_COUNT}(?:{_AND}(?:[ĐÐđ]iều\s+)?{_COUNT})*|[ĐÐđ]iều\s+này)"
_REFERENCE = re.compile(  # from below up, as laws are cited; a điểm of this khoản; or from above down
    rf"(?<![^\W_])(?:(?:(?P<points>{_POINTS})\s*,?\s+)?(?:(?P<paragraphs>{_PARAGRAPHS})\s*,?\s+)?"
    rf"(?P<articles>{_ARTICLES})"
    rf"|(?P<own_points>{_POINTS})\s*,?\s+(?P<this>[Kk]hoản\s+này))"
)
_BELOW = re.compile(  # 'Điều 5, khoản 2, điểm a', unless that khoản is of the next Điều
    rf"\s*,?\s+(?P<paragraphs>(?>{_PARAGRAPHS}))(?:\s*,?\s+(?P<points>(?>{_POINTS})))?+(?!\s*,?\s+[ĐÐđ]iều\s+(?:\d|này))"
)
_BESIDE = re.compile(
    rf"(?<![^\W_])(?:(?P<points>{_POINTS})\s*,?\s+)?(?P<paragraphs>{_PARAGRAPHS})\s*(?:,|;|và|hoặc|hay)\s*$"
)
_JOINED = re.compile(r"\s*(?:,|và|hoặc|hay|đến|cùng|cùng với)\s*")
_OTHER_TEXT = re.compile(
    r"^\s*(?:của\s+)?(?:các\s+)?(?:Bộ\s+luật|[Ll]uật|Nghị\s+định|Nghị\s+quyết|Thông\s+tư|Pháp\s+lệnh|Quyết\s+định|Hiến\s+pháp|Điều\s+lệ|"
    r"Hướng\s+dẫn|Chỉ\s+thị|Hiệp\s+định|Công\s+ước|Kết\s+luận|Thông\s+báo|Công\s+văn|Văn\s+bản|Nội\s+quy|Thể\s+lệ|Quy\s+tắc|Bộ\s+[Qq]uy\s+tắc|"
    r"(?:Quy\s+chế|Quy\s+định|Kế\s+hoạch|Chương\s+trình|Đề\s+án|Giao\s+ước)\s+(?!này|và\s|hoặc\s)[^\W_])(?!\s+này)"
)
_NUMBER = re.compile(r"(?<![^\W_])(?:\d+[a-zđ]?|[a-zđ]\d?)(?![^\W_])")
Numbers = tuple[str, ...]
Cited = tuple[int | None, str]


@dataclass(frozen=True)
class Reference:
    """One reference. ``articles``, ``paragraphs``, ``points``: (place in the text, number); place None where it is not said
    here but beside ('điểm a khoản 1 và điểm b khoản 2 Điều 5'). ``this_article``, ``this_paragraph``: the one that says it."""

    start: int
    end: int
    words: str
    articles: tuple[Cited, ...] = ()
    paragraphs: tuple[Cited, ...] = ()
    points: tuple[Cited, ...] = ()
    this_article: bool = False
    this_paragraph: bool = False


def references(text: str) -> Iterator[Reference]:
    """The references of a text to clauses of its own document. An amending text speaks of another one."""
    if "“" in text and re.search(r"(sửa đổi|bổ sung|thay thế|bãi bỏ)", text, re.I):
        return
    found: list[Reference] = []
    other = False
    for one in reversed(list(_found(text))):
        follows = found[-1].start if found else None
        joined = follows is not None and _JOINED.fullmatch(text[one.end : follows]) is not None
        other = _OTHER_TEXT.match(text[one.end :]) is not None or (joined and other)
        found.append(replace(one, words="") if other else one)
    yield from (one for one in reversed(found) if one.words)


def _found(text: str) -> Iterator[Reference]:
    """Whatever reads as a reference, in the order of the text."""
    done = 0
    matches = list(_REFERENCE.finditer(text))
    for at, match in enumerate(matches):
        following = matches[at + 1].start() if at + 1 < len(matches) else len(text)
        start, end = match.span()
        if match["this"]:
            points = _cited(match, "own_points")
            yield Reference(start, end, match.group(), points=points, this_article=True, this_paragraph=True)
            done = end
            continue
        if match["articles"] == "điều này" and not match["paragraphs"] and not match["points"]:
            continue  # 'this'
        here = {
            "articles": _cited(match, "articles"),
            "paragraphs": _cited(match, "paragraphs"),
            "points": _cited(match, "points"),
        }
        this_article = "này" in match["articles"]
        if not match["paragraphs"] and not match["points"] and (below := _BELOW.match(text, end, following)):
            here |= {"paragraphs": _cited(below, "paragraphs"), "points": _cited(below, "points")}
            end = below.end()
        if match["paragraphs"]:
            said = tuple((None, number) for _place, number in here["articles"])
            before = []
            while (beside := _BESIDE.search(text, done, start)) is not None:
                words = text[beside.start() : beside.end("paragraphs")]
                spans = _cited(beside, "paragraphs"), _cited(beside, "points")
                before.append(Reference(beside.start(), beside.start() + len(words), words, said, *spans, this_article))
                start = beside.start()
            yield from reversed(before)
            start = match.start()
        this_paragraph = "này" in (match["paragraphs"] or "")
        yield Reference(start, end, text[start:end], **here, this_article=this_article, this_paragraph=this_paragraph)
        done = end


def _cited(match: re.Match[str], name: str) -> tuple[Cited, ...]:
    at = match.start(name)
    return tuple((at + one.start(), one.group()) for one in _NUMBER.finditer(match[name] or ""))


@dataclass
class Standing:
    """Where the clauses stand now. ``chain``: id -> level -> number; ``known``: numbers from the article down -> id.

    Where one file holds several texts (a decision and the regulation that it issues), ``text``: id -> which of them it is
    in, and ``known`` is one for each; what has no điều of its own, as an annex, cites the text before it."""

    chain: dict[str, dict[str, str]] = field(default_factory=dict)
    text: dict[str, int] = field(default_factory=dict)
    known: list[dict[Numbers, str]] = field(default_factory=lambda: [{}])

    def known_to(self, own: str) -> dict[Numbers, str]:
        """What the numbers in the words of a clause mean."""
        last = self.text.get(own, 0)
        return next((self.known[at] for at in range(last, -1, -1) if self.known[at]), {})


def shown(text: str, standing: Standing) -> tuple[str, list[tuple[int, int, str]]]:
    """The text as it reads now, and (from, to, what is kept) of each tied number in it."""
    out, at, spans, length = [], 0, [], 0
    for found in TIED.finditer(text):
        out.append(text[at : found.start()])
        number = standing.chain.get(found[1], {}).get(found[2]) or found[3]
        if found[3].startswith("0") and number.isdigit():
            number = number.zfill(len(found[3]))
        length += found.start() - at
        spans.append((length, length + len(number), found[0]))
        out.append(number)
        length, at = length + len(number), found.end()
    return "".join([*out, text[at:]]), spans


def is_tie(text: str) -> bool:
    """Whether that is one tied number and nothing else."""
    return TIED.fullmatch(text) is not None


def rendered(text: str, standing: Standing) -> str:
    """The text as it reads now."""
    return shown(text, standing)[0] if OPEN in text else text


def lost(text: str, standing: Standing) -> list[str]:
    """The references of a kept text whose clause is gone, as they read."""
    words, spans = shown(text, standing)
    gone = [start for start, _end, tie in spans if (found := TIED.match(tie)) and found[1] not in standing.chain]
    return [found.words for found in references(words) if any(found.start <= at < found.end for at in gone)]


Tie = tuple[int, int, str]
Kept = list[tuple[str, list[Tie]]]
"""The references of a text as they read, each with its ties: (from, to, what is kept), counted from its first letter."""


def kept_in(text: str, standing: Standing) -> Kept:
    """The references of a kept text, as they read now."""
    words, spans = shown(text, standing)
    found: Kept = []
    for one in references(words):  # also those that lead nowhere: the same words may stand there twice
        inside = [
            (start - one.start, end - one.start, tie) for start, end, tie in spans if one.start <= start < one.end
        ]
        found.append((one.words, inside))
    return found


def tied(text: str, own: str, standing: Standing, before: Sequence[tuple[str, list[Tie]]] = ()) -> str:
    """The text with its references tied to the clauses that they name. own: the clause that says it.

    before: those that stood there when it was read: one in the same words stays with its clause."""
    text = text.replace(OPEN, "").replace(CLOSE, "")
    kept: dict[str, list[list[Tie]]] = defaultdict(list)
    for words, inside in before:
        kept[words].append(inside)
    ties: list[Tie] = []
    for found in references(text):
        if known := kept[found.words].pop(0) if kept[found.words] else []:
            ties += [(found.start + a, found.start + b, tie) for a, b, tie in known]
        else:
            ties += _ties(found, standing.chain.get(own, {}), standing.known_to(own))
    for start, end, tie in sorted(ties, reverse=True):
        text = text[:start] + tie + text[end:]
    return text


def _ties(found: Reference, own: Mapping[str, str], known: Mapping[Numbers, str]) -> Iterator[Tie]:
    given = {"article": found.articles, "paragraph": found.paragraphs, "point": found.points}
    if found.this_article:
        given["article"] = ((None, own["article"]),) if "article" in own else ()
    if found.this_paragraph:
        given["paragraph"] = ((None, own["paragraph"]),) if "paragraph" in own else ()
    if not given["article"] or (found.this_paragraph and not given["paragraph"]):
        return
    first = {level: _plain(cited[0][1]) if cited else "" for level, cited in given.items()}
    for level, cited in given.items():
        for at, number in cited:
            if at is None:
                continue
            chain = first | {level: _plain(number)}
            if len(cited) > 1 and level != "point":  # of several, none has what stands below
                below = ("paragraph", "point") if level == "article" else ("point",)
                chain |= dict.fromkeys(below, "")
            if (clause := known.get(tuple(filter(None, chain.values())))) is not None:
                yield at, at + len(number), f"{OPEN}{clause}|{level}|{number}{CLOSE}"


def _plain(number: str) -> str:
    return number.lstrip("0") or number
