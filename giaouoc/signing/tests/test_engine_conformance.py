"""Independent judges and the paper's own rules at every revision: pdfsig, qpdf, PDF/A-2a, PDF/UA-1, letters, pixels."""

from __future__ import annotations

import io
import os
import re
import subprocess
import unicodedata
from pathlib import Path

import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.ttLib import TTFont
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from giaouoc.signing.engine.fields import entry
from giaouoc.signing.engine.look import Look, draw

from .papers import LETTERS, NOW, at_step, pact

DPI = 200
REVISIONS = range(8)  # prepared, after each of five signatures, sealed, renewed


def pdfsig(data: bytes, folder: Path) -> str:
    """What pdfsig says. With an empty home it finds no certificate store, so it judges the signatures alone."""
    file = folder / "x.pdf"
    file.write_bytes(data)
    return run("pdfsig", "-no-ocsp", str(file), home=folder)


def run(*command: str, home: Path | None = None) -> str:
    environment = {**os.environ, "HOME": str(home)} if home else None
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, env=environment)
    return done.stdout + done.stderr


@pytest.mark.parametrize("number", REVISIONS)
def test_qpdf_finds_nothing_to_complain_about(tmp_path, number):
    file = tmp_path / "x.pdf"
    file.write_bytes(at_step(number))
    done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No syntax or stream encoding errors found" in done.stdout


@pytest.mark.parametrize("number", REVISIONS)
def test_pdfsig_agrees_on_each_clean_revision(tmp_path, number):
    said = pdfsig(at_step(number), tmp_path)
    signatures = min(number, 5)
    assert said.count("Signature is Valid.") == signatures, said
    assert "Digest Mismatch" not in said
    assert said.count("ETSI.CAdES.detached") == signatures
    if number:  # the newest signature, or the seal, covers the whole file
        ends = re.findall(r"(Not total|Total) document signed", said)
        assert ends == ["Not total"] * (number - 1) + ["Total"]


def test_pdfsig_sees_a_changed_byte(tmp_path):
    data = bytearray(pact().sealed)
    data[data.index(b"/Title")] ^= 1
    assert pdfsig(bytes(data), tmp_path).count("Digest Mismatch") == 5


def reader(number: int) -> PdfFileReader:
    return PdfFileReader(io.BytesIO(at_step(number)))


def objects(pdf: PdfFileReader) -> list[generic.PdfObject]:
    """Every object that the newest revision can reach from its catalog."""
    seen: set[object] = set()
    found: list[generic.PdfObject] = []
    todo: list[generic.PdfObject] = [pdf.root]
    while todo:
        node = todo.pop()
        if isinstance(node, generic.IndirectObject):
            if node.reference in seen:
                continue
            seen.add(node.reference)
            node = node.get_object()
        found.append(node)
        if isinstance(node, generic.DictionaryObject):
            todo.extend(node.raw_get(k) for k in node)
        elif isinstance(node, generic.ArrayObject):
            todo.extend(node.raw_get(i) for i in range(len(node)))
    return found


def widgets(pdf: PdfFileReader) -> list[generic.DictionaryObject]:
    return [f.get_object() for f in pdf.root["/AcroForm"]["/Fields"]]


@pytest.mark.parametrize("number", REVISIONS)
def test_the_document_says_that_it_is_pdf_a_2a_and_pdf_ua_1(number):
    pdf = reader(number)
    xmp = pdf.root["/Metadata"].data.decode()
    for wanted in ("<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>A</pdfaid:conformance>", "<pdfuaid:part>1<"):
        assert wanted in xmp
    (intent,) = [i.get_object() for i in pdf.root["/OutputIntents"]]
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"].data
    assert pdf.root["/MarkInfo"]["/Marked"]
    assert pdf.root["/Lang"] == "vi"
    assert "/Encrypt" not in pdf.trailer
    assert "/ID" in pdf.trailer
    assert pdf.root["/ViewerPreferences"]["/DisplayDocTitle"]


