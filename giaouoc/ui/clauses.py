"""The clause view: a text shown as a document, remarks in its margin. Written by hand instead of by a template per clause,
since a regulation has hundreds of them; every piece of text goes through ``escape``."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giaouoc.lib.worddiff import worddiff

CENTRED = {"part": "Phần", "chapter": "Chương", "section": "Mục", "subsection": "Tiểu mục"}
DEEPEST, WIDEST = 6, 24  # the classes that clause.css has
ROMAN = re.compile(r"[IVXLC]+")
REFERENCE = re.compile(
    r"\b(Phần|Chương|Mục|Tiểu mục|Điều|Khoản|Điểm|Phụ lục|phần|chương|mục|tiểu mục|điều|khoản|điểm|phụ lục|ngày|tháng|năm|số)"
    r" (?=(?:[0-9]+|[IVXLC]+|[a-zđ])(?:[0-9a-zđ/-]*)(?![^\W\d_]))"
)


def escape(value: object) -> str:
    """The text with its markup characters as entities; Django's own looks for lazy texts in a way that costs a third here."""
    return html.escape(str(value))


def hold_references(text: str) -> str:
    """'Điều 5', 'khoản 2', '06 tháng 3' with no-break spaces, for showing only; stored text has plain blanks."""
    return REFERENCE.sub(lambda found: f"{found[1]}\u00a0", text)


def diff_html(old: str, new: str, side: str = "") -> SafeString:
    """The new text with what went struck and what came underlined, by word; ``side``: 'old' or 'new', that text alone."""
    tags = {"same": "", "old": "del", "new": "ins"}
    parts = []
    for kind, text in worddiff(old, new):
        if side and kind not in {"same", side}:
            continue
        tag = tags[kind]
        parts.append(f"<{tag}>{escape(text)}</{tag}>" if tag else str(escape(text)))
    return mark_safe("".join(parts))  # escaped above


def anchor(path: object) -> str:
    """The id of a clause on the page: '6/1/đ' -> 'dk-6-1-đ'; letters stay apart (d and đ), all else becomes a hyphen."""
    return "dk-" + re.sub(r"[^\w.]+", "-", str(path)).strip("-")


def number_mark(number: object) -> str:
    """The number as it stands on paper: '2' -> '2.', 'a' -> 'a)', '-' -> '-', nothing -> ''."""
    text = str(number or "")
    if not text or text == "-":
        return text
    return f"{text})" if text[0].isalpha() and not ROMAN.fullmatch(text) else f"{text}."


def rows_of(tree: Iterable[Mapping[str, Any]], *, parent: str = "", depth: int = 0) -> list[dict[str, Any]]:
    """The nodes of a clause tree as the flat rows that ``clauses_html`` takes, in reading order.

    Each row is the node's own mapping without children, plus ``depth`` and ``parent`` (kind); what the caller put on a node
    (``path``, ``notes``, ``change``, ``html``, ``add_url``) is kept."""
    rows = []
    for node in tree:
        row = {key: value for key, value in node.items() if key != "children"}
        row["footnotes"] = row.pop("footnotes", None) or (row.pop("notes") if _texts(row.get("notes")) else None)
        row["depth"], row["parent"] = depth, parent
        rows.append(row)
        below = depth + 1 if node["kind"] in {"paragraph", "point"} else depth
        rows += rows_of(node.get("children") or [], parent=str(node["kind"]), depth=below)
    return rows


def _texts(value: Any) -> bool:
    return bool(value) and all(isinstance(one, str) for one in value)


def note_html(note: Mapping[str, Any]) -> SafeString:
    """One remark. Keys, all but ``unit`` optional: unit, status, state, kind, quote, text, old and new (the words proposed,
    shown as changes), words (proposed words alone), reason, decision, decision_label, answer, after, last_word, id, actions
    ([{url, label}])."""
    get = note.get
    out = [f'<div class="note" data-state="{escape(get("state") or "open")}"']
    out.append(f' id="{escape(get("id"))}">' if get("id") else ">")
    out.append(f"<header>{escape(note['unit'])}")
    status = " · ".join(str(one) for one in (get("kind"), get("status")) if one)
    out.append(f"<span>{escape(status)}</span></header>" if status else "</header>")
    if get("quote"):
        out.append(f'<p class="note__quote">{escape(get("quote"))}</p>')
    if get("text"):
        out.append(f"<p>{escape(get('text'))}</p>")
    if get("new") is not None:
        out.append(f'<p class="note__words">{diff_html(str(get("old") or ""), str(get("new")))}</p>')
    elif get("words"):
        out.append(f'<p class="note__words">{escape(get("words"))}</p>')
    if get("reason"):
        out.append(f'<p class="quiet">{escape(_("Lý do:"))} {escape(get("reason"))}</p>')
    if get("decision_label") or get("answer"):
        out.append(f'<p class="note__answer" data-decision="{escape(get("decision") or "")}">')
        if get("decision_label"):
            out.append(f"<b>{escape(get('decision_label'))}.</b> ")
        out.append(f"{escape(get('answer') or '')}")
        out.append(f" <span>{escape(get('after'))}</span></p>" if get("after") else "</p>")
    if get("last_word"):
        out.append(f'<p class="quiet"><b>{escape(note["unit"])}:</b> {escape(get("last_word"))}</p>')
    if get("actions"):
        links = "".join(f'<a href="{escape(one["url"])}">{escape(one["label"])}</a>' for one in get("actions") or [])
        out.append(f"<footer>{links}</footer>")
    out.append("</div>")
    return mark_safe("".join(out))  # escaped above


