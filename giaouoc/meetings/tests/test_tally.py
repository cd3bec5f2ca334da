"""The arithmetic of a decision: exact at the limit, sane at nobody."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giaouoc.clusters.rules.year_rules import Share
from giaouoc.meetings.rules.days import working_days_before
from giaouoc.meetings.rules.tally import may_decide, tally


def share(fraction: str, *, strict: bool = False, base: str = "present") -> Share:
    return Share.of({"share": fraction, "strict": strict, "base": base})


def papers(yes: int, no: int = 0, abstain: int = 0) -> dict[str, str]:
    said = ["yes"] * yes + ["no"] * no + ["abstain"] * abstain
    return {f"U{place}": choice for place, choice in enumerate(said)}


# rule, voters -> votes needed; source: domain notes, part A §6 'Whole votes at small size'
TABLE = {
    ("1/2", True): {4: 3, 5: 3, 6: 4, 8: 5, 10: 6, 12: 7, 17: 9},
    ("2/3", False): {4: 3, 5: 4, 6: 4, 8: 6, 10: 7, 12: 8, 17: 12},
    ("2/3", True): {4: 3, 5: 4, 6: 5, 8: 6, 10: 7, 12: 9, 17: 12},
    ("7/10", False): {4: 3, 5: 4, 6: 5, 8: 6, 10: 7, 12: 9, 17: 12},
    ("4/5", False): {4: 4, 5: 4, 6: 5, 8: 7, 10: 8, 12: 10, 17: 14},
    ("9/10", False): {4: 4, 5: 5, 6: 6, 8: 8, 10: 9, 12: 11, 17: 16},
}


@pytest.mark.parametrize(
    ("fraction", "strict", "voters", "needed"),
    [(*rule, voters, needed) for rule, row in TABLE.items() for voters, needed in row.items()],
)
def test_the_whole_votes_are_those_of_the_table(fraction: str, strict: bool, voters: int, needed: int) -> None:
    rule = share(fraction, strict=strict)
    enough = tally(papers(needed, voters - needed), roll=voters, present=voters, rule=rule)
    short = tally(papers(needed - 1, voters - needed + 1), roll=voters, present=voters, rule=rule)
    assert (enough.adopted, enough.needed) == (True, needed)
    assert not short.adopted


def test_nobody_there_adopts_nothing() -> None:
    for base in ("roll", "present", "cast"):
        assert not tally({}, roll=5, present=0, rule=share("1/2", base=base)).adopted


def test_when_all_abstain_nothing_is_adopted_on_any_base() -> None:
    for base in ("roll", "present", "cast"):
        result = tally(papers(0, 0, 5), roll=5, present=5, rule=share("1/2", base=base))
        assert not result.adopted
        assert (result.in_favour, result.against, result.abstained) == (0, 0, 5)


def test_who_is_present_and_silent_has_abstained() -> None:
    result = tally(papers(3), roll=5, present=5, rule=share("2/3"))
    assert (result.abstained, result.base, result.adopted) == (2, 5, False)


def test_the_base_decides_with_the_same_votes() -> None:
    votes = papers(3, 1)
    assert tally(votes, roll=6, present=5, rule=share("2/3", base="cast")).adopted
    assert not tally(votes, roll=6, present=5, rule=share("2/3", base="present")).adopted
    assert not tally(votes, roll=6, present=5, rule=share("2/3", base="roll")).adopted


def test_a_tie_goes_with_the_chair_or_is_repeated_or_rejects() -> None:
    votes, half = papers(2, 2), share("1/2", strict=True)
    yes = tally(votes, roll=5, present=4, rule=half, tie="chair", chair="U0")
    assert (yes.adopted, yes.by_chair) == (True, True)
    for chair in ("U2", "U9", None):
        assert not tally(votes, roll=5, present=4, rule=half, tie="chair", chair=chair).adopted
    again = tally(votes, roll=5, present=4, rule=half, tie="repeat", chair="U0")
    assert (again.adopted, again.repeat) == (False, True)
    last = tally(votes, roll=5, present=4, rule=half, tie="rejected", chair="U0")
    assert (last.adopted, last.repeat) == (False, False)


def test_one_against_one_is_no_tie_while_others_are_silent() -> None:
    half = share("1/2", strict=True)
    for votes, present in ((papers(1, 1), 5), (papers(1, 1, 2), 4), (papers(2, 2, 1), 5)):
        result = tally(votes, roll=5, present=present, rule=half, tie="chair", chair="U0")
        assert (result.adopted, result.by_chair, result.repeat) == (False, False, False)
    cast = share("1/2", strict=True, base="cast")
    assert tally(papers(2, 2, 1), roll=5, present=5, rule=cast, tie="chair", chair="U0").by_chair


def test_the_chair_breaks_no_tie_under_a_larger_majority() -> None:
    result = tally(papers(2, 2), roll=4, present=4, rule=share("2/3"), tie="chair", chair="U0")
    assert (result.adopted, result.repeat) == (False, False)


def test_more_votes_than_units_are_an_error() -> None:
    with pytest.raises(ValueError):
        tally(papers(3), roll=5, present=2, rule=share("1/2"))
    with pytest.raises(ValueError):
        tally({}, roll=2, present=3, rule=share("1/2"))


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int, int, int]:
    roll = draw(st.integers(1, 40))
    present = draw(st.integers(0, roll))
    yes = draw(st.integers(0, present))
    return roll, present, yes, draw(st.integers(0, present - yes))


shares = st.builds(
    lambda top, bottom, strict, base: share(f"{min(top, bottom)}/{bottom}", strict=strict, base=base),
    st.integers(1, 12),
    st.integers(1, 12),
    st.booleans(),
    st.sampled_from(["roll", "present", "cast"]),
)


@given(counts(), shares, st.sampled_from(["chair", "repeat", "rejected"]))
def test_nothing_is_adopted_without_a_vote_in_favour(one: tuple[int, int, int, int], rule: Share, tie: str) -> None:
    roll, present, _yes, no = one
    assert not tally(papers(0, no), roll=roll, present=present, rule=rule, tie=tie, chair="U0").adopted


@given(counts(), shares)
def test_one_more_vote_in_favour_never_harms(one: tuple[int, int, int, int], rule: Share) -> None:
    roll, present, yes, no = one
    before = tally(papers(yes, no), roll=roll, present=present, rule=rule)
    if yes + no < present:  # who abstained agrees
        assert tally(papers(yes + 1, no), roll=roll, present=present, rule=rule).adopted >= before.adopted
    if no:  # who was against agrees
        assert tally(papers(yes + 1, no - 1), roll=roll, present=present, rule=rule).adopted >= before.adopted


@given(counts(), shares)
def test_the_chair_decides_only_between_two_halves(one: tuple[int, int, int, int], rule: Share) -> None:
    roll, present, yes, no = one
    result = tally(papers(yes, no), roll=roll, present=present, rule=rule, tie="chair", chair="U0")
    if result.by_chair:
        assert yes == no and 2 * yes == result.base


@given(counts(), shares)
def test_adoption_is_the_exact_fraction_and_the_units_add_up(one: tuple[int, int, int, int], rule: Share) -> None:
    roll, present, yes, no = one
    result = tally(papers(yes, no), roll=roll, present=present, rule=rule)
    assert result.in_favour + result.against + result.abstained == present
    assert result.adopted == (result.base > 0 and yes >= result.needed)


@given(st.integers(1, 40), shares)
def test_a_quorum_is_met_by_all_and_never_by_nobody(roll: int, rule: Share) -> None:
    assert not may_decide(0, roll, rule)
    assert may_decide(roll, roll, rule) or (rule.strict and rule.fraction == 1)


def test_four_of_five_and_four_of_four_are_the_quorum_of_four_fifths() -> None:
    rule = share("4/5", base="roll")
    assert may_decide(4, 5, rule)
    assert not may_decide(3, 5, rule)
    assert may_decide(4, 4, rule)
    assert not may_decide(3, 4, rule)
    with pytest.raises(ValueError):
        may_decide(0, 0, rule)


@pytest.mark.parametrize(
    ("meeting", "count", "last"),
    [
        (date(2026, 3, 6), 5, date(2026, 2, 27)),  # a Friday: back over one week-end
        (date(2026, 3, 9), 1, date(2026, 3, 6)),
        (date(2026, 3, 8), 1, date(2026, 3, 6)),  # a conference on a Sunday
        (date(2026, 3, 6), 10, date(2026, 2, 20)),
        (date(2026, 3, 6), 0, date(2026, 3, 6)),
    ],
)
def test_working_days_leave_out_the_week_ends(meeting: date, count: int, last: date) -> None:
    assert working_days_before(meeting, count) == last
