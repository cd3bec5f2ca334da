"""The states of a conference and of a decision in it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("Dự kiến")
    CONVENED = "convened", _("Đã gửi giấy mời")
    OPEN = "open", _("Đang họp")
    CLOSED = "closed", _("Đã bế mạc, chờ biên bản")
    RECORDED = "recorded", _("Đã có biên bản")
    SIGNING = "signing", _("Đang ký biên bản")
    SIGNED = "signed", _("Biên bản đã đủ chữ ký, chờ đóng niêm")
    ARCHIVED = "archived", _("Biên bản đã ký và đóng niêm")
    CANCELLED = "cancelled", _("Không họp")


_M = MeetingState
MEETING_MOVES = {
    "convene": ({_M.PLANNED}, _M.CONVENED),
    "open": ({_M.PLANNED, _M.CONVENED}, _M.OPEN),
    "close": ({_M.OPEN}, _M.CLOSED),
    "record": ({_M.CLOSED}, _M.RECORDED),
    "put_to_signing": ({_M.RECORDED}, _M.SIGNING),
    "complete": ({_M.SIGNING}, _M.SIGNED),
    "archive": ({_M.SIGNED}, _M.ARCHIVED),
    "reopen": ({_M.SIGNING, _M.SIGNED}, _M.CLOSED),  # refused, stopped or too late: the minutes are written anew
    "cancel": ({_M.PLANNED, _M.CONVENED}, _M.CANCELLED),
}
APPROVED = (_M.RECORDED, _M.SIGNING, _M.SIGNED, _M.ARCHIVED)  # the minutes are fixed


class Answer(models.TextChoices):
    """What a unit answered to the invitation."""

    COMING = "coming", _("sẽ dự")
    AWAY = "away", _("vắng")


class Method(models.TextChoices):
    VOTE = "vote", _("Biểu quyết công khai")
    CONSENSUS = "consensus", _("Thống nhất chung")


class DecisionState(models.TextChoices):
    OPEN = "open", _("Đang biểu quyết")
    DECLARED = "declared", _("Đã công bố")
    VOID = "void", _("Đã hủy")


DECISION_MOVES = {
    "declare": ({DecisionState.OPEN}, DecisionState.DECLARED),
    "void": ({DecisionState.OPEN}, DecisionState.VOID),
}


class Choice(models.TextChoices):
    YES = "yes", _("Tán thành")
    NO = "no", _("Không tán thành")
    ABSTAIN = "abstain", _("Không có ý kiến")


CONSENSUS_WORDS = {Choice.YES: _("Không có ý kiến khác"), Choice.NO: _("Có ý kiến khác")}


def choice_words(method: str, choice: str) -> str:
    """What a unit's word is called under this method of deciding."""
    if method == Method.CONSENSUS and choice in CONSENSUS_WORDS:
        return str(CONSENSUS_WORDS[Choice(choice)])
    return str(Choice(choice).label)


class Purpose(models.TextChoices):
    TEXT = "text", _("Văn bản của mục")
    ELECTION = "election", _("Bầu Cụm trưởng, Cụm phó năm sau")
    MOTION = "motion", _("Việc khác")


RULE_OF = {Purpose.TEXT: "adopt.text", Purpose.ELECTION: "elect", Purpose.MOTION: "adopt.motion"}


class FloorAct(models.TextChoices):
    REWORD = "reword", _("Sửa lời")
    DROP = "drop", _("Bỏ")
    ADD = "add", _("Thêm sau")


class Outcome(models.TextChoices):
    ADOPTED = "adopted", _("Thông qua")
    REJECTED = "rejected", _("Không thông qua")
    TIED = "tied", _("Ngang phiếu, biểu quyết lại")
