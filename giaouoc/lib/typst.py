"""Typst as a function: a template and data in, a PDF out. Only fonts that come with the Typst package, never the
machine's.

A template is a .typ file inside this package. It reads its data with ``json(bytes(sys.inputs.data))``, so text is never
markup: ``#``, ``$``, ``*`` or a backtick come out as typed. A place for a signature is a metadata element with the
label ``<sigfield>``, see ``sign-box`` in typst/paper.typ."""

from __future__ import annotations

import json
import logging
import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst

from .errors import Invalid
from .vietnamese import nfc

Standard = Literal["a-2a", "a-2b", "a-2u", "ua-1"]

ROOT = Path(__file__).resolve().parents[1]  # templates import the shared files as "/lib/typst/paper.typ"
ARCHIVE: tuple[Standard, ...] = ("a-2a", "ua-1")

_log = logging.getLogger(__name__)
_local = threading.local()

_LINE_ENDS = {0x2028: "\n", 0x2029: "\n", 0x85: "\n", 0x0B: "\n", 0x0C: "\n", 0x09: " "}
_REORDERING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NO_GLYPH = re.compile(r'(?:the text|codepoint) `"(?P<text>.*?)"`', re.DOTALL)
_RUST_ESCAPE = re.compile(r"""\\(?:u\{(?P<code>[0-9a-f]+)\}|(?P<sign>[nrt0"'\\]))""")


class Unprintable(Invalid):
    """A character that the paper's font cannot show. ``character``: it; ``where``: path in the data, as
    'members[2].name'."""

    def __init__(self, character: str, where: str, context: str) -> None:
        code = " ".join(f"U+{ord(c):04X}" for c in character)
        shown = character if character.isprintable() else ""
        super().__init__(
            f"Không in được ký tự “{shown}” ({code}) trong đoạn “{context}”."
            if shown
            else f"Không in được ký tự ẩn {code} trong đoạn “{context}”.",
            "Hãy xóa hoặc thay ký tự này rồi lập lại văn bản.",
        )
        self.character = character
        self.where = where
        self.context = context


@dataclass(frozen=True)
class Box:
    """A place for a signature: page from 1; points from the lower left corner of the page, as PDF counts."""

    field: str
    page: int
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def rect(self) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1."""
        return self.x0, self.y0, self.x1, self.y1


def render(
    template: Path,
    data: Mapping[str, Any],
    *,
    day: date,
    standards: Sequence[Standard] = ARCHIVE,
    root: Path = ROOT,
) -> bytes:
    """The template filled with data, as PDF; the same input gives the same bytes.

    data: texts, numbers, lists and mappings, put into NFC here. day: the document's date, which is also the file's date
    of creation. root: the folder that the template may read. Raises Unprintable for a character that the font lacks."""
    return _compile(template, data, day, standards, root)[0]


def render_with_boxes(
    template: Path,
    data: Mapping[str, Any],
    *,
    day: date,
    standards: Sequence[Standard] = ARCHIVE,
    root: Path = ROOT,
) -> tuple[bytes, list[Box]]:
    """As ``render``, and the places that the template keeps for signatures, in the order of the text."""
    pdf, compiler = _compile(template, data, day, standards, root)
    places = json.loads(compiler.query("<sigfield>", field="value"))
    return pdf, [
        Box(
            field=place["field"],
            page=place["page"],
            x0=place["x"],
            y0=place["page_height"] - place["y"] - place["height"],
            x1=place["x"] + place["width"],
            y1=place["page_height"] - place["y"],
        )
        for place in places
    ]


def _compile(
    template: Path, data: Mapping[str, Any], day: date, standards: Sequence[Standard], root: Path
) -> tuple[bytes, typst.Compiler]:
    clean = _clean(data)
    for where, text in _texts(clean):
        _refuse_hidden(text, where)
    compiler = _compiler(template, root)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    try:
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf",
            sys_inputs={"data": json.dumps(clean, ensure_ascii=False)},
            pdf_standards=list(standards),
            timestamp=int(midnight.timestamp()),
        )
    except typst.TypstError as error:
        raise _unprintable(error, clean) or error from error
    for warning in warnings:
        _log.warning("%s: %s", template.name, warning.message)
    assert isinstance(pdf, bytes)
    return pdf, compiler


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _compiler(template: Path, root: Path) -> typst.Compiler:
    """This thread's compiler of the template: it keeps its data between compile and query, so threads must not share
    one."""
    kept: dict[tuple[Path, Path], typst.Compiler] = _local.__dict__.setdefault("compilers", {})
    if (template, root) not in kept:
        kept[template, root] = typst.Compiler(
            input=template, root=root, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs={"data": "{}"}
        )
    return kept[template, root]


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return nfc(value.replace("\r\n", "\n").replace("\r", "\n").translate(_LINE_ENDS))
    if isinstance(value, Mapping):
        return {key: _clean(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    raise TypeError(f"not a value of a paper: {type(value).__name__}")


def _texts(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _texts(part, f"{where}.{key}" if where else key)
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from _texts(part, f"{where}[{at}]")


def _refuse_hidden(text: str, where: str) -> None:
    """Control characters, halves of pairs, and signs that turn the direction of reading: a paper shows what it says."""
    if text.isprintable():
        return
    for at, character in enumerate(text):
        if character in _REORDERING or (character != "\n" and unicodedata.category(character) in ("Cc", "Cs")):
            raise Unprintable(character, where, _around(text, at))


def _around(text: str, at: int) -> str:
    part = text[max(0, at - 20) : at + 21]
    return "".join(c if c.isprintable() else " " for c in part).strip()


def _unprintable(error: typst.TypstError, clean: Any) -> Unprintable | None:
    found = _NO_GLYPH.search(error.message)
    if not found:
        return None
    character = _RUST_ESCAPE.sub(
        lambda m: (
            chr(int(m["code"], 16))
            if m["code"]
            else {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}.get(m["sign"], m["sign"])
        ),
        found["text"],
    )
    for sought in (character, character.lower()):  # the template may have put the text in capitals
        for where, text in _texts(clean):
            at = text.find(sought)
            if at >= 0:
                return Unprintable(sought, where, _around(text, at))
    return Unprintable(character, "", "")
