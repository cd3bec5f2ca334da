"""Model fields that the project shares. In migrations they are Django's own, so that old migrations never import ours."""

from __future__ import annotations

from typing import Any

from django.db import models

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


class _Nfc:
    def get_prep_value(self, value: Any) -> Any:
        return nfc(value) if isinstance(value, str) else value


class LineField(_Nfc, models.CharField):  # type: ignore[type-arg]
    """A line of text, always stored as NFC."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class WordsField(_Nfc, models.TextField):  # type: ignore[type-arg]
    """Text of any length, always stored as NFC."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs
