"""The words that the drawing program of a PDF page sets, put together to lines as an eye reads them: by where they stand."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .pdf_fonts import Font, entry, font_of

Matrix = tuple[float, float, float, float, float, float]
SAME: Matrix = (1, 0, 0, 1, 0, 0)
MAX_FORMS = 2000  # pieces drawn by name on one page
MAX_NESTED = 8
MAX_PIECES = 200_000  # of one page
_TOKEN = re.compile(
    rb"\s*(?:%[^\r\n]*\s*)*"
    rb"(?:(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))(?=[\s/\[\]()<>%]|$)|(?P<name>/[^\s/\[\]()<>{}%]*)|(?P<string>\()"
    rb"|<(?P<hex>[0-9A-Fa-f\s]*)>|(?P<mark><<|>>|[\[\]{}])|(?P<word>[^\s/\[\]()<>{}%]+)|(?P<other>.))",
    re.DOTALL,
)
_STRING = re.compile(rb"[()\\]")
_ESCAPE = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_IMAGE_END = re.compile(rb"\sEI(?=\s|$)")


@dataclass(frozen=True)
class Name:
    """A name in a drawing program, with its stroke."""

    text: str


def _literal(data: bytes, at: int) -> tuple[bytes, int]:
    """The string whose bracket opened before ``at``, and where it ends."""
    out, depth, start = bytearray(), 1, at
    while found := _STRING.search(data, at):
        one, at = found.group(), found.end()
        if one == b"\\":
            out += data[start : at - 1]
            digits = re.compile(rb"[0-7]{1,3}").match(data, at)
            if digits:
                out.append(int(digits.group(), 8) & 255)
                at = digits.end()
            else:
                out += _ESCAPE.get(data[at : at + 1], data[at : at + 1].strip(b"\r\n"))
                at += 2 if data[at : at + 2] == b"\r\n" else 1
            start = at
            continue
        depth += 1 if one == b"(" else -1
        if not depth:
            return bytes(out + data[start : at - 1]), at
    return bytes(out + data[start:]), len(data)


def steps(data: bytes) -> Iterator[tuple[bytes, list[Any]]]:
    """Each operator of a drawing program with its operands: numbers, bytes, Names, lists of them."""
    at, operands = 0, []
    inner: list[Any] | None = None
    while found := _TOKEN.match(data, at):
        at, kind = found.end(), found.lastgroup
        value: Any = None
        if kind == "number":
            value = float(found.group(kind))
        elif kind == "name":
            value = Name(found.group(kind).decode("latin-1"))
        elif kind == "string":
            value, at = _literal(data, at)
        elif kind == "hex":
            digits = b"".join(found.group(kind).split())
            value = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
        elif kind == "mark":
            if found.group(kind) == b"[":
                inner = []
            elif found.group(kind) == b"]" and inner is not None:
                operands.append(inner)
                inner = None
        elif kind == "word":
            yield found.group(kind), operands
            operands, inner = [], None
            if found.group(kind) == b"ID" and (end := _IMAGE_END.search(data, at)):
                at = end.end()
        if value is not None:
            (operands if inner is None else inner).append(value)
            del operands[: max(0, len(operands) - 64)]


def times(a: Matrix, b: Matrix) -> Matrix:
    """First ``a``, then ``b``."""
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


@dataclass(frozen=True)
class Piece:
    """Words set in one go. ``x``, ``y``, ``end``: along and across their own direction ``turn`` (degrees)."""

    turn: int
    x: float
    y: float
    end: float
    size: float
    text: str


@dataclass
class _State:
    font: Font = field(default_factory=Font)
    size: float = 1
    between: float = 0
    space: float = 0
    wide: float = 1
    leading: float = 0
    rise: float = 0
    page: Matrix = SAME


@dataclass
class _Reader:
    pieces: list[Piece] = field(default_factory=list)
    fonts: dict[int, tuple[Any, Font]] = field(default_factory=dict)
    forms: int = MAX_FORMS

    def font(self, resources: Any, name: str) -> Font:
        try:
            found = resources["/Font"][name]
            if id(found) not in self.fonts:
                self.fonts[id(found)] = found, font_of(found)  # kept, so that its id stays its own
            return self.fonts[id(found)][1]
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            return Font()

    def form(self, resources: Any, name: str, page: Matrix, depth: int) -> None:
        self.forms -= 1
        try:
            found = resources["/XObject"][name]
            if self.forms < 0 or depth >= MAX_NESTED or entry(found, "/Subtype") != "/Form":
                return
            matrix = entry(found, "/Matrix")
            own: Any = tuple(float(one) for one in matrix) if matrix is not None and len(matrix) == 6 else SAME
            data, inner = found.data, entry(found, "/Resources", resources)
        except (KeyError, TypeError, ValueError, AttributeError):
            return
        self.draw(data, inner, times(own, page), depth + 1)

    def draw(self, data: bytes, resources: Any, page: Matrix = SAME, depth: int = 0) -> None:
        """Go through a drawing program and keep the words that it sets."""
        state, kept = _State(page=page), []
        line = at = SAME
        for operator, given in steps(data):
            if len(self.pieces) > MAX_PIECES:
                return
            try:
                if operator == b"q":
                    kept.append(_State(**vars(state)))
                    del kept[:-200]
                elif operator == b"Q" and kept:
                    state = kept.pop()
                elif operator == b"cm":
                    state.page = times(_matrix(given), state.page)
                elif operator == b"BT":
                    line = at = SAME
                elif operator == b"Tm":
                    line = at = _matrix(given)
                elif operator in (b"Td", b"TD"):
                    if operator == b"TD":
                        state.leading = -given[1]
                    line = at = times((1, 0, 0, 1, given[0], given[1]), line)
                elif operator == b"Tf":
                    state.font, state.size = self.font(resources, given[0].text), given[1]
                elif operator == b"Do":
                    self.form(resources, given[0].text, state.page, depth)
                elif operator in (b"Tj", b"TJ", b"'", b'"', b"T*"):
                    if operator not in (b"Tj", b"TJ"):
                        line = at = times((1, 0, 0, 1, 0, -state.leading), line)
                    if operator == b'"':
                        state.space, state.between = given[0], given[1]
                    if operator != b"T*":
                        at = self.set(state, at, given[-1] if operator == b"TJ" else [given[-1]])
                elif operator in _SETTERS:
                    name, unit = _SETTERS[operator]
                    setattr(state, name, given[0] * unit)
            except (IndexError, TypeError, AttributeError, ValueError, OverflowError):
                continue  # an operator without what it needs draws nothing

    def set(self, state: _State, at: Matrix, parts: list[Any]) -> Matrix:
        """Keep the words of one string or of several with shifts between; where the next ones would stand."""
        for part in parts:
            if isinstance(part, float):
                at = times((1, 0, 0, 1, -part / 1000 * state.size * state.wide, 0), at)
                continue
            text, width = [], 0.0
            for letters, own, space in state.font.read(part):
                text.append(letters)
                width += (own / 1000 * state.size + state.between + (state.space if space else 0)) * state.wide
            after = times((1, 0, 0, 1, width, 0), at)
            words = "".join(text)
            if words.strip():
                self.pieces.append(_piece(words, state, times(at, state.page), times(after, state.page)))
            at = after
        return at


_SETTERS = {
    b"Tc": ("between", 1.0),
    b"Tw": ("space", 1.0),
    b"Tz": ("wide", 0.01),
    b"TL": ("leading", 1.0),
    b"Ts": ("rise", 1.0),
}


def _matrix(given: list[Any]) -> Matrix:
    a, b, c, d, e, f = (float(one) for one in given[-6:])
    return a, b, c, d, e, f


def _piece(text: str, state: _State, at: Matrix, after: Matrix) -> Piece:
    turn = round(math.degrees(math.atan2(at[1], at[0])) / 3) * 3 % 360
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    x, y, end = (
        at[4] * cos + at[5] * sin,
        at[5] * cos - at[4] * sin + state.rise,
        after[4] * cos + after[5] * sin,
    )
    size = abs(state.size) * math.hypot(at[2], at[3])
    if not all(math.isfinite(one) for one in (x, y, end, size)):
        raise ValueError("words outside every page")
    return Piece(turn, x, y, end, size, text)


def lines_of(data: bytes, resources: Any) -> list[str]:
    """The lines that a drawing program sets, from top to bottom; cells far apart in one line are parted by a tab."""
    reader = _Reader()
    reader.draw(data, resources)
    lines: list[list[Piece]] = []
    for piece in sorted(reader.pieces, key=lambda one: (one.turn, -one.y)):
        near = lines[-1][-1] if lines else None
        if near is not None and near.turn == piece.turn and near.y - piece.y <= 0.4 * min(near.size, piece.size):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [_joined(sorted(line, key=lambda one: one.x)) for line in lines]


def _joined(line: list[Piece]) -> str:
    words, last = "", None
    for piece in line:
        if last is not None:
            if piece.text == last.text and abs(piece.x - last.x) < 0.3 * piece.size:
                continue  # drawn twice to look bold
            gap = piece.x - last.end
            words += "\t" if gap > 1.5 * piece.size else " " if gap > 0.15 * piece.size else ""
        words += piece.text
        last = piece
    return words.replace("\n", " ").replace("\r", " ")
