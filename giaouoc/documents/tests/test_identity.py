"""A clause is itself over all drafts: a comment stays with it when it is renumbered, moved or dropped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from giaouoc.documents.actions.answers import publish_answers
from giaouoc.documents.actions.imports import read_draft, save_draft
from giaouoc.documents.answer_table import table_rows
from giaouoc.documents.clause_page import clause_page
from giaouoc.documents.identity import carry, rows_of_tree
from giaouoc.documents.models import content_of
from giaouoc.documents.rules.align import align
from giaouoc.documents.rules.clause_tree import content_hash
from giaouoc.documents.rules.draft_import import import_draft, to_json
from giaouoc.documents.standing import standing_of
from giaouoc.lib.errors import Invalid, WrongState

from . import stage

DATA = Path(__file__).parents[2] / "demo" / "data"


@pytest.fixture(scope="module")
def trees() -> tuple[Any, Any]:
    return tuple(  # type: ignore[return-value]
        to_json(import_draft((DATA / f"quy-che-du-thao-{number}.docx").read_bytes()))["tree"] for number in (1, 2)
    )


def test_every_clause_has_one_path_of_its_own(trees: tuple[Any, Any]) -> None:
    for tree in trees:
        paths = [row.path for row in rows_of_tree(tree)]
        assert len(paths) == len(set(paths))


def test_doubled_numbers_still_have_paths_of_their_own() -> None:
    twice = [stage.node("article", "1", "một"), stage.node("article", "1", "hai"), stage.node("article", None, "ba")]
    assert [row.path for row in rows_of_tree(twice)] == ["1", "1 (2)", "article-1"]


def test_paths_are_those_of_the_alignment(trees: tuple[Any, Any]) -> None:
    plan = to_json(import_draft((DATA / "ke-hoach-2026-du-thao-1.docx").read_bytes()))["tree"]
    loose = [
        stage.node(
            "chapter", "I", "", "MỘT", stage.node("article", "1", "a", None, stage.node("paragraph", None, "b"))
        ),
        stage.node("chapter", "II", "", "HAI", stage.node("paragraph", "1", "c", None, stage.node("point", "-", "d"))),
        stage.node("paragraph", None, "đ"),
        stage.node("article", "1", "e"),
    ]
    for tree in (*trees, plan, loose):
        paths = {row.path for row in rows_of_tree(tree)}
        for change in align(tree, tree):
            assert set(change.from_paths) | set(change.to_paths) <= paths
        assert len(carry(tree, tree).kept) == len(rows_of_tree(tree))


def test_citations_read_as_in_papers() -> None:
    plan = [
        stage.node(
            "section",
            "II",
            "",
            "NỘI DUNG",
            stage.node("paragraph", "2", "", None, stage.node("point", "a", "x"), stage.node("point", "-", "y")),
        )
    ]
    assert [row.citation for row in rows_of_tree(plan)] == [
        "Mục II",
        "khoản 2 Mục II",
        "điểm a khoản 2 Mục II",
        "gạch đầu dòng thứ 1 khoản 2 Mục II",
    ]


def test_the_sample_drafts_carry_their_clauses_over(trees: tuple[Any, Any]) -> None:
    old, new = (rows_of_tree(tree) for tree in trees)
    kept = carry(*trees).kept
    to = {old[source].path: new[target].path for target, source in kept.items()}
    assert len(kept) == len(set(kept.values()))
    assert to["6/1/đ"] == "6/1/d"  # renumbered
    assert to["9/3"] == "10/3"
    assert to["chương II"] == "chương II"
    assert "6/1/d" not in to  # dropped
    assert "3/4" not in to


def test_a_saved_draft_is_the_tree_that_was_read_to_the_letter(world: Any, trees: tuple[Any, Any]) -> None:
    version = stage.draft(world, trees[0])
    assert content_of(version) == trees[0]
    assert content_hash(content_of(version)) == version.content_hash


def test_a_comment_stays_where_it_was_made_after_the_second_draft(world: Any) -> None:
    round = stage.consulting(world)
    gone = stage.say(world, round, path="1/2", reason="Bỏ")
    moved = stage.say(world, round, path="1/3", kind="ask", reason="Ai")
    deep = stage.say(world, round, path="2/1/b", kind="ask", reason="Khi nào")
    whole = stage.say(world, round, path="", kind="ask", reason="Cả văn bản")
    stage.send(world, round)
    stage.closed(world, round)
    document = round.version.document
    version = stage.draft(world, stage.regulation(second=True), document=document)
    now_at = {text.provision_id: text.path for text in version.texts.all()}
    assert now_at.get(gone.provision_id) is None
    assert now_at[moved.provision_id] == "1/2"
    assert now_at[deep.provision_id] == "3/1/b"
    by = world.mandate("secretary:CQD")
    page = clause_page(standing_of(document), version, by, world.now)
    at = {note["id"]: row["path"] for row in page.rows for note in row.get("notes", [])}
    assert at[f"gy-{moved.pk}"] == "1/2"
    assert at[f"gy-{deep.pk}"] == "3/1/b"
    assert at[f"gy-{gone.pk}"].startswith("bo-")
    assert [note["id"] for note in page.whole] == [f"gy-{whole.pk}"]
    paths = [row["path"] for row in page.rows]
    assert paths.index(at[f"gy-{gone.pk}"]) == paths.index("1/1") + 1
    assert [row["path"] for row in clause_page(standing_of(document), round.version, by, world.now).rows][3] == "1/2"
    rows = {row.comment.pk: row for row in table_rows(standing_of(document), by, world.now)}
    assert (rows[gone.pk].old, rows[gone.pk].new) == ("khoản 2 Điều 1", "")
    assert (rows[moved.pk].old, rows[moved.pk].new) == ("khoản 3 Điều 1", "khoản 2 Điều 1")
    assert (rows[whole.pk].old, rows[whole.pk].new) == ("", None)


def test_a_comment_at_a_dropped_clause_is_still_there_in_the_third_draft(world: Any) -> None:
    round = stage.consulting(world)
    gone = stage.said(world, round, path="1/2")
    stage.closed(world, round)
    document = round.version.document
    stage.draft(world, stage.regulation(second=True), document=document)
    third = stage.regulation(second=True)
    third[1]["children"].append(stage.node("paragraph", "3", "Cụm trưởng báo cáo cơ quan chỉ đạo."))
    version = stage.draft(world, third, document=document)
    page = clause_page(standing_of(document), version, world.mandate("secretary:CQD"), world.now)
    assert [row["where"] for row in page.rows if row.get("notes")] == ["khoản 2 Điều 1, nay đã bỏ"]
    assert gone.provision_id not in {text.provision_id for text in version.texts.all()}


def test_answers_to_the_first_draft_are_read_at_the_clause_of_the_second(world: Any) -> None:
    round = stage.consulting(world)
    comment = stage.said(world, round, path="2/1/a", kind="ask", reason="Ai nhận đăng ký")
    stage.closed(world, round)
    document = round.version.document
    stage.answer(world, comment, "not_accepted", "Nêu ở kế hoạch năm.")
    publish_answers(document, by=world.mandate("leader:CQD"), now=world.now)
    version = stage.draft(world, stage.regulation(second=True), document=document)
    page = clause_page(standing_of(document), version, world.mandate("secretary:CQD"), world.now)
    note = next(note for row in page.rows for note in row.get("notes", []))
    assert (note["decision_label"], note["answer"]) == ("Không tiếp thu", "Nêu ở kế hoạch năm.")
    assert note["status"] == "dự thảo 1, khi là điểm a khoản 1 Điều 2"


def test_the_same_text_again_is_no_new_draft(world: Any) -> None:
    version = stage.draft(world)
    with pytest.raises(Invalid, match="giống hệt dự thảo 1"):
        stage.draft(world, document=version.document)


def test_no_draft_comes_in_while_units_are_being_asked(world: Any) -> None:
    round = stage.consulting(world)
    with pytest.raises(WrongState, match="Đang lấy ý kiến"):
        stage.draft(world, stage.regulation(second=True), document=round.version.document)


def test_a_word_file_becomes_a_draft_and_the_next_one(world: Any) -> None:
    by = world.mandate("secretary:CQD")
    data = (DATA / "quy-che-du-thao-1.docx").read_bytes()
    draft = read_draft(world.year, "regulation", "", data, "Quy chế.docx", by=by, now=world.now)
    assert draft.title.startswith("Quy chế tổ chức và hoạt động của Cụm thi đua 17")
    version = save_draft(draft, by=by, now=world.now)
    assert version.document.slug.startswith("quy-che-to-chuc-va-hoat-dong")
    assert version.source.read() == data
    with pytest.raises(WrongState, match="đã được lưu"):
        save_draft(draft, by=by, now=world.now)
    data = (DATA / "quy-che-du-thao-2.docx").read_bytes()
    draft = read_draft(world.year, "plan", "Khác", data, "v2.docx", by=by, now=world.now, document=version.document)
    assert (draft.kind, draft.title) == ("regulation", version.document.title)
    second = save_draft(draft, by=by, now=world.now)
    assert second.ordinal == 2
    assert second.changes.filter(change="deleted").count() >= 2


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 khong phai Word", b"PK\x03\x04hong"])
def test_a_file_that_is_no_word_file_is_refused_with_a_sentence(world: Any, data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read_draft(world.year, "regulation", "", data, "a.docx", by=world.mandate("secretary:CQD"), now=world.now)
    assert refused.value.field == "file"
    assert str(refused.value).endswith(".")


def test_two_texts_of_one_title_have_addresses_of_their_own(world: Any) -> None:
    by = world.mandate("secretary:CQD")
    slugs = [
        save_draft(stage.imported(world, stage.regulation()), by=by, now=world.now).document.slug for _ in range(3)
    ]
    assert len(set(slugs)) == 3
    made = stage.imported(world, stage.regulation())
    made.title = "Nhập"
    made.save()
    assert save_draft(made, by=by, now=world.now).document.slug == "nhap-2"
