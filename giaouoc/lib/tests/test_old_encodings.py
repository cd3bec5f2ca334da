"""TCVN3 and VNI say all 146 letters again."""

import unicodedata

import pytest

from giaouoc.lib.old_encodings import TCVN3, VNI, encoding_of_font, from_font, from_tcvn3, from_vni
from giaouoc.lib.vietnamese import TONES

SMALL = [unicodedata.normalize("NFC", base + tone) for base in "aăâeêioôơuưy" for tone in ["", *TONES]] + ["đ"]
LETTERS = SMALL + [letter.upper() for letter in SMALL]
TO_TCVN3 = {letter: old for old, letter in TCVN3.items()}
TO_VNI = {letter: old for old, letter in VNI.items()}


def test_there_are_146_letters() -> None:
    assert len(set(LETTERS)) == 146


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_comes_back_alone_and_inside_a_word(letter: str) -> None:
    assert from_vni("n" + TO_VNI.get(letter, letter) + "n") == f"n{letter}n"
    capital = letter.isupper()
    old = TO_TCVN3.get(letter.lower(), letter.lower()) if capital else TO_TCVN3.get(letter, letter)
    font = ".VnTimeH" if capital else ".VnTime"
    assert from_font(old, font) == letter


@pytest.mark.parametrize(
    ("font", "old", "meant"),
    [
        (".VnTime", "§¶ng uû, nh©n d©n, KÕ ho¹ch", "Đảng uỷ, nhân dân, Kế hoạch"),
        (".VnTimeH", "®¶ng uû tØnh", "ĐẢNG UỶ TỈNH"),
        ("VNI-Times", "Ñaûng uûy, nhaân daân, ngöôøi Vieät Nam", "Đảng ủy, nhân dân, người Việt Nam"),
        ("VNI-Times", "ÑAÛNG UÛY TÆNH, Aùnh saùng", "ĐẢNG ỦY TỈNH, Ánh sáng"),
        ("Times New Roman", "Đảng ủy", "Đảng ủy"),
    ],
)
def test_the_font_tells_what_was_meant(font: str, old: str, meant: str) -> None:
    assert from_font(old, font) == meant


def test_the_font_tells_the_encoding() -> None:
    assert [encoding_of_font(one) for one in [".VnArial", "VNI-Helve", "Arial"]] == ["TCVN3", "VNI", ""]
    assert from_tcvn3("Kế") == "Kế"
