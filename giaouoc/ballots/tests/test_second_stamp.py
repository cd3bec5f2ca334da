"""The tally team's stamp: no paper counts without it, and the server alone cannot make it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from giaouoc.audit.models import AuditEvent
from giaouoc.ballots.actions.casting import drop_paper, stamp_paper
from giaouoc.ballots.actions.conducting import end_stamping, void_ballot
from giaouoc.ballots.actions.second import give_second_key, give_up_second_stamp, stamp_second
from giaouoc.ballots.models import Ballot, MissingPaper, Paper, Voter
from giaouoc.ballots.queries import faults, missing_of, progress_of, published, stamping_roll, tellers_for
from giaouoc.ballots.rules import blind
from giaouoc.ballots.rules.papers import canonical, charter, digest, key_code
from giaouoc.ballots.rules.recount import main, recount, report
from giaouoc.clusters.models import Mandate, Role
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState

from . import stage
from .stage import SECOND_KEY, TEST_KEY, Slip, chair, counted, dropping, keying, stamped_twice, teller, two_stamps

N = f"{SECOND_KEY.n:x}"
ALL_YES = dict.fromkeys(stage.ALL, 0)


@pytest.fixture(autouse=True)
def _quick_keys(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA = tmp_path
    monkeypatch.setattr(blind, "KEY_BITS", 2048)
    monkeypatch.setattr(blind.PrivateKey, "fresh", classmethod(lambda cls, bits=0: TEST_KEY))


def signed_by_second(slip: Slip) -> str:
    return blind.blind_sign(SECOND_KEY, bytes.fromhex(slip.second_blinded)).hex()


def given_up(world: Any, ballot: Ballot, reason: str = "Máy hỏng") -> None:
    give_up_second_stamp(ballot, by=chair(world), now=world.now, reason=reason)


def test_stamping_begins_with_the_second_key_which_stands_in_the_charter(world: Any) -> None:
    ballot = keying(world)
    before = ballot.charter()
    assert (ballot.state, stage.key_is_there(ballot)) == ("keying", True)
    with pytest.raises(WrongState, match="chưa tạo khóa"):
        Slip.marked(ballot, [0]).stamp(world, "CA")
    give_second_key(ballot, N, by=teller(world), now=world.now)
    assert ballot.state == "stamping"
    assert ballot.charter() != before
    assert ballot.charter() == charter(
        str(ballot.pk), ballot.title, ballot.questions, ballot.units, ballot.public_key, N
    )
    event = AuditEvent.objects.get(verb="ballots.second_key")
    assert ballot.charter()[:8].upper() in event.sentence and key_code(N)[:8].upper() in event.sentence


def test_the_same_key_may_be_sent_again_and_no_other(world: Any) -> None:
    ballot, by = two_stamps(world), {"by": teller(world), "now": world.now}
    give_second_key(ballot, N, **by)  # a reply was lost
    assert AuditEvent.objects.filter(verb="ballots.second_key").count() == 1
    with pytest.raises(WrongState, match="đã có khóa"):
        give_second_key(ballot, f"{TEST_KEY.n:x}", **by)
    assert ballot.second_key == N


@pytest.mark.parametrize(
    "wrong",
    ["", "xyz", "0" + N, N.upper(), N[:-1], N + "1", f"{SECOND_KEY.n - 1:x}", f"{TEST_KEY.n:x}", "\ud800", "٣" * 512],
)
def test_what_is_no_key_of_its_own_is_refused(world: Any, wrong: str) -> None:
    ballot = keying(world)
    with pytest.raises(Invalid, match="khuôn dạng"):
        give_second_key(ballot, wrong, by=teller(world), now=world.now)
    assert Ballot.objects.get().state == "keying"


def test_a_key_that_shares_a_prime_with_the_servers_is_refused(world: Any) -> None:
    shared = blind.PublicKey(TEST_KEY.p * SECOND_KEY.q)
    assert shared.n.bit_length() in {2047, 2048}
    with pytest.raises(blind.BlindError):
        blind.PublicKey.brought(f"{shared.n:x}", TEST_KEY.public)


def test_whom_the_chair_may_name(world: Any) -> None:
    found = {one.actor_label for one in tellers_for(world.year, world.now)}
    assert len(found) == 14  # three people of five units, but for the chair
    assert world.mandate("leader:CQD").actor_label not in found
    assert not {world.mandate(who).actor_label for who in ("observer", "administrator")} & found
    for who in ("leader:CQD", "observer", "administrator"):
        with pytest.raises(Invalid, match="Cử một người khác"):
            stage.opened(world, "blind", teller=world.mandate(who))
    Mandate.objects.create(user=teller(world).user, role=Role.ADMINISTRATOR, since=world.year.starts_on)
    with pytest.raises(Invalid, match="quản trị hệ thống"):
        keying(world)
    for level in ("detached", "paper"):
        with pytest.raises(Invalid, match="Chỉ mức kín, có kiểm chứng"):
            stage.opened(world, level, teller=world.mandate("assessor:CA"))


@pytest.mark.parametrize("who", ["leader:CQD", "leader:QS", "secretary:QS", "assessor:CA", "observer", "administrator"])
def test_nobody_else_makes_the_key_or_stamps_second(world: Any, who: str) -> None:
    ballot, by = keying(world), {"by": world.mandate(who), "now": world.now}
    with pytest.raises(NotAllowed, match="do người chủ trì cử"):
        give_second_key(ballot, N, **by)
    give_second_key(ballot, N, by=teller(world), now=world.now)
    slip = Slip.marked(ballot, [0]).stamp(world, "CA")
    with pytest.raises(NotAllowed, match="do người chủ trì cử"):
        stamp_second(ballot, world.unit("CA"), signed_by_second(slip), **by)


def _made_administrator(world: Any) -> None:
    Mandate.objects.create(user=teller(world).user, role=Role.ADMINISTRATOR, since=world.year.starts_on)


def _made_deputy_in_the_chair(world: Any) -> None:
    own = world.mandate("leader:UBND")
    Mandate.objects.create(
        user=teller(world).user,
        year=world.year,
        unit=own.unit,
        role=Role.LEADER,
        since=own.since,
        delegation_number="07-UQ/BTGDV",
    )


@pytest.mark.parametrize("becomes", [_made_administrator, _made_deputy_in_the_chair])
def test_who_comes_to_chair_or_to_run_the_system_stamps_no_more(world: Any, becomes: Any) -> None:
    ballot, waiting = two_stamps(world), keying(world)
    slip = Slip.marked(ballot, [0]).stamp(world, "CA")
    becomes(world)
    with pytest.raises(WrongState, match="nay cũng chủ trì hội nghị hoặc quản trị hệ thống"):
        stamp_second(ballot, world.unit("CA"), signed_by_second(slip), by=teller(world), now=world.now)
    with pytest.raises(WrongState, match="nay cũng chủ trì"):
        give_second_key(waiting, N, by=teller(world), now=world.now)
    given_up(world, waiting, "Người được cử nay quản trị hệ thống")  # the way on
    assert waiting.state == "stamping"


def test_a_voter_waits_for_the_second_stamp_and_fetches_both_again(world: Any) -> None:
    ballot, ca = two_stamps(world), world.unit("CA")
    slip, by = Slip.marked(ballot, [0]), {"by": world.mandate("leader:CA"), "now": world.now}
    first = stamp_paper(ballot, ca, slip.blinded, **by, second=slip.second_blinded)
    assert progress_of(ballot)["lacking"] == [world.unit("CA")]
    assert (progress_of(ballot)["done"], progress_of(ballot)["second"]) == (1, 0)
    roll = {one["unit"]: one for one in stamping_roll(ballot, ["CA", "QS"])}
    assert (roll["CA"]["blinded"], roll["CA"]["stamp"], roll["CA"]["present"]) == (slip.second_blinded, "", True)
    assert (roll["QS"]["blinded"], roll["UBND"]["present"]) == ("", False)
    for _twice in range(2):  # a stamp that is sent again changes nothing
        stamp_second(ballot, ca, signed_by_second(slip), by=teller(world), now=world.now)
    assert AuditEvent.objects.filter(verb="ballots.second_stamp").count() == 1
    assert stamp_paper(ballot, ca, slip.blinded, **by, second=slip.second_blinded) == first
    slip.finish(first)
    slip.finish_second(Voter.objects.get(unit=ca).second_stamp)
    other = Slip.marked(ballot, [1])
    for pair in ((slip.blinded, other.second_blinded), (other.blinded, slip.second_blinded), (slip.blinded, "")):
        with pytest.raises(WrongState, match="đã được đóng dấu"):
            stamp_paper(ballot, ca, pair[0], **by, second=pair[1])


def test_a_paper_is_blinded_for_as_many_keys_as_the_ballot_has(world: Any) -> None:
    two, by = two_stamps(world), {"by": world.mandate("leader:CA"), "now": world.now}
    slip = Slip.marked(two, [0])
    with pytest.raises(WrongState, match="không theo số dấu"):
        stamp_paper(two, world.unit("CA"), slip.blinded, **by)
    for second in ("00", "0" * 512, "f" * 512, slip.second_blinded.upper(), "\ud800"):
        with pytest.raises(Invalid, match="khuôn dạng"):
            stamp_paper(two, world.unit("CA"), slip.blinded, **by, second=second)
    one = stage.opened(world, "blind")
    with pytest.raises(WrongState, match="không theo số dấu"):
        stamp_paper(one, world.unit("CA"), slip.blinded, **by, second=slip.second_blinded)
    assert not Voter.objects.filter(done=True).exists()


def test_only_a_right_stamp_for_who_asked_is_taken(world: Any) -> None:
    ballot, by = two_stamps(world), {"by": teller(world), "now": world.now}
    slip = Slip.marked(ballot, [0])
    with pytest.raises(WrongState, match="chưa xin dấu"):
        stamp_second(ballot, world.unit("CA"), signed_by_second(slip), **by)
    slip.stamp(world, "CA")
    server = blind.blind_sign(TEST_KEY, bytes.fromhex(slip.blinded)).hex()
    for wrong in (server, "", "00", "f" * 512, signed_by_second(Slip.marked(ballot, [0]))):
        with pytest.raises(Invalid, match="không đúng khóa"):
            stamp_second(ballot, world.unit("CA"), wrong, **by)
    assert not Voter.objects.exclude(second_stamp="").exists()


def test_the_chair_ends_stamping_over_a_waiting_unit_only_knowing_which_wait(world: Any) -> None:
    ballot = two_stamps(world)
    stamped_twice(world, ballot, CQD=0, UBND=0, CA=0)
    late = Slip.marked(ballot, [0]).stamp(world, "DHQG")
    with pytest.raises(WrongState, match=r"1 đơn vị còn chờ dấu thứ hai của tổ kiểm phiếu \(Đại học Quốc gia\)"):
        dropping(world, ballot)
    Slip.marked(ballot, [0]).stamp(world, "QS")
    with pytest.raises(WrongState, match="2 đơn vị còn chờ"):
        end_stamping(ballot, by=chair(world), now=world.now, without=["DHQG"])
    with pytest.raises(WrongState, match="Quân sự Thành phố, Đại học Quốc gia"):  # as many, but not the same
        end_stamping(ballot, by=chair(world), now=world.now, without=["DHQG", "CA"])
    assert stage.key_is_there(ballot)
    end_stamping(ballot, by=chair(world), now=world.now, without=["DHQG", "QS"])
    event = AuditEvent.objects.get(verb="ballots.end_stamping_without")
    assert "2 đơn vị không có dấu thứ hai (Quân sự Thành phố, Đại học Quốc gia)" in event.sentence
    with pytest.raises(WrongState, match="hết thời gian đóng dấu"):
        stamp_second(ballot, world.unit("DHQG"), signed_by_second(late), by=teller(world), now=world.now)
    late.second = late.signature
    assert late.drop() == "refused"


def test_too_few_papers_with_both_stamps_end_no_stamping(world: Any) -> None:
    ballot = two_stamps(world)
    stamped_twice(world, ballot, CQD=0, UBND=0)
    Slip.marked(ballot, [0]).stamp(world, "CA")
    with pytest.raises(WrongState, match=r"Mới có 2/5 đơn vị nhận dấu\. Dưới 3 phiếu"):
        end_stamping(ballot, by=chair(world), now=world.now, without=["CA"])


def test_the_second_stamp_is_given_up_before_anybody_is_stamped_and_not_after(world: Any) -> None:
    with pytest.raises(WrongState, match="không có dấu thứ hai"):
        given_up(world, stage.opened(world, "blind"))
    waiting = keying(world)
    with pytest.raises(Invalid, match="lý do"):
        given_up(world, waiting, " ")
    for who in ("assessor:QS", "leader:CA", "secretary:CQD", "administrator"):
        with pytest.raises(NotAllowed, match="người chủ trì"):
            give_up_second_stamp(waiting, by=world.mandate(who), now=world.now, reason="x")
    given_up(world, waiting, "Người của tổ kiểm phiếu phải về")
    assert (waiting.state, waiting.teller, waiting.second_key) == ("stamping", None, "")
    assert "Người của tổ kiểm phiếu phải về" in AuditEvent.objects.get(verb="ballots.one_stamp").sentence
    slips = stage.stamped(world, waiting, **ALL_YES)
    dropping(world, waiting)
    assert [slip.drop() for slip in slips] == ["taken"] * 5
    counted(world, waiting)
    assert recount(published(waiting))["valid"] and "second" not in published(waiting)

    keyed = two_stamps(world)
    whole = keyed.charter()
    given_up(world, keyed)
    assert (keyed.state, keyed.second_key) == ("stamping", "") and keyed.charter() != whole
    with pytest.raises(NotAllowed):
        give_second_key(keyed, N, by=teller(world), now=world.now)

    begun = two_stamps(world)
    Slip.marked(begun, [0]).stamp(world, "CA")
    with pytest.raises(WrongState, match="Đã có đơn vị nhận dấu"):
        given_up(world, begun)
    void_ballot(begun, by=chair(world), now=world.now, reason="Mất khóa của tổ kiểm phiếu")
    assert not stage.key_is_there(begun)


def _box(world: Any, ballot: Ballot) -> list[Slip]:
    slips = stamped_twice(world, ballot, CQD=0, UBND=1, CA=0, DHQG=0)
    dropping(world, ballot)
    assert [slip.drop() for slip in slips] == ["taken"] * 4
    return slips


def _of_the_operator(ballot: Ballot) -> Slip:
    """A paper that whoever has the server's key makes and stamps for a unit that did not come."""
    slip = Slip.marked(ballot, [1])
    slip.finish(blind.blind_sign(TEST_KEY, bytes.fromhex(slip.blinded)).hex())
    return slip


