"""Sửa cách nhận diện: what the secretary corrects in a preview; no word is lost, none changes its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giaouoc.audit.models import AuditEvent
from giaouoc.documents.actions.imports import correct_clause, discard_draft, save_draft, undo_correction
from giaouoc.documents.rules.corrections import JOIN, KINDS, Correction, corrected, flat, holders, may_join
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState

from . import stage
from .stage import node
from .word_files import everything, outline


def tree() -> list[dict[str, Any]]:
    return [
        node("preamble", None, "Căn cứ;", "QUY CHẾ"),
        node(
            "chapter",
            "I",
            "",
            "CHUNG",
            node("article", "1", "", "Một", node("paragraph", "1", "k"), node("paragraph", "2", "l")),
        ),
        node("paragraph", None, "TỔ CHỨC"),
        node(
            "article",
            "2",
            "",
            "Hai",
            node("paragraph", "1", "m", None, node("point", "a", "n")),
            node("paragraph", "2.5", "triệu đồng"),
        ),
    ]


@pytest.mark.once
def test_a_line_becomes_the_chapter_that_it_is_and_holds_what_follows() -> None:
    made = corrected(corrected(tree(), Correction(5, "chapter", "II", 0)), Correction(6, "article", "2", 1))
    assert outline(made)[-5:] == [
        "chapter II | TỔ CHỨC",
        "  article 2 | Hai",
        "    paragraph 1 |  | m",
        "      point a |  | n",
        "    paragraph 2.5 |  | triệu đồng",
    ]


@pytest.mark.once
def test_what_is_no_clause_goes_on_with_the_words_before_it() -> None:
    made = corrected(tree(), Correction(9, JOIN, None, 0))
    assert outline(made)[-2:] == ["  paragraph 1 |  | m", "    point a |  | n⏎2.5. triệu đồng"]


@pytest.mark.once
def test_only_the_clause_before_and_its_holders_can_hold_a_clause() -> None:
    assert holders(tree(), 9) == {0: None, 1: 6, 2: 7, 3: 8}
    assert holders(tree(), 1) == {0: None}
    assert not may_join(tree(), 0)
    for wrong in (Correction(9, "point", "b", 4), Correction(0, "article", "1", 0), Correction(99, "point", "b", 0)):
        with pytest.raises(ValueError, match="no such"):
            corrected(tree(), wrong)


@pytest.mark.once
@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from([*KINDS, JOIN]), st.integers(0, 5)), max_size=8))
def test_no_correction_loses_a_word_or_the_order(acts: list[tuple[int, str, int]]) -> None:
    now = tree()
    words = [one for one in everything(now).replace("\n", " ").split() if one != "2.5."]
    for at, kind, depth in acts:
        try:
            now = corrected(now, Correction(at, kind, None, depth))
        except ValueError:
            continue
        assert [one for one in everything(now).replace("\n", " ").split() if one in words] == words
        assert all(not one["children"] for _, one in flat(now) if one["kind"] in {"preamble", "table", "signature"})


def _draft(world: Any) -> Any:
    return stage.imported(world, tree())


def test_a_correction_is_kept_warned_of_anew_and_undone(world: Any) -> None:
    by, draft = world.mandate("secretary:CQD"), _draft(world)
    before = draft.tree
    correct_clause(draft, Correction(4, "paragraph", "4", 2), step=0, by=by, now=world.now)
    draft.refresh_from_db()
    assert draft.tree[1]["children"][0]["children"][1]["number"] == "4"
    assert [one["code"] for one in draft.warnings if one["where"] == "1/4"] == ["skipped"]
    correct_clause(draft, Correction(5, "chapter", "II", 0), step=1, by=by, now=world.now)
    undo_correction(draft, by=by, now=world.now)
    assert draft.tree[2]["kind"] == "paragraph"
    undo_correction(draft, by=by, now=world.now)
    draft.refresh_from_db()
    assert draft.tree == before
    assert draft.warnings == [one for one in draft.warnings if one["code"] != "skipped"]
    with pytest.raises(Invalid, match="Không còn lần sửa"):
        undo_correction(draft, by=by, now=world.now)
    said = [one.verb for one in AuditEvent.objects.order_by("pk")]
    assert said[-4:] == [
        "documents.correct_clause",
        "documents.correct_clause",
        "documents.undo_correction",
        "documents.undo_correction",
    ]


def test_a_correction_of_what_changed_meanwhile_is_refused(world: Any) -> None:
    by, draft = world.mandate("secretary:CQD"), _draft(world)
    correct_clause(draft, Correction(5, "chapter", "II", 0), step=0, by=by, now=world.now)
    with pytest.raises(WrongState, match="sửa ở nơi khác"):
        correct_clause(draft, Correction(5, "article", "2", 0), step=0, by=by, now=world.now)
    with pytest.raises(NotAllowed):
        correct_clause(draft, Correction(5, "article", "2", 0), step=1, by=world.mandate("secretary:CA"), now=world.now)
    with pytest.raises(NotAllowed):
        undo_correction(draft, by=world.mandate("secretary:CA"), now=world.now)
    discard_draft(draft, by=by, now=world.now)
    with pytest.raises(Invalid, match="đã bỏ"):
        correct_clause(draft, Correction(5, "article", "2", 0), step=1, by=by, now=world.now)


def test_what_was_corrected_is_what_is_saved(world: Any) -> None:
    by, draft = world.mandate("secretary:CQD"), _draft(world)
    correct_clause(draft, Correction(5, "chapter", "II", 0), step=0, by=by, now=world.now)
    version = save_draft(draft, by=by, now=world.now)
    assert ("chapter", "II") in version.texts.values_list("kind", "number")
    with pytest.raises(WrongState, match="đã được lưu"):
        undo_correction(draft, by=by, now=world.now)


def test_the_pages_offer_what_the_tree_allows_and_keep_what_was_typed(world: Any, client: Any) -> None:
    draft = _draft(world)
    world.sign_in(client, "secretary:CQD")
    preview = world.url(f"van-ban/nhap/{draft.pk}/")
    assert f"{preview}dieu-khoan/9/" in client.get(preview).content.decode()
    page = client.get(f"{preview}dieu-khoan/9/").content.decode().replace("\u00a0", " ")
    assert "triệu đồng" in page
    assert "khoản 1 Điều 2" in page
    assert "nối vào câu chữ ngay trước" in page
    wrong = client.post(f"{preview}dieu-khoan/9/", {"kind": "point", "number": "a/b", "depth": "2", "step": "0"})
    assert wrong.status_code == 422
    assert 'value="a/b"' in wrong.content.decode()
    answer = client.post(
        f"{preview}dieu-khoan/9/", {"kind": JOIN, "number": "", "depth": "1", "step": "0"}, follow=True
    )
    page = answer.content.decode()
    assert "Đã sửa cách nhận diện." in page
    assert "Hoàn tác lần sửa gần nhất" in page
    assert "2.5. triệu đồng" in page.replace("\u00a0", " ")
    page = client.post(f"{preview}hoan-tac/", follow=True).content.decode()
    assert "Đã hoàn tác lần sửa gần nhất." in page
    assert client.get(f"{preview}dieu-khoan/0/").status_code == 404
    assert client.get(f"{preview}dieu-khoan/99/").status_code == 404
