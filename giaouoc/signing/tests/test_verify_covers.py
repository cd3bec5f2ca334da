"""Whoever has no unit's key can still get a genuine time stamp: nothing that is seen, and nothing that describes the file, may
come in with one, or with long-term data alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from pyhanko.stamp import StaticStampStyle

from giaouoc.signing.engine.der import FrozenStamper
from giaouoc.signing.engine.fields import QuietWriter, prepare
from giaouoc.signing.engine.keys import HeldKey
from giaouoc.signing.engine.sign import HeldKeySigner, add_seal
from giaouoc.signing.engine.verify import verify

from .authorities import leaf_of, make, name
from .papers import Office, other_metadata, pact, paper, security_store, slots, updated
from .real import sign_elsewhere

pytestmark = pytest.mark.once
Change = Callable[[QuietWriter], None]
OWN = "KhungRieng"


def cover(writer: QuietWriter) -> None:
    """A new signature field, empty, over the whole first page, with a look of its own."""
    page_ref = writer.find_page_for_modification(0)[0]
    look = RawContent(b"1 1 1 rg 0 0 595 841 re f", box=BoxConstraints(width=595, height=841)).as_form_xobject()
    widget = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Sig"),
            pdf_name("/T"): generic.pdf_string("X1"),
            pdf_name("/F"): generic.NumberObject(132),
            pdf_name("/P"): generic.IndirectObject(page_ref.idnum, 0, writer),
            pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 595, 841)]),
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)}),
        }
    )
    reference = writer.add_object(widget)
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(reference)
    writer.update_container(fields)
    page = page_ref.get_object()
    if "/Annots" in page:
        page["/Annots"].append(reference)
        writer.update_container(page["/Annots"])
    else:
        page[pdf_name("/Annots")] = generic.ArrayObject([reference])
        writer.update_container(page)


def author(writer: QuietWriter) -> None:
    writer.trailer["/Info"][pdf_name("/Author")] = generic.pdf_string("Người khác")
    writer.mark_update(writer.trailer.raw_get("/Info"))


def no_archive(writer: QuietWriter) -> None:
    """XMP that no longer calls the file PDF/A."""
    said = writer.root["/Metadata"].data.replace(b"pdfaid:part", b"pdfaid:parx")
    kind = {pdf_name("/Type"): pdf_name("/Metadata"), pdf_name("/Subtype"): pdf_name("/XML")}
    writer.root[pdf_name("/Metadata")] = writer.add_object(generic.StreamObject(kind, stream_data=said))
    writer.update_root()


def untagged(writer: QuietWriter) -> None:
    writer.root[pdf_name("/MarkInfo")] = generic.DictionaryObject({pdf_name("/Marked"): generic.BooleanObject(False)})
    writer.update_root()


def redrawn(writer: QuietWriter) -> None:
    form = writer.root["/AcroForm"]
    form[pdf_name("/NeedAppearances")] = generic.BooleanObject(True)
    writer.update_container(form)


def numbers(*values: float) -> generic.ArrayObject:
    return generic.ArrayObject([generic.FloatObject(one) for one in values])


OVER_THE_TITLE = numbers(56, 790, 400, 790, 56, 740, 400, 740)
DRAWN_ELSEWHERE: dict[str, dict[str, object]] = {
    "Highlight": {"QuadPoints": OVER_THE_TITLE, "C": numbers(0, 0, 0)},
    "StrikeOut": {"QuadPoints": OVER_THE_TITLE, "C": numbers(1, 0, 0)},
    "Polygon": {"Vertices": numbers(50, 600, 500, 600, 500, 800), "C": numbers(1, 1, 1), "IC": numbers(1, 1, 1)},
    "Widget": {
        "OC": generic.DictionaryObject({pdf_name("/Type"): pdf_name("/OCMD"), pdf_name("/P"): pdf_name("/AllOff")})
    },
}


@pytest.mark.parametrize("kind", DRAWN_ELSEWHERE)
def test_a_time_stamp_s_field_that_is_drawn_as_another_kind_of_note_is_a_change(kind: str) -> None:
    """Viewers draw such notes by points of their own, outside the empty box; whoever gets a time stamp could do it."""

    def change(writer: QuietWriter) -> None:
        append_signature_field(writer, SigFieldSpec("NIEM_PHONG_9", on_page=0, box=(0, 0, 0, 0)))
        widget = writer.root["/AcroForm"]["/Fields"][-1]
        widget[pdf_name("/Subtype")] = pdf_name(f"/{kind}")
        for key, value in DRAWN_ELSEWHERE[kind].items():
            widget[pdf_name(f"/{key}")] = value
        writer.update_container(widget)

    answer = verify(stamped(change), pact().office.trust)
    assert (answer.verdict, answer.code) == ("invalid", "changed")


def covered(base: bytes, key: HeldKey, box: tuple[int, int, int, int]) -> bytes:
    """Signed in a new white field on the first page, and sealed by a genuine time stamp."""
    office, (width, height) = pact().office, (box[2] - box[0], box[3] - box[1])
    stamper = office.authority.time_stamper(lambda: office.now)
    white = RawContent(b"1 1 1 rg 0 0 %d %d re f" % (width, height), box=BoxConstraints(width=width, height=height))
    signer = PdfSigner(
        PdfSignatureMetadata(field_name=OWN, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES),
        HeldKeySigner(key),
        timestamper=stamper,
        stamp_style=StaticStampStyle(background=white, border_width=0, background_opacity=1),
        new_field_spec=SigFieldSpec(OWN, on_page=0, box=box),
    )
    data = bytes(signer.sign_pdf(QuietWriter(io.BytesIO(base))).getvalue())
    return add_seal(data, stamper=stamper, trust=office.trust, revocation=office.revocation)


WHITE = (60, 30, 160, 60)
PAGE, TITLE = (0, 0, 595, 841), (56, 740, 400, 790)


@pytest.mark.parametrize("box", [PAGE, TITLE, (56, 755, 400, 768)], ids=["page", "title", "line"])
def test_no_signature_hides_words_whoever_s_it_is(box: tuple[int, int, int, int]) -> None:
    """A good signature of the last unit, or of anybody whom the anchors vouch for, in a field of its own over the text."""
    office, last = pact().office, pact().slots[4]
    stranger = make(name("Ai đó", "Công ty nào đó"), office.authority.root)
    for base, key in ((pact().revisions[4], office.key(last)), (pact().signed, stranger), (pact().sealed, stranger)):
        answer = verify(covered(base, key, box), office.trust)
        assert (answer.verdict, answer.code) == ("invalid", "changed")
        assert "che chữ" in answer.reason


def test_a_unit_s_own_field_in_a_free_place_is_good_and_a_stranger_s_is_told() -> None:
    office, last = pact().office, pact().slots[4]
    stranger = make(name("Ai đó", "Công ty nào đó"), office.authority.root)
    assert verify(covered(pact().revisions[4], office.key(last), WHITE), office.trust).verdict == "valid"
    answer = verify(covered(pact().signed, stranger, WHITE), office.trust)
    assert (answer.verdict, answer.code, answer.signed) == ("unknown", "stranger", 5)
    assert "không có trong danh sách" in answer.reason


def test_in_a_foreign_file_words_under_a_later_signature_are_told() -> None:
    office = pact().office
    stamper = office.authority.time_stamper(lambda: office.now)
    first = sign_elsewhere(paper(), office.key(pact().slots[0]), stamper=stamper)
    assert verify(covered(first, office.key(pact().slots[1]), (60, 100, 160, 130)), office.trust).verdict == "valid"
    answer = verify(covered(first, office.key(pact().slots[1]), TITLE), office.trust)
    assert (answer.verdict, answer.code) == ("unknown", "changed")
    assert "che chữ" in answer.reason


def stamped(change: Change, box: tuple[int, int, int, int] | None = None) -> bytes:
    """The sealed pact with one more revision: a change, and a time stamp that anybody could get."""
    office = pact().office
    writer = QuietWriter(io.BytesIO(pact().sealed))
    change(writer)
    stamp = PdfTimeStamper(
        FrozenStamper(office.authority.time_stamper(lambda: office.now)),
        field_name="NIEM_PHONG_9",
        invis_settings=InvisSigSettings(box_out_of_bounds=True),
    )
    if box is not None:  # the time stamp's own field is what covers the page
        append_signature_field(writer, SigFieldSpec("NIEM_PHONG_9", on_page=0, box=box))
    return bytes(stamp.timestamp_pdf(writer, "sha256").getvalue())


@pytest.mark.parametrize("change", [cover, author, no_archive, other_metadata, untagged])
def test_a_genuine_time_stamp_makes_no_change_right(change: Change) -> None:
    answer = verify(stamped(change), pact().office.trust)
    assert (answer.verdict, answer.code) == ("invalid", "changed")


def test_a_time_stamp_that_shows_something_is_a_change_and_one_that_does_not_is_none() -> None:
    assert verify(stamped(lambda _writer: None), pact().office.trust).verdict == "valid"
    assert verify(stamped(lambda _writer: None, (0, 0, 595, 841)), pact().office.trust).verdict == "invalid"


def test_long_term_data_alone_is_no_cloak_either() -> None:
    """A foreign file without our seal: somebody appends to it and touches the security store in the same revision."""
    office = pact().office
    stamper = office.authority.time_stamper(lambda: office.now)
    signed = sign_elsewhere(paper(), office.key(pact().slots[0]), stamper=stamper)
    data = add_seal(signed, stamper=stamper, trust=office.trust, revocation=office.revocation)

    def both(change: Change) -> Change:
        def act(writer: QuietWriter) -> None:
            change(writer)
            security_store(writer)

        return act

    assert verify(data, office.trust).verdict == "valid"
    assert verify(updated(data, security_store), office.trust).verdict == "valid"
    for change in (cover, author, redrawn):
        assert verify(updated(data, both(change)), office.trust).verdict == "invalid"


def test_a_place_reserved_for_one_certificate_is_not_filled_from_a_field_beside_it(tmp_path: Path) -> None:
    office = Office(tmp_path)
    places = slots()[:3]
    keys = [office.key(place) for place in places]
    places = [replace(place, certificates=(key.certificate,)) for place, key in zip(places, keys, strict=True)]
    head = prepare(paper(), places)
    for place, key in zip(places[:2], keys[:2], strict=True):
        office.now += timedelta(minutes=1)
        head = office.step(head, place, key).data
    stamper = office.authority.time_stamper(lambda: office.now)
    for key, word in ((keys[2], "valid"), (leaf_of(office.authority, places[2]), "invalid")):
        beside = sign_elsewhere(head, key, stamper=stamper)
        sealed = add_seal(beside, stamper=stamper, trust=office.trust, revocation=office.revocation)
        assert verify(sealed, office.trust).verdict == word
