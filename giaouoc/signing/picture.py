"""Hình trong khung ký: the page where a signer sees the own frame, puts a picture into it or takes it out."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giaouoc.clusters.models import Role
from giaouoc.clusters.pages import member_page
from giaouoc.lib.verdict import require
from giaouoc.ui.forms import submitted
from giaouoc.ui.say import done

from .access import can_set_picture
from .actions.picture import drop_picture, set_picture
from .forms import PictureForm
from .queries import picture_of, year_url

WIDTH, HEIGHT = 141.7, 70.9  # of a box on paper: 50 × 25 mm, in points


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Any) -> HttpResponse:
    """The frame as it will be, and the choice."""
    by, now, year = request.mandate, request.now, request.year
    require(can_set_picture(by, year, now))
    form = PictureForm(request.POST, request.FILES) if request.method == "POST" else PictureForm()
    sentence = _("Đã đặt hình; các chữ ký sau này có hình ấy.")
    if submitted(request, form, lambda data: set_picture(data["picture"].read(), by=by, now=now), sentence):
        return redirect(year_url(year, "picture"))
    context = {
        "title": _("Hình trong khung con dấu") if by.role == Role.CLERK else _("Hình trong khung chữ ký"),
        "crumbs": [
            {"label": _("%(cluster)s, năm %(year)s") % {"cluster": year.cluster.name, "year": year.number}},
            {"label": _("Hình trong khung")},
        ],
        "form": form,
        "has_picture": bool(picture_of(by)),
        "is_stamp": by.role == Role.CLERK,
        "shown_url": year_url(year, "picture-shown"),
        "removal_url": year_url(year, "picture-removal"),
    }
    return render(request, "signing/picture.html", context, status=422 if form.errors else 200)


@member_page
@require_safe
def shown(request: Any) -> HttpResponse:
    """The own frame, as the next signature would draw it."""
    from .engine.look import Look, preview  # brings the PDF library

    by, now = request.mandate, request.now
    require(can_set_picture(by, request.year, now))
    is_stamp = by.role == Role.CLERK
    signer = "Con dấu cơ quan" if is_stamp else by.post or by.unit.leader_post
    look = Look(signer, by.unit.name, "Hình xem thử", picture_of(by), is_stamp)
    response = HttpResponse(preview(look, now, WIDTH, HEIGHT), content_type="image/png")
    response["Cache-Control"] = "private, no-store"
    return response


@member_page
@require_POST
def removal(request: Any) -> HttpResponse:
    """Words alone again."""
    drop_picture(by=request.mandate, now=request.now)
    done(request, _("Đã bỏ hình; khung ký chỉ còn chữ."))
    return redirect(year_url(request.year, "picture"))
