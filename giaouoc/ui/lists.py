"""Lists in the address: which page, in which order. Only what a list offers is accepted; anything else is its default."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PAGE, SORT = "trang", "sap-xep"


def page_of(request: HttpRequest, items: Any, *, per: int = 50) -> Page[Any]:
    """The page of a list that the address asks for (``?trang=2``); the nearest one when there is no such page."""
    return Paginator(items, per).get_page(request.GET.get(PAGE))


def sort_of(request: HttpRequest, offered: Collection[str], default: str) -> str:
    """The order that the address asks for (``?sap-xep=-han``), if it is one of those offered, else ``default``."""
    asked = request.GET.get(SORT, "")
    return asked if asked.removeprefix("-") in offered else default
