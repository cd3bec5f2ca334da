"""Whom an account belongs to, by its number: the trail keeps the number, so that a name can be forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.cache import cache

from .models import User

KEPT = 60  # seconds


def name_of(number: Any) -> str:
    """The name of an account as it is now; what is no number stands for itself."""
    if not isinstance(number, int):
        return str(number)
    key = f"account-name-{number}"
    known: str | None = cache.get(key)
    if known is None:
        user = User.objects.filter(pk=number).first()
        known = str(user) if user is not None else "…"
        cache.set(key, known, KEPT)
    return known


def named(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the trail keeps of an act, with the account in ``person`` by its name."""
    return {**data, "person": name_of(data.get("person", "…"))}
