"""A version as a Word file: it comes back as the same tree, and tracked changes give either draft."""

from __future__ import annotations

import io
import random
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from lxml import etree

from giaouoc.documents.identity import carry, rows_of_tree
from giaouoc.documents.paper.changes_table import ChangeRow, ChangesPaper, render_changes_table
from giaouoc.documents.paper.clauses import VersionPaper
from giaouoc.documents.paper.word import Side, render_changes, render_word
from giaouoc.documents.paper.word_changes import differences
from giaouoc.documents.rules.draft_import import import_draft

from . import paper_samples as samples
from . import revisions
from .stage import node
from .test_import_roundtrip import OWN, _Maker

pytestmark = pytest.mark.once

DATA = Path(__file__).parents[2] / "demo" / "data"
DRAFTS = ("quy-che-du-thao-1", "quy-che-du-thao-2", "ke-hoach-2026-du-thao-1")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def paper(tree: Any, *, day: date = date(2026, 3, 6), ordinal: int = 1) -> VersionPaper:
    return VersionPaper(
        samples.CLUSTER,
        samples.SUPERVISOR,
        2026,
        "Quy chế",
        samples.PLACE,
        tree,
        samples.sha("v"),
        day,
        draft_ordinal=ordinal,
    )


def sample(name: str) -> Any:
    return import_draft((DATA / f"{name}.docx").read_bytes()).tree


@pytest.mark.parametrize("name", DRAFTS)
def test_a_real_draft_written_as_word_comes_back_the_same(name: str) -> None:
    tree = sample(name)
    assert import_draft(render_word(paper(tree))).tree == tree


@pytest.mark.parametrize("seed", range(8))
def test_any_draft_written_as_word_comes_back_the_same(seed: int) -> None:
    maker = _Maker(random.Random(seed), OWN)
    tree = maker.plan() if seed % 2 else maker.regulation()
    assert import_draft(render_word(paper(tree))).tree == tree


def test_footnotes_come_back_at_their_clause() -> None:
    clause = node("paragraph", "1", "Cụm trưởng triệu tập hội nghị.") | {"notes": ["Theo Luật Thi đua, khen thưởng."]}
    clause["children"] = clause.pop("children")
    tree = [node("preamble", None, "", "QUY CHẾ\nlàm việc"), node("article", "1", "", "Hội nghị", clause)]
    assert import_draft(render_word(paper(tree))).tree == tree


def test_the_sheet_is_set_as_the_layout_says() -> None:
    word = Document(io.BytesIO(render_word(paper(sample(DRAFTS[0])))))
    section = word.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(one.mm) for one in margins if one is not None] == [20, 20, 30, 15]
    left, right = (cell.text for cell in word.tables[0].rows[0].cells)
    assert "CỤM THI ĐUA" in left
    assert "DỰ THẢO LẦN 1" in left
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in right
    articles = [one for one in word.paragraphs if one.style is not None and one.style.name == "Điều"]
    assert articles[0].text.startswith("Điều 1. ")
    assert all(run.bold for one in articles for run in one.runs)
    names = {one.style.name for one in word.paragraphs if one.style is not None}
    assert {"Tên văn bản", "Chương, mục", "Điều", "Khoản", "Điểm"} <= names


def test_a_wide_annex_lies_across_a_sheet_of_its_own() -> None:
    word = Document(io.BytesIO(render_word(paper(sample(DRAFTS[2])))))
    upright, across = word.sections
    assert [round(one.mm) for one in (across.page_width, across.page_height) if one is not None] == [297, 210]
    assert [round(one.mm) for one in (upright.page_width, upright.page_height) if one is not None] == [210, 297]
    assert not across.different_first_page_header_footer  # its first page has its number, too
    assert across.header.is_linked_to_previous
    table = word.tables[-1]
    assert table.rows[0]._tr.xpath("w:trPr/w:tblHeader")
    assert all(run.bold for cell in table.rows[0].cells for one in cell.paragraphs for run in one.runs)
    bands = [row for row in table.rows if len({id(cell._tc) for cell in row.cells}) == 1]
    assert [row.cells[0].text for row in bands] == ["QUÝ I", "QUÝ II", "QUÝ III", "QUÝ IV"]
    widths = [cell.width.mm for cell in table.rows[0].cells]
    assert round(sum(widths)) == 297 - 30 - 15
    assert widths[0] > 3 * 2.6 + 2 * 1.9  # 'STT' stands in one line


