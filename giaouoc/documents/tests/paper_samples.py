"""Papers of an invented cluster in the manner of Cụm 17, and eyes for what came out."""

from __future__ import annotations

import hashlib
import re
import subprocess
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from giaouoc.documents.paper.minutes import (
    Absent,
    AgendaPart,
    Decision,
    Figure,
    MinutesPaper,
    NamedVote,
    Officer,
    Present,
    Said,
)
from giaouoc.documents.paper.pact import Activity, AdoptedText, Commitment, Member, PactPaper
from giaouoc.documents.paper.parts import Verification

CLUSTER = "Cụm thi đua 17"
SUPERVISOR = "Ban Tuyên giáo và Dân vận Thành ủy TPHCM"
PLACE = "Thành phố Hồ Chí Minh"
DAY = date(2026, 3, 6)
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
HOSTILE = (
    "Cột #let x = 1 $a^2$ *đậm* _nghiêng_ \\n \"kép\" 'đơn' @tham <nhãn> `mã` // chú thích /* x */ "
    "[ngoặc] {nhọn} ~ -- --- ... = + - %s {0} <script>alert(1)</script> &amp;"
)
FIRST = (
    ("CQD", "Đảng ủy các cơ quan Đảng Thành phố"),
    ("UBND", "Đảng ủy UBND Thành phố"),
    ("CA", "Đảng ủy Công an Thành phố"),
    ("QS", "Đảng ủy Quân sự Thành phố"),
    ("DHQG", "Đảng ủy Đại học Quốc gia TPHCM"),
)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def vietnamese_letters() -> list[str]:
    """The 146 letters that carry a Vietnamese mark or may: 12 vowels, 6 tones, 2 cases, and đ Đ."""
    import unicodedata

    small = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in TONES]
    return [*small, *(letter.upper() for letter in small), "đ", "Đ"]


def members(count: int) -> tuple[Member, ...]:
    units = [*FIRST, *((f"DV{at}", f"Đảng ủy Phường {at} Thành phố Hồ Chí Minh") for at in range(6, count + 1))]
    return tuple(
        Member(
            code=code,
            name=f"Ban Tuyên giáo và Dân vận {of}",
            short_name=of.removeprefix("Đảng ủy "),
            post="Phó Trưởng Ban" if code == "CA" else "Trưởng Ban",
            capacity="K/T" if code == "CA" else "",
            is_head=at == 0,
            is_deputy=at == 1,
        )
        for at, (code, of) in enumerate(units[:count])
    )


def pact(count: int = 5, **changes: Any) -> PactPaper:
    paper = PactPaper(
        cluster_name=CLUSTER,
        supervising_body=SUPERVISOR,
        year=2026,
        place=PLACE,
        day=DAY,
        theme="Hoàn thiện tổ chức bộ máy - Khai thông thể chế",
        focus_areas=("Hoàn thiện tổ chức bộ máy", "Khai thông thể chế"),
        bases=("Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022",),
        conference_name="Hội nghị ký kết giao ước thi đua năm 2026",
        conference_day=DAY,
        members=members(count),
        adopted=(AdoptedText("Quy chế tổ chức và hoạt động", sha("q")[:8], sha("q"), "5/5 đơn vị tán thành"),),
        commitments=(Commitment("Giới thiệu mô hình hay, cách làm hiệu quả", "ít nhất 01 mô hình", "30/11/2026"),),
        activities=(
            Activity("Tập huấn", "Lớp tập huấn xử lý thông tin xấu, độc", "Đảng ủy Công an Thành phố", "Tháng 5"),
            Activity("Giao lưu", "Giao lưu văn nghệ", "Đảng ủy Quân sự", "Tháng 10", ("Các đơn vị",), "10 tiết mục"),
        ),
        measures=("Mỗi hoạt động có đơn vị chịu trách nhiệm.",),
        mutual_help=("Các đơn vị trao đổi, học hỏi kinh nghiệm.",),
        good_models=("Mô hình hay được nhân rộng giữa các đơn vị.",),
        reporting=("Báo cáo năm gửi trước ngày 05 tháng 11 năm 2026.",),
        verification=Verification(
            "https://thidua.example.vn/xac-minh/A7K3", "A7K3-9QF2", tuple((1, 0) * 10 + (1,) for _ in range(21))
        ),
        text_hash=sha("pact"),
    )
    return replace(paper, **changes)


