"""Files: kept under their hash, flushed before the row, never handed out damaged."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from giaouoc.files.models import StoredFile
from giaouoc.files.storage import DamagedFile, clean_name, content_disposition, file_response, store


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_ROOT = tmp_path
    return tmp_path


def test_i01_the_bytes_are_on_disk_before_the_row_commits(db: None, folder: Path, monkeypatch: Any) -> None:
    flushed: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (flushed.append(StoredFile.objects.count()), real(handle))[1])
    from django.utils import timezone

    file = store(b"noi dung", "Quy chế.docx", "text/plain", now=timezone.now())
    assert flushed
    assert set(flushed) == {0}
    assert file.read() == b"noi dung"


def test_a_damaged_file_is_not_handed_out(db: None, folder: Path) -> None:
    from django.utils import timezone

    file = store(b"abc", "a.txt", "text/plain", now=timezone.now())
    file.path.chmod(0o600)
    file.path.write_bytes(b"abd")
    with pytest.raises(DamagedFile, match=r"a\.txt"):
        file_response(file)


def test_the_row_of_a_file_never_names_other_bytes(db: None, folder: Path) -> None:
    from django.utils import timezone

    file = store(b"abc", "a.txt", "text/plain", now=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).update(sha256="0" * 64)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\Quy chế.docx", "Quy chế.docx"),
        ("Quy chê\u0301.docx", "Quy chế.docx"),
        ("", "tep"),
        ("a\0b.pdf", "ab.pdf"),
    ],
)
def test_names_lose_their_folders_and_become_nfc(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_long_name_keeps_its_ending_within_200_bytes() -> None:
    name = clean_name("Đ" * 300 + ".docx")
    assert len(name.encode()) <= 200
    assert name.endswith(".docx")


def test_a_download_carries_the_vietnamese_name_and_a_plain_one() -> None:
    header = content_disposition("Quy chế.pdf")
    assert header == "attachment; filename=\"quy che.pdf\"; filename*=UTF-8''Quy%20ch%E1%BA%BF.pdf"
