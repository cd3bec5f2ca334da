"""Thể thức: the style by body and date, dates and numbers as papers write them."""

from datetime import date

import pytest

from giaouoc.documents.rules.layout import (
    PARTY_HD05,
    PARTY_HD36,
    STATE_ND30,
    STYLES,
    Letters,
    draft_line,
    long_date,
    number_example,
    number_line,
    signing_lines,
    style_for,
)


@pytest.mark.parametrize(
    ("kind", "day", "code"),
    [
        ("party", date(2026, 3, 6), "party-hd36"),
        ("party", date(2026, 5, 26), "party-hd36"),
        ("party", date(2026, 5, 27), "party-hd05"),
        ("party", date(2027, 1, 1), "party-hd05"),
        ("state", date(2026, 3, 6), "state-nd30"),
        ("state", date(2026, 12, 31), "state-nd30"),
    ],
)
def test_the_style_follows_the_body_and_the_date(kind, day, code):
    assert style_for(kind, day).code == code


def test_a_body_that_is_neither_has_no_style():
    with pytest.raises(ValueError, match="club"):
        style_for("club", date(2026, 3, 6))


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 3, 6), "ngày 06 tháng 3 năm 2026"),
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 1, 31), "ngày 31 tháng 01 năm 2026"),
        (date(2026, 5, 27), "ngày 27 tháng 5 năm 2026"),
        (date(2026, 9, 9), "ngày 09 tháng 9 năm 2026"),
        (date(2026, 10, 10), "ngày 10 tháng 10 năm 2026"),
        (date(2026, 12, 1), "ngày 01 tháng 12 năm 2026"),
    ],
)
def test_zero_stands_before_days_1_to_9_and_months_1_and_2_only(day, written):
    assert long_date("Hà Nội", day) == f"Hà Nội, {written}"


def test_march_never_has_a_zero():
    assert not any("tháng 03" in long_date("Huế", date(2026, 3, day)) for day in range(1, 32))


def test_a_draft_leaves_the_date_open():
    assert long_date("Huế", None, year=2026) == "Huế, ngày      tháng      năm 2026"
    assert long_date("Huế", None) == "Huế, ngày      tháng      năm"


@pytest.mark.parametrize(
    ("style", "number", "line"),
    [
        (PARTY_HD36, "05-QC/CTĐ17", "Số 05-QC/CTĐ17"),
        (PARTY_HD05, "Số: 10-BB/CTĐ17", "Số 10-BB/CTĐ17"),
        (STATE_ND30, "05/QĐ-SNV", "Số: 05/QĐ-SNV"),
        (STATE_ND30, "số 15/SNV-TCCB", "Số: 15/SNV-TCCB"),
        (STATE_ND30, "Sốt/01", "Số: Sốt/01"),
        (PARTY_HD36, "", ""),
    ],
)
def test_the_register_s_number_stands_as_the_style_opens_it(style, number, line):
    assert number_line(style, number) == line


def test_the_example_is_joined_as_the_style_says():
    assert number_example(PARTY_HD36, "CTĐ17") == "01-QC/CTĐ17"
    assert number_example(STATE_ND30, "CTĐ17") == "01/QC-CTĐ17"


@pytest.mark.parametrize("style", STYLES.values(), ids=str)
def test_every_size_is_within_what_the_rule_allows(style):
    for name, value in vars(style).items():
        if isinstance(value, Letters):
            assert value.low <= value.size <= value.high, name


def test_the_figures_of_the_three_styles():
    assert {style.margins.left for style in STYLES.values()} == {30}
    assert {style.margins.right for style in STYLES.values()} == {15}
    assert (PARTY_HD36.head_letters.size, PARTY_HD36.kind.size, PARTY_HD36.text.size) == (15, 16, 14)
    assert PARTY_HD36.leading >= 18
    assert (PARTY_HD36.head, PARTY_HD36.motto) == ("ĐẢNG CỘNG SẢN VIỆT NAM", "")
    assert (PARTY_HD36.body_mark, PARTY_HD36.subject_mark) == ("*", "-----")
    assert STATE_ND30.motto == "Độc lập - Tự do - Hạnh phúc"
    assert (PARTY_HD36.post.bold, STATE_ND30.post.bold) == (False, True)
    assert (PARTY_HD36.bases.italic, STATE_ND30.bases.italic) == (False, True)
    assert (PARTY_HD36.end_of_text, STATE_ND30.end_of_text) == (".", "./.")
    assert (PARTY_HD36.recipients.items.size, STATE_ND30.recipients.items.size) == (12, 11)


def test_the_draft_mark_changed_with_the_new_guidance():
    assert draft_line(PARTY_HD36, 1) == "DỰ THẢO LẦN 1"
    assert draft_line(PARTY_HD05, 2) == "Dự thảo lần 2"


@pytest.mark.parametrize(
    ("style", "capacity", "post", "whom", "lines"),
    [
        (PARTY_HD36, "", "Trưởng Ban", "", ("TRƯỞNG BAN",)),
        (PARTY_HD36, "K/T", "Phó Trưởng Ban", "", ("K/T TRƯỞNG BAN", "PHÓ TRƯỞNG BAN")),
        (PARTY_HD36, "for_head", "Phó Trưởng Ban", "", ("K/T TRƯỞNG BAN", "PHÓ TRƯỞNG BAN")),
        (PARTY_HD36, "on_behalf", "Bí thư", "Ban Thường vụ", ("T/M BAN THƯỜNG VỤ", "BÍ THƯ")),
        (STATE_ND30, "for_head", "Phó Giám đốc", "Giám đốc", ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        (STATE_ND30, "acting", "Giám đốc", "", ("Q. GIÁM ĐỐC",)),
    ],
)
def test_who_signs_in_what_words(style, capacity, post, whom, lines):
    assert signing_lines(style, capacity, post, whom) == lines


@pytest.mark.parametrize(("style", "capacity"), [(PARTY_HD36, "T/U"), (PARTY_HD36, "KT."), (STATE_ND30, "K/T")])
def test_words_of_the_other_style_are_refused(style, capacity):
    with pytest.raises(ValueError, match=style.code):
        signing_lines(style, capacity, "Phó Trưởng Ban")
