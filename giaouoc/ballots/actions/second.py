"""Dấu thứ hai: the tally team's key and stamps, made in the browser of the one person named; the server keeps and checks them.

The private key never comes here: whoever runs the server can fill in nothing for a unit that did not come."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import move, record
from giaouoc.clusters.models import Mandate, Unit
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.rows import lock
from giaouoc.lib.verdict import require

from ..access import can_give_up_second, can_stamp_second
from ..models import Ballot, Voter
from ..rules.blind import BlindError, PublicKey, is_stamp_of
from ..rules.papers import is_hex, key_code
from ..states import BALLOT_MOVES, BallotState


@transaction.atomic
def give_second_key(ballot: Ballot, n: str, *, by: Mandate, now: datetime) -> None:
    """Take the public key (hex of n) that the teller's browser made; with it the charter is complete and stamping begins.

    The same key may be sent again, after a lost reply. Raises NotAllowed, WrongState, Invalid."""
    lock(ballot, "state", "teller", "second_key")
    require(can_stamp_second(by, ballot, now))
    if ballot.state != BallotState.KEYING:
        if ballot.second_key == n:
            return
        raise WrongState(
            _("Lần bỏ phiếu này đã có khóa của tổ kiểm phiếu."),
            _("Mở lại đúng trình duyệt đã tạo khóa, hoặc nạp tệp khóa đã lưu."),
        )
    try:
        PublicKey.brought(n, ballot.keys[0])
    except BlindError as error:
        raise Invalid(_("Khóa gửi đến không đúng khuôn dạng; mời tải lại trang và tạo lại.")) from error
    ballot.second_key = n
    codes = {"key": key_code(n)[:8].upper(), "hash": ballot.charter()[:8].upper()}
    fields = {"second_key": n}
    move(ballot, "second_key", BALLOT_MOVES, by=by, now=now, act="ballots.second_key", fields=fields, **codes)


@transaction.atomic
def stamp_second(ballot: Ballot, unit: Unit, stamp: str, *, by: Mandate, now: datetime) -> None:
    """Take the tally team's stamp (hex) on the blinded paper of a unit that has the first one; once, and only a right one.

    Raises NotAllowed, WrongState, Invalid."""
    lock(ballot, "state", "teller", "second_key")
    require(can_stamp_second(by, ballot, now))
    voter = Voter.objects.select_for_update().filter(ballot=ballot, unit=unit).first()
    if voter is None or not voter.second_blinded:
        raise WrongState(_("%(unit)s chưa xin dấu.") % {"unit": unit.short_name})
    if voter.second_stamp:
        return
    key = ballot.keys[1]
    if not is_hex(stamp, key.length) or not is_stamp_of(key, bytes.fromhex(voter.second_blinded), bytes.fromhex(stamp)):
        raise Invalid(_("Dấu gửi đến không đúng khóa của tổ kiểm phiếu."))
    voter.second_stamp = stamp
    voter.save(update_fields=["second_stamp"])
    record("ballots.second_stamp", ballot, by=by, now=now, unit=unit.short_name)


@transaction.atomic
def give_up_second_stamp(ballot: Ballot, *, by: Mandate, now: datetime, reason: str) -> None:
    """Go on with the server's stamp alone, before any unit is stamped; the charter and its code change with it.

    Raises NotAllowed, WrongState, Invalid."""
    lock(ballot, "state", "teller", "second_key")
    require(can_give_up_second(by, ballot, now))
    why = reason.strip()
    if not why:
        raise Invalid(_("Ghi lý do thôi dấu thứ hai."), field="reason")
    ballot.second_key = ""
    fields = {"second_key": "", "teller": None, "one_stamp_why": why}
    code = ballot.charter()[:8].upper()
    move(
        ballot, "one_stamp", BALLOT_MOVES, by=by, now=now, act="ballots.one_stamp", fields=fields, reason=why, hash=code
    )
