"""Every address: each role gets what docs/access.md says, nothing hostile breaks it, and it costs no more in a full database.

One story is built for all three; what a test does to it is rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from . import access
from .crowd import multiply

pytestmark = [pytest.mark.once, pytest.mark.django_db]
COPIES = 99  # of the cluster and its year
ODD = ["a\x00b", "99999999999999999999", "-1", "\u202e“#set page(width: 1pt)$x$@y\\”\u2028", "２０２６-13-45"]


@pytest.fixture(scope="module", params=[False, True], ids=["in consultation", "after signing"])
def told(request: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[access.Story, bool]]:
    """One of the two stories, and whether it is the one after signing."""
    with django_db_blocker.unblock(), transaction.atomic():
        with access.telling(request.param) as story:
            yield story, request.param
        transaction.set_rollback(True)


def test_i05_every_route_has_its_row() -> None:
    rows = access.written()
    expected = {route.name for route in access.routes() if not access.is_library(route)} - {"invitation"}
    assert expected - set(rows) == set(), "run python -m tests.access and read what it says of the new rows"
    assert set(rows) - expected == set()


def test_i05_every_address_answers_each_role_as_the_table_says(told: Any, caplog: Any) -> None:
    caplog.set_level("ERROR")
    written, (story, after) = access.written(), told
    wrong = {}
    for route in access.routes_of(after):
        for verb, got, said in zip(("GET", "POST"), story.answers(route), written[route.name], strict=True):
            if set(got) == {"405"} and not said:
                continue
            if got != said:
                wrong[f"{route.name} {verb}"] = (dict(zip(access.ROLES, got, strict=True)), said)
    assert wrong == {}


def test_i05_the_head_of_another_cluster_is_nobody_here(told: Any, caplog: Any) -> None:
    """Secretary and leader of another cluster's head unit get in this one what somebody without any role gets."""
    from giaouoc.accounts.models import User
    from giaouoc.clusters.models import Cluster, Mandate, Membership, Unit, Year

    caplog.set_level("ERROR")
    written, (story, after) = access.written(), told
    ours = story.year
    unit = Unit.objects.create(code="KHAC", name="Ban Tuyên giáo khác", short_name="Đơn vị khác")
    cluster = Cluster.objects.create(code="18", name="Cụm khác", supervising_body=ours.cluster.supervising_body)
    year = Year.objects.create(
        cluster=cluster, number=ours.number, starts_on=ours.starts_on, ends_on=ours.ends_on, opened_at=ours.opened_at
    )
    Membership.objects.create(year=year, unit=unit, role="head", position=0, since=year.starts_on)
    others = []
    for role in ("secretary", "leader"):
        user = User.objects.create_user(f"{role}@giaouoc.test", "x", name=role)
        Mandate.objects.create(user=user, year=year, unit=unit, role=role, since=year.starts_on)
        others.append(access.client_of(user.email))
    nobody = list(access.ROLES).index("no role")
    leaks = {}
    for route in access.routes_of(after):
        if {"cluster", "year"} <= set(route.parameters):
            for verb, got, said in zip(
                ("GET", "POST"), story.answers_to(others, route), written[route.name], strict=True
            ):
                if said and got != [said[nobody]] * 2:
                    leaks[f"{route.name} {verb}"] = (got, said[nobody])
    assert leaks == {}


def fields_of_all_forms() -> set[str]:
    """The names of every field of every form of ours, and of what pages read from the address."""
    waiting, names = [forms.Form], {"viec", "dk", "trich", "trang", "sap", "next", "tu-cach", "text_hash"}
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.startswith("giaouoc."):
            names |= set(one.base_fields)
    return names


def test_no_address_breaks_at_what_nobody_would_type(told: Any, caplog: Any) -> None:
    """As somebody who may open it: giant and negative numbers, NUL, marks of other languages, broken bodies, odd methods."""
    caplog.set_level("CRITICAL")
    written, (story, after) = access.written(), told
    names, clients = fields_of_all_forms(), dict(zip(access.ROLES, story.clients, strict=True))
    broken = []
    for route in access.routes_of(after):
        url, rows = story.url(route), written[route.name]
        passes = [
            {role for role, answer in zip(access.ROLES, row, strict=False) if answer in {"200", "302", "422"}}
            for row in rows
        ]
        role = next((one for one in access.ROLES if one in passes[1] or one in passes[0]), "stranger")
        client = clients[role]
        client.raise_request_exception = False
        tries: list[tuple[str, Any]] = [("POST", dict.fromkeys(names, odd)) for odd in ODD]
        tries += [("GET", dict.fromkeys(names, odd)) for odd in ODD[:2]]
        tries += [("PUT", b"{}"), ("POST", b"--x\r\nbroken")]
        for method, body in tries:
            with transaction.atomic():
                if isinstance(body, dict):
                    answer = client.post(url, body) if method == "POST" else client.get(url, body)
                else:
                    answer = client.generic(method, url, body, content_type="multipart/form-data; boundary=x")
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                broken.append((route.name, role, method, str(body)[:60], repr(getattr(answer, "exc_info", ""))[:200]))
        client.raise_request_exception = True
    assert broken == []


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
        for role in access.WATCHED:
            if answers.get(role) == "200":
                cache.clear()
                with CaptureQueriesContext(connection) as captured:
                    clients[role].get(story.url(route))
                counted[f"{route.name}, {role}"] = len(captured)
    return counted


def test_no_page_asks_more_of_a_database_with_five_hundred_units(told: Any) -> None:
    from giaouoc.clusters.models import Unit
    from giaouoc.lib.engine import drop_guards

    story, after = told
    with transaction.atomic():
        few = statements(story, after)
        drop_guards()
        multiply(COPIES, shared_rows())
        assert Unit.objects.count() > 5 * COPIES
        many = statements(story, after)
        transaction.set_rollback(True)
    # Never more; one less where the process has meanwhile kept what never changes.
    assert {page: (few[page], many[page]) for page in few if many[page] > few[page]} == {}
    assert few.keys() == many.keys()
