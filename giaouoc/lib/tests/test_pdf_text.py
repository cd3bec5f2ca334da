"""The text layer of a PDF is looked over for marks of secrecy; a scan, a damaged or a hostile file has none and fails nothing."""

from __future__ import annotations

import io
import time
import zlib
from typing import Any

import pikepdf
import pytest
import typst

from giaouoc.lib.file_text import mark_in_file
from giaouoc.lib.pdf_text import pdf_lines

HEAD = "#grid(columns: (1fr, 1fr), [TỈNH ỦY \\ Số 12-BC/TU], align(center)[ĐẢNG CỘNG SẢN VIỆT NAM])\n"
BODY = "\nĐiều 1. Phạm vi bảo vệ bí mật nhà nước; mật khẩu do đơn vị giữ.\n"


def paper(mark: str) -> bytes:
    return bytes(typst.compile(f"{HEAD}\n{mark}\n{BODY}".encode()))


@pytest.mark.parametrize(
    ("mark", "found"),
    [
        ("#box(stroke: 1pt, inset: 3pt)[*TỐI MẬT*]", "TỐI MẬT"),
        ("#rotate(-20deg, reflow: true, text(tracking: 5pt)[MẬT])", "MẬT"),
        ("#box(width: 2cm)[TUYỆT \\ MẬT]", "MẬT"),
        ("Độ mật: Mật", "Mật"),
        ("Số 07-BC/M", "Số 07-BC/M"),
        ("", None),
        ("#box(width: 2cm)[Công tác bảo vệ bí \\ mật \\ nhà nước]", None),  # a cell broken anywhere
        ("#align(center)[*QUY CHẾ BẢO VỆ BÍ \\ MẬT*]", None),
    ],
)
def test_a_mark_on_the_page_is_found_and_broken_lines_are_none(mark: str, found: str | None) -> None:
    assert mark_in_file(paper(mark), "bao-cao.pdf") == found


def changed(work: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(""))) as file:
        options = work(file) or {}
        file.save(out, **options)
    return out.getvalue()


def test_stamps_titles_and_files_locked_against_changes_are_read() -> None:
    def stamp(file: Any) -> None:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        font.Encoding = pikepdf.Dictionary(Differences=[1, pikepdf.Name.uni1EAC])
        look = file.make_stream(b"BT /F 20 Tf (M\\001T) Tj ET")
        look.Type, look.Subtype, look.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 99, 30]
        look.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[50, 700, 150, 730])
        note.AP = pikepdf.Dictionary(N=look)
        file.pages[0].Annots = file.make_indirect([note])

    def title(file: Any) -> dict[str, Any]:
        file.docinfo["/Title"] = "TUYỆT MẬT"
        return {"encryption": pikepdf.Encryption(owner="chu", user="", R=6)}

    assert mark_in_file(changed(stamp), "a.pdf") == "MẬT"
    locked = changed(title)
    assert mark_in_file(locked, "a.pdf") == "TUYỆT MẬT"
    assert "Điều 1. Phạm vi bảo vệ bí mật nhà nước; mật khẩu do đơn vị giữ." in pdf_lines(locked)
    assert mark_in_file(locked, "a.pdf", kept=False) is None


def bomb(file: Any) -> dict[str, Any]:
    stream = file.make_stream(b"")
    packed = zlib.compress(b"(" + b"M" * (260 << 20), 1)
    stream.write(packed, filter=pikepdf.Name.FlateDecode)
    file.pages[0].Contents = stream
    return {"compress_streams": False}


def ring(file: Any) -> None:
    file.Root.Pages.Kids.append(file.Root.Pages)
    form = file.make_stream(b"/F Do /F Do /F Do")
    form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
    file.pages[0].Contents, file.pages[0].Resources = form, form.Resources


def test_hostile_and_wordless_files_end_in_time_with_nothing() -> None:
    good = paper("")
    began = time.perf_counter()
    assert pdf_lines(changed(bomb)) == []
    assert "MẬT" not in "".join(pdf_lines(changed(ring)))
    assert pdf_lines(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF") == []
    assert time.perf_counter() - began < 30
    for file in (good[:900], b"%PDF-1.7 thu", b"PK\x03\x04", b""):
        assert pdf_lines(file) == []
