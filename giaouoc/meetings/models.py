"""Hội nghị: agenda, who is present, quorum, decisions on what is tabled, minutes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from giaouoc.ballots.models import Ballot
from giaouoc.clusters.models import BodyKind, Mandate, MemberRole, Unit, Year
from giaouoc.directives.models import Directive
from giaouoc.documents.models import Document, DocumentVersion, ProvisionText
from giaouoc.files.models import StoredFile
from giaouoc.lib.engine import changed, guard, guard_rows
from giaouoc.lib.fields import LineField, StateField, TreeField, WordsField
from giaouoc.signing.models import SigningRound

from .rules.stays import Stay
from .states import Answer, Choice, DecisionState, FloorAct, MeetingState, Method, Outcome, Purpose


class Meeting(models.Model):
    """A conference of the cluster."""

    year = models.ForeignKey(Year, on_delete=models.PROTECT, related_name="meetings")
    title = LineField(max_length=300)
    slug = models.SlugField(max_length=100)
    starts_at = models.DateTimeField()
    venue = LineField(max_length=300, blank=True)
    link = models.URLField(max_length=500, blank=True)  # of a conference held online, or of those who join from afar
    state = StateField(MeetingState, default=MeetingState.PLANNED)
    chair = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    secretary = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    convened_at = models.DateTimeField(null=True, blank=True)
    convene_rule = models.JSONField(null=True, blank=True)  # {"value", "basis"} of the year as it was sent
    body_kind = StateField(BodyKind, blank=True, default="", max_length=10)  # layout of the invitation that was sent
    invitation = models.PositiveSmallIntegerField(default=0)  # how often it was changed since it was sent
    breaks: Any = models.JSONField(
        default=list, blank=True
    )  # [[from, to]], ISO moments; the last to is null in a break
    opened_at = models.DateTimeField(null=True, blank=True)
    quorum = models.JSONField(
        null=True, blank=True
    )  # as it was at the opening: roll, present and the keys of a decision's
    closed_at = models.DateTimeField(null=True, blank=True)
    guests = WordsField(blank=True)  # invited, one a line: the supervising body first
    conclusion = WordsField(blank=True)
    minutes = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    minutes_at = models.DateTimeField(null=True, blank=True)
    content: Any = TreeField(null=True, blank=True)  # all that the minutes say, as they were written
    text_hash = models.CharField(max_length=64, blank=True)  # of that content
    signing_round = models.OneToOneField(
        SigningRound, null=True, blank=True, on_delete=models.PROTECT, related_name="meeting"
    )  # the newest in which the minutes were put to signing
    room_key = models.CharField(max_length=40, blank=True)  # of the screen's read-only link; '' while there is none
    on_now = models.ForeignKey(
        "AgendaItem", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # what the screen shows
    timer_until = models.DateTimeField(null=True, blank=True)  # of the screen
    read_out = models.BooleanField(
        default=False
    )  # minutes were read to the conference, which agreed: as the secretary states

    class Meta:
        ordering = ("starts_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["year", "slug"], name="one_meeting_per_address"),
            models.UniqueConstraint(fields=["room_key"], condition=~Q(room_key=""), name="one_meeting_per_room_key"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:meeting", args=[self.year.cluster.code, self.year.number, self.slug])

    @property
    def audit_chain(self) -> str:
        return self.year.audit_chain

    @property
    def state_label(self) -> str:
        if self.paused_since is not None:
            return _("Tạm nghỉ")
        return str(MeetingState(self.state).label)

    @property
    def place_words(self) -> str:
        """'Hội trường A; họp trực tuyến: https://…', '' for neither."""
        online = _("họp trực tuyến: %(link)s") % {"link": self.link} if self.link else ""
        return "; ".join(part for part in (self.venue.strip(), online) if part)

    @property
    def paused_since(self) -> datetime | None:
        """Since when the conference is in a break; None while it is not."""
        if not self.breaks or self.breaks[-1][1] is not None:
            return None
        return datetime.fromisoformat(self.breaks[-1][0])

    def outdate_minutes(self) -> None:
        """What was written no longer says all: it is to be written anew. Called inside the act that makes it so."""
        if self.minutes_id is not None:
            self.minutes = self.minutes_at = None
            self.save(update_fields=["minutes", "minutes_at"])

    def url(self, *rest: object) -> str:
        """An address under the meeting's own: ``meeting.url("bien-ban")``."""
        return self.get_absolute_url() + "".join(f"{part}/" for part in rest)


