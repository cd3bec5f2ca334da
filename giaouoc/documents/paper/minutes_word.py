"""Biên bản hội nghị as a Word file: the same words as on paper, in the layout of its day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from .clauses import VersionPaper
from .word import render_pieces
from .word_lines import Kind, Line, Piece, Table, Turn


def render_minutes_word(data: Mapping[str, Any]) -> bytes:
    """The minutes as .docx. data: as ``minutes_data`` gave it; the same input gives the same bytes."""
    day = date(data["day"]["year"], data["day"]["month"], data["day"]["day"])
    paper = VersionPaper(
        cluster_name=data["cluster"],
        supervising_body=data["letterhead"][0],
        year=day.year,
        title=data["title"],
        place=data["place_date"].rpartition(", ngày")[0],
        tree=(),
        content_hash=data["text_hash"],
        style_day=day,
        day=day,
        trial=bool(data["trial"]),
        body_kind=data["style"]["body_kind"],
        letterhead=tuple(data["letterhead"]),
        number_line=data["number"],
    )
    return render_pieces(paper, _pieces(data))


def _line(kind: Kind, words: str, *, bold: bool = False, key: Any = None) -> Line:
    return Line(kind, ((words, bold),), key)


def _who(one: Mapping[str, Any]) -> str:
    by = one.get("delegation", "")  # minutes kept before have none
    return ", ".join(part for part in (one["post"], one["unit"], by and f"theo văn bản ủy quyền {by}") if part)


def _pieces(data: Mapping[str, Any]) -> list[Piece]:
    pieces: list[Piece] = [_line("title", "BIÊN BẢN", bold=True, key=("title", 0))]
    pieces += [_line("title", data["subject"], bold=True), _line("mark", "-----"), _line("text", data["opening"])]
    pieces.append(_line("level", "I. THÀNH PHẦN", bold=True))
    pieces.append(_line("text", data["present_line"] + " Danh sách ghi tại Phụ lục kèm theo Biên bản này."))
    for label, names in (("Vắng mặt", data["absent"]), ("Khách mời", data["invited"])):
        if names:
            pieces.append(_line("text", f"{label}: {'; '.join(names)}."))
    pieces += [_line("text", f"Chủ trì: {_who(data['chair'])}."), _line("text", f"Thư ký: {_who(data['secretary'])}.")]
    pieces.append(_line("level", "II. DIỄN BIẾN HỘI NGHỊ", bold=True))
    for at, item in enumerate(data["agenda"], 1):
        pieces.append(_line("article", f"{at}. {item['title']}", bold=True))
        for said in item["said"]:
            first, *rest = said["text"].split("\n")
            pieces.append(_line("text", f"- {said['who']}: {first}" if said["who"] else first))
            pieces += [_line("text", one) for one in rest]
        for decision in item["decisions"]:
            pieces += _decision(decision)
    if data["conclusion"]:
        pieces.append(_line("level", "III. KẾT LUẬN", bold=True))
        pieces += [_line("text", one) for one in data["conclusion"].split("\n")]
    pieces.append(_line("text", data["closing"]))
    columns = [
        tuple(part for part in (words, one["post"].upper(), one["name"]) if part)
        for words, one in (("NGƯỜI GHI BIÊN BẢN", data["secretary"]), ("CHỦ TRÌ HỘI NGHỊ", data["chair"]))
    ]
    pieces.append(Table(columns=tuple(columns)))
    pieces.append(_line("hash", f"Dấu vân tay nội dung (SHA-256): {data['text_hash']}"))
    pieces.append(Turn(across=False))
    pieces += [_line("title", "PHỤ LỤC", bold=True), _line("title", "DANH SÁCH ĐƠN VỊ DỰ HỘI NGHỊ", bold=True)]
    rows = [(str(at), one["unit"], one["representative"]) for at, one in enumerate(data["present"], 1)]
    pieces.append(Table(rows=(("TT", "Đơn vị", "Người đại diện"), *rows)))
    return pieces


def _decision(decision: Mapping[str, Any]) -> list[Piece]:
    what = f"Hội nghị biểu quyết {decision['title']}"
    if decision["version"]:
        what += f", {decision['version']}, dấu vân tay {decision['fingerprint']}"
    if decision["edits"]:
        what += f", kèm {len(decision['edits'])} chỉnh sửa"
    pieces: list[Piece] = [_line("text", f"{what}:")]
    for label, value in (("SHA-256", decision["full_hash"]), ("SHA-256 sau chỉnh sửa", decision["final_hash"])):
        if value:
            pieces.append(_line("hash", f"{label}: {value}"))
    pieces += [_line("dash", f"- {edit}") for edit in decision["edits"]]
    pieces.append(Table(rows=(("Nội dung", "Số liệu"), *(tuple(row) for row in decision["rows"]))))
    if decision["votes"]:
        heads = ("TT", "Đơn vị", "Biểu quyết", *(("Ý kiến kèm theo",) if decision["worded"] else ()))
        votes = [
            (str(at), one["unit"], one["choice"], *((one["words"],) if decision["worded"] else ()))
            for at, one in enumerate(decision["votes"], 1)
        ]
        pieces.append(Table(rows=(heads, *votes)))
    pieces.append(_line("text", decision["outcome"], bold=True))
    pieces += [
        _line("text", one) for one in decision.get("after", "").split("\n") if one
    ]  # minutes kept before have none
    return pieces
