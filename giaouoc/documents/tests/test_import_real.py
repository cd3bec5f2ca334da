"""The Word importer on what real files do: each test imitates a habit seen in laws, decrees, circulars and regulations."""

from __future__ import annotations

from textwrap import dedent

import pytest

from giaouoc.documents.rules.draft_import import Draft, import_draft

from .word_files import (
    MC,
    RELATION,
    STRICT_MAIN,
    W,
    box,
    cell,
    docx,
    everything,
    head,
    letterhead,
    numbering,
    outline,
    para,
    run,
    signature,
    table,
)

pytestmark = pytest.mark.once
A = para("Điều 1. A", bold=True)


def shows(draft: Draft, expected: str) -> None:
    assert outline(draft.tree) == dedent(expected).strip("\n").split("\n")


def codes(draft: Draft) -> list[str]:
    return [one.code for one in draft.warnings]


# -- two texts in one file


def test_a_decision_with_the_regulation_that_it_issues_and_two_letterheads() -> None:
    draft = import_draft(
        docx(
            letterhead(),
            head("QUYẾT ĐỊNH"),
            head("Về việc ban hành Quy chế"),
            para("Căn cứ Luật Thi đua, khen thưởng;"),
            para("1. Căn cứ có đánh số;"),
            head("QUYẾT ĐỊNH:"),
            para("Điều 1. Ban hành kèm theo Quyết định này Quy chế."),
            para("Điều 2. Quyết định có hiệu lực từ ngày ký."),
            signature(),
            letterhead(),
            head("QUY CHẾ"),
            head("Thi đua"),
            para("(Ban hành kèm theo Quyết định số 12)", centred=True),
            head("Chương I"),
            head("QUY ĐỊNH CHUNG"),
            para("Điều 1. Phạm vi", bold=True),
            para("1. Một."),
            head("BỘ TRƯỞNG"),
            head("(Đã ký)"),
        )
    )
    shows(
        draft,
        """
        preamble | QUYẾT ĐỊNH⏎Về việc ban hành Quy chế | Căn cứ Luật Thi đua, khen thưởng;⏎1. Căn cứ có đánh số;⏎QUYẾT ĐỊNH:
        article 1 |  | Ban hành kèm theo Quyết định này Quy chế.
        article 2 |  | Quyết định có hiệu lực từ ngày ký.
        signature |  | Nơi nhận:⏎- Như Điều 2;⏎- Lưu: VT.⏎BỘ TRƯỞNG⏎(Đã ký)
        preamble | QUY CHẾ⏎Thi đua⏎(Ban hành kèm theo Quyết định số 12)
        chapter I | QUY ĐỊNH CHUNG
          article 1 | Phạm vi
            paragraph 1 |  | Một.
        signature |  | BỘ TRƯỞNG⏎(Đã ký)
        """,
    )
    assert len(draft.letterhead) == 12
    assert codes(draft) == []


def test_a_second_title_without_letterhead_or_signature_is_found() -> None:
    draft = import_draft(
        docx(
            head("QUYẾT ĐỊNH"),
            para("Điều 1. Ban hành Quy chế."),
            para("Điều 2. Hiệu lực."),
            head("QUY CHẾ"),
            head("Làm việc"),
            head("Chương I QUY ĐỊNH CHUNG"),
            para("Điều 1. Phạm vi", bold=True),
            para("x"),
        )
    )
    shows(
        draft,
        """
        preamble | QUYẾT ĐỊNH
        article 1 |  | Ban hành Quy chế.
        article 2 |  | Hiệu lực.
        preamble | QUY CHẾ⏎Làm việc
        chapter I | QUY ĐỊNH CHUNG
          article 1 | Phạm vi | x
        """,
    )


def test_a_resolution_with_a_plan_behind_it_is_an_articles_text_and_a_plan() -> None:
    draft = import_draft(
        docx(
            head("NGHỊ QUYẾT"),
            para("Điều 1. Thông qua Đề án."),
            table([["", "CHỦ TỊCH"]], bordered=False),
            letterhead(),
            head("ĐỀ ÁN"),
            para("I. Sự cần thiết"),
            para("1. Cơ sở", bold=True),
            para("a) x"),
        )
    )
    shows(
        draft,
        """
        preamble | NGHỊ QUYẾT
        article 1 |  | Thông qua Đề án.
        signature |  | CHỦ TỊCH
        preamble | ĐỀ ÁN
        section I | Sự cần thiết
          paragraph 1 | Cơ sở
            point a |  | x
        """,
    )


