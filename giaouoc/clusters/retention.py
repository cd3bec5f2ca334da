"""Thời hạn lưu: the terms of this installation, and whose data is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Q
from django.db.models.functions import Coalesce, Least

from giaouoc.accounts.models import User
from giaouoc.lib.clock import local_date

from .models import Retention, RetentionKind

DEFAULTS: dict[str, int | None] = {RetentionKind.SIGNED: None, RetentionKind.PEOPLE: 5, RetentionKind.MESSAGES: 2}
GONE = "@khong-con.invalid"  # of the address of an account whose person was forgotten


@dataclass(frozen=True)
class Term:
    """How long a kind of data is kept: years, None for good; basis."""

    kind: str
    label: str
    years: int | None
    basis: str


def terms() -> list[Term]:
    """The terms in force, each kind once."""
    rows = {row.kind: row for row in Retention.objects.all()}
    return [
        Term(
            kind.value,
            str(kind.label),
            rows[kind].years if kind in rows else DEFAULTS[kind],
            rows[kind].basis if kind in rows else "",
        )
        for kind in RetentionKind
    ]


def term_of(kind: str) -> Term:
    """The term of one kind."""
    return next(term for term in terms() if term.kind == kind)


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; of 29 February the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


@dataclass(frozen=True)
class Leaver:
    """A person who holds no role any more: since when not, and from when the name is replaced."""

    user: User
    ended: date
    due: date


def leavers(now: datetime) -> Iterator[Leaver]:
    """Everybody whose last role has ended, the longest ago first. A role ends with its year at the latest."""
    years = term_of(RetentionKind.PEOPLE).years
    if years is None:
        return
    ended = Least(Coalesce("mandates__until", "mandates__year__ends_on"), "mandates__year__ends_on")
    administrators = Q(mandates__year=None, mandates__until=None)
    found = User.objects.exclude(email__endswith=GONE).exclude(pk__in=User.objects.filter(administrators))
    rows = found.annotate(ended=Max(Coalesce(ended, "mandates__until"))).exclude(ended=None)
    for user in rows.filter(ended__lt=local_date(now)).order_by("ended", "pk"):
        day: date = user.ended
        yield Leaver(user, day, years_before(day, -years))
