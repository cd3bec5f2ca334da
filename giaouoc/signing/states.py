"""The states of a signing round and of a slot in it, and the moves between them; only ``audit.move`` writes one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RoundState(models.TextChoices):
    SIGNING = "signing", _("Đang ký")
    SIGNED = "signed", _("Đã ký đủ, chờ đóng niêm")
    SEALED = "sealed", _("Đã ký đủ và đóng niêm")
    REFUSED = "refused", _("Có đơn vị từ chối ký")
    CANCELLED = "cancelled", _("Đã hủy")
    EXPIRED = "expired", _("Đã hết hạn ký")


_R = RoundState
ROUND_MOVES = {  # verb: (from, to)
    "complete": ({_R.SIGNING}, _R.SIGNED),
    "seal": ({_R.SIGNED}, _R.SEALED),
    "refuse": ({_R.SIGNING}, _R.REFUSED),
    "cancel": ({_R.SIGNING, _R.SIGNED}, _R.CANCELLED),  # of a signed one, when it cannot be sealed
    "expire": ({_R.SIGNING}, _R.EXPIRED),  # the last day is over
}

CLOSED = (_R.REFUSED, _R.CANCELLED, _R.EXPIRED)  # ended without all signatures


class SlotState(models.TextChoices):
    WAITING = "waiting", _("Chờ ký")
    SIGNING = "signing", _("Đang ký")
    SIGNED = "signed", _("Đã ký")
    REFUSED = "refused", _("Từ chối ký")


_S = SlotState
SLOT_MOVES = {
    "take": ({_S.WAITING}, _S.SIGNING),
    "release": ({_S.SIGNING}, _S.WAITING),  # the lease ran out, or the attempt failed
    "sign": ({_S.SIGNING}, _S.SIGNED),
    "refuse": ({_S.WAITING}, _S.REFUSED),
}
