"""Soạn trên trang: a next draft written clause by clause; each act a step that can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import cast
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate, Unit, Year
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.fields import kept_value, with_kept
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.lib.vietnamese import one_line

from ..access import can_import, can_restore_writing, can_write
from ..blank import blank_tree
from ..identity import rows_of_tree
from ..models import Document, DocumentVersion, Unfinished, Writing, WritingStep, content_of
from ..queries import LEASE, begun_at, free_slug, lock, newest_version, next_step
from ..rules import writing as rules
from ..rules.clause_tree import content_hash
from ..rules.warnings import tree_warnings
from ..states import DocumentKind
from ..words import CANNOT, STEPS
from .imports import Known, add_version

OPEN = ("rows", "finished_at", "dropped_at")


class ClauseChanged(WrongState):
    """Somebody saved other words meanwhile; what was typed is kept as unfinished text."""


@transaction.atomic
def start_writing(
    year: Year, *, by: Mandate, now: datetime, document: Document | None = None, kind: str = "", title: str = ""
) -> Writing:
    """Take up the last draft of a text, each clause itself, or begin a new text with what its kind has.

    A text has one open working copy; that one is given if there is one. Raises NotAllowed, WrongState, Invalid."""
    if document is not None:
        lock(document)
    require(can_import(by, year, now, document))
    base = newest_version(document) if document is not None else None
    if document is not None:
        if (found := Writing.objects.filter(document=document, finished_at=None, dropped_at=None).first()) is not None:
            found.year = year
            return found
        kind, title = document.kind, document.title
    title = one_line(title)[:300]
    if kind not in DocumentKind.values:
        raise Invalid(_("Chọn loại văn bản."), field="kind")
    if not title:
        raise Invalid(_("Ghi tên văn bản."), field="title")
    if base is not None:
        tree = content_of(base)
        ids = [str(one) for one in base.texts.order_by("position").values_list("provision_id", flat=True)]
    else:
        tree = blank_tree(year, kind, title)
        ids = [str(uuid4()) for _row in rows_of_tree(tree)]
    rows = rules.opened(tree, ids)
    made = Writing.objects.create(
        year=year, document=document, base=base, kind=kind, title=title, rows=rows, made_by=by, made_at=now
    )
    record("documents.start_writing", made, by=by, now=now, title=title)
    return made


def _where(rows: list[rules.Row], clause: str) -> str:
    at = rules.place_of(rows, clause)
    return rows_of_tree(rules.tree_of(rows))[at].citation


@transaction.atomic
def write(writing: Writing, act: rules.Act, *, seen: str, by: Mandate, now: datetime) -> str:
    """Do one act at a clause, with the words typed there. Returns the clause where one goes on: the new one, or itself.

    seen: ``mark_of`` the clause when it was opened; if it says something else by now, nothing is overwritten. Raises
    NotAllowed, WrongState (ClauseChanged), Invalid."""
    lock(writing, *OPEN)
    require(can_write(by, writing, now))
    if act.text is not None:
        act = replace(act, text=rules.clean(act.text), cut=_cut(act.text, act.cut))
    if act.heading is not None:
        act = replace(act, heading=rules.clean(act.heading))
    before, fresh = writing.rows, str(uuid4())
    try:
        at = rules.place_of(before, act.clause)
        other = act.text is not None and seen != rules.mark_of(before[at]) and not rules.says(before, at, act)
        if other or rules.touched_by_two(before, at, act):
            raise ClauseChanged(
                _("Điều khoản này vừa được người khác sửa. Câu chữ đã gõ vẫn còn; chưa có gì bị ghi đè.")
            )
        after = rules.done(before, act, fresh)
        where = _where(before, act.clause)
    except rules.Cannot as error:
        raise Invalid(CANNOT[error.args[0]]) from error
    change = rules.patch(kept_value(writing, "rows"), with_kept(writing, "rows", after))
    Unfinished.objects.filter(writing=writing, by=by, clause=act.clause).delete()
    if not change.old and not change.new:
        return act.clause
    writing.steps.filter(undone=True).delete()
    WritingStep.objects.create(writing=writing, verb=act.verb, where=where, made_by=by, made_at=now, **vars(change))
    _keep(writing, after)
    with official():
        record("documents.write", writing, by=by, now=now, act=str(STEPS[act.verb]), where=where)
    return fresh if act.verb in {"add", "add_inside", "split"} else act.clause


def _cut(typed: str, cut: int | None) -> int | None:
    """The place of the cut in the cleaned words; the browser counts it in what was typed."""
    return len(rules.clean(typed.replace("\r\n", "\n")[:cut])) if cut is not None else None


def _keep(writing: Writing, rows: list[rules.Row]) -> None:
    writing.rows = rows
    writing.save(update_fields=["rows"])


@transaction.atomic
def undo_writing(writing: Writing, *, step: int, back: bool, by: Mandate, now: datetime) -> None:
    """Take the last step back, or do the last one taken back again. step: which one the page named.

    Raises NotAllowed, WrongState, Invalid."""
    lock(writing, *OPEN)
    require(can_write(by, writing, now))
    found = next_step(writing, back=back)
    if found is None:
        raise Invalid(_("Không còn bước nào để hoàn tác.") if back else _("Không còn bước nào để làm lại."))
    if found.pk != step:
        raise WrongState(_("Bản soạn vừa được sửa ở nơi khác; mời xem lại rồi làm tiếp."))
    patch = rules.Patch(
        found.at, kept_value(found, "old"), kept_value(found, "new")
    )  # hidden words go along as they are kept
    _keep(writing, rules.patched(kept_value(writing, "rows"), patch, back=back))
    writing.refresh_from_db(fields=["rows"])
    found.undone = back
    found.save(update_fields=["undone"])
    verb = "documents.undo_writing" if back else "documents.redo_writing"
    with official():
        record(verb, writing, by=by, now=now, act=str(STEPS[found.verb]), where=found.where)


def keep_unfinished(
    writing: Writing,
    clause: UUID,
    *,
    heading: str,
    text: str,
    seen: str,
    by: Mandate,
    now: datetime,
    opened: rules.Seen | None = None,
) -> None:
    """Keep what somebody is typing at a clause, its references tied so that they follow what others do meanwhile; with
    that, others see that it is being worked on. Raises NotAllowed, WrongState."""
    require(can_write(by, writing, now))
    text = rules.typed_at(writing.rows, str(clause), text, opened)
    words = {"heading": heading, "text": text, "seen": seen, "at": now}
    Unfinished.objects.update_or_create(writing=writing, by=by, clause=clause, defaults=words)


def forget_unfinished(writing: Writing, clause: UUID, *, by: Mandate, now: datetime) -> None:
    """Let go of what one had typed and not saved. Raises NotAllowed, WrongState."""
    require(can_write(by, writing, now))
    Unfinished.objects.filter(writing=writing, by=by, clause=clause).delete()


@transaction.atomic
def drop_writing(writing: Writing, *, by: Mandate, now: datetime) -> None:
    """Put a working copy aside; ``restore_writing`` takes it back. Raises NotAllowed, WrongState."""
    lock(writing, *OPEN)
    require(can_write(by, writing, now))
    writing.dropped_at = now
    writing.save(update_fields=["dropped_at"])
    record("documents.drop_writing", writing, by=by, now=now, title=writing.title)


@transaction.atomic
def restore_writing(writing: Writing, *, by: Mandate, now: datetime) -> None:
    """Take one back that was put aside. Raises NotAllowed, WrongState."""
    lock(writing, *OPEN)
    require(can_restore_writing(by, writing, now))
    writing.dropped_at = None
    writing.save(update_fields=["dropped_at"])
    record("documents.restore_writing", writing, by=by, now=now, title=writing.title)


@transaction.atomic
def finish_writing(writing: Writing, *, by: Mandate, now: datetime) -> DocumentVersion:
    """The working copy is the next draft, each clause known for what it is; opening a round freezes it as any draft.

    Raises NotAllowed, WrongState, Invalid."""
    lock(writing, *OPEN)
    if writing.document is not None:
        lock(writing.document)
    require(can_write(by, writing, now))
    newest = newest_version(writing.document) if writing.document is not None else None
    if newest is not None and newest.pk != writing.base_id:
        raise Invalid(
            _("%(version)s được đưa vào sau khi mở bản soạn này; chốt sẽ bỏ mất những gì bản ấy đã sửa.")
            % {"version": newest.label},
            _("Bỏ bản soạn này rồi mở bản mới từ dự thảo mới nhất; câu chữ ở đây vẫn xem lại được."),
        )
    tree = rules.tree_of(writing.rows)
    if newest is not None and newest.content_hash == content_hash(tree):
        raise Invalid(_("Bản soạn chưa khác gì %(version)s.") % {"version": newest.label.lower()})
    if (
        left := writing.unfinished.exclude(by=by).filter(at__gt=now - LEASE).select_related("by__unit").first()
    ) is not None:
        raise Invalid(_("%(who)s đang sửa một điều khoản; chờ lưu xong rồi chốt.") % {"who": left.by})
    if (own := next(iter(begun_at(writing, by)), None)) is not None:
        places = {row["id"]: place.citation for row, place in zip(writing.rows, rows_of_tree(tree), strict=True)}
        raise Invalid(
            _("Còn câu chữ viết dở, chưa lưu, ở %(where)s; chốt sẽ bỏ lại câu chữ ấy.")
            % {"where": places.get(str(own.clause)) or _("điều khoản đã bỏ hoặc đã gộp")},
            _("Lưu, hoặc bỏ phần viết dở, rồi chốt."),
        )
    document = writing.document or Document.objects.create(
        year=writing.year,
        kind=writing.kind,
        title=writing.title,
        slug=free_slug(writing.year, writing.title),
        drafting_unit=cast("Unit", by.unit),  # who may bring in a draft acts for a unit
        made_at=now,
    )
    known = Known(
        [row["id"] for row in writing.rows],
        {row["id"]: row["split"] for row in writing.rows if "split" in row},
        {row["id"]: row["merged"] for row in writing.rows if "merged" in row},
    )
    warnings = [one.kept() for one in tree_warnings(tree)]
    version = add_version(document, tree, by=by, now=now, warnings=warnings, known=known)
    writing.finished_at, writing.document = now, document
    writing.save(update_fields=["finished_at", "document"])
    with official():
        record(
            "documents.finish_writing",
            document,
            by=by,
            now=now,
            version=version.label.lower(),
            count=version.texts.count(),
            hash=version.content_hash[:8].upper(),
        )
    return version
