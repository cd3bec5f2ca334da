"""Ghép điều khoản: only doubtful pairs are asked, one answer each, undone one by one; comments follow the answer."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from giaouoc.documents import pairs
from giaouoc.documents.actions.pairing import decide_pair, undo_pair
from giaouoc.documents.actions.rounds import open_round
from giaouoc.documents.actions.writing import finish_writing, keep_unfinished, start_writing, undo_writing, write
from giaouoc.documents.addresses import address
from giaouoc.documents.clause_page import clause_page
from giaouoc.documents.models import DocumentVersion, Provision, Writing, content_of
from giaouoc.documents.rules.writing import Act, mark_of
from giaouoc.documents.standing import standing_of
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState

from . import stage
from .stage import node

BY = "secretary:CQD"


def _tree(*clauses: str) -> list[dict[str, Any]]:
    rows = [node("paragraph", str(place), words) for place, words in enumerate(clauses, 1)]
    return [node("preamble", None, "", "QUY CHẾ"), node("article", "1", "", "Báo cáo của các đơn vị", *rows)]


SAME = "Thư ký Cụm tổng hợp báo cáo của các đơn vị thành viên để trình Cụm trưởng."
OLD = "Đơn vị thành viên gửi báo cáo sơ kết về Cụm trưởng trước ngày 15 tháng 6 bằng văn bản."
ANEW = "Đơn vị thành viên gửi báo cáo sơ kết kèm minh chứng qua hệ thống dùng chung, chậm nhất hết quý II."
OTHER = "Cụm trưởng công bố báo cáo sơ kết của đơn vị thành viên tại hội nghị giữa năm, kèm nhận xét."


@pytest.fixture
def second(world: Any) -> DocumentVersion:
    """A second draft in which khoản 1 was written almost anew and khoản 3 is new; a comment stands at the old one."""
    first = stage.draft(world, _tree(OLD, SAME))
    return stage.draft(world, _tree(ANEW, SAME, OTHER), document=first.document)


def _at(version: DocumentVersion) -> dict[str, Any]:
    return dict(version.texts.values_list("path", "provision_id"))


def _first(version: DocumentVersion) -> DocumentVersion:
    return version.document.versions.get(ordinal=1)


def test_only_the_doubtful_pair_is_asked_with_its_guess_first(second: DocumentVersion) -> None:
    (one,) = pairs.doubtful(second)
    assert one.from_paths == ["1/1"]
    asked = pairs.question(_first(second), second, one)
    assert asked.where == "khoản 1 Điều 1"
    assert [answer.to for answer in asked.answers] == [["1/1"], ["1/3"], []]
    assert [answer.key for answer in asked.answers] == ["1", "2", "0"]


def test_a_confirmed_guess_is_asked_no_more(world: Any, second: DocumentVersion) -> None:
    before = _at(second)
    decide_pair(second, ["1/1"], ["1/1"], by=world.mandate(BY), now=world.now)
    assert pairs.doubtful(second) == []
    assert _at(second) == before
    assert second.changes.get(from_paths=["1/1"]).confirmed_by == world.mandate(BY)


def test_another_clause_than_the_guess_takes_the_identity_over(world: Any, second: DocumentVersion) -> None:
    old = _at(_first(second))["1/1"]
    text = content_of(second)
    decide_pair(second, ["1/1"], ["1/3"], by=world.mandate(BY), now=world.now)
    at = _at(second)
    assert at["1/3"] == old
    assert at["1/1"] != old
    assert at["1/2"] == _at(_first(second))["1/2"]
    assert content_of(second) == text
    words = {tuple(one.to_paths): one.change for one in second.changes.all()}
    assert words["1/3",] == "reworded"
    assert words["1/1",] == "inserted"


def test_a_dropped_clause_leaves_its_number_to_a_new_one_and_undo_brings_it_back(
    world: Any, second: DocumentVersion
) -> None:
    old, before = _at(_first(second))["1/1"], _at(second)
    count = Provision.objects.count()
    decide_pair(second, ["1/1"], [], by=world.mandate(BY), now=world.now)
    assert old not in _at(second).values()
    assert second.changes.get(change="deleted").from_paths == ["1/1"]
    undo_pair(second, by=world.mandate(BY), now=world.now)
    assert _at(second) == before
    assert [one.from_paths for one in pairs.doubtful(second)] == [["1/1"]]
    assert Provision.objects.count() == count
    assert undo_pair(second, by=world.mandate(BY), now=world.now) is None


def test_a_comment_goes_with_the_answer(world: Any) -> None:
    first = stage.draft(world, _tree(OLD, SAME))
    closes = world.now + timedelta(days=20)
    round = open_round(first, by=world.mandate("leader:CQD"), now=world.now, closes_at=closes)
    comment = stage.said(world, round, path="1/1")
    stage.closed(world, round)
    version = stage.draft(world, _tree(ANEW, SAME, OTHER), document=first.document)

    def seen_at() -> str:
        page = clause_page(standing_of(version.document), version, world.mandate(BY), world.now)
        return next(
            row["path"] for row in page.rows for note in row.get("notes", []) if note["id"] == f"gy-{comment.pk}"
        )

    assert seen_at() == "1/1"
    decide_pair(version, ["1/1"], ["1/3"], by=world.mandate(BY), now=world.now)
    assert seen_at() == "1/3"


def test_a_doubtful_split_may_be_one_clause_only(world: Any) -> None:
    long = OLD.rstrip(".") + "; báo cáo tổng kết gửi trước ngày 30 tháng 11, có chữ ký của người đứng đầu đơn vị."
    first = stage.draft(world, _tree(long, SAME))
    parts = (
        "Đơn vị thành viên gửi báo cáo sơ kết qua hệ thống dùng chung trước ngày 15 tháng 6.",
        "Báo cáo tổng kết gửi chậm nhất ngày 30 tháng 11, có ký số của người đứng đầu.",
    )
    version = stage.draft(world, _tree(*parts, SAME), document=first.document)
    change = version.changes.get(from_paths=["1/1"])
    assert (change.change, change.to_paths) == ("split", ["1/1", "1/2"])
    if not change.asked:
        version.changes.filter(pk=change.pk).update(asked=True)
    offered = pairs.question(first, version, version.changes.get(pk=change.pk)).answers
    assert [one.to for one in offered] == [["1/1", "1/2"], ["1/1"], ["1/2"], []]
    decide_pair(version, ["1/1"], ["1/2"], by=world.mandate(BY), now=world.now)
    words = {(tuple(one.from_paths), tuple(one.to_paths)): one.change for one in version.changes.all()}
    assert words[("1/1",), ("1/2",)] == "reworded"
    assert words[(), ("1/1",)] == "inserted"


def test_a_pair_that_is_not_in_doubt_is_left_alone(world: Any, second: DocumentVersion) -> None:
    by = world.mandate(BY)
    with pytest.raises(Invalid, match="đã được quyết định"):
        decide_pair(second, ["1/2"], [], by=by, now=world.now)
    with pytest.raises(Invalid, match="không có trong dự thảo mới"):
        decide_pair(second, ["1/1"], ["9/9"], by=by, now=world.now)
    decide_pair(second, ["1/1"], ["1/1"], by=by, now=world.now)
    with pytest.raises(Invalid, match="đã được quyết định"):
        decide_pair(second, ["1/1"], [], by=by, now=world.now)


def test_a_frozen_draft_keeps_its_pairs(world: Any, second: DocumentVersion) -> None:
    closes = world.now + timedelta(days=20)
    open_round(second, by=world.mandate("leader:CQD"), now=world.now, closes_at=closes)
    with pytest.raises(WrongState, match="đã khóa nội dung"):
        decide_pair(second, ["1/1"], [], by=world.mandate(BY), now=world.now)
    with pytest.raises(NotAllowed):
        undo_pair(second, by=world.mandate("secretary:CA"), now=world.now)


def test_the_page_asks_one_question_and_takes_its_answer_and_back(world: Any, client: Any, second: Any) -> None:
    client.force_login(world.mandate(BY).user)
    here = address(second.document, "pair", 2)
    page = client.get(here).content.decode()
    assert "Còn 1 chỗ máy chưa chắc" in page
    assert 'data-key="2"' in page
    answer = {"cu": json.dumps(["1/1"]), "moi": json.dumps(["1/3"])}
    page = client.post(here, answer, follow=True).content.decode()
    assert "Đã quyết định xong mọi chỗ ghép." in page
    assert "đã được quyết định" in client.post(here, answer, follow=True).content.decode()
    assert "Chọn một trong các câu trả lời" in client.post(here, {"cu": "x"}, follow=True).content.decode()
    page = client.post(address(second.document, "undo-pair", 2), follow=True).content.decode()
    assert "Còn 1 chỗ máy chưa chắc" in page
    assert "Ghép điều khoản: còn 1 chỗ" in client.get(address(second.document, "version", 2)).content.decode()


def test_saving_a_draft_with_doubts_leads_to_the_questions(world: Any, client: Any) -> None:
    first = stage.draft(world, _tree(OLD, SAME))
    made = stage.imported(world, _tree(ANEW, SAME, OTHER), document=first.document)
    client.force_login(world.mandate(BY).user)
    place = [world.year.cluster.code, world.year.number, made.pk]
    answer = client.post(reverse("documents:save-draft", args=place))
    assert answer.url == address(first.document, "pair", 2)


def test_a_working_copy_taken_up_before_the_decision_follows_it(world: Any, second: DocumentVersion) -> None:
    by, old = world.mandate(BY), _at(_first(second))["1/1"]
    writing = start_writing(world.year, by=by, now=world.now, document=second.document)

    def save(place: int, text: str) -> None:
        row = writing.rows[place]
        write(writing, Act("save", row["id"], text=text), seen=mark_of(row), by=by, now=world.now)

    save(3, "Như khoản 3 Điều 1.")
    keep_unfinished(writing, UUID(writing.rows[4]["id"]), heading="", text="Đang gõ.", seen="", by=by, now=world.now)
    decide_pair(second, ["1/1"], ["1/3"], by=by, now=world.now)
    writing = Writing.objects.get()
    assert [row["id"] for row in writing.rows] == [
        str(one) for one in second.texts.order_by("position").values_list("provision", flat=True)
    ]
    assert writing.unfinished.get().clause == old
    (step,) = writing.steps.all()
    undo_writing(writing, step=step.pk, back=True, by=by, now=world.now)
    undo_writing(writing, step=step.pk, back=False, by=by, now=world.now)
    writing.unfinished.all().delete()
    save(2, f"{ANEW} Gửi bản điện tử.")
    third = finish_writing(writing, by=by, now=world.now)
    assert _at(third)["1/3"] == old
    assert _at(third)["1/1"] == _at(second)["1/1"] != old
    assert {tuple(one.to_paths): one.change for one in third.changes.all()}["1/1",] == "reworded"


def test_a_draft_that_another_one_follows_is_paired_no_more(world: Any, second: DocumentVersion) -> None:
    by = world.mandate(BY)
    decide_pair(second, ["1/1"], ["1/3"], by=by, now=world.now)
    stage.draft(world, _tree(ANEW, SAME + " Gửi bản điện tử.", OTHER), document=second.document)
    before = _at(second)
    with pytest.raises(WrongState, match="Đã có dự thảo sau dự thảo 2"):
        undo_pair(second, by=by, now=world.now)
    with pytest.raises(WrongState, match="Đã có dự thảo sau dự thảo 2"):
        decide_pair(second, ["1/1"], ["1/1"], by=by, now=world.now)
    assert _at(second) == before
