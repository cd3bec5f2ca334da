"""The drafting unit answers each comment; nothing is tabled while one lacks its answer."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import docx
import openpyxl
import pytest

from giaouoc.audit.models import AuditEvent
from giaouoc.documents.actions.answers import answer_comment, approve_answers, publish_answer, publish_answers
from giaouoc.documents.actions.comments import add_comment, withdraw_comment
from giaouoc.documents.actions.fixing import fix_response_table
from giaouoc.documents.actions.last_words import say_last_word
from giaouoc.documents.actions.submissions import agree_without_comment, send_submission, start_supplement
from giaouoc.documents.actions.tabling import (
    adopt_document,
    send_back_document,
    table_document,
    table_without_consultation,
)
from giaouoc.documents.models import Adoption, Document, DocumentVersion, Response
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.notices.models import Message

from . import stage


def test_an_unsent_comment_gets_no_answer(world: Any) -> None:
    comment = stage.say(world, stage.consulting(world))
    with pytest.raises(WrongState, match="chưa được gửi"):
        stage.answer(world, comment)


@pytest.mark.parametrize(
    ("decision", "words", "field"),
    [
        ("partly", {}, "explanation"),
        ("not_accepted", {"explanation": "  "}, "explanation"),
        ("to_meeting", {}, "explanation"),
        ("already", {"explanation": "Xem lại"}, "already_at"),
        ("đồng ý", {}, "decision"),
    ],
)
def test_an_answer_without_its_reason_is_refused_at_its_field(
    world: Any, decision: str, words: dict[str, str], field: str
) -> None:
    comment = stage.said(world, stage.consulting(world))
    with pytest.raises(Invalid) as refused:
        answer_comment(comment, by=world.mandate("secretary:CQD"), now=world.now, decision=decision, **words)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("decision", "words"),
    [("accepted", {}), ("already", {"already_at": "khoản 1 Điều 1"}), ("partly", {"explanation": "Một phần."})],
)
def test_each_decision_with_what_it_needs(world: Any, decision: str, words: dict[str, str]) -> None:
    comment = stage.said(world, stage.consulting(world))
    response = answer_comment(comment, by=world.mandate("leader:CQD"), now=world.now, decision=decision, **words)
    assert Response.objects.get() == response
    assert response.published_at is None


def test_an_answer_is_rewritten_until_it_is_published_and_never_after(world: Any) -> None:
    comment = stage.said(world, stage.consulting(world))
    first = stage.answer(world, comment, "not_accepted", "Không.")
    second = stage.answer(world, comment, "accepted")
    assert first.pk == second.pk
    told = Message.objects.count()
    publish_answer(second, by=world.mandate("leader:CQD"), now=world.now)
    assert Message.objects.count() == told + 2  # secretary and leader of the commenting unit
    with pytest.raises(WrongState, match="đã công bố"):
        stage.answer(world, comment, "not_accepted", "Nghĩ lại.")
    first = Response.objects.select_related("comment__submission__round__version__document__year").get()
    with pytest.raises(WrongState, match="đã công bố"):
        publish_answer(first, by=world.mandate("leader:CQD"), now=world.now)


def test_of_two_who_publish_at_once_the_second_is_told(world: Any) -> None:
    comment = stage.said(world, stage.consulting(world))
    one = stage.answer(world, comment)
    other = Response.objects.select_related("comment__submission__round__version__document__year").get()
    publish_answer(one, by=world.mandate("leader:CQD"), now=world.now)
    with pytest.raises(WrongState):
        publish_answer(other, by=world.mandate("leader:CQD"), now=world.now)


def test_publishing_all_waits_for_the_close_and_for_every_answer(world: Any) -> None:
    round = stage.consulting(world)
    first = stage.say(world, round)
    second = stage.said(world, round, path="2/1/a", kind="ask", reason="Ai đăng ký?")
    document, by = round.version.document, world.mandate("leader:CQD")
    with pytest.raises(WrongState, match="Đang lấy ý kiến"):
        publish_answers(document, by=by, now=world.now)
    stage.closed(world, round)
    stage.answer(world, first)
    with pytest.raises(WrongState, match="Còn 1 ý kiến chưa trả lời: điểm a khoản 1 Điều 2"):
        publish_answers(document, by=by, now=world.now)
    stage.answer(world, second, "not_accepted", "Đã nêu ở kế hoạch.")
    assert publish_answers(document, by=by, now=world.now) == 2
    assert document.state == "responded"
    with pytest.raises(WrongState):
        publish_answers(document, by=by, now=world.now)


def test_a_round_in_which_nobody_commented_is_published_too(world: Any) -> None:
    round = stage.closed(world, stage.consulting(world))
    document = round.version.document
    assert publish_answers(document, by=world.mandate("leader:CQD"), now=world.now) == 0
    assert document.state == "responded"


def test_a_text_is_not_tabled_before_everything_is_answered(world: Any) -> None:
    round = stage.consulting(world)
    stage.say(world, round, path="1/2")
    stage.said(world, round, path="1/1", kind="ask", reason="Mấy lần?")
    document, by = round.version.document, world.mandate("leader:CQD")
    with pytest.raises(WrongState, match="Còn 2 ý kiến chưa trả lời: khoản 2 Điều 1, khoản 1 Điều 1"):
        table_document(document, by=by, now=world.now)
    stage.closed(world, round)
    with pytest.raises(WrongState, match="Còn 2 ý kiến"):
        table_document(document, by=by, now=world.now)


def test_a_late_comment_after_the_answers_holds_tabling_up_until_it_is_answered(world: Any) -> None:
    document = stage.responded(world)
    round = document.versions.get().rounds.get()
    late = stage.said(world, round, "QS", "1/1", kind="ask", reason="Mấy lần?")
    with pytest.raises(WrongState, match="Còn 1 ý kiến chưa trả lời: khoản 1 Điều 1"):
        table_document(document, by=world.mandate("leader:CQD"), now=world.now)
    response = stage.answer(world, late, "not_accepted", "Nêu ở kế hoạch.")
    with pytest.raises(WrongState, match="Còn 1 ý kiến"):  # drafted is not published
        table_document(document, by=world.mandate("leader:CQD"), now=world.now)
    publish_answer(response, by=world.mandate("leader:CQD"), now=world.now)
    table_document(document, by=world.mandate("leader:CQD"), now=world.now)
    assert document.state == "tabled"


def test_tabling_takes_and_freezes_the_newest_draft_and_lists_what_the_meeting_decides(world: Any) -> None:
    round = stage.consulting(world)
    comment = stage.said(world, round)
    stage.closed(world, round)
    stage.answer(world, comment, "to_meeting", "Hai phương án.")
    document = round.version.document
    publish_answers(document, by=world.mandate("leader:CQD"), now=world.now)
    second = stage.draft(world, stage.regulation(second=True), document=document)
    assert second.frozen_at is None
    version = table_document(document, by=world.mandate("leader:CQD"), now=world.now)
    assert version.pk == second.pk
    assert version.frozen_at == world.now
    assert "khoản 2 Điều 1" in AuditEvent.objects.get(verb="documents.table").sentence


def test_of_two_who_table_at_once_the_second_is_told(world: Any) -> None:
    document = stage.responded(world)
    other = Document.objects.select_related("year__cluster", "drafting_unit").get(pk=document.pk)
    table_document(document, by=world.mandate("leader:CQD"), now=world.now)
    with pytest.raises(WrongState):
        table_document(other, by=world.mandate("secretary:CQD"), now=world.now)


def test_without_consultation_the_leader_gives_a_reason_that_is_kept(world: Any) -> None:
    document = stage.draft(world).document
    with pytest.raises(WrongState, match="chưa lấy ý kiến"):
        table_document(document, by=world.mandate("leader:CQD"), now=world.now)
    with pytest.raises(NotAllowed):
        table_without_consultation(document, by=world.mandate("secretary:CQD"), now=world.now, reason="Gấp")
    with pytest.raises(Invalid):
        table_without_consultation(document, by=world.mandate("leader:CQD"), now=world.now, reason=" ")
    version = table_without_consultation(
        document, by=world.mandate("leader:CQD"), now=world.now, reason="Chỉ đổi tên gọi"
    )
    assert version.frozen_at is not None
    assert Document.objects.get().reason == "Chỉ đổi tên gọi"


def _decide(world: Any, document: Document, text_hash: str | None = None, by: str = "leader:CQD") -> Adoption:
    version = document.versions.order_by("-ordinal").first()
    assert version is not None
    return adopt_document(
        document,
        version,
        text_hash or version.content_hash,
        "Hội nghị ký kết giao ước thi đua",
        date(2026, 3, 6),
        "5/5 đơn vị tán thành",
        by=world.mandate(by),
        now=world.now,
    )


def test_another_hash_than_the_tabled_one_is_not_adopted(world: Any) -> None:
    document = stage.responded(world)
    table_document(document, by=world.mandate("leader:CQD"), now=world.now)
    with pytest.raises(WrongState, match="khác mã"):
        _decide(world, document, "0" * 64)
    for who in ("secretary:CQD", "leader:CA", "leader:UBND", "observer", "administrator"):
        with pytest.raises(NotAllowed):
            _decide(world, document, by=who)
    adoption = _decide(world, document)
    assert document.state == "adopted"
    assert adoption.text_hash == adoption.version.content_hash


def test_the_deputy_records_the_decision_by_written_delegation(world: Any) -> None:
    document = stage.responded(world)
    table_document(document, by=world.mandate("leader:CQD"), now=world.now)
    world.mandate("leader:UBND").delegation_number = "03-GUQ/BTGDV"
    assert _decide(world, document, by="leader:UBND").result == "5/5 đơn vị tán thành"


def test_i08_an_adopted_text_takes_nothing_more(world: Any) -> None:
    from giaouoc.documents.actions.tabling import withdraw_document

    document = stage.responded(world)
    table_document(document, by=world.mandate("leader:CQD"), now=world.now)
    _decide(world, document)
    by = world.mandate("leader:CQD")
    with pytest.raises(WrongState):
        withdraw_document(document, by=by, now=world.now, reason="Thôi")
    with pytest.raises(WrongState):
        stage.draft(world, stage.regulation(second=True), document=document)
    with pytest.raises(WrongState):
        _decide(world, document)
    assert Adoption.objects.count() == 1


def test_what_is_sent_back_is_drafted_further(world: Any) -> None:
    document = stage.responded(world)
    version = table_document(document, by=world.mandate("leader:CQD"), now=world.now)
    by = world.mandate("leader:CQD")
    with pytest.raises(WrongState):
        send_back_document(document, version, "f" * 64, "2/5 tán thành", by=by, now=world.now)
    send_back_document(document, version, version.content_hash, "2/5 đơn vị tán thành", by=by, now=world.now)
    assert document.state == "drafting"
    assert stage.draft(world, stage.regulation(second=True), document=document).ordinal == 2


def _said_in(data: bytes) -> str:
    """All words of a Word file."""
    file = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([one.text for one in file.paragraphs] + cells)


def test_a_last_word_that_waits_for_its_leader_stands_on_no_paper(world: Any) -> None:
    """Also not in the table that is kept with the minutes, when the approving chair's own unit has prepared one."""
    round = stage.consulting(world)
    comment = stage.said(world, round, "CQD")
    stage.closed(world, round)
    stage.answer(world, comment)
    document, by = round.version.document, world.mandate("leader:CQD")
    publish_answers(document, by=by, now=world.now)
    prepared = {"kind": "reserved", "words": "Chưa trình lãnh đạo."}
    say_last_word(Response.objects.get(), by=world.mandate("secretary:CQD"), now=world.now, **prepared)
    version = table_document(document, by=by, now=world.now)
    day = date(2026, 3, 1)
    adopt_document(document, version, version.content_hash, "Hội nghị", day, "5/5", by=by, now=world.now)
    fix_response_table(document, by=by, now=world.now)
    kept = _said_in(Adoption.objects.get().table_word.read())
    assert "Giữ như dự thảo" in kept
    assert "Chưa trình lãnh đạo" not in kept


