"""The acts of this slice, in words."""

from django.utils.translation import gettext_noop

from giaouoc.audit.verbs import register

register(
    {
        "meetings.plan": gettext_noop("đã dự kiến %(title)s lúc %(when)s"),
        "meetings.change": gettext_noop("đã sửa thông tin hội nghị: %(title)s, %(when)s"),
        "meetings.add_item": gettext_noop("đã thêm vào chương trình: %(title)s"),
        "meetings.change_item": gettext_noop("đã sửa mục chương trình: %(title)s"),
        "meetings.move_item": gettext_noop("đã chuyển mục “%(title)s” lên thứ %(place)s"),
        "meetings.remove_item": gettext_noop("đã bỏ khỏi chương trình: %(title)s"),
        "meetings.put_document": gettext_noop("đã đưa %(title)s (%(version)s, mã %(hash)s) vào mục “%(item)s”"),
        "meetings.convene": gettext_noop("đã gửi giấy mời tới %(count)s đơn vị"),
        "meetings.convene_late": gettext_noop(
            "đã gửi giấy mời tới %(count)s đơn vị, muộn so với hạn %(due)s (%(basis)s)"
        ),
        "meetings.cancel": gettext_noop("đã báo không họp, lý do: %(reason)s"),
        "meetings.add_paper": gettext_noop("đã kèm tài liệu “%(name)s” vào mục “%(item)s”"),
        "meetings.remove_paper": gettext_noop("đã bỏ tài liệu “%(name)s” khỏi mục “%(item)s”"),
        "meetings.give_vote": gettext_noop(
            "đã ủy quyền biểu quyết của %(unit)s cho %(who)s, theo văn bản %(delegation)s"
        ),
        "meetings.represent": gettext_noop("đã ghi đại diện của %(unit)s: %(representative)s"),
        "meetings.present": gettext_noop("đã điểm danh %(unit)s có mặt"),
        "meetings.present_by_code": gettext_noop("đã tự điểm danh %(unit)s có mặt, bằng mã trên màn hình hội nghị"),
        "meetings.left": gettext_noop("đã ghi %(unit)s rời hội nghị"),
        "meetings.absent": gettext_noop("đã ghi %(unit)s vắng mặt: %(reason)s"),
        "meetings.open": gettext_noop("đã khai mạc: có mặt %(present)s/%(roll)s đơn vị, túc số %(needed)s (%(basis)s)"),
        "meetings.note": gettext_noop("đã ghi ý kiến tại mục “%(item)s”"),
        "meetings.change_note": gettext_noop("đã sửa ý kiến ghi tại mục “%(item)s”; trước đó: “%(before)s”"),
        "meetings.open_decision": gettext_noop(
            "đã mở %(method)s về %(title)s, mã %(hash)s, có mặt %(present)s/%(roll)s"
        ),
        "meetings.open_decision_with_edits": gettext_noop(
            "đã mở %(method)s về %(title)s, mã %(hash)s, kèm %(count)s chỉnh sửa, mã sau chỉnh sửa %(final)s, có mặt"
            " %(present)s/%(roll)s"
        ),
        "meetings.open_motion": gettext_noop("đã mở %(method)s về việc: %(title)s, có mặt %(present)s/%(roll)s"),
        "meetings.add_edit": gettext_noop("đã ghi chỉnh sửa tại hội nghị: %(what)s %(where)s: “%(text)s”"),
        "meetings.remove_edit": gettext_noop("đã xóa chỉnh sửa tại hội nghị ở %(where)s: “%(text)s”"),
        "meetings.vote": gettext_noop("đã biểu quyết: %(choice)s"),
        "meetings.record_vote": gettext_noop("đã ghi biểu quyết của %(unit)s: %(choice)s"),
        "meetings.declare": gettext_noop("đã công bố: %(outcome)s; %(result)s"),
        "meetings.void": gettext_noop("đã hủy lần biểu quyết, lý do: %(reason)s"),
        "meetings.open_room": gettext_noop("đã mở màn hình hội nghị"),
        "meetings.close_room": gettext_noop("đã đóng màn hình hội nghị; liên kết cũ không còn dùng được"),
        "meetings.show_item": gettext_noop("đã đưa lên màn hình: %(item)s"),
        "meetings.set_timer": gettext_noop("đã đặt đồng hồ màn hình %(minutes)s phút"),
        "meetings.stop_timer": gettext_noop("đã dừng đồng hồ màn hình"),
        "meetings.open_ballot": gettext_noop("đã đưa ra bỏ phiếu kín: %(title)s, có mặt %(present)s/%(roll)s"),
        "meetings.declare_ballot": gettext_noop("đã công bố kết quả bỏ phiếu kín: %(result)s"),
        "meetings.void_ballot": gettext_noop("đã hủy lần bỏ phiếu kín, lý do: %(reason)s"),
        "meetings.pause": gettext_noop("đã cho hội nghị tạm nghỉ"),
        "meetings.resume": gettext_noop("đã cho hội nghị họp tiếp, có mặt %(present)s/%(roll)s đơn vị"),
        "meetings.check_final": gettext_noop("đã đối chiếu bản cuối của %(title)s, mã %(hash)s"),
        "meetings.close": gettext_noop("đã bế mạc hội nghị"),
        "meetings.write_minutes": gettext_noop("đã lập biên bản hội nghị (mã tệp %(hash)s)"),
        "meetings.write_minutes_read_out": gettext_noop(
            "đã lập biên bản hội nghị (mã tệp %(hash)s), ghi nhận đã đọc trước hội nghị và được thống nhất"
        ),
        "meetings.put_minutes_to_signing": gettext_noop("đã đưa biên bản ra ký, dấu vân tay %(hash)s"),
        "meetings.complete_minutes": gettext_noop("đã ghi nhận biên bản đủ chữ ký"),
        "meetings.archive_minutes": gettext_noop("đã ghi nhận biên bản được đóng niêm"),
        "meetings.reopen_minutes": gettext_noop("đã mở lại biên bản để lập và phê duyệt lại: %(reason)s"),
        "meetings.approve_minutes": gettext_noop("đã phê duyệt biên bản hội nghị (mã tệp %(hash)s)"),
    }
)
