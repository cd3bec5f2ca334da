"""The code printed on a document, by which anybody finds it at /xac-minh/."""

from __future__ import annotations

import re
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 and O, 1, I and L, U: read aloud and typed without doubt
LENGTH = 9


def code_from(number: int) -> str:
    """Nine characters of the alphabet for a number, which should be random and below 30 ** 9."""
    code = ""
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        code += ALPHABET[place]
    return code


def shown(code: str) -> str:
    """In groups of three, as printed: 'K7M-2QX-9BD'."""
    return "-".join(code[at : at + 3] for at in range(0, len(code), 3))


def in_groups(sha256: str) -> str:
    """The first eight characters of a hash as they are read aloud: '4F19 A2C7'."""
    return f"{sha256[:4]} {sha256[4:8]}".upper()


def read_code(typed: str) -> str | None:
    """The code from what was typed, whatever its case, blanks and dashes; None when it cannot be one."""
    plain = re.sub(r"[\s\-‐‑‒–—.]+", "", unicodedata.normalize("NFKC", typed)).upper()
    if len(plain) == LENGTH and all(letter in ALPHABET for letter in plain):
        return plain
    return None