class AgendaItem(models.Model):
    """One item of the agenda; a tabled text stands under it in exactly the version to be decided."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    title = LineField(max_length=300)
    begins = models.TimeField(null=True, blank=True)  # in Vietnamese time, as the invitation says
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="agenda_items")
    version = models.ForeignKey(
        DocumentVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="agenda_items"
    )
    reason = WordsField(blank=True)  # why that text was tabled without consultation, as it was when it came to the item

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title

    @property
    def audit_chain(self) -> str:
        return self.meeting.audit_chain


class AgendaPaper(models.Model):
    """Tài liệu: a file that goes with an item of the agenda, beside the text to be decided."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="papers")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.file.name


class AgendaNote(models.Model):
    """What was said at an item: by which unit (or the supervising body), in what words; goes into the minutes."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="notes")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    speaker = LineField(max_length=200, blank=True)  # post of the speaker
    text = WordsField()
    made_at = models.DateTimeField()
    directive = models.OneToOneField(
        Directive, null=True, blank=True, on_delete=models.PROTECT, related_name="note"
    )  # where the supervising body's words are followed up

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text[:60]


class Attendance(models.Model):
    """A unit at a conference: who represents it, by which paper, when it was there. One row a unit and meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    representative = LineField(max_length=200, blank=True)  # post of whoever speaks for the unit
    delegation = LineField(max_length=200, blank=True)  # number and date of the written authority, if not the leader
    delegate = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # may vote
    answer = StateField(Answer, blank=True, default="")  # to the invitation; '' until the unit has answered
    stays: Any = models.JSONField(
        default=list, blank=True
    )  # [[came, left]], ISO moments; the last left is null while there
    absence_reason = LineField(max_length=300, blank=True)
    by_code = models.BooleanField(default=False)  # the unit marked itself present by the code on the room's screen

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "unit"], name="one_attendance_per_unit")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.is_present}"

    @property
    def audit_chain(self) -> str:
        return self.meeting.audit_chain

    @property
    def times(self) -> list[Stay]:
        """When it came and left, in order."""
        return [(datetime.fromisoformat(came), left and datetime.fromisoformat(left)) for came, left in self.stays]

    @property
    def is_present(self) -> bool:
        """Whether it is there now."""
        return bool(self.stays) and self.stays[-1][1] is None


class FloorEdit(models.Model):
    """Chỉnh sửa tại hội nghị: what the room wants otherwise in one clause of the text under an item."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="edits")
    at = models.ForeignKey(ProvisionText, on_delete=models.PROTECT, related_name="+")  # of the tabled version
    act = StateField(FloorAct)
    text = WordsField(blank=True)  # new words of the clause, or of the clause added after it
    made_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.act} {self.at.citation}"

    @property
    def audit_chain(self) -> str:
        return self.item.meeting.audit_chain


class ReturnedText(models.Model):
    """Không chốt bản cuối: the chair did not confirm a text that was adopted with edits. Once for each final version."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="returned")
    version = models.OneToOneField(DocumentVersion, on_delete=models.PROTECT, related_name="+")  # with the edits
    reason = WordsField()
    made_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.version}: {self.reason[:60]}"


class CheckedText(models.Model):
    """Đối chiếu bản cuối: the secretary of the head unit has read the text after the edits against them, before the chair
    confirms it. Once for each final version."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="checked")
    version = models.OneToOneField(DocumentVersion, on_delete=models.PROTECT, related_name="+")  # with the edits
    made_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.version)


class OnText(models.Model):
    """What is put to a decision, frozen with it: a tabled text, with the floor's edits if there are any, or a motion.

    ``edits``: [{"act", "where", "before", "text"}]; ``final_hash``: of the text with them worked in."""

    version = models.ForeignKey(DocumentVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    text_hash = models.CharField(max_length=64, blank=True)
    edits: Any = TreeField(default=list)
    final_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        abstract = True


class MeetingDecision(OnText):
    """A named decision. What counted is frozen when it opens: roll, presence, rule, text or motion."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="decisions")
    motion = LineField(max_length=300, blank=True)  # the words voted on, when it is not the item's text
    post = StateField(MemberRole, blank=True, default="")  # of an election: next year's, and who is put up for it
    candidate = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    method = StateField(Method)
    state = StateField(DecisionState, default=DecisionState.OPEN)
    roll = models.PositiveSmallIntegerField()  # member units entitled
    present = models.JSONField()  # codes of the units present when it opened
    quorum = models.JSONField()  # {"share": "4/5", "strict": false, "needed": 4, "basis": "khoản 3 Điều 11"}
    rule = (
        models.JSONField()
    )  # {"share": "2/3", "strict": true, "base": "present", "needed": 4, "basis": "…", "tie": "chair",
    # "chair": "CQD"}
    opened_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)  # of a consensus: until when another opinion is waited for
    silent: Any = models.JSONField(
        null=True, blank=True
    )  # of a declared one: codes of the units that agreed by silence
    declared_at = models.DateTimeField(null=True, blank=True)
    in_favour = models.PositiveSmallIntegerField(null=True, blank=True)
    against = models.PositiveSmallIntegerField(null=True, blank=True)
    abstained = models.PositiveSmallIntegerField(null=True, blank=True)
    outcome = StateField(Outcome, blank=True, default="")
    declared_by = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = WordsField(blank=True)  # of giving the decision up

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(state="open"), name="one_open_decision_per_item")
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.outcome or self.state}"

    @property
    def audit_chain(self) -> str:
        return self.item.meeting.audit_chain

    @property
    def title(self) -> str:
        """What is decided on, in words: the motion, or the text."""
        document = self.item.document if self.version_id else None
        return self.motion or (document.title if document else self.item.title)


