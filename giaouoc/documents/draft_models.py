"""Văn bản và dự thảo: a text, its drafts, the clauses in them, what became of each clause, what waits to become a draft."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from giaouoc.clusters.models import BodyKind, Mandate, Role, Unit, Year
from giaouoc.files.models import StoredFile
from giaouoc.files.storage import hidden_words
from giaouoc.lib.covering import bare
from giaouoc.lib.engine import changed, guard, guard_rows
from giaouoc.lib.fields import LineField, StateField, TreeField, WordsField

from .states import DocumentKind, DocumentState

WRITERS = (Role.SECRETARY, Role.LEADER)  # who works on a unit's papers; its assessor only reads them


class DraftImportQuerySet(models.QuerySet["DraftImport"]):
    def visible_to(self, by: Mandate, now: datetime) -> DraftImportQuerySet:
        """Drafts that the mandate may look at: those of its own unit, for its secretary and leader."""
        if by.role not in WRITERS:
            return self.none()
        return self.filter(year=by.year_id, made_by__unit=by.unit_id)


class DraftImport(models.Model):
    """A Word file that was read and waits for its preview to be confirmed; nothing of it is a document yet."""

    year = models.ForeignKey(Year, on_delete=models.CASCADE, related_name="draft_imports")
    document = models.ForeignKey("Document", null=True, blank=True, on_delete=models.CASCADE, related_name="imports")
    kind = StateField(DocumentKind)
    title = LineField(max_length=300)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    tree = TreeField()
    letterhead = TreeField(default=list)  # lines set apart, not part of the text
    warnings = TreeField(default=list)
    as_read = TreeField(null=True, blank=True)  # the tree before its first correction
    corrections = TreeField(default=list)  # what was corrected since, in order
    converted = models.BooleanField(default=False)  # words in the codes of old fonts were read as what they say
    made_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = DraftImportQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("documents:preview", args=[self.year.cluster.code, self.year.number, self.pk])

    @property
    def audit_chain(self) -> str:
        return self.year.audit_chain


class Document(models.Model):
    """The identity of a text over its versions."""

    year = models.ForeignKey(Year, on_delete=models.PROTECT, related_name="documents")
    kind = StateField(DocumentKind)
    title = LineField(max_length=300)
    slug = models.SlugField(max_length=100)
    drafting_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = StateField(DocumentState, default=DocumentState.DRAFTING)
    made_at = models.DateTimeField()
    reason = WordsField(blank=True)  # of a withdrawal, or of tabling without consultation
    withdrawal_asked_by = models.ForeignKey(
        Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # one of the two leaders who must agree on it
    withdrawal_reason = WordsField(blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["year", "slug"], name="one_document_per_address")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("documents:document", args=[self.year.cluster.code, self.year.number, self.slug])

    @property
    def audit_chain(self) -> str:
        return self.year.audit_chain

    @property
    def state_label(self) -> str:
        return str(DocumentState(self.state).label)


class DocumentVersion(models.Model):
    """Phiên bản. Once frozen, neither it nor a word of its provisions changes: the database refuses.

    ``hidden_at``: since when an administrator has hidden all its words; they and their hash stay."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    ordinal = models.PositiveSmallIntegerField()
    source = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    warnings = TreeField(default=list)
    content_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(null=True, blank=True)
    body_kind = StateField(BodyKind, blank=True, default="", max_length=10)  # its layout, set when it is frozen
    hidden_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("ordinal",)
        constraints = [models.UniqueConstraint(fields=["document", "ordinal"], name="one_version_per_ordinal")]

    def __str__(self) -> str:
        return f"{self.document} {self.ordinal}"

    @property
    def audit_chain(self) -> str:
        return self.document.audit_chain

    @property
    def label(self) -> str:
        """'Dự thảo 2'."""
        return str(_("Dự thảo %(ordinal)s") % {"ordinal": self.ordinal})


