"""Bỏ phiếu kín: roll, papers, count. Knows nothing of what the vote is for.

No paper has a voter, a time or a number in a row: its key is random, and closing writes all papers anew in the order of their
codes (of a detached ballot: of random serials), so that neither heap order nor transaction numbers tell who came when."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from giaouoc.clusters.models import Mandate, Unit, Year
from giaouoc.lib.covering import bare
from giaouoc.lib.engine import guard, guard_rows
from giaouoc.lib.fields import LineField, StateField, TreeField, WordsField

from .rules.papers import charter
from .states import OPEN, BallotState, Level


class Ballot(models.Model):
    """One secret ballot. ``questions``: as rules/papers.py says, each with its rule frozen in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.ForeignKey(Year, on_delete=models.PROTECT, related_name="ballots")
    title = LineField(max_length=300)
    level = StateField(Level)
    state = StateField(BallotState)
    questions: Any = TreeField()
    roll = models.PositiveSmallIntegerField()  # member units entitled
    small = models.PositiveSmallIntegerField()  # with fewer papers only the outcome is shown and kept
    public_key = models.TextField(blank=True)  # n in hex; e is 65537
    opened_at = models.DateTimeField()
    dropping_at = models.DateTimeField(null=True, blank=True)  # when stamping ended
    closed_at = models.DateTimeField(null=True, blank=True)
    received = models.PositiveSmallIntegerField(null=True, blank=True)  # papers counted
    votes: Any = models.JSONField(null=True, blank=True)  # of each option of each question; null below ``small``
    outcomes: Any = models.JSONField(
        null=True, blank=True
    )  # [{"outcome", "base", "needed", "winner"}]; below ``small`` no base, no needed
    tally: Any = models.JSONField(null=True, blank=True)  # paper: {"issued", "spoiled"}
    reason = WordsField(blank=True)  # of giving it up

    class Meta:
        ordering = ("opened_at", "pk")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("ballots:public", args=[self.pk])

    @property
    def audit_chain(self) -> str:
        return self.year.audit_chain

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_blind(self) -> bool:
        return self.level == Level.BLIND

    @property
    def objections_until(self) -> datetime | None:
        """Until when a stamped paper that the list lacks may be shown; None before the count, and without list."""
        if not self.is_blind or self.state != BallotState.CLOSED or self.closed_at is None:
            return None
        return self.closed_at + timedelta(seconds=settings.BALLOT_OBJECTIONS)

    @property
    def units(self) -> list[str]:
        """Codes of the units on the roll, in alphabetic order."""
        return sorted(voter.unit.code for voter in self.voters.select_related("unit"))

    def charter(self, units: list[str] | None = None) -> str:
        """The hash that every voter's page and the room's screen show."""
        with bare():
            title, questions = Ballot.objects.values_list("title", "questions").get(pk=self.pk)
        return charter(str(self.pk), title, questions, self.units if units is None else units, self.public_key)


class Voter(models.Model):
    """A unit on the roll. ``done``: it has cast its paper (detached), or got its stamp (blind).

    ``blinded``, ``stamp``: what the signer saw and gave, so that a lost reply can be fetched again. Blinding is
    unconditional: even with the key nobody finds the paper in it."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="voters")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    delegate = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    done = models.BooleanField(default=False)
    blinded = models.TextField(blank=True)
    stamp = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ballot", "unit"], name="one_voter_per_unit")]

    def __str__(self) -> str:
        return str(self.unit)


class Paper(models.Model):
    """A paper in the box."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="papers")
    prefix = models.CharField(max_length=64, blank=True)
    body = models.TextField()
    signature = models.TextField(blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ballot", "digest"], name="one_paper_once")]

    def __str__(self) -> str:
        return str(self.pk)


class MissingPaper(models.Model):
    """A paper with the ballot's own stamp that is not on the list, shown in the time for objections. It proves itself, and
    says not whose it is; so there is neither who nor when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="missing")
    prefix = models.CharField(max_length=64)
    body = models.TextField()
    signature = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("digest",)
        constraints = [models.UniqueConstraint(fields=["ballot", "digest"], name="one_missing_paper_once")]

    def __str__(self) -> str:
        return str(self.pk)


class TallyEntry(models.Model):
    """The counted paper ballots as one person typed them; two of different units must agree."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="entries")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    figures: Any = models.JSONField()  # {"issued", "spoiled", "votes": [[n]]}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ballot", "unit"], name="one_entry_per_unit")]

    def __str__(self) -> str:
        return str(self.unit)


for _model in (Paper, Voter, TallyEntry):
    guard_rows(
        f"ballots_{_model._meta.model_name}_closed",
        _model._meta.db_table,
        f'EXISTS (SELECT 1 FROM "{Ballot._meta.db_table}" b WHERE b.id = {{row}}.ballot_id'
        " AND b.state IN ('closed', 'void'))",
        "what belongs to a ballot that is closed does not change",
    )
for _event in ("UPDATE", "DELETE"):
    guard(
        f"ballots_missing_{_event.lower()}",
        MissingPaper._meta.db_table,
        _event,
        "1 = 1",
        "a missing paper that was shown stays",
    )
    guard(
        f"ballots_ballot_closed_{_event.lower()}",
        Ballot._meta.db_table,
        _event,
        "OLD.state IN ('closed', 'void')",
        "a ballot that is closed does not change",
    )
