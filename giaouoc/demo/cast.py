"""The people and units of the demonstration and of the rehearsal: the first cluster as published, roles for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.hashers import make_password

from giaouoc.accounts.models import User
from giaouoc.clusters.actions.people import invite_person
from giaouoc.clusters.actions.years import create_cluster, create_unit, open_year, set_rule
from giaouoc.clusters.bootstrap import make_administrator
from giaouoc.clusters.models import BodyKind, Cluster, Mandate, Role, Unit, Year
from giaouoc.clusters.queries import Member

DATA = Path(__file__).parent / "data"
POSTS = {"thuky": Role.SECRETARY, "lanhdao": Role.LEADER, "thamdinh": Role.ASSESSOR}
# Clauses of the regulation's first draft; figures: giaouoc/clusters/rules/year_rules.py.
RULES: list[tuple[str, Any, str]] = [
    ("quorum", {"share": "4/5", "strict": False, "base": "roll"}, "khoản 3 Điều 14 dự thảo Quy chế"),
    ("adopt.text", {"share": "2/3", "strict": True, "base": "present"}, "khoản 2 Điều 15 dự thảo Quy chế"),
    ("representation", "leader_or_delegate", "khoản 3 Điều 14 dự thảo Quy chế"),
    ("consult.min_days", 10, "khoản 4 Điều 14 dự thảo Quy chế"),
    ("convene.min_days", 5, "khoản 4 Điều 14 dự thảo Quy chế"),
    ("tie", "chair", "khoản 4 Điều 15 dự thảo Quy chế"),
    ("head.choice", "rotation", "khoản 2 Điều 5 dự thảo Quy chế"),
]


@cache
def facts() -> dict[str, Any]:
    """The published facts of the first cluster's year."""
    loaded: dict[str, Any] = yaml.safe_load((DATA / "cluster17-2026.yaml").read_text(encoding="utf-8"))
    return loaded


@cache
def spoken() -> dict[str, list[dict[str, Any]]]:
    """The comments of the demonstration with their answers."""
    loaded: dict[str, list[dict[str, Any]]] = yaml.safe_load((DATA / "comments.yaml").read_text(encoding="utf-8"))
    return loaded


SHORT = {
    "Đảng ủy các cơ quan Đảng Thành phố": "Các cơ quan Đảng Thành phố",
    "Đảng ủy Đại học Quốc gia TPHCM": "Đại học Quốc gia",
}


@dataclass
class Cast:
    """Everybody who acts: ``cast.mandate("secretary", "CA")``."""

    administrator: Mandate
    cluster: Cluster
    year: Year
    units: list[Unit]
    mandates: dict[tuple[str, str], Mandate] = field(default_factory=dict)

    def mandate(self, role: str, code: str) -> Mandate:
        return self.mandates[role, code]

    def meet_again(self) -> None:
        """Fetch every mandate anew: it remembers what its unit was in the year, and that has changed."""
        rows = Mandate.objects.select_related("user", "unit", "year__cluster")
        found = rows.in_bulk([one.pk for one in self.mandates.values()])
        self.mandates = {key: found[one.pk] for key, one in self.mandates.items()}

    @property
    def head(self) -> str:
        """Code of the head unit."""
        return self.units[0].code


def _member_facts(count: int) -> list[dict[str, str]]:
    members: list[dict[str, str]] = list(facts()["members"])
    for number in range(len(members) + 1, count + 1):
        members.append({"code": f"DV{number:02d}", "of": f"Đảng ủy Đơn vị số {number:02d}", "role": "member"})
    return members[:count]


def assemble(now: datetime, *, password: str, units: int = 5, shift_days: int = 0) -> Cast:
    """Found the cluster with its units, year, rules and people, through the actions. ``shift_days``: moves the year."""
    from datetime import timedelta

    shift = timedelta(days=shift_days)
    hashed = make_password(password)  # one for all: a hash takes as long as it takes to try a password
    admin_user = _account("quantri@giaouoc.test", hashed, "Quản trị hệ thống", now)
    admin = make_administrator(admin_user, now=now)
    about = facts()["cluster"]
    body = create_unit(
        about["supervising_body"]["code"],
        about["supervising_body"]["name"],
        "Ban Tuyên giáo và Dân vận Thành ủy",
        by=admin,
        now=now,
        leader_post="Phó Trưởng Ban",
        body_kind=BodyKind.PARTY,
    )
    cluster = create_cluster(about["code"], about["name"], body, by=admin, now=now, sector=about["sector"])
    members = []
    for one in _member_facts(units):
        short = SHORT.get(one["of"], one["of"].removeprefix("Đảng ủy "))
        unit = create_unit(
            one["code"],
            f"Ban Tuyên giáo và Dân vận {one['of']}",
            short,
            by=admin,
            now=now,
            parent_name=one["of"],
            body_kind=BodyKind.PARTY,  # all of Cụm 17 advise committees of the Party
        )
        members.append(Member(unit, one["role"]))
    year = open_year(
        cluster,
        facts()["year"],
        members,
        by=admin,
        now=now,
        starts_on=date(facts()["year"], 1, 1) + shift,
        ends_on=date(facts()["year"], 12, 31) + shift,
        theme_of="Thành phố",
        theme=facts()["theme"]["text"],
        focus_areas=facts()["theme"]["focus_areas"],
    )
    cast = Cast(admin, cluster, year, [member.unit for member in members])
    since = min(year.starts_on, now.date())
    for member in members:
        for post, role in POSTS.items():
            email = f"{post}.{member.unit.code.lower()}@giaouoc.test"
            cast.mandates[role, member.unit.code] = _person(cast, member.unit, role, email, hashed, now, since)
    cast.mandates[Role.OBSERVER, body.code] = _person(
        cast, body, Role.OBSERVER, "theodoi.btgdv@giaouoc.test", hashed, now, since
    )
    for key, value, basis in RULES:
        set_rule(year, key, value, by=admin, now=now, basis=basis)
    return cast


def _account(email: str, hashed: str, name: str, now: datetime) -> User:
    return User.objects.create(email=email, password=hashed, name=name, joined_at=now)


def _person(cast: Cast, unit: Unit, role: Role, email: str, hashed: str, now: datetime, since: date) -> Mandate:
    name = f"{role.label} · {unit.short_name}"
    _account(email, hashed, name, now)
    return invite_person(cast.year, unit, role, email, name, by=cast.administrator, now=now, since=since)
