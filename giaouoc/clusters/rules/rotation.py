"""Who leads next year. Source of the variants: domain notes, part A §2 and §10 rows 2-4."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Choice = Literal["rotation", "deputy_succeeds", "kept"]


def rotate(members: Sequence[tuple[str, str]], choice: Choice) -> list[tuple[str, str]]:
    """Next year's members with their roles, in protocol order: head first, then deputy, then the others as they stood.

    members: (unit code, 'head' | 'deputy' | 'member') in this year's protocol order.
    rotation: the head is the next unit after this year's head in the list, never the same unit two years running;
    the deputy is the one after. deputy_succeeds: this year's deputy leads. kept: nothing changes."""
    codes = [code for code, _ in members]
    roles = dict(members)
    head = next((code for code in codes if roles[code] == "head"), None)
    deputies = [code for code in codes if roles[code] == "deputy"]
    if choice == "kept" or len(codes) < 2 or head is None:
        return list(members)
    if choice == "deputy_succeeds" and deputies:
        new_head = deputies[0]
    else:
        new_head = codes[(codes.index(head) + 1) % len(codes)]
    start = codes.index(new_head)  # the list goes round: after a change in mid-year the head is not its first
    rest = [code for code in codes[start:] + codes[:start] if code not in {new_head, head}] + [head]
    new_deputies = rest[: min(len(deputies), len(rest))]
    order = [
        new_head,
        *new_deputies,
        *(code for code in rest if code not in new_deputies),
    ]
    return [
        (
            code,
            "head" if code == new_head else "deputy" if code in new_deputies else "member",
        )
        for code in order
    ]
