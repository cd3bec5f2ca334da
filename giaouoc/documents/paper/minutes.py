"""Biên bản hội nghị: the minutes on paper, put together from what happened, as PDF/A-2a and PDF/UA-1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from giaouoc.documents.rules.layout import BodyKind, LayoutStyle, long_date, style_for
from giaouoc.lib import dates
from giaouoc.lib.canonical import fingerprint
from giaouoc.lib.clock import local
from giaouoc.lib.typst import Box, Unprintable, render_with_boxes

from .parts import TRIAL, Verification, last_stop
from .parts import fingerprint as eight

TEMPLATE = Path(__file__).with_name("minutes.typ")
FIELDS = ("THU_KY", "CHU_TRI")
SIGNS = 60  # tries: one for all that no Vietnamese text has, then one for each other sign that the font lacks
_JOINING = "\ufe0e\ufe0f\u200d\u20e3"


@dataclass(frozen=True)
class Officer:
    """Who led or wrote: post, the unit, and the name if it is to stand under the signature. delegation: number and date of
    the written authority by which a deputy leads, or ''."""

    post: str
    unit: str
    name: str = ""
    delegation: str = ""


@dataclass(frozen=True)
class Present:
    """A unit that was there. representative: post; delegation: number and date of the written authority, or '';
    hours: when it came late, was away, left early, or ''."""

    unit: str
    representative: str
    delegation: str = ""
    hours: str = ""


@dataclass(frozen=True)
class Absent:
    """A unit entitled to be there that was not. reason: '' when none was given."""

    unit: str
    reason: str = ""


@dataclass(frozen=True)
class Said:
    """What was said at an item. unit, speaker: either may be '' (a note of the secretary has neither)."""

    text: str
    unit: str = ""
    speaker: str = ""


@dataclass(frozen=True)
class Figure:
    """A threshold of the regulation. needed: units; share: '2/3'; basis: 'khoản 3 Điều 11'; strict: more than the
    share."""

    needed: int
    share: str
    basis: str
    strict: bool = False


@dataclass(frozen=True)
class NamedVote:
    """One unit's vote. choice: 'Tán thành'; words: its objection or reservation as spoken."""

    unit: str
    choice: str
    words: str = ""


@dataclass(frozen=True)
class Decision:
    """A decision on a tabled text, or on a motion: then version and full_hash are ''. base: units that the share is taken of; base_name: 'đơn vị có mặt'.

    full_hash: SHA-256 of the text in hex. outcome: 'được thông qua'. edits: of the floor, in words; final_hash: with them;
    after: what became of it before the minutes were written, a sentence. away: units that were not there; silent: that agreed
    by saying nothing; unspoken: that were there and neither voted nor agreed so. void: it was given up, so nothing was counted.
    declared_by: who declared it or gave it up, when that was not the chair of the opening."""

    title: str
    version: str
    full_hash: str
    method: str
    entitled: int
    present: int
    in_favour: int
    against: int
    abstained: int
    base: int
    base_name: str
    quorum: Figure
    majority: Figure
    outcome: str
    votes: tuple[NamedVote, ...] = ()
    edits: tuple[str, ...] = ()
    final_hash: str = ""
    after: str = ""
    away: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    unspoken: tuple[str, ...] = ()
    void: bool = False
    declared_by: str = ""


@dataclass(frozen=True)
class AgendaPart:
    """One item of the agenda with what was said and decided at it, in that order."""

    title: str
    said: tuple[Said, ...] = ()
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True)
class MinutesPaper:
    """All that the minutes say. opened_at, closed_at: aware; shown in Vietnamese time."""

    cluster_name: str
    supervising_body: str
    year: int
    meeting: str
    place: str
    venue: str
    opened_at: datetime
    closed_at: datetime
    chair: Officer
    secretary: Officer
    present: tuple[Present, ...]
    agenda: tuple[AgendaPart, ...]
    absent: tuple[Absent, ...] = ()
    breaks: tuple[tuple[datetime, datetime], ...] = ()  # from, to; of one day or of several
    too_few: tuple[tuple[datetime, datetime, int], ...] = ()  # from, to, units that were there: fewer than the quorum
    invited: tuple[str, ...] = ()
    quorum: Figure | None = None
    online: bool = False  # held online, or joined from afar where there is a venue
    invitation: str = ""  # a sentence where it was sent late or not at all
    conclusion: str = ""
    read_out: bool = False  # the minutes were read to the conference, which agreed
    trial: bool = False
    body_kind: BodyKind = "party"
    letterhead: tuple[str, ...] = ()
    number_line: str = ""


def minutes_data(paper: MinutesPaper) -> dict[str, Any]:
    """All that the minutes say as plain data, to be kept: printed as often as needed, it always says the same.

    Layout by the day of the meeting (``rules.layout``); ``text_hash`` is of the words, not of the layout."""
    day = local(paper.opened_at).date()
    data = _data(paper, style_for(paper.body_kind, day))
    return data | {"text_hash": fingerprint({key: value for key, value in data.items() if key != "style"})}


