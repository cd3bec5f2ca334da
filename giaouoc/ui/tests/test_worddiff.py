"""Changes by word."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giaouoc.lib.worddiff import Piece, worddiff
from giaouoc.ui.clauses import diff_html

words = st.lists(st.sampled_from(["Cụm", "trưởng", "họp", ",", " ", "  ", "\n", "05", "ngày", ";", "đ"]), max_size=25)


@given(words, words)
def test_the_pieces_hold_both_texts_to_the_letter(old, new):
    old, new = "".join(old), "".join(new)
    pieces = worddiff(old, new)
    assert "".join(text for kind, text in pieces if kind != "new") == old
    assert "".join(text for kind, text in pieces if kind != "old") == new
    assert all(text for _kind, text in pieces)
    assert all(a.kind != b.kind for a, b in itertools.pairwise(pieces))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Cụm họp", "Cụm họp", "Cụm họp"),
        ("gửi trước 03 ngày", "gửi trước 05 ngày", "gửi trước <del>03</del><ins>05</ins> ngày"),
        ("các hội nghị", "các hội nghị và gửi tài liệu", "các hội nghị<ins> và gửi tài liệu</ins>"),
        ("quá nửa số đơn vị", "từ hai phần ba đơn vị", "<del>quá nửa số</del><ins>từ hai phần ba</ins> đơn vị"),
        ("", "mới", "<ins>mới</ins>"),
        ("cũ", "", "<del>cũ</del>"),
        ("a < b", "a > b", "a <del>&lt;</del><ins>&gt;</ins> b"),
    ],
)
def test_neighbouring_words_change_as_one_phrase(old, new, shown):
    assert diff_html(old, new) == shown


def test_long_texts_are_compared_in_time():
    old = " ".join(f"từ{number % 97}" for number in range(6000))
    new = " ".join(f"từ{number % 89}" for number in range(6000))
    start = time.perf_counter()
    worddiff(old, new)
    assert time.perf_counter() - start < 5


def test_a_mark_that_no_letter_takes_up_stays_with_its_syllable() -> None:
    assert worddiff("làng pơ\u0306", "làng pơ") == [
        Piece("same", "làng "),
        Piece("old", "pơ\u0306"),
        Piece("new", "pơ"),
    ]
