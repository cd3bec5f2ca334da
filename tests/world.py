"""The world of the tests: the first cluster with its year before anything has happened. People are roles."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from giaouoc.accounts.models import User
from giaouoc.clusters.models import (
    Cluster,
    FocusArea,
    Mandate,
    Membership,
    Role,
    Unit,
    Year,
)
from giaouoc.lib.clock import at_local

PASSWORD = "thi-dua-2026"
HASHED = make_password(PASSWORD)
MEMBERS = [
    ("CQD", "Đảng ủy các cơ quan Đảng Thành phố", "Các cơ quan Đảng Thành phố", "head"),
    ("UBND", "Đảng ủy UBND Thành phố", "UBND Thành phố", "deputy"),
    ("CA", "Đảng ủy Công an Thành phố", "Công an Thành phố", "member"),
    ("QS", "Đảng ủy Quân sự Thành phố", "Quân sự Thành phố", "member"),
    ("DHQG", "Đảng ủy Đại học Quốc gia TPHCM", "Đại học Quốc gia", "member"),
]
ROLES = {"secretary": "thuky", "leader": "lanhdao", "assessor": "thamdinh"}


class World:
    """``world.mandate("secretary:CA")``, ``world.unit("CA")``, ``world.year``, ``world.now``; ``world.pass_time(days=1)``."""

    def __init__(self) -> None:
        self.now: datetime = at_local(date(2026, 2, 5), 8)
        body = Unit.objects.create(
            code="BTGDV-TU",
            name="Ban Tuyên giáo và Dân vận Thành ủy TPHCM",
            short_name="Ban Tuyên giáo và Dân vận Thành ủy",
        )
        self.cluster = Cluster.objects.create(
            code="17",
            name="Cụm thi đua 17",
            supervising_body=body,
            sector="Công tác tuyên giáo và dân vận",
        )
        self.year = Year.objects.create(
            cluster=self.cluster,
            number=2026,
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
            theme_of="TPHCM",
            theme="Hoàn thiện, nâng cao chất lượng tổ chức bộ máy - Khai thông thể chế",
            opened_at=self.now,
        )
        FocusArea.objects.create(year=self.year, position=1, text="Khai thông thể chế")
        self._mandates: dict[str, Mandate] = {}
        posts: list[tuple[str, str, str, Unit | None]] = []
        for position, (code, parent, short, role) in enumerate(MEMBERS):
            unit = Unit.objects.create(
                code=code,
                name=f"Ban Tuyên giáo và Dân vận {parent}",
                parent_name=parent,
                short_name=short,
            )
            Membership.objects.create(
                year=self.year,
                unit=unit,
                role=role,
                position=position,
                since=self.year.starts_on,
            )
            for kind, post in ROLES.items():
                posts.append((f"{kind}:{code}", f"{post}.{code.lower()}@giaouoc.test", kind, unit))
        posts.append(("observer", "theodoi.btgdv@giaouoc.test", Role.OBSERVER, body))
        posts.append(("administrator", "quantri@giaouoc.test", Role.ADMINISTRATOR, None))
        self._add(posts)

    def _add(self, posts: list[tuple[str, str, str, Unit | None]]) -> None:
        """Accounts with their mandates: key, mail address, role, unit. All at once, since every test begins with them."""
        users = User.objects.bulk_create(
            User(email=email, password=HASHED, name=f"{Role(role).label}" + (f" · {unit}" if unit else ""))
            for _key, email, role, unit in posts
        )
        mandates = Mandate.objects.bulk_create(
            Mandate(
                user=user,
                year=self.year if unit else None,
                unit=unit,
                role=role,
                post=unit.leader_post if unit and role == Role.LEADER else "",
                since=self.year.starts_on - timedelta(days=400) if unit is None else self.year.starts_on,
            )
            for user, (_key, _email, role, unit) in zip(users, posts, strict=True)
        )
        self._mandates |= {key: one for (key, *_rest), one in zip(posts, mandates, strict=True)}

    @property
    def roles(self) -> list[str]:
        """Every key that ``mandate`` takes."""
        return list(self._mandates)

    def add_clerk(self, *codes: str) -> None:
        """'clerk:CA': who keeps the stamp of each of these units."""
        self._add([(f"clerk:{one}", f"vanthu.{one.lower()}@giaouoc.test", Role.CLERK, self.unit(one)) for one in codes])

    def mandate(self, key: str) -> Mandate:
        """By role and unit: 'secretary:CQD', 'leader:CA', 'assessor:QS', 'observer', 'administrator'."""
        return self._mandates[key]

    def unit(self, code: str) -> Unit:
        return Unit.objects.get(code=code)

    def pass_time(self, **parts: float) -> datetime:
        self.now += timedelta(**parts)
        return self.now

    def sign_in(self, client: Any, key: str) -> Any:
        """The test client, signed in as this role."""
        client.force_login(
            self.mandate(key).user,
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
        return client

    def url(self, rest: str = "") -> str:
        return f"{self.year.get_absolute_url()}{rest}"
