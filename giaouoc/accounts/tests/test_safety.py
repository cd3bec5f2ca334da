"""Signing in from outside: the link of a mail, the address behind a proxy."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from django.core import mail


@pytest.mark.django_db
def test_the_link_of_a_reset_mail_names_this_installation(world: Any, client: Any, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client.post("/quen-mat-khau/", {"email": "thuky.ca@giaouoc.test"}, headers={"host": "evil.example"})
    [message] = mail.outbox
    assert "evil.example" not in message.body
    assert settings.BASE_URL in message.body


def test_behind_a_proxy_each_client_has_its_own_address(rf: Any, settings: Any) -> None:
    request = rf.get("/", headers={"x-forwarded-for": "9.9.9.9"}, REMOTE_ADDR="127.0.0.1")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert get_adapter().get_client_ip(request) == "9.9.9.9"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert get_adapter().get_client_ip(request) == "127.0.0.1"
