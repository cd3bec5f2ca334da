"""A pact with the bodies' stamps, where the year's rule wants them; else it is the pact that it always was."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from giaouoc.clusters.actions.years import set_rule
from giaouoc.clusters.models import Role
from giaouoc.lib.errors import WrongState
from giaouoc.programme.actions.freezing import freeze_pact
from giaouoc.programme.queries import compose, wants_stamps
from giaouoc.programme.states import PactState
from giaouoc.signing.actions.sign import sign_slot
from giaouoc.signing.engine.trust import TrustFolder
from giaouoc.signing.engine.verify import verify
from giaouoc.signing.models import Slot
from giaouoc.signing.queries import expected_for

from .pacts import drafted

CODES = ["CQD", "UBND", "CA", "QS", "DHQG"]


def test_the_rule_of_the_year_puts_a_stamp_under_each_signature(world: Any, client: Any) -> None:
    pact, head = drafted(world), world.mandate("secretary:CQD")
    assert not wants_stamps(world.year)
    assert "stamps" not in compose(pact, world.now)
    set_rule(world.year, "pact.stamp", True, by=head, now=world.now, basis="khoản 2 Điều 9 Quy chế", confirmed=True)
    world.add_clerk(*CODES[:4])
    with pytest.raises(WrongState, match="Chưa có văn thư giữ con dấu: Đại học Quốc gia"):
        freeze_pact(pact, by=head, now=world.now)
    world.add_clerk("DHQG")
    freeze_pact(pact, by=head, now=world.now)
    pact.refresh_from_db()
    assert pact.content["stamps"] is True
    round_ = pact.signing_round
    assert round_ is not None
    slots = list(Slot.objects.filter(round=round_).select_related("unit", "round__year__cluster"))
    assert [(one.unit.code, one.role) for one in slots[:4]] == [
        ("CQD", Role.LEADER),
        ("CQD", Role.CLERK),
        ("UBND", Role.LEADER),
        ("UBND", Role.CLERK),
    ]
    assert len(slots) == 10
    world.sign_in(client, "clerk:CQD")
    for at, role in enumerate((Role.LEADER, Role.CLERK)):
        for slot in slots:
            if slot.role == role:
                world.pass_time(minutes=1)
                sign_slot(slot, by=world.mandate(f"{role.value}:{slot.unit.code}"), now=world.now)
                if slot.unit.code == "CQD":
                    page = client.get(world.url("giao-uoc/")).content.decode()
                    assert f"Đang ký, {at}/5 đơn vị" in page
                    assert ("Đặt con dấu" in page) is (role == Role.LEADER)
    pact.refresh_from_db()
    assert pact.state == PactState.SEALED
    head_file = round_.head
    verdict = verify(head_file.file.read(), TrustFolder.load(settings.DATA / "trust"), expected_for(head_file.sha256))
    assert (verdict.verdict, verdict.signed, verdict.expected) == ("valid", 10, 10), verdict.reason
