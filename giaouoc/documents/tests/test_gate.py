"""'Tiếp thu' is kept by a clause that changed; the leader approves; the commenter has the last word."""

from __future__ import annotations

from typing import Any

import pytest

from giaouoc.documents.actions.answers import (
    answer_comment,
    approve_answers,
    point_answer,
    publish_answer,
    publish_answers,
)
from giaouoc.documents.actions.comments import add_comment
from giaouoc.documents.actions.last_words import say_last_word
from giaouoc.documents.actions.submissions import send_submission
from giaouoc.documents.actions.tabling import send_back_document, table_document, table_without_consultation
from giaouoc.documents.changed import accepted_unchanged, changed_between
from giaouoc.documents.models import Comment, Document, DocumentVersion, LastWord, Response
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.notices.models import Message

from . import stage


def _answered(world: Any, path: str, **words: Any) -> tuple[Document, Comment]:
    """One comment, answered 'tiếp thu' after the close, not published."""
    round = stage.consulting(world)
    comment = stage.said(world, round, path=path, **words)
    stage.closed(world, round)
    stage.answer(world, comment, words.pop("decision", "accepted"), "")
    return round.version.document, comment


def _publish(world: Any, document: Document, by: str = "leader:CQD") -> None:
    document = Document.objects.select_related("year__cluster", "drafting_unit").get(pk=document.pk)
    publish_answers(document, by=world.mandate(by), now=world.now)


def test_what_counts_as_changed_is_words_place_and_being_there_not_a_number(world: Any) -> None:
    first = stage.draft(world)
    second = stage.draft(world, stage.regulation(second=True), document=first.document)
    found = [(one.before, one.after) for one in changed_between(first, second).values()]
    assert found == [("", "2"), ("2/1/b", "3/1/b"), ("1/2", "")]  # khoản 3 became khoản 2 and has not changed


@pytest.mark.parametrize(
    ("path", "kind", "kept"),
    [
        ("1/2", "delete", True),  # struck
        ("2/1/b", "wording", True),  # reworded and renumbered
        ("2", "wording", True),  # something within it
        ("1/3", "wording", False),  # only renumbered
        ("1/1", "add", False),
        ("2", "add", True),
        ("", "add", False),  # on the whole: somebody has to point
        ("1/1", "agree", True),  # agreement asks for nothing
    ],
)
def test_an_accepted_comment_is_kept_by_what_changed_at_its_clause(
    world: Any, path: str, kind: str, kept: bool
) -> None:
    document, _comment = _answered(world, path, kind=kind, reason="Đề nghị xem lại.")
    if kind != "agree":
        with pytest.raises(WrongState, match="chưa chỉ ra điều khoản đã sửa"):  # no further draft yet
            _publish(world, document)
    stage.draft(world, stage.regulation(second=True), document=document)
    assert bool(accepted_unchanged(document)) is not kept
    if kept:
        _publish(world, document)
        table_document(Document.objects.get(), by=world.mandate("leader:CQD"), now=world.now)
    else:
        with pytest.raises(WrongState, match="chưa chỉ ra điều khoản đã sửa"):
            _publish(world, document)


def _with_a_new_article_two(*, reference: str = "điểm a khoản 1 Điều 3") -> list[dict[str, Any]]:
    """The first draft and nothing but a new Điều 2 in it; the old one is Điều 3, and what names it follows."""
    tree = stage.regulation()
    tree[2]["number"] = "3"
    tree[1]["children"][2]["text"] = CITES.format(reference)
    inside = [
        stage.node("paragraph", "1", "Tổ thư ký gồm cán bộ đầu mối của các đơn vị."),
        stage.node("paragraph", "2", "Tổ thư ký họp hằng tháng tại trụ sở của Cụm trưởng."),
    ]
    return [*tree[:2], stage.node("article", "2", "", "Tổ thư ký", *inside), tree[2]]


