"""Ghép điều khoản: what the alignment of two drafts says, and that it asks rather than errs."""

from __future__ import annotations

import random
from typing import Any

import pytest

from giaouoc.documents.rules.align import align

from . import revisions
from .stage import node

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def score() -> revisions.Score:
    """Thirty invented revisions, half of them with every second clause reworded; always the same ones."""
    found = revisions.Score()
    for at in range(30):
        rng = random.Random(f"alignment {at}")
        tree = revisions.regulation(rng, rng.randint(8, 16))
        revision = revisions.revise(tree, rng, hard=at % 2 == 1)
        found.add(revisions.judge(revision, align(revision.old, revision.new)))
    return found


def test_hardly_any_clause_is_silently_wrong(score: revisions.Score) -> None:
    assert score.all > 3000
    assert score.wrong <= 0.001 * score.all, score.bad


def test_only_a_moderate_number_is_asked_and_most_guesses_are_right(score: revisions.Score) -> None:
    assert score.questions < 0.1 * score.all
    assert score.guessed > 0.95 * score.asked


def test_a_regulation_of_nine_hundred_clauses_is_aligned_whole() -> None:
    rng = random.Random("long")
    revision = revisions.revise(revisions.regulation(rng, leaves=900), rng, hard=False)
    found = align(revision.old, revision.new)
    judged = revisions.judge(revision, found)
    assert judged.wrong <= 0.001 * judged.all, judged.bad
    assert judged.questions < 0.05 * judged.all


def _points(*words: str) -> list[dict[str, Any]]:
    points = [node("point", "abcdđ"[at], one) for at, one in enumerate(words)]
    return [node("article", "1", "", "Báo cáo", node("paragraph", "1", "Các đơn vị gửi báo cáo:", None, *points))]


Q1 = "Báo cáo quý I gửi trước ngày 05 tháng 4 bằng văn bản;"
Q2 = "Báo cáo quý II gửi trước ngày 05 tháng 7 bằng văn bản;"


def _rows(old: Any, new: Any) -> dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[str, bool]]:
    return {(one.from_paths, one.to_paths): (one.change, one.asked) for one in align(old, new)}


def test_near_equal_siblings_that_change_places_are_known_by_their_words() -> None:
    rows = _rows(_points(Q1, Q2), _points(Q2, Q1))
    assert rows[("1/1/a",), ("1/1/b",)] == ("renumbered", False)
    assert rows[("1/1/b",), ("1/1/a",)] == ("renumbered", False)


def test_siblings_that_could_have_been_exchanged_are_asked_about() -> None:
    rows = _rows(_points(Q1, Q2), _points(Q1.replace("tháng 4", "tháng 7"), Q2.replace("tháng 7", "tháng 4")))
    assert {asked for (old, _new), (_word, asked) in rows.items() if old[0].count("/") == 2} == {True}


def test_a_point_that_becomes_a_paragraph_has_moved() -> None:
    old, new = _points(Q1, Q2, "Hồ sơ đề nghị khen thưởng kèm biên bản họp xét."), _points(Q1, Q2)
    new[0]["children"].append(node("paragraph", "2", "Hồ sơ đề nghị khen thưởng kèm biên bản họp xét."))
    assert _rows(old, new)[("1/1/c",), ("1/2",)] == ("moved", False)


def test_a_clause_written_almost_anew_at_its_place_is_asked_about() -> None:
    rows = _rows(_points(Q1, Q2), _points(Q1, "Báo cáo quý II do Thư ký Cụm tổng hợp, gửi cơ quan chỉ đạo;"))
    assert rows[("1/1/b",), ("1/1/b",)] == ("reworded", True)


def test_a_clause_shared_by_many_articles_stays_in_its_own() -> None:
    shared = "Các nội dung khác thực hiện theo quy định của pháp luật."
    old = [
        node("article", str(n), "", f"Điều thứ {n}", node("paragraph", "1", f"{w}."), node("paragraph", "2", shared))
        for n, w in ((1, "Cụm trưởng chủ trì"), (2, "Cụm phó giúp việc"), (3, "Thư ký ghi biên bản"))
    ]
    new = [one for one in old if one["number"] != "2"]
    found = {one.from_paths: one for one in align(old, new)}
    assert [found[path,].change for path in ("1/2", "2/2", "3/2")] == ["unchanged", "deleted", "unchanged"]
