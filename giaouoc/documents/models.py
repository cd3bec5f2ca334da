"""Văn bản: drafts, versions, the consultation on them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from giaouoc.clusters.models import BodyKind, Mandate, MemberRole, Role, Unit, Year
from giaouoc.files.models import StoredFile
from giaouoc.files.storage import hidden_words
from giaouoc.lib.covering import bare
from giaouoc.lib.engine import changed, guard, guard_rows
from giaouoc.lib.fields import LineField, QuoteField, StateField, TreeField, WordsField
from giaouoc.signing.models import SigningRound

from .returned_models import ReturnedFile as ReturnedFile
from .states import (
    CommentKind,
    Decision,
    DocumentKind,
    DocumentState,
    LastWordKind,
    Relation,
    RoundState,
    SubmissionState,
)
from .writing_models import Unfinished as Unfinished
from .writing_models import Writing as Writing
from .writing_models import WritingStep as WritingStep

WRITERS = (Role.SECRETARY, Role.LEADER)  # who works on a unit's papers; its assessor only reads them
UNIT_ROLES = (Role.SECRETARY, Role.LEADER, Role.ASSESSOR)


class DraftImportQuerySet(models.QuerySet["DraftImport"]):
    def visible_to(self, by: Mandate, now: datetime) -> DraftImportQuerySet:
        """Drafts that the mandate may look at: those of its own unit, for its secretary and leader."""
        if by.role not in WRITERS:
            return self.none()
        return self.filter(year=by.year_id, made_by__unit=by.unit_id)


class DraftImport(models.Model):
    """A Word file that was read and waits for its preview to be confirmed; nothing of it is a document yet."""

    year = models.ForeignKey(Year, on_delete=models.CASCADE, related_name="draft_imports")
    document = models.ForeignKey("Document", null=True, blank=True, on_delete=models.CASCADE, related_name="imports")
    kind = StateField(DocumentKind)
    title = LineField(max_length=300)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    tree = TreeField()
    letterhead = TreeField(default=list)  # lines set apart, not part of the text
    warnings = TreeField(default=list)
    as_read = TreeField(null=True, blank=True)  # the tree before its first correction
    corrections = TreeField(default=list)  # what was corrected since, in order
    converted = models.BooleanField(default=False)  # words in the codes of old fonts were read as what they say
    made_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = DraftImportQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("documents:preview", args=[self.year.cluster.code, self.year.number, self.pk])

    @property
    def audit_chain(self) -> str:
        return self.year.audit_chain


class Document(models.Model):
    """The identity of a text over its versions."""

    year = models.ForeignKey(Year, on_delete=models.PROTECT, related_name="documents")
    kind = StateField(DocumentKind)
    title = LineField(max_length=300)
    slug = models.SlugField(max_length=100)
    drafting_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = StateField(DocumentState, default=DocumentState.DRAFTING)
    made_at = models.DateTimeField()
    reason = WordsField(blank=True)  # of a withdrawal, or of tabling without consultation
    withdrawal_asked_by = models.ForeignKey(
        Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # one of the two leaders who must agree on it
    withdrawal_reason = WordsField(blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["year", "slug"], name="one_document_per_address")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("documents:document", args=[self.year.cluster.code, self.year.number, self.slug])

    @property
    def audit_chain(self) -> str:
        return self.year.audit_chain

    @property
    def state_label(self) -> str:
        return str(DocumentState(self.state).label)


class DocumentVersion(models.Model):
    """Phiên bản. Once frozen, neither it nor a word of its provisions changes: the database refuses.

    ``hidden_at``: since when an administrator has hidden all its words; they and their hash stay."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    ordinal = models.PositiveSmallIntegerField()
    source = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    warnings = TreeField(default=list)
    content_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(null=True, blank=True)
    body_kind = StateField(BodyKind, blank=True, default="", max_length=10)  # its layout, set when it is frozen
    hidden_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("ordinal",)
        constraints = [models.UniqueConstraint(fields=["document", "ordinal"], name="one_version_per_ordinal")]

    def __str__(self) -> str:
        return f"{self.document} {self.ordinal}"

    @property
    def audit_chain(self) -> str:
        return self.document.audit_chain

    @property
    def label(self) -> str:
        """'Dự thảo 2'."""
        return str(_("Dự thảo %(ordinal)s") % {"ordinal": self.ordinal})