def test_lines_above_the_letterhead_and_letterheads_typed_without_a_table_stay_with_the_title() -> None:
    above = import_draft(docx(para("DỰ THẢO 2", right=True), letterhead(), head("QUY CHẾ"), A))
    assert above.tree[0]["heading"] == "DỰ THẢO 2\nQUY CHẾ"
    assert above.letterhead[0] == "BỘ NỘI VỤ"
    typed = import_draft(
        docx(para("BỘ NỘI VỤ\tSố: 1"), head("LUẬT"), head("THI ĐUA"), para("Căn cứ Hiến pháp;"), A, para("x"))
    )
    shows(typed, "preamble | BỘ NỘI VỤ Số: 1⏎LUẬT⏎THI ĐUA | Căn cứ Hiến pháp;\narticle 1 | A | x")


def test_posts_in_a_chapters_name_are_no_signature() -> None:
    draft = import_draft(
        docx(
            head("Chương I"),
            head("HỘI ĐỒNG TRƯỜNG"),
            para("Điều 1. A", bold=True),
            para("x"),
            head("Chương II"),
            head("HIỆU TRƯỞNG, PHÓ HIỆU TRƯỞNG"),
            para("Điều 2. B", bold=True),
            para("y"),
            head("HIỆU TRƯỞNG"),
        )
    )
    shows(
        draft,
        """
        chapter I | HỘI ĐỒNG TRƯỜNG
          article 1 | A | x
        chapter II | HIỆU TRƯỞNG, PHÓ HIỆU TRƯỞNG
          article 2 | B | y
        signature |  | HIỆU TRƯỞNG
        """,
    )


def test_a_post_in_capitals_inside_a_plan_is_no_signature_while_its_figures_go_on() -> None:
    draft = import_draft(
        docx(
            head("KẾ HOẠCH"),
            para("I. PHÂN CÔNG", bold=True),
            para("GIÁM ĐỐC CÁC SỞ", bold=True),
            para("Chủ trì."),
            para("II. KINH PHÍ", bold=True),
            para("x"),
            para("GIÁM ĐỐC", bold=True, right=True),
        )
    )
    shows(
        draft,
        """
        preamble | KẾ HOẠCH
        section I | PHÂN CÔNG | GIÁM ĐỐC CÁC SỞ⏎Chủ trì.
        section II | KINH PHÍ | x
        signature |  | GIÁM ĐỐC
        """,
    )


# -- heads of clauses


@pytest.mark.parametrize(
    ("typed", "heading"),
    [
        ("Điều 1 Tên điều", "Tên điều"),
        ("Điều1. Tên điều", "Tên điều"),
        ("ĐIỀU 1 . Tên điều", "Tên điều"),
        ("Điều 1.[7] Tên điều", "[7] Tên điều"),
        ("Điều 1[7]. Tên điều", "[7] Tên điều"),
        ("Điều １. Tên điều", "Tên điều"),
        ("Đie\u0302\u200b\u0300u 1. Tên điều", "Tên điều"),
        ("Đi\u00adều 1. Tên\u00a0 điều", "Tên điều"),
    ],
)
def test_further_ways_to_type_an_article(typed: str, heading: str) -> None:
    node = import_draft(docx(para(typed, bold=True), para("1. x"))).tree[0]
    assert (node["kind"], node["number"], node["heading"]) == ("article", "1", heading)


@pytest.mark.parametrize(
    ("typed", "kind", "number", "heading"),
    [
        ("CHƯƠNG 1: QUY ĐỊNH", "chapter", "1", "QUY ĐỊNH"),
        ("Chương I QUY ĐỊNH", "chapter", "I", "QUY ĐỊNH"),
        ("CHƯƠNG II\nQUY ĐỊNH", "chapter", "II", "QUY ĐỊNH"),
        ("PHẦN THỨ HAI CÁC TỘI", "part", "THỨ HAI", "CÁC TỘI"),
        ("Phần ba: Tên", "part", "ba", "Tên"),
        ("Phần A. Tên", "part", "A", "Tên"),
        ("MỤC 2 – TÊN", "section", "2", "TÊN"),
        ("Tiểu mục 1. Tên", "subsection", "1", "Tên"),
    ],
)
def test_what_stands_above_articles_is_known_however_it_is_typed(
    typed: str, kind: str, number: str, heading: str
) -> None:
    node = import_draft(docx(head(typed), A, para("x"))).tree[0]
    assert (node["kind"], node["number"], node["heading"]) == (kind, number, heading)


