"""Giao ước và chương trình: the pact, its commitments, the planned activities."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from giaouoc.clusters.models import Unit, Year
from giaouoc.files.models import StoredFile
from giaouoc.lib.engine import guard, guard_rows
from giaouoc.lib.fields import LineField, StateField, TreeField, WordsField
from giaouoc.signing.models import SigningRound

from .states import ActivityKind, PactState


class Activity(models.Model):
    """Hoạt động chung của năm, as planned: what, who hosts, when, what comes of it."""

    year = models.ForeignKey(Year, on_delete=models.CASCADE, related_name="activities")
    kind = StateField(ActivityKind)
    title = LineField(max_length=300)
    host = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    host_text = LineField(max_length=300, blank=True)  # when it is no single member: 'Các đơn vị thành viên'
    co_hosts = models.ManyToManyField(Unit, blank=True, related_name="+")
    planned_on = models.DateField(null=True, blank=True)  # the month; the first day stands for it
    result = LineField(max_length=300, blank=True)  # sản phẩm, kết quả
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title

    @property
    def audit_chain(self) -> str:
        return self.year.audit_chain

    @property
    def kind_label(self) -> str:
        return str(ActivityKind(self.kind).label)

    @property
    def host_name(self) -> str:
        """The unit's short name, or the words of the plan."""
        return self.host.short_name if self.host else self.host_text


class Pact(models.Model):
    """Giao ước thi đua: one version of the year's pact. A refused one keeps its signatures; the next starts empty."""

    year = models.ForeignKey(Year, on_delete=models.PROTECT, related_name="pacts")
    ordinal = models.PositiveSmallIntegerField(default=1)
    state = StateField(PactState, default=PactState.DRAFT)
    signing_date = models.DateField()
    measures = WordsField(blank=True)  # biện pháp, giúp đỡ lẫn nhau, nhân rộng mô hình: a paragraph a line
    reporting = WordsField(blank=True)  # reports and their dates
    signers = models.JSONField(default=dict)  # unit code -> id of the leader's mandate, where the secretary chose one
    text_hash = models.CharField(max_length=64, blank=True)  # of the pact's own content, set when frozen
    content = TreeField(default=dict)  # everything the paper says, frozen with it
    pdf = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signing_round = models.OneToOneField(
        SigningRound, null=True, blank=True, on_delete=models.PROTECT, related_name="pact"
    )
    made_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-ordinal",)
        constraints = [
            models.UniqueConstraint(fields=["year", "ordinal"], name="one_pact_per_year_and_ordinal"),
            models.UniqueConstraint(
                fields=["year"],
                condition=~Q(state__in=["refused", "cancelled", "expired"]),
                name="one_living_pact_per_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.ordinal}"

    def get_absolute_url(self) -> str:
        return reverse("programme:pact", args=[self.year.cluster.code, self.year.number])

    @property
    def audit_chain(self) -> str:
        return self.year.audit_chain

    @property
    def state_label(self) -> str:
        return str(PactState(self.state).label)


guard(
    "programme_pact_frozen",
    Pact._meta.db_table,
    "UPDATE",
    "OLD.text_hash <> '' AND NEW.text_hash <> OLD.text_hash",
    "a frozen pact never changes",
)
guard_rows(
    "programme_commitment_frozen",
    "programme_commitment",
    "(SELECT text_hash FROM programme_pact WHERE id = {row}.pact_id) <> ''",
    "the commitments of a frozen pact never change",
)


class Commitment(models.Model):
    """Cam kết: a promise of the pact with its measure; common to all, or one unit's own."""

    pact = models.ForeignKey(Pact, on_delete=models.CASCADE, related_name="commitments")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    text = WordsField()
    measure = LineField(max_length=300, blank=True)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def audit_chain(self) -> str:
        return self.pact.audit_chain
