"""The rules of a year: exact shares, whole numbers, who leads next."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giaouoc.clusters.rules.rotation import rotate
from giaouoc.clusters.rules.year_rules import DEFAULTS, Share, check_value

MORE_THAN_HALF = Share(Fraction(1, 2), strict=True)
TWO_THIRDS = Share(Fraction(2, 3), strict=False)
MORE_THAN_TWO_THIRDS = Share(Fraction(2, 3), strict=True)
FOUR_FIFTHS = Share(Fraction(4, 5), strict=False)


@pytest.mark.parametrize(
    ("share", "numbers"),
    [  # domain notes, part A §6: for 4, 5, 6, 8, 10, 12, 17 voters
        (MORE_THAN_HALF, [3, 3, 4, 5, 6, 7, 9]),
        (TWO_THIRDS, [3, 4, 4, 6, 7, 8, 12]),
        (MORE_THAN_TWO_THIRDS, [3, 4, 5, 6, 7, 9, 12]),
        (Share(Fraction(7, 10), strict=False), [3, 4, 5, 6, 7, 9, 12]),
        (FOUR_FIFTHS, [4, 4, 5, 7, 8, 10, 14]),
        (Share(Fraction(9, 10), strict=False), [4, 5, 6, 8, 9, 11, 16]),
    ],
)
def test_whole_votes_at_small_size(share: Share, numbers: list[int]) -> None:
    assert [share.needed(size) for size in (4, 5, 6, 8, 10, 12, 17)] == numbers


@given(st.fractions(min_value=Fraction(1, 100), max_value=1), st.booleans(), st.integers(1, 100), st.integers(0, 100))
def test_what_is_needed_is_what_is_met(fraction: Fraction, strict: bool, base: int, count: int) -> None:
    share = Share(fraction, strict=strict)
    assert share.met(count, base) == (count >= share.needed(base) and count > 0)


def test_nobody_never_meets_a_share() -> None:
    assert not TWO_THIRDS.met(0, 0)
    assert not Share(Fraction(0), strict=False).met(0, 5)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("quorum", {"share": "0", "base": "roll"}),
        ("quorum", {"share": "5/4", "base": "roll"}),
        ("quorum", {"share": "1", "strict": True, "base": "roll"}),
        ("quorum", {"share": "1/0", "base": "roll"}),
        ("quorum", {"share": "hai phần ba", "base": "roll"}),
        ("quorum", {"share": "2/3", "base": "everybody"}),
        ("quorum", "2/3"),
        ("silence", "maybe"),
        ("consult.min_days", -1),
        ("consult.min_days", True),
        ("pact.witness", "yes"),
    ],
)
def test_a_value_that_a_rule_cannot_take_is_explained(key: str, value: object) -> None:
    assert check_value(key, value).endswith(".")


def test_every_default_is_a_value_that_its_rule_takes() -> None:
    assert [key for key, rule in DEFAULTS.items() if check_value(key, rule.value)] == []


members = st.integers(2, 30).map(
    lambda n: [(f"U{i}", "head" if i == 0 else "deputy" if i == 1 else "member") for i in range(n)]
)


@given(members)
def test_no_unit_leads_two_years_running_and_everybody_leads_in_turn(year: list[tuple[str, str]]) -> None:
    heads, units = [], {code for code, _ in year}
    for _ in range(len(units)):
        heads.append(next(code for code, role in year if role == "head"))
        year = rotate(year, "rotation")
        assert {code for code, _ in year} == units
        assert [role for _, role in year].count("head") == 1
        assert year[0][1] == "head"
    assert set(heads) == units


def test_the_deputy_succeeds_where_the_rule_says_so() -> None:
    year = [("A", "head"), ("B", "deputy"), ("C", "member")]
    assert rotate(year, "deputy_succeeds") == [("B", "head"), ("C", "deputy"), ("A", "member")]
    assert rotate(year, "kept") == year


def test_after_a_change_in_mid_year_the_next_of_the_list_leads() -> None:
    year = [("A", "member"), ("B", "deputy"), ("C", "member"), ("D", "head"), ("E", "member")]
    assert [code for code, _ in rotate(year, "rotation")] == ["E", "A", "B", "C", "D"]
    assert dict(rotate(year, "rotation"))["E"] == "head"
    assert dict(rotate(year, "rotation"))["A"] == "deputy"
    assert rotate([("A", "member"), ("B", "head")], "rotation")[0] == ("A", "head")


@pytest.mark.parametrize(
    "share",
    [
        "1e-5000",
        "1e-9999999",
        "0.8",
        "1_0/2",
        "\u0661/2",
        "4/0",
        "0/00",
        "-1/2",
        "3/2",
        "",
        "nan",
        "1/2/3",
        "99999/99999",
    ],
)
def test_a_share_is_a_fraction_of_whole_numbers_and_nothing_else(share: str) -> None:
    assert check_value("quorum", {"share": share, "strict": False, "base": "roll"})
    with pytest.raises(ValueError):
        Share.of({"share": share})
