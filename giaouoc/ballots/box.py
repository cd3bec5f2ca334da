"""Hòm phiếu ở tên máy chủ riêng: where papers are dropped, apart from the pages that know who is signed in.

With ``GIAOUOC_BALLOT_HOST`` the voters' browsers drop at another host name, so that the connection, the session and the
cookies of the signed-in page are not those of the paper; without it the voter's page says that the box is here too."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseRedirect
from django.http.request import split_domain_port
from django.urls import reverse

from .models import Ballot


def box_address(ballot: Ballot, name: str) -> str:
    """The address of the box for voters' browsers; ``name``: 'drop' or 'state'."""
    return f"{settings.BALLOT_HOST}{reverse(f'ballots:{name}', args=[ballot.pk])}"


def _name_of(address: str) -> str | None:
    """The host name alone: with a port or a last dot it is the same one."""
    return urlsplit(address).hostname


class BoxHost:
    """At the box's own host name nothing answers but secret ballots; it neither reads nor sets a cookie.

    What else is opened there by hand leads to the same address of the site itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.BALLOT_HOST or split_domain_port(request.get_host())[0] != _name_of(settings.BALLOT_HOST):
            return self.get_response(request)
        if not request.path.startswith(("/phieu-kin/", settings.STATIC_URL)):
            if request.method in {"GET", "HEAD"}:
                return HttpResponseRedirect(settings.BASE_URL + request.get_full_path())
            return HttpResponseNotFound()
        request.COOKIES.clear()
        request.META.pop("HTTP_COOKIE", None)
        answer = self.get_response(request)
        answer.cookies.clear()
        return answer
