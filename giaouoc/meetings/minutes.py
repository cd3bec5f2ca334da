"""Biên bản: what happened at a conference, put together for the paper. Facts come from the rows, never typed again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from giaouoc.ballots.models import Ballot, Voter
from giaouoc.ballots.rules.papers import key_code
from giaouoc.ballots.states import Level
from giaouoc.clusters.models import Mandate, MemberRole, Unit
from giaouoc.clusters.queries import body_kind_of, rules_of
from giaouoc.directives.states import TaskState
from giaouoc.documents.paper.minutes import (
    Absent,
    AgendaPart,
    Decision,
    Figure,
    MinutesPaper,
    NamedVote,
    Officer,
    Present,
    Said,
    minutes_data,
)
from giaouoc.lib.clock import local_date
from giaouoc.lib.covering import bare
from giaouoc.lib.dates import clock_time, moment, short_date
from giaouoc.lib.language import official

from .counting import ballot_lines, base_of, edit_words
from .models import AgendaItem, AgendaNote, ItemBallot, Meeting, MeetingDecision
from .queries import attendance_of, convene_by, left_to_the_meeting, listed_edits, quorum_of
from .rules.stays import Span, gaps, sittings, too_few, within
from .states import DecisionState, Method, Outcome, choice_words

BASES = {"roll": "đơn vị thành viên", "present": "đơn vị có mặt", "cast": "phiếu tán thành và không tán thành"}


def _delegation(by: Mandate | None, opened: datetime) -> str:
    """'07-UQ/BTGDV ngày 02-3-2026' of a deputy who leads; '' of Cụm trưởng."""
    if by is None or not by.delegation_number or by.membership_role(opened) != MemberRole.DEPUTY:
        return ""
    return by.delegation_number + (f" ngày {short_date(by.delegation_date)}" if by.delegation_date else "")


def _invitation(meeting: Meeting) -> str:
    """Where the invitation was late or none was sent: what the year's rule asked for when it was sent is not passed over."""
    if meeting.convened_at is None:
        return "Hội nghị họp không có giấy mời gửi trước trên hệ thống."
    rule = replace(rules_of(meeting.year)["convene.min_days"], **meeting.convene_rule or {})  # not kept in older rows
    sent, due = local_date(meeting.convened_at), convene_by(meeting, rule)
    if sent <= due:
        return ""
    basis = f" ({rule.basis})" if rule.basis else ""
    return f"Giấy mời gửi ngày {short_date(sent)}, muộn so với hạn ngày {short_date(due)}{basis}."


def _declared_by(row: MeetingDecision | ItemBallot) -> str:
    """Who declared it or gave it up, when that was not who opened the conference."""
    by = row.declared_by
    return "" if by is None or by.pk == row.item.meeting.chair_id else by.actor_label


def _officer(by: Mandate | None, delegation: str = "") -> Officer:
    if by is None or by.unit is None:
        return Officer(post="", unit="")
    return Officer(post=by.post or by.role_label, unit=by.unit.name, delegation=delegation)


def _figure(frozen: dict[str, Any]) -> Figure:
    return Figure(
        needed=int(frozen["needed"]),
        share=str(frozen["share"]),
        basis=str(frozen["basis"]),
        strict=bool(frozen["strict"]),
    )


def _returned(row: MeetingDecision | ItemBallot) -> str:
    """' Người chủ trì không chốt …, lý do: …' of a text adopted with edits that was sent back before it was final."""
    for one in row.item.returned.all():
        if row.version is not None and one.version.ordinal == row.version.ordinal + 1:
            when = moment(one.made_at)
            return f"Lúc {when}, người chủ trì không chốt bản cuối, trả lại để soạn tiếp, lý do: {one.reason}"
    return ""


