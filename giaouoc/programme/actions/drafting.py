"""Dự thảo giao ước: put together from what was adopted, then corrected by the head unit's secretary."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate, Unit, Year
from giaouoc.clusters.queries import members_of
from giaouoc.documents.models import Adoption, content_of
from giaouoc.lib.clock import local_date
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.verdict import require
from giaouoc.lib.vietnamese import nfc, one_line

from ..access import can_change_commitment, can_change_pact, can_draft_pact
from ..models import Activity, Commitment, Pact
from ..queries import adopted_plan, post_of, signers_of, unit_names
from ..rules.from_plan import FromPlan, read_plan
from ..states import CLOSED
from .activities import _enter


@transaction.atomic
def draft_pact(year: Year, *, by: Mandate, now: datetime, signing_date: date | None = None) -> Pact:
    """Begin a version of the pact. After a refusal or a cancellation it carries the same words and no signature; else
    it is put together from the adopted plan, as far as there is one. Raises NotAllowed, WrongState (one is alive)."""
    require(can_draft_pact(by, year, now))
    before = Pact.objects.filter(year=year, state__in=CLOSED).order_by("-ordinal").first()
    ordinal = (Pact.objects.filter(year=year).aggregate(last=Max("ordinal"))["last"] or 0) + 1
    plan = adopted_plan(year)
    try:
        with transaction.atomic():
            pact = Pact.objects.create(
                year=year,
                ordinal=ordinal,
                signing_date=signing_date or _day(plan, now),
                made_at=now,
                measures=before.measures if before else "",
                reporting=before.reporting if before else "",
                signers=before.signers if before else {},
            )
    except IntegrityError as error:
        raise WrongState(_("Năm này đã có một giao ước đang soạn, đang ký hoặc đã ký.")) from error
    record("programme.draft_pact", pact, by=by, now=now, ordinal=ordinal)
    if before is not None:
        Commitment.objects.bulk_create(
            Commitment(pact=pact, unit_id=one.unit_id, position=one.position, text=one.text, measure=one.measure)
            for one in before.commitments.all()
        )
    elif plan is not None:
        units = [membership.unit for membership in members_of(year, now)]
        found = read_plan(content_of(plan.version), unit_names(units), year.number)
        _take(pact, found, plan.document.title, by, now)
        if found.activities and not Activity.objects.filter(year=year).exists():
            _enter(year, found.activities, units, by, now, plan.document.title)
    return pact


@transaction.atomic
def take_from_plan(pact: Pact, *, by: Mandate, now: datetime) -> int:
    """Add the promises, measures and reporting dates of the adopted plan that the draft lacks; how many promises came.

    Raises WrongState without an adopted plan, or when nothing could be read from it."""
    require(can_change_pact(by, pact, now))
    plan = adopted_plan(pact.year)
    if plan is None:
        raise WrongState(_("Kế hoạch chưa được hội nghị thông qua."))
    units = [membership.unit for membership in members_of(pact.year, now)]
    found = read_plan(content_of(plan.version), unit_names(units), pact.year.number)
    if not found.promises and not found.measures and not found.reporting:
        raise WrongState(_("Không đọc được cam kết nào trong Kế hoạch. Mời nhập từng cam kết."))
    return _take(pact, found, plan.document.title, by, now)


@transaction.atomic
def change_pact(
    pact: Pact, *, by: Mandate, now: datetime, signing_date: date, measures: str = "", reporting: str = ""
) -> None:
    """Correct the draft's day, measures (a paragraph a line) and words on reports. Raises Invalid."""
    require(can_change_pact(by, pact, now))
    if abs(signing_date.year - pact.year.number) > 1:
        raise Invalid(_("Ngày ký nằm ngoài năm thi đua %(year)s.") % {"year": pact.year.number}, field="signing_date")
    lines = [one_line(line) for line in nfc(measures).splitlines()]
    pact.signing_date = signing_date
    pact.measures = "\n".join(line for line in lines if line)
    pact.reporting = one_line(reporting)
    for name, words in (("measures", pact.measures), ("reporting", pact.reporting)):
        if len(words) > 20000:
            raise Invalid(_("Nội dung quá dài, tối đa 20.000 chữ cái."), field=name)
    pact.save(update_fields=["signing_date", "measures", "reporting"])
    record("programme.change_pact", pact, by=by, now=now)


