"""Ô ký: signature fields put into a finished PDF before anybody signs, tagged, with the list of who must sign.

The prepared fields are that list: each is named after its unit's code (``KY_<code>``) and carries the unit's name
(/TU), so a file that is cut back to fewer signatures still says who is missing. They lie inside the first signature;
nobody can take one out later unseen. Fields of other names (an organiser's, the seal's) are not on the list.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigCertConstraintFlags, SigCertConstraints, SigSeedValueSpec

from giaouoc.lib.errors import Invalid
from giaouoc.lib.sentence import say as _

PREFIX = "KY_"
SEAL_FIELD = "NIEM_PHONG"
PRINT_AND_LOCKED = 4 | 128


class QuietWriter(IncrementalPdfFileWriter):  # type: ignore[misc, unused-ignore]
    """A writer of updates that leaves /Info and XMP as they were: pyHanko would rewrite both with the machine's
    clock, and in other words than the PDF/A writer's, at every signature."""

    def _update_meta(self) -> None:
        return


@dataclass(frozen=True)
class SlotSpec:
    """A place to sign. ``page`` from 0; ``rect`` in points from the page's lower left corner: x0, y0, x1, y1;
    ``position``: order in the list. ``certificates``: those that alone may sign here, where they are known beforehand."""

    unit_code: str
    unit_name: str
    page: int
    rect: tuple[float, float, float, float]
    position: int = 0
    post: str = ""
    certificates: tuple[x509.Certificate, ...] = ()

    @property
    def field(self) -> str:
        return field_name(self.unit_code)


def entry(dictionary: generic.DictionaryObject, key: str, default: Any = None) -> Any:
    """The value of a key, resolved; pyHanko's own ``get`` hands back an unresolved reference."""
    return dictionary[key] if key in dictionary else default  # noqa: SIM401


def field_name(unit_code: str) -> str:
    """The name of a unit's field: 'CQD' -> 'KY_CQD'. A full stop separates levels in field names, so it is written
    '%2E'."""
    code = unicodedata.normalize("NFC", unit_code).strip()
    if not code:
        raise Invalid(_("Mã đơn vị trống, không đặt được tên ô ký."))
    safe = "".join(f"%{ord(c):02X}" if c in "%." or ord(c) < 32 else c for c in code)
    return PREFIX + safe


def unit_code(name: str) -> str | None:
    """The unit's code in a field's name, or None when the field is no unit's."""
    if not name.startswith(PREFIX) or len(name) == len(PREFIX):
        return None
    return unquote(name.removeprefix(PREFIX))


def prepare(pdf: bytes, slots: Sequence[SlotSpec]) -> bytes:
    """Add an empty signature field for each slot, in the order of their positions. Returns the file that will be
    signed.

    The fields are in the structure tree (PDF/UA) and have an appearance (PDF/A). Raises Invalid for a slot outside
    its page, a code twice, or a PDF that cannot be read or already has signature fields.
    """
    names = [slot.field for slot in slots]
    if not names or len(set(names)) != len(names):
        raise Invalid(_("Danh sách người ký trống hoặc có đơn vị ghi hai lần."))
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        if "/AcroForm" in reader.root:
            raise Invalid(_("Tệp đã có biểu mẫu hoặc chữ ký, không đặt thêm ô ký được."))
        writer = QuietWriter(io.BytesIO(pdf), prev=reader)
        _add_fields(writer, sorted(slots, key=lambda slot: slot.position))
        output = io.BytesIO()
        writer.write(output)  # type: ignore[no-untyped-call]
    except PdfError as error:
        raise Invalid(_("Không đọc được tệp PDF để đặt ô ký.")) from error
    return output.getvalue()


def _add_fields(writer: QuietWriter, slots: Sequence[SlotSpec]) -> None:
    tags = _Tags(writer)
    fields = generic.ArrayObject()
    for slot in slots:
        page_ref, annotations = _page(writer, slot)
        widget = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Widget"),
                pdf_name("/FT"): pdf_name("/Sig"),
                pdf_name("/T"): generic.pdf_string(slot.field),
                pdf_name("/TU"): generic.pdf_string(unicodedata.normalize("NFC", slot.unit_name)),
                pdf_name("/F"): generic.NumberObject(PRINT_AND_LOCKED),
                pdf_name("/P"): page_ref,
                pdf_name("/Rect"): generic.ArrayObject([generic.FloatObject(f"{v:.3f}") for v in slot.rect]),
                pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): _blank(writer, slot)}),
            }
        )
        if slot.certificates:
            rule = SigCertConstraints(flags=SigCertConstraintFlags.SUBJECT, subjects=list(slot.certificates))
            widget[pdf_name("/SV")] = writer.add_object(SigSeedValueSpec(cert=rule).as_pdf_object())
        widget_ref = writer.add_object(widget)
        tags.add(widget, widget_ref, page_ref)
        annotations.append(widget_ref)
        fields.append(widget_ref)
    form = generic.DictionaryObject(
        {
            pdf_name("/Fields"): writer.add_object(fields),
            # 3 from the start: changed from 1 by the first signature, a strict comparison would find that suspicious.
            pdf_name("/SigFlags"): generic.NumberObject(3),
        }
    )
    writer.root[pdf_name("/AcroForm")] = writer.add_object(form)
    tags.finish()
    writer.update_root()  # type: ignore[no-untyped-call]


