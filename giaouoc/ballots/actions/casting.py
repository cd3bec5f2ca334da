"""Bỏ phiếu: cast a detached paper; have a paper stamped blindly; drop a stamped paper into the box."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate, Unit
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.lib.rows import lock
from giaouoc.lib.verdict import require

from .. import keys
from ..access import can_fetch_stamp, can_mark
from ..models import Ballot, MissingPaper, Paper, Voter
from ..rules.blind import BlindError, blind_sign
from ..rules.papers import PaperError, canonical, carries_stamps, check_choices, digest, is_blinded, read
from ..states import BallotState, Level


@transaction.atomic
def cast_paper(ballot: Ballot, unit: Unit, choices: Sequence[int], *, by: Mandate, now: datetime) -> None:
    """Cast the unit's paper in a detached ballot, once. Stored apart: that it has voted, and a paper without voter or time.

    Leaves no act in the trail: its hour would stand beside the paper's. Raises NotAllowed, WrongState, Invalid."""
    lock(ballot)
    require(can_mark(by, ballot, unit, now))
    if ballot.level != Level.DETACHED:
        raise WrongState(_("Lần bỏ phiếu này cần đóng dấu phiếu trước."))
    try:
        chosen = check_choices(list(choices), ballot.questions)
    except PaperError as error:
        raise Invalid(_("Mỗi nội dung chọn đúng một ý trên phiếu.")) from error
    if not Voter.objects.filter(ballot=ballot, unit=unit, done=False).update(done=True):
        raise WrongState(_("Phiếu của %(unit)s đã được nhận; mỗi đơn vị bỏ một phiếu.") % {"unit": unit.short_name})
    body = canonical({"choices": list(chosen), "serial": secrets.token_hex(16)}).decode()
    Paper.objects.create(ballot=ballot, body=body, digest=digest("", body))


@transaction.atomic
def stamp_paper(ballot: Ballot, unit: Unit, blinded: str, *, by: Mandate, now: datetime, second: str = "") -> str:
    """Stamp a blinded paper (hex) of the unit; what was stamped once is given again for the same paper and no other.

    second: the same paper blinded for the tally team, where the ballot asks for its stamp too: kept for it.
    Stored: who got a stamp, and the blinded pair. Raises NotAllowed, WrongState, Invalid."""
    lock(ballot, "state", "second_key", "closed_at")
    require(can_fetch_stamp(by, ballot, unit, now))
    voter = Voter.objects.select_for_update().get(ballot=ballot, unit=unit)
    if voter.done:
        if voter.blinded and (voter.blinded, voter.second_blinded) == (blinded, second):
            return voter.stamp
        raise WrongState(
            _("Phiếu của %(unit)s đã được đóng dấu.") % {"unit": unit.short_name},
            _("Mở lại đúng trình duyệt đã dùng, hoặc bỏ phiếu bằng phiếu đã lưu."),
        )
    require(can_mark(by, ballot, unit, now))
    if ballot.level != Level.BLIND or ballot.state != BallotState.STAMPING:
        raise WrongState(_("Đã hết thời gian đóng dấu phiếu."))
    if bool(second) != ballot.has_two_stamps:
        raise WrongState(
            _("Phiếu gửi đến không theo số dấu mà lần bỏ phiếu này cần."),
            _("Tải lại trang, so lại mã lần bỏ phiếu rồi xin dấu."),
        )
    key = keys.find(ballot.pk)
    if key is None:
        raise WrongState(
            _("Khóa đóng dấu của lần bỏ phiếu này không còn trên máy chủ."),
            _("Người chủ trì kết thúc đóng dấu, hoặc hủy lần bỏ phiếu và mở lần mới."),
        )
    try:
        if not all(is_blinded(of, one) for of, one in zip(ballot.keys, (blinded, second), strict=False)):
            raise BlindError("no blinded paper")
        stamp = blind_sign(key, bytes.fromhex(blinded)).hex()
    except BlindError as error:
        raise Invalid(_("Phiếu gửi đến không đúng khuôn dạng; mời tải lại trang và đánh dấu lại.")) from error
    voter.done, voter.blinded, voter.stamp, voter.second_blinded = True, blinded, stamp, second
    voter.save(update_fields=["done", "blinded", "stamp", "second_blinded"])
    record("ballots.stamp", ballot, by=by, now=now, unit=unit.short_name)
    return stamp


@transaction.atomic
def drop_paper(ballot: Ballot, prefix: str, body: str, signature: str, *, now: datetime, second: str = "") -> str:
    """Drop a stamped paper; whoever holds it may, and nothing says who did. Without mandate, without trace.
    ``second``: the tally team's stamp on it, of a ballot that asks for both.

    Answers 'taken' (also when it was dropped before), 'early' while papers are still stamped, 'refused' for what carries no
    stamp of this ballot; after the count 'counted', or of a good paper that is not on the list, which proves itself,
    'missing', and 'over' once the time for objections has run out: then nothing is noted."""
    lock(ballot, "state", "closed_at")
    try:
        serial = read(body, str(ballot.pk), ballot.questions).serial
    except PaperError:
        return "refused"
    if not carries_stamps(ballot.keys, prefix, body, [signature, second] if second else [signature]):
        return "refused"
    paper = {"prefix": prefix, "body": body, "signature": signature, "second": second}
    mark, box = digest(prefix, body), ballot.papers.all()
    there = any(one.digest == mark for one in box)
    shown = [one.body for one in ballot.missing.all() if one.digest != mark]
    others = [*(one.body for one in box), *shown]
    if not there and any(read(one, str(ballot.pk), ballot.questions).serial == serial for one in others):
        return "refused"  # two voters who share a serial: a recount would find one paper twice
    if ballot.state == BallotState.DROPPING:
        if not there:
            try:
                with transaction.atomic():
                    Paper.objects.create(ballot=ballot, digest=mark, **paper)
            except IntegrityError:
                pass
        return "taken"
    if ballot.state == BallotState.CLOSED:
        return "counted" if there else _note_missing(ballot, mark, paper, now)
    return "early" if ballot.state == BallotState.STAMPING else "refused"


def _note_missing(ballot: Ballot, mark: str, paper: dict[str, str], now: datetime) -> str:
    if not ballot.objections_left(now):
        return "over"
    MissingPaper.objects.get_or_create(ballot=ballot, digest=mark, defaults=paper)
    return "missing"
