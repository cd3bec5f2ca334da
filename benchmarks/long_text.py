"""A regulation of 900 leaf clauses with 2,000 comments: its page opens folded, under 12 times an empty view.

    python benchmarks/long_text.py [rounds]

The demonstration behind Granian on loopback, one client, signed in, as benchmarks/pages.py; the text and its comments are put
into its database before. The alignment of two such drafts is in benchmarks/align.py."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["GIAOUOC_BENCHMARK"] = "1"

from benchmarks.pages import NOTE, YEAR, beside, cookie_of  # noqa: E402
from tests.harness import Server, Visitor, clean_environment, free_port  # noqa: E402

BOUND = 12
TEXT = f"{YEAR}van-ban/quy-che-dai/"
FILL = """
import random
from giaouoc.clusters.models import Mandate, Year
from giaouoc.documents.actions.imports import add_version
from giaouoc.documents.actions.rounds import open_round
from giaouoc.documents.models import Comment, Document, UnitSubmission
from giaouoc.documents.tests.revisions import regulation
from giaouoc.lib.clock import current
from datetime import timedelta
from django.db import transaction

now = current().now()
year = Year.objects.get()
secretary, leader = (Mandate.objects.get(user__email=f"{one}.cqd@giaouoc.test") for one in ("thuky", "lanhdao"))
for by in (secretary, leader):
    by.year = year
tree = regulation(random.Random(1), 90, leaves=900)
document = Document.objects.create(
    year=year, kind="regulation", title="Quy che dai", slug="quy-che-dai", drafting_unit=secretary.unit, made_at=now
)
with transaction.atomic():
    version = add_version(document, tree, by=secretary, now=now)
round = open_round(version, by=leader, now=now, closes_at=now + timedelta(days=20))
texts = [one for one in version.texts.order_by("position") if one.kind in {"paragraph", "point"}]
bundles = list(UnitSubmission.objects.filter(round=round))
Comment.objects.bulk_create(
    Comment(
        submission=bundles[at % len(bundles)], author=secretary, provision_id=texts[at * len(texts) // 2000].provision_id,
        citation=texts[at * len(texts) // 2000].citation, kind="ask", reason=f"De nghi neu ro thoi han, lan {at}.",
        made_at=now, changed_at=now,
    )
    for at in range(2000)
)
UnitSubmission.objects.filter(round=round).update(state="sent", sent_at=now)
print(len(texts))
"""


def main() -> int:
    """Print milliseconds and ratios; exit 1 when the folded page is over its bound."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        server = Server(data, free_port())
        server.start()
        try:
            environment = clean_environment(
                GIAOUOC_MODE="demo", GIAOUOC_DATA=str(data), DJANGO_SETTINGS_MODULE="config.settings"
            )
            code = f"import django; django.setup()\n{FILL}"
            made = subprocess.run(
                [sys.executable, "-c", code], env=environment, cwd=ROOT, check=True, capture_output=True, text=True
            )
            visitor = Visitor(server.url)
            visitor.sign_in("thuky.cqd")
            cookie = cookie_of(visitor)
            nothing, folded, long = f"{YEAR}trang-trong/", TEXT, f"{TEXT}?toan-van=1"
            page, whole = visitor.get(folded), visitor.get(long)
            empty, took = beside(server.port, ((nothing, cookie), (folded, cookie)), rounds)
            least, most = beside(server.port, ((nothing, cookie), (long, cookie)), max(3, rounds // 10))
            print(f"leaf clauses {made.stdout.strip()}, remarks on the whole text {len(re.findall(NOTE, whole))}")
            print(f"empty view, signed in  {empty:8.2f} ms")
            print(
                f"folded page            {took:8.2f} ms {took / empty:6.1f} times (at most {BOUND}), "
                f"{len(re.findall(NOTE, page))} remarks"
            )
            print(f"the whole on one page  {most:8.2f} ms {most / least:6.1f} times")
        finally:
            server.interrupt()
    return 1 if took / empty > BOUND else 0


if __name__ == "__main__":
    raise SystemExit(main())
