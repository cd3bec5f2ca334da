"""Mở vòng ký: a file and all who must sign it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Capacity, Mandate, Unit, Year
from giaouoc.lib.errors import Invalid
from giaouoc.lib.verdict import require

from ..access import can_open_signing_round
from ..carriers import carriers_here
from ..models import SigningRound, Slot
from ..provision import expected_certificates
from ..rules.codes import read_code, shown
from ._common import _append


@dataclass(frozen=True)
class SlotPlan:
    """Who is expected to sign, where. ``page`` from 0; ``rect``: x0, y0, x1, y1 in points from the page's lower left
    corner; ``post``: as printed over the box."""

    unit: Unit
    post: str
    page: int
    rect: tuple[float, float, float, float]
    capacity: str = Capacity.HEAD


def _only_certificate(unit: Unit) -> Any:
    """The certificate that alone may sign for the unit, where exactly one was laid down: the field then says so itself, for
    whoever verifies the file without our register."""
    found = expected_certificates(unit.code)
    return found[0] if len(found) == 1 else None


@transaction.atomic
def open_signing_round(
    year: Year,
    *,
    by: Mandate,
    now: datetime,
    title: str,
    pdf: bytes,
    slots: Sequence[SlotPlan],
    text_hash: str,
    code: str,
) -> SigningRound:
    """Prepare the fields, keep the base revision, and wait for signatures in any order. Raises NotAllowed, Invalid.

    ``code``: from ``queries.new_code()``, as printed on the document; ``text_hash``: hex SHA-256 of its text."""
    from ..engine.fields import SlotSpec, prepare  # brings the PDF library; only here is it needed

    require(can_open_signing_round(by, year, now))
    is_trial = any(one.is_trial for one in carriers_here())
    if not slots:
        raise Invalid(_("Văn bản chưa có ô ký nào."))
    if read_code(code) != code or len(text_hash) != 64:
        raise ValueError("code and text_hash come from the system, not from a person")
    specs = [
        SlotSpec(
            plan.unit.code, plan.unit.name, plan.page, plan.rect, position, plan.post, _only_certificate(plan.unit)
        )
        for position, plan in enumerate(slots)
    ]
    prepared = prepare(pdf, specs)
    round_ = SigningRound.objects.create(
        year=year, title=title, code=code, text_hash=text_hash, is_trial=is_trial, opened_at=now
    )
    for plan, spec in zip(slots, specs, strict=True):
        Slot.objects.create(
            round=round_,
            position=spec.position,
            unit=plan.unit,
            field=spec.field,
            post=plan.post,
            capacity=plan.capacity,
        )
    _append(round_, None, prepared, "base", now=now)
    record("signing.open", round_, by=by, now=now, title=title, count=len(slots), code=shown(code), text=text_hash)
    return round_