@pytest.mark.parametrize("number", REVISIONS)
def test_title_and_dates_agree_between_info_and_xmp_and_stay(number):
    pdf, first = reader(number), reader(0)
    assert pdf.root["/Metadata"].data == first.root["/Metadata"].data
    assert dict(pdf.trailer["/Info"]) == dict(first.trailer["/Info"])
    assert str(pdf.trailer["/Info"]["/Title"]) in pdf.root["/Metadata"].data.decode()


@pytest.mark.parametrize("number", REVISIONS)
def test_nothing_that_pdf_a_forbids_is_there(number):
    for node in objects(reader(number)):
        if not isinstance(node, generic.DictionaryObject):
            continue
        assert not {"/JS", "/AA", "/XFA", "/NeedAppearances", "/Alternates", "/OPI", "/PS", "/TR"} & node.keys()
        assert entry(node, "/S") not in ("/JavaScript", "/Launch", "/ImportData", "/SubmitForm")
        if isinstance(node, generic.StreamObject):
            assert "/F" not in node
            assert "LZW" not in str(entry(node, "/Filter", ""))


@pytest.mark.parametrize("number", REVISIONS)
def test_every_font_is_embedded_with_the_widths_of_its_program(number):
    fonts = [
        n for n in objects(reader(number)) if isinstance(n, generic.DictionaryObject) and entry(n, "/Type") == "/Font"
    ]
    assert fonts
    for font in fonts:
        assert "/ToUnicode" in font or "/DescendantFonts" not in font
        if "/DescendantFonts" not in font:
            continue
        descendant = font["/DescendantFonts"][0]
        descriptor = descendant["/FontDescriptor"]
        file = entry(descriptor, "/FontFile2") or entry(descriptor, "/FontFile3")
        assert file is not None, font["/BaseFont"]
        assert re.match(r"/[A-Z]{6}\+", font["/BaseFont"])
        check_widths(descendant, file)


def check_widths(descendant: generic.DictionaryObject, file: generic.StreamObject) -> None:
    data = file.data
    if data[:4] in (b"OTTO", b"\0\1\0\0", b"true"):
        program = TTFont(io.BytesIO(data))
        upem = program["head"].unitsPerEm if "head" in program else 1000
        names = program.getGlyphOrder()
        actual = [program["hmtx"][n][0] * 1000 / upem for n in names]
    else:
        cff = CFFFontSet()
        cff.decompile(io.BytesIO(data), None)
        top = cff[0]
        upem = 1 / top.FontMatrix[0] if hasattr(top, "FontMatrix") else 1000
        actual = []
        for glyph in top.charset:
            charstring, _select = top.CharStrings.getItemAndSelector(glyph)
            charstring.decompile()
            pen = __import__("fontTools.pens.basePen", fromlist=["NullPen"]).NullPen()
            charstring.draw(pen)
            actual.append(charstring.width * 1000 / upem)
    for cid, width in written_widths(descendant).items():
        assert abs(actual[cid] - width) < 1.5, (descendant["/BaseFont"], cid, actual[cid], width)


def written_widths(descendant: generic.DictionaryObject) -> dict[int, float]:
    widths: dict[int, float] = {}
    items = list(entry(descendant, "/W", ()))
    while items:
        first, second = int(items.pop(0)), items.pop(0)
        if isinstance(second, generic.ArrayObject):
            widths.update({first + i: float(w) for i, w in enumerate(second)})
        else:
            width = float(items.pop(0))
            widths.update(dict.fromkeys(range(first, int(second) + 1), width))
    return widths


