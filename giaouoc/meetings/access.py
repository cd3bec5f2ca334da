"""Who may do what at a conference. The supervising body reads; the administrator and strangers do not."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from giaouoc.ballots.queries import missing_of
from giaouoc.ballots.states import BallotState
from giaouoc.clusters.access import acts_for_member, chairs, has_head_secretary, is_head, is_head_secretary, works_in
from giaouoc.clusters.models import Mandate, Role, Unit, Year
from giaouoc.directives.access import can_record_directive
from giaouoc.documents.states import DocumentState
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import clock_time, short_date
from giaouoc.lib.errors import NotFound
from giaouoc.lib.verdict import YES, Verdict, no, not_now
from giaouoc.signing.access import signing_works

from .models import AgendaItem, AgendaNote, Attendance, ItemBallot, Meeting, MeetingDecision
from .queries import is_checked, under_vote, waiting_final, waiting_finals
from .room import takes_codes
from .states import APPROVED, DecisionState, MeetingState

EARLY = {MeetingState.PLANNED, MeetingState.CONVENED}
UNFINISHED = EARLY | {MeetingState.OPEN}


def get_meeting_for(by: Mandate | None, year: Year, slug: str) -> Meeting:
    """A conference of the year, for who works in it. Raises NotFound."""
    if works_in(by, year):
        meeting = Meeting.objects.filter(year=year, slug=slug).select_related(
            "chair__unit", "secretary__unit", "minutes", "signing_round"
        )
        if (found := meeting.first()) is not None:
            found.year = year
            return found
    raise NotFound(_("Không có hội nghị này."))


def get_decision_for(by: Mandate | None, meeting: Meeting, pk: int) -> MeetingDecision:
    """A decision of the conference. Raises NotFound."""
    found = (
        MeetingDecision.objects.filter(item__meeting=meeting, pk=pk)
        .select_related("item__document", "item__version", "version")
        .first()
    )
    if found is None or not works_in(by, meeting.year):
        raise NotFound(_("Không có lần biểu quyết này."))
    found.item.meeting = meeting
    return found


def get_ballot_for(by: Mandate | None, meeting: Meeting, pk: int) -> ItemBallot:
    """A secret ballot of the conference. Raises NotFound."""
    found = ItemBallot.objects.filter(item__meeting=meeting, pk=pk).select_related("item__document", "ballot").first()
    if found is None or not works_in(by, meeting.year):
        raise NotFound(_("Không có lần bỏ phiếu này."))
    found.item.meeting = meeting
    found.ballot.year = meeting.year
    return found


def can_plan(by: Mandate | None, year: Year, now: datetime) -> Verdict:
    """Conferences are prepared by the head unit."""
    return is_head(by, year, now)


def can_prepare(by: Mandate | None, meeting: Meeting, now: datetime) -> Verdict:
    """Facts, agenda: the head unit, until the conference is closed."""
    if not (verdict := is_head(by, meeting.year, now)):
        return verdict
    if meeting.state not in UNFINISHED:
        return not_now(_("Hội nghị đã bế mạc; chương trình và điểm danh không đổi được nữa."))
    return YES


def can_order_agenda(by: Mandate | None, meeting: Meeting, now: datetime) -> Verdict:
    """Put the items of the agenda in another order: who prepares it, and in the room also who chairs."""
    if meeting.state == MeetingState.OPEN and chairs(by, meeting.year, now):
        return YES
    return can_prepare(by, meeting, now)


def can_convene(by: Mandate | None, meeting: Meeting, now: datetime) -> Verdict:
    """Send the invitation, once."""
    if not (verdict := is_head(by, meeting.year, now)):
        return verdict
    return YES if meeting.state == MeetingState.PLANNED else not_now(_("Giấy mời đã được gửi."))


def can_cancel(by: Mandate | None, meeting: Meeting, now: datetime) -> Verdict:
    """Call a conference off before it has begun."""
    if not (verdict := is_head(by, meeting.year, now)):
        return verdict
    return YES if meeting.state in EARLY else not_now(_("Hội nghị đã khai mạc hoặc không còn họp."))


def can_represent(by: Mandate | None, meeting: Meeting, unit: Unit, now: datetime) -> Verdict:
    """Say who comes for a unit: the unit itself, or the head unit."""
    own = by is not None and by.unit_id == unit.pk and by.role in {Role.SECRETARY, Role.LEADER}
    if not is_head(by, meeting.year, now) and not (own and acts_for_member(by, meeting.year, now)):
        return no(_("Chỉ thư ký, lãnh đạo của chính đơn vị hoặc đơn vị Cụm trưởng ghi đại diện."))
    return YES if meeting.state in UNFINISHED else not_now(_("Hội nghị đã bế mạc."))


def can_give_vote(by: Mandate | None, meeting: Meeting, unit: Unit, now: datetime) -> Verdict:
    """Let a person of the unit vote in its name: the unit's own leader, by written authority."""
    if by is None or by.role != Role.LEADER or by.unit_id != unit.pk or not acts_for_member(by, meeting.year, now):
        return no(_("Chỉ lãnh đạo của chính đơn vị được ủy quyền biểu quyết."))
    return YES if meeting.state in UNFINISHED else not_now(_("Hội nghị đã bế mạc."))


