"""Tệp: stored bytes by hash. A file has no address of its own; the slice that owns it serves it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Cast

from giaouoc.lib.engine import guard
from giaouoc.lib.fields import LineField, WordsField


class StoredFile(models.Model):
    """Bytes on disk under their SHA-256; flushed there before this row commits."""

    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    name = LineField(max_length=255)
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="files_by_hash")]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Where the bytes lie."""
        return Path(settings.FILES_ROOT) / self.sha256[:2] / self.sha256

    def read(self) -> bytes:
        """The bytes, checked against their hash. Raises DamagedFile when the disk gave other ones, Quarantined for bytes
        that are hidden: nothing is shown, signed, sealed or made of them."""
        from .storage import read_checked, refuse_hidden

        refuse_hidden(self)
        return read_checked(self)


class Quarantine(models.Model):
    """Cách ly: bytes that nobody gets, under whatever name they were stored. Who did it and who took it back is in the trail."""

    sha256 = models.CharField(max_length=64)
    reason = WordsField()
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"], condition=models.Q(lifted_at=None), name="one_open_quarantine_of_the_same_bytes"
            )
        ]

    def __str__(self) -> str:
        return self.sha256[:8].upper()


class HiddenWords(models.Model):
    """Cách ly: the words of a row that nobody reads. ``pieces``: what each of its columns said, covered wherever it stands
    (``lib.covering``); none where the row gives nothing at all. Who did it and who took it back is in the trail."""

    kind = models.CharField(max_length=60)  # 'documents.Comment'
    row = models.CharField(max_length=60)
    pieces: Any = models.JSONField(default=dict)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "row"], condition=models.Q(lifted_at=None), name="one_open_hiding_of_the_same_words"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row}"


def hidden_pieces() -> list[str]:
    """The pieces that are hidden now, as JSON: one statement, and nothing to read while they stay the same."""
    rows = (
        HiddenWords.objects.filter(lifted_at=None).exclude(pieces={}).annotate(kept=Cast("pieces", models.TextField()))
    )
    return list(rows.order_by("pk").values_list("kept", flat=True))


def hidden_row(one: models.Model) -> HiddenWords | None:
    """The open hiding of this row."""
    return HiddenWords.objects.filter(kind=one._meta.label, row=str(one.pk), lifted_at=None).first()


guard(
    "files_storedfile_fixed",
    StoredFile._meta.db_table,
    "UPDATE",
    "NEW.sha256 <> OLD.sha256 OR NEW.size <> OLD.size",
    "a stored file never changes",
)
