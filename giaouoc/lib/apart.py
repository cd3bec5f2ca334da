"""Đọc riêng: a hostile file may eat memory, time or the interpreter itself; it does so in a process of its own with limits.

Both sides are here: who asks (``ask_apart``) and the first lines of the program that answers (``limit``, ``no_network``).
This module is light: the command line, the web process and the offline kit import no PDF library for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

try:
    import resource
except ImportError:  # Windows, with the offline kit
    resource = None  # type: ignore[assignment]

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 20
PACKAGE_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Answer:
    """What came on standard output until the process ended. ``code``: its exit, negative for a signal, None for one that
    took longer than it may and was ended."""

    output: bytes
    code: int | None


def ask_apart(module: str, order: bytes, *, seconds: float) -> Answer:
    """Run ``python -m module`` with the order on standard input; ``seconds`` by the clock."""
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE_ROOT), "PYTHONIOENCODING": "utf-8", "PYTHONHASHSEED": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd="/",
        start_new_session=True,
    )
    try:
        output, _errors = process.communicate(order, timeout=seconds)
    except subprocess.TimeoutExpired:
        return Answer(_kill(process), None)
    except BaseException:
        _kill(process)
        raise
    return Answer(output, process.returncode)


def _kill(process: subprocess.Popen[bytes]) -> bytes:
    with suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:  # Windows, with the offline kit
            process.kill()
    return process.communicate()[0]


def limit(cpu_seconds: int = CPU_SECONDS) -> None:
    """Memory and processor time of this process, and no file to write. Windows knows no such limits."""
    if resource is None:
        return
    for kind, wanted in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(kind)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (most, most))


class _Absent(ModuleType):
    """Stands where a module would; whatever is asked of it is a kind of error that nothing raises."""

    def __getattr__(self, name: str) -> type[Exception]:
        return type(name, (Exception,), {})


def no_network(*without: str) -> None:
    """From here on this process reaches nobody. ``without``: modules that only speak to the network and that a library
    would load all the same, a third of its whole time."""
    import socket

    for name in without:
        sys.modules.setdefault(name, _Absent(name))

    def refuse(*_args: object, **_kwargs: object) -> NoReturn:
        raise OSError("verification uses no network")

    really_connect = socket.socket.connect

    class Deaf(socket.socket):
        """A socket that reaches nobody; the event loop still gets its own pair."""

        def connect(self, address: Any) -> None:
            if sys.platform != "win32" or address[0] not in ("127.0.0.1", "::1"):  # there, a loop's pair is made so
                refuse()
            really_connect(self, address)

        connect_ex = refuse  # type: ignore[assignment]
        sendto = refuse  # type: ignore[assignment]

    socket.socket = Deaf  # type: ignore[misc]
    socket.create_connection = refuse
    socket.getaddrinfo = refuse