def test_the_table_tells_what_each_unit_came_to_in_the_last_round_once(world: Any, client: Any) -> None:
    """Agreed twice is said once; agreed and then a word more is no agreement; all taken back is not nothing."""
    first, leader = stage.consulting(world), world.mandate("leader:CQD")
    for code in ("CA", "QS"):
        agree_without_comment(stage.submission(first, code), by=world.mandate(f"leader:{code}"), now=world.now)
    stage.closed(world, first)
    document = first.version.document
    publish_answers(document, by=leader, now=world.now)
    version = DocumentVersion.objects.select_related("document__year__cluster").get()
    second = stage.open_round_on(world, version)
    for code in ("CA", "DHQG"):
        agree_without_comment(stage.submission(second, code), by=world.mandate(f"leader:{code}"), now=world.now)
    by = {"by": world.mandate("leader:DHQG"), "now": world.now}
    more = start_supplement(stage.submission(second, "DHQG"), **by)
    add_comment(more, None, **by, kind="ask", reason="Thêm một ý.")
    send_submission(more, **by)
    withdraw_comment(stage.said(world, second, "UBND"), by=world.mandate("leader:UBND"), now=world.now)
    stage.closed(world, second)
    world.sign_in(client, "leader:CA")
    url = world.url(f"van-ban/{document.slug}/tiep-thu/")
    page = client.get(url).content.decode()
    for line in ("không có ý kiến:", "Đã rút hết ý kiến:"):
        assert line in page
    paper = _said_in(client.get(f"{url}word/").content)
    assert "không có ý kiến thêm (01): Công an Thành phố." in paper
    assert "Đơn vị đã rút hết ý kiến (01): UBND Thành phố." in paper
    assert "chưa gửi ý kiến (02): Các cơ quan Đảng Thành phố; Quân sự Thành phố." in paper
    rows = openpyxl.load_workbook(io.BytesIO(client.get(f"{url}excel/").content)).active.iter_rows(values_only=True)
    assert "Đơn vị đã rút hết ý kiến: UBND Thành phố" in [row[0] for row in rows]


def test_before_the_close_no_member_learns_how_many_are_answered(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    stage.answer(world, stage.said(world, round))
    approve_answers(round.version.document, by=world.mandate("leader:CQD"), now=world.now)
    url = round.version.document.get_absolute_url()
    assert "đã duyệt 1 trả lời" in world.sign_in(client, "leader:CQD").get(url).content.decode()
    assert "đã duyệt" not in world.sign_in(client, "leader:QS").get(url).content.decode()