@pytest.mark.parametrize(
    "sentence",
    [
        "Điều 6 của Quy chế này được áp dụng.",
        "Điều 5, Điều 6 được áp dụng",
        "Chương II của Luật này quy định",
        "Mục 2 của Luật này",
        "Phần lớn đơn vị tham gia",
        "Mục tiêu chung",
        "12-CT/TW ngày 01 tháng 02",
        "01/2026/TT-BNV quy định",
        "3-5 người",
        "2.5 triệu đồng",
        "10.000 đồng",
        "Khoản 3 Điều 5 được áp dụng",
        "-----",
        "* * *",
    ],
)
def test_a_sentence_that_only_looks_like_the_head_of_a_clause_is_text(sentence: str) -> None:
    draft = import_draft(docx(A, para(sentence)))
    assert outline(draft.tree) == [f"article 1 | A | {sentence}"]


def test_headings_over_several_lines_and_lines_below_the_number() -> None:
    draft = import_draft(
        docx(
            head("Chương III"),
            head("Tổ chức bộ máy và"),
            head("nhiệm vụ"),
            head("Điều 1"),
            head("Phạm vi điều chỉnh"),
            para("Nội dung"),
        )
    )
    shows(
        draft,
        """
        chapter III | Tổ chức bộ máy và⏎nhiệm vụ
          article 1 | Phạm vi điều chỉnh | Nội dung
        """,
    )


def test_lines_below_a_khoan_that_has_only_a_heading_are_its_text() -> None:
    draft = import_draft(
        docx(
            A,
            para("1. Mục đích", bold=True),
            para("Một."),
            para("Hai."),
            para("2. Có chữ."),
            para("Ba."),
            para("a) x"),
            para("Bốn."),
        )
    )
    shows(
        draft,
        """
        article 1 | A
          paragraph 1 | Mục đích | Một.⏎Hai.
          paragraph 2 |  | Có chữ.
            paragraph |  | Ba.
            point a |  | x
            paragraph |  | Bốn.
        """,
    )


def test_lists_inside_lists() -> None:
    lines = [
        "1. Một:",
        "a) x;",
        "i) trong;",
        "ii) trong;",
        "b) y;",
        "h) h;",
        "i) i;",
        "k) k:",
        "- gạch",
        "+ cộng",
        "- gạch",
    ]
    lines += [
        "2. Hai:",
        "(1) ngoặc;",
        "(2) ngoặc.",
        "3. Ba",
        "3.1. ba một",
        "3.1.1. sâu",
        "3.2 Ba hai",
        "a. chấm",
        "đ/ xẹt",
    ]
    draft = import_draft(docx(A, *(para(one) for one in lines)))
    shows(
        draft,
        """
        article 1 | A
          paragraph 1 |  | Một:
            point a |  | x;
              point i |  | trong;
              point ii |  | trong;
            point b |  | y;
            point h |  | h;
            point i |  | i;
            point k |  | k:
              point - |  | gạch
                point - |  | cộng
              point - |  | gạch
          paragraph 2 |  | Hai:
            point 1 |  | ngoặc;
            point 2 |  | ngoặc.
          paragraph 3 |  | Ba
            paragraph 3.1 |  | ba một
              paragraph 3.1.1 |  | sâu
            paragraph 3.2 |  | Ba hai
              point a |  | chấm
              point đ |  | xẹt
        """,
    )


def test_a_party_resolution_with_dashes_behind_its_numbers() -> None:
    draft = import_draft(
        docx(
            head("NGHỊ QUYẾT"),
            head("về công tác thi đua"),
            para("-----", centred=True),
            para("I- TÌNH HÌNH", bold=True),
            para("1- Kết quả"),
            para("1.1- Một một"),
            para("a- điểm"),
            para("II- NHIỆM VỤ", bold=True),
            para("x"),
        )
    )
    shows(
        draft,
        """
        preamble | NGHỊ QUYẾT⏎về công tác thi đua
        section I | TÌNH HÌNH
          paragraph 1 |  | Kết quả
            paragraph 1.1 |  | Một một
              point a |  | điểm
        section II | NHIỆM VỤ |  | x
        """.replace("II | NHIỆM VỤ |  | x", "II | NHIỆM VỤ | x"),
    )


# -- numbers that Word writes


def test_an_outline_list_numbers_articles_clauses_and_points_and_empty_lines_count() -> None:
    levels = [("decimal", "Điều %1."), ("decimal", "%2."), ("lowerLetter", "%3)")]
    blocks = [head("Chương I"), head("CHUNG"), para("Tên một", bold=True, list_=(5, 0)), para("k", list_=(5, 1))]
    blocks += [para("đ", list_=(5, 2)), para("đ", list_=(5, 2)), para("", list_=(5, 1)), para("k", list_=(5, 1))]
    blocks += [para("Tên hai", bold=True, list_=(5, 0)), para("k", list_=(5, 1))]
    draft = import_draft(docx(*blocks, extra={"word/numbering.xml": numbering(levels)}))
    shows(
        draft,
        """
        chapter I | CHUNG
          article 1 | Tên một
            paragraph 1 |  | k
              point a |  | đ
              point b |  | đ
            paragraph 3 |  | k
          article 2 | Tên hai
            paragraph 1 |  | k
        """,
    )
    assert codes(draft) == ["skipped"]


