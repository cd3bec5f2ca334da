"""What the pact takes from the adopted plan: its table of activities, its promises, its measures, its reporting dates.

Reads the clause tree only (see the importer): nodes with kind, number, heading, text, rows, children. Nothing is
guessed silently: what cannot be read is left for the secretary to enter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from giaouoc.lib.vietnamese import fold, one_line

from .units import UnitNames, unit_meant, units_meant

Node = Mapping[str, Any]
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


@dataclass(frozen=True)
class PlannedActivity:
    """A row of the plan's table. ``host``: unit code or None; ``host_text``: as written; ``planned_on``: the month."""

    title: str
    kind: str
    host: str | None = None
    host_text: str = ""
    co_hosts: tuple[str, ...] = ()
    planned_on: date | None = None
    result: str = ""


@dataclass(frozen=True)
class Promise:
    """A commitment drawn from the plan: what, and by which measure it counts as kept."""

    text: str
    measure: str = ""


@dataclass(frozen=True)
class FromPlan:
    """Everything that could be read; empty parts are entered by hand."""

    activities: list[PlannedActivity] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    reporting: str = ""


COLUMNS = [  # what a column is, by the words in its head; the first that fits
    ("number", ("stt", "tt", "so tt", "so thu tu")),
    ("co_hosts", ("phoi hop", "cung thuc hien", "don vi phoi hop")),
    ("host", ("chu tri", "dang cai", "don vi thuc hien", "phu trach", "chiu trach nhiem")),
    ("when", ("thang", "thoi gian", "thoi diem", "thoi han", "tien do", "ngay")),
    ("result", ("ket qua", "san pham", "muc tieu", "chi tieu")),
    ("form", ("hinh thuc", "cach thuc")),
    ("title", ("noi dung", "hoat dong", "cong viec", "nhiem vu", "viec")),
]


def _column(head: str) -> str | None:
    words = fold(one_line(head))
    for name, signs in COLUMNS:
        if name == "number" and words in signs:
            return name
        if name != "number" and any(re.search(rf"\b{sign}\b", words) for sign in signs):
            return name
    return None


def columns_of(row: Sequence[str]) -> dict[str, int]:
    """Place of each known column in a head row; {} when it is no head of a table of activities."""
    places: dict[str, int] = {}
    for place, cell in enumerate(row):
        name = _column(cell)
        if name and name not in places:
            places[name] = place
    return places if "title" in places and {"host", "when"} & places.keys() else {}


def kind_of(title: str) -> str:
    """'training', 'seminar', 'exchange' or 'other', by the words of a title."""
    words = fold(title)
    if re.search(r"\b(tap huan|boi duong)\b", words):
        return "training"
    if re.search(r"\b(toa dam|hoi thao)\b", words):
        return "seminar"
    if re.search(r"\b(giao luu|van nghe|hoi thi|the thao|ve nguon)\b", words):
        return "exchange"
    return "other"


def same_title(one: str, other: str) -> bool:
    """Whether two titles name the same activity: the same letters and figures, whatever stops stand between."""
    return re.sub(r"\W+", " ", fold(one)).strip() == re.sub(r"\W+", " ", fold(other)).strip()


def month_of(text: str, year: int) -> date | None:
    """The first of the month that a cell names: '5', '02', 'Tháng 5', '5/2026', 'ngày 15-7-2026'; or a quarter."""
    words = fold(one_line(text))
    if not words:
        return None
    if found := re.search(r"\b\d{1,2}\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})\b", words):
        return _month(int(found[1]), int(found[2]))
    if found := re.search(r"(?:thang\s*)?\b(\d{1,2})\s*(?:[/.-]|\s+nam\s+)\s*(\d{4})\b", words):
        return _month(int(found[1]), int(found[2]))
    if found := re.search(r"\bthang\s*(\d{1,2})\b", words):
        return _month(int(found[1]), year)
    if found := re.search(r"\bquy\s*(iv|i{1,3}|[1-4])\b", words):
        quarter = ROMAN.get(found[1]) or int(found[1])
        return _month(3 * quarter - 2, year)
    if found := re.fullmatch(r"(\d{1,2})(?:\s*(?:-|–|,|den|va)\s*\d{1,2})?", words):
        return _month(int(found[1]), year)
    return None


def _month(month: int, year: int) -> date | None:
    return date(year, month, 1) if 1 <= month <= 12 and 1900 < year < 2200 else None


