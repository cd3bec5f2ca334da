"""The language of what is kept: papers, minutes and results speak Vietnamese, whoever reads the pages in English."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation


def official() -> translation.override:
    """Speak the official language: ``with official():``, or ``@official()`` over a function that makes a paper."""
    return translation.override(settings.LANGUAGE_CODE)
