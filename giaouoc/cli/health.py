"""/healthz: the process answers. /readyz: it can also reach its database and its files."""

import os

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse


def alive(request: HttpRequest) -> HttpResponse:
    """200 as soon as the program answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """200 when database and file folder can be used, else 503 with the name of what cannot."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database\n", content_type="text/plain", status=503)
    if not os.access(settings.FILES_ROOT if settings.FILES_ROOT.exists() else settings.DATA, os.W_OK):
        return HttpResponse("files\n", content_type="text/plain", status=503)
    return HttpResponse("ready\n", content_type="text/plain")


def empty(request: HttpRequest) -> HttpResponse:
    """The floor of the benchmarks: everything that stands before a page of the year, and no page."""
    return HttpResponse("ok" if getattr(request, "mandate", None) else "no", content_type="text/plain")
