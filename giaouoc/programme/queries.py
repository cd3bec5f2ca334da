"""What pages and acts ask about the pact and the activities; each a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from giaouoc.clusters.models import NEEDS_PAPER, Mandate, Membership, Unit, Year
from giaouoc.clusters.queries import body_kind_of, members_of, rules_of
from giaouoc.documents.models import Adoption
from giaouoc.documents.states import DocumentKind
from giaouoc.lib.canonical import fingerprint
from giaouoc.signing.queries import leaders_of, without_clerk

from .models import Activity, Pact
from .rules.content import differences
from .rules.units import UnitNames
from .states import CLOSED

NEEDED = (DocumentKind.REGULATION, DocumentKind.PLAN)


def current_pact(year: Year) -> Pact | None:
    """The living pact of a year, else its newest version; None when there was never one."""
    return current_pacts([year]).get(year.pk)


def current_pacts(years: Iterable[Year]) -> dict[int, Pact]:
    """Key of a year -> its living pact, else its newest version. One statement for any number of years."""
    by_key = {year.pk: year for year in years}
    found: dict[int, Pact] = {}
    rows = Pact.objects.filter(year__in=by_key).select_related("signing_round", "pdf").order_by("-ordinal")
    for pact in rows if by_key else ():
        pact.year = by_key[pact.year_id]
        if pact.signing_round:
            pact.signing_round.year = pact.year
        if pact.year_id not in found or (found[pact.year_id].state in CLOSED and pact.state not in CLOSED):
            found[pact.year_id] = pact
    return found


def activities_of(year: Year) -> list[Activity]:
    """The year's activities by month, those without one last. Two statements."""
    rows = list(Activity.objects.filter(year=year).select_related("host").prefetch_related("co_hosts"))
    return sorted(rows, key=lambda one: (one.planned_on is None, one.planned_on, one.position, one.pk))


def adoptions_of(year: Year) -> list[Adoption]:
    """The adopted texts of a year, regulation first, then plan, then the others."""
    order = {kind: place for place, kind in enumerate(DocumentKind.values)}
    rows = Adoption.objects.filter(document__year=year).select_related("document", "version")
    return sorted(rows, key=lambda one: (order[one.document.kind], one.pk))


def adopted_plan(year: Year) -> Adoption | None:
    """The adopted plan of a year."""
    rows = Adoption.objects.filter(document__year=year, document__kind=DocumentKind.PLAN)
    return rows.select_related("document", "version").order_by("-pk").first()


def unit_names(units: Iterable[Unit]) -> list[UnitNames]:
    """The units as the rules that read a plan need them."""
    return [UnitNames(unit.code, (unit.name, unit.parent_name, unit.short_name)) for unit in units]


@dataclass(frozen=True)
class Signer:
    """Who signs for a member: its membership, the leader's mandate (None: nobody yet), and all who could."""

    membership: Membership
    mandate: Mandate | None
    choices: tuple[Mandate, ...]

    @property
    def unit(self) -> Unit:
        return self.membership.unit

    @property
    def post(self) -> str:
        """As on the strip and over the box: 'Trưởng Ban', 'K/T Trưởng Ban, Phó Trưởng Ban'."""
        return post_of(self.unit, self.mandate)


def post_of(unit: Unit, mandate: Mandate | None) -> str:
    """The words over a signature: the head's post, or its sign of capacity and then the signer's own post."""
    if mandate is None or not mandate.capacity:
        return (mandate.post if mandate else "") or unit.leader_post
    own = mandate.post if mandate.post and mandate.post != unit.leader_post else ""
    return f"{mandate.capacity} {unit.leader_post}" + (f", {own}" if own else "")


def signers_of(pact: Pact, now: datetime, members: Sequence[Membership] | None = None) -> list[Signer]:
    """For each member, in protocol order, the leader who is to sign: the one chosen, else the head of the unit."""
    members = members_of(pact.year, now) if members is None else members
    leaders = leaders_of(pact.year, now)
    found = []
    for membership in members:
        choices = leaders.get(membership.unit_id, [])
        wanted = pact.signers.get(membership.unit.code)
        chosen = next((one for one in choices if one.pk == wanted), choices[0] if choices else None)
        found.append(Signer(membership, chosen, tuple(choices)))
    return found


def wants_stamps(year: Year) -> bool:
    """Whether the year's pact has a place for each body's own stamp (rule ``pact.stamp``). One statement."""
    return bool(rules_of(year)["pact.stamp"].value)


