"""So sánh: what became of each clause between any two drafts, with its comments and earlier wordings; and as files."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document as Word

from giaouoc.documents.addresses import address
from giaouoc.documents.comparing import compared, with_history
from giaouoc.documents.models import Document, DocumentVersion, content_of
from giaouoc.documents.rules.draft_import import import_draft
from giaouoc.documents.standing import standing_of

from . import stage
from .stage import node

pytestmark = pytest.mark.once

BY = "secretary:CQD"


def _third() -> list[dict[str, Any]]:
    """The second draft with one clause reworded again, a chapter's name and a table changed."""
    tree = stage.regulation(second=True)
    tree[3]["children"][0]["children"][1]["text"] = "Cập nhật minh chứng trong năm ngày khi phát sinh kết quả."
    tree[0]["heading"] = "QUY CHẾ\ntổ chức và hoạt động của Cụm"
    return tree


@pytest.fixture
def drafts(world: Any) -> list[DocumentVersion]:
    """Three drafts; on the first a member commented on điểm b, which changed in both later ones, and on a dropped khoản."""
    round = stage.consulting(world)
    stage.say(world, round, path="2/1/b", kind="wording", reason="Cho sớm hơn", proposed_text="Cập nhật ngay.")
    stage.said(world, round, path="1/2")
    stage.closed(world, round)
    document = round.version.document
    stage.draft(world, stage.regulation(second=True), document=document)
    stage.draft(world, _third(), document=document)
    return list(Document.objects.get(pk=document.pk).versions.all())


def _changes(earlier: DocumentVersion, later: DocumentVersion, **more: Any) -> list[tuple[str, str, str]]:
    return [(one.change, one.old_where, one.new_where) for one in compared(earlier, later, **more)]


def test_only_changes_are_shown_in_the_order_of_the_later_draft(drafts: list[DocumentVersion]) -> None:
    first, second, _third = drafts
    assert _changes(first, second) == [
        ("deleted", "khoản 2 Điều 1", ""),
        ("inserted", "", "Điều 2"),
        ("reworded", "điểm b khoản 1 Điều 2", "điểm b khoản 1 Điều 3"),
    ]
    everything = _changes(first, second, everything=True)
    assert ("renumbered", "khoản 3 Điều 1", "khoản 2 Điều 1") in everything
    assert ("unchanged", "phần mở đầu", "phần mở đầu") in everything


def test_drafts_that_do_not_follow_each_other_are_compared_by_identity(drafts: list[DocumentVersion]) -> None:
    first, _second, third = drafts
    assert _changes(first, third) == [
        ("reworded", "phần mở đầu", "phần mở đầu"),
        ("deleted", "khoản 2 Điều 1", ""),
        ("inserted", "", "Điều 2"),
        ("reworded", "điểm b khoản 1 Điều 2", "điểm b khoản 1 Điều 3"),
    ]


def test_a_changed_table_and_title_are_changes_too(world: Any) -> None:
    def tree(cell: str) -> list[dict[str, Any]]:
        table = node("table", None) | {"rows": [["Việc", "Hạn"], ["Sơ kết", cell]]}
        table["children"] = table.pop("children")
        return [node("preamble", None, "", "KẾ HOẠCH"), node("article", "1", "Theo bảng sau.", "Tiến độ", table)]

    first = stage.draft(world, tree("tháng 6"))
    second = stage.draft(world, tree("tháng 7"), document=first.document)
    (one,) = compared(first, second)
    assert (one.change, one.old, one.new) == (
        "reworded",
        "Việc | Hạn\nSơ kết | tháng 6",
        "Việc | Hạn\nSơ kết | tháng 7",
    )


def test_a_clause_has_its_comments_and_its_earlier_wordings(world: Any, drafts: list[DocumentVersion]) -> None:
    _first, second, third = drafts
    rows = compared(second, third)
    with_history(rows, standing_of(second.document), second, third, world.mandate(BY), world.now)
    row = next(one for one in rows if one.new_where == "điểm b khoản 1 Điều 3")
    assert [note["text"] for note in row.notes] == ["Cho sớm hơn"]
    assert row.wordings == [
        ("Dự thảo 1", "điểm b khoản 1 Điều 2", "Cập nhật minh chứng trong tháng phát sinh kết quả.")
    ]


def test_another_unit_reads_no_draft_that_nobody_was_asked_about(world: Any, client: Any, drafts: Any) -> None:
    client.force_login(world.mandate("secretary:QS").user)
    document = drafts[0].document
    for name in ("compare", "changes-word", "changes-table", "word", "akoma-ntoso"):
        assert client.get(address(document, name, 3)).status_code == 404
    assert client.get(address(document, "word", 1)).status_code == 200


def test_the_page_offers_other_drafts_two_columns_and_files(world: Any, client: Any, drafts: Any) -> None:
    client.force_login(world.mandate(BY).user)
    here = address(drafts[0].document, "compare", 3)
    page = client.get(here).content.decode()
    assert "So sánh dự thảo 3 với dự thảo 2" in page
    assert "1 câu chữ trước đó" in page
    assert "<ins>" in page
    page = client.get(here + "?voi=1&kieu=hai-cot").content.decode()
    assert "So sánh dự thảo 3 với dự thảo 1" in page
    assert '<th scope="col">Dự thảo 1</th><th scope="col">Dự thảo 3</th>' in page
    for wrong in ("?voi=3", "?voi=0", "?voi=99"):
        assert client.get(here + wrong).status_code == 404


def test_the_files_hold_the_drafts(world: Any, client: Any, drafts: Any) -> None:
    client.force_login(world.mandate(BY).user)
    document = drafts[0].document
    tree = content_of(drafts[2])
    assert import_draft(client.get(address(document, "word", 3)).content).tree == tree
    tracked = client.get(address(document, "changes-word", 3) + "?voi=1")
    assert import_draft(tracked.content).tree == tree
    assert "thay-doi-1-3.docx" in tracked["Content-Disposition"]
    table = Word(io.BytesIO(client.get(address(document, "changes-table", 3) + "?voi=1").content)).tables[1]
    assert [row.cells[2].text for row in table.rows[1:]] == ["sửa câu chữ", "bỏ", "thêm mới", "sửa câu chữ"]
    xml = client.get(address(document, "akoma-ntoso", 3))
    assert xml["Content-Type"] == "application/akn+xml"
    for text in drafts[2].texts.all():
        if text.kind != "preamble":
            assert f'wId="{text.provision_id}"'.encode() in xml.content
