"""Where a printed document is checked."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from .paper.parts import Verification, checked_at


def verified_by(code: str) -> Verification:
    """At the register's page of the document with this code."""
    return checked_at(f"{settings.BASE_URL}{reverse('signing:verify')}?ma={code}", code)