def blockers_of(pact: Pact, now: datetime) -> list[str]:
    """What still keeps the pact from being frozen, in plain words with names of units. Eight statements at most."""
    found = text_blockers(pact.year)
    signers = signers_of(pact, now)
    without = [signer.unit.short_name for signer in signers if signer.mandate is None]
    if without:
        found.append(_("Chưa có lãnh đạo được giao tư cách ký: %(units)s.") % {"units": ", ".join(without)})
    paperless = [
        signer.unit.short_name
        for signer in signers
        if signer.mandate and signer.mandate.capacity in NEEDS_PAPER and not signer.mandate.delegation_number
    ]
    if paperless:
        found.append(_("Người ký thay chưa có văn bản ủy quyền: %(units)s.") % {"units": ", ".join(paperless)})
    if wants_stamps(pact.year) and (stampless := without_clerk(pact.year, [one.unit for one in signers], now)):
        names = ", ".join(unit.short_name for unit in stampless)
        found.append(_("Chưa có văn thư giữ con dấu: %(units)s.") % {"units": names})
    if len(signers) < 2:
        found.append(_("Cụm chưa có đủ hai đơn vị thành viên."))
    if not pact.commitments.exists():
        found.append(_("Chưa có cam kết nào."))
    return found


def text_blockers(year: Year) -> list[str]:
    """Which of the regulation and the plan the conference has not adopted yet. One statement."""
    adopted = set(Adoption.objects.filter(document__year=year).values_list("document__kind", flat=True))
    return [
        _("%(text)s chưa được hội nghị thông qua.") % {"text": DocumentKind(kind).label}
        for kind in NEEDED
        if kind not in adopted
    ]


def compose(pact: Pact, now: datetime) -> dict[str, Any]:
    """Everything the paper says, as plain data; its fingerprint is the pact's. Eleven statements at most."""
    year = pact.year
    signers = signers_of(pact, now)
    return {
        "form": 1,
        "ordinal": pact.ordinal,
        "cluster": year.cluster.name,
        "supervising_body": year.cluster.supervising_body.name,
        "place": year.cluster.place,
        "body_kind": body_kind_of(year, now),
        "year": year.number,
        "date": pact.signing_date.isoformat(),
        "theme_of": year.theme_of,
        "theme": year.theme,
        "focus_areas": [area.text for area in year.focus_areas.all()],
        "members": [
            {
                "code": signer.unit.code,
                "name": signer.unit.name,
                "parent_name": signer.unit.parent_name,
                "short_name": signer.unit.short_name,
                "role": signer.membership.role,
                "head_post": signer.unit.leader_post,
                "post": (signer.mandate.post if signer.mandate else "") or signer.unit.leader_post,
                "capacity": signer.mandate.capacity if signer.mandate else "",
            }
            for signer in signers
        ],
        "texts": [
            {
                "kind": adoption.document.kind,
                "title": adoption.document.title,
                "hash": adoption.text_hash,
                "result": adoption.result,
                "meeting_title": adoption.meeting_title,
                "meeting_date": adoption.meeting_date.isoformat(),
            }
            for adoption in adoptions_of(year)
        ],
        "commitments": [
            {"unit": one.unit.code if one.unit else "", "text": one.text, "measure": one.measure}
            for one in pact.commitments.select_related("unit")
        ],
        "activities": [
            {
                "kind": one.kind,
                "title": one.title,
                "host": one.host.name if one.host else one.host_text,
                "host_short": one.host_name,
                "co_hosts": [unit.short_name for unit in one.co_hosts.all()],
                "month": one.planned_on.isoformat()[:7] if one.planned_on else "",
                "result": one.result,
            }
            for one in activities_of(year)
        ],
        "measures": [line.strip() for line in pact.measures.splitlines() if line.strip()],
        "reporting": pact.reporting.strip(),
    } | ({"stamps": True} if wants_stamps(year) else {})


def differences_from_last(pact: Pact, content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What this version has otherwise than the newest closed one before it that was frozen; empty without one."""
    rows = Pact.objects.filter(year=pact.year_id, ordinal__lt=pact.ordinal, state__in=CLOSED).exclude(text_hash="")
    last = rows.order_by("-ordinal").first()
    return differences(last.content, content) if last else []


def fingerprint_of(pact: Pact, now: datetime) -> str:
    """The pact's hash: the frozen one, or that of the draft as it stands."""
    return pact.text_hash or fingerprint(compose(pact, now))


def title_of(pact: Pact) -> str:
    """'Giao ước thi đua năm 2026 của Cụm thi đua 17'."""
    return f"Giao ước thi đua năm {pact.year.number} của {pact.year.cluster.name}"
