"""Văn bản của Cụm on paper: a version of a regulation or plan from its clause tree, as PDF/A-2a and PDF/UA-1."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from giaouoc.documents.rules.layout import BodyKind, LayoutStyle, draft_line, long_date, style_for
from giaouoc.lib.typst import Box, render_with_boxes

from .pact import Member, block_of, signing_rows
from .parts import TRIAL, Verification, fingerprint

TEMPLATE = Path(__file__).with_name("clauses.typ")

Node = Mapping[str, Any]

_ROMAN = re.compile(r"[IVXLC]+[a-z]?")
_LINE = 75  # letters of a line
_WIDE = 7  # columns
_SIGNER = re.compile(r"(?:T/M|K/T|T/L|TM\.|KT\.|TL\.|TUQ\.|Q\.)(?:\s|$)")


@dataclass(frozen=True)
class VersionPaper:
    """A version to print. tree: nodes as the importer gives them; content_hash: SHA-256 in hex.

    draft_ordinal: of the draft, None when the text was adopted; day: of the paper, None leaves the date open (a draft);
    style_day: the day whose layout rules hold when ``day`` is None, also the file's date. signers: who signs it, each in a
    box at its end; a single head signs under the words that the text has for it ('T/M CỤM …')."""

    cluster_name: str
    supervising_body: str
    year: int
    title: str
    place: str
    tree: Sequence[Node]
    content_hash: str
    style_day: date
    day: date | None = None
    draft_ordinal: int | None = None
    trial: bool = False
    body_kind: BodyKind = "party"
    letterhead: tuple[str, ...] = ()
    number_line: str = ""
    signers: tuple[Member, ...] = ()
    verification: Verification | None = None


def render_clauses(paper: VersionPaper) -> tuple[bytes, list[Box]]:
    """The version as PDF, every clause of the tree once and in order, and the boxes of its signers. Raises Unprintable."""
    day = paper.day or paper.style_day
    style = style_for(paper.body_kind, day)
    tree = list(paper.tree)
    if not tree or tree[0].get("kind") != "preamble":
        tree.insert(0, {"kind": "preamble", "number": None, "heading": paper.title, "text": "", "children": []})
    data = {
        "style": style.as_data(),
        "title": paper.title,
        "cluster": paper.cluster_name,
        "day": {"year": day.year, "month": day.month, "day": day.day},
        "letterhead": list(paper.letterhead or (paper.supervising_body, paper.cluster_name)),
        "number": paper.number_line,
        "draft": "" if paper.draft_ordinal is None else draft_line(style, paper.draft_ordinal),
        "place_date": long_date(paper.place, paper.day, year=paper.year),
        "trial": TRIAL if paper.trial else None,
        "foot": f"Dấu vân tay: {fingerprint(paper.content_hash[:8])}",
        "content_hash": paper.content_hash,
        "text_hash": paper.content_hash,
        "pieces": (pieces := _pieces(tree)),
        "rows": _rows(paper, style, pieces) if paper.signers else [],
        "verification": paper.verification.as_data() if paper.verification else None,
    }
    return render_with_boxes(TEMPLATE, data, day=day)


def _rows(paper: VersionPaper, style: LayoutStyle, pieces: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The blocks of the signers in rows; the words over the text's own signature go to a head who signs alone."""
    rows = [[block_of(one, style) for one in row] for row in signing_rows(paper.signers)]
    own: list[str] = []
    for piece in pieces:
        if piece["form"] == "signature":
            own, piece["right"] = own or piece["right"], []
    if len(paper.signers) == 1 and paper.signers[0].is_head and len(own) > 1:
        rows[0][0] |= {"name": own[0], "posts": own[1:]}
    return rows


def _pieces(tree: Sequence[Node]) -> list[dict[str, Any]]:
    """The tree as a flat list of what stands on paper, in reading order; each piece has a ``form`` that the template
    knows."""
    pieces: list[dict[str, Any]] = []
    for at, node in enumerate(tree):
        _add(pieces, node, inside=(), first=at == 0)
    level = 1
    for piece in pieces:  # PDF/UA: a heading is at most one level below the one before it
        if piece["form"] == "title":
            level = 1
        elif piece["form"] == "annex" or (piece["form"] == "table" and piece["heading"]):
            level = 2
        elif "level" in piece:
            level = piece["level"] = min(piece["level"], level + 1)
    signatures = [at for at, piece in enumerate(pieces) if piece["form"] == "signature"]
    for at in signatures:
        _hold(pieces[:at])
    apart = [at for at, piece in enumerate(pieces) if piece["form"] == "annex" or piece.get("apart")]
    end = signatures[-1] + 1 if signatures else apart[0] if apart else len(pieces)
    if not signatures:
        _hold(pieces[:end])
    pieces.insert(end, {"form": "hash"})
    return pieces


def _hold(pieces: list[dict[str, Any]]) -> None:
    """The last of these stay on one page with what closes the text: two lines at the least, as far as they are words."""
    lines = 0
    for piece in reversed(pieces):
        if lines >= 2 or piece["form"] not in ("text", "run-in", "note", "heading"):  # a heading stays by itself
            return
        piece["stays"] = True
        lines += 1 + len(piece["text"]) // _LINE


