"""What waits for me, and where the year stands: gathered from every slice, a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from giaouoc.clusters import todos as clusters
from giaouoc.clusters.models import Mandate, Year
from giaouoc.directives import todos as directives
from giaouoc.documents import todos as documents
from giaouoc.lib.clock import local_date
from giaouoc.lib.todo import Artefact, Todo
from giaouoc.meetings import todos as meetings
from giaouoc.programme import todos as programme
from giaouoc.signing import todos as signing

SOURCES = (clusters, documents, meetings, programme, directives)
FAR = date.max


@dataclass
class Desk:
    """Things to do by when they are due; ``waiting``: what others have to do first."""

    overdue: list[Todo] = field(default_factory=list)
    this_week: list[Todo] = field(default_factory=list)
    later: list[Todo] = field(default_factory=list)
    waiting: list[Todo] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many things wait for this person."""
        return len(self.overdue) + len(self.this_week) + len(self.later)


def todos_of(mandates: Sequence[Mandate], now: datetime) -> list[Todo]:
    """All things to do of a person over their mandates, the soonest first."""
    found = [todo for source in (*SOURCES, signing) for todo in source.todos(mandates, now)]
    return sorted(found, key=lambda todo: (todo.due or FAR, todo.text))


def desk_of(mandates: Sequence[Mandate], now: datetime) -> Desk:
    """The person's desk: overdue, within seven days, later, and what waits for others."""
    today, desk = local_date(now), Desk()
    for todo in todos_of(mandates, now):
        if todo.waiting:
            desk.waiting.append(todo)
        elif todo.due and todo.due < today:
            desk.overdue.append(todo)
        elif todo.due and todo.due <= today + timedelta(days=7):
            desk.this_week.append(todo)
        else:
            desk.later.append(todo)
    return desk


def standing_of(year: Year, by: Mandate | None, now: datetime) -> list[Artefact]:
    """Every artefact of the year with its state and what blocks its next step."""
    return [artefact for source in SOURCES for artefact in source.standing(year, by, now)]


def next_due(artefacts: Sequence[Artefact], today: date) -> tuple[Artefact, date] | tuple[None, None]:
    """The artefact whose day comes next, of those that are not done, with that day; or (None, None)."""
    coming = [
        (day, one) for one in artefacts if (day := one.ends or one.starts) and one.state != "done" and day >= today
    ]
    if not coming:
        return None, None
    day, one = min(coming, key=lambda pair: pair[0])
    return one, day
