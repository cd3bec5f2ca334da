"""What the alignment of two drafts gets right, on generated revisions, and how long it takes.

``python benchmarks/align.py [revisions] [seed] [--show]``: by default 240 revisions of the sample drafts and of invented
regulations. Exit 1 when 0.1 % or more of the clauses are silently wrong, or two drafts of 900 clauses take 200 ms."""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from giaouoc.documents.rules.align import align
from giaouoc.documents.rules.draft_import import import_draft
from giaouoc.documents.tests import revisions

DATA = Path(__file__).resolve().parents[1] / "giaouoc" / "demo" / "data"
WRONG, SLOW = 0.001, 0.200  # share of clauses, seconds


def main() -> int:
    """Print the table; say by the exit code whether both limits hold."""
    parser = argparse.ArgumentParser()
    parser.add_argument("revisions", type=int, nargs="?", default=240)
    parser.add_argument("seed", type=int, nargs="?", default=1)
    parser.add_argument("--show", action="store_true", help="each clause that is silently wrong")
    options = parser.parse_args()
    names = ("quy-che-du-thao-1", "quy-che-du-thao-2", "ke-hoach-2026-du-thao-1")
    samples = [import_draft((DATA / f"{one}.docx").read_bytes()).tree for one in names]
    total = revisions.Score()
    for kind in ("sample, light", "sample, heavy", "invented, light", "invented, heavy"):
        score = revisions.Score()
        for at in range(options.revisions // 4):
            rng = random.Random(f"{options.seed} {kind} {at}")
            tree: Any = samples[at % 3] if kind.startswith("sample") else revisions.regulation(rng, rng.randint(10, 24))
            revision = revisions.revise(tree, rng, hard=kind.endswith("heavy"))
            score.add(revisions.judge(revision, align(revision.old, revision.new)))
        _line(kind, score)
        if options.show:
            print("\n".join(f"    {one}" for one in score.bad))
        total.add(score)
    _line("all", total)
    took = speed(options.seed)
    print(f"two drafts of 900 clauses, a quarter reworded: {took * 1000:.0f} ms")
    return 1 if total.wrong / total.all >= WRONG or took >= SLOW else 0


def _line(name: str, score: revisions.Score) -> None:
    share = [100 * one / score.all for one in (score.right, score.wrong, score.asked)]
    print(
        f"{name:16} {score.all:6} clauses   right {share[0]:6.2f} %   silently wrong {share[1]:5.3f} % ({score.wrong})   "
        f"asked {share[2]:5.2f} % ({score.questions} questions, guess right for {score.guessed} of {score.asked} clauses)"
    )


def speed(seed: int) -> float:
    """Median processor seconds for two drafts of 900 leaf clauses with a quarter of them reworded and one of each other change."""
    times = []
    for at in range(5):
        rng = random.Random(f"{seed} speed {at}")
        revision = revisions.revise(revisions.regulation(rng, leaves=900), rng, hard=False)
        started = time.process_time()
        align(revision.old, revision.new)
        times.append(time.process_time() - started)
    return statistics.median(times)


if __name__ == "__main__":
    raise SystemExit(main())
