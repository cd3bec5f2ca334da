"""The year's rules in words: what a rule is called, what its value says, with the whole number beside the fraction."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .rules.year_rules import DEFAULTS, RuleValue, Share

RULE_NAMES = {
    "quorum": gettext_lazy("Túc số hội nghị"),
    "adopt.text": gettext_lazy("Thông qua quy chế, kế hoạch, bảng tiêu chí"),
    "consensus": gettext_lazy("Thống nhất chung"),
    "consensus.seconds": gettext_lazy("Thống nhất chung: chờ ý kiến khác ít nhất (giây)"),
    "silence": gettext_lazy("Đơn vị không trả lời khi lấy ý kiến"),
    "representation": gettext_lazy("Ai đại diện đơn vị tại hội nghị"),
    "consult.min_days": gettext_lazy("Thời gian lấy ý kiến ít nhất (ngày làm việc)"),
    "convene.min_days": gettext_lazy("Gửi giấy mời trước ít nhất (ngày làm việc)"),
    "head.choice": gettext_lazy("Chọn Cụm trưởng năm sau"),
    "head.term": gettext_lazy("Nhiệm kỳ Cụm trưởng (năm)"),
    "deputy.count": gettext_lazy("Số đơn vị Cụm phó"),
    "tie": gettext_lazy("Biểu quyết công khai ngang nhau"),
    "adopt.motion": gettext_lazy("Thông qua việc khác bằng phiếu kín"),
    "elect": gettext_lazy("Trúng cử Cụm trưởng, Cụm phó"),
    "tie.secret": gettext_lazy("Phiếu kín ngang nhau"),
    "ballot.small": gettext_lazy("Dưới số phiếu này chỉ công bố đạt hay không đạt"),
    "pact.late": gettext_lazy("Ký giao ước muộn"),
    "pact.witness": gettext_lazy("Cơ quan chỉ đạo ký xác nhận giao ước"),
    "pact.stamp": gettext_lazy("Giao ước có con dấu của từng cơ quan, sau chữ ký của lãnh đạo"),
    "period": gettext_lazy("Kỳ tính thành tích"),
}
CHOICE_WORDS = {
    "silence": {"silence": gettext_lazy("ghi là không trả lời"), "consent": gettext_lazy("coi là thống nhất")},
    "representation": {
        "leader": gettext_lazy("chỉ lãnh đạo đơn vị"),
        "leader_or_delegate": gettext_lazy("lãnh đạo, hoặc người được ủy quyền bằng văn bản"),
        "contact": gettext_lazy("lãnh đạo hoặc đầu mối"),
    },
    "head.choice": {
        "rotation": gettext_lazy("bầu luân phiên, không hai năm liền"),
        "deputy_succeeds": gettext_lazy("Cụm phó kế nhiệm"),
        "kept": gettext_lazy("giữ nguyên cho đến khi có quyết định khác"),
    },
    "tie": {
        "chair": gettext_lazy("theo bên có ý kiến của Cụm trưởng"),
        "repeat": gettext_lazy("thảo luận lại và biểu quyết lần thứ hai"),
        "rejected": gettext_lazy("coi là không thông qua"),
    },
    "tie.secret": {
        "repeat": gettext_lazy("thảo luận lại và bỏ phiếu lần thứ hai"),
        "rejected": gettext_lazy("coi là không đạt"),
    },
    "pact.late": {"allowed": gettext_lazy("được, ghi rõ là muộn"), "refused": gettext_lazy("không được")},
    "period": {
        "calendar": gettext_lazy("năm dương lịch"),
        "school_year": gettext_lazy("năm học"),
        "own": gettext_lazy("theo ngày của Cụm"),
    },
}


def base_words(base: str) -> str:
    """What a share is counted on."""
    words = {
        "roll": gettext_lazy("tổng số đơn vị thành viên"),
        "present": gettext_lazy("số đơn vị có mặt"),
        "cast": gettext_lazy("số tán thành và không tán thành"),
    }
    return str(words[base])


def part_words(share: Share) -> str:
    """'từ 4/5 tổng số đơn vị thành viên'."""
    ratio = f"{share.fraction.numerator}/{share.fraction.denominator}"
    if share.fraction == 1:
        part = _("tất cả")
    else:
        part = (_("trên %(ratio)s") if share.strict else _("từ %(ratio)s")) % {"ratio": ratio}
    return f"{part} {base_words(share.base)}"


def share_words(share: Share, members: int) -> str:
    """'từ 4/5 tổng số đơn vị thành viên: 4 trên 5 đơn vị'."""
    values = {"share": part_words(share), "needed": share.needed(members), "of": members}
    return _("%(share)s: %(needed)s trên %(of)s đơn vị") % values


def value_words(rule: RuleValue, members: int) -> str:
    """The value of a rule as a person reads it. ``members``: how many units the cluster has."""
    return share_words(rule.share, members) if isinstance(rule.value, dict) else _plain_words(rule.key, rule.value)


def kept_rule_words(key: str, value: Any) -> tuple[str, str]:
    """Name and value of a rule as the trail keeps it, in words; what is not known any more stays as it is."""
    name = str(RULE_NAMES.get(key, key))
    if isinstance(value, dict) and "share" in value and key in DEFAULTS:
        return name, part_words(RuleValue(key, value, "", False).share)
    return name, _plain_words(key, value)


def _plain_words(key: str, value: Any) -> str:
    if key in CHOICE_WORDS:
        return str(CHOICE_WORDS[key].get(value, value))
    if isinstance(value, bool):
        return _("có") if value else _("không")
    return str(value)


def rule_rows(rules: dict[str, RuleValue], members: int) -> list[dict[str, Any]]:
    """Every rule with its name and words, in the order of the table of rules."""
    return [
        {
            "key": key,
            "name": RULE_NAMES[key],
            "words": value_words(rules[key], members),
            "basis": rules[key].basis,
            "confirmed": rules[key].confirmed,
        }
        for key in DEFAULTS
    ]
