"""The clause tree of a Word draft: chapters, điều, khoản, điểm with their words. Every line of the body stands in it once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from giaouoc.lib.vietnamese import nfc

from .docx_line import Block, Grid, Line
from .docx_package import UnreadableDraft
from .docx_reader import Reading, read_docx
from .markers import (
    DEEPEST_PARAGRAPH,
    LEVELS,
    LOOKS_LIKE,
    SUB_POINT,
    Marker,
    heading_word,
    is_lower_roman,
    is_upper,
    label_marker,
    number_marker,
)
from .warnings import Warning, value, warn

__all__ = [
    "Draft",
    "Node",
    "UnreadableDraft",
    "Warning",
    "content_hash",
    "import_draft",
    "title_lines",
    "to_json",
    "to_store",
    "tree_of",
]

Node = dict[str, Any]
"""{"kind", "number", "heading", "text", ("rows"), ("notes"), "children"}: sample/README of the contract."""

OPENING, CLOSING = "“‘", "”’"
TITLE_KINDS = (
    "QUY CHẾ|QUY ĐỊNH|QUY ƯỚC|QUY CHUẨN|KẾ HOẠCH|ĐIỀU LỆ|NỘI QUY|HƯỚNG DẪN|CHƯƠNG TRÌNH|ĐỀ ÁN|PHƯƠNG ÁN|QUY TRÌNH|THÔNG TƯ|"
    "NGHỊ ĐỊNH|LUẬT|BỘ LUẬT|HIẾN PHÁP|PHÁP LỆNH|NGHỊ QUYẾT|QUYẾT ĐỊNH|THÔNG TƯ LIÊN TỊCH|CHỈ THỊ|THÔNG BÁO|KẾT LUẬN|BÁO CÁO|"
    "TỜ TRÌNH|BIÊN BẢN|GIAO ƯỚC|THỂ LỆ|CHIẾN LƯỢC|BẢNG TIÊU CHÍ|BỘ TIÊU CHÍ|TIÊU CHÍ|DANH MỤC|HỢP ĐỒNG|HƯƠNG ƯỚC"
)
ABOVE = {"part", "chapter", "section", "subsection"}
_TITLE = re.compile(rf"^({TITLE_KINDS})(\s|$)")
_MOTTO = re.compile(r"CỘNG H(ÒA|OÀ) XÃ HỘI|ĐẢNG CỘNG SẢN VIỆT NAM|Độc lập\s*[-–]\s*Tự do", re.I)
_RECIPIENTS = re.compile(r"^(nơi\s+(nhận|gửi))\s*:?", re.I)
_AUTHORITY = re.compile(r"^(T/?M|K/?T|T/?L|TUQ|Q)\s*[./]?\s+[A-ZĐÀ-Ỹ]{2,}")
_POSTS = re.compile(
    r"^(CHỦ TỊCH|PHÓ CHỦ TỊCH|THỦ TƯỚNG|BỘ TRƯỞNG|THỨ TRƯỞNG|HIỆU TRƯỞNG|PHÓ HIỆU TRƯỞNG|GIÁM ĐỐC|PHÓ GIÁM ĐỐC|TRƯỞNG BAN|"
    r"PHÓ TRƯỞNG BAN|CỤC TRƯỞNG|VỤ TRƯỞNG|TRƯỞNG PHÒNG|TRƯỞNG KHOA|THỐNG ĐỐC|TỔNG KIỂM TOÁN|CHỦ NHIỆM|ĐẠI DIỆN|CỤM TRƯỞNG|BÍ THƯ|PHÓ BÍ THƯ|CHÁNH VĂN PHÒNG|TỔNG GIÁM ĐỐC|CHÁNH ÁN|VIỆN TRƯỞNG|TỔNG BÍ THƯ)\b"
)
_PLANS = re.compile(r"^(KẾ HOẠCH|CHƯƠNG TRÌNH|ĐỀ ÁN|PHƯƠNG ÁN|BÁO CÁO|HƯỚNG DẪN|CHỈ THỊ|KẾT LUẬN|THÔNG BÁO)(\s|$)")
_ANNEX = re.compile(r"^(phụ\s+lục|mẫu\s+(số|\d)|biểu\s+(số|mẫu|\d)|danh mục)\b", re.I)
_ANNEX_HEAD = re.compile(r"^phụ\s+lục(\s+(số\s*)?([IVXLC]+|\d+|[A-ZĐ]))?\s*([.:\-–]|\n|$|\()", re.I)
_FOOTNOTE = re.compile(r"^\[\d{1,3}\]")  # typed below the text, as in consolidated texts
_RULE = re.compile(r"^[-–—_*=.\s]{3,}$")
_AMENDS = re.compile(
    r"(sửa đổi|bổ sung|thay thế|bãi bỏ|thay cụm từ|bỏ cụm từ).{0,80}(như sau|khoản \d|điều \d|điểm [a-zđ]\b|cụm từ)",
    re.I,
)
_MARK_STOP = re.compile(r"^(\[\d{1,3}\])\s*[.:)\-–]\s*")
TYPED_HEAD = 400  # letters that lines typed above a title may have, to be of its letterhead
LETTERHEAD = 1500  # letters of a table that is a letterhead
SCAN = 400_000  # lines looked at, over a whole draft, for the ends of quotations


@dataclass
class Draft:
    """What was recognised. ``letterhead``: the lines set apart."""

    tree: list[Node] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    letterhead: list[str] = field(default_factory=list)
    chunks: bool = False  # parts that only Word opens were left out
    converted: list[tuple[str, str]] = field(default_factory=list)  # words in an old code, and what they say


def import_draft(data: bytes, *, convert: bool = False) -> Draft:
    """Read a .docx into its clause tree; ``convert``: words in the codes of old fonts as what they were meant to say.

    Raises UnreadableDraft with one sentence for a file that is not taken."""
    draft = tree_of(read_docx(data, convert=convert))
    if not draft.tree:
        raise UnreadableDraft("only_chunks" if draft.chunks else "no_words")
    return draft


def to_json(draft: Draft) -> dict[str, Any]:
    """{"tree": […], "warnings": [{"where", "what"}]}."""
    return {"tree": draft.tree, "warnings": [{"where": one.where, "what": one.what} for one in draft.warnings]}


def to_store(draft: Draft) -> list[dict[str, Any]]:
    """The warnings as they are kept: {"where", "code", "params"}; ``said.sentence`` words them for the reader."""
    return [one.kept() for one in draft.warnings]


def content_hash(tree: list[Node]) -> str:
    """SHA-256 (hex) over the canonical JSON of the tree: kinds, numbers, headings, words, tables, notes, in order."""
    return hashlib.sha256(
        json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def tree_of(reading: Reading) -> Draft:
    """The tree of what was read."""
    builder = _Builder(_lines(reading.blocks))
    builder.build()
    draft = Draft(builder.roots, [], builder.letterhead, reading.chunks, reading.converted)
    draft.warnings = warn(draft.tree, reading, unnumbered=builder.unnumbered, odd=builder.odd)
    return draft


def _lines(blocks: list[Block]) -> list[Block]:
    """The blocks with lines parted at soft breaks where the next part begins a clause, and layout tables opened."""
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Grid):
            if not block.bordered and _holds_clauses(block):
                for row in block.rows:
                    for cell in row:
                        found.extend(_lines(cell or []))
            else:
                found.append(block)
        else:
            found.extend(_part_line(block))
    return found


def _part_line(line: Line) -> list[Line]:
    """A paragraph with soft breaks before further clauses, as several lines."""
    if "\n" not in line.text or line.contents:
        return [line]
    spans: list[tuple[int, int]] = []
    at = 0
    for piece in line.text.split("\n"):
        end = at + len(piece)
        one = Line(text=piece, bold=line.bold[at:end], centred=line.centred, caps=line.caps)
        begins = heading_word(one, piece) or number_marker(one, piece, plan=False, in_article=True, last_capital="")
        if spans and not begins:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((at, end))
        at = end + 1
    if len(spans) == 1:
        return [line]
    parts = [
        Line(text=line.text[a:b].rstrip("\n"), bold=line.bold[a : a + len(line.text[a:b].rstrip("\n"))])
        for a, b in spans
    ]
    for one in parts:
        one.centred, one.right, one.caps = line.centred, line.right, line.caps
    first = parts[0]
    first.label, first.outline, first.title, first.notes = line.label, line.outline, line.title, line.notes
    first.old_font = line.old_font
    return parts


def _holds_clauses(grid: Grid) -> bool:
    """Whether a borderless table is only the layout of running text."""
    lines = [one for row in grid.rows for cell in row for one in cell or [] if isinstance(one, Line)]
    if any((found := heading_word(one, one.text)) and found.kind in {"article", "chapter"} for one in lines):
        return True
    numbered = (number_marker(one, one.text, plan=True, in_article=False, last_capital="") for one in lines)
    return sum(found is not None and found.kind in {"section", "paragraph"} for found in numbered) >= 3


def _cell_lines(cell: list[Block] | None) -> list[str]:
    """The lines of a cell; a table inside it is its rows as lines, cells joined by ' | '."""
    found: list[str] = []
    for block in cell or []:
        if isinstance(block, Line):
            words = _shown(block)
            found.extend(part for part in words.split("\n") if part.strip())
        else:
            for row in block.rows:
                cells = [" ".join(_cell_lines(inner)) for inner in row if inner is not None]
                if any(cells):
                    found.append(" | ".join(cells))
    return found


def _shown(line: Line) -> str:
    """A line with the number that Word writes before it."""
    if line.label is None or not line.text:
        return line.text
    return f"{line.label.text} {line.text}"


def _grid_rows(grid: Grid) -> list[list[str]]:
    return [["\n".join(_cell_lines(cell)) for cell in row] for row in grid.rows]


@dataclass
class _Open:
    """A clause that further lines may go into. ``words``: its text line by line; ``style``: of its number."""

    node: Node
    level: int
    words: list[str]
    style: str = ""
    bullet: int = -1  # level of the list that a bullet is of, -1 for no bullet

    @property
    def bare(self) -> bool:
        """Whether it has nothing but number and heading."""
        return not self.words and not self.node["children"]


class _Builder:
    def __init__(self, blocks: list[Block]) -> None:
        self.blocks = blocks
        self.roots: list[Node] = []
        self.letterhead: list[str] = []
        self.stack: list[_Open] = []
        self.filled: list[tuple[Node, list[str]]] = []  # every node with the lines of its text, joined at the end
        self.odd: list[tuple[Node, str]] = []  # clauses whose number is written with letters that only look right
        self.unnumbered = False
        self.capital = ""
        self.signed = False  # a signature stands behind us
        self.loose: list[Line] = []  # lines after a signature, not yet known what of
        self.quote_until = -1
        self.scans = SCAN
        self.plan = True
        if sum(isinstance(one, Line) and one.contents for one in blocks) < 3:
            for one in blocks:
                if isinstance(one, Line):
                    one.contents = False
        self.heads = [self._typed(one) if isinstance(one, Line) and one.text else None for one in blocks]
        self.next_head = self._following(lambda head: head.level <= LEVELS["article"])
        self.styled = self._style_levels()

    def _following(self, wanted: Callable[[Marker], bool]) -> list[int]:
        """For each block the place of the next heading word of that sort, itself included; the number of blocks if none."""
        found = [len(self.blocks)] * (len(self.blocks) + 1)
        for at in range(len(self.blocks) - 1, -1, -1):
            head = self.heads[at]
            found[at] = at if head is not None and wanted(head) else found[at + 1]
        return found

    # -- what a line is

    def _typed(self, line: Line) -> Marker | None:
        """The heading word that a line begins with, typed or written by Word."""
        found = heading_word(line, line.text)
        if found is None and line.label is not None and (found := label_marker(line)) is not None:
            return found if found.level <= LEVELS["article"] and not found.style and found.kind != "section" else None
        return found

    def _style_levels(self) -> dict[int, str]:
        """Which kind each heading style stands for, where a draft has styles and no numbers."""
        if any(head is not None for head in self.heads):
            return {}
        lines: dict[int, list[str]] = {}
        for one in self.blocks:
            if isinstance(one, Line) and one.text and one.outline is not None and not _is_title(one):
                if one.label is not None or self._numbered(one) is not None:
                    return {}
                lines.setdefault(one.outline, []).append(one.text)
        names = [level for level in sorted(lines) if not _are_sentences(lines[level])]
        if any(isinstance(one, Line) and _is_title(one) and _PLANS.match(_unspaced(one.text)) for one in self.blocks):
            kinds = ["section", "paragraph", "point"]
        elif len(names) < 4:
            kinds = {0: [], 1: ["article"], 2: ["chapter", "article"], 3: ["chapter", "section", "article"]}[len(names)]
        else:
            kinds = ["part", "chapter", "section", "article"]
        found = dict(zip(names, kinds, strict=False))
        deeper = [one for one in ("paragraph", "point") if one not in found.values()]
        rest = [level for level in sorted(lines) if level not in found]
        return found | dict(zip(rest, deeper, strict=False))

    def _numbered(self, line: Line) -> Marker | None:
        return number_marker(
            line,
            line.text,
            plan=self.plan,
            in_article=any(one.node["kind"] == "article" for one in self.stack),
            last_capital=self.capital,
        )

    def marker(self, line: Line) -> Marker | None:
        """What the line begins, or None for an unnumbered one."""
        if found := heading_word(line, line.text):
            return found
        auto, typed = label_marker(line), self._numbered(line)
        if auto is not None:
            if typed is not None and typed.number != "-" and (auto.number == "-" or typed.kind == auto.kind):
                return typed
            if typed is not None and typed.number == "-" and auto.number == "-":
                return replace(auto, at=typed.at)  # a bullet before a typed dash
            return auto
        if typed is not None:
            return typed
        if line.outline in self.styled and line.outline is not None and not _is_title(line):
            self.unnumbered = True
            kind = self.styled[line.outline]
            return Marker(kind, None, LEVELS[kind], 0, "heading")
        return None

    def _placed(self, line: Line, marker: Marker) -> Marker:
        """The marker at its level among the open clauses: lists inside lists, bullets inside bullets."""
        number = marker.number or ""
        if marker.kind == "paragraph" and marker.level == LEVELS["paragraph"]:
            above = self._open("paragraph", LEVELS["paragraph"])
            if above and above.style == "." and marker.style in {")", "()"} and not _follows(above.node, number):
                inside = self._open("point", LEVELS["point"])
                nested = inside is not None and inside.style not in {")", "()"} | {marker.style + "1"}
                return replace(
                    marker.at_level(SUB_POINT if nested else LEVELS["point"], "point"), style=marker.style + "1"
                )
        elif marker.kind == "point" and number == "-":
            return self._bullet(line, marker)
        elif marker.kind == "point" and marker.level == LEVELS["point"]:
            return self._point(marker, number)
        elif marker.kind == "part" and marker.style == "A":
            if self._open("section", LEVELS["section"]) and not self._open("part", LEVELS["part"]):
                return marker.at_level(LEVELS["subsection"], "subsection")
        return marker

    def _point(self, marker: Marker, number: str) -> Marker:
        """A letter, or one of i, ii, iii … below a letter."""
        above = self._open("point", LEVELS["point"])
        inner = self._open("point", SUB_POINT)
        if above is None:
            return marker
        before = above.node["number"] or ""
        if marker.style == "()" and above.style in {")", "."} and not _next_letter(before, number):
            return marker.at_level(SUB_POINT)
        if not is_lower_roman(number) or marker.style in {"."}:
            return marker
        if inner is not None and is_lower_roman(inner.node["number"] or "") and number != "i":
            return marker.at_level(SUB_POINT) if _roman_follows(inner.node["number"], number) else marker
        if number == "i" and marker.style != "i":
            return marker if before == "h" else marker.at_level(SUB_POINT)
        if marker.style == "i" and not (before == "i" or (len(before) > 1 and is_lower_roman(before))):
            return marker.at_level(SUB_POINT)
        return marker

    def _bullet(self, line: Line, marker: Marker) -> Marker:
        """A bullet below those of outer lists; typed '+' stands below '-'."""
        if line.label is None or not line.label.bullet:
            return marker
        outer = [one for one in self.stack if one.bullet >= 0]
        deeper = sum(1 for one in outer if one.bullet < line.label.level)
        return marker.at_level(LEVELS["dash"] + min(deeper, 9))

    def _open(self, kind: str, level: int) -> _Open | None:
        """The open clause of this kind and level."""
        return next((one for one in reversed(self.stack) if one.node["kind"] == kind and one.level == level), None)

    # -- building

    def build(self) -> None:
        at = self._preamble(0)
        while at < len(self.blocks):
            block = self.blocks[at]
            if isinstance(block, Grid):
                at = self._grid(block, at)
            elif block.text:
                at = self._line(block, at)
            else:
                self._note(block)
                at += 1
        self._flush_loose(self.loose)
        for node, words in self.filled:
            node["text"] = nfc("\n".join(words))

    def _node(self, kind: str, number: str | None, heading: str | None, words: list[str], notes: list[str]) -> Node:
        """A node; its text is what ``words`` holds at the end."""
        node: Node = {"kind": kind, "number": number, "heading": None if heading is None else nfc(heading), "text": ""}
        if notes:
            node["notes"] = list(notes)
        node["children"] = []
        self.filled.append((node, words))
        return node

    def _note(self, line: Line) -> None:
        """Footnotes of a line without words belong to the clause that is open."""
        if line.notes and (self.stack or self.roots):
            _add_notes(self.stack[-1].node if self.stack else self.roots[-1], line.notes)

    def _preamble(self, at: int) -> int:
        """Letterhead, title lines, and the lines up to the first clause, from here on. Returns where the clauses begin."""
        self.stack, self.signed, self.quote_until, self.capital = [], False, -1, ""
        self.plan = not self._articles_ahead(at)
        lines: list[Line] = []
        notes: list[str] = []
        tables = 0
        while at < len(self.blocks):
            block = self.blocks[at]
            if isinstance(block, Grid):
                if not self._is_letterhead(block, bare=not lines and tables < 3):
                    break
                tables += 1
                self.letterhead += [line for row in block.rows for cell in row for line in _cell_lines(cell)]
                notes += [note for line in block.lines() for note in line.notes]
            elif block.text:
                marker = self.marker(block)
                if marker is not None and self._begins_clauses(marker, block, at):
                    break
                if lines and self._second_title(block, at, lines):
                    break
                lines.append(block)
                notes += block.notes
            else:
                notes += block.notes
            at += 1
        heading, text = _title_and_text(lines)
        if heading or text:
            self.roots.append(self._node("preamble", None, "\n".join(heading) or None, text, notes))
        elif notes:
            self.letterhead += notes
        return at

    def _second_title(self, line: Line, at: int, lines: list[Line]) -> bool:
        """Whether a whole further text begins inside what seemed a preamble: such a text has letterhead and title."""
        before = self.blocks[at - 1] if at else None
        return isinstance(before, Grid) and _is_title(line) and any(_is_title(one) for one in lines)

    def _is_letterhead(self, grid: Grid, *, bare: bool) -> bool:
        """Whether a table before the first clause is a letterhead: the first one without borders, or one with the motto."""
        lines = [line for row in grid.rows for cell in row for line in _cell_lines(cell)]
        if _is_signature(grid) or sum(map(len, lines)) > LETTERHEAD:
            return False
        if _MOTTO.search("\n".join(lines)):
            return True
        return bare and not grid.bordered and len(grid.rows) <= 8

    def _articles_ahead(self, at: int) -> bool:
        """Whether the text that begins here has điều, up to its signature."""
        for place in range(at, len(self.blocks)):
            block, head = self.blocks[place], self.heads[place]
            if head is not None and head.kind == "article":
                return True
            if isinstance(block, Grid) and _is_signature(block):
                return False
        return False

    def _begins_clauses(self, marker: Marker, line: Line, at: int) -> bool:
        """Whether a marked line in the preamble is the first clause; dashes and letters there are only its lines."""
        if marker.level <= LEVELS["article"]:
            return True
        if marker.kind == "paragraph" and marker.level == LEVELS["paragraph"]:
            # '1.' opens the clauses of a text that has none above it; else a numbered basis is a line like others.
            return self.next_head[at] >= min(at + 400, len(self.blocks))
        return False

    def _line(self, line: Line, at: int) -> int:
        if self.quote_until >= at:
            self._quoted(line)
            return at + 1
        if self.loose or self.signed:
            return self._after_signature(line, at)
        if self._ends_text(line, at):
            return self._signature_lines(at)
        if self._new_text(line, at):
            return self._preamble(at)
        if self._annex_begins(line):
            self.stack, self.signed, self.loose = [], True, [line]
            return at + 1
        if self._begins_quotation(line):
            self._quoted(line)
            self.quote_until = self._quote_end(line, at)
            return at + 1
        marker = self.marker(line)
        if marker is None:
            self._unnumbered_line(line)
        else:
            self._clause(line, marker)
        self.quote_until = self._quote_end(line, at)
        return at + 1

    # -- quotations

    def _begins_quotation(self, line: Line) -> bool:
        """Whether a line quotes another text for the clause that is open: 'như sau:' stands before, or a clause is quoted."""
        if not self.stack or line.text[:1] not in OPENING + '"' or line.label is not None:
            return False
        inside = Line(text=line.text[1:].lstrip(), centred=line.centred)
        inside.bold = line.bold[len(line.bold) - len(inside.text) :]
        quoted = heading_word(inside, inside.text) or self._numbered(inside)
        top = self.stack[-1]
        before = top.words[-1] if top.words else top.node["heading"] or ""
        return quoted is not None or before.rstrip().endswith(":")

    def _quote_end(self, line: Line, at: int) -> int:
        """The last line of a quotation that this line leaves open, or -1."""
        depth = _depth(line.text, 0)
        straight = line.text.count('"') % 2 == 1
        if depth <= 0 and not straight:
            return -1
        if not self._quotes_clause(line, at, '"' if depth <= 0 else "“"):
            return -1
        if depth <= 0:
            return self._straight_end(at)
        end = self._curled_end(at, depth, again=False)
        if end < 0:  # each quoted paragraph has its opening mark, only the last one its closing mark
            end = self._curled_end(at, 1, again=True)
        if end < 0:
            end = self._unclosed_end(at)
        return end

    def _quotes_clause(self, line: Line, at: int, sign: str) -> bool:
        """Whether the open quotation mark stands where a quoted text begins: at the start, or after ':'."""
        before = line.text[: line.text.rfind(sign)].rstrip()
        if not before or before.endswith(":"):
            return True
        return before.endswith((".", ")")) and len(before) < 12  # after the line's own number

    def _ahead(self, at: int, most: int) -> Iterator[tuple[int, Line]]:
        """The lines after this one, as far as the draft's allowance for looking ahead goes."""
        for further in range(at + 1, min(len(self.blocks), at + most)):
            self.scans -= 1
            if self.scans < 0:
                return
            block = self.blocks[further]
            if isinstance(block, Line) and block.text:
                yield further, block

    def _curled_end(self, at: int, depth: int, *, again: bool) -> int:
        for further, block in self._ahead(at, 3000):
            text = block.text
            if "“" in text or "”" in text:
                depth = _depth(text[1:] if again and text[0] == "“" else text, depth)
                if depth <= 0:
                    return further
            if again and self._amends_further(block):
                return further - 1
        return -1

    def _unclosed_end(self, at: int) -> int:
        """Where a quotation ends that nobody closed: before the next clause that amends, or with a straight mark."""
        for further, block in self._ahead(at, 600):
            if block.text.count('"') % 2 == 1 and block.text.rstrip(".;, ").endswith('"'):
                return further
            if self._amends_further(block):
                return further - 1
        return -1

    def _amends_further(self, line: Line) -> bool:
        """Whether a line is the next clause of an amending text, by its number and its words."""
        if not _AMENDS.search(line.text[:160]):
            return False
        marker = self.marker(line)
        if marker is None or marker.number is None:
            return False
        return any(
            one.node["kind"] == marker.kind
            and (_follows(one.node, marker.number) or _next_letter(one.node["number"] or "", marker.number))
            for one in self.stack
        )

    def _straight_end(self, at: int) -> int:
        for further, block in self._ahead(at, 600):
            if block.text.count('"') % 2 == 1:
                return further
        return -1

    def _quoted(self, line: Line) -> None:
        """A line inside a quotation is text of the clause that quotes, or of a paragraph below it after a table."""
        words = _shown(line)
        if not self.stack:
            self._attach(self._node("paragraph", None, None, [words], line.notes))
            return
        top = self.stack[-1]
        if top.node["children"]:
            self._attach(self._node("paragraph", None, None, [words], line.notes))
            return
        top.words.append(words)
        _add_notes(top.node, line.notes)

    # -- clauses

    def _clause(self, line: Line, marker: Marker) -> None:
        marker = self._placed(line, marker)
        text, bold = line.text[marker.at :], line.bold[marker.at :]
        lead = len(text) - len(text.lstrip(" \n"))
        text, bold = text[lead:], bold[lead:]
        if text[:1] == "[" and (mark := _MARK_STOP.match(text)):  # 'Điều 9[8]. Tên': the mark stays, the stop goes
            text, bold = f"{mark[1]} {text[mark.end() :]}", [*bold[: mark.end(1)], bold[0], *bold[mark.end() :]]
        if marker.kind == "part" and marker.style == "A":
            self.capital = marker.number or ""
        heading: str | None = None
        if marker.kind in ABOVE:
            heading, text = text or None, ""
        elif marker.kind == "article":
            heading, text = _article_heading(line, text, bold)
        elif (
            marker.kind == "paragraph"
            and text
            and (line.all_bold or (marker.style == "heading" and not _are_sentences([text])))
        ):
            heading, text = text, ""
        words = [text] if text else []
        node = self._node(marker.kind, marker.number, heading, words, line.notes)
        typed = line.text[: marker.at]
        if typed != typed.translate(LOOKS_LIKE):
            self.odd.append((node, typed.strip()))
        while self.stack and self.stack[-1].level >= marker.level:
            self.stack.pop()
        self._attach(node)
        bullet = line.label.level if line.label is not None and line.label.bullet and marker.number == "-" else -1
        self.stack.append(_Open(node, marker.level, words, marker.style, bullet))

    def _attach(self, node: Node) -> None:
        (self.stack[-1].node["children"] if self.stack else self.roots).append(node)

    def _unnumbered_line(self, line: Line) -> None:
        words = _shown(line)
        if not self.stack:
            self._attach(self._node("paragraph", None, None, [words], line.notes))
            return
        top = self.stack[-1]
        if top.bare and self._is_heading_of(top.node, line, words):
            before = top.node["heading"]
            top.node["heading"] = nfc(words if before is None else f"{before}\n{words}")
            _add_notes(top.node, line.notes)
            return
        holder = self._holder()
        kind, node = holder.node["kind"], holder.node
        # Lines right below an article's heading are its text; so are those below a khoản that has only a heading.
        own = kind != "paragraph" or node["heading"] is not None or not holder.words
        if own and not node["children"] and holder.level < LEVELS["point"]:
            holder.words.append(words)
            _add_notes(node, line.notes)
            return
        while self.stack[-1] is not holder:
            self.stack.pop()
        self._attach(self._node("paragraph", None, None, [words], line.notes))

    def _is_heading_of(self, node: Node, line: Line, words: str) -> bool:
        """Whether an unnumbered line is the heading, or its next line, of the clause that stands bare above it."""
        if node["kind"] == "article":
            return node["heading"] is None and line.all_bold
        if node["kind"] not in ABOVE:
            return False
        heading = node["heading"]
        if heading is None:
            return True
        upper = (is_upper(words) or line.caps) and is_upper(heading)
        return line.centred and (upper or (line.all_bold and not is_upper(heading) and not words[0].isdecimal()))

    def _holder(self) -> _Open:
        """Where an unnumbered line belongs: the open khoản, else the open điều, else what is above."""
        for one in reversed(self.stack):
            if one.node["kind"] == "paragraph" and one.level <= DEEPEST_PARAGRAPH:
                return one
            if one.node["kind"] == "article" or one.node["kind"] in ABOVE:
                return one
        return self.stack[0]

    # -- tables, signatures, annexes

    def _grid(self, grid: Grid, at: int) -> int:
        lines = [line for row in grid.rows for cell in row for line in _cell_lines(cell)]
        notes = [note for line in grid.lines() for note in line.notes]
        if not lines:
            return at + 1
        if _is_signature(grid) or (not grid.bordered and self._is_signing(lines, grid, at)):
            self._flush_loose(self.loose)
            columns = max(len(row) for row in grid.rows)
            ordered = [
                line
                for column in range(columns)
                for row in grid.rows
                if column < len(row)
                for line in _cell_lines(row[column])
            ]
            self.roots.append(self._node("signature", None, None, ordered, notes))
            self.stack, self.signed = [], True
            return at + 1
        if self._ended() and self._is_letterhead(grid, bare=False) and (self.signed or self._title_ahead(at)):
            self._flush_loose(self.loose)
            return self._preamble(at)
        if self.signed or self.loose:
            heading, above = self._table_heading()
            node = self._node("table", None, "\n".join(heading) or None, [], above + notes)
            place = self.roots
        else:
            node = self._node("table", None, None, [], notes)
            place = self.stack[-1].node["children"] if self.stack else self.roots
        children = node.pop("children")
        node |= {"rows": _grid_rows(grid), "children": children}
        place.append(node)
        return at + 1

    def _table_heading(self) -> tuple[list[str], list[str]]:
        """(heading, notes): the centred lines above a table after the signature, and short ones between them and it."""
        end = len(self.loose)
        while end and len(self.loose) - end < 2 and not _heads_table(self.loose[end - 1]):
            if len(self.loose[end - 1].text) > 100:
                break
            end -= 1
        begin = end
        while begin and _heads_table(self.loose[begin - 1]):
            begin -= 1
        if begin == end or not any(not _RULE.match(line.text) for line in self.loose[begin:end]):
            begin = end = len(self.loose)
        heading = [_shown(line) for line in self.loose[begin:] if not _RULE.match(line.text)]
        notes = [note for line in self.loose[begin:] for note in line.notes]
        before, self.loose = self.loose[:begin], []
        self._flush_loose(before)
        return heading, notes

    def _is_signing(self, lines: list[str], grid: Grid, at: int) -> bool:
        """A borderless table of signatures that names no recipients."""
        if len(grid.rows) > 6 or not any(_AUTHORITY.match(line) or _POSTS.match(line) for line in lines):
            return False
        return self._ended() and not self._goes_on(at)

    def _ended(self) -> bool:
        """Whether clauses stand behind us."""
        return any(node["kind"] != "preamble" for node in self.roots)

    def _goes_on(self, at: int) -> bool:
        """Whether the articles of this text go on behind this place."""
        place = self.next_head[at + 1]
        if place >= len(self.blocks):
            return self.plan and self._sections_go_on(at)
        head = self.heads[place]
        if head is None:
            return False
        first = (head.number or "").upper() in {"1", "I", "A", "MỘT"} or "NHẤT" in (head.number or "").upper()
        return not first and not any(
            isinstance(block, Line) and block.text and (_is_title(block) or _ANNEX_HEAD.match(block.text))
            for block in self.blocks[at + 1 : place]
        )

    def _sections_go_on(self, at: int) -> bool:
        """Whether a plan's next Roman figure comes behind this place, before a title or an annex."""
        above = self._open("section", LEVELS["section"])
        if above is None:
            return False
        before = value("section", above.node["number"] or "")
        for _further, line in self._ahead(at, 400):
            if _is_title(line) or _ANNEX_HEAD.match(line.text):
                return False
            marker = label_marker(line) or self._numbered(line)
            if marker is not None and marker.kind == "section" and marker.number:
                after = value("section", marker.number)
                return before is not None and after is not None and after[0] == before[0] + 1
        return False

    def _title_ahead(self, at: int) -> bool:
        """Whether a title follows within a few lines."""
        lines = [block for block in self.blocks[at + 1 : at + 12] if isinstance(block, Line) and block.text]
        return any(_is_title(line) for line in lines[:5])

    def _ends_text(self, line: Line, at: int) -> bool:
        """Whether the lines of a typed signature begin here."""
        if not self._ended():
            return False
        top = self.stack[-1] if self.stack else None
        if top is not None and top.bare and top.node["kind"] in ABOVE:
            return False  # 'Chương II', below it 'HIỆU TRƯỞNG VÀ HỘI ĐỒNG TRƯỜNG'
        if _RECIPIENTS.match(line.text) and (line.text.rstrip().endswith(":") or len(line.text) < 20):
            return not self._goes_on(at)
        stands = line.centred or line.right or line.all_bold
        return (
            stands
            and len(line.text) < 80
            and is_upper(line.text)
            and (_AUTHORITY.match(line.text) or _POSTS.match(line.text)) is not None
            and not self._goes_on(at)
        )

    def _signature_lines(self, at: int) -> int:
        """The typed lines of a signature, up to what is a text or an annex of its own."""
        lines: list[str] = []
        notes: list[str] = []
        while at < len(self.blocks):
            block = self.blocks[at]
            if isinstance(block, Grid):
                break
            if block.text:
                if lines and (self._new_text(block, at) or _ANNEX.match(block.text) or self.heads[at] is not None):
                    break
                if lines and ((block.centred and self._roman_title(block)) or _FOOTNOTE.match(block.text)):
                    break
                lines.append(_shown(block))
            notes += block.notes
            at += 1
        self.roots.append(self._node("signature", None, None, lines, notes))
        self.stack, self.signed = [], True
        return at

    def _roman_title(self, line: Line) -> bool:
        found = self._numbered(line) or label_marker(line)
        return found is not None and found.kind in {"section", "part"}

    def _new_text(self, line: Line, at: int) -> bool:
        """Whether a second title begins here: a kind of text in capitals, standing out, clauses behind it."""
        if not self._ended() or len(line.text) > 160 or not _is_title(line):
            return False
        if not (line.centred or line.title or (self.signed and line.all_bold)):
            return False
        top = self.stack[-1] if self.stack else None
        if top is not None and top.bare and top.node["kind"] in ABOVE and top.node["heading"] is None:
            return False
        if self.signed:
            return True
        head = self.heads[place] if (place := self.next_head[at + 1]) < min(at + 40, len(self.blocks)) else None
        if head is None:
            return False
        number = (head.number or "").upper()
        return number in {"1", "I", "A", "MỘT"} or "NHẤT" in number

    def _annex_begins(self, line: Line) -> bool:
        """Whether an annex begins that no signature parts from the text."""
        if not _ANNEX_HEAD.match(line.text) or len(line.text) > 160 or not self._ended():
            return False
        top = self.stack[-1] if self.stack else None
        if top is not None and top.bare and top.node["kind"] in ABOVE:
            return False
        return line.centred or line.title or (line.all_bold and is_upper(line.text.split("\n")[0]))

    def _after_signature(self, line: Line, at: int) -> int:
        """After a signature: a second text, or the lines above an annex's table, or the clauses of an annex."""
        if self._new_text(line, at) and not any(_ANNEX.match(one.text) for one in self.loose):
            self._flush_loose(self.loose)
            return self._preamble(at)
        marker = self.marker(line)
        if marker is not None and marker.level <= DEEPEST_PARAGRAPH:
            if self.heads[at] is not None or not (line.centred and self._table_ahead(at)):
                self._flush_loose(self.loose)
                self.signed = False
                self.plan = self.plan or self.next_head[at] >= len(self.blocks)
                self._clause(line, marker)
                self.quote_until = self._quote_end(line, at)
                return at + 1
        self.loose.append(line)
        return at + 1

    def _table_ahead(self, at: int) -> bool:
        """Whether a table follows within a few centred lines."""
        for block in self.blocks[at + 1 : at + 8]:
            if isinstance(block, Grid):
                return True
            if block.text and not block.centred:
                return False
        return False

    def _flush_loose(self, loose: list[Line]) -> None:
        """Lines after a signature that head no table: texts of their own, each with its title first."""
        heading: list[str] = []
        text: list[str] = []
        notes: list[str] = []
        for line in [*loose, None]:
            stands = line is not None and (line.centred or line.title)
            begins = line is not None and stands and (line.all_bold or _ANNEX.match(line.text) or _is_title(line))
            if line is None or (begins and text):
                if heading or text:
                    self.roots.append(self._node("preamble", None, "\n".join(heading) or None, text, notes))
                heading, text, notes = [], [], []
            if line is None or (_RULE.match(line.text) and not text):
                continue
            (heading if stands and not text else text).append(_shown(line))
            notes = notes + line.notes
        if loose:
            self.stack = []
        self.loose = []


