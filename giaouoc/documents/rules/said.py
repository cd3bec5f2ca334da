"""What reading a draft says to people: refusals and warnings as codes with parameters, their sentences in one table.

These modules know no gettext: the sentences are Vietnamese, marked for extraction, and the page hands in its translation.
The command line shows them as they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def gettext_noop(text: str) -> str:
    """Mark a sentence for the catalogue of translations; it stays as it is."""
    return text


REFUSALS = {
    "too_large": gettext_noop("Tệp lớn hơn 20 MB; hãy nén ảnh trong Word (Nén ảnh) rồi tải lại."),
    "damaged": gettext_noop("Tệp Word bị hỏng hoặc tải lên chưa trọn; hãy mở bằng Word, lưu lại rồi tải lên lần nữa."),
    "bomb": gettext_noop(
        "Tệp này khi giải nén lớn bất thường nên không được đọc; hãy lưu lại bằng Word rồi tải lên lần nữa."
    ),
    "too_long": gettext_noop(
        "Văn bản dài quá mức đọc được một lần (quá 30.000 dòng hoặc 2 triệu chữ); hãy tách phụ lục thành tệp riêng."
    ),
    "not_word": gettext_noop("Tệp này không phải tài liệu Word (.docx)."),
    "empty": gettext_noop("Tệp trống, không có nội dung nào."),
    "password": gettext_noop("Tệp có mật khẩu nên không đọc được; hãy bỏ mật khẩu trong Word rồi tải lại."),
    "old_word": gettext_noop("Tệp ở dạng Word cũ (.doc); hãy lưu thành .docx trong Word rồi tải lại."),
    "pdf": gettext_noop("Đây là tệp PDF; hãy tải lên bản Word (.docx) của dự thảo."),
    "rtf": gettext_noop("Tệp ở dạng RTF; hãy lưu thành .docx trong Word rồi tải lại."),
    "web_page": gettext_noop("Tệp là trang web hoặc XML đổi đuôi thành .docx; hãy mở bằng Word rồi lưu thành .docx."),
    "odt": gettext_noop("Tệp ở dạng OpenDocument (.odt); hãy lưu thành .docx rồi tải lại."),
    "foreign_zip": gettext_noop("Tệp nén theo cách mà Word không dùng; hãy lưu lại bằng Word rồi tải lên."),
    "doctype": gettext_noop(
        "Tệp chứa khai báo XML mà Word không dùng nên không được đọc; hãy lưu lại bằng Word rồi tải lên."
    ),
    "too_many_remarks": gettext_noop(
        "Tệp có quá 500 nhận xét và chỗ sửa; hãy tách thành nhiều tệp hoặc ghi thành danh sách ý kiến."
    ),
    "no_words": gettext_noop("Tệp không có chữ nào trong phần nội dung; nếu là bản quét, hãy dùng bản Word gốc."),
    "only_chunks": gettext_noop(
        "Nội dung nằm trong một tệp nhúng mà chỉ Word mở được; hãy mở bằng Word, lưu lại rồi tải lên lần nữa."
    ),
    # of the command line alone, which speaks Vietnamese
    "secret": "Tệp có dấu độ mật “%(mark)s” nên không được nhận. Hệ thống này ở trên mạng: bỏ phần thuộc bí mật nhà nước.",
    "no_file": "Không có tệp %(path)s.",
    "folder": "%(path)s là thư mục, không phải tệp.",
    "unread": "Không đọc được tệp %(path)s: %(why)s.",
    "usage": "cách dùng: bin/giaouoc %(command)s (%(why)s)",
}

WARNINGS = {
    "tracked": gettext_noop("Tệp có phần theo dõi thay đổi (Track Changes); đã đọc như đã chấp nhận hết."),
    "comments": gettext_noop("Tệp có nhận xét (Comment) của Word; nhận xét không được nhập."),
    "shapes": gettext_noop("Tệp có chữ trong khung vẽ; chữ ấy được đọc tại chỗ khung gắn vào, mời kiểm tra vị trí."),
    "chunks": gettext_noop("Tệp có phần chèn từ tệp khác mà chỉ Word mở được; phần ấy chưa được đọc."),
    "old_font": gettext_noop(
        "Có đoạn dùng phông cũ (%(fonts)s, mã %(encoding)s) nên chữ đọc ra không đúng. Xem thử bản chuyển sang Unicode rồi"
        " chọn, hoặc chuyển mã trong Word (UniKey: Ctrl+Shift+F6) và tải lại."
    ),
    "converted": gettext_noop(
        "Đã chuyển các đoạn mã %(encoding)s (phông %(fonts)s) sang Unicode; mời đối chiếu với tệp."
    ),
    "unnumbered": gettext_noop("Dự thảo không đánh số; các mức được đọc theo kiểu đề mục (Heading) của Word."),
    "doubled": gettext_noop("%(Name)s %(number)s có hai lần."),
    "skipped": gettext_noop("Thiếu %(name)s %(missing)s trước %(name)s %(number)s."),
    "no_d": gettext_noop("Danh sách nhảy từ d sang e, không có đ (danh sách tự động của Word đánh số như vậy)."),
    "vacant": gettext_noop("%(Name)s %(number)s không có nội dung."),
    "only_heading": gettext_noop("Điều %(number)s chỉ có tên, không có nội dung."),
    "letter": gettext_noop("Từ “%(word)s” có chữ “%(letter)s” (%(code)s) giống chữ Việt nhưng không phải; hãy gõ lại."),
    "no_article": gettext_noop("Viện dẫn “%(words)s” nhưng không có Điều %(article)s."),
    "no_paragraph": gettext_noop("Viện dẫn “%(words)s” nhưng Điều %(article)s không có khoản %(paragraph)s."),
    "no_point": gettext_noop(
        "Viện dẫn “%(words)s” nhưng khoản %(paragraph)s Điều %(article)s không có điểm %(point)s."
    ),
    "no_point_in_article": gettext_noop("Viện dẫn “%(words)s” nhưng Điều %(article)s không có điểm %(point)s."),
    "drifted": gettext_noop("Viện dẫn “%(words)s” vẫn như dự thảo trước, nhưng điều khoản ấy nay là %(now)s."),
    "adrift": gettext_noop("Viện dẫn “%(words)s” vẫn như dự thảo trước, nhưng điều khoản ấy đã bỏ."),
}

NAMES = {
    "part": gettext_noop("phần"),
    "chapter": gettext_noop("chương"),
    "section": gettext_noop("mục"),
    "subsection": gettext_noop("tiểu mục"),
    "article": gettext_noop("điều"),
    "paragraph": gettext_noop("khoản"),
    "point": gettext_noop("điểm"),
}


def _same(text: str) -> str:
    return text


def sentence(code: str, params: Mapping[str, Any], translate: Callable[[str], str] = _same) -> str:
    """The sentence of a refusal or a warning. ``params["kind"]`` becomes the name of that kind of clause.

    ``translate``: of a Vietnamese sentence or name to the reader's language. Raises KeyError for an unknown code."""
    given = dict(params)
    if "kind" in given:
        name = translate(NAMES[given["kind"]])
        given |= {"name": name, "Name": name[:1].upper() + name[1:]}
    words = translate(REFUSALS.get(code) or WARNINGS[code])
    return (words % given).replace("  ", " ") if given else words  # a clause without a number leaves two blanks