def test_numbers_through_styles_below_typed_chapters() -> None:
    styles = (
        f'<w:styles {W}><w:style w:type="paragraph" w:styleId="Dieu"><w:name w:val="Điều"/><w:pPr><w:numPr>'
        '<w:numId w:val="5"/></w:numPr></w:pPr><w:rPr><w:b/></w:rPr></w:style><w:style w:type="paragraph" '
        'w:styleId="Khoan"><w:name w:val="Khoản"/><w:basedOn w:val="Dieu"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr>'
        '</w:pPr><w:rPr><w:b w:val="0"/></w:rPr></w:style></w:styles>'
    )
    parts: dict[str, str | bytes] = {
        "word/styles.xml": styles,
        "word/numbering.xml": numbering([("decimal", "Điều %1.", "Dieu"), ("decimal", "%2.", "Khoan")]),
    }
    blocks = [para("Một", style="Dieu"), para("k", style="Khoan"), para("k", style="Khoan"), para("Hai", style="Dieu")]
    draft = import_draft(docx(head("Chương I"), head("CHUNG"), *blocks, para("k", style="Khoan"), extra=parts))
    shows(
        draft,
        """
        chapter I | CHUNG
          article 1 | Một
            paragraph 1 |  | k
            paragraph 2 |  | k
          article 2 | Hai
            paragraph 1 |  | k
        """,
    )


def test_a_list_used_again_starts_again_where_the_file_says_so() -> None:
    again = (
        '<w:num w:numId="6"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
        "</w:lvlOverride></w:num>"
    )
    blocks = [A, para("x", list_=(5, 0)), para("y", list_=(5, 0)), para("Điều 2. B", bold=True)]
    blocks += [para("x", list_=(6, 0)), para("y", list_=(6, 0)), para("z", list_=(5, 0))]
    draft = import_draft(docx(*blocks, extra={"word/numbering.xml": numbering([("decimal", "%1.")], again)}))
    assert [node["number"] for node in draft.tree[1]["children"]] == ["1", "2", "3"]


def test_bullets_below_bullets_and_a_typed_letter_on_a_bulleted_line() -> None:
    levels = [("bullet", "\uf0b7"), ("bullet", "o"), ("bullet", "\uf0a7")]
    lines = [("b0", 0), ("b1", 1), ("b1", 1), ("b2", 2), ("b0", 0), ("a) chữ", 0), ("b) chữ", 0)]
    blocks = [A, para("1. k:"), *(para(text, list_=(5, level)) for text, level in lines)]
    draft = import_draft(docx(*blocks, extra={"word/numbering.xml": numbering(levels)}))
    shows(
        draft,
        """
        article 1 | A
          paragraph 1 |  | k:
            point - |  | b0
              point - |  | b1
              point - |  | b1
                point - |  | b2
            point - |  | b0
            point a |  | chữ
            point b |  | chữ
        """,
    )


def test_a_bullet_typed_as_a_private_letter_of_a_symbol_font_is_a_dash() -> None:
    draft = import_draft(docx(A, para("1. k:"), para("\uf0b7 một"), para("➢ hai")))
    assert [node["number"] for node in draft.tree[0]["children"][0]["children"]] == ["-", "-"]


# -- quotations of an amending text


def test_quoted_clauses_are_text_also_when_marks_are_missing_or_opened_again() -> None:
    lines = ["1. Sửa đổi Điều 7 như sau:", "“Điều 7. Tên mới", "1. Khoản “abc” x.", "2. Khoản hai.”."]
    lines += ["2. Sửa đổi Điều 10 như sau:", "“Điều 10. Tên", "1. không đóng ngoặc"]
    lines += ["3. Sửa đổi Điều 11 như sau:", "“Điều 11. Tên", "“1. mở lại", "“2. mở lại.”"]
    lines += ['4. Sửa đổi Điều 12 như sau: "Điều 12. Tên', '1. x."', "5. Bãi bỏ Điều 13."]
    draft = import_draft(docx(A, *(para(one) for one in lines)))
    shows(
        draft,
        """
        article 1 | A
          paragraph 1 |  | Sửa đổi Điều 7 như sau:⏎“Điều 7. Tên mới⏎1. Khoản “abc” x.⏎2. Khoản hai.”.
          paragraph 2 |  | Sửa đổi Điều 10 như sau:⏎“Điều 10. Tên⏎1. không đóng ngoặc
          paragraph 3 |  | Sửa đổi Điều 11 như sau:⏎“Điều 11. Tên⏎“1. mở lại⏎“2. mở lại.”
          paragraph 4 |  | Sửa đổi Điều 12 như sau: "Điều 12. Tên⏎1. x."
          paragraph 5 |  | Bãi bỏ Điều 13.
        """,
    )


