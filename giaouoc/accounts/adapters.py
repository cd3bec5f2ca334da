"""How allauth behaves here: accounts come by invitation, never by self-registration."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up; everything else as allauth does it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Accounts have no user names."""

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of a mail names this installation, never the host that somebody wrote into a request."""
        path: str = super().get_reset_password_from_key_url(key)
        return settings.BASE_URL + urlsplit(path)._replace(scheme="", netloc="").geturl()

    def format_email_subject(self, subject: str) -> str:
        return f"Giao Ước: {subject}"
