"""The doubtful pairs of two drafts, as questions with their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from .identity import Row, rows_of_tree
from .models import ChangeRecord, DocumentVersion, content_of
from .rules.likeness import word_likeness

OTHERS = 2  # further clauses that are offered beside the guess
LEAST = 0.15  # of likeness, to be offered


@dataclass
class Answer:
    """One way to pair: ``key`` that chooses it, ``old`` and ``new`` words to show beside each other."""

    key: str
    label: str
    to: list[str]
    old: str = ""
    new: str = ""


@dataclass
class Question:
    """A doubtful pair. ``where``, ``words``: of the earlier draft; the first answer is the guess."""

    paths: list[str]
    where: str
    words: str
    answers: list[Answer] = field(default_factory=list)


def doubtful(version: DocumentVersion) -> list[ChangeRecord]:
    """The pairs that nobody has decided yet, each once, in the order of the earlier draft."""
    found, seen = [], set()
    for one in version.changes.filter(asked=True, confirmed_by=None).order_by("pk"):
        if (key := tuple(one.from_paths)) not in seen:
            seen.add(key)
            found.append(one)
    return found


def where_of(before: DocumentVersion, changes: Sequence[ChangeRecord]) -> list[dict[str, Any]]:
    """Each pair by the number that its clauses have in the earlier draft: [{"paths", "where"}]."""
    cited = dict(before.texts.values_list("path", "citation"))
    return [
        {"paths": one.from_paths, "where": ", ".join(cited.get(path, path) for path in one.from_paths)}
        for one in changes
    ]


def question(before: DocumentVersion, version: DocumentVersion, change: ChangeRecord) -> Question:
    """A pair with the ways to decide it: the guess, one of its parts alone, another clause like it, or none."""
    old = {row.path: row for row in rows_of_tree(content_of(before))}
    rows = rows_of_tree(content_of(version))
    new = {row.path: row for row in rows}
    ours = [old[path] for path in change.from_paths if path in old]
    words = "\n".join(_words(row) for row in ours)
    made = Question(list(change.from_paths), _names(ours), words)

    def offer(to: Sequence[str], label: str) -> None:
        theirs = [new[path] for path in to if path in new]
        text = "\n".join(_words(row) for row in theirs)
        made.answers.append(
            Answer(str(len(made.answers) + 1), label % {"where": _names(theirs)}, list(to), words, text)
        )

    guess = list(change.to_paths)
    if len(guess) > 1:
        offer(guess, _("Tách thành %(where)s"))
        for path in guess:
            offer([path], _("Chỉ là %(where)s"))
    else:
        offer(guess, _("Gộp lại thành %(where)s") if len(ours) > 1 else _("Là %(where)s"))
    for path in _others(ours, rows, version, guess):
        offer([path], _("Là %(where)s"))
    made.answers.append(Answer("0", _("Không điều khoản nào: đã bỏ"), []))
    return made


def _others(ours: Sequence[Row], rows: Sequence[Row], version: DocumentVersion, guess: Sequence[str]) -> list[str]:
    """Clauses of the new draft that are new or doubtful themselves, the most alike first."""
    free: set[str] = set()
    for one in version.changes.all():
        if one.change == "inserted" or (one.asked and one.confirmed_by_id is None):
            free.update(one.to_paths)
    old = " ".join(row.words for row in ours)
    alike = sorted(
        ((word_likeness(old, row.words), row.path) for row in rows if row.path in free and row.path not in guess),
        reverse=True,
    )
    return [path for likeness, path in alike[:OTHERS] if likeness >= LEAST]


def _words(row: Row) -> str:
    return "\n".join(filter(None, [row.node.get("heading"), row.node.get("text")]))


def _names(rows: Sequence[Row]) -> str:
    return ", ".join(row.citation for row in rows)
