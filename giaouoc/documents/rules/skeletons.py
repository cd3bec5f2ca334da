"""Mẫu văn bản: what each kind of paper begins with, as an office would write it. Headings to keep, words to fill in.

Order of parts: domain notes, part B §1 ('Parts of each paper'); every line is a default to edit. '…' stands for what is to be
written; '{cluster}', '{year}' are filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .clause_tree import Node

_BASIS = "- Căn cứ …;"


def _node(kind: str, number: str | None, heading: str | None, text: str = "", children: Sequence[Node] = ()) -> Node:
    return {"kind": kind, "number": number, "heading": heading, "text": text, "children": list(children)}


def _articles(chapters: Sequence[tuple[str, Sequence[str]]]) -> list[Node]:
    """Chapters with articles that run through the whole text; each article begins with a first khoản to write."""
    found, number = [], 0
    for at, (chapter, titles) in enumerate(chapters):
        articles = []
        for title in titles:
            number += 1
            articles.append(_node("article", str(number), title, children=[_node("paragraph", "1", None, "…")]))
        found.append(_node("chapter", ("I", "II", "III", "IV", "V", "VI", "VII")[at], chapter, children=articles))
    return found


def _sections(parts: Sequence[tuple[str, Sequence[str]]]) -> list[Node]:
    """The Roman level of plans, reports and minutes with its numbered points."""
    return [
        _node(
            "section",
            ("I", "II", "III", "IV", "V", "VI", "VII")[at],
            title,
            children=[_node("paragraph", str(n), heading, "…") for n, heading in enumerate(points, 1)],
        )
        for at, (title, points) in enumerate(parts)
    ]


def _decides(verb: str, points: Sequence[str]) -> list[Node]:
    return [
        _node("article", str(at), None, f"{verb} {words}".strip() if at == 1 else words)
        for at, words in enumerate(points, 1)
    ]


_BODIES: Mapping[str, list[Node]] = {
    "regulation": _articles(
        [
            ("QUY ĐỊNH CHUNG", ["Phạm vi điều chỉnh, đối tượng áp dụng", "Nguyên tắc hoạt động"]),
            ("TỔ CHỨC CỦA CỤM", ["Cụm trưởng, Cụm phó", "Tổ thư ký", "Đơn vị thành viên"]),
            ("NỘI DUNG VÀ CHẾ ĐỘ LÀM VIỆC", ["Hội nghị", "Túc số, biểu quyết", "Chế độ thông tin, báo cáo"]),
            ("CHẤM ĐIỂM, XẾP HẠNG", ["Tiêu chí và thang điểm", "Trình tự chấm điểm", "Xếp hạng"]),
            ("KHEN THƯỞNG", ["Hình thức, điều kiện khen thưởng", "Bình xét, đề nghị khen thưởng"]),
            ("ĐIỀU KHOẢN THI HÀNH", ["Trách nhiệm thi hành", "Sửa đổi, bổ sung", "Hiệu lực"]),
        ]
    ),
    "plan": _sections(
        [
            ("MỤC ĐÍCH, YÊU CẦU", ["Mục đích", "Yêu cầu"]),
            ("NỘI DUNG", ["Phát động thi đua, ký kết giao ước", "Hoạt động chung", "Nhân rộng mô hình hay"]),
            ("GIẢI PHÁP", ["Tuyên truyền", "Kiểm tra, giúp đỡ lẫn nhau"]),
            ("TỔ CHỨC THỰC HIỆN", ["Tiến độ, phân công", "Chế độ báo cáo"]),
            ("KINH PHÍ", ["Nguồn kinh phí"]),
        ]
    ),
    "criteria": _sections(
        [
            ("NGUYÊN TẮC CHẤM ĐIỂM", ["Thang điểm", "Minh chứng"]),
            ("TIÊU CHÍ VÀ ĐIỂM TỐI ĐA", ["Thực hiện nhiệm vụ chính trị", "Phong trào thi đua", "Hoạt động của Cụm"]),
            ("ĐIỂM THƯỞNG, ĐIỂM TRỪ", ["Điểm thưởng", "Điểm trừ"]),
            ("TỔNG HỢP, XẾP LOẠI", ["Cách tính tổng điểm", "Xếp loại"]),
        ]
    ),
    "resolution": _decides(
        "Thông qua",
        [
            "…",
            "Các đơn vị thành viên chịu trách nhiệm thực hiện Nghị quyết này.",
            "Nghị quyết có hiệu lực từ ngày thông qua.",
        ],
    ),
    "decision": _decides(
        "Công nhận",
        ["…", "Kinh phí thực hiện: …", "Các đơn vị thành viên chịu trách nhiệm thi hành Quyết định này."],
    ),
    "report": _sections(
        [
            ("KẾT QUẢ THỰC HIỆN", ["Kết quả so với giao ước thi đua", "Hoạt động chung của Cụm"]),
            ("KHEN THƯỞNG", ["Kết quả khen thưởng"]),
            ("HẠN CHẾ, NGUYÊN NHÂN", ["Hạn chế", "Nguyên nhân"]),
            ("PHƯƠNG HƯỚNG", ["Nhiệm vụ trọng tâm"]),
            ("KIẾN NGHỊ", ["Kiến nghị, đề xuất"]),
        ]
    ),
    "minutes": _sections(
        [
            ("THÀNH PHẦN", ["Có mặt", "Vắng mặt, lý do", "Khách mời", "Chủ trì, thư ký"]),
            ("DIỄN BIẾN", ["Báo cáo", "Ý kiến của các đơn vị", "Phát biểu chỉ đạo"]),
            ("BIỂU QUYẾT", ["Nội dung, số phiếu, tỷ lệ"]),
            ("KẾT LUẬN", ["Kết luận của người chủ trì"]),
        ]
    ),
    "pact": _sections(
        [
            ("CHỦ ĐỀ, MỤC ĐÍCH", ["Chủ đề", "Mục đích"]),
            ("NỘI DUNG GIAO ƯỚC", ["Cam kết chung", "Mức phấn đấu của từng đơn vị", "Hoạt động chung"]),
            ("BIỆN PHÁP THỰC HIỆN", ["Biện pháp", "Giúp đỡ lẫn nhau, nhân rộng mô hình hay"]),
            ("TỔ CHỨC THỰC HIỆN", ["Chế độ báo cáo", "Trách nhiệm theo dõi"]),
        ]
    ),
    "other": _sections([("NỘI DUNG", ["…"]), ("TỔ CHỨC THỰC HIỆN", ["…"])]),
}
_OPENINGS = {
    "resolution": f"{_BASIS}\n- Theo đề nghị của Cụm trưởng,\nHội nghị {{cluster}} năm {{year}} QUYẾT NGHỊ:",
    "decision": f"{_BASIS}\n- Căn cứ kết quả bình xét của Hội nghị {{cluster}} năm {{year}},\nCỤM TRƯỞNG QUYẾT ĐỊNH:",
    "minutes": "Vào hồi … giờ … phút, ngày … tháng … năm {year}, tại …, {cluster} tổ chức …",
    "report": "Thực hiện Kế hoạch hoạt động năm {year}, {cluster} báo cáo kết quả như sau:",
}


def skeleton(kind: str, name: str, subject: str, cluster: str, year: int) -> list[Node]:
    """The clause tree that a paper of this kind begins with. name: of the kind, as 'Quy chế'; subject: its title without it."""
    opening = _OPENINGS.get(kind, f"{_BASIS}\n{{cluster}} ban hành {name.lower()} này như sau:")
    words = opening.format(cluster=cluster, year=year)
    signature = f"Nơi nhận:\n- Các đơn vị thành viên;\n- Lưu.\nT/M {cluster.upper()}\nCỤM TRƯỞNG"
    return [
        _node("preamble", None, f"{name.upper()}\n{subject}", words),
        *_BODIES[kind],
        _node("signature", None, None, signature),
    ]
