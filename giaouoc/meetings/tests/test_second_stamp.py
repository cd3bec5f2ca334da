"""The tally team's stamp at a conference: its page, the room's screen, the chair's warning, what the minutes say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from giaouoc.ballots.actions.conducting import end_stamping
from giaouoc.ballots.actions.second import give_second_key, give_up_second_stamp
from giaouoc.ballots.rules import blind
from giaouoc.ballots.rules.papers import key_code
from giaouoc.ballots.tests.stage import SECOND_KEY, TEST_KEY, Slip, stamped_twice
from giaouoc.meetings.actions.attendance import mark_left
from giaouoc.meetings.actions.balloting import (
    count_item_ballot,
    declare_item_ballot,
    open_item_ballot,
    stamp_item_paper,
)
from giaouoc.meetings.minutes import paper_of
from giaouoc.meetings.models import ItemBallot
from giaouoc.meetings.room import screen_of
from giaouoc.meetings.todos import todos

from . import stage

TELLER = "assessor:QS"
N = f"{SECOND_KEY.n:x}"


@pytest.fixture(autouse=True)
def _quick_keys(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA, settings.BALLOT_WINDOW = tmp_path, 0
    monkeypatch.setattr(blind, "KEY_BITS", 2048)
    monkeypatch.setattr(blind.PrivateKey, "fresh", classmethod(lambda cls, bits=0: TEST_KEY))


def put(world: Any) -> ItemBallot:
    """A motion that waits for the tally team's key."""
    item = stage.item(stage.sitting(world))
    who = {"by": world.mandate("leader:CQD"), "now": world.now, "teller": world.mandate(TELLER)}
    row = open_item_ballot(item, "motion", "blind", motion="Việc khác", **who)
    row.item.meeting = item.meeting
    return row


def keyed(world: Any) -> ItemBallot:
    """Its key is there."""
    row = put(world)
    give_second_key(row.ballot, N, by=world.mandate(TELLER), now=world.now)
    return row


def address(row: ItemBallot, *rest: str) -> str:
    return row.item.meeting.url("bo-phieu", row.pk, *rest)


def send(client: Any, url: str, **sent: str) -> Any:
    return client.post(url, json.dumps(sent), content_type="application/json")


def test_the_chair_names_who_stamps_second_and_only_for_a_verifiable_ballot(world: Any, client: Any) -> None:
    meeting = stage.sitting(world)
    form = f"{meeting.get_absolute_url()}muc/{stage.item(meeting).pk}/bo-phieu-kin/"
    chair = world.sign_in(client, "leader:CQD")
    page = chair.get(form).content.decode()
    teller = world.mandate(TELLER)
    assert f'value="{teller.pk}"' in page
    for who in ("leader:CQD", "observer", "administrator"):
        assert f'<option value="{world.mandate(who).pk}"' not in page
    typed = {"purpose": "motion", "motion": "Việc khác", "level": "detached", "teller": teller.pk}
    chair.post(form, typed)  # the box was out of sight: what stood in it is nothing
    first = ItemBallot.objects.get()
    assert (first.ballot.state, first.ballot.teller) == ("voting", None)
    chair.post(f"{address(first)}huy/", {"reason": "Thử"})
    assert chair.post(form, typed | {"level": "blind", "teller": world.mandate("observer").pk}).status_code == 422
    chair.post(form, typed | {"level": "blind"})
    second = ItemBallot.objects.latest("pk")
    assert (second.ballot.state, second.ballot.teller) == ("keying", teller)


