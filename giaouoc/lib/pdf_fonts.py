"""Which letters the codes of a PDF font stand for, and how wide they are: ToUnicode, else the font's encoding by the names of
its glyphs. A font that tells neither gives no letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MOST_CODES = 200_000  # of one font
_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_PART = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")
_CODESPACE = re.compile(rb"begincodespacerange\s*<([0-9A-Fa-f]+)>")
_BASE = {"/MacRomanEncoding": "mac-roman"}


def entry(of: Any, key: str, default: Any = None) -> Any:
    """What a dictionary of a PDF holds under a key, references followed; ``default`` where there is none, or no dictionary."""
    try:
        return of[key]
    except (KeyError, TypeError, AttributeError):
        return default


@dataclass
class Font:
    """``letters``: code -> text; ``widths``: code -> thousandths of the size; ``size``: bytes of a code."""

    letters: dict[int, str] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    usual: float = 500
    size: int = 1

    def read(self, data: bytes) -> Iterator[tuple[str, float, bool]]:
        """Each code of a string as (text, width, whether it is the space of one byte)."""
        for at in range(0, len(data) - self.size + 1, self.size):
            code = int.from_bytes(data[at : at + self.size], "big")
            text = self.letters.get(code, "")
            yield text, self.widths.get(code, self.usual), self.size == 1 and code == 32


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be", "ignore")


def _to_unicode(data: bytes) -> tuple[dict[int, str], int | None]:
    """What a ToUnicode table says: code -> text, and the bytes of a code."""
    found: dict[int, str] = {}
    for block in _BLOCK.finditer(data):
        parts: list[Any] = []
        for one in _PART.finditer(block.group(2)):
            parts.append(b"".join(one.group(1).split()) if one.group(1) is not None else one.group())
        if block.group(1) == b"bfchar":
            for code, text in zip(parts[::2], parts[1::2], strict=False):
                found[int(code, 16)] = _utf16(text)
        else:
            _ranges(parts, found)
        if len(found) > MOST_CODES:
            break
    space = _CODESPACE.search(data)
    return found, len(space.group(1)) // 2 if space else None


def _ranges(parts: list[bytes], found: dict[int, str]) -> None:
    at = 0
    while at + 2 < len(parts) and len(found) < MOST_CODES:
        first, last = int(parts[at], 16), int(parts[at + 1], 16)
        count = max(0, min(last - first + 1, 65536))
        at += 2
        if parts[at] == b"[":
            end = parts.index(b"]", at)
            found |= {first + place: _utf16(one) for place, one in enumerate(parts[at + 1 : end][:count])}
            at = end + 1
            continue
        text = _utf16(parts[at])
        if text:
            top = min(count, 0x110000 - ord(text[-1]))
            found |= {first + place: text[:-1] + chr(ord(text[-1]) + place) for place in range(top)}
        at += 1


def _by_names(encoding: Any) -> dict[int, str]:
    """A simple font's letters by its encoding: the base, then the names of glyphs that differ from it."""
    from fontTools.agl import toUnicode

    differences = entry(encoding, "/Differences")
    base = entry(encoding, "/BaseEncoding") if hasattr(encoding, "get") else encoding
    page = bytes(range(256)).decode(_BASE.get(str(base), "cp1252"), "replace")
    found = {code: letter for code, letter in enumerate(page) if letter != "\ufffd"}
    code = 0
    for place in range(min(len(differences), 2000) if differences is not None else 0):
        one = differences[place]
        if isinstance(one, int):
            code = int(one)
        else:
            found[code] = toUnicode(str(one)[1:])
            code += 1
    return found


def _wide(array: Any) -> dict[int, float]:
    """The widths of a composite font: 'c [w1 w2 …]' and 'first last w'."""
    found: dict[int, float] = {}
    at, count = 0, min(len(array), MOST_CODES)
    while at + 1 < count and len(found) < MOST_CODES:
        first, second = int(array[at]), array[at + 1]
        if isinstance(second, list):
            found |= {first + place: float(one) for place, one in enumerate(second)}
            at += 2
        else:
            width = float(array[at + 2])
            found |= dict.fromkeys(range(first, min(int(second), first + 65535) + 1), width)
            at += 3
    return found


def font_of(font: Any) -> Font:
    """The font of a dictionary in a PDF."""
    told = entry(font, "/ToUnicode")
    letters, size = _to_unicode(told.data) if hasattr(told, "data") else ({}, None)
    if entry(font, "/Subtype") == "/Type0":
        below = font["/DescendantFonts"][0]
        widths = _wide(entry(below, "/W") or [])
        name = str(entry(font, "/Encoding"))
        if not letters and ("UCS2" in name or "UTF16" in name):
            letters = {code: chr(code) for code in range(32, 0xD800)}
        return Font(letters, widths, float(entry(below, "/DW", 1000)), 2 if size is None else min(max(size, 1), 4))
    first, listed = int(entry(font, "/FirstChar", 0)), entry(font, "/Widths") or []
    matrix = entry(font, "/FontMatrix")
    unit = float(matrix[0]) * 1000 if matrix is not None and entry(font, "/Subtype") == "/Type3" else 1.0
    widths = {first + place: float(listed[place]) * unit for place in range(min(len(listed), 256))}
    return Font(_by_names(entry(font, "/Encoding")) | letters, widths)
