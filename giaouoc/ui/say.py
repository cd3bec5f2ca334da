"""Messages after an act: what was done, and how it can be taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

UNDO = "undo:"


def done(request: HttpRequest, sentence: object, *, undo: str = "") -> None:
    """Tell the person on the next page what was done. ``undo``: address that takes it back by a POST."""
    messages.success(request, str(sentence), extra_tags=f"{UNDO}{undo}" if undo else "")


def warn(request: HttpRequest, sentence: object) -> None:
    """Tell the person on the next page what did not go as asked."""
    messages.warning(request, str(sentence))
