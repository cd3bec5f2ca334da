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
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec
from pyhanko.sign.signers import PdfTimeStamper

from giaouoc.signing.engine.der import FrozenStamper
from giaouoc.signing.engine.fields import QuietWriter, prepare
from giaouoc.signing.engine.sign import add_seal
from giaouoc.signing.engine.verify import verify

from .authorities import leaf_of
from .papers import Office, other_metadata, pact, paper, security_store, slots, updated
from .real import sign_elsewhere

pytestmark = pytest.mark.once
Change = Callable[[QuietWriter], None]


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
        from pyhanko.sign.fields import append_signature_field

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
