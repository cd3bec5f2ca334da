"""The typefaces, cut from their packages when static files are collected: two weights each, Latin and Vietnamese.

Be Vietnam Pro has no tabular figures (its 1 is half as wide as its 0) and no feature for them, so a second, tiny face
holds the ten digits on equal widths; ``unicode-range`` keeps it to digits, and tables ask for it by name.

A document is shown in Source Serif, at its size for running text. The serifs of people's machines do not all have the stacked
Vietnamese marks, and a word set from two faces is worse than either. Its licence reserves the word Source for the unchanged
font; what is cut here bears a name of ours."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

import fontpkg_be_vietnam_pro as package
import fontpkg_source_serif_4 as document_package
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FAMILY = "Be Vietnam Pro"
FIGURES = "Giao Uoc Figures"
FALLBACK = "Giao Uoc Fallback"
DOCUMENT = "Giao Uoc Document"
DOCUMENT_WEIGHTS = (400, 700)
DOCUMENT_SIZE = 14  # points: the optical size for running text
WEIGHTS = {400: "Regular", 600: "SemiBold"}
DIGITS = "0123456789"
CHARACTERS: tuple[int, ...] = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *(ord(letter) for letter in "ĂăĐđĨĩŨũƠơƯư"),
    *range(0x1EA0, 0x1EFA),
    *(0x300, 0x301, 0x303, 0x309, 0x323),  # loose tone marks, should one arrive decomposed
    *(ord(sign) for sign in "–—‘’‚“”„†•…‰‹›₫€™−×÷≈≠≤≥←↑→↓"),
)
# Mean advance of Arial (and of Liberation Sans, same metrics) over a Vietnamese regulation, in em: the fallback is
# scaled to ours by it, so that nothing moves when the font arrives.
ARIAL = {400: 0.4453, 600: 0.4802}
OURS = {400: 0.4918, 600: 0.5025}
# The same for a document's face and Times New Roman (and Liberation Serif, same metrics).
TIMES = {400: 0.4129, 700: 0.4378}
SERIF = {400: 0.4803, 700: 0.4916}
TIMES_FILES = {400: ("Times New Roman", "Liberation Serif"), 700: ("Times New Roman Bold", "Liberation Serif Bold")}
ARIAL_FILES = {400: ("Arial", "Liberation Sans"), 600: ("Arial Bold", "Liberation Sans Bold")}


def source(weight: int) -> Path:
    """The package's font file of a weight."""
    return Path(package.ROOT) / "files" / f"BeVietnamPro-{WEIGHTS[weight]}.ttf"


def document_source() -> Path:
    """The package's font file of a document's face: one file with every weight and optical size."""
    return Path(document_package.ROOT) / "files" / "SourceSerif4[opsz,wght].ttf"


def _cut(font: TTFont, characters: tuple[int, ...], features: list[str]) -> None:
    options = subset.Options()
    options.layout_features = features
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # the licence stays inside
    options.notdef_outline = True
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)


def _woff2(font: TTFont) -> bytes:
    font.flavor = "woff2"
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def text_face(weight: int) -> bytes:
    """The .woff2 of a weight with all letters of Vietnamese and Latin-1."""
    font = TTFont(source(weight), recalcTimestamp=False)
    _cut(font, CHARACTERS, ["kern", "mark", "mkmk", "ccmp", "locl"])
    return _woff2(font)


def figures_face(weight: int) -> bytes:
    """The .woff2 of a weight with the ten digits, all as wide as the zero and centred on that width."""
    font = TTFont(source(weight), recalcTimestamp=False)
    _cut(font, tuple(map(ord, DIGITS)), [])
    names, glyphs, metrics = font.getBestCmap(), font["glyf"], font["hmtx"]
    width = metrics[names[ord("0")]][0]
    for digit in DIGITS:
        name = names[ord(digit)]
        advance, bearing = metrics[name]
        glyph, shift = glyphs[name], round((width - advance) / 2)
        glyph.removeHinting()
        if glyph.isComposite():
            for part in glyph.components:
                part.x += shift
        else:
            glyph.coordinates.translate((shift, 0))
        glyph.recalcBounds(glyphs)
        metrics[name] = (width, bearing + shift)
    _name(font, FIGURES)
    return _woff2(font)


def _name(font: TTFont, family: str) -> None:
    for record in font["name"].names:
        if record.nameID in {1, 3, 4, 6}:
            record.string = family.replace(" ", "") if record.nameID == 6 else family


@cache
def document_faces() -> dict[int, bytes]:
    """Weight -> the .woff2 of a document's face with all letters of Vietnamese and Latin-1."""
    whole = TTFont(document_source(), recalcTimestamp=False)
    _cut(whole, CHARACTERS, ["kern", "mark", "mkmk", "ccmp", "locl"])
    cut = BytesIO()
    whole.save(cut)
    made = {}
    for weight in DOCUMENT_WEIGHTS:
        cut.seek(0)
        one = TTFont(cut, recalcTimestamp=False)
        one = instancer.instantiateVariableFont(one, {"opsz": DOCUMENT_SIZE, "wght": weight}, inplace=True)
        _name(one, DOCUMENT)
        made[weight] = _woff2(one)
    return made


def files() -> dict[str, bytes]:
    """Name under static/ui/fonts -> bytes."""
    made = {}
    for weight in WEIGHTS:
        made[f"text-{weight}.woff2"] = text_face(weight)
        made[f"figures-{weight}.woff2"] = figures_face(weight)
    made |= {f"document-{weight}.woff2": face for weight, face in document_faces().items()}
    return made


def faces_css() -> str:
    """The @font-face rules; addresses are relative to static/ui/giaouoc.css."""
    rules = []
    for weight in WEIGHTS:
        face = f"font-weight: {weight}; font-display: swap;"
        rules.append(
            f'@font-face {{ font-family: "{FAMILY}"; {face} src: url("fonts/text-{weight}.woff2") format("woff2"); }}'
        )
        digits = f'src: url("fonts/figures-{weight}.woff2") format("woff2"); unicode-range: U+30-39;'
        rules.append(f'@font-face {{ font-family: "{FIGURES}"; {face} {digits} }}')
        scale = OURS[weight] / ARIAL[weight]
        rules.append(_fallback(FALLBACK, weight, ARIAL_FILES[weight], scale, source(weight)))
    for weight in DOCUMENT_WEIGHTS:
        face = f"font-weight: {weight}; font-display: swap;"
        address = f'src: url("fonts/document-{weight}.woff2") format("woff2");'
        rules.append(f'@font-face {{ font-family: "{DOCUMENT}"; {face} {address} }}')
        scale = SERIF[weight] / TIMES[weight]
        rules.append(_fallback(f"{DOCUMENT} Fallback", weight, TIMES_FILES[weight], scale, document_source()))
    return "\n".join(rules) + "\n"


def _fallback(family: str, weight: int, names: tuple[str, ...], scale: float, ours: Path) -> str:
    """A face of the machine's, scaled so that nothing moves when ours arrives."""
    head = TTFont(ours, lazy=True)
    em, rise, fall = head["head"].unitsPerEm, head["hhea"].ascent, -head["hhea"].descent
    local = ", ".join(f'local("{name}")' for name in names)
    room = (
        f"ascent-override: {rise / em / scale:.2%}; descent-override: {fall / em / scale:.2%}; line-gap-override: 0%;"
    )
    return f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: {local}; size-adjust: {scale:.2%}; {room} }}'