def test_the_operator_with_the_first_key_alone_adds_no_paper(world: Any) -> None:
    ballot = two_stamps(world)
    slips = _box(world, ballot)
    forged = _of_the_operator(ballot)
    for second in ("", forged.signature, slips[0].second):
        forged.second = second
        assert forged.drop() == "refused"
    with pytest.raises(DatabaseError), transaction.atomic():  # nor by hand, without anything in place of it
        Paper.objects.create(
            ballot=ballot, prefix=forged.prefix, body=forged.body, signature=forged.signature, digest="x"
        )
    forged.second = forged.signature
    mark = digest(forged.prefix, forged.body)
    paper = {"prefix": forged.prefix, "body": forged.body, "signature": forged.signature, "second": forged.second}
    Voter.objects.filter(unit__code="QS").update(done=True, blinded="1", stamp="1", second_blinded="1")
    with pytest.raises(DatabaseError), transaction.atomic():
        Voter.objects.filter(unit__code="QS").update(second_stamp="1")  # phase 1 is over
    Paper.objects.create(ballot=ballot, digest=mark, **paper)
    assert any("5 phiếu nhưng chỉ 4 đơn vị" in one for one in faults())
    with pytest.raises(WrongState, match="Hòm có 5 phiếu nhưng chỉ 4 đơn vị"):
        counted(world, ballot)


