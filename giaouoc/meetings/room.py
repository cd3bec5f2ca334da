"""What the room's screen shows: what is on now with its hash, who is there, who has voted; never a partial result."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.signing import Signer
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giaouoc.audit.models import AuditChain
from giaouoc.ballots.models import Paper
from giaouoc.ballots.queries import progress_of
from giaouoc.ballots.rules.papers import key_code
from giaouoc.ballots.states import BallotState, Level
from giaouoc.clusters.models import Mandate
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import clock_seconds

from .counting import ballot_lines, count_of, result_words
from .models import AgendaItem, ItemBallot, Meeting, MeetingDecision
from .queries import attendance_of, quorum_of
from .rules.presence_code import EVERY, presence_code
from .states import DecisionState, MeetingState, Method

PULSE = "meetings.pulse"
# Dropping a secret paper leaves no act: the box itself is asked how full it is.
MARK = f"""
SELECT head, (SELECT COUNT(*) FROM {Paper._meta.db_table} paper
              JOIN {ItemBallot._meta.db_table} held ON held.ballot_id = paper.ballot_id
              JOIN {AgendaItem._meta.db_table} item ON item.id = held.item_id WHERE item.meeting_id = %s)
FROM {AuditChain._meta.db_table} WHERE name = %s"""


@dataclass
class Screen:
    """The words of the screen. ``units``: name, state and its label; ``facts``: label with text or hash, and ``left``,
    seconds that the page counts down. ``code``: for marking one's unit present, '' when nobody is awaited."""

    eyebrow: str
    title: str
    facts: list[dict[str, str]] = field(default_factory=list)
    units: list[dict[str, str]] = field(default_factory=list)
    code: str = ""
    text_url: str = ""  # of the text that the hash is of, for a phone


def meeting_of_key(key: str) -> Meeting | None:
    """The conference of a screen's link. One statement."""
    rows = Meeting.objects.select_related("year__cluster", "on_now__document").exclude(room_key="")
    return rows.filter(room_key=key).first()


def mark_of(meeting: int, chain: str) -> str:
    """Changes with every act in the cluster of this chain and with each secret paper of the conference. One statement,
    written out: every page in the room asks it all the time, and putting it together costs more than running it."""
    with connection.cursor() as cursor:
        cursor.execute(MARK, [meeting, chain])
        return hashlib.sha256(repr(cursor.fetchone()).encode()).hexdigest()[:16]


def pulse_of(meeting: Meeting) -> dict[str, str]:
    """What a page that follows the conference asks, and what it knows by now. The address tells nothing but that something
    is new, so it needs no session, and only the program can make one."""
    chain = meeting.audit_chain
    token = Signer(salt=PULSE).sign_object([meeting.pk, chain])
    return {"url": reverse("room-pulse", args=[token]), "mark": mark_of(meeting.pk, chain)}


def mark_of_pulse(token: str) -> str:
    """The mark now, for the token of ``pulse_of``. Raises BadSignature."""
    meeting, chain = Signer(salt=PULSE).unsign_object(token)
    return mark_of(meeting, chain)


def code_secret(meeting: Meeting) -> str:
    """Of the presence codes of the screen that is open now."""
    return f"{settings.SECRET_KEY}:{meeting.room_key}"


def seconds_left(meeting: Meeting, now: datetime) -> int | None:
    """Of the timer; 0 when it has run out, None when there is none."""
    if meeting.timer_until is None:
        return None
    return max(0, round((meeting.timer_until - now).total_seconds()))


