"""Hình trong khung ký: what of an uploaded picture goes into a frame."""

from __future__ import annotations

import io

from django.utils.translation import gettext as _
from PIL import Image, ImageChops

from giaouoc.lib.errors import Invalid
from giaouoc.lib.pictures import BROKEN, opened

MOST_BYTES = 1024 * 1024
SMALLEST, LARGEST = 60, 2000  # pixels of a side, as it comes
KEPT = 480  # pixels of the longer side: 36 mm at 300 dpi and more
PAPER = (255, 255, 255)


def cleaned(data: bytes) -> bytes:
    """The picture anew: on white instead of transparent (PDF/A without blending), its empty margin cut, at most ``KEPT`` pixels
    long, eight bits of red, green and blue, nothing else of the file. Raises Invalid.

    Sizes: domain notes, part B §2 (PNG; blue hand, red stamp; scans of 200 to 300 dpi)."""
    picture = opened(data, ("PNG",), most_bytes=MOST_BYTES, most_pixels=LARGEST * LARGEST, field="picture", still=True)
    if not all(SMALLEST <= side <= LARGEST for side in picture.size):
        words = _("Hình rộng %(width)s, cao %(height)s điểm ảnh; mỗi cạnh phải từ %(least)s đến %(most)s.")
        sizes = {"width": picture.width, "height": picture.height, "least": SMALLEST, "most": LARGEST}
        raise Invalid(words % sizes, field="picture")
    try:
        drawn = picture.convert("RGBA")
    except BROKEN as error:  # a kind of pixels that nothing else reads
        raise Invalid(_("Tệp này không phải ảnh %(kinds)s đọc được.") % {"kinds": "PNG"}, field="picture") from error
    flat = Image.new("RGB", drawn.size, PAPER)
    flat.paste(drawn, mask=drawn.getchannel("A"))
    inked = ImageChops.difference(flat, Image.new("RGB", flat.size, PAPER)).getbbox()
    if inked is None:
        raise Invalid(_("Hình này trống: chỉ có nền."), field="picture")
    flat = flat.crop(inked)
    flat.thumbnail((KEPT, KEPT), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    flat.save(out, "PNG", optimize=True)
    return out.getvalue()
