"""What pages ask of signing rounds; each a fixed number of statements."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from giaouoc.audit.models import AuditEvent
from giaouoc.clusters.models import Capacity, Mandate, Role, Unit, Year
from giaouoc.lib.clock import local_date
from giaouoc.lib.errors import DomainError

from .engine.verdict import Expected
from .models import SUFFIXES, Attempt, KeyHolder, Revision, SignaturePicture, SigningRound, Slot, who_signs
from .rules.codes import ALPHABET, LENGTH, code_from, read_code
from .states import RoundState, SlotState

RENEW_AFTER = timedelta(days=365)
RENEW_BEFORE = timedelta(days=90)
WARN_BEFORE = timedelta(days=180)


def new_code() -> str:
    """A code that no round has yet; printed on the document before its round is opened with it."""
    while True:
        code = code_from(secrets.randbelow(len(ALPHABET) ** LENGTH))
        if not SigningRound.objects.filter(code=code).exists():
            return code


def key_holders(codes: Iterable[str]) -> dict[str, KeyHolder]:
    """Whose keys these are; without those of no unit. One statement."""
    wanted = {}
    for code in codes:
        unit, dot, rest = code.partition(".")
        role = next((role for role, suffix in SUFFIXES.items() if suffix == dot + rest), None if dot else Role.LEADER)
        if role is not None:
            wanted[code] = unit, role
    units = {unit.code: unit for unit in Unit.objects.filter(code__in={unit for unit, _role in wanted.values()})}
    return {code: KeyHolder(units[unit], role) for code, (unit, role) in wanted.items() if unit in units}


def round_of_code(typed: str) -> SigningRound | None:
    """The round of a code, however it was typed."""
    code = read_code(typed)
    if code is None:
        return None
    return SigningRound.objects.select_related("year__cluster").filter(code=code).first()


def seal_failed(round_: SigningRound) -> bool:
    """Whether a seal was tried and could not be set."""
    return AuditEvent.objects.about(round_).filter(verb="signing.seal_failed").exists()


@dataclass(frozen=True)
class Box:
    """One unit in the strip. ``left``: how long the live lease still holds."""

    slot: Slot
    state: str
    left: timedelta | None = None

    @property
    def label(self) -> str:
        return str(SlotState(self.state).label)


def strip_of(round_: SigningRound, now: datetime) -> list[Box]:
    """The slots in the order of the document; one whose lease ran out waits again. Two statements."""
    return strips_of([round_], now)[round_.pk]


def strips_of(rounds: Iterable[SigningRound], now: datetime) -> dict[int, list[Box]]:
    """Key of a round -> its strip. Two statements for any number of rounds, none for no round."""
    by_key = {one.pk: one for one in rounds}
    strips: dict[int, list[Box]] = {key: [] for key in by_key}
    if not by_key:
        return strips
    live = {
        attempt.slot_id: attempt.lease_until - now
        for attempt in Attempt.objects.filter(round__in=by_key, ended_at=None, lease_until__gt=now)
    }
    for slot in Slot.objects.filter(round__in=by_key).select_related("unit").order_by("position"):
        slot.round = by_key[slot.round_id]
        state = slot.state
        if state == SlotState.SIGNING and slot.pk not in live:
            state = SlotState.WAITING
        strips[slot.round_id].append(Box(slot, state, live.get(slot.pk)))
    return strips


def units_done(boxes: Iterable[Box]) -> tuple[int, int]:
    """How many units have given all that they owe, signature and stamp, of how many."""
    done: dict[int, bool] = {}
    for box in boxes:
        done[box.slot.unit_id] = done.get(box.slot.unit_id, True) and box.state == SlotState.SIGNED
    return sum(done.values()), len(done)


def own_box(boxes: Sequence[Box], by: Mandate) -> Box | None:
    """The box of the mandate's unit: its own where the unit has several."""
    of_unit = [box for box in boxes if box.slot.unit_id == by.unit_id]
    return next((box for box in of_unit if box.slot.role == by.role), of_unit[0] if of_unit else None)


def waiting_attempts(now: datetime) -> QuerySet[Attempt]:
    """Signatures that were begun and wait for an answer or a time stamp; those that somebody goes on with left out."""
    free = Q(busy_until=None) | Q(busy_until__lte=now)
    rows = Attempt.objects.filter(free, ended_at=None, lease_until__gt=now).exclude(state={})
    return rows.select_related("slot__unit", "slot__round__year__cluster", "mandate__unit", "mandate__year__cluster")


def slot_of(round_: SigningRound, by: Mandate | None) -> Slot | None:
    """The slot of the mandate's unit in a round: its own where the unit has several."""
    if by is None or by.unit_id is None:
        return None
    slots = list(round_.slots.select_related("unit").filter(unit=by.unit_id))
    slot = next((one for one in slots if one.role == by.role), slots[0] if slots else None)
    if slot is not None:
        slot.round = round_
    return slot


def back_of(round_: SigningRound) -> str:
    """The page where the document lives; without one, the screen of its signing."""
    return round_.address or ceremony_url(round_)


def ceremony_url(round_: SigningRound, name: str = "ceremony") -> str:
    """The page that the room watches while a document is signed, or another of the round's pages."""
    return reverse(f"ceremony:{name}", args=[round_.year.cluster.code, round_.year.number, round_.code])


def year_url(year: Year, name: str) -> str:
    """A page of this slice that belongs to the year and to no round."""
    return reverse(f"ceremony:{name}", args=[year.cluster.code, year.number])


