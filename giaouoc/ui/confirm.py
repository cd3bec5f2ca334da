"""The page before an act that asks nothing but is not done by one press."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from .say import done


def confirmed(
    request: Any,
    act: Callable[[], object],
    sentence: str,
    back_to: str,
    *,
    title: str,
    will: Sequence[str],
    button: str,
    eyebrow: str = "",
) -> HttpResponse:
    """A POST does the act and says ``sentence`` at ``back_to``; else the page with what ``will`` happen, which leads back there."""
    if request.method == "POST":
        act()
        done(request, sentence)
        return redirect(back_to)
    context = {"title": title, "will": will, "button": button, "eyebrow": eyebrow, "cancel_url": back_to}
    return render(request, "ui/confirm.html", context)