@pytest.mark.parametrize("columns", [2, 9])
def test_what_follows_a_table_of_an_annex_stands_upright_on_a_new_sheet(columns: int) -> None:
    rows = [["Đầu đề", *"x" * (columns - 1)], ["Nhóm", *[""] * (columns - 1)], ["Một", *"y" * (columns - 1)]]
    tables = [node("table", None, "", f"PHỤ LỤC {number}") | {"rows": rows} for number in ("I", "II")]
    for one in tables:
        one["children"] = one.pop("children")
    text = [node("preamble", None, "", "QUY CHẾ\nlàm việc"), node("article", "1", "Các đơn vị họp.", "Hội nghị")]
    made = render_word(paper([*text, *tables]))
    assert import_draft(made).tree == [*text, *tables]
    after = Document(io.BytesIO(render_word(paper([tables[0], text[1]]))))
    assert [one.orientation for one in after.sections][-1] == WD_ORIENT.PORTRAIT
    assert len(after.sections) == (1 if columns == 2 else 3)
    word = Document(io.BytesIO(made))
    broken = [one.text for one in word.paragraphs if one.paragraph_format.page_break_before]
    ways = [one.orientation for one in word.sections]
    if columns == 2:
        assert broken == ["PHỤ LỤC I", "PHỤ LỤC II"]
        assert ways == [WD_ORIENT.PORTRAIT]
    else:
        assert broken == ["PHỤ LỤC II"]
        assert ways == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]


def test_a_table_without_rows_writes_none() -> None:
    empty = node("table", None, "", "PHỤ LỤC") | {"rows": []}
    word = Document(io.BytesIO(render_word(paper([node("preamble", None, "", "QUY CHẾ"), empty]))))
    assert len(word.tables) == 1  # the head of the paper


def test_place_and_day_stand_in_one_line() -> None:
    word = Document(io.BytesIO(render_word(paper(sample(DRAFTS[0])))))
    left, right = (cell.width.mm for cell in word.tables[0].rows[0].cells)
    assert right > 105  # of the 165 mm: so long is the line in 14 points, with nothing beside it in the cell
    assert round(left + right) == 165
    assert word.tables[0]._tbl.xpath("w:tblPr/w:tblCellMar/w:left/@w:w") == ["0"]


def test_a_state_paper_names_its_recipients_in_bold_italics() -> None:
    tree = sample(DRAFTS[0])
    looks = {}
    for kind in ("party", "state"):
        word = Document(io.BytesIO(render_word(replace(paper(tree), body_kind=kind))))
        run = word.tables[-1].rows[0].cells[0].paragraphs[0].runs[0]
        looks[kind] = (bool(run.bold), bool(run.italic), bool(run.underline))
    assert looks == {"party": (False, False, True), "state": (True, True, False)}


def test_the_layout_follows_the_day_of_the_paper() -> None:
    tree = sample(DRAFTS[0])
    later = Document(io.BytesIO(render_word(paper(tree, day=date(2026, 6, 1)))))
    assert "Dự thảo lần 1" in later.tables[0].rows[0].cells[0].text


def test_the_same_version_gives_the_same_file() -> None:
    tree = sample(DRAFTS[2])
    assert render_word(paper(tree)) == render_word(paper(tree))


def _tracked(old: Any, new: Any) -> bytes:
    kept = carry(old, new).kept
    ids = [kept.get(place, f"new {place}") for place in range(len(rows_of_tree(new)))]
    return render_changes(paper(new, ordinal=2), Side(old, range(len(rows_of_tree(old))), 1), ids)


