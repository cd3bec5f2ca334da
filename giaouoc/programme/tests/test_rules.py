"""What is read from a plan, and which unit a text means."""

from __future__ import annotations

from datetime import date

import pytest

from giaouoc.lib.canonical import canonical_json, fingerprint
from giaouoc.programme.rules.from_plan import activities_in, columns_of, kind_of, month_of, read_plan, same_title
from giaouoc.programme.rules.units import UnitNames, unit_meant, units_meant

from .pacts import PLAN, node

BODY = "Ban Tuyên giáo và Dân vận "
UNITS = [
    UnitNames(code, (BODY + parent, parent, short))
    for code, parent, short in [
        ("CQD", "Đảng ủy các cơ quan Đảng Thành phố", "Các cơ quan Đảng Thành phố"),
        ("UBND", "Đảng ủy UBND Thành phố", "UBND Thành phố"),
        ("CA", "Đảng ủy Công an Thành phố", "Công an Thành phố"),
        ("QS", "Đảng ủy Quân sự Thành phố", "Quân sự Thành phố"),
        ("DHQG", "Đảng ủy Đại học Quốc gia TPHCM", "Đại học Quốc gia"),
    ]
]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Đảng ủy Công an Thành phố", "CA"),
        ("Ban Tuyên giáo và Dân vận Đảng ủy Công an Thành phố", "CA"),
        ("CÔNG AN THÀNH PHỐ", "CA"),
        ("Đảng uỷ Ủy ban nhân dân Thành phố", "UBND"),
        ("UBND TP", "UBND"),
        ("Đảng ủy Đại học Quốc gia Thành phố Hồ Chí Minh", "DHQG"),
        ("ĐHQG", "DHQG"),
        ("qs", "QS"),
        ("Các đơn vị thành viên", None),
        ("Thành phố", None),
        ("Sở Nội vụ", None),
        ("", None),
    ],
)
def test_a_unit_is_known_by_each_of_its_names(text: str, code: str | None) -> None:
    assert unit_meant(text, UNITS) == code


def test_a_cell_names_several_units_or_all() -> None:
    assert units_meant("Đảng ủy Công an Thành phố\nĐảng ủy Quân sự Thành phố", UNITS) == ["CA", "QS"]
    assert units_meant("UBND Thành phố; Công an Thành phố, Sở Nội vụ", UNITS) == ["UBND", "CA"]
    assert units_meant("Các đơn vị thành viên", UNITS) == ["CQD", "UBND", "CA", "QS", "DHQG"]
    assert units_meant("", UNITS) == []


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("5", date(2026, 5, 1)),
        ("02", date(2026, 2, 1)),
        ("Tháng 8", date(2026, 8, 1)),
        ("tháng 10 năm 2026", date(2026, 10, 1)),
        ("8/2026", date(2026, 8, 1)),
        ("15/7/2026", date(2026, 7, 1)),
        ("ngày 06-3-2026", date(2026, 3, 1)),
        ("Quý III", date(2026, 7, 1)),
        ("QUÝ IV", date(2026, 10, 1)),
        ("quý 2", date(2026, 4, 1)),
        ("6 - 7", date(2026, 6, 1)),
        ("01/2027", date(2027, 1, 1)),
        ("13", None),
        ("Cả năm", None),
        ("", None),
    ],
)
def test_a_month_is_read_as_plans_write_it(text: str, month: date | None) -> None:
    assert month_of(text, 2026) == month


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Lớp tập huấn nghiệp vụ", "training"),
        ("Tọa đàm chuyển đổi số", "seminar"),
        ("Toạ đàm", "seminar"),
        ("Giao lưu văn hóa, văn nghệ", "exchange"),
        ("Báo cáo sáu tháng", "other"),
    ],
)
def test_the_kind_follows_the_words(title: str, kind: str) -> None:
    assert kind_of(title) == kind


def test_the_columns_are_found_by_their_heads_in_any_order() -> None:
    assert columns_of(
        ["STT", "Tháng", "Nội dung hoạt động", "Đơn vị chủ trì", "Đơn vị phối hợp", "Kết quả dự kiến"]
    ) == {
        "number": 0,
        "when": 1,
        "title": 2,
        "host": 3,
        "co_hosts": 4,
        "result": 5,
    }
    assert columns_of(["TT", "Họ và tên", "Chức vụ"]) == {}


def test_rows_that_are_only_a_heading_are_left_out_and_lend_their_quarter() -> None:
    rows = [["TT", "Nội dung", "Chủ trì", "Thời gian"], ["QUÝ II", "", "", ""], ["", "Quý II", "", ""]]
    rows += [["1", "Tập huấn", "Công an Thành phố", ""]]
    found = activities_in([node("table", None, None, "", rows=rows)], UNITS, 2026)
    assert [(one.title, one.host, one.planned_on) for one in found] == [("Tập huấn", "CA", date(2026, 4, 1))]


def test_a_short_row_and_an_unknown_host_lose_nothing() -> None:
    rows = [
        ["Nội dung", "Thời gian", "Chủ trì", "Sản phẩm"],
        ["Hội thi", "9", "Nhà Văn hóa Thanh niên"],
        ["Thăm hỏi", "7"],
    ]
    found = activities_in([node("table", None, None, "", rows=rows)], UNITS, 2026)
    assert [(one.title, one.host, one.host_text) for one in found] == [
        ("Hội thi", None, "Nhà Văn hóa Thanh niên"),
        ("Thăm hỏi", None, ""),
    ]


def test_other_tables_and_a_plan_without_one_give_no_activities() -> None:
    table = node("table", None, None, "", rows=[["TT", "Họ tên"], ["1", "A"]])
    assert activities_in([table], UNITS, 2026) == []
    assert read_plan([], UNITS, 2026).activities == []


def test_promises_are_split_at_the_colon_and_duties_are_none() -> None:
    found = read_plan(PLAN, UNITS, 2026)
    assert [(one.text, one.measure) for one in found.promises] == [
        ("Khai thông thể chế", "Mỗi đơn vị gửi ít nhất hai kiến nghị"),
        ("Trả lời đúng hạn toàn bộ kiến nghị được chuyển đến", ""),
    ]
    assert found.measures == ["Các đơn vị giúp nhau áp dụng mô hình hay."]
    assert found.reporting == "Báo cáo trước ngày 20 tháng 6."


def test_a_promise_under_a_table_or_in_an_annex_is_not_taken() -> None:
    annex = node("annex", "I", "Phụ lục", "", node("paragraph", "1", None, "Mỗi đơn vị nộp một bản."))
    assert read_plan([annex], UNITS, 2026).promises == []


def test_titles_are_the_same_whatever_stops_stand_between() -> None:
    assert same_title("Giao lưu văn hóa, văn nghệ", "Giao lưu văn hóa văn nghệ ")
    assert not same_title("Tọa đàm 1", "Tọa đàm 2")


def test_the_canonical_form_is_nfc_with_sorted_keys() -> None:
    assert canonical_json({"b": 1, "a": ["Đảng u\u0309y"]}) == '{"a":["Đảng ủy"],"b":1}'.encode()
    assert fingerprint({"a": "u\u0309"}) == fingerprint({"a": "ủ"})


def test_the_canonical_form_takes_no_floats() -> None:
    with pytest.raises(TypeError):
        canonical_json({"share": 0.5})
