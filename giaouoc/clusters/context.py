"""What every page's frame needs: the tabs of the year, how many things wait, which mode the program runs in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

TABS = [  # name of the address, label; a slice adds its own when it has a page
    ("year", lambda: _("Tổng quan")),
    ("documents:list", lambda: _("Văn bản")),
    ("meetings:list", lambda: _("Hội nghị")),
    ("programme:pact", lambda: _("Giao ước")),
    ("programme:activities", lambda: _("Chương trình")),
    ("directives:list", lambda: _("Chỉ đạo")),
]


def tabs_of(request: HttpRequest) -> list[dict[str, Any]]:
    """The tabs under the bar, on the pages of a year and for those who work in it."""
    year = getattr(request, "year", None)
    if year is None or getattr(request, "mandate", None) is None:
        return []
    tabs = []
    for name, label in TABS:
        url = reverse(name, args=[year.cluster.code, year.number])
        current = request.path == url or (name != "year" and request.path.startswith(url))
        tabs.append({"url": url, "label": label(), "current": current})
    return tabs


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """Context of every page. ``todo_count`` comes from the view that knows it (desk), never from a query here."""
    return {
        "app_mode": settings.MODE,
        "now": getattr(request, "now", None),
        "year": getattr(request, "year", None),
        "mandate": getattr(request, "mandate", None),
        "tabs": SimpleLazyObject(lambda: tabs_of(request)),
    }