def test_a_quoted_table_keeps_its_place_between_the_quoted_lines() -> None:
    draft = import_draft(
        docx(A, para("1. Sửa như sau:"), para("“Điều 7. Tên"), table([["ô"]]), para("1. Sau bảng.”"), para("2. Hai"))
    )
    shows(
        draft,
        """
        article 1 | A
          paragraph 1 |  | Sửa như sau:⏎“Điều 7. Tên
            table |  |  | ô
            paragraph |  | 1. Sau bảng.”
          paragraph 2 |  | Hai
        """,
    )


def test_a_mark_that_nobody_closed_inside_a_sentence_swallows_nothing() -> None:
    draft = import_draft(docx(A, para("1. gọi là “Hội đồng."), para("2. Hai"), para("Điều 2. B", bold=True)))
    assert [line.split(" |")[0].strip() for line in outline(draft.tree)] == [
        "article 1",
        "paragraph 1",
        "paragraph 2",
        "article 2",
    ]


# -- tables, annexes, contents


def test_annexes_with_tables_notes_and_numbers_of_their_own() -> None:
    draft = import_draft(
        docx(
            head("KẾ HOẠCH"),
            para("I. Mục đích"),
            para("x"),
            signature(),
            head("PHỤ LỤC I"),
            head("DANH MỤC"),
            para("Đơn vị tính: triệu đồng", right=True),
            table([["a", "b"]]),
            para("Ghi chú: x"),
            head("PHỤ LỤC II"),
            para("I. Phần một"),
            para("1. Một"),
            table([["c"]]),
        )
    )
    shows(
        draft,
        """
        preamble | KẾ HOẠCH
        section I | Mục đích | x
        signature |  | Nơi nhận:⏎- Như Điều 2;⏎- Lưu: VT.⏎BỘ TRƯỞNG⏎(Đã ký)
        table | PHỤ LỤC I⏎DANH MỤC⏎Đơn vị tính: triệu đồng |  | a ; b
        preamble |  | Ghi chú: x
        preamble | PHỤ LỤC II
        section I | Phần một
          paragraph 1 |  | Một
            table |  |  | c
        """,
    )


def test_an_annex_that_no_signature_parts_from_the_text_stands_at_the_top() -> None:
    draft = import_draft(docx(A, para("1. x"), head("PHỤ LỤC"), head("TIÊU CHÍ"), table([["STT", "Điểm"]])))
    shows(
        draft,
        """
        article 1 | A
          paragraph 1 |  | x
        table | PHỤ LỤC⏎TIÊU CHÍ |  | STT ; Điểm
        """,
    )


def test_a_regulation_as_an_annex_keeps_its_chapters() -> None:
    draft = import_draft(
        docx(
            A, para("x"), signature(), head("PHỤ LỤC"), head("QUY TRÌNH"), head("Chương I"), head("CHUNG"), A, para("y")
        )
    )
    assert outline(draft.tree)[2:] == ["preamble | PHỤ LỤC⏎QUY TRÌNH", "chapter I | CHUNG", "  article 1 | A | y"]


def test_lines_of_a_table_of_contents_are_no_clauses() -> None:
    contents = [para("Chương I. CHUNG\t3", style="TOC1"), para("Điều 1. A\t3"), para("Điều 2. B........4")]
    draft = import_draft(docx(head("QUY CHẾ"), *contents, head("Chương I. CHUNG"), A, para("x")))
    shows(
        draft,
        """
        preamble | QUY CHẾ | Chương I. CHUNG 3⏎Điều 1. A 3⏎Điều 2. B........4
        chapter I | CHUNG
          article 1 | A | x
        """,
    )


def test_merged_cells_tables_in_cells_and_a_file_without_styles() -> None:
    wide = cell("rộng", about='<w:gridSpan w:val="2"/>')
    tall = cell("cao", about='<w:vMerge w:val="restart"/>')
    below = cell(about="<w:vMerge/>")
    inner = cell(table([["x", "y"], ["z", "w"]]), "")
    grid = table([[wide, tall], [cell("c", "c2"), inner, below]], style="TableGrid")
    node = import_draft(docx(A, grid, para("sau"))).tree[0]
    assert node["children"][0]["rows"] == [["rộng", "", "cao"], ["c\nc2", "x | y\nz | w", ""]]
    assert node["children"][1]["text"] == "sau"


