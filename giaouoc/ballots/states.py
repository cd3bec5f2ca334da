"""The states of a secret ballot, and its levels."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    DETACHED = "detached", _("Kín trên hệ thống")
    BLIND = "blind", _("Kín, có kiểm chứng")
    PAPER = "paper", _("Phiếu giấy, nhập kết quả")


class BallotState(models.TextChoices):
    VOTING = "voting", _("Đang bỏ phiếu")
    KEYING = "keying", _("Chờ khóa của tổ kiểm phiếu")
    STAMPING = "stamping", _("Đang đóng dấu phiếu")
    DROPPING = "dropping", _("Đang bỏ phiếu vào hòm")
    COUNTING = "counting", _("Đang nhập kết quả kiểm phiếu")
    CLOSED = "closed", _("Đã kiểm phiếu")
    VOID = "void", _("Đã hủy")


_B = BallotState
FIRST = {Level.DETACHED: _B.VOTING, Level.BLIND: _B.STAMPING, Level.PAPER: _B.COUNTING}
KEY_KEPT = {_B.KEYING, _B.STAMPING}  # the server's own key is there
OPEN = {_B.VOTING, _B.KEYING, _B.STAMPING, _B.DROPPING, _B.COUNTING}
BALLOT_MOVES = {
    "second_key": ({_B.KEYING}, _B.STAMPING),
    "one_stamp": ({_B.KEYING, _B.STAMPING}, _B.STAMPING),
    "end_stamping": ({_B.STAMPING}, _B.DROPPING),
    "close": ({_B.VOTING, _B.DROPPING, _B.COUNTING}, _B.CLOSED),
    "void": (OPEN, _B.VOID),
}
