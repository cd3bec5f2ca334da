"""Nhận xét bên lề và chỗ sửa theo dõi của Word: what somebody wrote into a draft that came back, line by line.

A remark hangs on the words between its two marks (``w:commentRangeStart``, ``w:commentRangeEnd``); answers to it are joined
by ``w15:commentEx``. A line has two wordings: ``old`` with every tracked change rejected, ``new`` with all accepted. The file is
opened by ``docx_package`` under the importer's limits. Source of the names: ECMA-376 part 1, §17.13; [MS-DOCX] §2.5.3."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from giaouoc.lib.vietnamese import nfc

from .docx_line import LONG, heaped
from .docx_numbering import Q, on
from .docx_package import Package, UnreadableDraft, each, open_package, parse_xml
from .docx_reader import MAX_LINES, MC

W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
MOST = 500  # remarks and changes of one file
QUOTED = 2000  # letters of a quote
_OLD = {"del", "moveFrom"}
_NEW = {"ins", "moveTo"}
_ASIDE = {"pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "trPr", "tcPr", "instrText", "delInstrText"}


@dataclass(frozen=True)
class MarginLine:
    """A line of the body as it was and as it became."""

    old: str
    new: str


@dataclass
class Remark:
    """Words in the margin. answers: of the thread below it; done: whoever wrote it marked it as settled.

    first, last: lines that it hangs on, None where the text does not say; old, new: the words between its marks."""

    author: str = ""
    words: str = ""
    answers: list[str] = field(default_factory=list)
    done: bool = False
    first: int | None = None
    last: int | None = None
    old: str = ""
    new: str = ""


@dataclass
class Margin:
    """All that was written into a file: its lines, and its remarks in the order of the text."""

    lines: list[MarginLine] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not self.remarks and all(line.old == line.new for line in self.lines)


def read_margin(data: bytes) -> Margin:
    """What was written into a .docx. Raises UnreadableDraft for a file that is not taken, or with more than MOST of it."""
    package = open_package(data, margin=True)
    try:
        return _Reader(package).read()
    except etree.XMLSyntaxError as error:
        raise UnreadableDraft("damaged") from error


class _Wording:
    """One wording of the body: pieces of its lines, and how many letters each line has so far."""

    def __init__(self) -> None:
        self.lines: list[list[str]] = [[]]
        self.length = 0  # of the last line

    def add(self, text: str) -> None:
        self.lines[-1].append(text)
        self.length += len(text)

    def begin_line(self) -> None:
        self.lines.append([])
        self.length = 0


class _Reader:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.remarks, self.above = _remarks(package)
        self.old, self.new = _Wording(), _Wording()
        self.begun: dict[str, tuple[int, int, int]] = {}  # line, letters of its old and of its new wording
        self.ended: dict[str, tuple[int, int, int]] = {}

    def read(self) -> Margin:
        top = tuple(Q + name for name in ("p", "tbl", "sdt", "customXml", "ins", "del", "moveTo", "moveFrom"))
        top += (Q + "commentRangeStart", Q + "commentRangeEnd", MC + "AlternateContent")
        options = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": True}
        for _event, element in etree.iterparse(io.BytesIO(self.package.document), events=("end",), tag=top, **options):
            parent = element.getparent()
            if parent is None or parent.tag != Q + "body":
                continue
            self._element(element, "")
            element.clear()
            while element.getprevious() is not None:
                del parent[0]
        old, new = (["".join(line) for line in one.lines] for one in (self.old, self.new))
        found = self._threads()
        for one, remark in found:
            self._place(one, remark, old, new)
        lines = [MarginLine(_one_line(a), _one_line(b)) for a, b in zip(old, new, strict=True)]
        if len(found) + sum(line.old != line.new for line in lines) > MOST:
            raise UnreadableDraft("too_many_remarks")
        return Margin(lines, [remark for _one, remark in found if remark.words or remark.answers])

    def _threads(self) -> list[tuple[str, Remark]]:
        """The remarks in the order of the text, then those without a place; answers stand in their thread."""
        ids = list(dict.fromkeys([*self.begun, *self.remarks]))
        for one in ids:
            if (root := self._root(one)) != one:
                self.remarks[root].answers.append(self.remarks[one].words)
        return [(one, self.remarks[one]) for one in ids if self._root(one) == one]

    def _root(self, one: str) -> str:
        seen = {one}
        while (above := self.above.get(one)) is not None and above not in seen:
            one = above
            seen.add(one)
        return one

    def _place(self, one: str, remark: Remark, old: list[str], new: list[str]) -> None:
        """The lines and the words that a remark hangs on."""
        if one not in self.begun:
            return
        first, old_start, new_start = self.begun[one]
        last, old_end, new_end = self.ended.get(one, (first, old_start, new_start))
        while first < last and old_start >= len(old[first]) and new_start >= len(new[first]):
            first, old_start, new_start = first + 1, 0, 0  # it began at the very end of a line
        remark.first, remark.last = first, last
        remark.old = _quoted(old, first, old_start, last, old_end)
        remark.new = _quoted(new, first, new_start, last, new_end)

    # -- walking the body

    def _element(self, element: etree._Element, change: str) -> None:
        """change: '' or what the words around became, 'ins' or 'del'."""
        name = element.tag.removeprefix(Q) if isinstance(element.tag, str) else ""
        if not name or name in _ASIDE:
            return
        if name in {"commentRangeStart", "commentRangeEnd", "commentReference"}:
            self._mark(name, element.get(Q + "id", ""))
        elif name == "p":
            self._line()
            self._children(element, change)
        elif name in {"t", "delText"}:
            self._add(element.text or "", "del" if name == "delText" else change)
        elif name in {"tab", "ptab"}:
            self._add(" ", change)
        elif name == "noBreakHyphen":
            self._add("-", change)
        elif name in {"br", "cr"}:
            self._line()
        elif element.tag == MC + "AlternateContent":
            choice = element.find(MC + "Choice")
            if choice is not None:  # the same thing said twice: the newer saying
                self._children(choice, change)
        elif name in _OLD or name in _NEW:
            self._children(element, "del" if name in _OLD else "ins")
        elif not (name == "r" and on(element.find(Q + "rPr"), "vanish")):
            self._children(element, change)

    def _children(self, element: etree._Element, change: str) -> None:
        for child in element:
            self._element(child, change)

    def _line(self) -> None:
        """Begin a line; one without words is used again."""
        if not self.old.length and not self.new.length:
            return
        if len(self.old.lines) >= MAX_LINES:
            raise UnreadableDraft("too_long")
        self.old.begin_line()
        self.new.begin_line()

    def _add(self, text: str, change: str) -> None:
        if change != "ins":
            self.old.add(text)
        if change != "del":
            self.new.add(text)

    def _mark(self, name: str, one: str) -> None:
        """A sign of a remark: where its words begin or end, or where it stands."""
        if one not in self.remarks:
            return
        here = (len(self.old.lines) - 1, self.old.length, self.new.length)
        if name == "commentRangeEnd":
            self.ended.setdefault(one, here)
        else:
            self.begun.setdefault(one, here)


def _quoted(lines: list[str], first: int, start: int, last: int, end: int) -> str:
    """The words from a place in one line to a place in another, at most so many."""
    if first == last:
        return _one_line(lines[first][start:end][:QUOTED])
    found, left = [lines[first][start:]], QUOTED - len(lines[first]) + start
    for line in lines[first + 1 : last]:
        if left <= 0:
            break
        found.append(line)
        left -= len(line)
    return _one_line(" ".join([*found, lines[last][:end]])[:QUOTED])


def _remarks(package: Package) -> tuple[dict[str, Remark], dict[str, str]]:
    """(id -> remark, id -> id of the one that it answers)."""
    found: dict[str, Remark] = {}
    by_paragraph: dict[str, str] = {}
    for element in each(package.comments, "comment") if package.comments else ():
        if len(found) > 2 * MOST:
            raise UnreadableDraft("too_many_remarks")
        one = element.get(Q + "id", "")
        paragraphs = list(element.iter(Q + "p"))
        words = "\n".join(filter(None, (_words(paragraph) for paragraph in paragraphs)))
        found[one] = Remark(author=_one_line(element.get(Q + "author", ""))[:200], words=words)
        for paragraph in paragraphs:
            if number := paragraph.get(W14 + "paraId"):
                by_paragraph[number.upper()] = one
    above: dict[str, str] = {}
    for extra in parse_xml(package.comments_extended) if package.comments_extended else ():
        one = by_paragraph.get(str(extra.get(W15 + "paraId", "")).upper(), "")
        if one and (other := by_paragraph.get(str(extra.get(W15 + "paraIdParent", "")).upper())):
            above[one] = other
        if one and extra.get(W15 + "done") in {"1", "true"}:
            found[one].done = True
    return found, above


def _words(paragraph: etree._Element) -> str:
    return _one_line("".join(_texts(paragraph)))


def _texts(element: etree._Element) -> Iterator[str]:
    for one in element.iter(Q + "t", Q + "tab", Q + "br"):
        yield (one.text or "") if one.tag == Q + "t" else " "


def _one_line(text: str) -> str:
    """NFC, every run of blanks one blank."""
    if len(text) > LONG and heaped(text):
        raise UnreadableDraft("bomb")
    return " ".join(nfc(text).split())
