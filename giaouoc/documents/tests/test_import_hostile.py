"""Files that mean harm, or only look like Word: refused within 2 seconds and 200 MB with one sentence, exit 2.

Each is read in a fresh process, as ``bin/giaouoc import-draft`` does, and the process itself says its highest memory and
the time of processor that it took: other tests run beside it."""

from __future__ import annotations

import base64
import io
import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from giaouoc.documents.rules.draft_import import import_draft

from .word_files import W, docx, package, para, run

pytestmark = pytest.mark.once

SECONDS, MEGABYTES = 2.0, 200
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
READ = """
import os, sys, time
begun = time.process_time()
from giaouoc.cli.__main__ import main
code = main(["import-draft", sys.argv[1], "--json"])
took = time.process_time() - begun
begun = time.process_time()
sum(number * number % 7 for number in range(4_000_000))
took *= 0.2 / (time.process_time() - begun)  # a machine that is slow or shared: in seconds of a common one
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
sys.stderr.write(f"\\nmeasured {took} {int(peak) / 1024}\\n")
raise SystemExit(code)
"""


def noise(length: int) -> str:
    """Letters that do not compress."""
    return base64.b64encode(os.urandom(length * 3 // 4)).decode()


def text(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def body(inside: str) -> str:
    return f"<w:document {W}><w:body>{inside}</w:body></w:document>"


def _entities() -> bytes:
    levels = "".join(f'<!ENTITY e{n} "{"".join(f"&e{n - 1};" for _ in range(10))}">' for n in range(1, 10))
    return package(f'<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{levels}]>' + body(f"<w:p>{run('A')}&e9;</w:p>"))


def _entries() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for number in range(60_000):
            archive.writestr(f"w{number}", b"")
    return out.getvalue()


def _pictures() -> bytes:
    out = io.BytesIO(docx(para("Điều 1. A")))
    archive = zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=1)
    with archive, archive.open("word/media/anh.bmp", "w") as stream:
        for _ in range(320):
            stream.write(bytes(1024 * 1024))
    return out.getvalue()


def _encrypted() -> bytes:
    data = bytearray(docx(para("Điều 1. A")))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(sign)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(sign, place + 1)
    return bytes(data)


def _said_smaller() -> bytes:
    """An archive that says a part is small when it is large."""
    data = bytearray(package(body(text("a" * 30_000_000))))
    place = data.rfind(b"word/document.xml")
    start = data.rfind(b"PK\x01\x02", 0, place)
    data[start + 24 : start + 28] = (1000).to_bytes(4, "little")
    return bytes(data)


def _paragraphs(words: Callable[[int], str], count: int) -> bytes:
    return package(body("".join(text(words(number)) for number in range(count))))


def _styles() -> bytes:
    inside = "".join(f'<w:style w:styleId="s{n}"><w:basedOn w:val="s{n - 1}"/></w:style>' for n in range(300_000))
    return docx(para("Điều 1. A"), extra={"word/styles.xml": f"<w:styles {W}>{inside}</w:styles>"})


WORDS = noise(400_000)
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "trống"),
    "blanks": (lambda: b" " * (20 * 1024 * 1024), "trống"),
    "text": (lambda: "Điều 1. Không phải Word".encode(), "không phải"),
    "pdf": (lambda: b"%PDF-1.7\n" + bytes(1000), "PDF"),
    "rtf": (lambda: b"{\\rtf1 x}", "RTF"),
    "web page": (lambda: b"\xef\xbb\xbf<html><body>x</body></html>", "trang web"),
    "old word": (lambda: OLE + os.urandom(19 * 1024 * 1024), "Word cũ"),
    "password": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
    "encrypted zip": (_encrypted, "mật khẩu"),
    "noise that begins as a zip": (lambda: b"PK\x03\x04" + os.urandom(20 * 1024 * 1024 - 9), "hỏng"),
    "over 20 MB": (lambda: b"PK\x03\x04" + bytes(20 * 1024 * 1024), "20 MB"),
    "cut short": (lambda: docx(para("Điều 1. A"), extra={"word/media/a": os.urandom(5_000_000)})[:-3000], "hỏng"),
    "cut xml": (lambda: package(f"<w:document {W}><w:body><w:p>"), "hỏng"),
    "another program's": (lambda: docx(main="xl/workbook.xml"), "không phải"),
    "another compression": (lambda: docx(para("A"), method=zipfile.ZIP_BZIP2), "nén"),
    "entities": (_entities, "khai báo"),
    "document type elsewhere": (lambda: package('<!DOCTYPE x SYSTEM "file:///etc/passwd">' + body("")), "khai báo"),
    "one letter 31 million times": (lambda: package(body(text("a" * 31_000_000))), "dài|lớn bất thường"),
    "100 MB of a letter": (lambda: package(body("a" * 100_000_000)), "lớn bất thường"),
    "pictures of 320 MB": (_pictures, "lớn bất thường"),
    "says it is smaller": (_said_smaller, "hỏng"),
    "20 MB of text": (lambda: package(body(text(noise(20_000_000)))), "dài"),
    "a comment of 20 MB": (lambda: package(body(f"<!--{noise(20_000_000)}--><w:p/>")), "lớn bất thường"),
    "1,500,000 paragraphs": (lambda: package(body("<w:p/>" * 1_500_000)), "lớn bất thường"),
    "100,000 lines": (lambda: _paragraphs(lambda n: WORDS[n * 3 : n * 3 + 9], 100_000), "dài"),
    "50,000 deep": (lambda: package(body("<w:sdt><w:sdtContent>" * 50_000)), "lớn bất thường"),
    "1,000,000 attributes": (
        lambda: package(body("<w:p " + " ".join(f'a{number}="x"' for number in range(1_000_000)) + "/>")),
        "lớn bất thường",
    ),
    "shapes inside shapes": (
        lambda: docx(
            "<w:p>"
            + "<w:r><w:pict><w:txbxContent><w:p>" * 20
            + run("x")
            + "</w:p></w:txbxContent></w:pict></w:r>" * 20
            + "</w:p>"
        ),
        "lớn bất thường",
    ),
    "marks heaped on a letter": (lambda: docx(para("a" + "\u0301\u0323" * 500_000)), "lớn bất thường"),
    "60,000 entries": (_entries, "lớn bất thường"),
    "300,000 styles": (_styles, "lớn bất thường"),
    "no words": (lambda: docx("<w:p/>"), "không có chữ"),
    "a file inside that only Word opens": (lambda: docx('<w:altChunk r:id="r1" xmlns:r="x"/>'), "chỉ Word mở"),
}


