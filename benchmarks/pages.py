"""Pages as ratios in one run: the median of each main page over that of an empty view behind the same middleware.

    python benchmarks/pages.py [rounds]

The demonstration year behind Granian on loopback, one client, signed in; the two units that have not spoken send comments
until the text carries a hundred. The empty view loads session, year and mandate like any page of the year and answers with
two letters."""

from __future__ import annotations

import http.client
import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["GIAOUOC_BENCHMARK"] = "1"

from tests.harness import Server, Visitor, free_port  # noqa: E402

YEAR = "/cum/17/2026/"
TEXT = f"{YEAR}van-ban/quy-che-to-chuc-va-hoat-dong/"
REMARKS = 100
NOTE = r'class="note\b(?!_)'  # a remark, not a part of one
SILENT = ["dhqg", "qs"]  # have sent nothing in the demonstration
PAGES = [  # name, address, account, most times the empty view
    ("the year's page", YEAR, "thuky.cqd", 8),
    ("Việc cần làm", "/viec-can-lam/", "thuky.cqd", 8),
    ("clause tree", TEXT, "thuky.cqd", 8),
    ("clause tree of a member", TEXT, "thuky.dhqg", 8),
    ("table of answers", f"{TEXT}tiep-thu/", "thuky.cqd", 12),
    ("conference", f"{YEAR}hoi-nghi/hoi-nghi-ky-ket-giao-uoc-thi-dua-nam-2026/", "thuky.cqd", 8),
    ("public article", "", "", 4),
]


def ask(connection: http.client.HTTPConnection, path: str, cookie: str) -> float:
    """Milliseconds of one request on a kept connection."""
    begun = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "identity"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    return (time.perf_counter() - begun) * 1000


def beside(port: int, paths: tuple[tuple[str, str], ...], rounds: int) -> list[float]:
    """Median milliseconds of each address with its cookies, asked in turn: a busy moment of the machine strikes them all."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times = [[ask(connection, *one) for one in paths] for _round in range(rounds + 5)][5:]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def cookie_of(visitor: Visitor) -> str:
    return "; ".join(f"{one.name}={one.value}" for one in visitor.jar)


def publish(visitor: Visitor) -> str:
    """An article of ordinary length; its address."""
    visitor.get(f"{YEAR}tin-tuc/viet/")
    text = "\n\n".join(["Hội nghị của Cụm đã thảo luận hai dự thảo với ý kiến của năm đơn vị. " * 4] * 8)
    visitor.post(f"{YEAR}tin-tuc/viet/", title="Tin để đo", lead="Đoạn dẫn", body=text, tags="", byline="")
    visitor.post(visitor.at.removeprefix(visitor.base) + "dang/")
    return "/tin-tuc/tin-de-do/"


def speak(base: str, unit: str, count: int) -> None:
    """A unit's secretary writes comments spread over the clauses, its leader sends them."""
    secretary, leader = Visitor(base), Visitor(base)
    secretary.sign_in(f"thuky.{unit}")
    clauses = re.findall(r"gop-y/moi/\?dk=([0-9a-f-]{36})", secretary.get(TEXT))
    for number in range(count):
        path = f"{TEXT}gop-y/moi/?dk={clauses[number * len(clauses) // count]}"
        secretary.get(path)
        secretary.post(
            path, kind="ask", reason=f"Đề nghị nói rõ đơn vị chủ trì và thời hạn thực hiện, lần thứ {number}."
        )
    secretary.get(f"{TEXT}don-vi/")
    secretary.post(f"{TEXT}don-vi/trinh/")
    leader.sign_in(f"lanhdao.{unit}")
    leader.get(f"{TEXT}don-vi/")
    leader.post(f"{TEXT}don-vi/gui/")


def main() -> int:
    """Print milliseconds and ratios; exit 1 when a ratio is over its bound."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    over = []
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "data", free_port())
        server.start()
        try:
            visitors = {}
            for account in ("thuky.cqd", "thuky.dhqg"):
                visitors[account] = Visitor(server.url)
                visitors[account].sign_in(account)
            article = publish(visitors["thuky.cqd"])
            missing = REMARKS - len(re.findall(NOTE, visitors["thuky.cqd"].get(TEXT)))
            for unit in SILENT:
                speak(server.url, unit, -(-missing // len(SILENT)))
            cookies = {account: cookie_of(visitor) for account, visitor in visitors.items()} | {"": ""}
            nothing = (f"{YEAR}trang-trong/", cookies["thuky.cqd"])
            empty, bare = beside(server.port, (nothing, ("/healthz", "")), rounds)
            print(f"{'empty view, signed in':28} {empty:7.2f} ms\n{'healthz':28} {bare:7.2f} ms")
            for name, path, account, bound in PAGES:
                page = visitors.get(account or "thuky.cqd")
                assert page is not None
                took, empty = beside(server.port, ((path or article, cookies[account]), nothing), rounds)
                ratio = took / empty
                print(f"{name:28} {took:7.2f} ms {ratio:6.1f} times (at most {bound})")
                if ratio > bound:
                    over.append(name)
            tree = visitors["thuky.cqd"].get(TEXT)
            clauses, remarks = len(re.findall("clause__text", tree)), len(re.findall(NOTE, tree))
            print(f"clause tree: {clauses} clauses, {remarks} remarks")
            if remarks < REMARKS:
                over.append(f"only {remarks} remarks on the tree")
        finally:
            server.interrupt()
    if over:
        print(f"over the bound: {', '.join(over)}")
    return 1 if over else 0


if __name__ == "__main__":
    raise SystemExit(main())
