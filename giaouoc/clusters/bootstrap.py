"""The first administrator, and the mark of what an installation is: what nobody can be asked to allow."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.accounts.models import Installation, User
from giaouoc.audit.trail import SYSTEM, record
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import short_date
from giaouoc.lib.errors import WrongState

from .models import Mandate, Role


@transaction.atomic
def make_administrator(user: User, *, now: datetime) -> Mandate:
    """Give a person the technical administration; only while nobody holds it."""
    day = local_date(now)
    if Mandate.objects.on(day).filter(role=Role.ADMINISTRATOR).exists():
        raise WrongState(_("Hệ thống đã có quản trị; người quản trị mời thêm người trong trang Quản trị."))
    mandate = Mandate.objects.create(user=user, role=Role.ADMINISTRATOR, since=day)
    record(
        "clusters.grant",
        mandate,
        by=SYSTEM,
        now=now,
        role=mandate.role_label,
        unit=_("hệ thống"),
        person=user.name,
        since=short_date(day),
    )
    return mandate


def holds_administration(user: User, *, now: datetime) -> bool:
    """Whether the person holds the technical administration today."""
    return Mandate.objects.on(local_date(now)).filter(role=Role.ADMINISTRATOR, user=user).exists()


def mark_demonstration(*, now: datetime) -> None:
    """Mark this installation as demonstration data; a real start refuses on it."""
    Installation.objects.update_or_create(pk=1, defaults={"is_demonstration": True, "made_at": now})


def is_demonstration() -> bool:
    """Whether the database is marked as demonstration data."""
    return Installation.objects.filter(is_demonstration=True).exists()
