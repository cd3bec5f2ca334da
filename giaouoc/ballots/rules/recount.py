"""Kiểm lại: count a published ballot again, from its file alone (format: docs/recount.md).

Needs nothing of this program's database: who distrusts the code too can do the same with any RSA-PSS verifier."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .blind import PublicKey
from .count import answers, changed_by, count
from .papers import PaperError, carries_stamps, charter, key_code, read

FORMAT = "giaouoc-ballot-1"
FORMAT_TWO_STAMPS = "giaouoc-ballot-2"


def _key(found: Mapping[str, Any]) -> PublicKey:
    key = PublicKey(int(found["n"], 16), int(found["e"]))
    if key.n.bit_length() < 2048 or key.e < 3:
        raise ValueError("a key that is too short")
    return key


def _stamps(paper: Mapping[str, Any], two: bool) -> list[str]:
    return [paper["signature"], paper.get("second", "")] if two else [paper["signature"]]


def recount(file: Mapping[str, Any]) -> dict[str, Any]:
    """{"valid": bool, "faults": [sentence], "papers": n, "stamped": n, "missing": n, "votes": [[n]],
    "outcomes": [word], "winners": [option or None]}, and of a ballot with two stamps "second": papers with the second one.

    file: the parsed JSON. Raises ValueError when it is no file of a ballot."""
    try:
        ballot, papers = file["ballot"], file["papers"]
        two = file["format"] == FORMAT_TWO_STAMPS
        keys = [_key(file["key"]), *([_key(file["second"])] if two else [])]
        identity, questions, units = str(ballot["id"]), ballot["questions"], file["units"]
        lost = list(file.get("missing", []))
        if file["format"] not in {FORMAT, FORMAT_TWO_STAMPS} or (not two and "second" in file):
            raise ValueError("another format")
        second = file["second"]["n"] if two else ""
        own = charter(identity, ballot["title"], questions, units, file["key"]["n"], second)
        faults = [] if own == file["charter"] else ["mã điều lệ không khớp với nội dung phiếu"]
        if len({key.n for key in keys}) != len(keys):
            faults.append("hai khóa là một")
        seen: set[str] = set()
        codes: list[str] = []
        chosen = []
        for number, one in enumerate(papers, 1):
            try:
                paper = read(one["body"], identity, questions)
            except PaperError as error:
                faults.append(f"phiếu thứ {number} không phải phiếu của lần bỏ phiếu này: {error}")
                continue
            if not carries_stamps(keys[:1], one["prefix"], one["body"], [one["signature"]]):
                faults.append(f"phiếu {paper.code} không mang dấu của lần bỏ phiếu này")
            elif not carries_stamps(keys, one["prefix"], one["body"], _stamps(one, two)):
                faults.append(f"phiếu {paper.code} không mang dấu của tổ kiểm phiếu")
            elif paper.serial in seen:
                faults.append(f"phiếu {paper.code} có hai lần")
            else:
                chosen.append(paper.choices)
            seen.add(paper.serial)
            codes.append(paper.code)
        stamped = list(file["stamped"])
        proven = len(papers) + len(lost)
        if proven > len(stamped) or not set(stamped) <= set(units) or len(set(stamped)) != len(stamped):
            faults.append("số phiếu nhiều hơn số dấu đã đóng, hoặc dấu đóng cho đơn vị không có tên trong danh sách")
        seconds = list(file["second"]["stamped"]) if two else stamped
        if proven > len(seconds) or not set(seconds) <= set(stamped) or len(set(seconds)) != len(seconds):
            faults.append(
                "số phiếu nhiều hơn số dấu của tổ kiểm phiếu, hoặc dấu ấy đóng cho đơn vị chưa nhận dấu thứ nhất"
            )
        if codes != sorted(codes):
            faults.append("danh sách không xếp theo mã phiếu")
        votes = count(chosen, questions)
        roll, present = int(ballot["roll"]), len(units)
        if any(question["rule"].get("roll", roll) != roll for question in questions):
            faults.append("số đơn vị của Cụm khác số đã cố định khi mở bỏ phiếu")
        if not len(chosen) <= present <= roll:
            faults.append("số phiếu, số đơn vị bỏ phiếu và số đơn vị của Cụm không khớp")
            present = roll = max(len(chosen), present, roll)
        found = answers(votes, questions, roll=roll, present=present)
        outcomes = [one.outcome for one in found]
        if outcomes != file["outcomes"] or votes != file["votes"]:
            faults.append("kết quả ghi trong tệp khác kết quả đếm lại")
        missing = [read(one["body"], identity, questions) for one in lost]
        if not all(carries_stamps(keys, one["prefix"], one["body"], _stamps(one, two)) for one in lost):
            faults.append("một phiếu nêu là bị thiếu không mang dấu của lần bỏ phiếu này")
        elif seen & {one.serial for one in missing} or len({one.serial for one in missing}) != len(missing):
            faults.append("một phiếu nêu là bị thiếu có trong danh sách, hoặc nêu hai lần")
        elif changed_by(chosen, [one.choices for one in missing], questions, roll=roll, present=present):
            faults.append(f"{len(missing)} phiếu mang dấu không có trong danh sách; đếm cả thì kết quả khác")
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
        raise ValueError("không phải tệp phiếu đã công bố") from error
    return ({"second": len(seconds)} if two else {}) | {
        "valid": not faults,
        "faults": faults,
        "papers": len(chosen),
        "stamped": len(stamped),
        "missing": len(missing),
        "votes": votes,
        "outcomes": outcomes,
        "winners": [
            None if one.winner is None else q["options"][one.winner] for one, q in zip(found, questions, strict=True)
        ],
    }


def report(file: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """The recount in words."""
    lines = [str(file["ballot"]["title"]), f"Đã đóng dấu {found['stamped']}, đã bỏ {found['papers']} phiếu."]
    if "second" in found:
        code = key_code(file["second"]["n"])[:8].upper()
        words = f"Mỗi phiếu cần hai dấu, của máy chủ và của tổ kiểm phiếu (khóa {code[:4]} {code[4:]})"
        lines.append(f"{words}; tổ kiểm phiếu đã đóng dấu {found['second']}.")
    if found["missing"]:
        lines.append(f"Phiếu mang dấu nêu là bị thiếu: {found['missing']}.")
    rows = zip(file["ballot"]["questions"], found["votes"], found["outcomes"], found["winners"], strict=True)
    for question, votes, outcome, winner in rows:
        word = {"passed": "đạt", "rejected": "không đạt", "tied": "chưa có kết quả, bỏ phiếu lại"}[outcome]
        word += f" ({winner})" if winner else ""
        counts = ", ".join(f"{option}: {n}" for option, n in zip(question["options"], votes, strict=True))
        lines.append(f"{question['title']}: {counts}. Kết quả: {word}.")
    good = "Mọi phiếu mang đủ hai dấu hợp lệ" if "second" in found else "Mọi phiếu mang dấu hợp lệ"
    lines += [f"SAI: {fault}." for fault in found["faults"]] or [f"{good}; đếm lại khớp."]
    return "\n".join(lines)


def main(args: list[str]) -> int:
    """``bin/giaouoc recount FILE.json [--json]``: exit 0 when the count holds, 1 when not, 2 for a file it cannot read."""
    import argparse
    import sys

    parser = argparse.ArgumentParser(prog="bin/giaouoc recount")
    parser.add_argument("file")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(args)
    try:
        with open(options.file, encoding="utf-8") as source:
            file = json.load(source)
        found = recount(file)
    except (OSError, ValueError, RecursionError) as error:
        print(f"Không đọc được {options.file}: {error}.", file=sys.stderr)
        return 2
    print(json.dumps(found, ensure_ascii=False) if options.json else report(file, found))
    return 0 if found["valid"] else 1
