"""Tệp gửi lại: a draft that a unit sent back as a Word file with remarks and changes in it, before these are entered."""

from __future__ import annotations

from typing import Any

from django.db import models

from giaouoc.clusters.models import Mandate
from giaouoc.files.models import StoredFile
from giaouoc.lib.fields import LineField, TreeField


class ReturnedFile(models.Model):
    """What was read of such a file, waiting for somebody to look it over; its file becomes the evidence.

    proposals: [{"provision": UUID or None, "citation", "kind", "reason", "quote", "proposed", "author", "done"}]."""

    submission = models.ForeignKey("documents.UnitSubmission", on_delete=models.CASCADE, related_name="returned")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    letter_number = LineField(max_length=100)
    letter_date = models.DateField(null=True, blank=True)
    proposals: Any = TreeField()
    made_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.submission} {self.file.name}"

    @property
    def audit_chain(self) -> str:
        return self.submission.audit_chain
