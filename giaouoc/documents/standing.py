"""Where a text stands: its drafts, rounds and bundles, what was sent and not answered, what a unit prepares.

Each function costs a fixed number of statements, however many texts and comments there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from giaouoc.clusters.models import Mandate, Unit
from giaouoc.ui.templatetags.ui_tags import vn_datetime as moment

from .access import can_see_drafts
from .models import WRITERS, Comment, ConsultationRound, Document, DocumentVersion, UnitSubmission
from .states import SPOKEN


@dataclass
class Standing:
    """Where a text stands: its drafts, its rounds with their bundles, its adoption; three statements."""

    document: Document
    versions: list[DocumentVersion]
    rounds: list[ConsultationRound]
    submissions: list[UnitSubmission]

    @property
    def round(self) -> ConsultationRound | None:
        """The last round."""
        return self.rounds[-1] if self.rounds else None

    @property
    def newest(self) -> DocumentVersion | None:
        return self.versions[-1] if self.versions else None

    def of_round(self, round: ConsultationRound) -> list[UnitSubmission]:
        """The bundles of one round, first ones before supplements, by the Vietnamese alphabet."""
        return [one for one in self.submissions if one.round_id == round.pk]

    def silent(self, round: ConsultationRound) -> list[Unit]:
        """Units that have not spoken in this round, and have not left the cluster before its close."""
        asked = [one for one in self.of_round(round) if one.supplement_of_id is None and one.__dict__["stays"]]
        return [one.unit for one in asked if one.state not in SPOKEN]

    def spoken(self, round: ConsultationRound) -> int:
        """How many units have spoken in this round."""
        return sum(one.supplement_of_id is None and one.state in SPOKEN for one in self.of_round(round))

    def invited(self, round: ConsultationRound) -> int:
        """How many units have spoken in this round or may be waited for."""
        return self.spoken(round) + len(self.silent(round))

    def own(self, by: Mandate | None) -> UnitSubmission | None:
        """The bundle of the mandate's unit in the last round: what is being prepared, else what it sent first."""
        if by is None or self.round is None:
            return None
        mine = [one for one in self.of_round(self.round) if one.unit_id == by.unit_id]
        return next((one for one in mine if one.state not in SPOKEN), mine[0] if mine else None)


def standings(documents: Sequence[Document]) -> dict[int, Standing]:
    """Where each of these texts stands, by its key."""
    by_key = {document.pk: Standing(document, [], [], []) for document in documents}
    for version in DocumentVersion.objects.filter(document__in=by_key).order_by("document", "ordinal"):
        version.document = by_key[version.document_id].document
        by_key[version.document_id].versions.append(version)
    versions = {version.pk: version for one in by_key.values() for version in one.versions}
    rounds: dict[int, ConsultationRound] = {}
    for round in ConsultationRound.objects.filter(version__in=versions).order_by("pk"):
        round.version = versions[round.version_id]
        rounds[round.pk] = round
        by_key[round.version.document_id].rounds.append(round)
    for one in by_key.values():
        for round in one.rounds:
            round.__dict__["is_last"] = round is one.rounds[-1]
    submissions = UnitSubmission.objects.with_membership().filter(round__in=rounds).select_related("unit")
    for submission in submissions.order_by("round", "unit__sort_key", "pk"):
        submission.round = rounds[submission.round_id]
        by_key[submission.round.version.document_id].submissions.append(submission)
    return by_key


def standing_of(document: Document) -> Standing:
    """Where one text stands."""
    return standings([document])[document.pk]


def visible_versions(standing: Standing, by: Mandate | None, now: datetime) -> list[DocumentVersion]:
    """The drafts that the mandate may read, oldest first."""
    if can_see_drafts(by, standing.document, now):
        return standing.versions
    return [version for version in standing.versions if version.frozen_at is not None]


def until(round: ConsultationRound) -> str:
    """'17:00 ngày 28-02-2026'."""
    return moment(round.closes_at)


@dataclass
class Tally:
    """Comments of a text that were sent: all, without any answer, without a published one, and their clauses."""

    sent: int = 0
    unanswered: int = 0
    unpublished: int = 0
    where: list[str] = field(default_factory=list)


def tallies(documents: Iterable[int]) -> dict[int, Tally]:
    """What was sent and is not answered, for each text: one statement."""
    found: dict[int, Tally] = defaultdict(Tally)
    sent = Comment.objects.sent().filter(submission__round__version__document__in=list(documents))
    values = sent.order_by("pk").values_list(
        "submission__round__version__document", "citation", "response", "response__published_at"
    )
    for document, citation, response, published in values:
        tally = found[document]
        tally.sent += 1
        tally.unanswered += response is None
        tally.unpublished += published is None
        if response is None:
            tally.where.append(citation or _("toàn văn bản"))
    return found


def prepared_by(by: Mandate) -> dict[int, int]:
    """How many comments the mandate's unit has prepared in each unsent bundle of the year: one statement."""
    if by.role not in WRITERS:
        return {}
    unsent = UnitSubmission.objects.filter(unit=by.unit_id, round__version__document__year=by.year_id)
    counted = unsent.exclude(state__in=SPOKEN).annotate(count=Count("comments", filter=Q(comments__dropped_at=None)))
    return dict(counted.values_list("pk", "count"))
