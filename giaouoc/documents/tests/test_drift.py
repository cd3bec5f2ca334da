"""Viện dẫn lạc chỗ: a reference that a new Word file left as it was while its clause got another number, or went."""

from __future__ import annotations

from typing import Any

from giaouoc.documents.actions import writing as acts
from giaouoc.documents.actions.pairing import decide_pair
from giaouoc.documents.models import DocumentVersion
from giaouoc.documents.rules.writing import Act, mark_of

from . import stage
from .stage import node

BY = "secretary:CQD"
HOME = "Trụ sở của Cụm đặt tại cơ quan thường trực của đơn vị Cụm trưởng."
CALLS = "Cụm trưởng triệu tập hội nghị của Cụm ít nhất mỗi quý một lần."
MONEY = "Kinh phí hoạt động do các đơn vị thành viên cùng đóng góp hằng năm."


def _tree(last: str, *articles: str) -> list[dict[str, Any]]:
    rows = [node("article", str(at), words, f"Tên {words[:9]}") for at, words in enumerate((*articles, last), 1)]
    return [node("preamble", None, "", "QUY CHẾ"), *rows]


def _told(version: DocumentVersion) -> list[tuple[str, str, str]]:
    version.refresh_from_db()
    return [(one["where"], one["code"], one["params"]["words"]) for one in version.warnings if "words" in one["params"]]


def test_a_word_file_that_left_its_references_is_told_where_they_should_lead(world: Any, client: Any) -> None:
    says = "Thực hiện theo Điều 1, Điều 2; theo Điều 3 Luật Thi đua."
    first = stage.draft(world, _tree(says, CALLS, MONEY))
    assert _told(first) == []
    second = stage.draft(world, _tree(says, HOME, CALLS, MONEY), document=first.document)
    assert _told(second) == [("4", "drifted", "Điều 1, Điều 2")]
    assert second.warnings[0]["params"]["now"] == "Điều 2, Điều 3"
    world.sign_in(client, BY)
    page = client.get(world.url(f"van-ban/{first.document.slug}/")).content.decode()
    assert "điều khoản ấy nay là Điều 2, Điều 3" in page
    world.sign_in(client, "secretary:CA")
    assert "Viện dẫn cần xem lại" not in client.get(world.url(f"van-ban/{first.document.slug}/")).content.decode()
    third = stage.draft(
        world, _tree(says.replace("Điều 1, Điều 2", "Điều 2, Điều 3"), HOME, CALLS, MONEY), document=first.document
    )
    assert _told(third) == []
    fourth = stage.draft(world, _tree("Thực hiện theo Điều 2, Điều 3.", HOME, MONEY), document=first.document)
    assert [one[1] for one in _told(fourth)] == ["adrift"]


def test_a_cell_and_a_footnote_do_not_follow_by_themselves_and_are_told(world: Any) -> None:
    table = node("table", None) | {"rows": [["Nội dung", "Căn cứ"], ["Hội nghị", "Điều 1"]]}
    noted = node("article", "2", MONEY, "Kinh phí", table) | {"notes": ["Xem thêm Điều 1."]}
    first = stage.draft(world, [node("preamble", None, "", "QUY CHẾ"), node("article", "1", CALLS, "Hội nghị"), noted])
    by, now = world.mandate(BY), world.now
    writing = acts.start_writing(world.year, by=by, now=now, document=first.document)
    row = writing.rows[1]
    acts.write(writing, Act("add", row["id"]), seen=mark_of(row), by=by, now=now)
    row = writing.rows[1]
    acts.write(writing, Act("down", row["id"]), seen=mark_of(row), by=by, now=now)
    second = acts.finish_writing(writing, by=by, now=now)
    told = [one for one in _told(second) if one[1] == "drifted"]
    assert [one[2] for one in told] == ["Điều 1", "Điều 1"]
    assert told[0][0] == "3"


def test_a_reference_whose_clause_was_dropped_on_the_page_is_told_behind_the_draft_too(world: Any, client: Any) -> None:
    """Its number is another clause's now, so that it would read as if all were well."""
    first = stage.draft(world, _tree("Thực hiện theo Điều 1.", CALLS, MONEY))
    by, now = world.mandate(BY), world.now
    writing = acts.start_writing(world.year, by=by, now=now, document=first.document)
    row = writing.rows[1]
    acts.write(writing, Act("drop", row["id"]), seen=mark_of(row), by=by, now=now)
    second = acts.finish_writing(writing, by=by, now=now)
    assert _told(second) == [("2", "adrift", "Điều 1")]
    world.sign_in(client, BY)
    page = client.get(world.url(f"van-ban/{first.document.slug}/")).content.decode()
    assert "Viện dẫn “Điều 1” vẫn như dự thảo trước, nhưng điều khoản ấy đã bỏ." in page


def test_references_are_told_anew_with_what_is_decided_of_a_pair(world: Any) -> None:
    old = "Đơn vị thành viên gửi báo cáo sơ kết về Cụm trưởng trước ngày 15 tháng 6 bằng văn bản."
    anew = "Đơn vị thành viên gửi báo cáo sơ kết kèm minh chứng qua hệ thống dùng chung, chậm nhất hết quý II."
    other = "Cụm trưởng công bố báo cáo sơ kết của đơn vị thành viên tại hội nghị giữa năm, kèm nhận xét."
    says = "Việc xét khen thưởng cuối năm căn cứ Điều 1."
    first = stage.draft(world, [node("article", "1", old), node("article", "2", says)])
    second = stage.draft(
        world,
        [node("article", "1", anew), node("article", "2", says), node("article", "3", other)],
        document=first.document,
    )
    assert _told(second) == []
    decide_pair(second, ["1"], ["3"], by=world.mandate(BY), now=world.now)
    assert [one[1:] for one in _told(DocumentVersion.objects.get(pk=second.pk))] == [("drifted", "Điều 1")]


def test_a_reference_that_stands_twice_in_a_clause_is_told_once(world: Any) -> None:
    says = "Thực hiện theo Điều 1; việc khác cũng theo Điều 1 Quy chế này."
    first = stage.draft(world, _tree(says, CALLS))
    second = stage.draft(world, _tree(says, HOME, CALLS), document=first.document)
    assert _told(second) == [("3", "drifted", "Điều 1")]


def test_a_reference_to_what_was_merged_is_told_where_that_stands_now(world: Any) -> None:
    says = node("article", "2", "Việc triệu tập theo khoản 2 Điều 1 Quy chế này.", "Thi hành")

    def text(*words: str) -> list[dict[str, Any]]:
        rows = [node("paragraph", str(at), one) for at, one in enumerate(words, 1)]
        return [node("preamble", None, "", "QUY CHẾ"), node("article", "1", "", "Hội nghị", *rows), says]

    first = stage.draft(world, text(HOME, CALLS, MONEY))
    second = stage.draft(world, text(f"{HOME} {CALLS}", MONEY), document=first.document)
    assert "merged" in {one.change for one in second.changes.all()}
    assert _told(second) == [("2", "drifted", "khoản 2 Điều 1")]
    assert second.warnings[0]["params"]["now"] == "khoản 1 Điều 1"
