"""Thể thức: how a paper is laid out, as dated styles. Every figure stands here, none in a template.

Sources: Hướng dẫn 36-HD/VPTW of 03/4/2018 (``party-hd36``), Hướng dẫn 05-HD/VPTW of 27/5/2026 (``party-hd05``), Nghị
định 30/2020/NĐ-CP of 05/3/2020, Phụ lục I (``state-nd30``), as read in guides to them; the văn thư of the issuing body
decides."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from giaouoc.lib import dates

BodyKind = str  # 'party' or 'state'
HD05_FROM = date(2026, 5, 27)


@dataclass(frozen=True)
class Letters:
    """How a line is set. size: points, what we use; low, high: what the rule allows."""

    size: float
    low: float
    high: float
    bold: bool = False
    italic: bool = False
    caps: bool = False
    underline: bool = False


@dataclass(frozen=True)
class Margins:
    """Millimetres from the edges of the sheet."""

    top: float
    bottom: float
    left: float
    right: float


@dataclass(frozen=True)
class Numbering:
    """How number and sign are joined: ``opening`` number ``joint`` sign, as 'Số 05-QC/CTĐ17' or 'Số: 05/QĐ-SNV'."""

    opening: str
    joint: str


@dataclass(frozen=True)
class Recipients:
    """Nơi nhận: the word, its look, the list and the form of its last line."""

    word: str
    title: Letters
    items: Letters
    last: str


@dataclass(frozen=True)
class LayoutStyle:
    """A dated set of layout rules. Lengths in millimetres where named so, sizes and leading in points.

    head: the line at the right of the head; motto: the line below it or ''. body_mark: what stands under the issuing
    body, subject_mark: what stands under the subject ('*', '-----' or 'rule'). capacities: words before the post of
    somebody who signs in another's place."""

    code: str
    body_kind: BodyKind
    source: str
    head: str
    head_letters: Letters
    motto: str
    motto_letters: Letters
    superior: Letters
    body_name: Letters
    body_mark: str
    numbering: Numbering
    number: Letters
    place_date: Letters
    kind: Letters
    subject: Letters
    subject_mark: str
    letter_subject: Letters
    letter_subject_opening: str
    addressee: str
    proposal_addressee: str
    bases: Letters
    bases_opening: str
    text: Letters
    part_number: Letters
    part_title: Letters
    section_number: Letters
    section_title: Letters
    article: Letters
    authority: Letters
    post: Letters
    name: Letters
    recipients: Recipients
    draft_mark: str
    draft_letters: Letters
    end_of_text: str
    capacities: dict[str, str] = field(default_factory=dict)
    margins: Margins = Margins(top=20, bottom=20, left=30, right=15)
    page_number: Letters = Letters(14, 13, 14)
    page_number_from_edge_mm: float = 10
    first_line_mm: float = 10
    leading: float = 18  # from one baseline to the next; at least
    between: float = 6  # more, from one paragraph to the next

    def as_data(self) -> dict[str, Any]:
        """The style as plain values, for a template."""
        return asdict(self)


