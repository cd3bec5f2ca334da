"""Refusals of the domain become pages: what happened, why, what can be done now."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from giaouoc.lib.errors import DomainError


class Refusals:
    """Render a DomainError with its status; a fragment for htmx, a page otherwise. Other errors rise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        context = {"sentence": error.sentence, "advice": error.advice, "status": error.status}
        return render(request, "ui/refusal.html", context, status=error.status)