def test_a_borderless_table_in_the_body_stays_in_the_tree() -> None:
    draft = import_draft(docx(A, para("1. x"), table([["Công thức", "= số 12 x 3"]], bordered=False), para("2. y")))
    assert "Công thức" in everything(draft.tree)
    assert draft.letterhead == []


def test_articles_inside_a_layout_table_are_articles() -> None:
    layout = table([[[A, para("1. x")]], [[para("Điều 2. B", bold=True)]]], bordered=False)
    draft = import_draft(docx(letterhead(), head("QUY CHẾ"), layout))
    assert [node["number"] for node in draft.tree if node["kind"] == "article"] == ["1", "2"]


# -- what Word puts between the letters


def test_runs_soft_hyphens_fields_links_and_controls_are_one_line() -> None:
    pieces = run("Đi", "<w:b/>") + '<w:proofErr w:type="spellEnd"/>' + run("ề", "<w:b/>") + run("u 1. Tên", "<w:b/>")
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF a </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{run("lồng")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("Điều 1")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    rest = f"<w:hyperlink>{run(' liên kết')}</w:hyperlink><w:smartTag>{run(' thẻ')}</w:smartTag>"
    rest += f"<w:sdt><w:sdtPr/><w:sdtContent>{run(' khung')}</w:sdtContent></w:sdt>{run(' ẩn', '<w:vanish/>')}"
    rest += f'<x:newer xmlns:x="urn:newer">{run(" mới")}</x:newer>'
    hyphens = "<w:r><w:softHyphen/></w:r>" + run("m\u00adột") + "<w:r><w:noBreakHyphen/></w:r>" + run("hai")
    draft = import_draft(docx(para(inner=pieces), para("1. Theo ", inner=field + rest), para("2. ", inner=hyphens)))
    shows(
        draft,
        """
        article 1 | Tên
          paragraph 1 |  | Theo Điều 1 liên kết thẻ khung mới
          paragraph 2 |  | một-hai
        """,
    )


def test_a_link_that_holds_only_a_tab_still_parts_two_words() -> None:
    inner = f"{run('1. Một')}<w:hyperlink>{run(chr(9))}</w:hyperlink>{run('hai')}"
    assert outline(import_draft(docx(A, para(inner=inner))).tree)[1] == "  paragraph 1 |  | Một hai"


def test_breaks_inside_a_paragraph_part_clauses() -> None:
    draft = import_draft(docx(A, para("1. Một\na) x;\n- z\n2. Hai\ntiếp\f3. Sang trang")))
    shows(
        draft,
        """
        article 1 | A
          paragraph 1 |  | Một
            point a |  | x;
              point - |  | z
          paragraph 2 |  | Hai⏎tiếp
          paragraph 3 |  | Sang trang
        """,
    )


def test_moved_and_deleted_lines_count_as_accepted_and_do_not_count_in_lists() -> None:
    gone = '<w:del w:id="1"/>'
    blocks = [A, para("một", list_=(5, 0))]
    blocks += [para(list_=(5, 0), mark=gone, inner='<w:del w:id="2"><w:r><w:delText>xóa</w:delText></w:r></w:del>')]
    blocks += [
        para(list_=(5, 0), mark='<w:moveFrom w:id="3"/>', inner=f'<w:moveFrom w:id="4">{run("đi")}</w:moveFrom>')
    ]
    blocks += [para(list_=(5, 0), inner=f'<w:moveTo w:id="5">{run("đi")}</w:moveTo>')]
    blocks += [
        para(
            list_=(5, 0),
            inner=f'<w:ins w:id="6"><w:del w:id="7"><w:r><w:delText>x</w:delText></w:r></w:del>{run("mới")}</w:ins>',
        )
    ]
    draft = import_draft(docx(*blocks, extra={"word/numbering.xml": numbering([("decimal", "%1.")])}))
    assert outline(draft.tree)[1:] == ["  paragraph 1 |  | một", "  paragraph 2 |  | đi", "  paragraph 3 |  | mới"]
    assert codes(draft) == ["tracked"]


def test_footnotes_go_with_the_clause_the_title_or_the_table_that_has_them() -> None:
    def mark(number: int) -> str:
        return f'<w:r><w:rPr><w:rStyle w:val="x"/></w:rPr><w:footnoteReference w:id="{number}"/></w:r>'

    own = "<w:r><w:footnoteRef/></w:r>"
    notes = f'<w:footnotes {W}><w:footnote w:id="-1" w:type="separator"><w:p/></w:footnote>'
    for number in (2, 3, 4):
        notes += f'<w:footnote w:id="{number}">{para(f"Chú thích {number}", inner=own)}</w:footnote>'
    draft = import_draft(
        docx(
            para("QUY CHẾ", bold=True, centred=True, inner=mark(4)),
            para("Điều 1. A", bold=True, inner=mark(2)),
            table([[cell(para("ô", inner=mark(3)))]]),
            extra={"word/footnotes.xml": f"{notes}</w:footnotes>"},
        )
    )
    title, article = draft.tree
    found = [one["notes"] for one in (title, article, article["children"][0])]
    assert found == [["Chú thích 4"], ["Chú thích 2"], ["Chú thích 3"]]


def test_text_boxes_and_curved_words_are_read_once_where_they_hang() -> None:
    nested = f"<w:txbxContent>{para('ngoài', inner=box('trong'))}</w:txbxContent>"
    curved = '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="CHỮ UỐN"/></v:shape></w:pict></w:r>'
    draft = import_draft(
        docx(A, para("1. x", inner=f"<w:r><w:pict>{nested}</w:pict></w:r>"), para(inner=curved), para("2. y"))
    )
    assert everything(draft.tree).split("\n") == ["A", "x", "ngoài", "trong", "CHỮ UỐN", "y"]
    assert codes(draft) == ["shapes"]


# -- other programs, other packages


@pytest.mark.parametrize(
    "file",
    [
        docx(A, para("x"), main="word/noi-dung.xml", target="/word/noi-dung.xml"),
        docx(A, para("x"), main="Word/Document2.xml", target="word/document2.xml"),
        docx(A, para("x"), main="word/nội dung.xml", target="word/n%E1%BB%99i%20dung.xml"),
        docx(A, para("x"), namespace=f'xmlns:w="{STRICT_MAIN}"'),
        docx(A, para("x"), encoding="utf-16"),
        docx(
            f"<mc:AlternateContent {MC}><mc:Choice>{A}</mc:Choice><mc:Fallback>{A}</mc:Fallback></mc:AlternateContent>",
            para("x"),
        ),
        docx(f"<w:sdt><w:sdtContent>{A}<w:customXml>{para('x')}</w:customXml></w:sdtContent></w:sdt>"),
        docx(A, para("x"), extra={"word/media/anh.png": bytes(range(256)) * 12000, "docProps/thumbnail.jpeg": b"x"}),
    ],
    ids=["absolute", "other name", "escaped name", "strict", "utf-16", "said twice", "controls", "pictures"],
)
def test_packages_as_other_programs_write_them(file: bytes) -> None:
    assert outline(import_draft(file).tree) == ["article 1 | A | x"]


def test_a_main_part_that_only_the_list_of_types_names() -> None:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/a/b.xml" '
        'ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
    )
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("a/b.xml", f"<w:document {W}><w:body>{A}{para('x')}</w:body></w:document>")
    assert outline(import_draft(out.getvalue()).tree) == ["article 1 | A | x"]


