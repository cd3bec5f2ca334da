"""Whose layout: papers of a Party and of a state body, chosen by who issues them and by their day; fixed ones keep theirs."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from docx import Document as Word
from docx.oxml.ns import qn

from giaouoc.clusters.actions.years import set_papers_kind, set_unit_kind
from giaouoc.clusters.queries import body_kind_of
from giaouoc.documents.downloads import paper_of
from giaouoc.documents.models import Adoption, DocumentVersion
from giaouoc.documents.paper.clauses import VersionPaper, render_clauses
from giaouoc.documents.paper.minutes import minutes_data, render_minutes
from giaouoc.documents.paper.minutes_word import render_minutes_word
from giaouoc.documents.paper.pact import member_of, render_pact
from giaouoc.documents.paper.parts import checked_at
from giaouoc.documents.paper.word import render_word
from giaouoc.documents.rules.draft_import import import_draft
from giaouoc.documents.rules.layout import number_line, style_for
from giaouoc.lib.errors import NotAllowed

from . import paper_samples as samples
from . import stage

PARTY, STATE = "ĐẢNG CỘNG SẢN VIỆT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MM = 72 / 25.4
TREE = [
    stage.node("preamble", None, "Căn cứ Luật Thi đua, khen thưởng;\nBan hành Quy chế này:", "QUY CHẾ\nlàm việc"),
    *stage.regulation()[-2:],
    stage.node("signature", None, "Nơi nhận:\n- Như trên,\nT/M CỤM THI ĐUA 17\nCỤM TRƯỞNG"),
]


def paper(kind: str, day: date = samples.DAY) -> VersionPaper:
    style = style_for(kind, day)
    signers = tuple(
        member_of(
            style, code=code, name=f"Ban {code}", short_name=code, post=post, capacity=capacity, head_post="Trưởng Ban",
            is_head=code == "A",
        )
        for code, post, capacity in (("A", "Trưởng Ban", ""), ("B", "Phó Trưởng Ban", "K/T"), ("C", "Chánh Văn phòng", "TUQ"))
    )  # fmt: skip
    return VersionPaper(
        samples.CLUSTER, samples.SUPERVISOR, 2026, "Quy chế", samples.PLACE, TREE, samples.sha("v"), day, day,
        body_kind=kind, number_line=number_line(style, "05-QC/CTĐ17" if kind == "party" else "05/QC-CTĐ17"), signers=signers, draft_ordinal=2,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["party", "state"])
def test_head_number_date_margins_and_signatures_stand_where_the_body_has_them(kind: str) -> None:
    pdf, boxes = render_clauses(paper(kind))
    text, words = samples.text_of(pdf), samples.words_with_boxes(pdf, 1)
    middle = 210 * MM / 2
    place = {word: (x0, y0) for word, x0, y0, _x1, _y1 in reversed(words)}
    assert min(x0 for _word, x0, *_rest in words) == pytest.approx(30 * MM, abs=3)
    assert max(x1 for _word, _x0, _y0, x1, _y1 in words) <= (210 - 15) * MM + 1
    assert min(y0 for _word, _x0, y0, *_rest in words) >= 20 * MM - 4
    number = place["Số:" if kind == "state" else "Số"]
    day = place["Minh,"]
    assert number[0] < middle < day[0]
    assert abs(number[1] - day[1]) < 4  # number and date on one line, under the heads
    assert len(boxes) == 3
    if kind == "party":
        assert PARTY in text
        assert STATE not in text
        assert "Số 05-QC/CTĐ17" in text
        assert "K/T TRƯỞNG BAN PHÓ TRƯỞNG BAN" in text
        assert "TUQ. CHÁNH VĂN PHÒNG" in text  # the Party's guide has no words for it
        assert place["-----"][1] > number[1]
        assert "DỰ THẢO LẦN 2" in text
        later = samples.text_of(render_clauses(paper(kind, date(2026, 5, 27)))[0])
        assert "Dự thảo lần 2" in later
    else:
        assert f"{STATE} Độc lập - Tự do - Hạnh phúc" in text
        assert PARTY not in text
        assert "Số: 05/QC-CTĐ17" in text
        assert place["Hạnh"][1] < day[1]
        assert "KT. TRƯỞNG BAN PHÓ TRƯỞNG BAN" in text
        assert "TUQ. TRƯỞNG BAN CHÁNH VĂN PHÒNG" in text
        assert "-----" not in text
    pact = samples.text_of(render_pact(replace(samples.pact(2), body_kind=kind))[0])
    assert ("ký số./." in pact) == (kind == "state")


@pytest.mark.parametrize("kind", ["party", "state"])
def test_word_files_have_the_same_layout_and_come_back_the_same(kind: str) -> None:
    data = render_word(replace(paper(kind), signers=()))
    word = Word(io.BytesIO(data))
    left, right = (cell.text for cell in word.tables[0].rows[0].cells)
    assert right.startswith(PARTY if kind == "party" else f"{STATE}\nĐộc lập - Tự do - Hạnh phúc")
    assert ("Số 05-" if kind == "party" else "Số: 05/") in left
    assert right.endswith("ngày 06 tháng 3 năm 2026")
    margins = [getattr(word.sections[0], f"{side}_margin").mm for side in ("top", "bottom", "left", "right")]
    assert [round(one) for one in margins] == [20, 20, 30, 15]
    bases = word.styles["Căn cứ"]
    assert bool(bases.font.italic) == (kind == "state")
    [mark] = [one for one in word.paragraphs if one.style is not None and one.style.name == "Gạch dưới tên"]
    assert (mark.text, mark._p.find(f".//{qn('w:pBdr')}") is not None) == (
        ("-----", False) if kind == "party" else ("", True)
    )
    posts = [run.bold for one in word.tables[1].rows[0].cells[1].paragraphs for run in one.runs if run.text][-1]
    assert bool(posts) == (kind == "state")
    assert import_draft(data).tree == import_draft(render_word(paper("party"))).tree


@pytest.mark.parametrize("kind", ["party", "state"])
def test_minutes_are_laid_out_alike_in_pdf_and_word(kind: str) -> None:
    content = minutes_data(replace(samples.minutes(3), body_kind=kind))
    head = PARTY if kind == "party" else STATE
    assert head in samples.text_of(render_minutes(content, checked_at("https://giaouoc.test/"), signed=True)[0])
    assert head in Word(io.BytesIO(render_minutes_word(content))).tables[0].rows[0].cells[1].text


def test_the_cluster_or_else_its_head_unit_decides_and_fixed_papers_keep_their_look(world: Any, client: Any) -> None:
    admin, document = world.mandate("administrator"), stage.adopted(world)
    adoption = Adoption.objects.select_related("version__document__year__cluster").get(document=document)
    open_draft = stage.draft(world)
    assert body_kind_of(world.year, world.now) == "party"
    with pytest.raises(NotAllowed):
        set_papers_kind(world.cluster, "state", by=world.mandate("secretary:CQD"), now=world.now)
    with pytest.raises(NotAllowed):
        set_unit_kind(world.unit("CQD"), "state", by=world.mandate("leader:CQD"), now=world.now)

    world.sign_in(client, "administrator")
    assert client.post("/quan-tri/don-vi/CQD/loai/", {"body_kind": "bank"}).status_code == 422
    assert client.post("/quan-tri/don-vi/CQD/loai/", {"body_kind": "state"}).status_code == 302
    assert "Cơ quan nhà nước" in client.get("/quan-tri/don-vi/CQD/loai/").content.decode()  # its own history says so
    assert body_kind_of(world.year, world.now) == "state"
    assert paper_of(adoption.version, adoption, world.now).body_kind == "party"
    draft = DocumentVersion.objects.select_related("document__year__cluster").get(pk=open_draft.pk)
    assert paper_of(draft, None, world.now).body_kind == "state"
    stage.open_round_on(world, draft)

    assert client.post("/quan-tri/cum/17/the-thuc/", {"body_kind": "party"}).status_code == 302
    world.cluster.refresh_from_db()
    world.year.cluster = world.cluster
    assert body_kind_of(world.year, world.now) == "party"
    draft.refresh_from_db()
    assert paper_of(draft, None, world.now).body_kind == "state"
    world.sign_in(client, "secretary:CQD")
    page = client.get(draft.document.get_absolute_url() + "du-thao/1/word/")
    assert STATE in Word(io.BytesIO(page.content)).tables[0].rows[0].cells[1].text
    set_papers_kind(world.cluster, "", by=admin, now=world.now)
    assert body_kind_of(world.year, world.now) == "state"