def can_mark_presence(by: Mandate | None, meeting: Meeting, now: datetime) -> Verdict:
    """Presence is taken by the head unit."""
    return can_prepare(by, meeting, now)


def _on_the_day(meeting: Meeting, now: datetime) -> Verdict:
    day = local_date(meeting.starts_at)
    if local_date(now) < day:
        words = _("Hội nghị dự kiến ngày %(day)s; nếu họp sớm hơn, hãy sửa thời gian trước.")
        return not_now(words % {"day": short_date(day)})
    return YES


def can_mark_present(by: Mandate | None, meeting: Meeting, now: datetime) -> Verdict:
    """Nobody is there before the day."""
    return _on_the_day(meeting, now) if (verdict := can_mark_presence(by, meeting, now)) else verdict


def can_mark_own_presence(by: Mandate | None, meeting: Meeting, now: datetime) -> Verdict:
    """By the code on the room's screen: whoever votes for the unit, on the day, until the close."""
    if by is None or by.unit is None or not votes_for(by, meeting, by.unit, now):
        return no(_("Chỉ lãnh đạo đơn vị hoặc người được ủy quyền biểu quyết tự điểm danh cho đơn vị."))
    return YES if takes_codes(meeting, now) else not_now(_("Hội nghị này không nhận mã điểm danh lúc này."))


def can_chair(by: Mandate | None, meeting: Meeting, now: datetime) -> Verdict:
    """The head unit's leader, or the deputy unit's by written delegation."""
    if chairs(by, meeting.year, now):
        return YES
    return no(_("Chỉ người chủ trì (Cụm trưởng, hoặc Cụm phó được ủy quyền bằng văn bản) làm việc này."))


def can_open(by: Mandate | None, meeting: Meeting, now: datetime) -> Verdict:
    """Open the conference."""
    if not (verdict := can_chair(by, meeting, now)):
        return verdict
    return _on_the_day(meeting, now) if meeting.state in EARLY else not_now(_("Hội nghị đã khai mạc."))


def _sits(meeting: Meeting) -> Verdict:
    if meeting.state in EARLY:
        return not_now(_("Hội nghị chưa khai mạc."))
    if meeting.state != MeetingState.OPEN:
        return not_now(_("Hội nghị đã bế mạc."))
    if (since := meeting.paused_since) is not None:
        return not_now(_("Hội nghị đang tạm nghỉ từ %(time)s.") % {"time": clock_time(since)})
    return YES


def can_pause(by: Mandate | None, meeting: Meeting, now: datetime) -> Verdict:
    """Begin a break: the chair, while nothing is being decided."""
    return _sits(meeting) if (verdict := can_chair(by, meeting, now)) else verdict


def can_resume(by: Mandate | None, meeting: Meeting, now: datetime) -> Verdict:
    """End the break: the chair."""
    if not (verdict := can_chair(by, meeting, now)):
        return verdict
    return not_now(_("Hội nghị không tạm nghỉ.")) if meeting.paused_since is None else YES


def can_open_decision(by: Mandate | None, item: AgendaItem, now: datetime) -> Verdict:
    """Put an item's text or a motion to a named decision: the chair, while the conference sits."""
    return _sits(item.meeting) if (verdict := can_chair(by, item.meeting, now)) else verdict


def can_edit_floor(by: Mandate | None, item: AgendaItem, now: datetime) -> Verdict:
    """List what the room wants otherwise in the text: the head unit, while the conference sits and nobody votes on it."""
    if not (verdict := is_head(by, item.meeting.year, now)):
        return verdict
    if not (verdict := _sits(item.meeting)):
        return verdict
    if item.document is None or item.document.state != DocumentState.TABLED:
        return not_now(_("Mục này không có văn bản đang chờ quyết định."))
    if under_vote(item):
        return not_now(_("Đang biểu quyết về văn bản này; chỉnh sửa được ghi trước hoặc sau lần biểu quyết."))
    return YES


def can_open_ballot(by: Mandate | None, item: AgendaItem, now: datetime) -> Verdict:
    """Put an item to a secret ballot: the chair, while the conference sits."""
    return _sits(item.meeting) if (verdict := can_chair(by, item.meeting, now)) else verdict


