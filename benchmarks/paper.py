"""Speed of the papers, as ratios to an empty Typst page in the same run: ``python benchmarks/paper.py [rounds]``.

Each paper differs a little every time, so that nothing comes out of a cache as a whole."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from giaouoc.documents.paper.clauses import VersionPaper, render_clauses
from giaouoc.documents.paper.minutes import render_minutes
from giaouoc.documents.paper.pact import Commitment, render_pact
from giaouoc.documents.paper.response_table import ResponsePaper, ResponseRow, render_response_table
from giaouoc.documents.tests import paper_samples as samples
from giaouoc.lib.typst import render

EMPTY = (
    '#let data = json(bytes(sys.inputs.data))\n#set document(title: data.title)\n#set text(lang: "vi")\n#data.title\n'
)


def main(rounds: int) -> None:
    """Print median milliseconds and the ratio to the empty page."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder, "empty.typ")
        template.write_text(EMPTY, encoding="utf-8")
        articles = [
            {
                "kind": "article",
                "number": str(at),
                "heading": "Tên điều",
                "text": "",
                "children": [
                    {"kind": "paragraph", "number": "1", "heading": None, "text": "Lời. " * 30, "children": []}
                ],
            }
            for at in range(1, 61)
        ]
        version = VersionPaper(
            samples.CLUSTER, samples.SUPERVISOR, 2026, "Quy chế", samples.PLACE, articles, samples.sha("v"), samples.DAY
        )
        row = ResponseRow(
            "Đảng ủy", "khoản 2 Điều 5", "Ý kiến", "Đề xuất", "Lý do", "Tiếp thu", "Đã sửa", None, "Lời mới"
        )
        table = ResponsePaper(
            samples.CLUSTER, samples.SUPERVISOR, "ý kiến góp ý", samples.PLACE, date(2026, 3, 4), (row,) * 100
        )
        pact5, pact30, minutes5 = samples.pact(5), samples.pact(30), samples.minutes(5)
        jobs: dict[str, Callable[[int], object]] = {
            "empty page": lambda n: render(template, {"title": f"x {n}"}, day=samples.DAY, root=Path(folder)),
            "pact, 5 units": lambda n: render_pact(replace(pact5, commitments=(Commitment(f"Việc {n}"),))),
            "pact, 30 units": lambda n: render_pact(replace(pact30, commitments=(Commitment(f"Việc {n}"),))),
            "minutes, 5 units": lambda n: render_minutes(replace(minutes5, conclusion=f"Kết luận {n}")),
            "regulation, 60 articles": lambda n: render_clauses(replace(version, title=f"Quy chế {n}")),
            "response table, 100 rows": lambda n: render_response_table(replace(table, subject=f"ý kiến {n}")),
        }
        base = 0.0
        for name, job in jobs.items():
            started = time.perf_counter()
            job(-1)
            cold = time.perf_counter() - started
            times = [_timed(job, n) for n in range(rounds)]
            median = statistics.median(times)
            base = base or median
            print(f"{name:26} cold {cold * 1000:7.1f} ms   warm {median * 1000:7.1f} ms  {median / base:6.1f} x empty")


def _timed(job: Callable[[int], object], number: int) -> float:
    started = time.perf_counter()
    job(number)
    return time.perf_counter() - started


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
