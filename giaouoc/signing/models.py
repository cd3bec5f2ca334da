"""Ký số: a sealed file, who must sign it, the signatures and their proofs. Knows nothing of what the file says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from giaouoc.clusters.models import Capacity, Mandate, Role, Unit, Year
from giaouoc.files.models import StoredFile
from giaouoc.lib.engine import append_only, guard
from giaouoc.lib.fields import LineField, StateField, WordsField

from .engine.prepared import Prepared
from .engine.verdict import STAMP
from .states import RoundState, SlotState


class SigningRound(models.Model):
    """Vòng ký: one file and all who must sign it. ``code``: printed on the document, for /xac-minh/."""

    year = models.ForeignKey(Year, on_delete=models.PROTECT, related_name="signing_rounds")
    title = LineField(max_length=300)
    code = models.CharField(max_length=20, unique=True)
    text_hash = models.CharField(max_length=64)  # fingerprint of the text that the file carries
    state = StateField(RoundState, default=RoundState.SIGNING)
    is_trial = models.BooleanField(default=False)
    in_order = models.BooleanField(default=False)  # the slots sign one after the other, by their positions
    last_day = models.DateField(null=True, blank=True)  # on which a signature may still be given
    address = models.CharField(max_length=300, blank=True)  # of the page where the document lives
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = WordsField(blank=True)  # of an end without all signatures

    def __str__(self) -> str:
        return self.title

    @property
    def audit_chain(self) -> str:
        return self.year.audit_chain

    @property
    def state_label(self) -> str:
        return str(RoundState(self.state).label)

    @property
    def head(self) -> Revision:
        """The newest revision: the file as it stands."""
        revision = self.revisions.select_related("file").order_by("-number").first()
        if revision is None:
            raise LookupError("a signing round has its base revision from the start")
        return revision


class Slot(models.Model):
    """Ô ký: an expected signature, its place on the page and who is to give it."""

    round = models.ForeignKey(SigningRound, on_delete=models.CASCADE, related_name="slots")
    position = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = StateField(Role, default=Role.LEADER)  # in which the unit's person signs
    field = models.CharField(max_length=80)
    post = LineField(max_length=150)  # as printed above the box: 'TRƯỞNG BAN', 'K/T TRƯỞNG BAN, PHÓ TRƯỞNG BAN'
    capacity = StateField(Capacity, blank=True, default=Capacity.HEAD, max_length=10)  # in which it is to be signed
    state = StateField(SlotState, default=SlotState.WAITING)
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signer_label = LineField(max_length=300, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)  # by the time stamp
    certificate_sha256 = models.CharField(max_length=64, blank=True)
    reason = WordsField(blank=True)

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["round", "unit", "role"], name="one_slot_per_unit_and_role"),
            models.UniqueConstraint(fields=["round", "field"], name="one_slot_per_field"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.state}"

    @property
    def audit_chain(self) -> str:
        return self.round.audit_chain

    @property
    def state_label(self) -> str:
        return str(SlotState(self.state).label)

    @property
    def signer_code(self) -> str:
        """Whose key signs here: the unit's code for its leader's, 'CQD.thuky' for its secretary's, 'CQD.dau' for its stamp."""
        return signer_code(self.unit.code, self.role)

    @property
    def is_stamp(self) -> bool:
        """Whether it is for the body's own stamp, set by its clerk after the leader's signature."""
        return bool(self.role == Role.CLERK)

    @property
    def who(self) -> str:
        """The unit, and in which role when it is not its leader."""
        return who_signs(self.unit.short_name, self.role)


SUFFIXES = {Role.SECRETARY: ".thuky", Role.CLERK: STAMP}  # a full stop stands in no unit's code


def signer_code(unit: str, role: str) -> str:
    """Whose key signs: 'CQD', 'CQD.thuky', 'CQD.dau'."""
    return f"{unit}{SUFFIXES.get(Role(role), '')}"


@dataclass(frozen=True)
class KeyHolder:
    """For whom a key signs: a unit's leader or its secretary, whoever that is this year, or its stamp."""

    unit: Unit
    role: str = Role.LEADER

    @property
    def code(self) -> str:
        return signer_code(self.unit.code, self.role)

    @property
    def who(self) -> str:
        return who_signs(self.unit.short_name, self.role)


def who_signs(unit: str, role: str) -> str:
    """'Công an Thành phố', 'Công an Thành phố (thư ký)', 'Công an Thành phố (con dấu)': a name, the same in every language,
    since file and trail keep it."""
    return unit if role == Role.LEADER else f"{unit} ({'con dấu' if role == Role.CLERK else 'thư ký'})"


guard(
    "signing_slot_signed_fixed",
    Slot._meta.db_table,
    "UPDATE",
    "OLD.state IN ('signed', 'refused') AND (NEW.state <> OLD.state OR NEW.unit_id <> OLD.unit_id)",
    "a signature that was given stays",
)
guard(
    "signing_round_closed_fixed",
    SigningRound._meta.db_table,
    "UPDATE",
    "(OLD.state IN ('sealed', 'refused', 'cancelled', 'expired') AND NEW.state <> OLD.state) OR NEW.text_hash <> OLD.text_hash "
    "OR NEW.code <> OLD.code",
    "a closed signing round never changes",
)


class Revision(models.Model):
    """Bản lưu từng bước: an immutable file after each step; every one begins with the one before, byte for byte."""

    round = models.ForeignKey(SigningRound, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    previous_sha256 = models.CharField(max_length=64, blank=True)
    cause = models.CharField(max_length=30)  # base, signature, seal, renewal
    slot = models.ForeignKey(Slot, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    proof_until = models.DateTimeField(null=True, blank=True)  # of a seal: its time-stamp certificate's last moment

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="one_revision_per_number")]
        indexes = [models.Index(fields=["sha256"], name="revisions_by_hash")]

    def __str__(self) -> str:
        return f"{self.round_id}/{self.number}"


append_only(Revision._meta.db_table)


class SignaturePicture(models.Model):
    """Hình trong khung chữ ký: what somebody wants drawn beside the words in their own frame. Without a row there is none:
    a scanned hand proves nothing and invites copying. It goes with the mandate, so nobody's hand stands for another's."""

    mandate = models.OneToOneField(Mandate, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.mandate_id}"


class Attempt(models.Model):
    """A signing in progress: it holds the lease on the head until it is done, failed or out of time."""

    round = models.ForeignKey(SigningRound, on_delete=models.CASCADE, related_name="attempts")
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="attempts")
    carrier = models.CharField(max_length=20, default="trial")  # its name: see ``carriers``
    base_sha256 = models.CharField(max_length=64)
    begun_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = LineField(max_length=300, blank=True)
    mandate = models.ForeignKey(Mandate, null=True, on_delete=models.PROTECT, related_name="+")  # who signs
    state: Any = models.JSONField(
        default=dict
    )  # of what was prepared, while the rest is awaited: see ``engine.prepared``
    tail = models.BinaryField(default=b"")  # what was prepared, after the base
    busy_until = models.DateTimeField(null=True, blank=True)  # somebody is going on with it, or it is not time yet

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round"], condition=Q(ended_at=None), name="one_live_attempt_per_round")
        ]

    def __str__(self) -> str:
        return f"{self.slot} {self.begun_at:%H:%M}"

    @property
    def prepared(self) -> Prepared | None:
        """What was begun and waits for the rest."""
        return Prepared.of(self.state, bytes(self.tail)) if self.state else None