def _heads_table(line: Line) -> bool:
    return line.centred or line.title or _RULE.match(line.text) is not None


def _follows(node: Node, number: str) -> bool:
    """Whether a number comes right after a clause's own."""
    before = str(node["number"] or "")
    return before.isdecimal() and number.isdecimal() and int(number) == int(before) + 1


def _next_letter(before: str, number: str) -> bool:
    """Whether a letter comes right after another, with or without đ."""
    letters = "abcdđefghijklmnopqrstuvwxyz"
    if len(before) != 1 or len(number) != 1 or before not in letters or number not in letters:
        return False
    return 0 < letters.index(number) - letters.index(before) <= 2


def _are_sentences(lines: list[str]) -> bool:
    """Whether most lines of a style are sentences, as those of khoản, and not names."""
    return 2 * sum(line.rstrip()[-1:] in ".;:,?" or len(line) > 200 for line in lines) > len(lines)


_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")


def _roman_follows(before: str, number: str) -> bool:
    """Whether a small Roman number comes after another, a few left out at most."""
    if before not in _ROMANS or number not in _ROMANS:
        return False
    return 0 <= _ROMANS.index(number) - _ROMANS.index(before) <= 3


def _unspaced(text: str) -> str:
    """'Q U Y  C H Ế' as 'QUY CHẾ': letters set apart for show."""
    tokens = text.split(" ")
    if len(tokens) < 4 or any(len(token) > 1 for token in tokens):
        return text
    joined = "".join(tokens)
    found = re.match(TITLE_KINDS.replace(" ", ""), joined)
    return next((kind for kind in TITLE_KINDS.split("|") if found and kind.replace(" ", "") == found[0]), text)


