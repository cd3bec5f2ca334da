"""Comments that came on paper or as a Word file: typed in under the unit's name, with the file as evidence."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from giaouoc.documents.actions.papers import enter_paper
from giaouoc.documents.models import Comment, UnitSubmission
from giaouoc.documents.rules.docx_reader import read_docx
from giaouoc.documents.rules.paper_comments import parse, placed, text_of
from giaouoc.documents.states import SubmissionState
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.notices.models import Message

from . import stage
from .word_files import docx, para

PDF = b"%PDF-1.7 scan"
WORDS = "khoản 2 Điều 1: bỏ lễ phát động\n\nĐiều 2, khoản 1, điểm b - ghi rõ hạn\nThống nhất các nội dung khác."


def enter(world: Any, round: Any, words: str = WORDS, who: str = "secretary:CQD", code: str = "CA", **more: Any) -> Any:
    facts = {"letter_number": "12-CV/BTGDV"} | more
    bundle = stage.submission(round, code)
    return enter_paper(
        bundle, words, PDF, "gop-y.pdf", "application/pdf", by=world.mandate(who), now=world.now, **facts
    )


def test_each_paragraph_stands_at_the_clause_that_it_begins_with(world: Any) -> None:
    round = stage.consulting(world)
    made = enter(world, round)
    assert [(one.citation, one.reason) for one in made] == [
        ("khoản 2 Điều 1", "bỏ lễ phát động"),
        ("điểm b khoản 1 Điều 2", "ghi rõ hạn"),
        ("", "Thống nhất các nội dung khác."),
    ]
    bundle = stage.submission(round, "CA")
    assert (bundle.state, bundle.letter_number, bundle.is_late) == (SubmissionState.SENT, "12-CV/BTGDV", False)
    assert bundle.paper is not None and bundle.paper.read() == PDF
    assert Message.objects.filter(to__email="lanhdao.ca@giaouoc.test", subject__contains="bằng giấy").exists()


def test_a_clause_that_is_not_there_is_kept_in_words_on_the_whole(world: Any) -> None:
    [one] = enter(world, stage.consulting(world), "Điều 99: thêm tổ thư ký")
    assert (one.provision, one.reason) == (None, "Điều 99: thêm tổ thư ký")


def test_after_the_close_it_is_late(world: Any) -> None:
    round = stage.consulting(world)
    stage.closed(world, round)
    enter(world, round)
    assert stage.submission(round, "CA").is_late


def test_only_the_head_unit_enters_and_only_for_a_unit_that_has_not_begun(world: Any) -> None:
    round = stage.consulting(world)
    for who, code in (("secretary:QS", "CA"), ("secretary:CA", "CA"), ("secretary:CQD", "CQD"), ("observer", "CA")):
        with pytest.raises(NotAllowed):
            enter(world, round, who=who, code=code)
    stage.say(world, round, "QS")
    with pytest.raises(WrongState, match="đang soạn góp ý trên hệ thống"):
        enter(world, round, code="QS")
    enter(world, round)
    with pytest.raises(WrongState, match="đã gửi"):
        enter(world, round)


@pytest.mark.parametrize(("words", "facts"), [("  \n ", {}), (WORDS, {"letter_number": " "})])
def test_a_paper_without_words_or_number_is_refused(world: Any, words: str, facts: Any) -> None:
    with pytest.raises(Invalid):
        enter(world, stage.consulting(world), words, **facts)
    assert not Comment.objects.exists()


def test_a_word_file_is_read_row_by_row_or_line_by_line() -> None:
    table = (
        "<w:tbl>"
        + "".join(
            "<w:tr>" + "".join(f"<w:tc>{para(cell)}</w:tc>" for cell in row) + "</w:tr>"
            for row in [
                ["TT", "Điều khoản", "Ý kiến"],
                ["1", "Khoản 2 Điều 1", "Bỏ khoản này"],
                ["2", "Điều 2", "Rõ hơn"],
            ]
        )
        + "</w:tbl>"
    )
    text = text_of(read_docx(docx(para("Điều 3: thêm thời hạn"), table)))
    assert [(one.place, one.words) for one in parse(text)] == [
        ("Điều 3", "thêm thời hạn"), ("Khoản 2 Điều 1", "Bỏ khoản này"), ("Điều 2", "Rõ hơn"),
    ]  # fmt: skip


@pytest.mark.parametrize("place", ["khoản 2 Điều 1", "Điều 1, khoản 2", "Tại Khoản 2, Điều 1"])
def test_a_clause_is_known_whichever_way_round_it_is_written(place: str) -> None:
    [(one, found)] = placed(parse(f"{place}: bỏ"), {"khoản 2 Điều 1": "đó", "Điều 1": "khác"})
    assert (found, one.words) == ("đó", "bỏ")


def test_the_page_reads_a_word_file_into_the_box_and_keeps_nothing_yet(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    url = f"{round.version.document.get_absolute_url()}ban-giay/CA/"
    world.sign_in(client, "secretary:CQD")
    assert url in client.get(f"{round.version.document.get_absolute_url()}tiep-thu/").content.decode()
    word = docx(para("khoản 2 Điều 1: bỏ lễ phát động"))

    def send(words: str) -> Any:
        file = SimpleUploadedFile("gop-y.docx", word)
        return client.post(url, {"letter_number": "12-CV", "letter_date": "", "words": words, "file": file})

    first = send("")
    assert first.status_code == 422 and "khoản 2 Điều 1: bỏ lễ phát động</textarea>" in first.content.decode()
    assert not UnitSubmission.objects.exclude(paper=None).exists()
    assert send("khoản 2 Điều 1: bỏ lễ phát động").status_code == 302
    assert client.get(f"{url}tep/").content == word
    world.sign_in(client, "secretary:QS")
    assert client.get(f"{url}tep/").status_code == 404  # blind until the close
    world.sign_in(client, "secretary:CA")
    assert client.get(f"{url}tep/").status_code == 200
