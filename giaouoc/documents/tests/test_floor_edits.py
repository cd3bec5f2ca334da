"""Edits from the floor worked into a text by machine."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giaouoc.documents.identity import rows_of_tree
from giaouoc.documents.rules.floor_edits import Clash, Edit, lost_with, with_edits

from .stage import node, regulation


def lines(tree: Any) -> list[tuple[str, str]]:
    return [(row.citation, row.node["text"]) for row in rows_of_tree(tree) if row.citation]


def place(tree: Any, citation: str) -> int:
    return next(at for at, row in enumerate(rows_of_tree(tree)) if row.citation == citation)


def test_a_clause_reworded_keeps_its_place_and_all_else_its_words() -> None:
    before = regulation()
    at = place(before, "khoản 2 Điều 1")
    after = with_edits(before, [Edit("reword", at, "Lời mới.")])
    changed = [(old, new) for old, new in zip(lines(before), lines(after), strict=True) if old != new]
    assert [new for _old, new in changed] == [("khoản 2 Điều 1", "Lời mới.")]
    assert before == regulation()


def test_what_follows_a_dropped_clause_moves_up() -> None:
    before = regulation()
    after = with_edits(before, [Edit("drop", place(before, "khoản 2 Điều 1"))])
    assert [words for words in lines(after) if words[0] == "khoản 2 Điều 1"] == [
        ("khoản 2 Điều 1", "Cụm trưởng đại diện cho Cụm trong quan hệ với các cụm khác.")
    ]
    assert not any(where == "khoản 3 Điều 1" for where, _words in lines(after))


def test_a_dropped_article_takes_its_clauses_along_and_the_next_takes_its_number() -> None:
    before = regulation()
    after = with_edits(before, [Edit("drop", place(before, "Điều 1"))])
    assert [node["number"] for node in after if node["kind"] == "article"] == ["1"]
    assert "Cụm trưởng" not in str([words for _where, words in lines(after)])


def test_an_added_point_takes_the_next_letter_of_the_vietnamese_alphabet() -> None:
    points = [node("point", letter, f"Điểm {letter};") for letter in "abcd"]
    before = [node("article", "1", "", "Tên", node("paragraph", "1", "Gồm:", None, *points))]
    after = with_edits(before, [Edit("add", place(before, "điểm c khoản 1 Điều 1"), "Mới;")])
    assert [(one["number"], one["text"]) for one in after[0]["children"][0]["children"]] == [
        ("a", "Điểm a;"), ("b", "Điểm b;"), ("c", "Điểm c;"), ("d", "Mới;"), ("đ", "Điểm d;"),
    ]  # fmt: skip


def test_numbers_that_were_not_counted_through_stay_as_they_are() -> None:
    before = [node("article", number, "Lời.", "Tên") for number in ("1", "3", "7a")]
    after = with_edits(before, [Edit("drop", 0)])
    assert [one["number"] for one in after] == ["3", "7a"]


@pytest.mark.parametrize(
    "edits",
    [
        [Edit("reword", 1, "Một"), Edit("reword", 1, "Hai")],
        [Edit("drop", 1), Edit("reword", 2, "Dưới điều đã bỏ")],
        [Edit("drop", 1), Edit("drop", 1)],
        [Edit("reword", 99, "Không có")],
    ],
)
def test_edits_that_do_not_go_together_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(Clash):
        with_edits(regulation(), edits)


@given(st.data())
def test_the_order_in_which_edits_were_listed_does_not_matter(data: st.DataObject) -> None:
    tree = regulation()
    count = len(rows_of_tree(tree))
    acts = st.builds(Edit, st.sampled_from(["reword", "drop", "add"]), st.integers(1, count - 1), st.just("Lời mới."))
    edits = data.draw(st.lists(acts, max_size=4, unique_by=lambda one: (one.place, one.act == "add")))
    other = data.draw(st.permutations(edits))

    def result(these: list[Edit]) -> Any:
        try:
            return with_edits(deepcopy(tree), these)
        except Clash:
            return "clash"

    assert result(edits) == result(other)


def test_references_follow_the_clauses_that_they_name_and_lost_ones_are_told() -> None:
    before = [
        node("article", "1", "", "Một", node("paragraph", "1", "Bỏ đi."), node("paragraph", "2", "Giữ lại.")),
        node("article", "2", "", "Hai", node("paragraph", "1", "Theo khoản 2 Điều 1 và khoản 2 Điều này.")),
        node("article", "3", "Thực hiện theo Điều 2, khoản 1 Điều 1; Điều 3 Luật Thi đua.", "Ba"),
    ]
    before[1]["children"].append(node("paragraph", "2", "Việc khác."))
    dropped = Edit("drop", place(before, "khoản 1 Điều 1"))
    after = with_edits(before, [dropped])
    assert after[1]["children"][0]["text"] == "Theo khoản 1 Điều 1 và khoản 2 Điều này."
    assert after[2]["text"] == "Thực hiện theo Điều 2, khoản 1 Điều 1; Điều 3 Luật Thi đua."
    assert lost_with(before, [dropped]) == ["khoản 1 Điều 1"]
    added = Edit("add", place(before, "Điều 1"), "")
    after = with_edits(before, [added])
    assert after[3]["text"] == "Thực hiện theo Điều 3, khoản 1 Điều 1; Điều 3 Luật Thi đua."
    assert lost_with(before, [added]) == []
    points = [node("point", letter, f"Điểm {letter};") for letter in "ab"]
    listed = [node("article", "1", "", "Một", node("paragraph", "1", "Gồm:", None, *points))]
    gone, own = Edit("drop", place(listed, "điểm a khoản 1 Điều 1")), Edit("add", 1, "Theo điểm b khoản này.")
    assert (
        with_edits(listed, [gone, own])[0]["children"][1]["text"] == "Theo điểm b khoản này."
    )  # not its neighbour's b
    said = Edit(
        "reword", place(before, "khoản 2 Điều 2"), "Như khoản 1 Điều 2."
    )  # the numbers of the text on the table
    assert with_edits(before, [added, said])[2]["children"][1]["text"] == "Như khoản 1 Điều 3."
    assert all(set(one) == {"kind", "number", "heading", "text", "children"} for one in after)
