"""Vietnamese text: order, folding, one form."""

from __future__ import annotations

import unicodedata
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from giaouoc.lib.dates import day_month, long_date, short_date, slash_date
from giaouoc.lib.vietnamese import canonical_text, fold, nfc, slug, sort_key

VOWELS = "aăâeêioôơuưy"
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
LETTERS = [unicodedata.normalize("NFC", v + t) for v, t in product(VOWELS, TONES)] + ["đ"]


def test_all_146_letters_are_one_code_point_in_nfc() -> None:
    both = LETTERS + [letter.upper() for letter in LETTERS]
    assert len(set(both)) == 146
    assert all(len(nfc(unicodedata.normalize("NFD", letter))) == 1 for letter in both)


def test_the_order_is_that_of_icu_word_by_word() -> None:
    """The file holds the words as ICU 72.1 sorts them for Vietnamese; ICU itself is no wheel, so it is not asked here."""
    ordered = (Path(__file__).parent / "order_of_icu.txt").read_text(encoding="utf-8").split()
    words = [first + rest for first in ("", "b", "đ", "ng", "th") for rest in LETTERS if rest != "đ"]
    assert set(words) == set(ordered)
    assert sorted(words, key=sort_key) == ordered


@pytest.mark.parametrize(
    "ordered",
    [
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        ["Da", "Dz", "Đa"],
        ["Cụm 3", "Cụm 17"],
        ["Hoa Lư", "Hòa An"],
        ["Công an", "Đại học", "Quân sự", "UBND"],
    ],
)
def test_lists_sort_by_the_vietnamese_alphabet(ordered: list[str]) -> None:
    assert sorted(ordered, key=sort_key) == ordered


def test_both_places_of_the_tone_compare_alike() -> None:
    assert canonical_text("Đảng uỷ hoà thuỷ quý") == canonical_text("Đảng ủy hòa thủy quý")


def test_folding_reaches_plain_letters() -> None:
    assert fold("Đảng ủy Đại học") == "dang uy dai hoc"
    assert slug("Quy chế tổ chức, hoạt động (2026)") == "quy-che-to-chuc-hoat-dong-2026"
    assert slug("???") == "muc"


def test_dates_have_a_zero_before_days_1_to_9_and_months_1_and_2_only() -> None:
    assert short_date(date(2026, 3, 6)) == "06-3-2026"
    assert day_month(date(2026, 2, 28)) == "28-02"
    assert slash_date(date(2026, 10, 5)) == "05/10/2026"
    assert long_date(date(2026, 2, 5)) == "ngày 05 tháng 02 năm 2026"
    assert long_date(date(2026, 5, 27)) == "ngày 27 tháng 5 năm 2026"
