"""Any document is signed by the same means: its own signers in or out of order, until a last day; ends that everybody hears of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from giaouoc.audit.trail import move
from giaouoc.clusters.models import Membership, Role
from giaouoc.lib.clock import local_date
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.notices.models import Message
from giaouoc.signing.actions.close import cancel_round, close_due_rounds, refuse_slot
from giaouoc.signing.actions.open_round import SlotPlan, open_signing_round
from giaouoc.signing.actions.sign import sign_slot
from giaouoc.signing.engine.trust import TrustFolder
from giaouoc.signing.engine.verify import verify
from giaouoc.signing.models import SigningRound, Slot
from giaouoc.signing.queries import expected_for, new_code
from giaouoc.signing.states import CLOSED, ROUND_MOVES, SLOT_MOVES, RoundState, SlotState
from giaouoc.signing.todos import todos

from .rounds import TEXT_HASH, paper, sign, slot


def two(world: Any, *, in_order: bool = False, days: int | None = None, member: str = "CA") -> SigningRound:
    """The head unit's secretary, then the leader of a member, sign a paper."""
    head, other = world.unit("CQD"), world.unit(member)
    return open_signing_round(
        world.year,
        by=world.mandate("secretary:CQD"),
        now=world.now,
        title="Biên bản thử",
        pdf=paper(),
        slots=[
            SlotPlan(head, "Thư ký", 0, (60, 400, 210, 470), role=Role.SECRETARY),
            SlotPlan(head, head.leader_post, 0, (230, 400, 380, 470)),
            SlotPlan(other, other.leader_post, 0, (400, 400, 550, 470)),
        ],
        text_hash=TEXT_HASH,
        code=new_code(),
        in_order=in_order,
        last_day=local_date(world.now) + timedelta(days=days) if days is not None else None,
        address=world.url("hoi-nghi/"),
    )


def own(round_: SigningRound, code: str, role: str = Role.LEADER) -> Slot:
    return Slot.objects.select_related("unit", "round__year__cluster").get(round=round_, unit__code=code, role=role)


def sign_all(world: Any, round_: SigningRound) -> None:
    sign_slot(own(round_, "CQD", Role.SECRETARY), by=world.mandate("secretary:CQD"), now=world.now)
    for code in ("CQD", "CA"):
        world.pass_time(minutes=1)
        sign_slot(own(round_, code), by=world.mandate(f"leader:{code}"), now=world.now)
    round_.refresh_from_db()


def test_two_of_one_unit_sign_each_with_a_key_of_its_own_and_the_file_is_valid(world: Any) -> None:
    round_ = two(world)
    with pytest.raises(NotAllowed, match="Chỉ thư ký"):
        sign_slot(own(round_, "CQD", Role.SECRETARY), by=world.mandate("leader:CQD"), now=world.now)
    with pytest.raises(NotAllowed, match="Chỉ lãnh đạo"):
        sign_slot(own(round_, "CQD"), by=world.mandate("secretary:CQD"), now=world.now)
    sign_all(world, round_)
    assert round_.state == RoundState.SEALED
    head = round_.head
    expected = expected_for(head.sha256)
    assert expected is not None
    assert [one.unit for one in expected] == ["CQD.thuky", "CQD", "CA"]
    assert len({one.certificate_sha256 for one in expected}) == 3
    verdict = verify(head.file.read(), TrustFolder.load(settings.DATA / "trust"), expected)
    assert (verdict.verdict, verdict.signed, verdict.expected) == ("valid", 3, 3)
    cut = round_.revisions.get(number=1).file.read()
    verdict = verify(cut, TrustFolder.load(settings.DATA / "trust"), expected)
    assert (verdict.verdict, verdict.missing) == ("invalid", ("CQD", "CA"))


def test_in_order_each_waits_for_who_stands_before(world: Any) -> None:
    round_ = two(world, in_order=True)
    with pytest.raises(WrongState, match=r"chờ Các cơ quan Đảng Thành phố \(thư ký\) ký trước"):
        sign(world, round_, "CA")
    assert [one.text for one in todos([world.mandate("secretary:CQD")], world.now)] == ["Ký: Biên bản thử"]
    assert all(one.waiting for one in todos([world.mandate("leader:CA")], world.now))
    sign_all(world, round_)
    assert round_.state == RoundState.SEALED
    assert todos([world.mandate(key) for key in world.roles], world.now) == []


def told(subject: str) -> set[str]:
    return set(Message.objects.filter(subject=subject).values_list("to__email", flat=True))


EVERYBODY = {
    f"{who}.{code}@giaouoc.test" for who in ("lanhdao", "thuky") for code in ("cqd", "ubnd", "ca", "qs", "dhqg")
}


def test_the_signers_are_asked_and_nobody_else(world: Any) -> None:
    two(world)
    assert told("Mời ký: Biên bản thử") == {
        "thuky.cqd@giaouoc.test",
        "lanhdao.cqd@giaouoc.test",
        "lanhdao.ca@giaouoc.test",
    }


