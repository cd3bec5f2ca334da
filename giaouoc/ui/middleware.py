"""Around every page: refusals of the domain become pages, and what is for one person stays out of shared caches."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
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
        answer = refusal_page(request, error.status, sentence=shown(error.sentence), advice=shown(error.advice))
        if error.status == 429:
            answer["Retry-After"] = "60"
        return answer


class Private:
    """What somebody signed in gets stays out of shared caches and is asked for anew; a view may say otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not answer.has_header("Cache-Control"):
            answer["Cache-Control"] = "private, no-cache"
        return answer
