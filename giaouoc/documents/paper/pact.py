"""Giao ước thi đua: the pact on paper, as PDF/A-2a and PDF/UA-1, with a place for each unit's signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from giaouoc.documents.rules.layout import BodyKind, LayoutStyle, capacity_in, long_date, signing_lines, style_for
from giaouoc.lib import dates
from giaouoc.lib.typst import Box, render_with_boxes

from .parts import TRIAL, Verification, closed, fingerprint, last_stop

TEMPLATE = Path(__file__).with_name("pact.typ")


@dataclass(frozen=True)
class Member:
    """A unit that signs. name: as on paper; post: of whoever signs ('Trưởng Ban'); capacity: '' or 'K/T' or a key of
    the style's capacities; in_place_of: post of the one in whose place it is; signer: name, or '' where the signature
    shows it; has_stamp: below the signature is a place for the body's own stamp."""

    code: str
    name: str
    short_name: str
    post: str
    capacity: str = ""
    is_head: bool = False
    is_deputy: bool = False
    in_place_of: str = ""
    signer: str = ""
    has_stamp: bool = False

    @property
    def field(self) -> str:
        """Name of the unit's signature field."""
        return f"KY_{self.code}"

    @property
    def stamp_field(self) -> str:
        """Name of the place of its body's own stamp."""
        return f"DAU_{self.code}"


def member_of(style: LayoutStyle, *, capacity: str, post: str, head_post: str, **facts: Any) -> Member:
    """A signer with the words that the style has for the capacity of the mandate. head_post: of the unit's head."""
    words, own = capacity_in(style, capacity, post)
    return Member(capacity=words, post=own, in_place_of=head_post if words else "", **facts)


@dataclass(frozen=True)
class AdoptedText:
    """A text that the conference adopted. full_hash: SHA-256 in hex; result: '5/5 đơn vị tán thành'."""

    title: str
    fingerprint: str
    full_hash: str
    result: str


@dataclass(frozen=True)
class Commitment:
    """A promise with its measure and term, either may be ''."""

    text: str
    measure: str = ""
    due: str = ""


@dataclass(frozen=True)
class UnitCommitments:
    """What one unit promises for itself."""

    unit: str
    commitments: tuple[Commitment, ...]


@dataclass(frozen=True)
class Activity:
    """A common activity. when: 'Tháng 5', '15/5/2026'."""

    kind: str
    title: str
    host: str
    when: str
    co_hosts: tuple[str, ...] = ()
    product: str = ""


@dataclass(frozen=True)
class Confirmation:
    """Xác nhận của cơ quan chỉ đạo: the supervising body's own signature; no unit of the pact."""

    body: str
    post: str
    field: str
    capacity: str = ""
    in_place_of: str = ""


@dataclass(frozen=True)
class PactPaper:
    """All that the pact says. text_hash: SHA-256 of its content in hex, printed in full once and as fingerprint in the
    foot.

    members: in the order of the member list, the head may stand anywhere. letterhead: bodies at the left, the own one
    last; empty: the supervising body and the cluster. measures, mutual_help, good_models, reporting: paragraphs."""

    cluster_name: str
    supervising_body: str
    year: int
    place: str
    day: date
    theme: str
    focus_areas: tuple[str, ...]
    bases: tuple[str, ...]
    conference_name: str
    conference_day: date
    members: tuple[Member, ...]
    adopted: tuple[AdoptedText, ...]
    commitments: tuple[Commitment, ...]
    text_hash: str
    unit_commitments: tuple[UnitCommitments, ...] = ()
    activities: tuple[Activity, ...] = ()
    measures: tuple[str, ...] = ()
    mutual_help: tuple[str, ...] = ()
    good_models: tuple[str, ...] = ()
    reporting: tuple[str, ...] = ()
    confirmation: Confirmation | None = None
    verification: Verification | None = None
    trial: bool = False
    body_kind: BodyKind = "party"
    letterhead: tuple[str, ...] = ()
    number_line: str = ""


def render_pact(paper: PactPaper) -> tuple[bytes, list[Box]]:
    """The pact as PDF, and the places of its signatures in the order of the text.

    Layout by the paper's date (``rules.layout``). Raises Unprintable; ValueError without members or with two of one
    code."""
    codes = [member.code for member in paper.members]
    if not codes or len(set(codes)) != len(codes):
        raise ValueError("a pact needs members, each with a code of its own")
    style = style_for(paper.body_kind, paper.day)
    return render_with_boxes(TEMPLATE, _data(paper, style), day=paper.day)


