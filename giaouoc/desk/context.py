"""How many things wait for the person, for the bar of every page: counted anew only when something has happened."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from giaouoc.audit.models import AuditChain
from giaouoc.clusters.queries import mandates_of
from giaouoc.lib.clock import local_date

from .queries import desk_of

KEEP = 600


def todo_count(request: HttpRequest) -> dict[str, Any]:
    """``todo_count``, asked by the bar alone: one statement while nothing has happened since the last count."""
    user = getattr(request, "user", None)
    now = getattr(request, "now", None)
    if now is None or user is None or not user.is_authenticated:
        return {}

    def count() -> int:
        lengths = "-".join(str(one) for one in AuditChain.objects.order_by("pk").values_list("length", flat=True)[:50])
        key = f"todo:{user.pk}:{local_date(now)}:{lengths}"
        found = cache.get(key)
        if found is None:
            found = desk_of(mandates_of(user, now), now).count
            cache.set(key, found, KEEP)
        return int(found)

    return {"todo_count": SimpleLazyObject(count)}
