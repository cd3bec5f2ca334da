"""Lấy ý kiến: the rounds on a draft, what each unit says in them, the answers, and the units' last words on those."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate

from giaouoc.clusters.models import Mandate, MemberRole, Membership, Role, Unit
from giaouoc.files.models import StoredFile
from giaouoc.lib.clock import VIETNAM
from giaouoc.lib.fields import LineField, QuoteField, StateField, WordsField

from .draft_models import DocumentVersion, Provision
from .states import CommentKind, Decision, LastWordKind, RoundState, SubmissionState

UNIT_ROLES = (Role.SECRETARY, Role.LEADER, Role.ASSESSOR)


class ConsultationRound(models.Model):
    """Lấy ý kiến: a dated round on a frozen version. Invited units are those with a submission in it."""

    version = models.ForeignKey(DocumentVersion, on_delete=models.PROTECT, related_name="rounds")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    state = StateField(RoundState, default=RoundState.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    days_told = models.PositiveSmallIntegerField(null=True, blank=True)  # of the clock's last reminder: 3, then 0

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=models.F("opens_at")), name="round_closes_after_opening"),
            models.UniqueConstraint(fields=["version"], condition=Q(state="open"), name="one_open_round_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.opens_at:%d-%m-%Y}"

    def is_over(self, now: datetime) -> bool:
        """Whether nobody may send in time any more: the hour counts, also before the worker has closed the round."""
        return self.state == RoundState.CLOSED or now >= self.closes_at

    @property
    def audit_chain(self) -> str:
        return self.version.audit_chain


class UnitSubmissionQuerySet(models.QuerySet["UnitSubmission"]):
    def with_membership(self) -> UnitSubmissionQuerySet:
        """Each with ``stays``: whether its unit is a member on the day of the round's close. For one that has left nobody
        waits, and its silence says nothing."""
        day = OuterRef("last_day")
        held = Membership.objects.filter(year=OuterRef("round__version__document__year"), unit=OuterRef("unit"))
        held = held.filter(Q(until=None) | Q(until__gte=day), since__lte=day)
        return self.annotate(last_day=TruncDate("round__closes_at", tzinfo=VIETNAM)).annotate(stays=Exists(held))

    def of_members(self) -> UnitSubmissionQuerySet:
        """Those of units that stay."""
        return self.with_membership().filter(Q(stays=True))


class UnitSubmission(models.Model):
    """Bản góp ý của đơn vị: what a unit says in a round; its leader sends it once. A late one is marked."""

    round = models.ForeignKey(ConsultationRound, on_delete=models.CASCADE, related_name="submissions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="submissions")
    state = StateField(SubmissionState, default=SubmissionState.PREPARING)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    letter_number = LineField(max_length=100, blank=True)
    letter_date = models.DateField(null=True, blank=True)
    is_late = models.BooleanField(default=False)
    paper = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # as it came on paper or as a file, typed in by the head unit
    supplement_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = UnitSubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit"], condition=Q(supplement_of=None), name="one_submission_per_unit_and_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.state}"

    @property
    def audit_chain(self) -> str:
        return self.round.audit_chain


class CommentQuerySet(models.QuerySet["Comment"]):
    def live(self) -> CommentQuerySet:
        """Those not taken back."""
        return self.filter(dropped_at=None)

    def sent(self) -> CommentQuerySet:
        """Those that a leader has sent."""
        return self.filter(dropped_at=None, submission__state=SubmissionState.SENT)

    def for_the_meeting(self) -> CommentQuerySet:
        """What the conference still has to settle: left to it by the answer, or reserved by the unit that said it."""
        left = Q(response__decision=Decision.TO_MEETING, response__published_at__isnull=False)
        reserved = Q(response__last_word__kind=LastWordKind.RESERVED, response__last_word__said_at__isnull=False)
        return self.sent().filter(left | reserved)

    def unanswered(self) -> CommentQuerySet:
        """Sent, and without a published answer."""
        return self.sent().filter(Q(response=None) | Q(response__published_at=None))

    def visible_to(self, by: Mandate, now: datetime) -> CommentQuerySet:
        """Comments that the mandate may know of.

        Its own unit's, at any time. Those that others have sent: for the unit that drafts, the head unit and the
        supervising body as soon as they are sent, also when they were withdrawn again; for the other members once the
        round is over."""
        if by.year_id is None or by.role == Role.ADMINISTRATOR:
            return self.none()
        own = Q(submission__unit=by.unit_id) if by.role in UNIT_ROLES else Q(pk__in=[])
        sent = Q(dropped_at=None, submission__state=SubmissionState.SENT)
        early = Q(submission__round__version__document__drafting_unit=by.unit_id) if by.unit_id else Q(pk__in=[])
        if reads_early(by, now):
            sent |= Q(withdrawn_by__isnull=False)
        else:
            over = Q(submission__round__state=RoundState.CLOSED) | Q(submission__round__closes_at__lte=now)
            sent = (sent & (over | early)) | (Q(withdrawn_by__isnull=False) & early)
        return self.filter(own | sent, submission__round__version__document__year=by.year_id)


def reads_early(by: Mandate, now: datetime) -> bool:
    """Whether the mandate reads what was sent in any round before its close: supervising body and head unit."""
    return by.role == Role.OBSERVER or (by.role in UNIT_ROLES and by.membership_role(now) == MemberRole.HEAD)


class Comment(models.Model):
    """Góp ý: a unit's remark at a clause (or the whole) of the round's version. Number and quote stay as made."""

    submission = models.ForeignKey(UnitSubmission, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    provision = models.ForeignKey(Provision, null=True, blank=True, on_delete=models.PROTECT, related_name="comments")
    citation = LineField(max_length=200, blank=True)  # as numbered in the version commented on
    quote = QuoteField(blank=True)
    prefix = QuoteField(blank=True)  # what stood before and behind the quote
    suffix = QuoteField(blank=True)
    kind = StateField(CommentKind, default=CommentKind.WORDING)
    proposed_text = WordsField(blank=True)
    reason = WordsField(blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True, blank=True)  # taken back before sending, may be restored; or withdrawn
    # Who withdrew it after it was sent, before the round's hour: it stays readable and is answered by nobody.
    withdrawn_by = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.citation}: {self.reason[:40]}"

    @property
    def audit_chain(self) -> str:
        return self.submission.audit_chain


class Response(models.Model):
    """Tiếp thu, giải trình: the drafting unit's answer to one comment; the commenter sees it once published."""

    comment = models.OneToOneField(Comment, on_delete=models.PROTECT, related_name="response")
    decision = StateField(Decision)
    explanation = WordsField(blank=True)
    already_at = LineField(max_length=200, blank=True)  # 'đã có tại …'
    drafted_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    targets = models.ManyToManyField(Provision, blank=True, related_name="+")  # clauses that show a 'tiếp thu'
    approved_by = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.decision}"

    @property
    def audit_chain(self) -> str:
        return self.comment.audit_chain


class LastWord(models.Model):
    """Lời cuối của đơn vị góp ý: whether the answer satisfies. Prepared by its officers, said by its leader."""

    response = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="last_word")
    kind = StateField(LastWordKind)
    words = WordsField(blank=True)
    prepared_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    said_by = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind}"

    @property
    def audit_chain(self) -> str:
        return self.response.audit_chain
