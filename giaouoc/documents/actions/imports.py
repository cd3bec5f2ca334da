"""Nhận dự thảo: a Word file is read, looked at, and saved as a new text or as the next draft of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate, Unit, Year
from giaouoc.files.models import StoredFile
from giaouoc.files.storage import store
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.lib.vietnamese import one_line, slug

from ..access import can_import, can_work_on_import
from ..blank import word_template
from ..identity import Row, carried_by_identity, carry, rows_of_tree
from ..lineage import warn_of_drift, write_changes
from ..models import Document, DocumentVersion, DraftImport, Provision, ProvisionText, kept_content
from ..queries import free_slug, lock, newest_version
from ..rules.clause_tree import content_hash
from ..rules.corrections import Correction, corrected
from ..rules.docx_package import UnreadableDraft
from ..rules.draft_import import import_draft, to_store
from ..rules.warnings import tree_warnings
from ..states import DocumentKind
from ..words import refusal, title_of

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LARGEST = 20 * 1024 * 1024  # bytes
CORRECTED = ("saved_at", "dropped_at", "tree", "warnings", "as_read", "corrections")


@dataclass(frozen=True)
class Known:
    """Which provision each clause is, in reading order; which one it came out of, which went into it."""

    ids: Sequence[str]
    split: Mapping[str, str]
    merged: Mapping[str, Sequence[str]]


@transaction.atomic
def read_draft(
    year: Year,
    kind: str,
    title: str,
    data: bytes,
    name: str,
    *,
    by: Mandate,
    now: datetime,
    document: Document | None = None,
) -> DraftImport:
    """Read a Word file for its preview; nothing is a document yet. ``title``: '' takes it from the text.

    ``document``: the text whose next draft it is; kind and title are then its own. Raises Invalid for an unreadable
    file, NotAllowed, WrongState."""
    require(can_import(by, year, now, document))
    if document is not None:
        kind, title = document.kind, document.title
    if kind not in DocumentKind.values:
        raise Invalid(_("Chọn loại văn bản."), field="kind")
    if len(data) > LARGEST:
        raise Invalid(_("Tệp lớn hơn 20 MB."), field="file")
    try:
        draft = import_draft(data)
    except UnreadableDraft as error:
        raise Invalid(refusal(error), field="file") from error
    title = one_line(title)[:300] or title_of(draft.tree) or str(DocumentKind(kind).label)
    made = DraftImport.objects.create(
        year=year,
        document=document,
        kind=kind,
        title=title,
        file=store(data, name, WORD, now=now),
        tree=draft.tree,
        letterhead=list(draft.letterhead),
        warnings=to_store(draft),
        made_by=by,
        made_at=now,
    )
    record("documents.read_draft", made, by=by, now=now, name=made.file.name)
    return made


def start_draft(year: Year, kind: str, title: str, *, by: Mandate, now: datetime) -> DraftImport:
    """A new text from the template of its kind, to be looked at, saved, and gone on with. Raises NotAllowed, Invalid."""
    require(can_import(by, year, now))
    if kind not in DocumentKind.values:
        raise Invalid(_("Chọn loại văn bản."), field="kind")
    with official():
        data = word_template(year, kind, title, now)
        name = f"{slug(title) or kind}.docx"
    return read_draft(year, kind, title, data, name, by=by, now=now)


@transaction.atomic
def correct_draft(draft: DraftImport, kind: str, title: str, *, by: Mandate, now: datetime) -> None:
    """Give a new text its right kind and title; a further draft keeps those of its text. Raises Invalid."""
    lock(draft, "saved_at", "dropped_at")
    require(can_work_on_import(by, draft, now))
    if draft.document_id is not None:
        return
    if kind not in DocumentKind.values:
        raise Invalid(_("Chọn loại văn bản."), field="kind")
    title = one_line(title)
    if not title:
        raise Invalid(_("Ghi tên văn bản."), field="title")
    if len(title) > 300:
        raise Invalid(_("Tên văn bản dài quá 300 ký tự."), field="title")
    if (draft.kind, draft.title) == (kind, title):
        return
    draft.kind, draft.title = kind, title
    draft.save(update_fields=["kind", "title"])
    record("documents.correct_draft", draft, by=by, now=now, title=title)


@transaction.atomic
def correct_clause(draft: DraftImport, change: Correction, *, step: int, by: Mandate, now: datetime) -> None:
    """Correct what was recognised: kind, number, place of a clause, or that it is none. ``undo_correction`` takes it back.

    ``step``: how many corrections there were when the page was shown. Raises NotAllowed, WrongState, Invalid."""
    lock(draft, *CORRECTED)
    require(can_work_on_import(by, draft, now))
    if draft.dropped_at is not None:
        raise Invalid(_("Bản xem trước này đã bỏ; lấy lại trước khi sửa."))
    if step != len(draft.corrections):
        raise WrongState(_("Bản xem trước vừa được sửa ở nơi khác; mời xem lại rồi sửa tiếp."))
    rows = rows_of_tree(draft.tree)
    where = rows[change.at].citation if change.at < len(rows) else ""
    try:
        tree = corrected(draft.tree, change)
    except ValueError as error:
        raise Invalid(_("Điều khoản này không đặt được vào chỗ ấy; chọn chỗ khác.")) from error
    if draft.as_read is None:
        draft.as_read = draft.tree
    draft.corrections = [*draft.corrections, asdict(change)]
    _set_tree(draft, tree)
    with official():
        record("documents.correct_clause", draft, by=by, now=now, where=where)


@transaction.atomic
def undo_correction(draft: DraftImport, *, by: Mandate, now: datetime) -> None:
    """Take the last correction back. Raises NotAllowed, WrongState, Invalid."""
    lock(draft, *CORRECTED)
    require(can_work_on_import(by, draft, now))
    if not draft.corrections:
        raise Invalid(_("Không còn lần sửa nào để hoàn tác."))
    tree: list[dict[str, Any]] = draft.as_read or draft.tree
    draft.corrections = draft.corrections[:-1]
    for one in draft.corrections:
        tree = corrected(tree, Correction(**one))
    _set_tree(draft, tree)
    record("documents.undo_correction", draft, by=by, now=now)


def _set_tree(draft: DraftImport, tree: list[dict[str, Any]]) -> None:
    """Keep the tree and warn of it anew; what was warned of the whole file stays."""
    draft.tree = tree
    whole = [one for one in draft.warnings if one["where"] is None]
    draft.warnings = [*whole, *(one.kept() for one in tree_warnings(tree))]
    draft.save(update_fields=["tree", "warnings", "as_read", "corrections"])


@transaction.atomic
def convert_draft(draft: DraftImport, convert: bool, *, by: Mandate, now: datetime) -> None:
    """Read the file again, with or without its old codes made Unicode. Corrections of the preview begin anew.

    Raises NotAllowed, WrongState, Invalid."""
    lock(draft, *CORRECTED, "converted", "title")
    require(can_work_on_import(by, draft, now))
    if draft.dropped_at is not None:
        raise Invalid(_("Bản xem trước này đã bỏ; lấy lại trước khi sửa."))
    if draft.converted == convert:
        return
    named = draft.document_id is None and draft.title == title_of(draft.as_read or draft.tree)
    read = import_draft(draft.file.read(), convert=convert)
    draft.tree, draft.letterhead, draft.warnings = read.tree, list(read.letterhead), to_store(read)
    draft.as_read, draft.corrections, draft.converted = None, [], convert
    if named:
        draft.title = title_of(draft.tree) or draft.title
    draft.save(update_fields=["tree", "letterhead", "warnings", "as_read", "corrections", "converted", "title"])
    record(
        "documents.convert_draft" if convert else "documents.unconvert_draft",
        draft,
        by=by,
        now=now,
        name=draft.file.name,
    )


@transaction.atomic
def discard_draft(draft: DraftImport, *, by: Mandate, now: datetime) -> None:
    """Put a preview aside; ``restore_draft`` takes it back. Raises NotAllowed, WrongState."""
    lock(draft, "saved_at", "dropped_at")
    require(can_work_on_import(by, draft, now))
    if draft.dropped_at is not None:
        return
    draft.dropped_at = now
    draft.save(update_fields=["dropped_at"])
    record("documents.discard_draft", draft, by=by, now=now, name=draft.file.name)


@transaction.atomic
def restore_draft(draft: DraftImport, *, by: Mandate, now: datetime) -> None:
    """Take a discarded preview back. Raises NotAllowed, WrongState."""
    lock(draft, "saved_at", "dropped_at")
    require(can_work_on_import(by, draft, now))
    if draft.dropped_at is None:
        return
    draft.dropped_at = None
    draft.save(update_fields=["dropped_at"])
    record("documents.restore_draft", draft, by=by, now=now, name=draft.file.name)


@transaction.atomic
def save_draft(draft: DraftImport, *, by: Mandate, now: datetime) -> DocumentVersion:
    """Make the previewed file a new text with its first draft, or the next draft of its text.

    Clauses keep their identity over drafts, so that a comment stays with its clause (consultation design §4.2). Raises
    NotAllowed, WrongState, Invalid."""
    lock(draft, "saved_at", "dropped_at", "tree", "warnings")
    if draft.document is not None:
        lock(draft.document)
    require(can_work_on_import(by, draft, now))
    if draft.dropped_at is not None:
        raise Invalid(_("Bản xem trước này đã bỏ; lấy lại trước khi lưu."))
    document = draft.document or Document.objects.create(
        year=draft.year,
        kind=draft.kind,
        title=draft.title,
        slug=free_slug(draft.year, draft.title),
        drafting_unit=cast("Unit", by.unit),  # who may import acts for a unit
        made_at=now,
    )
    before = newest_version(document)
    if before is not None and before.content_hash == content_hash(draft.tree):
        raise Invalid(
            _("Nội dung tệp này giống hệt %(version)s; không có gì để lưu.") % {"version": before.label.lower()},
            _("Kiểm tra lại xem đã chọn đúng tệp chưa."),
        )
    version = add_version(document, draft.tree, by=by, now=now, source=draft.file, warnings=draft.warnings)
    draft.saved_at, draft.document = now, document
    draft.save(update_fields=["saved_at", "document"])
    with official():
        record(
            "documents.save_draft",
            document,
            by=by,
            now=now,
            name=draft.file.name,
            version=version.label.lower(),
            count=version.texts.count(),
            hash=version.content_hash[:8].upper(),
        )
    return version


def add_version(
    document: Document,
    tree: list[dict[str, Any]],
    *,
    by: Mandate,
    now: datetime,
    source: StoredFile | None = None,
    warnings: Sequence[Any] = (),
    known: Known | None = None,
) -> DocumentVersion:
    """The next draft of a text, its clauses paired with those of the draft before, or as they are ``known``.

    Called inside an act."""
    before = newest_version(document)
    version = DocumentVersion.objects.create(
        document=document,
        ordinal=before.ordinal + 1 if before else 1,
        source=source,
        warnings=list(warnings),
        content_hash=content_hash(tree),
        made_at=now,
        made_by=by,
    )
    _write(version, before, rows_of_tree(tree), tree, known)
    return version


def _write(
    version: DocumentVersion,
    before: DocumentVersion | None,
    rows: list[Row],
    tree: list[dict[str, Any]],
    said: Known | None,
) -> None:
    """The clauses of a version, each as the provision that it continues, and what became of the earlier ones."""
    document = version.document
    known: dict[int, Any] = {}
    if before is not None:
        old_tree = kept_content(before, even_hidden=True)
        old_ids = list(before.texts.order_by("position").values_list("provision_id", flat=True))
        if said is None:
            carried = carry(old_tree, tree)
        else:
            names = [str(one) for one in old_ids]
            carried = carried_by_identity(old_tree, names, tree, said.ids, said.split, said.merged)
        known = {new: old_ids[old] for new, old in carried.kept.items()}
    own: list[str | None] = list(said.ids) if said is not None else [None] * len(rows)
    new = [place for place in range(len(rows)) if place not in known]
    provisions = [Provision(id=own[place] or uuid4(), document=document) for place in new]
    Provision.objects.bulk_create(provisions)
    fresh = iter(provisions)
    ids = [known[place] if place in known else next(fresh).pk for place in range(len(rows))]
    texts = [
        ProvisionText(
            version=version,
            provision_id=ids[place],
            position=place,
            depth=row.depth,
            kind=row.node["kind"],
            number=row.node["number"],
            heading=row.node["heading"],
            text=row.node["text"],
            rows=row.node.get("rows"),
            notes=row.node.get("notes"),
            path=row.path,
            citation=row.citation,
        )
        for place, row in enumerate(rows)
    ]
    by_level: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        by_level.setdefault(row.level, []).append(place)
    for level in sorted(by_level):  # parents first: their keys are needed
        for place in by_level[level]:
            parent = rows[place].parent
            if parent is not None:
                texts[place].parent = texts[parent]
        ProvisionText.objects.bulk_create([texts[place] for place in by_level[level]])
    if before is not None:
        write_changes(version, carried.changes, old_ids, ids)
        warn_of_drift(version, before)
