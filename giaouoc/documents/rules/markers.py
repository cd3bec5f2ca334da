"""What begins a clause: the words and numbers at the head of a line, as real files write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .docx_reader import Line

LEVELS = {"part": 0, "chapter": 1, "section": 2, "subsection": 3, "article": 4, "paragraph": 5, "point": 7, "dash": 8}
SUB_PARAGRAPH = 6  # 1.1 under 1
PLUS = 9  # '+' under '-'
LETTERS = "abcdđeghiklmnopqrstuvxy"  # the 23 letters of điểm; source: domain notes, part B §3

_NOTE = r"(?:\s*\[\d{1,3}\])?"
_END = rf"{_NOTE}\s*(?P<stop>[.:)\-–—/]|$|(?=\n))(?P<rest>.*)"
_ROMAN = r"[IVXLC]{1,7}"
WORDS = {
    "part": re.compile(
        rf"^phần\s+(?P<number>thứ\s+[^\W\d_]+(?:\s+mười|\s+[^\W\d_]+)?(?=\s*[.:\n]|$)|{_ROMAN}|\d{{1,2}}){_END}",
        re.I | re.S,
    ),
    "chapter": re.compile(rf"^chương\s+(?P<number>{_ROMAN}|\d{{1,3}})(?![^\W_]){_END}", re.I | re.S),
    "section": re.compile(rf"^mục\s+(?P<number>{_ROMAN}|\d{{1,2}}|[A-ZĐ])(?![^\W_]){_END}", re.I | re.S),
    "subsection": re.compile(rf"^tiểu\s+mục\s+(?P<number>{_ROMAN}|\d{{1,2}})(?![^\W_]){_END}", re.I | re.S),
    "article": re.compile(rf"^điều\s+(?P<number>\d{{1,4}}[a-zđ]?\d?)(?![^\W_]){_END}", re.I | re.S),
}
LOOKS_LIKE = str.maketrans({"\u00d0": "Đ", "\u0189": "Đ", "\u0110": "Đ"})
_PARAGRAPH = re.compile(r"^(?P<number>\d{1,3}[a-zđ]?)\s*(?P<stop>[.)]|[-–](?=\s|[^\W\d]))\s*(?P<rest>(?!\d).*)$", re.S)
_BRACED = re.compile(r"^\((?P<number>\d{1,3}|[a-zđ])\)\s*(?P<rest>.*)$", re.S)
_MULTI = re.compile(r"^(?P<number>\d{1,2}(?:\.\d{1,2}){1,3})\.?(?:\s+|(?=[^\W\d]))(?P<rest>(?!\d{2,4}\b).*)$", re.S)
_POINT = re.compile(r"^(?P<number>[a-zđ]{1,2}\d?)\s*\)\s*(?P<rest>.*)$", re.S)
_POINT_DOT = re.compile(r"^(?P<number>[a-zđ])\s*[.\-–]\s+(?P<rest>.*)$", re.S)
_ROMAN_LINE = re.compile(rf"^(?P<number>{_ROMAN})\s*[.)\-–/]\s*(?P<rest>\D.*)$", re.S)
_CAPITAL_LINE = re.compile(r"^(?P<number>[A-ZĐ])\s*[.)]\s*(?P<rest>.*)$", re.S)
_DASH = re.compile(r"^(?P<sign>[-–—•●○▪■+*·])\s*(?P<rest>\S.*)$", re.S)


@dataclass(frozen=True)
class Marker:
    """The head of a clause: its kind, number as shown, level among the open clauses, where its own words begin."""

    kind: str
    number: str | None
    level: int
    at: int  # index of the first letter after the marker in the line's text


def is_upper(text: str) -> bool:
    """Whether the letters are capitals."""
    letters = [letter for letter in text if letter.isalpha()]
    return bool(letters) and sum(letter.isupper() for letter in letters) >= 0.9 * len(letters)


def _word_marker(text: str) -> Marker | None:
    plain = text.translate(LOOKS_LIKE)
    for kind, pattern in WORDS.items():
        found = pattern.match(plain)
        if found:
            number = " ".join(found["number"].split())
            if kind in {"chapter", "section", "subsection", "part"} and re.fullmatch(_ROMAN, number, re.I):
                number = number.upper()
            note_at = plain.find("[", found.end("number"), found.start("rest"))
            at = note_at if note_at >= 0 else found.start("rest")
            return Marker(kind, number, LEVELS[kind], at)
    return None


def heading_word(line: Line, text: str) -> Marker | None:
    """Phần, Chương, Mục, Tiểu mục, Điều; a sentence that only begins with such a word is none."""
    marker = _word_marker(text)
    if marker is None:
        return None
    gap = text[: marker.at].rstrip()
    stopped = gap.endswith((".", ":", ")", "-", "–", "—", "/")) or text[marker.at : marker.at + 1] in {"", "\n", "["}
    if not stopped:
        # 'Điều 5 Quy chế này …' is a sentence; 'Điều 5 Phạm vi' in bold is a heading without its full stop.
        stopped = bool(line.bold) and all(line.bold[: marker.at])
    if marker.kind != "article" and not stopped:
        return None
    if marker.kind in {"section", "part"} and not (
        line.centred or line.all_bold or is_upper(text) or line.outline is not None
    ):
        # 'Mục 2: …' inside a sentence of a list; headings of these kinds stand out.
        if "\n" not in text and len(text) > 90:
            return None
    return marker if stopped else None


def number_marker(line: Line, text: str, *, plan: bool, in_article: bool, last_capital: str) -> Marker | None:
    """1., 1.1, a), I., A., '-': what a typed line begins with."""
    if found := _MULTI.match(text):
        return Marker("paragraph", found["number"], SUB_PARAGRAPH, found.start("rest"))
    if (found := _PARAGRAPH.match(text)) and found["rest"]:
        return Marker("paragraph", found["number"], LEVELS["paragraph"], found.start("rest"))
    if found := _POINT.match(text):
        if len(found["number"]) == 1 or found["number"][-1].isdigit() or found["number"][0] == found["number"][1]:
            return Marker("point", found["number"], LEVELS["point"], found.start("rest"))
        if found["number"] in {"ii", "iii", "iv", "vi", "ix", "xi"}:
            return Marker("point", found["number"], LEVELS["point"], found.start("rest"))
    if found := _POINT_DOT.match(text):
        return Marker("point", found["number"], LEVELS["point"], found.start("rest"))
    if found := _BRACED.match(text):
        kind = "paragraph" if found["number"].isdecimal() else "point"
        return Marker(kind, found["number"], LEVELS[kind], found.start("rest"))
    stands_out = line.all_bold or is_upper(text) or line.outline is not None
    if found := _ROMAN_LINE.match(text):
        capital = found["number"]
        follows = len(capital) == 1 and last_capital and ord(capital) == ord(last_capital) + 1
        if not follows and (stands_out or (plan and not in_article)):
            return Marker("section", capital, LEVELS["section"], found.start("rest"))
    if (found := _CAPITAL_LINE.match(text)) and stands_out and found["rest"]:
        return Marker("part", found["number"], LEVELS["part"], found.start("rest"))
    if found := _DASH.match(text):
        level = PLUS if found["sign"] == "+" else LEVELS["dash"]
        return Marker("point", "-", level, found.start("rest"))
    return None


def label_marker(line: Line) -> Marker | None:
    """The number that Word writes, read as if it were typed before the line."""
    label = line.label
    if label is None:
        return None
    if label.bullet:
        return Marker("point", "-", LEVELS["dash"] + min(label.level, 3) * 0, 0)
    words = _word_marker(label.text + "\n")
    if words is not None:
        return Marker(words.kind, words.number, words.level, 0)
    number = label.text.strip("().:-–/ ")
    if not number or not any(letter.isalnum() for letter in number):
        return Marker("point", "-", LEVELS["dash"], 0)
    if label.form == "upperRoman" and "." not in number:
        return Marker("section", number, LEVELS["section"], 0)
    if label.form == "upperLetter" and len(number) == 1:
        return Marker("part", number, LEVELS["part"], 0)
    if label.form in {"lowerLetter", "lowerRoman"} and "." not in number:
        return Marker("point", number, LEVELS["point"], 0)
    if "." in number:
        return Marker("paragraph", number, SUB_PARAGRAPH, 0)
    return Marker("paragraph", number, LEVELS["paragraph"], 0)