def _add(pieces: list[dict[str, Any]], node: Node, *, inside: tuple[str, ...], first: bool = False) -> None:
    kind = str(node.get("kind") or "paragraph")
    number = str(node.get("number") or "").strip()
    heading = str(node.get("heading") or "").strip()
    text = str(node.get("text") or "").strip()
    if kind == "preamble":
        lines = heading.split("\n")
        pieces.append({"form": "title", "kind": lines[0], "subject": "\n".join(lines[1:]), "first": first})
        pieces += [{"form": "basis" if is_basis(line) else "text", "text": line} for line in _lines(text)]
    elif kind in ("part", "chapter", "subsection") or (kind == "section" and not is_plan_level(number, inside)):
        word = {"part": "Phần", "chapter": "Chương", "section": "Mục", "subsection": "Tiểu mục"}[kind]
        level = {"part": 2, "chapter": 2, "section": 3, "subsection": 4}[kind]
        pieces.append({"form": "centred", "over": f"{word} {number}".strip(), "heading": heading, "level": level})
        pieces += [{"form": "text", "text": line} for line in _lines(text)]
    elif kind in ("section", "article") or (heading and kind not in ("table", "signature", "annex")):
        opening = f"Điều {number}." if kind == "article" else f"{number}." if number else ""
        level = {"section": 2, "article": 3}.get(kind, 4)
        if kind == "article" and not heading and text:
            head, *rest = _lines(text)
            pieces.append({"form": "run-in", "opening": opening, "text": head})
            pieces += [{"form": "text", "text": line} for line in rest]
        else:
            pieces.append({"form": "heading", "text": f"{opening} {heading}".strip(), "level": level})
            pieces += [{"form": "text", "text": line} for line in _lines(text)]
    elif kind == "table":
        pieces.append(
            {"form": "table", "heading": _lines(heading), "before": _lines(text), "apart": not inside} | _table(node)
        )
    elif kind == "annex":
        pieces.append({"form": "annex", "over": f"Phụ lục {number}".strip(), "heading": heading})
        pieces += [{"form": "text", "text": line} for line in _lines(text)]
    elif kind == "signature":
        left, right = signature_columns(_lines("\n".join(part for part in (heading, text) if part)))
        pieces.append({"form": "signature", "left": left, "right": right})
    else:
        opening = _opening(kind, number)
        lines = _lines(text) or ([""] if opening else [])
        pieces += [
            {"form": "text", "text": f"{opening} {line}".strip() if at == 0 else line} for at, line in enumerate(lines)
        ]
    pieces += [{"form": "note", "text": str(note)} for note in node.get("notes") or ()]
    for child in node.get("children") or ():
        _add(pieces, child, inside=(*inside, kind))


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def is_basis(line: str) -> bool:
    return line.removeprefix("-").strip().lower().startswith("căn cứ")


def is_plan_level(number: str, inside: tuple[str, ...]) -> bool:
    """Whether a section is the Roman level of a plan and not a mục of a chapter."""
    return bool(_ROMAN.fullmatch(number)) and "chapter" not in inside


def _opening(kind: str, number: str) -> str:
    """'1.' for a khoản, 'a)' for a điểm, '-' for a dash, '1.2.' for numbers of several places."""
    if not number or number == "-":
        return number
    return f"{number})" if kind in ("point", "subpoint") and "." not in number else f"{number}."


def _table(node: Node) -> dict[str, Any]:
    """Rows of equal length, those that are bands told."""
    rows = [[str(cell or "") for cell in row] for row in node.get("rows") or ()]
    columns = max((len(row) for row in rows), default=0)
    rows = [row + [""] * (columns - len(row)) for row in rows]
    return {
        "columns": columns,
        "weights": [weight([row[at] for row in rows]) for at in range(columns)],
        "rows": [{"cells": row, "band": is_band(at, row)} for at, row in enumerate(rows)],
        "across": lies_across(columns),
    }


def is_band(at: int, cells: Sequence[str]) -> bool:
    """Whether a row, the ``at``-th of its table, is a band over all columns: words in its first cell alone, below the head."""
    return at > 0 and len(cells) > 1 and bool(cells[0]) and not any(cells[1:])


def lies_across(columns: int) -> bool:
    """Whether an annex's table of so many columns lies across the sheet."""
    return columns >= _WIDE


def weight(cells: Sequence[str]) -> float:
    """How much room a column asks for: by its longest word and by the mean length of its texts."""
    bands = [cell for cell in cells if cell]
    if not bands:
        return 3.0
    longest = max(len(word) for cell in bands for word in cell.split() or [""])
    mean = sum(len(cell) for cell in bands) / len(bands)
    return float(max(3, min(longest, 12), min(mean, 60) ** 0.75))


def signature_columns(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """(Nơi nhận and its list, the lines above the signature)."""
    if not lines or not lines[0].lower().startswith("nơi nhận"):
        return [], list(lines)
    for at, line in enumerate(lines[1:], 1):
        if not line.startswith(("-", "+", "•")) and (_SIGNER.match(line) or line == line.upper()):
            return list(lines[:at]), list(lines[at:])
    return list(lines), []
