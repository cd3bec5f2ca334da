"""Giấy mời: the invitation to a conference on paper, as PDF/A-2a and PDF/UA-1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from giaouoc.documents.rules.layout import BodyKind, long_date, style_for
from giaouoc.lib import dates
from giaouoc.lib.clock import local
from giaouoc.lib.typst import render

from .parts import TRIAL

TEMPLATE = Path(__file__).with_name("invitation.typ")


@dataclass(frozen=True)
class InvitationItem:
    """An item of the agenda. at: '08:30' or ''; papers: names of what is handed out."""

    title: str
    at: str
    papers: Sequence[str]


@dataclass(frozen=True)
class InvitationPaper:
    """All that the invitation says. at: aware, shown in Vietnamese time; day: the paper's own date; post, signer: of the
    head unit's leader, '' when unknown."""

    cluster_name: str
    supervising_body: str
    meeting: str
    place: str
    at: datetime
    day: date
    venue: str
    link: str
    units: Sequence[str]
    guests: Sequence[str]
    agenda: Sequence[InvitationItem]
    post: str
    signer: str
    trial: bool = False
    body_kind: BodyKind = "party"


def render_invitation(paper: InvitationPaper) -> bytes:
    """The invitation as PDF. Layout by its own day (``rules.layout``). Raises Unprintable."""
    style = style_for(paper.body_kind, paper.day)
    title = paper.meeting[:1].lower() + paper.meeting[1:] if paper.meeting.startswith("Hội nghị") else paper.meeting
    at = local(paper.at)
    data = {
        "style": style.as_data(),
        "title": f"Giấy mời dự {title}",
        "subject": f"dự {title}",
        "cluster": paper.cluster_name,
        "day": {"year": paper.day.year, "month": paper.day.month, "day": paper.day.day},
        "letterhead": [paper.supervising_body, paper.cluster_name],
        "place_date": long_date(paper.place, paper.day),
        "trial": TRIAL if paper.trial else None,
        "addressee": style.addressee,
        "invited": [*paper.guests, *paper.units],
        "opening": f"{paper.cluster_name} trân trọng kính mời đại diện các cơ quan, đơn vị dự {title}.",
        "when": f"{at.hour} giờ {at.minute:02d} phút, {dates.long_date(at.date())}",
        "where": paper.venue,
        "link": paper.link,
        "timed": any(one.at for one in paper.agenda),
        "agenda": [{"title": one.title, "at": one.at, "papers": list(one.papers)} for one in paper.agenda],
        "closing": "Đề nghị các đơn vị trả lời dự họp và ghi người đại diện trên hệ thống trước ngày họp"
        + style.end_of_text,
        "post": paper.post,
        "signer": paper.signer,
        "recipients": ["Như trên", style.recipients.last],
    }
    return render(TEMPLATE, data, day=paper.day)
