"""Refusals as pages: the one place that renders what was refused."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.http import url_has_allowed_host_and_scheme

from .errors import Words, words_of


def back_url(request: HttpRequest) -> str:
    """The page one came from, if it is one of ours and not this one."""
    came = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(came)
    here = parts.path == request.path and request.method in {"GET", "HEAD"}
    return "" if here else f"{parts.path}?{parts.query}" if parts.query else parts.path


def refusal_page(
    request: HttpRequest, status: int, *, sentence: object = "", advice: object = "", words: Words | None = None
) -> HttpResponse:
    """The refusal with its status: a page, or for htmx a few lines put on top of the page that stays."""
    words = words or words_of(status)
    context = {
        "status": status,
        "title": words.title,
        "sentence": sentence or words.sentence,
        "advice": advice or words.advice,
    }
    if getattr(request, "htmx", False) and not request.htmx.boosted:  # type: ignore[attr-defined]
        answer = render(request, "ui/refusal_part.html", context, status=status)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#refusals", "innerHTML show:top"
        return answer
    context["back_url"] = back_url(request)
    return render(request, "ui/refusal.html", context, status=status)


def plain_page(status: int) -> HttpResponse:
    """A refusal that asks neither session nor database."""
    words = words_of(status)
    context = {"status": status, **words._asdict()}
    try:
        page = loader.get_template("ui/plain.html").render(context)
    except Exception:
        body = f"<h1>{words.title}</h1><p>{words.sentence}<p>{words.advice}"
        page = f"<!doctype html><html lang=vi><meta charset=utf-8><title>{words.title}</title>{body}"
    return HttpResponse(page, status=status)
