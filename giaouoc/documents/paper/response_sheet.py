"""Bảng tổng hợp, tiếp thu, giải trình as an Excel sheet: one comment a row, to sort and filter."""

from __future__ import annotations

import io
import math
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from giaouoc.lib.dates import short_date

from .parts import TRIAL
from .response_table import ResponsePaper
from .word_sheet import FONT, cleaned

COLUMNS = (  # heading, width in characters
    ("TT", 5), ("Điều khoản", 14), ("Điều khoản sau chỉnh lý", 14), ("Đơn vị", 16), ("Nội dung góp ý", 34),
    ("Đề xuất", 30), ("Lý do", 20), ("Quyết định", 13), ("Giải trình", 32), ("Nội dung sau chỉnh lý", 32),
)  # fmt: skip
LINE_POINTS, HIGHEST = 15.75, 409  # of a line of 12 points; of a row, by the format
LETTERS = 1.1  # to a character of width, which is that of a digit
MARGIN = 0.4  # inches
MOST = 32_767  # characters in one cell
LINE = Side(style="thin", color="999999")


def render_response_sheet(paper: ResponsePaper) -> bytes:
    """The table as .xlsx, landscape A4, one page wide. Words are never formulas."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Tiếp thu, giải trình"
    heads = [f"{paper.heading} {paper.subject}", f"{paper.cluster_name}, ngày {short_date(paper.day)}"]
    if paper.content_hash:
        heads.append(f"Dấu vân tay của văn bản lấy ý kiến (SHA-256): {paper.content_hash}")
    if paper.agreed:
        heads.append(f"Đơn vị thống nhất, không có ý kiến thêm: {'; '.join(paper.agreed)}")
    if paper.withdrawn:
        heads.append(f"Đơn vị đã rút hết ý kiến: {'; '.join(paper.withdrawn)}")
    if paper.silent:
        heads.append(f"Đơn vị chưa gửi ý kiến: {'; '.join(paper.silent)}")
    if paper.trial:
        heads.append(TRIAL)
    for at, words in enumerate(heads, 1):
        _put(sheet, at, 1, words, bold=at == 1, framed=False)
    top = len(heads) + 2
    for column, (words, width) in enumerate(COLUMNS, 1):
        _put(sheet, top, column, words, bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    _fit(sheet, top)
    for number, row in enumerate(paper.rows, 1):
        after = "" if row.new is None else row.new or "đã bỏ"
        content = "\n".join(filter(None, [f"Về đoạn “{row.quote}”" if row.quote else "", row.content]))
        cells = (row.old or "Toàn văn", after, row.unit, content, row.proposal, row.reason, row.decision)
        _framed(sheet.cell(top + number, 1, number))
        for column, words in enumerate((*cells, row.explanation, row.after), 2):
            _put(sheet, top + number, column, words)
        _fit(sheet, top + number)
    sheet.freeze_panes = sheet.cell(top + 1, 3)
    last = get_column_letter(len(COLUMNS))
    sheet.auto_filter.ref = f"A{top}:{last}{top + len(paper.rows)}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = MARGIN
    sheet.oddFooter.center.text = "Trang &P/&N"
    book.properties.creator = cleaned(paper.cluster_name)
    book.properties.title = cleaned(heads[0])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _put(sheet: Any, row: int, column: int, words: str, *, bold: bool = False, framed: bool = True) -> None:
    cell = sheet.cell(row, column, cleaned(words)[:MOST])
    cell.data_type = "s"
    if framed:
        _framed(cell, bold=bold)
    else:
        cell.font = Font(name=FONT, size=12, bold=bold)


def _framed(cell: Any, *, bold: bool = False) -> None:
    cell.font = Font(name=FONT, size=12, bold=bold)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.border = Border(LINE, LINE, LINE, LINE)


def _fit(sheet: Any, row: int) -> None:
    """The row as high as its words need: not every program that opens or prints a sheet works that out by itself."""
    lines = 1
    for column, (_heading, width) in enumerate(COLUMNS, 1):
        words = str(sheet.cell(row, column).value or "")
        lines = max(lines, sum(max(1, math.ceil(len(line) / (width * LETTERS))) for line in words.split("\n")))
    sheet.row_dimensions[row].height = min(lines * LINE_POINTS, HIGHEST)