@transaction.atomic
def choose_signer(pact: Pact, *, by: Mandate, now: datetime, unit: Unit, mandate: Mandate) -> None:
    """Settle, before the freeze, which of a unit's leaders signs; it changes the words over the box. Raises Invalid."""
    require(can_change_pact(by, pact, now))
    signer = next((one for one in signers_of(pact, now) if one.unit.pk == unit.pk), None)
    if signer is None or mandate.pk not in {one.pk for one in signer.choices}:
        raise Invalid(_("Người ký phải là lãnh đạo có tư cách của đơn vị thành viên."), field="signer")
    pact.signers = pact.signers | {unit.code: mandate.pk}
    pact.save(update_fields=["signers"])
    post = post_of(unit, mandate)
    record("programme.choose_signer", pact, by=by, now=now, unit=unit.short_name, post=post)


@transaction.atomic
def add_commitment(
    pact: Pact, *, by: Mandate, now: datetime, text: str, measure: str = "", unit: Unit | None = None
) -> Commitment:
    """Add a promise at the end; ``unit``: when it is one member's own. Raises Invalid."""
    require(can_change_pact(by, pact, now))
    text, measure = _words(text, measure)
    _member(pact, unit, now)
    last = pact.commitments.aggregate(last=Max("position"))["last"] or 0
    commitment = Commitment.objects.create(pact=pact, unit=unit, position=last + 1, text=text, measure=measure)
    record("programme.add_commitment", pact, by=by, now=now, text=text[:200], measure=measure)
    return commitment


@transaction.atomic
def change_commitment(
    commitment: Commitment, *, by: Mandate, now: datetime, text: str, measure: str = "", unit: Unit | None = None
) -> None:
    """Change a promise of the draft. Raises Invalid."""
    require(can_change_commitment(by, commitment, now))
    commitment.text, commitment.measure = _words(text, measure)
    _member(commitment.pact, unit, now)
    commitment.unit = unit
    commitment.save(update_fields=["text", "measure", "unit"])
    record("programme.change_commitment", commitment.pact, by=by, now=now, text=commitment.text[:200])


@transaction.atomic
def remove_commitment(commitment: Commitment, *, by: Mandate, now: datetime) -> None:
    """Take a promise out of the draft; the trail keeps its words."""
    require(can_change_commitment(by, commitment, now))
    record(
        "programme.remove_commitment",
        commitment.pact,
        by=by,
        now=now,
        text=commitment.text[:200],
        measure=commitment.measure,
    )
    commitment.delete()


@transaction.atomic
def move_commitment(commitment: Commitment, *, by: Mandate, now: datetime, place: int) -> None:
    """Put a promise at a place in the list, 1 being the first; places beyond the ends are the ends."""
    require(can_change_commitment(by, commitment, now))
    rows = list(commitment.pact.commitments.order_by("position", "pk"))
    row = next(one for one in rows if one.pk == commitment.pk)
    rows.remove(row)
    rows.insert(max(0, min(place - 1, len(rows))), row)
    for position, one in enumerate(rows, start=1):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])
    record("programme.move_commitment", commitment.pact, by=by, now=now, text=row.text[:200], place=rows.index(row) + 1)
    commitment.position = row.position


def _day(plan: Adoption | None, now: datetime) -> date:
    """The day of the conference that adopted the plan, if it is today or still to come; else today."""
    today = local_date(now)
    return plan.meeting_date if plan and plan.meeting_date > today else today


def _take(pact: Pact, found: FromPlan, source: str, by: Mandate, now: datetime) -> int:
    have = {one_line(f"{one.text} {one.measure}") for one in pact.commitments.all()}
    position, count = len(have), 0
    for promise in found.promises:
        if one_line(f"{promise.text} {promise.measure}") in have:
            continue
        measure = promise.measure if len(promise.measure) <= 300 else ""
        text = promise.text if measure or not promise.measure else f"{promise.text}: {promise.measure}"
        position, count = position + 1, count + 1
        Commitment.objects.create(pact=pact, position=position, text=text, measure=measure)
    pact.measures = pact.measures or "\n".join(found.measures)
    pact.reporting = pact.reporting or found.reporting
    pact.save(update_fields=["measures", "reporting"])
    record("programme.take_from_plan", pact, by=by, now=now, count=count, source=source)
    return count


def _words(text: str, measure: str) -> tuple[str, str]:
    text, measure = one_line(text), one_line(measure)
    if not text:
        raise Invalid(_("Hãy ghi nội dung cam kết."), field="text")
    if len(text) > 2000:
        raise Invalid(_("Cam kết quá dài, tối đa 2.000 chữ cái."), field="text")
    if len(measure) > 300:
        raise Invalid(_("Cách đo quá dài, tối đa 300 chữ cái."), field="measure")
    return text, measure


def _member(pact: Pact, unit: Unit | None, now: datetime) -> None:
    if unit is not None and unit.pk not in {one.unit_id for one in members_of(pact.year, now)}:
        raise Invalid(_("Cam kết riêng phải là của một đơn vị thành viên."), field="unit")
