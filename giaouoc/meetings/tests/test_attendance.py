"""Who comes for a unit, by which paper, and who is there."""

from __future__ import annotations

from typing import Any

import pytest

from giaouoc.clusters.models import Membership
from giaouoc.documents.paper.minutes import minutes_data
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.meetings.actions.attendance import confirm_representation, mark_absent, mark_left, mark_present
from giaouoc.meetings.actions.deciding import pause_meeting, resume_meeting
from giaouoc.meetings.minutes import paper_of
from giaouoc.meetings.models import Attendance, Meeting
from giaouoc.meetings.queries import quorum_of

from . import stage


def say(world: Any, meeting: Meeting, code: str = "CA", *, by: str = "", **words: Any) -> Attendance:
    mandate = world.mandate(by or f"leader:{code}")
    return confirm_representation(meeting, world.unit(code), by=mandate, now=world.now, **words)


def test_the_leader_comes_without_any_paper(world: Any) -> None:
    row = say(world, stage.convened(world), by="secretary:CA")
    assert (row.representative, row.delegation) == ("Trưởng Ban", "")


def test_another_person_needs_the_written_authority(world: Any) -> None:
    stage.rule(world, "representation", "leader_or_delegate", "khoản 2 Điều 8")
    meeting = stage.convened(world)
    with pytest.raises(Invalid, match="khoản 2 Điều 8") as refused:
        say(world, meeting, representative="Phó Trưởng Ban")
    assert refused.value.field == "delegation"
    row = say(world, meeting, representative="Phó Trưởng Ban", delegation="05-UQ ngày 02-3-2026")
    assert row.delegation == "05-UQ ngày 02-3-2026"


def test_where_only_leaders_represent_nobody_else_does(world: Any) -> None:
    stage.rule(world, "representation", "leader")
    meeting = stage.convened(world)
    with pytest.raises(Invalid, match="chỉ cho lãnh đạo"):
        say(world, meeting, representative="Phó Trưởng Ban", delegation="05-UQ")


def test_where_contact_persons_may_come_no_paper_is_asked(world: Any) -> None:
    stage.rule(world, "representation", "contact")
    assert say(world, stage.convened(world), representative="Chuyên viên").representative == "Chuyên viên"


def test_the_vote_is_given_by_the_leader_with_a_paper_and_to_the_units_own_people(world: Any) -> None:
    meeting, person = stage.convened(world), world.mandate("assessor:CA")
    paper = {"representative": "Phó Trưởng Ban", "delegation": "05-UQ ngày 02-3-2026"}
    with pytest.raises(NotAllowed, match="lãnh đạo của chính đơn vị"):
        say(world, meeting, by="secretary:CA", delegate=person, **paper)
    with pytest.raises(NotAllowed):
        say(world, meeting, by="secretary:CQD", delegate=person, **paper)
    with pytest.raises(Invalid, match="số và ngày"):
        say(world, meeting, delegate=person)
    with pytest.raises(Invalid, match="người của đơn vị"):
        say(world, meeting, delegate=world.mandate("assessor:QS"), **paper)
    assert say(world, meeting, delegate=person, **paper).delegate == person


def test_whoever_writes_the_representation_anew_takes_the_given_vote_away(world: Any) -> None:
    meeting = stage.convened(world)
    say(world, meeting, delegation="05-UQ", delegate=world.mandate("assessor:CA"))
    assert say(world, meeting, by="secretary:CA").delegate is None


def test_a_unit_speaks_for_itself_alone(world: Any) -> None:
    with pytest.raises(NotAllowed):
        say(world, stage.convened(world), "QS", by="leader:CA")


def test_nobody_is_present_before_the_day(world: Any) -> None:
    meeting, by = stage.convened(world), world.mandate("secretary:CQD")
    with pytest.raises(WrongState, match="dự kiến ngày 07-3-2026"):
        mark_present(meeting, world.unit("CA"), by=by, now=world.now)
    world.now = meeting.starts_at.replace(hour=0)  # 07:00 in Vietnam, an hour before
    mark_present(meeting, world.unit("CA"), by=by, now=world.now)


def test_the_quorum_follows_who_comes_and_goes(world: Any) -> None:
    by = world.mandate("secretary:CQD")
    meeting = stage.day(world, stage.convened(world), ["CQD", "UBND", "CA"])
    quorum = quorum_of(meeting, world.now)
    assert (quorum.roll, quorum.present, quorum.needed, quorum.met, quorum.missing) == (5, 3, 4, False, 1)
    mark_present(meeting, world.unit("QS"), by=by, now=world.now)
    assert quorum_of(meeting, world.now).met
    mark_left(meeting, world.unit("CA"), by=by, now=world.now)
    assert not quorum_of(meeting, world.now).met
    mark_present(meeting, world.unit("CA"), by=by, now=world.pass_time(minutes=5))
    assert quorum_of(meeting, world.now).met
    row = Attendance.objects.get(unit__code="CA")
    assert row.times == [(meeting.starts_at, meeting.starts_at), (world.now, None)]


