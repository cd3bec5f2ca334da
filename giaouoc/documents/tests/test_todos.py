"""What each person has to do about texts, and what still blocks the next step, with names of units."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from giaouoc.documents.actions.answers import publish_answers
from giaouoc.documents.actions.imports import save_draft
from giaouoc.documents.actions.submissions import hand_to_leader
from giaouoc.documents.todos import standing, todos
from giaouoc.lib.clock import local_date

from . import stage


def texts(world: Any, who: str, *, waiting: bool = False) -> list[str]:
    return [todo.text for todo in todos([world.mandate(who)], world.now) if todo.waiting is waiting]


def test_a_new_draft_waits_for_the_leader_to_open(world: Any) -> None:
    stage.draft(world)
    assert texts(world, "leader:CQD") == ["Mở lấy ý kiến: Quy chế tổ chức và hoạt động"]
    assert texts(world, "secretary:CQD") == []
    assert texts(world, "secretary:CQD", waiting=True) == ["Lãnh đạo mở lấy ý kiến: Quy chế tổ chức và hoạt động"]
    assert texts(world, "secretary:CA") == []


def test_the_unit_comments_hands_over_and_sends(world: Any) -> None:
    round = stage.consulting(world)
    todo = todos([world.mandate("secretary:CA")], world.now)[0]
    assert (todo.text, todo.due) == ("Góp ý dự thảo Quy chế tổ chức và hoạt động", local_date(round.closes_at))
    stage.say(world, round)
    stage.say(world, round, path="1/1", kind="ask", reason="?")
    assert texts(world, "leader:CA") == ["Gửi góp ý của đơn vị, 2 ý kiến đã soạn"]
    hand_to_leader(stage.submission(round, "CA"), by=world.mandate("secretary:CA"), now=world.now)
    assert texts(world, "secretary:CA") == []
    assert texts(world, "secretary:CA", waiting=True) == ["Lãnh đạo gửi góp ý của đơn vị, 2 ý kiến đã soạn"]
    stage.send(world, round)
    assert texts(world, "secretary:CA") == texts(world, "leader:CA") == []


def test_the_drafters_answer_close_publish_and_table(world: Any) -> None:
    round = stage.consulting(world)
    first = stage.say(world, round, path="1/2")
    second = stage.said(world, round, path="2/1/a", kind="ask", reason="Ai?")
    assert texts(world, "secretary:CQD")[0] == "Trả lời 2 ý kiến về Điều 1, Điều 2"
    assert "Đại học Quốc gia" in " ".join(texts(world, "secretary:CQD", waiting=True))
    world.now = round.closes_at + timedelta(minutes=1)
    assert "Khép đợt lấy ý kiến" in texts(world, "secretary:CQD")
    stage.closed(world, round)
    stage.answer(world, first)
    stage.answer(world, second, "not_accepted", "Nêu rõ.")
    assert texts(world, "secretary:CQD") == ["Công bố trả lời các ý kiến"]
    publish_answers(round.version.document, by=world.mandate("leader:CQD"), now=world.now)
    assert texts(world, "leader:CQD") == ["Trình hội nghị: Quy chế tổ chức và hoạt động"]


def test_observers_assessors_and_the_administrator_have_nothing_to_do(world: Any) -> None:
    stage.said(world, stage.consulting(world))
    for who in ("observer", "administrator", "assessor:CA", "assessor:CQD"):
        assert todos([world.mandate(who)], world.now) == []


def test_the_year_says_what_blocks_with_names_of_units(world: Any) -> None:
    round = stage.consulting(world)
    stage.said(world, round)
    artefact = standing(world.year, world.mandate("secretary:CQD"), world.now)[0]
    assert artefact.sentence == "Góp ý đến 08:00 ngày 25-02-2026. Đã gửi: 1/5 đơn vị. 1 ý kiến."
    assert artefact.blockers == [
        "Còn 1 ý kiến chưa trả lời.",
        "Chưa gửi: Các cơ quan Đảng Thành phố, Đại học Quốc gia, Quân sự Thành phố, UBND Thành phố.",
    ]
    assert (artefact.starts, artefact.ends) == (local_date(round.opens_at), local_date(round.closes_at))
    assert artefact.short == "Quy chế"


def test_a_stranger_learns_of_no_draft(world: Any) -> None:
    stage.consulting(world)
    assert standing(world.year, None, world.now) == []
    assert standing(world.year, world.mandate("administrator"), world.now) == []


def test_a_member_learns_of_a_draft_when_it_is_sent_round(world: Any) -> None:
    stage.draft(world)
    assert standing(world.year, world.mandate("secretary:CA"), world.now) == []
    assert len(standing(world.year, world.mandate("secretary:CQD"), world.now)) == 1


@pytest.mark.parametrize("rows", [1, 5])
def test_desk_and_year_cost_the_same_for_any_number_of_texts(
    world: Any, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        made = stage.imported(world, stage.regulation())
        made.title = f"Văn bản {number}"
        made.save()
        save_draft(made, by=world.mandate("secretary:CQD"), now=world.now)
    by = world.mandate("leader:CQD")
    by.membership_role(world.now)
    with django_assert_num_queries(5):
        assert len(todos([by], world.now)) == rows
    with django_assert_num_queries(5):
        assert len(standing(world.year, by, world.now)) == rows


def test_in_one_s_own_calendar_a_task_stays_the_same_whatever_else_is_done(world: Any, client: Any) -> None:
    first, _second = stage.consulting(world), stage.consulting(world)
    page = world.sign_in(client, "secretary:CA")

    def known() -> dict[str, str]:
        events = Calendar.from_ical(page.get("/viec-can-lam/lich.ics").content).walk("VEVENT")
        return {str(one["url"]): str(one["uid"]) for one in events}

    before = known()
    assert len(set(before.values())) == len(before) == 2
    stage.said(world, first)
    [(url, uid)] = known().items()
    assert uid == before[url]
