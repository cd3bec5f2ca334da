"""What waits for whom about conferences, and where they stand on the year's page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from giaouoc.meetings.actions.attendance import confirm_representation
from giaouoc.meetings.actions.minutes import approve_minutes, write_minutes
from giaouoc.meetings.todos import standing, todos

from . import stage


def texts(world: Any, key: str) -> list[tuple[str, bool]]:
    return [(one.text, one.waiting) for one in todos([world.mandate(key)], world.now)]


def only(world: Any, key: str = "leader:CA") -> Any:
    [found] = standing(world.year, world.mandate(key), world.now)
    return found


def others(world: Any, *keys: str) -> list[str]:
    return [key for key in world.roles if key not in keys]


def test_nothing_waits_without_a_conference(world: Any) -> None:
    assert all(texts(world, key) == [] for key in world.roles)
    assert standing(world.year, None, world.now) == []


def test_the_head_unit_sends_the_invitation_by_the_last_day_with_its_clause(world: Any) -> None:
    stage.rule(world, "convene.min_days", 5, "khoản 4 Điều 14")
    stage.planned(world, days=29)  # Friday, 06-3-2026
    for key in ("secretary:CQD", "leader:CQD"):
        [one] = todos([world.mandate(key)], world.now)
        assert (one.text, one.due) == (f"Gửi giấy mời {stage.TITLE}", date(2026, 2, 27))
        assert "5 ngày làm việc (khoản 4 Điều 14)" in one.detail
    assert all(texts(world, key) == [] for key in others(world, "secretary:CQD", "leader:CQD"))
    assert only(world).blockers == ["Giấy mời gửi chậm nhất ngày 27-02-2026 (khoản 4 Điều 14)."]


def test_a_late_invitation_is_called_late_on_the_years_page(world: Any) -> None:
    stage.rule(world, "convene.min_days", 5)
    stage.planned(world, days=6)
    assert (only(world).state, only(world).state_label) == ("late", "Quá hạn gửi giấy mời")


def test_each_unit_says_who_comes_and_the_year_names_those_that_have_not(world: Any) -> None:
    meeting = stage.convened(world)
    wanted = [(f"Trả lời giấy mời dự {stage.TITLE}", False)]
    assert texts(world, "secretary:CA") == texts(world, "leader:CA") == texts(world, "secretary:QS") == wanted
    assert texts(world, "assessor:CA") == texts(world, "observer") == texts(world, "administrator") == []
    confirm_representation(meeting, world.unit("CA"), by=world.mandate("leader:CA"), now=world.now)
    assert texts(world, "secretary:CA") == []
    assert only(world).blockers == [
        "Chưa trả lời giấy mời: Các cơ quan Đảng Thành phố, UBND Thành phố, Quân sự Thành phố, Đại học Quốc gia."
    ]


def test_on_the_day_the_chair_opens(world: Any) -> None:
    stage.day(world, stage.convened(world), stage.ALL)
    assert texts(world, "leader:CQD") == [(f"Khai mạc {stage.TITLE}", False)]
    assert texts(world, "leader:CA") == []


def test_an_open_decision_waits_for_those_who_are_there_and_have_not_voted(world: Any) -> None:
    decision = stage.deciding(world, ["CQD", "UBND", "CA", "QS"])
    assert texts(world, "leader:CA") == [("Biểu quyết: Quy chế tổ chức và hoạt động", False)]
    assert texts(world, "leader:DHQG") == texts(world, "secretary:CA") == texts(world, "observer") == []
    stage.vote(world, decision, "CA")
    assert texts(world, "leader:CA") == []


def test_whom_the_leader_gave_the_vote_is_asked_for_it(world: Any) -> None:
    meeting = stage.convened(world)
    confirm_representation(
        meeting,
        world.unit("CA"),
        by=world.mandate("leader:CA"),
        now=world.now,
        delegation="05-UQ",
        delegate=world.mandate("assessor:CA"),
    )
    stage.deciding(world, meeting=stage.sitting(world, meeting=meeting))
    assert texts(world, "assessor:CA") == [("Biểu quyết: Quy chế tổ chức và hoạt động", False)]
    assert texts(world, "secretary:CA") == []


def test_after_the_close_the_secretary_writes_and_the_chair_approves(world: Any) -> None:
    meeting = stage.closed(world)
    assert texts(world, "secretary:CQD") == [(f"Lập biên bản {stage.TITLE}", False)]
    assert texts(world, "leader:CQD") == []
    assert only(world).blockers == ["Chưa lập biên bản."]
    write_minutes(meeting, by=world.mandate("secretary:CQD"), now=world.now)
    assert texts(world, "secretary:CQD") == [(f"Người chủ trì phê duyệt biên bản {stage.TITLE}", True)]
    assert texts(world, "leader:CQD") == [(f"Phê duyệt biên bản {stage.TITLE}", False)]
    approve_minutes(meeting, by=world.mandate("leader:CQD"), now=world.now)
    assert all(texts(world, key) == [] for key in world.roles)
    assert (only(world).state, only(world).blockers) == ("done", [])


def test_a_unit_that_left_the_cluster_is_asked_for_nothing(world: Any) -> None:
    from giaouoc.clusters.models import Membership

    stage.convened(world)
    Membership.objects.filter(unit__code="CA").update(until=world.now.date() - timedelta(days=1))
    assert texts(world, "leader:CA") == []
    assert "Công an" not in only(world).blockers[0]


@pytest.mark.parametrize("count", [1, 5])
def test_the_lists_cost_the_same_for_any_number_of_conferences(
    world: Any, count: int, django_assert_max_num_queries: Any
) -> None:
    document = stage.tabled(world)
    for _ in range(count):
        stage.convened(world, document=document)
    by = world.mandate("secretary:CQD")
    by.membership_role(world.now)
    with django_assert_max_num_queries(5):
        todos([by], world.now)
    with django_assert_max_num_queries(5):
        standing(world.year, by, world.now)
