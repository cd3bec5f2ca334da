"""A version on paper: every clause once and in order, each in its form."""

import io
import re
from datetime import date

import pikepdf
import pytest

from giaouoc.documents.paper.clauses import VersionPaper, render_clauses

from . import paper_samples as samples

PREAMBLE = {"kind": "preamble", "number": None, "heading": "QUY CHẾ\nhoạt động của Cụm", "text": "", "children": []}
SIGNATURE = {
    "kind": "signature",
    "number": None,
    "heading": None,
    "text": "Nơi nhận:\n- Các đơn vị thành viên;\n- Lưu hồ sơ Cụm.\nT/M CỤM THI ĐUA 17\nCỤM TRƯỞNG",
    "children": [],
}


def printed(paper):
    return render_clauses(paper)[0]


def node(kind, number=None, heading=None, text="", children=(), **more):
    return {"kind": kind, "number": number, "heading": heading, "text": text, "children": list(children), **more}


def version(tree, **changes):
    return VersionPaper(
        **{
            "cluster_name": samples.CLUSTER,
            "supervising_body": samples.SUPERVISOR,
            "year": 2026,
            "title": "Quy chế hoạt động của Cụm",
            "place": samples.PLACE,
            "tree": tree,
            "content_hash": samples.sha("tree"),
            "style_day": date(2026, 3, 1),
            **changes,
        }
    )


def text_of(*nodes, **changes):
    return samples.text_of(printed(version([PREAMBLE, *nodes], **changes)))


def test_each_level_has_its_form():
    text = text_of(
        node(
            "chapter", "II", "TỔ CHỨC",
            children=[
                node(
                    "section", "1", "CỤM TRƯỞNG",
                    children=[
                        node(
                            "article", "12", "Nhiệm vụ",
                            text="Lời dẫn.",
                            children=[
                                node("paragraph", "1", None, "Khoản một:", [node("point", "đ", None, "Điểm đ;")]),
                                node("paragraph", "2", "Có tên", "Lời của khoản.", [node("point", "-", None, "gạch")]),
                                node("paragraph", None, None, "Không số."),
                            ],
                        ),
                        node("article", "13", None, "Điều không tên."),
                    ],
                )
            ],
        ),
    )  # fmt: skip
    assert (
        "Chương II TỔ CHỨC Mục 1 CỤM TRƯỞNG Điều 12. Nhiệm vụ Lời dẫn. 1. Khoản một: đ) Điểm đ; 2. Có tên "
        "Lời của khoản. - gạch Không số. Điều 13. Điều không tên." in text
    )


def test_the_roman_level_of_a_plan_is_no_section_of_a_chapter():
    assert "I. MỤC ĐÍCH 1. Yêu cầu" in text_of(
        node("section", "I", "MỤC ĐÍCH", children=[node("paragraph", "1", "Yêu cầu")])
    )
    inside = node("chapter", "I", "CHUNG", children=[node("section", "1", "RIÊNG")])
    assert "Chương I CHUNG Mục 1 RIÊNG" in text_of(inside)
    roman = node("chapter", "I", "CHUNG", children=[node("section", "II", "RIÊNG")])
    assert "Mục II RIÊNG" in text_of(roman)


@pytest.mark.parametrize("kind", ["article", "subsection", "point", "paragraph", "chapter", "heading", "annex"])
def test_levels_may_be_skipped_and_kinds_unknown(kind):
    text = text_of(
        node(kind, "3", "Tên gọi", "Lời.", [node("point", "a", "Có tên", "Con.")]), node("article", "4", "Sau")
    )
    assert "Tên gọi" in text
    assert "Con." in text
    assert "Điều 4. Sau" in text


def test_the_draft_mark_and_the_open_date_belong_to_a_draft():
    draft = text_of(draft_ordinal=1, number_line="Số       -QC/CTĐ17")
    assert "DỰ THẢO LẦN 1" in draft
    assert "ngày tháng năm 2026" in draft
    adopted = text_of(day=date(2026, 3, 6))
    assert "DỰ THẢO" not in adopted
    assert "ngày 06 tháng 3 năm 2026" in adopted


