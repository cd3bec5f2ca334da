"""Secret ballots: one paper a unit, nothing before the close, nothing stored that tells who voted what."""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from giaouoc.ballots.actions.casting import drop_paper, stamp_paper
from giaouoc.ballots.actions.conducting import close_ballot, enter_tally, void_ballot
from giaouoc.ballots.models import Ballot, Paper, TallyEntry, Voter
from giaouoc.ballots.queries import listed, missing_of, progress_of, published
from giaouoc.ballots.rules import blind
from giaouoc.ballots.rules.recount import recount
from giaouoc.clusters.models import Mandate, Role
from giaouoc.lib import clock
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState

from . import stage
from .stage import Slip, cast, chair, counted, dropping, opened, stamped

FIVE = {"CQD": 0, "UBND": 1, "CA": 0, "QS": 0, "DHQG": 2}


@pytest.fixture(autouse=True)
def _quick_keys(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA = tmp_path
    monkeypatch.setattr(blind, "KEY_BITS", 2048)
    monkeypatch.setattr(blind.PrivateKey, "fresh", classmethod(lambda cls, bits=0: stage.TEST_KEY))


def everything() -> dict[str, list[str]]:
    """Every row of every table as text, in the order in which the database itself holds them."""
    found = {}
    for model in apps.get_models():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            found[model._meta.label] = [repr(row) for row in cursor.fetchall()]
    return found


def masked(label: str, row: str) -> str:
    """Without what is drawn at random (hex of 8 letters or more, words of a code) and, except on papers, any number."""
    row = re.sub(r"[0-9a-fA-F]{8}-[0-9a-f-]{27}|[0-9a-fA-F]{8,}|[a-z]{2,4}-[a-z]{2,4}-[a-z]{2,4}", "#", row)
    return row if label == "ballots.Paper" else re.sub(r"\d+", "n", row)


def added(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, Counter[str]]:
    """The rows of each table that came, masked."""
    new = {label: Counter(rows) - Counter(before[label]) for label, rows in after.items()}
    return {label: Counter(masked(label, row) for row in rows.elements()) for label, rows in new.items() if rows}


def _held(world: Any, level: str, choices: dict[str, int]) -> dict[str, Counter[str]]:
    """One ballot from opening to count; what it left in the database."""
    with transaction.atomic():
        before = everything()
        two = level == "two stamps"
        ballot = stage.two_stamps(world) if two else opened(world, level)
        if ballot.is_blind:
            slips = stage.stamped_twice(world, ballot, **choices) if two else stamped(world, ballot, **choices)
            dropping(world, ballot)
            for slip in slips:
                slip.drop()
        else:
            cast(world, ballot, **choices)
        counted(world, ballot)
        found = added(before, everything())
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("level", ["detached", "blind", "two stamps"])
def test_the_database_is_the_same_whoever_voted_what(world: Any, level: str) -> None:
    """Two ballots with the same papers, given by other units in the same order: no row of any table differs.

    The trail, the sessions, the roll, the papers: what is drawn at random is masked, for it is drawn alike."""
    other = {"CQD": 2, "UBND": 0, "CA": 0, "QS": 1, "DHQG": 0}
    one, two = _held(world, level, FIVE), _held(world, level, other)

    assert set(one) == set(two) >= {"ballots.Paper", "ballots.Voter", "audit.AuditEvent"}
    for label, rows in one.items():
        assert rows == two[label], label


@pytest.mark.parametrize("level", ["detached", "blind"])
def test_the_trail_of_a_closed_ballot_tells_no_choice_and_no_order(world: Any, level: str) -> None:
    from giaouoc.audit.models import AuditEvent

    before = set(AuditEvent.objects.values_list("pk", flat=True))
    ballot = opened(world, level)
    if level == "blind":
        slips = stamped(world, ballot, **FIVE)
        dropping(world, ballot)
        for slip in reversed(slips):
            slip.drop()
    else:
        cast(world, ballot, **FIVE)
    counted(world, ballot)
    events = AuditEvent.objects.exclude(pk__in=before).order_by("pk")
    verbs = Counter(one.verb for one in events)
    assert verbs == {"ballots.open": 1, "ballots.close": 1} | (
        {"ballots.stamp": 5, "ballots.end_stamping": 1} if level == "blind" else {}
    )
    text = json.dumps([one.data for one in events], ensure_ascii=False)
    assert not any(option in text for option in stage.MOTION["options"])
    papers = list(Paper.objects.filter(ballot=ballot))
    assert not any(paper.digest in text or str(paper.pk) in text for paper in papers)


@pytest.mark.parametrize("level", ["detached", "blind"])
def test_rows_lie_in_an_order_that_says_nothing(world: Any, level: str) -> None:
    if connection.vendor == "postgresql":
        with (
            connection.cursor() as cursor
        ):  # no room that other tests left, into which rows would be put here and there
            cursor.execute('TRUNCATE "ballots_paper"')
    ballot = opened(world, level)
    if level == "blind":
        slips = [
            Slip.marked(ballot, [0], code).stamp(world, unit)
            for code, unit in zip(["xe-xe-xe", "an-an-an", "mo-mo-mo"], stage.ALL, strict=False)
        ]
        dropping(world, ballot)
        world.pass_time(minutes=2)
        early = [slip.drop() for slip in slips]
        assert early == ["taken"] * 3
    else:
        cast(world, ballot, **FIVE)
    keys_before = set(Paper.objects.values_list("pk", flat=True))
    counted(world, ballot)
    with connection.cursor() as cursor:
        cursor.execute('SELECT digest, body FROM "ballots_paper"')
        rows = cursor.fetchall()
    if level == "blind":
        codes = [json.loads(body)["code"] for _digest, body in rows]
        assert codes == ["an-an-an", "mo-mo-mo", "xe-xe-xe"]
    else:
        assert rows == sorted(rows)
    assert not keys_before & set(Paper.objects.values_list("pk", flat=True))  # written anew
    assert not {field.name for field in Paper._meta.get_fields()} & {
        "voter",
        "unit",
        "by",
        "at",
        "created_at",
        "number",
    }


def test_nothing_is_logged_of_a_vote(world: Any, client: Any, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    ballot = opened(world, "blind")
    slips = stamped(world, ballot, **FIVE)
    dropping(world, ballot)
    for slip in slips:
        sent = {"prefix": slip.prefix, "body": slip.body, "signature": slip.signature}
        address = f"/phieu-kin/{ballot.pk}/bo/"
        assert client.post(address, json.dumps(sent), content_type="application/json").json() == {"answer": "taken"}
    logged = "\n".join(one.getMessage() for one in caplog.records if not one.name.startswith("django.db"))
    for slip in slips:
        assert json.loads(slip.body)["code"] not in logged
        assert slip.prefix not in logged
    assert "127.0.0.1" not in logged
    assert not client.cookies  # the box gives no cookie and asks for none


@pytest.mark.parametrize("level", ["detached", "blind"])
def test_nobody_votes_twice(world: Any, level: str) -> None:
    ballot = opened(world, level)
    if level == "detached":
        cast(world, ballot, CA=0)
        with pytest.raises(WrongState, match="mỗi đơn vị bỏ một phiếu"):
            cast(world, ballot, CA=1)
        assert Paper.objects.count() == 1
        return
    slip = Slip.marked(ballot, [0]).stamp(world, "CA")
    with pytest.raises(WrongState, match="đã được đóng dấu"):
        Slip.marked(ballot, [1]).stamp(world, "CA")
    stamped(world, ballot, UBND=0, DHQG=0)
    dropping(world, ballot)
    assert [slip.drop(), slip.drop()] == ["taken", "taken"]
    assert Paper.objects.count() == 1


def test_a_lost_reply_is_fetched_again_and_stays_the_same(world: Any) -> None:
    ballot = opened(world, "blind")
    slip = Slip.marked(ballot, [0]).stamp(world, "CA")
    stamped(world, ballot, UBND=0, DHQG=0)
    again = stamp_paper(ballot, world.unit("CA"), slip.blinded, by=world.mandate("leader:CA"), now=world.now)
    assert again == Voter.objects.get(unit__code="CA").stamp
    dropping(world, ballot)  # the key is gone: what was stamped is still given
    assert stamp_paper(ballot, world.unit("CA"), slip.blinded, by=world.mandate("leader:CA"), now=world.now) == again


def test_a_stamp_whose_reply_was_lost_is_fetched_after_the_count_too_so_that_the_missing_paper_proves_itself(
    world: Any,
) -> None:
    ballot, ca = opened(world, "blind"), world.unit("CA")
    late, other = Slip.marked(ballot, [0]), Slip.marked(ballot, [0])
    asked = {"by": world.mandate("leader:CA"), "now": world.now}
    stamp_paper(ballot, ca, late.blinded, **asked)  # the phone never got it
    slips = stamped(world, ballot, UBND=0, DHQG=0, QS=0)
    dropping(world, ballot)
    for slip in slips:
        slip.drop()
    world.pass_time(seconds=61)
    counted(world, ballot)
    asked["now"] = late.now = world.now
    with pytest.raises(WrongState, match="đã được đóng dấu"):
        stamp_paper(ballot, ca, other.blinded, **asked)
    with pytest.raises(NotAllowed):
        stamp_paper(ballot, ca, late.blinded, **asked | {"by": world.mandate("leader:QS")})
    with pytest.raises(WrongState, match="đã đóng"):  # never stamped: nothing is stamped now
        stamp_paper(ballot, world.unit("CQD"), other.blinded, **asked | {"by": world.mandate("leader:CQD")})
    late.finish(stamp_paper(ballot, ca, late.blinded, **asked))
    assert (late.drop(), missing_of(ballot)["count"]) == ("missing", 1)
    world.pass_time(minutes=10)
    with pytest.raises(WrongState, match="đã đóng"):
        stamp_paper(ballot, ca, late.blinded, **asked | {"now": world.now})


def test_the_key_is_destroyed_when_stamping_ends_and_no_stamp_comes_after(world: Any) -> None:
    ballot = opened(world, "blind")
    assert stage.key_is_there(ballot)
    stamped(world, ballot, CA=0, UBND=0, DHQG=0)
    dropping(world, ballot)
    assert not stage.key_is_there(ballot)
    with pytest.raises(WrongState, match="hết thời gian đóng dấu"):
        Slip.marked(ballot, [0]).stamp(world, "QS")


def test_the_private_key_is_in_no_table(world: Any) -> None:
    opened(world, "blind")
    text = json.dumps(everything())
    for number in (stage.TEST_KEY.p, stage.TEST_KEY.q):
        assert f"{number:x}" not in text and str(number) not in text


def test_a_ballot_given_up_destroys_key_and_papers(world: Any) -> None:
    ballot = opened(world, "blind")
    stamped(world, ballot, CA=0)
    void_ballot(ballot, by=chair(world), now=world.now, reason="Mất điện")
    assert not stage.key_is_there(ballot)
    assert not Paper.objects.exists()


def test_the_box_takes_only_stamped_papers_and_only_in_its_time(world: Any) -> None:
    ballot = opened(world, "blind", ["CA", "UBND", "DHQG", "QS"])
    slip, *others, late = stamped(world, ballot, CA=0, UBND=1, DHQG=0, QS=0)
    assert slip.drop() == "early"
    dropping(world, ballot)
    forged = Slip.marked(ballot, [1])
    forged.signature = slip.signature
    assert forged.drop() == "refused"
    changed = slip.body.replace("[0]", "[1]")
    assert drop_paper(ballot, slip.prefix, changed, slip.signature, now=world.now) == "refused"
    assert [one.drop() for one in (slip, *others)] == ["taken"] * 3
    with pytest.raises(WrongState, match="chưa vào hòm"):
        counted(world, ballot)
    world.pass_time(seconds=61)
    counted(world, ballot)
    assert (slip.drop(), late.drop(), late.drop()) == (
        "counted",
        "missing",
        "missing",
    )  # the missing slip proves itself
    assert ballot.received == 3
    assert missing_of(ballot) == {"count": 1, "codes": [json.loads(late.body)["code"]], "changes": True}
    file = published(ballot)
    found = recount(file)
    assert (found["missing"], found["faults"]) == (
        1,
        ["1 phiếu mang dấu không có trong danh sách; đếm cả thì kết quả khác"],
    )
    forged = file | {"missing": [file["missing"][0] | {"signature": file["papers"][0]["signature"]}]}
    assert recount(forged)["faults"] == ["một phiếu nêu là bị thiếu không mang dấu của lần bỏ phiếu này"]
    with pytest.raises(DatabaseError), transaction.atomic():
        ballot.missing.all().delete()


def test_a_missing_paper_is_noted_in_ten_minutes_after_the_count_and_no_longer(world: Any) -> None:
    ballot = opened(world, "blind")
    *papers, late = stamped(world, ballot, CA=0, UBND=0, QS=0, DHQG=0, CQD=0)
    dropping(world, ballot)
    for slip in papers:
        slip.drop()
    world.pass_time(seconds=61)
    counted(world, ballot)
    after = [timedelta(), timedelta(minutes=9, seconds=59, milliseconds=500), timedelta(minutes=10)]
    assert [ballot.objections_left(ballot.closed_at + one) for one in after] == [600, 1, 0]
    late.now = ballot.closed_at + timedelta(minutes=10)
    assert (late.drop(), missing_of(ballot)["count"]) == ("over", 0)
    late.now -= timedelta(seconds=1)
    assert (late.drop(), missing_of(ballot)["changes"]) == ("missing", False)  # four of five were enough without it


class Waited(clock.SetClock):
    """Between the begin of a request and its turn at the ballot two seconds go by."""

    def now(self) -> datetime:
        self.forward(seconds=2)
        return super().now()


def test_a_missing_paper_that_waited_for_its_turn_until_the_time_was_over_is_not_noted(world: Any, client: Any) -> None:
    ballot = opened(world, "blind")
    *papers, late = stamped(world, ballot, CA=0, UBND=0, QS=0, DHQG=0, CQD=0)
    dropping(world, ballot)
    for slip in papers:
        slip.drop()
    world.pass_time(seconds=61)
    counted(world, ballot)
    assert ballot.objections_until is not None
    pasted = {"phieu": json.dumps({"prefix": late.prefix, "body": late.body, "signature": late.signature})}
    before = clock.install(Waited(ballot.objections_until - timedelta(seconds=3)))
    try:
        page = client.post(f"/phieu-kin/{ballot.pk}/bo/", pasted).content.decode()
    finally:
        clock.install(before)
    assert ("Đã hết thời gian nêu phiếu bị thiếu" in page, missing_of(ballot)["count"]) == (True, 0)


def test_one_stamp_is_one_paper_in_one_spelling(world: Any) -> None:
    """The same signed bytes, cut otherwise between prefix and body or written otherwise, are no further paper."""
    ballot = opened(world, "blind")
    slip = Slip.marked(ballot, [1])
    head = slip.prefix[:62]
    slip.prefix = head + "20"  # the last byte of the prefix is a blank, so it might be taken for one before the body
    slip.blinded, slip.undo = _blinded(slip)
    slip.stamp(world, "CA")
    stamped(world, ballot, UBND=0, DHQG=0)
    dropping(world, ballot)
    spellings = [
        (head[:6] + "  " + head[6:], " " + slip.body, slip.signature),
        (head, " " + slip.body, slip.signature),
        (head + "2\u0660", slip.body, slip.signature),
        (slip.prefix.upper(), slip.body, slip.signature),
        (slip.prefix, slip.body + "\n", slip.signature),
        (slip.prefix, slip.body, " " + slip.signature[1:]),
        (slip.prefix, slip.body, slip.signature + "  "),
        (slip.prefix, '{"ballot": "\ud800", ' + slip.body[1:], slip.signature),
    ]
    assert [drop_paper(ballot, *one, now=world.now) for one in spellings] == ["refused"] * len(spellings)
    assert slip.drop() == "taken"
    assert Paper.objects.count() == 1


def _blinded(slip: Slip) -> tuple[str, int]:
    """The slip blinded again, after its prefix was chosen by hand."""
    blinded, undo = blind.blind(slip.key, bytes.fromhex(slip.prefix) + slip.body.encode())
    return blinded.hex(), undo


def test_two_voters_who_share_a_serial_put_one_paper_into_the_box(world: Any) -> None:
    ballot = opened(world, "blind")
    one, two = Slip.marked(ballot, [0]), Slip.marked(ballot, [1])
    two.body = json.dumps(json.loads(two.body) | {"serial": json.loads(one.body)["serial"]})
    two.blinded, two.undo = _blinded(two)
    one.stamp(world, "CA")
    two.stamp(world, "QS")
    stamped(world, ballot, DHQG=0)
    dropping(world, ballot)
    assert [one.drop(), two.drop()] == ["taken", "refused"]


def test_a_box_with_more_papers_than_voters_is_not_counted(world: Any) -> None:
    ballot = cast(world, opened(world, "detached"), CA=0, QS=0, DHQG=0)
    Paper.objects.create(ballot=ballot, body='{"choices": [0]}', digest="x")
    with pytest.raises(WrongState, match="Hòm có 4 phiếu nhưng chỉ 3 đơn vị"):
        counted(world, ballot)


@pytest.mark.parametrize("sent", ["\ud800", "\x00", "é", "", "00", " " * 512])
def test_what_is_no_blinded_paper_is_refused_before_and_after_the_stamp(world: Any, sent: str) -> None:
    ballot, by = opened(world, "blind"), world.mandate("leader:CA")
    with pytest.raises(Invalid, match="khuôn dạng"):
        stamp_paper(ballot, world.unit("CA"), sent, by=by, now=world.now)
    Slip.marked(ballot, [0]).stamp(world, "CA")
    with pytest.raises(WrongState, match="đã được đóng dấu"):
        stamp_paper(ballot, world.unit("CA"), sent, by=by, now=world.now)


def test_results_are_hidden_until_the_close(world: Any) -> None:
    ballot = cast(world, opened(world, "detached"), CQD=0, UBND=1)
    assert progress_of(ballot)["names"] is None  # two of five: too few to be named
    assert ballot.votes is None
    cast(world, ballot, CA=0)
    assert (
        progress_of(ballot)["names"]
        == {
            "done": ["Các cơ quan Đảng Thành phố", "Công an Thành phố", "UBND Thành phố"],
            "waiting": ["Quân sự Thành phố", "Đại học Quốc gia"],
        }
        or progress_of(ballot)["names"]["waiting"]
    )
    blind_one = opened(world, "blind")
    assert listed(blind_one) == []


def test_with_fewer_papers_than_the_threshold_only_the_outcome_is_kept(world: Any) -> None:
    """Also not how many votes were needed: of those cast that would tell how many there were."""
    rule = stage.RULE | {"base": "cast"}
    for choices in ({"CQD": 0, "CA": 0}, {"CQD": 0, "CA": 2}):
        ballot = opened(world, "detached", ["CQD", "CA"], small=3, questions=[stage.MOTION | {"rule": rule}])
        counted(world, cast(world, ballot, **choices))
        assert ballot.votes is None
        assert ballot.outcomes == [{"outcome": "passed", "base": None, "needed": None, "winner": 0}]
    assert not Paper.objects.exists()
    with pytest.raises(Invalid, match="chỉ công bố đạt hay không đạt"):
        opened(world, "blind", ["CQD", "CA"], small=3)


def test_a_box_with_too_few_papers_waits_for_the_others_or_is_given_up(world: Any) -> None:
    """One paper, counted, would show what its only voter chose."""
    ballot = opened(world, "detached")
    cast(world, ballot, CA=1, QS=1)
    with pytest.raises(WrongState, match=r"Mới có 2/5 phiếu trong hòm\. Dưới 3 phiếu"):
        counted(world, ballot)
    counted(world, cast(world, ballot, UBND=1))
    assert ballot.votes == [[0, 3, 0]]


def test_too_few_stamps_end_no_stamping_and_too_few_slips_no_dropping(world: Any) -> None:
    ballot = opened(world, "blind")
    slips = stamped(world, ballot, CA=1, QS=1)
    with pytest.raises(WrongState, match=r"Mới có 2/5 đơn vị nhận dấu\. Dưới 3 phiếu"):
        dropping(world, ballot)
    assert stage.key_is_there(ballot)
    slips += stamped(world, ballot, UBND=0)
    dropping(world, ballot)
    assert [slip.drop() for slip in slips[:2]] == ["taken"] * 2
    world.pass_time(minutes=5)
    with pytest.raises(WrongState, match="Mới có 2/5 phiếu trong hòm"):
        counted(world, ballot)
    void_ballot(ballot, by=chair(world), now=world.now, reason="Một phiếu không vào hòm")
    assert not Paper.objects.exists()


def test_few_papers_typed_in_keep_no_figures(world: Any) -> None:
    ballot = opened(world, "paper")
    for who in ("secretary:CQD", "secretary:CA"):
        enter_tally(ballot, [[2, 0, 0]], by=world.mandate(who), now=world.now, issued=5, spoiled=0)
    assert (ballot.state, ballot.votes, ballot.outcomes[0]["outcome"]) == ("closed", None, "rejected")
    assert not TallyEntry.objects.exists()


def test_the_published_file_is_recounted_by_anybody(world: Any) -> None:
    ballot = opened(world, "blind")
    slips = stamped(world, ballot, **FIVE)
    dropping(world, ballot)
    for slip in slips:
        slip.drop()
    counted(world, ballot)
    file = json.loads(json.dumps(published(ballot)))
    found = recount(file)
    assert found == {
        "valid": True,
        "faults": [],
        "papers": 5,
        "stamped": 5,
        "missing": 0,
        "votes": [[3, 1, 1]],
        "outcomes": ["rejected"],
        "winners": [None],
    }
    assert sorted(one["choices"][0] for one in listed(ballot)) == sorted(
        stage.MOTION["options"][place] for place in FIVE.values()
    )
    for wrong in (
        file | {"votes": [[4, 0, 1]]},
        file | {"stamped": file["stamped"][:4]},
        file | {"papers": file["papers"] + file["papers"][:1]},
        file | {"papers": [file["papers"][0] | {"prefix": "00" * 32}, *file["papers"][1:]]},
        file | {"papers": [file["papers"][0] | {"prefix": " " + file["papers"][0]["prefix"]}, *file["papers"][1:]]},
        file | {"papers": [file["papers"][0] | {"body": file["papers"][0]["body"] + " "}, *file["papers"][1:]]},
        file | {"units": [*file["units"], "X"]},
        file | {"papers": file["papers"][::-1]},
    ):
        assert not recount(wrong)["valid"]
    with pytest.raises(ValueError, match="không phải tệp phiếu"):
        recount({"format": "x"})


def test_a_recount_finds_another_roll_and_missing_papers_that_cannot_be(world: Any) -> None:
    rule = stage.RULE | {"share": "1/2", "base": "roll", "needed": 3}
    ballot = opened(world, "blind", questions=[stage.MOTION | {"rule": rule}])
    slips = stamped(world, ballot, CQD=0, UBND=0, CA=0, DHQG=0, QS=1)
    dropping(world, ballot)
    *there, late = slips
    for slip in there:
        slip.drop()
    world.pass_time(seconds=61)
    counted(world, ballot)
    assert late.drop() == "missing"
    file = json.loads(json.dumps(published(ballot)))
    assert recount(file)["valid"]
    many = file | {"ballot": file["ballot"] | {"roll": 9}, "outcomes": ["rejected"]}
    assert recount(many)["faults"] == ["số đơn vị của Cụm khác số đã cố định khi mở bỏ phiếu"]
    before = [
        {**one, "rule": {key: value for key, value in one["rule"].items() if key != "roll"}} for one in ballot.questions
    ]
    old = file | {"ballot": file["ballot"] | {"questions": before}}  # of a ballot before the rule said it
    assert recount(old)["faults"] == ["mã điều lệ không khớp với nội dung phiếu"]
    twice = "một phiếu nêu là bị thiếu có trong danh sách, hoặc nêu hai lần"
    assert twice in recount(file | {"missing": file["missing"] * 2})["faults"]
    assert recount(file | {"missing": file["papers"][:1]})["faults"] == [twice]
    assert "số phiếu nhiều hơn số dấu" in recount(file | {"stamped": file["stamped"][1:]})["faults"][0]


def test_two_voters_who_share_a_serial_show_one_missing_paper(world: Any) -> None:
    ballot = opened(world, "blind")
    first, second, *others = (Slip.marked(ballot, [0]) for _code in stage.ALL)
    second.body = json.dumps(json.loads(second.body) | {"serial": json.loads(first.body)["serial"]})
    second.blinded, second.undo = _blinded(second)
    for slip, code in zip((first, second, *others), stage.ALL, strict=True):
        slip.stamp(world, code)
    dropping(world, ballot)
    for slip in others:
        slip.drop()
    world.pass_time(seconds=61)
    counted(world, ballot)
    first.now = second.now = world.now
    assert [first.drop(), second.drop(), first.drop()] == ["missing", "refused", "missing"]
    assert missing_of(ballot)["count"] == 1


@pytest.mark.parametrize("level", ["detached", "blind"])
def test_a_closed_ballot_does_not_change_even_by_hand(world: Any, level: str) -> None:
    ballot = opened(world, level)
    if level == "blind":
        slips = stamped(world, ballot, CA=0, QS=0, DHQG=0)
        dropping(world, ballot)
        for slip in slips:
            slip.drop()
    else:
        cast(world, ballot, CA=0, QS=0, DHQG=0)
    counted(world, ballot)
    other = cast(world, opened(world, "detached"), CA=1)
    for change in (
        lambda: Paper.objects.all().delete(),
        lambda: Paper.objects.update(body="{}"),
        lambda: Paper.objects.create(ballot=ballot, body="{}", digest="x"),
        lambda: Paper.objects.filter(ballot=other).update(ballot=ballot),
        lambda: Voter.objects.update(done=False),
        lambda: type(ballot).objects.update(votes=[[5, 0, 0]]),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize("level", ["detached", "blind", "paper"])
def test_an_open_ballot_stays_as_it_was_opened_even_by_hand(world: Any, level: str) -> None:
    ballot = opened(world, level)
    rule = stage.RULE | {"share": "1/5"}
    for change in (
        {"title": "Việc khác"},
        {"level": "blind" if level != "blind" else "detached"},
        {"questions": [stage.MOTION | {"rule": rule}]},
        {"roll": 9},
        {"small": 0},
        {"public_key": "abc"},
        {"opened_at": world.now - timedelta(days=1)},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Ballot.objects.filter(pk=ballot.pk).update(**change)
    for of in ({"unit": world.unit("UBND")}, {"delegate": world.mandate("secretary:CA")}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Voter.objects.filter(ballot=ballot, unit__code="CA").update(**of)
    ballot.refresh_from_db()
    ballot.save()  # nothing changed


def test_what_one_person_typed_of_a_ballot_that_is_given_up_goes_with_it(world: Any) -> None:
    ballot = opened(world, "paper")
    enter_tally(ballot, [[4, 1, 0]], by=world.mandate("secretary:CA"), now=world.now, issued=5, spoiled=0)
    void_ballot(ballot, by=chair(world), now=world.now, reason="Thiếu phiếu")
    assert not TallyEntry.objects.exists()


def test_one_person_types_the_count_in_for_one_unit_alone(world: Any) -> None:
    ballot, own = opened(world, "paper"), world.mandate("secretary:CA")
    numbers = {"now": world.now, "issued": 5, "spoiled": 0}
    enter_tally(ballot, [[4, 1, 0]], by=own, **numbers)
    second = Mandate.objects.create(
        user=own.user, year=world.year, unit=world.unit("QS"), role=Role.SECRETARY, since=own.since
    )
    with pytest.raises(WrongState, match="hai người"):
        enter_tally(ballot, [[4, 1, 0]], by=second, **numbers)
    assert Ballot.objects.get().state == "counting"
    assert enter_tally(ballot, [[4, 1, 0]], by=world.mandate("secretary:QS"), **numbers)


def test_two_people_of_two_units_must_type_the_same(world: Any) -> None:
    ballot = opened(world, "paper")
    numbers = {"now": world.now, "issued": 5, "spoiled": 1}
    assert not enter_tally(ballot, [[3, 1, 0]], by=world.mandate("secretary:CQD"), **numbers)
    assert not enter_tally(ballot, [[3, 1, 0]], by=world.mandate("leader:CQD"), **numbers)  # the same unit again
    assert not enter_tally(ballot, [[4, 0, 0]], by=world.mandate("secretary:CA"), **numbers)
    assert ballot.state == "counting"
    assert enter_tally(ballot, [[3, 1, 0]], by=world.mandate("assessor:QS"), **numbers)
    assert (ballot.state, ballot.votes, ballot.received) == ("closed", [[3, 1, 0]], 4)
    assert TallyEntry.objects.count() == 3


@pytest.mark.parametrize(
    ("votes", "issued", "spoiled", "why"),
    [
        ([[3, 1, 1]], 4, 0, "không khớp"),
        ([[3, 1, 1]], 6, 0, "không khớp"),
        ([[3, 1]], 5, 0, "đủ số phiếu"),
        ([[0, 0, 0]], 5, 5, "hợp lệ nào"),
        ([[-1, 1, 1]], 5, 0, "đủ số phiếu"),
    ],
)
def test_figures_that_do_not_add_up_are_refused(world: Any, votes: Any, issued: int, spoiled: int, why: str) -> None:
    ballot = opened(world, "paper")
    with pytest.raises(Invalid, match=why):
        enter_tally(ballot, votes, by=world.mandate("secretary:CA"), now=world.now, issued=issued, spoiled=spoiled)


@pytest.mark.parametrize("who", ["secretary:CA", "assessor:CA", "observer", "administrator", "leader:QS"])
def test_nobody_votes_for_somebody_else(world: Any, who: str) -> None:
    from giaouoc.ballots.actions.casting import cast_paper

    ballot = opened(world, "detached")
    with pytest.raises(NotAllowed, match="không ai bỏ thay"):
        cast_paper(ballot, world.unit("CA"), [0], by=world.mandate(who), now=world.now)


@pytest.mark.parametrize("who", ["secretary:CQD", "leader:CA", "observer", "administrator"])
def test_only_the_chair_conducts(world: Any, who: str) -> None:
    ballot = cast(world, opened(world, "detached"), CA=0)
    with pytest.raises(NotAllowed, match="người chủ trì"):
        close_ballot(ballot, by=world.mandate(who), now=world.now)
    with pytest.raises(NotAllowed, match="người chủ trì"):
        void_ballot(ballot, by=world.mandate(who), now=world.now, reason="x")


def test_who_was_not_there_does_not_vote(world: Any) -> None:
    ballot = opened(world, "detached", ["CQD", "UBND", "CA"])
    with pytest.raises(WrongState, match="không có mặt"):
        cast(world, ballot, QS=0)
