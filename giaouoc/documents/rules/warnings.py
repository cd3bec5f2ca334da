"""What the one who imports should look at: doubled and skipped numbers, empty clauses, references to nowhere, odd letters.

A warning never stops an import. Each is a code with parameters; ``said`` has the sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from giaouoc.lib.old_encodings import encoding_of_font

from .clause_tree import Node
from .docx_numbering import roman
from .docx_reader import Reading
from .markers import LETTERS, LOOKS_LIKE, is_lower_roman
from .references import Reference, references
from .said import NAMES, sentence

ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


OF_REFERENCES = {"no_article", "no_paragraph", "no_point", "no_point_in_article", "drifted", "adrift"}
MOST = 1000  # warnings of a draft that are kept


@dataclass(frozen=True)
class Warning:
    """``where``: a path such as '2/3' or 'chương II', or None for the whole file; ``code``: a key of ``said.WARNINGS``."""

    where: str | None
    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """The sentence in Vietnamese."""
        return sentence(self.code, self.params)

    def kept(self) -> dict[str, Any]:
        """As it is stored: {"where", "code", "params"}."""
        return {"where": self.where, "code": self.code, "params": dict(self.params)}


@dataclass(frozen=True)
class Place:
    """A node with where it stands."""

    node: Node
    path: str | None
    article: str | None
    paragraph: str | None


def places(tree: list[Node]) -> Iterator[Place]:
    """Every node in reading order with its path."""

    def visit(node: Node, numbers: list[str], article: str | None, paragraph: str | None) -> Iterator[Place]:
        kind, number = node["kind"], node["number"]
        path: str | None = "/".join(numbers) or None
        if kind in {"part", "chapter", "section", "subsection"}:
            names = {"part": "phần", "chapter": "chương", "section": "mục", "subsection": "tiểu mục"}
            path = f"{names[kind]} {number}" if number else None
            numbers = [number] if kind == "section" and number and not article and _is_plan else []
            article = paragraph = None
        elif kind == "article":
            numbers, article, paragraph = [number or ""], number, None
            path = number
        elif kind in {"paragraph", "point"} and number and number != "-":
            numbers = [*numbers, number]
            paragraph = number if kind == "paragraph" else paragraph
            path = "/".join(numbers)
        yield Place(node, path, article, paragraph)
        for child in node["children"]:
            yield from visit(child, numbers, article, paragraph)

    _is_plan = not any(one["kind"] == "article" for one in _all(tree))
    for node in tree:
        yield from visit(node, [], None, None)


def _all(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _all(node["children"])


def warn(tree: list[Node], reading: Reading, *, unnumbered: bool, odd: list[tuple[Node, str]]) -> list[Warning]:
    """All warnings of a draft, those of the whole file first. ``odd``: clauses whose number has letters that look alike."""
    found: list[Warning] = []
    for met, code in (
        (reading.tracked, "tracked"),
        (reading.comments, "comments"),
        (reading.shapes, "shapes"),
        (reading.chunks, "chunks"),
    ):
        if met:
            found.append(Warning(None, code))
    if reading.old_fonts:
        fonts = sorted(reading.old_fonts)
        code = "converted" if reading.converted else "old_font"
        encodings = sorted({encoding_of_font(font) for font in fonts})
        found.append(Warning(None, code, {"fonts": ", ".join(fonts), "encoding": ", ".join(encodings)}))
    if unnumbered:
        found.append(Warning(None, "unnumbered"))
    return [*found, *tree_warnings(tree, odd)]


def tree_warnings(tree: list[Node], odd: list[tuple[Node, str]] | None = None) -> list[Warning]:
    """The warnings that the tree alone gives rise to."""
    everything = list(places(tree))
    marks = {id(node): words for node, words in odd or []}
    more = chain(_sequences(tree), _empty(everything), _letters(everything, marks), _references(everything))
    return list(islice(more, MOST))


# -- numbers


def value(kind: str, number: str) -> tuple[int, str] | None:
    """(place, suffix) of a number among its siblings: ('5a') is (5, 'a'); None when it has no place."""
    if kind == "point":
        found = re.fullmatch(r"([a-zđ])(\d*)", number)
        return (LETTERS.index(found[1]) + 1, found[2]) if found and found[1] in LETTERS else None
    if number.isupper() and set(number) <= set(ROMAN):
        total = 0
        for letter, following in zip(number, number[1:] + " ", strict=True):
            size = ROMAN[letter]
            total += -size if following in ROMAN and ROMAN[following] > size else size
        return total, ""
    found = re.fullmatch(r"(\d+)([a-zđ]?\d?)", number)
    return (int(found[1]), found[2]) if found else None


def _sequences(tree: list[Node]) -> Iterator[Warning]:
    group: list[Node] = []
    texts: list[list[Node]] = [group]
    for node in tree:
        if node["kind"] == "preamble" and group:
            group = []
            texts.append(group)
        group.append(node)
    for text in texts:
        articles = [node for node in _all(text) if node["kind"] == "article"]
        yield from _sequence("article", articles, "")
        yield from _children(text, "")


def _children(nodes: list[Node], under: str) -> Iterator[Warning]:
    for kind in ("part", "chapter", "section", "subsection", "paragraph", "point"):
        yield from _sequence(kind, [node for node in nodes if node["kind"] == kind], under)
    for node in nodes:
        if node["kind"] == "article":
            inner = node["number"] or ""
        elif node["kind"] in {"paragraph", "point"} and node["number"] not in {None, "-"}:
            inner = f"{under}/{node['number']}".strip("/")
        elif node["kind"] == "section" and not any(one["kind"] == "article" for one in _all([node])):
            inner = node["number"] or ""
        else:
            inner = "" if node["kind"] in {"part", "chapter", "section", "subsection"} else under
        yield from _children(node["children"], inner)


def _sequence(kind: str, nodes: list[Node], under: str) -> Iterator[Warning]:
    before: tuple[int, str] | None = None
    before_number = ""
    small = kind == "point" and all(is_lower_roman(node["number"] or "") for node in nodes)
    seen: set[str] = set()
    for node in nodes:
        number = node["number"]
        if number is None or number == "-" or "." in number:
            continue
        where = (
            f"{NAMES[kind]} {number}"
            if kind not in {"article", "paragraph", "point"}
            else f"{under}/{number}".strip("/")
        )
        place = value("section", number.upper()) if small else value(kind, number)
        if number in seen:
            yield Warning(where, "doubled", {"kind": kind, "number": number})
        elif place is not None and (before is not None or kind != "part"):
            expected = (before[0] if before else 0) + 1
            if place[0] > expected:
                missing = roman(expected).lower() if small else _number(kind, expected, number)
                if kind == "point" and before_number == "d" and number == "e":
                    yield Warning(where, "no_d")
                elif before is not None or place[0] > 1:
                    if place[0] - expected > 1 and not small:
                        missing = f"{missing}–{_number(kind, place[0] - 1, number)}"
                    yield Warning(where, "skipped", {"kind": kind, "missing": missing, "number": number})
        seen.add(number)
        if place is not None:
            before, before_number = place, number


def _number(kind: str, place: int, like: str) -> str:
    if kind == "point":
        return LETTERS[place - 1] if place <= len(LETTERS) else str(place)
    if like.isalpha():
        return roman(place)
    return str(place)


# -- emptiness, letters


def _empty(everything: list[Place]) -> Iterator[Warning]:
    for place in everything:
        node = place.node
        if node["kind"] in {"part", "chapter", "section", "article"} and not node["children"] and not node["text"]:
            if node["kind"] != "article" or not node["heading"]:
                yield Warning(place.path, "vacant", {"kind": node["kind"], "number": node["number"] or ""})
            else:
                yield Warning(place.path, "only_heading", {"number": node["number"] or ""})
        elif node["kind"] in {"paragraph", "point"} and node["number"] and not _says_anything(node):
            yield Warning(place.path, "vacant", {"kind": node["kind"], "number": node["number"]})


def _says_anything(node: Node) -> bool:
    return bool(node["heading"] or node["text"] or node["children"] or node.get("rows"))


_ODD = re.compile("[\u00d0\u00f0\u0189\u0256\u0370-\u03ff\u0400-\u052f\uff01-\uff5e]")
_STRAY = re.compile("[\u00d0\u00f0\u0189\u0256\uff01-\uff5e]")  # wrong in Vietnamese wherever they stand


def _letters(everything: list[Place], marks: Mapping[int, str]) -> Iterator[Warning]:
    """Words with letters that look like Vietnamese ones; one a clause. ``marks``: numbers written so, by id of node."""
    for place in everything:
        if (mark := marks.get(id(place.node))) is not None and (found := _ODD.search(mark)) is not None:
            yield _letter(place, mark, found[0])
            continue
        cells = [cell for row in place.node.get("rows") or [] for cell in row]
        text = " ".join([place.node["heading"] or "", place.node["text"], *cells])
        if _ODD.search(text) is None:
            continue
        for word in re.findall(r"\S+", text):
            odd = _ODD.findall(word)
            # A whole word in Greek or Cyrillic is meant so; one such letter among others is not.
            if odd and (len(odd) < sum(one.isalpha() for one in word) or _STRAY.search(word) or _stands_alone(word)):
                yield _letter(place, word, odd[0])
                break


def _stands_alone(word: str) -> bool:
    """Whether a word is one letter that looks like a Latin one, as the а of 'điểm а'."""
    letters = [one for one in word if one.isalpha()]
    return len(letters) == 1 and ord(letters[0]) in LOOKS_LIKE


def _letter(place: Place, word: str, letter: str) -> Warning:
    return Warning(place.path, "letter", {"word": word[:40], "letter": letter, "code": f"U+{ord(letter):04X}"})


# -- references


def _references(everything: list[Place]) -> Iterator[Warning]:
    texts: list[list[Place]] = [[]]  # a decision and the regulation that it issues are two, each with its own numbers
    for place in everything:
        if place.node["kind"] == "preamble" and texts[-1]:
            texts.append([])
        texts[-1].append(place)
    known: set[tuple[str, ...]] = set()
    for text in texts:
        own = {tuple(place.path.split("/")) for place in text if place.article is not None and place.path}
        known = own or known
        for place in text:
            if place.node["kind"] not in {"preamble", "signature", "table"} and known:
                for found in references(place.node["text"]):
                    if place.article is not None or not found.this_article:
                        yield from _check(found, place, known)


def _check(found: Reference, place: Place, known: set[tuple[str, ...]]) -> Iterator[Warning]:
    articles = [place.article] if found.this_article else [number.lstrip("0") for _at, number in found.articles]
    paragraphs = [place.paragraph] if found.this_paragraph else [number.lstrip("0") for _at, number in found.paragraphs]
    points = [number for _at, number in found.points]
    shown = " ".join(found.words.split())
    for article in articles:
        if article is None:
            continue
        if (article,) not in known:
            yield Warning(place.path, "no_article", {"words": shown, "article": article})
            continue
        if len(articles) > 1:
            continue
        for paragraph in paragraphs:
            if paragraph and (article, paragraph) not in known:
                yield Warning(place.path, "no_paragraph", {"words": shown, "article": article, "paragraph": paragraph})
            elif paragraph and len(paragraphs) == 1:
                for point in points:
                    if (article, paragraph, point) not in known:
                        given = {"words": shown, "article": article, "paragraph": paragraph, "point": point}
                        yield Warning(place.path, "no_point", given)
        if not paragraphs:
            for point in points:
                if (article, point) not in known:
                    given = {"words": shown, "article": article, "point": point}
                    yield Warning(place.path, "no_point_in_article", given)
