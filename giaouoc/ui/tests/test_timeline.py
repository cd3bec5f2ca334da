"""The year as months across."""

import itertools
from datetime import UTC, date, datetime

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from giaouoc.ui.timeline import PLOT, Place, lay_out, place


def bit(label="Họp", first="2026-03-06", last=None, row="Hội nghị", **more):
    return {"row": row, "label": label, "from": first, "to": last, **more}


def test_a_day_stands_at_its_part_of_the_month():
    start = date(2026, 1, 1)
    assert place(date(2026, 1, 1), start) == Place(0, 0)
    assert place(date(2026, 4, 16), start) == Place(3, 20)
    assert place(date(2026, 12, 31), start, after=True) == Place(12, 0)


def test_a_year_may_begin_in_any_month_and_names_the_new_year():
    line = lay_out([], start="2026-09-15", months=11)
    assert [month.name for month in line.months][:5] == ["9", "10", "11", "12", "1-2027"]
    assert len(line.months) == 11


def test_names_that_would_cover_each_other_take_two_lanes():
    row = lay_out([bit("Tọa đàm chuyển đổi số", "2026-05-04"), bit("Giao lưu", "2026-05-10")], start="2026-01-01").rows[
        0
    ]
    assert row.lanes == 2
    assert {one.lane for one in row.bits} == {0, 1}
    apart = lay_out([bit("Sơ kết", "2026-05-04"), bit("Giao lưu", "2026-09-10")], start="2026-01-01").rows[0]
    assert apart.lanes == 1


def test_a_name_near_the_right_edge_stands_before_its_day():
    assert lay_out([bit("Tổng kết năm", "2026-12-20")], start="2026-01-01").rows[0].bits[0].back
    assert not lay_out([bit("Tổng kết năm", "2026-11-01")], start="2026-01-01").rows[0].bits[0].back


def test_what_lies_outside_is_left_out_and_what_reaches_beyond_is_cut():
    items = [
        bit("trước", "2025-12-01", "2025-12-31"),
        bit("sau", "2027-01-01"),
        bit("vắt", "2025-11-01", "2027-05-01"),
        bit("không ngày", None),
    ]
    (row,) = lay_out(items, start="2026-01-01").rows
    (one,) = row.bits
    assert (one.label, one.start, one.end) == ("vắt", Place(0, 0), Place(12, 0))
    assert one.when == "01-11-2025 đến 01-5-2027"


def test_today_is_a_line_only_within_the_span():
    at = datetime(2026, 2, 23, 18, tzinfo=UTC)  # the 24th in Vietnam
    line = lay_out([bit()], start="2026-01-01", today=at)
    assert line.today == place(date(2026, 2, 24), date(2026, 1, 1))
    assert line.today_name == "Hôm nay, 24-02"
    assert lay_out([bit()], start="2026-01-01", today=date(2027, 2, 1)).today is None


days = st.dates(date(2025, 6, 1), date(2027, 6, 1))
labels = st.text(alphabet="abc đê", min_size=1, max_size=400)


@given(st.lists(st.tuples(labels, days, days), max_size=30), st.integers(1, 30))
def test_no_name_covers_another_or_leaves_the_axis(entries, months):
    items = [bit(label, first, last) for label, first, last in entries]
    line = lay_out(items, start=date(2026, 1, 1), months=months)
    for row in line.rows:
        for one in row.bits:
            assert 0 <= one.first <= one.last <= len(line.months) <= 24
            assert 0 <= one.start.part <= 40 and 0 <= one.end.part <= 40
        if row.lanes < 16:
            for lane in range(row.lanes):
                inside = sorted((one for one in row.bits if one.lane == lane), key=lambda one: one.first)
                assert all(a.last <= b.first for a, b in itertools.pairwise(inside))


def test_the_template_places_by_classes_and_escapes():
    from django.template import Context, Template

    source = "{% load ui_tags %}{% timeline items start='2026-01-01' today='2026-02-24' %}"
    page = Template(source).render(Context({"items": [bit("<b>Ký</b>", url="/a/?x=1&y='")]}))
    assert "style=" not in page and "<b>" not in page
    assert 'class="bit l-0 m-2 d-6 em-2 ed-8"' in page
    assert "06-3" in page


def test_an_empty_year_draws_nothing():
    assert render_to_string("ui/timeline.html", {"line": lay_out([], start="2026-01-01")}).strip() == ""


def test_the_start_is_needed():
    with pytest.raises(ValueError, match="starts with"):
        lay_out([], start=None)


def test_the_narrowest_plot_matches_the_style_sheet():
    # 60rem less two gutters (3vw), the box's padding and border, and the column of kinds
    assert PLOT <= 960 - 2 * 28.8 - 2 * 16 - 2 - 136
