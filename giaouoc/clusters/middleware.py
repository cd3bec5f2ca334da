"""What stands around a request: the time, the cluster's year of the address, and the mandate by which the person acts.

One statement for the year, one for the mandate, nothing else (design §6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from giaouoc.lib import clock

from .models import Year
from .queries import mandate_in


class Surroundings:
    """Sets ``request.now``, and for addresses under /cum/<cluster>/<year>/ also ``request.year`` and ``request.mandate``.

    The two words of the address are taken out of the view's arguments: views get what comes after them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = clock.current().now()  # type: ignore[attr-defined]
        request.year = None  # type: ignore[attr-defined]
        request.mandate = None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        if "cluster" in kwargs and "year" in kwargs:
            cluster, number = kwargs.pop("cluster"), kwargs.pop("year")
            year = Year.objects.select_related("cluster", "cluster__supervising_body")
            request.year = year.filter(cluster__code=cluster, number=number).first()
            if request.year is None:
                raise Http404
            if request.user.is_authenticated:
                chosen = request.session.get("mandate")
                request.mandate = mandate_in(request.year, request.user, request.now, chosen=chosen)
