"""Mở vòng ký: a file and all who must sign it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Capacity, Mandate, Role, Unit, Year
from giaouoc.lib.clock import local_date
from giaouoc.lib.errors import Invalid
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.notices.actions.send import notify

from ..access import can_open_signing_round
from ..carriers import carriers_here
from ..models import SigningRound, Slot, who_signs
from ..provision import expected_certificates
from ..queries import back_of, signers_of
from ..rules.codes import in_groups, read_code, shown
from ._common import _append


@dataclass(frozen=True)
class SlotPlan:
    """Who is expected to sign, where; in the order of the list where the round has one. ``page`` from 0; ``rect``: x0, y0, x1, y1 in points from the page's lower left
    corner; ``post``: as printed over the box."""

    unit: Unit
    post: str
    page: int
    rect: tuple[float, float, float, float]
    capacity: str = Capacity.HEAD
    role: str = Role.LEADER

    @classmethod
    def stamp(cls, unit: Unit, page: int, rect: tuple[float, float, float, float]) -> SlotPlan:
        """The place of a body's own stamp; in the list right after its leader's."""
        with official():
            return cls(unit, _("Con dấu cơ quan"), page, rect, role=Role.CLERK)

    def slot(self, position: int) -> Slot:
        """The row of this plan, not yet saved."""
        return Slot(unit=self.unit, role=self.role, position=position, post=self.post, capacity=self.capacity)


def _check_stamps(slots: Sequence[SlotPlan]) -> None:
    """A stamp stands after its own leader's place: so the order holds where the list is one, and the file says the same."""
    leaders: set[int] = set()
    for plan in slots:
        if plan.role == Role.CLERK and plan.unit.pk not in leaders:
            raise ValueError("a stamp needs its leader's place before its own")
        if plan.role == Role.LEADER:
            leaders.add(plan.unit.pk)


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
    in_order: bool = False,
    last_day: date | None = None,
    address: str = "",
) -> SigningRound:
    """Put a finished file to signing: prepare the fields, keep the base revision, ask the signers. Raises NotAllowed, Invalid.

    ``code``: from ``queries.new_code()``, as printed on the document; ``text_hash``: hex SHA-256 of its text; ``in_order``:
    one after the other; ``last_day``: after it the round closes by itself; ``address``: of the document's page."""
    from ..engine.fields import SlotSpec, prepare  # brings the PDF library; only here is it needed

    require(can_open_signing_round(by, year, now))
    is_trial = any(one.is_trial for one in carriers_here())
    if not slots:
        raise Invalid(_("Văn bản chưa có ô ký nào."))
    if last_day is not None and last_day < local_date(now):
        raise Invalid(_("Hạn ký không được ở trước hôm nay."), field="last_day")
    if read_code(code) != code or len(text_hash) != 64:
        raise ValueError("code and text_hash come from the system, not from a person")
    _check_stamps(slots)
    rows = [plan.slot(position) for position, plan in enumerate(slots)]
    specs = [
        SlotSpec(
            row.signer_code,
            who_signs(row.unit.name, row.role),
            plan.page,
            plan.rect,
            row.position,
            row.post,
            tuple(expected_certificates(row.signer_code)),  # the field says so itself, for whoever has no register
        )
        for plan, row in zip(slots, rows, strict=True)
    ]
    prepared = prepare(pdf, specs)
    round_ = SigningRound.objects.create(
        year=year,
        title=title,
        code=code,
        text_hash=text_hash,
        is_trial=is_trial,
        in_order=in_order,
        last_day=last_day,
        address=address,
        opened_at=now,
    )
    for row, spec in zip(rows, specs, strict=True):
        row.round, row.field = round_, spec.field
        row.save()
    _append(round_, None, prepared, "base", now=now)
    record("signing.open", round_, by=by, now=now, title=title, count=len(slots), code=shown(code), text=text_hash)
    with official():
        notify(
            signers_of(round_, now),
            _("Mời ký: %(title)s") % {"title": title},
            _("Văn bản đã được khóa để ký, dấu vân tay %(hash)s. Mời đọc toàn văn và ký.")
            % {"hash": in_groups(text_hash)},
            back_of(round_),
            now=now,
            at_once=True,
        )
    return round_