def test_the_fingerprint_is_at_the_foot_of_each_page_and_the_hash_once():
    pdf = printed(version([PREAMBLE, *(node("article", str(n), "Tên", "Lời dài. " * 60) for n in range(1, 12))]))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    sign = f"{samples.sha('tree')[:4]} {samples.sha('tree')[4:8]}".upper()
    assert pages > 2
    assert all(sign in samples.text_of(pdf, page=page) for page in range(1, pages + 1))
    assert samples.text_of(pdf).count(samples.sha("tree")) == 1


def test_a_table_has_a_head_row_bands_and_lines_in_its_cells():
    rows = [["TT", "Nội dung"], ["QUÝ I", ""], ["1", "Hội nghị\nký kết"]]
    assert "PHỤ LỤC (Kèm theo) TT Nội dung QUÝ I 1 Hội nghị ký kết" in text_of(
        node("table", None, "PHỤ LỤC\n(Kèm theo)", rows=rows)
    )


def test_the_head_row_of_a_long_table_is_on_each_page():
    rows = [["TT", "Đầu bảng"], *([str(n), "Việc " * 30] for n in range(60))]
    pdf = printed(version([PREAMBLE, node("article", "1", "Bảng", children=[node("table", rows=rows)])]))
    assert samples.text_of(pdf).count("TT Đầu bảng") == 3 + 1 or samples.text_of(pdf).count("TT Đầu bảng") > 2


def test_ragged_and_empty_tables_do_no_harm():
    assert "c" in text_of(node("table", rows=[["a"], ["b", "c", None]]), node("table", rows=[]), node("table"))


def test_a_wide_annex_lies_across():
    rows = [[f"Cột {n}" for n in range(8)], [f"ô {n}" for n in range(8)]]
    pdf = printed(
        version([PREAMBLE, node("article", "1", "Tên"), SIGNATURE, node("table", None, "PHỤ LỤC", rows=rows)])
    )
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        widths = [float(page.mediabox[2]) for page in opened.pages]
    assert widths[-1] > 800 > widths[0]
    assert len(widths) == 2


def test_recipients_stand_left_and_the_signer_right():
    pdf = printed(version([PREAMBLE, node("article", "1", "Tên", "Lời."), SIGNATURE]))
    words = samples.words_with_boxes(pdf, 1)
    left = next(x0 for word, x0, *_ in words if word == "nhận:")
    right = next(x0 for word, x0, *_ in words if word == "T/M")
    assert left < 595 / 2 < right
    assert "Nơi nhận: - Các đơn vị thành viên; - Lưu hồ sơ Cụm. T/M CỤM THI ĐUA 17 CỤM TRƯỞNG" in samples.text_of(pdf)