def screen_of(meeting: Meeting, now: datetime) -> Screen:
    """What is to be read in the room now. A fixed number of statements."""
    pairs = attendance_of(meeting, now)
    resting = meeting.paused_since is not None
    decision = None if resting else _decision_on(meeting)
    ballot = None if resting else _ballot_on(meeting)
    if decision is not None and decision.state == DecisionState.OPEN:
        screen = _voting(meeting, decision, pairs)
    elif ballot is not None:
        screen = _balloting(ballot, pairs)
    else:
        screen = Screen(*_words(meeting), units=[_presence(member, row) for member, row in pairs])
        if decision is not None:
            screen.title = decision.title
            screen.facts += _text_of(decision)
            screen.facts.append({"label": _("Kết quả"), "text": result_words(count_of(decision), decision)})
        elif meeting.state == MeetingState.OPEN and meeting.on_now is not None and meeting.on_now.version is not None:
            screen.facts.append({"label": _("Văn bản"), "hash": meeting.on_now.version.content_hash})
    item = decision.item if decision is not None else ballot.item if ballot is not None else meeting.on_now
    if item is not None and any(fact.get("label") == _("Văn bản") for fact in screen.facts):
        screen.text_url = text_url(meeting, item)
    quorum = quorum_of(meeting, now, pairs=pairs)
    words = (
        _("%(present)s/%(roll)s đơn vị, đủ điều kiện họp")
        if quorum.met
        else _("%(present)s/%(roll)s đơn vị, cần %(needed)s")
    )
    counts = {"present": quorum.present, "roll": quorum.roll, "needed": quorum.needed}
    screen.facts.insert(1 if decision else 0, {"label": _("Có mặt"), "text": words % counts})
    if (left := seconds_left(meeting, now)) is not None:
        screen.facts.append({"label": _("Còn"), "text": f"{left // 60:02}:{left % 60:02}", "left": str(left)})
    if takes_codes(meeting, now) and quorum.present < quorum.roll:
        digits = presence_code(code_secret(meeting), now)
        screen.code = f"{digits[:3]} {digits[3:]}"
    return screen


def takes_codes(meeting: Meeting, now: datetime) -> bool:
    """Whether units mark themselves present by the code on the screen: it is open, on the day, until the close."""
    awaited = meeting.state in {MeetingState.CONVENED, MeetingState.OPEN}
    return bool(meeting.room_key) and awaited and local_date(now) >= local_date(meeting.starts_at)


def meetings_taking_codes(by: Mandate, now: datetime) -> list[Meeting]:
    """Conferences of this person's year in which units mark themselves present now. One statement."""
    found = Meeting.objects.filter(year=by.year_id).exclude(room_key="").select_related("year__cluster")
    return [one for one in found if takes_codes(one, now)]


def fresh_for(now: datetime) -> int:
    """Seconds until the clock and the code on the screen are other ones."""
    return EVERY - int(now.timestamp()) % EVERY


def _decision_on(meeting: Meeting) -> MeetingDecision | None:
    """The decision that is open; else, of the item on the screen, the last one that was declared."""
    if meeting.state not in {MeetingState.OPEN, MeetingState.CLOSED}:
        return None
    rows = list(
        MeetingDecision.objects.filter(item__meeting=meeting)
        .exclude(state=DecisionState.VOID)
        .select_related("item__document", "version")
        .prefetch_related("votes")
    )
    if meeting.state == MeetingState.CLOSED:
        return None
    open_one = next((row for row in rows if row.state == DecisionState.OPEN), None)
    if open_one is not None or meeting.on_now_id is None:
        return open_one
    return next((row for row in reversed(rows) if row.item_id == meeting.on_now_id), None)


def _ballot_on(meeting: Meeting) -> ItemBallot | None:
    """The secret ballot that is being held; else, of the item on the screen, the last one, if nothing was decided since."""
    if meeting.state != MeetingState.OPEN:
        return None
    rows = ItemBallot.objects.filter(item__meeting=meeting).exclude(state=DecisionState.VOID)
    found = rows.select_related("item__document", "ballot").order_by("pk").last()
    if found is None or (found.state == DecisionState.DECLARED and found.item_id != meeting.on_now_id):
        return None
    return found


