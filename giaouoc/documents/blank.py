"""Mẫu: the Word file with which a text of each kind begins."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from giaouoc.clusters.models import Year
from giaouoc.clusters.queries import body_kind_of
from giaouoc.lib.clock import local_date
from giaouoc.lib.vietnamese import one_line

from .paper.clauses import VersionPaper
from .paper.word import render_word
from .rules.skeletons import skeleton
from .states import DocumentKind


def blank_tree(year: Year, kind: str, title: str) -> list[dict[str, Any]]:
    """The clause tree that a text of this kind begins with. ``title``: '' leaves it to be written."""
    name = str(DocumentKind(kind).label)
    subject = one_line(title).removeprefix(name).strip() or "…"
    return skeleton(kind, name, subject, year.cluster.name, year.number)


def word_template(year: Year, kind: str, title: str, now: datetime) -> bytes:
    """The Word file that a text of this kind begins with, in the layout of its day. ``title``: '' leaves it to be written."""
    cluster, day = year.cluster, local_date(now)
    return render_word(
        VersionPaper(
            cluster_name=cluster.name,
            supervising_body=cluster.supervising_body.name,
            year=year.number,
            title=one_line(title) or str(DocumentKind(kind).label),
            place=cluster.place,
            tree=blank_tree(year, kind, title),
            content_hash="",
            style_day=day,
            draft_ordinal=1,
            body_kind=body_kind_of(year, now),
        )
    )
