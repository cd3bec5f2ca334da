"""Who may do what in a signing round. It knows units and leaders, not what the file says."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from giaouoc.audit.trail import Actor, System
from giaouoc.clusters.access import is_administrator, is_head, works_in
from giaouoc.clusters.models import NEEDS_PAPER, Mandate, Role, Year
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import clock_time, short_date
from giaouoc.lib.verdict import YES, Verdict, no, not_now

from .carriers import all_carriers, carrier_here, carriers_here, file_carrier_here, phone_carrier_here
from .models import Attempt, SigningRound, Slot
from .provision import services_here
from .queries import seal_failed
from .states import RoundState, SlotState


def signing_works() -> Verdict:
    """Whether this installation can sign and seal at all; if not, what has to be set up."""
    if carriers_here():
        what = services_here().lacks()
    else:
        what = next((why for one in all_carriers() if not one.is_trial and (why := one.lacks())), "")
    if carriers_here() and not what:
        return YES
    return not_now(
        _(
            "Hệ thống này chưa có dịch vụ ký số nên chưa ký được. Quản trị hệ thống cần nối dịch vụ ký và"
            " cấp dấu thời gian trước khi khóa văn bản để ký. %(what)s"
        )
        % {"what": what}
    )


def can_open_signing_round(by: Mandate | None, year: Year, now: datetime) -> Verdict:
    """The head unit opens a round, where a signing service is set up."""
    return is_head(by, year, now) and signing_works()


def _is_signer(by: Mandate | None, slot: Slot, now: datetime) -> Verdict:
    """The leader of the slot's unit, or its secretary where the slot is one, in the capacity that is printed over the box, with the paper that this needs."""
    if by is None or by.role != slot.role or by.unit_id != slot.unit_id or by.year_id != slot.round.year_id:
        if slot.role == Role.SECRETARY:
            return no(_("Chỉ thư ký %(unit)s được ký ô này.") % {"unit": slot.unit.short_name})
        if slot.is_stamp:
            return no(_("Chỉ văn thư %(unit)s được đặt con dấu vào ô này.") % {"unit": slot.unit.short_name})
        return no(_("Chỉ lãnh đạo %(unit)s được ký ô này.") % {"unit": slot.unit.short_name})
    if by.membership_role(now) is None:
        return no(_("%(unit)s không còn là thành viên của Cụm.") % {"unit": slot.unit.short_name})
    if by.capacity != slot.capacity:
        return no(
            _(
                "Văn bản đã khóa với người ký là “%(post)s”. Muốn người khác ký, đơn vị Cụm trưởng phải hủy vòng ký"
                " này và khóa phiên bản mới."
            )
            % {"post": slot.post}
        )
    if by.capacity in NEEDS_PAPER and not by.delegation_number:
        return no(_("Ký thay, thừa lệnh, thừa ủy quyền cần có văn bản ủy quyền được ghi trong mục Nhân sự."))
    return YES


def _stamp_may_follow(by: Mandate | None, slot: Slot) -> Verdict:
    """A stamp comes after its own unit's leader, by another hand. Source: NĐ 30/2020/NĐ-CP, Điều 32 (domain notes, B §2)."""
    if not slot.is_stamp:
        return YES
    leader = slot.round.slots.filter(unit=slot.unit_id, role=Role.LEADER).first()
    if leader is None or leader.state != SlotState.SIGNED:
        return not_now(_("Con dấu chỉ đặt sau khi lãnh đạo %(unit)s đã ký.") % {"unit": slot.unit.short_name})
    if by is not None and by.user_id == leader.signer_id:
        return no(_("Con dấu do người khác với người đã ký giữ: văn thư của đơn vị đặt con dấu."))
    return YES


def _is_open(round_: SigningRound, now: datetime) -> Verdict:
    if round_.state == RoundState.SIGNING:
        if round_.last_day is not None and local_date(now) > round_.last_day:
            return not_now(_("Hạn ký là hết ngày %(day)s, nay đã qua.") % {"day": short_date(round_.last_day)})
        return YES
    reasons = {
        RoundState.SIGNED: _("Văn bản đã đủ chữ ký."),
        RoundState.SEALED: _("Văn bản đã đủ chữ ký và đóng niêm."),
        RoundState.REFUSED: _("Vòng ký đã khép vì có đơn vị từ chối ký."),
        RoundState.CANCELLED: _("Vòng ký đã bị hủy."),
        RoundState.EXPIRED: _("Vòng ký đã khép vì hết hạn ký."),
    }
    return not_now(reasons[RoundState(round_.state)])