PARTY_HD36 = LayoutStyle(
    code="party-hd36",
    body_kind="party",
    source="Hướng dẫn 36-HD/VPTW ngày 03/4/2018",
    head="ĐẢNG CỘNG SẢN VIỆT NAM",
    head_letters=Letters(15, 15, 15, bold=True, caps=True),
    motto="",
    motto_letters=Letters(14, 14, 14),
    superior=Letters(14, 14, 14, caps=True),
    body_name=Letters(14, 14, 14, bold=True, caps=True),
    body_mark="*",
    numbering=Numbering("Số ", "-"),
    number=Letters(14, 14, 14),
    place_date=Letters(14, 14, 14, italic=True),
    kind=Letters(16, 15, 16, bold=True, caps=True),
    subject=Letters(14, 14, 15, bold=True),
    subject_mark="-----",
    letter_subject=Letters(12, 12, 12, italic=True),
    letter_subject_opening="",
    addressee="Kính gửi",
    proposal_addressee="Kính gửi",
    bases=Letters(14, 14, 15),
    bases_opening="- ",
    text=Letters(14, 14, 15),
    part_number=Letters(14, 14, 15, bold=True),
    part_title=Letters(14, 14, 15, bold=True, caps=True),
    section_number=Letters(14, 14, 15, bold=True),
    section_title=Letters(14, 14, 15, bold=True, caps=True),
    article=Letters(14, 14, 15, bold=True),
    authority=Letters(14, 14, 14, bold=True, caps=True),
    post=Letters(14, 14, 14, caps=True),
    name=Letters(14, 14, 14, bold=True),
    recipients=Recipients(
        word="Nơi nhận",
        title=Letters(14, 14, 14, underline=True),
        items=Letters(12, 12, 12),
        last="Lưu Đảng ủy.",
    ),
    draft_mark="DỰ THẢO LẦN {ordinal}",
    draft_letters=Letters(14, 14, 14, bold=True),
    end_of_text=".",
    capacities={"on_behalf": "T/M", "for_head": "K/T", "by_order": "T/L"},
)
"""Party papers up to 26/5/2026. Source: Hướng dẫn 36-HD/VPTW of 03/4/2018; leading, first line and margins from guides
to it. A collective has no K/T; 'T/U' does not exist."""

PARTY_HD05 = replace(
    PARTY_HD36,
    code="party-hd05",
    source="Hướng dẫn 05-HD/VPTW ngày 27/5/2026",
    head_letters=Letters(15, 13, 15, bold=True, caps=True),
    kind=Letters(16, 14, 16, bold=True, caps=True),
    text=Letters(14, 14, 14),
    proposal_addressee="Kính trình",
    recipients=replace(PARTY_HD36.recipients, items=Letters(12, 11, 12)),
    draft_mark="Dự thảo lần {ordinal}",
)
"""Party papers from 27/5/2026. Source: Hướng dẫn 05-HD/VPTW of 27/5/2026, known from guides that differ in sizes; where
they do, the figures of HD 36 stay, which contradict none of them firmly."""

STATE_ND30 = LayoutStyle(
    code="state-nd30",
    body_kind="state",
    source="Nghị định 30/2020/NĐ-CP ngày 05/3/2020, Phụ lục I",
    head="CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    head_letters=Letters(13, 12, 13, bold=True, caps=True),
    motto="Độc lập - Tự do - Hạnh phúc",
    motto_letters=Letters(14, 13, 14, bold=True),
    superior=Letters(13, 12, 13, caps=True),
    body_name=Letters(13, 12, 13, bold=True, caps=True),
    body_mark="rule",
    numbering=Numbering("Số: ", "/"),
    number=Letters(13, 13, 13),
    place_date=Letters(14, 13, 14, italic=True),
    kind=Letters(14, 13, 14, bold=True, caps=True),
    subject=Letters(14, 13, 14, bold=True),
    subject_mark="rule",
    letter_subject=Letters(12, 12, 13),
    letter_subject_opening="V/v ",
    addressee="Kính gửi",
    proposal_addressee="Kính gửi",
    bases=Letters(14, 13, 14, italic=True),
    bases_opening="",
    text=Letters(14, 13, 14),
    part_number=Letters(14, 13, 14, bold=True),
    part_title=Letters(14, 13, 14, bold=True, caps=True),
    section_number=Letters(14, 13, 14, bold=True),
    section_title=Letters(14, 13, 14, bold=True, caps=True),
    article=Letters(14, 13, 14, bold=True),
    authority=Letters(14, 13, 14, bold=True, caps=True),
    post=Letters(14, 13, 14, bold=True, caps=True),
    name=Letters(14, 13, 14, bold=True),
    recipients=Recipients(
        word="Nơi nhận:",
        title=Letters(12, 12, 12, bold=True, italic=True),
        items=Letters(11, 11, 11),
        last="Lưu: VT.",
    ),
    draft_mark="DỰ THẢO LẦN {ordinal}",
    draft_letters=Letters(13, 13, 13, bold=True),
    end_of_text="./.",
    capacities={"on_behalf": "TM.", "for_head": "KT.", "by_order": "TL.", "by_authority": "TUQ.", "acting": "Q."},
)
"""Papers of state bodies. Source: Nghị định 30/2020/NĐ-CP, Phụ lục I; the lines 'capacities' and 'end_of_text' are
practice."""

