"""What a lived day needs at each step: its people, its hand on the clock, and an outcome that is looked at, not believed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from giaouoc.clusters.models import Mandate, Role, Unit
from giaouoc.lib.clock import SetClock, at_local
from giaouoc.lib.errors import DomainError

from .cast import Cast


class Broken(RuntimeError):
    """A step came to something else than it should."""


@dataclass
class Day:
    """What the rehearsal leaves: its timeline, the pact's file, the hash at each step, how many outcomes held."""

    timeline: list[tuple[datetime, str]] = field(default_factory=list)
    pact: Path | None = None
    text_hash: dict[str, str] = field(default_factory=dict)
    comments: int = 0
    units: int = 0
    outcomes: int = 0


class Walk:
    """A year that is lived through the actions. ``tell(step, of, words)`` is called before each step."""

    STEPS = 0
    cast: Cast

    def __init__(self, clock: SetClock, *, units: int, seed: int, tell: Callable[[int, int, str], None]) -> None:
        self.clock, self.units, self.random, self._tell = clock, units, random.Random(seed), tell
        self.day = Day(units=units)
        self.step = 0

    def at(self, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
        """Set the clock to this hour of the year."""
        at = at_local(date(2026, month, day), hour, minute)
        self.clock.set(at)
        return at

    def next(self, **parts: float) -> datetime:
        """Let so much time pass; ``parts`` as of a timedelta."""
        self.clock.forward(**parts)
        return self.clock.now()

    def say(self, words: str) -> None:
        """Begin a step."""
        self.step += 1
        self.tell(words)
        self.day.timeline.append((self.clock.now(), words))

    def tell(self, words: str) -> None:
        """Say what is done within a step."""
        self._tell(self.step, self.STEPS, words)

    def holds(self, found: object, words: str) -> None:
        """Look at an outcome; ``words``: what must be so. Raises Broken."""
        if not found:
            raise Broken(f"this does not hold: {words}")
        self.day.outcomes += 1

    def refused(self, act: Callable[[], object], refusal: type[DomainError], words: str) -> None:
        """An act that must be refused, in this way; ``words``: what must be refused. Raises Broken."""
        try:
            act()
        except refusal:
            self.day.outcomes += 1
        else:
            raise Broken(f"this is not refused: {words}")

    def leader(self, unit: Unit) -> Mandate:
        """Who leads the unit."""
        return self.cast.mandate(Role.LEADER, unit.code)

    def secretary(self, unit: Unit) -> Mandate:
        """Who keeps the unit's papers."""
        return self.cast.mandate(Role.SECRETARY, unit.code)