def test_a_recount_finds_what_lacks_the_second_stamp(world: Any) -> None:
    ballot = two_stamps(world)
    _box(world, ballot)
    counted(world, ballot)
    file = json.loads(json.dumps(published(ballot)))
    found = recount(file)
    assert (found["valid"], found["second"], found["papers"], found["votes"]) == (True, 4, 4, [[3, 1, 0]])
    code = key_code(N)[:8].upper()
    assert f"khóa {code[:4]} {code[4:]}" in report(file, found)
    assert "đủ hai dấu hợp lệ" in report(file, found)
    forged = _of_the_operator(ballot)
    one = {"body": forged.body, "prefix": forged.prefix, "signature": forged.signature, "second": forged.signature}
    papers = sorted([*file["papers"], one], key=lambda paper: json.loads(paper["body"])["code"])
    stuffed = file | {"papers": papers, "stamped": sorted([*file["stamped"], "QS"]), "votes": [[3, 2, 0]]}
    wrong = recount(stuffed)["faults"]
    assert f"phiếu {json.loads(forged.body)['code']} không mang dấu của tổ kiểm phiếu" in wrong
    assert any("nhiều hơn số dấu của tổ kiểm phiếu" in fault for fault in wrong)
    first, *rest = file["papers"]
    second = file["second"]
    for changed in (
        file | {"papers": [{name: first[name] for name in ("body", "prefix", "signature")}, *rest]},
        file | {"papers": [first | {"signature": first["second"], "second": first["signature"]}, *rest]},
        file | {"second": second | {"n": f"{TEST_KEY.n:x}"}},
        file | {"second": second | {"stamped": second["stamped"][1:]}},
        file | {"second": second | {"stamped": [*second["stamped"], "QS"]}},
    ):
        assert not recount(changed)["valid"]
    plain = {name: value for name, value in file.items() if name != "second"}
    for other in (plain, plain | {"format": "giaouoc-ballot-1"} | {"second": second}):
        with pytest.raises(ValueError, match="không phải tệp phiếu"):
            recount(other)
    assert "mã điều lệ không khớp với nội dung phiếu" in recount(plain | {"format": "giaouoc-ballot-1"})["faults"]


