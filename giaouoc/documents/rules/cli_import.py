"""``bin/giaouoc import-draft`` and ``align``: without Django, so that they answer at once."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from giaouoc.lib.file_text import mark_in_file

from .align import align
from .docx_package import MAX_FILE, UnreadableDraft
from .draft_import import Draft, import_draft, to_json


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UnreadableDraft("usage", command=self.prog, why=message)


def _draft(path: str, *, convert: bool = False) -> Draft:
    """The draft of a file. Raises UnreadableDraft with one sentence, also for a file that cannot be opened."""
    try:
        file = Path(path)
        if file.is_dir():
            raise UnreadableDraft("folder", path=path)
        with file.open("rb") as stream:
            data = stream.read(MAX_FILE + 1)
    except FileNotFoundError:
        raise UnreadableDraft("no_file", path=path) from None
    except OSError as error:
        raise UnreadableDraft("unread", path=path, why=error.strerror or "") from None
    if len(data) > MAX_FILE:
        raise UnreadableDraft("too_large")
    draft = import_draft(data, convert=convert)
    if mark := mark_in_file(data, file.name):
        raise UnreadableDraft("secret", mark=mark)
    return draft


def _outline(nodes: Sequence[dict[str, Any]], depth: int = 0) -> None:
    names = {"part": "Phần", "chapter": "Chương", "section": "Mục", "subsection": "Tiểu mục", "article": "Điều"}
    names |= {"paragraph": "khoản", "point": "điểm", "preamble": "Mở đầu", "table": "Bảng", "signature": "Ký"}
    for node in nodes:
        words = " ".join(filter(None, [node["heading"], node["text"]])).replace("\n", " / ")
        print(f"{'  ' * depth}{names[node['kind']]} {node['number'] or ''}  {words[:100]}".rstrip())
        _outline(node["children"], depth + 1)


def _import(arguments: Sequence[str]) -> int:
    parser = _Parser(prog="import-draft")
    parser.add_argument("file")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--convert", action="store_true")
    options = parser.parse_args(arguments)
    draft = _draft(options.file, convert=options.convert)
    if options.json:
        print(json.dumps(to_json(draft), ensure_ascii=False))
        return 0
    _outline(draft.tree)
    for warning in draft.warnings:
        print(f"Lưu ý{f' ({warning.where})' if warning.where else ''}: {warning.what}", file=sys.stderr)
    return 0


def _align(arguments: Sequence[str]) -> int:
    parser = _Parser(prog="align")
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    changes = align(_draft(options.old).tree, _draft(options.new).tree)
    rows = []
    for one in changes:
        row: dict[str, Any] = {"from": list(one.from_paths), "to": list(one.to_paths), "change": one.change}
        if one.asked:
            row["asked"] = True
        rows.append(row)
    if options.json:
        print(json.dumps({"changes": rows}, ensure_ascii=False))
        return 0
    for row in rows:
        if row["change"] != "unchanged":
            mark = "  (cần xác nhận)" if row.get("asked") else ""
            print(f"{', '.join(row['from']) or '—'} → {', '.join(row['to']) or '—'}  {row['change']}{mark}")
    return 0


def main(arguments: Sequence[str]) -> int:
    """'import-draft' or 'align' with their arguments; exit 2 with one sentence on standard error for a refused file."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stderr.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        return _import(arguments[1:]) if arguments[0] == "import-draft" else _align(arguments[1:])
    except UnreadableDraft as error:
        print(f"giaouoc: {error}", file=sys.stderr)
        return 2
    except (RecursionError, MemoryError):
        print(f"giaouoc: {UnreadableDraft('bomb')}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
