"""Whoever holds several mandates in a year chooses by which to act, where one looks for it."""

from __future__ import annotations

from typing import Any

from giaouoc.clusters.models import Mandate, Role

CHOOSE = "Đổi tư cách làm việc"
BUTTON = "Làm việc với tư cách này"


def _second(world: Any, **given: Any) -> Mandate:
    own = world.mandate("leader:CA")
    values = {"year": world.year, "unit": own.unit, "role": Role.SECRETARY} | given
    found: Mandate = Mandate.objects.create(user=own.user, since=own.since, **values)
    return found


def test_a_person_with_one_mandate_is_offered_no_choice(world: Any, client: Any) -> None:
    world.sign_in(client, "leader:CA")
    assert CHOOSE not in client.get(world.url()).content.decode()
    assert BUTTON not in client.get("/tai-khoan/").content.decode()


def test_a_person_with_two_mandates_finds_the_choice_in_the_account_menu(world: Any, client: Any) -> None:
    other = _second(world)
    world.sign_in(client, "leader:CA")
    page = client.get(world.url()).content.decode()
    assert CHOOSE in page and 'href="/tai-khoan/#tu-cach"' in page and "<b>Lãnh đạo" in page
    account = client.get("/tai-khoan/").content.decode()
    assert account.count(BUTTON) == 1 and f'name="tu-cach" value="{other.pk}"' in account
    assert client.post("/tu-cach/", {"tu-cach": other.pk}).url == world.year.get_absolute_url()
    assert "<b>Thư ký" in client.get(world.url()).content.decode()
    assert f'name="tu-cach" value="{world.mandate("leader:CA").pk}"' in client.get("/tai-khoan/").content.decode()


def test_who_also_runs_the_system_chooses_between_the_two(world: Any, client: Any) -> None:
    system = _second(world, year=None, unit=None, role=Role.ADMINISTRATOR)
    world.sign_in(client, "leader:CA")
    assert f'name="tu-cach" value="{system.pk}"' in client.get("/tai-khoan/").content.decode()
    client.post("/tu-cach/", {"tu-cach": system.pk})
    assert f'name="tu-cach" value="{world.mandate("leader:CA").pk}"' in client.get("/tai-khoan/").content.decode()


def test_nobody_chooses_the_mandate_of_somebody_else(world: Any, client: Any) -> None:
    _second(world)
    world.sign_in(client, "leader:CA")
    client.post("/tu-cach/", {"tu-cach": world.mandate("leader:CQD").pk})
    assert "<b>Lãnh đạo" in client.get(world.url()).content.decode()
    assert "mandate" not in client.session
