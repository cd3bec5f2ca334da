"""A mark of secrecy anywhere in an office file is found: each place by a file that has it nowhere else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document
from docx.oxml import OxmlElement, parse_xml
from openpyxl import Workbook
from openpyxl.comments import Comment

from giaouoc.lib.file_text import mark_in_file

MARK = "TUYỆT MẬT"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
V = 'xmlns:v="urn:schemas-microsoft-com:vml"'


def word(change: Callable[[Any], Any] = lambda paper: None) -> bytes:
    paper, out = Document(), io.BytesIO()
    paper.add_paragraph("Điều 1. Phạm vi bảo vệ bí mật nhà nước")
    change(paper)
    paper.save(out)
    return out.getvalue()


def book(change: Callable[[Any], Any] = lambda sheet: None) -> bytes:
    paper, out = Workbook(), io.BytesIO()
    paper.active["A1"] = "Mật độ dân số"
    change(paper.active)
    paper.save(out)
    return out.getvalue()


def with_part(data: bytes, name: str, part: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, part)
    return out.getvalue()


def _box(paper: Any) -> None:
    run = paper.paragraphs[0].add_run()._r
    inside = f"<w:txbxContent><w:p><w:r><w:t>{MARK}</w:t></w:r></w:p></w:txbxContent>"
    run.append(parse_xml(f"<w:pict {W} {V}><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict>"))


def _watermark(paper: Any) -> None:
    run = paper.sections[0].header.paragraphs[0].add_run()._r
    run.append(parse_xml(f'<w:pict {W} {V}><v:shape><v:textpath string="{MARK}"/></v:shape></w:pict>'))


def _deleted(paper: Any) -> None:
    gone, run, text = OxmlElement("w:del"), OxmlElement("w:r"), OxmlElement("w:delText")
    text.text = MARK
    run.append(text)
    gone.append(run)
    paper.add_paragraph()._p.append(gone)


WORD: dict[str, Callable[[Any], Any]] = {
    "text": lambda paper: paper.add_paragraph(MARK),
    "table": lambda paper: setattr(paper.add_table(1, 1).cell(0, 0), "text", MARK),
    "header": lambda paper: setattr(paper.sections[0].header.paragraphs[0], "text", MARK),
    "first header": lambda paper: setattr(paper.sections[0].first_page_header.paragraphs[0], "text", MARK),
    "footer": lambda paper: setattr(paper.sections[0].even_page_footer.paragraphs[0], "text", MARK),
    "remark": lambda paper: paper.add_comment(paper.paragraphs[0].runs, text=MARK),
    "box": _box,
    "watermark": _watermark,
    "deleted": _deleted,
    "title": lambda paper: setattr(paper.core_properties, "title", MARK),
    "subject": lambda paper: setattr(paper.core_properties, "subject", MARK),
    "keywords": lambda paper: setattr(paper.core_properties, "keywords", MARK),
    "category": lambda paper: setattr(paper.core_properties, "category", MARK),
    "notes of the file": lambda paper: setattr(paper.core_properties, "comments", MARK),
}
SHEET: dict[str, Callable[[Any], Any]] = {
    "cell": lambda sheet: setattr(sheet["B2"], "value", MARK),
    "name of the sheet": lambda sheet: setattr(sheet, "title", MARK),
    "remark": lambda sheet: setattr(sheet["A1"], "comment", Comment(MARK, "A")),
    "header": lambda sheet: setattr(sheet.oddHeader.center, "text", MARK),
    "header of even pages": lambda sheet: setattr(sheet.evenHeader.right, "text", MARK),
    "footer of the first page": lambda sheet: setattr(sheet.firstFooter.left, "text", MARK),
}


def test_a_file_without_a_mark_has_none() -> None:
    assert mark_in_file(word(), "quy-che.docx") is None
    assert mark_in_file(book(), "bang.xlsx") is None


@pytest.mark.parametrize("place", WORD)
def test_a_mark_in_a_word_file_is_found(place: str) -> None:
    assert mark_in_file(word(WORD[place]), "quy-che.docx") == MARK


@pytest.mark.parametrize("place", SHEET)
def test_a_mark_in_a_sheet_is_found(place: str) -> None:
    assert mark_in_file(book(SHEET[place]), "bang.xlsx") == MARK


def test_a_mark_in_properties_of_ones_own_in_a_chart_and_in_an_embedded_file_is_found() -> None:
    custom = (
        f'<Properties xmlns:vt="urn:vt"><property name="Do mat"><vt:lpwstr>{MARK}</vt:lpwstr></property></Properties>'
    )
    assert mark_in_file(with_part(word(), "docProps/custom.xml", custom.encode()), "a.docx") == MARK
    chart = f"<c:tx xmlns:c='urn:c'><c:v>2026</c:v><c:v>{MARK}</c:v></c:tx>"
    assert mark_in_file(with_part(book(), "xl/charts/chart1.xml", chart.encode()), "a.xlsx") == MARK
    inside = with_part(word(), "word/embeddings/so-lieu.xlsx", book(SHEET["cell"]))
    assert mark_in_file(inside, "a.docx") == MARK
    assert mark_in_file(with_part(word(), "word/embeddings/so-lieu.xlsx", book()), "a.docx") is None


def test_files_in_files_are_opened_no_deeper_than_they_are_made_by_people() -> None:
    deep = book(SHEET["cell"])
    for _layer in range(4):
        deep = with_part(word(), "word/embeddings/a.docx", deep)
    assert mark_in_file(deep, "a.docx") is None
