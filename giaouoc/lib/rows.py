"""Rows that are held while an act rests on them."""

from __future__ import annotations

from typing import Any

from django.db.models import Model


def lock(obj: Model, *fields: str) -> None:
    """Hold the row until the transaction ends and read these columns anew: no decision rests on what has changed."""
    rows: Any = type(obj)._default_manager.select_for_update(of=("self",))
    obj.refresh_from_db(fields=list(fields or ("state",)), from_queryset=rows)
