"""What actions and pages ask of conferences; each a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from giaouoc.ballots.rules.count import PASSED
from giaouoc.clusters.models import Mandate, Membership, Role, Unit, Year
from giaouoc.clusters.queries import members_of, rules_of
from giaouoc.clusters.rules.year_rules import RuleValue
from giaouoc.documents.models import Comment, Document, DocumentVersion, content_of, kept_content
from giaouoc.documents.queries import lock, refuse_unreadable
from giaouoc.documents.rules.clause_tree import content_hash
from giaouoc.documents.rules.floor_edits import Edit, lost_with, with_edits
from giaouoc.documents.states import Decision, DocumentState, RoundState
from giaouoc.files.storage import unreadable
from giaouoc.lib.clock import local_date
from giaouoc.lib.covering import bare
from giaouoc.lib.errors import WrongState

from .models import AgendaItem, Attendance, CheckedText, ItemBallot, Meeting, MeetingDecision
from .rules.days import working_days_before
from .rules.tally import may_decide
from .states import DecisionState, Outcome


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

    @property
    def frozen(self) -> dict[str, Any]:
        """As a conference or a decision keeps it."""
        return frozen_rule(self.rule, self.needed) | {"roll": self.roll, "present": self.present}


def frozen_rule(rule: RuleValue, needed: int) -> dict[str, Any]:
    """A rule as a decision keeps it, whatever becomes of the year's rules later. ``needed``: units."""
    share = rule.share
    ratio = f"{share.fraction.numerator}/{share.fraction.denominator}"
    return {"share": ratio, "strict": share.strict, "base": share.base, "needed": needed, "basis": rule.basis}


def attendance_of(meeting: Meeting, now: datetime) -> list[tuple[Membership, Attendance | None]]:
    """Every unit that is a member now (after the close: was, then) with its row at the conference, in protocol order."""
    rows = {row.unit_id: row for row in meeting.attendance.all()}
    return [(member, rows.get(member.unit_id)) for member in members_of(meeting.year, meeting.closed_at or now)]


def quorum_of(
    meeting: Meeting,
    now: datetime,
    *,
    pairs: list[tuple[Membership, Attendance | None]] | None = None,
    rule: RuleValue | None = None,
) -> Quorum:
    """The quorum as it stands: counted by units that are members now and present now.

    ``pairs``, ``rule``: what the caller has read already."""
    pairs = attendance_of(meeting, now) if pairs is None else pairs
    present = sum(1 for _member, row in pairs if row is not None and row.is_present)
    rule = rules_of(meeting.year)["quorum"] if rule is None else rule
    return Quorum(len(pairs), present, rule.share.needed(len(pairs)), rule)


def need_quorum(meeting: Meeting, now: datetime) -> Quorum:
    """The quorum as it stands. Raises WrongState with the numbers when it fails."""
    quorum = quorum_of(meeting, now)
    if not quorum.met:
        raise WrongState(
            _("Chưa đủ túc số: có mặt %(present)s/%(roll)s đơn vị, cần %(needed)s (%(basis)s).")
            % {
                "present": quorum.present,
                "roll": quorum.roll,
                "needed": quorum.needed,
                "basis": quorum.basis or _("quy định của năm"),
            },
            _("Điểm danh thêm đơn vị có mặt, hoặc lùi hội nghị."),
        )
    return quorum


def present_codes(meeting: Meeting, now: datetime) -> list[str]:
    """Codes of the member units that are there."""
    return [member.unit.code for member, row in attendance_of(meeting, now) if row is not None and row.is_present]


def need_presence(meeting: Meeting, unit: Unit, now: datetime) -> None:
    """The unit is there now. Raises WrongState."""
    if unit.code not in present_codes(meeting, now):
        raise WrongState(_("%(unit)s đã rời hội nghị nên không biểu quyết.") % {"unit": unit.short_name})


def tabled_documents(year: Year) -> list[Document]:
    """Texts that wait for a conference's decision."""
    found = list(Document.objects.filter(year=year, state=DocumentState.TABLED).order_by("pk"))
    for one in found:
        one.year = year
    return found


