"""The gate line of a conference: what is so, what blocks the next step with names, and whose act it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from giaouoc.clusters.rules.year_rules import RuleValue
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import clock_time, short_date
from giaouoc.lib.verdict import Verdict

from .. import access
from ..models import AgendaItem, ItemBallot, Meeting, MeetingDecision
from ..queries import (
    Quorum,
    convene_by,
    waiting_final,
)
from ..states import DecisionState, MeetingState


def _act(label: str, url: str, may: Verdict, *, post: bool = False, why: str = "") -> list[dict[str, Any]]:
    """The one red act of this person now; nothing for whom it is not; with its reason when not yet."""
    if not may and not may.later:
        return []
    return [{"label": label, "url": url, "red": True, "post": post, "why": why or ("" if may else str(may.reason))}]


def next_step(
    request: Any,
    meeting: Meeting,
    quorum: Quorum,
    pairs: list[Any],
    items: list[AgendaItem],
    rules: dict[str, RuleValue],
) -> dict[str, Any]:
    """The gate line: what is so, what blocks the next step with names, and the act that is this person's now.

    ``rules``: those of the year."""
    by, now, url = request.mandate, request.now, meeting.url
    if meeting.state == MeetingState.PLANNED:
        rule = rules["convene.min_days"]
        due, late = convene_by(meeting, rule), local_date(now) > convene_by(meeting, rule)
        values = {"day": short_date(due), "basis": f" ({rule.basis})" if rule.basis else ""}
        if late:
            words = (
                _("Quá hạn gửi giấy mời: hạn là ngày %(day)s%(basis)s. Vẫn gửi được, nhật ký ghi là gửi muộn.") % values
            )
        else:
            words = _("Giấy mời gửi chậm nhất ngày %(day)s%(basis)s.") % values
        blockers = [] if items else [_("Chương trình chưa có mục nào.")]
        blockers += [] if meeting.place_words else [_("Chưa ghi địa điểm hoặc liên kết họp trực tuyến.")]
        acts = _act(_("Gửi giấy mời"), url("giay-moi"), access.can_convene(by, meeting, now), why=" ".join(blockers))
        return {"say": words, "blockers": blockers, "acts": acts, "state": "late" if late else ""}
    counts: dict[str, Any] = {"present": quorum.present, "roll": quorum.roll, "needed": quorum.needed}
    absent = [member.unit.short_name for member, row in pairs if row is None or not row.is_present]
    if meeting.state == MeetingState.CONVENED:
        words = _("Có mặt %(present)s/%(roll)s đơn vị; khai mạc khi đủ %(needed)s.") % counts
        blockers, why = answers_missing(pairs), ""
        if not quorum.met:
            blockers += [_("Chưa điểm danh: %(units)s.") % {"units": ", ".join(absent)}]
            why = _("Còn thiếu %(missing)s đơn vị có mặt.") % {"missing": quorum.missing}
        acts = _act(_("Khai mạc hội nghị"), url("khai-mac"), access.can_open(by, meeting, now), post=True, why=why)
        return {"say": words, "blockers": blockers, "acts": acts, "state": "good" if quorum.met else ""}
    if meeting.paused_since is not None:
        words = _("Hội nghị tạm nghỉ từ %(time)s. Có mặt %(present)s/%(roll)s đơn vị, túc số cần %(needed)s.")
        words %= counts | {"time": clock_time(meeting.paused_since)}
        acts = _act(_("Họp tiếp"), url("hop-tiep"), access.can_resume(by, meeting, now), post=True)
        return {"say": words, "acts": acts, "state": "" if quorum.met else "late"}
    if meeting.state == MeetingState.OPEN:
        decision = _open_one(items)
        if decision is not None:
            act = {"label": _("Đến lần biểu quyết"), "url": url("bieu-quyet", decision.pk), "red": True}
            return {"say": _("Đang có một lần biểu quyết."), "acts": [act], "state": "good"}
        held = _open_ballot(items)
        if held is not None:
            act = {"label": _("Đến lần bỏ phiếu kín"), "url": url("bo-phieu", held.pk), "red": True}
            return {"say": _("Đang có một lần bỏ phiếu kín."), "acts": [act], "state": "good"}
        words = _("Đang họp. Có mặt %(present)s/%(roll)s đơn vị, túc số cần %(needed)s.") % counts
        blockers = []
        if not quorum.met:
            words = _("Không còn đủ túc số: có mặt %(present)s/%(roll)s đơn vị, cần %(needed)s.") % counts
            blockers = [_("Chưa quyết định được việc gì khi vắng: %(units)s.") % {"units": ", ".join(absent)}]
        blockers += finals_missing(items, now)
        blockers += [
            _("%(title)s chưa được quyết định.") % {"title": item.document.title}
            for item in items
            if item.document is not None and item.document.state == "tabled"
        ]
        acts = _act(_("Bế mạc hội nghị"), url("be-mac"), access.can_close(by, meeting, now))
        acts = [one | {"red": not blockers} for one in acts]
        pause = _act(_("Tạm nghỉ"), url("tam-nghi"), access.can_pause(by, meeting, now), post=True)
        acts = [*(one | {"red": False} for one in pause), *acts]
        return {"say": words, "blockers": blockers, "acts": acts, "state": "" if quorum.met else "late"}
    if meeting.state == MeetingState.CLOSED:
        words = _("Biên bản chờ người chủ trì phê duyệt.") if meeting.minutes_id else _("Chưa lập biên bản.")
        may = (
            access.can_approve_minutes(by, meeting, now)
            if meeting.minutes_id
            else access.can_write_minutes(by, meeting, now)
        )
        act = {"label": _("Biên bản hội nghị"), "url": url("bien-ban"), "red": bool(may)}
        return {"say": words, "blockers": finals_missing(items, now), "acts": [act]}
    if meeting.state == MeetingState.CANCELLED:
        return {"say": _("Hội nghị không họp; lý do ở phần Lịch sử.")}
    said = {
        MeetingState.RECORDED: _("Biên bản đã được phê duyệt."),
        MeetingState.SIGNING: _("Biên bản đang được ký."),
        MeetingState.SIGNED: _("Biên bản đã đủ chữ ký, chờ đóng niêm."),
        MeetingState.ARCHIVED: _("Biên bản đã ký và đóng niêm."),
    }
    act = {"label": _("Xem biên bản"), "url": url("bien-ban")}
    return {"say": said[MeetingState(meeting.state)], "acts": [act], "state": "good"}


def finals_missing(items: Iterable[AgendaItem], now: datetime) -> list[str]:
    """Texts that were adopted with edits here and that the chair has neither confirmed nor returned."""
    waiting = [item for item in items if waiting_final(item) is not None]
    last = _("%(title)s chờ người chủ trì chốt bản cuối hoặc trả lại; trước đó biên bản chưa phê duyệt được.")
    first = _(
        "%(title)s chờ thư ký đối chiếu, rồi người chủ trì chốt bản cuối hoặc trả lại; trước đó biên bản chưa phê duyệt được."
    )
    return [(first if access.awaits_check(item, now) else last) % {"title": item.document} for item in waiting]


def answers_missing(pairs: list[Any]) -> list[str]:
    """Who has not answered the invitation and is not there either."""
    silent = [member.unit.short_name for member, row in pairs if row is None or not (row.answer or row.is_present)]
    return [_("Chưa trả lời giấy mời: %(units)s.") % {"units": ", ".join(silent)}] if silent else []


def _open_one(items: list[AgendaItem]) -> MeetingDecision | None:
    return next((one for item in items for one in item.decisions.all() if one.state == DecisionState.OPEN), None)


def _open_ballot(items: list[AgendaItem]) -> ItemBallot | None:
    return next((one for item in items for one in item.ballots.all() if one.state == DecisionState.OPEN), None)


def why_not_decide(meeting: Meeting, quorum: Quorum, items: list[AgendaItem]) -> str:
    """Why no text can be put to the decision just now, or ''."""
    if meeting.paused_since is not None:
        return _("Hội nghị đang tạm nghỉ.")
    if _open_one(items) is not None or _open_ballot(items) is not None:
        return _("Đang có một lần biểu quyết chưa công bố.")
    if not quorum.met:
        words = _("Chưa đủ túc số: có mặt %(present)s, cần %(needed)s.")
        return words % {"present": quorum.present, "needed": quorum.needed}
    return ""
