"""The states of texts, rounds and submissions, and the moves between them. ``audit.move`` alone writes a state."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    REGULATION = "regulation", _("Quy chế")
    PLAN = "plan", _("Kế hoạch")
    CRITERIA = "criteria", _("Bảng tiêu chí")
    RESOLUTION = "resolution", _("Nghị quyết")
    DECISION = "decision", _("Quyết định")
    REPORT = "report", _("Báo cáo")
    MINUTES = "minutes", _("Biên bản")
    PACT = "pact", _("Giao ước")
    OTHER = "other", _("Văn bản khác")


class DocumentState(models.TextChoices):
    DRAFTING = "drafting", _("Đang soạn")
    CONSULTING = "consulting", _("Đang lấy ý kiến")
    RESPONDING = "responding", _("Đang tiếp thu, giải trình")
    RESPONDED = "responded", _("Đã trả lời, chờ trình")
    TABLED = "tabled", _("Đã trình hội nghị")
    EDITED = "edited", _("Thông qua, chờ bản cuối")
    ADOPTED = "adopted", _("Đã thông qua")
    IN_FORCE = "in_force", _("Đã ban hành")
    SUPERSEDED = "superseded", _("Hết hiệu lực")
    WITHDRAWN = "withdrawn", _("Đã rút")


_D = DocumentState
DOCUMENT_MOVES = {  # verb: (from, to)
    "open_consultation": ({_D.DRAFTING, _D.RESPONDED}, _D.CONSULTING),
    "close_consultation": ({_D.CONSULTING}, _D.RESPONDING),
    "publish_answers": ({_D.RESPONDING}, _D.RESPONDED),
    "table": ({_D.RESPONDED}, _D.TABLED),
    "table_without_consultation": ({_D.DRAFTING}, _D.TABLED),
    "adopt": ({_D.TABLED}, _D.ADOPTED),
    "adopt_with_edits": ({_D.TABLED}, _D.EDITED),
    "confirm_final": ({_D.EDITED}, _D.ADOPTED),
    "issue": ({_D.ADOPTED}, _D.IN_FORCE),
    "supersede": ({_D.IN_FORCE}, _D.SUPERSEDED),
    "send_back": ({_D.TABLED, _D.EDITED}, _D.DRAFTING),
    "withdraw": ({_D.DRAFTING, _D.CONSULTING, _D.RESPONDING, _D.RESPONDED, _D.TABLED, _D.EDITED}, _D.WITHDRAWN),
}
DECIDED = {_D.ADOPTED, _D.IN_FORCE, _D.SUPERSEDED}  # the conference has adopted it


class Relation(models.TextChoices):
    """What a text that is issued does to an earlier one."""

    AMENDS = "amends", _("Sửa đổi, bổ sung")
    REPLACES = "replaces", _("Thay thế")
    REPEALS = "repeals", _("Bãi bỏ")


PASSIVE = {
    Relation.AMENDS: _("Được sửa đổi, bổ sung bởi"),
    Relation.REPLACES: _("Được thay thế bởi"),
    Relation.REPEALS: _("Bị bãi bỏ bởi"),
}
ENDING = {Relation.REPLACES, Relation.REPEALS}  # the earlier text is no longer in force


class RoundState(models.TextChoices):
    OPEN = "open", _("Đang lấy ý kiến")
    CLOSED = "closed", _("Đã hết hạn góp ý")


ROUND_MOVES = {"close": ({RoundState.OPEN}, RoundState.CLOSED)}


class SubmissionState(models.TextChoices):
    PREPARING = "preparing", _("Đang soạn")
    WITH_LEADER = "with_leader", _("Chờ lãnh đạo gửi")
    SENT = "sent", _("Đã gửi")
    AGREED = "agreed", _("Thống nhất, không có ý kiến")
    SILENT = "silent", _("Không trả lời")


_S = SubmissionState
SUBMISSION_MOVES = {
    "hand_to_leader": ({_S.PREPARING}, _S.WITH_LEADER),
    "take_back": ({_S.WITH_LEADER}, _S.PREPARING),
    "send": ({_S.PREPARING, _S.WITH_LEADER, _S.SILENT}, _S.SENT),
    "agree": ({_S.PREPARING, _S.WITH_LEADER, _S.SILENT}, _S.AGREED),
    "fall_silent": ({_S.PREPARING, _S.WITH_LEADER}, _S.SILENT),
}
SPOKEN = (SubmissionState.SENT, SubmissionState.AGREED)
STILL_HEARD = (_D.CONSULTING, _D.RESPONDING, _D.RESPONDED)  # a late word still finds somebody who answers it


class CommentKind(models.TextChoices):
    WORDING = "wording", _("Sửa câu chữ")
    ADD = "add", _("Bổ sung")
    DELETE = "delete", _("Đề nghị bỏ")
    MOVE = "move", _("Chuyển chỗ")
    ASK = "ask", _("Đề nghị làm rõ")
    AGREE = "agree", _("Tán thành")


class Decision(models.TextChoices):
    ACCEPTED = "accepted", _("Tiếp thu")
    PARTLY = "partly", _("Tiếp thu một phần")
    NOT_ACCEPTED = "not_accepted", _("Không tiếp thu")
    ALREADY = "already", _("Đã có tại")
    TO_MEETING = "to_meeting", _("Trình hội nghị")


KEPT_PROMISES = (Decision.ACCEPTED, Decision.PARTLY)  # 'tiếp thu': a clause has to show it


class LastWordKind(models.TextChoices):
    AGREED = "agreed", _("Đồng ý với trả lời")
    RESERVED = "reserved", _("Bảo lưu ý kiến")
