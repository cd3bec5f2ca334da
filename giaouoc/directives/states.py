"""The states of a task and the moves between them. ``audit.move`` alone writes a state; overdue is computed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskState(models.TextChoices):
    ASSIGNED = "assigned", _("Chờ đơn vị nhận")
    CHANGE_ASKED = "change_asked", _("Đơn vị đề nghị điều chỉnh")
    ACCEPTED = "accepted", _("Đang thực hiện")
    REPORTED = "reported", _("Chờ xác nhận")
    RETURNED = "returned", _("Yêu cầu làm tiếp")
    CONFIRMED = "confirmed", _("Đã xác nhận")
    CANCELLED = "cancelled", _("Đã rút")


class EntryKind(models.TextChoices):
    ASK = "ask", _("Đề nghị điều chỉnh")
    CHANGE = "change", _("Điều chỉnh")
    REPORT = "report", _("Báo cáo kết quả")
    RETURN = "return", _("Yêu cầu làm tiếp")
    CONFIRM = "confirm", _("Xác nhận")
    CANCEL = "cancel", _("Rút")


_T = TaskState
DOING = {_T.ACCEPTED, _T.RETURNED}
OVER = {_T.CONFIRMED, _T.CANCELLED}
TASK_MOVES = {  # verb: (from, to)
    "accept": ({_T.ASSIGNED}, _T.ACCEPTED),
    "ask": ({_T.ASSIGNED, _T.ACCEPTED, _T.RETURNED}, _T.CHANGE_ASKED),
    "change": ({_T.ASSIGNED, _T.CHANGE_ASKED, _T.ACCEPTED, _T.RETURNED}, _T.ASSIGNED),
    "report": (DOING, _T.REPORTED),
    "confirm": ({_T.REPORTED}, _T.CONFIRMED),
    "return": ({_T.REPORTED}, _T.RETURNED),
    "cancel": ({_T.ASSIGNED, _T.CHANGE_ASKED, *DOING, _T.REPORTED}, _T.CANCELLED),
}