def _decision(row: MeetingDecision, units: Sequence[Unit]) -> Decision:
    """``units``: of the roll, in protocol order."""
    order = {unit.pk: place for place, unit in enumerate(units)}
    spoken = {vote.unit_id for vote in row.votes.all()}
    agreed = row.silent or []
    votes = tuple(
        NamedVote(
            vote.unit.short_name,
            choice_words(row.method, vote.choice) + (" (giơ tay, thư ký ghi)" if vote.recorded else ""),
            vote.words,
        )
        for vote in sorted(row.votes.all(), key=lambda vote: order.get(vote.unit_id, 0))
    )
    if row.state == DecisionState.VOID:
        outcome = f"không có kết quả, lần biểu quyết được hủy: {row.reason}"
    elif row.outcome == Outcome.ADOPTED:
        outcome = "được thông qua"
    elif row.outcome == Outcome.TIED:
        outcome = "chưa có kết quả: số tán thành và không tán thành ngang nhau, biểu quyết lại"
    elif row.method == Method.CONSENSUS:
        outcome = "chưa đạt thống nhất chung"
    else:
        outcome = "không được thông qua"
    if row.outcome == Outcome.ADOPTED and row.edits:
        outcome = f"được thông qua kèm {len(row.edits)} chỉnh sửa"
    return Decision(
        title=row.title,
        version=row.version.label if row.version else "",
        full_hash=row.text_hash,
        method=str(Method(row.method).label),
        entitled=row.roll,
        present=len(row.present),
        in_favour=row.in_favour or 0,
        against=row.against or 0,
        abstained=row.abstained or 0,
        base=base_of(row),
        base_name=BASES[str(row.rule["base"])],
        quorum=_figure(row.quorum),
        majority=_figure(row.rule),
        outcome=outcome,
        votes=votes,
        edits=tuple(edit_words(one) for one in row.edits),
        final_hash=row.final_hash,
        after=_returned(row),
        void=row.state == DecisionState.VOID,
        declared_by=_declared_by(row),
        away=tuple(unit.short_name for unit in units if unit.code not in row.present),
        silent=tuple(unit.short_name for unit in units if unit.code in agreed),
        unspoken=tuple(
            unit.short_name
            for unit in units
            if unit.code in row.present and unit.pk not in spoken and unit.code not in agreed
        ),
    )


@official()
def paper_of(meeting: Meeting, secretary: Mandate, now: datetime) -> MinutesPaper:
    """The minutes of a closed conference. Raises LookupError for one that was never opened and closed."""
    if meeting.opened_at is None or meeting.closed_at is None:
        raise LookupError("minutes are of a conference that was opened and closed")
    cluster = meeting.year.cluster
    pairs = attendance_of(meeting, now)
    breaks = tuple((datetime.fromisoformat(one), datetime.fromisoformat(two)) for one, two in meeting.breaks)
    quorum = meeting.quorum or quorum_of(meeting, now, pairs=pairs).frozen
    units = [member.unit for member, _row in pairs]
    stays = {
        member.unit_id: within(row.times, meeting.opened_at, meeting.closed_at) if row is not None else []
        for member, row in pairs
    }
    came = [(member, row) for member, row in pairs if row is not None and stays[member.unit_id]]
    away = [(member, row) for member, row in pairs if not stays[member.unit_id]]
    items = list(
        meeting.agenda.prefetch_related(
            "notes__unit",
            "notes__directive__tasks__unit",
            "returned__version",
            "decisions__votes__unit",
            "decisions__version",
            "decisions__declared_by__unit",
            "ballots__declared_by__unit",
            "ballots__ballot__voters__unit",
            "ballots__ballot__teller__unit",
            "ballots__version",
            "ballots__ballot__entries__unit",
            "ballots__ballot__missing",
        ).select_related("document", "version")
    )
    for item in items:
        item.meeting = meeting
    left = left_to_the_meeting(items)
    parts = []
    for item in items:
        for row in item.decisions.all():
            row.item = item
        for held in item.ballots.all():
            held.item = item
        said = tuple(_before(item, left)) + tuple(words for note in item.notes.all() for words in _said(note))
        said += tuple(words for row in item.ballots.all() for words in _balloted(row))
        said += tuple(_undecided(item))
        decisions = tuple(_decision(row, units) for row in item.decisions.all())
        parts.append(AgendaPart(item.title, said, decisions))
    return MinutesPaper(
        cluster_name=cluster.name,
        supervising_body=cluster.supervising_body.name,
        year=meeting.year.number,
        meeting=meeting.title,
        place=cluster.place,
        venue=meeting.venue,
        online=bool(meeting.link),
        invitation=_invitation(meeting),
        opened_at=meeting.opened_at,
        closed_at=meeting.closed_at,
        breaks=breaks,
        chair=_officer(meeting.chair, _delegation(meeting.chair, meeting.opened_at)),
        secretary=_officer(meeting.secretary or secretary),
        present=tuple(
            Present(
                member.unit.name,
                row.representative,
                row.delegation,
                hours=hours_words(stays[member.unit_id], meeting.opened_at, meeting.closed_at),
            )
            for member, row in came
        ),
        absent=tuple(Absent(member.unit.name, row.absence_reason if row else "") for member, row in away),
        invited=tuple(line.strip() for line in meeting.guests.splitlines() if line.strip()),
        agenda=tuple(parts),
        quorum=_figure(quorum),
        too_few=tuple(
            (*span, there)
            for sat in sittings(breaks, meeting.opened_at, meeting.closed_at)
            for span, there in too_few([within(one, *sat) for one in stays.values()], *sat, int(quorum["needed"]))
        ),
        conclusion=meeting.conclusion,
        read_out=meeting.read_out,
        trial=settings.TRIAL_SIGNING,
        body_kind=body_kind_of(meeting.year, now),
    )


