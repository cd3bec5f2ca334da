"""Where a form that stands on many pages leads back to."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request: HttpRequest, otherwise: str) -> str:
    """The path inside this site that the form names as ``next``, else ``otherwise``."""
    path = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(path, {request.get_host()}, require_https=request.is_secure())
    return path if path.startswith("/") and inside else otherwise
