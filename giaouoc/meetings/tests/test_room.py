"""The room's screen: read-only by its link, what is on now with its hash, votes received and never a partial result."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.meetings.actions.attendance import mark_left
from giaouoc.meetings.actions.deciding import declare_decision
from giaouoc.meetings.actions.room import close_room, open_room, set_timer, show_item
from giaouoc.meetings.models import Meeting

from . import stage


def shown(world: Any, client: Any, meeting: Meeting) -> str:
    """The screen as somebody without an account sees it."""
    meeting.refresh_from_db()
    client.logout()
    answer = client.get(f"/phong-hop/{meeting.room_key}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def follows(page: str) -> tuple[str, str]:
    """What a page asks, and the mark that it knows."""
    address, mark = (page.partition(f'data-{name}="')[2].partition('"')[0] for name in ("follow", "mark"))
    return address, mark


def test_the_screen_says_what_is_decided_on_and_who_has_voted_but_not_what(world: Any, client: Any) -> None:
    decision = stage.deciding(world)
    meeting = stage.screened(world, decision.item.meeting)
    stage.votes(world, decision, CA="no", QS="yes")
    page = shown(world, client, meeting)
    assert decision.text_hash[:4].upper() in page
    assert "2/5" in page
    assert page.count("Đã biểu quyết</span>") == 2
    assert page.count("Chưa biểu quyết</span>") == 3
    for word in ("tán thành", "không tán thành", "Không có ý kiến"):
        assert word not in page.lower()


def test_who_has_objected_in_a_consensus_is_not_shown(world: Any, client: Any) -> None:
    decision = stage.deciding(world, method="consensus")
    meeting = stage.screened(world, decision.item.meeting)
    before = shown(world, client, meeting)
    stage.vote(world, decision, "CA", "no", "Không đồng ý khoản 2.")
    after = shown(world, client, meeting)
    assert "Đã biểu quyết" not in after and "Không đồng ý" not in after
    assert after.partition("<main")[2].partition(">")[2] == before.partition("<main")[2].partition(">")[2]


def test_the_declared_result_stands_while_its_item_is_on_the_screen(world: Any, client: Any) -> None:
    decision = stage.deciding(world)
    meeting = stage.screened(world, decision.item.meeting)
    show_item(decision.item, by=world.mandate("secretary:CQD"), now=world.now)
    stage.votes(world, decision, CQD="yes", UBND="yes", CA="yes", QS="yes", DHQG="yes")
    declare_decision(decision, by=world.mandate("leader:CQD"), now=world.now)
    assert "5/5 đơn vị có mặt tán thành" in shown(world, client, meeting)


def test_lost_quorum_is_told(world: Any, client: Any) -> None:
    meeting = stage.screened(world, stage.sitting(world))
    assert "5/5 đơn vị, đủ điều kiện họp" in shown(world, client, meeting)
    for code in ("CA", "QS", "DHQG"):
        mark_left(meeting, world.unit(code), by=world.mandate("secretary:CQD"), now=world.now)
    assert "2/5 đơn vị, cần 4" in shown(world, client, meeting)


def test_who_follows_is_told_of_news_and_of_nothing_else(world: Any, client: Any) -> None:
    meeting = stage.screened(world, stage.sitting(world))
    address, mark = follows(shown(world, client, meeting))
    assert client.get(address, {"dau": mark}).status_code == 204
    show_item(stage.item(meeting), by=world.mandate("secretary:CQD"), now=world.now)
    news = client.get(address, {"dau": mark})
    assert (news.status_code, news.content) == (200, b"")
    page = shown(world, client, meeting)
    assert "Thông qua Quy chế" in page
    assert follows(page)[1] != mark
    assert client.get("/nhip/[1,2]:x/").status_code == 404


def test_the_phone_of_a_member_follows_the_pages_of_the_conference(world: Any, client: Any) -> None:
    decision = stage.deciding(world)
    meeting = decision.item.meeting
    world.sign_in(client, "leader:CA")
    for path in (meeting.get_absolute_url(), meeting.url("bieu-quyet", decision.pk)):
        address, mark = follows(client.get(path).content.decode())
        assert client.get(address, {"dau": mark}).status_code == 204
    stage.vote(world, decision, "QS")
    assert client.get(address, {"dau": mark}).status_code == 200


def test_the_timer_counts_down_and_stops_at_nothing(world: Any, client: Any) -> None:
    by = world.mandate("secretary:CQD")
    meeting = stage.screened(world, stage.sitting(world))
    set_timer(meeting, 5, by=by, now=world.now)
    world.now += timedelta(seconds=220)
    assert "01:20" in shown(world, client, meeting)
    world.now += timedelta(hours=1)
    assert "00:00" in shown(world, client, meeting)
    set_timer(meeting, 0, by=by, now=world.now)
    assert "00:00" not in shown(world, client, meeting)
    for minutes in (-1, 181):
        with pytest.raises(Invalid):
            set_timer(meeting, minutes, by=by, now=world.now)


def test_a_closed_screen_has_no_link_any_more(world: Any, client: Any) -> None:
    by = world.mandate("secretary:CQD")
    meeting = stage.screened(world, stage.sitting(world))
    key = meeting.room_key
    open_room(meeting, by=by, now=world.now)
    assert meeting.room_key == key
    close_room(meeting, by=by, now=world.now)
    assert client.get(f"/phong-hop/{key}/").status_code == 404
    assert client.get("/phong-hop//").status_code == 404
    stage.screened(world, meeting)
    assert meeting.room_key not in {"", key}


def test_the_link_is_made_and_used_from_the_page_of_the_conference(world: Any, client: Any) -> None:
    meeting = stage.sitting(world)
    world.sign_in(client, "secretary:CQD")
    client.post(meeting.url("man-hinh"))
    meeting.refresh_from_db()
    assert f"/phong-hop/{meeting.room_key}/" in client.get(meeting.get_absolute_url()).content.decode()
    client.post(meeting.url("muc", stage.item(meeting).pk, "len-man-hinh"))
    client.post(meeting.url("man-hinh", "dong-ho"), {"phut": "10"})
    meeting.refresh_from_db()
    assert meeting.on_now is not None and meeting.timer_until == world.now + timedelta(minutes=10)
    world.sign_in(client, "secretary:CA")
    assert "/phong-hop/" not in client.get(meeting.get_absolute_url()).content.decode()


def test_after_the_minutes_nobody_runs_the_screen(world: Any) -> None:
    from giaouoc.meetings.actions.minutes import approve_minutes

    meeting = stage.written(world)
    approve_minutes(meeting, by=world.mandate("leader:CQD"), now=world.now)
    with pytest.raises(WrongState):
        open_room(meeting, by=world.mandate("secretary:CQD"), now=world.now)


def test_asking_costs_one_statement_and_the_screen_a_fixed_number(
    world: Any, client: Any, django_assert_max_num_queries: Any
) -> None:
    decision = stage.deciding(world)
    meeting = stage.screened(world, decision.item.meeting)
    stage.votes(world, decision, CA="yes", QS="yes")
    address, mark = follows(shown(world, client, meeting))
    with django_assert_max_num_queries(1):
        client.get(address, {"dau": mark})
    with django_assert_max_num_queries(10):
        client.get(f"/phong-hop/{meeting.room_key}/")
