"""A long text opens folded, at the part that is asked for; nothing of it is out of reach."""

from __future__ import annotations

from typing import Any

import pytest

from giaouoc.documents import folding
from giaouoc.documents.folding import parts_of

from . import stage
from .stage import node


def chapters() -> list[dict[str, Any]]:
    def chapter(number: str, first: int) -> dict[str, Any]:
        articles = [node("article", str(first + at), f"Lời của điều {first + at}.", "Tên") for at in range(3)]
        return node("chapter", number, "", f"CHƯƠNG SỐ {number}", *articles)

    return [node("preamble", None, "Căn cứ.", "QUY CHẾ"), chapter("I", 1), chapter("II", 4)]


@pytest.fixture
def long(monkeypatch: Any) -> None:
    monkeypatch.setattr(folding, "LONG", 4)


def test_parts_are_chapters_or_else_groups_of_articles() -> None:
    def row(kind: str, where: str) -> dict[str, Any]:
        return {"kind": kind, "where": where, "heading": "", "text": ""}

    rows = [row("preamble", "mở đầu"), *[row("article", f"Điều {at}") for at in range(1, 26)]]
    assert [one.title for one in parts_of(rows)] == [
        "Phần đầu",
        "Điều 1 – Điều 10",
        "Điều 11 – Điều 20",
        "Điều 21 – Điều 25",
    ]
    assert [(one.first, one.after) for one in parts_of(rows)][1:3] == [(1, 11), (11, 21)]


def test_the_page_shows_contents_with_counts_and_one_part_with_its_comments(
    world: Any, client: Any, long: None
) -> None:
    version = stage.draft(world, chapters())
    round = stage.open_round_on(world, version)
    stage.say(world, round, path="5", reason="Ý kiến về điều năm.")
    stage.say(world, round, path="1", reason="Ý kiến về điều một.")
    world.sign_in(client, "secretary:CA")
    url = version.document.get_absolute_url()
    opened = client.get(url).content.decode().replace("\u00a0", " ")
    assert "Lời của điều 1." in opened and "Lời của điều 5." not in opened
    assert "Ý kiến về điều một." in opened and "Ý kiến về điều năm." not in opened
    assert opened.count("1 ý kiến</small>") == 2
    second = client.get(url, {"phan": "5"}).content.decode().replace("\u00a0", " ")  # the path of a clause
    assert "Ý kiến về điều năm." in second and "Lời của điều 1." not in second
    whole = client.get(url, {"toan-van": "1"}).content.decode().replace("\u00a0", " ")
    assert "Lời của điều 1." in whole and "Lời của điều 5." in whole
    assert "Lời của điều 1." in client.get(url, {"phan": "9999999"}).content.decode().replace("\u00a0", " ")


def test_a_short_text_is_shown_as_it_is(world: Any, client: Any) -> None:
    version = stage.draft(world, chapters())
    world.sign_in(client, "secretary:CQD")
    page = client.get(version.document.get_absolute_url()).content.decode().replace("\u00a0", " ")
    assert "Lời của điều 1." in page and "Lời của điều 5." in page and "Mục lục" not in page
