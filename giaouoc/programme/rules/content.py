"""What one version of the pact says otherwise than another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from giaouoc.lib.dates import short_date


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
    if bool(before.get("stamps")) != bool(after.get("stamps")):
        found.append(("added" if after.get("stamps") else "removed", "Con dấu của từng cơ quan"))
    signers = {one["code"]: one["post"] for one in before.get("members", [])}
    for one in after.get("members", []):
        if signers.get(one["code"], one["post"]) != one["post"]:
            found += [("removed", f"{one['name']}: {signers[one['code']]}"), ("added", f"{one['name']}: {one['post']}")]
    return found
