"""``bin/giaouoc rehearse``: the whole day in a scratch installation, with its proofs at the end."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .demo import environment, refuse, writable_folder

NAMES = {
    "1": "Đã xác nhận là còn",
    "2": "Chữ đã ký không đổi",
    "3": "Kết quả cuối tính lại được",
    "4": "Mỗi điểm có đường dẫn",
    "5": "Không thấy việc chưa gửi của đơn vị khác",
    "6": "Phiếu đếm một lần",
    "7": "Nhật ký chỉ thêm, nối chuỗi",
    "8": "Đã đóng là đóng",
    "9": "Chữ Việt nguyên vẹn",
}
WIDTH = 24
CONTRACT = ("pact", "verification", "audit_head", "text_hash", "ranking", "invariants")


def _progress(step: int, of: int, words: str) -> None:
    done = WIDTH * step // of
    if sys.stderr.isatty():
        print(f"\r[{'█' * done}{'·' * (WIDTH - done)}] {words[:70]:<70}", end="", file=sys.stderr, flush=True)
    else:
        print(f"[{step:>2}/{of}] {words}", file=sys.stderr, flush=True)


def main(argv: Sequence[str]) -> int:
    """Exit 0 when every step came to what it should, the pact is valid and no invariant is broken."""
    parser = argparse.ArgumentParser(prog="bin/giaouoc rehearse")
    parser.add_argument("--units", type=int, default=5)
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    if not 2 <= options.units <= 60:
        refuse("--units nhận số đơn vị từ 2 đến 60.")
    kept = options.data is not None
    folder = writable_folder(options.data.absolute()) if kept else Path(tempfile.mkdtemp(prefix="giaouoc-dien-tap-"))
    if any(folder.iterdir()):
        refuse(f"thư mục {folder} không trống; diễn tập cần một thư mục mới hoặc trống.")
    environment(folder, "rehearse", "http://127.0.0.1")
    try:
        found = _rehearse(options.units, options.seed)
    except Exception:
        print(f"\nDiễn tập dừng giữa chừng; dữ liệu còn tại {folder}", file=sys.stderr)
        raise
    if options.json:
        print(json.dumps({key: found[key] for key in CONTRACT}, ensure_ascii=False))
    good = found["verification"]["verdict"] == "valid" and "broken" not in found["invariants"].values()
    if not kept and not good:
        print(f"Giữ lại dữ liệu tại {folder}", file=sys.stderr)
    if not options.json:
        _print(found)
    return 0 if good else 1


def _rehearse(units: int, seed: int) -> dict[str, Any]:
    import django

    django.setup()
    from django.conf import settings

    from giaouoc.audit.trail import audit_head
    from giaouoc.clusters.bootstrap import mark_demonstration
    from giaouoc.demo.rehearsal import Rehearsal
    from giaouoc.lib import clock
    from giaouoc.lib.clock import RealClock, SetClock
    from giaouoc.lib.dates import moment
    from giaouoc.signing.engine.process import verify_in_process

    from . import prepare
    from .invariants import examine_all

    prepare.make_folders()
    prepare.migrate()
    hand = SetClock(RealClock().now())
    clock.install(hand)
    begun = time.monotonic()
    rehearsal = Rehearsal(hand, units=units, seed=seed, tell=_progress)
    rehearsal.live()
    day = rehearsal.live_on()
    mark_demonstration(now=hand.now())
    if sys.stderr.isatty():
        print(file=sys.stderr)
    path = settings.DATA / "giao-uoc-2026.pdf"
    shutil.copyfile(rehearsal.head.path, path)
    path.chmod(0o644)
    verdict = verify_in_process(path.read_bytes(), settings.TRUST)
    return {
        "pact": str(path),
        "verification": verdict.to_json(),
        "audit_head": audit_head(),
        "text_hash": day.text_hash,
        "ranking": [],
        "invariants": examine_all(path.read_bytes()),
        "timeline": [{"at": moment(at), "what": words} for at, words in day.timeline],
        "units": units,
        "comments": day.comments,
        "outcomes": day.outcomes,
        "seconds": round(time.monotonic() - begun, 1),
    }


def _print(found: dict[str, Any]) -> None:
    print("\nDòng thời gian")
    for one in found["timeline"]:
        print(f"  {one['at']:<24} {one['what']}")
    print(f"\nKết cục đã soát ngay khi diễn ra: {found['outcomes']}, tất cả đúng như phải có.")
    verification = found["verification"]
    print(f"\nGiao ước đã ký: {found['pact']}")
    print(
        f"Xác minh: {verification['verdict']} ({verification['signed']}/{verification['expected']}). {verification['reason']}"
    )
    print(f"Mã văn bản: {json.dumps(found['text_hash'])}")
    print("Xếp hạng: chưa có chấm điểm")
    print(f"Đầu chuỗi nhật ký: {found['audit_head']}")
    for key, word in found["invariants"].items():
        print(f"  {key}. {NAMES[key]}: { {'held': 'giữ', 'broken': 'HỎNG', 'not built': 'chưa xây'}[word] }")