def can_take_lease(by: Mandate | None, slot: Slot, now: datetime) -> Verdict:
    """To begin a signature: the right leader, an empty slot, nobody else signing at this moment."""
    if not (verdict := _is_signer(by, slot, now)):
        return verdict
    if not (verdict := _is_open(slot.round, now) and signing_works()):
        return verdict
    if slot.state == SlotState.SIGNED:
        return not_now(_("Đơn vị đã ký."))
    if not (verdict := _stamp_may_follow(by, slot)):
        return verdict
    if slot.round.in_order:
        before = slot.round.slots.filter(position__lt=slot.position).exclude(state=SlotState.SIGNED)
        if first := before.select_related("unit").order_by("position").first():
            return not_now(_("Ký lần lượt theo danh sách: chờ %(unit)s ký trước.") % {"unit": first.who})
    live = Attempt.objects.filter(round=slot.round_id, ended_at=None, lease_until__gt=now)
    if attempt := live.select_related("slot__unit").first():
        return not_now(
            _("Đang có người ký: %(unit)s, đến %(until)s. Mời ký sau lượt này.")
            % {"unit": attempt.slot.who, "until": clock_time(attempt.lease_until)}
        )
    return YES


def can_sign_slot(by: Mandate | None, slot: Slot, now: datetime) -> Verdict:
    """To sign at once, with a key that this installation reaches: signing takes its own lease."""
    if not (verdict := can_take_lease(by, slot, now)):
        return verdict
    if carrier_here(slot.signer_code) is None:
        return not_now(
            _("Ở đây ký bằng điện thoại, hoặc bằng công cụ của cơ quan: tải bản hiện tại, ký, rồi nộp lại tệp.")
        )
    return YES


def can_begin_file(by: Mandate | None, slot: Slot, now: datetime) -> Verdict:
    """To take the file away and sign it with the agency's own tool."""
    if not (verdict := can_take_lease(by, slot, now)):
        return verdict
    if file_carrier_here(slot.signer_code) is None:
        return not_now(_("Hệ thống này không nhận tệp ký bằng công cụ khác."))
    return YES


def _may_go_on(by: Mandate | None, slot: Slot, now: datetime) -> Verdict:
    """The slot's own signer, while the round is open and the slot is not signed."""
    if not (verdict := _is_signer(by, slot, now)):
        return verdict
    if not (verdict := _is_open(slot.round, now)):
        return verdict
    return not_now(_("Đơn vị đã ký.")) if slot.state == SlotState.SIGNED else YES


def can_return_file(by: Mandate | None, slot: Slot, now: datetime) -> Verdict:
    """To hand in the signed file, or give the turn up, while the unit's own turn lasts."""
    if not (verdict := _may_go_on(by, slot, now)):
        return verdict
    live = Attempt.objects.filter(slot=slot, ended_at=None, lease_until__gt=now, carrier="file")
    if slot.state != SlotState.SIGNING or not live.exists():
        return not_now(
            _(
                "Chưa bắt đầu lượt ký, hoặc lượt ký đã hết giờ. Mời bắt đầu lượt mới; nếu chưa đơn vị nào ký thêm thì tệp đã"
                " ký vẫn nộp được."
            )
        )
    return YES


def can_ask_phone(by: Mandate | None, slot: Slot, now: datetime) -> Verdict:
    """To begin a signature that the leader confirms on the phone."""
    if not (verdict := can_take_lease(by, slot, now)):
        return verdict
    if phone_carrier_here(slot.signer_code) is None:
        return not_now(_("Đơn vị chưa có tài khoản ở dịch vụ ký từ xa."))
    return YES


def can_resume_slot(by: Mandate | None, slot: Slot, now: datetime) -> Verdict:
    """To go on with a signature that waits for the phone or for a time stamp, while the unit's own turn lasts."""
    if not (verdict := _may_go_on(by, slot, now)):
        return verdict
    live = Attempt.objects.filter(slot=slot, ended_at=None, lease_until__gt=now).exclude(state={})
    if not live.exists():
        return not_now(_("Lượt ký đã hết giờ hoặc đã thôi; câu trả lời đến muộn không được ghi. Mời ký lại."))
    return YES


