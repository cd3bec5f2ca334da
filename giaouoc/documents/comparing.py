"""So sánh hai phiên bản: what became of each clause between any two drafts, with its comments and its earlier wordings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from giaouoc.clusters.models import Mandate

from .clause_page import rows_of
from .identity import after_which
from .models import DocumentVersion, ProvisionText
from .queries import texts_shown
from .remarks import comments_of, note_of
from .standing import Standing, visible_versions

CHANGES = {
    "inserted": gettext_noop("thêm mới"),
    "deleted": gettext_noop("bỏ"),
    "split": gettext_noop("tách"),
    "merged": gettext_noop("gộp"),
    "reworded": gettext_noop("sửa câu chữ"),
    "moved": gettext_noop("chuyển chỗ"),
    "renumbered": gettext_noop("đánh lại số"),
    "unchanged": gettext_noop("giữ nguyên"),
}
QUIET = {"unchanged", "renumbered"}  # the words of the clause are as they were
LISTED = {"article", "paragraph", "point"}  # of these the alignment speaks
Row = Mapping[str, Any]


@dataclass
class Compared:
    """A clause in two drafts. ``asked``: the pair is a guess that nobody has confirmed; ``wordings``: what it said in
    drafts before the earlier one, [(draft, clause, words)], the newest first; ``notes``: comments on it, as remarks."""

    change: str
    label: str
    old_where: str
    new_where: str
    old: str
    new: str
    asked: bool = False
    provisions: list[UUID] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    wordings: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class _Step:
    old: list[int]
    new: list[int]
    change: str
    asked: bool = False


def compared(earlier: DocumentVersion, later: DocumentVersion, *, everything: bool = False) -> list[Compared]:
    """What became of each clause, in the order of the later draft, what was dropped at its old place.

    Renumbered and unchanged ones only with ``everything``. Of two drafts that follow each other the alignment speaks, with
    splits and merges; over more drafts each clause is followed by its identity."""
    old_rows, new_rows = rows_of(earlier), rows_of(later)
    if later.ordinal == earlier.ordinal + 1:
        steps = _aligned(later, old_rows, new_rows) + _followed(old_rows, new_rows, listed=False)
    else:
        steps = _followed(old_rows, new_rows, listed=True) + _followed(old_rows, new_rows, listed=False)
    quiet = set() if everything else QUIET
    kept = {row["provision"]: place for place, row in enumerate(new_rows)}
    order = [row["provision"] for row in old_rows]

    def place(step: _Step) -> tuple[int, int]:
        return (step.new[0], 0) if step.new else (after_which(step.old[0], order, kept), 1 + step.old[0])

    found = []
    for step in sorted(steps, key=place):
        if step.change in quiet:
            continue
        olds, news = [old_rows[at] for at in step.old], [new_rows[at] for at in step.new]
        found.append(
            Compared(
                step.change,
                _(CHANGES.get(step.change, step.change)),
                "; ".join(row["where"] for row in olds),
                "; ".join(row["where"] for row in news),
                "\n".join(words_of(row) for row in olds),
                "\n".join(words_of(row) for row in news),
                step.asked,
                list(dict.fromkeys(row["provision"] for row in (*olds, *news))),
            )
        )
    return found


def _aligned(later: DocumentVersion, old_rows: Sequence[Row], new_rows: Sequence[Row]) -> list[_Step]:
    old_at = {row["path"]: place for place, row in enumerate(old_rows)}
    new_at = {row["path"]: place for place, row in enumerate(new_rows)}
    steps: dict[tuple[tuple[str, ...], tuple[str, ...]], _Step] = {}
    for one in later.changes.order_by("pk"):
        olds = [old_at[path] for path in one.from_paths if path in old_at]
        news = [new_at[path] for path in one.to_paths if path in new_at]
        if olds or news:
            key = (tuple(one.from_paths), tuple(one.to_paths))
            steps.setdefault(key, _Step(olds, news, one.change, one.asked and one.confirmed_by_id is None))
    return list(steps.values())


def _followed(old_rows: Sequence[Row], new_rows: Sequence[Row], *, listed: bool) -> list[_Step]:
    """Each clause by its identity; listed: điều, khoản, điểm, else all others (title, chapters, tables, signatures)."""
    old_at = {row["provision"]: at for at, row in enumerate(old_rows) if (row["kind"] in LISTED) == listed}
    new_at = {row["provision"]: at for at, row in enumerate(new_rows) if (row["kind"] in LISTED) == listed}
    above_old, above_new = _above(old_rows), _above(new_rows)
    steps = []
    for provision, at in old_at.items():
        to = new_at.get(provision)
        if to is None:
            steps.append(_Step([at], [], "deleted"))
            continue
        old, new = old_rows[at], new_rows[to]
        if words_of(old) != words_of(new):
            change = "reworded"
        elif above_old[at] != above_new[to]:
            change = "moved"
        else:
            change = "renumbered" if old["path"] != new["path"] else "unchanged"
        steps.append(_Step([at], [to], change))
    return steps + [_Step([], [at], "inserted") for provision, at in new_at.items() if provision not in old_at]


def _above(rows: Sequence[Row]) -> list[UUID | None]:
    """For each clause the listed clause above it, by their paths."""
    at = {row["path"]: row["provision"] for row in rows if row["kind"] in LISTED}
    return [at.get(row["path"].rpartition("/")[0]) for row in rows]


def words_of(row: Row) -> str:
    """A clause's own words, a table as its rows."""
    cells = [" | ".join(map(str, line)) for line in row.get("rows") or ()]
    return "\n".join(filter(None, (row["heading"], row["text"], *cells)))


def with_history(
    rows: Sequence[Compared],
    standing: Standing,
    earlier: DocumentVersion,
    later: DocumentVersion,
    by: Mandate,
    now: datetime,
) -> None:
    """Put the comments on each clause, with their answers, and its wordings before ``earlier`` into the rows.

    Of comments and drafts only those that the mandate may read; three statements for any number of rows."""
    wanted = {one for row in rows for one in row.provisions}
    before = {one.pk: one for one in visible_versions(standing, by, now) if one.ordinal < earlier.ordinal}
    texts: dict[tuple[int, Any], ProvisionText] = {}
    spoken = [one for one in comments_of(standing, by, now) if one.provision_id in wanted]
    spoken = [one for one in spoken if one.submission.round.version.ordinal <= later.ordinal]
    versions = {*before, *(one.submission.round.version_id for one in spoken)}
    if wanted and versions:
        found = ProvisionText.objects.filter(version__in=versions, provision__in=wanted).order_by("version")
        for text in texts_shown(found):
            texts[text.version_id, text.provision_id] = text
    for row in rows:
        for comment in spoken:
            if comment.provision_id in row.provisions:
                made_on = texts.get((comment.submission.round.version_id, comment.provision_id))
                old = made_on.text if made_on is not None else None
                row.notes.append(note_of(comment, by, now, old=old, shown=later))
        said = {row.old, row.new}
        for version in sorted(before.values(), key=lambda one: -one.ordinal):
            for provision in row.provisions:
                was = texts.get((version.pk, provision))
                words = "\n".join(filter(None, (was.heading, was.text))) if was is not None else ""
                if was is not None and words not in said:
                    said.add(words)
                    row.wordings.append((version.label, was.citation, words))
