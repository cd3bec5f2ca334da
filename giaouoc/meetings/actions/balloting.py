"""Bỏ phiếu kín tại hội nghị: on a text, for next year's head and deputy, on any motion; cast, count, declare.

The papers and their count are the ballot's own; here stands what the conference asks besides: who is there, and its quorum."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import move, record
from giaouoc.ballots.access import can_fetch_stamp
from giaouoc.ballots.actions.casting import cast_paper, stamp_paper
from giaouoc.ballots.actions.conducting import close_ballot, open_ballot, void_ballot
from giaouoc.ballots.queries import voter_of
from giaouoc.ballots.rules.count import PASSED, TIED
from giaouoc.ballots.rules.papers import CHOICE, MOTION
from giaouoc.clusters.actions.years import note_elected
from giaouoc.clusters.models import Mandate, Unit
from giaouoc.clusters.queries import members_of, rules_of
from giaouoc.clusters.rules.year_rules import RuleValue
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.language import official
from giaouoc.lib.rows import lock
from giaouoc.lib.verdict import require

from ..access import can_chair, can_declare_ballot, can_open_ballot, can_void_ballot
from ..counting import ballot_words
from ..elections import posts_of
from ..models import AgendaItem, ItemBallot
from ..queries import (
    attendance_of,
    frozen_rule,
    need_presence,
    need_quorum,
    open_ballot_of,
    open_decision_of,
    put_text,
)
from ..states import DECISION_MOVES, RULE_OF, Choice, Purpose
from .floor import settle_text

NOBODY = "Không bầu ai"


def _question(title: str, kind: str, options: list[str], rule: RuleValue, tie: str, base: int) -> dict[str, Any]:
    frozen = frozen_rule(rule, rule.share.needed(base)) | {"tie": tie}
    return {"title": title, "kind": kind, "options": options, "rule": frozen}


def _motion(title: str, rule: RuleValue, tie: str, base: int) -> dict[str, Any]:
    options = [str(Choice(one).label) for one in (Choice.YES, Choice.NO, Choice.ABSTAIN)]
    return _question(title, MOTION, options, rule, tie, base)


def _election(
    item: AgendaItem, rules: dict[str, RuleValue], tie: str, base: int, now: datetime
) -> list[dict[str, Any]]:
    """A question for each post of next year, with its candidates and last 'nobody'."""
    posts = posts_of(item.meeting, now)
    if not posts:
        raise WrongState(_("Quy định của năm không để hội nghị bầu Cụm trưởng và không có Cụm phó."))
    return [
        _question(post.title, CHOICE, [*(unit.short_name for unit in post.units), NOBODY], rules["elect"], tie, base)
        | {"post": post.role.value}
        for post in posts
    ]


def _elected(row: ItemBallot, now: datetime) -> dict[str, str]:
    """Whom the declared election chose: {unit code: role}. Nobody stands for two posts: the head comes first."""
    codes = {one.unit.short_name: one.unit.code for one in members_of(row.item.meeting.year, now)}
    found: dict[str, str] = {}
    for question, outcome in zip(row.ballot.questions, row.ballot.outcomes, strict=True):
        if outcome["outcome"] == PASSED and (code := codes.get(question["options"][outcome["winner"]])):
            found.setdefault(code, question["post"])
    return found


@transaction.atomic
def open_item_ballot(
    item: AgendaItem,
    purpose: str,
    level: str,
    *,
    by: Mandate,
    now: datetime,
    motion: str = "",
    teller: Mandate | None = None,
) -> ItemBallot:
    """Put an item to a secret ballot of the units that are there. ``motion``: the words that are voted on, for a motion;
    ``teller``: of the tally team, who stamps a verifiable ballot second.

    Quorum, roll, rules, and of a text its hash are fixed in it. Raises NotAllowed, WrongState, Invalid."""
    meeting = item.meeting
    lock(meeting, "state", "breaks")
    require(can_open_ballot(by, item, now))
    if purpose not in Purpose.values:
        raise Invalid(_("Chọn việc cần bỏ phiếu."), field="purpose")
    if open_decision_of(meeting) is not None or open_ballot_of(meeting) is not None:
        raise WrongState(_("Đang có một lần biểu quyết chưa công bố."))
    quorum, rules = need_quorum(meeting, now), rules_of(meeting.year)
    what: dict[str, Any] = {}
    rule = rules[RULE_OF[Purpose(purpose)]]
    tie = str(rules["tie.secret"].value)
    base = quorum.roll if rule.share.base == "roll" else quorum.present
    with official():
        if purpose == Purpose.TEXT:
            if item.version is None:
                raise Invalid(_("Mục này không có văn bản nào đã trình."), field="purpose")
            what = put_text(item)
            title = item.version.document.title
            words = f"Thông qua {title}, {item.version.label.lower()}, mã {what['text_hash'][:8].upper()}"
            if what.get("edits"):
                words += f", kèm {len(what['edits'])} chỉnh sửa, mã sau chỉnh sửa {what['final_hash'][:8].upper()}"
            questions = [_motion(words, rule, tie, base)]
        elif purpose == Purpose.ELECTION:
            title = f"Bầu Cụm trưởng, Cụm phó năm {meeting.year.number + 1}"
            questions = _election(item, rules, tie, base, now)
        else:
            title = motion.strip()
            if not title:
                raise Invalid(_("Ghi nội dung đưa ra bỏ phiếu."), field="motion")
            questions = [_motion(title, rule, tie, base)]
        voters = [
            (member.unit, row.delegate)
            for member, row in attendance_of(meeting, now)
            if row is not None and row.is_present
        ]
        ballot = open_ballot(
            meeting.year,
            title,
            level,
            questions,
            voters,
            by=by,
            now=now,
            roll=quorum.roll,
            small=int(rules["ballot.small"].value),
            teller=teller,
        )
    row = ItemBallot.objects.create(
        item=item,
        ballot=ballot,
        purpose=purpose,
        quorum=frozen_rule(quorum.rule, quorum.needed),
        **what,
    )
    record("meetings.open_ballot", row, by=by, now=now, title=title, present=quorum.present, roll=quorum.roll)
    return row


@transaction.atomic
def cast_item_paper(row: ItemBallot, unit: Unit, choices: Sequence[int], *, by: Mandate, now: datetime) -> None:
    """Cast the paper of a unit that is there, in a detached ballot. Raises NotAllowed, WrongState, Invalid."""
    _need_the_room(row, unit, by=by, now=now)
    cast_paper(row.ballot, unit, choices, by=by, now=now)


@transaction.atomic
def stamp_item_paper(row: ItemBallot, unit: Unit, blinded: str, *, by: Mandate, now: datetime, second: str = "") -> str:
    """Stamp the blinded paper of a unit that is there; a stamp that was given is fetched again from anywhere.

    Raises NotAllowed, WrongState, Invalid."""
    _need_the_room(row, unit, by=by, now=now)
    return stamp_paper(row.ballot, unit, blinded, by=by, now=now, second=second)


def _need_the_room(row: ItemBallot, unit: Unit, *, by: Mandate, now: datetime) -> None:
    """Of a unit that has not voted yet: it is there, and so is the quorum. Raises NotAllowed, WrongState."""
    lock(row.item.meeting)
    require(can_fetch_stamp(by, row.ballot, unit, now))
    voter = voter_of(row.ballot, unit.pk)
    if voter is not None and not voter.done:
        need_presence(row.item.meeting, unit, now)
        need_quorum(row.item.meeting, now)


@transaction.atomic
def count_item_ballot(row: ItemBallot, *, by: Mandate, now: datetime) -> None:
    """Close the box and count, while the quorum is there. Raises NotAllowed, WrongState."""
    lock(row.item.meeting)
    require(can_chair(by, row.item.meeting, now))
    need_quorum(row.item.meeting, now)
    close_ballot(row.ballot, by=by, now=now)


@transaction.atomic
def declare_item_ballot(row: ItemBallot, *, by: Mandate, now: datetime) -> str:
    """Declare a counted ballot and let it take effect: a text is adopted with its hash, or sent back; a tie leaves it tabled.

    Who is elected stands in the result and the minutes, and is proposed when the next year is opened. Refused once the
    quorum is lost. Returns the result in words. Raises NotAllowed, WrongState."""
    meeting, ballot = row.item.meeting, row.ballot
    lock(meeting)
    lock(row)
    lock(ballot, "state", "closed_at", "outcomes", "votes", "received")
    require(can_declare_ballot(by, row, now))
    need_quorum(meeting, now)
    with official():
        words = ballot_words(ballot)
    fields = {"declared_at": now, "declared_by": by}
    move(row, "declare", DECISION_MOVES, by=by, now=now, act="meetings.declare_ballot", fields=fields, result=words)
    if row.purpose == Purpose.TEXT:
        outcome = ballot.outcomes[0]["outcome"]
        settle_text(row, {PASSED: True, TIED: None}.get(outcome, False), words, by=by, now=now)
    elif row.purpose == Purpose.ELECTION and (elected := _elected(row, now)):
        note_elected(meeting.year, elected, by=by, now=now)
    return words


@transaction.atomic
def void_item_ballot(row: ItemBallot, *, by: Mandate, now: datetime, reason: str) -> None:
    """Give a secret ballot up before it is declared, with a reason that the minutes print. A counted one keeps its count.

    Raises NotAllowed, WrongState, Invalid."""
    lock(row)
    lock(row.ballot)
    require(can_void_ballot(by, row, now))
    if not reason.strip():
        raise Invalid(_("Ghi lý do hủy lần bỏ phiếu."), field="reason")
    if row.ballot.is_open:
        void_ballot(row.ballot, by=by, now=now, reason=reason)
    fields = {"declared_at": now, "declared_by": by, "reason": reason.strip()}
    move(row, "void", DECISION_MOVES, by=by, now=now, act="meetings.void_ballot", fields=fields, reason=reason.strip())
