"""The acts of this slice, in words. Casting and dropping a paper leave no act: only the close says how many there were."""

from django.utils.translation import gettext_noop

from giaouoc.audit.verbs import register

register(
    {
        "ballots.open": gettext_noop(
            "đã mở bỏ phiếu kín (%(level)s): %(title)s, %(count)s đơn vị bỏ phiếu, mã %(hash)s"
        ),
        "ballots.open_for_two": gettext_noop(
            "đã mở bỏ phiếu kín (%(level)s): %(title)s, %(count)s đơn vị bỏ phiếu; cử đóng dấu lần thứ hai: %(teller)s"
        ),
        "ballots.second_key": gettext_noop(
            "đã tạo khóa của tổ kiểm phiếu trên máy của mình: khóa %(key)s, mã lần bỏ phiếu %(hash)s"
        ),
        "ballots.second_stamp": gettext_noop("đã đóng dấu lần thứ hai lên phiếu đã che của %(unit)s"),
        "ballots.one_stamp": gettext_noop(
            "đã thôi dấu thứ hai của tổ kiểm phiếu trước khi đơn vị nào nhận dấu, lý do: %(reason)s; mã lần bỏ phiếu %(hash)s"
        ),
        "ballots.stamp": gettext_noop("đã nhận dấu cho phiếu kín của %(unit)s"),
        "ballots.end_stamping": gettext_noop(
            "đã kết thúc đóng dấu: %(count)s phiếu mang dấu (%(units)s); khóa riêng đã hủy"
        ),
        "ballots.end_stamping_without": gettext_noop(
            "đã kết thúc đóng dấu: %(count)s phiếu mang đủ hai dấu (%(units)s), %(lacking)s đơn vị không có dấu thứ hai "
            "(%(others)s); khóa riêng đã hủy"
        ),
        "ballots.enter": gettext_noop("đã nhập kết quả kiểm phiếu giấy"),
        "ballots.disagree": gettext_noop("đã nhập kết quả kiểm phiếu giấy, khác với bản nhập của %(unit)s"),
        "ballots.close": gettext_noop("đã kiểm phiếu: %(received)s phiếu; đã bỏ phiếu hoặc nhận dấu: %(units)s"),
        "ballots.void": gettext_noop("đã hủy lần bỏ phiếu kín, lý do: %(reason)s"),
    }
)
