"""A one-page file with room for each member's signature, and rounds over it."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import typst

from giaouoc.clusters.queries import members_of
from giaouoc.signing.actions.open_round import SlotPlan, open_signing_round
from giaouoc.signing.actions.sign import sign_slot
from giaouoc.signing.models import SigningRound, Slot
from giaouoc.signing.queries import new_code

SOURCE = """#set document(title: "Văn bản để ký")
#set text(lang: "vi", font: "Libertinus Serif", fallback: false)
#set page(paper: "a4")
= Văn bản để ký
Các đơn vị thống nhất."""
TEXT_HASH = hashlib.sha256(b"text").hexdigest()


@cache
def paper() -> bytes:
    """A tagged page of text, PDF/A-2a and PDF/UA-1."""
    pdf = typst.compile(SOURCE.encode(), ignore_system_fonts=True, pdf_standards=["a-2a", "ua-1"], timestamp=1772000000)
    assert isinstance(pdf, bytes)
    return pdf


def open_round(world: Any, codes: list[str] | None = None, by: str = "secretary:CQD") -> SigningRound:
    """A round in which the given units, by default all members, are to sign."""
    units = [one.unit for one in members_of(world.year, world.now)]
    units = [unit for unit in units if codes is None or unit.code in codes]
    plans = [
        SlotPlan(
            unit, unit.leader_post, 0, (60.0 + 170 * column, 400.0 - 80 * row, 210.0 + 170 * column, 470.0 - 80 * row)
        )
        for at, unit in enumerate(units)
        for row, column in [divmod(at, 3)]
    ]
    return open_signing_round(
        world.year,
        by=world.mandate(by),
        now=world.now,
        title="Văn bản để ký",
        pdf=paper(),
        slots=plans,
        text_hash=TEXT_HASH,
        code=new_code(),
    )


def slot(round_: SigningRound, code: str) -> Slot:
    """A unit's slot as it is now."""
    return Slot.objects.select_related("unit", "round__year__cluster").get(round=round_, unit__code=code)


def sign(world: Any, round_: SigningRound, *codes: str) -> None:
    """The leaders of these units sign, one after the other, a minute apart."""
    for code in codes:
        world.pass_time(minutes=1)
        sign_slot(slot(round_, code), by=world.mandate(f"leader:{code}"), now=world.now)
    round_.refresh_from_db()
