"""Model fields that the project shares. In migrations they are Django's own, so that old migrations never import ours."""

from __future__ import annotations

from typing import Any

from django.db import models

from .covering import bare, cover, cover_quote, cover_tree, is_covered, mark, uncovered
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


def kept_value(instance: models.Model, name: str) -> Any:
    """What the row keeps in the column, hidden or not."""
    with bare():
        return type(instance)._base_manager.filter(pk=instance.pk).values_list(name, flat=True).first()


def with_kept(instance: models.Model, name: str, value: Any) -> Any:
    """A new value for the column; where it has the sentence only because it was read so, the words that are kept."""
    if not mark() or not is_covered(value):
        return value
    return uncovered(value, kept_value(instance, name), column_of(instance._meta.get_field(name)))


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


class _Gone(WordsField):
    """Text that is not there while words in it are hidden; a row that was read so keeps it."""

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = super().pre_save(instance, add)
        return value if add or value or not mark() else models.F(self.attname)


class QuoteField(_Gone):
    """Words out of another text: gone while these are hidden."""

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        return cover_quote(value, column_of(self)) if mark() and isinstance(value, str) else value


class CalendarField(_Gone):
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

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = super().pre_save(instance, add)
        return value if add else with_kept(instance, self.attname, value)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs
