"""Fixtures for all tests: the world, and its clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from giaouoc.lib import clock

if TYPE_CHECKING:
    from .world import World


class WorldClock:
    """The clock of the process while a world exists: it tells the world's time."""

    def __init__(self, world: World) -> None:
        self.world = world

    def now(self) -> datetime:
        return self.world.now


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """The first cluster before anything has happened; pages see ``world.now``."""
    from .world import World  # Django must be set up first

    world = World()
    before = clock.install(WorldClock(world))
    yield world
    clock.install(before)