def read(file: Path, seconds: float = SECONDS) -> tuple[int, str, float, float]:
    """(exit code, what was said, seconds, megabytes at most) of import-draft in a fresh process; of the best of three
    when one takes longer than ``seconds``, for a neighbour can slow a whole machine."""
    best = _read(file)
    for _ in range(2):
        if best[2] >= seconds:
            best = min(best, _read(file), key=lambda one: one[2])
    return best


def _read(file: Path) -> tuple[int, str, float, float]:
    done = subprocess.run(
        [sys.executable, "-c", READ, str(file)], capture_output=True, text=True, check=False, timeout=60
    )
    said, measured = done.stderr.rsplit("\nmeasured ", 1)
    took, megabytes = map(float, measured.split())
    return done.returncode, said.strip(), took, megabytes


@pytest.mark.parametrize("name", HOSTILE)
def test_what_must_not_come_in_is_refused_in_time_and_memory(name: str, tmp_path: Path) -> None:
    make, word = HOSTILE[name]
    file = tmp_path / "tệp.docx"
    file.write_bytes(make())
    code, said, seconds, megabytes = read(file)
    assert code == 2, said
    assert any(one in said for one in word.split("|")), said
    assert said.count("\n") == 0
    assert "Traceback" not in said
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


HEAVY: dict[str, Callable[[], bytes]] = {
    "quotations that never close": lambda: _paragraphs(lambda n: f"1. như sau: “Mở {WORDS[n * 9 : n * 9 + 9]}", 29_000),
    "lines that run together": lambda: package(
        body(
            "".join(
                f'<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>{run(WORDS[n * 9 : n * 9 + 40])}</w:p>'
                for n in range(29_000)
            )
        )
    ),
    "lines of one clause": lambda: docx(para("Điều 1. A"), *(text(WORDS[n * 9 : n * 9 + 40]) for n in range(29_000))),
}


@pytest.mark.parametrize("name", HEAVY)
def test_the_heaviest_files_within_the_limits_are_read_in_bounds_too(name: str, tmp_path: Path) -> None:
    file = tmp_path / "tệp.docx"
    file.write_bytes(HEAVY[name]())
    code, said, seconds, megabytes = read(file, 2 * SECONDS)
    assert code == 0, said
    assert seconds < 2 * SECONDS
    assert megabytes < MEGABYTES


def test_nothing_outside_the_file_is_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        place = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        rels = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="x/attachedTemplate" Target="{place}" TargetMode="External"/>'
            f'<Relationship Id="r2" Type="x/styles" Target="{place}" TargetMode="External"/>'
            f'<Relationship Id="r3" Type="x/footnotes" Target="{place}"/></Relationships>'
        )
        picture = f'<w:r><w:instrText> INCLUDEPICTURE "{place}" </w:instrText></w:r>'
        chunk = '<w:altChunk xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="r1"/>'
        schema = f'xsi:schemaLocation="x {place}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{place}"/>'
        sheet = f'<?xml-stylesheet type="text/xsl" href="{place}"?>'
        file = package(
            f"{sheet}<w:document {W} {schema}><w:body>{para('Điều 1. A', inner=picture)}{include}{chunk}</w:body></w:document>",
            extra={"word/_rels/document.xml.rels": rels, "word/_rels/settings.xml.rels": rels},
        )
        assert import_draft(file).tree[0]["number"] == "1"
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("name", ["entities", "1,500,000 paragraphs"])
def test_the_page_refuses_in_the_same_bounds_and_keeps_what_was_typed(world: Any, client: Any, name: str) -> None:
    world.sign_in(client, "secretary:CQD")
    file = SimpleUploadedFile("dự thảo.docx", HOSTILE[name][0]())
    client.get(world.url("van-ban/nhap/"))  # what only the first page of a process costs is not the file's
    Path("/proc/self/clear_refs").write_text("5")  # the highest memory of this process counts anew from here
    before, begun = _memory("VmRSS"), time.process_time()
    answer = client.post(world.url("van-ban/nhap/"), {"kind": "regulation", "title": "Quy chế thử", "file": file})
    took = time.process_time() - begun
    begun = time.process_time()
    sum(number * number % 7 for number in range(4_000_000))
    assert took * 0.2 / (time.process_time() - begun) < SECONDS
    assert _memory("VmHWM") - before < MEGABYTES
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "lưu lại bằng Word" in page or "tách phụ lục" in page
    assert "Quy chế thử" in page


def _memory(name: str) -> float:
    """Megabytes of this process by one of the kernel's names."""
    line = next(one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith(name))
    return int(line.split()[1]) / 1024
