"""What is hidden is covered in every copy, however it was changed on its way into another text; and in nothing else."""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from giaouoc.lib import covering
from giaouoc.lib.covering import COVERED, cover, cover_quote, cover_tree, holder

SAID = "Toàn đơn vị tham gia diễn tập ở vườn xoài vào tháng tư năm nay."
SHORT = "Xoài chín"


@pytest.fixture(autouse=True)
def hidden() -> Iterator[None]:
    kept = covering._load[:]
    covering.install(lambda: [json.dumps({"a.B.text": [SAID, SHORT], "=a.B.host": ["Các đơn vị thành viên của Cụm"]})])
    covering.forget()
    yield
    covering._load[:] = kept
    covering.forget()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (SAID, COVERED),
        (f"Nói: “{SAID}”.", f"Nói: “{COVERED}”."),
        (SAID.rstrip("."), COVERED),
        (f"Điều 5. {SAID.rstrip('.')}; và việc khác", f"Điều 5. {COVERED}; và việc khác"),
        (SAID[:1].lower() + SAID[1:], COVERED),
        (SAID.upper(), COVERED),
        (unicodedata.normalize("NFD", SAID), COVERED),
        (SAID.replace(" ở ", "\n ở\u00a0"), COVERED),
        (SAID.replace(" tham gia", " tham gia,"), COVERED),
        (SAID.replace("diễn tập", "diễn\u200b tập"), COVERED),
        ("Nhắc việc: Toàn đơn vị tham gia diễn tập ở vườn xoài vào th…", f"Nhắc việc: {COVERED}"),
        ("Nhắc việc: Toàn đơn vị tham gia…", f"Nhắc việc: {COVERED}"),
        ("Nhắc việc: Toàn đơn vị tham gia diễn tập ở vườn xoài", f"Nhắc việc: {COVERED}"),
        (f"{SAID} {SAID}", f"{COVERED} {COVERED}"),
        (SAID.replace("tháng tư", "tháng \ue0000c-1|article|tư\ue001"), COVERED),  # as a working copy keeps references
        ("Toàn đơn vị tham gia", "Toàn đơn vị tham gia"),
        ("Toàn đơn vị tham gia hội nghị", "Toàn đơn vị tham gia hội nghị"),
        ("Các đơn vị thành viên của Cụm", "Các đơn vị thành viên của Cụm"),
        ("Ăn xoài chín", "Ăn xoài chín"),
        ("", ""),
    ],
)
def test_copies_are_covered_and_other_texts_are_not(text: str, shown: str) -> None:
    assert cover(text, "a.B.other") == shown


@pytest.mark.parametrize("text", [SHORT, "xoài chín.", "XOÀI CHÍN", "các đơn vị thành viên của cụm"])
def test_short_words_and_those_of_their_column_alone_are_covered_where_it_says_nothing_else(text: str) -> None:
    column = "a.B.host" if len(text) > 12 else "a.B.text"
    assert cover(text, column) == COVERED
    assert cover(text, "a.B.other") == text
    assert cover(f"Về {text} ở đây", column) == f"Về {text} ở đây"


def test_a_number_that_is_tied_to_a_clause_is_any_number_and_no_other_is() -> None:
    covering.install(lambda: [json.dumps({"x": ["Ông A nhận 500 triệu theo Điều 5", "Điều 5 nói về vườn xoài"]})])
    covering.forget()
    tied = "\ue0000c-1|article|7a\ue001"
    assert cover(f"Vì ông A nhận 500 triệu theo Điều {tied}.", "") == f"Vì {COVERED}."
    assert cover(f"Điều {tied} nói về vườn xoài.", "") == f"{COVERED}."
    for other in (f"Ông B nhận 500 triệu theo Điều {tied}", f"Ông A nhận 900 triệu theo Điều {tied}"):
        assert cover(other, "") == other
    covering.install(lambda: [json.dumps({"x": ["5 đơn vị nhận vườn xoài"]})])
    covering.forget()
    assert cover(f"Còn {tied} đơn vị nhận vườn xoài", "") == f"Còn {COVERED}"


def test_of_words_that_come_in_only_whole_ones_are_known_so_that_nobody_finds_them_by_trying() -> None:
    assert covering.holds_hidden(f"Trước đó {SAID.upper()} và sau")
    for guess in ("Toàn đơn vị tham gia d…", "Toàn đơn vị tham gia diễn tập ở vườn xoài vào th"):
        assert cover(guess, "") == COVERED
        assert not covering.holds_hidden(guess)


def test_many_pieces_that_begin_alike_and_long_texts_of_one_word_are_looked_through_at_once() -> None:
    pieces = [f"Các đơn vị thành viên làm việc {place} ở vườn xoài" for place in range(300)]
    covering.install(lambda: [json.dumps({"x": [*pieces, "a b c d " * 4000 + "e"]})])
    covering.forget()
    begun = time.process_time()
    text = "Các đơn vị thành viên họp. " * 6000
    assert cover(text, "") == text
    assert cover("a b c d " * 3900, "") == COVERED
    assert time.process_time() - begun < 5


def test_pieces_that_overlap_are_covered_to_the_end_of_both() -> None:
    covering.install(lambda: [json.dumps({"x": ["một hai ba bốn năm", "bốn năm sáu bảy tám", "hai ba bốn năm"]})])
    covering.forget()
    assert cover("không một hai ba bốn năm sáu bảy tám chín", "") == f"không {COVERED} chín"


def test_a_table_is_covered_whole_in_whatever_column_its_copy_stands() -> None:
    table, small = [["Đơn vị", "Quân số"], ["Một", "120"]], [["Một"]]
    covering.install(lambda: [json.dumps({"a.B.rows": [table, small]})])
    covering.forget()
    empty = [[COVERED, COVERED], [COVERED, COVERED]]
    assert cover_tree({"rows": table, "text": "Một"}, "a.C.tree") == {"rows": empty, "text": "Một"}
    assert cover_tree([["Đơn vị", "Quân số"], ["Một", "121"]], "a.B.rows")[1] == ["Một", "121"]
    assert (cover_tree(small, "a.B.rows"), cover_tree(small, "a.C.tree")) == ([[COVERED]], small)


def test_a_quote_out_of_hidden_words_says_nothing() -> None:
    assert cover_quote("ở Vườn xoài", "") == "" == cover_quote("XOÀI CHÍN", "")
    assert cover_quote("ở vườn bưởi", "") == "ở vườn bưởi"


def test_papers_that_hold_the_words_are_found_by_the_same_rule() -> None:
    holds = holder([SAID, SHORT])
    values: list[Any] = [SAID.upper(), {"a": [[f"Mục 1: {SAID[:-1]}"]]}]
    assert all(map(holds, values)) and not holds([SHORT, "Toàn đơn vị tham gia hội nghị"])
