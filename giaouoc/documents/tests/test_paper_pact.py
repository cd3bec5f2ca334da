"""The pact on paper: what it says, where its signatures go, how it fits the sheet."""

import io
from dataclasses import replace
from datetime import date

import pikepdf
import pytest

from giaouoc.documents.paper.pact import Confirmation, UnitCommitments, render_pact, signing_rows

from . import paper_samples as samples

WIDTH, HEIGHT = 595.28, 841.89
FOOT = "Giao ước thi đua năm 2026 của Cụm thi đua 17 Dấu vân tay nội dung: 998A 13AE"


def pages(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 30])
def test_each_unit_has_one_box_under_its_own_name_and_on_the_sheet(count):
    paper = samples.pact(count)
    pdf, boxes = render_pact(paper)
    assert sorted(box.field for box in boxes) == sorted(member.field for member in paper.members)
    by_field = {member.field: member for member in paper.members}
    for box in boxes:
        assert 30 * 72 / 25.4 - 1 <= box.x0 < box.x1 <= WIDTH - 15 * 72 / 25.4 + 1
        assert 20 * 72 / 25.4 - 1 <= box.y0 < box.y1 <= HEIGHT - 20 * 72 / 25.4 + 1
        assert box.x1 - box.x0 >= 50 * 72 / 25.4 - 0.1
        assert box.y1 - box.y0 == pytest.approx(25 * 72 / 25.4, abs=0.1)
        words = samples.words_with_boxes(pdf, box.page)
        inside = [
            w
            for w, x0, y0, x1, y1 in words
            if x1 > box.x0 and x0 < box.x1 and HEIGHT - y1 > box.y0 and HEIGHT - y0 < box.y1
        ]
        assert inside == []
        half = (box.x1 - box.x0) / 2 + 45
        middle = (box.x0 + box.x1) / 2
        above = " ".join(
            w
            for w, x0, y0, x1, y1 in words
            if abs((x0 + x1) / 2 - middle) < half and box.y1 - 4 <= HEIGHT - y1 <= box.y1 + 130
        )
        assert _in_order(f"{by_field[box.field].name} {by_field[box.field].post}".upper(), above), (box, above)


def _in_order(wanted, found):
    """Whether the words of ``wanted`` stand in ``found`` in their order."""
    words = iter(found.split())
    return all(any(word == other for other in words) for word in wanted.split())


@pytest.mark.parametrize("count", [2, 5, 30])
def test_boxes_do_not_overlap(count):
    _, boxes = render_pact(samples.pact(count))
    for one in boxes:
        for other in boxes:
            if one is not other and one.page == other.page:
                assert one.x1 <= other.x0 or other.x1 <= one.x0 or one.y1 <= other.y0 or other.y1 <= one.y0


@pytest.mark.parametrize("count", range(1, 31))
def test_rows_hold_two_or_three_and_the_head_stands_first_at_the_right(count):
    rows = signing_rows(samples.members(count))
    codes = [member.code for row in rows for member in row]
    assert sorted(codes) == sorted(member.code for member in samples.members(count))
    assert rows[0][-1].code == "CQD"
    assert all(len(row) in (2, 3) for row in rows) or count == 1
    others = [member.code for member in samples.members(count) if not member.is_head]
    assert [code for code in codes if code != "CQD"] == others


def test_the_head_stands_first_wherever_it_is_in_the_list():
    moved = samples.members(5)[1:] + samples.members(5)[:1]
    assert signing_rows(moved)[0][-1].code == "CQD"


@pytest.mark.parametrize("count", [1, 2, 4, 5, 6, 12, 30])
def test_the_first_signatures_stand_with_the_text_and_the_last_with_the_proof(count):
    pdf, boxes = render_pact(samples.pact(count))
    first, last = boxes[0].page, boxes[-1].page
    assert "lãnh đạo" in samples.text_of(pdf, page=first)
    assert "Mã xác minh" in samples.text_of(pdf, page=last)
    goes_on = [at for at, page in enumerate(samples.pages_of(pdf), 1) if "Phần chữ ký (tiếp theo)" in page]
    assert goes_on == list(range(first + 1, last + 1))


def test_the_paper_says_all_its_parts():
    text = samples.text_of(render_pact(samples.pact())[0])
    for part in (
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "CỤM THI ĐUA 17",
        "Thành phố Hồ Chí Minh, ngày 06 tháng 3 năm 2026",
        "GIAO ƯỚC THI ĐUA năm 2026 của Cụm thi đua 17 -----",
        "- Căn cứ Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022;",
        "Căn cứ kết quả Hội nghị ký kết giao ước thi đua năm 2026, ngày 06/3/2026,",
        "Chúng tôi gồm 05 đơn vị thành viên Cụm thi đua 17:",
        "(Cụm trưởng)",
        "(Cụm phó)",
        "I. CHỦ ĐỀ, MỤC ĐÍCH",
        "Mức phấn đấu: ít nhất 01 mô hình. Thời hạn: 30/11/2026.",
        "K/T TRƯỞNG BAN PHÓ TRƯỞNG BAN",
        "5/5 đơn vị tán thành",
        samples.sha("q"),
        f"{samples.sha('q')[:4]} {samples.sha('q')[4:8]}".upper(),
        samples.sha("pact"),
        "A7K3-9QF2",
        "PHỤ LỤC HOẠT ĐỘNG CHUNG NĂM 2026 CỦA CỤM THI ĐUA 17",
        "Tập huấn: Lớp tập huấn",
    ):
        assert part in text, part
    assert "CỘNG HÒA" not in text
    assert "thử nghiệm" not in text


