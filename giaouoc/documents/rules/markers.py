"""What begins a clause: the words and numbers at the head of a line, as real files write them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .docx_line import Line

LEVELS = {
    "part": 0,
    "chapter": 10,
    "section": 20,
    "subsection": 30,
    "article": 40,
    "paragraph": 50,  # 1.1 below 1 is one deeper, 1.1.1 two
    "point": 70,
    "dash": 80,
}
DEEPEST_PARAGRAPH = 59
SUB_POINT = 75  # i, a.1 or (1) below a
PLUS = 90  # '+' below '-'
LETTERS = "abcdđeghiklmnopqrstuvxy"  # the 23 letters of điểm; source: domain notes, part B §3

_ALIKE = "аaАAвBВBеeЕEіiІIкkКKмmМMнHНHоoОOрpРPсcСCтTТTуyУYхxХXΑAΒBΕEΙIΚKΜMΝNΟOοoΡPΤTΧX\u00d0Đ\u0189Đ\u00f0đ\u0256đ"
LOOKS_LIKE = {ord(odd): usual for odd, usual in zip(_ALIKE[::2], _ALIKE[1::2], strict=True)}
LOOKS_LIKE |= {0xFF01 + place: chr(0x21 + place) for place in range(94)}
"""Letters that are taken for Vietnamese ones when they head a clause: Cyrillic, Greek, full width, the Icelandic Đ."""

_NOTE = r"(?:\s*\[\d{1,3}\])?"
_STOP = r"[.:)\-–—/]"
_END = rf"(?![^\W_]){_NOTE}\s*(?P<stop>{_STOP}|$|(?=\n)|(?=\[)|)(?P<rest>.*)"
_ROMAN = r"[IVXLC]{1,7}"
_COUNTED = r"thứ\s+(?:mười\s+)?[^\W\d_]+|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười"
WORDS = {
    "part": re.compile(rf"^phần\s+(?P<number>{_COUNTED}|{_ROMAN}|\d{{1,2}}|[A-ZĐ]){_END}", re.I | re.S),
    "chapter": re.compile(rf"^chương\s*(?P<number>{_COUNTED}|{_ROMAN}|\d{{1,3}}){_END}", re.I | re.S),
    "section": re.compile(rf"^mục\s*(?P<number>{_ROMAN}|\d{{1,2}}|[A-ZĐ]){_END}", re.I | re.S),
    "subsection": re.compile(rf"^tiểu\s+mục\s*(?P<number>{_ROMAN}|\d{{1,2}}|[A-ZĐ]){_END}", re.I | re.S),
    "article": re.compile(rf"^điều\s*(?P<number>\d{{1,4}}[a-zđ]?\d?){_END}", re.I | re.S),
}
_PARAGRAPH = re.compile(r"^(?P<number>\d{1,3}[a-zđ]?)\s*(?P<stop>[.)]|[-–/](?=\s|[^\W\d]))\s*(?P<rest>(?!\d).*)$", re.S)
_SIGN = re.compile(r"^\d{1,3}[-/][A-ZĐ]{2,}[-/\d]")  # '12-CT/TW' is the number of a paper
_KHOAN = re.compile(r"^khoản\s+(?P<number>\d{1,3}[a-zđ]?)\s*(?P<stop>[.:])\s+(?P<rest>\S.*)$", re.I | re.S)
_BRACED = re.compile(r"^\((?P<number>\d{1,3}|[a-zđ]|[ivx]{2,4})\)\s*(?P<rest>.*)$", re.S)
_MULTI = re.compile(
    r"^(?P<number>\d{1,2}(?:\.\d{1,2}){1,3})(?P<stop>\s*[.)\-–:](?!\d))?(?:\s+|(?=[^\W\d]))(?P<rest>(?!\d{2,4}\b).*)$",
    re.S,
)
_POINT = re.compile(r"^(?P<number>[a-zđ]{1,4}\d?)\s*\)\s*(?P<rest>.*)$", re.S)
_POINT_DOT = re.compile(r"^(?P<number>[a-zđ])\s*(?:[.\-–/]\s+|[./](?=[A-ZĐÀ-Ỹ]))(?P<rest>.*)$", re.S)
_SUB_POINT = re.compile(r"^(?P<number>[a-zđ]\.\d{1,2})\s*[.):]?\s+(?P<rest>.*)$", re.S)
_ROMAN_LINE = re.compile(rf"^(?P<number>{_ROMAN})\s*[.)\-–/:]\s*(?P<rest>\D.*)$", re.S)
_CAPITAL_LINE = re.compile(r"^(?P<number>[A-ZĐ])\s*[.)/\-–:]\s*(?P<rest>.*)$", re.S)
_DASH = re.compile(
    r"^(?P<sign>[-–—−‐‑•●○◦▪▫■□◆◊❖➢➤►▶★+*·\u2043\uf0b7\uf0a7\uf0d8\uf0fc\uf02d\uf0e0\uf076])\s*(?P<rest>\S.*)$", re.S
)
_LOWER_ROMAN = re.compile(r"x{0,2}(?:ix|iv|v?i{0,3})")


@dataclass(frozen=True)
class Marker:
    """The head of a clause: its kind, number as shown, level among the open clauses, where its own words begin.

    ``style``: how its number is written ('.', ')', '()', 'i'), which tells lists inside lists apart."""

    kind: str
    number: str | None
    level: int
    at: int  # index of the first letter after the marker in the line's text
    style: str = ""

    def at_level(self, level: int, kind: str | None = None) -> Marker:
        """The same head at another level."""
        return replace(self, level=level, kind=kind or self.kind)


def is_upper(text: str) -> bool:
    """Whether the letters are capitals."""
    letters = [letter for letter in text if letter.isalpha()]
    return bool(letters) and sum(letter.isupper() for letter in letters) >= 0.9 * len(letters)


def is_lower_roman(number: str) -> bool:
    """Whether a number may be one of i, ii, iii, iv …"""
    return bool(number) and _LOWER_ROMAN.fullmatch(number) is not None


def _word_marker(text: str) -> tuple[Marker, bool] | None:
    """The clause that a word begins, and whether a stop stands behind its number."""
    plain = text.translate(LOOKS_LIKE)
    if plain[:1] not in "pPcCmMtTđĐ":
        return None
    for kind, pattern in WORDS.items():
        found = pattern.match(plain)
        if found:
            number = " ".join(found["number"].split())
            if kind != "article" and re.fullmatch(_ROMAN, number, re.I):
                number = number.upper()
            note_at = plain.find("[", found.end("number"), found.start("rest"))
            at = note_at if note_at >= 0 else found.start("rest")
            stopped = bool(found["stop"]) or note_at >= 0 or plain[at : at + 1] in {"", "\n", "["}
            return Marker(kind, number, LEVELS[kind], at), stopped
    return None


def heading_word(line: Line, text: str) -> Marker | None:
    """Phần, Chương, Mục, Tiểu mục, Điều; a sentence that only begins with such a word is none."""
    if line.contents:
        return None
    found = _word_marker(text)
    if found is None:
        return None
    marker, stopped = found
    rest = text[marker.at :].lstrip()
    if not stopped:
        # 'Điều 5 Quy chế này …' is a sentence; 'Điều 5 Phạm vi' in bold, 'Chương I QUY ĐỊNH CHUNG' are headings.
        bold = bool(line.bold) and all(line.bold[: marker.at])
        stopped = rest[:1].isupper() and (
            (bold and not (marker.kind == "article" and _SENTENCE.match(rest)))
            or (marker.kind != "article" and (line.centred or line.outline is not None or is_upper(rest)))
        )
    if not stopped:
        return None
    if marker.kind != "article" and rest[:1].islower() and not line.caps:
        # 'Chương II: được sửa đổi', 'Mục 2. của …'; a heading begins with a capital.
        return None
    if marker.kind in {"section", "part"} and not (
        line.centred or line.all_bold or is_upper(text) or line.outline is not None
    ):
        # 'Mục 2: …' inside a sentence of a list; headings of these kinds stand out.
        if "\n" not in text and len(text) > 90:
            return None
    return marker


_SENTENCE = re.compile(
    r"(Luật|Bộ luật|Nghị định|Nghị quyết|Thông tư|Pháp lệnh|Quyết định|Quy chế|Quy định|Hiến pháp)\b"
)


def number_marker(line: Line, text: str, *, plan: bool, in_article: bool, last_capital: str) -> Marker | None:
    """1., 1.1, a), I., A., '-': what a typed line begins with."""
    plain = text[:40].translate(LOOKS_LIKE) + text[40:] if not text[:40].isascii() else text
    if line.contents:
        return None
    if (found := _MULTI.match(plain)) and not (found["stop"] is None and found["rest"][:1].islower()):
        level = LEVELS["paragraph"] + found["number"].count(".")
        return Marker("paragraph", found["number"], level, found.start("rest"))
    if (found := _PARAGRAPH.match(plain)) and found["rest"] and not _SIGN.match(plain):
        return Marker("paragraph", found["number"], LEVELS["paragraph"], found.start("rest"), found["stop"])
    if found := _KHOAN.match(plain):
        if found["rest"][:1].isupper():
            return Marker("paragraph", found["number"], LEVELS["paragraph"], found.start("rest"), found["stop"])
    if (found := _POINT.match(plain)) and _is_point(found["number"]):
        style = "i" if len(found["number"]) > 1 and is_lower_roman(found["number"]) else ")"
        return Marker("point", found["number"], LEVELS["point"], found.start("rest"), style)
    if found := _SUB_POINT.match(plain):
        return Marker("point", found["number"], SUB_POINT, found.start("rest"))
    if found := _POINT_DOT.match(plain):
        return Marker("point", found["number"], LEVELS["point"], found.start("rest"), ".")
    if found := _BRACED.match(plain):
        kind = "paragraph" if found["number"].isdecimal() else "point"
        return Marker(kind, found["number"], LEVELS[kind], found.start("rest"), "()")
    stands_out = line.all_bold or line.caps or is_upper(text) or line.outline is not None
    if found := _ROMAN_LINE.match(plain):
        capital = found["number"]
        follows = len(capital) == 1 and last_capital and ord(capital) == ord(last_capital) + 1
        if not follows and (stands_out or (plan and not in_article)):
            return Marker("section", capital, LEVELS["section"], found.start("rest"))
    if (found := _CAPITAL_LINE.match(plain)) and stands_out and found["rest"]:
        return Marker("part", found["number"], LEVELS["part"], found.start("rest"), "A")
    if found := _DASH.match(plain):
        if found["sign"] in "-–—*+" and not any(letter.isalnum() for letter in found["rest"]):
            return None  # a rule of dashes or stars
        level = PLUS if found["sign"] == "+" else LEVELS["dash"]
        return Marker("point", "-", level, found.start("rest"), "typed")
    return None


def _is_point(number: str) -> bool:
    """Whether letters before ')' are a number: one letter, with a figure, doubled as Word counts on, or Roman."""
    if len(number) == 1 or (number[-1].isdecimal() and len(number) == 2):
        return True
    return (len(number) == 2 and number[0] == number[1]) or is_lower_roman(number)


def label_marker(line: Line) -> Marker | None:
    """The number that Word writes, read as if it were typed before the line."""
    label = line.label
    if label is None or line.contents:
        return None
    if label.bullet:
        return Marker("point", "-", LEVELS["dash"], 0)
    words = _word_marker(label.text + "\n")
    if words is not None:
        return Marker(words[0].kind, words[0].number, words[0].level, 0)
    text = label.text.strip()
    if named := re.fullmatch(r"(?i)(khoản|điểm)\s+(\w+)\W*", text):
        kind = "paragraph" if named[1].lower() == "khoản" else "point"
        return Marker(kind, named[2], LEVELS[kind], 0)
    number = text.strip("().:-–/ ")
    if not number or not any(letter.isalnum() for letter in number):
        return Marker("point", "-", PLUS if text[:1] == "+" else LEVELS["dash"], 0)
    if not re.fullmatch(r"\w+(\.\w+)*", number):
        return None  # words such as 'Phụ lục 1': the line is none of the clauses
    style = "()" if text[:1] == "(" else text[-1:] if text[-1:] in ").-/" else ""
    if "." not in number:
        if label.form == "upperRoman":
            return Marker("section", number, LEVELS["section"], 0)
        if label.form == "upperLetter" and len(number) == 1:
            return Marker("part", number, LEVELS["part"], 0, "A")
        if label.form in {"lowerLetter", "lowerRoman"}:
            return Marker("point", number, LEVELS["point"], 0, "i" if label.form == "lowerRoman" else style)
        return Marker("paragraph", number, LEVELS["paragraph"], 0, style)
    if label.form in {"lowerLetter", "lowerRoman"}:
        return Marker("point", number, SUB_POINT if number[0].isalpha() else LEVELS["point"], 0)
    return Marker("paragraph", number, min(LEVELS["paragraph"] + number.count("."), DEEPEST_PARAGRAPH), 0)
