"""The line on top of a text: what blocks the next step, in plain words with names of units, and the one red act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giaouoc.clusters.models import Mandate, Role
from giaouoc.lib.dates import short_date
from giaouoc.lib.verdict import Verdict
from giaouoc.ui.templatetags.ui_tags import vn_datetime as moment

from .access import (
    can_add_comment,
    can_answer_at_all,
    can_close_round,
    can_extend_round,
    can_import,
    can_open_round,
    can_put_to_signing,
    can_send,
    can_supplement,
    sees_sent,
)
from .access_answers import (
    can_approve_answers,
    can_issue,
    can_keep,
    can_publish_answers,
    can_table,
    can_table_without_consultation,
    can_withdraw,
)
from .addresses import address
from .models import Adoption, Document, UnitSubmission
from .standing import Standing, Tally, until
from .states import DECIDED, SPOKEN, DocumentState, SubmissionState
from .words import issued_words


def opinions(count: int) -> str:
    """'3 ý kiến'."""
    return ngettext("%(count)s ý kiến", "%(count)s ý kiến", count) % {"count": count}


def names(units: list[Any]) -> str:
    """Short names of units in a row."""
    return ", ".join(unit.short_name for unit in units)


def as_sentences(blockers: list[str]) -> list[str]:
    """Each with its capital and its full stop, to stand in running text."""
    return [f"{one[0].upper()}{one[1:]}." for one in blockers]


def blockers_of(standing: Standing, tally: Tally, by: Mandate | None, now: datetime) -> list[str]:
    """What still blocks the next step of the text; of comments only what this mandate may know."""
    document, round = standing.document, standing.round
    found: list[str] = []
    if document.state == DocumentState.CONSULTING and round is not None:
        if sees_sent(by, round, now) and tally.unanswered:
            found.append(_("còn %(count)s chưa trả lời") % {"count": opinions(tally.unanswered)})
        if silent := standing.silent(round):
            found.append(_("chưa gửi: %(units)s") % {"units": names(silent)})
    elif document.state == DocumentState.RESPONDING:
        if tally.unanswered:
            found.append(_("còn %(count)s chưa trả lời") % {"count": opinions(tally.unanswered)})
        elif tally.unpublished:
            found.append(_("còn %(count)s có trả lời chưa công bố") % {"count": opinions(tally.unpublished)})
        else:
            found.append(_("chưa công bố trả lời"))
    elif document.state == DocumentState.RESPONDED:
        if tally.unpublished:
            found.append(_("còn %(count)s gửi sau hạn chưa trả lời") % {"count": opinions(tally.unpublished)})
        else:
            found.append(_("chưa trình hội nghị"))
    elif document.state == DocumentState.DRAFTING:
        found.append(_("chưa mở lấy ý kiến") if not standing.rounds else _("hội nghị trả lại để soạn tiếp"))
    return found


def _act(label: str, url: str, verdict: Verdict | bool, **more: Any) -> list[dict[str, Any]]:
    """A button: as it is, disabled with its reason when only the state stands in the way, or none at all."""
    if verdict:
        return [{"label": label, "url": url} | more]
    if isinstance(verdict, Verdict) and verdict.later:
        return [{"label": label, "why": verdict.reason}]
    return []


def process_gate(
    standing: Standing, tally: Tally, adoption: Adoption | None, by: Mandate, now: datetime
) -> dict[str, Any]:
    """Where the text stands for everybody, with the acts of those who lead it."""
    document, round, newest = standing.document, standing.round, standing.newest
    blockers = blockers_of(standing, tally, by, now)
    say, acts, state = "", [], ""
    next_draft = _act(
        _("Nhập dự thảo tiếp theo"), address(document, "import-next"), can_import(by, document.year, now, document)
    )
    next_draft = [one for one in next_draft if "why" not in one]
    if next_draft:
        next_draft = [
            *next_draft,
            {"label": _("Soạn trên trang"), "url": address(document, "start-writing"), "post": True},
        ]
    if document.state == DocumentState.DRAFTING and newest is not None:
        say = _("%(version)s chưa gửi lấy ý kiến.") % {"version": newest.label}
        if standing.rounds:
            say = _("Hội nghị đã trả lại văn bản để soạn tiếp.")
        if by.role == Role.SECRETARY and not can_open_round(by, newest, now):
            say += " " + _("Lãnh đạo đơn vị soạn thảo mở lấy ý kiến.")
        acts = [*next_draft]
        if can_table_without_consultation(by, document, now):
            acts += _act(_("Trình không qua lấy ý kiến"), address(document, "table-without-consultation"), True)
        acts += _act(_("Mở lấy ý kiến"), address(document, "open-round"), can_open_round(by, newest, now), red=True)
        blockers = []
    elif document.state == DocumentState.CONSULTING and round is not None:
        say = _("Đã gửi: %(spoken)s/%(invited)s đơn vị.") % {
            "spoken": standing.spoken(round),
            "invited": standing.invited(round),
        }
        if sees_sent(by, round, now) and tally.sent:
            say += " " + _("%(count)s.") % {"count": opinions(tally.sent).capitalize()}
        if round.is_over(now):
            say = _("Đã hết hạn góp ý lúc %(at)s.") % {"at": until(round)} + " " + say
            acts += _act(
                _("Khép đợt lấy ý kiến"),
                address(document, "close-round"),
                can_close_round(by, round, now),
                post=True,
                red=True,
            )
        else:
            acts += _act(_("Gia hạn góp ý"), address(document, "extend-round"), can_extend_round(by, round, now))
            if tally.unanswered and can_answers(by, standing, now):
                acts += _act(_("Trả lời ý kiến"), address(document, "answers") + "?tra_loi=chua", True, red=True)
    elif document.state == DocumentState.RESPONDING:
        say = _("Hết hạn góp ý. %(count)s đã gửi.") % {"count": opinions(tally.sent).capitalize()}
        acts = [*next_draft]
        if can_answers(by, standing, now):
            if tally.unanswered:
                acts += _act(_("Trả lời ý kiến"), address(document, "answers") + "?tra_loi=chua", True, red=True)
            else:
                acts += answer_acts(document, by, now)
    elif document.state == DocumentState.RESPONDED:
        say = _("Đã trả lời %(count)s.") % {"count": opinions(tally.sent - tally.unpublished)}
        blockers = [] if not tally.unpublished else blockers
        acts = [*next_draft]
        if newest is not None and standing.rounds:
            acts += [
                one
                for one in _act(
                    _("Lấy ý kiến lần nữa"), address(document, "open-round"), can_open_round(by, newest, now)
                )
                if "why" not in one
            ]
        if tally.unpublished and can_answers(by, standing, now):
            acts += _act(_("Trả lời ý kiến"), address(document, "answers") + "?tra_loi=chua", True, red=True)
        acts += _act(
            _("Trình hội nghị"), address(document, "table"), can_table(by, document, now), red=not tally.unpublished
        )
    elif document.state == DocumentState.TABLED and newest is not None:
        say = _("%(version)s đã trình hội nghị; từ đây đến khi hội nghị quyết định, văn bản không đổi một chữ nào.") % {
            "version": newest.label
        }
        if document.reason:
            say += " " + _("Trình không qua lấy ý kiến: %(reason)s") % {"reason": document.reason}
    elif document.state == DocumentState.EDITED and newest is not None:
        say = _("Hội nghị đã thông qua kèm chỉnh sửa; %(version)s chờ người chủ trì chốt.") % {"version": newest.label}
    elif document.state in DECIDED and adoption is not None:
        say = _("Thông qua tại %(meeting)s, ngày %(day)s: %(result)s.") % {
            "meeting": adoption.meeting_title,
            "day": short_date(adoption.meeting_date),
            "result": adoption.result,
        }
        if adoption.signing_round is not None:
            say += " " + _("Bản ký: %(state)s.") % {"state": adoption.signing_round.state_label.lower()}
            if adoption.signing_round.reason:
                say += " " + _("Lý do: %(reason)s") % {"reason": adoption.signing_round.reason}
        say += issued_words(adoption)
        state = "late" if document.state == DocumentState.SUPERSEDED else "good"
        may_sign, may_issue = can_put_to_signing(by, document, now), can_issue(by, document, now)
        if document.state == DocumentState.ADOPTED and (may_sign or adoption.signing_round is None):
            acts += _act(_("Đưa văn bản ra ký"), address(document, "sign"), may_sign)
        if document.state == DocumentState.ADOPTED and (may_issue or may_issue.later):
            acts += _act(_("Ban hành"), address(document, "issue"), may_issue)
    elif document.state == DocumentState.WITHDRAWN:
        say = _("Văn bản đã rút: %(reason)s") % {"reason": document.reason}
        state = "late"
    told = format_html("{} <b>{}</b>", say, " ".join(as_sentences(blockers))) if blockers else say
    return {"say": told, "acts": acts, "state": state}


def answer_acts(document: Document, by: Mandate, now: datetime) -> list[dict[str, Any]]:
    """Approve for the leader, publish for both, each disabled with its reason while something is missing."""
    acts = []
    if can_approve_answers(by, document, now):
        acts += _act(_("Duyệt trả lời"), address(document, "approve-answers"), True, post=True)
    publish, verdict = address(document, "publish-answers"), can_publish_answers(by, document, now)
    return acts + _act(_("Công bố toàn bộ trả lời"), publish, verdict, post=True, red=True)


def can_answers(by: Mandate | None, standing: Standing, now: datetime) -> bool:
    """Whether the mandate answers comments on this text at all."""
    return bool(can_answer_at_all(by, standing.document, now))


def unit_gate(standing: Standing, prepared: Mapping[int, int], by: Mandate, now: datetime) -> dict[str, Any] | None:
    """What the mandate's own unit has said or still has to say in the last round; None for those who say nothing."""
    own = standing.own(by)
    if own is None or by.role not in {Role.SECRETARY, Role.LEADER}:
        return None
    document, round = standing.document, own.round
    count, bundle = prepared.get(own.pk, 0), address(document, "bundle")
    if own.state in SPOKEN:
        return _spoken_gate(own, by, now, bundle)
    if not can_add_comment(by, own, now) and own.state != SubmissionState.WITH_LEADER:
        return None
    late = " " + _("Đã hết hạn: gửi bây giờ được ghi là gửi sau hạn.") if round.is_over(now) else ""
    blind = " " + _("Đơn vị khác chỉ thấy sau khi hết hạn góp ý.") if not round.is_over(now) else ""
    if own.state == SubmissionState.WITH_LEADER:
        say = _("%(count)s của đơn vị đang chờ lãnh đạo gửi.") % {"count": opinions(count).capitalize()}
    elif count:
        say = _("Đơn vị có %(count)s chưa gửi.") % {"count": opinions(count)}
    else:
        say = _("Đơn vị chưa có ý kiến nào. Góp ý ngay bên mỗi điều khoản, hoặc về toàn văn bản.")
    acts: list[dict[str, Any]] = []
    if can_add_comment(by, own, now):
        acts += _act(_("Góp ý toàn văn bản"), address(document, "new-comment"), True)
    if by.role == Role.LEADER:
        if count:
            acts += _act(_("Gửi góp ý của đơn vị"), bundle, can_send(by, own, now), red=True)
        elif own.supplement_of_id is None:
            acts += _act(_("Thống nhất, không có ý kiến"), address(document, "agree"), can_send(by, own, now), red=True)
    elif own.state == SubmissionState.WITH_LEADER:
        acts += _act(_("Xem bản góp ý"), bundle, True)
    elif count:
        acts += _act(_("Xem bản góp ý"), bundle, True)
        if own.state == SubmissionState.PREPARING:
            acts += _act(_("Trình lãnh đạo gửi"), address(document, "hand-to-leader"), True, post=True, red=True)
    return {"say": say + (blind if count else "") + late, "acts": acts, "state": "late" if late and count else ""}


