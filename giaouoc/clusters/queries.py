"""What pages and permissions ask of clusters; each a fixed number of statements."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When

from giaouoc.lib.clock import local_date

from .models import Mandate, Membership, Role, Year, YearRule
from .rules.year_rules import DEFAULTS, RuleValue

_FIRST = Case(
    *(When(role=role, then=Value(place)) for place, role in enumerate(("leader", "secretary", "observer", "assessor"))),
    default=Value(9),
    output_field=IntegerField(),
)


def mandate_in(year: Year, user: Any, now: datetime, *, chosen: int | None = None) -> Mandate | None:
    """The mandate by which a person acts in a year: the chosen one if it holds, else the first by role; or None."""
    day = local_date(now)
    mandate = (
        Mandate.objects.on(day)
        .with_member_role(day)
        .filter(Q(year=year) | Q(role=Role.ADMINISTRATOR), user=user)
        .annotate(
            first=_FIRST,
            is_chosen=Case(When(pk=chosen or 0, then=Value(0)), default=Value(1)),
        )
        .order_by("is_chosen", "first", "pk")
        .select_related("unit", "user")
        .first()
    )
    if mandate is not None and mandate.year_id is not None:
        mandate.year = year
    return mandate


def mandates_of(user: Any, now: datetime) -> list[Mandate]:
    """All mandates of a person that hold now, newest year first."""
    day = local_date(now)
    rows = Mandate.objects.on(day).with_member_role(day).filter(user=user)
    return list(
        rows.annotate(first=_FIRST)
        .order_by("-year__number", "first", "pk")
        .select_related("unit", "year__cluster__supervising_body", "user")
    )


def members_of(year: Year, now: datetime) -> list[Membership]:
    """Memberships in force, in protocol order, with their units: one statement."""
    return list(year.memberships.on(local_date(now)).select_related("unit"))


def rules_of(year: Year) -> dict[str, RuleValue]:
    """The year's rules by key, those that were never set with the draft's defaults; one statement."""
    rows = {row.key: row for row in YearRule.objects.filter(year=year)}
    return {
        key: RuleValue(key, rows[key].value, rows[key].basis, rows[key].confirmed) if key in rows else default
        for key, default in DEFAULTS.items()
    }
