"""Refusals of the domain become pages: what happened, why, what can be done now."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from giaouoc.lib.errors import DomainError
from giaouoc.lib.sentence import shown

from .pages import refusal_page


class Refusals:
    """Render a DomainError with its status; a fragment for htmx, a page otherwise. Other errors rise.

    An address asked in a way that it does not offer (405) gets a page as well instead of an empty answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code == 405 and not answer.streaming and not answer.content:
            page = refusal_page(request, 405)
            page["Allow"] = answer.get("Allow", "")
            return page
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        return refusal_page(request, error.status, sentence=shown(error.sentence), advice=shown(error.advice))
