"""``bin/giaouoc verify TỆP.pdf [--json]``: verification offline, without database and without Django.

Exit 0 for valid alone; 1 invalid; 2 unknown or unreadable. With ``--json`` standard output holds the object alone,
always.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from giaouoc.lib.clock import local
from giaouoc.lib.dates import moment

from .process import MAX_BYTES, trust_path, verify_in_process
from .verdict import Expected, SignatureFinding, Verdict, unreadable

EXIT = {"valid": 0, "invalid": 1, "unknown": 2}


def main(argv: Sequence[str], expected: Callable[[bytes], Sequence[Expected] | None] | None = None) -> int:
    """Verify a file and print the answer. ``expected``: asks the register, given the file's bytes, who must sign
    (None: the register does not know the file, the list comes from the file itself)."""
    arguments = list(argv[1:] if list(argv[:1]) == ["verify"] else argv)
    as_json = "--json" in arguments
    files = [a for a in arguments if a not in ("--json", "--")]
    if len(files) != 1 or files[0] in ("-h", "--help"):
        print("Cách dùng: bin/giaouoc verify TỆP.pdf [--json]", file=sys.stderr)
        return _show(unreadable("Cần đúng một tệp để kiểm tra."), as_json) if as_json else EXIT["unknown"]
    try:
        data = read(Path(files[0]))
    except OSError as error:
        return _show(unreadable(_why(error)), as_json)
    register = expected(data) if expected is not None else None
    return _show(verify_in_process(data, trust_path(), register), as_json)


def listed(path: Path) -> Callable[[bytes], Sequence[Expected] | None]:
    """Asks a list that the register wrote, see ``kit``, instead of the register. A list that cannot be read knows no file."""

    def ask(data: bytes) -> Sequence[Expected] | None:
        try:
            told = json.loads(path.read_text("utf-8"))
            if hashlib.sha256(data).hexdigest() in told["sha256"]:
                return [Expected(**{str(key): str(value) for key, value in one.items()}) for one in told["expected"]]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass
        return None

    return ask


def read(path: Path) -> bytes:
    """The file's bytes, no more than one above the limit. Raises OSError."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "Không có tệp này."
    if isinstance(error, IsADirectoryError):
        return "Đây là thư mục, không phải tệp."
    return "Không mở được tệp này."


def _show(verdict: Verdict, as_json: bool) -> int:
    text = json.dumps(verdict.to_json(), ensure_ascii=False, indent=2) if as_json else describe(verdict)
    sys.stdout.write(f"{text}\n")
    return EXIT[verdict.verdict]


def describe(verdict: Verdict) -> str:
    """The answer for reading, in the order: complete, unchanged, who and when, trusted."""
    lines = [f"Kết luận: {verdict.word}.", verdict.whole_reason, ""]
    if verdict.code == "unreadable":
        return "\n".join(lines[:2])
    lines += [f"1. Đủ chữ ký: {_complete(verdict)}", f"2. Nguyên vẹn: {_unchanged(verdict)}", "3. Ai ký, khi nào:"]
    lines += [f"   - {_who(s)}" for s in verdict.signatures] or ["   - Không có chữ ký nào."]
    lines.append(f"4. Tin cậy: {_trusted(verdict)}")
    return "\n".join(lines)


def _complete(verdict: Verdict) -> str:
    if verdict.expected is None:
        return f"tệp có {verdict.signed} chữ ký; không có danh sách người phải ký để đối chiếu."
    count = f"{verdict.signed} trên {verdict.expected} đơn vị đã ký"
    if verdict.missing:
        return f"{count}; thiếu {', '.join(verdict.missing_names or verdict.missing)}."
    return f"{count}."


def _unchanged(verdict: Verdict) -> str:
    if verdict.changed_after_signing:
        return "tệp bị sửa sau khi ký."
    if verdict.sealed and verdict.sealed_at:
        return f"không thay đổi sau khi ký; đóng niêm lúc {moment(verdict.sealed_at)}."
    return "không thấy thay đổi sau khi ký; tệp chưa đóng niêm."


def _who(finding: SignatureFinding) -> str:
    when = "không rõ giờ"
    if finding.time:
        source = "theo dấu thời gian" if finding.timestamped else "theo máy người ký"
        when = f"{moment(local(finding.time))} ({source})"
    name = finding.unit_name or finding.slot
    return f"{name}: {finding.signer}, {when}. {finding.reason}"


def _trusted(verdict: Verdict) -> str:
    if not verdict.anchors:
        return "không có neo tin cậy nào cho các chứng thư trong tệp."
    trial = " Là chứng thư thử nghiệm, không có giá trị pháp lý." if verdict.trial else ""
    return f"theo {'; '.join(verdict.anchors)}.{trial}"


if __name__ == "__main__":
    named = os.environ.get("GIAOUOC_KIT_SIGNERS")
    sys.exit(main(["verify", *sys.argv[1:]], listed(Path(named)) if named else None))