@pytest.mark.parametrize("number", REVISIONS)
def test_every_field_has_name_for_people_look_flags_and_its_place_in_the_structure(number):
    pdf = reader(number)
    tree = pdf.root["/StructTreeRoot"]
    numbers = list(tree["/ParentTree"]["/Nums"])
    parents = {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}
    on_pages = {
        a.reference for page in pdf.root["/Pages"]["/Kids"] for a in (entry(page.get_object(), "/Annots") or ())
    }
    assert pdf.root["/AcroForm"]["/SigFlags"] == 3
    for reference in pdf.root["/AcroForm"]["/Fields"]:
        field = reference.get_object()
        assert reference.reference in on_pages
        assert field["/TU"]
        assert int(field["/F"]) & 4
        assert int(field["/F"]) & (1 | 2 | 32) == 0
        x0, y0, x1, y1 = (float(v) for v in field["/Rect"])
        if (x1 - x0) * (y1 - y0) == 0:  # the seal: out of bounds, so it needs neither look nor place in the structure
            assert max(x0, y0, x1, y1) < 0
            continue
        assert isinstance(field["/AP"]["/N"], generic.StreamObject)
        element = parents[int(field["/StructParent"])].get_object()
        assert element["/S"] == "/Form"
        assert element["/K"]["/Type"] == "/OBJR"
        assert element["/K"].raw_get("/Obj").reference == reference.reference
        assert element.raw_get("/P").get_object()["/S"] == "/Document"
    assert all(page.get_object()["/Tabs"] == "/S" for page in pdf.root["/Pages"]["/Kids"])


@pytest.mark.parametrize("number", [0, 7])
def test_all_146_vietnamese_letters_come_out_of_the_text_whole(tmp_path, number):
    file = tmp_path / "x.pdf"
    file.write_bytes(at_step(number))
    text = run("pdftotext", "-enc", "UTF-8", str(file), "-")
    assert len(set(LETTERS) | set(LETTERS.upper())) == 146
    assert text == unicodedata.normalize("NFC", text)
    assert {f"{c}b" for c in LETTERS} <= set(text.split())
    assert {f"{c}b".upper() for c in LETTERS} <= set(text.split())


def picture(pdf: bytes, folder: Path, page: int = 1) -> Image.Image:
    file = folder / "x.pdf"
    file.write_bytes(pdf)
    run(
        "pdftoppm",
        "-r",
        str(DPI),
        "-f",
        str(page),
        "-l",
        str(page),
        "-png",
        "-singlefile",
        str(file),
        str(folder / "x"),
    )
    return Image.open(folder / "x.png").convert("RGB")


def test_the_look_of_a_signature_is_the_drawn_frame_at_its_box_s_size(tmp_path):
    slot = pact().slots[0]
    drawn = draw(
        Look(slot.post, slot.unit_name, "Chứng thư thử nghiệm, không có giá trị pháp lý"),
        NOW.replace(minute=16),
        slot.rect[2] - slot.rect[0],
        slot.rect[3] - slot.rect[1],
    )
    frame = picture(drawn, tmp_path)
    page = picture(pact().sealed, tmp_path, page=2)
    scale = DPI / 72
    left, top = slot.rect[0] * scale, page.height - slot.rect[3] * scale
    cut = page.crop((round(left), round(top), round(left) + frame.width, round(top) + frame.height))
    dark = [sum(1 for v in image.convert("L").tobytes() if v < 190) for image in (frame, cut)]
    assert dark[0] > 2000
    assert abs(dark[0] - dark[1]) < 0.08 * dark[0]
    blank = picture(pact().revisions[0], tmp_path, page=2).crop(
        (round(left), round(top), round(left) + 100, round(top) + 60)
    )
    assert min(blank.convert("L").tobytes()) > 250


def test_the_frame_never_runs_over_however_long_the_names(tmp_path):
    for width, height in ((170, 71), (120, 40), (60, 20)):
        look = Look("Phó Trưởng ban phụ trách " * 4, "Ban Tuyên giáo và Dân vận Đảng ủy " * 6, "Chứng thư thử nghiệm")
        image = picture(draw(look, NOW, width, height), tmp_path)
        edge = [image.getpixel((x, image.height - 5)) for x in range(6, image.width - 6)]
        assert image.width == pytest.approx(width * DPI / 72, abs=1.5)
        assert sum(1 for p in edge if sum(p) < 300) < len(edge) // 2


def test_the_text_of_the_look_can_be_read_by_machine(tmp_path):
    file = tmp_path / "x.pdf"
    file.write_bytes(pact().sealed)
    text = " ".join(run("pdftotext", "-layout", str(file), "-").split())
    assert "06/3/2026 09:16:27 +07:00" in text
    assert "Chứng thư thử nghiệm, không có giá trị pháp lý" in text
