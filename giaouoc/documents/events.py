"""The acts of this slice, in words."""

from django.utils.translation import gettext_noop

from giaouoc.audit.verbs import register

register(
    {
        "documents.put_to_signing": gettext_noop("đã đưa văn bản ra ký, dấu vân tay %(hash)s, %(count)s người ký"),
        "documents.read_draft": gettext_noop("đã đọc tệp “%(name)s” để xem trước"),
        "documents.correct_draft": gettext_noop("đã sửa tên bản xem trước thành “%(title)s”"),
        "documents.correct_clause": gettext_noop("đã sửa cách nhận diện %(where)s"),
        "documents.undo_correction": gettext_noop("đã hoàn tác lần sửa cách nhận diện gần nhất"),
        "documents.convert_draft": gettext_noop("đã đọc lại tệp “%(name)s”, chuyển mã cũ sang Unicode"),
        "documents.unconvert_draft": gettext_noop("đã đọc lại tệp “%(name)s” như trong tệp, không chuyển mã"),
        "documents.discard_draft": gettext_noop("đã bỏ bản xem trước của tệp “%(name)s”"),
        "documents.restore_draft": gettext_noop("đã lấy lại bản xem trước của tệp “%(name)s”"),
        "documents.save_draft": gettext_noop(
            "đã lưu tệp “%(name)s” thành %(version)s, %(count)s điều khoản, mã %(hash)s"
        ),
        "documents.start_writing": gettext_noop("đã mở bản soạn trên trang “%(title)s”"),
        "documents.write": gettext_noop("đã %(act)s: %(where)s"),
        "documents.undo_writing": gettext_noop("đã hoàn tác trong bản soạn: %(act)s, %(where)s"),
        "documents.redo_writing": gettext_noop("đã làm lại trong bản soạn: %(act)s, %(where)s"),
        "documents.drop_writing": gettext_noop("đã bỏ bản soạn “%(title)s”"),
        "documents.restore_writing": gettext_noop("đã lấy lại bản soạn “%(title)s”"),
        "documents.finish_writing": gettext_noop(
            "đã chốt bản soạn thành %(version)s, %(count)s điều khoản, mã %(hash)s"
        ),
        "documents.decide_pair": gettext_noop("đã ghép trong %(version)s: %(old)s → %(new)s"),
        "documents.undo_pair": gettext_noop("đã bỏ quyết định ghép trong %(version)s: %(old)s"),
        "documents.remind": gettext_noop("đã nhắc góp ý: %(units)s"),
        "documents.open_round": gettext_noop("đã mở lấy ý kiến về %(version)s đến %(until)s, gửi %(count)s đơn vị"),
        "documents.extend_round": gettext_noop("đã gia hạn góp ý từ %(before)s đến %(until)s: %(reason)s"),
        "documents.ask_joined": gettext_noop("đã gửi lấy ý kiến thêm đơn vị mới vào Cụm: %(units)s"),
        "documents.close_round": gettext_noop(
            "đã khép đợt lấy ý kiến; không trả lời: %(silent)s; theo quy định: %(rule)s"
        ),
        "documents.end_round": gettext_noop("đã dừng đợt lấy ý kiến vì văn bản được rút"),
        "documents.stop_consulting": gettext_noop("đã chuyển sang tiếp thu, giải trình"),
        "documents.add_comment": gettext_noop("đã soạn ý kiến về %(where)s"),
        "documents.change_comment": gettext_noop("đã sửa ý kiến về %(where)s"),
        "documents.drop_comment": gettext_noop("đã bỏ ý kiến về %(where)s"),
        "documents.take_over": gettext_noop("đã đưa %(count)s ý kiến chưa gửi của đợt trước vào bản góp ý"),
        "documents.withdraw_comment": gettext_noop("đã rút ý kiến của %(unit)s về %(where)s, trước khi hết hạn góp ý"),
        "documents.restore_comment": gettext_noop("đã lấy lại ý kiến về %(where)s"),
        "documents.hand_to_leader": gettext_noop("đã trình lãnh đạo gửi %(count)s ý kiến"),
        "documents.take_back": gettext_noop("đã lấy lại bản góp ý để soạn tiếp"),
        "documents.send_submission": gettext_noop("đã gửi %(count)s ý kiến của %(unit)s%(late)s"),
        "documents.enter_paper": gettext_noop(
            "đã nhập thay %(unit)s %(count)s ý kiến theo văn bản %(number)s, kèm tệp%(late)s"
        ),
        "documents.read_returned": gettext_noop(
            "đã đọc tệp Word gửi lại của %(unit)s theo văn bản %(number)s: %(count)s nhận xét, chỗ sửa"
        ),
        "documents.enter_returned": gettext_noop(
            "đã nhập thay %(unit)s %(count)s trong %(total)s nhận xét, chỗ sửa của tệp Word theo văn bản %(number)s, kèm tệp%(late)s"
        ),
        "documents.agree": gettext_noop("đã ghi %(unit)s thống nhất, không có ý kiến%(late)s"),
        "documents.fall_silent": gettext_noop("đã ghi %(unit)s không trả lời khi hết hạn góp ý"),
        "documents.start_supplement": gettext_noop("đã mở bản góp ý bổ sung của %(unit)s"),
        "documents.answer_comment": gettext_noop("đã soạn trả lời ý kiến của %(unit)s về %(where)s: %(decision)s"),
        "documents.point_answer": gettext_noop("đã chỉ ra điều khoản đã sửa theo ý kiến của %(unit)s về %(where)s"),
        "documents.approve_answers": gettext_noop("đã duyệt %(count)s trả lời"),
        "documents.prepare_last_word": gettext_noop("đã soạn lời cuối của %(unit)s về %(where)s: %(word)s"),
        "documents.say_last_word": gettext_noop("đã gửi lời cuối của %(unit)s về %(where)s: %(word)s"),
        "documents.publish_answer": gettext_noop("đã công bố trả lời ý kiến của %(unit)s về %(where)s: %(decision)s"),
        "documents.publish_answers": gettext_noop("đã công bố trả lời toàn bộ %(count)s ý kiến"),
        "documents.table": gettext_noop(
            "đã trình hội nghị %(version)s, mã %(hash)s; trình hội nghị quyết định: %(open)s"
        ),
        "documents.table_without_consultation": gettext_noop(
            "đã trình hội nghị %(version)s, mã %(hash)s, không qua lấy ý kiến: %(reason)s"
        ),
        "documents.adopt": gettext_noop("đã ghi nhận hội nghị thông qua %(version)s, mã %(hash)s: %(result)s"),
        "documents.fix_table": gettext_noop("đã khóa bảng tiếp thu, giải trình cùng biên bản, tệp Word mã %(hash)s"),
        "documents.adopt_with_edits": gettext_noop(
            "đã ghi nhận hội nghị thông qua %(version)s kèm chỉnh sửa; %(final)s, mã %(hash)s, chờ người chủ trì chốt: %(result)s"
        ),
        "documents.send_back": gettext_noop("đã ghi nhận hội nghị trả lại để soạn tiếp: %(result)s"),
        "documents.issue": gettext_noop("đã ban hành số %(number)s, ngày %(day)s"),
        "documents.supersede": gettext_noop("đã ghi hết hiệu lực: %(kind)s bởi “%(title)s” số %(number)s"),
        "documents.ask_withdrawal": gettext_noop("đã đề nghị rút văn bản: %(reason)s"),
        "documents.keep": gettext_noop("đã bỏ đề nghị rút văn bản"),
        "documents.hide_words": gettext_noop("đã cách ly %(what)s, mã %(hash)s: %(reason)s"),
        "documents.show_words": gettext_noop("đã bỏ cách ly %(what)s, mã %(hash)s: %(reason)s"),
        "documents.withdraw": gettext_noop("đã rút văn bản: %(reason)s"),
    }
)