def can_declare_ballot(by: Mandate | None, row: ItemBallot, now: datetime) -> Verdict:
    """Declare a counted ballot: the chair, of a blind one after the time for objections, and never past a missing paper
    that would change the result."""
    if not (verdict := can_void_ballot(by, row, now)):
        return verdict
    ballot = row.ballot
    if ballot.state != BallotState.CLOSED:
        return not_now(_("Chưa kiểm phiếu xong."))
    if ballot.objections_until is not None and ballot.objections_left(now):
        return not_now(
            _("Công bố được từ %(until)s: đến giờ ấy các đơn vị tìm mã phiếu của mình và nêu phiếu bị thiếu.")
            % {"until": clock_time(ballot.objections_until)}
        )
    if ballot.is_blind and (missing := missing_of(ballot))["changes"]:
        return not_now(
            _(
                "Có %(count)s phiếu mang dấu không có trong danh sách, đếm cả thì kết quả khác: hủy lần bỏ phiếu, nêu lý do "
                "và mở lần mới."
            )
            % {"count": missing["count"]}
        )
    return YES


def can_void_ballot(by: Mandate | None, row: ItemBallot, now: datetime) -> Verdict:
    """Give a ballot up before it is declared: the chair."""
    if not (verdict := can_chair(by, row.item.meeting, now)):
        return verdict
    return YES if row.state == DecisionState.OPEN else not_now(_("Kết quả bỏ phiếu đã được công bố hoặc đã hủy."))


def votes_for(by: Mandate | None, meeting: Meeting, unit: Unit, now: datetime) -> bool:
    """Whether this person votes in the unit's name: its leader, or whom the leader gave the vote by written authority.

    What was given to somebody whose mandate has ended since is the leader's again."""
    if by is None or by.unit_id != unit.pk or not acts_for_member(by, meeting.year, now):
        return False
    in_force = Mandate.objects.on(local_date(now)).values("pk")
    rows = Attendance.objects.filter(meeting=meeting, unit=unit, delegate__in=in_force)
    given = rows.values_list("delegate", flat=True)
    return by.pk in given if given else by.role == Role.LEADER  # who gave the vote away does not vote as well


def can_vote(by: Mandate | None, decision: MeetingDecision, unit: Unit, now: datetime) -> Verdict:
    """A unit's own leader or delegate votes; the head unit's secretary records the hands of units in the room."""
    meeting = decision.item.meeting
    if not is_head_secretary(by, meeting.year, now) and not votes_for(by, meeting, unit, now):
        return no(
            _(
                "Chỉ lãnh đạo đơn vị hoặc người được ủy quyền biểu quyết; thư ký đơn vị Cụm trưởng ghi thay khi giơ tay "
                "tại hội nghị."
            )
        )
    if decision.state != DecisionState.OPEN:
        return not_now(_("Lần biểu quyết này đã đóng."))
    if unit.code not in decision.present:
        return not_now(_("Đơn vị không có mặt khi mở biểu quyết nên không biểu quyết."))
    return YES


def can_declare(by: Mandate | None, decision: MeetingDecision, now: datetime) -> Verdict:
    """The chair declares or voids; the secretary never."""
    if not (verdict := can_chair(by, decision.item.meeting, now)):
        return verdict
    return YES if decision.state == DecisionState.OPEN else not_now(_("Lần biểu quyết này đã đóng."))


def can_run_room(by: Mandate | None, meeting: Meeting, now: datetime) -> Verdict:
    """Open the room's screen, say what it shows, set its timer: the head unit, until the minutes are approved."""
    if not (verdict := is_head(by, meeting.year, now)):
        return verdict
    if meeting.state in {*APPROVED, MeetingState.CANCELLED}:
        return not_now(_("Hội nghị đã xong hoặc không họp, màn hình không còn dùng."))
    return YES


def can_note(by: Mandate | None, meeting: Meeting, now: datetime) -> Verdict:
    """Write down what is said: the head unit, from the opening until the minutes are approved."""
    if not (verdict := is_head(by, meeting.year, now)):
        return verdict
    if meeting.state in APPROVED:
        return not_now(_("Biên bản đã được phê duyệt, không sửa được nữa."))
    held = meeting.state not in EARLY | {MeetingState.CANCELLED}
    return YES if held else not_now(_("Hội nghị chưa khai mạc."))


def can_change_note(by: Mandate | None, note: AgendaNote, now: datetime) -> Verdict:
    """Correct the words of a note."""
    return can_note(by, note.item.meeting, now)


