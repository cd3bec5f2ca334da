"""The processes of a running installation: one parent that starts web server and worker, and ends them together.

Each child leads a process group of its own, so that it can be ended with all that it started; should the parent be killed
outright, the children are told by the kernel (Linux) and end by themselves."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence

GRACE = 3.5  # seconds between asking and killing
PR_SET_PDEATHSIG = 1


class Child:
    """One supervised process."""

    def __init__(self, name: str, arguments: Sequence[str]) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, "-m", "giaouoc.cli.serving", str(os.getpid()), *arguments], process_group=0
        )

    def ask(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def supervise(children: Sequence[tuple[str, Sequence[str]]], *, started: Callable[[], None] | None = None) -> int:
    """Start the children and wait. SIGINT or SIGTERM ends them all within five seconds; exit code 0.

    A child that ends by itself ends the others too; exit code 1 and a line that names it."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    running = [Child(name, arguments) for name, arguments in children]
    fallen: Child | None = None
    announced = started is None
    waiter = threading.Thread(target=started, daemon=True) if started else None
    if waiter is not None:
        waiter.start()
    while not stop.is_set():
        fallen = next((child for child in running if child.process.poll() is not None), None)
        if fallen is not None:
            break
        stop.wait(0.1)
    for child in running:
        child.ask()
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline and any(child.process.poll() is None for child in running):
        time.sleep(0.03)
    for child in running:
        child.kill()
        child.process.wait()
    if fallen is not None and not stop.is_set():
        _say(f"giaouoc: {fallen.name} đã dừng bất ngờ (mã {fallen.process.returncode}); đã dừng tất cả.")
        return 1
    if not announced:
        _say("Đã dừng.")
    return 0


def _wait_ready(port: int, then: Callable[[], None]) -> Callable[[], None]:
    def wait() -> None:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                    then()
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)

    return wait


def _web(host: str, port: int, workers: int) -> list[str]:
    return ["web", host, str(port), str(workers)]


def serve_demo(port: int, accounts: Sequence[tuple[str, str]]) -> int:
    """Serve the demonstration on this machine only; print the address and the accounts when it answers."""
    from giaouoc.demo.load import demo_password

    def tell() -> None:
        width = max((len(who) for who, _ in accounts), default=0)
        print(
            f"\nGiao Ước đang chạy tại  http://127.0.0.1:{port}\n\nTài khoản minh họa, mật khẩu chung: {demo_password()}"
        )
        for who, email in accounts:
            print(f"  {who:<{width}}  {email}")
        print("\nDừng bằng Ctrl-C.", flush=True)

    children = [("máy chủ web", _web("127.0.0.1", port, 1)), ("tiến trình nền", ["worker"])]
    return supervise(children, started=_wait_ready(port, tell))


def serve(host: str, port: int, *, worker: bool) -> int:
    """Serve a real installation."""
    children: list[tuple[str, Sequence[str]]] = [("máy chủ web", _web(host, port, 2))]
    if worker:
        children.append(("tiến trình nền", ["worker"]))
    return supervise(children, started=_wait_ready(port, lambda: _say(f"Đang chạy tại http://{host}:{port}")))


def work() -> int:
    """Only the background process."""
    return supervise([("tiến trình nền", ["worker"])], started=lambda: _say("Tiến trình nền đang chạy."))


# -- inside a child


def _end_with_parent(parent: int) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit(0)


def _run_web(host: str, port: int, workers: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=8,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=2,
    ).serve()


def _tick_for_ever(stop: threading.Event) -> None:
    import logging

    from django.db import close_old_connections

    from giaouoc.lib import clock

    from .tick import tick

    while not stop.wait(15):
        try:
            tick(clock.current().now())
        except Exception:  # the next round tries again; the log says what failed
            logging.getLogger("giaouoc.tick").exception("tick failed")
        finally:
            close_old_connections()


def _run_worker() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    stop = threading.Event()
    threading.Thread(target=_tick_for_ever, args=[stop], daemon=True).start()
    try:
        call_command("db_worker", startup_delay=False, verbosity=0)
    except SystemExit:
        pass
    finally:
        stop.set()


def main(arguments: Sequence[str]) -> int:
    """A child of ``supervise``: the parent's process id, then web HOST PORT WORKERS, or worker."""
    _end_with_parent(int(arguments[0]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if arguments[1] == "web":
        _run_web(arguments[2], int(arguments[3]), int(arguments[4]))
    else:
        _run_worker()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
