"""The Word importer: the samples come out equal, and the habits that their rules name are understood."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giaouoc.documents.rules.align import align
from giaouoc.documents.rules.draft_import import Draft, import_draft

from .word_files import W, docx, everything, para, table, walk

pytestmark = pytest.mark.once

DATA = Path(__file__).parent / "data"
DRAFTS = Path(__file__).resolve().parents[2] / "demo" / "data"


def shape(draft: Draft) -> list[tuple[str, str | None]]:
    return [(node["kind"], node["number"]) for node in walk(draft.tree)]


@pytest.mark.parametrize("name", ["quy-che-du-thao-1", "quy-che-du-thao-2", "ke-hoach-2026-du-thao-1"])
def test_a_sample_draft_comes_out_equal_to_its_tree(name: str) -> None:
    expected = json.loads((DATA / f"{name}.tree.json").read_text(encoding="utf-8"))
    assert import_draft((DRAFTS / f"{name}.docx").read_bytes()).tree == expected


def test_what_became_of_each_clause_is_the_truth_of_the_sample() -> None:
    trees = [json.loads((DATA / f"quy-che-du-thao-{n}.tree.json").read_text(encoding="utf-8")) for n in (1, 2)]
    truth = json.loads((DATA / "quy-che-thay-doi.json").read_text(encoding="utf-8"))
    found = {(one.from_paths, one.to_paths, one.change) for one in align(*trees)}
    assert found == {(tuple(one["from"]), tuple(one["to"]), one["change"]) for one in truth}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("Điều 1. Phạm vi", "1"),
        ("Điều 1: Phạm vi", "1"),
        ("ĐIỀU 1. Phạm vi", "1"),
        ("Điều  1. Phạm vi", "1"),
        ("\u00d0iều 1. Phạm vi", "1"),
        ("Đi\u00ea\u0300u 1. Phạm vi", "1"),
        ("Điều\u00a01.\tPhạm vi", "1"),
        ("\u200bĐiều 1. Phạm vi", "1"),
        ("Điều 5a. Phạm vi", "5a"),
        ("Điều 1\nPhạm vi", "1"),
    ],
)
def test_an_article_is_known_however_it_is_typed(typed: str, number: str) -> None:
    node = import_draft(docx(para(typed, bold=True), para("1. Một."))).tree[0]
    assert (node["kind"], node["number"], node["heading"]) == ("article", number, "Phạm vi")


def test_a_heading_on_the_next_line_belongs_to_its_chapter() -> None:
    draft = import_draft(
        docx(
            para("CHƯƠNG 1:", bold=True, centred=True),
            para("QUY ĐỊNH CHUNG", bold=True, centred=True),
            para("Điều 1. A", bold=True),
        )
    )
    assert (draft.tree[0]["number"], draft.tree[0]["heading"]) == ("1", "QUY ĐỊNH CHUNG")


def test_only_the_bold_part_of_an_article_is_its_heading() -> None:
    run = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Điều 5. </w:t></w:r><w:r><w:t>Chữ thường.</w:t></w:r></w:p>"
    node = import_draft(docx(run)).tree[0]
    assert (node["heading"], node["text"]) == (None, "Chữ thường.")


def test_a_decision_and_the_regulation_that_it_issues_keep_all_their_articles() -> None:
    blocks = [para("QUYẾT ĐỊNH", bold=True, centred=True), para("Căn cứ Luật;")]
    blocks += [para("Điều 1. Ban hành Quy chế."), para("Điều 2. Hiệu lực.")]
    blocks += [para("Nơi nhận:"), para("- Như Điều 2;")]
    blocks += [
        para("QUY CHẾ", bold=True, centred=True),
        para("Điều 1. Phạm vi", bold=True),
        para("Điều 2. Đối tượng", bold=True),
    ]
    kinds = shape(import_draft(docx(*blocks)))
    assert [kind for kind, _ in kinds].count("preamble") == 2
    assert [number for kind, number in kinds if kind == "article"] == ["1", "2", "1", "2"]


def test_quoted_articles_of_an_amending_text_are_text_of_their_clause() -> None:
    draft = import_draft(
        docx(
            para("Điều 1. Sửa đổi", bold=True),
            para("1. Sửa đổi Điều 7 như sau:"),
            para("“Điều 7. Tên mới"),
            para("1. Khoản mới.”."),
            para("2. Bãi bỏ Điều 9."),
        )
    )
    assert shape(draft) == [("article", "1"), ("paragraph", "1"), ("paragraph", "2")]
    assert "“Điều 7. Tên mới\n1. Khoản mới.”." in draft.tree[0]["children"][0]["text"]


def test_missing_and_doubled_numbers_are_kept_and_warned_of() -> None:
    draft = import_draft(docx(para("Điều 1. A", bold=True), para("1. Một."), para("3. Ba."), para("3. Lại ba.")))
    assert [number for kind, number in shape(draft) if kind == "paragraph"] == ["1", "3", "3"]
    said = " ".join(one.what for one in draft.warnings)
    assert "Thiếu khoản 2" in said
    assert "hai lần" in said


def test_a_reference_to_nowhere_is_warned_of_and_one_to_another_law_is_not() -> None:
    draft = import_draft(
        docx(
            para("Điều 1. A", bold=True),
            para("1. Theo khoản 9 Điều 1."),
            para("2. Theo Điều 26 Luật Thi đua, khen thưởng."),
        )
    )
    assert [one.where for one in draft.warnings] == ["1/1"]


def test_tracked_changes_count_as_accepted() -> None:
    text = (
        '<w:p><w:r><w:t>1. Giữ </w:t></w:r><w:ins w:id="1"><w:r><w:t>thêm</w:t></w:r></w:ins>'
        '<w:del w:id="2"><w:r><w:delText>bỏ</w:delText></w:r></w:del></w:p>'
    )
    draft = import_draft(docx(para("Điều 1. A", bold=True), text))
    assert draft.tree[0]["children"][0]["text"] == "Giữ thêm"
    assert any("Track Changes" in one.what for one in draft.warnings)


def test_a_line_whose_end_was_deleted_runs_into_the_next() -> None:
    first = (
        '<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr><w:r><w:t xml:space="preserve">1. Nửa </w:t></w:r></w:p>'
    )
    draft = import_draft(docx(para("Điều 1. A", bold=True), first, para("sau.")))
    assert draft.tree[0]["children"][0]["text"] == "Nửa sau."


def test_text_in_content_controls_and_in_shapes_is_found_once() -> None:
    inside = f"<w:sdt><w:sdtContent>{para('1. Trong khung.')}</w:sdtContent></w:sdt>"
    box = f"<w:txbxContent>{para('Trong hình')}</w:txbxContent>"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    shape_ = (
        f'<w:p><w:r><mc:AlternateContent xmlns:mc="{mc}"><mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    all_words = everything(import_draft(docx(para("Điều 1. A", bold=True), inside, shape_)).tree)
    assert all_words.count("Trong khung.") == 1
    assert all_words.count("Trong hình") == 1


def test_strict_files_and_a_main_part_of_another_name_are_read() -> None:
    strict = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
    draft = import_draft(docx(para("Điều 1. A", bold=True), main="word/noi-dung.xml", namespace=strict))
    assert shape(draft) == [("article", "1")]


def test_words_own_numbers_are_what_a_reader_sees() -> None:
    numbering = (
        f"<w:numbering {W}><w:abstractNum w:abstractNumId='0'>"
        "<w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='decimal'/><w:lvlText w:val='Điều %1.'/></w:lvl>"
        "<w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt w:val='lowerLetter'/><w:lvlText w:val='%2)'/></w:lvl>"
        "</w:abstractNum><w:num w:numId='5'><w:abstractNumId w:val='0'/></w:num></w:numbering>"
    )

    def counted(text: str, level: int, mark: str = "") -> str:
        about = f"<w:pPr><w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='5'/></w:numPr></w:pPr>"
        return f"<w:p>{about}<w:r>{mark}<w:t>{text}</w:t></w:r></w:p>"

    bold = "<w:rPr><w:b/></w:rPr>"
    blocks = [
        counted("Tên", 0, bold),
        counted("một", 1),
        counted("hai", 1),
        counted("Tên sau", 0, bold),
        counted("lại một", 1),
    ]
    draft = import_draft(docx(*blocks, extra={"word/numbering.xml": numbering}))
    assert shape(draft) == [("article", "1"), ("point", "a"), ("point", "b"), ("article", "2"), ("point", "a")]


def test_old_encodings_are_recognised_and_not_converted() -> None:
    run = '<w:p><w:r><w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr><w:t>§iÒu 1. Ph¹m vi</w:t></w:r></w:p>'
    draft = import_draft(docx(run))
    assert "§iÒu" in everything(draft.tree)
    assert any("TCVN3" in one.what for one in draft.warnings)


PREFIXES = [
    "Điều {}. ",
    "{}. ",
    "a) ",
    "đ) ",
    "i) ",
    "- ",
    "+ ",
    "",
    "Chương I ",
    "Mục 1 ",
    "{}) ",
    "({}) ",
    "I. ",
    "“",
    '"',
    "1.{} ",
]
PREFIXES += ["Nơi nhận: ", "PHỤ LỤC {} ", "QUY CHẾ ", "CHỦ TỊCH ", "A. ", "như sau: “", "[{}] ", "table", "break"]
LINES = st.lists(
    st.tuples(st.sampled_from(PREFIXES), st.integers(1, 30), st.booleans(), st.booleans()), min_size=1, max_size=40
)


@settings(max_examples=100)
@given(LINES)
def test_every_line_of_the_body_is_found_once_in_the_tree_in_order(parts: list[tuple[str, int, bool, bool]]) -> None:
    blocks, marks = [], []
    for place, (prefix, number, bold, centred) in enumerate(parts):
        mark = f"DÒNG{place:03d}X"
        marks.append(mark)
        if prefix == "table":
            blocks.append(table([[mark, "ô"]]))
        elif prefix == "break":
            marks.append(f"{mark}Y")
            blocks.append(para(f"{mark} a\na) {mark}Y b", bold=bold, centred=centred))
        else:
            blocks.append(
                para(
                    f"{prefix.format(number)}{mark} {'NỘI DUNG' if number % 2 else 'nội dung”'}",
                    bold=bold,
                    centred=centred,
                )
            )
    said = everything(import_draft(docx(*blocks)).tree)
    places = [said.find(mark) for mark in marks]
    assert -1 not in places
    assert places == sorted(places)
    assert all(said.count(mark) == (2 if f"{mark}Y" in marks else 1) for mark in marks)