def signing_rows(members: Sequence[Member]) -> list[list[Member]]:
    """The blocks of the members in rows of 2 or 3, each row from left to right; no unit alone in the last row.

    The head stands first, at the right of the first row; the others to its left, then below, in the order of the list.
    Source: practice of joint documents (domain notes, part B §1)."""
    first = [m for m in members if m.is_head] + [m for m in members if not m.is_head]
    count = len(first)
    if count <= 2:
        sizes = [count]
    elif count == 4:
        sizes = [2, 2]
    else:
        short = (3 - count % 3) % 3  # so many rows have 2
        sizes = [2] * short + [3] * ((count - 2 * short) // 3)
    rows: list[list[Member]] = []
    at = 0
    for size in sizes:
        rows.append(first[at : at + size])
        at += size
    rows[0] = rows[0][1:] + rows[0][:1]
    return rows


def _data(paper: PactPaper, style: LayoutStyle) -> dict[str, Any]:
    rows, stamped = signing_rows(paper.members), any(member.has_stamp for member in paper.members)
    verification = paper.verification
    confirmation = paper.confirmation
    return {
        "style": style.as_data(),
        "title": f"Giao ước thi đua năm {paper.year} của {paper.cluster_name}",
        "cluster": paper.cluster_name,
        "year": paper.year,
        "day": {"year": paper.day.year, "month": paper.day.month, "day": paper.day.day},
        "letterhead": list(paper.letterhead or (paper.supervising_body, paper.cluster_name)),
        "number": paper.number_line,
        "place_date": long_date(paper.place, paper.day),
        "trial": TRIAL if paper.trial else None,
        "bases": _bases(paper),
        "theme": paper.theme.strip().rstrip("."),
        "focus_areas": _listed(paper.focus_areas),
        "focus_in_theme": all(area.strip(" .;") in paper.theme for area in paper.focus_areas),
        "focus_count": _counted(len(paper.focus_areas)),
        "supervising_body": paper.supervising_body,
        "members": [
            {
                "name": member.name,
                "post": member.post,
                "role": "Cụm trưởng" if member.is_head else "Cụm phó" if member.is_deputy else "",
            }
            for member in paper.members
        ],
        "commitments": [_commitment(one) for one in paper.commitments],
        "unit_commitments": [
            {"unit": one.unit, "commitments": [_commitment(promise) for promise in one.commitments]}
            for one in paper.unit_commitments
            if one.commitments
        ],
        "activities": [asdict(one) for one in paper.activities],
        "activity_count": _counted(len(paper.activities)),
        "measures": list(paper.measures),
        "mutual_help": list(paper.mutual_help),
        "good_models": list(paper.good_models),
        "reporting": list(paper.reporting),
        "adopted": [{**asdict(one), "fingerprint": fingerprint(one.fingerprint)} for one in paper.adopted],
        "adopted_on": f"{paper.conference_name}, ngày {dates.slash_date(paper.conference_day)}",
        "signed_by": f"{_counted(len(paper.members))} đơn vị",
        "rows": [[block_of(member, style) for member in row] for row in rows],
        "stamped": stamped,
        "compact": len(rows) <= (1 if stamped else 2) and all(len(member.name) <= 160 for member in paper.members),
        "confirmation": None
        if confirmation is None
        else {
            "body": confirmation.body,
            "field": confirmation.field,
            "posts": list(signing_lines(style, confirmation.capacity, confirmation.post, confirmation.in_place_of)),
        },
        "verification": verification.as_data() if verification else None,
        "text_hash": paper.text_hash,
        "fingerprint": fingerprint(paper.text_hash[:8]),
    }


def _bases(paper: PactPaper) -> list[str]:
    """Each ends with ';', the last, which names the conference, with ','."""
    given = [last_stop(base.strip().removeprefix("- ").removeprefix("Căn cứ ").strip(), ";") for base in paper.bases]
    return [f"Căn cứ {base}" for base in given if base != ";"] + [
        f"Căn cứ kết quả {paper.conference_name}, ngày {dates.slash_date(paper.conference_day)},"
    ]


def _listed(items: Sequence[str]) -> list[str]:
    return [last_stop(item, "." if at == len(items) else ";") for at, item in enumerate(items, 1)]


def _commitment(one: Commitment) -> dict[str, str]:
    return {
        "text": closed(one.text),
        "measure": closed(one.measure) if one.measure else "",
        "due": closed(one.due) if one.due else "",
    }


def _counted(count: int) -> str:
    return f"{count:02d}"


def block_of(member: Member, style: LayoutStyle) -> dict[str, Any]:
    return {
        "name": member.name,
        "field": member.field,
        "posts": list(signing_lines(style, member.capacity, member.post, member.in_place_of)),
        "signer": member.signer,
        "stamp": member.stamp_field if member.has_stamp else "",
    }