CITES = "Cụm trưởng nhắc đơn vị làm đúng {} Quy chế này."


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("2", "wording"),  # another article has its number now
        ("2/1", "add"),  # what was put into that other article stands not beside it
        ("1/3", "wording"),  # its reference followed the number
        ("1/1", "wording"),  # blanks
    ],
)
def test_a_promise_is_not_kept_by_what_only_the_numbers_of_others_or_blanks_changed(
    world: Any, path: str, kind: str
) -> None:
    first = stage.regulation()
    first[1]["children"][2]["text"] = CITES.format("điểm a khoản 1 Điều 2")
    round = stage.open_round_on(world, stage.draft(world, first))
    comment = stage.said(world, round, path=path, kind=kind, reason="Đề nghị xem lại.")
    stage.closed(world, round)
    stage.answer(world, comment, "accepted", "")
    second = _with_a_new_article_two()
    second[1]["children"][0]["text"] = "Cụm trưởng  triệu tập và chủ trì các hội nghị của Cụm trong năm. "
    document = round.version.document
    newest = stage.draft(world, second, document=document)
    assert [one.where for one in changed_between(round.version, newest).values()] == [
        "Điều 2",
        "khoản 1 Điều 2",
        "khoản 2 Điều 2",
    ]
    assert accepted_unchanged(document) == [comment.citation]
    # A reference that leads elsewhere than before is a change, and so is a clause put in beside the one commented on.
    third = _with_a_new_article_two(reference="điểm b khoản 1 Điều 3")
    third[1]["children"][0]["text"] += " Việc này được ghi biên bản."
    third[3]["children"].append(stage.node("paragraph", "2", "Đơn vị báo cáo trước ngày 20 của tháng cuối quý."))
    stage.draft(world, third, document=document)
    assert accepted_unchanged(document) == []


def test_an_answer_points_to_another_changed_clause_and_to_no_unchanged_one(world: Any) -> None:
    document, comment = _answered(world, "1/1", kind="wording", reason="Nêu tổ thư ký.")
    version = stage.draft(world, stage.regulation(second=True), document=document)
    by, same = world.mandate("secretary:CQD"), version.texts.get(path="1/1").provision_id
    new = version.texts.get(path="2").provision_id
    with pytest.raises(Invalid) as refused:
        answer_comment(
            stage.again(comment), by=by, now=world.now, decision="partly", explanation="Một.", targets=[same]
        )
    assert refused.value.field == "targets"
    answer_comment(stage.again(comment), by=by, now=world.now, decision="accepted", targets=[new])
    _publish(world, document)
    # A further draft that takes the change back holds the tabling up, until another clause is named.
    stage.draft(world, stage.regulation(), document=document)
    response = Response.objects.select_related("comment__submission__round__version__document__year").get()
    with pytest.raises(WrongState, match="khoản 1 Điều 1"):
        table_document(Document.objects.get(), by=world.mandate("leader:CQD"), now=world.now)
    third = stage.regulation()
    third[1]["children"][0]["text"] = "Cụm trưởng và Tổ thư ký triệu tập các hội nghị của Cụm trong năm."
    stage.draft(world, third, document=document)
    with pytest.raises(Invalid):
        point_answer(response, [new], by=by, now=world.now)
    point_answer(response, [same], by=by, now=world.now)
    table_document(Document.objects.get(), by=world.mandate("leader:CQD"), now=world.now)


def test_the_secretary_publishes_what_the_leader_approved_and_rewriting_asks_again(world: Any) -> None:
    round = stage.consulting(world)
    comment = stage.said(world, round)
    stage.closed(world, round)
    stage.answer(world, comment)
    document = round.version.document
    with pytest.raises(WrongState, match="lãnh đạo chưa duyệt"):
        _publish(world, document, "secretary:CQD")
    with pytest.raises(NotAllowed):
        approve_answers(document, by=world.mandate("secretary:CQD"), now=world.now)
    assert approve_answers(document, by=world.mandate("leader:CQD"), now=world.now) == 1
    with pytest.raises(WrongState, match="Không có trả lời nào chờ duyệt"):
        approve_answers(document, by=world.mandate("leader:CQD"), now=world.now)
    stage.answer(world, comment, "not_accepted", "Viết lại.")
    with pytest.raises(WrongState, match="lãnh đạo chưa duyệt"):
        _publish(world, document, "secretary:CQD")
    approve_answers(document, by=world.mandate("leader:CQD"), now=world.now)
    _publish(world, document, "secretary:CQD")
    assert Response.objects.get().approved_by == world.mandate("leader:CQD")