def decision(count: int = 5, **changes: Any) -> Decision:
    one = Decision(
        title="Quy chế tổ chức và hoạt động",
        version="Dự thảo 2",
        full_hash=sha("q"),
        method="Biểu quyết công khai, ghi tên",
        entitled=count,
        present=count,
        in_favour=count - 1,
        against=1,
        abstained=0,
        base=count,
        base_name="đơn vị có mặt",
        quorum=Figure(4, "4/5", "khoản 3 Điều 11"),
        majority=Figure(4, "2/3", "khoản 2 Điều 15", strict=True),
        outcome="được thông qua",
        votes=tuple(
            NamedVote(unit.name, "Không tán thành" if unit.code == "QS" else "Tán thành", "") for unit in members(count)
        ),
    )
    return replace(one, **changes)


def minutes(count: int = 5, **changes: Any) -> MinutesPaper:
    paper = MinutesPaper(
        cluster_name=CLUSTER,
        supervising_body=SUPERVISOR,
        year=2026,
        meeting="Hội nghị ký kết giao ước thi đua năm 2026",
        place=PLACE,
        venue="Trụ sở Đảng ủy các cơ quan Đảng TPHCM",
        opened_at=datetime(2026, 3, 6, 7, 5, tzinfo=UTC),
        closed_at=datetime(2026, 3, 6, 9, 30, tzinfo=UTC),
        chair=Officer("Trưởng Ban", members(count)[0].name),
        secretary=Officer("Thư ký Cụm", members(count)[0].name),
        present=tuple(Present(unit.name, unit.post) for unit in members(count)),
        absent=(Absent("Ban Tuyên giáo và Dân vận Đảng ủy Khối Doanh nghiệp", "đi công tác"),),
        invited=(SUPERVISOR,),
        agenda=(
            AgendaPart(
                "Thảo luận dự thảo Quy chế",
                (Said("Đề nghị bổ sung thời hạn.", members(count)[2].name, "Trưởng Ban"), Said("Hội nghị thảo luận.")),
                (decision(count),),
            ),
            AgendaPart("Ký kết giao ước thi đua"),
        ),
        quorum=Figure(4, "4/5", "khoản 3 Điều 11"),
        conclusion="Hội nghị thống nhất các nội dung.",
    )
    return replace(paper, **changes)


def text_of(pdf: bytes, *, page: int | None = None) -> str:
    """The words of the file as a reader copies them, in reading order; blanks and line ends are one blank."""
    return " ".join(_poppler(pdf, "pdftotext", *(("-f", str(page), "-l", str(page)) if page else ()), "-raw").split())


def pages_of(pdf: bytes) -> list[str]:
    """As ``text_of``, for each page."""
    return [" ".join(page.split()) for page in _poppler(pdf, "pdftotext", "-raw").split("\f")[:-1]]


def words_with_boxes(pdf: bytes, page: int) -> list[tuple[str, float, float, float, float]]:
    """(word, x0, y0, x1, y1) of a page, points from its upper left corner."""
    page_text = _poppler(pdf, "pdftotext", "-f", str(page), "-l", str(page), "-bbox")
    found = re.findall(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', page_text)
    return [(word, float(x0), float(y0), float(x1), float(y1)) for x0, y0, x1, y1, word in found]


def fonts_of(pdf: bytes) -> list[list[str]]:
    """Lines of pdffonts: name, …, emb, sub, uni, object."""
    return [line.split() for line in _poppler(pdf, "pdffonts", to=None).splitlines()[2:]]


def qpdf_says(pdf: bytes) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.pdf"
        path.write_bytes(pdf)
        return subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=True).stdout


def _poppler(pdf: bytes, tool: str, *options: str, to: str | None = "-") -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.pdf"
        path.write_bytes(pdf)
        call = [tool, *options, str(path), *([to] if to else [])]
        return subprocess.run(call, capture_output=True, text=True, check=True).stdout