def is_outdated(meeting: Meeting, now: datetime) -> bool:
    """Whether the minutes that were written no longer say what the rows say: a task was given, a name changed since.

    Words hidden since then are no change: what was printed before them is hidden as a whole."""
    if meeting.content is None or meeting.secretary is None:
        return False
    with bare():
        kept: Any = Meeting.objects.values_list("content", flat=True).get(pk=meeting.pk)
        asked = minutes_data(paper_of(Meeting.objects.get(pk=meeting.pk), meeting.secretary, now))["text_hash"]
    facts = kept.get("facts_hash", kept["text_hash"])
    return facts not in {asked, minutes_data(paper_of(meeting, meeting.secretary, now))["text_hash"]}


def _said(note: AgendaNote) -> Iterator[Said]:
    """What was said; after a directive who was given what, by when."""
    yield Said(note.text, unit=note.unit.short_name if note.unit else "", speaker=note.speaker)
    if note.directive is not None:
        for task in note.directive.tasks.all():
            if task.state != TaskState.CANCELLED:
                measure = task.measure.rstrip(". ")
                words = f"Giao {task.unit.short_name}: {task.text.rstrip('. ')}; dấu hiệu hoàn thành: {measure}"
                yield Said(f"{words}; hạn ngày {short_date(task.due)}.")


def _undecided(item: AgendaItem) -> Iterator[Said]:
    """A text that came to the item and was not decided on, and edits that were listed and not put to a vote."""
    rows: list[MeetingDecision | ItemBallot] = [*item.decisions.all(), *item.ballots.all()]
    asked = [edit_words(edit) for row in rows for edit in row.edits]
    for edit in listed_edits(item):
        if (words := edit_words(edit)) not in asked:
            yield Said(f"Chỉnh sửa được nêu, không đưa ra biểu quyết: {words}")
    if item.document is not None and not any(row.version_id and row.state == DecisionState.DECLARED for row in rows):
        yield Said(f"Hội nghị chưa quyết định về {item.document.title}.")


