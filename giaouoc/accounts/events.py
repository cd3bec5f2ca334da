"""The acts of this slice, in words."""

from django.utils.translation import gettext_noop

from giaouoc.audit.verbs import register

from .naming import named

register(
    {
        "accounts.invite": gettext_noop("đã gửi lời mời mở tài khoản tới %(person)s"),
        "accounts.accept": gettext_noop("đã nhận lời mời và đặt mật khẩu"),
        "accounts.close": gettext_noop("đã đóng tài khoản %(person)s"),
        "accounts.reopen": gettext_noop("đã mở lại tài khoản %(person)s"),
    },
    dict.fromkeys(("accounts.invite", "accounts.close", "accounts.reopen"), named),
)
