"""The one clock. It is read at the edge (middleware, commands, tasks) and passed down as ``now``; rules and actions never
look at a clock themselves. A real installation has only the real clock; the rehearsal sets its own, step by step."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Clock(Protocol):
    """Something that tells the time: ``now()`` is aware and in UTC."""

    def now(self) -> datetime: ...


class RealClock:
    """The time of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SetClock:
    """A clock that stands still until it is moved: for the rehearsal and for tests."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> None:
        self.at = at

    def forward(self, **parts: float) -> None:
        """Move on by a timedelta given in parts: ``clock.forward(days=2, hours=1)``."""
        self.at += timedelta(**parts)


_clock: Clock = RealClock()


def current() -> Clock:
    """The clock of this process; only the edge may ask for it."""
    return _clock


def install(clock: Clock) -> Clock:
    """Put another clock in place and return the one that was there. Only the rehearsal and tests do this."""
    global _clock
    before, _clock = _clock, clock
    return before


def local(moment: datetime) -> datetime:
    """The moment in Vietnamese time (+07:00)."""
    return moment.astimezone(VIETNAM)


def local_date(moment: datetime) -> date:
    """The Vietnamese calendar day of a moment."""
    return local(moment).date()


def at_local(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """A Vietnamese wall-clock time as an aware moment in UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)
