"""Pages of the frame itself: errors, the choice of theme and language, the patterns."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import check_for_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from .back import way_back
from .errors import csrf_words
from .pages import plain_page, refusal_page
from .patterns import pattern_context

YEAR = 365 * 24 * 3600


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 when it was too much. The host may be the fault, so nothing of the request is looked at."""
    large = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    return plain_page(413 if large else 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return refusal_page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return refusal_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return plain_page(500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the mark of its page."""
    return refusal_page(request, 403, words=csrf_words())


@csrf_exempt  # a choice of looks, kept in a cookie: nothing to protect, and public pages stay free of tokens
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme or language in a cookie and go back to the page."""
    answer = HttpResponseRedirect(way_back(request, "/"))
    cookie: dict[str, Any] = {"max_age": YEAR, "samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE}
    theme, language = request.POST.get("theme"), request.POST.get("language")
    if theme in {"light", "dark"}:
        answer.set_cookie("theme", theme, httponly=True, **cookie)
    elif theme == "auto":
        answer.delete_cookie("theme", samesite="Lax")
    if language and check_for_language(language) and language in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, **cookie)
    return answer


@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    """Each component in each of its states, with invented data; part of the help."""
    return render(request, "ui/patterns.html", pattern_context(request))


@require_safe
def pattern_room(request: HttpRequest) -> HttpResponse:
    """The room's screen with invented data."""
    return render(request, "ui/room.html", pattern_context(request)["room"])