class Provision(models.Model):
    """Điều khoản: a clause as a thing, over all versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="provisions")

    def __str__(self) -> str:
        return str(self.id)


class ProvisionText(models.Model):
    """The words of a provision in one version. ``position``: place in reading order; ``path``: 'điều/khoản/điểm'."""

    version = models.ForeignKey(DocumentVersion, on_delete=models.CASCADE, related_name="texts")
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="texts")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    position = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=40, null=True, blank=True)  # noqa: DJ001 -- null is part of the clause tree
    heading = WordsField(null=True, blank=True)
    text = WordsField(blank=True)
    rows = TreeField(null=True, blank=True)
    notes = TreeField(null=True, blank=True)
    path = models.CharField(max_length=100, blank=True)
    citation = LineField(max_length=200, blank=True)  # 'điểm đ khoản 2 Điều 5'

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="one_text_per_place"),
            models.UniqueConstraint(fields=["version", "provision"], name="a_provision_stands_once_in_a_version"),
        ]

    def __str__(self) -> str:
        return self.citation or self.kind


guard_rows(
    "documents_text_frozen",
    ProvisionText._meta.db_table,
    "(SELECT frozen_at FROM documents_documentversion WHERE id = {row}.version_id) IS NOT NULL",
    "the text of a frozen version never changes",
)
guard(
    "documents_version_frozen_update",
    DocumentVersion._meta.db_table,
    "UPDATE",
    f"OLD.frozen_at IS NOT NULL AND {changed('frozen_at', 'content_hash', 'document_id', 'ordinal', 'body_kind')}",
    "a frozen version never changes",
)
guard(
    "documents_version_frozen_delete",
    DocumentVersion._meta.db_table,
    "DELETE",
    "OLD.frozen_at IS NOT NULL",
    "a frozen version is never deleted",
)


class ChangeRecord(models.Model):
    """What became of a clause from one version to the next (textual modification vocabulary)."""

    version = models.ForeignKey(DocumentVersion, on_delete=models.CASCADE, related_name="changes")  # the later one
    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="changes")
    from_paths = models.JSONField(default=list)
    to_paths = models.JSONField(default=list)
    change = models.CharField(max_length=20)
    confidence = models.DecimalField(max_digits=4, decimal_places=3, default=1)
    asked = models.BooleanField(default=False)  # a guess that somebody should confirm
    confirmed_by = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.from_paths} {self.change} {self.to_paths}"


class PairDecision(models.Model):
    """Ghép điều khoản: what somebody said of a doubtful pair. Identity is worked out anew with all of them.

    ``from_paths`` in the earlier draft, ``to_paths`` in this one; no new path: the clause was dropped. Taking the last
    one back deletes it; the trail keeps both acts."""

    version = models.ForeignKey(DocumentVersion, on_delete=models.CASCADE, related_name="pairings")  # the later one
    from_paths = models.JSONField()
    to_paths = models.JSONField(default=list)
    made_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.from_paths} -> {self.to_paths}"


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
        supervising body as soon as they are sent, for the other members once the round is over."""
        if by.year_id is None or by.role == Role.ADMINISTRATOR:
            return self.none()
        own = Q(submission__unit=by.unit_id) if by.role in UNIT_ROLES else Q(pk__in=[])
        sent = Q(dropped_at=None, submission__state=SubmissionState.SENT)
        if not reads_early(by, now):
            over = Q(submission__round__state=RoundState.CLOSED) | Q(submission__round__closes_at__lte=now)
            sent &= over | Q(submission__round__version__document__drafting_unit=by.unit_id)
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
    dropped_at = models.DateTimeField(null=True, blank=True)  # taken back before sending; may be restored

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


class Adoption(models.Model):
    """Thông qua: the act that fixed a text. ``text_hash`` equals the content hash of the version."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="adoption")
    version = models.OneToOneField(DocumentVersion, on_delete=models.PROTECT, related_name="adoption")
    text_hash = models.CharField(max_length=64)
    meeting_title = LineField(max_length=300)
    meeting_date = models.DateField()
    result = WordsField()  # '5/5 đơn vị tán thành'; of a secret ballot with its questions, each as long as a title
    table_word = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    table_sheet = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signing_round = models.OneToOneField(
        SigningRound, null=True, blank=True, on_delete=models.PROTECT, related_name="adoption"
    )  # the newest in which the text was put to signing
    adopted_at = models.DateTimeField()
    number = LineField(max_length=100, blank=True)  # of the register of outgoing papers, once the text is issued
    issued_on = models.DateField(null=True, blank=True)
    body_kind = StateField(BodyKind, blank=True, default="", max_length=10)  # its layout from the decision on

    def __str__(self) -> str:
        return f"{self.document}: {self.result}"

    @property
    def audit_chain(self) -> str:
        return self.document.audit_chain


class Succession(models.Model):
    """Sửa đổi, thay thế, bãi bỏ: what an issued text does to an earlier one of its cluster."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="follows")
    earlier = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="followed_by")
    relation = StateField(Relation)

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["document", "earlier"], name="one_relation_between_two_texts")]

    def __str__(self) -> str:
        return f"{self.document}: {self.relation} {self.earlier}"


def content_of(version: DocumentVersion) -> list[dict[str, Any]]:
    """The clause tree of a version for showing, in the form of the importer: one query. Clauses that are hidden are covered.
    Raises Quarantined when all its words are."""
    if version.hidden_at is not None:
        raise hidden_words()
    return _tree_of(version)


@bare()
def kept_content(version: DocumentVersion, *, even_hidden: bool = False) -> list[dict[str, Any]]:
    """The same as it is kept, hidden clauses too: for its hash and what is made to equal one. Raises Quarantined as
    ``content_of``; ``even_hidden``: for checking what is kept and following clauses, never for showing."""
    if version.hidden_at is not None and not even_hidden:
        raise hidden_words()
    return _tree_of(version)


def _tree_of(version: DocumentVersion) -> list[dict[str, Any]]:
    nodes: dict[int, dict[str, Any]] = {}
    roots: list[dict[str, Any]] = []
    for text in version.texts.order_by("position"):
        node: dict[str, Any] = {"kind": text.kind, "number": text.number, "heading": text.heading, "text": text.text}
        if text.rows is not None:
            node["rows"] = text.rows
        if text.notes is not None:
            node["notes"] = text.notes
        node["children"] = []
        nodes[text.pk] = node
        (nodes[text.parent_id]["children"] if text.parent_id else roots).append(node)
    return roots
