"""Cách ly câu chữ: words that an administrator has hidden. The row keeps them; whoever reads it gets a sentence instead.

Covering is done where rows come out of the database, so pages, papers, sheets and what is added later cannot forget it."""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext as _

from giaouoc.files.storage import Quarantined


def covered() -> str:
    """What stands in the place of hidden words."""
    return _("[Quản trị hệ thống đã cách ly nội dung này]")


def refuse() -> Quarantined:
    """The refusal of a whole text that is hidden; it tells nothing of it."""
    return Quarantined(
        _("Quản trị hệ thống đã cách ly câu chữ này; không ai xem, tải hoặc dùng tiếp được."),
        _("Cần hỏi lý do, hãy liên hệ quản trị hệ thống. Không gửi lại nội dung này bằng cách khác."),
    )


class Hideable(models.Model):
    """A row whose words can be hidden. ``WORDS``: its columns of words; the first one says that they are hidden."""

    WORDS: ClassVar[tuple[str, ...]] = ()

    hidden_at = models.DateTimeField(null=True, blank=True)  # who and why: in the trail

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """As usual; words that are hidden are never written over, nor shown again by it. Raises Quarantined."""
        if not self._state.adding:
            every = [one.name for one in self._meta.concrete_fields if not one.primary_key and one.name != "hidden_at"]
            kwargs["update_fields"] = written = kwargs.get("update_fields") or every
            if self.hidden_at is not None and set(written) & set(self.WORDS):
                raise refuse()
        super().save(*args, **kwargs)

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        found = super().from_db(*args, **kwargs)
        known = found.__dict__
        if "hidden_at" not in known and any(name in known for name in cls.WORDS):
            found.refresh_from_db(fields=["hidden_at"])
        if known.get("hidden_at") is not None:
            found.cover()
        return found

    def cover(self) -> None:
        """Put the sentence in the place of the words, in this object only."""
        for name in self.WORDS:
            if name in self.__dict__:
                setattr(self, name, covered() if name == self.WORDS[0] else "")

    def words_hash(self) -> str:
        """SHA-256 of the words as the row keeps them, hidden or not."""
        kept = type(self)._base_manager.filter(pk=self.pk).values(*self.WORDS).get()
        return hashlib.sha256(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
