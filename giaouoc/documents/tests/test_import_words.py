"""What the import says: codes with parameters, worded in the reader's language on the page, in Vietnamese at the command line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from giaouoc.documents import words
from giaouoc.documents.models import DraftImport
from giaouoc.documents.rules import said
from giaouoc.documents.rules.draft_import import import_draft, to_json, to_store

from .word_files import docx, head, para

DRAFT = docx(head("QUY CHẾ"), para("Điều 1. A", bold=True), para("1. Theo Điều 9."), para("3. x"))


def _upload(world: Any, client: Any, data: bytes, language: str) -> Any:
    world.sign_in(client, "secretary:CQD")
    client.post("/tro-giup/giao-dien/", {"language": language})
    file = SimpleUploadedFile("dự thảo.docx", data)
    return client.post(world.url("van-ban/nhap/"), {"kind": "regulation", "title": "", "file": file})


@pytest.mark.parametrize(
    ("language", "skipped", "nowhere"),
    [
        ("vi", "Thiếu khoản 2 trước khoản 3.", "Viện dẫn “Điều 9” nhưng không có Điều 9."),
        ("en", "Missing: paragraph 2 before paragraph 3.", "It refers to “Điều 9”, but there is no article 9."),
    ],
)
def test_warnings_of_a_preview_speak_the_readers_language(
    world: Any, client: Any, language: str, skipped: str, nowhere: str
) -> None:
    place = _upload(world, client, DRAFT, language)["Location"]
    page = client.get(place).content.decode().replace("\u00a0", " ")
    assert skipped in page
    assert nowhere in page
    kept = DraftImport.objects.get().warnings
    assert {"where": "1/3", "code": "skipped", "params": {"kind": "paragraph", "missing": "2", "number": "3"}} in kept


@pytest.mark.parametrize(("language", "sentence"), [("vi", "Đây là tệp PDF"), ("en", "This is a PDF")])
def test_refusals_speak_the_readers_language(world: Any, client: Any, language: str, sentence: str) -> None:
    answer = _upload(world, client, b"%PDF-1.7", language)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


@pytest.mark.once
def test_a_warning_kept_as_a_sentence_by_an_older_release_is_still_shown() -> None:
    assert words.warning({"where": None, "what": "Câu cũ."}) == "Câu cũ."


@pytest.mark.once
@pytest.mark.parametrize("code", [*said.REFUSALS, *said.WARNINGS])
def test_every_sentence_can_be_said_with_its_parameters(code: str) -> None:
    template = said.REFUSALS.get(code) or said.WARNINGS[code]
    params = {name: "x" for name in re.findall(r"%\((\w+)\)s", template) if name not in {"name", "Name"}}
    if "ame)s" in template:
        params["kind"] = "article"
    for language in ("vi", "en"):
        with translation.override(language):
            told = said.sentence(code, params, translation.gettext)
        assert "%" not in told
        assert told == told.strip()


@pytest.mark.once
def test_the_command_line_keeps_its_contract(tmp_path: Path) -> None:
    file = tmp_path / "dự thảo.docx"
    file.write_bytes(DRAFT)
    command = [sys.executable, "-m", "giaouoc.cli", "import-draft", str(file), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert told == to_json(import_draft(DRAFT))
    assert {"where": "1/3", "what": "Thiếu khoản 2 trước khoản 3."} in told["warnings"]
    assert [one["where"] for one in told["warnings"]] == [one["where"] for one in to_store(import_draft(DRAFT))]
