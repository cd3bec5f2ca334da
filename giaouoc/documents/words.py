"""Sentences and titles that several pages and acts of this slice share; no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from giaouoc.clusters.rules.year_rules import RuleValue
from giaouoc.lib.dates import short_date
from giaouoc.lib.vietnamese import one_line

from .rules import said
from .rules.docx_package import UnreadableDraft
from .rules.draft_landmarks import title_lines


def _sentence_case(line: str) -> str:
    return line[:1].upper() + line[1:].lower() if line.isupper() else line


def title_of(tree: Sequence[Mapping[str, Any]]) -> str:
    """The text's title as its own heading says: 'QUY CHẾ / tổ chức …' -> 'Quy chế tổ chức …'; '' when it has none.

    Lines of a letterhead that were typed above the title are not of it."""
    heading = next((node["heading"] for node in tree if node["kind"] == "preamble" and node["heading"]), "")
    lines = title_lines([one_line(line) for line in heading.split("\n")])
    words = " ".join(_sentence_case(line) if place == 0 else line for place, line in enumerate(lines) if line)
    return words[:300].strip()


def refusal(error: UnreadableDraft) -> str:
    """Why a file was not taken, in the reader's language."""
    return said.sentence(error.code, error.params, _)


def warning(kept: Mapping[str, Any]) -> str:
    """The sentence of a warning as it is kept, in the reader's language; older ones were kept as sentences."""
    if "code" not in kept:
        return str(kept.get("what", ""))
    return said.sentence(kept["code"], kept.get("params") or {}, _)


def too_short(opens_at: datetime, closes_at: datetime, rule: RuleValue) -> str:
    """The sentence that warns of a term shorter than the year's rule, with its clause; '' when it is long enough."""
    if closes_at - opens_at >= timedelta(days=int(rule.value)):
        return ""
    where = f" ({rule.basis})" if rule.basis else ""
    return _("Thời gian góp ý ngắn hơn %(days)s ngày theo quy định của Cụm%(where)s.") % {
        "days": rule.value,
        "where": where,
    }


def silence_words(rule: RuleValue) -> str:
    """What a unit's silence means in this year, with the clause."""
    words = _("không trả lời là thống nhất") if rule.value == "consent" else _("không trả lời chỉ là không trả lời")
    return f"{words} ({rule.basis})" if rule.basis else words


STEPS = {  # the acts on a text that is written on the page
    "save": gettext_lazy("lưu điều khoản"),
    "add": gettext_lazy("thêm điều khoản ngay sau"),
    "add_inside": gettext_lazy("thêm điều khoản bên trong"),
    "up": gettext_lazy("chuyển lên"),
    "down": gettext_lazy("chuyển xuống"),
    "indent": gettext_lazy("thụt vào"),
    "outdent": gettext_lazy("lùi ra"),
    "split": gettext_lazy("tách điều khoản"),
    "merge": gettext_lazy("gộp với điều khoản sau"),
    "drop": gettext_lazy("bỏ điều khoản"),
}
CANNOT = {  # why an act does not fit; codes of ``rules.writing.Cannot``
    "gone": gettext_lazy("Điều khoản này không còn trong bản soạn. Câu chữ đã gõ vẫn còn ở dưới."),
    "aside": gettext_lazy("Phần này chỉ sửa được câu chữ."),
    "edge": gettext_lazy("Không chuyển được xa hơn trong phần đang chứa nó; lùi ra trước nếu cần."),
    "no_holder": gettext_lazy("Không có điều khoản nào ngay trước để thụt vào."),
    "outermost": gettext_lazy("Điều khoản này đã ở ngoài cùng."),
    "no_cut": gettext_lazy("Đặt con trỏ ở chỗ cần tách, hoặc để một dòng trống tại đó; hai phần đều phải có chữ."),
    "no_next": gettext_lazy("Ngay sau không có điều khoản cùng loại để gộp."),
    "holds": gettext_lazy("Điều khoản này đang chứa điều khoản khác; gộp sẽ làm đảo câu chữ."),
    "last": gettext_lazy("Đây là điều khoản cuối cùng, không bỏ được."),
}


def issued_words(adoption: Any) -> str:
    """' Ban hành số 01-QC/CTĐ17 ngày 10-3-2026.' of an adoption; '' before the text is issued."""
    if adoption.issued_on is None:
        return ""
    return " " + _("Ban hành số %(number)s ngày %(day)s.") % {
        "number": adoption.number,
        "day": short_date(adoption.issued_on),
    }