def test_notes_and_lists_under_other_names_are_found_by_their_relations() -> None:
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{RELATION}numbering" Target="/lists/so.xml"/></Relationships>'
    )
    parts: dict[str, str | bytes] = {
        "word/_rels/document.xml.rels": rels,
        "lists/so.xml": numbering([("decimal", "%1.")]),
    }
    draft = import_draft(docx(A, para("x", list_=(5, 0)), extra=parts))
    assert outline(draft.tree)[1] == "  paragraph 1 |  | x"


def test_a_part_that_only_word_opens_is_warned_of_or_refused() -> None:
    chunk = '<w:altChunk xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="r9"/>'
    assert codes(import_draft(docx(A, para("x"), chunk))) == ["chunks"]


def test_letters_that_only_look_right_are_read_as_meant_and_warned_of() -> None:
    draft = import_draft(
        docx(A, para("1. k"), para("\u0430) Cyrillic"), para("b) x"), para("c) C\u043emmon"), para("d) αβγ"))
    )
    assert [node["number"] for node in draft.tree[0]["children"][0]["children"]] == ["a", "b", "c", "d"]
    assert [(one.where, one.params["letter"]) for one in draft.warnings] == [("1/1/a", "\u0430"), ("1/1/c", "\u043e")]


def test_capitals_that_a_style_makes_count_as_capitals() -> None:
    caps = run("quy định chung", "<w:b/><w:caps/>")
    title = para(centred=True, inner=run("Quy chế", "<w:b/><w:caps/>"))
    draft = import_draft(docx(title, head("Chương I"), para(centred=True, inner=caps), A, para("x")))
    assert outline(draft.tree)[:2] == ["preamble | Quy chế", "chapter I | quy định chung"]


