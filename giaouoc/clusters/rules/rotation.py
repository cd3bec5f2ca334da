"""Who leads next year. Source of the variants: domain notes, part A §2 and §10 rows 2-4."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def with_elected(members: Sequence[tuple[str, str]], elected: Mapping[str, str]) -> list[tuple[str, str]]:
    """Members as proposed, but for the posts that a conference filled by election: {unit code: 'head' | 'deputy'}.

    Who was proposed for a post that somebody else was elected to is a plain member. Units that left are passed over."""
    codes = [code for code, _ in members]
    chosen = {code: role for code, role in elected.items() if code in codes}
    if not chosen:
        return list(members)
    free = [(code, role) for code, role in members if code not in chosen]
    heads = [code for code, role in chosen.items() if role == "head"]
    head = heads[0] if heads else next((code for code, role in free if role == "head"), (free or list(members))[0][0])
    deputies = [code for code, role in chosen.items() if role == "deputy" and code != head]
    deputies = deputies or [code for code, role in free if role == "deputy" and code != head]
    others = [(code, "member") for code in codes if code != head and code not in deputies]
    return [(head, "head"), *((code, "deputy") for code in deputies), *others]
