"""A long text opens folded: its contents with the number of comments of each part, and one part with its clauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from giaouoc.clusters.models import Mandate

from .models import Comment

LONG = 400  # clauses, from which on a text opens folded
MANY = 300  # comments, from which on it does
GROUP = 10  # articles of a part, in a text without chapters
ROWS = 60  # clauses of a part, from which on it takes no further article
HEADS = ("part", "chapter", "section")


@dataclass(frozen=True)
class Part:
    """Rows ``first`` to before ``after`` of a text. ``title``: of its chapter; of articles 'Điều 11 – Điều 20'."""

    title: str
    first: int
    after: int
    comments: int = 0


def parts_of(rows: Sequence[Mapping[str, Any]]) -> list[Part]:
    """The text in parts: by its chapters, else by its sections, else by some articles; what stands before is the first."""
    for kind in HEADS:
        heads = [at for at, row in enumerate(rows) if row["kind"] == kind]
        if len(heads) > 1:
            break
    else:
        heads = _groups([at for at, row in enumerate(rows) if row["kind"] == "article"])
    starts = sorted({0, *heads})
    return [
        Part(_title(rows, first, after), first, after)
        for first, after in zip(starts, [*starts[1:], len(rows)], strict=True)
    ]


def _groups(articles: Sequence[int]) -> list[int]:
    """Where a part begins, of the rows of all articles: after so many articles, or so many rows."""
    heads: list[int] = []
    count = 0
    for at in articles:
        if not heads or count == GROUP or at - heads[-1] >= ROWS:
            heads.append(at)
            count = 0
        count += 1
    return heads


def _title(rows: Sequence[Mapping[str, Any]], first: int, after: int) -> str:
    head = rows[first] if first < len(rows) else {"kind": "", "where": "", "heading": "", "text": ""}
    if head["kind"] in HEADS:
        return ". ".join(
            filter(None, [_capital(head["where"]), (head["heading"] or head["text"] or "").split("\n")[0]])
        )
    articles = [row["where"] for row in rows[first:after] if row["kind"] == "article"]
    if not articles:
        return _("Phần đầu")
    return articles[0] if len(articles) == 1 else f"{articles[0]} – {articles[-1]}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


@dataclass(frozen=True)
class Folded:
    """The contents; which part is open; how many comments stand at clauses that are gone; of whom one part is shown."""

    parts: list[Part]
    open: int
    elsewhere: int
    own: Mapping[int, int]  # comments by bundle

    @property
    def part(self) -> Part:
        return self.parts[self.open]


def fold(document_id: int, rows: Sequence[Mapping[str, Any]], by: Mandate, now: datetime, asked: str) -> Folded | None:
    """How a text opens; None for one that is short. ``asked``: the number of a part, or the path of a clause.

    Two statements, whatever the number of comments."""
    found = Comment.objects.visible_to(by, now).filter(submission__round__version__document=document_id).live()
    of: dict[UUID | None, int] = dict(found.order_by().values_list("provision_id").annotate(n=Count("pk")))
    if len(rows) < LONG and sum(of.values()) < MANY:
        return None
    own: dict[int, int] = dict(found.order_by().values_list("submission_id").annotate(n=Count("pk")))
    bare = parts_of(rows)
    parts = [
        Part(one.title, one.first, one.after, sum(of.get(row["provision"], 0) for row in rows[one.first : one.after]))
        for one in bare
    ]
    place = next((at for at, row in enumerate(rows) if row["path"] == asked), None)
    if place is not None:
        shown = next(at for at, one in enumerate(parts) if one.first <= place < one.after)
    elif asked.isascii() and asked.isdigit() and 0 < int(asked[:6]) <= len(parts):
        shown = int(asked[:6]) - 1
    else:
        shown = next((at for at, one in enumerate(parts) if one.comments), 0)
    elsewhere = sum(of.values()) - sum(one.comments for one in parts) - of.get(None, 0)
    return Folded(parts, shown, elsewhere, own)