def can_follow_note(by: Mandate | None, note: AgendaNote, now: datetime) -> Verdict:
    """Make the supervising body's words a directive whose tasks are followed up; once."""
    year = note.item.meeting.year
    if not (verdict := can_record_directive(by, year, now)):
        return verdict
    if note.unit_id != year.cluster.supervising_body_id:
        return not_now(_("Chỉ ý kiến của cơ quan chỉ đạo mới thành ý kiến chỉ đạo."))
    return YES if note.directive_id is None else not_now(_("Ý kiến này đã được theo dõi."))


def can_close(by: Mandate | None, meeting: Meeting, now: datetime) -> Verdict:
    """Close the conference."""
    if not (verdict := can_chair(by, meeting, now)):
        return verdict
    return _sits(meeting)


def can_write_minutes(by: Mandate | None, meeting: Meeting, now: datetime) -> Verdict:
    """The head unit's secretary (or leader) writes the minutes until they are approved."""
    if not (verdict := is_head(by, meeting.year, now)):
        return verdict
    if meeting.state in APPROVED:
        return not_now(_("Biên bản đã được phê duyệt, không sửa được nữa."))
    return YES if meeting.state == MeetingState.CLOSED else not_now(_("Biên bản lập sau khi bế mạc hội nghị."))


def can_approve_minutes(by: Mandate | None, meeting: Meeting, now: datetime) -> Verdict:
    """The chair approves the minutes as written."""
    if not (verdict := can_chair(by, meeting, now)):
        return verdict
    if meeting.state != MeetingState.CLOSED or meeting.minutes_id is None:
        return not_now(_("Chưa có biên bản để phê duyệt, hoặc biên bản đã được phê duyệt."))
    if waiting := waiting_finals(meeting):
        titles = ", ".join(str(item.document) for item in waiting)
        return not_now(
            _(
                "Còn văn bản chờ bản cuối: %(titles)s. Người chủ trì chốt, hoặc trả lại kèm lý do để biên bản ghi; rồi phê duyệt."
            )
            % {"titles": titles}
        )
    return YES


def awaits_check(item: AgendaItem, now: datetime) -> bool:
    """Whether the head unit's secretary has yet to read the text after the edits; where there is none, nobody waits for that."""
    return not is_checked(item) and has_head_secretary(item.meeting.year, now)


def can_check_final(by: Mandate | None, item: AgendaItem, now: datetime) -> Verdict:
    """Read the text after the edits against them before the chair confirms it: the head unit's secretary."""
    if not (verdict := is_head_secretary(by, item.meeting.year, now)):
        return verdict
    if waiting_final(item) is None:
        return not_now(_("Mục này không có văn bản chờ bản cuối."))
    return not_now(_("Bản cuối này đã được đối chiếu.")) if is_checked(item) else YES


def can_close_final(by: Mandate | None, item: AgendaItem, now: datetime) -> Verdict:
    """Confirm the text after the edits: the chair, once the secretary has read it against them. A head unit without a
    secretary leaves both to the chair."""
    if not (verdict := can_chair(by, item.meeting, now)):
        return verdict
    if waiting_final(item) is None:
        return not_now(_("Mục này không có văn bản chờ bản cuối."))
    if awaits_check(item, now):
        return not_now(_("Thư ký đơn vị Cụm trưởng chưa đối chiếu bản cuối với các chỉnh sửa."))
    return YES


def can_return_final(by: Mandate | None, item: AgendaItem, now: datetime) -> Verdict:
    """Send a text that was adopted with edits back instead of confirming it: the chair, while the minutes can still say why."""
    if not (verdict := can_chair(by, item.meeting, now)):
        return verdict
    if item.meeting.state in APPROVED:
        return not_now(_("Biên bản đã được phê duyệt, không trả lại được nữa; văn bản chờ chốt bản cuối."))
    return YES if waiting_final(item) is not None else not_now(_("Mục này không có văn bản chờ bản cuối."))


def can_put_minutes_to_signing(by: Mandate | None, meeting: Meeting, now: datetime) -> Verdict:
    """The head unit puts approved minutes before the secretary and the chair who are to sign them."""
    if not (verdict := is_head(by, meeting.year, now)):
        return verdict
    if meeting.state != MeetingState.RECORDED or not meeting.text_hash:
        return not_now(_("Chỉ đưa ra ký biên bản đã được phê duyệt và chưa đưa ra ký."))
    chair, writer = meeting.chair, meeting.secretary
    if chair is None or writer is None or (chair.unit_id, chair.role) == (writer.unit_id, writer.role):
        return not_now(_("Người ghi biên bản và người chủ trì phải là hai người, mỗi người một tư cách."))
    return signing_works()
