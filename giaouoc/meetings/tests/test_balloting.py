"""Secret ballots at a conference: on a text, an election, a motion; what they come to and what the minutes say."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from giaouoc.ballots.actions.conducting import end_stamping
from giaouoc.ballots.tests.stage import Slip
from giaouoc.clusters.queries import proposed_members
from giaouoc.documents.models import Adoption, Document
from giaouoc.lib import clock
from giaouoc.lib.clock import SetClock
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.meetings.actions.attendance import mark_left, mark_present
from giaouoc.meetings.actions.balloting import (
    cast_item_paper,
    count_item_ballot,
    declare_item_ballot,
    open_item_ballot,
    stamp_item_paper,
    void_item_ballot,
)
from giaouoc.meetings.actions.deciding import close_meeting, open_decision
from giaouoc.meetings.minutes import paper_of
from giaouoc.meetings.models import ItemBallot, Meeting

from . import stage


@pytest.fixture(autouse=True)
def _keys_apart(settings: Any, tmp_path: Any) -> None:
    settings.DATA = tmp_path


def put(world: Any, meeting: Meeting, purpose: str = "text", level: str = "detached", motion: str = "") -> ItemBallot:
    by = world.mandate("leader:CQD")
    row = open_item_ballot(stage.item(meeting), purpose, level, by=by, now=world.now, motion=motion)
    row.item.meeting = meeting
    return row


def cast(world: Any, row: ItemBallot, *papers: list[int]) -> ItemBallot:
    """The present units cast these papers; the box is closed."""
    codes = row.ballot.units
    for code, paper in zip(codes, papers, strict=False):
        cast_item_paper(row, world.unit(code), paper, by=world.mandate(f"leader:{code}"), now=world.now)
    count_item_ballot(row, by=world.mandate("leader:CQD"), now=world.now)
    return row


def declared(world: Any, row: ItemBallot) -> str:
    return declare_item_ballot(row, by=world.mandate("leader:CQD"), now=world.now)


@pytest.mark.parametrize(
    ("papers", "state"),
    [
        ([[0]] * 4 + [[1]], "adopted"),
        ([[0]] * 3 + [[1]] * 2, "drafting"),  # more than 2/3 of those present
        ([[1]] * 5, "drafting"),
    ],
)
def test_a_text_is_adopted_or_sent_back_by_the_rule_of_texts(world: Any, papers: Any, state: str) -> None:
    row = cast(world, put(world, stage.sitting(world)), *papers)
    declared(world, row)
    document = Document.objects.get()
    assert document.state == state
    assert row.text_hash == document.versions.exclude(frozen_at=None).get().content_hash


def test_a_text_with_a_long_title_is_adopted_by_secret_ballot(world: Any) -> None:
    """The result names the question, and that the title."""
    document = stage.tabled(world)
    Document.objects.filter(pk=document.pk).update(title=("Quy chế tổ chức và hoạt động của Cụm " * 9)[:299])
    document.refresh_from_db()
    row = put(world, stage.sitting(world, meeting=stage.convened(world, document=document)))
    words = declared(world, cast(world, row, *[[0]] * 5))
    adoption = Adoption.objects.get()
    assert adoption.result == words and len(words) > 300
    adoption.clean_fields()


def test_an_election_by_rotation_leaves_the_head_out_and_elects_both_posts(world: Any) -> None:
    stage.rule(world, "elect", {"share": "1/2", "strict": True, "base": "roll"}, "khoản 2 Điều 6")
    meeting = stage.sitting(world)
    row = put(world, meeting, "election")
    head, deputy = row.ballot.questions
    assert head["title"] == "Cụm trưởng năm 2027"
    assert "Các cơ quan Đảng Thành phố" not in head["options"]
    assert head["options"] == [*sorted(head["options"][:-1]), "Không bầu ai"]
    assert head["rule"]["basis"] == "khoản 2 Điều 6"
    ubnd, ca = head["options"].index("UBND Thành phố"), deputy["options"].index("Công an Thành phố")
    nobody = len(deputy["options"]) - 1
    words = declared(world, cast(world, row, *[[ubnd, ca]] * 3, [ubnd, nobody], [0, nobody]))
    assert "Cụm trưởng năm 2027: trúng: UBND Thành phố" in words
    assert "Cụm phó năm 2027: trúng: Công an Thành phố" in words
    assert "cần 3 trên 5 đơn vị thành viên" in words
    world.year.refresh_from_db()
    proposed = [(member.unit.code, member.role) for member in proposed_members(world.year, world.now)]
    assert proposed[:2] == [("UBND", "head"), ("CA", "deputy")]
    assert sorted(code for code, _role in proposed) == sorted(stage.ALL)


def test_without_rotation_only_the_deputy_is_elected(world: Any) -> None:
    stage.rule(world, "head.choice", "deputy_succeeds")
    row = put(world, stage.sitting(world), "election")
    assert [one["title"] for one in row.ballot.questions] == ["Cụm phó năm 2027"]


def test_a_motion_ties_by_the_rule_of_secret_ballots_without_casting_vote(world: Any) -> None:
    meeting = stage.sitting(world, ["CQD", "UBND", "CA", "QS"])
    row = put(world, meeting, "motion", motion="Đề nghị khen thưởng Công an Thành phố")
    words = declared(world, cast(world, row, [0], [0], [1], [1]))
    assert "bỏ phiếu lại" in words
    with pytest.raises(Invalid, match="nội dung đưa ra"):
        put(world, meeting, "motion")


def test_the_minutes_say_level_presence_and_count_but_no_unit_beside_a_choice(world: Any) -> None:
    meeting = stage.sitting(world)
    declared(world, cast(world, put(world, meeting), *[[0]] * 4, [1]))
    stage.closed(world, meeting)
    said = [
        one.text for part in paper_of(meeting, world.mandate("secretary:CQD"), world.now).agenda for one in part.said
    ]
    assert any("Bỏ phiếu kín (kín trên hệ thống)" in one and "phiếu thu về 5" in one for one in said)
    assert any("Tán thành 4, Không tán thành 1, Không có ý kiến 0; cần 4 trên 5 đơn vị có mặt" in one for one in said)
    assert not any("Công an" in one for one in said)


def test_few_voters_show_no_figures_on_the_page_or_in_the_minutes(world: Any) -> None:
    stage.rule(world, "ballot.small", 6)
    meeting = stage.sitting(world)
    words = declared(world, cast(world, put(world, meeting, "motion", motion="Việc khác"), *[[0]] * 4, [1]))
    assert words == "Việc khác: đạt"


def test_one_thing_at_a_time(world: Any) -> None:
    meeting = stage.sitting(world)
    row = put(world, meeting)
    by = {"by": world.mandate("leader:CQD"), "now": world.now}
    with pytest.raises(WrongState, match="chưa công bố"):
        open_decision(stage.item(meeting), **by)
    with pytest.raises(WrongState, match="chưa công bố"):
        close_meeting(meeting, **by)
    with pytest.raises(WrongState, match="Chưa kiểm phiếu"):
        declare_item_ballot(row, **by)
    void_item_ballot(row, **by, reason="Mất điện")
    assert row.ballot.state == row.state == "void"
    close_meeting(meeting, **by)


def test_without_quorum_no_ballot(world: Any) -> None:
    meeting = stage.sitting(world)
    for code in ("CA", "QS"):
        mark_left(meeting, world.unit(code), by=world.mandate("secretary:CQD"), now=world.now)
    with pytest.raises(WrongState, match="túc số"):
        put(world, meeting)


def left(world: Any, row: ItemBallot, *codes: str) -> None:
    for code in codes:
        mark_left(row.item.meeting, world.unit(code), by=world.mandate("secretary:CQD"), now=world.now)


def test_a_unit_that_left_casts_no_paper_and_gets_no_stamp(world: Any, client: Any) -> None:
    row = put(world, stage.sitting(world), "motion", motion="Việc khác")
    page = row.item.meeting.url("bo-phieu", row.pk)
    assert "Bỏ phiếu vào hòm" in world.sign_in(client, "leader:CA").get(page).content.decode()
    left(world, row, "CA")
    assert "Bỏ phiếu vào hòm" not in client.get(page).content.decode()
    with pytest.raises(WrongState, match="Công an Thành phố đã rời hội nghị"):
        cast_item_paper(row, world.unit("CA"), [0], by=world.mandate("leader:CA"), now=world.now)
    cast_item_paper(row, world.unit("QS"), [0], by=world.mandate("leader:QS"), now=world.now)
    assert row.ballot.papers.count() == 1
    void_item_ballot(row, by=world.mandate("leader:CQD"), now=world.now, reason="Lần sau")

    row = put(world, row.item.meeting, "motion", "blind", "Việc khác")
    slip = Slip.marked(row.ballot, [0])
    mark_present(row.item.meeting, world.unit("CA"), by=world.mandate("secretary:CQD"), now=world.now)
    left(world, row, "QS")
    with pytest.raises(WrongState, match="Quân sự Thành phố đã rời hội nghị"):
        stamp_item_paper(row, world.unit("QS"), slip.blinded, by=world.mandate("leader:QS"), now=world.now)


def test_a_stamp_that_was_given_is_fetched_also_by_a_unit_that_left(world: Any) -> None:
    row = put(world, stage.sitting(world), "motion", "blind", "Việc khác")
    blinded, who = Slip.marked(row.ballot, [0]).blinded, {"by": world.mandate("leader:CA"), "now": world.now}
    stamp = stamp_item_paper(row, world.unit("CA"), blinded, **who)
    left(world, row, "CA")
    assert stamp_item_paper(row, world.unit("CA"), blinded, **who) == stamp


def test_a_ballot_stops_when_the_quorum_is_lost(world: Any) -> None:
    """Neither a paper nor the count nor the declaration, until enough units are there again."""
    row, by = put(world, stage.sitting(world)), {"by": world.mandate("leader:CQD"), "now": world.now}
    for code in ("CQD", "UBND", "CA"):
        cast_item_paper(row, world.unit(code), [0], by=world.mandate(f"leader:{code}"), now=world.now)
    left(world, row, "UBND", "CA")
    with pytest.raises(WrongState, match="túc số"):
        cast_item_paper(row, world.unit("QS"), [0], by=world.mandate("leader:QS"), now=world.now)
    with pytest.raises(WrongState, match="túc số"):
        count_item_ballot(row, **by)
    mark_present(row.item.meeting, world.unit("CA"), by=world.mandate("secretary:CQD"), now=world.now)
    count_item_ballot(row, **by)
    left(world, row, "CA")
    with pytest.raises(WrongState, match="túc số"):
        declare_item_ballot(row, **by)
    assert Document.objects.get().state == "tabled"


@pytest.mark.parametrize("who", ["secretary:CQD", "leader:CA", "observer", "administrator"])
def test_only_the_chair_opens_declares_and_gives_up(world: Any, who: str) -> None:
    meeting = stage.sitting(world)
    by = {"by": world.mandate(who), "now": world.now}
    with pytest.raises(NotAllowed):
        open_item_ballot(stage.item(meeting), "text", "detached", **by)
    row = cast(world, put(world, meeting), *[[0]] * 5)
    with pytest.raises(NotAllowed):
        declare_item_ballot(row, **by)
    with pytest.raises(NotAllowed):
        void_item_ballot(row, **by, reason="x")


def test_a_detached_vote_through_the_pages(world: Any, client: Any) -> None:
    meeting = stage.sitting(world)
    page = meeting.get_absolute_url()
    chair = world.sign_in(client, "leader:CQD")
    item = stage.item(meeting).pk
    answer = chair.post(f"{page}muc/{item}/bo-phieu-kin/", {"purpose": "text", "level": "detached", "motion": ""})
    address = answer["Location"]
    world.sign_in(client, "leader:CA")
    assert "Bỏ phiếu vào hòm" in client.get(address).content.decode()
    assert "Mỗi nội dung" in client.post(f"{address}phieu/", {"q0": "7"}, follow=True).content.decode()
    answer = client.post(f"{address}phieu/", {"q0": "0"}, follow=True).content.decode()
    assert "Phiếu của đơn vị đã vào hòm" in answer
    assert "Còn chờ" not in answer  # one of five: who has voted is not named yet
    for code in ("UBND", "QS", "DHQG", "CQD"):
        world.sign_in(client, f"leader:{code}")
        client.post(f"{address}phieu/", {"q0": "0"})
    assert "Tán thành 5" not in client.get(address).content.decode()
    client.post(f"{address}kiem-phieu/")
    client.post(f"{address}cong-bo/")
    assert "Tán thành 5" in client.get(address).content.decode()
    assert Document.objects.get().state == "adopted"


def test_a_blind_vote_through_the_pages_and_the_public_list(world: Any, client: Any, settings: Any) -> None:
    settings.BALLOT_WINDOW = 0
    row = put(world, stage.sitting(world), level="blind")
    address = f"{row.item.meeting.get_absolute_url()}bo-phieu/{row.pk}/"
    slips = []
    for place, code in zip([0, 0, 0, 0, 1], stage.ALL, strict=True):
        world.sign_in(client, f"leader:{code}")
        slip = Slip.marked(row.ballot, [place])
        body = json.dumps({"blinded": slip.blinded})
        first = client.post(f"{address}dong-dau/", body, content_type="application/json").json()
        assert client.post(f"{address}dong-dau/", body, content_type="application/json").json() == first
        slips.append(slip.stamp(world, code))
    refused = client.post(f"{address}dong-dau/", json.dumps({"blinded": "00"}), content_type="application/json")
    assert (refused.status_code, "đã được đóng dấu" in refused.json()["refused"]) == (409, True)
    world.sign_in(client, "leader:CQD")
    client.post(f"{address}het-dong-dau/")
    client.logout()
    box = f"/phieu-kin/{row.ballot.pk}/"
    assert client.get(f"{box}trang-thai/").json() == {"state": "dropping"}
    assert client.get(f"{box}phieu.json").status_code == 404
    for slip in slips[:4]:
        pasted = json.dumps({"prefix": slip.prefix, "body": slip.body, "signature": slip.signature})
        assert "Phiếu đã vào hòm" in client.post(f"{box}bo/", {"phieu": pasted}).content.decode()
    assert "không phải phiếu mang dấu" in client.post(f"{box}bo/", {"phieu": "{"}).content.decode()
    world.sign_in(client, "leader:CQD")
    client.post(f"{address}kiem-phieu/")
    waiting = client.get(address).content.decode()
    assert "Công bố được từ" in waiting
    for page in (waiting, client.get(box).content.decode()):  # both take themselves anew when the ten minutes are over
        (seconds,) = re.findall(r'data-fresh="(\d+)"', page)
        assert 590 <= int(seconds) <= 600
    assert (
        "data-fresh" not in client.post(f"{box}bo/", {"phieu": "{"}).content.decode()
    )  # that page is not asked for again
    early = client.post(f"{address}cong-bo/")
    assert (early.status_code, "nêu phiếu bị thiếu" in early.content.decode()) == (409, True)
    missing = json.dumps({"prefix": slips[4].prefix, "body": slips[4].body, "signature": slips[4].signature})
    assert "đã ghi nhận là phiếu bị thiếu" in client.post(f"{box}bo/", {"phieu": missing}).content.decode()
    later = SetClock(clock.current().now() + timedelta(minutes=11))
    before = clock.install(later)
    assert not any("data-fresh" in client.get(one).content.decode() for one in (address, box))
    client.post(f"{address}cong-bo/")
    clock.install(before)
    client.logout()
    assert Document.objects.get().state == "adopted"  # four of five are for it, with the missing paper and without
    page = client.get(box).content.decode()
    assert "1 phiếu đã đóng dấu không vào hòm" in page
    assert all(json.loads(slip.body)["code"] in page for slip in slips[:4])
    assert len(client.get(f"{box}phieu.json").json()["papers"]) == 4


def test_a_missing_paper_that_changes_the_result_stops_its_declaration(world: Any, client: Any) -> None:
    row, by = put(world, stage.sitting(world), "motion", "blind", "Việc khác"), world.mandate("leader:CQD")
    slips = []
    for code, place in zip(stage.ALL, [0, 0, 1, 1, 0], strict=True):
        slip = Slip.marked(row.ballot, [place])
        slips.append(slip.stamp(world, code))
    end_stamping(row.ballot, by=by, now=world.now)
    for slip in slips[:4]:
        slip.drop()
    world.pass_time(seconds=61)
    count_item_ballot(row, by=by, now=world.now)
    slips[4].now = world.now
    slips[4].drop()
    world.pass_time(minutes=11)
    with pytest.raises(WrongState, match="1 phiếu mang dấu không có trong danh sách"):
        declared(world, row)
    address = row.ballot.get_absolute_url()
    assert "không phải là kết quả" not in client.get(address).content.decode()
    void_item_ballot(row, by=by, now=world.now, reason="Có phiếu bị thiếu")
    page = client.get(address).content.decode()  # whoever has the address reads no result where there is none
    assert "Lần bỏ phiếu này đã hủy sau khi kiểm phiếu" in page
    assert "Đã kiểm phiếu" not in page and "người chủ trì công bố" not in page


def test_counted_papers_are_typed_in_by_two_units(world: Any, client: Any) -> None:
    row = put(world, stage.sitting(world), level="paper")
    address = f"{row.item.meeting.get_absolute_url()}bo-phieu/{row.pk}/"
    world.sign_in(client, "leader:CQD")
    assert client.get(f"{address}phieu-giay/").content.decode().count('class="paper"') == 5
    typed = {"issued": "5", "spoiled": "0", "v0_0": "4", "v0_1": "1", "v0_2": "0"}
    world.sign_in(client, "secretary:CQD")
    wrong = client.post(f"{address}nhap/", typed | {"v0_1": "3"})
    assert (wrong.status_code, "không khớp" in wrong.content.decode()) == (422, True)
    client.post(f"{address}nhap/", typed)
    world.sign_in(client, "secretary:CA")
    page = client.get(f"{address}nhap/").content.decode()
    assert 'value="4"' not in page  # nobody copies the other's figures
    client.post(f"{address}nhap/", typed)
    row.ballot.refresh_from_db()
    assert (row.ballot.state, row.ballot.votes) == ("closed", [[4, 1, 0]])


@pytest.mark.parametrize("level", ["detached", "blind", "paper"])
def test_each_level_says_what_it_promises_and_what_not(world: Any, client: Any, level: str) -> None:
    row = put(world, stage.sitting(world), level=level)
    world.sign_in(client, "leader:CA")
    page = client.get(f"{row.item.meeting.get_absolute_url()}bo-phieu/{row.pk}/").content.decode()
    assert "Hứa:" in page and "Không hứa:" in page


def test_the_rooms_screen_shows_code_and_papers_never_a_choice(world: Any) -> None:
    from giaouoc.meetings.room import mark_of, screen_of

    row = put(world, stage.sitting(world), level="blind")
    meeting = row.item.meeting
    screen, before = screen_of(meeting, world.now), mark_of(meeting.pk, meeting.audit_chain)
    facts = {one["label"]: one.get("hash") or one.get("text") for one in screen.facts}
    assert facts["Mã lần bỏ phiếu"] == row.ballot.charter()
    assert (facts["Đã nhận dấu"], facts["Phiếu trong hòm"]) == ("0/5", "0/5")
    slips = [Slip.marked(row.ballot, [0]).stamp(world, code) for code in stage.ALL]
    end_stamping(row.ballot, by=world.mandate("leader:CQD"), now=world.now)
    middle = mark_of(meeting.pk, meeting.audit_chain)
    slips[0].drop()
    assert (
        len({before, middle, mark_of(meeting.pk, meeting.audit_chain)}) == 3
    )  # the screen hears of a paper that leaves no act
    screen = screen_of(meeting, world.now)
    assert not any(option in str(screen) for option in ("Tán thành", "Không tán thành"))


def test_at_the_box_s_own_host_name_only_secret_ballots_answer_and_without_cookies(
    world: Any, client: Any, settings: Any
) -> None:
    row = put(world, stage.sitting(world), level="blind")
    page = f"{row.item.meeting.get_absolute_url()}bo-phieu/{row.pk}/"
    world.sign_in(client, "leader:CA")
    assert "Phiếu vào hòm cũng ở máy chủ này." in client.get(page).content.decode()
    settings.ALLOWED_HOSTS, settings.BALLOT_HOST = ["testserver", "phieu.example"], "https://phieu.example"
    voting = client.get(page).content.decode()
    assert f'data-drop-url="https://phieu.example/phieu-kin/{row.ballot.pk}/bo/"' in voting
    assert "Phiếu vào hòm ở tên máy chủ riêng" in voting
    apart = {"headers": {"host": "phieu.example"}}
    assert client.get(page, **apart)["Location"] == settings.BASE_URL + page
    for name in ("phieu.example", "phieu.example.", "phieu.example:443", "PHIEU.example:8443"):
        assert client.post("/dang-nhap/", {}, headers={"host": name}).status_code == 404
    listed = client.get(f"/phieu-kin/{row.ballot.pk}/", **apart)
    assert (listed.status_code, dict(listed.cookies)) == (200, {})
    assert "lanhdao.ca" not in listed.content.decode()  # the session of the site is not heard there
    state = client.get(f"/phieu-kin/{row.ballot.pk}/trang-thai/", **apart)
    assert (state.json(), state["Access-Control-Allow-Origin"]) == ({"state": "stamping"}, "*")
    answer = client.post(f"/phieu-kin/{row.ballot.pk}/bo/", "{}", content_type="text/plain", **apart)
    assert (answer.json(), answer["Access-Control-Allow-Origin"]) == ({"answer": "refused"}, "*")


def test_a_declaration_that_read_the_ballot_before_its_count_waits_ten_minutes_too(world: Any, settings: Any) -> None:
    settings.BALLOT_WINDOW = 0
    by = {"by": world.mandate("leader:CQD"), "now": world.now}
    row = put(world, stage.sitting(world), level="blind")
    slips = [Slip.marked(row.ballot, [0]).stamp(world, code) for code in stage.ALL]
    end_stamping(row.ballot, **by)
    for slip in slips[:3]:
        slip.drop()
    stale = ItemBallot.objects.select_related("ballot", "item__meeting__year").get(pk=row.pk)
    count_item_ballot(ItemBallot.objects.get(pk=row.pk), **by)
    with pytest.raises(WrongState, match="Công bố được từ"):
        declare_item_ballot(stale, **by)
