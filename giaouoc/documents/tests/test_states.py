"""Each move of the three tables: where it may begin, where it ends, and that it begins nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from giaouoc.audit.trail import SYSTEM, move
from giaouoc.documents.models import ConsultationRound, Document, UnitSubmission
from giaouoc.documents.states import (
    DECIDED,
    DOCUMENT_MOVES,
    ROUND_MOVES,
    SUBMISSION_MOVES,
    DocumentState,
    RoundState,
    SubmissionState,
)
from giaouoc.lib.errors import WrongState

from . import stage

TABLES: list[tuple[Any, Any, Any]] = [
    (Document, DOCUMENT_MOVES, DocumentState),
    (ConsultationRound, ROUND_MOVES, RoundState),
    (UnitSubmission, SUBMISSION_MOVES, SubmissionState),
]


@pytest.mark.parametrize(("model", "moves", "states"), TABLES, ids=lambda one: getattr(one, "__name__", ""))
def test_a_move_begins_only_where_its_table_says(world: Any, model: Any, moves: Any, states: Any) -> None:
    stage.consulting(world)
    for verb, (sources, target) in moves.items():
        for state in states:
            obj = model.objects.first()
            model.objects.filter(pk=obj.pk).update(state=state)
            if state in sources:
                move(obj, verb, moves, by=SYSTEM, now=world.now, act="documents.take_back")
                assert model.objects.get(pk=obj.pk).state == target
            else:
                with pytest.raises(WrongState):
                    move(obj, verb, moves, by=SYSTEM, now=world.now, act="documents.take_back")
                assert model.objects.get(pk=obj.pk).state == state


def test_an_adopted_text_is_issued_and_superseded_and_moves_no_other_way() -> None:
    fixed = DECIDED | {DocumentState.WITHDRAWN}
    moves = {verb: sources & fixed for verb, (sources, _target) in DOCUMENT_MOVES.items() if sources & fixed}
    assert moves == {"issue": {DocumentState.ADOPTED}, "supersede": {DocumentState.IN_FORCE}}


def test_what_was_said_is_said() -> None:
    said = {SubmissionState.SENT, SubmissionState.AGREED}
    assert not any(sources & said for sources, _target in SUBMISSION_MOVES.values())