def test_the_fingerprint_of_the_content_is_on_every_page():
    pdf, _ = render_pact(samples.pact(30))
    sign = f"{samples.sha('pact')[:4]} {samples.sha('pact')[4:8]}".upper()
    assert all(sign in samples.text_of(pdf, page=page) for page in range(1, pages(pdf) + 1))


def test_a_trial_says_so_on_every_page():
    pdf, _ = render_pact(samples.pact(trial=True))
    for page in range(1, pages(pdf) + 1):
        assert "Bản thử nghiệm, không có giá trị pháp lý" in samples.text_of(pdf, page=page)


def test_pages_are_numbered_from_the_second():
    pdf, _ = render_pact(samples.pact())
    top = lambda page: [w for w, _, y0, _, _ in samples.words_with_boxes(pdf, page) if y0 < 50]  # noqa: E731
    assert top(1) == []
    assert [top(page) for page in range(2, pages(pdf) + 1)] == [[str(page)] for page in range(2, pages(pdf) + 1)]


def test_without_activities_there_is_no_annex():
    text = samples.text_of(render_pact(samples.pact(activities=()))[0])
    assert "PHỤ LỤC" not in text
    assert "Phụ lục" not in text
    assert "Hoạt động chung" not in text


def test_a_pact_of_bare_bones_is_still_a_pact_and_its_sections_count_on():
    bare = samples.pact(
        2, activities=(), commitments=(), measures=(), mutual_help=(), good_models=(), reporting=(), adopted=(),
        focus_areas=(), theme="", bases=(), verification=None,
    )  # fmt: skip
    pdf, boxes = render_pact(bare)
    text = samples.text_of(pdf)
    assert len(boxes) == 2
    assert "I. CHỦ ĐỀ" in text
    assert "II. TỔ CHỨC THỰC HIỆN" in text
    assert "III. VĂN BẢN" in text
    assert samples.sha("pact") in text


def test_what_a_unit_promises_stands_under_its_name():
    own = (UnitCommitments("Đảng ủy Công an Thành phố", samples.pact().commitments),)
    text = samples.text_of(render_pact(samples.pact(unit_commitments=own))[0])
    assert "2. Mức phấn đấu của từng đơn vị Đảng ủy Công an Thành phố: - Giới thiệu mô hình" in text


def test_focus_areas_that_the_theme_does_not_name_are_listed():
    text = samples.text_of(render_pact(samples.pact(focus_areas=("Chuyển đổi số", "Dân vận khéo")))[0])
    assert "- Chuyển đổi số; - Dân vận khéo." in text


def test_the_supervising_body_confirms_below_the_units():
    seen = Confirmation(samples.SUPERVISOR, "Phó Trưởng Ban", "XN_BTGDV", "K/T")
    pdf, boxes = render_pact(samples.pact(confirmation=seen))
    assert boxes[-1].field == "XN_BTGDV"
    assert "XÁC NHẬN CỦA BAN TUYÊN GIÁO" in samples.text_of(pdf)


def test_a_state_cluster_has_the_head_of_the_state():
    state = replace(
        samples.pact(2), body_kind="state", members=tuple(replace(m, capacity="") for m in samples.members(2))
    )
    text = samples.text_of(render_pact(state)[0])
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc" in text
    assert "ĐẢNG CỘNG SẢN" not in text
    assert "ký số./." in text


@pytest.mark.parametrize("day", [date(2026, 5, 26), date(2026, 5, 27), date(2027, 12, 1)])
def test_later_papers_are_laid_out_too(day):
    pdf, boxes = render_pact(samples.pact(day=day))
    assert len(boxes) == 5
    assert f"tháng {day.month} năm {day.year}" in samples.text_of(pdf)


@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_six_names_of_300_characters_keep_everything_on_the_sheet(count):
    units = tuple(replace(m, name=(f"{m.name} và tên rất dài " * 8)[:300].strip()) for m in samples.members(count))
    pdf, boxes = render_pact(samples.pact(members=units))
    assert all(box.y0 > 20 * 72 / 25.4 for box in boxes)
    for page in range(1, pages(pdf) + 1):
        foot = [w for w in samples.words_with_boxes(pdf, page) if w[4] > HEIGHT - 56]
        assert " ".join(word[0] for word in foot) == FOOT


def test_long_titles_and_names_wrap():
    long_name = "Ban Tuyên giáo và Dân vận Đảng ủy " + "Tổng công ty Đầu tư và Phát triển " * 7
    units = (replace(samples.members(5)[0], name=long_name[:300].strip()), *samples.members(5)[1:])
    activity = replace(samples.pact().activities[0], title=("Hội thi tìm hiểu " * 20)[:300].strip())
    pdf, boxes = render_pact(samples.pact(members=units, activities=(activity,)))
    assert len(boxes) == 5
    for page in range(1, pages(pdf) + 1):
        assert max(x1 for _, _, _, x1, _ in samples.words_with_boxes(pdf, page)) <= WIDTH - 15 * 72 / 25.4 + 1


@pytest.mark.parametrize("given", [(), (samples.members(1)[0], samples.members(1)[0])])
def test_a_pact_without_units_or_with_one_twice_is_refused(given):
    with pytest.raises(ValueError, match="members"):
        render_pact(samples.pact(members=given))


def test_qpdf_finds_nothing_wrong():
    assert "No syntax or stream encoding errors found" in samples.qpdf_says(render_pact(samples.pact(30))[0])
