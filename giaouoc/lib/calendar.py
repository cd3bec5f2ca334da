"""A file for the person's own calendar program (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Timezone


@dataclass(frozen=True)
class Entry:
    """One day or hour in a calendar. ``uid``: the same for the same thing, whenever the file is made.

    ``warn``: how long before it the calendar reminds, each once."""

    uid: str
    text: str
    starts: date | datetime
    ends: datetime | None = None
    detail: str = ""
    place: str = ""
    url: str = ""
    warn: tuple[timedelta, ...] = ()
    sequence: int = 0  # raised with each change, so that a calendar takes the newest
    organizer: str = ""  # mail addresses of who invites and who is invited
    attendee: str = ""


def calendar_file(entries: Iterable[Entry], now: datetime, *, method: str = "") -> bytes:
    """The calendar of these entries, stamped with ``now``. ``method``: 'REQUEST' invites or changes, 'CANCEL' takes back
    (RFC 5546)."""
    from icalendar import Alarm, Calendar, Event  # takes a while to load; most processes write no calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Giao Uoc//vi")
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    for one in entries:
        event = Event()
        event.add("uid", f"{one.uid}@giaouoc")
        event.add("dtstamp", now)
        event.add("dtstart", one.starts)
        if one.ends is not None:
            event.add("dtend", one.ends)
        event.add("summary", one.text)
        for name, words in (("description", one.detail), ("location", one.place), ("url", one.url)):
            if words:
                event.add(name, words)
        if method or one.sequence:
            event.add("sequence", one.sequence)
        if method:
            event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
            event.add("organizer", f"mailto:{one.organizer}")
            event.add("attendee", f"mailto:{one.attendee}", {"RSVP": "FALSE"})
        for before in one.warn:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", one.text)
            alarm.add("trigger", -before)
            event.add_component(alarm)
        calendar.add_component(event)
    calendar.subcomponents[:0] = [_timezone(name) for name in sorted(calendar.get_missing_tzids())]
    return bytes(calendar.to_ical())


@cache
def _timezone(name: str) -> Timezone:
    """The rules of a time zone, looked through day by day: once, not for each letter of an invitation."""
    from icalendar import Timezone

    return Timezone.from_tzid(name)
