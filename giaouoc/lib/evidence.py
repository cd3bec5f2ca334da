"""Minh chứng: which files are taken as evidence. The first bytes decide, the ending of the name only agrees."""

from __future__ import annotations

import io
import zipfile

from django.utils.translation import gettext as _

from .errors import Invalid

LARGEST = 20 * 1024 * 1024  # bytes of one file
MOST = 10  # files of one report

_OFFICE = "application/vnd.openxmlformats-officedocument."
_ZIPPED = {
    "docx": ("word/", f"{_OFFICE}wordprocessingml.document"),
    "xlsx": ("xl/", f"{_OFFICE}spreadsheetml.sheet"),
    "pptx": ("ppt/", f"{_OFFICE}presentationml.presentation"),
}


def media_type_of(name: str, data: bytes) -> str | None:
    """The media type of a file of evidence (PDF, Word, Excel, PowerPoint, PNG, JPEG), or None for any other."""
    ending = name.rpartition(".")[2].lower()
    if ending == "pdf" and data.startswith(b"%PDF-"):
        return "application/pdf"
    if ending == "png" and data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if ending in {"jpg", "jpeg"} and data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if ending in _ZIPPED and data.startswith(b"PK\x03\x04"):
        folder, media_type = _ZIPPED[ending]
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:  # the list of names alone; nothing is unpacked
                if any(one.startswith(folder) for one in archive.namelist()):
                    return media_type
        except (zipfile.BadZipFile, NotImplementedError, OSError):
            return None
    return None


def checked_kind(name: str, data: bytes, *, field: str = "evidence") -> str:
    """The media type of a file of evidence. Raises Invalid for another kind, an empty or a too large one."""
    if len(data) > LARGEST:
        raise Invalid(_("Tệp “%(name)s” lớn hơn 20 MB.") % {"name": name}, field=field)
    found = media_type_of(name, data)
    if found is None:
        raise Invalid(
            _("Tệp “%(name)s” không phải PDF, Word, Excel hoặc ảnh; hoặc nội dung không khớp với tên tệp.")
            % {"name": name},
            field=field,
        )
    return found
