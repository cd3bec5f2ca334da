"""What a full room costs: the processor time of the server while thirty phones and the screen follow one conference.

    python benchmarks/room.py [seconds]

The demonstration year behind Granian on loopback with its embedded database. Every follower asks as often as the pages do
(``ui/js/follow.js``), on a kept connection and with its own cookies; every few seconds something happens and all of them take
the page anew. The floor is the same number of requests for ``healthz`` in the same run."""

from __future__ import annotations

import http.client
import os
import re
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.harness import Server, Visitor, free_port  # noqa: E402

MEETING = "/cum/17/2026/hoi-nghi/hoi-nghi-ky-ket-giao-uoc-thi-dua-nam-2026/"
PHONES = 30
EVERY = 1.5  # seconds between two questions of one page
NEWS = 15  # seconds between two acts that everybody sees
SHARE = 0.10  # of one core, at most
ACCOUNTS = ["lanhdao.cqd", "lanhdao.ubnd", "lanhdao.ca", "lanhdao.qs", "lanhdao.dhqg"]


def cpu_seconds(server: Server) -> float:
    """Processor time that the server's processes have used so far."""
    ticks = 0
    for pid in server.processes():
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Follower(threading.Thread):
    """One page in one browser: asks for news, and takes itself anew when there are some."""

    def __init__(self, port: int, page: str, cookie: str, delay: float, until: float) -> None:
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.page, self.headers, self.delay, self.until = page, {"Cookie": cookie}, delay, until
        self.asked = self.renewed = 0

    def get(self, path: str) -> tuple[int, str]:
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode()

    def renew(self) -> str:
        status, body = self.get(self.page)
        found = re.search(r'data-follow="([^"]+)" data-mark="([^"]+)"', body)
        if status != 200 or found is None:
            raise SystemExit(f"{self.page}: {status}, does not follow")
        return f"{found[1]}?dau={found[2]}"

    def run(self) -> None:
        question = self.renew()
        time.sleep(self.delay)
        while time.monotonic() < self.until:
            self.asked += 1
            if self.get(question)[0] != 204:
                self.renewed += 1
                question = self.renew()
            time.sleep(EVERY)


def floor(server: Server, requests: int) -> float:
    """Processor seconds of so many requests for ``healthz``, spread as widely as the followers' were."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    begun = cpu_seconds(server)
    for _number in range(requests):
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    return cpu_seconds(server) - begun


def cookie_of(visitor: Visitor) -> str:
    return "; ".join(f"{one.name}={one.value}" for one in visitor.jar)


def measure(server: Server, seconds: int) -> float:
    """Follow for so many seconds; prints the figures. The share of one core that the server used beyond standing idle."""
    people = []
    for account in ACCOUNTS:
        people.append(Visitor(server.url))
        people[-1].sign_in(account)
    clerk = Visitor(server.url)
    clerk.sign_in("thuky.cqd")
    page = clerk.get(MEETING)
    clerk.post(f"{MEETING}giay-moi/")
    clerk.post(f"{MEETING}man-hinh/")
    page = clerk.get(MEETING)
    key = re.search(r"/phong-hop/[^/\"]+/", page)
    item = re.search(r"/muc/(\d+)/", page)
    assert key is not None and item is not None
    rest = cpu_seconds(server)
    time.sleep(5)
    idle = (cpu_seconds(server) - rest) / 5
    until = time.monotonic() + seconds
    cookies = [cookie_of(one) for one in people]
    crowd = [
        Follower(server.port, MEETING, cookies[number % 5], EVERY * number / PHONES, until) for number in range(PHONES)
    ]
    crowd.append(Follower(server.port, key[0], "", 0, until))
    for one in crowd:
        one.start()
    time.sleep(EVERY)  # the first look of each is no part of following
    begun, clock = cpu_seconds(server), time.monotonic()
    while time.monotonic() + NEWS < until:
        time.sleep(NEWS)
        clerk.post(f"{MEETING}muc/{item[1]}/len-man-hinh/")
    for one in crowd:
        one.join()
    took, used = time.monotonic() - clock, cpu_seconds(server) - begun
    asked, renewed = sum(one.asked for one in crowd), sum(one.renewed for one in crowd)
    share = used / took - idle
    least = floor(server, asked + renewed) / took
    print(f"{PHONES} phones and the screen, {took:.0f} s: {asked} questions, {renewed} pages taken anew")
    print(f"server at rest {idle:6.1%} of a core")
    print(f"floor, healthz {least:6.1%}")
    print(f"following      {share:6.1%} (at most {SHARE:.0%}), {share / least:.1f} times the floor")
    return share


def main() -> int:
    """Exit 1 when the room costs more than its share."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "data", free_port())
        server.start()
        try:
            share = measure(server, seconds)
        finally:
            server.interrupt()
    return 1 if share > SHARE else 0


if __name__ == "__main__":
    raise SystemExit(main())
