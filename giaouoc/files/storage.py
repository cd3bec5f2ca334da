"""Bytes in and out. A file is on disk and flushed before the row that names it can commit."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from giaouoc.lib.errors import DomainError, WrongState
from giaouoc.lib.vietnamese import fold, one_line

from .models import Quarantine, StoredFile

CALENDAR = "text/calendar; charset=utf-8"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class DamagedFile(DomainError):
    """The bytes on disk are gone or not those that were stored."""

    status = 500


class Quarantined(DomainError):
    """The administrator has hidden these bytes."""

    status = 410


def refuse_hidden(file: StoredFile) -> None:
    """Raise Quarantined, which does not tell the name of the file either, when its bytes are hidden."""
    if Quarantine.objects.filter(sha256=file.sha256, lifted_at=None).exists():
        raise Quarantined(
            _("Quản trị hệ thống đã cách ly tệp này; không ai tải hoặc xem được."),
            _("Cần hỏi lý do, hãy liên hệ quản trị hệ thống. Không gửi lại tệp này bằng cách khác."),
        )


def unreadable() -> WrongState:
    """Nobody decides on, or signs, a text of which words are hidden."""
    return WrongState(
        _("Có câu chữ của văn bản đang bị cách ly: không đưa ra quyết định hoặc ký một văn bản không đọc được."),
        _("Viết lại câu ấy trong bản mới, hoặc đề nghị quản trị bỏ cách ly."),
    )


def hidden_words() -> Quarantined:
    """The refusal of a whole text whose words are hidden; it tells nothing of it."""
    return Quarantined(
        _("Quản trị hệ thống đã cách ly câu chữ này; không ai xem, tải hoặc dùng tiếp được."),
        _("Cần hỏi lý do, hãy liên hệ quản trị hệ thống. Không gửi lại nội dung này bằng cách khác."),
    )


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def put_bytes(data: bytes) -> str:
    """Write the bytes under their hash, flushed to disk, and return the hash (hex SHA-256). Same bytes: one file."""
    digest = hashlib.sha256(data).hexdigest()
    path = Path(settings.FILES_ROOT) / digest[:2] / digest
    if path.exists() and path.stat().st_size == len(data):
        return digest
    new_folder = not path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as part:
        part.write(data)
        part.flush()
        os.fsync(part.fileno())
    os.chmod(part.name, 0o440)
    os.replace(part.name, path)
    _flush_folder(path.parent)
    if new_folder:
        with contextlib.suppress(OSError):
            _flush_folder(path.parent.parent)
    return digest


def clean_name(name: str) -> str:
    """A file name of one line, NFC, no folders, at most 200 bytes with its ending kept."""
    name = one_line(name.replace("\\", "/").rsplit("/", 1)[-1].replace("\0", "")) or "tep"
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending[:10]) if dot else (name, "")
    while len((stem + ending).encode()) > 200:
        stem = stem[:-1]
    return stem + ending


def store(data: bytes, name: str, media_type: str, *, now: datetime) -> StoredFile:
    """Keep the bytes and their row; called inside the transaction of the act that brings them."""
    return StoredFile.objects.create(
        sha256=put_bytes(data),
        size=len(data),
        name=clean_name(name),
        media_type=media_type,
        stored_at=now,
    )


def read_checked(file: StoredFile) -> bytes:
    """The bytes of the file, hidden or not, compared with the hash in its row; for checking what is kept."""
    try:
        data = file.path.read_bytes()
    except OSError as error:
        raise DamagedFile(_("Không đọc được tệp “%(name)s” trên máy chủ.") % {"name": file.name}) from error
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise DamagedFile(_("Tệp “%(name)s” trên máy chủ không còn đúng như khi lưu.") % {"name": file.name})
    return data


def content_disposition(name: str, *, inline: bool = False) -> str:
    """The header for a download: an ASCII fallback beside the Vietnamese name."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_. ") else "-" for c in fold(name)) or "tep"
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"


def bytes_response(data: bytes, name: str, media_type: str) -> HttpResponse:
    """Bytes just made as a download; whoever calls has already asked whether this person may have them."""
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = content_disposition(name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response


def file_response(file: StoredFile, *, inline: bool = False) -> HttpResponse:
    """The file as an answer; whoever calls has already asked whether this person may have it."""
    response = HttpResponse(file.read(), content_type=file.media_type)
    response["Content-Disposition"] = content_disposition(file.name, inline=inline)
    response["ETag"] = f'"{file.sha256}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response
