"""An election by show of hands: one candidate for one post at a time, kept for the next year."""

from __future__ import annotations

from typing import Any

import pytest

from giaouoc.lib.errors import Invalid
from giaouoc.meetings.actions.deciding import cast_vote, declare_decision, open_decision
from giaouoc.meetings.models import Meeting, MeetingDecision

from . import stage


def put_up(world: Any, meeting: Meeting, post: str, candidate: str, method: str = "vote") -> MeetingDecision:
    by = {"by": world.mandate("leader:CQD"), "now": world.now}
    decision = open_decision(
        stage.item(meeting), **by, method=method, purpose="election", post=post, candidate=candidate
    )
    decision.item.meeting = meeting
    return decision


def shown(world: Any, decision: MeetingDecision, *codes: str) -> dict[str, str]:
    """These units raise their hands, the others against; whom the year has elected afterwards."""
    for code in stage.ALL:
        choice = "yes" if code in codes else "no"
        cast_vote(decision, world.unit(code), choice, by=world.mandate(f"leader:{code}"), now=world.now)
    declare_decision(decision, by=world.mandate("leader:CQD"), now=world.now)
    world.year.refresh_from_db()
    return dict(world.year.elected)


def test_hands_elect_head_and_deputies_by_the_rule_of_elections(world: Any) -> None:
    stage.rule(world, "elect", {"share": "4/5", "strict": False, "base": "roll"}, "khoản 2 Điều 6")
    stage.rule(world, "deputy.count", 2)
    meeting = stage.sitting(world)
    assert shown(world, put_up(world, meeting, "head", "CA"), "CA", "QS", "UBND") == {}  # three are not four
    decision = put_up(world, meeting, "head", "CA")
    assert decision.title == "Bầu Công an Thành phố làm Cụm trưởng năm 2027"
    assert decision.rule["basis"] == "khoản 2 Điều 6"
    assert shown(world, decision, "CA", "QS", "UBND", "DHQG") == {"CA": "head"}
    meeting.year.refresh_from_db()
    with pytest.raises(Invalid, match="Công an Thành phố đã được bầu làm Cụm trưởng"):
        put_up(world, meeting, "deputy", "CA")
    for code in ("QS", "UBND", "DHQG"):  # the third takes the place of the two
        found = shown(world, put_up(world, meeting, "deputy", code), *stage.ALL)
        meeting.year.refresh_from_db()
        if code == "UBND":
            assert found == {"CA": "head", "QS": "deputy", "UBND": "deputy"}
            again = shown(world, put_up(world, meeting, "deputy", "QS"), *stage.ALL)
            assert again == found  # elected once more, nobody loses a seat
            meeting.year.refresh_from_db()
    assert found == {"CA": "head", "DHQG": "deputy"}


def test_nobody_is_put_up_for_what_the_rules_do_not_let_the_conference_fill(world: Any, client: Any) -> None:
    meeting = stage.sitting(world)
    with pytest.raises(Invalid, match="có thể được bầu"):  # by rotation not head two years running
        put_up(world, meeting, "head", "CQD")
    with pytest.raises(Invalid, match="có thể được bầu"):
        put_up(world, meeting, "deputy", "KHAC")
    address = f"{meeting.get_absolute_url()}muc/{stage.item(meeting).pk}/bieu-quyet/"
    chair = world.sign_in(client, "leader:CQD")
    assert "Bầu bằng giơ tay" in chair.get(address).content.decode()
    typed = {"purpose": "election", "method": "vote", "motion": "", "post": "head", "candidate": ""}
    again = chair.post(address, typed)
    assert (again.status_code, "Chọn đơn vị có thể được bầu" in again.content.decode()) == (422, True)
    stage.rule(world, "head.choice", "deputy_succeeds")
    stage.rule(world, "deputy.count", 0)
    assert "Bầu bằng giơ tay" not in chair.get(address).content.decode()
    with pytest.raises(Invalid, match="Chọn chức danh"):
        put_up(world, meeting, "head", "CA")


def test_a_candidate_may_be_elected_by_consensus(world: Any) -> None:
    decision = put_up(world, stage.sitting(world), "deputy", "QS", "consensus")
    world.pass_time(minutes=5)
    declare_decision(decision, by=world.mandate("leader:CQD"), now=world.now)
    world.year.refresh_from_db()
    assert world.year.elected == {"QS": "deputy"}
