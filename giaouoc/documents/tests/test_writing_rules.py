"""Soạn trên trang, the rules: whatever is done to a text, clauses stay themselves, words stay, numbers follow, undo is exact."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giaouoc.documents.rules.corrections import KINDS, flat
from giaouoc.documents.rules.references import lost
from giaouoc.documents.rules.skeletons import skeleton
from giaouoc.documents.rules.warnings import tree_warnings
from giaouoc.documents.rules.writing import (
    VERBS,
    Act,
    Cannot,
    Seen,
    clean,
    done,
    mark_of,
    numbers,
    opened,
    patch,
    patched,
    seen_at,
    standing_of,
    tree_of,
)
from giaouoc.lib.ties import TIED

from .stage import node, regulation
from .word_files import outline

pytestmark = pytest.mark.once


def rows(tree: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    tree = tree or text()
    return opened(tree, [f"c{place}" for place in range(everything_in(tree))])


def everything_in(tree: list[dict[str, Any]]) -> int:
    return sum(1 + everything_in(one["children"]) for one in tree)


def text(said: str = "") -> list[dict[str, Any]]:
    """c0 preamble, c1 Chương I, c2 Điều 1 (c3, c4), c5 Điều 2 (c6 (c7–c11 điểm a–đ)), c12 Điều 2a, c13 Điều 3."""
    letters = [node("point", letter, f"mục {letter};") for letter in "abcdđ"]
    said = (
        said
        or "Theo điểm đ khoản 1 Điều 2, các điểm a và c khoản 1 Điều 2; Điều 1 và Điều 3; Điều 5 Nghị định số 98; Điều 77."
    )
    return [
        node("preamble", None, "Căn cứ Điều 1;", "QUY CHẾ"),
        node(
            "chapter",
            "I",
            "",
            "CHUNG",
            node("article", "1", "", "Một", node("paragraph", "1", "k."), node("paragraph", "2", "l.")),
            node("article", "2", "", "Hai", node("paragraph", "1", "gồm:", None, *letters)),
            node("article", "2a", "xen.", "Hai a"),
            node("article", "3", said, "Ba"),
        ),
    ]


def do(now: list[dict[str, Any]], verb: str, clause: str, fresh: str = "new", **more: Any) -> list[dict[str, Any]]:
    return done(now, Act(verb, clause, **more), fresh)


def last(now: list[dict[str, Any]]) -> str:
    return str(tree_of(now)[1]["children"][-1]["text"])


def test_a_text_taken_up_reads_as_it_stood_and_a_number_out_of_row_counts_as_set_by_hand() -> None:
    for tree in (
        text(),
        regulation(),
        regulation(second=True),
        skeleton("regulation", "Quy chế", "A", "Cụm", 2026),
        skeleton("plan", "Kế hoạch", "B", "Cụm", 2026),
    ):
        assert tree_of(rows(tree)) == tree
    assert [row["id"] for row in rows() if row["fixed"]] == ["c12"]


def test_references_follow_what_they_name_and_leave_other_documents_alone() -> None:
    now = do(do(rows(), "add", "c2"), "drop", "c9")  # a new Điều 2; điểm c goes, điểm đ is now d
    assert last(now) == (
        "Theo điểm d khoản 1 Điều 3, các điểm a và c khoản 1 Điều 3; Điều 1 và Điều 4; Điều 5 Nghị định số 98; Điều 77."
    )
    assert lost(now[-1]["text"], standing_of(now)) == ["các điểm a và c khoản 1 Điều 3"]
    assert "Căn cứ Điều 1" in now[0]["text"]
    saved = do(
        now, "save", "c13", text=last(now) + " Hết."
    )  # saving anew does not tie a lost one to what has its number
    again = do(do(saved, "add", "c2", "newer"), "up", "c12")
    assert lost(again[-1]["text"], standing_of(again)) == ["các điểm a và c khoản 1 Điều 4"]
    moved = do(rows(), "up", "c13")
    assert next(row for row in tree_of(moved)[1]["children"] if row["heading"] == "Ba")["number"] == "3"
    merged = do(rows(), "merge", "c7")
    assert "các điểm a và b khoản 1 Điều 2" in last(merged)
    assert not lost(merged[-1]["text"], standing_of(merged))


@pytest.mark.parametrize(
    ("typed", "later"),
    [
        ("Khoản 1 Điều 2 nói rõ.", "Khoản 1 Điều 3 nói rõ."),
        ("Điểm b khoản 1 Điều 2.", "Điểm b khoản 1 Điều 3."),
        ("Các điểm a, b và c khoản 1 Điều 2", "Các điểm a, b và c khoản 1 Điều 3"),
        ("điểm “b” khoản 1, Điều 2; điểm c) khoản 1 Điều 2", "điểm “b” khoản 1, Điều 3; điểm c) khoản 1 Điều 3"),
        ("từ điểm a đến điểm c khoản 1 Điều 2", "từ điểm a đến điểm c khoản 1 Điều 3"),
        ("từ Điều 1 đến Điều 3", "từ Điều 1 đến Điều 4"),
        ("khoản 1 điều 2 và các điều 2, 3", "khoản 1 điều 3 và các điều 3, 4"),
        ("Điều 2, khoản 1, điểm b và Điều 3", "Điều 3, khoản 1, điểm b và Điều 4"),
        ("Điều 1, khoản 1 Điều 2", "Điều 1, khoản 1 Điều 3"),
        (
            "Điều 2, khoản 1 Điều này; Điều 2, khoản 1, điểm a khoản này",
            "Điều 3, khoản 1 Điều này; Điều 3, khoản 1, điểm a khoản này",
        ),
        ("khoản 01 Điều 02", "khoản 01 Điều 03"),
        ("Điều 2 Quy chế này và Điều 3 của Quyết định này", "Điều 3 Quy chế này và Điều 4 của Quyết định này"),
        ("khoản 1 Điều 2 và khoản 3 Điều 3 Luật Thi đua", None),
        ("Điều 2, Điều 3 và Điều 77 của luật Thi đua", None),
        ("Điều 2 Kết luận số 5, Điều 2 Nội quy cơ quan, Điều 2 Kế hoạch số 12, Điều 3 Quy định về thi đua", None),
        ("Các việc điều này nhắc đến; điều kiện 2 và khoản 1 của hợp đồng", None),
    ],
)
def test_a_reference_follows_in_every_spelling_and_that_of_a_law_never(typed: str, later: str | None) -> None:
    saved = do(rows(), "save", "c13", text=typed)
    now = do(saved, "add", "c2")  # a new Điều 2
    assert last(now) == (later or typed)


def test_points_beside_each_other_and_those_of_this_khoan_follow() -> None:
    saved = do(rows(), "save", "c6", text="Theo điểm b khoản 1 và điểm c khoản 1 Điều 2, điểm c khoản này.")
    now = do(do(saved, "up", "c8"), "add", "c2")  # điểm b stands before a
    assert outline(tree_of(now))[7] == (
        "    paragraph 1 |  | Theo điểm a khoản 1 và điểm c khoản 1 Điều 3, điểm c khoản này."
    )
    gone = do(now, "drop", "c8")
    assert lost(gone[7]["text"], standing_of(gone)) == ["điểm b khoản 1"]


def test_a_decision_and_the_regulation_that_it_issues_cite_each_their_own_articles() -> None:
    decision = [
        node("preamble", None, "", "QUYẾT ĐỊNH"),
        node("article", "1", "Ban hành Quy chế."),
        node("article", "2", "Thay Điều 1 như sau."),
        node("preamble", None, "", "QUY CHẾ"),
        node("article", "1", "Như Điều 2.", "Một"),
        node("article", "2", "Theo Điều 1, Điều 3.", "Hai"),
        node("article", "3", "Khác.", "Ba"),
        node("preamble", None, "", "PHỤ LỤC"),
        node("paragraph", "1", "Mẫu theo Điều 3."),
    ]
    now = do(rows(decision), "add", "c4")  # Điều 2 of the regulation
    text = [one["text"] for one in tree_of(now)]
    assert text[2] == "Thay Điều 1 như sau."
    assert text[4] == "Như Điều 3."
    assert text[6] == "Theo Điều 1, Điều 4."
    assert text[9] == "Mẫu theo Điều 4."
    decision[1]["text"] = "Ban hành Quy chế; bỏ Điều 3."
    assert [(one.where, one.code) for one in tree_warnings(decision)] == [("1", "no_article")]


def test_numbers_are_made_by_kind_and_may_be_set_by_hand() -> None:
    now = do(rows(), "split", "c7", text="mục\n\na;")
    assert [one for one in outline(tree_of(now)) if "point" in one] == [
        f"      point {number} |  | {words}"
        for number, words in zip("abcdđe", ["mục", "a;", "mục b;", "mục c;", "mục d;", "mục đ;"], strict=True)
    ]
    now = do(now, "save", "c8", number="e")
    assert [numbers(now)[place] for place in range(7, 13)] == ["a", "b", "e", "g", "h", "i"]
    assert do(now, "save", "c8", number="")[9]["fixed"] is False
    nested = do(rows(), "indent", "c8")
    assert numbers(nested)[7:10] == ["a", "-", "b"]
    out = do(rows(), "outdent", "c9")
    assert [one.strip() for one in outline(tree_of(out)) if "mục" in one] == [
        "point a |  | mục a;",
        "point b |  | mục b;",
        "paragraph 2 |  | mục c;",
        "point a |  | mục d;",
        "point b |  | mục đ;",
    ]


def test_what_does_not_fit_is_refused() -> None:
    for verb, clause, code in (
        ("up", "c2", "edge"),
        ("indent", "c2", "no_holder"),
        ("outdent", "c1", "outermost"),
        ("split", "c3", "no_cut"),
        ("merge", "c11", "no_next"),
        ("merge", "c5", "holds"),
        ("indent", "c0", "aside"),
        ("save", "c99", "gone"),
    ):
        with pytest.raises(Cannot, match=code):
            do(rows(), verb, clause)


ACTS = st.tuples(st.sampled_from(VERBS), st.integers(0, 30), st.sampled_from([None, *KINDS]), st.integers(0, 12))


@settings(max_examples=80)
@given(st.lists(ACTS, max_size=10))
def test_clauses_stay_themselves_words_stay_and_undo_is_exact(acts: list[tuple[str, int, Any, int]]) -> None:
    now, steps = rows(text("Không dẫn điều nào.")), []
    first = now
    for count, (verb, place, kind, cut) in enumerate(acts):
        row = now[place % len(now)]
        try:
            after = do(now, verb, row["id"], f"n{count}", kind=kind if verb == "save" else None, cut=cut)
        except Cannot:
            continue
        ids, left = [one["id"] for one in now], [one["id"] for one in after]
        gone, fresh = set(ids) - set(left), set(left) - set(ids)
        assert len(left) == len(set(left))
        assert fresh <= ({f"n{count}"} if verb in {"add", "add_inside", "split"} else set())
        assert bool(gone) == (verb in {"drop", "merge"})
        if verb not in {"drop", "up", "down"}:
            assert _letters(now) == _letters(after), verb
        depths = [one["depth"] for one in after]
        assert depths[0] == 0
        assert all(b <= a + 1 for a, b in pairwise(depths))
        articles = [
            number
            for one, number in zip(after, numbers(after), strict=True)
            if one["kind"] == "article" and not one["fixed"]
        ]
        assert articles == [str(one) for one in range(1, len(articles) + 1)]
        change = patch(now, after)
        assert patched(now, change) == after
        steps.append(change)
        now = after
    for change in reversed(steps):
        now = patched(now, change, back=True)
    assert now == first


def _letters(now: list[dict[str, Any]]) -> list[str]:
    return sorted(one for row in now for one in f"{row['heading'] or ''}{row['text']}" if not one.isspace())


def test_what_is_typed_is_kept_as_a_word_file_gives_it_and_an_empty_clause_is_told() -> None:
    now = do(rows(), "save", "c13", heading="Ba\nbốn")
    assert clean("hai  ba\u00a0bốn\t năm \r\n\n sáu") == "hai ba bốn năm\n\nsáu"
    assert tree_of(now)[1]["children"][-1]["heading"] == "Ba bốn"
    assert do(rows(), "save", "c0", heading="QUY CHẾ\nCụm 17")[0]["heading"] == "QUY CHẾ\nCụm 17"
    empty = tree_of(do(rows(), "add", "c4"))
    assert [(one.where, one.code) for one in tree_warnings(empty) if one.code == "vacant"] == [("1/3", "vacant")]


def _citing(chance: Random) -> list[dict[str, Any]]:
    """A regulation whose khoản and điểm cite each other, some of them nothing that is there."""
    count = chance.randint(3, 6)

    def cited() -> str:
        a, k, p = chance.randint(1, count), chance.randint(1, 3), chance.choice("abc")
        return chance.choice(
            [
                f"Điều {a}",
                f"Khoản {k} Điều {a}",
                f"điểm {p} khoản {k} Điều {a}",
                f"khoản {k} Điều này",
                f"các khoản 1 và 2 Điều {a}",
                f"Điều {a} và Điều {chance.randint(1, count)}",
                f"Điều {a}, khoản {k}",
                f"Điều {a} Luật Thi đua",
                f"điểm a khoản 1 và điểm b khoản 1 Điều {a}",
            ]
        )

    def khoan(number: int) -> dict[str, Any]:
        points = [node("point", "abc"[at], f"Theo {cited()};") for at in range(chance.randint(0, 3))]
        return node("paragraph", str(number), f"Theo {cited()}, {cited()}.", None, *points)

    articles = [
        node("article", str(at), "", f"Tên {at}", *(khoan(k) for k in range(1, chance.randint(1, 3) + 1)))
        for at in range(1, count + 1)
    ]
    return [node("preamble", None, "", "QUY CHẾ"), *articles]


@pytest.mark.parametrize("seed", range(120))
def test_who_saves_after_others_have_moved_everything_cites_what_was_cited_and_pins_no_number(seed: int) -> None:
    chance = Random(seed)
    tree = _citing(chance)
    now = opened(tree, [f"{at:08x}-0000-0000-0000-000000000000" for at in range(everything_in(tree))])
    assert tree_of(now) == tree
    at = chance.randrange(1, len(now))
    mine, read, mark = now[at], tree_at(now, at)["text"], mark_of(now[at])
    seen = Seen.from_json(seen_at(now, at).as_json())
    assert seen == seen_at(now, at)
    for fresh in range(chance.randint(1, 5)):
        with suppress(Cannot):
            now = do(now, chance.choice(VERBS), chance.choice(now)["id"], f"{fresh:08x}-1111-0000-0000-000000000000")
    place = next((place for place, row in enumerate(now) if row["id"] == mine["id"]), None)
    if place is None or mark_of(now[place]) != mark:
        return
    reads, held = tree_at(now, place)["text"], [row["fixed"] for row in now]
    given = {"heading": mine["heading"], "text": f"{read} Thêm.", "kind": mine["kind"], "number": seen.number}
    after = done(now, Act("save", mine["id"], **given, seen=seen), "")
    assert tree_at(after, place)["text"] == f"{reads} Thêm."
    cited = iter(TIED.findall(after[place]["text"]))
    assert all(one in cited for one in TIED.findall(mine["text"]))
    assert [row["fixed"] for row in after] == held
    assert after[place]["kind"] == now[place]["kind"]


def tree_at(now: list[dict[str, Any]], place: int) -> Any:
    return flat(tree_of(now))[place][1]


def test_two_references_in_the_same_words_to_different_clauses_are_not_exchanged() -> None:
    says = "Theo điểm b khoản 1 và điểm b khoản 9 Điều 1; điểm b khoản 1 và điểm c khoản 1 Điều 2."
    now = do(rows(), "save", "c13", text=says)
    seen = seen_at(now, 13)
    assert last(do(now, "save", "c13", text=f"{says} Hết.", seen=seen)) == f"{says} Hết."
    moved = do(do(now, "save", "c13", text=f"{says} Hết.", seen=seen), "up", "c8")
    assert last(moved) == says.replace("điểm b khoản 1 và điểm c", "điểm a khoản 1 và điểm c") + " Hết."
