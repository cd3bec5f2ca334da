"""A signature made elsewhere may be good and still stop all who come after it, or hide what it signs: such a file is refused."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
)
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.pdf_words import words_in_box
from giaouoc.signing.actions.sign import release_slot
from giaouoc.signing.engine.fields import QuietWriter, entry
from giaouoc.signing.engine.look import Look, draw, stamp_style
from giaouoc.signing.engine.sign import HeldKeySigner

from .real import sign_elsewhere
from .rounds import open_round, slot
from .test_returned_files import turn

pytestmark = pytest.mark.once
OWN = "ChuKySo1"


def signed(
    base: bytes, key: Any, name: str, *, own: SigFieldSpec | None = None, change: Any = None, **more: Any
) -> bytes:
    """The file signed in a prepared field or in one of the tool's own; ``change`` acts on the field's dictionary."""
    writer = QuietWriter(io.BytesIO(base))
    if own is not None:
        append_signature_field(writer, own)
        writer.root["/AcroForm"][pdf_name("/SigFlags")] = generic.NumberObject(3)
    place = next(f.get_object() for f in writer.root["/AcroForm"]["/Fields"] if entry(f.get_object(), "/T") == name)
    if own is not None and "/AP" in place:  # an empty look that nothing would refer to once it is signed
        look = place["/AP"].raw_get("/N").reference
        writer.objects.pop((look.generation, look.idnum))
        del place["/AP"]
    if change is not None:
        change(writer, place)
        writer.update_container(place)
    metadata = PdfSignatureMetadata(field_name=name, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, **more)
    return bytes(PdfSigner(metadata, HeldKeySigner(key)).sign_pdf(writer, existing_fields_only=True).getvalue())


def _set(key: str, value: Any) -> Any:
    return lambda _writer, place: place.__setitem__(pdf_name(key), value)


def _script() -> Any:
    script = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
    return generic.DictionaryObject(script)


def _layer() -> Any:
    off = {pdf_name("/Type"): pdf_name("/OCMD"), pdf_name("/P"): pdf_name("/AllOff")}
    return generic.DictionaryObject(
        {**off, pdf_name("/OCGs"): generic.DictionaryObject({pdf_name("/Type"): pdf_name("/OCG")})}
    )


def _address() -> Any:
    there = {pdf_name("/S"): pdf_name("/URI"), pdf_name("/URI"): generic.pdf_string("http://a.example/")}
    return generic.DictionaryObject(there)


def _heavy(writer: QuietWriter, place: Any) -> None:
    from os import urandom

    form = RawContent(
        b"%" + urandom(1_600_000).hex().encode(), box=BoxConstraints(width=10, height=10)
    ).as_form_xobject()
    place[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(form)})


def own(name: str = OWN, box: Any = (40, 40, 140, 90), page: int = 0, **more: Any) -> SigFieldSpec:
    return SigFieldSpec(name, on_page=page, box=box, **more)


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "covers the page": ("quá lớn", {"own": own(box=(0, 0, 595, 841))}),
    "is not seen": ("không hiện", {"own": SigFieldSpec(OWN)}),
    "is hidden": ("không hiện", {"own": own(), "change": _set("/F", generic.NumberObject(2))}),
    "is not printed": ("không hiện", {"own": own(), "change": _set("/F", generic.NumberObject(128))}),
    "is seen under the pointer alone": (
        "không hiện",
        {"own": own(), "change": _set("/F", generic.NumberObject(4 | 256))},
    ),
    "is of a layer that is off": ("không hiện", {"own": own(), "change": _set("/OC", _layer())}),
    "is drawn as another kind of note": (
        "không hiện",
        {"own": own(), "change": _set("/Subtype", pdf_name("/StrikeOut"))},
    ),
    "opens an address": ("lệnh mở", {"own": own(), "change": _set("/A", _address())}),
    "lies half beside the paper": ("ngoài trang", {"own": own(box=(500, 40, 640, 90))}),
    "lies over another unit's box": ("ô ký của đơn vị khác", {"own": "other"}),
    "hides words of the text": ("che chữ", {"own": own(box=(100, 700, 300, 780))}),
    "takes a unit's name": ("dành cho hệ thống", {"own": own("KY_ABC")}),
    "takes the seal's name": ("dành cho hệ thống", {"own": own("NIEM_PHONG")}),
    "hides the prepared box": ("ẩn đi", {"change": _set("/F", generic.NumberObject(2))}),
    "forbids further change": ("khóa tài liệu", {"certify": True, "docmdp_permissions": MDPPerm.NO_CHANGES}),
    "certifies": ("khóa tài liệu", {"certify": True, "docmdp_permissions": MDPPerm.FILL_FORMS}),
    "locks all fields": ("khóa tài liệu", {"own": own(field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL))}),
    "locks another's field": (
        "khóa tài liệu",
        {"own": own(field_mdp_spec=FieldMDPSpec(FieldMDPAction.INCLUDE, ["KY_QS"]))},
    ),
    "runs when clicked": ("mã tự chạy", {"own": own(), "change": _set("/A", _script())}),
    "weighs three megabytes": ("lớn thêm", {"change": _heavy}),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_signature_that_hides_or_locks_is_refused_with_its_sentence(world: Any, real: Any, what: str) -> None:
    round_ = open_round(world, ["CA", "QS"])
    key = real.authority.leader(world.unit("CA").name)
    reason, how = REFUSED[what]

    def act(mine: Any, base: bytes) -> bytes:
        if how.get("own") == "other":
            writer = QuietWriter(io.BytesIO(base))
            theirs = next(
                f.get_object() for f in writer.root["/AcroForm"]["/Fields"] if entry(f.get_object(), "/T") == "KY_QS"
            )
            x0, y0, *_rest = (int(v) for v in theirs["/Rect"])
            pages = int(writer.root["/Pages"]["/Count"])
            at = next(
                n for n in range(pages) if writer.find_page_for_modification(n)[0].idnum == theirs.raw_get("/P").idnum
            )
            return signed(base, key, OWN, own=own(box=(x0 + 5, y0 + 5, x0 + 60, y0 + 40), page=at))
        mark = how.get("own")
        return signed(base, key, mark.sig_field_name if mark else mine.field, **how)

    with pytest.raises(Invalid, match=reason):
        turn(world, round_, "CA", act)
    assert round_.revisions.count() == 1


def test_a_box_as_thin_as_a_stroke_does_not_cross_words_out(
    world: Any, real: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    style = stamp_style(draw(Look("x", "y"), world.now, 300, 40))  # the tool's own look does not fit so thin a box
    monkeypatch.setitem(globals(), "PdfSigner", partial(PdfSigner, stamp_style=style))
    round_ = open_round(world, ["CA", "QS"])
    key = real.authority.leader(world.unit("CA").name)

    def act(_mine: Any, base: bytes) -> bytes:
        y = next(y for y in range(780, 500, -1) if words_in_box(base, 0, (100, y + 1, 300, y + 3)))
        line = generic.ArrayObject([generic.NumberObject(one) for one in (80, y, 380, y + 4)])
        return signed(base, key, OWN, own=own(), change=_set("/Rect", line))

    with pytest.raises(Invalid, match="che chữ"):
        turn(world, round_, "CA", act)


def test_a_tool_that_writes_its_own_name_and_date_is_no_change(world: Any, real: Any) -> None:
    """Most tools note in /Info and XMP when and by what a file was saved."""
    round_ = open_round(world, ["CA", "QS"])
    key = real.authority.leader(world.unit("CA").name)

    def act(mine: Any, base: bytes) -> bytes:
        metadata = PdfSignatureMetadata(field_name=mine.field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
        signer = PdfSigner(metadata, HeldKeySigner(key))
        return bytes(signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(base)), existing_fields_only=True).getvalue())

    turn(world, round_, "CA", act)
    other = real.authority.leader(world.unit("QS").name)
    turn(world, round_, "QS", lambda _mine, base: signed(base, other, OWN, own=own()))
    round_.refresh_from_db()
    assert round_.state == "sealed"


def test_one_certificate_signs_once(world: Any, real: Any) -> None:
    """Also where leader and secretary of one unit sign: the seal would tell two people by two certificates."""
    round_ = open_round(world, ["CA", "QS"])
    for code in ("CA", "QS"):
        real.authority.put(f"nguoi-ky/{code}.cer", key := real.authority.leader(world.unit("CA").name))
        real.authority.put("nguoi-ky/CA.cer", key)
    turn(world, round_, "CA", lambda mine, base: sign_elsewhere(base, key, field=mine.field))
    with pytest.raises((Invalid, WrongState), match="đã ký ở một ô khác"):
        turn(world, round_, "QS", lambda mine, base: sign_elsewhere(base, key, field=mine.field))
    release_slot(slot(round_, "QS"), by=world.mandate("leader:QS"), now=world.now)