def _spoken_gate(own: UnitSubmission, by: Mandate, now: datetime, bundle: str) -> dict[str, Any]:
    when = moment(own.sent_at) if own.sent_at else ""
    if own.state == SubmissionState.AGREED:
        say = _("Đơn vị đã ghi thống nhất, không có ý kiến, lúc %(at)s.") % {"at": when}
    else:
        say = _("Đơn vị đã gửi góp ý lúc %(at)s.") % {"at": when}
    acts = _act(_("Xem bản đã gửi"), bundle, own.state == SubmissionState.SENT)
    more = can_supplement(by, own, now)
    if more:
        acts += _act(_("Góp ý bổ sung"), address(own.round.version.document, "supplement"), True, post=True)
    return {"say": say, "acts": acts, "state": ""}


def withdrawal_gate(document: Document, by: Mandate, now: datetime) -> dict[str, Any] | None:
    """The withdrawal that one leader has asked for, and what the other may do; None when none is asked for."""
    asked = document.withdrawal_asked_by
    if asked is None or document.state in DECIDED:
        return None
    say = _("%(unit)s đề nghị rút văn bản: %(reason)s") % {"unit": asked.unit, "reason": document.withdrawal_reason}
    acts: list[dict[str, Any]] = []
    if may := can_withdraw(by, document, now):
        acts += _act(_("Đồng ý rút"), address(document, "withdraw"), may)
    if can_keep(by, document, now):
        acts += _act(_("Không rút"), address(document, "keep"), True, post=True)
    return {"say": say, "acts": acts, "state": "late"}