def _balloting(row: ItemBallot, pairs: list[Any]) -> Screen:
    """A secret ballot: its code, how many papers; what it came to only once it is declared."""
    ballot, progress = row.ballot, progress_of(row.ballot)
    screen = Screen(f"{_numbered(row.item)}. {Level(ballot.level).label}", ballot.title)
    if ballot.is_blind:
        if ballot.state == BallotState.KEYING:
            screen.facts.append({"label": _("Mã lần bỏ phiếu"), "text": _("chờ khóa của tổ kiểm phiếu")})
        else:
            screen.facts.append({"label": _("Mã lần bỏ phiếu"), "hash": ballot.charter(progress["units"])})
        if ballot.has_two_stamps:
            screen.facts.append({"label": _("Khóa của tổ kiểm phiếu"), "hash": key_code(ballot.second_key)})
        screen.facts.append({"label": _("Đã nhận dấu"), "text": f"{progress['done']}/{progress['voters']}"})
        if ballot.has_two_stamps:
            screen.facts.append({"label": _("Đủ hai dấu"), "text": f"{progress['second']}/{progress['voters']}"})
    screen.facts += _text_of(row)
    if row.state == DecisionState.DECLARED:
        screen.facts = [{"label": line["title"], "text": line["word"]} for line in ballot_lines(ballot)]
    elif ballot.level != Level.PAPER:
        screen.facts.append({"label": _("Phiếu trong hòm"), "text": f"{progress['box']}/{progress['voters']}"})
    screen.units = [_presence(member, seat) for member, seat in pairs]
    return screen


def text_url(meeting: Meeting, item: AgendaItem) -> str:
    """Where a phone reads the text of an item; '' for one without."""
    if item.document is None:
        return ""
    item.document.year = meeting.year
    return settings.BASE_URL + item.document.get_absolute_url()


def _numbered(item: AgendaItem) -> str:
    return _("Mục %(number)s") % {"number": item.position}


def _words(meeting: Meeting) -> tuple[str, str]:
    """Eyebrow and title while nothing is being decided."""
    if meeting.state in {MeetingState.PLANNED, MeetingState.CONVENED}:
        return _("Sắp khai mạc"), meeting.title
    if meeting.state == MeetingState.CANCELLED:
        return _("Không họp"), meeting.title
    if meeting.state != MeetingState.OPEN:
        return _("Hội nghị đã bế mạc"), meeting.title
    if meeting.paused_since is not None:
        return _("Tạm nghỉ"), meeting.title
    if meeting.on_now is None:
        return _("Đang họp"), meeting.title
    return _numbered(meeting.on_now), meeting.on_now.title


def _voting(meeting: Meeting, decision: MeetingDecision, pairs: list[Any]) -> Screen:
    """An open decision: who has spoken, not what."""
    voted = {vote.unit_id for vote in decision.votes.all()}
    screen = Screen(f"{_numbered(decision.item)}. {Method(decision.method).label}", decision.title, _text_of(decision))
    if decision.method == Method.CONSENSUS:  # silence is consent; an objection is read out, not shown
        screen.units = [_presence(member, row) for member, row in pairs]
        if decision.until is not None:
            screen.facts.append({"label": _("Nói ý kiến khác trước"), "text": clock_seconds(decision.until)})
        return screen
    screen.facts.append({"label": _("Đã biểu quyết"), "text": f"{len(voted)}/{len(decision.present)}"})
    for member, row in pairs:
        if member.unit.code in decision.present:
            done = member.unit_id in voted
            words = ("done", _("Đã biểu quyết")) if done else ("waiting", _("Chưa biểu quyết"))
            screen.units.append({"name": member.unit.short_name, "state": words[0], "state_label": words[1]})
        else:
            screen.units.append(_presence(member, row))
    return screen


def _text_of(row: MeetingDecision | ItemBallot) -> list[dict[str, str]]:
    """The text that is decided on by its hash; with edits, how many and the hash after them."""
    if not row.text_hash:
        return []
    found = [{"label": _("Văn bản"), "hash": row.text_hash}]
    if row.edits:
        label = ngettext("Sau %(count)s chỉnh sửa", "Sau %(count)s chỉnh sửa", len(row.edits)) % {
            "count": len(row.edits)
        }
        found.append({"label": label, "hash": row.final_hash})
    return found


def _presence(member: Any, row: Any) -> dict[str, str]:
    there = row is not None and row.is_present
    state, label = ("done", _("Có mặt")) if there else ("later", _("Vắng mặt"))
    return {"name": member.unit.short_name, "state": state, "state_label": label}
