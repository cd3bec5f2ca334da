"""Who may open a page at all: decorators for views."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from giaouoc.lib.errors import NotAllowed, NotFound

from .access import works_in
from .queries import mandates_of

View = Callable[..., HttpResponse]


def member_page(view: View) -> View:
    """A page of a year for its member units and the supervising body. A stranger is sent to sign in; others get 403."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not (verdict := works_in(request.mandate, request.year)):
            if args or kwargs:  # an address of one thing: whether it is there is none of this person's business
                raise NotFound(_("Không có trang này."))
            raise NotAllowed(
                verdict.reason,
                _("Nếu cần quyền này, hãy đề nghị thư ký đơn vị Cụm trưởng."),
            )
        return view(request, *args, **kwargs)

    return guarded


def signed_in_page(view: View) -> View:
    """A page outside the years for anybody with an account; sets ``request.mandates``."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        request.mandates = mandates_of(request.user, request.now)
        return view(request, *args, **kwargs)

    return guarded


def administrator_page(view: View) -> View:
    """A page of the technical administrator; for everybody else it does not exist."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        request.mandate = next(
            (one for one in mandates_of(request.user, request.now) if one.year_id is None),
            None,
        )
        if request.mandate is None:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
