"""Runs and footnotes in the XML of a Word file, which the library does not write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from lxml import etree

from .word_sheet import cleaned

_FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


def run_of(
    words: str,
    bold: bool,
    size: float | None,
    *,
    italic: bool = False,
    underline: bool = False,
    gone: bool = False,
) -> Any:
    """Words of one look as a run of Word; ``gone``: as a tracked change that took them away."""
    run = OxmlElement("w:r")
    about = OxmlElement("w:rPr")
    if bold:
        about.append(OxmlElement("w:b"))
    if italic:
        about.append(OxmlElement("w:i"))
    if size is not None:
        points = OxmlElement("w:sz")
        points.set(qn("w:val"), str(round(size * 2)))
        about.append(points)
    if underline:
        line = OxmlElement("w:u")
        line.set(qn("w:val"), "single")
        about.append(line)
    if len(about):
        run.append(about)
    for at, part in enumerate(cleaned(words).split("\n")):
        if at:
            run.append(OxmlElement("w:br"))
        if part:
            text = OxmlElement("w:delText" if gone else "w:t")
            text.set(qn("xml:space"), "preserve")
            text.text = part
            run.append(text)
    return run


def add_footnotes(document: Any, notes: Sequence[str]) -> None:
    """Footnotes, which the library does not write: their part and its two required separators."""
    made = parse_xml(f"<w:footnotes {nsdecls('w')}/>")
    for number, kind in ((-1, "separator"), (0, "continuationSeparator")):
        made.append(
            parse_xml(
                f'<w:footnote {nsdecls("w")} w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
            )
        )
    for number, words in enumerate(notes, 1):
        note = parse_xml(
            f'<w:footnote {nsdecls("w")} w:id="{number}"><w:p><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
            "<w:footnoteRef/></w:r></w:p></w:footnote>"
        )
        note[0].append(run_of(f" {words}", False, 10))
        made.append(note)
    part = Part(
        PackURI("/word/footnotes.xml"),
        _FOOTNOTES_TYPE,
        etree.tostring(made, xml_declaration=True, encoding="UTF-8", standalone=True),
        document.part.package,
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