def _is_title(line: Line) -> bool:
    """Whether a line names a kind of text as a title does: in capitals, standing out."""
    first = _unspaced(line.text.split("\n")[0])
    shown = first.upper() if line.caps else first
    if not (line.centred or line.title or line.all_bold) or not _TITLE.match(shown):
        return False
    return is_upper(shown)


def title_lines(lines: list[str]) -> list[str]:
    """Of the lines of a preamble's heading those from the title on: without what was typed above it."""
    at = next((place for place, line in enumerate(lines) if _TITLE.match(_unspaced(line)) and is_upper(line)), 0)
    return [_unspaced(lines[at]), *lines[at + 1 :]] if lines else []


def _title_and_text(lines: list[Line]) -> tuple[list[str], list[str]]:
    """(title lines, further lines) of what stands before the first clause; rules between them are dropped.

    Lines typed above the title instead of in a letterhead's table stay with it, so that none is lost or out of order."""
    words = [_shown(line) for line in lines]
    at = next((place for place, line in enumerate(lines) if _is_title(line)), None)
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
        if _RULE.match(words[place]):
            if len(heading) > begin or not begin:
                break
        elif line.centred or line.title or (place == begin and at is not None):
            heading.append(words[place])
        else:
            break
        place += 1
    heading = [one for one in heading if not _RULE.match(one)]
    return heading, [one for one in words[place:] if not _RULE.match(one)]


