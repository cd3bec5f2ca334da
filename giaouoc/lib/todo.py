"""What waits for somebody, and where an artefact of the year stands: the words that every slice gives to the desk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Todo:
    """A sentence with a verb, an object, a date. ``waiting``: somebody else has to act first."""

    text: str
    url: str
    due: date | None = None
    detail: str = ""
    waiting: bool = False


@dataclass(frozen=True)
class Artefact:
    """Where a thing of the year stands. ``state``: the word of the database; ``blockers``: what holds the next step up.

    ``kind``: the row of the timeline ('documents', 'meetings', 'pact', 'activities'); ``starts``, ``ends``: its days there."""

    title: str
    url: str
    state: str
    state_label: str
    sentence: str
    kind: str
    blockers: list[str] = field(default_factory=list)
    starts: date | None = None
    ends: date | None = None
    short: str = ""  # its name on the timeline
    act: str = ""  # what this person can do at once, with the address that takes a POST
    act_url: str = ""
