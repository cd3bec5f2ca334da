"""Vietnamese text: one form at every door (NFC), and the order of the Vietnamese alphabet."""

from __future__ import annotations

import re
import unicodedata

TONES: str = "\u0300\u0309\u0303\u0301\u0323"  # huyền hỏi ngã sắc nặng
ORDER: dict[str, int] = {c: i for i, c in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
ZERO_WIDTH: dict[int, None] = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x00AD])

_ZERO_WIDTH = re.compile("[" + "".join(map(chr, ZERO_WIDTH)) + "]")


def nfc(text: str) -> str:
    """The text in Unicode NFC, zero-width characters dropped. Every door of the system calls this."""
    if _ZERO_WIDTH.search(text):  # one between a letter and its mark would part them
        text = text.translate(ZERO_WIDTH)
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """NFC, and every run of blanks (tabs, no-break spaces, line ends) is one blank."""
    return " ".join(nfc(text).split())


def shortened(text: str, length: int) -> str:
    """One line of at most so many characters, with … where it was cut."""
    line = one_line(text)
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def canonical(word: str) -> tuple[str, str, str]:
    """(one spelling, its letters without tone, its tone): hoà and hòa, uỷ and ủy come out alike.

    For keys, search and comparison, never for display. The two places of the tone differ only in open oa, oe, uy, not
    after q."""
    decomposed = unicodedata.normalize("NFD", word)
    tone = "".join(c for c in decomposed if c in TONES)
    base = unicodedata.normalize("NFC", "".join(c for c in decomposed if c not in TONES))
    open_pair = re.search(r"(?i)(?<!q)(oa|oe|uy)$", base) if tone else None
    if open_pair is None:
        return unicodedata.normalize("NFC", word), base, tone
    at = open_pair.start() + 1
    return unicodedata.normalize("NFC", base[:at] + tone + base[at:]), base, tone


def canonical_text(text: str) -> str:
    """The text with each word in its one spelling and in lower case; for comparison only."""
    return re.sub(r"[^\W\d_]+", lambda word: canonical(word.group())[0], nfc(text).lower())


def fold(text: str) -> str:
    """Without marks, lower case: 'Đảng ủy' -> 'dang uy'."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace("đ", "d")


def slug(text: str) -> str:
    """An address of the text: 'Quy chế 2026' -> 'quy-che-2026'; 'muc' when nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:80].strip("-") or "muc"


def sort_key(text: str) -> bytes:
    """Bytes whose order is that of a Vietnamese dictionary, word by word, tones ngang < huyền < hỏi < ngã < sắc < nặng.

    Same on SQLite and PostgreSQL when stored in a plain column. Numbers sort by value: Cụm 3 before Cụm 17."""
    key = b""
    for word in re.findall(r"\d+|[^\W\d_]+", unicodedata.normalize("NFC", text).lower()):
        if word.isdecimal():
            key += b"\x03" + min(int(word), 2**63).to_bytes(8, "big")
        else:
            _, base, tone = canonical(word)
            key += bytes(0x10 + ORDER.get(c, 99) for c in base) + bytes([2, TONES.find(tone) + 2 if tone else 1])
    return key
