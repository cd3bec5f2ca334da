"""How often one may ask for a verification, and how many run at once: open to everybody, each costs a process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from giaouoc.lib.limits import TooOften, count

PER_MINUTE = 20
AT_ONCE = 2
PATIENCE_SECONDS = 2  # who waits holds a thread of the web process

_places = threading.BoundedSemaphore(AT_ONCE)


def count_request(request: Any) -> None:
    """Count one verification for the address it comes from. Raises TooOften beyond the limit of a minute."""
    try:
        address = get_adapter().get_client_ip(request)
    except PermissionDenied:
        address = request.META.get("REMOTE_ADDR", "")
    if count(f"xac-minh:{address}", 60) > PER_MINUTE:
        raise TooOften(
            _("Địa chỉ này đã xác minh quá %(count)s lần trong một phút.") % {"count": PER_MINUTE},
            _("Mời chờ một phút rồi thử lại."),
        )


@contextmanager
def a_place() -> Iterator[None]:
    """One of the few places for a verification; waits its turn. Raises TooOften when none comes free."""
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise TooOften(_("Đang có nhiều người xác minh cùng lúc."), _("Mời chờ một phút rồi thử lại."))
    try:
        yield
    finally:
        _places.release()
