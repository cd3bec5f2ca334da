"""The clause tree of a Word draft: chapters, điều, khoản, điểm with their words. Every line of the body stands in it once."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

from giaouoc.lib.vietnamese import nfc

from .docx_package import UnreadableDraft
from .docx_reader import Block, Grid, Line, Reading, read_docx
from .markers import LEVELS, Marker, heading_word, is_upper, label_marker, number_marker
from .warnings import Warning, warn

__all__ = ["Draft", "Node", "UnreadableDraft", "Warning", "content_hash", "import_draft", "to_json", "tree_of"]

Node = dict[str, Any]
"""{"kind", "number", "heading", "text", ("rows"), ("notes"), "children"}: sample/README of the contract."""

OPENING, CLOSING = "“‘", "”’"
TITLE_KINDS = (
    "QUY CHẾ|QUY ĐỊNH|KẾ HOẠCH|ĐIỀU LỆ|NỘI QUY|HƯỚNG DẪN|CHƯƠNG TRÌNH|ĐỀ ÁN|PHƯƠNG ÁN|QUY TRÌNH|THÔNG TƯ|NGHỊ ĐỊNH|"
    "LUẬT|BỘ LUẬT|PHÁP LỆNH|NGHỊ QUYẾT|QUYẾT ĐỊNH|THÔNG TƯ LIÊN TỊCH|CHỈ THỊ|BÁO CÁO|TỜ TRÌNH|GIAO ƯỚC|BẢNG TIÊU CHÍ|DANH MỤC"
)
_TITLE = re.compile(rf"^({TITLE_KINDS})(\s|$)")
_HEAD = re.compile(r"CỘNG HÒA|CỘNG HOÀ|ĐẢNG CỘNG SẢN VIỆT NAM|Độc lập|Số\s*:|Số\s*\d|Số\s*-", re.I)
_RECIPIENTS = re.compile(r"^(nơi\s+(nhận|gửi))\s*:?", re.I)
_AUTHORITY = re.compile(r"^(T/?M|K/?T|T/?L|TUQ|Q)\s*[./]?\s+[A-ZĐÀ-Ỹ]{2,}")
_POSTS = re.compile(
    r"^(CHỦ TỊCH|PHÓ CHỦ TỊCH|THỦ TƯỚNG|BỘ TRƯỞNG|THỨ TRƯỞNG|HIỆU TRƯỞNG|PHÓ HIỆU TRƯỞNG|GIÁM ĐỐC|PHÓ GIÁM ĐỐC|TRƯỞNG BAN|"
    r"PHÓ TRƯỞNG BAN|CỤM TRƯỞNG|BÍ THƯ|PHÓ BÍ THƯ|CHÁNH VĂN PHÒNG|TỔNG GIÁM ĐỐC|CHÁNH ÁN|VIỆN TRƯỞNG|TỔNG BÍ THƯ)\b"
)
_ANNEX = re.compile(r"^(phụ\s+lục|mẫu\s+(số|\d)|biểu\s+(số|mẫu|\d)|danh mục)\b", re.I)
_RULE = re.compile(r"^[-–—_*=.]{3,}$")


@dataclass
class Draft:
    """What was recognised. ``letterhead``: the lines set apart."""

    tree: list[Node] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    letterhead: list[str] = field(default_factory=list)


def import_draft(data: bytes) -> Draft:
    """Read a .docx into its clause tree. Raises UnreadableDraft with one sentence for a file that is not taken."""
    draft = tree_of(read_docx(data))
    if not draft.tree:
        raise UnreadableDraft("Tệp không có chữ nào trong phần nội dung; nếu là bản quét, hãy dùng bản Word gốc.")
    return draft


def to_json(draft: Draft) -> dict[str, Any]:
    """{"tree": […], "warnings": [{"where", "what"}]}."""
    return {"tree": draft.tree, "warnings": [{"where": one.where, "what": one.what} for one in draft.warnings]}


def content_hash(tree: list[Node]) -> str:
    """SHA-256 (hex) over the canonical JSON of the tree: kinds, numbers, headings, words, tables, notes, in order."""
    return hashlib.sha256(
        json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def tree_of(reading: Reading) -> Draft:
    """The tree of what was read."""
    builder = _Builder(_lines(reading.blocks))
    builder.build()
    draft = Draft(builder.roots, [], builder.letterhead)
    draft.warnings = warn(draft.tree, reading, unnumbered=builder.unnumbered)
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
    if "\n" not in line.text:
        return [line]
    parts: list[Line] = []
    at = 0
    for piece in line.text.split("\n"):
        one = Line(text=piece, bold=line.bold[at : at + len(piece)], centred=line.centred, right=line.right)
        at += len(piece) + 1
        begins = heading_word(one, piece) or number_marker(one, piece, plan=False, in_article=True, last_capital="")
        if parts and not begins:
            parts[-1].text += "\n" + piece
            parts[-1].bold += [False if not one.bold else one.bold[0], *one.bold]
        else:
            parts.append(one)
    first = parts[0]
    first.label, first.outline, first.title, first.notes = line.label, line.outline, line.title, line.notes
    first.old_font = line.old_font
    return parts


def _holds_clauses(grid: Grid) -> bool:
    """Whether a borderless table is only the layout of running text."""
    lines = [one for row in grid.rows for cell in row for one in cell or [] if isinstance(one, Line)]
    return any((found := heading_word(one, one.text)) and found.kind in {"article", "chapter"} for one in lines)


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
    node: Node
    level: int
    has_text: bool = False


class _Builder:
    def __init__(self, blocks: list[Block]) -> None:
        self.blocks = blocks
        self.roots: list[Node] = []
        self.letterhead: list[str] = []
        self.stack: list[_Open] = []
        self.unnumbered = False
        self.capital = ""
        self.signed = False  # a signature stands behind us
        self.loose: list[Line] = []  # lines after a signature, not yet known what of
        self.quote_until = -1
        self.plan = not any(
            isinstance(one, Line) and (found := self._typed(one)) and found.kind == "article" for one in blocks
        )
        self.styled = self._style_levels()

    # -- what a line is

    def _typed(self, line: Line) -> Marker | None:
        return heading_word(line, line.text) or (
            found if (found := label_marker(line)) and found.kind in {"article", "chapter"} else None
        )

    def _style_levels(self) -> dict[int, str]:
        """Which kind each heading style stands for, where a draft has styles and no numbers."""
        lines = [one for one in self.blocks if isinstance(one, Line) and one.text]
        if any(self._typed(one) for one in lines):
            return {}
        used = sorted({one.outline for one in lines if one.outline is not None and self._numbered(one) is None})
        names = {1: ["article"], 2: ["chapter", "article"], 3: ["chapter", "section", "article"]}
        kinds = names.get(len(used), ["part", "chapter", "section", "article", "paragraph", "point"])
        return dict(zip(used, kinds, strict=False))

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
            if auto.number == "-" and self.stack and line.label is not None:
                return Marker("point", "-", LEVELS["dash"] + (1 if self._under_dash(line) else 0), 0)
            return auto
        if typed is not None:
            return typed
        if line.outline in self.styled and line.outline is not None:
            self.unnumbered = True
            kind = self.styled[line.outline]
            return Marker(kind, None, LEVELS[kind], 0)
        return None

    def _under_dash(self, line: Line) -> bool:
        """Whether a bullet is one of a deeper list than the open bullet."""
        before = getattr(self, "bullet_level", 0)
        self.bullet_level = line.label.level if line.label else 0
        open_dash = any(one.level == LEVELS["dash"] for one in self.stack)
        return (
            open_dash
            and self.bullet_level > 0
            and self.bullet_level >= before
            and self.bullet_level > self.first_bullet
        )

    first_bullet = 0

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
        self._flush_loose()

    def _note(self, line: Line) -> None:
        """Footnotes of a line without words belong to the clause that is open."""
        if line.notes and self.stack:
            self.stack[-1].node.setdefault("notes", []).extend(line.notes)

    def _preamble(self, at: int) -> int:
        """Letterhead, title lines, and the lines up to the first clause, from here on. Returns where the clauses begin."""
        while at < len(self.blocks):
            block = self.blocks[at]
            if isinstance(block, Grid) and not block.bordered and not _is_signature(block):
                self.letterhead += [line for row in block.rows for cell in row for line in _cell_lines(cell)]
                at += 1
            elif isinstance(block, Line) and not block.text:
                at += 1
            else:
                break
        heading: list[str] = []
        text: list[str] = []
        notes: list[str] = []
        in_title = True
        while at < len(self.blocks):
            block = self.blocks[at]
            if isinstance(block, Grid):
                break
            if not block.text:
                at += 1
                continue
            marker = self.marker(block)
            if marker is not None and self._begins_clauses(marker, block, at):
                break
            words = _shown(block)
            notes += block.notes
            if _RULE.match(words):
                in_title = in_title and not heading
            elif in_title and (block.centred or block.title or (not heading and _TITLE.match(words))):
                heading.append(words)
            else:
                in_title = False
                text.append(words)
            at += 1
        if heading or text:
            node = _node("preamble", None, "\n".join(heading) or None, "\n".join(text))
            if notes:
                node["notes"] = notes
            _order(node)
            self.roots.append(node)
        self.stack = []
        return at

    def _begins_clauses(self, marker: Marker, line: Line, at: int) -> bool:
        """Whether a marked line in the preamble is the first clause; dashes and letters there are only its lines."""
        if marker.level <= LEVELS["article"]:
            return True
        if marker.kind == "paragraph" and marker.level == LEVELS["paragraph"]:
            # '1.' opens the clauses of a text that has none above it; else a numbered basis is a line like others.
            return not any(
                isinstance(one, Line) and (found := self._typed(one)) and found.level <= LEVELS["article"]
                for one in self.blocks[at : at + 400]
            )
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
        inside = Line(text=line.text[1:].lstrip(), bold=line.bold[1:], centred=line.centred)
        inside.bold = inside.bold[len(inside.bold) - len(inside.text) :]
        quoted = heading_word(inside, inside.text) or self._numbered(inside)
        before = self.stack[-1].node["text"] or self.stack[-1].node["heading"] or ""
        return quoted is not None or before.rstrip().endswith(":")

    def _quote_end(self, line: Line, at: int) -> int:
        """The last line of a quotation that this line leaves open, or -1."""
        depth = _depth(line.text, 0)
        straight = line.text.count('"') % 2 == 1
        if depth <= 0 and not straight:
            return -1
        if depth > 0:
            for further in range(at + 1, min(len(self.blocks), at + 3000)):
                block = self.blocks[further]
                if isinstance(block, Line):
                    depth = _depth(block.text, depth)
                    if depth <= 0:
                        return further
            return -1
        starts = line.text.startswith('"') or re.search(r':\s*"[^"]*$', line.text)
        following = next((one for one in self.blocks[at + 1 : at + 4] if isinstance(one, Line) and one.text), None)
        if not starts and not (following and following.text.startswith('"')):
            return -1
        for further in range(at + 1, min(len(self.blocks), at + 600)):
            block = self.blocks[further]
            if isinstance(block, Line) and block.text.count('"') % 2 == 1:
                return further
        return -1

    def _quoted(self, line: Line) -> None:
        """A line inside a quotation is text of the clause that quotes."""
        words = _shown(line)
        if not self.stack:
            self.roots.append(_node("paragraph", None, None, words))
            return
        _append(self.stack[-1].node, words)
        self.stack[-1].has_text = True
        if line.notes:
            self.stack[-1].node.setdefault("notes", []).extend(line.notes)
            _order(self.stack[-1].node)

    # -- clauses

    def _clause(self, line: Line, marker: Marker) -> None:
        text, bold = line.text[marker.at :], line.bold[marker.at :]
        lead = len(text) - len(text.lstrip(" \n"))
        text, bold = text[lead:], bold[lead:]
        if marker.kind == "part" and marker.number is not None and len(marker.number) == 1 and marker.number.isalpha():
            self.capital = marker.number
        heading: str | None = None
        if marker.kind in {"part", "chapter", "section", "subsection"}:
            heading, text = text or None, ""
        elif marker.kind == "article":
            heading, text = _article_heading(line, text, bold)
        elif marker.kind == "paragraph":
            if text and line.all_bold:
                heading, text = text, ""
        node = _node(marker.kind, marker.number, heading, text)
        if line.notes:
            node["notes"] = list(line.notes)
            _order(node)
        level = marker.level
        while self.stack and self.stack[-1].level >= level:
            self.stack.pop()
        self._attach(node)
        self.stack.append(_Open(node, level, has_text=bool(text)))
        if marker.kind == "point" and marker.number == "-" and line.label is not None:
            self.bullet_level = line.label.level
            if level == LEVELS["dash"]:
                self.first_bullet = line.label.level

    def _attach(self, node: Node) -> None:
        (self.stack[-1].node["children"] if self.stack else self.roots).append(node)

    def _unnumbered_line(self, line: Line) -> None:
        words = _shown(line)
        if not self.stack:
            node = _node("paragraph", None, None, words)
            self._attach(node)
            return
        top = self.stack[-1]
        kind, node = top.node["kind"], top.node
        if line.notes:
            node.setdefault("notes", []).extend(line.notes)
            _order(node)
        if kind in {"part", "chapter", "section", "subsection"} and not node["children"] and not top.has_text:
            stands_out = line.centred or line.all_bold or is_upper(words)
            if node["heading"] is None or (
                stands_out and (line.centred or is_upper(words)) and self._heading_goes_on(node, line)
            ):
                node["heading"] = words if node["heading"] is None else f"{node['heading']}\n{words}"
                return
        if (
            kind == "article"
            and not node["children"]
            and node["heading"] is None
            and not node["text"]
            and line.all_bold
        ):
            node["heading"] = words
            return
        holder = self._holder()
        if (
            holder.node["kind"] in {"part", "chapter", "section", "subsection", "article"}
            and not holder.node["children"]
        ):
            _append(holder.node, words)
            holder.has_text = True
            return
        if holder.node["kind"] == "paragraph" and not holder.node["children"] and not holder.node["text"]:
            _append(holder.node, words)
            holder.has_text = True
            return
        while self.stack[-1] is not holder:
            self.stack.pop()
        self._attach(_node("paragraph", None, None, words))

    def _heading_goes_on(self, node: Node, line: Line) -> bool:
        """Whether a further line that stands out continues the heading above it."""
        heading = node["heading"] or ""
        return is_upper(heading) and is_upper(line.text) and line.centred

    def _holder(self) -> _Open:
        """Where an unnumbered line belongs: the open khoản, else the open điều, else what is above."""
        for one in reversed(self.stack):
            if one.node["kind"] == "paragraph" and one.level <= LEVELS["paragraph"] + 1:
                return one
            if one.node["kind"] in {"article", "part", "chapter", "section", "subsection"}:
                return one
        return self.stack[0]

    # -- tables, signatures, annexes

    def _grid(self, grid: Grid, at: int) -> int:
        lines = [line for row in grid.rows for cell in row for line in _cell_lines(cell)]
        if not lines:
            return at + 1
        if _is_signature(grid) or (not grid.bordered and self._is_signing(lines, grid)):
            self._flush_loose()
            columns = max(len(row) for row in grid.rows)
            ordered = [
                line
                for column in range(columns)
                for row in grid.rows
                if column < len(row)
                for line in _cell_lines(row[column])
            ]
            self.roots.append(_node("signature", None, None, "\n".join(ordered)))
            self.stack, self.signed = [], True
            return at + 1
        if not grid.bordered and (self.signed or self._ended(at)) and _HEAD.search("\n".join(lines)):
            self._flush_loose()
            self.signed = False
            return self._preamble(at)
        node = _node("table", None, None, "")
        node["rows"] = _grid_rows(grid)
        _order(node)
        if self.loose and all(line.centred or line.title or _RULE.match(line.text) for line in self.loose):
            heading = [_shown(line) for line in self.loose if not _RULE.match(line.text)]
            node["heading"] = "\n".join(heading) or None
            self.loose = []
        else:
            self._flush_loose()
        if self.signed:
            self.roots.append(node)
        else:
            self._attach(node)
        return at + 1

    def _is_signing(self, lines: list[str], grid: Grid) -> bool:
        """A borderless table of signatures that names no recipients."""
        return len(grid.rows) <= 4 and any(_AUTHORITY.match(line) or _POSTS.match(line) for line in lines)

    def _ended(self, at: int) -> bool:
        return bool(self.roots) and any(node["kind"] != "preamble" for node in self.roots)

    def _ends_text(self, line: Line, at: int) -> bool:
        """Whether the lines of a typed signature begin here."""
        if not self.roots or all(node["kind"] == "preamble" for node in self.roots):
            return False
        if _RECIPIENTS.match(line.text) and (line.text.rstrip().endswith(":") or len(line.text) < 20):
            return True
        stands = line.centred or line.right or line.all_bold
        if (
            stands
            and (_AUTHORITY.match(line.text) or _POSTS.match(line.text))
            and is_upper(line.text)
            and len(line.text) < 80
        ):
            return True
        return False

    def _signature_lines(self, at: int) -> int:
        """The typed lines of a signature, up to what is a text or an annex of its own."""
        lines: list[str] = []
        while at < len(self.blocks):
            block = self.blocks[at]
            if isinstance(block, Grid):
                break
            if block.text:
                if lines and (self._new_text(block, at) or _ANNEX.match(block.text) or self._article_one(block)):
                    break
                lines.append(_shown(block))
            at += 1
        self.roots.append(_node("signature", None, None, "\n".join(lines)))
        self.stack, self.signed = [], True
        return at

    def _article_one(self, line: Line) -> bool:
        found = heading_word(line, line.text)
        return found is not None and found.kind in {"article", "chapter", "part"}

    def _new_text(self, line: Line, at: int) -> bool:
        """Whether a second title begins here: a kind of text in capitals, standing out, clauses behind it."""
        if not self._ended(at) or not (line.centred or line.title):
            return False
        if not (_TITLE.match(line.text) and is_upper(line.text.split("\n")[0])) or len(line.text) > 160:
            return False
        top = self.stack[-1].node if self.stack else None
        if (
            top is not None
            and top["kind"] in {"part", "chapter", "section"}
            and not top["children"]
            and top["heading"] is None
        ):
            return False
        if self.signed:
            return True
        for block in self.blocks[at + 1 : at + 40]:
            if isinstance(block, Line) and block.text:
                found = heading_word(block, block.text)
                if found is not None:
                    number = (found.number or "").upper()
                    return number in {"1", "I"} or "NHẤT" in number
        return False

    def _after_signature(self, line: Line, at: int) -> int:
        """After a signature: a second text, or the lines above an annex's table."""
        if self._new_text(line, at) and not any(_ANNEX.match(one.text) for one in self.loose):
            self._flush_loose()
            self.signed = False
            return self._preamble(at)
        marker = self.marker(line)
        if marker is not None and marker.level <= LEVELS["paragraph"] and not line.centred:
            self._flush_loose()
            self.signed = False
            self._clause(line, marker)
            self.quote_until = self._quote_end(line, at)
            return at + 1
        self.loose.append(line)
        return at + 1

    def _flush_loose(self) -> None:
        """Lines after a signature that head no table: a text of their own, title first."""
        if not self.loose:
            return
        heading: list[str] = []
        text: list[str] = []
        for line in self.loose:
            if _RULE.match(line.text) and not text:
                continue
            (heading if not text and (line.centred or line.title) else text).append(_shown(line))
        notes = [note for line in self.loose for note in line.notes]
        if heading or text:
            node = _node("preamble", None, "\n".join(heading) or None, "\n".join(text))
            if notes:
                node["notes"] = notes
                _order(node)
            self.roots.append(node)
        self.loose = []
        self.stack = []


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


def _node(kind: str, number: str | None, heading: str | None, text: str) -> Node:
    return {
        "kind": kind,
        "number": number,
        "heading": None if heading is None else nfc(heading),
        "text": nfc(text),
        "children": [],
    }


def _append(node: Node, words: str) -> None:
    node["text"] = f"{node['text']}\n{words}" if node["text"] else words


def _order(node: Node) -> None:
    """Keep the keys in the order of the contract: children last."""
    node["children"] = node.pop("children")
