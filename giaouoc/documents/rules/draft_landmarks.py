"""What stands around the clauses of a text, known by its own words and looks: titles, mottos, signatures, annexes, rules."""

from __future__ import annotations

import re

from .docx_line import Grid, Line
from .draft_lines import lines_of, shown
from .markers import is_upper

TITLE_KINDS = (
    "QUY CHẾ|QUY ĐỊNH|QUY ƯỚC|QUY CHUẨN|KẾ HOẠCH|ĐIỀU LỆ|NỘI QUY|HƯỚNG DẪN|CHƯƠNG TRÌNH|ĐỀ ÁN|PHƯƠNG ÁN|QUY TRÌNH|THÔNG TƯ|"
    "NGHỊ ĐỊNH|LUẬT|BỘ LUẬT|HIẾN PHÁP|PHÁP LỆNH|NGHỊ QUYẾT|QUYẾT ĐỊNH|THÔNG TƯ LIÊN TỊCH|CHỈ THỊ|THÔNG BÁO|KẾT LUẬN|BÁO CÁO|"
    "TỜ TRÌNH|BIÊN BẢN|GIAO ƯỚC|THỂ LỆ|CHIẾN LƯỢC|BẢNG TIÊU CHÍ|BỘ TIÊU CHÍ|TIÊU CHÍ|DANH MỤC|HỢP ĐỒNG|HƯƠNG ƯỚC"
)
_TITLE = re.compile(rf"^({TITLE_KINDS})(\s|$)")
MOTTO = re.compile(r"CỘNG H(ÒA|OÀ) XÃ HỘI|ĐẢNG CỘNG SẢN VIỆT NAM|Độc lập\s*[-–]\s*Tự do", re.I)
_RECIPIENTS = re.compile(r"^(nơi\s+(nhận|gửi))\s*:?", re.I)
_AUTHORITY = re.compile(r"^(T/?M|K/?T|T/?L|TUQ|Q)\s*[./]?\s+[A-ZĐÀ-Ỹ]{2,}")
_POSTS = re.compile(
    r"^(CHỦ TỊCH|PHÓ CHỦ TỊCH|THỦ TƯỚNG|BỘ TRƯỞNG|THỨ TRƯỞNG|HIỆU TRƯỞNG|PHÓ HIỆU TRƯỞNG|GIÁM ĐỐC|PHÓ GIÁM ĐỐC|TRƯỞNG BAN|"
    r"PHÓ TRƯỞNG BAN|CỤC TRƯỞNG|VỤ TRƯỞNG|TRƯỞNG PHÒNG|TRƯỞNG KHOA|THỐNG ĐỐC|TỔNG KIỂM TOÁN|CHỦ NHIỆM|ĐẠI DIỆN|CỤM TRƯỞNG|BÍ THƯ|PHÓ BÍ THƯ|CHÁNH VĂN PHÒNG|TỔNG GIÁM ĐỐC|CHÁNH ÁN|VIỆN TRƯỞNG|TỔNG BÍ THƯ)\b"
)
_PLANS = re.compile(r"^(KẾ HOẠCH|CHƯƠNG TRÌNH|ĐỀ ÁN|PHƯƠNG ÁN|BÁO CÁO|HƯỚNG DẪN|CHỈ THỊ|KẾT LUẬN|THÔNG BÁO)(\s|$)")
ANNEX = re.compile(r"^(phụ\s+lục|mẫu\s+(số|\d)|biểu\s+(số|mẫu|\d)|danh mục)\b", re.I)
ANNEX_HEAD = re.compile(r"^phụ\s+lục(\s+(số\s*)?([IVXLC]+|\d+|[A-ZĐ]))?\s*([.:\-–]|\n|$|\()", re.I)
FOOTNOTE = re.compile(r"^\[\d{1,3}\]")  # typed below the text, as in consolidated texts
RULE = re.compile(r"^[-–—_*=.\s]{3,}$")
TYPED_HEAD = 400  # letters that lines typed above a title may have, to be of its letterhead


def _unspaced(text: str) -> str:
    """'Q U Y  C H Ế' as 'QUY CHẾ': letters set apart for show."""
    tokens = text.split(" ")
    if len(tokens) < 4 or any(len(token) > 1 for token in tokens):
        return text
    joined = "".join(tokens)
    found = re.match(TITLE_KINDS.replace(" ", ""), joined)
    return next((kind for kind in TITLE_KINDS.split("|") if found and kind.replace(" ", "") == found[0]), text)


def is_title(line: Line) -> bool:
    """Whether a line names a kind of text as a title does: in capitals, standing out."""
    first = _unspaced(line.text.split("\n")[0])
    if line.caps:
        first = first.upper()
    if not (line.centred or line.title or line.all_bold) or not _TITLE.match(first):
        return False
    return is_upper(first)


def title_lines(lines: list[str]) -> list[str]:
    """Of the lines of a preamble's heading those from the title on: without what was typed above it."""
    at = next((place for place, line in enumerate(lines) if _TITLE.match(_unspaced(line)) and is_upper(line)), 0)
    return [_unspaced(lines[at]), *lines[at + 1 :]] if lines else []


def title_and_text(lines: list[Line]) -> tuple[list[str], list[str]]:
    """(title lines, further lines) of what stands before the first clause; rules between them are dropped.

    Lines typed above the title instead of in a letterhead's table stay with it, so that none is lost or out of order."""
    words = [shown(line) for line in lines]
    at = next((place for place, line in enumerate(lines) if is_title(line)), None)
    if at is None:
        at = next((place for place, line in enumerate(lines[:6]) if _TITLE.match(line.text)), None)
    above = words[:at] if at else []
    if sum(map(len, above)) > TYPED_HEAD or any(re.match(r"[-\s]*Căn cứ\b", one) for one in above):
        at = None
    begin = at or 0
    heading = words[:begin]
    place = begin
    while place < len(lines):
        line = lines[place]
        if RULE.match(words[place]):
            if len(heading) > begin or not begin:
                break
        elif line.centred or line.title or (place == begin and at is not None):
            heading.append(words[place])
        else:
            break
        place += 1
    heading = [one for one in heading if not RULE.match(one)]
    return heading, [one for one in words[place:] if not RULE.match(one)]


def is_plan(line: Line) -> bool:
    """Whether a line is the title of a plan or the like, which has no điều."""
    return is_title(line) and _PLANS.match(_unspaced(line.text)) is not None


def is_signature(grid: Grid) -> bool:
    """Whether a table is a signature: without borders, with the recipients."""
    return not grid.bordered and any(_RECIPIENTS.match(line) for line in lines_of(grid))


def names_recipients(words: str) -> bool:
    """Whether a line is 'Nơi nhận:' and little else."""
    return _RECIPIENTS.match(words) is not None and (words.rstrip().endswith(":") or len(words) < 20)


def names_signer(words: str) -> bool:
    """Whether a line begins with the authority or the post of one who signs: 'TM. …', 'HIỆU TRƯỞNG'."""
    return (_AUTHORITY.match(words) or _POSTS.match(words)) is not None


def heads_table(line: Line) -> bool:
    """Whether a line may be the heading of the table below it, or the rule under that heading."""
    return line.centred or line.title or RULE.match(line.text) is not None
