"""What each refusal of the system says: what happened, why, what can be done now."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _


class Words(NamedTuple):
    """Heading, sentence and advice of a refusal."""

    title: str
    sentence: str
    advice: str


def words_of(status: int) -> Words:
    """The words for an HTTP status; an unknown one speaks like a fault of ours."""
    table = {
        400: Words(
            _("Yêu cầu không đọc được"),
            _("Trình duyệt đã gửi một yêu cầu mà hệ thống không đọc được."),
            _("Mời quay lại trang trước, tải lại rồi thử lần nữa."),
        ),
        403: Words(
            _("Không có quyền làm việc này"),
            _("Tài khoản đang dùng không được giao quyền cho việc này."),
            _("Nếu cần quyền này, hãy đề nghị thư ký đơn vị Cụm trưởng hoặc quản trị hệ thống."),
        ),
        404: Words(
            _("Không tìm thấy trang này"),
            _("Địa chỉ này không có, đã được chuyển đi, hoặc chỉ dành cho người có quyền xem."),
            _("Mời kiểm tra lại địa chỉ, hoặc đi từ trang đầu. Nếu chưa đăng nhập, hãy đăng nhập rồi mở lại."),
        ),
        405: Words(
            _("Trang này không nhận cách gửi đó"),
            _("Địa chỉ này chỉ dùng để gửi một biểu mẫu, không mở trực tiếp được."),
            _("Mời quay lại trang trước và dùng nút trên trang."),
        ),
        409: Words(
            _("Lúc này chưa làm được"),
            _("Trạng thái đã thay đổi trong lúc trang đang mở."),
            _("Mời tải lại trang để xem trạng thái mới."),
        ),
        410: Words(
            _("Nội dung đã được cách ly"),
            _("Quản trị hệ thống đã ẩn nội dung này."),
            _("Cần hỏi lý do, hãy liên hệ quản trị hệ thống."),
        ),
        413: Words(
            _("Nội dung gửi lên quá lớn"),
            _("Tệp hoặc biểu mẫu lớn hơn mức hệ thống nhận."),
            _("Mời gửi tệp nhỏ hơn, hoặc chia thành nhiều lần."),
        ),
        422: Words(
            _("Nội dung gửi lên chưa nhận được"),
            _("Có chỗ trong nội dung gửi lên chưa đúng."),
            _("Mời quay lại, sửa chỗ được nêu rồi gửi lại."),
        ),
        429: Words(
            _("Thao tác quá nhanh"),
            _("Hệ thống nhận quá nhiều yêu cầu trong thời gian ngắn từ nơi này nên tạm dừng nhận."),
            _("Mời chờ vài phút rồi thử lại."),
        ),
    }
    fault = Words(
        _("Hệ thống gặp lỗi"),
        _("Có lỗi ở phía hệ thống; việc vừa làm chưa được ghi nhận."),
        _("Mời thử lại sau ít phút. Nếu vẫn lỗi, hãy báo quản trị hệ thống kèm giờ xảy ra lỗi."),
    )
    return table.get(status, fault)


def csrf_words() -> Words:
    """A form that came without the mark of the page that it was on."""
    return Words(
        _("Biểu mẫu đã hết hiệu lực"),
        _("Trang được mở quá lâu, hoặc đã đăng nhập lại ở cửa sổ khác, nên nội dung chưa được nhận."),
        _("Mời quay lại trang trước, tải lại trang rồi gửi lần nữa. Trình duyệt cần cho phép cookie của hệ thống."),
    )