class Vote(models.Model):
    """Biểu quyết: a unit's open vote (or its word in a recorded consensus). Named, one a unit."""

    decision = models.ForeignKey(MeetingDecision, on_delete=models.PROTECT, related_name="votes")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    choice = StateField(Choice)
    words = WordsField(blank=True)  # an objection or reservation, as spoken
    cast_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    cast_at = models.DateTimeField()
    recorded = models.BooleanField(default=False)  # by the head unit's secretary, from a hand in the room

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "unit"], name="one_vote_per_unit")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.choice}"

    @property
    def audit_chain(self) -> str:
        return self.decision.audit_chain


class ItemBallot(OnText):
    """A secret ballot at an item: on its text, an election of next year's head and deputy, or any motion."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="ballots")
    ballot = models.OneToOneField(Ballot, on_delete=models.PROTECT, related_name="at_item")
    purpose = StateField(Purpose)
    quorum = models.JSONField()  # as of a decision
    state = StateField(DecisionState, default=DecisionState.OPEN)
    declared_at = models.DateTimeField(null=True, blank=True)
    declared_by = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = WordsField(blank=True)  # of giving it up

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=Q(state="open"), name="one_open_ballot_per_item")
        ]

    def __str__(self) -> str:
        return str(self.ballot)

    @property
    def audit_chain(self) -> str:
        return self.item.meeting.audit_chain


guard_rows(
    "meetings_vote_closed",
    Vote._meta.db_table,
    f'EXISTS (SELECT 1 FROM "{MeetingDecision._meta.db_table}" d WHERE d.id = {{row}}.decision_id'
    " AND d.state <> 'open')",
    "votes of a decision that is closed do not change",
)
for _event in ("UPDATE", "DELETE"):
    guard(
        f"meetings_decision_closed_{_event.lower()}",
        MeetingDecision._meta.db_table,
        _event,
        "OLD.state <> 'open'",
        "a declared or void decision does not change",
    )
for _event in ("UPDATE", "DELETE"):
    guard(
        f"meetings_itemballot_closed_{_event.lower()}",
        ItemBallot._meta.db_table,
        _event,
        "OLD.state <> 'open'",
        "a declared or void ballot does not change",
    )
guard_rows(
    "meetings_returned_recorded",
    ReturnedText._meta.db_table,
    f'EXISTS (SELECT 1 FROM "{AgendaItem._meta.db_table}" i JOIN "{Meeting._meta.db_table}" m ON m.id = i.meeting_id'
    " WHERE i.id = {row}.item_id AND m.state IN ('recorded', 'signing', 'signed', 'archived'))",
    "a text is returned while the minutes can still say so",
)
guard(
    "meetings_meeting_recorded",
    Meeting._meta.db_table,
    "UPDATE",
    "OLD.state IN ('recorded', 'signing', 'signed', 'archived') AND (NEW.state NOT IN ('recorded', 'signing', 'signed',"
    " 'archived', CASE WHEN OLD.state IN ('signing', 'signed') THEN 'closed' ELSE OLD.state END)"
    f" OR {changed('minutes_id', 'content', 'text_hash', 'conclusion', 'read_out')})",
    "approved minutes do not change",
)