def test_an_old_font_is_only_warned_of_where_its_letters_are_old() -> None:
    font = '<w:rFonts w:ascii=".VnTime"/>'
    old = import_draft(docx(para(inner=run("§iÒu 1. Ph¹m vi", font))))
    assert codes(old) == ["old_font"]
    new = import_draft(docx(A, para(inner=run("Phạm vi áp dụng", font)), para(inner=run("2026", font))))
    assert codes(new) == []


def test_old_codes_are_read_as_what_they_say_only_when_asked() -> None:
    vn, vn_caps, vni = (f'<w:rFonts w:ascii="{font}"/>' for font in (".VnTime", ".VnTimeH", "VNI-Times"))
    data = docx(
        para(inner=run("ch­¬ng I", vn_caps)),
        para(inner=run("quy ®Þnh chung", vn_caps)),
        para(inner=run("§iÒu 1. Ph¹m vi ®iÒu chØnh", vn)),
        para(inner=run("Quy cheá naøy quy ñònh toå chöùc cuûa Cuïm.", vni)),
        para(inner=run("Câu bằng Unicode trong phông cũ.", vn)),
    )
    assert "Điều" not in str(import_draft(data).tree)
    draft = import_draft(data, convert=True)
    shows(
        draft,
        """
        chapter I | QUY ĐỊNH CHUNG
          article 1 |  | Phạm vi điều chỉnh⏎Quy chế này quy định tổ chức của Cụm.⏎Câu bằng Unicode trong phông cũ.
        """,
    )
    assert codes(draft) == ["converted"]
    assert ("§iÒu 1. Ph¹m vi ®iÒu chØnh", "Điều 1. Phạm vi điều chỉnh") in draft.converted


def test_a_plan_with_heading_styles_is_read_by_its_numbers() -> None:
    draft = import_draft(
        docx(
            para("KẾ HOẠCH", bold=True, centred=True, style="Heading1"),
            para("I. Mục đích", bold=True, style="Heading2"),
            para("1. Một", bold=True, style="Heading3"),
            para("x"),
        )
    )
    assert outline(draft.tree) == ["preamble | KẾ HOẠCH", "section I | Mục đích", "  paragraph 1 | Một | x"]


def test_a_draft_without_numbers_is_read_by_its_styles() -> None:
    lines = [
        ("QUY CHẾ", "Title"),
        ("Chung", "Heading1"),
        ("Phạm vi", "Heading2"),
        ("đoạn", ""),
        ("đoạn 2", ""),
        ("Ba", "Heading2"),
    ]
    draft = import_draft(docx(*(para(text, style=style) for text, style in lines), para("x")))
    shows(
        draft,
        """
        preamble | QUY CHẾ
        chapter | Chung
          article | Phạm vi | đoạn⏎đoạn 2
          article | Ba | x
        """,
    )
    assert codes(draft) == ["unnumbered"]


def test_levels_of_a_draft_without_numbers_follow_what_its_styles_hold() -> None:
    lines = [
        ("Chung", 1),
        ("CHẤM ĐIỂM", 2),
        ("Thang điểm", 3),
        ("Tổng điểm là 100.", 4),
        ("Điểm tối đa;", 5),
        ("Cách tính.", 5),
    ]
    draft = import_draft(docx(head("QUY CHẾ"), *(para(text, style=f"Heading{level}") for text, level in lines)))
    shows(
        draft,
        """
        preamble | QUY CHẾ
        chapter | Chung
          section | CHẤM ĐIỂM
            article | Thang điểm
              paragraph |  | Tổng điểm là 100.
                point |  | Điểm tối đa;
                point |  | Cách tính.
        """,
    )
    lines = [("Mục đích", 1), ("Yêu cầu", 2), ("Nội dung", 1)]
    plan = import_draft(
        docx(head("KẾ HOẠCH"), *(para(text, style=f"Heading{level}") for text, level in lines), para("x"))
    )
    assert outline(plan.tree)[1:] == ["section | Mục đích", "  paragraph | Yêu cầu", "section | Nội dung | x"]


def test_a_law_of_700_articles_and_3000_points_is_read_whole() -> None:
    blocks = [head("BỘ LUẬT"), head("DÂN SỰ")]
    for number in range(1, 701):
        blocks += [para(f"Điều {number}. Tên {number}", bold=True), para("1. Khoản một:")]
        blocks += [
            para(f"{letter}) Điểm {letter} của {number};") for letter in ("abcd" if number % 10 else "abcdđeghi")
        ]
        blocks += [para("2. Khoản hai.")]
    draft = import_draft(docx(*blocks))
    kinds = [line.split()[0] for line in outline(draft.tree)]
    assert (kinds.count("article"), kinds.count("paragraph"), kinds.count("point")) == (700, 1400, 3150)
    assert draft.warnings == []
