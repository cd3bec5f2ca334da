"""Khóa, hủy giao ước: the draft becomes a file with a fingerprint that everybody signs; or a version ends."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import move
from giaouoc.clusters.models import Mandate
from giaouoc.files.storage import store, unreadable
from giaouoc.lib.canonical import fingerprint
from giaouoc.lib.covering import is_covered
from giaouoc.lib.errors import Invalid
from giaouoc.lib.typst import Box
from giaouoc.lib.verdict import require
from giaouoc.signing.actions.close import cancel_round
from giaouoc.signing.actions.open_round import SlotPlan, open_signing_round
from giaouoc.signing.queries import new_code
from giaouoc.signing.rules.codes import in_groups

from ..access import can_cancel_pact, can_freeze_pact
from ..models import Pact
from ..printing import print_pact
from ..queries import Signer, compose, signers_of, title_of
from ..states import PACT_MOVES, PactState


@transaction.atomic
def freeze_pact(pact: Pact, *, by: Mandate, now: datetime, last_day: date | None = None) -> None:
    """Fix the words, take their SHA-256, print the paper and open the signing round for all members, until the last day.

    Raises NotAllowed, WrongState naming what is missing (adopted texts, signers, commitments, a signing service)."""
    Pact.objects.select_for_update().get(pk=pact.pk)
    pact.refresh_from_db(fields=["state", "signers", "measures", "reporting", "signing_date", "text_hash"])
    require(can_freeze_pact(by, pact, now))
    content = compose(pact, now)
    if is_covered(content):
        raise unreadable()
    text_hash = fingerprint(content)
    code = new_code()
    pdf, boxes = print_pact(content, code=code, text_hash=text_hash)
    plans = _plans(signers_of(pact, now), boxes)
    title = title_of(pact)
    round_ = open_signing_round(
        pact.year,
        by=by,
        now=now,
        title=title,
        pdf=pdf,
        slots=plans,
        text_hash=text_hash,
        code=code,
        last_day=last_day,
        address=pact.get_absolute_url(),
    )
    move(
        pact,
        "freeze",
        PACT_MOVES,
        by=by,
        now=now,
        act="programme.freeze_pact",
        fields={
            "content": content,
            "text_hash": text_hash,
            "pdf_id": store(pdf, f"{title}.pdf", "application/pdf", now=now).pk,
            "signing_round_id": round_.pk,
            "frozen_at": now,
        },
        hash=in_groups(text_hash),
        text_hash=text_hash,
        texts=[one["hash"] for one in content["texts"]],
    )
    pact.signing_round = round_


def _plans(signers: list[Signer], boxes: list[Box]) -> list[SlotPlan]:
    """Each leader's place, and right after it that of the body's stamp where the paper has one."""
    stamps = boxes[len(signers) :]
    plans: list[SlotPlan] = []
    for at, signer in enumerate(signers):
        box, capacity = boxes[at], signer.mandate.capacity if signer.mandate else ""
        plans.append(SlotPlan(signer.unit, signer.post, box.page - 1, box.rect, capacity=capacity))
        if stamps:
            plans.append(SlotPlan.stamp(signer.unit, stamps[at].page - 1, stamps[at].rect))
    return plans


@transaction.atomic
def cancel_pact(pact: Pact, *, by: Mandate, now: datetime, reason: str) -> None:
    """Drop a draft, or stop the signing; what was signed stays as evidence. Raises NotAllowed, WrongState, Invalid."""
    require(can_cancel_pact(by, pact, now))
    reason = reason.strip()
    if not reason:
        raise Invalid(_("Hãy nêu lý do."), field="reason")
    if pact.state == PactState.SIGNING and pact.signing_round is not None:
        cancel_round(pact.signing_round, by=by, now=now, reason=reason)  # its signal moves the pact
        pact.refresh_from_db(fields=["state"])
        return
    move(pact, "cancel", PACT_MOVES, by=by, now=now, act="programme.cancel_pact", reason=reason)