def test_each_coming_and_going_of_a_unit_is_kept_and_told(world: Any, client: Any) -> None:
    secretary, leader = world.mandate("secretary:CQD"), world.mandate("leader:CQD")
    meeting = stage.sitting(world, ["CQD", "UBND", "CA", "QS"])  # 08:00, four needed of five
    mark_left(meeting, world.unit("CA"), by=secretary, now=world.pass_time(minutes=100))
    mark_left(meeting, world.unit("QS"), by=secretary, now=world.pass_time(minutes=5))
    mark_present(meeting, world.unit("CA"), by=secretary, now=world.pass_time(minutes=20))
    mark_present(meeting, world.unit("QS"), by=secretary, now=world.pass_time(minutes=5))
    mark_present(meeting, world.unit("DHQG"), by=secretary, now=world.now)
    pause_meeting(meeting, by=leader, now=world.pass_time(minutes=10))
    for code in ("CA", "QS", "DHQG"):
        mark_left(meeting, world.unit(code), by=secretary, now=world.now)
    for code in ("CA", "QS"):
        mark_present(meeting, world.unit(code), by=secretary, now=world.pass_time(minutes=5))
    resume_meeting(meeting, by=leader, now=world.now)
    world.sign_in(client, "leader:QS")
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "vắng từ 09:40 đến 10:05" in page and "đến lúc 10:10, rời lúc 10:20" in page
    stage.closed(world, meeting)
    data = minutes_data(paper_of(meeting, secretary, world.now))
    told = {one["unit"]: one["representative"] for one in data["present"]}
    assert [words.partition(", ")[2] for words in told.values()] == [
        "",
        "",
        "vắng từ 09:40 đến 10:05, vắng từ 10:20 đến 10:25",
        "vắng từ 09:45 đến 10:10, vắng từ 10:20 đến 10:30",
        "đến lúc 10:10, rời lúc 10:20",
    ]
    lost = "Hội nghị không đủ túc số, không quyết định việc gì từ 9 giờ 40 phút đến 10 giờ 10 phút (có mặt 2 đơn vị). "
    assert lost in data["closing"]  # and nothing of the break


def test_who_left_before_the_opening_and_never_came_back_was_not_there(world: Any) -> None:
    secretary = world.mandate("secretary:CQD")
    meeting = stage.day(world, stage.convened(world), stage.ALL)
    mark_left(meeting, world.unit("QS"), by=secretary, now=world.pass_time(minutes=5))
    stage.sitting(world, [], meeting=meeting)
    mark_absent(meeting, world.unit("QS"), by=secretary, now=world.now, reason="Có việc đột xuất")
    assert len(meeting.attendance.get(unit__code="QS").stays) == 1  # that it came and went is not undone by its reason
    stage.closed(world, meeting)
    paper = paper_of(meeting, secretary, world.now)
    told = [(one.unit, one.reason) for one in paper.absent]
    assert told == [(world.unit("QS").name, "Có việc đột xuất")] and len(paper.present) == 4


def test_a_conference_of_two_days_says_on_which_day_a_unit_was_away(world: Any) -> None:
    secretary = world.mandate("secretary:CQD")
    meeting = stage.sitting(world)
    mark_left(meeting, world.unit("CA"), by=secretary, now=world.pass_time(hours=2))
    mark_present(meeting, world.unit("CA"), by=secretary, now=world.pass_time(days=1))
    stage.closed(world, meeting)
    paper = paper_of(meeting, secretary, world.now)
    assert [one.hours for one in paper.present if one.hours] == ["vắng từ 10:00 đến 10:00 ngày 08-3-2026"]


def test_presence_is_marked_once_and_leaving_needs_presence(world: Any) -> None:
    meeting, by = stage.day(world, stage.convened(world), ["CA"]), world.mandate("secretary:CQD")
    with pytest.raises(WrongState, match="đã được điểm danh"):
        mark_present(meeting, world.unit("CA"), by=by, now=world.now)
    with pytest.raises(WrongState, match="không có mặt"):
        mark_left(meeting, world.unit("QS"), by=by, now=world.now)


def test_a_unit_that_came_is_not_made_absent(world: Any) -> None:
    meeting, by = stage.sitting(world), world.mandate("secretary:CQD")
    with pytest.raises(WrongState, match="ghi rời"):
        mark_absent(meeting, world.unit("CA"), by=by, now=world.now)


def test_an_absence_keeps_its_reason(world: Any) -> None:
    meeting = stage.convened(world)
    row = mark_absent(
        meeting, world.unit("QS"), by=world.mandate("secretary:CQD"), now=world.now, reason=" Đi công tác "
    )
    assert (row.is_present, row.absence_reason) == (False, "Đi công tác")


def test_the_supervising_body_and_a_unit_that_left_the_cluster_are_no_units_of_the_roll(world: Any) -> None:
    meeting = stage.convened(world)
    Membership.objects.filter(unit__code="DHQG").update(until=world.now.date())
    stage.day(world, meeting, ["CQD", "UBND", "CA"])
    by = world.mandate("secretary:CQD")
    for unit in (world.cluster.supervising_body, world.unit("DHQG")):
        with pytest.raises(Invalid, match="không phải thành viên"):
            mark_present(meeting, unit, by=by, now=world.now)
    assert quorum_of(meeting, world.now).roll == 4
