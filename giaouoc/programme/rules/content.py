"""The pact's content as plain data: what the paper says, in a canonical form whose SHA-256 is its fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from giaouoc.lib.dates import short_date
from giaouoc.lib.vietnamese import nfc


def canonical_json(content: Mapping[str, Any]) -> bytes:
    """UTF-8 JSON, keys sorted, no blanks, every string NFC: the same content gives the same bytes anywhere."""
    return json.dumps(_clean(content), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(content: Mapping[str, Any]) -> str:
    """Hex SHA-256 of the canonical form; the hashes of the adopted texts are part of it (``content["texts"]``)."""
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
    raise TypeError(f"a pact's content holds no {type(value).__name__}")


def _signed_on(day: str) -> str:
    return f"Ngày ký: {short_date(date.fromisoformat(day))}" if day else ""


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the later version has otherwise: ('removed' | 'added', words) by part, in the order of the paper."""
    found = []
    lists: list[tuple[str, Callable[[Any], str]]] = [
        ("members", lambda one: one["name"]),
        ("texts", lambda one: f"{one['title']} ({one['hash'][:8]})"),
        ("commitments", lambda one: ". ".join(filter(None, (one["text"].rstrip("."), one["measure"])))),
        ("activities", lambda one: one["title"]),
        ("measures", str),
    ]
    for part, words in lists:
        old, new = [words(one) for one in before.get(part, [])], [words(one) for one in after.get(part, [])]
        found += [("removed", one) for one in old if one not in new]
        found += [("added", one) for one in new if one not in old]
    singles: list[tuple[str, Callable[[Any], str]]] = [("theme", str), ("date", _signed_on), ("reporting", str)]
    for part, words in singles:
        if (old_words := words(before.get(part, ""))) != (new_words := words(after.get(part, ""))):
            found += [(kind, one) for kind, one in (("removed", old_words), ("added", new_words)) if one]
    signers = {one["code"]: one["post"] for one in before.get("members", [])}
    for one in after.get("members", []):
        if signers.get(one["code"], one["post"]) != one["post"]:
            found += [("removed", f"{one['name']}: {signers[one['code']]}"), ("added", f"{one['name']}: {one['post']}")]
    return found