def can_release_slot(by: Mandate | None, slot: Slot, now: datetime) -> Verdict:
    """To give the unit's own turn up, so that the next can sign."""
    return can_resume_slot(by, slot, now) or can_return_file(by, slot, now)


def can_refuse_slot(by: Mandate | None, slot: Slot, now: datetime) -> Verdict:
    """Who was to sign may refuse as long as that has not happened. A stamp follows its leader's word: its clerk has none."""
    if slot.is_stamp:
        return no(
            _("Con dấu theo chữ ký của lãnh đạo nên văn thư không từ chối thay đơn vị; có sai sót thì báo lãnh đạo.")
        )
    if not (verdict := _is_signer(by, slot, now)):
        return verdict
    if not (verdict := _is_open(slot.round, now)):
        return verdict
    if slot.state == SlotState.SIGNED:
        return not_now(_("Đơn vị đã ký nên không từ chối được nữa."))
    if slot.state == SlotState.SIGNING:
        attempt = Attempt.objects.filter(slot=slot, ended_at=None, lease_until__gt=now).first()
        if attempt is not None:
            return not_now(
                _("Lượt ký của đơn vị đang thực hiện, đến %(until)s.") % {"until": clock_time(attempt.lease_until)}
            )
    return YES


def can_set_picture(by: Mandate | None, year: Year, now: datetime) -> Verdict:
    """Whoever signs or stamps for a member chooses the picture in the own frame."""
    if by is not None and by.year_id == year.pk and by.role in {Role.LEADER, Role.CLERK} and by.membership_role(now):
        return YES
    return no(_("Chỉ lãnh đạo, văn thư của đơn vị thành viên đặt hình trong khung chữ ký, con dấu của mình."))


def can_cancel_round(by: Mandate | None, round_: SigningRound, now: datetime) -> Verdict:
    """The head unit may cancel a round before the last signature, and one that has them all but cannot be sealed."""
    if not (verdict := is_head(by, round_.year, now)):
        return verdict
    if round_.state == RoundState.SIGNED and seal_failed(round_):
        return (
            YES  # a signature that no seal can be put on (its certificate was revoked meanwhile) would block for good
        )
    return YES if round_.state == RoundState.SIGNING else _is_open(round_, now)


def can_seal_round(by: Actor | None, round_: SigningRound, now: datetime) -> Verdict:
    """The system seals after the last signature; the head unit may start it again when that failed."""
    if not isinstance(by, System):
        if by is not None and not isinstance(by, Mandate):
            return no(_("Chỉ hệ thống hoặc đơn vị Cụm trưởng được đóng niêm."))
        if not (verdict := is_head(by, round_.year, now)):
            return verdict
    if round_.state != RoundState.SIGNED:
        return not_now(_("Chỉ đóng niêm khi văn bản đã đủ chữ ký và chưa đóng niêm."))
    return signing_works()


def can_renew_seal(by: Actor | None, round_: SigningRound, now: datetime) -> Verdict:
    """The system alone renews seals, by its calendar."""
    if not isinstance(by, System):
        return no(_("Chỉ hệ thống gia hạn niêm phong, theo lịch hằng năm."))
    if round_.state != RoundState.SEALED:
        return not_now(_("Văn bản chưa đóng niêm nên chưa có gì để gia hạn."))
    what = services_here().lacks()
    return not_now(what) if what else YES


def can_set_accounts(by: Actor | None, now: datetime) -> Verdict:
    """The technical administrator, or whoever runs the command on the server: the client's secret is the system's own. A
    leader holds what no account says: the phone that is asked, the PIN."""
    if isinstance(by, System):
        return YES
    return is_administrator(by if isinstance(by, Mandate) else None)


def can_read_round(by: Mandate | None, round_: SigningRound, now: datetime) -> Verdict:
    """Members and the supervising body read the file at every step."""
    return works_in(by, round_.year)


def can_download_sealed(round_: SigningRound) -> Verdict:
    """Anybody may have a sealed document by its code."""
    if round_.state != RoundState.SEALED:
        return not_now(_("Văn bản chưa đủ chữ ký và đóng niêm."))
    return YES