def test_the_team_stamps_through_its_page_and_a_voter_gets_both(world: Any, client: Any) -> None:
    row = put(world)
    world.sign_in(client, "leader:CA")
    assert "Chờ Thẩm định · Quân sự Thành phố của tổ kiểm phiếu" in client.get(address(row)).content.decode()
    early = send(client, address(row, "dong-dau"), blinded="00", second="00")
    assert (early.status_code, "chưa tạo khóa" in early.json()["refused"]) == (409, True)
    assert client.get(f"/phieu-kin/{row.ballot.pk}/trang-thai/").json()["state"] == "keying"

    world.sign_in(client, TELLER)
    assert address(row, "dau-thu-hai") in client.get(address(row)).content.decode()
    assert "Tạo khóa trên máy này" in client.get(address(row, "dau-thu-hai")).content.decode()
    assert send(client, address(row, "dau-thu-hai", "khoa"), n="1").status_code == 422
    made = send(client, address(row, "dau-thu-hai", "khoa"), n=N).json()
    row.ballot.refresh_from_db()
    assert made == {"state": "stamping", "charter": row.ballot.charter()}
    told = client.get(f"/phieu-kin/{row.ballot.pk}/trang-thai/").json()
    assert told == {"state": "stamping", "charter": row.ballot.charter()}

    world.sign_in(client, "leader:CA")
    page = client.get(address(row)).content.decode()
    assert f'data-second="{N}"' in page and key_code(N)[:4].upper() in page
    slip = Slip.marked(row.ballot, [0])
    asked = {"blinded": slip.blinded, "second": slip.second_blinded}
    first = send(client, address(row, "dong-dau"), **asked).json()
    assert first["second"] == ""
    mark_left(row.item.meeting, world.unit("DHQG"), by=world.mandate("secretary:CQD"), now=world.now)

    world.sign_in(client, TELLER)
    roll = client.get(address(row, "dau-thu-hai", "dau")).json()
    assert (roll["state"], roll["key"]) == ("stamping", N)
    units = {one["unit"]: one for one in roll["roll"]}
    assert (units["CA"]["blinded"], units["CA"]["present"]) == (slip.second_blinded, True)
    assert (units["QS"]["blinded"], units["DHQG"]["present"]) == ("", False)
    stamp = blind.blind_sign(SECOND_KEY, bytes.fromhex(units["CA"]["blinded"])).hex()
    assert send(client, address(row, "dau-thu-hai", "dau"), unit="X", stamp=stamp).status_code == 409
    assert send(client, address(row, "dau-thu-hai", "dau"), unit="CA", stamp="00").status_code == 422
    after = send(client, address(row, "dau-thu-hai", "dau"), unit="CA", stamp=stamp).json()
    assert {one["unit"]: one["stamp"] for one in after["roll"]}["CA"] == stamp

    world.sign_in(client, "leader:CA")
    both = send(client, address(row, "dong-dau"), **asked).json()
    assert both == {"stamp": first["stamp"], "second": stamp}
    slip.finish(both["stamp"])
    slip.finish_second(both["second"])


@pytest.mark.parametrize("who", ["leader:CQD", "leader:QS", "secretary:CQD", "observer"])
def test_nobody_else_sees_the_teams_page_or_what_waits(world: Any, client: Any, who: str) -> None:
    row = keyed(world)
    world.sign_in(client, who)
    assert client.get(address(row, "dau-thu-hai")).status_code == 403
    assert client.get(address(row, "dau-thu-hai", "dau")).status_code == 403
    assert send(client, address(row, "dau-thu-hai", "khoa"), n=N).status_code == 403
    assert address(row, "dau-thu-hai") not in client.get(address(row)).content.decode()


def test_the_teams_page_opens_after_the_stamping_too_so_that_it_destroys_its_key(world: Any, client: Any) -> None:
    row = keyed(world)
    stamped_twice(world, row.ballot, CQD=0, UBND=0, CA=0)
    end_stamping(row.ballot, by=world.mandate("leader:CQD"), now=world.now)
    world.sign_in(client, TELLER)
    assert client.get(address(row, "dau-thu-hai")).status_code == 200
    assert client.get(address(row, "dau-thu-hai", "dau")).json()["state"] == "dropping"


def test_the_chair_is_told_who_waits_and_ends_it_only_knowing_them(world: Any, client: Any) -> None:
    row = keyed(world)
    stamped_twice(world, row.ballot, CQD=0, UBND=0, CA=0)
    slip = Slip.marked(row.ballot, [0])
    who = {"by": world.mandate("leader:DHQG"), "now": world.now}
    stamp_item_paper(row, world.unit("DHQG"), slip.blinded, second=slip.second_blinded, **who)
    chair = world.sign_in(client, "leader:CQD")
    page = chair.get(address(row)).content.decode()
    assert "1 đơn vị chờ dấu thứ hai của tổ kiểm phiếu: Đại học Quốc gia." in page
    assert (
        "Kết thúc dù Đại học Quốc gia còn chờ dấu" in page and '<input type="hidden" name="cho" value="DHQG">' in page
    )
    for known in ({}, {"cho": "CA"}, {"cho": "1"}):  # a page from before the unit waited
        answer = chair.post(address(row, "het-dong-dau"), known)
        assert (answer.status_code, "1 đơn vị còn chờ dấu thứ hai" in answer.content.decode()) == (409, True)
    chair.post(address(row, "het-dong-dau"), {"cho": "DHQG"})
    row.ballot.refresh_from_db()
    assert row.ballot.state == "dropping"
    page = chair.get(address(row)).content.decode()
    assert "Không có dấu thứ hai nên phiếu không vào hòm được: Đại học Quốc gia" in page


