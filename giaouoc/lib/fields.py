"""Model fields that the project shares. In migrations they are Django's own, so that old migrations never import ours."""

from __future__ import annotations

from typing import Any

from django.db import models

from .covering import cover, cover_quote, cover_tree, is_covered, mark
from .vietnamese import nfc


class StateField(models.CharField):  # type: ignore[type-arg]
    """A state from a TextChoices; the words of its choices stay out of migrations."""

    def __init__(self, choices_class: type[models.TextChoices] | None = None, **options: Any) -> None:
        if choices_class is not None:
            options.setdefault("choices", choices_class.choices)
        options.setdefault("max_length", 30)
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        return name, "django.db.models.CharField", args, kwargs


class _Words:
    """Stored as NFC; what an administrator has hidden comes out covered (``covering``) and is not written over by a row
    that was read so."""

    def get_prep_value(self, value: Any) -> Any:
        return nfc(value) if isinstance(value, str) else value

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        return cover(value, column_of(self)) if mark() and isinstance(value, str) else value

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = super().pre_save(instance, add)  # type: ignore[misc]
        return value if add or not is_covered(value) else models.F(self.attname)  # type: ignore[attr-defined]


def column_of(field: Any) -> str:
    """'documents.Comment.reason'; of a value that is no column of its own, ''."""
    model = getattr(field, "model", None)
    return f"{model._meta.label}.{field.name}" if model is not None else ""


class LineField(_Words, models.CharField):  # type: ignore[type-arg]
    """A line of text."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class WordsField(_Words, models.TextField):  # type: ignore[type-arg]
    """Text of any length."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


class QuoteField(WordsField):
    """Words out of another text: gone while these are hidden."""

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        return cover_quote(value, column_of(self)) if mark() and isinstance(value, str) else value

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = super().pre_save(instance, add)
        return value if add or value or not mark() else models.F(self.attname)


class CalendarField(WordsField):
    """A calendar file (iCalendar): not there while words in it are hidden."""

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        if not mark() or not isinstance(value, str):
            return value
        words = value.replace("\r\n ", "").replace("\\,", ",").replace("\\;", ";").replace("\\n", "\n")
        return value if cover(words, column_of(self)) == words else ""


class TreeField(models.JSONField):
    """Lists and mappings with texts in them; what is hidden comes out covered."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        found = super().from_db_value(value, expression, connection)
        return cover_tree(found, column_of(self)) if mark() else found

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs
