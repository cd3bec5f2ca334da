"""A real server of the program in a data folder of its own, to be killed and started again."""

from __future__ import annotations

import contextlib
import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(arguments: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of bin/giaouoc to its end."""
    return subprocess.run(
        [sys.executable, "-m", "giaouoc.cli", *arguments],
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=180,
    )


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without what belongs to the tests themselves."""
    own = ("GIAOUOC_", "DJANGO_", "DATABASE_URL", "PYTEST")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(own) or k == "GIAOUOC_BENCHMARK"}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1", **more}


class Server:
    """``bin/demo`` without the shell: parent, web server and worker in a session of their own."""

    def __init__(self, folder: Path, port: int, database: str = "") -> None:
        self.folder, self.port, self.database = folder, port, database
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, patience: float = 120) -> None:
        """Start and wait until it answers."""
        environment = clean_environment(**({"GIAOUOC_DEMO_DATABASE_URL": self.database} if self.database else {}))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "giaouoc.cli", "demo", "--port", str(self.port), "--data", str(self.folder)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            with (
                contextlib.suppress(OSError, urllib.error.URLError),
                urllib.request.urlopen(f"{self.url}/readyz", timeout=2),
            ):
                return
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}")
            time.sleep(0.05)
        raise RuntimeError("the server does not answer")

    def processes(self) -> list[int]:
        """The parent and everything below it."""
        assert self.process is not None
        below: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError, ValueError):
                words = stat.read_text().rpartition(")")[2].split()
                below.setdefault(int(words[1]), []).append(int(stat.parent.name))
        found, waiting = [], [self.process.pid]
        while waiting:
            one = waiting.pop()
            found.append(one)
            waiting.extend(below.get(one, []))
        return found

    def kill(self) -> None:
        """SIGKILL to every process at once."""
        assert self.process is not None
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def interrupt(self) -> float:
        """Ctrl-C: SIGINT to the process group; how many seconds it took to end."""
        assert self.process is not None
        begun = time.monotonic()
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(timeout=20)
        return time.monotonic() - begun


class Visitor:
    """Somebody with a browser that keeps cookies and knows forms, by the standard library alone."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.page = ""

    def get(self, path: str) -> str:
        with self.opener.open(self.base + path, timeout=20) as answer:
            self.page = answer.read().decode()
        return self.page

    def post(self, path: str, **fields: str) -> str:
        """Send a form; the page that it leads to. Raises URLError, HTTPError."""
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page)
        fields["csrfmiddlewaretoken"] = found[1] if found else ""
        request = urllib.request.Request(self.base + path, urllib.parse.urlencode(fields).encode())
        request.add_header("Referer", self.base + path)
        with self.opener.open(request, timeout=20) as answer:
            self.page = answer.read().decode()
            self.at = answer.geturl()
        return self.page

    def sign_in(self, account: str, password: str = "thi-dua-2026") -> None:
        self.get("/dang-nhap/")
        self.post("/dang-nhap/", login=f"{account}@giaouoc.test", password=password)
        if "/dang-nhap/" in self.at:
            raise RuntimeError("could not sign in")
