"""Soạn trên trang: the working copy of a next draft, the acts on it, and what people have not saved yet."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse

from giaouoc.clusters.models import Mandate, Year
from giaouoc.lib.fields import LineField, StateField, TreeField, WordsField

from .draft_models import WRITERS
from .states import DocumentKind


class WritingQuerySet(models.QuerySet["Writing"]):
    def visible_to(self, by: Mandate, now: datetime) -> WritingQuerySet:
        """Working copies of its own unit, for its secretary and leader."""
        if by.role not in WRITERS:
            return self.none()
        return self.filter(year=by.year_id, made_by__unit=by.unit_id)


class Writing(models.Model):
    """Bản soạn: a next draft that is written on the page, as rows of ``rules.writing``; no draft until it is finished."""

    year = models.ForeignKey(Year, on_delete=models.CASCADE, related_name="writings")
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.CASCADE, related_name="writings"
    )
    base = models.ForeignKey(
        "documents.DocumentVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = StateField(DocumentKind)
    title = LineField(max_length=300)
    rows = TreeField()
    made_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = WritingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=Q(finished_at=None, dropped_at=None), name="one_open_writing_of_a_text"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("documents:writing", args=[self.year.cluster.code, self.year.number, self.pk])

    @property
    def audit_chain(self) -> str:
        return self.year.audit_chain


class WritingStep(models.Model):
    """One act on a working copy as a ``rules.writing.Patch``; undone ones wait to be done again."""

    writing = models.ForeignKey(Writing, on_delete=models.CASCADE, related_name="steps")
    verb = models.CharField(max_length=20)
    where = LineField(max_length=200, blank=True)
    at = models.PositiveIntegerField()
    old = TreeField()
    new = TreeField()
    made_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    undone = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.verb} {self.where}"


class Unfinished(models.Model):
    """Viết dở: what somebody has typed at a clause and not saved; with ``at``, that somebody is at it now."""

    writing = models.ForeignKey(Writing, on_delete=models.CASCADE, related_name="unfinished")
    by = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="+")
    clause = models.UUIDField()
    heading = WordsField(blank=True)
    text = WordsField(blank=True)
    seen = models.CharField(max_length=16)  # what the clause said when it was opened
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["writing", "by", "clause"], name="one_unfinished_text_each")]

    def __str__(self) -> str:
        return self.text[:40]