@pytest.mark.parametrize("lines", range(14, 34))
def test_a_signature_is_never_alone_on_its_page(lines):
    body = [node("article", str(n), "Tên", "Một dòng.") for n in range(1, lines // 2)] + [
        node("paragraph", None, None, "Lời cuối.") for _ in range(lines % 2 + 1)
    ]
    pdf = printed(version([PREAMBLE, *body, SIGNATURE]))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        last = len(opened.pages)
    text = samples.text_of(pdf, page=last)
    assert "CỤM TRƯỞNG" not in text or "Lời cuối." in text


def signed(lines, count, *tail, last="Lời cuối."):
    """The pages of a text of so many lines that so many units sign, and the pages on which their boxes are."""
    body = [node("article", str(n), "Tên", "Một dòng.") for n in range(1, lines // 2)]
    body += [node("paragraph", None, None, last) for _ in range(lines % 2 + 1)]
    paper = version(
        [PREAMBLE, *body, *tail],
        draft_ordinal=None, day=samples.DAY, signers=samples.members(count), verification=samples.pact().verification,
    )  # fmt: skip
    pdf, boxes = render_clauses(paper)
    return samples.pages_of(pdf), [box.page for box in boxes]


def closes_well(pages, boxes):
    """The first boxes stand with two lines of the text, the code with the last boxes, and what goes on says so."""
    said = re.findall(r"Lời cuối|Một dòng\.|Điều \d+\. Tên", pages[boxes[0] - 1])
    goes_on = ["Phần chữ ký (tiếp theo)" in page for page in pages]
    first = boxes[0] - 1
    return (
        len(said) >= 2
        and len(pages) == boxes[-1]
        and "Mã xác minh" in pages[-1]
        and goes_on == [at > first for at in range(len(pages))]
    )


@pytest.mark.parametrize("count", [1, 5, 30])
def test_the_closing_part_is_never_alone_whatever_the_length_of_the_text(count):
    wrong = [lines for lines in range(14, 44) if not closes_well(*signed(lines, count, SIGNATURE))]
    wrong += [-lines for lines in range(17, 27) if not closes_well(*signed(lines, count))]
    assert wrong == []


def test_a_last_clause_of_many_lines_stays_whole_with_the_signatures():
    last = "Lời cuối của Quy chế này nói nhiều hơn một dòng để hai dòng cuối không bị tách khỏi chữ ký. " * 4
    for lines in range(14, 30, 3):
        pages, boxes = signed(lines, 5, SIGNATURE, last=last)
        assert pages[boxes[0] - 1].count("Lời cuối của Quy chế") >= 4, lines


@pytest.mark.parametrize("above", ["", "Nơi nhận:\n- Lưu hồ sơ.\n"])
def test_no_empty_room_is_kept_for_a_signature_that_has_its_box(above):
    signature = {**SIGNATURE, "text": f"{above}T/M CỤM THI ĐUA 17\nCỤM TRƯỞNG"}
    paper = version(
        [PREAMBLE, node("paragraph", None, None, "Lời cuối."), signature],
        signers=samples.members(5),
        draft_ordinal=None,
    )
    words = samples.words_with_boxes(printed(paper), 1)
    end = max(y1 for word, _x0, _y0, _x1, y1 in words if word in {"cuối.", "sơ."})
    names = min(y0 for word, _x0, y0, _x1, _y1 in words if y0 > end)
    assert names - end < 45  # points


def test_a_decision_and_the_regulation_it_issues_have_a_title_each():
    second = {**PREAMBLE, "heading": "QUY CHẾ\nban hành kèm theo"}
    text = text_of(node("article", "1", None, "Ban hành Quy chế."), SIGNATURE, second, node("article", "1", "Phạm vi"))
    assert "QUY CHẾ ban hành kèm theo ----- Điều 1. Phạm vi" in text


def test_footnotes_stand_under_their_clause():
    assert "1. Lời. Chú thích: Ghi thêm." in text_of(node("paragraph", "1", None, "Lời.", notes=["Ghi thêm."]))


def test_clauses_are_never_markup():
    assert samples.HOSTILE in text_of(node("article", "1", samples.HOSTILE, samples.HOSTILE))


def test_without_a_preamble_the_title_heads_the_paper():
    text = samples.text_of(printed(version([node("article", "1", "Tên")])))
    assert "QUY CHẾ HOẠT ĐỘNG CỦA CỤM" in text


def test_nothing_at_all_is_still_a_sheet():
    assert samples.sha("tree") in samples.text_of(printed(version([])))


def test_a_long_regulation_is_whole_and_in_order():
    tree = [PREAMBLE] + [
        node(
            "article",
            str(n),
            f"Tên điều {n}",
            children=[node("paragraph", str(k), None, f"Lời {n}.{k}.") for k in (1, 2, 3)],
        )
        for n in range(1, 201)
    ]
    pdf = printed(version(tree))
    text = samples.text_of(pdf)
    places = [text.index(f"Lời {n}.{k}.") for n in range(1, 201) for k in (1, 2, 3)]
    assert places == sorted(places)
    assert "No syntax or stream encoding errors found" in samples.qpdf_says(pdf)


def test_the_lines_of_a_clause_reach_the_right_margin():
    words = "Các đơn vị thành viên cùng nhau xây dựng, ban hành và thực hiện quy chế hoạt động của cụm, " * 5
    pdf = printed(version([PREAMBLE, node("article", "1", "Tên", words.strip())]))
    edges = {}
    for _, _, y0, x1, _ in samples.words_with_boxes(pdf, 1):
        edges[round(y0)] = max(edges.get(round(y0), 0), x1)
    margin = 595.28 - 15 * 72 / 25.4
    body = [edge for y0, edge in sorted(edges.items()) if 200 < y0 < 700]
    assert sum(abs(edge - margin) < 1 for edge in body) >= 4
