"""What pages ask of secret ballots; each a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from giaouoc.clusters.access import people_who_chair
from giaouoc.clusters.models import Mandate, MandateQuerySet, Membership, Role, Year
from giaouoc.lib.clock import local_date
from giaouoc.lib.covering import bare

from . import keys
from .models import Ballot, MissingPaper, Paper, Voter
from .rules.count import changed_by
from .rules.papers import read
from .rules.recount import FORMAT, FORMAT_TWO_STAMPS, recount
from .signals import given_up
from .states import KEY_KEPT, BallotState

COUNTERS = {Role.SECRETARY, Role.LEADER, Role.ASSESSOR}  # of member units: whom a tally team is drawn from


def tellers_for(year: Year, now: datetime) -> MandateQuerySet:
    """Who may stamp second: people of member units, nobody who also chairs or runs the system. Asked when one is named and
    again at each stamp: roles change."""
    day = local_date(now)
    operators = Mandate.objects.on(day).filter(role=Role.ADMINISTRATOR).values("user")
    members = Membership.objects.on(day).filter(year=year).values("unit")
    found = Mandate.objects.on(day).filter(year=year, role__in=COUNTERS, unit__in=members)
    found = found.exclude(user__in=operators).exclude(user__in=people_who_chair(year, now))
    return found.select_related("unit", "user").order_by("unit__short_name", "pk")


def progress_of(ballot: Ballot) -> dict[str, Any]:
    """How far a ballot is: {"voters", "done", "second", "box", "names", "lacking", "units"}. Never what was voted.

    second: how many have the tally team's stamp too, of a ballot that asks for it; lacking: the units that still wait for that.

    box: papers in it. names: who has cast or got a stamp, and who has not, or None while they are too few to be named
    (a detached ballot names nobody before half of the voters and at least three have cast)."""
    voters = list(ballot.voters.select_related("unit").order_by("unit__short_name"))
    done = [voter.unit.short_name for voter in voters if voter.done]
    waiting = [voter.unit.short_name for voter in voters if not voter.done]
    lacking = [voter.unit for voter in voters if voter.lacks_the_second]
    box = ballot.received if ballot.received is not None else ballot.papers.count()
    many = len(done) >= 3 and 2 * len(done) >= len(voters)
    named = ballot.is_blind or many or not ballot.is_open
    return {
        "voters": len(voters),
        "done": len(done),
        "second": len(done) - len(lacking),
        "lacking": lacking,
        "box": box,
        "names": {"done": done, "waiting": waiting} if named else None,
        "units": sorted(voter.unit.code for voter in voters),
    }


def voter_of(ballot: Ballot, unit_id: int | None) -> Voter | None:
    """The unit's row on the roll."""
    return ballot.voters.select_related("unit").filter(unit=unit_id).first()


def stamping_roll(ballot: Ballot, present: Iterable[str]) -> list[dict[str, Any]]:
    """The roll as the tally team's page needs it: of each unit code, name, whether it is there, what it asks to be stamped and
    what it got ('' for neither). ``present``: codes of the units that are there."""
    there = set(present)
    return [
        {
            "unit": voter.unit.code,
            "name": voter.unit.short_name,
            "present": voter.unit.code in there,
            "blinded": voter.second_blinded,
            "stamp": voter.second_stamp,
        }
        for voter in ballot.voters.select_related("unit").order_by("unit__short_name")
    ]


def listed(ballot: Ballot) -> list[dict[str, Any]]:
    """The public list of a counted blind ballot in the order of the codes: code and the chosen option of each question."""
    if ballot.state != BallotState.CLOSED or not ballot.is_blind:
        return []
    papers = [read(paper.body, str(ballot.pk), ballot.questions) for paper in ballot.papers.all()]
    return [
        {
            "code": paper.code,
            "choices": [
                question["options"][place] for question, place in zip(ballot.questions, paper.choices, strict=True)
            ],
        }
        for paper in sorted(papers, key=lambda paper: (paper.code, paper.serial))
    ]


def missing_of(ballot: Ballot) -> dict[str, Any]:
    """The stamped papers that were shown as missing: {"count", "codes", "changes"}.

    changes: whether any question would come out otherwise if they were counted."""
    shown = [read(one.body, str(ballot.pk), ballot.questions) for one in ballot.missing.all()]
    papers = [read(one.body, str(ballot.pk), ballot.questions) for one in ballot.papers.all()] if shown else []
    changes = changed_by(
        [one.choices for one in papers],
        [one.choices for one in shown],
        ballot.questions,
        roll=ballot.roll,
        present=ballot.voters.count(),
    )
    return {"count": len(shown), "codes": sorted(one.code for one in shown), "changes": changes}


def is_given_up(ballot: Ballot) -> bool:
    """Whether it was given up, also after its count, which stays readable and is no result."""
    if ballot.state == BallotState.CLOSED:
        return any(word for _receiver, word in given_up.send(sender=Ballot, ballot=ballot))
    return ballot.state == BallotState.VOID


def published(ballot: Ballot) -> dict[str, Any]:
    """The file of a counted blind ballot that anybody recounts (docs/recount.md)."""
    voters = list(ballot.voters.select_related("unit"))
    units = sorted(voter.unit.code for voter in voters)
    papers = []
    for paper in ballot.papers.all():
        code = read(paper.body, str(ballot.pk), ballot.questions).code
        papers.append((code, _carried(paper)))
    second = {}
    if ballot.has_two_stamps:
        with_second = sorted(voter.unit.code for voter in voters if voter.second_stamp)
        second = {"second": {"n": ballot.second_key, "e": 65537, "stamped": with_second}}
    return {
        "format": FORMAT_TWO_STAMPS if second else FORMAT,
        "ballot": {"id": str(ballot.pk), "title": ballot.title, "questions": ballot.questions, "roll": ballot.roll},
        "units": units,
        "key": {"n": ballot.public_key, "e": 65537},
        **second,
        "charter": ballot.charter(units),
        "stamped": sorted(voter.unit.code for voter in voters if voter.done),
        "papers": [one for _code, one in sorted(papers, key=lambda pair: (pair[0], pair[1]["body"]))],
        "missing": [_carried(one) for one in ballot.missing.all()],
        "votes": ballot.votes,
        "outcomes": [one["outcome"] for one in ballot.outcomes],
    }


def _carried(paper: Paper | MissingPaper) -> dict[str, str]:
    """A paper as the file holds it."""
    one = {"body": paper.body, "prefix": paper.prefix, "signature": paper.signature}
    return one | ({"second": paper.second} if paper.second else {})


def faults() -> Iterator[str]:
    """What is wrong with the ballots that are held and counted, in sentences; nothing when each paper is counted once."""
    stamping = {str(pk) for pk in Ballot.objects.filter(state__in=KEY_KEPT).values_list("pk", flat=True)}
    for identity in keys.kept():
        if identity not in stamping:
            yield f"khóa riêng của lần bỏ phiếu {identity} chưa bị hủy"
    for ballot in Ballot.objects.order_by("opened_at").iterator(chunk_size=100):
        done, papers = ballot.voters.complete().count(), ballot.papers.count()
        if papers > done:
            yield f"{ballot.title}: {papers} phiếu nhưng chỉ {done} đơn vị đã bỏ phiếu hoặc nhận dấu"
        if ballot.state == BallotState.CLOSED and ballot.is_blind:
            with bare():
                kept = published(Ballot.objects.get(pk=ballot.pk))
            for fault in recount(kept)["faults"]:
                yield f"{ballot.title}: {fault}"
