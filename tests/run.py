"""``bin/test``: style, types, import order, migrations, tests on SQLite, the same on PostgreSQL, browser tests.

All steps run, so that one sees everything; the last line adds them up. With CI=true nothing may be skipped: what the tests
need and the machine lacks is installed, or the run fails."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from . import template

NOTHING_COLLECTED = 5  # pytest's exit code
ROOT = Path(__file__).resolve().parents[1]
CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
NEEDS = {  # Debian package: one of these programs shows that it is there
    "postgresql": ["initdb", "postgres"],
    "chromium": ["chromium", "chromium-browser", "google-chrome"],
    "poppler-utils": ["pdfsig", "pdftotext"],
    "qpdf": ["qpdf"],
    "gettext": ["xgettext", "msgfmt"],
    "libnss3-tools": ["certutil"],
    "softhsm2": ["softhsm2-util"],
}


def say(line: str) -> None:
    print(line, flush=True)


def find(program: str) -> str | None:
    """A program on the PATH, or where Debian keeps PostgreSQL's own."""
    found = shutil.which(program)
    if found or program not in {"initdb", "postgres", "pg_ctl"}:
        return found
    candidates = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda p: int(p.parts[-3].split(".")[0])
    )
    return str(candidates[-1]) if candidates else None


def present(package: str) -> bool:
    programs = NEEDS[package]
    if package == "chromium":
        return any(map(find, programs))
    return all(map(find, programs)) and (package != "postgresql" or postgres_version() >= 15)


def postgres_version() -> int:
    """The major version of the server program; 0 when it does not tell."""
    told = subprocess.run([find("postgres") or "postgres", "--version"], capture_output=True, text=True).stdout
    version = re.search(r"(\d+)", told)
    return int(version[1]) if version else 0


