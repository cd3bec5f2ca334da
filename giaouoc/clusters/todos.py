"""What waits for the technical administrator: an installation that nobody can use yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from giaouoc.lib.todo import Artefact, Todo

from .models import Mandate, Role, Year


def todos(mandates: Sequence[Mandate], now: datetime) -> list[Todo]:
    """Set up the first year. One statement for an administrator, none for others."""
    if not any(by.role == Role.ADMINISTRATOR for by in mandates) or Year.objects.exists():
        return []
    detail = _("Sau đó mời thư ký các đơn vị; từ đó các đơn vị tự làm tiếp.")
    return [Todo(_("Ghi đơn vị, lập cụm, mở năm thi đua đầu tiên"), reverse("administration:home"), detail=detail)]


def standing(year: Year, by: Mandate | None, now: datetime) -> list[Artefact]:
    """Set-up has no place on the timeline of the year."""
    return []
