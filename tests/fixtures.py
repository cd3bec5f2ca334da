"""Fixtures for all tests: the world, and its clock."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from giaouoc.lib import clock, covering

from . import template

if TYPE_CHECKING:
    from .world import World


DATABASE = {"db", "transactional_db", "django_db_setup", "own_database"}  # fixtures through which a test reaches one
LONG = {"test_kill.py": 80, "test_commands.py": 60}  # seconds of what is in no hurry when it is begun first
LONG_STORIES = {"test_access.py": 55, "test_hidden.py": 35, "test_forms.py": 12}  # seconds of each of their stories


def pytest_configure() -> None:
    """A busy machine is no fault of what is tested."""
    settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("any machine")


@pytest.hookimpl(trylast=True)  # after the order was shuffled
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What reaches no database says the same on each engine and runs on SQLite alone; the longest begin, in each process
    its share of them."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        kept = [one for one in items if _reaches_database(one)]
        if len(kept) < len(items):
            config.hook.pytest_deselected(items=[one for one in items if not _reaches_database(one)])
            items[:] = kept
    processes: int = getattr(config, "workerinput", {}).get("workercount", 1)
    items[:] = begin_with_longest(items, processes, config.rootpath / "tests")


def pytest_collection_finish() -> None:
    """What is there now stays to the end: looking for garbage in it again and again took a tenth of the time of the tests."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 10)


def begin_with_longest(items: list[pytest.Item], processes: int, folder: Path) -> list[pytest.Item]:
    """The items in as many equal pieces as there are processes, since each begins with one of them and is helped with the
    rest of it later; at the head of each its share of the longest, those that share a story together."""
    heads: list[list[pytest.Item]] = [[] for _ in range(processes)]
    busy = [0] * processes
    for seconds, together in _longest(items, folder):
        least = busy.index(min(busy))
        heads[least] += together
        busy[least] += seconds
    first = {id(one) for head in heads for one in head}
    others, found = [one for one in items if id(one) not in first], list[pytest.Item]()
    for place, head in enumerate(heads):
        length = max((len(items) - len(found)) // (processes - place) - len(head), 0)
        found += [*head, *others[:length]]
        others = others[length:]
    return found


def _longest(items: list[pytest.Item], folder: Path) -> list[tuple[int, list[pytest.Item]]]:
    """What is long and stays together, with its seconds, the longest first."""
    found: dict[tuple[int, str], list[pytest.Item]] = {}
    for item in items:
        name, story = item.path.name, item.nodeid.partition("[")[2]
        if item.path.parent != folder:
            continue
        if name in LONG:
            found.setdefault((LONG[name], name), []).append(item)
        elif name in LONG_STORIES and story:
            found.setdefault((LONG_STORIES[name], f"{name} {story}"), []).append(item)
    return [(key[0], found[key]) for key in sorted(found, reverse=True)]


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


@contextmanager
def telling_time(world: World) -> Iterator[None]:
    """The clock of the process is the world's meanwhile."""
    before = clock.install(WorldClock(world))
    try:
        yield
    finally:
        clock.install(before)


@pytest.fixture(autouse=True)
def nothing_hidden() -> None:
    """What another test has hidden is not known to this one."""
    covering.forget()


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """The first cluster before anything has happened; pages see ``world.now``."""
    from .world import World  # Django must be set up first

    world = World()
    with telling_time(world):
        yield world
