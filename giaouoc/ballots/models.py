"""Bỏ phiếu kín: roll, papers, count. Knows nothing of what the vote is for.

No paper has a voter, a time or a number in a row: its key is random, and closing writes all papers anew in the order of their
codes (of a detached ballot: of random serials), so that neither heap order nor transaction numbers tell who came when."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from giaouoc.clusters.models import Mandate, Unit, Year
from giaouoc.lib.covering import bare
from giaouoc.lib.engine import DISTINCT, changed, guard, guard_rows
from giaouoc.lib.fields import LineField, StateField, TreeField, WordsField

from .rules.blind import PublicKey
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
    teller = models.ForeignKey(
        Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # stamps second
    second_key = models.TextField(blank=True)  # n in hex, made by the teller's browser
    one_stamp_why = WordsField(blank=True)  # of giving up the second stamp before anybody was stamped
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
        constraints = [
            models.CheckConstraint(
                condition=models.Q(second_key="") | models.Q(teller__isnull=False), name="second_key_has_its_teller"
            )
        ]

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
    def has_two_stamps(self) -> bool:
        return self.second_key != ""

    @property
    def keys(self) -> list[PublicKey]:
        """The keys whose stamps a paper of this ballot carries."""
        return [PublicKey(int(n, 16)) for n in (self.public_key, self.second_key) if n]

    @property
    def objections_until(self) -> datetime | None:
        """Until when a stamped paper that the list lacks may be shown; None before the count, and without list."""
        if not self.is_blind or self.state != BallotState.CLOSED or self.closed_at is None:
            return None
        return self.closed_at + timedelta(seconds=settings.BALLOT_OBJECTIONS)

    def objections_left(self, now: datetime) -> int:
        """Seconds, begun ones counted whole, in which such a paper may still be shown; 0 when nobody may."""
        until = self.objections_until
        return 0 if until is None else max(0, ceil((until - now).total_seconds()))

    @property
    def units(self) -> list[str]:
        """Codes of the units on the roll, in alphabetic order."""
        return sorted(voter.unit.code for voter in self.voters.select_related("unit"))

    def charter(self, units: list[str] | None = None) -> str:
        """The hash that every voter's page and the room's screen show."""
        with bare():
            title, questions = Ballot.objects.values_list("title", "questions").get(pk=self.pk)
        named = self.units if units is None else units
        return charter(str(self.pk), title, questions, named, self.public_key, self.second_key)


class VoterQuerySet(models.QuerySet["Voter"]):
    def complete(self) -> VoterQuerySet:
        """Those that have cast their paper, or got every stamp that the ballot asks for."""
        return self.filter(done=True).exclude(~models.Q(second_blinded=""), second_stamp="")

    def lacking_the_second(self) -> VoterQuerySet:
        """Those with the first stamp that still wait for the tally team's."""
        return self.filter(done=True, second_stamp="").exclude(second_blinded="")


class Voter(models.Model):
    """A unit on the roll. ``done``: it has cast its paper (detached), or got its stamp (blind).

    ``blinded``, ``stamp``: what the signer saw and gave, so that a lost reply can be fetched again; ``second_…``: the same
    of the tally team. Blinding is unconditional: even with the key nobody finds the paper in it."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="voters")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    delegate = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    done = models.BooleanField(default=False)
    blinded = models.TextField(blank=True)
    stamp = models.TextField(blank=True)
    second_blinded = models.TextField(blank=True)
    second_stamp = models.TextField(blank=True)

    objects = VoterQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ballot", "unit"], name="one_voter_per_unit")]

    def __str__(self) -> str:
        return str(self.unit)

    @property
    def lacks_the_second(self) -> bool:
        """It has the first stamp and waits for the tally team's."""
        return bool(self.second_blinded and not self.second_stamp)

    @property
    def is_complete(self) -> bool:
        """It has cast its paper, or got every stamp that the ballot asks for."""
        return self.done and not self.lacks_the_second


class Paper(models.Model):
    """A paper in the box."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="papers")
    prefix = models.CharField(max_length=64, blank=True)
    body = models.TextField()
    signature = models.TextField(blank=True)
    second = models.TextField(blank=True)  # the tally team's
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
    second = models.TextField(blank=True)
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

_VOTER, _BALLOT = Voter._meta.db_table, Ballot._meta.db_table
_FIXED = "title", "level", "year_id", "roll", "small", "public_key", "opened_at"
guard(
    "ballots_ballot_as_opened",
    _BALLOT,
    "UPDATE",
    f"{changed(*_FIXED)} OR CAST(NEW.questions AS text) {DISTINCT} CAST(OLD.questions AS text)",
    "what a ballot was opened with does not change",
)
guard(
    "ballots_voter_as_opened",
    _VOTER,
    "UPDATE",
    changed("ballot_id", "unit_id", "delegate_id"),
    "who votes, and for whom, is fixed when the ballot opens",
)
_NOBODY_STAMPED = f'NOT EXISTS (SELECT 1 FROM "{_VOTER}" v WHERE v.ballot_id = OLD.id AND v.done)'
guard(
    "ballots_ballot_second_key",
    _BALLOT,
    "UPDATE",
    f"{changed('second_key', 'teller_id')} AND NOT ("
    "(OLD.state = 'keying' AND OLD.second_key = '' AND NEW.teller_id = OLD.teller_id)"
    f" OR (OLD.state IN ('keying', 'stamping') AND NEW.second_key = '' AND NEW.teller_id IS NULL AND {_NOBODY_STAMPED}))",
    "the second key of a ballot is set once, and given up only before anybody is stamped",
)
guard(
    "ballots_ballot_waits_for_second_key",
    _BALLOT,
    "UPDATE",
    "NEW.state IN ('stamping', 'dropping', 'closed') AND NEW.teller_id IS NOT NULL AND NEW.second_key = ''",
    "a ballot with a teller stamps nothing before the second key is there",
)
for _event in ("INSERT", "UPDATE"):
    guard(
        f"ballots_voter_both_{_event.lower()}",
        _VOTER,
        _event,
        f'EXISTS (SELECT 1 FROM "{_BALLOT}" b WHERE b.id = NEW.ballot_id AND ('
        "(b.state = 'keying' AND NEW.done) OR (b.second_key <> '' AND NEW.done AND NEW.second_blinded = '')"
        " OR (NEW.second_stamp <> '' AND (b.second_key = '' OR NOT NEW.done))))",
        "no first stamp before the second key and without what the second is asked for",
    )
    for _kind in (Paper, MissingPaper):
        guard(
            f"ballots_{_kind._meta.model_name}_both_{_event.lower()}",
            _kind._meta.db_table,
            _event,
            f'EXISTS (SELECT 1 FROM "{_BALLOT}" b WHERE b.id = NEW.ballot_id'
            " AND (b.second_key = '') <> (NEW.second = ''))",
            "a paper carries as many stamps as its ballot has keys",
        )
guard(
    "ballots_voter_stamp_stays",
    _VOTER,
    "UPDATE",
    f"(OLD.stamp <> '' AND {changed('done', 'blinded', 'stamp', 'second_blinded')})"
    f" OR (OLD.second_stamp <> '' AND {changed('second_stamp')})",
    "a stamp that was given stays, for the paper for which it was given",
)
guard(
    "ballots_voter_second_stamp_in_time",
    _VOTER,
    "UPDATE",
    f"{changed('second_stamp')} AND NOT EXISTS "
    f'(SELECT 1 FROM "{_BALLOT}" b WHERE b.id = NEW.ballot_id'
    " AND b.state = 'stamping')",
    "the tally team stamps while papers are stamped",
)
