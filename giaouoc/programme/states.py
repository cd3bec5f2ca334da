"""The states of the pact and the moves between them. ``audit.move`` alone writes a state."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActivityKind(models.TextChoices):
    TRAINING = "training", _("Tập huấn")
    SEMINAR = "seminar", _("Tọa đàm")
    EXCHANGE = "exchange", _("Giao lưu")
    OTHER = "other", _("Hoạt động khác")


class PactState(models.TextChoices):
    DRAFT = "draft", _("Nháp")
    SIGNING = "signing", _("Đang ký")
    SIGNED = "signed", _("Đã ký đủ, chờ đóng niêm")
    SEALED = "sealed", _("Đã ký đủ và đóng niêm")
    REFUSED = "refused", _("Có đơn vị từ chối ký")
    CANCELLED = "cancelled", _("Đã hủy")
    EXPIRED = "expired", _("Đã hết hạn ký")


_P = PactState
PACT_MOVES = {  # verb: (from, to)
    "freeze": ({_P.DRAFT}, _P.SIGNING),
    "complete": ({_P.SIGNING}, _P.SIGNED),
    "seal": ({_P.SIGNED}, _P.SEALED),
    "refuse": ({_P.SIGNING}, _P.REFUSED),
    "cancel": ({_P.DRAFT, _P.SIGNING, _P.SIGNED}, _P.CANCELLED),
    "expire": ({_P.SIGNING}, _P.EXPIRED),
}
CLOSED = (PactState.REFUSED, PactState.CANCELLED, PactState.EXPIRED)
