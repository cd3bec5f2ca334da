"""Each move of the two tables: where it may begin, where it ends, and that it begins nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from giaouoc.audit.trail import SYSTEM, move
from giaouoc.lib.engine import drop_guards, install_guards
from giaouoc.lib.errors import WrongState
from giaouoc.meetings.models import Meeting, MeetingDecision
from giaouoc.meetings.states import DECISION_MOVES, MEETING_MOVES, DecisionState, MeetingState

from . import stage


@pytest.mark.parametrize(
    ("model", "moves", "states"),
    [(Meeting, MEETING_MOVES, MeetingState), (MeetingDecision, DECISION_MOVES, DecisionState)],
    ids=["meeting", "decision"],
)
def test_a_move_begins_only_where_its_table_says(world: Any, model: Any, moves: Any, states: Any) -> None:
    stage.deciding(world)
    drop_guards()  # the database itself would refuse to set these states
    try:
        for verb, (sources, target) in moves.items():
            for state in states:
                obj = model.objects.get()
                model.objects.filter(pk=obj.pk).update(state=state)
                if state in sources:
                    move(obj, verb, moves, by=SYSTEM, now=world.now, act="meetings.close")
                    assert model.objects.get().state == target
                else:
                    with pytest.raises(WrongState):
                        move(obj, verb, moves, by=SYSTEM, now=world.now, act="meetings.close")
    finally:
        install_guards()
