"""Ảnh tải lên: opened once by a known reader, measured before it is unpacked; what is kept is always made anew from its pixels."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from .errors import Invalid

NAMES = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WebP"}
BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError)


def opened(
    data: bytes, formats: Sequence[str], *, most_bytes: int, most_pixels: int, field: str, still: bool = False
) -> Image.Image:
    """The picture, upright and unpacked, if it is one of ``formats`` ('PNG') and within both bounds.

    Raises Invalid at ``field`` for what is too large, too many pixels (by its head, before any is unpacked), or not readable
    to its end; ``still``: for several pictures in one too, of which else the first is taken (telephones make such)."""
    if len(data) > most_bytes:
        size = most_bytes // 1024 // 1024
        raise Invalid(_("Ảnh lớn hơn %(size)s MB; hãy thu nhỏ rồi tải lại.") % {"size": size}, field=field)
    try:
        with Image.open(io.BytesIO(data), formats=tuple(formats)) as picture:
            if picture.width * picture.height > most_pixels:
                raise Invalid(_("Ảnh có quá nhiều điểm ảnh; hãy thu nhỏ rồi tải lại."), field=field)
            if still and getattr(picture, "n_frames", 1) > 1:
                raise Invalid(_("Ảnh động không được nhận; hãy chọn ảnh tĩnh."), field=field)
            return ImageOps.exif_transpose(picture)
    except BROKEN as error:
        names = [NAMES[one] for one in formats]
        kinds = (
            names[0]
            if len(names) == 1
            else _("%(some)s hoặc %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]}
        )
        raise Invalid(_("Tệp này không phải ảnh %(kinds)s đọc được.") % {"kinds": kinds}, field=field) from error