def test_the_chair_gives_the_second_stamp_up_with_a_reason_before_anybody_is_stamped(world: Any, client: Any) -> None:
    row = keyed(world)
    chair = world.sign_in(client, "leader:CQD")
    assert address(row, "mot-dau") in chair.get(address(row)).content.decode()
    assert "lại có thể đóng dấu thừa" in chair.get(address(row, "mot-dau")).content.decode()
    assert chair.post(address(row, "mot-dau"), {"reason": ""}).status_code == 422
    chair.post(address(row, "mot-dau"), {"reason": "Người của tổ kiểm phiếu phải về"})
    row.ballot.refresh_from_db()
    assert (row.ballot.state, row.ballot.teller) == ("stamping", None)
    world.sign_in(client, TELLER)
    assert client.get(address(row, "dau-thu-hai", "dau")).json()["state"] == "one-stamp"  # the page destroys its key
    world.sign_in(client, "leader:CQD")
    told = chair.get(f"/phieu-kin/{row.ballot.pk}/trang-thai/").json()
    assert told["charter"] == row.ballot.charter()  # open pages see that the code is another one
    page = chair.get(address(row)).content.decode()
    assert address(row, "mot-dau") not in page and 'data-second=""' in page
    assert "Người của tổ kiểm phiếu phải về" in page  # in the history


def test_the_room_shows_both_codes(world: Any) -> None:
    row = put(world)
    facts = {one["label"]: one.get("hash") or one.get("text") for one in screen_of(row.item.meeting, world.now).facts}
    assert facts["Mã lần bỏ phiếu"] == "chờ khóa của tổ kiểm phiếu"
    give_second_key(row.ballot, N, by=world.mandate(TELLER), now=world.now)
    stamped_twice(world, row.ballot, CQD=0)
    facts = {one["label"]: one.get("hash") or one.get("text") for one in screen_of(row.item.meeting, world.now).facts}
    assert (facts["Mã lần bỏ phiếu"], facts["Khóa của tổ kiểm phiếu"]) == (row.ballot.charter(), key_code(N))
    assert (facts["Đã nhận dấu"], facts["Đủ hai dấu"]) == ("1/5", "1/5")


def test_the_team_has_it_among_what_waits_for_it(world: Any) -> None:
    row = put(world)

    def waits(who: str) -> list[str]:
        return [one.url for one in todos([world.mandate(who)], world.now) if "dau-thu-hai" in one.url]

    assert waits(TELLER) == [address(row, "dau-thu-hai")]
    assert waits("leader:QS") == waits("assessor:CA") == []
    give_up_second_stamp(row.ballot, by=world.mandate("leader:CQD"), now=world.now, reason="x")
    assert waits(TELLER) == []


def said(world: Any, row: ItemBallot) -> list[str]:
    """What the minutes say once the ballot is declared."""
    by = world.mandate("leader:CQD")
    count_item_ballot(row, by=by, now=world.now)
    world.pass_time(minutes=11)
    declare_item_ballot(row, by=by, now=world.now)
    stage.closed(world, row.item.meeting)
    paper = paper_of(row.item.meeting, world.mandate("secretary:CQD"), world.now)
    return [one.text for part in paper.agenda for one in part.said]


def test_the_minutes_say_who_stamped_second_and_how_many(world: Any) -> None:
    row = keyed(world)
    slips = stamped_twice(world, row.ballot, CQD=0, UBND=0, CA=1)
    Slip.marked(row.ballot, [0]).stamp(world, "DHQG")
    end_stamping(row.ballot, by=world.mandate("leader:CQD"), now=world.now, without=["DHQG"])
    for slip in slips:
        slip.drop()
    words = said(world, row)
    assert any("phiếu đã đóng dấu 4, trong đó đủ hai dấu 3, phiếu vào hòm 3, chênh lệch 0" in one for one in words)
    assert "Đơn vị có mặt không nhận dấu, không bỏ phiếu: Quân sự Thành phố." in words
    assert "Đơn vị không có dấu thứ hai nên phiếu không vào hòm: Đại học Quốc gia." in words
    assert any(f"mã lần bỏ phiếu {row.ballot.charter()[:8].upper()}" in one for one in words)
    code = key_code(N)[:8].upper()
    assert any(f"của tổ kiểm phiếu (Thẩm định · Quân sự Thành phố, khóa {code})" in one for one in words)


def test_the_minutes_say_why_the_second_stamp_was_given_up(world: Any) -> None:
    row = put(world)
    give_up_second_stamp(row.ballot, by=world.mandate("leader:CQD"), now=world.now, reason="Máy hỏng")
    slips = [Slip.marked(row.ballot, [0]).stamp(world, code) for code in stage.ALL]
    end_stamping(row.ballot, by=world.mandate("leader:CQD"), now=world.now)
    for slip in slips:
        slip.drop()
    words = said(world, row)
    assert any("Đã thôi dấu thứ hai của tổ kiểm phiếu" in one and "Máy hỏng" in one for one in words)
    assert not any("hai dấu:" in one for one in words)