def test_one_key_twice_is_no_second_stamp(world: Any) -> None:
    """A file in which the operator gives out the own key as the tally team's counts for nothing."""
    ballot = two_stamps(world)
    _box(world, ballot)
    counted(world, ballot)
    file = published(ballot)
    papers = [paper | {"second": paper["signature"]} for paper in file["papers"]]
    own = charter(str(ballot.pk), ballot.title, ballot.questions, file["units"], ballot.public_key, ballot.public_key)
    file |= {"papers": papers, "second": file["second"] | {"n": ballot.public_key}, "charter": own}
    assert recount(file)["faults"] == ["hai khóa là một"]


def test_a_missing_paper_proves_itself_with_both_stamps(world: Any) -> None:
    ballot = two_stamps(world)
    *slips, late = stamped_twice(world, ballot, **ALL_YES)
    dropping(world, ballot)
    for slip in slips:
        slip.drop()
    world.pass_time(seconds=61)
    counted(world, ballot)
    alone = drop_paper(ballot, late.prefix, late.body, late.signature, now=world.now)
    assert (alone, missing_of(ballot)["count"]) == ("refused", 0)
    assert (late.drop(), missing_of(ballot)["count"]) == ("missing", 1)
    file = published(ballot)
    assert (recount(file)["valid"], file["missing"][0]["second"]) == (True, late.second)
    file["missing"][0]["second"] = late.signature
    assert recount(file)["faults"] == ["một phiếu nêu là bị thiếu không mang dấu của lần bỏ phiếu này"]
    assert MissingPaper.objects.get().second == late.second


