"""Codes are read however they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giaouoc.signing.rules.codes import ALPHABET, LENGTH, code_from, in_groups, read_code, shown


@given(st.integers(min_value=0, max_value=len(ALPHABET) ** LENGTH - 1))
def test_every_number_has_a_code_of_its_own_that_is_read_back(number: int) -> None:
    code = code_from(number)
    assert read_code(shown(code)) == code
    assert read_code(f"  {shown(code).lower().replace('-', ' – ')} ") == code
    assert sum(ALPHABET.index(letter) * len(ALPHABET) ** place for place, letter in enumerate(code)) == number


@pytest.mark.parametrize(
    "typed", ["", "K7M-2QX-9B", "K7M-2QX-9BDD", "K7M-2QX-9BO", "K7M-2QX-9B1", "đ7M2QX9BD", "../../etc"]
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_a_code_typed_in_full_width_letters_is_read() -> None:
    assert read_code("Ｋ７Ｍ－２ＱＸ－９ＢＤ") == "K7M2QX9BD"


def test_a_hash_is_shown_in_two_groups() -> None:
    assert in_groups("4f19a2c7" + "0" * 56) == "4F19 A2C7"