class Provision(models.Model):
    """Điều khoản: a clause as a thing, over all versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="provisions")

    def __str__(self) -> str:
        return str(self.id)


class ProvisionText(models.Model):
    """The words of a provision in one version. ``position``: place in reading order; ``path``: 'điều/khoản/điểm'."""

    version = models.ForeignKey(DocumentVersion, on_delete=models.CASCADE, related_name="texts")
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="texts")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    position = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=40, null=True, blank=True)  # noqa: DJ001 -- null is part of the clause tree
    heading = WordsField(null=True, blank=True)
    text = WordsField(blank=True)
    rows = TreeField(null=True, blank=True)
    notes = TreeField(null=True, blank=True)
    path = models.CharField(max_length=100, blank=True)
    citation = LineField(max_length=200, blank=True)  # 'điểm đ khoản 2 Điều 5'

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="one_text_per_place"),
            models.UniqueConstraint(fields=["version", "provision"], name="a_provision_stands_once_in_a_version"),
        ]

    def __str__(self) -> str:
        return self.citation or self.kind


guard_rows(
    "documents_text_frozen",
    ProvisionText._meta.db_table,
    "(SELECT frozen_at FROM documents_documentversion WHERE id = {row}.version_id) IS NOT NULL",
    "the text of a frozen version never changes",
)
guard(
    "documents_version_frozen_update",
    DocumentVersion._meta.db_table,
    "UPDATE",
    f"OLD.frozen_at IS NOT NULL AND {changed('frozen_at', 'content_hash', 'document_id', 'ordinal', 'body_kind')}",
    "a frozen version never changes",
)
guard(
    "documents_version_frozen_delete",
    DocumentVersion._meta.db_table,
    "DELETE",
    "OLD.frozen_at IS NOT NULL",
    "a frozen version is never deleted",
)


class ChangeRecord(models.Model):
    """What became of a clause from one version to the next (textual modification vocabulary)."""

    version = models.ForeignKey(DocumentVersion, on_delete=models.CASCADE, related_name="changes")  # the later one
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="changes")
    from_paths = models.JSONField(default=list)
    to_paths = models.JSONField(default=list)
    change = models.CharField(max_length=20)
    confidence = models.DecimalField(max_digits=4, decimal_places=3, default=1)
    asked = models.BooleanField(default=False)  # a guess that somebody should confirm
    confirmed_by = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.from_paths} {self.change} {self.to_paths}"


class PairDecision(models.Model):
    """Ghép điều khoản: what somebody said of a doubtful pair. Identity is worked out anew with all of them.

    ``from_paths`` in the earlier draft, ``to_paths`` in this one; no new path: the clause was dropped. Taking the last
    one back deletes it; the trail keeps both acts."""

    version = models.ForeignKey(DocumentVersion, on_delete=models.CASCADE, related_name="pairings")  # the later one
    from_paths = models.JSONField()
    to_paths = models.JSONField(default=list)
    made_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.from_paths} -> {self.to_paths}"


def content_of(version: DocumentVersion) -> list[dict[str, Any]]:
    """The clause tree of a version for showing, in the form of the importer: one query. Clauses that are hidden are covered.
    Raises Quarantined when all its words are."""
    if version.hidden_at is not None:
        raise hidden_words()
    return _tree_of(version)


@bare()
def kept_content(version: DocumentVersion, *, even_hidden: bool = False) -> list[dict[str, Any]]:
    """The same as it is kept, hidden clauses too: for its hash and what is made to equal one. Raises Quarantined as
    ``content_of``; ``even_hidden``: for checking what is kept and following clauses, never for showing."""
    if version.hidden_at is not None and not even_hidden:
        raise hidden_words()
    return _tree_of(version)


def _tree_of(version: DocumentVersion) -> list[dict[str, Any]]:
    nodes: dict[int, dict[str, Any]] = {}
    roots: list[dict[str, Any]] = []
    for text in version.texts.order_by("position"):
        node: dict[str, Any] = {"kind": text.kind, "number": text.number, "heading": text.heading, "text": text.text}
        if text.rows is not None:
            node["rows"] = text.rows
        if text.notes is not None:
            node["notes"] = text.notes
        node["children"] = []
        nodes[text.pk] = node
        (nodes[text.parent_id]["children"] if text.parent_id else roots).append(node)
    return roots