def test_after_the_last_day_the_round_closes_by_itself_and_everybody_hears(world: Any) -> None:
    round_ = two(world, days=3)
    sign_slot(own(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
    world.pass_time(days=3)
    assert close_due_rounds(now=world.now) == 0
    world.pass_time(days=1)
    with pytest.raises(WrongState, match="Hạn ký là hết ngày"):
        sign_slot(own(round_, "CQD"), by=world.mandate("leader:CQD"), now=world.now)
    assert [close_due_rounds(now=world.now) for _ in range(2)] == [1, 0]
    round_.refresh_from_db()
    assert round_.state == RoundState.EXPIRED
    assert "Các cơ quan Đảng Thành phố (thư ký), Các cơ quan Đảng Thành phố" in round_.reason
    assert own(round_, "CA").state == SlotState.SIGNED  # kept as evidence
    assert told("Hết hạn ký: Biên bản thử") >= EVERYBODY | {"theodoi.btgdv@giaouoc.test"}
    with pytest.raises(WrongState, match="hết hạn ký"):
        sign_slot(own(round_, "CQD"), by=world.mandate("leader:CQD"), now=world.now)


def test_a_last_day_that_is_over_is_refused(world: Any) -> None:
    with pytest.raises(Invalid, match="trước hôm nay"):
        two(world, days=-1)


@pytest.mark.parametrize("signed", [False, True])
def test_a_unit_that_leaves_before_it_signed_ends_the_round(world: Any, signed: bool) -> None:
    round_ = two(world)
    if signed:
        sign_slot(own(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
    Membership.objects.filter(unit__code="CA").update(until=local_date(world.now))
    assert close_due_rounds(now=world.now) == 0  # its last day
    world.pass_time(days=1)
    assert close_due_rounds(now=world.now) == (0 if signed else 1)
    round_.refresh_from_db()
    assert round_.state == (RoundState.SIGNING if signed else RoundState.CANCELLED)
    if not signed:
        assert "Công an Thành phố không còn là thành viên" in round_.reason
        assert told("Đã dừng ký: Biên bản thử") >= {"lanhdao.cqd@giaouoc.test", "thuky.qs@giaouoc.test"}


ENDS = {
    RoundState.REFUSED: lambda world, round_: refuse_slot(
        own(round_, "CA"), by=world.mandate("leader:CA"), now=world.now, reason="Chưa đúng"
    ),
    RoundState.CANCELLED: lambda world, round_: cancel_round(
        round_, by=world.mandate("leader:CQD"), now=world.now, reason="Sửa lại"
    ),
    RoundState.EXPIRED: lambda world, round_: close_due_rounds(now=world.pass_time(days=9)),
    RoundState.SEALED: sign_all,
}


@pytest.mark.parametrize("end", ENDS, ids=str)
def test_what_has_ended_does_not_move_any_more(world: Any, end: RoundState) -> None:
    round_ = two(world, days=5)
    ENDS[end](world, round_)
    round_.refresh_from_db()
    assert round_.state == end
    for verb in ROUND_MOVES:
        with pytest.raises(WrongState):
            move(
                round_,
                verb,
                ROUND_MOVES,
                by=world.mandate("leader:CQD"),
                now=world.now,
                act="signing.cancel",
                reason="",
            )


@pytest.mark.parametrize(
    ("moves", "states", "ends"),
    [
        (ROUND_MOVES, RoundState, {*CLOSED, RoundState.SEALED}),
        (SLOT_MOVES, SlotState, {SlotState.SIGNED, SlotState.REFUSED}),
    ],
    ids=["round", "slot"],
)
def test_every_state_is_reached_and_only_ends_have_no_way_out(moves: Any, states: Any, ends: set[Any]) -> None:
    sources = {one for froms, _to in moves.values() for one in froms}
    assert set(states) - sources == ends
    assert {to for _froms, to in moves.values()} | {next(iter(states))} == set(states)


def test_the_ceremony_leads_each_signer_through_and_everybody_sees_how_far_it_is(world: Any, client: Any) -> None:
    round_ = two(world, in_order=True, days=2)
    at = world.url(f"ky-so/{round_.code}/")
    screen = world.sign_in(client, "leader:CA").get(at).content.decode()
    assert "mời Các cơ quan Đảng Thành phố (thư ký) ký" in screen
    assert "ký trước" in screen  # why this leader cannot sign yet
    assert world.sign_in(client, "leader:CA").get(f"{at}ky/").status_code == 409
    assert world.sign_in(client, "observer").get(f"{at}ky/").status_code == 404
    good = {"text_hash": TEXT_HASH, "read": "on"}
    for key in ("secretary:CQD", "leader:CQD"):
        assert "Ký văn bản" in world.sign_in(client, key).get(at).content.decode()
        assert client.get(f"{at}van-ban.pdf").content == round_.head.file.read()
        assert client.post(f"{at}ky/", {"text_hash": TEXT_HASH}).status_code == 422
        assert client.post(f"{at}ky/", good | {"text_hash": "0" * 64}).status_code == 409
        answer = client.post(f"{at}ky/", good)
        assert (answer.status_code, answer.url) == (302, world.url("hoi-nghi/"))
    assert "2/3 chữ ký" in client.get(at).content.decode()
    assert world.sign_in(client, "leader:CA").post(f"{at}tu-choi/", {"reason": " "}).status_code == 422
    assert client.post(f"{at}dung-ky/", {"reason": "Thử"}).status_code == 403
    assert client.post(f"{at}tu-choi/", {"reason": "Sai tên"}).status_code == 302
    assert "Sai tên" in client.get(at).content.decode()
    assert "Không hợp lệ." in client.get(f"/xac-minh/?ma={round_.code}").content.decode()


def test_the_head_unit_stops_the_signing_on_its_page(world: Any, client: Any) -> None:
    round_ = two(world)
    at = world.url(f"ky-so/{round_.code}/")
    assert "Dừng ký" in world.sign_in(client, "leader:CQD").get(at).content.decode()
    assert client.post(f"{at}dung-ky/", {"reason": ""}).status_code == 422
    assert client.post(f"{at}dung-ky/", {"reason": "Sửa lại"}).status_code == 302
    round_.refresh_from_db()
    assert (round_.state, round_.reason) == (RoundState.CANCELLED, "Sửa lại")
    assert client.post(f"{at}dong-niem/").status_code == 409
    assert slot(round_, "CA").state == SlotState.WAITING
