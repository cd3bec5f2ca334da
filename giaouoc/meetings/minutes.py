"""Biên bản: what happened at a conference, put together for the paper. Facts come from the rows, never typed again."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from giaouoc.clusters.models import Mandate
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
)

from .counting import base_of
from .models import Meeting, MeetingDecision
from .queries import attendance_of, quorum_of
from .states import Choice, DecisionState, Method, Outcome

BASES = {"roll": "đơn vị thành viên", "present": "đơn vị có mặt", "cast": "phiếu tán thành và không tán thành"}


def _officer(by: Mandate | None) -> Officer:
    if by is None or by.unit is None:
        return Officer(post="", unit="")
    return Officer(post=by.post or by.role_label, unit=by.unit.name)


def _figure(frozen: dict[str, object]) -> Figure:
    needed = frozen["needed"]
    return Figure(
        needed=needed if isinstance(needed, int) else 0,
        share=str(frozen["share"]),
        basis=str(frozen["basis"]),
        strict=bool(frozen["strict"]),
    )


def _decision(row: MeetingDecision) -> Decision:
    votes = tuple(
        NamedVote(vote.unit.short_name, str(Choice(vote.choice).label), vote.words) for vote in row.votes.all()
    )
    if row.state == DecisionState.VOID:
        outcome = f"không có kết quả, lần biểu quyết được hủy: {row.reason}"
    elif row.outcome == Outcome.ADOPTED:
        outcome = "được thông qua"
    elif row.method == Method.CONSENSUS:
        outcome = "chưa đạt thống nhất chung"
    else:
        outcome = "không được thông qua"
    title = row.item.document.title if row.item.document else row.item.title
    return Decision(
        title=title,
        version=row.version.label,
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
    )


def paper_of(meeting: Meeting, secretary: Mandate, now: datetime) -> MinutesPaper:
    """The minutes of a closed conference. Raises LookupError for one that was never opened and closed."""
    if meeting.opened_at is None or meeting.closed_at is None:
        raise LookupError("minutes are of a conference that was opened and closed")
    cluster = meeting.year.cluster
    pairs = attendance_of(meeting, now)
    came = [(member, row) for member, row in pairs if row is not None and row.arrived_at is not None]
    away = [(member, row) for member, row in pairs if row is None or row.arrived_at is None]
    quorum = quorum_of(meeting, now)
    ratio = quorum.rule.share.fraction
    items = meeting.agenda.prefetch_related(
        "notes__unit", "decisions__votes__unit", "decisions__version"
    ).select_related("document")
    parts = []
    for item in items:
        said = tuple(
            Said(note.text, unit=note.unit.short_name if note.unit else "", speaker=note.speaker)
            for note in item.notes.all()
        )
        decisions = tuple(_decision(row) for row in item.decisions.all())
        parts.append(AgendaPart(item.title, said, decisions))
    return MinutesPaper(
        cluster_name=cluster.name,
        supervising_body=cluster.supervising_body.name,
        year=meeting.year.number,
        meeting=meeting.title,
        place=cluster.place,
        venue=meeting.venue,
        opened_at=meeting.opened_at,
        closed_at=meeting.closed_at,
        chair=_officer(meeting.chair),
        secretary=_officer(meeting.secretary or secretary),
        present=tuple(Present(member.unit.name, row.representative, row.delegation) for member, row in came),
        absent=tuple(Absent(member.unit.name, row.absence_reason if row else "") for member, row in away),
        invited=tuple(line.strip() for line in meeting.guests.splitlines() if line.strip()),
        agenda=tuple(parts),
        quorum=Figure(
            needed=quorum.needed,
            share=f"{ratio.numerator}/{ratio.denominator}",
            basis=quorum.basis,
            strict=quorum.rule.share.strict,
        ),
        conclusion=meeting.conclusion or _("Hội nghị thống nhất các nội dung nêu trên."),
        trial=settings.TRIAL_SIGNING,
    )
