"""The numbers that Word writes itself: styles, lists, levels, restarts. What a reader of the paper sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from .docx_package import W, each

Q = "{" + W + "}"
DEEPEST_STYLE = 30  # ancestors of a style that are asked
LARGEST_NUMBER = 9999  # in letters or Roman figures; beyond it, plain figures
SMALL = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def val(parent: etree._Element | None, name: str) -> str | None:
    """w:val of a child, '' for a child without it, None for no such child."""
    child = None if parent is None else parent.find(Q + name)
    return None if child is None else child.get(Q + "val", "")


def on(parent: etree._Element | None, name: str) -> bool | None:
    """A switch such as w:b: True, False, or None when nothing is said."""
    word = val(parent, name)
    return None if word is None else word not in {"0", "false", "off", "none"}


def number(word: str | None) -> int | None:
    """A whole number of the file, None for anything else."""
    return int(word) if word and word.isdecimal() and len(word) < 10 else None


@dataclass
class Style:
    """What a style says of its paragraphs and runs."""

    based_on: str | None = None
    name: str = ""
    bold: bool | None = None
    vanish: bool | None = None
    caps: bool | None = None
    font: str | None = None
    outline: int | None = None
    centred: bool | None = None
    num_id: str | None = None
    level: int | None = None
    bordered: bool | None = None


class Styles:
    """Styles by their ids, asked through their ancestors."""

    def __init__(self, data: bytes | None) -> None:
        self.all: dict[str, Style] = {}
        self.default = Style()
        self.default_paragraph: str | None = None
        self.asked: dict[tuple[str | None, str], object] = {}
        for element in each(data, "docDefaults", "style") if data is not None else ():
            if element.tag == Q + "docDefaults":
                self.default.bold = on(element.find(f"{Q}rPrDefault/{Q}rPr"), "b")
                self.default.font = font_of(element.find(f"{Q}rPrDefault/{Q}rPr"))
                continue
            key = element.get(Q + "styleId", "")
            self.all[key] = _style(element)
            if element.get(Q + "type") == "paragraph" and element.get(Q + "default") in {"1", "true"}:
                self.default_paragraph = key

    def line(self, key: str | None) -> Iterator[Style]:
        """The style and its ancestors, nearest first."""
        seen: set[str] = set()
        while key and key in self.all and key not in seen and len(seen) < DEEPEST_STYLE:
            seen.add(key)
            yield self.all[key]
            key = self.all[key].based_on

    def ask(self, key: str | None, what: str) -> object:
        """The first answer in the line of a style, or None."""
        place = (key, what)
        if place not in self.asked:
            answers = (getattr(style, what) for style in self.line(key))
            self.asked[place] = next((one for one in answers if one is not None), None)
        return self.asked[place]


def font_of(properties: etree._Element | None) -> str | None:
    """The font of the letters, as named."""
    fonts = None if properties is None else properties.find(Q + "rFonts")
    if fonts is None:
        return None
    return "theme" if fonts.get(Q + "asciiTheme") else fonts.get(Q + "ascii") or fonts.get(Q + "hAnsi")


def _style(element: etree._Element) -> Style:
    run, paragraph = element.find(Q + "rPr"), element.find(Q + "pPr")
    align = val(paragraph, "jc")
    numbering = None if paragraph is None else paragraph.find(Q + "numPr")
    table = element.find(Q + "tblPr")
    return Style(
        based_on=val(element, "basedOn"),
        name=(val(element, "name") or "").lower(),
        bold=on(run, "b"),
        vanish=on(run, "vanish"),
        caps=on(run, "caps"),
        font=font_of(run),
        outline=number(val(paragraph, "outlineLvl")),
        centred=None if align is None else align == "center",
        num_id=val(numbering, "numId"),
        level=number(val(numbering, "ilvl")),
        bordered=has_borders(None if table is None else table.find(Q + "tblBorders")),
    )


def has_borders(borders: etree._Element | None) -> bool | None:
    """Whether any line of a border element is drawn; None when nothing is said."""
    if borders is None:
        return None
    return any(
        side.get(Q + "val", "none") not in {"none", "nil"} and side.get(Q + "color", "").upper() != "FFFFFF"
        for side in borders
        if isinstance(side.tag, str)
    )


@dataclass
class Level:
    """One level of a list."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    style: str | None = None
    legal: bool = False
    restart: int | None = None
    bold: bool | None = None


@dataclass
class Abstract:
    """A list's definition. ``linked``: the style whose list this one is."""

    levels: dict[int, Level] = field(default_factory=dict)
    style_link: str | None = None
    num_style_link: str | None = None


