"""How often one may ask for a verification, and how many run at once: open to everybody, each costs a process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from giaouoc.lib.limits import TooOften, count

from .engine.process import WALL_SECONDS

PER_MINUTE = 20
AT_ONCE = 2
PATIENCE_SECONDS = 2  # who waits holds a thread of the web process

_places = threading.BoundedSemaphore(AT_ONCE)


def count_request(request: Any) -> None:
    """Count one verification for the address it comes from. Raises TooOften beyond the limit of a minute."""
    if count(f"xac-minh:{_address(request)}", 60) > PER_MINUTE:
        raise TooOften(
            _("Địa chỉ này đã xác minh quá %(count)s lần trong một phút.") % {"count": PER_MINUTE},
            _("Mời chờ một phút rồi thử lại."),
        )


def _address(request: Any) -> str:
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return str(request.META.get("REMOTE_ADDR", ""))


@contextmanager
def own_turn(request: Any) -> Iterator[None]:
    """One verification at a time for the address it comes from, so that nobody fills all places; waits its turn.

    Counted in the cache: over all processes where they share one. Raises TooOften when the one before takes too long."""
    key, until, turn = f"dang-xac-minh:{_address(request)}", time.monotonic() + PATIENCE_SECONDS, token_hex(8)
    while not cache.add(key, turn, timeout=WALL_SECONDS + PATIENCE_SECONDS + 10):
        if time.monotonic() > until:
            raise TooOften(_("Một lần xác minh khác từ địa chỉ này chưa xong."), _("Mời chờ lần ấy xong rồi thử lại."))
        time.sleep(0.05)
    try:
        yield
    finally:
        if cache.get(key) == turn:  # else it ran out, and the key is the next one's
            cache.delete(key)


@contextmanager
def a_place() -> Iterator[None]:
    """One of the few places for a verification; waits its turn. Raises TooOften when none comes free."""
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise TooOften(_("Đang có nhiều người xác minh cùng lúc."), _("Mời chờ một phút rồi thử lại."))
    try:
        yield
    finally:
        _places.release()
