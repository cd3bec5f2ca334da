"""What actions and pages ask of conferences; each a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from giaouoc.clusters.models import Membership, Year
from giaouoc.clusters.queries import members_of, rules_of
from giaouoc.clusters.rules.year_rules import RuleValue
from giaouoc.documents.models import Document, DocumentVersion
from giaouoc.documents.states import DocumentState

from .models import Attendance, Meeting, MeetingDecision
from .rules.tally import may_decide
from .states import DecisionState


@dataclass(frozen=True)
class Quorum:
    """Who is there against what the regulation asks. ``roll``, ``present``, ``needed``: units."""

    roll: int
    present: int
    needed: int
    rule: RuleValue

    @property
    def met(self) -> bool:
        return self.roll > 0 and may_decide(self.present, self.roll, self.rule.share)

    @property
    def missing(self) -> int:
        return max(0, self.needed - self.present)

    @property
    def basis(self) -> str:
        return self.rule.basis


def attendance_of(meeting: Meeting, now: datetime) -> list[tuple[Membership, Attendance | None]]:
    """Every member unit of now with its row at the conference, in protocol order."""
    rows = {row.unit_id: row for row in meeting.attendance.all()}
    return [(member, rows.get(member.unit_id)) for member in members_of(meeting.year, now)]


def quorum_of(meeting: Meeting, now: datetime) -> Quorum:
    """The quorum as it stands: counted by units that are members now and present now."""
    pairs = attendance_of(meeting, now)
    present = sum(1 for _member, row in pairs if row is not None and row.is_present)
    rule = rules_of(meeting.year)["quorum"]
    return Quorum(len(pairs), present, rule.share.needed(len(pairs)), rule)


def present_codes(meeting: Meeting, now: datetime) -> list[str]:
    """Codes of the member units that are there."""
    return [member.unit.code for member, row in attendance_of(meeting, now) if row is not None and row.is_present]


def tabled_documents(year: Year) -> list[Document]:
    """Texts that wait for a conference's decision."""
    found = list(Document.objects.filter(year=year, state=DocumentState.TABLED).order_by("pk"))
    for one in found:
        one.year = year
    return found


def tabled_version(document: Document) -> DocumentVersion | None:
    """The version that was tabled: the newest frozen one."""
    return document.versions.exclude(frozen_at=None).order_by("-ordinal").first()


def open_decision_of(meeting: Meeting) -> MeetingDecision | None:
    """The decision that is being taken, if any."""
    return MeetingDecision.objects.filter(item__meeting=meeting, state=DecisionState.OPEN).first()
