"""Invariant 5: nobody sees another unit's unsent work, at no address, by no number, in no export and in no count."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document as Word

from giaouoc.documents.actions.answers import publish_answer
from giaouoc.documents.actions.comments import drop_comment
from giaouoc.documents.answer_table import table_rows
from giaouoc.documents.models import Comment
from giaouoc.documents.standing import standing_of
from giaouoc.documents.todos import standing, todos

from . import stage

DOC = "van-ban/quy-che-to-chuc-va-hoat-dong/"
SECRET = "Câu chữ chưa gửi của Công an"
OUTSIDE = ["secretary:CQD", "leader:CQD", "assessor:CQD", "secretary:QS", "leader:UBND", "observer", "administrator"]
INSIDE = ["secretary:CA", "leader:CA", "assessor:CA"]
ADDRESSES = ["", "du-thao/1/", "don-vi/", "tiep-thu/", "tiep-thu/?don_vi=CA", "so-sanh/"]


def _pages(world: Any, client: Any, who: str, comment: Comment) -> str:
    world.sign_in(client, who)
    found = ""
    for rest in ["van-ban/", *(DOC + one for one in ADDRESSES), f"{DOC}gop-y/{comment.pk}/", ""]:
        found += client.get(world.url(rest)).content.decode()
    word = client.get(world.url(DOC + "tiep-thu/word/"))
    if word.status_code == 200:
        table = Word(io.BytesIO(word.content))
        found += " ".join(cell.text for one in table.tables for row in one.rows for cell in row.cells)
    return found


@pytest.mark.parametrize("who", OUTSIDE)
def test_i05_an_unsent_comment_is_not_found_by_others(world: Any, client: Any, who: str) -> None:
    round = stage.consulting(world)
    comment = stage.say(world, round, reason=SECRET, proposed_text="")
    assert SECRET not in _pages(world, client, who, comment)
    world.sign_in(client, who)
    for rest in ("", "sua/", "tra-loi/"):
        assert client.get(world.url(f"{DOC}gop-y/{comment.pk}/{rest}")).status_code == 404
    for rest in ("sua/", "bo/", "lay-lai/", "tra-loi/", "cong-bo/"):
        assert client.post(world.url(f"{DOC}gop-y/{comment.pk}/{rest}")).status_code == 404
    assert not Comment.objects.visible_to(world.mandate(who), world.now).exists()


@pytest.mark.parametrize("who", INSIDE)
def test_i05_the_unit_itself_sees_it(world: Any, client: Any, who: str) -> None:
    round = stage.consulting(world)
    comment = stage.say(world, round, reason=SECRET)
    assert SECRET in _pages(world, client, who, comment)


@pytest.mark.once  # the pages ask what they ask above, on each engine
@pytest.mark.parametrize("who", OUTSIDE)
def test_i05_a_silent_units_prepared_comments_stay_its_own_after_the_close(world: Any, client: Any, who: str) -> None:
    round = stage.consulting(world)
    comment = stage.say(world, round, reason=SECRET)
    stage.closed(world, round)
    assert SECRET not in _pages(world, client, who, comment)


@pytest.mark.once  # the pages ask what they ask above, on each engine
@pytest.mark.parametrize("who", OUTSIDE)
def test_i05_a_dropped_comment_is_never_shown_to_others(world: Any, client: Any, who: str) -> None:
    round = stage.consulting(world)
    comment = stage.say(world, round, reason=SECRET)
    stage.say(world, round, path="1/1", reason="Ý gửi đi")
    drop_comment(comment, by=world.mandate("secretary:CA"), now=world.now)
    stage.send(world, round)
    stage.closed(world, round)
    assert SECRET not in _pages(world, client, who, comment)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("secretary:CQD", True),
        ("leader:CQD", True),
        ("assessor:CQD", True),
        ("observer", True),
        ("assessor:CA", True),
        ("secretary:QS", False),
        ("leader:UBND", False),
        ("administrator", False),
    ],
)
def test_i05_until_the_close_only_drafters_and_supervisors_read_what_was_sent(
    world: Any, client: Any, who: str, sees: bool
) -> None:
    round = stage.consulting(world)
    comment = stage.said(world, round, reason=SECRET)
    assert (SECRET in _pages(world, client, who, comment)) is sees
    world.now = round.closes_at
    assert (SECRET in _pages(world, client, who, comment)) is (who != "administrator")


def test_i05_counts_do_not_tell_of_what_one_may_not_read(world: Any) -> None:
    round = stage.consulting(world)
    stage.said(world, round)
    stage.say(world, round, "QS", reason=SECRET)
    for who, told in (("secretary:UBND", False), ("secretary:CQD", True), ("observer", True)):
        by = world.mandate(who)
        artefact = standing(world.year, by, world.now)[0]
        assert ("1 ý kiến" in artefact.sentence) is told
        assert "2 ý kiến" not in artefact.sentence + " ".join(artefact.blockers)
        assert ("chưa trả lời" in " ".join(artefact.blockers)) is told
    stand = standing_of(round.version.document)
    assert len(table_rows(stand, world.mandate("secretary:CQD"), world.now)) == 1
    assert "1 ý kiến" in " ".join(todo.text for todo in todos([world.mandate("secretary:CQD")], world.now))


def test_i05_a_drafted_answer_is_not_read_by_the_commenter(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    comment = stage.said(world, round)
    response = stage.answer(world, comment, "not_accepted", "Giải trình đang soạn dở")
    for who in ("secretary:CA", "leader:CA", "observer"):
        page = _pages(world, client, who, comment)
        assert "Giải trình đang soạn dở" not in page
        assert "Không tiếp thu" not in page.replace('value="not_accepted">Không tiếp thu', "")
    publish_answer(response, by=world.mandate("leader:CQD"), now=world.now)
    assert "Giải trình đang soạn dở" in _pages(world, client, "secretary:CA", comment)
    assert "Giải trình đang soạn dở" not in _pages(world, client, "secretary:QS", comment)
    world.now = round.closes_at
    assert "Giải trình đang soạn dở" in _pages(world, client, "secretary:QS", comment)


def test_i05_the_history_does_not_tell_others_how_many_were_sent_before_the_close(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    stage.said(world, round)
    world.sign_in(client, "secretary:QS")
    assert "đã gửi 1 ý kiến" not in client.get(world.url(DOC)).content.decode()
    world.sign_in(client, "secretary:CQD")
    assert "đã gửi 1 ý kiến" in client.get(world.url(DOC)).content.decode()
