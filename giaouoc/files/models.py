"""Tệp: stored bytes by hash. A file has no address of its own; the slice that owns it serves it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models

from giaouoc.lib.engine import guard
from giaouoc.lib.fields import LineField


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
        """The bytes, checked against their hash. Raises DamagedFile when the disk gave other ones."""
        from .storage import read_checked

        return read_checked(self)


guard(
    "files_storedfile_fixed",
    StoredFile._meta.db_table,
    "UPDATE",
    "NEW.sha256 <> OLD.sha256 OR NEW.size <> OLD.size",
    "a stored file never changes",
)
