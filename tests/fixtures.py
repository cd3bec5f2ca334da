"""Fixtures for all tests: the world, and its clock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from giaouoc.lib import clock, covering

from . import template

if TYPE_CHECKING:
    from .world import World


DATABASE = {"db", "transactional_db", "django_db_setup", "own_database"}  # fixtures through which a test reaches one
LONG = {
    "test_kill.py": 0,
    "test_access.py": 1,
    "test_hidden.py": 1,
    "test_statements.py": 1,
    "test_commands.py": 2,
}  # begun first, or all wait for them in the end


@pytest.hookimpl(trylast=True)  # after the order was shuffled
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What reaches no database says the same on each engine and runs on SQLite alone; the longest begin."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        kept = [one for one in items if _reaches_database(one)]
        if len(kept) < len(items):
            config.hook.pytest_deselected(items=[one for one in items if not _reaches_database(one)])
            items[:] = kept
    items.sort(key=lambda item: LONG.get(item.path.name, len(LONG)))


def _reaches_database(item: pytest.Item) -> bool:
    """A slice's table of rights asks Python alone; what it reads is read by the tests of its acts on each engine."""
    if item.path.name == "test_access.py" and item.path.parent.name == "tests" and "giaouoc" in item.path.parts[-4:]:
        return False
    return item.get_closest_marker("django_db") is not None or not DATABASE.isdisjoint(
        getattr(item, "fixturenames", ())
    )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """The database of the tests begins as a copy of one that was migrated before, where there is one."""
    template.begin_with_copy()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The database of the tests; the first process leaves a copy to the others."""
    with django_db_blocker.unblock():
        template.keep_copy()


class WorldClock:
    """The clock of the process while a world exists: it tells the world's time."""

    def __init__(self, world: World) -> None:
        self.world = world

    def now(self) -> datetime:
        return self.world.now


@pytest.fixture(autouse=True)
def nothing_hidden() -> None:
    """What another test has hidden is not known to this one."""
    covering.forget()


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """The first cluster before anything has happened; pages see ``world.now``."""
    from .world import World  # Django must be set up first

    world = World()
    before = clock.install(WorldClock(world))
    yield world
    clock.install(before)
