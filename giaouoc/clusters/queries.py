"""What pages and permissions ask of clusters; each a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from giaouoc.audit.trail import SYSTEM_CHAIN
from giaouoc.lib.clock import local_date

from .models import BodyKind, Cluster, Mandate, MemberRole, Membership, Role, Unit, Year, YearRule
from .rules.rotation import rotate, with_elected
from .rules.year_rules import DEFAULTS, RuleValue

_PLACES = {role: place for place, role in enumerate(("leader", "secretary", "clerk", "observer", "assessor"))}


def _first(mandate: Mandate) -> tuple[int, int]:
    """Of several mandates of one person in a year, the one by which they act unless they chose another."""
    return _PLACES.get(mandate.role, len(_PLACES)), mandate.pk


def mandate_in(year: Year, user: Any, now: datetime, *, chosen: int | None = None) -> Mandate | None:
    """The mandate by which a person acts in a year: the chosen one if it holds, else the first by role; or None.

    ``has_others``: whether the person could choose another one here."""
    day = local_date(now)
    rows = Mandate.objects.on(day).with_member_role(day).filter(Q(year=year) | Q(role=Role.ADMINISTRATOR), user=user)
    held = sorted(rows.select_related("unit", "user"), key=lambda one: (one.pk != chosen, *_first(one)))
    for mandate in held[:1]:
        mandate.has_others = len(held) > 1
        if mandate.year_id is not None:
            mandate.year = year
        return mandate
    return None


def mandates_of(user: Any, now: datetime) -> list[Mandate]:
    """All mandates of a person that hold now, newest year first, those without a year last."""
    day = local_date(now)
    rows = Mandate.objects.on(day).with_member_role(day).filter(user=user)
    found = rows.select_related("unit", "year__cluster__supervising_body", "user")
    return sorted(found, key=lambda one: (-one.year.number if one.year else 0, *_first(one)))


def acting_of(mandates: Sequence[Mandate], chosen: int | None) -> list[Mandate]:
    """Of all mandates of a person (``mandates_of``) those by which it acts now: one in each year, as ``mandate_in`` says."""
    everywhere = [one for one in mandates if one.year_id is None]
    years = dict.fromkeys(one.year_id for one in mandates if one.year_id is not None)
    found = []
    for held in [[one for one in mandates if one.year_id == year] + everywhere for year in years] or [everywhere]:
        found += [one for one in held if one.pk == chosen] or held[:1]
    return found


def members_of(year: Year, now: datetime) -> list[Membership]:
    """Memberships in force, in protocol order, with their units: one statement."""
    return list(year.memberships.on(local_date(now)).select_related("unit"))


def body_kind_of(year: Year, now: datetime) -> str:
    """In whose layout the cluster's joint papers are: what the cluster has set, else what its head unit is.

    Between Party and state bodies the lead decides, and never both heads stand on one page (domain notes, part B §1)."""
    if year.cluster.body_kind:
        return year.cluster.body_kind
    day = min(max(local_date(now), year.starts_on), year.ends_on)
    head = year.memberships.on(day).filter(role=MemberRole.HEAD).select_related("unit").first()
    return head.unit.body_kind if head else str(BodyKind.PARTY)


def rules_of(year: Year) -> dict[str, RuleValue]:
    """The year's rules by key, those that were never set with the draft's defaults; one statement."""
    rows = {row.key: row for row in YearRule.objects.filter(year=year)}
    return {
        key: RuleValue(key, rows[key].value, rows[key].basis, rows[key].confirmed) if key in rows else default
        for key, default in DEFAULTS.items()
    }


@dataclass(frozen=True)
class Member:
    """A unit with its role in a year that is being opened."""

    unit: Unit
    role: str


def proposed_members(last: Year, now: datetime) -> list[Member]:
    """Next year's members from the last day of the old year: whom the conference elected; the others as the cluster's rule
    of rotation proposes, those whose post went to somebody elected as plain members."""
    day = min(max(local_date(now), last.starts_on), last.ends_on)
    rows = list(last.memberships.on(day).select_related("unit"))
    units = {row.unit.code: row.unit for row in rows}
    choice = rules_of(last)["head.choice"].value
    proposed = rotate([(row.unit.code, row.role) for row in rows], choice)
    return [Member(units[code], role) for code, role in with_elected(proposed, last.elected)]


def expected_chains() -> set[str]:
    """Names of the chains of the trail without which clusters and units could not be there: each was written down by an act."""
    names = {cluster.audit_chain for cluster in Cluster.objects.all()}
    return names | ({SYSTEM_CHAIN} if Unit.objects.exists() else set())
