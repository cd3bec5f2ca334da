"""Bảng tổng hợp, tiếp thu, giải trình: a Word file with the same rows, set for Vietnamese."""

import io
import zipfile
from datetime import date
from xml.etree import ElementTree

import docx
import pytest
from docx.shared import Mm

from giaouoc.documents.paper.response_table import (
    HEADINGS,
    ResponsePaper,
    ResponseRow,
    clause_words,
    render_response_table,
)

from . import paper_samples as samples

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ROWS = (
    ResponseRow(
        unit="Đảng ủy Công an Thành phố",
        old="khoản 2 Điều 5",
        content="Thời hạn quá gấp.",
        proposal="Sửa “05 ngày” thành “07 ngày”.",
        reason="Nhiều cơ sở.\nKhó tổng hợp.",
        decision="Tiếp thu",
        explanation="Đã sửa.",
        new="khoản 3 Điều 6",
        after="Báo cáo gửi trong 07 ngày.",
    ),
    ResponseRow(unit="Đảng ủy Quân sự Thành phố", old="", content=samples.HOSTILE, decision="Không tiếp thu"),
    ResponseRow(unit="Đảng ủy UBND Thành phố", old="Điều 9", content="Bỏ điều này", new=""),
)


def paper(**changes):
    return ResponsePaper(
        **{
            "cluster_name": samples.CLUSTER,
            "supervising_body": samples.SUPERVISOR,
            "subject": "ý kiến góp ý dự thảo Quy chế (Dự thảo 1)",
            "place": samples.PLACE,
            "day": date(2026, 3, 4),
            "rows": ROWS,
            "agreed": ("Đảng ủy UBND Thành phố",),
            "silent": ("Đảng ủy Đại học Quốc gia TPHCM", "Đảng ủy Khối"),
            "content_hash": samples.sha("q"),
            **changes,
        }
    )


def opened(**changes):
    return docx.Document(io.BytesIO(render_response_table(paper(**changes))))


def cells(document):
    return [[cell.text for cell in row.cells] for row in document.tables[1].rows]


def words(document):
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_reopened_it_has_the_same_rows_in_order():
    head, first, second, third = cells(opened())
    assert head == list(HEADINGS)
    assert first == [
        "1",
        "khoản 2 Điều 5 → khoản 3 Điều 6",
        "Đảng ủy Công an Thành phố",
        "Nội dung: Thời hạn quá gấp.\nĐề xuất: Sửa “05 ngày” thành “07 ngày”.\nLý do: Nhiều cơ sở.\nKhó tổng hợp.",
        "Tiếp thu\nĐã sửa.",
        "Báo cáo gửi trong 07 ngày.",
    ]
    assert second[1:4] == ["Toàn văn", "Đảng ủy Quân sự Thành phố", f"Nội dung: {samples.HOSTILE}"]
    assert third[1] == "Điều 9 → đã bỏ"


def test_units_that_agreed_and_units_that_kept_silent_stand_below():
    text = words(opened())
    assert "Đơn vị thống nhất, không có ý kiến thêm (01): Đảng ủy UBND Thành phố." in text
    assert "Đơn vị chưa gửi ý kiến (02): Đảng ủy Đại học Quốc gia TPHCM; Đảng ủy Khối." in text
    assert samples.sha("q") in text
    assert "Đơn vị" not in words(opened(agreed=(), silent=()))


def test_without_comments_a_sentence_stands_for_the_table():
    document = opened(rows=())
    assert "Không có ý kiến góp ý." in words(document)
    assert len(document.tables) == 1


def test_the_sheet_lies_across_with_the_margins_of_the_style():
    section = opened().sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    edges = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(edge.mm) for edge in edges] == [20, 20, 30, 15]
    table = opened().tables[1]
    assert sum(column.width for column in table.columns) <= Mm(297 - 45) + 2000


def test_the_head_is_that_of_the_body():
    head = "\n".join(cell.text for cell in opened().tables[0].rows[0].cells)
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in head
    assert "CỤM THI ĐUA 17\n*" in head
    assert "Thành phố Hồ Chí Minh, ngày 04 tháng 3 năm 2026" in head
    state = "\n".join(cell.text for cell in opened(body_kind="state").tables[0].rows[0].cells)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc" in state


def test_the_xml_is_what_word_expects():
    with zipfile.ZipFile(io.BytesIO(render_response_table(paper()))) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    document = ElementTree.fromstring(parts["word/document.xml"])
    styles = ElementTree.fromstring(parts["word/styles.xml"])
    tables = list(document.iter(f"{W}tbl"))
    for table in tables:
        columns = len(table.find(f"{W}tblGrid"))
        assert all(len(row.findall(f"{W}tc")) == columns for row in table.iter(f"{W}tr"))
    for cell in document.iter(f"{W}tc"):
        assert cell[-1].tag == f"{W}p"
    rows = list(tables[1].iter(f"{W}tr"))
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, False, False, False]
    languages = {tuple(language.attrib.values()) for language in styles.iter(f"{W}lang")}
    assert languages == {("vi-VN", "vi-VN")}
    normal = next(style for style in styles.iter(f"{W}style") if style.get(f"{W}styleId") == "Normal")
    assert set(normal.find(f"{W}rPr/{W}rFonts").attrib.values()) == {"Times New Roman"}
    assert b"PAGE" in parts["word/header1.xml"]


def test_characters_that_xml_cannot_hold_are_left_out():
    row = ResponseRow(unit="A\x00\x07B", old="Điều 1", content="x\ud800y\tz\r\nw")
    assert cells(opened(rows=(row,)))[1][2:4] == ["AB", "Nội dung: xy z\nw"]


def test_the_same_table_gives_the_same_bytes():
    assert render_response_table(paper()) == render_response_table(paper())


def test_a_trial_says_so():
    assert "Bản thử nghiệm, không có giá trị pháp lý" in words(opened(trial=True))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Điều 1", None, "Điều 1"),
        ("Điều 1", "Điều 1", "Điều 1"),
        ("Điều 1", "Điều 2", "Điều 1 → Điều 2"),
        ("Điều 1", "", "Điều 1 → đã bỏ"),
        ("", None, "Toàn văn"),
        ("", "", "Toàn văn"),
    ],
)
def test_the_clause_is_named_as_it_was_and_as_it_is(old, new, shown):
    assert clause_words(old, new) == shown
