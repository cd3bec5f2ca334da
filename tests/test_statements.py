"""Pages cost the same number of SQL statements with five units in the database as with five hundred."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from giaouoc.lib import clock
from giaouoc.lib.clock import SetClock

from . import access
from .crowd import multiply

pytestmark = [pytest.mark.once]
WATCHED = ["stranger", "secretary of head", "leader", "observer", "administrator"]  # each has pages of its own
COPIES = 99


def shared_rows() -> dict[Any, set[Any]]:
    """The supervising body, its observer and the administrator: the same for all clusters."""
    from allauth.account.models import EmailAddress

    from giaouoc.accounts.models import User
    from giaouoc.clusters.models import Cluster, Mandate, Unit

    people = set(User.objects.filter(mandates__role__in=["observer", "administrator"]).values_list("pk", flat=True))
    return {
        User: people,
        EmailAddress: set(EmailAddress.objects.filter(user__in=people).values_list("pk", flat=True)),
        Unit: set(Unit.objects.filter(pk__in=Cluster.objects.values("supervising_body")).values_list("pk", flat=True)),
        Mandate: set(Mandate.objects.filter(role="administrator").values_list("pk", flat=True)),
    }


def statements(story: access.Story, after: bool) -> dict[str, int]:
    """Route and role -> statements of its page."""
    written, counted = access.written(), {}
    clients = dict(zip(access.ROLES, story.clients, strict=True))
    for route in access.routes_of(after):
        answers = dict(zip(access.ROLES, written[route.name][0], strict=False))  # none where there is no GET
        for role in WATCHED:
            if answers.get(role) == "200":
                cache.clear()
                with CaptureQueriesContext(connection) as captured:
                    clients[role].get(story.url(route))
                counted[f"{route.name}, {role}"] = len(captured)
    return counted


@pytest.mark.parametrize("after", [False, True], ids=["in consultation", "after signing"])
def test_no_page_asks_more_of_a_database_with_five_hundred_units(db: None, after: bool) -> None:
    from giaouoc.clusters.models import Unit
    from giaouoc.lib.engine import drop_guards

    before = clock.install(SetClock(access.NOW))
    try:
        story = access.Story(after)
        clock.install(SetClock(access.NOW))
        few = statements(story, after)
        drop_guards()
        multiply(COPIES, shared_rows())
        assert Unit.objects.count() > 5 * COPIES
        many = statements(story, after)
    finally:
        clock.install(before)
    # Never more; one less where the process has meanwhile kept what never changes.
    assert {page: (few[page], many[page]) for page in few if many[page] > few[page]} == {}
    assert few.keys() == many.keys()
