"""The acts of this slice, in words."""

from django.utils.translation import gettext_noop

from giaouoc.audit.verbs import register

register(
    {
        "programme.add_activity": gettext_noop("đã thêm hoạt động “%(title)s”"),
        "programme.change_activity": gettext_noop("đã sửa hoạt động “%(title)s”"),
        "programme.remove_activity": gettext_noop("đã bỏ hoạt động “%(title)s”"),
        "programme.take_activities": gettext_noop("đã lấy %(count)s hoạt động từ %(source)s"),
        "programme.draft_pact": gettext_noop("đã lập dự thảo giao ước, phiên bản %(ordinal)s"),
        "programme.take_from_plan": gettext_noop("đã lấy %(count)s cam kết từ %(source)s"),
        "programme.change_pact": gettext_noop("đã sửa nội dung dự thảo giao ước"),
        "programme.choose_signer": gettext_noop("đã chọn người ký của %(unit)s: %(post)s"),
        "programme.add_commitment": gettext_noop("đã thêm cam kết “%(text)s”"),
        "programme.change_commitment": gettext_noop("đã sửa cam kết “%(text)s”"),
        "programme.remove_commitment": gettext_noop("đã bỏ cam kết “%(text)s”"),
        "programme.move_commitment": gettext_noop("đã chuyển cam kết “%(text)s” sang vị trí %(place)s"),
        "programme.freeze_pact": gettext_noop("đã khóa giao ước để ký, dấu vân tay %(hash)s"),
        "programme.complete_pact": gettext_noop("đã ghi nhận giao ước đủ chữ ký"),
        "programme.seal_pact": gettext_noop("đã ghi nhận giao ước được đóng niêm"),
        "programme.refuse_pact": gettext_noop("đã khép phiên bản này của giao ước vì %(unit)s từ chối ký"),
        "programme.expire_pact": gettext_noop("đã khép phiên bản này của giao ước vì hết hạn ký"),
        "programme.cancel_pact": gettext_noop("đã hủy phiên bản này của giao ước: %(reason)s"),
    }
)
