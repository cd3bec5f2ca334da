"""Thời hạn lưu: when a person's term is over, the role stands where the name stood; nothing signed changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache

from giaouoc.accounts.models import User
from giaouoc.audit.models import AuditEvent
from giaouoc.audit.trail import check_all, history_of
from giaouoc.clusters.actions.people import end_mandate, invite_person
from giaouoc.clusters.actions.retention import keep_terms, set_retention
from giaouoc.clusters.models import Mandate, Retention
from giaouoc.lib.clock import local_date
from giaouoc.lib.errors import Invalid, NotAllowed
from giaouoc.notices.actions.send import notify
from giaouoc.notices.models import Message


def kept(now: Any) -> int:
    cache.clear()  # the worker asks once in a while; here each time
    return keep_terms(now=now)


@pytest.fixture
def leaver(world: Any) -> User:
    """Somebody who was invited, worked, and whose role has ended."""
    by = world.mandate("leader:CA")
    mandate = invite_person(
        world.year, world.unit("CA"), "secretary", "nguoi.cu@giaouoc.test", "Tên Người Cũ", by=by, now=world.now,
        since=local_date(world.now),
    )  # fmt: skip
    mandate.user.phone = "0900000000"
    mandate.user.save()
    end_mandate(mandate, by=by, now=world.now, until=local_date(world.now))
    return mandate.user


def test_after_the_term_the_role_stands_where_the_name_stood_everywhere(world: Any, leaver: User) -> None:
    assert "Tên Người Cũ" in " ".join(one.sentence for one in AuditEvent.objects.all())
    assert kept(world.pass_time(days=5 * 365)) == 0
    assert kept(world.pass_time(days=40)) == 1
    leaver.refresh_from_db()
    assert (leaver.name, leaver.phone, leaver.is_active) == ("Thư ký · Công an Thành phố", "", False)
    assert "nguoi.cu" not in leaver.email and not leaver.has_usable_password()
    told = " ".join(f"{one.sentence} {one.actor} {one.data}" for one in AuditEvent.objects.all())
    assert "Tên Người Cũ" not in told and "nguoi.cu@" not in told
    assert not list(check_all())
    assert kept(world.now) == 0


def test_who_holds_a_role_and_administrators_keep_their_names(world: Any, leaver: User) -> None:
    names = set(User.objects.exclude(pk=leaver.pk).values_list("name", flat=True))
    world.year.ends_on = local_date(world.now) + timedelta(days=30 * 365)
    world.year.save()
    kept(world.pass_time(days=10 * 365))
    assert set(User.objects.exclude(pk=leaver.pk).values_list("name", flat=True)) == names


def test_a_role_ends_with_its_year(world: Any) -> None:
    kept(world.pass_time(days=7 * 365))
    assert not User.objects.filter(mandates__role="secretary", is_active=True).exists()
    assert User.objects.filter(mandates__role="administrator", is_active=True).exists()


def test_the_administrator_sets_the_term_with_its_basis_and_nobody_else(world: Any, leaver: User) -> None:
    admin = world.mandate("administrator")
    set_retention("people", 2, "Quyết định 12-QĐ", by=admin, now=world.now)
    assert history_of(Retention.objects.get())[0].sentence.endswith("2 năm (Quyết định 12-QĐ)")
    assert kept(world.pass_time(days=3 * 365)) >= 1
    with pytest.raises(NotAllowed):
        set_retention("people", 1, "", by=world.mandate("leader:CQD"), now=world.now)
    with pytest.raises(Invalid):
        set_retention("signed", 5, "", by=admin, now=world.now)


def test_kept_for_good_means_for_good(world: Any, leaver: User) -> None:
    set_retention("people", None, "", by=world.mandate("administrator"), now=world.now)
    assert kept(world.pass_time(days=50 * 365)) == 0


def test_messages_go_after_their_term(world: Any) -> None:
    notify([world.mandate("secretary:CA").user_id], "Cũ", "Nội dung", "", now=world.now)
    kept(world.pass_time(days=700))
    assert Message.objects.count() == 1
    kept(world.pass_time(days=60))
    assert Message.objects.count() == 0


def test_the_page_says_whose_term_is_over_soon_and_everybody_reads_the_terms(
    world: Any, client: Any, leaver: User
) -> None:
    set_retention("people", 1, "Quyết định 12-QĐ", by=world.mandate("administrator"), now=world.now)
    Mandate.objects.filter(user=leaver).update(
        since=local_date(world.now) - timedelta(days=400), until=local_date(world.now) - timedelta(days=300)
    )
    world.sign_in(client, "administrator")
    assert "Tên Người Cũ" in client.get("/quan-tri/thoi-han/").content.decode()
    refused = client.post("/quan-tri/thoi-han/people/", {"years": "0", "basis": "x"})
    assert refused.status_code == 422
    assert client.post("/quan-tri/thoi-han/people/", {"years": "9", "basis": "Quyết định 13-QĐ"}).status_code == 302
    client.logout()
    public = client.get("/du-lieu-ca-nhan/").content.decode()
    assert "9 năm (Quyết định 13-QĐ)" in public
