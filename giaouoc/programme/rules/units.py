"""Which member unit a text of the plan means: names are written in full, short, or by the unit's committee."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from giaouoc.lib.vietnamese import canonical_text, fold

_SPELLED = [  # what papers shorten, in the form without marks
    (r"\bubnd\b", "uy ban nhan dan"),
    (r"\btp\s?hcm\b", "thanh pho ho chi minh"),
    (r"\btp\.?\s", "thanh pho "),
    (r"\bdhqg\b", "dai hoc quoc gia"),
    (r"\bmttq\b", "mat tran to quoc"),
]
_BODIES = re.compile(r"^(ban tuyen giao va dan van|ban thuong vu|dang uy|van phong)\s+")
EVERYBODY = re.compile(r"^(cac|tat ca cac|toan the) (don vi|thanh vien)")


@dataclass(frozen=True)
class UnitNames:
    """A member unit as the rules need it: its code and all names that stand for it."""

    code: str
    names: tuple[str, ...]


def _key(text: str) -> str:
    """Words without marks, abbreviations spelled out, what comes before the body's own name taken away."""
    plain = re.sub(r"\s+", " ", re.sub(r"[^\w\s]", " ", fold(canonical_text(text)))).strip()
    for short, full in _SPELLED:
        plain = re.sub(short, full, plain + " ").strip()
    while (shorter := _BODIES.sub("", plain)) != plain:
        plain = shorter
    return plain


def means_everybody(text: str) -> bool:
    """'Các đơn vị thành viên', 'tất cả các đơn vị'."""
    return bool(EVERYBODY.match(_key(text)))


def unit_meant(text: str, units: Iterable[UnitNames]) -> str | None:
    """The code of the one unit that a text names; None for nobody, everybody, or when two would fit equally well."""
    wanted = _key(text)
    if not wanted or means_everybody(text):
        return None
    exact, near = set(), set()
    for unit in units:
        keys = {_key(name) for name in unit.names if name} | {fold(unit.code)}
        if wanted in keys:
            exact.add(unit.code)
        elif any(len(key) > 3 and (_within(key, wanted) or _within(wanted, key)) for key in keys):
            near.add(unit.code)
    found = exact or near
    return found.pop() if len(found) == 1 else None


def _within(part: str, whole: str) -> bool:
    return f" {part} " in f" {whole} "


def split_units(text: str) -> list[str]:
    """The bodies named in one cell of a table: a line each, or parted by ';' or ','."""
    return [part.strip(" .-–") for part in re.split(r"[\n;,]+", text) if part.strip(" .-–")]


def units_meant(text: str, units: Sequence[UnitNames]) -> list[str]:
    """Codes of the units that a cell names, in the order written; all of them for 'các đơn vị thành viên'."""
    if means_everybody(text):
        return [unit.code for unit in units]
    found: list[str] = []
    for part in split_units(text):
        code = unit_meant(part, units)
        if code and code not in found:
            found.append(code)
    return found
