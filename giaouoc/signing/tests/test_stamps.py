"""The body's own stamp: a second place of the unit, held by another person, set after the leader has signed."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from giaouoc.clusters.models import Mandate, Role
from giaouoc.lib.errors import NotAllowed, WrongState
from giaouoc.notices.models import Message
from giaouoc.signing.actions.close import refuse_slot
from giaouoc.signing.actions.open_round import SlotPlan, open_signing_round
from giaouoc.signing.actions.sign import begin_file, return_file, sign_slot
from giaouoc.signing.engine.fields import SlotSpec, prepare
from giaouoc.signing.engine.sign import add_seal
from giaouoc.signing.engine.sign import sign as sign_field
from giaouoc.signing.engine.trial import TrialAuthority
from giaouoc.signing.engine.trust import TrustFolder
from giaouoc.signing.engine.verify import verify
from giaouoc.signing.models import SigningRound, Slot
from giaouoc.signing.queries import expected_for, new_code
from giaouoc.signing.states import RoundState
from giaouoc.signing.todos import todos

from .real import sign_elsewhere
from .rounds import TEXT_HASH, paper

BOXES = [(60.0, 400.0, 210.0, 470.0), (60.0, 330.0, 210.0, 390.0), (300.0, 400.0, 450.0, 470.0)]


def stamped(world: Any, *, in_order: bool = False) -> SigningRound:
    """The leader of a member, its stamp, and the leader of another that sets none."""
    one, other = world.unit("CA"), world.unit("QS")
    return open_signing_round(
        world.year,
        by=world.mandate("secretary:CQD"),
        now=world.now,
        title="Văn bản có con dấu",
        pdf=paper(),
        slots=[
            SlotPlan(one, one.leader_post, 0, BOXES[0]),
            SlotPlan.stamp(one, 0, BOXES[1]),
            SlotPlan(other, other.leader_post, 0, BOXES[2]),
        ],
        text_hash=TEXT_HASH,
        code=new_code(),
        in_order=in_order,
    )


def own(round_: SigningRound, code: str, role: str = Role.LEADER) -> Slot:
    return Slot.objects.select_related("unit", "round__year__cluster").get(round=round_, unit__code=code, role=role)


def test_the_stamp_follows_its_leader_by_another_hand_and_the_file_asks_for_it(world: Any, client: Any) -> None:
    world.add_clerk("CA", "QS")
    clerk, leader = world.mandate("clerk:CA"), world.mandate("leader:CA")
    round_ = stamped(world)
    page = world.url(f"ky-so/{round_.code}/")
    assert own(round_, "CA", Role.CLERK).who == "Công an Thành phố (con dấu)"
    assert not Message.objects.filter(to=clerk.user_id).exists()  # asked when it is the stamp's turn
    with pytest.raises(WrongState, match="sau khi lãnh đạo Công an Thành phố đã ký"):
        sign_slot(own(round_, "CA", Role.CLERK), by=clerk, now=world.now)
    assert [one.waiting for one in todos([clerk], world.now)] == [True]
    assert "sau khi lãnh đạo" in world.sign_in(client, "clerk:CA").get(page).content.decode()
    assert client.get(page + "ky/").status_code == 409

    sign_slot(own(round_, "CA"), by=leader, now=world.now)
    assert [one.subject for one in Message.objects.filter(to=clerk.user_id)] == ["Mời đặt con dấu: Văn bản có con dấu"]
    (todo,) = todos([clerk], world.now)
    assert (str(todo.text), todo.waiting) == ("Đặt con dấu: Văn bản có con dấu", False)
    for other in ("leader:CA", "secretary:CA", "clerk:QS"):
        with pytest.raises(NotAllowed, match="Chỉ văn thư Công an Thành phố"):
            sign_slot(own(round_, "CA", Role.CLERK), by=world.mandate(other), now=world.now)
    with pytest.raises(NotAllowed, match="Chỉ lãnh đạo"):
        sign_slot(own(round_, "QS"), by=world.mandate("clerk:QS"), now=world.now)
    with pytest.raises(NotAllowed, match="không từ chối"):
        refuse_slot(own(round_, "CA", Role.CLERK), by=clerk, now=world.now, reason="Sai thể thức")
    both = Mandate.objects.create(user=leader.user, year=world.year, unit=leader.unit, role="clerk", since=leader.since)
    with pytest.raises(NotAllowed, match="người khác với người đã ký"):
        sign_slot(own(round_, "CA", Role.CLERK), by=both, now=world.now)

    shown = client.get(page + "ky/").content.decode()
    assert "Con dấu số của" in shown
    world.pass_time(minutes=1)
    client.post(page + "ky/", {"text_hash": TEXT_HASH, "read": "on"})
    assert own(round_, "CA", Role.CLERK).signer == clerk.user
    sign_slot(own(round_, "QS"), by=world.mandate("leader:QS"), now=world.now)
    round_.refresh_from_db()
    assert round_.state == RoundState.SEALED
    head, trust = round_.head, TrustFolder.load(settings.DATA / "trust")
    expected = expected_for(head.sha256)
    assert [one.unit for one in expected or ()] == ["CA", "CA.dau", "QS"]
    for known in (expected, None):  # by the register, and by the file alone
        verdict = verify(head.file.read(), trust, known)
        assert (verdict.verdict, verdict.signed, verdict.expected) == ("valid", 3, 3), verdict.reason
    cut = verify(round_.revisions.get(number=1).file.read(), trust)
    assert cut.missing == ("CA.dau", "QS")


@pytest.mark.once
def test_certificates_that_name_the_body_alone_sign_and_stamp_and_the_file_says_so_by_itself(
    world: Any, real: Any
) -> None:
    world.add_clerk("CA")
    round_ = stamped(world)
    for role in (Role.LEADER, Role.CLERK):
        mine, key = own(round_, "CA", role), real.authority.leader(world.unit("CA").name)
        world.pass_time(minutes=1)
        begin_file(mine, by=world.mandate(f"{role}:CA"), now=world.now)
        field = mine.field if role == Role.LEADER else ""  # the clerk's tool makes a field of its own
        data = sign_elsewhere(round_.head.file.read(), key, field=field, stamper=real.stamper)
        return_file(mine, data, by=world.mandate(f"{role}:CA"), now=world.now)
    verdict = verify(round_.head.file.read(), TrustFolder.load(settings.TRUST))
    assert verdict.missing == ("QS",)
    assert [(one.unit, one.valid) for one in verdict.signatures] == [("CA", True), ("CA.dau", True)]


def test_a_stamp_in_an_ordered_round_and_one_without_its_leader_s_place(world: Any) -> None:
    world.add_clerk("CA")
    round_ = stamped(world, in_order=True)
    sign_slot(own(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
    with pytest.raises(WrongState, match=r"chờ Công an Thành phố \(con dấu\) ký trước"):
        sign_slot(own(round_, "QS"), by=world.mandate("leader:QS"), now=world.now)
    unit = world.unit("CA")
    with pytest.raises(ValueError, match="its leader's place"):
        open_signing_round(
            world.year,
            by=world.mandate("secretary:CQD"),
            now=world.now,
            title="x",
            pdf=paper(),
            slots=[SlotPlan.stamp(unit, 0, BOXES[1]), SlotPlan(unit, unit.leader_post, 0, BOXES[0])],
            text_hash=TEXT_HASH,
            code=new_code(),
        )


def test_a_file_stamped_before_its_leader_signed_is_not_valid(world: Any, tmp_path: Any) -> None:
    authority = TrialAuthority.open(tmp_path, world.now)
    trust, data = (
        TrustFolder.load(tmp_path / "trust"),
        prepare(
            paper(),
            [SlotSpec("CA", "Công an", 0, BOXES[0], 0), SlotSpec("CA.dau", "Công an (con dấu)", 0, BOXES[1], 1)],
        ),
    )
    stamper, revocation = authority.time_stamper(lambda: world.now), authority.revocation_data(world.now)

    def sealed(*codes: str) -> bytes:
        file = data
        for code in codes:
            key = authority.issue(code, "Công an", "Trưởng Ban", world.now)
            field = f"KY_{code.replace('.', '%2E')}"
            file = sign_field(file, field=field, key=key, stamper=stamper, now=world.now, trust=trust).data
        return add_seal(file, stamper=stamper, trust=trust, revocation=revocation)

    assert verify(sealed("CA", "CA.dau"), trust).verdict == "valid"
    wrong = verify(sealed("CA.dau", "CA"), trust)
    assert (wrong.verdict, wrong.code) == ("invalid", "order")
    assert "lãnh đạo của đơn vị chưa ký" in wrong.reason
