"""Mã cũ: text typed in TCVN3 (fonts .VnTime) or VNI (fonts VNI-Times), as Word keeps it, and what it was meant to say.

Both tables are built from how the encodings work: TCVN3 gives each letter one byte, and its fonts ending in H show small
letters as capitals; VNI writes a letter and then its mark."""

from __future__ import annotations

import re
import unicodedata

# Small letters in the order of their bytes, from B5; 0 where TCVN 5712 keeps the byte for a capital or for nothing.
_FROM_B5 = (
    "àảãáạ0ằẳẵắ000000"  # B5
    "0ặầẩẫấậè0ẻẽéẹềểễ"  # C5
    "ếệìỉ000ĩíịò0ỏõóọ"  # D5
    "ồổỗốộờởỡớợù0ủũúụ"  # E5
    "ừửữứựỳỷỹýỵ"  # F5
)
TCVN3: dict[str, str] = {chr(0xB5 + place): letter for place, letter in enumerate(_FROM_B5) if letter != "0"}
TCVN3 |= dict(zip(map(chr, range(0xA1, 0xAF)), "ĂÂÊÔƠƯĐăâêôơưđ", strict=True))

_TONES = dict(zip("øûõùï", "\u0300\u0309\u0303\u0301\u0323", strict=True))  # huyền hỏi ngã sắc nặng
_ROUND = dict(zip("âàåãáä", ["\u0302" + tone for tone in ["", *_TONES.values()]], strict=True))
_SHORT = dict(zip("êèúüéë", ["\u0306" + tone for tone in ["", *_TONES.values()]], strict=True))
# The order of tones above is huyền, hỏi, ngã, sắc, nặng: à å ã á ä over a circumflex, è ú ü é ë over a breve.
_VNI_ALONE = {"ñ": "đ", "ö": "ư", "ô": "ơ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "í": "í", "ì": "ì"}


def _vni() -> dict[str, str]:
    table = dict(_VNI_ALONE)
    for base, marks in {"a": _TONES | _ROUND | _SHORT, "e": _TONES | _ROUND, "o": _TONES | _ROUND}.items():
        table |= {base + sign: unicodedata.normalize("NFC", base + mark) for sign, mark in marks.items()}
    for written, base in {"u": "u", "y": "y", "ô": "ơ", "ö": "ư"}.items():
        table |= {written + sign: unicodedata.normalize("NFC", base + mark) for sign, mark in _TONES.items()}
    for written, letter in list(table.items()):
        table[written.upper()] = letter.upper()
        table[written[0].upper() + written[1:]] = letter.upper()
    return table


VNI: dict[str, str] = _vni()
_VNI_LETTER = re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))
OLD_LETTERS = re.compile(f"[{''.join(TCVN3)}{''.join({one[-1] for one in VNI})}]")


def from_tcvn3(text: str, capitals: bool = False) -> str:
    """What a text in TCVN3 says. ``capitals``: its font shows small letters as capitals (.VnTimeH)."""
    said = "".join(TCVN3.get(letter, letter) for letter in text)
    return said.upper() if capitals else said


def from_vni(text: str) -> str:
    """What a text in VNI says."""
    return _VNI_LETTER.sub(lambda found: VNI[found.group()], text)


def encoding_of_font(font: str) -> str:
    """'TCVN3', 'VNI', or '' for the name of a font."""
    name = font.strip().lower()
    return "TCVN3" if name.startswith(".vn") else "VNI" if name.startswith(("vni-", "vni ")) else ""


def from_font(text: str, font: str) -> str:
    """What a text says that was typed in this font; unchanged for a font of today."""
    encoding = encoding_of_font(font)
    if encoding == "TCVN3":
        return from_tcvn3(text, capitals=font.strip().upper().endswith("H"))
    return from_vni(text) if encoding == "VNI" else text
