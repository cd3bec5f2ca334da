"""Dates, numbers and words on the pages."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from giaouoc.ui.templatetags import ui_tags as tags

LATE_EVENING = datetime(2026, 3, 5, 18, 30, tzinfo=UTC)  # already the 6th in Vietnam


def render(source: str, **context: object) -> str:
    return Template("{% load ui_tags %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 3, 6), "06-3-2026"),
        (date(2026, 2, 5), "05-02-2026"),
        (date(2026, 1, 31), "31-01-2026"),
        (date(2026, 10, 5), "05-10-2026"),
        (LATE_EVENING, "06-3-2026"),
        ("2026-12-06", "06-12-2026"),
        (None, ""),
        ("", ""),
    ],
)
def test_a_date_has_a_zero_before_days_and_the_first_two_months_only(value, shown):
    assert tags.vn_date(value) == shown


def test_times_are_vietnamese():
    assert tags.vn_time(LATE_EVENING) == "01:30"
    assert tags.vn_datetime(LATE_EVENING) == "01:30 ngày 06-3-2026"
    assert tags.iso(LATE_EVENING) == "2026-03-06T01:30+07:00"
    assert tags.vn_datetime(date(2026, 3, 6)) == "06-3-2026"
    assert tags.vn_weekday(date(2026, 2, 24)) == "Thứ ba"
    assert tags.vn_day(date(2026, 2, 28)) == "28-02"


@pytest.mark.parametrize(
    ("due", "now", "words"),
    [
        (date(2026, 2, 28), date(2026, 2, 24), "còn 4 ngày"),
        (date(2026, 2, 24), date(2026, 2, 24), "hôm nay"),
        (date(2026, 2, 22), date(2026, 2, 24), "quá hạn 2 ngày"),
        # 23:30 UTC of the 23rd is the 24th in Vietnam
        (date(2026, 2, 24), datetime(2026, 2, 23, 23, 30, tzinfo=UTC), "hôm nay"),
        (datetime(2026, 2, 24, 10, tzinfo=UTC), datetime(2026, 2, 24, 9, tzinfo=UTC), "hôm nay"),
        (datetime(2026, 2, 24, 10, tzinfo=UTC), datetime(2026, 2, 24, 11, tzinfo=UTC), "đã hết hạn lúc 17:00 hôm nay"),
        (None, date(2026, 2, 24), ""),
    ],
)
def test_days_left_count_vietnamese_days(due, now, words):
    assert tags.days_left(due, now) == words


def test_a_day_is_past_only_when_it_is_over():
    now = datetime(2026, 2, 24, 11, tzinfo=UTC)
    assert not tags.is_past(date(2026, 2, 24), now)
    assert tags.is_past(date(2026, 2, 23), now)
    assert tags.is_past(datetime(2026, 2, 24, 10, tzinfo=UTC), now)
    assert not tags.is_past(None, now)


def test_a_hash_shows_its_first_eight_characters_in_two_groups():
    assert tags.hash8("4f19a2c7ffff") == "4F19\u00a0A2C7"
    assert tags.hash8("") == ""
    whole = '<span class="hash" title="4f19a2c7ffff">4F19\u00a0A2C7</span>'
    assert render("{% fingerprint h %}", h="4f19a2c7ffff") == whole


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("theo Điều 5 và khoản 2", "theo Điều~5 và khoản~2"),
        ("điểm đ khoản 2 Điều 5a", "điểm~đ khoản~2 Điều~5a"),
        ("Chương II, Mục 3", "Chương~II, Mục~3"),
        ("ngày 06 tháng 3 năm 2026", "ngày~06 tháng~3 năm~2026"),
        ("điểm của Cụm, mục tiêu, số đông", "điểm của Cụm, mục tiêu, số đông"),
        ("điểm a)", "điểm~a)"),
    ],
)
def test_references_stay_on_one_line(text, held):
    assert tags.nbsp_refs(text) == held.replace("~", "\u00a0")


def test_prose_keeps_dates_whole_and_escapes():
    shown = render("{{ t|prose }}", t="<b>Trước 20-02 và ngày 06-3-2026 (Điều 5)")
    dates = '<span class="nowrap">20-02</span>', '<span class="nowrap">06-3-2026</span>'
    assert shown == f"&lt;b&gt;Trước {dates[0]} và ngày\u00a0{dates[1]} (Điều\u00a05)"
    assert render("{{ t|prose }}", t=mark_safe("<b>5</b>")) == "<b>5</b>"
    assert render("{{ t|prose }}", t=None) == ""


def test_tags_escape_what_they_are_given():
    hostile = '"><script>alert(1)</script>'
    sources = [
        "{% state t t %}",
        "{% fingerprint t %}",
        "{% fingerprint t True %}",
        "{% worddiff '' t %}",
        "{% worddiff t 'x' %}",
        "{{ t|nbsp_refs }}",
        "{{ t|prose }}",
        "{% qr 'x' t %}",
    ]
    for source in sources:
        shown = render(source, t=hostile)
        assert (
            "<script" not in shown
            and '">' not in shown.replace('">&', "").replace('">\u00a0', "").split("alert")[0][-3:]
        )
    request = RequestFactory().get("/", {"q": hostile})
    assert "<script" not in render("{% sort_th 'a' t %}", t=hostile, request=request)


def test_a_column_turns_its_order_round_and_keeps_the_filter():
    request = RequestFactory().get("/", {"q": "Điều 5", "trang": "3", "sap-xep": "han"})
    head = render("{% sort_th 'han' 'Hạn' %}", request=request)
    assert 'aria-sort="ascending"' in head
    assert "sap-xep=-han" in head and "q=%C4%90i%E1%BB%81u+5" in head and "trang" not in head
    assert 'aria-sort="none"' in render("{% sort_th 'don-vi' 'Đơn vị' %}", request=request)


def test_icons_say_nothing_to_a_screen_reader():
    for name in tags.ICONS:
        assert 'aria-hidden="true"' in tags.icon(name)