def _page(writer: QuietWriter, slot: SlotSpec) -> tuple[generic.IndirectObject, generic.ArrayObject]:
    """The page's reference and its list of annotations, made an object of its own so that the seal changes no page."""
    count = int(writer.root["/Pages"]["/Count"])
    if not 0 <= slot.page < count:
        raise Invalid(_("Ô ký của %(name)s nằm ở trang không có trong tệp.", name=slot.unit_name))
    page_ref, _resources = writer.find_page_for_modification(slot.page)  # type: ignore[no-untyped-call]
    page = page_ref.get_object()
    x0, y0, x1, y1 = slot.rect
    left, bottom, right, top = (float(v) for v in media_box(page))
    if not (left <= x0 < x1 <= right and bottom <= y0 < y1 <= top):
        raise Invalid(_("Ô ký của %(name)s nằm ngoài trang.", name=slot.unit_name))
    if isinstance(page.raw_get("/Annots") if "/Annots" in page else None, generic.IndirectObject):
        annotations = page["/Annots"]
        writer.update_container(annotations)
    else:
        annotations = generic.ArrayObject(list(page["/Annots"]) if "/Annots" in page else [])
        page[pdf_name("/Annots")] = writer.add_object(annotations)
    page[pdf_name("/Tabs")] = pdf_name("/S")
    writer.update_container(page)
    return generic.IndirectObject(page_ref.idnum, page_ref.generation, writer), annotations


def media_box(page: generic.DictionaryObject) -> Sequence[float]:
    """The page's paper: x0, y0, x1, y1 in points. Raises Invalid where the file does not say."""
    node = page
    for _level in range(50):
        if "/MediaBox" in node:
            box: Sequence[float] = node["/MediaBox"]
            return box
        if "/Parent" not in node:
            break
        node = node["/Parent"]
    raise Invalid(_("Trang trong tệp PDF không có khổ giấy."))


def _blank(writer: QuietWriter, slot: SlotSpec) -> generic.IndirectObject:
    x0, y0, x1, y1 = slot.rect
    form = RawContent(b"", box=BoxConstraints(width=x1 - x0, height=y1 - y0)).as_form_xobject()
    return writer.add_object(form)


class _Tags:
    """The structure tree: a Form element for each field, found from the widget by its key in the parent tree."""

    def __init__(self, writer: QuietWriter) -> None:
        self.writer = writer
        self.tree = entry(writer.root, "/StructTreeRoot")
        if self.tree is None:
            return
        self.next_key = int(entry(self.tree, "/ParentTreeNextKey", 0))
        kids = self.tree["/K"]
        self.top_ref = kids.raw_get(0) if isinstance(kids, generic.ArrayObject) else self.tree.raw_get("/K")
        self.first_key = self.next_key
        self.entries = generic.ArrayObject()

    def add(
        self, widget: generic.DictionaryObject, widget_ref: generic.IndirectObject, page: generic.IndirectObject
    ) -> None:
        """Register one widget."""
        if self.tree is None:
            return
        reference = generic.DictionaryObject(
            {pdf_name("/Type"): pdf_name("/OBJR"), pdf_name("/Obj"): widget_ref, pdf_name("/Pg"): page}
        )
        element = self.writer.add_object(
            generic.DictionaryObject(
                {
                    pdf_name("/Type"): pdf_name("/StructElem"),
                    pdf_name("/S"): pdf_name("/Form"),
                    pdf_name("/P"): self.top_ref,
                    pdf_name("/Pg"): page,
                    # Not in an array: the change review knows a field's place in the tree by the path …/K/Obj alone.
                    pdf_name("/K"): reference,
                }
            )
        )
        top = self.top_ref.get_object()
        kids = top["/K"] if "/K" in top else generic.ArrayObject()
        if not isinstance(kids, generic.ArrayObject):
            kids = generic.ArrayObject([top.raw_get("/K")])
        kids.append(element)
        top[pdf_name("/K")] = kids
        self.writer.update_container(top)
        widget[pdf_name("/StructParent")] = generic.NumberObject(self.next_key)
        self.entries.extend([generic.NumberObject(self.next_key), element])
        self.next_key += 1

    def finish(self) -> None:
        """Write the new keys into the parent tree."""
        if self.tree is None or not self.entries:
            return
        parents = self.tree["/ParentTree"]
        if "/Kids" in parents:
            leaf = generic.DictionaryObject(
                {
                    pdf_name("/Nums"): self.entries,
                    pdf_name("/Limits"): generic.ArrayObject(
                        [generic.NumberObject(self.first_key), generic.NumberObject(self.next_key - 1)]
                    ),
                }
            )
            parents["/Kids"].append(self.writer.add_object(leaf))
        else:
            numbers = parents["/Nums"] if "/Nums" in parents else generic.ArrayObject()
            numbers.extend(self.entries)
            parents[pdf_name("/Nums")] = numbers
        self.tree[pdf_name("/ParentTreeNextKey")] = generic.NumberObject(self.next_key)
        self.writer.update_container(parents)
        self.writer.update_container(self.tree)
