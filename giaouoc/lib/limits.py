"""How often something may be tried in a while, counted in the cache."""

from __future__ import annotations

from django.core.cache import cache

from .errors import DomainError


class TooOften(DomainError):
    """Asked more often than one person needs to."""

    status = 429


def count(key: str, seconds: int) -> int:
    """Count one more under this key; how many there were since the first, which is forgotten after so many seconds."""
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key)
    except ValueError:  # it ran out between the two lines
        return 1