def test_a_reservation_is_prepared_said_by_the_leader_and_comes_before_the_conference(world: Any) -> None:
    document = stage.responded(world)
    response = Response.objects.get()

    def say(who: str, kind: str = "reserved", words: str = "Vẫn đề nghị bỏ lễ phát động.") -> LastWord:
        return say_last_word(response, by=world.mandate(who), now=world.now, kind=kind, words=words)

    for words, field in ((("bảo lưu", ""), "kind"), (("reserved", " "), "words")):
        with pytest.raises(Invalid) as refused:
            say("secretary:CA", *words)
        assert refused.value.field == field
    say("secretary:CA")
    assert not Comment.objects.for_the_meeting()  # the leader has not said it
    told = Message.objects.count()
    say("leader:CA")
    assert Message.objects.count() > told
    with pytest.raises(WrongState, match="chỉ lãnh đạo sửa được"):
        say("secretary:CA", "agreed")
    assert [one.pk for one in Comment.objects.for_the_meeting()] == [response.comment_id]
    table_document(document, by=world.mandate("leader:CQD"), now=world.now)
    say("leader:CA", "agreed", "")  # they came to terms before the conference
    assert not Comment.objects.for_the_meeting()
    Document.objects.update(state="adopted")
    with pytest.raises(WrongState, match="Đã thông qua"):
        say("leader:CA")


def test_the_last_word_waits_for_the_publication(world: Any) -> None:
    comment = stage.said(world, stage.consulting(world))
    response = stage.answer(world, comment)
    with pytest.raises(WrongState, match="chưa được công bố"):
        say_last_word(response, by=world.mandate("leader:CA"), now=world.now, kind="agreed")


def test_gate_and_last_word_on_the_pages(world: Any, client: Any) -> None:
    document, comment = _answered(world, "1/2")
    place = world.url(f"van-ban/{document.slug}/")
    stage.draft(world, stage.regulation(second=True), document=document)
    world.sign_in(client, "secretary:CQD")
    form = client.get(f"{place}gop-y/{comment.pk}/tra-loi/").content.decode()
    assert form.count('name="targets"') == 3
    assert "khoản 2 Điều 1, nay đã bỏ" in form
    assert form.count("checked") == 2  # the decision, and the clause that is meant
    assert "Còn 1 trả lời lãnh đạo chưa duyệt" in client.get(f"{place}tiep-thu/").content.decode()
    world.sign_in(client, "leader:CQD")
    client.post(f"{place}tiep-thu/duyet/")
    world.sign_in(client, "secretary:CQD")
    client.post(f"{place}tiep-thu/cong-bo/")
    assert "Lưu điều khoản đã sửa" in client.get(f"{place}gop-y/{comment.pk}/tra-loi/").content.decode()
    assert client.post(f"{place}gop-y/{comment.pk}/tra-loi/", {"targets": []}).status_code == 302
    world.sign_in(client, "leader:CA")
    assert "Lời cuối" in client.get(f"{place}gop-y/{comment.pk}/").content.decode()
    page = client.get(f"{place}gop-y/{comment.pk}/loi-cuoi/").content.decode().replace("\xa0", " ")
    assert comment.submission.round.version.texts.get(provision=comment.provision_id).text[:20] in page
    back = client.post(f"{place}gop-y/{comment.pk}/loi-cuoi/", {"kind": "reserved", "words": ""})
    assert back.status_code == 422
    client.post(f"{place}gop-y/{comment.pk}/loi-cuoi/", {"kind": "reserved", "words": "Đề nghị thảo luận."})
    world.sign_in(client, "secretary:QS")
    assert "Bảo lưu ý kiến: Đề nghị thảo luận." in client.get(f"{place}tiep-thu/").content.decode()


