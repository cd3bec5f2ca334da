"""Hình chữ ký: the framed text in a signature box, drawn by Typst at exactly the box's size.

pyHanko's own text stamp writes wrong glyph widths for most TrueType fonts and breaks PDF/A; a page drawn by Typst
does not. No scanned hand unless the signer chose one: it proves nothing and invites copying. A picture stands beside the
words, never instead of them, and without transparency: the page below needs no blending.
"""

from __future__ import annotations

import io
import json
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import typst
from pyhanko.pdf_utils import content, layout
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import StaticStampStyle

from giaouoc.lib.clock import local
from giaouoc.lib.dates import slash_date
from giaouoc.lib.errors import Invalid
from giaouoc.lib.sentence import say as _

TEMPLATE = b"""
#let data = json(bytes(sys.inputs.data))
#let ink = rgb(if data.red { "#a8121c" } else { "#1d3c8f" })
#set document(title: data.title)
#set page(width: data.width * 1pt, height: data.height * 1pt, margin: 0.4pt, fill: none)
#set text(font: "Libertinus Serif", fallback: false, lang: "vi", fill: ink, hyphenate: false)
#set par(leading: 0.38em, spacing: 0.38em)
#let words(size) = {
  set text(size: size)
  for line in data.lines [#line.at(0): #strong(line.at(1)) #parbreak()]
  if data.mark != "" { text(size: 0.8 * size, style: "italic", data.mark) }
}
#let inset = calc.min(4, data.height / 12) * 1pt
#context {
  let whole = data.width * 1pt - 0.8pt - 2 * inset
  let wide = if data.picture == none { whole } else { 0.64 * whole - 4pt }
  let high = data.height * 1pt - 0.8pt - 2 * inset
  let size = 10pt
  while size > 2.5pt and measure(width: wide, words(size)).height > high { size = size - 0.25pt }
  block(width: 100%, height: 100%, stroke: 0.6pt + ink, inset: inset, clip: true, align(horizon, if data.picture == none {
    words(size)
  } else {
    let shown = image(bytes(data.picture), format: "png", width: 100%, height: high, fit: "contain")
    grid(columns: (0.36 * whole, wide), column-gutter: 4pt, align: horizon, shown, words(size))
  }))
}
"""


@dataclass(frozen=True)
class Look:
    """What the frame says. ``signer``: post, or name and post; ``organisation``: the unit; ``mark``: a warning line
    or ''; ``picture``: PNG without transparency or b""; ``stamp``: in red, a body's own."""

    signer: str
    organisation: str
    mark: str = ""
    picture: bytes = b""
    stamp: bool = False


@cache
def fonts() -> typst.Fonts:
    """The fonts inside the Typst binding alone: system fonts differ from machine to machine."""
    return typst.Fonts(include_system_fonts=False)


def stamp_time(moment: datetime) -> str:
    """'06/3/2026 09:15:27 +07:00': the form for a signature's time on paper (domain notes, B §2)."""
    return f"{slash_date(local(moment).date())} {local(moment):%H:%M:%S} +07:00"


def draw(look: Look, moment: datetime, width: float, height: float) -> bytes:
    """The frame as a one-page PDF/A-2u of width × height points. Raises Invalid for a character the font does not
    have."""
    return _compiled(
        look,
        moment,
        width,
        height,
        pdf_standards=["a-2u"],
        pdf_tags=False,
        timestamp=int(moment.timestamp()),
    )


def preview(look: Look, moment: datetime, width: float, height: float) -> bytes:
    """The same as a PNG for the screen."""
    return _compiled(look, moment, width, height, format="png", ppi=220)


def _compiled(look: Look, moment: datetime, width: float, height: float, **options: Any) -> bytes:
    lines: Sequence[tuple[str, str]] = (
        ("Ký bởi", look.signer),
        ("Cơ quan", look.organisation),
        ("Thời gian", stamp_time(moment)),
    )
    data = {"width": width, "height": height, "lines": lines, "mark": look.mark, "title": "Chữ ký số"}
    data |= {"red": look.stamp, "picture": list(look.picture) or None}
    text = unicodedata.normalize("NFC", json.dumps(data, ensure_ascii=False))
    try:
        drawn = typst.compile(
            TEMPLATE,
            font_paths=fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": text},
            **options,
        )
    except typst.TypstError as error:
        raise Invalid(_("Không vẽ được hình chữ ký: tên hoặc chức danh có ký tự mà phông chữ không có.")) from error
    assert isinstance(drawn, bytes)
    return drawn


class _DrawnPage(content.PdfContent):  # type: ignore[misc, unused-ignore]
    """The first page of a PDF in memory, as stamp content."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        form = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        name = f"/Look{os.urandom(8).hex()}"
        self.resources.xobject[name] = form
        x0, y0, x1, y1 = form.get_object()["/BBox"]
        self.box = layout.BoxConstraints(width=abs(x1 - x0), height=abs(y1 - y0))
        return name.encode() + b" Do"


def stamp_style(pdf: bytes) -> StaticStampStyle:
    """A stamp that shows the drawn page as it is. For one use: a stamp that is used again grows each time."""
    return StaticStampStyle(
        background=_DrawnPage(pdf),
        background_layout=layout.SimpleBoxLayoutRule(
            x_align=layout.AxisAlignment.ALIGN_MIN, y_align=layout.AxisAlignment.ALIGN_MIN
        ),
        background_opacity=1.0,
        border_width=0,
    )
