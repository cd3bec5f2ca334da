"""Dấu độ mật: whether a text carries a mark of secrecy. One home of the rule, for every box and every file.

A mark is what an office stamps or types on a paper: MẬT, TỐI MẬT, TUYỆT MẬT alone in its place, in brackets, at the head of a
line, after "Độ mật:", or a number ending in /M. The words bí mật, bảo mật, mật khẩu, and a regulation that speaks of secret
papers or lists the degrees, are no marks. Source: domain notes, part B §5."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from .old_encodings import OLD_LETTERS, from_tcvn3, from_vni
from .vietnamese import nfc

# Letters of other alphabets that look like ours; typed by mistake from another keyboard, or in order not to be found.
_ALIKE = str.maketrans("АВСЕНІКМОРТУХΑΒΕΗΙΚΜΝΟΡΤΥΧаеосрухіοτυÐ", "ABCEHIKMOPTYXABEHIKMNOPTYXaeocpyxiotuĐ")
_DEGREES = {"mật": "MẬT", "tốimật": "TỐI MẬT", "tuyệtmật": "TUYỆT MẬT"}
_BARE = dict.fromkeys(("TOIMAT", "TOIMẬT", "TỐIMAT"), "TỐI MẬT")  # typed without all marks, in capitals
_BARE |= dict.fromkeys(("TUYETMAT", "TUYETMẬT", "TUYỆTMAT"), "TUYỆT MẬT")
_DEGREE = r"(?:tuyệt\s*mật|tối\s*mật|mật)"
_LABEL = re.compile(
    rf"(?i)(?<!\w)(?:độ|mức|mức\s+độ|cấp\s+độ|dấu)\s+mật\s*[:=\u2013-]\s*[\"“(\[]?\s*({_DEGREE})(?!\w)"
    rf"(?!\s*[\"”)\]]?\s*(?:[,;/]|hoặc|và)\s*[\"“(\[]?\s*{_DEGREE})"
)
_BRACKETS = re.compile(r"[\[(]\s*(TUYỆT\s*MẬT|TỐI\s*MẬT|MẬT)\s*[\])]")
_HEAD = re.compile(r"\W*(TUYỆT\s*MẬT|TỐI\s*MẬT|MẬT)\s*[-\u2013\u2014:|]\s*\S")
_TAIL = re.compile(r"(.*\w.*?)(?:\s+(TUYỆT\s*MẬT|TỐI\s*MẬT)|\s+[-\u2013\u2014|]\s*(TUYỆT\s*MẬT|TỐI\s*MẬT|MẬT))\W*$")
_SPEAKS = re.compile(
    rf"(?i)(?<!\w)(?:{_DEGREE}(?!\w)|(?:độ|mức|dấu|loại|là|chữ|hoặc|và)\W*$)"
)  # of degrees, before one
_NUMBER = re.compile(r"(?<!\w)Số\s*:?\s*\d[\w.\u2013-]*(?:/[\w.\u2013-]+)*/M(?![\w/])")
_BROKEN = re.compile(r"(?i)(?<!\w)(?:bí|bảo)\W*(?:\t|$)")  # a line that goes on with 'mật'
_PARTS = re.compile(r"\t| {3,}|\s\|\s")


def _seen(text: str) -> str:
    """The text as an eye sees it: one form, look-alike letters ours."""
    apart = unicodedata.normalize("NFKD", nfc(text).replace("\u00a0", " "))
    return unicodedata.normalize("NFC", apart.translate(_ALIKE))


def _degree_of(part: str) -> str | None:
    """The degree that this line or cell consists of: no other letter or digit in it."""
    letters = "".join(one for one in part if one.isalnum())
    if len(letters) > 8:
        return None
    if letters in _BARE:
        return _BARE[letters]
    degree = _DEGREES.get(letters.lower())
    listed = re.match(r"\s*[-+•*–]", part) or part.rstrip().endswith((";", ",", "."))
    return None if degree and listed and not letters.isupper() else degree


def _marks(text: str, wrapped: bool) -> Iterator[str]:
    before = ""
    for line in _seen(text).splitlines():
        for part in dict.fromkeys([line, *_PARTS.split(line)]):
            if (degree := _degree_of(part)) and not (wrapped and _goes_on(before, part)):
                yield degree
        for pattern in (_LABEL, _BRACKETS):
            if found := pattern.search(line):
                yield found.group(1)
        if found := _HEAD.match(line):
            yield found.group(1)
        if found := _NUMBER.search(line):
            yield found.group(0)
        before = line


def _behind_title(line: str) -> str | None:
    """The degree in capitals that ends the line behind other words: behind a dash, or where these are no capitals."""
    found = _TAIL.match(line)
    if found is None or _SPEAKS.search(found[1]):
        return None
    return found[3] or (None if found[1].isupper() else found[2])


def _goes_on(before: str, part: str) -> bool:
    """Whether the part is the rest of a sentence or heading that was broken there: 'bảo vệ bí' and, below it, 'mật'."""
    letters = "".join(one for one in part if one.isalnum())
    return letters[0].islower() or (len(letters) == 3 and _BROKEN.search(before) is not None)


def secrecy_mark(text: str, *, wrapped: bool = False) -> str | None:
    """The first mark of secrecy in the text as it should be shown to the person ('TỐI MẬT', 'Số 12-BC/M'), or None.

    A text in an old encoding is looked at as it was meant. wrapped: its lines are those of a page, where a sentence is broken
    anywhere, not those that somebody ended."""
    text = unicodedata.normalize("NFC", text)
    readings = [text, from_tcvn3(text), from_vni(text)] if OLD_LETTERS.search(text) else [text]
    found = next((mark for one in readings for mark in _marks(one, wrapped)), None)
    if not found and not wrapped:  # as it is typed: another code may read small letters into capitals
        found = next(filter(None, map(_behind_title, _seen(text).splitlines())), None)
    return " ".join(found.split()) if found else None


_IN_NAME = re.compile(r"(?<!\w)(?:((?i:tuyệt mật|tuyet mat))|((?i:tối mật)|TOI MAT))(?!\w)")


def mark_in_name(name: str) -> str | None:
    """The mark in the name of a file: 'TOI MAT - ke hoach.docx', 'bao-cao_(MẬT).pdf', 'KE_HOACH_TOI-MAT.docx'."""
    if found := _IN_NAME.search(" ".join(re.split(r"[\s_.\u2013-]+", _seen(name)))):
        return "TUYỆT MẬT" if found[1] else "TỐI MẬT"
    return secrecy_mark(re.sub(r"[_.]|\s*[-\u2013]\s*", "\n", name)) or secrecy_mark(name)
