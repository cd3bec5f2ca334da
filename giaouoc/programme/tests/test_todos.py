"""What waits for whom around the pact, and where it stands on the year's page."""

from __future__ import annotations

from typing import Any

import pytest

from giaouoc.programme.actions.activities import add_activity
from giaouoc.programme.actions.drafting import draft_pact
from giaouoc.programme.todos import standing, todos
from giaouoc.signing.actions.close import refuse_slot
from giaouoc.signing.models import Slot

from .pacts import adopt_both, drafted, frozen, sign


def texts(world: Any, key: str) -> list[tuple[str, bool]]:
    return [(one.text, one.waiting) for one in todos([world.mandate(key)], world.now)]


def pact_of(world: Any, key: str = "leader:CA") -> Any:
    return next(one for one in standing(world.year, world.mandate(key), world.now) if one.kind == "pact")


def test_nothing_waits_before_the_texts_are_adopted(world: Any) -> None:
    assert all(texts(world, key) == [] for key in world.roles)


def test_after_the_adoption_the_secretary_drafts(world: Any) -> None:
    adopt_both(world)
    assert texts(world, "secretary:CQD") == [("Lập giao ước thi đua", False)]
    assert texts(world, "leader:CQD") == []


def test_a_complete_draft_is_to_be_frozen_by_the_head_unit(world: Any) -> None:
    drafted(world)
    assert texts(world, "secretary:CQD") == texts(world, "leader:CQD") == [("Khóa giao ước để ký", False)]
    assert texts(world, "leader:CA") == []


def test_after_a_refusal_the_secretary_makes_the_next_version(world: Any) -> None:
    pact = frozen(world)
    slot = Slot.objects.select_related("unit", "round__year__cluster").get(round=pact.signing_round_id, unit__code="CA")
    refuse_slot(slot, by=world.mandate("leader:CA"), now=world.now, reason="Chưa sát")
    assert texts(world, "secretary:CQD") == [("Lập phiên bản 2 của giao ước", False)]


def test_the_year_says_what_blocks_the_pact(world: Any) -> None:
    assert pact_of(world).blockers == [
        "Quy chế chưa được hội nghị thông qua.",
        "Kế hoạch chưa được hội nghị thông qua.",
    ]
    pact = frozen(world)
    sign(world, pact, "CQD", "UBND", "CA")
    found = pact_of(world)
    assert found.state_label == "Đang ký, 3/5 đơn vị"
    assert found.blockers == ["Chưa ký: Quân sự Thành phố, Đại học Quốc gia."]
    sign(world, pact, "QS", "DHQG")
    assert (pact_of(world).state, pact_of(world).blockers) == ("sealed", [])


def test_i05_the_year_tells_others_nothing_of_the_draft(world: Any) -> None:
    draft_pact(world.year, by=world.mandate("secretary:CQD"), now=world.now)
    assert "Chưa có cam kết nào." in pact_of(world, "secretary:CQD").blockers
    assert "Chưa có cam kết nào." not in pact_of(world, "leader:CA").blockers
    assert "Chưa có cam kết nào." not in pact_of(world, "observer").blockers


@pytest.mark.parametrize("rows", [1, 8])
def test_the_standing_costs_the_same_for_any_length(world: Any, rows: int, django_assert_num_queries: Any) -> None:
    for number in range(rows):
        by = world.mandate("secretary:CQD")
        add_activity(world.year, by=by, now=world.now, kind="other", title=f"Việc {number}", host=world.unit("CA"))
    with django_assert_num_queries(4):
        assert len(standing(world.year, world.mandate("leader:CA"), world.now)) == rows + 1
