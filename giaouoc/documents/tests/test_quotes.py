"""A quote is found again in later words of its clause, or the comment stands at the clause as a whole."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from giaouoc.documents.actions.comments import add_comment
from giaouoc.documents.rules.quotes import around, find
from giaouoc.lib.errors import Invalid

from . import stage

CLAUSE = "Đơn vị gửi báo cáo trước ngày 20; đơn vị gửi minh chứng trước ngày 20 cùng báo cáo."


def test_of_two_occurrences_the_one_with_the_same_words_around_it_is_meant() -> None:
    second = CLAUSE.rindex("trước ngày 20")
    prefix, suffix = around(CLAUSE, "trước ngày 20", CLAUSE[:second], CLAUSE[second + 13 :])
    later = "Mới. " + CLAUSE
    found = find(later, "trước ngày 20", prefix, suffix)
    assert found is not None and found.start == later.rindex("trước ngày 20") and found.how == "exact"


def test_reworded_words_are_found_by_their_likeness() -> None:
    found = find(
        CLAUSE.replace("gửi minh chứng trước", "gửi các minh chứng trước"), "đơn vị gửi minh chứng trước ngày 20"
    )
    assert found is not None and found.how == "like"


@pytest.mark.parametrize("text", ["", "Một điều khoản nói chuyện khác hẳn.", "ngày"])
def test_other_words_are_not_taken_for_it(text: str) -> None:
    assert find(text, "đơn vị gửi minh chứng trước ngày 20") is None


@given(st.text(min_size=1, max_size=80), st.text(max_size=40), st.text(max_size=40))
def test_what_stands_there_word_for_word_is_always_found(quote: str, before: str, behind: str) -> None:
    text = before + quote + behind
    found = find(text, quote, before[-32:], behind[:32])
    if quote.strip():
        assert found is not None and text[found.start : found.end] == quote
        assert found.start == len(before) or text.count(quote) > 1


def test_a_quote_is_kept_with_what_stands_around_it_and_must_stand_in_the_clause(world: Any) -> None:
    round = stage.consulting(world)
    comment = stage.say(world, round, path="1/2", quote="lễ phát động thi đua")
    assert (comment.prefix, comment.suffix) == ("Cụm trưởng tổ chức ", " tại trụ sở của mình.")
    with pytest.raises(Invalid, match="không có trong khoản 2 Điều 1"):
        stage.say(world, round, path="1/2", quote="lễ bế mạc")


def test_the_later_draft_says_what_became_of_the_words(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    kept = add_comment(
        stage.submission(round, "CA"), stage.provision(round, "2/1/b"), by=world.mandate("secretary:CA"), now=world.now,
        kind="ask", reason="Nên rõ hơn.", quote="Cập nhật minh chứng trong tháng phát sinh",
    )  # fmt: skip
    stage.send(world, round, "CA")
    stage.closed(world, round)
    stage.draft(world, stage.regulation(second=True), document=round.version.document)
    world.sign_in(client, "secretary:CQD")
    page = client.get(round.version.document.get_absolute_url()).content.decode()
    assert "đoạn được góp ý nay là “Cập nhật minh chứng ngay trong tháng phát sinh" in page
    shown = client.get(f"{round.version.document.get_absolute_url()}gop-y/{kept.pk}/").content.decode()
    assert "<mark>Cập nhật minh chứng trong tháng phát sinh</mark>" in shown.replace("\u00a0", " ")
