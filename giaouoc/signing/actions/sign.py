"""Ký số: one signature on the head revision. Cryptography happens between two short transactions, guarded by a lease
and by comparing the head when it is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import SYSTEM, move, record
from giaouoc.clusters.models import Mandate, Role
from giaouoc.lib.errors import DomainError, Invalid, WrongState
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.notices.actions.send import notify

from ..access import can_begin_file, can_release_slot, can_return_file, can_sign_slot, can_take_lease
from ..carriers import Carrier, Signed, SignRequest, carrier_here, file_carrier_here
from ..engine.prepared import Prepared
from ..models import Attempt, Revision, Slot
from ..queries import back_of, holders_of, picture_of
from ..rules.codes import in_groups
from ..signals import round_completed
from ..states import ROUND_MOVES, SLOT_MOVES, RoundState, SlotState
from ._common import _append, _end_attempt, _free_expired, _lock

PATIENCE = 15 * 60  # seconds for which a signature without a time stamp is kept


def _slot(slot: Slot) -> Slot:
    """The slot as the database has it now, under its locked round."""
    round_ = _lock(slot.round_id)
    fresh = Slot.objects.select_related("unit").get(pk=slot.pk)
    fresh.round = round_
    return fresh


@transaction.atomic
def take_lease(slot: Slot, *, by: Mandate, now: datetime, carrier: Carrier | None = None) -> Attempt:
    """Begin a signature: for a while nobody else can sign. ``carrier``: by which, else the first that signs at once.

    Raises NotAllowed, WrongState ('đang có người ký')."""
    locked = _slot(slot)
    _free_expired(locked.round, now)
    locked.refresh_from_db(fields=["state"])
    require(can_take_lease(by, locked, now))
    carrier = carrier or carrier_here(locked.signer_code)
    if carrier is None:
        raise WrongState(_("Hệ thống này chưa có dịch vụ ký số."))
    move(locked, "take", SLOT_MOVES, by=by, now=now, act="signing.take", unit=locked.who)
    slot.state = locked.state
    try:
        with transaction.atomic():
            return Attempt.objects.create(
                mandate=by,
                round=locked.round,
                slot=locked,
                carrier=carrier.name,
                base_sha256=locked.round.head.sha256,
                begun_at=now,
                lease_until=now + carrier.lease,
            )
    except IntegrityError as error:
        raise WrongState(_("Đang có người ký. Mời thử lại sau ít phút.")) from error


def sign_slot(slot: Slot, *, by: Mandate, now: datetime, secret: str = "") -> Revision:
    """Sign for the unit: lease, checks, signature on the head, review of the new file, then revision, slot, attempt and
    trace in one transaction. The last signature also has the file sealed. ``secret``: the password of the unit's key, where
    its carrier asks for one.

    Raises NotAllowed, WrongState (somebody else signs, the head moved), Invalid (the signature was not accepted)."""
    require(can_sign_slot(by, slot, now))
    carrier = carrier_here(slot.signer_code)
    if carrier is None:
        raise WrongState(_("Hệ thống này chưa có dịch vụ ký số."))
    attempt = take_lease(slot, by=by, now=now, carrier=carrier)
    revision = _take_step(attempt, lambda base, request: carrier.sign(base, request, secret.encode()), now=now)
    if revision is None:
        raise WrongState(
            _("Khóa đã ký nhưng chưa lấy được dấu thời gian; chữ ký được giữ ngoài văn bản."),
            _("Hệ thống tự thử lại trong %(minutes)s phút; chưa cần ký lại.") % {"minutes": PATIENCE // 60},
        )
    slot.refresh_from_db()
    return revision


def _take_step(
    attempt: Attempt, step: Callable[[bytes, SignRequest], Signed | Prepared], *, now: datetime
) -> Revision | None:
    """One step of a carrier on the head revision. What is finished becomes the next revision, what is not is kept with the
    attempt (None); a refusal or a failure ends the attempt, the head is as it was."""
    by = attempt.mandate
    assert by is not None
    try:
        signed = step(*_parts(attempt, now))
        if isinstance(signed, Prepared):
            return _keep(attempt, signed, now)
        revision = _accept(attempt, signed, by=by, now=now)
    except Exception as error:
        with official():  # what is kept speaks Vietnamese
            _give_up(attempt, str(error) if isinstance(error, DomainError) else _("dịch vụ ký số gặp lỗi"), now)
        raise
    return _finished(attempt.slot, revision, now)


@transaction.atomic
def _keep(attempt: Attempt, prepared: Prepared, now: datetime) -> None:
    """Keep what there is of a signature, outside the file. One that only lacks its time stamp has a while longer, and is
    tried again after 5, 10, 20 … seconds. Raises WrongState when the turn has ended meanwhile."""
    slot = _slot(attempt.slot)
    if prepared.tries:
        wait = now + timedelta(seconds=min(5 * 2 ** (prepared.tries - 1), 60))
        lease = attempt.lease_until
        if prepared.tries == 1:
            lease = max(lease, now + timedelta(seconds=PATIENCE))
            record("signing.keep", slot, by=SYSTEM, now=now, unit=slot.who)
    else:
        wait, lease = None, attempt.lease_until
        if not attempt.state:
            record("signing.ask", slot, by=attempt.mandate or SYSTEM, now=now, unit=slot.who)
    kept = {"state": prepared.state(), "tail": prepared.tail, "busy_until": wait, "lease_until": lease}
    if not Attempt.objects.filter(pk=attempt.pk, ended_at=None).update(**kept):
        raise WrongState(_("Lượt ký đã hết giờ hoặc đã thôi; câu trả lời đến muộn không được ghi. Mời ký lại."))


def _finished(slot: Slot, revision: Revision, now: datetime) -> Revision:
    slot.refresh_from_db()
    if revision.round.state == RoundState.SIGNED:
        _seal_now(revision, now)
    return revision


def begin_file(slot: Slot, *, by: Mandate, now: datetime) -> Attempt:
    """Begin a turn with the agency's own tool: the head is the unit's to sign until the lease ends. Raises NotAllowed,
    WrongState."""
    require(can_begin_file(by, slot, now))
    return take_lease(slot, by=by, now=now, carrier=file_carrier_here(slot.signer_code))


def return_file(slot: Slot, data: bytes, *, by: Mandate, now: datetime) -> Revision:
    """Hand in the file signed elsewhere. One that is refused leaves a trace and the turn as it was: the right one may follow.

    Raises NotAllowed, WrongState (no turn, out of time), Invalid (what is wrong with the file)."""
    slot.refresh_from_db(fields=["state"])
    require(can_return_file(by, slot, now))
    attempt = Attempt.objects.select_related("slot__unit").filter(slot=slot, ended_at=None, carrier="file").first()
    if attempt is None:  # given up in this moment, in another window
        raise WrongState(_("Chưa bắt đầu lượt ký, hoặc lượt ký đã hết giờ. Mời bắt đầu lượt mới."))
    carrier = file_carrier_here(slot.signer_code)
    if carrier is None:
        raise WrongState(_("Hệ thống này không nhận tệp ký bằng công cụ khác."))
    try:
        signed = carrier.sign(*_parts(attempt, now), data)
    except DomainError as error:
        with official():  # what is kept speaks Vietnamese
            _note_refused(slot, str(error), by=by, now=now)
        raise
    assert isinstance(signed, Signed)
    return _finished(slot, _accept(attempt, signed, by=by, now=now), now)


@transaction.atomic
def _note_refused(slot: Slot, reason: str, *, by: Mandate, now: datetime) -> None:
    record("signing.refuse_file", slot, by=by, now=now, unit=slot.who, reason=reason)


@transaction.atomic
def release_slot(slot: Slot, *, by: Mandate, now: datetime) -> None:
    """Give the turn up: the next may sign at once. Raises NotAllowed, WrongState."""
    locked = _slot(slot)
    require(can_release_slot(by, locked, now))
    for attempt in Attempt.objects.filter(slot=locked, ended_at=None):
        _end_attempt(attempt.pk, now, "released")
    move(locked, "release", SLOT_MOVES, by=by, now=now, act="signing.release", unit=locked.who)
    slot.state = locked.state


def _parts(attempt: Attempt, now: datetime) -> tuple[bytes, SignRequest]:
    """The file that was the head when the lease began, and what is to be signed in it. No transaction is open here."""
    slot = attempt.slot
    base = Revision.objects.select_related("file").get(round=attempt.round_id, sha256=attempt.base_sha256)
    request = SignRequest(
        field=slot.field,
        unit_code=slot.signer_code,
        unit_name=slot.unit.name,
        post=slot.post,
        at=now,
        picture=picture_of(attempt.mandate),
    )
    return base.file.read(), request


@transaction.atomic
def _accept(attempt: Attempt, signed: Signed, *, by: Mandate, now: datetime) -> Revision:
    """Put the new revision on the head if that is still the file which was signed and the lease is still this one's."""
    slot = _slot(attempt.slot)
    round_, head = slot.round, slot.round.head
    if round_.state != RoundState.SIGNING:
        raise WrongState(_("Vòng ký đã khép trong lúc ký; chữ ký này không được ghi."))
    if not _end_attempt(attempt.pk, now, "done"):
        raise WrongState(_("Lượt ký đã hết giờ và được thu hồi; chữ ký này không được ghi. Mời ký lại."))
    if head.sha256 != attempt.base_sha256:
        raise WrongState(_("Văn bản đã có chữ ký mới trong lúc ký; chữ ký này không được ghi. Mời ký lại."))
    base = head.file.read()
    if not signed.data.startswith(base) or len(signed.data) <= len(base):
        raise Invalid(_("Tệp ký trả về không nối tiếp bản đang lưu; chữ ký này không được ghi."))
    revision = _append(round_, head, signed.data, "signature", now=now, slot=slot)
    move(
        slot,
        "sign",
        SLOT_MOVES,
        by=by,
        now=now,
        act="signing.sign",
        fields={
            "signer_id": by.user_id,
            "signer_label": signed.signer,
            "signed_at": signed.signed_at,
            "certificate_sha256": signed.certificate_sha256,
        },
        unit=slot.who,
        number=revision.number,
        hash=in_groups(revision.sha256),
        sha256=revision.sha256,
    )
    _invite_clerk(slot, now)
    if not round_.slots.exclude(state=SlotState.SIGNED).exists():
        count = round_.slots.count()
        move(round_, "complete", ROUND_MOVES, by=SYSTEM, now=now, act="signing.complete", count=count)
        round_completed.send(sender=type(round_), round=round_, by=by, now=now)
    revision.round = round_
    return revision