def walk(nodes: Sequence[Node], above: tuple[Node, ...] = ()) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Every node in reading order, with those above it, the nearest last."""
    for node in nodes:
        yield node, above
        yield from walk(node.get("children") or [], (*above, node))


def activities_in(tree: Sequence[Node], units: Sequence[UnitNames], year: int) -> list[PlannedActivity]:
    """The rows of all tables of activities, in order; rows that are only a heading (a quarter, a part) are left out."""
    found: list[PlannedActivity] = []
    for node, _above in walk(tree):
        rows = node.get("rows") or []
        places: dict[str, int] = {}
        heading_month: date | None = None
        for row in rows:
            if head := columns_of(row):
                places = head
                continue
            if not places:
                continue
            cells = {name: one_line(row[at]) if at < len(row) else "" for name, at in places.items()}
            if not cells["title"] or not any(value for name, value in cells.items() if name not in {"title", "number"}):
                heading_month = month_of(" ".join(filter(None, row)), year)
                continue
            host_cell = row[places["host"]] if "host" in places and places["host"] < len(row) else ""
            co_cell = row[places["co_hosts"]] if "co_hosts" in places and places["co_hosts"] < len(row) else ""
            host = unit_meant(host_cell, units)
            found.append(
                PlannedActivity(
                    title=cells["title"],
                    kind=kind_of(f"{cells['title']} {cells.get('form', '')}"),
                    host=host,
                    host_text="" if host else one_line(host_cell),
                    co_hosts=tuple(code for code in units_meant(co_cell, units) if code != host),
                    planned_on=month_of(cells.get("when", ""), year) or heading_month,
                    result=cells.get("result", ""),
                )
            )
    return found


EACH_UNIT = re.compile(r"^(moi|tung|100 ?%|tat ca cac) (don vi|thanh vien)\b")
PROMISING = re.compile(r"\b(phat dong thi dua|dang ky thi dua|noi dung thi dua|cam ket|chi tieu thi dua|giao uoc)\b")
DUTIES = re.compile(r"\b(to chuc thuc hien|trach nhiem|muc dich|kinh phi|che do bao cao|bao cao)\b")
MEASURES = re.compile(r"\b(bien phap|giai phap|nhan rong|giup do|trao doi kinh nghiem)\b")
REPORTS = re.compile(r"\b(che do bao cao|bao cao)\b")


def _names(node: Node) -> str:
    return fold(one_line(f"{node.get('heading') or ''} {node.get('text') or ''}"))


def _promise(text: str) -> Promise:
    """'Khai thông thể chế: mỗi đơn vị gửi hai kiến nghị' -> text before the colon, measure after it."""
    text = one_line(text).rstrip(" ;.")
    before, colon, after = text.partition(":")
    if colon and after.strip() and len(before) <= 160 and ":" not in after:
        measure = after.strip()
        return Promise(before.strip(), measure[:1].upper() + measure[1:])
    return Promise(text)


def promises_in(tree: Sequence[Node]) -> list[Promise]:
    """The points under a clause that starts the emulation, and clauses that say what each unit does; no duties."""
    found: list[Promise] = []
    for node, above in walk(tree):
        if node.get("kind") in {"table", "annex", "signature", "preamble"} or any(
            one.get("kind") in {"table", "annex", "signature"} for one in above
        ):
            continue
        if any(DUTIES.search(fold(str(one.get("heading") or ""))) for one in (*above, node)):
            continue
        text = one_line(str(node.get("text") or ""))
        starts = above and PROMISING.search(_names(above[-1])) and not node.get("children")
        if text and (starts or (EACH_UNIT.match(fold(text)) and not node.get("children"))):
            found.append(_promise(text))
    return found


def measures_in(tree: Sequence[Node]) -> list[str]:
    """The clauses that say by what means, and how good models are spread; each a paragraph."""
    found: list[str] = []
    for node, above in walk(tree):
        under = [*above, node]
        if not any(MEASURES.search(fold(str(one.get("heading") or ""))) for one in under):
            continue
        if any(one.get("kind") in {"table", "annex", "signature"} for one in under):
            continue
        text = one_line(str(node.get("text") or "")).rstrip(";").rstrip()
        if text:
            found.append(text if text.endswith((".", ":")) else f"{text}.")
    return found


def reporting_in(tree: Sequence[Node]) -> str:
    """The words on reports and their dates; '' when the plan has none."""
    for node, above in walk(tree):
        if any(one.get("kind") in {"table", "annex", "signature"} for one in (*above, node)):
            continue
        if REPORTS.search(fold(str(node.get("heading") or ""))):
            parts = [one_line(str(one.get("text") or "")) for one, _ in walk([node])]
            if text := " ".join(part for part in parts if part):
                return text
    return ""


def read_plan(tree: Sequence[Node], units: Sequence[UnitNames], year: int) -> FromPlan:
    """All that the pact takes from a plan. ``units``: the members in protocol order."""
    measures = measures_in(tree)
    promises = promises_in(tree)
    kept = {one_line(f"{one.text} {one.measure}") for one in promises}
    return FromPlan(
        activities=activities_in(tree, units, year),
        promises=promises,
        measures=[text for text in measures if one_line(text.rstrip(".")) not in kept],
        reporting=reporting_in(tree),
    )
