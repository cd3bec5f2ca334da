"""The clause view."""

import json
import re
import time

import pytest

from giaouoc.ui.clauses import anchor, clauses_html, note_html, number_mark, rows_of

TREE = [
    {"kind": "preamble", "number": None, "heading": "QUY CHẾ", "text": "Căn cứ…", "children": []},
    {
        "kind": "chapter",
        "number": "II",
        "heading": "TỔ CHỨC",
        "text": "",
        "children": [
            {
                "kind": "article",
                "number": "6",
                "heading": "Cụm trưởng",
                "text": "",
                "path": "6",
                "children": [
                    {
                        "kind": "paragraph",
                        "number": "1",
                        "heading": None,
                        "text": "Nhiệm vụ:",
                        "path": "6/1",
                        "children": [
                            {"kind": "point", "number": "d", "heading": None, "text": "Họp;", "path": "6/1/d"},
                            {"kind": "point", "number": "đ", "heading": None, "text": "Ký.", "path": "6/1/đ"},
                        ],
                    }
                ],
            }
        ],
    },
]


@pytest.mark.parametrize(
    ("number", "mark"),
    [
        ("2", "2."),
        ("a", "a)"),
        ("đ", "đ)"),
        ("đ1", "đ1)"),
        ("I", "I."),
        ("-", "-"),
        (None, ""),
        ("5a", "5a."),
        ("1.1", "1.1."),
    ],
)
def test_numbers_stand_as_on_paper(number, mark):
    assert number_mark(number) == mark


def test_letters_d_and_d_with_a_stroke_have_different_places():
    assert anchor("6/1/d") == "dk-6-1-d"
    assert anchor("6/1/đ") == "dk-6-1-đ"


def test_a_tree_reads_as_a_document():
    page = clauses_html(rows_of(TREE))
    assert '<span class="clause__label">Chương\u00a0II</span> TỔ CHỨC' in page
    assert "Điều\u00a06. Cụm trưởng" in page
    assert '<div class="clause deep-1" id="dk-6-1-đ" data-path="6/1/đ"><span class="clause__no">đ)</span>' in page
    assert "doc--alone" in page
    assert page.index("Nhiệm vụ:") < page.index("Họp;") < page.index("Ký.")


def test_remarks_stand_beside_their_clause_down_to_the_next_remark():
    rows = rows_of(TREE)
    by_path = {row.get("path"): row for row in rows}
    by_path["6/1"]["notes"] = [{"unit": "Công an"}]
    by_path["6/1/đ"]["notes"] = [{"unit": "Quân sự"}]
    page = clauses_html(rows)
    assert re.findall(r'clause__notes[^"]*', page) == ["clause__notes span-2", "clause__notes"]
    assert page.index("Nhiệm vụ:") < page.index("Công an") < page.index("Họp;")


def test_footnotes_of_the_text_are_not_taken_for_remarks():
    rows = rows_of([{"kind": "paragraph", "number": "1", "text": "Lời.", "notes": ["Chú thích."]}])
    page = clauses_html(rows)
    assert '<p class="clause__foot">Chú thích.</p>' in page
    assert "clause__notes" not in page


def test_each_clause_offers_a_comment_with_a_name_of_its_own():
    page = clauses_html(
        [
            {
                "kind": "paragraph",
                "number": "1",
                "text": "x",
                "path": "6/1",
                "add_url": "/g/?a=1&b",
                "where": "khoản 1 Điều 6",
            }
        ]
    )
    assert 'href="/g/?a=1&amp;b" aria-label="Góp ý về khoản 1 Điều 6"' in page


def test_a_table_keeps_its_cells():
    page = clauses_html([{"kind": "table", "heading": "DANH MỤC", "rows": [["TT", "Việc"], ["1", "Tập\nhuấn"]]}])
    assert (
        "<caption>DANH MỤC</caption>" in page and '<th scope="col">Việc</th>' in page and "<td>Tập\nhuấn</td>" in page
    )
    assert "<table" not in clauses_html([{"kind": "table", "heading": "", "rows": []}])


def test_nothing_that_people_wrote_becomes_markup():
    bad = '"><script>x</script>'
    row = {
        "kind": "point",
        "number": bad,
        "heading": bad,
        "text": bad,
        "path": bad,
        "where": bad,
        "add_url": bad,
        "change": bad,
    }
    row["footnotes"] = [bad]
    row["notes"] = [
        dict.fromkeys(["unit", "status", "state", "kind", "quote", "text", "old", "new", "reason", "id"], bad)
    ]
    row["notes"][0] |= dict.fromkeys(["decision", "decision_label", "answer", "after"], bad)
    row["notes"][0]["actions"] = [{"url": bad, "label": bad}]
    kinds = ["part", "chapter", "section", "article", "paragraph", "point", "preamble", "signature", "annex"]
    table = {"kind": "table", "heading": bad, "rows": [[bad], [bad]], "path": bad}
    page = clauses_html([*({**row, "kind": kind} for kind in kinds), table])
    assert "<script" not in page and 'x">' not in page


def test_a_ready_piece_is_escaped_unless_it_is_marked_safe():
    assert "&lt;ins&gt;" in clauses_html([{"kind": "point", "number": "a", "html": "<ins>x</ins>"}])


def test_the_words_of_an_answer_are_marked_by_the_decision():
    page = note_html(
        {"unit": "Công an", "decision": "not_accepted", "decision_label": "Không tiếp thu", "answer": "Vì đã có."}
    )
    assert '<p class="note__answer" data-decision="not_accepted"><b>Không tiếp thu.</b> Vì đã có.</p>' in page


def test_a_long_regulation_with_many_remarks_is_written_at_once():
    rows = [
        {
            "kind": "paragraph",
            "number": str(n),
            "text": "Cụm trưởng có nhiệm vụ tại Điều 5. " * 5,
            "path": f"1/{n}",
            "add_url": "/g/",
        }
        for n in range(600)
    ]
    for row in rows[::6]:
        row["notes"] = [{"unit": "Công an", "text": "Bổ sung.", "old": "gửi trước", "new": "gửi trước 05 ngày"}]
    start = time.perf_counter()
    clauses_html(rows)
    assert time.perf_counter() - start < 1


def test_a_level_of_a_plan_is_a_heading_not_a_section_of_a_chapter():
    rows = rows_of([{"kind": "section", "number": "I", "heading": "MỤC ĐÍCH", "text": "", "children": []}])
    assert '<h2 class="clause__head">I. MỤC ĐÍCH</h2>' in clauses_html(rows)


def test_rows_are_plain_data():
    assert json.loads(json.dumps(rows_of(TREE)))
