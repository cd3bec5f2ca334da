"""Who may do what at a secret ballot. The administrator and the supervising body neither vote nor conduct."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from giaouoc.clusters.access import acts_for_member, chairs
from giaouoc.clusters.models import Mandate, Role, Unit, Year
from giaouoc.lib.clock import local_date
from giaouoc.lib.errors import NotFound
from giaouoc.lib.verdict import YES, Verdict, no, not_now

from .models import Ballot, Voter
from .queries import COUNTERS, tellers_for
from .states import KEY_KEPT, BallotState, Level


def get_ballot(pk: UUID) -> Ballot:
    """A ballot whose charter and list are open to everybody who has its address: a blind one. Raises NotFound."""
    found = Ballot.objects.filter(pk=pk, level=Level.BLIND).select_related("year__cluster").first()
    if found is None:
        raise NotFound(_("Không có lần bỏ phiếu này."))
    return found


def can_conduct(by: Mandate | None, year: Year, now: datetime) -> Verdict:
    """Open, end and give up: whoever chairs conferences."""
    if chairs(by, year, now):
        return YES
    return no(_("Chỉ người chủ trì (Cụm trưởng, hoặc Cụm phó được ủy quyền bằng văn bản) làm việc này."))


def marks_for(by: Mandate | None, ballot: Ballot, unit: Unit, now: datetime) -> bool:
    """Whether this person fills in the unit's paper: its leader, or whom the leader gave the vote in writing."""
    if by is None or by.unit_id != unit.pk or not acts_for_member(by, ballot.year, now):
        return False
    in_force = Mandate.objects.on(local_date(now)).values("pk")  # what an ended mandate held is the leader's again
    given = Voter.objects.filter(ballot=ballot, unit=unit, delegate__in=in_force).values_list("delegate", flat=True)
    return by.pk in given if given else by.role == Role.LEADER


def can_mark(by: Mandate | None, ballot: Ballot, unit: Unit, now: datetime) -> Verdict:
    """Cast a paper, or have it stamped: nobody does it for somebody else."""
    if not marks_for(by, ballot, unit, now):
        return no(_("Chỉ lãnh đạo đơn vị hoặc người được ủy quyền biểu quyết bỏ phiếu kín; không ai bỏ thay."))
    if not Voter.objects.filter(ballot=ballot, unit=unit).exists():
        return not_now(_("Đơn vị không có mặt khi mở bỏ phiếu nên không bỏ phiếu."))
    if ballot.state == BallotState.KEYING:
        return not_now(_("Người của tổ kiểm phiếu chưa tạo khóa; đóng dấu bắt đầu khi có khóa ấy."))
    if ballot.state not in {BallotState.VOTING, BallotState.STAMPING, BallotState.DROPPING}:
        return not_now(_("Lần bỏ phiếu này đã đóng."))
    return YES


def can_fetch_stamp(by: Mandate | None, ballot: Ballot, unit: Unit, now: datetime) -> Verdict:
    """Get the stamp of the unit's paper, again after a lost reply: also once the papers are counted, as long as a paper that
    is missing from the list may be shown."""
    if ballot.objections_left(now) and marks_for(by, ballot, unit, now):
        if Voter.objects.filter(ballot=ballot, unit=unit, done=True).exists():
            return YES
    return can_mark(by, ballot, unit, now)


def can_enter(by: Mandate | None, ballot: Ballot, now: datetime) -> Verdict:
    """Type in the counted paper ballots: secretaries, leaders and assessors of member units."""
    if by is None or not acts_for_member(by, ballot.year, now):
        return no(_("Chỉ người của đơn vị thành viên nhập kết quả kiểm phiếu."))
    if by.role not in COUNTERS:
        return no(_("Chỉ người của đơn vị thành viên nhập kết quả kiểm phiếu."))
    return YES if ballot.state == BallotState.COUNTING else not_now(_("Lần bỏ phiếu này không chờ nhập kết quả."))


def can_stamp_second(by: Mandate | None, ballot: Ballot, now: datetime) -> Verdict:
    """Make the second key, and stamp with it: the one person of the tally team whom the chair named, as long as that person
    neither chairs nor runs the system."""
    if by is None or ballot.teller_id is None or by.pk != ballot.teller_id or not acts_for_member(by, ballot.year, now):
        return no(_("Chỉ người của tổ kiểm phiếu do người chủ trì cử đóng dấu lần thứ hai."))
    if ballot.state not in KEY_KEPT:
        return not_now(_("Đã hết thời gian đóng dấu phiếu."))
    if not tellers_for(ballot.year, now).filter(pk=by.pk).exists():
        return not_now(
            _(
                "Người được cử nay cũng chủ trì hội nghị hoặc quản trị hệ thống nên không đóng dấu lần thứ hai. Khi chưa đơn vị "
                "nào nhận dấu, người chủ trì thôi dấu thứ hai được; sau đó kết thúc với các phiếu đã đủ hai dấu, hoặc hủy lần bỏ "
                "phiếu."
            )
        )
    return YES


def can_give_up_second(by: Mandate | None, ballot: Ballot, now: datetime) -> Verdict:
    """Go on with one stamp: the chair, before any unit is stamped. Later the ballot can only be given up as a whole."""
    if not (verdict := can_conduct(by, ballot.year, now)):
        return verdict
    if ballot.teller_id is None:
        return not_now(_("Lần bỏ phiếu này không có dấu thứ hai của tổ kiểm phiếu."))
    if ballot.state not in KEY_KEPT:
        return not_now(_("Đã hết thời gian đóng dấu phiếu."))
    if Voter.objects.filter(ballot=ballot, done=True).exists():
        return not_now(_("Đã có đơn vị nhận dấu nên không thôi dấu thứ hai được; chờ dấu ấy, hoặc hủy lần bỏ phiếu."))
    return YES
