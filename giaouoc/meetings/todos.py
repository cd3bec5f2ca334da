"""What waits for whom in this slice, and where its artefacts stand."""

from __future__ import annotations

from datetime import datetime

from giaouoc.clusters.models import Mandate, Year
from giaouoc.lib.todo import Artefact, Todo


def todos(by: Mandate, now: datetime) -> list[Todo]:
    """Things to do by this mandate."""
    return []


def standing(year: Year, by: Mandate | None, now: datetime) -> list[Artefact]:
    """Where the slice's artefacts stand."""
    return []
