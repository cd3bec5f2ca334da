"""What differs between SQLite and PostgreSQL, and nothing else. The only module that asks which engine runs.

Besides connection options it keeps the guards: rows that the database itself refuses to change. They are declared beside
the models and installed after each migrate, so that migrations stay free of engines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, connections, transaction

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=20000;"

DISTINCT = "IS DISTINCT FROM"  # another value, where NULL is one; SQLite before 3.39 says IS NOT

CONNECT_SECONDS = 4  # a server that does not answer is named at the start, not after minutes


def database_options(database: dict[str, Any]) -> dict[str, Any]:
    """The DATABASES entry with the options that its engine needs here. ``database``: as read from DATABASE_URL."""
    options = dict(database.get("OPTIONS", {}))
    if "sqlite" in database["ENGINE"]:
        options |= {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_PRAGMAS,
        }
        # The tests' database is a file too: other threads and processes must reach it.
        return database | {"OPTIONS": options, "CONN_MAX_AGE": None, "TEST": {"NAME": f"{database['NAME']}.test"}}
    options.setdefault("options", "-c jit=off -c timezone=UTC")
    options.setdefault("connect_timeout", CONNECT_SECONDS)
    return database | {
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


@dataclass(frozen=True)
class Guard:
    """Refuse ``event`` (INSERT, UPDATE or DELETE) on ``table`` when the SQL ``condition`` over OLD and NEW is true."""

    name: str
    table: str
    event: str
    condition: str
    message: str


_guards: dict[str, Guard] = {}


def guard(name: str, table: str, event: str, condition: str, message: str) -> None:
    """Declare a guard; called once for each at import of the models that it protects."""
    _guards[name] = Guard(name, table, event, condition, message)


def guard_rows(name: str, table: str, condition: str, message: str) -> None:
    """No row comes, changes or goes while the condition holds; an update may neither take a row out nor bring one in.

    condition: SQL with ``{row}`` where OLD or NEW stands."""
    for event, rows in {"INSERT": ["NEW"], "UPDATE": ["OLD", "NEW"], "DELETE": ["OLD"]}.items():
        both = " OR ".join(f"({condition.format(row=row)})" for row in rows)
        guard(f"{name}_{event.lower()}", table, event, both, message)


def changed(*columns: str) -> str:
    """SQL for a guard on UPDATE: one of the columns becomes another, nothing (NULL) included."""
    return "(" + " OR ".join(f"NEW.{column} {DISTINCT} OLD.{column}" for column in columns) + ")"


def append_only(table: str) -> None:
    """Rows of this table are written once and never changed or deleted."""
    for event in ("UPDATE", "DELETE"):
        guard(
            f"{table}_no_{event.lower()}",
            table,
            event,
            "1=1",
            f"{table} is append-only",
        )


def guard_names() -> list[str]:
    """Names of all declared guards."""
    return sorted(_guards)


def install_guards(using: str = "default") -> None:
    """Create the declared guards on tables that exist; may run any number of times."""
    with connections[using].cursor() as cursor:
        tables = set(connections[using].introspection.table_names(cursor))
        for one in _guards.values():
            if one.table in tables:
                for statement in _create(one, connections[using].vendor):
                    cursor.execute(statement)


def drop_guards(using: str = "default") -> None:
    """Take the guards away: for restoring a backup and for tests that damage the database on purpose."""
    with connections[using].cursor() as cursor:
        tables = set(connections[using].introspection.table_names(cursor))
        for one in _guards.values():
            if one.table in tables:
                suffix = "" if connections[using].vendor == "sqlite" else f' ON "{one.table}"'
                cursor.execute(f'DROP TRIGGER IF EXISTS "{one.name}"{suffix}')


def missing_guards() -> list[str]:
    """Names of declared guards that the database does not have."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return sorted(set(_guards) - present)


def _create(one: Guard, vendor: str) -> list[str]:
    message = one.message.replace("'", "''")
    if vendor == "sqlite":
        return [
            f'DROP TRIGGER IF EXISTS "{one.name}"',  # its condition may be an older one
            (
                f'CREATE TRIGGER "{one.name}" BEFORE {one.event} ON "{one.table}" FOR EACH ROW '
                f"WHEN {one.condition.replace(DISTINCT, 'IS NOT')} BEGIN SELECT RAISE(ABORT, '{message}'); END"
            ),
        ]
    result = "OLD" if one.event == "DELETE" else "NEW"
    return [
        (
            f'CREATE OR REPLACE FUNCTION "{one.name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
            f"IF {one.condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END IF; "
            f"RETURN {result}; END $$"
        ),
        (
            f'CREATE OR REPLACE TRIGGER "{one.name}" BEFORE {one.event} ON "{one.table}" FOR EACH ROW '
            f'EXECUTE FUNCTION "{one.name}"()'
        ),
    ]


def begin_snapshot() -> None:
    """Inside a transaction: every following read sees one moment of the database."""
    if connection.vendor == "postgresql" and transaction.get_connection().in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
