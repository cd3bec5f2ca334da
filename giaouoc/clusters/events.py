"""The acts of this slice, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from giaouoc.accounts.naming import named
from giaouoc.audit.verbs import register

from .words import kept_rule_words


def _rule(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """A rule by the name and in the words that its page has."""
    name, value = kept_rule_words(str(data.get("rule", "")), data.get("value"))
    return {**data, "rule": name, "value": value}


register(
    {
        "clusters.create": gettext_noop("đã lập %(name)s"),
        "clusters.quarantine": gettext_noop("đã cách ly tệp số %(number)s (mã %(hash)s): %(reason)s"),
        "clusters.release": gettext_noop("đã bỏ cách ly tệp số %(number)s (mã %(hash)s): %(reason)s"),
        "clusters.hide_words": gettext_noop("đã cách ly %(what)s, mã %(hash)s: %(reason)s"),
        "clusters.show_words": gettext_noop("đã bỏ cách ly %(what)s, mã %(hash)s: %(reason)s"),
        "clusters.create_unit": gettext_noop("đã ghi đơn vị %(name)s"),
        "clusters.set_unit_kind": gettext_noop("đã ghi %(name)s là %(kind)s"),
        "clusters.set_papers_kind": gettext_noop("đã đặt thể thức văn bản của %(name)s: %(kind)s"),
        "clusters.open_year": gettext_noop("đã mở năm thi đua %(year)s"),
        "clusters.change_theme": gettext_noop("đã sửa chủ đề và nội dung trọng tâm của năm"),
        "clusters.add_member": gettext_noop("đã ghi %(unit)s là %(role)s từ ngày %(since)s"),
        "clusters.change_role": gettext_noop("đã chuyển %(unit)s thành %(role)s từ ngày %(since)s"),
        "clusters.end_membership": gettext_noop("đã ghi %(unit)s rời Cụm sau ngày %(until)s"),
        "clusters.note_elected": gettext_noop("đã ghi kết quả bầu cho năm %(year)s: %(elected)s"),
        "clusters.set_rule": gettext_noop("đã đặt quy định “%(rule)s”: %(value)s (%(basis)s)"),
        "clusters.grant": gettext_noop("đã giao tư cách %(role)s của %(unit)s cho %(person)s từ ngày %(since)s"),
        "clusters.set_retention": gettext_noop("đã đặt thời hạn lưu %(kind)s: %(years)s (%(basis)s)"),
        "clusters.forget_person": gettext_noop("đã thay tên người bằng vai trò khi hết thời hạn lưu: %(person)s"),
        "clusters.delegate": gettext_noop("đã ghi văn bản ủy quyền %(number)s cho %(person)s"),
        "clusters.end_mandate": gettext_noop("đã kết thúc tư cách %(role)s của %(person)s sau ngày %(until)s"),
    },
    {"clusters.set_rule": _rule}
    | dict.fromkeys(("clusters.grant", "clusters.delegate", "clusters.end_mandate", "clusters.forget_person"), named),
)
