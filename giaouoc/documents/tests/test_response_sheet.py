"""The table of comments and answers as an Excel sheet."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl

from giaouoc.documents.paper.response_sheet import render_response_sheet
from giaouoc.documents.paper.response_table import ResponsePaper, ResponseRow

from . import stage


def rows_of(data: bytes) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows()]


def paper(*rows: ResponseRow) -> ResponsePaper:
    return ResponsePaper(
        cluster_name="Cụm thi đua 17", supervising_body="Ban", subject="ý kiến góp ý", place="TP", day=date(2026, 3, 1),
        rows=rows,
    )  # fmt: skip


def test_words_are_never_a_formula() -> None:
    data = render_response_sheet(paper(ResponseRow("=1+1", "Điều 2", content='=HYPERLINK("http://x")\x01')))
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if str(cell.value or "").startswith("=")]
    assert [cell.value for cell in cells] == ["=1+1", '=HYPERLINK("http://x")']
    assert {cell.data_type for cell in cells} == {"s"}


def test_the_page_gives_each_comment_with_its_answer(world: Any, client: Any) -> None:
    document = stage.responded(world)
    client.force_login(world.mandate("secretary:CA").user)
    answer = client.get(f"{document.get_absolute_url()}tiep-thu/excel/")
    assert answer["Content-Disposition"].startswith('attachment; filename="tiep-thu-giai-trinh-')
    rows = rows_of(answer.content)
    top = next(at for at, row in enumerate(rows) if row[0] == "TT")
    [row] = rows[top + 1 :]
    said = dict(zip(rows[top], row, strict=True))
    assert said["Điều khoản"] == "khoản 2 Điều 1"
    assert said["Nội dung góp ý"] == "Lễ phát động là hình thức."
    assert said["Quyết định"] == "Không tiếp thu"


def test_rows_are_as_high_as_their_words_and_a_page_can_be_read() -> None:
    long = ResponseRow("UBND", "Điều 2", content="Đề nghị nêu rõ thời hạn thực hiện của từng đơn vị. " * 8)
    sheet = openpyxl.load_workbook(io.BytesIO(render_response_sheet(paper(ResponseRow("CA", "Điều 1"), long)))).active
    [top] = [cell.row for cell in sheet["A"] if cell.value == "TT"]
    short, high = (sheet.row_dimensions[top + at].height for at in (1, 2))
    assert short < 20
    assert high > 10 * short  # some four hundred letters in a column of 34
    across = sum(sheet.column_dimensions[letter].width for letter in "ABCDEFGHIJ")
    assert 277 / (across * 1.85) > 0.65  # how much smaller the letters get on a page of A4: 12 points stay 8
