"""Dòng thời gian: where the year's bars and points stand, so that no name covers another or runs off the edge."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from giaouoc.lib.clock import local
from giaouoc.lib.dates import day_month, short_date

PARTS = 40  # a month has this many places, see timeline.css
PLOT = 732  # pixels of the months at the narrowest width that shows them (60rem)
LETTER, PADDING = 6.9, 18  # pixels of a mean letter of a name, and of its box
LONGEST_YEAR, LANES = 24, 16  # what timeline.css has classes for


@dataclass(frozen=True)
class Place:
    """A point of the axis: ``month`` columns from the start and ``part`` fortieths of that month."""

    month: int
    part: int

    @property
    def at(self) -> float:
        """Months from the start."""
        return self.month + self.part / PARTS


@dataclass
class Bit:
    """One name on the axis. ``back``: near the right edge the box ends with its day instead of beginning there."""

    label: str
    state: str
    when: str
    url: str
    start: Place
    end: Place
    back: bool = False
    lane: int = 0
    first: float = 0.0
    last: float = 0.0


@dataclass
class Row:
    """A kind, its bits in the order of time, and how many lanes they need; in a lane nothing overlaps."""

    name: str
    bits: list[Bit] = field(default_factory=list)
    lanes: int = 1


@dataclass
class Month:
    """A column: its number, with the year where one begins within the span."""

    name: str
    new_year: bool


@dataclass
class Timeline:
    """All that the template draws."""

    months: list[Month]
    rows: list[Row]
    today: Place | None
    today_name: str
    today_back: bool


def as_day(value: Any) -> date | None:
    """A date from a date, an aware datetime (its Vietnamese day), an ISO text or nothing."""
    if not value:
        return None
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    if isinstance(value, datetime):
        return local(value).date() if value.tzinfo else value.date()
    return value if isinstance(value, date) else None


def place(day: date, start: date, *, after: bool = False) -> Place:
    """Where a day begins (or, ``after``, ends) on an axis that begins with the month of ``start``."""
    month = (day.year - start.year) * 12 + day.month - start.month
    length = calendar.monthrange(day.year, day.month)[1]
    part = round((day.day - (0 if after else 1)) / length * PARTS)
    return Place(month + 1, 0) if part == PARTS else Place(month, part)


def when(first: date, last: date, start: date) -> str:
    """'06-3', or '05-02 đến 28-02'; with the year where it is not the axis's first."""

    def name(day: date) -> str:
        return day_month(day) if day.year == start.year else short_date(day)

    return name(first) if first == last else _("%(first)s đến %(last)s") % {"first": name(first), "last": name(last)}


def lay_out(items: Iterable[Mapping[str, Any]], *, start: Any, months: int = 12, today: Any = None) -> Timeline:
    """The timeline of ``months`` months from the month of ``start``.

    items: mappings with ``row`` (name of the kind), ``label``, ``from`` (a day), and optionally ``to`` (last day), ``state``,
    ``url``, ``when`` (words instead of the dates). Rows come in the order of their first item; what lies wholly outside the
    span is left out, what reaches beyond it is cut at the edge."""
    begin = as_day(start)
    if begin is None:
        raise ValueError("a timeline needs the day it starts with")
    begin = begin.replace(day=1)
    months = max(1, min(months, LONGEST_YEAR))
    rows: dict[str, Row] = {}
    for item in items:
        first = as_day(item.get("from")) or as_day(item.get("to"))
        if first is None:
            continue
        last = max(first, as_day(item.get("to")) or first)
        start_place, end_place = place(first, begin), place(last, begin, after=True)
        if start_place.at >= months or end_place.at <= 0:
            continue
        start_place = max(start_place, Place(0, 0), key=lambda one: one.at)
        end_place = min(end_place, Place(months, 0), key=lambda one: one.at)
        name = str(item.get("row", ""))
        rows.setdefault(name, Row(name))
        label = str(item.get("label", ""))
        bit = Bit(
            label=label,
            state=str(item.get("state") or "later"),
            when=str(item.get("when") or when(first, last, begin)),
            url=str(item.get("url") or ""),
            start=start_place,
            end=end_place,
        )
        _measure(bit, months)
        rows[name].bits.append(bit)
    for row in rows.values():
        _share_lanes(row)
    now = as_day(today)
    today_place = place(now, begin) if now else None
    if today_place is not None and not 0 <= today_place.at < months:
        today_place = None
    return Timeline(
        months=[_month(begin, number) for number in range(months)],
        rows=list(rows.values()),
        today=today_place,
        today_name=_("Hôm nay, %(day)s") % {"day": day_month(now)} if now else "",
        today_back=today_place is not None and today_place.at > months - 60 / (PLOT / months),
    )


def _share_lanes(row: Row) -> None:
    """Give each bit the first lane where it covers no other; beyond the last lane there is the last one."""
    taken: list[float] = []
    for bit in sorted(row.bits, key=lambda one: (one.first, one.end.at)):
        lane = next((number for number, last in enumerate(taken) if last <= bit.first), len(taken))
        bit.lane = min(lane, LANES - 1)
        if lane == len(taken):
            taken.append(bit.last)
        else:
            taken[lane] = bit.last
    row.bits.sort(key=lambda one: (one.start.at, one.end.at))
    row.lanes = min(max(len(taken), 1), LANES)


def _measure(bit: Bit, months: int) -> None:
    """Set how much of its lane the bit takes, in months, and on which side of its day its name stands."""
    name = (len(bit.label) * LETTER + PADDING) / (PLOT / months)
    width = max(name, bit.end.at - bit.start.at)
    if bit.start.at + width > months and bit.end.at > months / 2:
        bit.back = True
        bit.first, bit.last = max(0.0, bit.end.at - width), bit.end.at
    else:
        bit.first, bit.last = bit.start.at, min(float(months), bit.start.at + width)


def _month(begin: date, number: int) -> Month:
    month, year = (begin.month - 1 + number) % 12 + 1, begin.year + (begin.month - 1 + number) // 12
    fresh = month == 1 and number > 0
    return Month(f"{month}-{year}" if fresh else str(month), fresh)