def leaders_of(year: Year, now: datetime, role: str = Role.LEADER) -> dict[int, list[Mandate]]:
    """Id of a unit -> who can sign for it now, the head of the unit first; or who holds another role. One statement."""
    found: dict[int, list[Mandate]] = {}
    rows = Mandate.objects.on(local_date(now)).filter(year=year, role=role).select_related("user", "unit")
    for mandate in rows.order_by("pk"):
        found.setdefault(mandate.unit_id or 0, []).append(mandate)
    return {
        unit: sorted(all_of, key=lambda one: (one.capacity != Capacity.HEAD, one.pk)) for unit, all_of in found.items()
    }


def without_clerk(year: Year, units: Iterable[Unit], now: datetime) -> list[Unit]:
    """The units whose stamp nobody holds now. One statement."""
    clerks = leaders_of(year, now, Role.CLERK)
    return [unit for unit in units if unit.pk not in clerks]


def holders_of(round_: SigningRound, unit_id: int, role: str, now: datetime) -> list[int]:
    """Ids of the accounts that hold a role of a unit now."""
    rows = Mandate.objects.on(local_date(now)).filter(year=round_.year_id, unit=unit_id, role=role)
    return list(rows.values_list("user_id", flat=True).distinct())


def picture_of(by: Mandate | None) -> bytes:
    """The picture for this person's frame, PNG; b"" for none, also when it was quarantined or damaged: words suffice."""
    row = SignaturePicture.objects.select_related("file").filter(mandate=by).first() if by is not None else None
    try:
        return row.file.read() if row is not None else b""
    except DomainError:
        return b""


def signers_of(round_: SigningRound, now: datetime) -> list[int]:
    """Ids of the accounts that can give one of the signatures now; a stamp's turn comes only after its leader's."""
    people = Mandate.objects.on(local_date(now)).filter(year=round_.year_id)
    return [
        by.user_id
        for by in people
        if any(
            (slot.unit_id, slot.role, slot.capacity) == (by.unit_id, by.role, by.capacity)
            for slot in round_.slots.all()
            if not slot.is_stamp
        )
    ]


def people_of(round_: SigningRound, now: datetime) -> list[int]:
    """Ids of the accounts that hear of the round: leaders and secretaries of the units, who supervises."""
    roles = [Role.LEADER, Role.SECRETARY, Role.OBSERVER]
    rows = Mandate.objects.on(local_date(now)).filter(year=round_.year_id, role__in=roles)
    return list(rows.values_list("user_id", flat=True).distinct())


def revisions_of(round_: SigningRound) -> list[Revision]:
    """Every kept file of a round, the base first."""
    return list(round_.revisions.select_related("file", "slot__unit").order_by("number"))


@dataclass(frozen=True)
class Registered:
    """What the register says of a file. ``missing``: short names of units whose signature came later than this file."""

    round: SigningRound
    revision: Revision
    is_head: bool
    missing: tuple[str, ...]


def seals() -> QuerySet[Revision]:
    """The newest revision of every sealed round."""
    newest = Revision.objects.filter(round=OuterRef("round")).order_by("-number").values("pk")[:1]
    rows = Revision.objects.filter(round__state=RoundState.SEALED, pk=Subquery(newest))
    return rows.select_related("round__year__cluster", "file").order_by("round_id")


def seals_to_renew(now: datetime) -> QuerySet[Revision]:
    """Seals that are a year old, or whose time-stamp certificate ends within three months."""
    return seals().filter(Q(made_at__lte=now - RENEW_AFTER) | Q(proof_until__lte=now + RENEW_BEFORE))


def seals_at_risk(now: datetime) -> QuerySet[Revision]:
    """Seals whose time-stamp certificate ends within six months, or whose renewal is a month late."""
    late = now - RENEW_AFTER - timedelta(days=30)
    return seals().filter(Q(proof_until__lte=now + WARN_BEFORE) | Q(made_at__lte=late))


def registered(sha256: str) -> Registered | None:
    """The register's line for the hash of a file, or None when no round ever had such a file. Three statements."""
    revision = Revision.objects.filter(sha256=sha256).select_related("round__year__cluster").order_by("-pk").first()
    if revision is None:
        return None
    later = list(
        Revision.objects.filter(round=revision.round_id, number__gt=revision.number)
        .select_related("slot__unit")
        .order_by("number")
    )
    missing = tuple(one.slot.who for one in later if one.slot is not None)
    return Registered(revision.round, revision, not later, missing)


def expected_for(reference: str) -> list[Expected] | None:
    """The expected signers for the SHA-256 of a file or the code of a round; None when the register knows neither."""
    round_ids = list(Revision.objects.filter(sha256=reference.lower()).values_list("round_id", flat=True)[:1])
    if not round_ids:
        found = round_of_code(reference)
        if found is None:
            return None
        round_ids = [found.pk]
    slots = Slot.objects.filter(round=round_ids[0]).select_related("unit").order_by("position")
    return [
        Expected(slot.signer_code, who_signs(slot.unit.name, slot.role), slot.field, slot.certificate_sha256)
        for slot in slots
    ]


def expected_of_file(data: bytes) -> list[Expected] | None:
    """Who must sign a file by the register, for the command line; None when the register does not know it or is away."""
    try:
        return expected_for(hashlib.sha256(data).hexdigest())
    except DatabaseError:
        return None
