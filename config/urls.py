"""All addresses: Vietnamese words without diacritics, stable (design §5)."""

import os
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from giaouoc.cli import health
from giaouoc.clusters.access import works_in
from giaouoc.desk import views as desk
from giaouoc.meetings.views.attendance import presence_code
from giaouoc.meetings.views.room import pulse, room
from giaouoc.public import views as public


def year(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """The year: its members' page, or its public face for everybody else."""
    inside = works_in(request.mandate, request.year)  # type: ignore[attr-defined]
    return (desk.year if inside else public.year)(request, **kwargs)


in_year: list[URLPattern | URLResolver] = [
    path("", year, name="year"),
    path("van-ban/", include("giaouoc.documents.urls")),
    path("hoi-nghi/", include("giaouoc.meetings.urls")),
    path("", include("giaouoc.programme.urls")),
    path("chi-dao/", include("giaouoc.directives.urls")),
    path("tin-tuc/", include("giaouoc.public.year_urls")),
    path("nhan-su/", include("giaouoc.clusters.urls")),
    path("ky-so/", include("giaouoc.signing.year_urls")),
]

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include("giaouoc.accounts.urls")),
    path("", include("giaouoc.desk.urls")),
    path("", include("giaouoc.signing.urls")),
    path("", include("giaouoc.ballots.urls")),
    path("", include("giaouoc.public.urls")),
    path("co-mat/", presence_code, name="presence-code"),
    path("phong-hop/<str:key>/", room, name="room"),
    path("nhip/<str:token>/", pulse, name="room-pulse"),
    path("quan-tri/ky-tu-xa/", include("giaouoc.signing.admin_urls")),
    path("quan-tri/cau-chu/", include("giaouoc.clusters.hiding_urls")),
    path("quan-tri/", include("giaouoc.clusters.admin_urls")),
    path("tro-giup/", include("giaouoc.ui.urls")),
    path("ngon-ngu/", include("django.conf.urls.i18n")),
    path("cum/<slug:cluster>/<int:year>/", include(in_year)),
]

if os.environ.get("GIAOUOC_BENCHMARK"):  # the floor that benchmarks/pages.py measures against
    in_year.append(path("trang-trong/", health.empty, name="empty"))

handler400 = "giaouoc.ui.views.bad_request"
handler403 = "giaouoc.ui.views.permission_denied"
handler404 = "giaouoc.ui.views.page_not_found"
handler500 = "giaouoc.ui.views.server_error"
