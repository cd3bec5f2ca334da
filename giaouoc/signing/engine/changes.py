"""Điều gì đã đổi sau khi ký: what later revisions of a signed file did beside adding signatures, time stamps and
long-term data.

pyHanko's comparison is the first sieve. It lets through what others may want and we do not: new fields that nobody signed,
a field that is drawn as another kind of note or lies over words, a time stamp with a look of its own, another description of
the file. Whoever has no unit's key can still get a genuine time stamp; so nothing that a reader sees, and nothing that
describes the file, may come in with one. Whoever has a key may show a signature, but nothing of the text may go under it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffResult,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.fields import enumerate_sig_fields

from giaouoc.lib.sentence import say as _

from .active_content import MAX_OBJECTS
from .fields import entry
from .reading import SignedFile
from .signature import Signature

HIDDEN = 1 | 2 | 32 | 256  # annotation flags Invisible, Hidden, NoView, ToggleNoView (ISO 32000-1, 12.5.3)
PRINTED = 4  # without it the paper does not show what the screen does
Box = tuple[float, float, float, float]  # left, bottom, right, top in points of the page's own space
TOUCH = 2.0  # points by which a box may run into the white around a line
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
SCHEMAS = "{http://www.aiim.org/pdfa/ns/extension/}"  # explains other properties; some tools drop it when they save
# What any tool that saves a file writes anew: it says when and by what, not what the file is.
TOOLS_OWN = frozenset({"ModifyDate", "MetadataDate", "Producer", "InstanceID", "History", "CreatorTool", "ModDate"})


def review_policy() -> StandardDiffPolicy:
    """What may change after a signature: further signatures in signature fields, time stamps and long-term data.

    Stricter than pyHanko's default: no filling of other form fields (the way of a known shadow attack), no objects that
    nothing refers to.
    """
    lta = ModificationLevel.LTA_UPDATES
    return StandardDiffPolicy(
        global_rules=[
            CatalogModificationRule(),
            DocInfoRule().as_qualified(lta),
            XrefStreamRule().as_qualified(lta),
            ObjectStreamRule().as_qualified(lta),
            DSSCompareRule().as_qualified(lta),
            MetadataUpdateRule().as_qualified(lta),
        ],
        form_rule=FormUpdatingRule(field_rules=[SigFieldCreationRule(), SigFieldModificationRule()]),
        ignore_orphaned_objects=False,
    )


def changes_after(file: SignedFile, revision: int, signatures: list[Signature]) -> str:
    """What was changed after ``revision`` beside signatures, time stamps and long-term data: '' or a sentence.

    One walk over all later revisions, each compared with that one; a comparison of first and last alone would miss
    what was changed in between and changed back.
    """
    result = review_policy().review_file(file.reader, revision)
    if isinstance(result, SuspiciousModification):
        what = differences(file, revision)
        if what:
            return _("Nội dung tệp bị sửa sau khi ký: %(what)s.", what=what)
        return _("Nội dung tệp bị sửa sau khi ký.")
    made_by_signature = {s.revision for s in signatures}
    for later in range(revision + 1, file.revisions):
        if later not in made_by_signature and not _only_long_term_data(file, later):
            return _("Sau khi ký có bản cập nhật không phải là chữ ký hay dấu thời gian.")
    if problem := _places(file, revision, signatures):
        return problem
    for signature in signatures:
        if problem := _breaks_permission(file, signature):
            return problem
    if _description(file, revision) != _description(file, file.revisions - 1):
        return _("Phần mô tả tài liệu (tên, tác giả, kiểu tệp …) bị sửa sau khi ký.")
    return ""


def differences(file: SignedFile, revision: int) -> tuple[str, ...]:
    """What a reader would see of the changes since ``revision``, in a few words; none when none of that is it."""
    try:
        old, new = pages_of(file.at(revision).root), pages_of(file.reader.root)
        found: list[str] = []
        if len(old) != len(new):
            found.append(_("số trang từ %(old)s thành %(new)s", old=len(old), new=len(new)))
        for number, (before, after) in enumerate(zip(old, new, strict=False), 1):
            if _content(before) != _content(after):
                found.append(_("nội dung trang %(number)s", number=number))
            if _marks(before) != _marks(after):
                found.append(_("chú thích hoặc hình đóng thêm ở trang %(number)s", number=number))
    except (PdfError, ValueError, TypeError, KeyError, AttributeError):
        return ()
    return tuple(found[:6])


def box(widget: generic.DictionaryObject) -> Box | None:
    """The rectangle of a field on its page, corners in order; None where it has none or an empty one."""
    if "/Rect" not in widget:
        return None
    x0, y0, x1, y1 = (float(v) for v in widget["/Rect"])
    left, bottom, right, top = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    return (left, bottom, right, top) if left < right and bottom < top else None


def flags(widget: generic.DictionaryObject) -> int:
    """The annotation flags."""
    return int(entry(widget, "/F", 0))


def _places(file: SignedFile, revision: int, signatures: list[Signature]) -> str:
    """Whether the fields since ``revision`` are only those of the signatures made since: '' or a sentence.

    A new field is filled in the revision that brings it, is drawn inside its box and over no words; what shows a prepared
    field stays; a time stamp shows nothing.
    """
    before, after = _widgets(file.at(revision)), _widgets(file.reader)
    made = {s.name: s for s in signatures}
    for name, (reference, widget) in after.items():
        signature = made.get(name)
        if name not in before:
            introduced = file.reader.xrefs.get_introducing_revision(reference)
            if signature is None or signature.revision != introduced:
                return _("Sau khi ký có thêm ô mà không ai ký cùng lúc.")
            if not all(is_plain(part) for part in parts_of(widget)):
                return _("Ô chữ ký thêm sau khi ký bị ẩn, hoặc vẽ ra ngoài khung của nó.")
            if signature.is_time_stamp and ("/Kids" in widget or box(widget) is not None):
                return _("Dấu thời gian thêm sau khi ký che lên trang giấy.")
            if _covers_words(file, widget):
                return _("Khung chữ ký thêm sau khi ký che chữ của văn bản.")
        elif flags(before[name][1]) != flags(widget):
            return _("Một ô ký bị ẩn đi hoặc hiện ra sau khi ký.")
        elif signature is not None and signature.revision > revision and signature.is_time_stamp and box(widget):
            return _("Dấu thời gian thêm sau khi ký che lên trang giấy.")
    return ""


def parts_of(widget: generic.DictionaryObject) -> list[generic.DictionaryObject]:
    """A field with all that shows it on pages."""
    return [widget, *(one.get_object() for one in entry(widget, "/Kids", ()))]


def is_shown(file: SignedFile, name: str) -> bool:
    """Whether a signature field has a box on paper."""
    found = _widgets(file.reader).get(name)
    return found is not None and any(box(part) is not None for part in parts_of(found[1]))


def is_plain(part: generic.DictionaryObject) -> bool:
    """Whether it is drawn as form fields are: inside its box. Notes of other kinds draw by points of their own, wherever
    those lie; what belongs to a layer is seen or not as the layer says; a pop-up has a box of its own."""
    return entry(part, "/Subtype", "/Widget") == "/Widget" and not {"/OC", "/Popup"} & part.keys()


def _covers_words(file: SignedFile, widget: generic.DictionaryObject) -> bool:
    """Whether a new field lies over words of a page, or over a picture: a scanned page is one."""
    pages = pages_of(file.reader.root)
    return any(
        covers(file.data, number, inside(place), pages=len(pages))
        for part in parts_of(widget)
        if (place := box(part)) is not None
        for number, page in enumerate(pages)
        if on_page(page, part)
    )


def inside(place: Box) -> Box:
    """A box without its rim, which may touch a line of words; a thin one keeps half of its breadth: it may strike words out."""
    left, bottom, right, top = place
    dx, dy = min(TOUCH, (right - left) / 4), min(TOUCH, (top - bottom) / 4)
    return left + dx, bottom + dy, right - dx, top - dy


def covers(data: bytes, page: int, place: Box, *, pages: int) -> bool:
    """Whether words or a picture of a page lie in a box. Where the two readers of the file do not count the same ``pages``,
    or PDFium cannot read it, nobody can say that it is free."""
    from giaouoc.lib.pdf_words import is_free  # brings PDFium; few files need it

    try:
        return not is_free(data, page, place, pages=pages)
    except (ValueError, IndexError):
        return True


def _widgets(handler: PdfHandler) -> dict[str, tuple[generic.Reference, generic.DictionaryObject]]:
    return {
        str(name): (reference.reference, reference.get_object())
        for name, _value, reference in enumerate_sig_fields(handler)
    }


def _description(file: SignedFile, revision: int) -> tuple[Any, ...]:
    """What a file says of itself at a revision: /Info, XMP, whether it is tagged, whether looks are to be drawn anew."""
    then = file.at(revision)
    info: dict[str, str] = {}
    if "/Info" in then.trailer_view:
        raw = then.trailer_view.raw_get("/Info")
        written = then.get_object(raw.reference) if isinstance(raw, generic.IndirectObject) else raw
        info = {str(key): str(written[key]) for key in written if key.lstrip("/") not in TOOLS_OWN}
    said: list[tuple[str, str, str]] = []
    if "/Metadata" in then.root:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        stream = file.reader.get_object(then.root.raw_get("/Metadata").reference, revision=revision)
        said = sorted(_statements(etree.fromstring(stream.data, parser)))
    form = entry(then.root, "/AcroForm", {})
    redrawn = entry(form, "/NeedAppearances")
    return info, said, str(entry(then.root, "/MarkInfo")), bool(getattr(redrawn, "value", redrawn))


def _statements(node: etree._Element, about: str = "") -> Iterator[tuple[str, str, str]]:
    """The statements of an XMP tree in whatever form they are written: the property, its qualifiers, its words."""
    if not isinstance(node.tag, str) or node.tag.startswith(SCHEMAS) or etree.QName(node).localname in TOOLS_OWN:
        return
    if not node.tag.startswith(RDF):
        about = f"{about}/{node.tag}"
    for name, value in node.attrib.items():
        said = etree.QName(name)
        if said.namespace != RDF[1:-1] and said.localname not in TOOLS_OWN | {"lang", "xmptk"}:
            yield f"{about}/{said.text}", "", str(value).strip()
    if len(node) == 0 and (node.text or "").strip():
        yield about, str(node.attrib.get("{http://www.w3.org/XML/1998/namespace}lang", "")), (node.text or "").strip()
    for child in node:
        yield from _statements(child, about)


def _only_long_term_data(file: SignedFile, revision: int) -> bool:
    """Whether a revision that no signature made writes the security store and nothing beside it."""
    then = file.at(revision)
    if "/DSS" not in then.root:
        return False
    written: set[generic.Reference] = set(file.reader.xrefs.explicit_refs_in_revision(revision))
    raw = then.root.raw_get("/DSS")
    store = set(then.collect_dependencies(raw))
    if isinstance(raw, generic.IndirectObject):
        store.add(raw.reference)
    if not store & written and not _new_key(file, then, revision):
        return False
    allowed = store | _housekeeping(then)
    return all(one in allowed or _is_structure(then, one) for one in written)


def _new_key(file: SignedFile, then: HistoricalResolver, revision: int) -> bool:
    before = file.at(revision - 1).root
    return "/DSS" not in before or before.raw_get("/DSS") != then.root.raw_get("/DSS")


def _housekeeping(then: HistoricalResolver) -> set[generic.Reference]:
    """The catalog, /Info and XMP: compared by what they say."""
    trailer, root = then.trailer_view, then.root
    raw = [trailer.raw_get("/Root"), *(trailer.raw_get(k) for k in ("/Info",) if k in trailer)]
    raw += [root.raw_get(k) for k in ("/Metadata",) if k in root]
    return {one.reference for one in raw if isinstance(one, generic.IndirectObject)}


def _is_structure(then: HistoricalResolver, reference: generic.Reference) -> bool:
    written = then.get_object(reference)
    return isinstance(written, generic.StreamObject) and entry(written, "/Type") in {"/XRef", "/ObjStm"}


def _breaks_permission(file: SignedFile, signature: Signature) -> str:
    embedded = signature.embedded
    if embedded is None or signature.is_time_stamp:
        return ""
    level = embedded.docmdp_level
    lock = embedded.fieldmdp
    if level is None and lock is None:
        return ""
    result = review_policy().review_file(file.reader, signature.revision, field_mdp_spec=lock, doc_mdp=level)
    allowed = ModificationLevel.FORM_FILLING if level is None else ModificationLevel(level.value)
    if isinstance(result, DiffResult) and result.modification_level <= allowed:
        return ""
    return _("Sau chữ ký khóa tài liệu còn có thay đổi mà chữ ký đó không cho phép.")


def pages_of(root: generic.DictionaryObject) -> list[generic.DictionaryObject]:
    """The pages in order, at most a thousand."""
    found: list[generic.DictionaryObject] = []
    todo: list[Any] = [root["/Pages"]]
    for _step in range(MAX_OBJECTS):
        if not todo or len(found) >= 1000:
            break
        node = todo.pop(0)
        node = node.get_object() if isinstance(node, generic.IndirectObject) else node
        if "/Kids" in node:
            todo[:0] = [node["/Kids"].raw_get(i) for i in range(len(node["/Kids"]))]
        else:
            found.append(node)
    return found


def on_page(page: generic.DictionaryObject, widget: generic.DictionaryObject) -> bool:
    """Whether a page shows the widget."""
    return any(one.get_object() == widget for one in entry(page, "/Annots", ()))


def _content(page: generic.DictionaryObject) -> list[bytes]:
    contents = entry(page, "/Contents", generic.ArrayObject())
    streams = [contents] if isinstance(contents, generic.StreamObject) else list(contents)
    return [s.get_object().encoded_data for s in streams]


def _marks(page: generic.DictionaryObject) -> int:
    """How many annotations there are on a page beside form fields."""
    return sum(1 for a in entry(page, "/Annots", ()) if entry(a.get_object(), "/Subtype") != "/Widget")