def print_minutes(data: dict[str, Any], verification: Verification) -> tuple[dict[str, Any], bytes]:
    """The data as it is printed, with its PDF. What was said, voted and decided can no longer be typed otherwise, so a sign that
    the font lacks (😀) is printed by its number, '[U+1F600]'; ``facts_hash`` keeps the hash of the words as they were.

    Raises Unprintable for a sign of the conclusion, which is typed just now."""
    facts, shown, gone = data["text_hash"], data, ""
    for trying in range(SIGNS):
        try:
            return shown | {"facts_hash": facts}, render_minutes(shown, verification)[0]
        except Unprintable as error:
            signs = "".join(sign for sign in error.character if not sign.isascii() or not sign.isprintable())
            typed = any(sign in data["conclusion"] for sign in signs or _JOINING)
            if typed or (trying and not signs):  # '1' with a mark that joins it is told as '1'
                raise
            gone += signs
            kept = {key: data[key] for key in ("style", "conclusion")}
            words = _spelled({key: value for key, value in data.items() if key not in {*kept, "text_hash"}}, gone)
            shown = words | kept | {"text_hash": fingerprint(words | {"conclusion": data["conclusion"]})}
    raise ValueError("more signs that cannot be printed than a conference has")


def _numbered(text: str, gone: str) -> str:
    """The text with these signs, and all that no Vietnamese text has, by their numbers; marks that only join them go."""
    if all(_is_usual(sign) and sign not in gone for sign in text):
        return text
    return "".join(
        sign if _is_usual(sign) and sign not in gone else "" if sign in _JOINING else f"[U+{ord(sign):04X}]"
        for sign in text
    )


def _is_usual(sign: str) -> bool:
    """Latin letters with Vietnamese marks, the punctuation between them, and line ends."""
    code = ord(sign)
    usual = code < 0x250 or 0x300 <= code <= 0x36F or 0x1E00 <= code <= 0x1EFF or 0x2010 <= code <= 0x205E
    return (usual or sign in "₫€№→≤≥≠\u2028\u2029") and (sign.isprintable() or sign.isspace())


def _spelled(value: Any, gone: str) -> Any:
    if isinstance(value, str):
        return _numbered(value, gone)
    if isinstance(value, dict):
        return {key: _spelled(part, gone) for key, part in value.items()}
    return [_spelled(part, gone) for part in value] if isinstance(value, list | tuple) else value


def render_minutes(
    data: Mapping[str, Any], verification: Verification, *, signed: bool = False
) -> tuple[bytes, list[Box]]:
    """The minutes as PDF; ``signed``: with boxes for the secretary and the chair, in this order. Raises Unprintable."""
    day = date(data["day"]["year"], data["day"]["month"], data["day"]["day"])
    fields = FIELDS if signed else ("", "")
    signatures = [
        {"name": words, "posts": [one["post"].upper()], "signer": one["name"], "field": field}
        for words, one, field in zip(
            ("Người ghi biên bản", "Chủ trì hội nghị"), (data["secretary"], data["chair"]), fields, strict=True
        )
    ]
    more = {
        "signatures": signatures,
        "verification": verification.as_data(),
        "fingerprint": eight(data["text_hash"][:8]),
    }
    return render_with_boxes(TEMPLATE, {**data, **more}, day=day)


def share_of(count: int, base: int) -> str:
    """'4/5 (80%)', '1/8 (12,5%)'; what tenths of a per cent cannot say is '2/3 (khoảng 66,7%)'; base 0 gives '0/0'."""
    if base == 0:
        return f"{count}/0"
    tenths = Fraction(count * 1000, base)
    shown = round(tenths)
    number = f"{shown // 10},{shown % 10}" if shown % 10 else f"{shown // 10}"
    return f"{count}/{base} ({'' if tenths == shown else 'khoảng '}{number}%)"


def threshold(figure: Figure) -> str:
    """'ít nhất 4 đơn vị (4/5, khoản 3 Điều 11)', 'ít nhất 3 đơn vị (quá 1/2, …)'."""
    share = f"quá {figure.share}" if figure.strict else figure.share
    basis = f", {figure.basis}" if figure.basis else ""
    return f"ít nhất {figure.needed} đơn vị ({share}{basis})"


def _hour(at: datetime) -> str:
    moment = local(at)
    return f"{moment.hour} giờ {moment.minute:02d} phút"