def tabled_version(document: Document) -> DocumentVersion | None:
    """The version that was tabled: the newest frozen one."""
    return document.versions.exclude(frozen_at=None).order_by("-ordinal").first()


def decided_with_edits(item: AgendaItem) -> MeetingDecision | ItemBallot | None:
    """The declared decision by which the item's text was adopted with edits, if any."""
    declared = {"item": item, "state": DecisionState.DECLARED}
    found = MeetingDecision.objects.filter(**declared, outcome=Outcome.ADOPTED).exclude(final_hash="").last()
    if found is not None:
        return found
    rows = ItemBallot.objects.filter(**declared).exclude(final_hash="").select_related("ballot")
    return next((row for row in rows.order_by("-pk") if row.ballot.outcomes[0]["outcome"] == PASSED), None)


def waiting_final(item: AgendaItem) -> MeetingDecision | ItemBallot | None:
    """The decision that adopted the item's text with edits, while the text as it came out of it still waits for the chair to
    confirm it; None when nothing waits, or waits for what another conference decided."""
    document = item.document
    if document is None or document.state != DocumentState.EDITED:
        return None
    row, final = decided_with_edits(item), tabled_version(document)
    if row is None or row.version is None or final is None or final.ordinal != row.version.ordinal + 1:
        return None
    return row if final.content_hash == row.final_hash else None


def is_checked(item: AgendaItem) -> bool:
    """Whether the secretary has read the newest text against the edits that it came of. Two statements."""
    document = item.document
    final = tabled_version(document) if document is not None else None
    return final is not None and CheckedText.objects.filter(version=final).exists()


def waiting_finals(meeting: Meeting) -> list[AgendaItem]:
    """Items of the conference whose text waits for the chair to confirm it. One statement when there is none."""
    items = meeting.agenda.filter(document__state=DocumentState.EDITED).select_related("document", "version")
    return [item for item in items if waiting_final(item) is not None]


def open_decision_of(meeting: Meeting) -> MeetingDecision | None:
    """The decision that is being taken, if any."""
    return MeetingDecision.objects.filter(item__meeting=meeting, state=DecisionState.OPEN).first()


def under_vote(item: AgendaItem) -> bool:
    """Whether a decision or a secret ballot on the item is open. Two statements at most."""
    return any(
        kind.objects.filter(item=item, state=DecisionState.OPEN).exists() for kind in (MeetingDecision, ItemBallot)
    )


def open_ballot_of(meeting: Meeting) -> ItemBallot | None:
    """The secret ballot that is being held or waits for its declaration, if any."""
    found = ItemBallot.objects.filter(item__meeting=meeting, state=DecisionState.OPEN)
    return found.select_related("ballot", "item").first()


def convene_by(meeting: Meeting, rule: RuleValue) -> date:
    """Until when the invitation must be out. ``rule``: the year's 'convene.min_days', in working days."""
    return working_days_before(local_date(meeting.starts_at), int(rule.value))


def left_to_the_meeting(items: Iterable[AgendaItem]) -> dict[int, list[Comment]]:
    """Comments answered 'trình hội nghị' or reserved by their unit, by item: what the conference has to settle.

    Only of rounds that are over: what is said in one that is open stays with those who may read it. It goes no further than
    the item's version and the conference's close: what came of the text afterwards is another conference's. One statement."""
    texts = {item.pk: item for item in items if item.document_id is not None and item.version is not None}
    if not texts:
        return {}
    rows = Comment.objects.for_the_meeting().filter(
        submission__round__version__document__in={item.document_id for item in texts.values()},
        submission__round__state=RoundState.CLOSED,
    )
    about = ("submission__unit", "submission__round__version", "response__last_word")
    comments = list(rows.select_related(*about).order_by("pk"))
    return {pk: [one for one in comments if _came_before(item, one)] for pk, item in texts.items()}


