"""Plain data in a canonical form whose SHA-256 is its fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from .vietnamese import nfc


def canonical_json(content: Mapping[str, Any]) -> bytes:
    """UTF-8 JSON, keys sorted, no blanks, every string NFC: the same content gives the same bytes anywhere."""
    return json.dumps(_clean(content), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(content: Mapping[str, Any]) -> str:
    """Hex SHA-256 of the canonical form."""
    return hashlib.sha256(canonical_json(content)).hexdigest()


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return nfc(value)
    if isinstance(value, Mapping):
        return {nfc(str(key)): _clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    if value is None or isinstance(value, bool | int):
        return value
    raise TypeError(f"no part of a content: {type(value).__name__}")
