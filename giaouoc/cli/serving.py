"""The processes of a running installation: one parent that starts web server and worker, and ends them together.

Each child leads a process group of its own, so that it can be ended with all that it started; should the parent be killed
outright, the children are told by the kernel (Linux) and end by themselves."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence

GRACE = 3.5  # seconds between asking and killing
SETTLED = 20.0  # seconds after which a child that ends by itself is started again, not taken as unable to start
PATIENCE = 60.0  # seconds until the first answer
PR_SET_PDEATHSIG = 1


class Child:
    """One supervised process."""

    def __init__(self, name: str, arguments: Sequence[str]) -> None:
        self.name = name
        self.arguments = arguments
        self.start()

    def start(self) -> None:
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "giaouoc.cli.serving", str(os.getpid()), *self.arguments],
            process_group=0,
            stdin=subprocess.DEVNULL,
        )

    def ask(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()

    def kill(self) -> None:
        """End it with all that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def port_trouble(host: str, port: int) -> str:
    """Why one cannot listen on this port, as a sentence; '' when one can."""
    if not 1 <= port <= 65535:
        return f"cổng {port} không hợp lệ; chọn số từ 1 đến 65535."
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = port + 1 if port < 65535 else port - 1
            return f"cổng {port} đang được dùng. Chọn cổng khác, thí dụ --port {other}"
        if error.errno == errno.EACCES:
            return f"không được phép dùng cổng {port}; chọn cổng từ 1024 trở lên."
        return f"không lắng nghe được tại {host}: {error.strerror}."
    return ""


def supervise(children: Sequence[tuple[str, Sequence[str]]], *, started: Callable[[], None]) -> int:
    """Start the children and wait. SIGINT, SIGTERM or SIGHUP ends them all within five seconds; exit code 0.

    A child that ends by itself is started again. One that ends right after its start ends the others too: exit code 1 and a
    line that names it. ``started`` is called in a thread of its own."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup wants to go on
            signal.signal(number, lambda *_: stop.set())
    running = [Child(name, arguments) for name, arguments in children]
    threading.Thread(target=started, daemon=True).start()
    unable: Child | None = None
    while not stop.is_set() and unable is None:
        for child in running:
            if child.process.poll() is None or stop.is_set():
                continue
            if time.monotonic() - child.begun < SETTLED:
                unable = child
                break
            _say(f"giaouoc: {child.name} đã dừng bất ngờ (mã {child.process.returncode}); khởi động lại.")
            child.kill()
            child.start()
        stop.wait(0.1)
    for child in running:
        child.ask()
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline and any(child.process.poll() is None for child in running):
        time.sleep(0.03)
    for child in running:
        child.kill()
    if unable is not None:
        _say(f"giaouoc: {unable.name} không chạy được (mã {unable.process.returncode}); đã dừng tất cả.")
        return 1
    _say("Đã dừng.")
    return 0


def _wait_ready(host: str, port: int, then: Callable[[], None], *, name: str = "") -> Callable[[], None]:
    """Calls ``then`` once the server answers there. ``name``: the host name that requests carry."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    url = f"http://[{host}]:{port}/healthz" if ":" in host else f"http://{host}:{port}/healthz"
    request = urllib.request.Request(url, headers={"Host": name} if name else {})
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def wait() -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with direct.open(request, timeout=2):
                    then()
                    return
            except OSError:
                time.sleep(0.05)
        _say(f"giaouoc: máy chủ web chưa trả lời sau {PATIENCE:.0f} giây.")

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
    return supervise(children, started=_wait_ready("127.0.0.1", port, tell))


def serve(host: str, port: int, *, workers: int, worker: bool, name: str) -> int:
    """Serve a real installation. ``workers``: web processes; ``worker``: whether the background process runs too;
    ``name``: a host name that the installation answers to."""
    children: list[tuple[str, Sequence[str]]] = [("máy chủ web", _web(host, port, workers))]
    if worker:
        children.append(("tiến trình nền", ["worker"]))
    at = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    return supervise(children, started=_wait_ready(host, port, lambda: _say(f"Đang chạy tại {at}"), name=name))


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
