"""A unit prepares its comments, its leader sends them once; what comes later is a supplement."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from giaouoc.documents.actions.answers import publish_answer, publish_answers
from giaouoc.documents.actions.comments import (
    add_comment,
    change_comment,
    drop_comment,
    restore_comment,
    take_over,
    withdraw_comment,
)
from giaouoc.documents.actions.submissions import (
    agree_without_comment,
    hand_to_leader,
    send_submission,
    start_supplement,
    take_back,
)
from giaouoc.documents.models import Comment, ConsultationRound, DocumentVersion, Provision, Response, UnitSubmission
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.notices.models import Message

from . import stage


def test_a_comment_keeps_number_and_quote_as_they_were(world: Any) -> None:
    round = stage.consulting(world)
    comment = stage.say(world, round, path="2/1/b", quote="minh chứng trong tháng")
    assert comment.citation == "điểm b khoản 1 Điều 2"
    assert comment.quote == "minh chứng trong tháng"
    with pytest.raises(Invalid, match="không có trong điểm b"):
        stage.say(world, round, path="2/1/b", quote="không có trong câu")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"kind": "ask", "reason": " "}, "reason"),
        ({"kind": "delete", "reason": ""}, "reason"),
        ({"kind": "wording", "reason": "", "proposed_text": ""}, "proposed_text"),
        ({"kind": "add", "reason": "", "proposed_text": " "}, "proposed_text"),
        ({"kind": "khen", "reason": "hay"}, "kind"),
        ({"kind": "ask", "reason": "a" * 20_001}, "reason"),
    ],
)
def test_a_comment_that_says_nothing_is_refused_at_its_field(world: Any, words: dict[str, str], field: str) -> None:
    round = stage.consulting(world)
    with pytest.raises(Invalid) as refused:
        stage.say(world, round, **words)
    assert refused.value.field == field
    assert not Comment.objects.exists()


def test_the_clauses_own_words_are_no_proposal(world: Any) -> None:
    round = stage.consulting(world)
    same = "Cụm trưởng đại diện cho Cụm trong quan hệ với các cụm khác."
    for kind in ("wording", "add", "move", "ask", "delete"):
        with pytest.raises(Invalid):
            stage.say(world, round, path="1/3", kind=kind, reason="", proposed_text=same)
    assert stage.say(world, round, path="1/3", kind="agree", reason="", proposed_text=same).proposed_text == ""


def test_a_clause_of_another_text_takes_no_comment(world: Any) -> None:
    round = stage.consulting(world)
    other = Provision.objects.create(document=round.version.document)
    with pytest.raises(Invalid, match="không có trong bản"):
        add_comment(
            stage.submission(round, "CA"),
            other,
            by=world.mandate("secretary:CA"),
            now=world.now,
            kind="ask",
            reason="?",
        )


def test_dropping_can_be_undone_until_the_bundle_is_sent(world: Any) -> None:
    round = stage.consulting(world)
    first, second = stage.say(world, round), stage.say(world, round, path="1/1")
    by = world.mandate("secretary:CA")
    drop_comment(first, by=by, now=world.now)
    with pytest.raises(WrongState, match="đã bỏ"):
        change_comment(first, by=by, now=world.now, kind="ask", reason="?")
    with pytest.raises(WrongState):
        restore_comment(second, by=by, now=world.now)
    restore_comment(first, by=by, now=world.now)
    drop_comment(first, by=by, now=world.now)
    stage.send(world, round)
    with pytest.raises(WrongState, match="đã gửi"):
        restore_comment(stage.again(first), by=by, now=world.now)
    assert list(Comment.objects.sent()) == [second]


def test_once_handed_over_only_the_leader_changes_it(world: Any) -> None:
    round = stage.consulting(world)
    comment = stage.say(world, round)
    bundle = stage.submission(round, "CA")
    secretary, leader = world.mandate("secretary:CA"), world.mandate("leader:CA")
    told = Message.objects.filter(to=leader.user).count()
    hand_to_leader(bundle, by=secretary, now=world.now)
    assert Message.objects.filter(to=leader.user).count() == told + 1
    comment = stage.again(comment)
    with pytest.raises(WrongState, match="chờ lãnh đạo"):
        change_comment(comment, by=secretary, now=world.now, kind="ask", reason="?")
    change_comment(comment, by=leader, now=world.now, kind="ask", reason="Làm rõ hơn.")
    take_back(bundle, by=secretary, now=world.now)
    change_comment(stage.again(comment), by=secretary, now=world.now, kind="ask", reason="?")
    with pytest.raises(WrongState):
        take_back(bundle, by=secretary, now=world.now)


def test_nothing_to_hand_over_or_send_is_refused_with_the_way_out(world: Any) -> None:
    round = stage.consulting(world)
    bundle = stage.submission(round, "CA")
    with pytest.raises(Invalid, match="Thống nhất"):
        hand_to_leader(bundle, by=world.mandate("secretary:CA"), now=world.now)
    with pytest.raises(Invalid, match="Thống nhất"):
        send_submission(bundle, by=world.mandate("leader:CA"), now=world.now)
    with pytest.raises(NotAllowed, match="Lãnh đạo gửi thẳng"):
        hand_to_leader(bundle, by=world.mandate("leader:CA"), now=world.now)


def test_only_the_leader_sends_and_only_once(world: Any) -> None:
    round = stage.consulting(world)
    stage.say(world, round)
    with pytest.raises(NotAllowed, match="Lãnh đạo đơn vị gửi"):
        send_submission(stage.submission(round, "CA"), by=world.mandate("secretary:CA"), now=world.now)
    one, other = stage.submission(round, "CA"), stage.submission(round, "CA")
    send_submission(one, by=world.mandate("leader:CA"), now=world.now, letter_number="15-CV/BTGDV")
    assert (one.state, one.is_late, one.sent_by) == ("sent", False, world.mandate("leader:CA"))
    with pytest.raises(WrongState):
        send_submission(other, by=world.mandate("leader:CA"), now=world.now)


def test_i08_what_was_sent_is_changed_by_nobody(world: Any) -> None:
    round = stage.consulting(world)
    comment = stage.said(world, round)
    before = Comment.objects.values().get()
    for who in ("secretary:CA", "leader:CA", "secretary:CQD", "leader:CQD", "observer", "administrator"):
        for act in (
            lambda by: change_comment(stage.again(comment), by=by, now=world.now, kind="ask", reason="Khác"),
            lambda by: drop_comment(stage.again(comment), by=by, now=world.now),
            lambda by: add_comment(
                stage.submission(round, "CA"), None, by=by, now=world.now, kind="ask", reason="Thêm"
            ),
        ):
            with pytest.raises((WrongState, NotAllowed)):
                act(world.mandate(who))
    assert Comment.objects.values().get() == before


def test_agreement_is_an_act_and_refused_while_comments_are_prepared(world: Any) -> None:
    round = stage.consulting(world)
    comment = stage.say(world, round)
    bundle = stage.submission(round, "CA")
    with pytest.raises(Invalid, match="1 ý kiến đã soạn"):
        agree_without_comment(bundle, by=world.mandate("leader:CA"), now=world.now)
    drop_comment(comment, by=world.mandate("leader:CA"), now=world.now)
    with pytest.raises(NotAllowed):
        agree_without_comment(bundle, by=world.mandate("secretary:CA"), now=world.now)
    agree_without_comment(bundle, by=world.mandate("leader:CA"), now=world.now)
    assert bundle.state == "agreed"


@pytest.mark.parametrize("closed_by_worker", [True, False])
def test_i08_after_the_hour_a_bundle_is_late_and_marked(world: Any, closed_by_worker: bool) -> None:
    round = stage.consulting(world)
    world.now = round.closes_at
    if closed_by_worker:
        stage.closed(world, round)
    stage.say(world, round)
    bundle = stage.send(world, round)
    assert (bundle.state, bundle.is_late) == ("sent", True)


def test_a_second_before_the_hour_is_in_time(world: Any) -> None:
    round = stage.consulting(world)
    stage.say(world, round)
    world.now = round.closes_at - timedelta(seconds=1)
    assert stage.send(world, round).is_late is False


def test_i08_a_supplement_changes_nothing_sent_before(world: Any) -> None:
    round = stage.consulting(world)
    stage.said(world, round)
    first = stage.submission(round, "CA")
    sent = UnitSubmission.objects.filter(pk=first.pk).values().get()
    stage.closed(world, round)
    by = world.mandate("secretary:CA")
    more = start_supplement(first, by=by, now=world.now)
    with pytest.raises(WrongState, match="đang soạn một bản bổ sung"):
        start_supplement(first, by=by, now=world.now)
    with pytest.raises(Invalid):
        send_submission(more, by=world.mandate("leader:CA"), now=world.now)
    add_comment(more, None, by=by, now=world.now, kind="ask", reason="Bổ sung.")
    send_submission(more, by=world.mandate("leader:CA"), now=world.now)
    assert more.is_late
    assert UnitSubmission.objects.filter(pk=first.pk).values().get() == sent
    assert start_supplement(more, by=by, now=world.now).supplement_of == first


def test_a_supplement_does_not_say_agreed(world: Any) -> None:
    round = stage.consulting(world)
    stage.said(world, round)
    more = start_supplement(stage.submission(round, "CA"), by=world.mandate("leader:CA"), now=world.now)
    with pytest.raises(WrongState):
        agree_without_comment(more, by=world.mandate("leader:CA"), now=world.now)


def test_nothing_is_heard_any_more_once_the_text_is_tabled(world: Any) -> None:
    from giaouoc.documents.actions.tabling import table_document

    document = stage.responded(world)
    table_document(document, by=world.mandate("leader:CQD"), now=world.now)
    round = document.versions.get().rounds.get()
    with pytest.raises(WrongState, match="Đã trình hội nghị"):
        stage.say(world, round, "QS")
    with pytest.raises(WrongState):
        start_supplement(stage.submission(round, "CA"), by=world.mandate("leader:CA"), now=world.now)


def test_a_page_read_before_the_tabling_brings_no_word_to_the_tabled_text(world: Any) -> None:
    from giaouoc.documents.actions.tabling import table_document

    document = stage.responded(world)
    round = document.versions.get().rounds.get()
    stage.say(world, round, "QS")
    late, quiet, heard = (stage.submission(round, code) for code in ("QS", "UBND", "CA"))
    assert late.round.version.document.state == "responded"  # as the page has it
    table_document(document, by=world.mandate("leader:CQD"), now=world.now)
    for act in (
        lambda: send_submission(late, by=world.mandate("leader:QS"), now=world.now),
        lambda: agree_without_comment(quiet, by=world.mandate("leader:UBND"), now=world.now),
        lambda: start_supplement(heard, by=world.mandate("leader:CA"), now=world.now),
    ):
        with pytest.raises(WrongState, match="Đã trình hội nghị"):
            act()
    assert not Comment.objects.unanswered().exists()


def test_a_unit_that_left_the_cluster_says_nothing_more(world: Any) -> None:
    round = stage.consulting(world)
    world.year.memberships.filter(unit__code="CA").update(until=world.now.date() - timedelta(days=1))
    with pytest.raises(NotAllowed, match="thành viên"):
        stage.say(world, round)


def test_a_page_sent_twice_keeps_one_comment(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    world.sign_in(client, "secretary:CA")
    url = f"{round.version.document.get_absolute_url()}gop-y/moi/"
    for _ in range(2):
        client.post(url, {"kind": "ask", "reason": "Đề nghị nêu rõ thời hạn."})
    client.post(url, {"kind": "ask", "reason": "Đề nghị nêu rõ đơn vị chủ trì."})
    assert Comment.objects.count() == 2


def test_what_was_prepared_and_never_sent_goes_on_in_the_next_round(world: Any, client: Any) -> None:
    """At the same clause where it still stands, else on the whole text with the words and the place it was about."""
    round_ = stage.round_after_silence(world)
    first = ConsultationRound.objects.order_by("pk")[0]
    kept = Comment.objects.get(submission__round=first, submission__unit__code="CA")
    page = world.sign_in(client, "secretary:CA")
    at = world.url(f"van-ban/{round_.version.document.slug}/don-vi/")
    assert "đã soạn 1 ý kiến mà chưa gửi" in page.get(at).content.decode()
    assert page.post(f"{at}dua-vao/").status_code == 302
    taken = Comment.objects.get(submission__round=round_)
    assert taken.provision_id is None  # the clause is gone from the new draft
    assert kept.citation in taken.reason
    assert kept.reason in taken.reason
    kept.refresh_from_db()
    assert kept.dropped_at is not None
    assert page.post(f"{at}dua-vao/").status_code == 409
    assert Comment.objects.filter(dropped_at=None, submission__unit__code="CA").count() == 1


def test_a_sent_comment_is_withdrawn_by_its_leader_before_the_hour_and_kept_as_withdrawn(
    world: Any, client: Any
) -> None:
    round = stage.consulting(world)
    comment, leader = stage.said(world, round), world.mandate("leader:CA")
    stage.answer(world, comment)  # drafted before the close, not published
    for who in ("secretary:CA", "leader:QS", "leader:CQD", "observer", "administrator"):
        with pytest.raises(NotAllowed):
            withdraw_comment(stage.again(comment), by=world.mandate(who), now=world.now)
    withdraw_comment(stage.again(comment), by=leader, now=round.closes_at - timedelta(seconds=1))
    with pytest.raises(WrongState, match="đã rút"):
        withdraw_comment(stage.again(comment), by=leader, now=world.now)
    with pytest.raises(WrongState, match="Đơn vị đã rút"):
        stage.answer(world, comment)
    with pytest.raises(WrongState):
        restore_comment(stage.again(comment), by=leader, now=world.now)
    assert Message.objects.filter(subject__contains="rút ý kiến", to=world.mandate("secretary:CQD").user).exists()
    url = world.url(f"van-ban/{round.version.document.slug}/gop-y/{comment.pk}/")
    for who, status in (("leader:CA", 200), ("secretary:CQD", 200), ("observer", 200), ("leader:QS", 404)):
        world.sign_in(client, who)
        page = client.get(url)
        assert page.status_code == status, who
        assert ("Đơn vị đã rút ý kiến này" in page.content.decode()) == (status == 200)
    world.sign_in(client, "secretary:CA")
    bundle = client.get(world.url(f"van-ban/{round.version.document.slug}/don-vi/")).content.decode()
    assert "1 ý kiến đã rút" in bundle
    assert "Chưa có ý kiến nào" not in bundle
    stage.closed(world, round)
    world.sign_in(client, "leader:QS")
    assert client.get(url).status_code == 404  # what was withdrawn is never spread among the others
    publish_answers(round.version.document, by=world.mandate("leader:CQD"), now=world.now)
    assert Response.objects.get().published_at is None
    assert not Comment.objects.unanswered().exists()


@pytest.mark.parametrize("late", [False, True])
def test_at_the_hour_and_after_a_published_answer_nothing_is_withdrawn(world: Any, late: bool) -> None:
    round = stage.consulting(world)
    comment = stage.said(world, round)
    if late:
        world.now, said = round.closes_at, "trước khi hết hạn"
    else:
        response, said = stage.answer(world, comment), "đã công bố"
        publish_answer(response, by=world.mandate("leader:CQD"), now=world.now)
    with pytest.raises(WrongState, match=said):
        withdraw_comment(stage.again(comment), by=world.mandate("leader:CA"), now=world.now)
    assert Comment.objects.get().dropped_at is None


def test_who_drafts_the_text_still_reads_what_was_withdrawn_before_and_after_the_close(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    document = round.version.document
    document.drafting_unit = world.unit("QS")
    document.save(update_fields=["drafting_unit"])
    comment = stage.said(world, round)
    withdraw_comment(stage.again(comment), by=world.mandate("leader:CA"), now=world.now)
    url = world.url(f"van-ban/{document.slug}/gop-y/{comment.pk}/")
    for _before_and_after in range(2):
        seen = [world.sign_in(client, f"secretary:{code}").get(url).status_code for code in ("QS", "UBND")]
        assert seen == [200, 404]
        world.now = round.closes_at


def test_what_the_new_draft_says_already_or_nothing_is_left_of_does_not_hold_up_the_rest(world: Any) -> None:
    first = stage.consulting(world)
    stage.say(
        world,
        first,
        path="2/1/b",
        kind="wording",
        reason="",
        proposed_text="Cập nhật minh chứng ngay trong tháng phát sinh kết quả.",
    )
    stage.say(world, first, path="1/2", kind="agree", reason="")  # the clause is dropped
    stage.say(world, first, path="1/1", kind="ask", reason="Mấy hội nghị?")
    stage.said(world, first, "QS")
    stage.closed(world, first)
    document = first.version.document
    stage.answer(world, Comment.objects.get(submission__unit__code="QS"))
    publish_answers(document, by=world.mandate("leader:CQD"), now=world.now)
    stage.draft(world, stage.regulation(second=True), document=document)
    version = DocumentVersion.objects.select_related("document__year__cluster").get(document=document, ordinal=2)
    second = stage.open_round_on(world, version)
    assert take_over(stage.submission(second, "CA"), by=world.mandate("secretary:CA"), now=world.now) == 1
    taken = Comment.objects.get(submission__round=second)
    assert (taken.citation, taken.reason) == ("khoản 1 Điều 1", "Mấy hội nghị?")
    assert not Comment.objects.filter(submission__round=first, submission__unit__code="CA", dropped_at=None)