def _balloted(row: ItemBallot) -> Iterator[Said]:
    """What the minutes say of a secret ballot: level, who voted, how many papers, what each question came to."""
    ballot = row.ballot
    level = str(Level(ballot.level).label).lower()
    if other := _declared_by(row):
        level += f", {other} điều hành, công bố"
    if row.state == DecisionState.VOID:
        yield Said(f"Bỏ phiếu kín ({level}): {ballot.title}. Lần bỏ phiếu được hủy, không có kết quả: {row.reason}")
        return
    if row.state != DecisionState.DECLARED:
        return
    roll = list(ballot.voters.all())
    voters, done = len(roll), sum(voter.done for voter in roll)
    quorum = _figure(row.quorum)
    words = f"Bỏ phiếu kín ({level}): {ballot.title}. Có mặt {voters}/{ballot.roll} đơn vị, túc số {quorum.needed}"
    if ballot.level == Level.BLIND:
        complete = sum(voter.is_complete for voter in roll)
        missing = complete - (ballot.received or 0)
        words += f"; phiếu đã đóng dấu {done}"
        if ballot.has_two_stamps:
            words += f", trong đó đủ hai dấu {complete}"
        words += f", phiếu vào hòm {ballot.received}, chênh lệch {missing}"
    elif ballot.level == Level.PAPER:
        tally = ballot.tally or {}
        words += f"; phiếu phát ra {tally.get('issued')}, hợp lệ {ballot.received}, không hợp lệ {tally.get('spoiled')}"
    else:
        words += f"; phiếu thu về {ballot.received}"
    if ballot.is_blind:
        words += f"; mã lần bỏ phiếu {ballot.charter()[:8].upper()}"
    yield Said(words + ".")
    yield from _without(ballot, roll)
    if ballot.has_two_stamps and ballot.teller is not None:
        code = key_code(ballot.second_key)[:8].upper()
        words = f"Phiếu mang hai dấu: của máy chủ và của tổ kiểm phiếu ({ballot.teller.actor_label}, khóa {code})"
        yield Said(f"{words}. Khóa thứ hai do người của tổ kiểm phiếu tạo và giữ trên máy của mình.")
    elif ballot.one_stamp_why:
        yield Said(f"Đã thôi dấu thứ hai của tổ kiểm phiếu trước khi đóng dấu, lý do: {ballot.one_stamp_why}")
    for edit in row.edits:
        yield Said(f"Kèm chỉnh sửa: {edit_words(edit)}")
    for line in ballot_lines(ballot):
        yield Said(f"{line['title']}: {line['word']}" + (f" ({line['figures']})." if line["figures"] else "."))
    if returned := _returned(row):
        yield Said(returned)


def _without(ballot: Ballot, roll: list[Voter]) -> Iterator[Said]:
    """Which units did not vote, or whose papers could not; which stamped papers were shown as missing; who typed in."""
    if ballot.level == Level.PAPER:
        counted = {"votes": ballot.votes} | (ballot.tally or {})
        typed = [one.unit.short_name for one in ballot.entries.all() if one.figures == counted]
        if typed:
            yield Said(f"Kết quả kiểm phiếu do người của các đơn vị sau nhập giống nhau: {', '.join(sorted(typed))}.")
        return
    absent = sorted(voter.unit.short_name for voter in roll if not voter.done)
    if absent:
        what = "không nhận dấu, không bỏ phiếu" if ballot.is_blind else "không bỏ phiếu"
        yield Said(f"Đơn vị có mặt {what}: {', '.join(absent)}.")
    if lacking := sorted(voter.unit.short_name for voter in roll if voter.lacks_the_second):
        yield Said(f"Đơn vị không có dấu thứ hai nên phiếu không vào hòm: {', '.join(lacking)}.")
    if shown := len(ballot.missing.all()):
        yield Said(
            f"Sau kiểm phiếu đã nêu {shown} phiếu mang dấu không có trong danh sách; đếm cả thì kết quả không đổi."
        )


def hours_words(stays: Sequence[Span], opened: datetime, closed: datetime) -> str:
    """'đến lúc 09:10, vắng từ 09:40 đến 10:05, rời lúc 15:10' of a unit that was not there all the time; '' of one that was.

    With the day where it is not the day of the opening. stays: within the conference."""
    day = local_date(opened)

    def at(one: datetime) -> str:
        return clock_time(one) if local_date(one) == day else moment(one)

    parts = [_("đến lúc %(time)s") % {"time": at(stays[0][0])}] if stays[0][0] > opened else []
    parts += [_("vắng từ %(left)s đến %(came)s") % {"left": at(left), "came": at(came)} for left, came in gaps(stays)]
    if stays[-1][1] < closed:
        parts.append(_("rời lúc %(time)s") % {"time": at(stays[-1][1])})
    return ", ".join(parts)


def _before(item: AgendaItem, left: dict[int, list[Any]]) -> list[Said]:
    """What the text of an item brings with it: why it came without consultation, what was left to the conference."""
    document = item.document
    if document is None:
        return []
    found = []
    if item.reason:
        found.append(Said(f"{document.title} được trình không qua lấy ý kiến, lý do: {item.reason}"))
    if comments := left.get(item.pk):
        units = []
        for one in comments:
            word = getattr(one.response, "last_word", None)
            reserved = (
                f", bảo lưu: {word.words}" if word is not None and word.said_at and word.kind == "reserved" else ""
            )
            units.append(f"{one.citation or 'toàn văn bản'} ({one.submission.unit.short_name}{reserved})")
        found.append(Said(f"Góp ý trình hội nghị: {'; '.join(units)}."))
    return found
