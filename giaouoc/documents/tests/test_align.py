"""Ghép điều khoản: what the alignment of two drafts says, and that it asks rather than errs."""

from __future__ import annotations

import random
import time
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


CALL = "Cụm trưởng triệu tập hội nghị Cụm mỗi quý một lần."
MINUTES = "Thư ký Cụm lập biên bản và gửi các đơn vị trong ba ngày."
ABSENT = "Đơn vị vắng mặt gửi ý kiến bằng văn bản trước hội nghị hai ngày."
MONEY = "Kinh phí hoạt động do các đơn vị thành viên cùng đóng góp theo kế hoạch năm."
RECORD = "Hồ sơ lưu tại cơ quan thường trực trong mười năm kể từ ngày kết thúc năm thi đua."


def _article(number: str, heading: str, *words: str) -> dict[str, Any]:
    khoan = [node("paragraph", str(at), one) for at, one in enumerate(words, 1)]
    return node("article", number, "", heading, *khoan)


AWARD = "Khen thưởng được xét công khai dựa trên minh chứng mà cơ quan chỉ đạo đã xác nhận."
SIX = (CALL, MINUTES, ABSENT, MONEY, RECORD, AWARD)  # none of them alone is like the whole


@pytest.mark.parametrize("parts", [SIX[:3], SIX[:5], SIX])
def test_a_clause_in_three_parts_or_more_is_one_split_and_back_one_merger(parts: tuple[str, ...]) -> None:
    whole = [_article("1", "Hội nghị", " ".join(parts), "Điều này áp dụng cho mọi đơn vị.")]
    apart = [_article("1", "Hội nghị", *parts, "Điều này áp dụng cho mọi đơn vị.")]
    paths = tuple(f"1/{at}" for at in range(1, len(parts) + 1))
    assert _rows(whole, apart)[("1/1",), paths] == ("split", False)
    assert _rows(apart, whole)[paths, ("1/1",)] == ("merged", False)


def test_an_article_parted_into_two_and_two_made_one_are_asked_about() -> None:
    end = node("article", "3", "Quy chế có hiệu lực từ ngày ký.", "Hiệu lực")
    two = [_article("1", "Việc của Cụm trưởng", CALL, MINUTES), _article("2", "Việc của Thư ký", ABSENT, MONEY), end]
    one = [_article("1", "Việc của Cụm trưởng và Thư ký", CALL, MINUTES, ABSENT, MONEY), end | {"number": "2"}]
    rows = _rows(two, one)
    assert rows[("1", "2"), ("1",)] == ("merged", True)
    assert rows[("2/1",), ("1/3",)] == ("renumbered", False)
    rows = _rows(one, two)
    assert rows[("1",), ("1", "2")] == ("split", True)
    assert rows[("1/1",), ("1/1",)] == ("unchanged", False)
    assert rows[("2",), ("3",)] == ("renumbered", False)


def _level(points: int) -> str:
    return f"Đơn vị đạt từ {points} điểm trở lên được xếp loại thi đua theo mức {points // 10} của bảng."


def test_of_clauses_that_differ_in_a_figure_none_is_silently_another_one() -> None:
    """The level of 90 points is gone and one of 60 is new: no rewording of the first at the end of the list."""
    old, new = ([_article("1", "Mức", *map(_level, some))] for some in ((90, 80, 70), (80, 70, 60)))
    rows = _rows(old, new)
    assert rows[("1/2",), ("1/1",)] == ("renumbered", False)
    assert all(asked for (of, _to), (word, asked) in rows.items() if of == ("1/1",) and word == "reworded")


def test_articles_of_one_name_whose_contents_changed_places_are_asked_about() -> None:
    old = [_article("1", "Nhiệm vụ", CALL), _article("2", "Nhiệm vụ", MINUTES)]
    new = [_article("1", "Nhiệm vụ", MINUTES + " Có ký nhận."), _article("2", "Nhiệm vụ", CALL + " Có ký nhận.")]
    assert {asked for (of, _to), (_word, asked) in _rows(old, new).items() if of in {("1",), ("2",)}} == {True}


def test_a_file_that_is_quite_another_text_is_told_soon() -> None:
    """The wrong file taken for the next draft: nothing is like anything, and nobody waits for that."""
    words = [f"từ{at}" for at in range(60)]

    def text(seed: int) -> list[dict[str, Any]]:
        chosen = random.Random(seed)
        return [node("paragraph", str(at), " ".join(chosen.choices(words, k=25))) for at in range(1, 601)]

    began = time.process_time()
    changes = align(text(1), text(2))
    assert time.process_time() - began < 2
    assert len(changes) > 1000
