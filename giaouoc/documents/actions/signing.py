"""Đưa văn bản đã thông qua ra ký: a resolution, a decision, any adopted text, with its own list of signers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate, MemberRole, Unit
from giaouoc.clusters.queries import members_of
from giaouoc.lib.errors import Invalid
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.signing.actions.open_round import SlotPlan, open_signing_round
from giaouoc.signing.queries import leaders_of, new_code, without_clerk
from giaouoc.signing.rules.codes import in_groups

from ..access import can_put_to_signing
from ..downloads import paper_of
from ..models import Adoption, Document
from ..paper.clauses import render_clauses
from ..paper.pact import member_of
from ..proofs import verified_by
from ..queries import lock, refuse_unreadable
from ..rules.layout import style_for


@transaction.atomic
def put_to_signing(
    document: Document,
    units: Sequence[Unit],
    *,
    by: Mandate,
    now: datetime,
    in_order: bool = False,
    stamps: bool = False,
    last_day: date | None = None,
) -> Adoption:
    """Print the adopted text with a box for each unit's leader, the member list's order, and open its signing round; the
    fingerprint stays that of the decision. ``stamps``: with a place for each body's own stamp below. Raises NotAllowed, WrongState, Invalid (nobody to sign, a unit without leader)."""
    lock(document)
    require(can_put_to_signing(by, document, now))
    chosen, leaders = {unit.pk for unit in units}, leaders_of(document.year, now)
    signers = [
        (row, leaders[row.unit_id][0])
        for row in members_of(document.year, now)
        if row.unit_id in chosen & leaders.keys()
    ]
    if not units:
        raise Invalid(_("Chọn ít nhất một đơn vị ký."), field="units")
    if len(signers) < len(chosen):
        without = ", ".join(
            unit.short_name for unit in units if unit.pk not in {row.unit_id for row, _leader in signers}
        )
        words = _("Chưa có lãnh đạo được giao tư cách ký: %(units)s.")
        raise Invalid(words % {"units": without}, field="units")
    if stamps and (stampless := without_clerk(document.year, [row.unit for row, _leader in signers], now)):
        words = _("Chưa có văn thư giữ con dấu: %(units)s.")
        raise Invalid(words % {"units": ", ".join(unit.short_name for unit in stampless)}, field="stamps")
    adoption = Adoption.objects.select_related("version__document__year__cluster").get(document=document)
    refuse_unreadable(adoption.version)
    code = new_code()
    with official():
        printed = paper_of(adoption.version, adoption, now)
        style = style_for(printed.body_kind, printed.day or printed.style_day)
        paper = replace(
            printed,
            verification=verified_by(code),
            signers=tuple(
                member_of(
                    style,
                    code=row.unit.code,
                    name=row.unit.name,
                    short_name=row.unit.short_name,
                    post=leader.post or row.unit.leader_post,
                    capacity=leader.capacity,
                    head_post=row.unit.leader_post,
                    is_head=row.role == MemberRole.HEAD,
                    has_stamp=stamps,
                )
                for row, leader in signers
            ),
        )
        pdf, boxes = render_clauses(paper)
    places = {box.field: box for box in boxes}
    plans = []
    for (row, leader), member in zip(signers, paper.signers, strict=True):
        box = places[member.field]
        post = leader.post or row.unit.leader_post
        plans.append(SlotPlan(row.unit, post, box.page - 1, box.rect, capacity=leader.capacity))
        if stamps:
            box = places[member.stamp_field]
            plans.append(SlotPlan.stamp(row.unit, box.page - 1, box.rect))
    adoption.signing_round = open_signing_round(
        document.year,
        by=by,
        now=now,
        title=document.title,
        pdf=pdf,
        slots=plans,
        text_hash=adoption.text_hash,
        code=code,
        in_order=in_order,
        last_day=last_day,
        address=document.get_absolute_url(),
    )
    adoption.save(update_fields=["signing_round"])
    record("documents.put_to_signing", document, by=by, now=now, hash=in_groups(adoption.text_hash), count=len(plans))
    return adoption
