"""Biên bản: what happened, in the order of the agenda, with its figures and their clauses."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from giaouoc.documents.paper.minutes import AgendaPart, Figure, Said, minutes_data, render_minutes, share_of, threshold
from giaouoc.documents.paper.parts import checked_at
from giaouoc.lib.typst import Unprintable

from . import paper_samples as samples


def printed(paper):
    return render_minutes(minutes_data(paper), checked_at("https://giaouoc.test/bien-ban/"))[0]


def test_the_minutes_say_all_their_parts_in_order():
    text = samples.text_of(printed(samples.minutes()))
    at = 0
    for part in (
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "BIÊN BẢN hội nghị ký kết giao ước thi đua năm 2026",
        "Vào hồi 14 giờ 05 phút, ngày 06 tháng 3 năm 2026, tại Trụ sở",
        "I. THÀNH PHẦN",
        "có mặt: 5/6 (khoảng 83,3%); túc số ít nhất 4 đơn vị (4/5, khoản 3 Điều 11)",
        "Vắng mặt: Ban Tuyên giáo và Dân vận Đảng ủy Khối Doanh nghiệp (đi công tác).",
        "Khách mời: Ban Tuyên giáo",
        "Chủ trì: Trưởng Ban",
        "Thư ký: Thư ký Cụm",
        "II. DIỄN BIẾN HỘI NGHỊ",
        "1. Thảo luận dự thảo Quy chế",
        "Trưởng Ban, Ban Tuyên giáo và Dân vận Đảng ủy Công an Thành phố: Đề nghị bổ sung thời hạn.",
        "Hội nghị thảo luận.",
        "Dự thảo 2",
        samples.sha("q"),
        "5/5 đơn vị; túc số ít nhất 4 đơn vị (4/5, khoản 3 Điều 11)",
        "ít nhất 4 đơn vị (quá 2/3, khoản 2 Điều 15), tính trên 5 đơn vị có mặt",
        "tán thành 4; không tán thành 1; không có ý kiến 0",
        "4/5 (80%)",
        "Không tán thành",
        "Kết quả: Quy chế tổ chức và hoạt động được thông qua.",
        "2. Ký kết giao ước thi đua",
        "III. KẾT LUẬN",
        "Hội nghị kết thúc lúc 16 giờ 30 phút cùng ngày.",
        "NGƯỜI GHI BIÊN BẢN",
        "CHỦ TRÌ HỘI NGHỊ",
        "PHỤ LỤC DANH SÁCH ĐƠN VỊ DỰ HỘI NGHỊ",
    ):
        assert part in text[at:], part
        at = text.index(part, at)


def test_the_paper_says_it_was_read_to_the_conference_only_where_that_is_recorded():
    assert "đọc trước hội nghị" not in samples.text_of(printed(samples.minutes()))
    read = samples.text_of(printed(samples.minutes(read_out=True)))
    assert "cùng ngày. Biên bản đã được đọc trước hội nghị và được thống nhất." in read


def test_a_meeting_over_midnight_says_both_days():
    late = samples.minutes(
        opened_at=datetime(2026, 3, 6, 15, 0, tzinfo=UTC), closed_at=datetime(2026, 3, 6, 17, 30, tzinfo=UTC)
    )
    text = samples.text_of(printed(late))
    assert "Vào hồi 22 giờ 00 phút, ngày 06 tháng 3 năm 2026" in text
    assert "kết thúc lúc 0 giờ 30 phút ngày 07 tháng 3 năm 2026" in text


def test_the_day_of_the_meeting_in_vietnam_dates_the_paper():
    early = samples.minutes(
        opened_at=datetime(2026, 3, 5, 23, 0, tzinfo=UTC), closed_at=datetime(2026, 3, 6, 1, 0, tzinfo=UTC)
    )
    assert "Hồ Chí Minh, ngày 06 tháng 3 năm 2026" in samples.text_of(printed(early))


def test_words_that_came_with_a_vote_stand_beside_it():
    votes = samples.decision().votes
    spoken = replace(votes[3], words="Bảo lưu ý kiến về thời hạn")
    item = AgendaPart("Biểu quyết", (), (samples.decision(votes=(*votes[:3], spoken, votes[4])),))
    text = samples.text_of(printed(samples.minutes(agenda=(item,))))
    assert "Ý kiến kèm theo" in text
    assert "Bảo lưu ý kiến về" in text
    assert "Ý kiến kèm theo" not in samples.text_of(printed(samples.minutes()))


def test_a_decision_without_named_votes_has_no_list_of_them():
    item = AgendaPart("Thống nhất", (), (samples.decision(votes=(), method="Thống nhất, không ai phản đối"),))
    text = samples.text_of(printed(samples.minutes(agenda=(item,))))
    assert "TT Đơn vị Biểu quyết" not in text
    assert "Thống nhất, không ai phản đối" in text


def test_empty_minutes_are_still_minutes():
    bare = samples.minutes(agenda=(), absent=(), invited=(), conclusion="", quorum=None, venue="", present=())
    text = samples.text_of(printed(bare))
    assert "có mặt: 0/0" in text
    assert "KẾT LUẬN" not in text
    assert "Vắng mặt" not in text


def test_text_in_the_minutes_is_never_markup_and_must_be_printable():
    hostile = samples.minutes(conclusion=samples.HOSTILE + "\n# dòng hai")
    text = samples.text_of(printed(hostile))
    assert samples.HOSTILE in text
    assert "# dòng hai" in text
    with pytest.raises(Unprintable, match="U\\+1F600"):
        printed(samples.minutes(conclusion="Tốt 😀"))


def test_the_minutes_of_thirty_units_are_whole_and_clean():
    pdf = printed(samples.minutes(30, trial=True))
    text = samples.text_of(pdf)
    assert all(unit.name in text for unit in samples.members(30))
    assert "Bản thử nghiệm, không có giá trị pháp lý" in text
    assert "No syntax or stream encoding errors found" in samples.qpdf_says(pdf)
    assert pdf == printed(samples.minutes(30, trial=True))


def test_the_code_stands_with_the_signatures_and_the_last_words_whatever_the_length():
    for lines in range(24):
        said = tuple(Said(f"Ý kiến thứ {at}.") for at in range(lines))
        data = minutes_data(samples.minutes(agenda=(AgendaPart("Thảo luận", said),)))
        pdf, boxes = render_minutes(data, samples.pact().verification, signed=True)
        page = samples.pages_of(pdf)[boxes[-1].page - 1]
        assert boxes[0].page == boxes[1].page
        for words in ("Hội nghị thống nhất các nội dung.", "Hội nghị kết thúc lúc", "Mã xác minh"):
            assert words in page, (lines, words)


@pytest.mark.parametrize(
    ("count", "base", "words"),
    [
        (5, 5, "5/5 (100%)"),
        (2, 3, "2/3 (khoảng 66,7%)"),
        (1, 8, "1/8 (12,5%)"),
        (0, 4, "0/4 (0%)"),
        (0, 0, "0/0"),
        (1, 3, "1/3 (khoảng 33,3%)"),
    ],
)
def test_a_share_is_a_fraction_first(count, base, words):
    assert share_of(count, base) == words


def test_a_threshold_names_its_clause():
    assert threshold(Figure(3, "1/2", "khoản 1 Điều 9", strict=True)) == "ít nhất 3 đơn vị (quá 1/2, khoản 1 Điều 9)"
    assert threshold(Figure(4, "4/5", "")) == "ít nhất 4 đơn vị (4/5)"
