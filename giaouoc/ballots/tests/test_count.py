"""Counting: exact fractions, a stated base, ties, nobody elected twice."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from giaouoc.ballots.rules.count import PASSED, REJECTED, TIED, answer, answers, count


def motion(share: str = "2/3", *, strict: bool = False, base: str = "present", tie: str = "repeat") -> dict[str, Any]:
    return {
        "kind": "motion",
        "options": ["+", "-", "0"],
        "rule": {"share": share, "strict": strict, "base": base, "tie": tie},
    }


def choice(
    names: str = "ABC", share: str = "1/2", *, strict: bool = True, base: str = "present", tie: str = "repeat"
) -> Any:
    return motion(share, strict=strict, base=base, tie=tie) | {"kind": "choice", "options": [*names, "nobody"]}


@pytest.mark.parametrize(
    ("votes", "question", "outcome"),
    [
        ([4, 2, 0], motion(), PASSED),  # exactly at the limit
        ([4, 2, 0], motion(strict=True), REJECTED),
        ([3, 2, 0], motion(), REJECTED),
        ([0, 0, 0], motion(base="cast"), REJECTED),  # nobody
        ([0, 0, 6], motion(base="cast"), REJECTED),  # all abstain
        ([1, 0, 5], motion(base="cast"), PASSED),
        ([3, 3, 0], motion("1/2", strict=True), TIED),
        ([3, 3, 0], motion("1/2", strict=True, tie="rejected"), REJECTED),
        ([1, 1, 4], motion("1/2", strict=True), REJECTED),  # equal, but no half
        ([2, 2, 2], motion("1/2", strict=True), REJECTED),
        ([2, 2, 2], motion("1/2", strict=True, base="cast"), TIED),
        ([3, 3, 0], motion("1/2"), PASSED),  # at least half
        ([3, 2, 1, 0], choice(), REJECTED),
        ([4, 1, 1, 0], choice(), PASSED),
        ([3, 3, 0, 0], choice(strict=False), TIED),
        ([3, 3, 0, 0], choice(strict=False, tie="rejected"), REJECTED),
        ([2, 0, 0, 4], choice(base="cast"), PASSED),
        ([0, 0, 0, 6], choice(base="cast"), REJECTED),
    ],
)
def test_edges(votes: list[int], question: dict[str, Any], outcome: str) -> None:
    assert answer(votes, question, roll=6, present=6).outcome == outcome


def test_a_motion_passes_exactly_when_the_fraction_says_so() -> None:
    """Every vote of up to seven units, every base and several shares, against plain arithmetic."""
    for present, share, strict, base in product(
        range(1, 8), ["1/2", "2/3", "4/5", "1"], [False, True], ["roll", "present", "cast"]
    ):
        if share == "1" and strict:
            continue
        for yes in range(present + 1):
            for no in range(present + 1 - yes):
                of = {"roll": 8, "present": present, "cast": yes + no}[base]
                exact = Fraction(share) * of
                meets = of > 0 and yes > 0 and (yes > exact if strict else yes >= exact)
                found = answer([yes, no, 0], motion(share, strict=strict, base=base), roll=8, present=present)
                assert (found.outcome == PASSED) == meets


def test_who_is_elected_head_is_not_elected_deputy() -> None:
    found = answers([[4, 1, 0, 0], [5, 0, 0, 0]], [choice(), choice()], roll=5, present=5)
    assert [(one.outcome, one.winner) for one in found] == [(PASSED, 0), (TIED, None)]


def test_papers_are_counted_by_place() -> None:
    assert count([(0, 1), (0, 0), (2, 1)], [motion(), choice()]) == [[2, 0, 1], [1, 2, 0, 0]]


def test_more_votes_than_units_is_no_result() -> None:
    with pytest.raises(ValueError, match="more votes"):
        answer([4, 0, 0], motion(), roll=5, present=3)


def test_the_shipped_example_is_recounted_by_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from django.conf import settings

    from giaouoc.ballots.rules.recount import main

    example = Path(settings.BASE_DIR) / "docs" / "examples" / "phieu-kin.json"
    assert main([str(example)]) == 0
    assert "UBND Thành phố: 3" in capsys.readouterr().out
    forged = tmp_path / "x.json"
    forged.write_text(example.read_text().replace('\\"choices\\": [0]', '\\"choices\\": [2]'))
    assert main([str(forged), "--json"]) == 1
    forged.write_text("[")
    assert main([str(forged)]) == 2
