"""Ô ký của công cụ khác: what a new signature brings with it, refused at the door if it would stop those who sign later, or
hides something."""

from __future__ import annotations

from pyhanko.sign.fields import enumerate_sig_fields

from giaouoc.lib.errors import Invalid
from giaouoc.lib.sentence import say as _

from .changes import HIDDEN, PRINTED, box, covers, flags, inside, is_plain, on_page, pages_of
from .fields import PREFIX, SEAL_FIELD, entry, media_box
from .reading import SignedFile
from .signature import Signature

WIDEST, TALLEST = 300.0, 160.0
"""The largest box of an agency's own signature, in points: about half the width of the paper."""


def check_form(base: bytes, old: SignedFile, new: SignedFile, signature: Signature, field: str) -> None:
    """Refuse what would stop those who sign later, or the seal, though this one signature is good: a lock over the
    document, things that run, a box of its own that hides something or that nobody sees. Raises Invalid."""
    embedded = signature.embedded
    if embedded is None or embedded.docmdp_level is not None or embedded.fieldmdp is not None:
        raise Invalid(
            _("Chữ ký mới khóa tài liệu, người sau không ký được nữa."),
            _("Trong công cụ ký, chọn chữ ký thường, không chọn chữ ký chứng nhận hay khóa tài liệu."),
        )
    if new.active_content() and not old.active_content():
        raise Invalid(_("Tệp trả về có thêm mã tự chạy hoặc lệnh mở chương trình khác."))
    if signature.name == field:
        return
    if signature.name.startswith((PREFIX, SEAL_FIELD)):
        raise Invalid(_("Tên ô ký mới trùng với tên dành cho hệ thống."))
    _check_own_box(base, old, new, signature.name, field)


def _check_own_box(base: bytes, old: SignedFile, new: SignedFile, name: str, field: str) -> None:
    """The box of an agency's own tool is seen, small, on its page, and over no word and no other box than its unit's."""
    advice = _("Đặt khung chữ ký vào ô đã dành cho đơn vị, hoặc vào chỗ trống.")
    boxes = {str(n): ref.get_object() for n, _value, ref in enumerate_sig_fields(new.reader)}
    widget = boxes[name]
    place = box(widget)
    if place is None or "/Kids" in widget or flags(widget) & (HIDDEN | PRINTED) != PRINTED or not is_plain(widget):
        raise Invalid(_("Chữ ký mới không hiện trên trang giấy."), advice)
    if "/A" in widget:
        raise Invalid(_("Tệp trả về có thêm mã tự chạy hoặc lệnh mở chương trình khác."))
    page = entry(widget, "/P")
    numbered = [(number, one) for number, one in enumerate(pages_of(new.reader.root)) if on_page(one, widget)]
    pages = [one for _number, one in numbered]
    if len(pages) != 1 or (page is not None and page != pages[0]):
        raise Invalid(_("Chữ ký mới không nằm ở đúng một trang."), advice)
    left, bottom, right, top = place
    x0, y0, x1, y1 = (float(v) for v in media_box(pages[0]))
    if not (x0 <= left and y0 <= bottom and right <= x1 and top <= y1):
        raise Invalid(_("Khung chữ ký mới vượt ra ngoài trang giấy."), advice)
    if right - left > WIDEST or top - bottom > TALLEST:
        raise Invalid(_("Khung chữ ký mới quá lớn, che mất chữ của văn bản."), advice)
    for other, widget in boxes.items():
        at = box(widget)
        if other in {name, field} or at is None or not on_page(pages[0], widget):
            continue
        if left < at[2] and at[0] < right and bottom < at[3] and at[1] < top:
            raise Invalid(_("Khung chữ ký mới đè lên ô ký của đơn vị khác."), advice)
    if covers(base, numbered[0][0], inside(place), pages=len(pages_of(old.reader.root))):
        raise Invalid(_("Khung chữ ký mới che chữ của văn bản."), advice)
