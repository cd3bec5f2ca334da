"""A file for the person's own calendar program (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event


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
        if method:
            event.add("sequence", one.sequence)
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
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