@dataclass
class Number:
    """A use of a list: its definition, levels replaced, starts overridden."""

    abstract: str
    levels: dict[int, Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Label:
    """What Word writes before a line: '1.', 'a)', 'Điều 3.'; or a bullet. ``level``: of the list, from 0."""

    text: str
    bullet: bool
    form: str
    level: int


def _level(element: etree._Element) -> Level:
    start = number(val(element, "start"))
    form = val(element, "numFmt")
    if form is None:  # a newer form with its fallback
        inner = next((one for one in element.iter(Q + "numFmt") if one.get(Q + "val") != "custom"), None)
        form = None if inner is None else inner.get(Q + "val")
    return Level(
        start=1 if start is None else start,
        form=form or "decimal",
        text=val(element, "lvlText") or "",
        style=val(element, "pStyle"),
        legal=bool(on(element, "isLgl")),
        restart=number(val(element, "lvlRestart")),
        bold=on(element.find(Q + "rPr"), "b"),
    )


class Numbering:
    """Counts as Word does; ask once for each numbered paragraph, in order."""

    def __init__(self, data: bytes | None, styles: Styles) -> None:
        self.styles = styles
        self.abstracts: dict[str, Abstract] = {}
        self.numbers: dict[str, Number] = {}
        self.counts: dict[str, dict[int, int]] = {}
        self.met: set[str] = set()
        self.linked: dict[str, str] = {}  # style -> the definition that it lends
        if data is not None:
            self._read(data)

    def _read(self, data: bytes) -> None:
        for element in each(data, "abstractNum", "num"):
            if element.tag == Q + "abstractNum":
                levels = {number(one.get(Q + "ilvl")) or 0: _level(one) for one in element.iter(Q + "lvl")}
                key = element.get(Q + "abstractNumId", "")
                self.abstracts[key] = Abstract(levels, val(element, "styleLink"), val(element, "numStyleLink"))
                if link := self.abstracts[key].style_link:
                    self.linked.setdefault(link, key)
                continue
            used = Number(val(element, "abstractNumId") or "")
            for override in element.iter(Q + "lvlOverride"):
                level = number(override.get(Q + "ilvl")) or 0
                start = number(val(override, "startOverride"))
                if start is not None:
                    used.starts[level] = start
                if (replaced := override.find(Q + "lvl")) is not None:
                    used.levels[level] = _level(replaced)
            self.numbers[element.get(Q + "numId", "")] = used

    def _abstract(self, key: str) -> tuple[str, Abstract]:
        """A definition, through the style that it may borrow its list from."""
        found = self.abstracts.get(key, Abstract())
        if found.num_style_link and not found.levels and found.num_style_link in self.linked:
            key = self.linked[found.num_style_link]
            return key, self.abstracts[key]
        return key, found

    def place(self, num_id: str | None, level: int | None, style: str | None) -> tuple[str, int] | None:
        """(list, level) of a paragraph, said by itself or by its style; None when it has no number."""
        by_style = num_id is None
        if by_style:
            found = self.styles.ask(style, "num_id")
            num_id = found if isinstance(found, str) else None
        if not num_id or num_id == "0" or num_id not in self.numbers:
            return None
        if level is None and by_style:
            asked = self.styles.ask(style, "level")
            level = asked if isinstance(asked, int) else None
            if level is None:
                _key, abstract = self._abstract(self.numbers[num_id].abstract)
                level = next((at for at, one in abstract.levels.items() if one.style == style), None)
        return num_id, level or 0

    def label(self, num_id: str, level: int) -> Label | None:
        """Count this paragraph and say what Word writes before it; None for an invisible number."""
        used = self.numbers[num_id]
        key, abstract = self._abstract(used.abstract)
        levels = {**abstract.levels, **used.levels}
        if level not in levels:
            return None
        counts = self.counts.setdefault(key, {})
        if num_id not in self.met:
            self.met.add(num_id)
            for at in used.starts:
                counts.pop(at, None)
        start = used.starts.get(level, levels[level].start)
        counts[level] = counts[level] + 1 if level in counts else start
        for deeper in [at for at in counts if at > level]:
            rule = levels.get(deeper, Level()).restart
            if rule is None or (rule and level < rule):
                del counts[deeper]
        for higher in range(level):
            if higher not in counts and higher in levels:
                counts[higher] = used.starts.get(higher, levels[higher].start)
        one = levels[level]
        if one.form == "bullet":
            return Label("-", True, "bullet", level) if one.text.strip() or not one.text else None
        if one.form == "none" and "%" not in one.text:
            return Label(one.text.strip(), False, "none", level) if one.text.strip() else None
        text = one.text
        for at in range(9):
            if f"%{at + 1}" in text:
                form = "decimal" if one.legal else levels.get(at, Level()).form
                text = text.replace(f"%{at + 1}", written(counts.get(at, 1), form))
        text = text.strip()
        return Label(text, False, one.form, level) if text else None


ROMAN = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")]
ROMAN += [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]


def roman(number: int) -> str:
    """I, II, III …"""
    text = ""
    for size, letters in ROMAN:
        text += letters * (number // size)
        number %= size
    return text


def in_words(number: int) -> str:
    """1 to 99 in Vietnamese words, as Word writes them: 'một', 'mười hai', 'hai mươi'."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return SMALL[ones]
    above = "mười" if tens == 1 else f"{SMALL[tens]} mươi"
    last = {1: "mốt" if tens > 1 else "một", 5: "lăm"}.get(ones, SMALL[ones])
    return f"{above} {last}".strip()


def written(number: int, form: str) -> str:
    """A number in one of Word's forms; letters run a to z, then aa, bb, as Word shows them."""
    if number < 1 or number > LARGEST_NUMBER:
        return str(number)
    if form == "vietnameseCounting" and number < 100:
        return in_words(number)
    if form == "upperRoman":
        return roman(number) if number < 4000 else str(number)
    if form == "lowerRoman":
        return roman(number).lower() if number < 4000 else str(number)
    if form in {"upperLetter", "lowerLetter"}:
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 % 30 + 1)  # after 780 Word begins again
        return letters.upper() if form == "upperLetter" else letters
    if form == "decimalZero":
        return f"{number:02d}"
    if form == "none":
        return ""
    return str(number)