def _is_signature(grid: Grid) -> bool:
    if grid.bordered:
        return False
    return any(_RECIPIENTS.match(line) for row in grid.rows for cell in row for line in _cell_lines(cell))


def _depth(text: str, depth: int) -> int:
    """How many quotations are open after the text, of those that were before it."""
    for letter in text:
        if letter == "“":
            depth += 1
        elif letter == "”" and depth > 0:
            depth -= 1
    return depth


def _article_heading(line: Line, text: str, bold: list[bool]) -> tuple[str | None, str]:
    """(heading, own text) of an article's line: the bold part is its heading."""
    if not text:
        return None, ""
    if line.outline is not None and not any(bold):
        return text, ""
    end = 0
    while end < len(text) and (bold[end] or not text[end].isalnum()):
        end += 1
    if not any(mark for mark, letter in zip(bold[:end], text[:end], strict=True) if letter.isalnum()):
        return None, text
    while end > 0 and end < len(text) and not bold[end - 1]:
        end -= 1
    heading, rest = text[:end].strip(" \n"), text[end:].strip(" \n")
    if not any(letter.isalnum() for letter in rest):
        return text, ""
    return heading or None, rest


def _add_notes(node: Node, notes: list[str]) -> None:
    """Further footnotes of a clause; children stay last."""
    if notes:
        node.setdefault("notes", []).extend(notes)
        node["children"] = node.pop("children")
