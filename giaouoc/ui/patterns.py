"""Invented data for the pattern page: every component in every state. Nothing of it comes from the database."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from giaouoc.lib.clock import at_local
from giaouoc.lib.todo import Artefact, Todo

from .forms import DayInput, Form, MomentInput
from .lists import page_of, sort_of

TODAY = at_local(date(2026, 2, 24), 9, 30)
HASH = "4f19a2c7" + "0b" * 28
UNITS = [
    "Đảng ủy các cơ quan Đảng Thành phố",
    "Đảng ủy UBND Thành phố",
    "Đảng ủy Công an Thành phố",
    "Đảng ủy Quân sự Thành phố",
    "Đảng ủy Đại học Quốc gia TPHCM",
]
SHORT = ["Các cơ quan Đảng", "UBND Thành phố", "Công an Thành phố", "Quân sự Thành phố", "Đại học Quốc gia"]
STATES = [
    ("draft", "Nháp"),
    ("consulting", "Đang lấy ý kiến"),
    ("waiting", "Chờ ký"),
    ("signing", "Đang ký, 3/5 đơn vị"),
    ("done", "Đã thống nhất"),
    ("late", "Quá hạn gửi giấy mời"),
    ("sealed", "Đã ký đủ và đóng niêm"),
    ("refused", "Có đơn vị từ chối ký"),
    ("closed", "Đã hết hạn góp ý"),
    ("cancelled", "Đã hủy"),
]


class PatternForm(Form):
    """One field of each kind."""

    where = forms.CharField(label="Nội dung góp ý", widget=forms.Textarea, help_text="Nêu rõ câu, chữ đề nghị sửa.")
    kind = forms.ChoiceField(
        label="Loại ý kiến",
        choices=[("wording", "Sửa câu chữ"), ("add", "Bổ sung"), ("delete", "Bỏ")],
        widget=forms.RadioSelect,
    )
    unit = forms.ChoiceField(label="Đơn vị", choices=[("", "Chọn đơn vị"), *enumerate(SHORT)], required=False)
    day = forms.DateField(label="Ngày họp", widget=DayInput, required=False)
    until = forms.DateTimeField(label="Hạn góp ý", widget=MomentInput, required=False)
    points = forms.DecimalField(label="Điểm tự chấm", max_value=10, required=False, help_text="Tối đa 10 điểm.")
    draft = forms.FileField(label="Dự thảo (.docx)", required=False, help_text="Tệp Word, không quá 20 MB.")
    sure = forms.BooleanField(label="Đã đọc toàn văn", required=False)


class PatternFilter(Form):
    """A filter of a list."""

    asks_only = True

    q = forms.CharField(label="Tìm trong ý kiến", required=False)
    unit = forms.ChoiceField(label="Đơn vị", choices=[("", "Tất cả"), *enumerate(SHORT)], required=False)


def _bits() -> list[dict[str, Any]]:
    def bit(row: str, label: str, first: date, last: date | None = None, state: str = "later") -> dict[str, Any]:
        return {"row": row, "label": label, "from": first, "to": last, "state": state, "url": "#dong-thoi-gian"}

    return [
        bit("Văn bản", "Lấy ý kiến dự thảo", date(2026, 2, 5), date(2026, 2, 28), "open"),
        bit("Văn bản", "Bảng tiêu chí", date(2026, 1, 12), date(2026, 1, 30), "done"),
        bit("Hội nghị", "Ký kết", date(2026, 3, 6), state="late"),
        bit("Hội nghị", "Sơ kết", date(2026, 7, 7)),
        bit("Hội nghị", "Tổng kết", date(2026, 12, 6)),
        bit("Giao ước", "Thực hiện cam kết", date(2026, 3, 6), date(2026, 12, 6)),
        bit("Hoạt động", "Tập huấn", date(2026, 4, 20)),
        bit("Hoạt động", "Tọa đàm về chuyển đổi số", date(2026, 5, 4)),
        bit("Hoạt động", "Giao lưu", date(2026, 5, 10)),
        bit("Hoạt động", "Trao giải cuộc thi viết về gương người tốt, việc tốt", date(2026, 12, 28)),
        bit("Chấm điểm", "Giữa năm", date(2026, 6, 15), date(2026, 7, 3)),
        bit("Chấm điểm", "Cuối năm", date(2026, 11, 1), date(2026, 12, 1)),
    ]


def _clause(number: str, text: str, path: str, depth: int, kind: str = "paragraph", **more: Any) -> dict[str, Any]:
    add = {"add_url": f"#gop-y-{path.replace('/', '-')}", "where": more.pop("where", "")} if path else {}
    return {"kind": kind, "number": number, "heading": None, "text": text, "path": path, "depth": depth, **add, **more}


def _clauses() -> list[dict[str, Any]]:
    draft_note = {
        "unit": SHORT[2],
        "status": "nháp",
        "state": "draft",
        "text": "Bổ sung thời hạn gửi giấy mời, để đơn vị kịp cử đúng thành phần.",
        "old": "Triệu tập, chủ trì các hội nghị của Cụm",
        "new": "Triệu tập, chủ trì các hội nghị của Cụm và gửi tài liệu trước ít nhất 05 ngày làm việc",
        "actions": [{"url": "#sua", "label": "Sửa ý kiến"}, {"url": "#bo", "label": "Bỏ ý kiến"}],
    }
    accepted = {
        "unit": SHORT[1],
        "status": "dự thảo 1",
        "state": "answered",
        "text": "Lễ phát động là hình thức; hội nghị ký kết đã đủ.",
        "decision": "accepted",
        "decision_label": "Tiếp thu",
        "answer": "Bỏ điểm d; các điểm sau đánh lại thứ tự.",
    }
    partly = {
        "unit": SHORT[4],
        "status": "dự thảo 1",
        "state": "answered",
        "text": "Làm rõ ai chấm cho đơn vị Cụm trưởng.",
        "decision": "partly",
        "decision_label": "Tiếp thu một phần",
        "answer": "Nêu tại khoản 3 Điều 17: bốn đơn vị còn lại chấm.",
        "after": "Đơn vị góp ý: đồng ý.",
    }
    refused = {
        "unit": SHORT[3],
        "status": "dự thảo 1",
        "state": "reserved",
        "text": "Đề nghị Cụm phó do đơn vị lực lượng vũ trang đảm nhiệm.",
        "decision": "not_accepted",
        "decision_label": "Không tiếp thu",
        "answer": "Vai trò luân phiên theo thứ tự đã thống nhất.",
        "after": "Đơn vị góp ý: bảo lưu ý kiến.",
    }
    return [
        {"kind": "chapter", "number": "II", "heading": "TỔ CHỨC CỦA CỤM", "text": "", "depth": 0},
        {
            "kind": "article",
            "number": "6",
            "heading": "Nhiệm vụ, quyền hạn của Cụm trưởng",
            "text": "",
            "path": "6",
            "depth": 0,
            "add_url": "#gop-y-6",
            "where": "Điều 6",
        },
        _clause("1", "Cụm trưởng có các nhiệm vụ sau đây:", "6/1", 0, where="khoản 1 Điều 6"),
        _clause(
            "a",
            "Chủ trì xây dựng Quy chế, kế hoạch hoạt động năm và bảng tiêu chí chấm điểm của Cụm;",
            "6/1/a",
            1,
            "point",
            where="điểm a khoản 1 Điều 6",
        ),
        _clause(
            "b",
            "Triệu tập, chủ trì các hội nghị của Cụm và ký biên bản hội nghị;",
            "6/1/b",
            1,
            "point",
            where="điểm b khoản 1 Điều 6",
            notes=[draft_note],
        ),
        _clause(
            "c",
            "Theo dõi, đôn đốc việc thực hiện giao ước thi đua;",
            "6/1/c",
            1,
            "point",
            where="điểm c khoản 1 Điều 6",
            count=2,
            count_url="#y-kien",
        ),
        _clause(
            "d",
            "Tổng hợp kết quả chấm điểm, báo cáo cơ quan chỉ đạo;",
            "6/1/d",
            1,
            "point",
            where="điểm d khoản 1 Điều 6",
            change="reworded",
            notes=[accepted],
        ),
        _clause(
            "đ",
            "Đại diện cho Cụm trong quan hệ với các cụm thi đua khác.",
            "6/1/đ",
            1,
            "point",
            where="điểm đ khoản 1 Điều 6",
            change="inserted",
        ),
        _clause(
            "2",
            "Cụm trưởng có quyền đề nghị đơn vị thành viên bổ sung minh chứng, giải trình về số liệu đã gửi.",
            "6/2",
            0,
            where="khoản 2 Điều 6",
        ),
        _clause(
            "3",
            "Cụm trưởng không chấm điểm cho đơn vị mình và không tự điều chỉnh điểm đã được hội nghị thống nhất.",
            "6/3",
            0,
            where="khoản 3 Điều 6",
            notes=[partly],
        ),
        {
            "kind": "article",
            "number": "7",
            "heading": "Nhiệm vụ, quyền hạn của Cụm phó",
            "text": "",
            "path": "7",
            "depth": 0,
            "notes": [refused],
            "where": "Điều 7",
        },
        _clause(
            "1",
            "Cụm phó giúp Cụm trưởng theo dõi các hoạt động chung quy định tại Điều 11 và thay Cụm trưởng khi được ủy quyền"
            " bằng văn bản.",
            "7/1",
            0,
            where="khoản 1 Điều 7",
        ),
        {
            "kind": "table",
            "number": None,
            "heading": "DANH MỤC HOẠT ĐỘNG",
            "text": "",
            "depth": 0,
            "rows": [["TT", "Nội dung", "Chủ trì"], ["1", "Tập huấn nghiệp vụ", SHORT[4]], ["2", "Tọa đàm", SHORT[1]]],
        },
    ]


def _slots() -> list[dict[str, Any]]:
    words = [
        ("signed", "Trưởng Ban", ["15:42:07, 06-3-2026"]),
        ("signed", "Trưởng Ban", ["15:44:51, 06-3-2026"]),
        ("refused", "Trưởng Ban", ["sai tên đơn vị ở trang 2"]),
        ("signing", "Trưởng Ban", ["giữ lượt đến 15:52"]),
        ("waiting", "KT. Trưởng Ban", ["đã mời lúc 15:30"]),
    ]
    return [
        {"name": unit, "state": state, "who": who, "lines": lines}
        for unit, (state, who, lines) in zip(UNITS, words, strict=True)
    ]


def _verdicts() -> list[dict[str, Any]]:
    facts = [
        {"label": "Đủ chữ ký", "strong": "5/5 đơn vị.", "text": "Đã đóng niêm."},
        {"label": "Nội dung", "strong": "Không thay đổi", "text": "từ chữ ký đầu tiên; trùng với bản đã thông qua."},
        {
            "label": "Ai, khi nào",
            "text": "Năm đơn vị thành viên, từ 15:42:07 đến 15:58:20 ngày 06-3-2026, giờ do tổ chức cấp dấu thời gian xác nhận",
        },
        {"label": "Tin cậy", "text": "Chứng thư số của năm đơn vị, thẩm tra tại thời điểm ký"},
    ]
    return [
        {"state": "valid", "word": "Hợp lệ. Đủ 5/5 chữ ký.", "facts": facts, "trial": True},
        {
            "state": "invalid",
            "word": "Không hợp lệ. Nội dung đã thay đổi sau khi ký.",
            "facts": [{"label": "Nội dung", "strong": "Đã thay đổi", "text": "ở trang 2, sau chữ ký thứ năm."}],
        },
        {
            "state": "unknown",
            "word": "Chưa kết luận được. Văn bản chưa đóng niêm.",
            "facts": [{"label": "Còn thiếu", "text": SHORT[4]}],
        },
    ]


class _Event:
    def __init__(self, at: datetime, actor: str, sentence: str) -> None:
        self.at, self.actor, self.sentence = at, actor, sentence


def pattern_context(request: HttpRequest) -> dict[str, Any]:
    """All that the pattern page shows."""
    wrong = PatternForm({"where": "", "points": "12", "unit": "2"}, auto_id="sai-%s")
    wrong.is_valid()
    head_state = Artefact(
        "Quy chế tổ chức, hoạt động", "#dang-o-dau", "consulting", "Đang lấy ý kiến", "17 ý kiến.", "documents"
    )
    artefacts = [
        Artefact(
            head_state.title,
            "#dang-o-dau",
            "consulting",
            "Đang lấy ý kiến",
            "17 ý kiến.",
            "documents",
            ["Còn 3 ý kiến chưa trả lời.", "Chưa gửi: Quân sự Thành phố, Đại học Quốc gia."],
        ),
        Artefact(
            "Hội nghị ký kết giao ước",
            "#dang-o-dau",
            "late",
            "Quá hạn gửi giấy mời",
            "Giấy mời phải gửi trước 20-02 (khoản 2 Điều 15 dự thảo Quy chế).",
            "meetings",
        ),
        Artefact(
            "Bảng tiêu chí chấm điểm",
            "#dang-o-dau",
            "done",
            "Đã thống nhất",
            "100 điểm, 34 tiêu chí; áp dụng từ khi giao ước được ký.",
            "documents",
        ),
        Artefact(
            "Giao ước thi đua",
            "#dang-o-dau",
            "later",
            "Chờ văn bản được thông qua",
            "Lập từ Quy chế và Kế hoạch đã thông qua; năm lãnh đạo ký số, bất kỳ thứ tự nào.",
            "pact",
        ),
    ]
    rows = [
        [{"text": f"Điều {number}", "url": "#bang"}, SHORT[number % 5], f"{number * 3 / 2:.1f}".replace(".", ","), cell]
        for number, cell in zip(
            range(1, 6), [{"state": word, "text": label} for word, label in STATES[:5]], strict=True
        )
    ]
    page = page_of(request, range(230))
    return {
        "now": TODAY,
        "today": TODAY.date(),
        "sample_hash": HASH,
        "states": STATES,
        "members": [
            {"name": name, "role_label": role}
            for name, role in zip(UNITS, ["Cụm trưởng", "Cụm phó", "", "", ""], strict=True)
        ],
        "strands": [
            "Hoàn thiện, nâng cao chất lượng tổ chức bộ máy",
            "Khai thông thể chế",
            "Đột phá hạ tầng",
            "Nâng cao hiệu quả phục vụ nhân dân",
        ],
        "due": date(2026, 2, 28),
        "bits": _bits(),
        "school_bits": [
            {"row": "Năm học", "label": "Học kỳ I", "from": "2026-09-05", "to": "2027-01-15", "state": "open"},
            {"row": "Năm học", "label": "Học kỳ II", "from": "2027-01-18", "to": "2027-05-28"},
        ],
        "artefacts": artefacts,
        "todos": [
            Todo(
                "Gửi giấy mời hội nghị ký kết",
                "#viec",
                date(2026, 2, 20),
                "Quy chế yêu cầu gửi trước 10 ngày làm việc.",
            ),
            Todo(
                "Trả lời 3 ý kiến về Điều 6, Điều 17",
                "#viec",
                date(2026, 2, 26),
                "Chưa trả lời hết thì chưa trình được.",
            ),
            Todo("Khóa dự thảo 3 để trình", "#viec", date(2026, 3, 2)),
            Todo("Nhập danh sách đầu mối của đơn vị", "#viec"),
        ],
        "gate_acts": [
            {"label": "Thống nhất, không có ý kiến", "url": "#chan"},
            {"label": "Trình lãnh đạo gửi", "url": "#chan", "red": True},
        ],
        "gate_blocked": [
            {"label": "Trình hội nghị", "why": "Còn 3 ý kiến chưa trả lời; Quân sự Thành phố chưa gửi."},
        ],
        "gate_blockers": [
            "Còn 3 ý kiến chưa trả lời: Điều 6, Điều 17",
            "Chưa gửi: Quân sự Thành phố, Đại học Quốc gia",
        ],
        "clauses": _clauses(),
        "slots": _slots(),
        "many_slots": [
            {
                "name": f"{SHORT[number % 5]} {number + 1}",
                "state": "signed" if number < 21 else "waiting",
                "who": "Trưởng Ban",
            }
            for number in range(30)
        ],
        "verdicts": _verdicts(),
        "fact_list": [
            {"label": "Văn bản", "text": "Giao ước thi đua 2026 (PDF)", "url": "#bai"},
            {"label": "Chữ ký", "text": "5/5, hợp lệ", "state": "sealed"},
            {"label": "Mã văn bản", "hash": HASH},
        ],
        "columns": [
            {"label": "Điều khoản", "key": "dieu"},
            {"label": "Đơn vị", "key": "don-vi"},
            {"label": "Điểm", "number": True},
            {"label": "Trạng thái"},
        ],
        "rows": rows,
        "sort": sort_of(request, ["dieu", "don-vi"], "dieu"),
        "page": page,
        "filter": PatternFilter(request.GET or None),
        "form": PatternForm(auto_id="mau-%s"),
        "wrong": wrong,
        "events": [
            _Event(TODAY, f"Thư ký · {SHORT[0]}", "đã trả lời ý kiến về Điều 6: tiếp thu một phần"),
            _Event(TODAY - timedelta(days=2), f"Lãnh đạo · {SHORT[1]}", "đã gửi 6 ý kiến của đơn vị"),
            _Event(TODAY - timedelta(days=19), "Hệ thống", "đã mở lấy ý kiến đến 17:00 ngày 28-02-2026"),
        ],
        "steps": [
            {"label": "Chọn tệp", "state": "done"},
            {"label": "Xem lại điều khoản", "state": "now"},
            {"label": "Lưu dự thảo", "state": "later"},
        ],
        "samples": [
            {"level_tag": "success", "text": "Đã gửi 5 ý kiến của đơn vị.", "undo": True},
            {"level_tag": "warning", "text": "Thư mời chưa gửi được đến một địa chỉ."},
        ],
        "room": {
            "top": "Hội nghị ký kết giao ước thi đua năm 2026 · Cụm thi đua 17",
            "clock": TODAY,
            "eyebrow": "Mục 3. Biểu quyết thông qua",
            "title": "Quy chế tổ chức và hoạt động của Cụm",
            "facts": [
                {"label": _("Văn bản"), "hash": HASH},
                {"label": "Có mặt", "text": "5/5 đơn vị, đủ điều kiện họp"},
                {"label": "Đã biểu quyết", "text": "3/5"},
                {"label": "Còn", "text": "01:20"},
            ],
            "units": [
                {"name": name, "state": state, "state_label": label}
                for name, (state, label) in zip(
                    SHORT,
                    [("done", "Đã biểu quyết"), ("done", "Đã biểu quyết"), ("waiting", "Chưa")]
                    + [("done", "Đã biểu quyết"), ("waiting", "Chưa")],
                    strict=True,
                )
            ],
        },
    }
