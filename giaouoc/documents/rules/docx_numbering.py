"""The numbers that Word writes itself: styles, lists, levels, restarts. What a reader of the paper sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from .docx_package import W, parse_xml

Q = "{" + W + "}"


def val(parent: etree._Element | None, name: str) -> str | None:
    """w:val of a child, '' for a child without it, None for no such child."""
    child = None if parent is None else parent.find(Q + name)
    return None if child is None else child.get(Q + "val", "")


def on(parent: etree._Element | None, name: str) -> bool | None:
    """A switch such as w:b: True, False, or None when nothing is said."""
    word = val(parent, name)
    return None if word is None else word not in {"0", "false", "off", "none"}


@dataclass
class Style:
    """What a style says of its paragraphs and runs."""

    based_on: str | None = None
    name: str = ""
    bold: bool | None = None
    vanish: bool | None = None
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
        if data is None:
            return
        root = parse_xml(data)
        self.default.bold = on(root.find(f"{Q}docDefaults/{Q}rPrDefault/{Q}rPr"), "b")
        self.default.font = font_of(root.find(f"{Q}docDefaults/{Q}rPrDefault/{Q}rPr"))
        for element in root.iter(Q + "style"):
            key = element.get(Q + "styleId", "")
            self.all[key] = _style(element)
            if element.get(Q + "type") == "paragraph" and element.get(Q + "default") in {"1", "true"}:
                self.default_paragraph = key

    def line(self, key: str | None) -> Iterator[Style]:
        """The style and its ancestors, nearest first."""
        seen: set[str] = set()
        while key and key in self.all and key not in seen:
            seen.add(key)
            yield self.all[key]
            key = self.all[key].based_on

    def ask(self, key: str | None, what: str) -> object:
        """The first answer in the line of a style, or None."""
        return next((answer for style in self.line(key) if (answer := getattr(style, what)) is not None), None)


def font_of(properties: etree._Element | None) -> str | None:
    """The font of the letters, as named."""
    fonts = None if properties is None else properties.find(Q + "rFonts")
    return None if fonts is None else fonts.get(Q + "ascii") or fonts.get(Q + "hAnsi")


def _style(element: etree._Element) -> Style:
    run, paragraph = element.find(Q + "rPr"), element.find(Q + "pPr")
    outline, align = val(paragraph, "outlineLvl"), val(paragraph, "jc")
    numbering = None if paragraph is None else paragraph.find(Q + "numPr")
    level = val(numbering, "ilvl")
    table = element.find(Q + "tblPr")
    return Style(
        based_on=val(element, "basedOn"),
        name=(val(element, "name") or "").lower(),
        bold=on(run, "b"),
        vanish=on(run, "vanish"),
        font=font_of(run),
        outline=int(outline) if outline and outline.isdecimal() else None,
        centred=None if align is None else align == "center",
        num_id=val(numbering, "numId"),
        level=int(level) if level and level.isdecimal() else None,
        bordered=has_borders(None if table is None else table.find(Q + "tblBorders")),
    )


def has_borders(borders: etree._Element | None) -> bool | None:
    """Whether any line of a border element is drawn; None when nothing is said."""
    if borders is None:
        return None
    return any(side.get(Q + "val", "none") not in {"none", "nil"} for side in borders if isinstance(side.tag, str))


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
    start, restart = val(element, "start"), val(element, "lvlRestart")
    return Level(
        start=int(start) if start and start.isdecimal() else 1,
        form=val(element, "numFmt") or "decimal",
        text=val(element, "lvlText") or "",
        style=val(element, "pStyle"),
        legal=bool(on(element, "isLgl")),
        restart=int(restart) if restart and restart.isdecimal() else None,
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
        if data is not None:
            self._read(parse_xml(data))

    def _read(self, root: etree._Element) -> None:
        for element in root.iter(Q + "abstractNum"):
            levels = {int(one.get(Q + "ilvl", "0")): _level(one) for one in element.iter(Q + "lvl")}
            key = element.get(Q + "abstractNumId", "")
            self.abstracts[key] = Abstract(levels, val(element, "styleLink"), val(element, "numStyleLink"))
        for element in root.iter(Q + "num"):
            number = Number(val(element, "abstractNumId") or "")
            for override in element.iter(Q + "lvlOverride"):
                level = int(override.get(Q + "ilvl", "0"))
                start = val(override, "startOverride")
                if start and start.isdecimal():
                    number.starts[level] = int(start)
                if (replaced := override.find(Q + "lvl")) is not None:
                    number.levels[level] = _level(replaced)
            self.numbers[element.get(Q + "numId", "")] = number

    def _abstract(self, key: str) -> tuple[str, Abstract]:
        """A definition, through the style that it may borrow its list from."""
        found = self.abstracts.get(key, Abstract())
        if found.num_style_link and not found.levels:
            for other, one in self.abstracts.items():
                if one.style_link == found.num_style_link:
                    return other, one
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
        number = self.numbers[num_id]
        key, abstract = self._abstract(number.abstract)
        levels = {**abstract.levels, **number.levels}
        if level not in levels:
            return None
        counts = self.counts.setdefault(key, {})
        if num_id not in self.met:
            self.met.add(num_id)
            for at in number.starts:
                counts.pop(at, None)
        start = number.starts.get(level, levels[level].start)
        counts[level] = counts[level] + 1 if level in counts else start
        for deeper in [at for at in counts if at > level]:
            rule = levels.get(deeper, Level()).restart
            if rule is None or (rule and level < rule):
                del counts[deeper]
        for higher in range(level):
            if higher not in counts and higher in levels:
                counts[higher] = number.starts.get(higher, levels[higher].start)
        one = levels[level]
        if one.form == "bullet":
            return Label("-", True, "bullet", level)
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


def written(number: int, form: str) -> str:
    """A number in one of Word's forms; letters run a to z, then aa, bb, as Word shows them."""
    if number < 1:
        return str(number)
    if form == "upperRoman":
        return roman(number) if number < 4000 else str(number)
    if form == "lowerRoman":
        return roman(number).lower() if number < 4000 else str(number)
    if form in {"upperLetter", "lowerLetter"}:
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters.upper() if form == "upperLetter" else letters
    if form == "decimalZero":
        return f"{number:02d}"
    if form == "none":
        return ""
    return str(number)