def _data(paper: MinutesPaper, style: LayoutStyle) -> dict[str, Any]:
    day = local(paper.opened_at).date()
    closing_day = local(paper.closed_at).date()
    entitled = len(paper.present) + len(paper.absent)
    title = paper.meeting[:1].lower() + paper.meeting[1:] if paper.meeting.startswith("Hội nghị") else paper.meeting
    return {
        "style": style.as_data(),
        "title": f"Biên bản {title} của {paper.cluster_name}",
        "subject": title,
        "cluster": paper.cluster_name,
        "day": {"year": day.year, "month": day.month, "day": day.day},
        "letterhead": list(paper.letterhead or (paper.supervising_body, paper.cluster_name)),
        "number": paper.number_line,
        "place_date": long_date(paper.place, day),
        "trial": TRIAL if paper.trial else None,
        "opening": f"Vào hồi {_hour(paper.opened_at)}, {dates.long_date(day)}"
        + (f", tại {paper.venue}" if paper.venue else "")
        + ((", kết hợp họp trực tuyến" if paper.venue else ", bằng hình thức họp trực tuyến") if paper.online else "")
        + f", {paper.cluster_name} tổ chức {title}."
        + (f" {paper.invitation}" if paper.invitation else ""),
        "entitled": entitled,
        "present": [
            {
                "unit": one.unit,
                "representative": one.representative
                + (f" (theo văn bản ủy quyền {one.delegation})" if one.delegation else "")
                + (f", {one.hours}" if one.hours else ""),
            }
            for one in paper.present
        ],
        "present_line": f"Đơn vị thành viên có mặt: {share_of(len(paper.present), entitled)}"
        + (f"; túc số {threshold(paper.quorum)}." if paper.quorum else "."),
        "absent": [f"{one.unit} ({one.reason.rstrip('.') or 'không nêu lý do'})" for one in paper.absent],
        "invited": list(paper.invited),
        "chair": asdict(paper.chair),
        "secretary": asdict(paper.secretary),
        "agenda": [_item(one) for one in paper.agenda],
        "conclusion": paper.conclusion,
        "closing": _breaks(paper)
        + _too_few(paper)
        + f"Hội nghị kết thúc lúc {_hour(paper.closed_at)} "
        + ("cùng ngày" if closing_day == day else dates.long_date(closing_day))
        + (". Biên bản đã được đọc trước hội nghị và được thống nhất" if paper.read_out else "")
        + style.end_of_text,
    }


def _breaks(paper: MinutesPaper) -> str:
    """'Hội nghị tạm nghỉ từ 15 giờ 00 đến 15 giờ 15. '; with the days when a break goes into another day."""
    said = [_span(*one) for one in paper.breaks]
    return f"Hội nghị tạm nghỉ {'; '.join(said)}. " if said else ""


def _too_few(paper: MinutesPaper) -> str:
    """'Hội nghị không đủ túc số từ 9 giờ 40 phút đến 10 giờ 05 phút (có mặt 3 đơn vị). '."""
    said = [f"{_span(begun, ended)} (có mặt {there} đơn vị)" for begun, ended, there in paper.too_few]
    return f"Hội nghị không đủ túc số, không quyết định việc gì {'; '.join(said)}. " if said else ""


def _span(begun: datetime, ended: datetime) -> str:
    days = [dates.long_date(local(one).date()) for one in (begun, ended)]
    same = days[0] == days[1]
    return f"từ {_hour(begun)}{'' if same else f' {days[0]}'} đến {_hour(ended)}{'' if same else f' {days[1]}'}"


def _item(item: AgendaPart) -> dict[str, Any]:
    return {
        "title": last_stop(item.title, ""),
        "said": [
            {"who": ", ".join(part for part in (one.speaker, one.unit) if part), "text": one.text} for one in item.said
        ],
        "decisions": [
            {
                "title": one.title,
                "version": one.version,
                "fingerprint": eight(one.full_hash[:8]),
                "full_hash": one.full_hash,
                "edits": list(one.edits),
                "final_hash": one.final_hash,
                "rows": _rows(one),
                "outcome": f"Kết quả: {one.title} {one.outcome.rstrip('.')}.",
                "after": one.after,
                "votes": [asdict(vote) for vote in one.votes],
                "worded": any(vote.words for vote in one.votes),
            }
            for one in item.decisions
        ],
    }


def _rows(one: Decision) -> list[list[str]]:
    """What was asked for and counted; of a decision that was given up only who was there."""
    away = f" (vắng: {', '.join(one.away)})" if one.away else ""
    rows = [
        ["Hình thức", one.method],
        ["Có mặt khi biểu quyết", f"{one.present}/{one.entitled} đơn vị{away}; túc số {threshold(one.quorum)}"],
    ]
    if one.declared_by:
        rows.append(["Người điều hành, công bố", one.declared_by])
    if one.void:
        return rows
    rows += [
        ["Yêu cầu để thông qua", f"{threshold(one.majority)}, tính trên {one.base} {one.base_name}"],
        [
            "Kết quả biểu quyết",
            f"tán thành {one.in_favour}; không tán thành {one.against}; không có ý kiến {one.abstained}",
        ],
        ["Tỷ lệ tán thành", share_of(one.in_favour, one.base)],
    ]
    if one.silent:
        rows.append(["Không nói ý kiến khác, coi là thống nhất", ", ".join(one.silent)])
    if one.unspoken:
        rows.append(["Có mặt, không biểu quyết", ", ".join(one.unspoken)])
    return rows