def test_the_database_keeps_both_keys_and_stamps_as_they_were_given(world: Any) -> None:
    waiting = keying(world)
    ballot = two_stamps(world)
    first, *_others = stamped_twice(world, ballot, CQD=0, UBND=0, CA=0)
    rows, voters = Ballot.objects.filter(pk=ballot.pk), Voter.objects.filter(ballot=ballot)
    asked = Slip.marked(ballot, [0]).stamp(world, "DHQG")
    for change in (
        lambda: rows.update(second_key=""),
        lambda: rows.update(second_key=f"{TEST_KEY.n:x}"),
        lambda: rows.update(teller=world.mandate("assessor:CA")),
        lambda: rows.update(teller=None, second_key=""),
        lambda: Ballot.objects.filter(pk=waiting.pk).update(state="stamping"),
        lambda: Voter.objects.filter(ballot=waiting, unit__code="CA").update(done=True, second_blinded="1"),
        lambda: voters.filter(unit__code="QS").update(done=True, blinded="1", stamp="1"),
        lambda: voters.filter(unit__code="QS").update(second_stamp="1"),
        lambda: voters.filter(unit__code="CA").update(second_stamp=first.second_blinded),
        lambda: voters.filter(unit__code="DHQG").update(second_blinded=first.second_blinded),
        lambda: voters.filter(unit__code="DHQG").update(blinded=first.blinded),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    stamp_second(ballot, world.unit("DHQG"), signed_by_second(asked), by=teller(world), now=world.now)
    dropping(world, ballot)
    first.drop()
    for change in (
        lambda: Paper.objects.update(second=""),
        lambda: Paper.objects.create(ballot=stage.opened(world, "detached"), body="{}", digest="x", second="1"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_two_stamps_leave_the_same_rows_whoever_voted_what(world: Any) -> None:
    """The second blinded paper and stamp are kept too; masked, nothing differs when other units give the same papers."""
    from .test_ballots import FIVE, added, everything

    def held(choices: dict[str, int]) -> Any:
        with transaction.atomic():
            before = everything()
            ballot = two_stamps(world)
            slips = stamped_twice(world, ballot, **choices)
            dropping(world, ballot)
            for slip in slips:
                slip.drop()
            counted(world, ballot)
            papers = json.dumps(list(Paper.objects.values_list("digest", "prefix", "body", "signature", "second")))
            for voter in Voter.objects.all():
                assert not any(one in papers for one in (voter.blinded, voter.stamp, voter.second_blinded))
                assert voter.second_stamp not in papers
            found = added(before, everything())
            transaction.set_rollback(True)
        return found

    one, two = held(FIVE), held({"CQD": 2, "UBND": 0, "CA": 0, "QS": 1, "DHQG": 0})
    assert one == two and set(one) >= {"ballots.Paper", "ballots.Voter", "audit.AuditEvent"}


def test_the_second_private_key_is_nowhere_on_the_server(world: Any, tmp_path: Any) -> None:
    from .test_ballots import everything

    ballot = two_stamps(world)
    stamped_twice(world, ballot, CA=0)
    text = json.dumps(everything()) + "".join(path.read_text() for path in tmp_path.rglob("*.json"))
    for number in (SECOND_KEY.p, SECOND_KEY.q):
        assert f"{number:x}" not in text and str(number) not in text


def test_the_voters_slip_refuses_a_stamp_that_is_not_of_the_second_key(world: Any) -> None:
    ballot = two_stamps(world)
    slip = Slip.marked(ballot, [0]).stamp(world, "CA")
    with pytest.raises(blind.BlindError):
        slip.finish_second("01" + "00" * 255)
    with pytest.raises(blind.BlindError):
        Slip.marked(stage.opened(world, "blind"), [0]).finish_second("00")
    assert slip.second == ""


def test_the_shipped_example_with_two_stamps_is_recounted_by_the_command(capsys: Any, tmp_path: Any) -> None:
    from pathlib import Path

    from django.conf import settings

    example = Path(settings.BASE_DIR) / "docs" / "examples" / "phieu-kin-hai-dau.json"
    assert main([str(example)]) == 0
    said = capsys.readouterr().out
    assert "tổ kiểm phiếu đã đóng dấu 5" in said and "Mọi phiếu mang đủ hai dấu hợp lệ; đếm lại khớp." in said
    file = json.loads(example.read_text())
    file["papers"][0]["second"] = file["papers"][1]["second"]
    forged = tmp_path / "x.json"
    forged.write_bytes(canonical(file))
    assert main([str(forged)]) == 1
    assert "không mang dấu của tổ kiểm phiếu" in capsys.readouterr().out
