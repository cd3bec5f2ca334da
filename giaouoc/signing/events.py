"""The acts of this slice, in words."""

from django.utils.translation import gettext_noop

from giaouoc.audit.verbs import register

register(
    {
        "signing.set_account": gettext_noop("đã đặt tài khoản ký từ xa %(name)s ở %(host)s"),
        "signing.remove_account": gettext_noop("đã xóa tài khoản ký từ xa %(name)s"),
        "signing.try_account": gettext_noop("đã thử tài khoản ký từ xa %(name)s: %(outcome)s"),
        "signing.open": gettext_noop("đã mở vòng ký “%(title)s”, %(count)s người ký, mã xác minh %(code)s"),
        "signing.take": gettext_noop("đã bắt đầu lượt ký của %(unit)s"),
        "signing.expire": gettext_noop("đã thu hồi lượt ký quá giờ của %(unit)s"),
        "signing.fail": gettext_noop("đã dừng lượt ký của %(unit)s: %(reason)s"),
        "signing.release": gettext_noop("đã thôi lượt ký của %(unit)s"),
        "signing.ask": gettext_noop("đã gửi yêu cầu ký của %(unit)s tới dịch vụ ký từ xa"),
        "signing.keep": gettext_noop("đã giữ chữ ký của %(unit)s ngoài văn bản, chờ dấu thời gian"),
        "signing.refuse_file": gettext_noop("đã nộp một tệp không được nhận cho %(unit)s: %(reason)s"),
        "signing.sign": gettext_noop("đã ký số thay mặt %(unit)s; bản lưu số %(number)s, dấu vân tay %(hash)s"),
        "signing.set_picture": gettext_noop("đã đặt hình trong khung ký của mình, mã tệp %(hash)s"),
        "signing.drop_picture": gettext_noop("đã bỏ hình trong khung ký của mình; khung chỉ còn chữ"),
        "signing.complete": gettext_noop("đã ghi nhận đủ %(count)s chữ ký"),
        "signing.seal": gettext_noop("đã đóng niêm; bản lưu số %(number)s, dấu vân tay %(hash)s"),
        "signing.seal_failed": gettext_noop("chưa đóng niêm được: %(reason)s"),
        "signing.renew": gettext_noop("đã gia hạn niêm phong; bản lưu số %(number)s, dấu vân tay %(hash)s"),
        "signing.renew_failed": gettext_noop("chưa gia hạn được niêm phong: %(reason)s"),
        "signing.renew_warned": gettext_noop("đã báo trước hạn của niêm phong: %(until)s"),
        "signing.refuse": gettext_noop("đã từ chối ký thay mặt %(unit)s: %(reason)s"),
        "signing.close_refused": gettext_noop("đã khép vòng ký vì %(unit)s từ chối"),
        "signing.cancel": gettext_noop("đã hủy vòng ký: %(reason)s"),
        "signing.close_expired": gettext_noop("đã khép vòng ký vì hết hạn: %(reason)s"),
    }
)