_CAPACITIES = {"T/M": "on_behalf", "K/T": "for_head", "T/L": "by_order", "TUQ": "by_authority", "Q": "acting"}
STYLES = {style.code: style for style in (PARTY_HD36, PARTY_HD05, STATE_ND30)}


def style_for(body_kind: BodyKind, day: date) -> LayoutStyle:
    """The style of a paper by who issues it and the paper's date.

    Party: HD 36 before 27/5/2026, HD 05 from that day (Quy định 399-QĐ/TW of 09/01/2026 kept the layout of HD 36 until
    then). State: NĐ 30/2020. Raises ValueError for another kind of body."""
    if body_kind == "state":
        return STATE_ND30
    if body_kind == "party":
        return PARTY_HD05 if day >= HD05_FROM else PARTY_HD36
    raise ValueError(f"no layout for papers of {body_kind!r}")


def long_date(place: str, day: date | None, *, year: int | None = None) -> str:
    """'Thành phố Hồ Chí Minh, ngày 06 tháng 3 năm 2026': zero before days 1-9 and months 1 and 2 only.

    Without a day (a draft) the places of day and month stay open; ``year`` then says the year, or stays open too."""
    if day is not None:
        return f"{place}, {dates.long_date(day)}"
    return f"{place}, ngày      tháng      năm {year if year is not None else '     '}".rstrip()


_OPENING = re.compile(r"^số\b\s*:?\s*", re.I)


def number_line(style: LayoutStyle, number: str) -> str:
    """'Số 05-QC/CTĐ17' (Party) or 'Số: 05/QĐ-SNV' (state) of a number as the register has it; '' for none."""
    return f"{style.numbering.opening}{bare_number(number)}" if number else ""


def bare_number(typed: str) -> str:
    """The register's number without the word 'Số' that was typed before it."""
    return _OPENING.sub("", typed, count=1)


def number_example(style: LayoutStyle, issuer: str) -> str:
    """What the register's number looks like: '01-QC/CTĐ17', or '01/QC-CTĐ17' of a state body."""
    first = style.numbering.joint
    return f"01{first}QC{'/' if first == '-' else '-'}{issuer}"


def draft_line(style: LayoutStyle, ordinal: int) -> str:
    """'DỰ THẢO LẦN 1', or 'Dự thảo lần 1' as HD 05 writes it."""
    return style.draft_mark.format(ordinal=ordinal)


def capacity_in(style: LayoutStyle, capacity: str, post: str) -> tuple[str, str]:
    """(words of the style, post) for a capacity as mandates name it: 'K/T' is 'KT.' on a state body's paper.

    A capacity without words in the style is said with the post: ('', 'TUQ. Trưởng Ban')."""
    words = style.capacities.get(_CAPACITIES.get(capacity, ""), "")
    return ("", f"{capacity}. {post}") if capacity and not words else (words, post)


def signing_lines(style: LayoutStyle, capacity: str, post: str, whom: str = "") -> tuple[str, ...]:
    """The lines above a signature: ('TRƯỞNG BAN',) or ('K/T TRƯỞNG BAN', 'PHÓ TRƯỞNG BAN'), in capitals.

    capacity: '' (in one's own post), a key of ``style.capacities``, or its words as they are ('K/T'). whom: in whose
    place; without it the post without its 'Phó'. Raises ValueError for a capacity that the style does not know."""
    own = post.strip().upper()
    if not capacity:
        return (own,)
    words = style.capacities.get(capacity, capacity)
    if words not in style.capacities.values():
        raise ValueError(f"{style.code} knows no capacity {capacity!r}")
    if words == "Q.":
        return (f"{words} {own}",)
    first = whom.strip().upper() or own.removeprefix("PHÓ ")
    return (f"{words} {first}", own)
