"""A database with many clusters: everything that a story holds once more under other keys, as often as wanted."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.db import connection, models

STEP = 1_000_000  # between the keys of one copy and the next
ONCE = {  # of the installation, or the same for all clusters
    "accounts.Installation",
    "auth.Group",
    "django_tasks_database.DBTaskResult",
    "files.StoredFile",
    "mfa.Authenticator",
}


def multiply(copies: int, shared: dict[type[models.Model], set[Any]]) -> None:
    """Add ``copies`` of every row, each with its own keys and names; ``shared``: keys of rows that all copies refer to.

    The observer is one person with a mandate in each cluster, and the supervising body one unit. Guards of the database
    must be down: what is closed is copied closed."""
    from giaouoc.cli.backup import kept_models

    for model in kept_models():
        if model._meta.label in ONCE:
            continue
        rows = list(model._base_manager.exclude(pk__in=shared.get(model, set())))
        for many in model._meta.many_to_many:
            if many.remote_field.through._meta.auto_created:
                through = many.remote_field.through
                _copy(through, list(through._base_manager.all()), copies, shared)
        _copy(model, rows, copies, shared)


def _copy(model: Any, rows: list[Any], copies: int, shared: dict[type[models.Model], set[Any]]) -> None:
    fields = model._meta.concrete_fields
    alone = {one.fields[0] for one in model._meta.constraints if len(getattr(one, "fields", ())) == 1}
    changes: list[tuple[int, Any, Callable[[Any, int], Any]]] = []
    for place, field in enumerate(fields):
        if field.is_relation:
            if field.related_model._meta.label not in ONCE:
                changes.append((place, field, _other(shared.get(field.related_model, set()))))
        elif field.primary_key:
            changes.append((place, field, _other(set())))
        elif field.unique or field.name in alone:
            changes.append((place, field, _named(field.max_length)))
    made = []
    for row in rows:
        values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
        for copy in range(1, copies + 1):
            for place, field, change in changes:
                values[place] = field.get_db_prep_save(change(getattr(row, field.attname), copy), connection)
            made.append(tuple(values))
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:  # as objects they would take four times as long
        cursor.executemany(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})", made)


def _other(kept: set[Any]) -> Callable[[Any, int], Any]:
    def key(value: Any, copy: int) -> Any:
        if value is None or value in kept:
            return value
        return uuid.UUID(int=value.int ^ (copy << 8)) if isinstance(value, uuid.UUID) else value + copy * STEP

    return key


def _named(length: int | None) -> Callable[[Any, int], Any]:
    return lambda value, copy: value and f"{copy}x{value}"[:length]