def _invite_clerk(signed: Slot, now: datetime) -> None:
    """After a leader's signature, whoever keeps the unit's stamp is asked for it, where the document has a place for one."""
    stamp = signed.round.slots.filter(unit=signed.unit_id, role=Role.CLERK, state=SlotState.WAITING)
    if signed.role != Role.LEADER or not stamp.exists():
        return
    with official():
        notify(
            holders_of(signed.round, signed.unit_id, Role.CLERK, now),
            _("Mời đặt con dấu: %(title)s") % {"title": signed.round.title},
            _("Lãnh đạo %(unit)s đã ký. Mời văn thư đặt con dấu của cơ quan vào ô bên dưới.")
            % {"unit": signed.unit.short_name},
            back_of(signed.round),
            now=now,
            at_once=True,
        )


@transaction.atomic
def _give_up(attempt: Attempt, reason: str, now: datetime) -> None:
    """End an attempt that failed; the slot waits again, the head is as it was."""
    slot = _slot(attempt.slot)
    if _end_attempt(attempt.pk, now, reason):
        if slot.state == SlotState.SIGNING:
            move(
                slot,
                "release",
                SLOT_MOVES,
                by=SYSTEM,
                now=now,
                act="signing.fail",
                unit=slot.who,
                reason=reason,
            )


def _seal_now(revision: Revision, now: datetime) -> None:
    """Seal right after the last signature; what fails is in the trail and is repeated by the worker or by hand."""
    from .seal import seal_round

    try:
        seal_round(revision.round, by=SYSTEM, now=now)
    except DomainError:
        revision.round.refresh_from_db()
