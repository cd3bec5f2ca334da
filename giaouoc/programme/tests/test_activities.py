"""The programme of activities: kept by the head unit's secretary, taken from the adopted plan."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from giaouoc.audit.trail import history_of
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.programme.actions.activities import (
    add_activity,
    change_activity,
    remove_activity,
    take_activities_from_plan,
)
from giaouoc.programme.models import Activity
from giaouoc.programme.queries import activities_of

from .pacts import adopt_both


def add(world: Any, title: str = "Tọa đàm", **words: Any) -> Activity:
    words = {"kind": "seminar"} | words
    return add_activity(world.year, by=world.mandate("secretary:CQD"), now=world.now, title=title, **words)


def test_an_activity_has_its_host_month_and_result(world: Any) -> None:
    made = add(
        world,
        host=world.unit("CA"),
        co_hosts=[world.unit("QS"), world.unit("CA")],
        planned_on=date(2026, 8, 20),
        result="10 tham luận",
    )
    assert (made.host_name, made.planned_on, made.result) == ("Công an Thành phố", date(2026, 8, 1), "10 tham luận")
    assert [unit.code for unit in made.co_hosts.all()] == ["QS"]


def test_activities_stand_in_the_order_of_their_months(world: Any) -> None:
    add(world, "Không tháng")
    add(world, "Tháng mười", planned_on=date(2026, 10, 1))
    add(world, "Tháng năm", planned_on=date(2026, 5, 1))
    assert [one.title for one in activities_of(world.year)] == ["Tháng năm", "Tháng mười", "Không tháng"]


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"kind": "party"}, "kind"),
        ({"planned_on": date(2030, 1, 1)}, "planned_on"),
        ({"result": "x" * 301}, "result"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(world: Any, words: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        add(world, **words)
    assert refusal.value.field == field
    assert not Activity.objects.exists()


def test_the_host_is_a_member_of_the_cluster(world: Any) -> None:
    with pytest.raises(Invalid, match="thành viên"):
        add(world, host=world.cluster.supervising_body)
    with pytest.raises(Invalid, match="thành viên"):
        add(world, co_hosts=[world.cluster.supervising_body])


def test_a_change_and_a_removal_leave_their_trace(world: Any) -> None:
    made = add(world)
    by = world.mandate("secretary:CQD")
    change_activity(made, by=by, now=world.now, kind="training", title="Tập huấn", host_text="Các đơn vị thành viên")
    assert made.host_name == "Các đơn vị thành viên"
    assert [one.sentence for one in history_of(made)] == ["đã sửa hoạt động “Tập huấn”", "đã thêm hoạt động “Tọa đàm”"]
    remove_activity(made, by=by, now=world.now)
    assert not Activity.objects.exists()
    assert history_of(world.year)[0].sentence == "đã bỏ hoạt động “Tập huấn”"


def test_the_plan_is_taken_once_and_what_is_there_stays(world: Any) -> None:
    own = add(world, "Tọa đàm, chuyển đổi số", host=world.unit("QS"))
    with pytest.raises(WrongState, match="chưa được hội nghị thông qua"):
        take_activities_from_plan(world.year, by=world.mandate("secretary:CQD"), now=world.now)
    adopt_both(world)
    made = take_activities_from_plan(world.year, by=world.mandate("secretary:CQD"), now=world.now)
    assert [one.title for one in made] == ["Lớp tập huấn xử lý thông tin xấu, độc"]
    assert take_activities_from_plan(world.year, by=world.mandate("secretary:CQD"), now=world.now) == []
    own.refresh_from_db()
    assert own.host == world.unit("QS")


@pytest.mark.parametrize("key", ["leader:CQD", "secretary:CA", "observer", "administrator"])
def test_others_read_but_do_not_write(world: Any, key: str) -> None:
    with pytest.raises(NotAllowed):
        add_activity(world.year, by=world.mandate(key), now=world.now, kind="other", title="Việc khác")
