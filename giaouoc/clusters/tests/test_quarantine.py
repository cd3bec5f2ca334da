"""Quarantine: the bytes are gone for everybody at once, the trail says who and why, and the administrator can show them again."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from giaouoc.audit.models import AuditEvent
from giaouoc.audit.trail import check_all
from giaouoc.clusters.actions.quarantine import quarantine_file, release_file
from giaouoc.files.storage import Quarantined, read_checked, store
from giaouoc.lib.errors import NotAllowed, WrongState


def test_hidden_bytes_stay_hidden_under_any_name_until_they_are_released(world: Any) -> None:
    admin, now = world.mandate("administrator"), world.now
    file, same = (store(b"noi dung", name, "text/plain", now=now) for name in ("a.txt", "b.txt"))
    quarantine_file(file, "Có dấu độ mật", by=admin, now=now)
    for one in (file, same):
        with pytest.raises(Quarantined) as refused:
            one.read()
        assert refused.value.status == 410
        assert one.name not in str(refused.value)
    assert read_checked(file) == b"noi dung"  # kept, for checking
    with pytest.raises(WrongState):
        quarantine_file(same, "Lần nữa", by=admin, now=now)
    release_file(same, "Đã giải mật", by=admin, now=now)
    assert file.read() == b"noi dung"
    with pytest.raises(WrongState):
        release_file(file, "Lần nữa", by=admin, now=now)
    said = [event.sentence for event in AuditEvent.objects.filter(verb__in=["clusters.quarantine", "clusters.release"])]
    assert "Có dấu độ mật" in said[0]
    assert "Đã giải mật" in said[1]
    assert check_all() == []


@pytest.mark.parametrize("who", ["secretary:CQD", "leader:CQD", "secretary:CA", "observer"])
def test_only_the_administrator_hides_a_file(world: Any, who: str) -> None:
    file = store(b"noi dung", "a.txt", "text/plain", now=world.now)
    with pytest.raises(NotAllowed):
        quarantine_file(file, "Thử", by=world.mandate(who), now=world.now)
    with pytest.raises(NotAllowed):
        release_file(file, "Thử", by=world.mandate(who), now=world.now)


def test_an_address_that_served_the_file_says_so_in_words(world: Any, client: Any) -> None:
    admin = world.mandate("administrator")
    mandate = world.mandate("leader:CA")
    mandate.delegation_file = file = store(b"%PDF-1.7 thu", "uy-quyen.pdf", "application/pdf", now=world.now)
    mandate.save()
    url = reverse("clusters:delegation", args=[world.year.cluster.code, world.year.number, mandate.pk])
    client.force_login(mandate.user)
    assert client.get(url).status_code == 200
    etag = client.get(url)["ETag"]
    client.force_login(admin.user)
    page = client.post(reverse("administration:file", args=[file.pk]), {"reason": "Tải nhầm"})
    assert page.status_code == 302
    client.force_login(mandate.user)
    for headers in ({}, {"If-None-Match": etag}):
        answer = client.get(url, headers=headers)
        assert answer.status_code == 410
        assert "cách ly" in answer.content.decode()