def quiet_acts(standing: Standing, by: Mandate, now: datetime) -> list[dict[str, str]]:
    """Acts that are seldom needed, as plain links at the end of the page."""
    found = []
    if standing.document.withdrawal_asked_by_id is None and can_withdraw(by, standing.document, now):
        found.append({"label": _("Rút văn bản"), "url": address(standing.document, "withdraw")})
    return found


def sentence(standing: Standing, tally: Tally, adoption: Adoption | None, by: Mandate | None, now: datetime) -> str:
    """Where a text stands, in one sentence for lists; of comments only what this mandate may know."""
    document, round = standing.document, standing.round
    if document.state in DECIDED and adoption is not None:
        return _("Thông qua tại %(meeting)s, ngày %(day)s: %(result)s.") % {
            "meeting": adoption.meeting_title,
            "day": short_date(adoption.meeting_date),
            "result": adoption.result,
        } + issued_words(adoption)
    if document.state == DocumentState.CONSULTING and round is not None:
        spoken = _("Đã gửi: %(spoken)s/%(invited)s đơn vị.") % {
            "spoken": standing.spoken(round),
            "invited": standing.invited(round),
        }
        count = _("%(count)s.") % {"count": opinions(tally.sent)} if sees_sent(by, round, now) and tally.sent else ""
        if round.is_over(now):
            term = _("Đã hết hạn góp ý lúc %(at)s.") % {"at": until(round)}
        else:
            term = _("Góp ý đến %(at)s.") % {"at": until(round)}
        return " ".join(filter(None, [term, spoken, count]))
    if document.state in {DocumentState.RESPONDING, DocumentState.RESPONDED}:
        return _("%(count)s.") % {"count": opinions(tally.sent)} if tally.sent else _("Không có ý kiến nào.")
    if document.state == DocumentState.TABLED and standing.newest is not None:
        return _("%(version)s chờ hội nghị quyết định.") % {"version": standing.newest.label}
    if document.state == DocumentState.EDITED and standing.newest is not None:
        return _("%(version)s chờ người chủ trì chốt.") % {"version": standing.newest.label}
    if document.state == DocumentState.WITHDRAWN:
        return _("Văn bản đã rút: %(reason)s") % {"reason": document.reason}
    return standing.newest.label + "." if standing.newest is not None else ""
