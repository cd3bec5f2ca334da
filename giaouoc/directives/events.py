"""The acts of this slice, in words."""

from django.utils.translation import gettext_noop

from giaouoc.audit.verbs import register

register(
    {
        "directives.record": gettext_noop("đã ghi ý kiến chỉ đạo của %(speaker)s: “%(words)s”"),
        "directives.correct": gettext_noop("đã sửa câu ghi ý kiến chỉ đạo; trước khi sửa: “%(words)s”, %(speaker)s"),
        "directives.assign": gettext_noop("đã giao %(unit)s: “%(text)s”, hạn %(due)s"),
        "directives.accept": gettext_noop("đã nhận nhiệm vụ"),
        "directives.ask": gettext_noop("đã đề nghị điều chỉnh nhiệm vụ: %(words)s"),
        "directives.change": gettext_noop("đã điều chỉnh nhiệm vụ: “%(text)s”, hạn %(due)s"),
        "directives.report": gettext_noop("đã báo cáo kết quả, kèm %(files)s tệp minh chứng"),
        "directives.confirm": gettext_noop("đã xác nhận kết quả"),
        "directives.return": gettext_noop("đã yêu cầu làm tiếp: %(words)s"),
        "directives.cancel": gettext_noop("đã rút nhiệm vụ: %(words)s"),
    }
)
