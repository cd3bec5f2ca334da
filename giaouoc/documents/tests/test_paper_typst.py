"""Typst as a function: text as typed, clear refusals, the same bytes for the same input, safe for threads."""

import io
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pikepdf
import pytest

from giaouoc.documents.paper.pact import Commitment, render_pact
from giaouoc.documents.rules.layout import PARTY_HD36
from giaouoc.lib.typst import ROOT, Unprintable, render

from . import paper_samples as samples


def with_text(text):
    return samples.pact(2, commitments=(Commitment(text),), activities=())


def test_all_vietnamese_letters_come_back_in_nfc():
    letters = samples.vietnamese_letters()
    assert len(set(letters)) == 146
    words = " ".join(f"t{letter}n" for letter in letters)
    text = samples.text_of(render_pact(with_text(words))[0])
    assert text == unicodedata.normalize("NFC", text)
    assert words in text.replace("- ", "")


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("italic", [False, True])
def test_all_vietnamese_letters_come_back_from_every_face(tmp_path, bold, italic):
    template = tmp_path / "face.typ"
    template.write_text(
        (ROOT / "lib/typst/paper.typ").read_text(encoding="utf-8")
        + "#let data = json(bytes(sys.inputs.data))\n#show: sheet.with(data.style, title: data.words, day: data.day)\n"
        + "#set-in(data.letters, data.words)",
        encoding="utf-8",
    )
    words = " ".join(f"t{letter}n" for letter in samples.vietnamese_letters())
    letters = {"size": 14, "bold": bold, "italic": italic, "caps": False, "underline": False}
    data = {
        "style": PARTY_HD36.as_data(),
        "day": {"year": 2026, "month": 3, "day": 6},
        "letters": letters,
        "words": words,
    }
    assert samples.text_of(render(template, data, day=samples.DAY, root=tmp_path)) == words


def test_decomposed_input_comes_out_in_nfc():
    words = "Đảng ủy các cơ quan Đảng, ước vọng, nghiêng ngả"
    pdf, _ = render_pact(with_text(unicodedata.normalize("NFD", words)))
    assert words in samples.text_of(pdf)
    assert pdf == render_pact(with_text(words))[0]


def test_signs_that_mean_something_to_typst_come_out_as_typed():
    assert samples.HOSTILE in samples.text_of(render_pact(with_text(samples.HOSTILE))[0])


@pytest.mark.parametrize("field", ["cluster_name", "theme", "place", "supervising_body", "conference_name"])
def test_no_field_is_markup(field):
    text = samples.text_of(render_pact(samples.pact(2, **{field: '#panic("x") $y$ <z>'}))[0])
    assert '#panic("x") $y$ <z>' in text


def test_a_unit_may_have_any_code_and_name():
    units = samples.members(2)
    odd = (replace(units[0], code='Đ/V "1" #x', name="Trường *Chính trị* #1"), units[1])
    pdf, boxes = render_pact(samples.pact(members=odd))
    assert {box.field for box in boxes} == {'KY_Đ/V "1" #x', "KY_UBND"}
    assert "TRƯỜNG *CHÍNH TRỊ* #1" in samples.text_of(pdf)


@pytest.mark.parametrize(
    ("character", "code"),
    [("漢", "U+6F22"), ("😀", "U+1F600"), ("\x07", "U+0007"), ("\ue000", "U+E000"), ("\u202e", "U+202E")],
)
def test_a_character_without_a_glyph_is_refused_by_name_and_place(character, code):
    with pytest.raises(Unprintable) as refusal:
        render_pact(with_text(f"Giữ gìn {character} đoàn kết"))
    assert refusal.value.character == character
    assert refusal.value.where == "commitments[0].text"
    assert code in str(refusal.value)
    assert "Giữ gìn" in str(refusal.value)
    assert refusal.value.status == 422


def test_zero_width_characters_are_dropped():
    assert "đoàn kết" in samples.text_of(render_pact(with_text("đoàn\u200b kế\ufefft"))[0])


def test_a_missing_field_is_an_error_of_ours_not_of_the_text():
    assert not issubclass(TypeError, Unprintable)
    with pytest.raises(TypeError, match="date"):
        render_pact(samples.pact(theme="x", reporting=(samples.DAY,)))


def test_the_same_input_gives_the_same_bytes():
    assert render_pact(samples.pact()) == render_pact(samples.pact())
    assert render_pact(samples.pact())[0] != render_pact(samples.pact(year=2027))[0]


def test_threads_do_not_mix_their_papers():
    papers = [samples.pact(count, cluster_name=f"Cụm thi đua số {count}") for count in (1, 2, 3, 4, 5, 6, 7, 8)]
    alone = [render_pact(paper) for paper in papers]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(render_pact, papers * 3)) == alone * 3


def test_a_word_without_end_stays_on_the_sheet():
    pdf, _ = render_pact(with_text("x" * 300))
    assert max(x1 for page in (1, 2) for _, _, _, x1, _ in samples.words_with_boxes(pdf, page)) < 595 - 42
    assert "x" * 300 in samples.text_of(pdf).replace(" ", "")


def test_fonts_come_from_the_package_and_are_embedded():
    for line in samples.fonts_of(render_pact(samples.pact())[0]):
        assert "LibertinusSerif" in line[0]
        assert line[-5:-2] == ["yes", "yes", "yes"]


def test_the_file_says_what_it_is():
    with pikepdf.open(io.BytesIO(render_pact(samples.pact())[0])) as pdf, pdf.open_metadata() as about:
        assert (about["pdfaid:part"], about["pdfaid:conformance"], about["pdfuaid:part"]) == ("2", "A", "1")
        assert about["dc:title"] == "Giao ước thi đua năm 2026 của Cụm thi đua 17"
        assert about["dc:creator"] == ["Cụm thi đua 17"]
        assert str(about["xmp:CreateDate"]).startswith("2026-03-06")
        assert str(pdf.Root.Lang).lower().startswith("vi")
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.Root.OutputIntents


def test_nothing_of_django_is_needed():
    modules = "giaouoc.documents.paper.pact, giaouoc.documents.paper.minutes, giaouoc.documents.paper.response_table"
    code = f"import sys, {modules}; assert 'django' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
