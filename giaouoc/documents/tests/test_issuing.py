"""An adopted text is issued under its number; what it replaces is no longer in force."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from docx import Document as Word

from giaouoc.clusters.actions.years import set_papers_kind
from giaouoc.documents.access import can_put_to_signing
from giaouoc.documents.actions import issuing
from giaouoc.documents.actions.issuing import issue_document
from giaouoc.documents.actions.signing import put_to_signing
from giaouoc.documents.actions.tabling import withdraw_document
from giaouoc.documents.models import Adoption, Document
from giaouoc.documents.rules.clause_tree import content_hash
from giaouoc.documents.rules.draft_import import import_draft
from giaouoc.documents.rules.layout import long_date
from giaouoc.files.models import StoredFile
from giaouoc.lib.clock import local_date
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.notices.models import Message
from giaouoc.signing.actions.sign import sign_slot
from giaouoc.signing.models import Revision

from . import stage
from .paper_samples import text_of


def issue(world: Any, document: Document, number: str = "01-NQ/CTĐ17", **options: Any) -> Adoption:
    values = {"issued_on": local_date(world.now), "by": world.mandate("leader:CQD"), "now": world.now} | options
    return issue_document(document, number=number, **values)


def test_an_issued_text_has_its_number_and_keeps_its_words(world: Any, client: Any) -> None:
    document = stage.adopted(world)
    text_hash = Adoption.objects.get().text_hash
    day = local_date(world.now)
    for wrong, field in (
        ({"number": "  "}, "số của văn bản"),
        ({"issued_on": day + timedelta(days=1)}, "Ngày ban hành"),
        ({"issued_on": day - timedelta(days=1)}, "Ngày ban hành"),
        ({"relation": "replaces"}, "đang có hiệu lực"),
        ({"earlier": [document]}, "sửa đổi, thay thế"),
        ({"relation": "replaces", "earlier": [document]}, "đang có hiệu lực"),
    ):
        with pytest.raises(Invalid, match=field):
            issue(world, document, **wrong)
    adoption = issue(world, document)
    assert (document.state, adoption.number, adoption.text_hash) == ("in_force", "01-NQ/CTĐ17", text_hash)
    assert Message.objects.filter(subject__startswith="Ban hành: ").count() == 10  # secretary and leader of five units
    page = world.sign_in(client, "secretary:CA").get(document.get_absolute_url()).content.decode()
    assert "Ban hành số 01-NQ/CTĐ17" in page.replace("\xa0", " ")
    with pytest.raises(WrongState, match="Đã ban hành"):
        issue(world, document)
    with pytest.raises(WrongState, match="không rút được"):
        withdraw_document(document, by=world.mandate("leader:CQD"), now=world.now, reason="x")
    assert not can_put_to_signing(world.mandate("leader:CQD"), document, world.now)


def test_what_is_not_adopted_or_is_being_signed_is_not_issued(world: Any) -> None:
    with pytest.raises(WrongState, match="chỉ ban hành văn bản đã được hội nghị thông qua"):
        issue(world, stage.draft(world).document)
    document = stage.adopted(world)
    put_to_signing(document, [world.unit("CQD")], by=world.mandate("leader:CQD"), now=world.now)
    with pytest.raises(WrongState, match="đang được ký"):
        issue(world, document)


@pytest.mark.parametrize(
    ("relation", "state", "words"),
    [
        ("amends", "in_force", ("Sửa đổi, bổ sung", "Được sửa đổi, bổ sung bởi")),
        ("replaces", "superseded", ("Thay thế", "Được thay thế bởi")),
        ("repeals", "superseded", ("Bãi bỏ", "Bị bãi bỏ bởi")),
    ],
)
def test_a_text_amends_replaces_or_repeals_what_is_in_force(
    world: Any, client: Any, relation: str, state: str, words: tuple[str, str]
) -> None:
    old, new = stage.adopted(world), stage.adopted(world)
    with pytest.raises(Invalid, match="đang có hiệu lực"):  # it was never issued
        issue(world, new, "02-NQ/CTĐ17", relation=relation, earlier=[old])
    issue(world, old)
    world.sign_in(client, "leader:CQD")
    address = f"{new.get_absolute_url()}ban-hanh/"
    assert "số 01-NQ/CTĐ17" in client.get(address).content.decode()
    typed = {"number": "02-NQ/CTĐ17", "issued_on": local_date(world.now).isoformat(), "relation": relation}
    back = client.post(address, typed)
    assert (back.status_code, "02-NQ/CTĐ17" in back.content.decode()) == (422, True)
    client.post(address, typed | {"earlier": [old.pk]})
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, new.state) == (state, "in_force")
    for document, label in ((new, words[0]), (old, words[1])):
        assert f"<dt>{label}</dt>" in client.get(document.get_absolute_url()).content.decode()


def test_one_number_stands_on_one_text_of_a_year(world: Any) -> None:
    one, two = stage.adopted(world), stage.adopted(world)
    issue(world, one)
    with pytest.raises(Invalid, match="đã có ở"):
        issue(world, two, "01-nq/ctđ17")
    assert issue(world, two, "02-NQ/CTĐ17").number == "02-NQ/CTĐ17"


def test_what_was_replaced_in_this_moment_is_amended_by_nobody(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new, late = (stage.adopted(world) for _ in range(3))
    issue(world, old)
    seen = Document.objects.get(pk=old.pk)  # as the later request has read it
    issue(world, new, "02-NQ/CTĐ17", relation="replaces", earlier=[old])
    monkeypatch.setattr(issuing, "in_force", lambda _document: [seen])
    with pytest.raises(Invalid, match="đang có hiệu lực"):
        issue(world, late, "03-NQ/CTĐ17", relation="amends", earlier=[old])


@pytest.mark.parametrize(
    ("kind", "typed", "line", "head"),
    [
        ("party", "Số 01-NQ/CTĐ17", "Số 01-NQ/CTĐ17", "ĐẢNG CỘNG SẢN VIỆT NAM"),
        ("state", "01/NQ-CTĐ17", "Số: 01/NQ-CTĐ17", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ],
)
def test_the_papers_of_an_issued_text_carry_its_number_and_day(
    world: Any, client: Any, kind: str, typed: str, line: str, head: str
) -> None:
    set_papers_kind(world.cluster, kind, by=world.mandate("administrator"), now=world.now)
    document = stage.adopted(world)
    document.year.refresh_from_db()
    adoption = put_to_signing(document, [world.unit("CQD")], by=world.mandate("leader:CQD"), now=world.now)
    assert adoption.signing_round is not None
    sign_slot(adoption.signing_round.slots.get(), by=world.mandate("leader:CQD"), now=world.now)
    files = StoredFile.objects.filter(pk__in=Revision.objects.values("file"))
    signed = [one.read() for one in files.order_by("pk")]
    address = f"{document.get_absolute_url()}du-thao/1/"
    world.sign_in(client, "secretary:CA")

    def papers() -> tuple[str, str]:
        """All that the PDF and the Word file say, blanks as one."""
        pdf, word = (client.get(f"{address}{name}/").content for name in ("pdf", "word"))
        cells = [cell.text for table in Word(BytesIO(word)).tables for row in table.rows for cell in row.cells]
        return text_of(pdf), " ".join(" ".join(cells).split())

    adopted_on = long_date(world.cluster.place, local_date(world.now))
    for paper in papers():
        assert "NQ" not in paper and adopted_on in paper
    world.pass_time(days=40)
    issued_on = local_date(world.now)
    issue(world, document, typed, issued_on=issued_on)
    assert Adoption.objects.get().number == typed.removeprefix("Số ")
    for paper in papers():
        assert paper.count(line) == 1 and head in paper
        assert long_date(world.cluster.place, issued_on) in paper and adopted_on not in paper
    assert [one.read() for one in files.order_by("pk")] == signed  # what was signed stays as it was signed
    version = Adoption.objects.get().version
    again = import_draft(client.get(f"{address}word/").content)
    assert content_hash(again.tree) == version.content_hash == Adoption.objects.get().text_hash


def test_the_form_shows_a_number_as_the_body_writes_it(world: Any, client: Any) -> None:
    document = stage.adopted(world)
    world.sign_in(client, "leader:CQD")
    assert "thí dụ 01-QC/CTĐ17" in client.get(f"{document.get_absolute_url()}ban-hanh/").content.decode()
    set_papers_kind(world.cluster, "state", by=world.mandate("administrator"), now=world.now)
    assert "thí dụ 01/QC-CTĐ17" in client.get(f"{document.get_absolute_url()}ban-hanh/").content.decode()
