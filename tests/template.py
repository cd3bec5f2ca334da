"""An empty database with every migration run, made once and copied by each process of the tests.

A copy is not trusted: the migrations that it lacks run on it as on any other database."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

NAME = "GIAOUOC_TEST_TEMPLATE"  # the template on PostgreSQL, made by bin/test


def sqlite_file() -> Path:
    """Where the template for SQLite lies or would lie: under the hash of all migrations."""
    import django
    from django.apps import apps

    found = sha256(django.__version__.encode())
    for app in apps.get_app_configs():
        for one in sorted(Path(app.path, "migrations").glob("*.py")):
            found.update(f"{app.label} {one.name}".encode() + one.read_bytes())
    return Path(os.environ["GIAOUOC_STATIC"]).parent / f"migrated-{found.hexdigest()[:16]}.sqlite3"


def begin_with_copy() -> None:
    """The next database of this process begins with what the template has, where there is one."""
    from django.db import connection
    from django.db.backends.signals import connection_created

    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = os.environ.get(NAME, "template0")
        return

    def fill(connection: Any, **_kwargs: Any) -> None:
        connection_created.disconnect(fill)
        if (template := sqlite_file()).exists():
            with closing(sqlite3.connect(f"file:{template}?immutable=1", uri=True)) as source:
                source.backup(connection.connection)

    connection_created.connect(fill, weak=False)


def keep_copy() -> None:
    """What this process has just migrated is the template for the next."""
    from django.db import connection

    if connection.vendor == "postgresql" or (template := sqlite_file()).exists():
        return
    with tempfile.TemporaryDirectory(dir=template.parent) as folder:
        made = Path(folder) / "made.sqlite3"
        with closing(sqlite3.connect(made)) as target:
            connection.ensure_connection()
            connection.connection.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
        made.replace(template)


@contextmanager
def on_postgres(url: str, environment: dict[str, str]) -> Iterator[str]:
    """The name of a migrated database on this server, there until the tests are over."""
    import psycopg

    name = f"migrated_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        with tempfile.TemporaryDirectory() as folder:
            own = {"DATABASE_URL": f"{url.rpartition('/')[0]}/{name}", "GIAOUOC_DATA": folder}
            command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
            subprocess.run(command, env=environment | own, check=True, stdin=subprocess.DEVNULL)
        yield name
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
