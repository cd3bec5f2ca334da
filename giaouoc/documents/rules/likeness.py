"""How alike two clauses are: their words one character each, in any spelling, with all that stands under them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz.distance import Indel

from giaouoc.lib.vietnamese import canonical_text

LISTED = {"article", "paragraph", "point"}
TRANSPARENT = {"part", "chapter", "section", "subsection"}  # above articles
ASIDE = {"preamble", "signature", "table"}
_WORD = re.compile(r"\w+")


@dataclass(eq=False)
class Clause:
    """A clause. ``text``: its own words as typed; ``own``, ``name``, ``whole``: its own words, its heading and all words
    under it, one character for each word."""

    kind: str
    path: str
    text: str
    own: str
    parent: Clause | None
    listed: bool
    name: str = ""
    children: list[Clause] = field(default_factory=list)
    whole: str = ""
    leaves: Counter[str] = field(default_factory=Counter)


@dataclass
class ClauseText:
    """A draft: clauses at the top of the alignment, and all of them in reading order."""

    top: list[Clause] = field(default_factory=list)
    all: list[Clause] = field(default_factory=list)


def read_clauses(tree: Sequence[Mapping[str, Any]], words: dict[str, str]) -> ClauseText:
    """The clauses of a draft. words: the character for each word, filled here; both drafts share it."""
    text = ClauseText()
    seen: dict[str, int] = defaultdict(int)
    has_articles = any(_holds_article(node) for node in tree)

    def coded(typed: str) -> str:
        return "".join(words.get(one) or code(one) for one in _WORD.findall(typed))

    def code(word: str) -> str:
        """The character of a word in its one spelling; each spelling is looked up once."""
        canonical = canonical_text(word)
        words[word] = words.get(canonical) or words.setdefault(canonical, chr(0x100 + len(words)))
        return words[word]

    def visit(nodes: Sequence[Mapping[str, Any]], parent: Clause | None) -> None:
        places: dict[str, int] = defaultdict(int)
        for node in nodes:
            kind, number = node["kind"], node.get("number")
            if not number or number == "-":
                places[kind] += 1
            if kind in ASIDE:
                continue
            if has_articles and kind in TRANSPARENT and _holds_article(node):
                visit(node["children"], None)
                continue
            own = number if number and number != "-" else f"-{places[kind]}"
            base = parent.path if parent is not None and kind != "article" else ""
            path = f"{base}/{own}" if base else (own if number else f"{kind}-{places[kind]}")
            seen[path] += 1
            if seen[path] > 1:
                path = f"{path} ({seen[path]})"
            typed = "\n".join(filter(None, [node.get("heading"), node.get("text")]))
            item = Clause(kind, path, typed, coded(typed), parent, kind in LISTED, coded(node.get("heading") or ""))
            (parent.children if parent is not None else text.top).append(item)
            text.all.append(item)
            visit(node["children"], item)
            item.whole = "\n".join([item.own, *(child.whole for child in item.children)])
            item.leaves = Counter({item.own: len(item.own)}) if item.own else Counter()
            for child in item.children:
                item.leaves.update(child.leaves)

    visit(tree, None)
    return text


def _holds_article(node: Mapping[str, Any]) -> bool:
    return node["kind"] == "article" or any(_holds_article(child) for child in node["children"])


def likeness(old: str, new: str, least: float = 0.0) -> float:
    """0 to 1: how much of two sequences is the same, in order; 0 where it is less than ``least``, which is sooner known."""
    return 1.0 if old == new else Indel.normalized_similarity(old, new, score_cutoff=least)


def word_likeness(old: str, new: str) -> float:
    """0 to 1: how many words of two texts are the same, in order; their spelling and their capitals apart."""
    before, after = (_WORD.findall(canonical_text(one)) for one in (old, new))
    return Indel.normalized_similarity(before, after)


def same_clause(old: Clause, new: Clause) -> float:
    """How much two clauses with all under them are the same clause."""
    if old.whole == new.whole:
        return 1.0
    if not old.children and not new.children:
        if old.name and new.name and old.name == new.name:
            return max(0.9, likeness(old.own, new.own))
        return likeness(old.own, new.own)
    if (old.kind == "article") != (new.kind == "article"):
        return 0.0
    kept = 2 * sum((old.leaves & new.leaves).values()) / (sum(old.leaves.values()) + sum(new.leaves.values()) or 1)
    best = max(kept, likeness(old.whole, new.whole))
    if old.name and new.name:
        name = likeness(old.name, new.name)
        return max(0.5 * name + 0.5 * best, 0.9 * name if name > 0.9 else 0.0, best)
    own = likeness(old.own, new.own)
    return max(0.5 * own + 0.5 * best, 0.95 * own if own > 0.9 and len(old.own) > 4 else 0.0, best)