def test_a_page_read_before_the_tabling_points_and_answers_no_more(world: Any) -> None:
    document, comment = _answered(world, "1/2")
    stage.draft(world, stage.regulation(second=True), document=document)
    _publish(world, document)
    response = Response.objects.select_related("comment__submission__round__version__document__year__cluster").get()
    read = stage.again(comment)
    table_document(document, by=world.mandate("leader:CQD"), now=world.now)
    by = {"by": world.mandate("leader:CQD"), "now": world.now}
    with pytest.raises(WrongState, match="Đã trình hội nghị"):
        point_answer(response, [], **by)
    with pytest.raises(WrongState, match="Đã trình hội nghị"):
        answer_comment(read, **by, decision="accepted")
    assert Response.objects.get().targets.count() == 1


def test_a_text_that_came_back_and_was_consulted_on_no_longer_says_that_it_was_not(world: Any) -> None:
    by = {"by": world.mandate("leader:CQD"), "now": world.now}
    document = stage.draft(world).document
    version = table_without_consultation(document, **by, reason="Cần gấp")
    send_back_document(document, version, version.content_hash, "2/5", **by)
    stage.draft(world, stage.regulation(second=True), document=document)
    second = DocumentVersion.objects.select_related("document__year__cluster").get(document=document, ordinal=2)
    stage.closed(world, stage.open_round_on(world, second))
    _publish(world, document)
    table_document(Document.objects.get(pk=document.pk), by=world.mandate("leader:CQD"), now=world.now)
    assert Document.objects.get().reason == ""


def test_the_units_read_the_draft_that_the_published_answers_point_into(world: Any, client: Any) -> None:
    document, _comment = _answered(world, "2/1/b", kind="wording", reason="Nói rõ hơn.")
    second = stage.draft(world, stage.regulation(second=True), document=document)
    url = world.url(f"van-ban/{document.slug}/du-thao/2/")
    world.sign_in(client, "leader:CA")
    assert client.get(url).status_code == 404  # still being written
    _publish(world, document)
    assert client.get(url).status_code == 200
    second.refresh_from_db()
    assert second.frozen_at == world.now
    table = client.get(world.url(f"van-ban/{document.slug}/tiep-thu/")).content.decode()
    assert "Cập nhật minh chứng ngay trong tháng" in " ".join(table.replace("<ins>", "").replace("</ins>", "").split())
    third = stage.draft(world, stage.regulation(), document=document)  # drafting may go on
    assert third.frozen_at is None


@pytest.mark.parametrize("late", [False, True])
def test_an_answer_that_is_published_alone_opens_the_draft_that_it_points_into(
    world: Any, client: Any, late: bool
) -> None:
    document, comment = _answered(world, "2/1/b", kind="wording", reason="Nói rõ hơn.")
    if late:  # a word after all was answered, taken up in a further draft
        stage.answer(world, comment)
        _publish(world, document)
        by = {"by": world.mandate("leader:QS"), "now": world.now}
        bundle = stage.submission(document.versions.get().rounds.get(), "QS")
        comment = add_comment(bundle, comment.provision, **by, kind="wording", reason="Nói rõ hơn.")
        send_submission(bundle, **by)
        stage.answer(world, comment, "accepted", "")
    url, unit = world.url(f"van-ban/{document.slug}/du-thao/2/"), "QS" if late else "CA"
    stage.draft(world, stage.regulation(second=True), document=document)
    world.sign_in(client, f"leader:{unit}")
    assert client.get(url).status_code == 404
    response = Response.objects.select_related("comment__submission__round__version__document__year__cluster")
    publish_answer(response.get(comment=comment), by=world.mandate("leader:CQD"), now=world.now)
    assert client.get(url).status_code == 200


def test_an_answer_that_is_published_alone_and_refuses_opens_no_draft(world: Any) -> None:
    document, comment = _answered(world, "2/1/b", kind="wording", reason="Nói rõ hơn.")
    response = stage.answer(world, comment)
    second = stage.draft(world, stage.regulation(second=True), document=document)
    publish_answer(response, by=world.mandate("leader:CQD"), now=world.now)
    second.refresh_from_db()
    assert second.frozen_at is None
