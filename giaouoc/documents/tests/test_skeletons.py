"""Every kind of text begins from its template, as an office would write it, and comes back through the importer as written."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from docx import Document as Word

from giaouoc.documents.actions.imports import save_draft, start_draft
from giaouoc.documents.blank import word_template
from giaouoc.documents.models import Document, content_of
from giaouoc.documents.rules.clause_tree import content_hash
from giaouoc.documents.rules.draft_import import import_draft
from giaouoc.documents.rules.skeletons import skeleton
from giaouoc.documents.states import DocumentKind
from giaouoc.lib.errors import NotAllowed


@pytest.mark.parametrize("kind", list(DocumentKind), ids=str)
def test_the_word_template_is_read_back_as_it_was_written(world: Any, kind: DocumentKind) -> None:
    name = str(kind.label)
    data = word_template(world.year, kind, f"{name} thử của Cụm", world.now)
    written = skeleton(kind, name, "thử của Cụm", world.cluster.name, world.year.number)
    assert content_hash(import_draft(data).tree) == content_hash(written)
    paper = Word(BytesIO(data))
    head = " ".join(cell.text for row in paper.tables[0].rows for cell in row.cells)
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in head
    assert world.cluster.name.upper() in head.upper()


def test_a_text_is_begun_from_its_template_looked_at_and_saved(world: Any, client: Any) -> None:
    world.sign_in(client, "secretary:CQD")
    url = world.url("van-ban/mau/")
    assert client.post(url, {"kind": "resolution", "title": ""}).status_code == 422
    word = client.post(url, {"kind": "resolution", "title": "Nghị quyết về nhân rộng mô hình", "tai": "word"})
    assert "mau-nghi-quyet.docx" in word["Content-Disposition"]
    assert Document.objects.count() == 0
    made = client.post(url, {"kind": "resolution", "title": "Nghị quyết về nhân rộng mô hình"})
    assert made.status_code == 302
    assert "QUYẾT NGHỊ" in client.get(made.url).content.decode()
    assert client.post(f"{made.url}luu/").status_code == 302
    document = Document.objects.get()
    assert document.kind == DocumentKind.RESOLUTION
    tree = content_of(document.versions.get())
    assert tree[0]["heading"] == "NGHỊ QUYẾT\nvề nhân rộng mô hình"


def test_only_the_head_unit_begins_a_text(world: Any) -> None:
    with pytest.raises(NotAllowed):
        start_draft(world.year, "report", "Báo cáo", by=world.mandate("secretary:CA"), now=world.now)
    save_draft(
        start_draft(world.year, "report", "Báo cáo", by=world.mandate("leader:CQD"), now=world.now),
        by=world.mandate("leader:CQD"),
        now=world.now,
    )