def _came_before(item: AgendaItem, comment: Comment) -> bool:
    """Whether the comment is of a round on the item's text as it came to this conference, and left to it by its close."""
    version, of, closed = item.version, comment.submission.round.version, item.meeting.closed_at
    if version is None or of.document_id != version.document_id or of.ordinal > version.ordinal:
        return False
    if closed is None:
        return True
    answer, word = comment.response, getattr(comment.response, "last_word", None)
    left = answer.published_at if answer.decision == Decision.TO_MEETING else word.said_at if word else None
    return left is not None and left <= closed


def delegates_for(meeting: Meeting, unit_id: int, now: datetime) -> Any:
    """Mandates of the unit's people to whom its leader may give the vote: everybody but the leaders."""
    people = Mandate.objects.on(local_date(now)).filter(year=meeting.year_id, unit=unit_id)
    return people.exclude(role=Role.LEADER).select_related("unit", "user").order_by("pk")


def listed_edits(item: AgendaItem) -> list[dict[str, Any]]:
    """The edits listed at the item, as a decision freezes them: {"act", "place", "where", "before", "text"}."""
    return [
        {"act": one.act, "place": one.at.position, "where": one.at.citation, "before": one.at.text, "text": one.text}
        for one in item.edits.select_related("at")
    ]


def kept_edits(row: MeetingDecision | ItemBallot) -> list[dict[str, Any]]:
    """The edits that the decision froze, hidden words too: for the text that must have the hash it was decided with."""
    with bare():
        found: list[dict[str, Any]] = type(row)._base_manager.values_list("edits", flat=True).get(pk=row.pk)
    return found


def edited(version: DocumentVersion, edits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The text with the edits worked in. Raises Clash."""
    return with_edits(kept_content(version), [Edit(one["act"], one["place"], one["text"]) for one in edits])


def lost_references(version: DocumentVersion, edits: list[dict[str, Any]]) -> list[str]:
    """The references that point nowhere once the edits are worked in, as they read."""
    return lost_with(content_of(version), [Edit(one["act"], one["place"], one["text"]) for one in edits])


def why_not_put(item: AgendaItem) -> list[str]:
    """Why the item's text cannot be put to a decision as it stands under the item, and the way on; nothing when it can."""
    document, version = item.document, item.version
    if document is None or version is None:
        return []
    if document.state != DocumentState.TABLED:
        state = document.state_label
        return [
            _("%(title)s không còn chờ hội nghị quyết định (%(state)s).") % {"title": document, "state": state.lower()},
            _("Có bản trình lại thì đưa bản ấy vào chương trình; nếu không, đưa việc khác ra quyết định."),
        ]
    if any(under_vote(one) for one in AgendaItem.objects.filter(document=document).exclude(pk=item.pk)):
        return [_("Văn bản này đang được biểu quyết ở mục khác."), _("Chờ công bố hoặc hủy lần biểu quyết ấy.")]
    newest = tabled_version(document)
    if newest is None or newest.pk == version.pk:
        return []
    values = {"title": document, "old": version.label.lower(), "new": newest.label.lower()}
    return [
        _("Mục này còn ghi %(old)s của %(title)s; bản đã trình nay là %(new)s.") % values,
        _("Mục đã có biểu quyết giữ bản cũ: thêm một mục mới cho %(new)s.") % values
        if item.decisions.exists() or item.ballots.exists()
        else _("Bấm “Sửa” ở mục này và lưu lại để đưa %(new)s vào mục.") % values,
    ]


def put_text(item: AgendaItem) -> dict[str, Any]:
    """What a decision on the item's text freezes: the version, its hash, the listed edits, the hash with them worked in.

    Called inside the act that opens it. Raises WrongState for another text than the one that is tabled now."""
    document, version = item.document, item.version
    if document is None or version is None:
        raise WrongState(_("Mục này không có văn bản nào đã trình."))
    lock(document)
    if sentences := why_not_put(item):
        raise WrongState(*sentences)
    refuse_unreadable(version)
    found: dict[str, Any] = {"version": version, "text_hash": version.content_hash}
    with bare():
        edits = listed_edits(item)
    if edits != listed_edits(item):
        raise unreadable()
    if edits:
        found |= {"edits": edits, "final_hash": content_hash(edited(version, edits))}
    return found
