"""Secret ballots for the tests: every step is the real act; the voter's browser is played by the rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from giaouoc.ballots import keys
from giaouoc.ballots.actions.casting import cast_paper, drop_paper, stamp_paper
from giaouoc.ballots.actions.conducting import close_ballot, end_stamping, open_ballot
from giaouoc.ballots.actions.second import give_second_key, stamp_second
from giaouoc.ballots.models import Ballot
from giaouoc.ballots.rules import blind
from giaouoc.ballots.rules.slip import Slip as VotersSlip

ALL = ["CQD", "UBND", "CA", "QS", "DHQG"]
RULE = {"share": "2/3", "strict": True, "base": "present", "needed": 4, "basis": "", "tie": "repeat"}
MOTION = {
    "title": "Thông qua",
    "kind": "motion",
    "options": ["Tán thành", "Không tán thành", "Không có ý kiến"],
    "rule": RULE,
}
TEST_KEY = blind.PrivateKey.fresh(2048)  # a new key of full size for each test would cost seconds
SECOND_KEY = blind.PrivateKey.fresh(2048)


def chair(world: Any) -> Any:
    return world.mandate("leader:CQD")


def opened(
    world: Any, level: str, codes: list[str] | None = None, *, small: int = 3, questions: Any = None, teller: Any = None
) -> Ballot:
    """An open ballot of these units."""
    voters = [(world.unit(code), None) for code in codes or ALL]
    options = {"by": chair(world), "now": world.now, "roll": 5, "small": small, "teller": teller}
    return open_ballot(world.year, "Thông qua Quy chế", level, questions or [MOTION], voters, **options)


def teller(world: Any) -> Any:
    return world.mandate("assessor:QS")


def keying(world: Any, codes: list[str] | None = None) -> Ballot:
    """A blind ballot that waits for the tally team's key."""
    return opened(world, "blind", codes, teller=teller(world))


def two_stamps(world: Any, codes: list[str] | None = None) -> Ballot:
    """A blind ballot whose second key is there."""
    ballot = keying(world, codes)
    give_second_key(ballot, f"{SECOND_KEY.n:x}", by=teller(world), now=world.now)
    return ballot


def cast(world: Any, ballot: Ballot, **choices: int) -> Ballot:
    """Leaders cast detached papers, in this order."""
    for code, place in choices.items():
        cast_paper(ballot, world.unit(code), [place], by=world.mandate(f"leader:{code}"), now=world.now)
    return ballot


class Slip(VotersSlip):
    """What a voter's browser holds, with the acts of its owner."""

    ballot: Ballot
    now: datetime

    @classmethod
    def marked(cls, ballot: Ballot, choices: list[int], code: str = "") -> Slip:  # type: ignore[override]
        slip = super().marked(str(ballot.pk), ballot.keys[0], choices, code, *ballot.keys[1:])
        slip.ballot, slip.now = ballot, ballot.opened_at
        return slip

    def stamp(self, world: Any, code: str) -> Slip:
        by = world.mandate(f"leader:{code}")
        self.finish(
            stamp_paper(self.ballot, world.unit(code), self.blinded, by=by, now=world.now, second=self.second_blinded)
        )
        self.now = world.now
        return self

    def stamp_twice(self, world: Any, code: str) -> Slip:
        """As the tally team's page does: it stamps what the unit asked."""
        self.stamp(world, code)
        stamp = blind.blind_sign(SECOND_KEY, bytes.fromhex(self.second_blinded)).hex()
        stamp_second(self.ballot, world.unit(code), stamp, by=teller(world), now=world.now)
        self.finish_second(self.ballot.voters.get(unit__code=code).second_stamp)
        return self

    def drop(self) -> str:
        return drop_paper(self.ballot, self.prefix, self.body, self.signature, now=self.now, second=self.second)


def stamped(world: Any, ballot: Ballot, **choices: int) -> list[Slip]:
    """Leaders have papers stamped, in this order."""
    return [Slip.marked(ballot, [place]).stamp(world, code) for code, place in choices.items()]


def stamped_twice(world: Any, ballot: Ballot, **choices: int) -> list[Slip]:
    """The same, with the tally team's stamp."""
    return [Slip.marked(ballot, [place]).stamp_twice(world, code) for code, place in choices.items()]


def dropping(world: Any, ballot: Ballot) -> Ballot:
    end_stamping(ballot, by=chair(world), now=world.now)
    return ballot


def counted(world: Any, ballot: Ballot) -> Ballot:
    close_ballot(ballot, by=chair(world), now=world.now)
    return ballot


def key_is_there(ballot: Ballot) -> bool:
    return str(ballot.pk) in keys.kept()
