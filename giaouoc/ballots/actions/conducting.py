"""Điều hành: open a secret ballot, end its phases, type in counted papers, close it, give it up."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import move, record
from giaouoc.clusters.models import Mandate, Unit, Year
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.language import official
from giaouoc.lib.rows import lock
from giaouoc.lib.verdict import require
from giaouoc.lib.vietnamese import nfc

from .. import keys
from ..access import can_conduct, can_enter
from ..models import Ballot, Paper, TallyEntry, Voter, VoterQuerySet
from ..queries import tellers_for
from ..rules.blind import PrivateKey
from ..rules.count import answers, count
from ..rules.papers import read
from ..states import BALLOT_MOVES, FIRST, BallotState, Level


@transaction.atomic
def open_ballot(
    year: Year,
    title: str,
    level: str,
    questions: Sequence[Mapping[str, Any]],
    voters: Sequence[tuple[Unit, Mandate | None]],
    *,
    by: Mandate,
    now: datetime,
    roll: int,
    small: int,
    teller: Mandate | None = None,
) -> Ballot:
    """Open a secret ballot; title, questions, roll and key are fixed with it.

    voters: the units that vote, each with whom its leader gave the vote, or None; roll: member units entitled; small: with
    fewer papers only the outcome is shown; teller: of the tally team, whose browser stamps a verifiable ballot second:
    stamping then begins with its key. Raises NotAllowed, Invalid."""
    require(can_conduct(by, year, now))
    if level not in Level.values:
        raise Invalid(_("Chọn một mức kín."), field="level")
    if not questions or not voters:
        raise Invalid(_("Phiếu cần ít nhất một nội dung và một đơn vị bỏ phiếu."))
    if level == Level.BLIND and len(voters) < small:
        raise Invalid(
            _(
                "Chỉ có %(count)s đơn vị bỏ phiếu: dưới %(small)s thì chỉ công bố đạt hay không đạt, mà mức có kiểm chứng phải "
                "công bố danh sách phiếu. Chọn mức kín trên hệ thống hoặc phiếu giấy."
            )
            % {"count": len(voters), "small": small},
            field="level",
        )
    if teller is not None:
        _check_teller(year, level, teller, now)
    identity, n = uuid4(), ""
    if level == Level.BLIND:
        key = PrivateKey.fresh()
        keys.keep(identity, key)
        n = f"{key.n:x}"
    ballot = Ballot.objects.create(
        id=identity,
        year=year,
        title=nfc(title),
        level=level,
        state=FIRST[Level(level)] if teller is None else BallotState.KEYING,
        teller=teller,
        questions=[_fixed(one, roll) for one in questions],
        roll=roll,
        small=small,
        public_key=n,
        opened_at=now,
    )
    Voter.objects.bulk_create(Voter(ballot=ballot, unit=unit, delegate=delegate) for unit, delegate in voters)
    act = "ballots.open" if teller is None else "ballots.open_for_two"
    with official():
        last = {"hash": ballot.charter()[:8].upper()} if teller is None else {"teller": teller.actor_label}
        words = str(Level(level).label).lower()
        record(act, ballot, by=by, now=now, level=words, title=title, count=len(voters), **last)
    return ballot


def _fixed(question: Mapping[str, Any], roll: int) -> dict[str, Any]:
    """A question as the charter covers it; its rule says of how many member units, so that a recount finds another number."""
    options = [nfc(word) for word in question["options"]]
    return dict(question) | {
        "title": nfc(question["title"]),
        "options": options,
        "rule": question["rule"] | {"roll": roll},
    }


def _check_teller(year: Year, level: str, teller: Mandate, now: datetime) -> None:
    """Raises Invalid."""
    if level != Level.BLIND:
        raise Invalid(_("Chỉ mức kín, có kiểm chứng có dấu thứ hai của tổ kiểm phiếu."), field="teller")
    if not tellers_for(year, now).filter(pk=teller.pk).exists():
        raise Invalid(
            _("Cử một người khác của đơn vị thành viên, không phải người chủ trì hội nghị hay quản trị hệ thống."),
            field="teller",
        )


def _names(voters: VoterQuerySet) -> list[str]:
    """Short names of the units, in alphabetic order."""
    return sorted(voter.unit.short_name for voter in voters.select_related("unit"))


@transaction.atomic
def end_stamping(ballot: Ballot, *, by: Mandate, now: datetime, without: Iterable[str] = ()) -> None:
    """No more stamps; the private key is destroyed, and papers may be dropped. Raises NotAllowed, WrongState.

    without: codes of the units that the chair knows to be left without the tally team's stamp; refused when it is another
    one that lacks it by now. One that has got it meanwhile is simply not left out.
    Refused while so few have a stamp that their papers would speak for them; such a ballot is waited for or given up.
    The key goes before the commit: if that fails the ballot still stamps nothing more and the act is done again."""
    lock(ballot)
    require(can_conduct(by, ballot.year, now))
    units, waiting = _names(ballot.voters.complete()), ballot.voters.lacking_the_second()
    lacking, unknown = _names(waiting), _names(waiting.exclude(unit__code__in=list(without)))
    if ballot.state == BallotState.STAMPING and not units and not lacking:
        raise WrongState(_("Chưa đơn vị nào nhận dấu."), _("Chờ các đơn vị đánh dấu phiếu, hoặc hủy lần bỏ phiếu."))
    if ballot.state == BallotState.STAMPING and unknown:
        raise WrongState(
            _(
                "%(count)s đơn vị còn chờ dấu thứ hai của tổ kiểm phiếu (%(units)s). Kết thúc bây giờ thì phiếu của các đơn vị "
                "ấy không vào hòm được."
            )
            % {"count": len(lacking), "units": ", ".join(lacking)},
            _("Chờ tổ kiểm phiếu đóng dấu, hoặc ở trang bỏ phiếu kết thúc khi đã biết còn những đơn vị nào chờ."),
        )
    if ballot.state == BallotState.STAMPING:
        _need_enough(ballot, len(units), _("Mới có %(count)s/%(of)s đơn vị nhận dấu."))
    fields = {"dropping_at": now}
    named = {"count": len(units), "units": ", ".join(units)}
    act = "ballots.end_stamping"
    if lacking:
        act, named = "ballots.end_stamping_without", named | {"lacking": len(lacking), "others": ", ".join(lacking)}
    move(ballot, "end_stamping", BALLOT_MOVES, by=by, now=now, act=act, fields=fields, **named)
    keys.destroy(ballot.pk)


def _need_enough(ballot: Ballot, count: int, words: str) -> None:
    """So many papers that they do not speak for their voters, or all of them. ``words``: how many there are. Raises WrongState."""
    voters = ballot.voters.count()
    if count < min(ballot.small, voters):
        why = _("Dưới %(small)s phiếu thì kết quả cho thấy từng đơn vị chọn gì.") % {"small": ballot.small}
        raise WrongState(
            f"{words % {'count': count, 'of': voters}} {why}",
            _("Chờ các đơn vị còn lại, hoặc hủy lần bỏ phiếu và nêu lý do."),
        )


@transaction.atomic
def close_ballot(ballot: Ballot, *, by: Mandate, now: datetime) -> None:
    """Close and count; the papers are written anew in the order of their codes. Raises NotAllowed, WrongState.

    Refused with fewer papers than the ballot's threshold while voters are missing. When all have voted and are fewer, no
    more is kept than the outcome."""
    lock(ballot, "state", "dropping_at")
    require(can_conduct(by, ballot.year, now))
    if ballot.state not in {BallotState.VOTING, BallotState.DROPPING}:
        raise WrongState(_("Lần bỏ phiếu này chưa đến lúc kiểm phiếu."))
    papers, units = list(ballot.papers.all()), _names(ballot.voters.complete())
    until = (ballot.dropping_at or now) + timedelta(seconds=settings.BALLOT_WINDOW)
    if ballot.state == BallotState.DROPPING and len(papers) < len(units) and now < until:
        raise WrongState(
            _("Còn %(count)s phiếu đã đóng dấu chưa vào hòm; các trình duyệt bỏ phiếu trong một phút.")
            % {"count": len(units) - len(papers)},
            _("Chờ hết một phút rồi kiểm phiếu."),
        )
    if not papers:
        raise WrongState(_("Hòm phiếu chưa có phiếu nào."), _("Chờ phiếu, hoặc hủy lần bỏ phiếu và nêu lý do."))
    if len(papers) > len(units):
        raise WrongState(
            _(
                "Hòm có %(papers)s phiếu nhưng chỉ %(units)s đơn vị đã bỏ phiếu hoặc nhận dấu, nên không kiểm phiếu được."
            )
            % {"papers": len(papers), "units": len(units)},
            _("Hủy lần bỏ phiếu, nêu lý do và mở lần mới."),
        )
    _need_enough(ballot, len(papers), _("Mới có %(count)s/%(of)s phiếu trong hòm."))
    if ballot.is_blind:
        read_papers = {paper.pk: read(paper.body, str(ballot.pk), ballot.questions) for paper in papers}
        papers.sort(key=lambda paper: (read_papers[paper.pk].code, paper.digest))
        chosen = [read_papers[paper.pk].choices for paper in papers]
    else:
        papers.sort(key=lambda paper: paper.digest)
        chosen = [tuple(_choices(paper)) for paper in papers]
    votes = count(chosen, ballot.questions)
    ballot.papers.all().delete()
    if len(papers) >= ballot.small:
        for paper in papers:
            paper.pk = uuid4()
        Paper.objects.bulk_create(papers)
    _rewrite_roll(ballot)
    _settle(ballot, votes, len(papers), units, by=by, now=now)


def _choices(paper: Paper) -> list[int]:
    found: list[int] = json.loads(paper.body)["choices"]
    return found


def _rewrite_roll(ballot: Ballot) -> None:
    """The roll, too, is written anew, so that no row of it keeps the number of the transaction in which its unit voted."""
    voters = list(ballot.voters.order_by("pk"))
    ballot.voters.all().delete()
    for voter in voters:
        voter.pk = None
    Voter.objects.bulk_create(sorted(voters, key=lambda voter: voter.unit_id))


def _settle(
    ballot: Ballot,
    votes: list[list[int]],
    received: int,
    units: list[str],
    *,
    by: Mandate,
    now: datetime,
    **fields: Any,
) -> None:
    present = ballot.voters.count()
    found = answers(votes, ballot.questions, roll=ballot.roll, present=present)
    outcomes = [vars(one) for one in found]
    shown = received >= ballot.small
    if not shown:
        outcomes = [one | {"base": None, "needed": None} for one in outcomes]
        ballot.entries.all().delete()
    values = {"closed_at": now, "received": received, "votes": votes if shown else None, "outcomes": outcomes} | fields
    names = ", ".join(units) or "—"
    move(
        ballot,
        "close",
        BALLOT_MOVES,
        by=by,
        now=now,
        act="ballots.close",
        fields=values,
        received=received,
        units=names,
    )


@transaction.atomic
def enter_tally(
    ballot: Ballot, votes: Sequence[Sequence[int]], *, by: Mandate, now: datetime, issued: int, spoiled: int
) -> bool:
    """Type in what the tally team counted; when two people, each of another unit, agree the ballot is closed.

    votes: of each option of each question; the valid papers are the same for every question. issued: papers handed out.
    Returns whether it was closed. What one typed may be corrected until then. Raises NotAllowed, WrongState, Invalid."""
    lock(ballot)
    require(can_enter(by, ballot, now))
    figures: dict[str, Any] = {"issued": issued, "spoiled": spoiled, "votes": [list(one) for one in votes]}
    flat = [issued, spoiled, *(one for line in votes for one in line)]
    if any(one < 0 for one in flat) or [len(one) for one in votes] != [len(q["options"]) for q in ballot.questions]:
        raise Invalid(_("Ghi đủ số phiếu của từng ý."))
    valid = {sum(one) for one in votes}
    if len(valid) != 1:
        raise Invalid(_("Tổng số phiếu hợp lệ của các nội dung phải bằng nhau."))
    received = valid.pop()
    if received == 0:
        raise Invalid(_("Chưa có phiếu hợp lệ nào."))
    if received + spoiled > issued or issued > ballot.voters.count():
        raise Invalid(
            _(
                "Số phiếu không khớp: phát ra %(issued)s, hợp lệ %(valid)s, không hợp lệ %(spoiled)s, có mặt %(present)s."
            )
            % {"issued": issued, "valid": received, "spoiled": spoiled, "present": ballot.voters.count()}
        )
    unit = by.unit
    assert unit is not None  # can_enter
    others = list(ballot.entries.exclude(unit=unit).select_related("unit", "by").order_by("pk"))
    if any(other.by.user_id == by.user_id for other in others):
        raise WrongState(
            _("Bạn đã nhập kết quả cho một đơn vị khác; hai bản nhập phải do hai người nhập."),
            _("Để một người khác của đơn vị này nhập."),
        )
    agreed = any(other.figures == figures for other in others)
    TallyEntry.objects.update_or_create(ballot=ballot, unit=unit, defaults={"by": by, "figures": figures})
    if others and not agreed:
        names = ", ".join(other.unit.short_name for other in others)
        record("ballots.disagree", ballot, by=by, now=now, unit=names)
    else:
        record("ballots.enter", ballot, by=by, now=now)
    if agreed:
        tally = {"issued": issued, "spoiled": spoiled}
        _settle(ballot, figures["votes"], received, [], by=by, now=now, tally=tally)
    return agreed


@transaction.atomic
def void_ballot(ballot: Ballot, *, by: Mandate, now: datetime, reason: str) -> None:
    """Give an open ballot up with a reason; its papers, its key and what was typed in are destroyed uncounted.

    Raises NotAllowed, WrongState, Invalid."""
    lock(ballot)
    require(can_conduct(by, ballot.year, now))
    if not reason.strip():
        raise Invalid(_("Ghi lý do hủy lần bỏ phiếu."), field="reason")
    if ballot.is_open:
        ballot.papers.all().delete()
        ballot.entries.all().delete()
    why = reason.strip()
    move(
        ballot,
        "void",
        BALLOT_MOVES,
        by=by,
        now=now,
        act="ballots.void",
        fields={"reason": why, "closed_at": now},
        reason=why,
    )
    keys.destroy(ballot.pk)