def _table(row: Mapping[str, Any]) -> str:
    lines = row.get("rows") or []
    if not lines:
        return ""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in lines[0])
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>" for line in lines[1:])
    title = f"<caption>{escape(row['heading'])}</caption>" if row.get("heading") else ""
    return f'<table class="clause__table">{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _words(row: Mapping[str, Any]) -> str:
    if (ready := row.get("html")) is not None:
        return str(conditional_escape(ready))
    return escape(hold_references(str(row.get("text") or "")))


def _clause(row: Mapping[str, Any], add: str, level: int) -> str:
    """One clause as one item of the grid: its line (number, heading, words), what can be done with it, its footnotes."""
    kind, number, parent = str(row["kind"]), row.get("number"), row.get("parent")
    text, title = _words(row), escape(hold_references(str(row.get("heading") or "")))
    side = _side(row, add)
    shape, body = "", ""
    plan_level = kind == "section" and parent != "chapter" and bool(ROMAN.fullmatch(str(number or "")))
    if kind == "table":
        shape, body = " clause--plain", _table(row) + side
    elif kind in {"preamble", "signature"}:
        shape = " clause--plain"
        body = f'<h{level} class="clause__part">{title}</h{level}>' if title else ""
        body += f'<div class="clause__text">{text}</div>{side}'
    elif kind in CENTRED and not plan_level:
        shape = " clause--plain"
        label = f'<span class="clause__label">{CENTRED[kind]}\u00a0{escape(number)}</span> ' if number else ""
        body = f'<h{level} class="clause__part">{label}{title}</h{level}>{side}'
        body += f'<div class="clause__text">{text}</div>' if text else ""
    elif kind == "article" or plan_level:
        shape = " clause--plain"
        begin = f"Điều\u00a0{escape(number)}." if kind == "article" and number else escape(number_mark(number))
        body = f'<h{level} class="clause__head">{begin} {title or text}</h{level}>{side}'
        body += f'<div class="clause__text">{text}</div>' if text and title else ""
    else:
        mark = number_mark(number)
        body = f'<span class="clause__no">{escape(mark)}</span>' if mark else ""
        body += (
            f'<span class="clause__text"><b>{title}</b> {text}</span>'
            if title
            else f'<span class="clause__text">{text}</span>'
        )
        body += side
    if not body:
        return ""
    depth = min(row.get("depth") or 0, DEEPEST)
    marks = f" deep-{depth}" if depth else ""
    marks = f'class="clause{shape}{marks}"'
    if path := row.get("path"):
        marks += f' id="{escape(anchor(path))}" data-path="{escape(path)}"'
    if row.get("change") and row["change"] != "unchanged":
        marks += f' data-change="{escape(row["change"])}"'
    feet = "".join(f'<p class="clause__foot">{escape(note)}</p>' for note in row.get("footnotes") or [])
    return f"<div {marks}>{body}{feet}</div>"


def _side(row: Mapping[str, Any], add: str) -> str:
    links = []
    if count := row.get("count"):
        words = ngettext("%(count)s ý kiến", "%(count)s ý kiến", count) % {"count": count}
        links.append(f'<a href="{escape(row.get("count_url") or "#")}">{escape(words)}</a>')
    if row.get("add_url"):
        name = escape(add % {"where": row.get("where") or row.get("path") or ""})
        links.append(
            f'<a class="clause__add" href="{escape(row["add_url"])}" aria-label="{name}">{escape(_("Góp ý"))}</a>'
        )
    for one in row.get("actions") or []:
        links.append(
            f'<a class="clause__add" href="{escape(one["url"])}" aria-label="{escape(one["name"])}">{escape(one["label"])}</a>'
        )
    return f' <span class="clause__side">{"".join(links)}</span>' if links else ""


def clauses_html(rows: Sequence[Mapping[str, Any]], *, level: int = 2) -> SafeString:
    """The document. ``rows``: see ``rows_of``; keys used: kind, number, heading, text (or ``html``, already safe), rows,
    footnotes, depth, parent, path, change, notes (mappings for ``note_html``), add_url, where ('điểm b khoản 1 Điều 6'),
    count, count_url, actions ([{url, label, name}]). ``level``: of the headings."""
    add = _("Góp ý về %(where)s")
    about = _("Ý kiến về %(where)s")
    pieces = [(row, piece) for row in rows if (piece := _clause(row, add, level))]
    noted = [index for index, (row, _piece) in enumerate(pieces) if row.get("notes")]
    out = [f'<div class="doc{"" if noted else " doc--alone"}" lang="vi">']
    following = dict(zip(noted, [*noted[1:], len(pieces)], strict=False))
    for index, (row, piece) in enumerate(pieces):
        out.append(piece)
        if index in following:
            span = min(following[index] - index, WIDEST)  # down to the next clause that has notes
            size = f" span-{span}" if span > 1 else ""
            label = escape(about % {"where": row.get("where") or row.get("path") or ""})
            notes = "".join(note_html(note) for note in row["notes"])
            out.append(f'<div class="clause__notes{size}" role="group" aria-label="{label}">{notes}</div>')
    out.append("</div>")
    return mark_safe("".join(out))  # escaped above