def _settled(data: bytes, keep: str, drop: str) -> bytes:
    """The file with all changes of one kind taken and all of the other kind gone, as Word's two buttons do."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "word/document.xml":
                root = etree.fromstring(part)
                for paragraph in list(root.iter(W + "p")):
                    if paragraph.find(f"{W}pPr/{W}rPr/{W}{drop}") is not None:
                        assert {child.tag for child in paragraph} <= {W + "pPr", W + drop}
                        _remove(paragraph)
                for row in list(root.iter(W + "tr")):
                    if row.find(f"{W}trPr/{W}{drop}") is not None:
                        _remove(row)
                for table in list(root.iter(W + "tbl")):
                    if not table.findall(W + "tr"):
                        _remove(table)
                for gone in list(root.iter(W + drop)):
                    _remove(gone)
                for kept in list(root.iter(W + keep)):
                    above = kept.getparent()
                    assert above is not None
                    for child in list(kept):
                        kept.addprevious(child)
                    above.remove(kept)
                for words in root.iter(W + "delText"):
                    words.tag = W + "t"
                part = etree.tostring(root)
            target.writestr(name, part)
    return out.getvalue()


def _remove(element: Any) -> None:
    element.getparent().remove(element)


def _both_ways(old: Any, new: Any) -> None:
    data = _tracked(old, new)
    accepted, rejected = _settled(data, "ins", "del"), _settled(data, "del", "ins")
    assert import_draft(accepted).tree == new
    assert import_draft(rejected).tree == old
    assert "LẦN 2" in Document(io.BytesIO(accepted)).tables[0].rows[0].cells[0].text
    assert "LẦN 1" in Document(io.BytesIO(rejected)).tables[0].rows[0].cells[0].text


def test_tracked_changes_of_the_sample_give_either_draft() -> None:
    _both_ways(sample(DRAFTS[0]), sample(DRAFTS[1]))


def test_tracked_changes_between_two_quite_different_texts_give_either() -> None:
    _both_ways(sample(DRAFTS[0]), sample(DRAFTS[2]))


@pytest.mark.parametrize("seed", range(3))
def test_tracked_changes_of_any_revision_give_either_draft(seed: int) -> None:
    rng = random.Random(seed)
    revision = revisions.revise(revisions.regulation(rng, 8), rng, hard=seed % 2 == 1)
    _both_ways(revision.old, revision.new)


def test_annexes_that_came_went_or_turned_give_either_draft_and_only_what_stands_turns_the_sheet() -> None:
    def annex(columns: int, number: str = "I") -> Any:
        made = node("table", None, "", f"PHỤ LỤC {number}") | {"rows": [["Đầu"] * columns, ["Ô"] * columns]}
        return made | {"children": made.pop("children")}

    text = [node("preamble", None, "", "QUY CHẾ\nlàm việc"), node("article", "1", "Các đơn vị họp.", "Hội nghị")]
    wide, small, last = annex(9), annex(2), node("article", "2", "Quy chế có hiệu lực.", "Hiệu lực")
    for old, new, ways in [
        ([], [wide], [False, True]),
        ([wide], [], [False]),
        ([wide, last], [last], [False]),
        ([small], [wide], [False, True]),
        ([wide], [small], [False]),
        ([last], [wide, last], [False, True, False]),
        ([wide], [wide, annex(9, "II")], [False, True]),
    ]:
        _both_ways([*text, *old], [*text, *new])
        word = Document(io.BytesIO(_tracked([*text, *old], [*text, *new])))
        assert [one.orientation == WD_ORIENT.LANDSCAPE for one in word.sections] == ways


def test_a_text_that_did_not_change_has_no_tracked_change() -> None:
    tree = sample(DRAFTS[2])
    data = render_changes(paper(tree), Side(tree, range(len(rows_of_tree(tree))), 1), range(len(rows_of_tree(tree))))
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")
    assert b"<w:ins" not in xml
    assert b"<w:del" not in xml


def test_a_change_is_of_whole_words() -> None:
    old, new = (("1. Đơn vị gửi hồ sơ.", False),), (("1. Đơn vị gửi hổ sơ.", False),)
    assert differences(old, new) == [
        ("same", "1. Đơn vị gửi ", False),
        ("del", "hồ", False),
        ("ins", "hổ", False),
        ("same", " sơ.", False),
    ]


def test_the_table_of_changes_shows_both_wordings() -> None:
    made = render_changes_table(
        ChangesPaper(
            samples.CLUSTER,
            samples.SUPERVISOR,
            "Quy chế: dự thảo 2 so với dự thảo 1",
            samples.PLACE,
            date(2026, 3, 6),
            "Dự thảo 1",
            "Dự thảo 2",
            (
                ChangeRow(
                    "khoản 1 Điều 2", "khoản 2 Điều 2", "sửa câu chữ", "Gửi trước ngày 05.", "Gửi trước ngày 10."
                ),
                ChangeRow("Điều 3", "", "bỏ", "Điều thừa.", ""),
                ChangeRow("", "Điều 4", "thêm mới", "", "Điều mới."),
            ),
            ("a" * 64, "b" * 64),
        )
    )
    table = Document(io.BytesIO(made)).tables[1]
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    assert cells[0] == ["TT", "Điều khoản", "Thay đổi", "Dự thảo 1", "Dự thảo 2"]
    assert cells[1][1:] == [
        "khoản 1 Điều 2 → khoản 2 Điều 2",
        "sửa câu chữ",
        "Gửi trước ngày 05.",
        "Gửi trước ngày 10.",
    ]
    assert cells[2][1:] == ["Điều 3 → đã bỏ", "bỏ", "Điều thừa.", ""]
    assert cells[3][1:] == ["Điều 4", "thêm mới", "", "Điều mới."]
    struck = [run.text for run in table.rows[1].cells[3].paragraphs[0].runs if run.font.strike]
    assert struck == ["05"]