def install_missing() -> list[str]:
    """Install what is missing where that is possible without asking; what is still missing."""
    missing = [package for package in NEEDS if not present(package)]
    if missing and shutil.which("apt-get"):
        prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
        if not prefix or shutil.which("sudo"):
            say(f"Cài {', '.join(missing)} …")
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
            for command in (["apt-get", "update", "-q"], install):
                quiet = subprocess.DEVNULL
                subprocess.run([*prefix, *command], env=environment, stdout=quiet, stdin=quiet)
    return [package for package in missing if not present(package)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def private_postgres() -> Iterator[str]:
    """A throwaway PostgreSQL on a port of its own; its address. GIAOUOC_TEST_DATABASE_URL names one to use instead."""
    if given := os.environ.get("GIAOUOC_TEST_DATABASE_URL"):
        yield given
        return
    initdb, postgres = find("initdb") or "initdb", find("postgres") or "postgres"
    # Where its user may go, and short: the name of a socket has no more than 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="giaouoc-pg-", dir="/tmp"))
    port = free_port()
    setpriv = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    as_user: list[str] = []
    if os.geteuid() == 0:
        import pwd

        name = next(one for one in ("postgres", "nobody") if _user_exists(one))
        entry = pwd.getpwnam(name)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        as_user = [f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
        setpriv = setpriv or ["setpriv"]
    data = folder / "data"
    options = ["listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "fsync=off", "synchronous_commit=off"]
    options += ["full_page_writes=off", "max_connections=200", "shared_buffers=128MB", "log_min_messages=fatal"]
    common = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run(
        [
            *setpriv,
            *as_user,
            initdb,
            "-D",
            str(data),
            "-U",
            "giaouoc",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        ],
        check=True,
        **common,
    )
    server = subprocess.Popen(
        [*setpriv, *as_user, postgres, "-D", str(data), "-p", str(port), *(f"-c{one}" for one in options)],
        stderr=subprocess.DEVNULL,
        **common,
    )
    try:
        _wait_for(port, server)
        yield f"postgres://giaouoc@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _user_exists(name: str) -> bool:
    import pwd

    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(0.3)
                return
        time.sleep(0.1)
    raise SystemExit("giaouoc: PostgreSQL không khởi động được.")


class Totals:
    """What all steps counted."""

    def __init__(self) -> None:
        self.passed = self.failed = self.skipped = 0
        self.broken: list[str] = []

    def count(self, output: str) -> None:
        tail = output.strip().splitlines()[-1] if output.strip() else ""
        for number, word in re.findall(r"(\d+) (passed|failed|errors?|skipped|xfailed)", tail):
            if word == "passed":
                self.passed += int(number)
            elif word in {"failed", "error", "errors"}:
                self.failed += int(number)
            else:
                self.skipped += int(number)


def clean_environment() -> dict[str, str]:
    """The environment without the settings of an installation: tests must not reach one that this machine serves."""
    settings = ("GIAOUOC_", "DATABASE_URL", "CACHE_URL", "EMAIL_URL", "DJANGO_", "PYTEST_")
    ours = {"GIAOUOC_TEST_DATABASE_URL", "GIAOUOC_TEST_WORKERS"}
    return {name: value for name, value in os.environ.items() if not name.startswith(settings) or name in ours}


def run(
    name: str, command: Sequence[str], totals: Totals, *, tests: bool = False, some: bool = False, **environment: str
) -> bool:
    """One step, shown as it goes; whether it went well. ``some``: of the tests only some were asked for, perhaps none."""
    say(f"\n=== {name}")
    begun = time.monotonic()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, errors="replace",
        env={**clean_environment(), **environment}, cwd=ROOT,
    )  # fmt: skip
    output: list[str] = []
    assert process.stdout is not None
    try:
        for line in process.stdout:
            output.append(line)
            sys.stdout.write(line)
            sys.stdout.flush()
        code = process.wait()
    except BaseException:  # asked to end: so does the step
        process.terminate()
        process.wait()
        raise
    good = code == 0 or (some and code == NOTHING_COLLECTED)
    before = totals.skipped
    if tests:
        totals.count("".join(output))
        if CI and totals.skipped > before:
            good = False
            say(f"{totals.skipped - before} kiểm thử bị bỏ qua; trong CI không được bỏ qua kiểm thử nào.")
    else:
        totals.passed, totals.failed = totals.passed + good, totals.failed + (not good)
    say(f"=== {name}: {'tốt' if good else 'HỎNG'} ({time.monotonic() - begun:.0f} giây)")
    if not good:
        totals.broken.append(name)
    return good


@contextmanager
def beside(name: str, command: Sequence[str], totals: Totals, **environment: str) -> Iterator[None]:
    """One step that works on one core alone, while the others go on; shown when they are over. Asked to end, it ends with them."""
    with tempfile.TemporaryFile("w+", errors="replace") as kept:
        process = subprocess.Popen(
            command, stdout=kept, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            env={**clean_environment(), **environment}, cwd=ROOT,
        )  # fmt: skip
        try:
            yield
            good = process.wait() == 0
        except BaseException:  # asked to end: so does the step
            process.terminate()
            process.wait()
            raise
        kept.seek(0)
        say(f"\n=== {name}\n{kept.read()}=== {name}: {'tốt' if good else 'HỎNG'}")
    totals.passed, totals.failed = totals.passed + good, totals.failed + (not good)
    if not good:
        totals.broken.append(name)


def main(arguments: Sequence[str]) -> int:
    python, totals = sys.executable, Totals()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the private database ends too
    missing = install_missing()
    if missing and CI:
        say(f"giaouoc: thiếu {', '.join(missing)} và không cài được; trong CI không được bỏ qua.")
        return 1
    for package in missing:
        say(f"Thiếu {package}: các kiểm thử cần nó bị bỏ qua.")
    settings = {"GIAOUOC_MODE": "test", "DJANGO_SETTINGS_MODULE": "config.settings"}
    if not arguments:
        tool = Path(python).parent
        lint = "from importlinter.cli import lint_imports_command as lint; lint()"
        run("Kiểu trình bày", [str(tool / "ruff"), "format", "--check", "."], totals)
        run("Lỗi thường gặp", [str(tool / "ruff"), "check", "."], totals)
        run("Thứ tự nhập mô-đun", [python, "-c", lint, "--no-cache"], totals)
        check = ["import django; django.setup()", "from django.core.management import call_command"]
        check.append("call_command('makemigrations', check_changes=True, dry_run=True)")
        run(
            "Di trú cơ sở dữ liệu",
            [python, "-c", "; ".join(check)],
            totals,
            **settings,
            GIAOUOC_DATA=tempfile.gettempdir(),
        )
    # One more than there are cores: servers that are started and killed leave a core waiting.
    workers = os.environ.get("GIAOUOC_TEST_WORKERS") or str((os.cpu_count() or 1) + 1)
    pytest = [python, "-m", "pytest", "-q", "--dist", "worksteal", "-n", workers]
    some = bool(arguments)
    steps: list[tuple[str, Callable[[], None]]] = []

    def sqlite() -> None:
        run("Kiểm thử trên SQLite", [*pytest, *arguments], totals, tests=True, some=some, **settings)

    def postgres() -> None:
        with private_postgres() as url, template.on_postgres(url, clean_environment() | settings) as name:
            command = [*pytest, "-m", "not browser and not once", *arguments]
            more = {**settings, "DATABASE_URL": url, template.NAME: name}
            run("Kiểm thử trên PostgreSQL", command, totals, tests=True, some=some, **more)

    def browser() -> None:
        chromium = next(found for name in NEEDS["chromium"] if (found := find(name)))
        where = list(arguments) or ["tests/browser"]
        command = [python, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "-m", "browser", *where]
        run("Kiểm thử trên trình duyệt", command, totals, tests=True, some=some, **settings, GIAOUOC_CHROMIUM=chromium)

    steps.append(("sqlite", sqlite))
    if "postgresql" not in missing or os.environ.get("GIAOUOC_TEST_DATABASE_URL"):
        steps.append(("postgresql", postgres))
    if "chromium" not in missing and "-m" not in arguments:
        steps.append(("chromium", browser))
    types = beside("Kiểu dữ liệu", [python, "-m", "mypy"], totals, **settings) if not arguments else nullcontext()
    with types:
        for _name, step in steps:
            step()
    if totals.broken:
        say(f"\nHỏng: {', '.join(totals.broken)}")
    failed = max(totals.failed, len(totals.broken))
    skipped = f", {totals.skipped} skipped" if totals.skipped else ""
    say(f"\n{totals.passed} passed, {failed} failed{skipped}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
