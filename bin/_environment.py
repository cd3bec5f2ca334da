"""Makes the environment of the commands: ``.venv`` in the checkout, with the pinned packages and nothing else.

Run by bin/_prepare with the Python that was found. Standard library only. Every problem is one clear line.

A stamp, written last, holds the list of packages that was installed: an environment without a stamp was left half made and is
made anew; one whose stamp differs is brought up to the new list."""

import errno
import fcntl
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

NO_NETWORK = re.compile(
    r"NewConnectionError|ConnectTimeout|ConnectionError|ConnectionReset|Temporary failure|Name or service|ReadTimeout"
    r"|ProxyError|SSLError|SSLCertVerification|Connection refused|Network is unreachable|Max retries|from versions: none"
)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def refuse(vietnamese: str, english: str) -> NoReturn:
    say(f"giaouoc: {vietnamese} ({english})")
    raise SystemExit(2)


def refuse_unwritable(root: Path, error: OSError) -> NoReturn:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        refuse_full()
    refuse(f"không ghi được vào thư mục {root}: {error.strerror}.", "the checkout cannot be written")


def refuse_full() -> NoReturn:
    refuse("đĩa đầy, không tạo được môi trường chạy.", "the disk is full")


def refuse_if_told(output: str, root: Path) -> None:
    """The troubles that a program of Python's tells in words."""
    if re.search(r"No space left|ENOSPC|Disk quota exceeded", output):
        refuse_full()
    if re.search(r"Permission denied|Read-only file system", output):
        refuse(f"không ghi được vào thư mục {root}.", "the checkout cannot be written")


def make_venv(folder: Path) -> None:
    """Make the environment, with pip in it where this Python can."""
    say("Giao Ước: tạo môi trường chạy, chỉ ở lần đầu …")
    for more in ([], ["--clear", "--without-pip"]):
        command = [sys.executable, "-m", "venv", *more, str(folder)]
        made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        if made.returncode == 0:
            return
        refuse_if_told(made.stdout, folder.parent)
    refuse(
        "Python này thiếu mô-đun venv; hãy cài gói python3-venv rồi chạy lại.",
        "this Python lacks venv: install the package python3-venv, then run again",
    )


def pip_for(python: Path) -> list[str]:
    """The command that puts packages into the environment: its own pip, or one outside that can reach in."""
    if subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return [str(python), "-m", "pip"]
    outside = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, text=True)
    version = re.match(r"pip (\d+)\.(\d+)", outside.stdout or "")
    if version and (int(version[1]), int(version[2])) >= (22, 3):
        return [sys.executable, "-m", "pip", "--python", str(python)]
    refuse(
        "Python này thiếu pip; hãy cài gói python3-venv (hoặc python3-pip) rồi chạy lại.",
        "this Python lacks pip: install the package python3-venv or python3-pip, then run again",
    )


def install(pip: list[str], wanted: Path, lock: int) -> None:
    """Install the pinned packages, saying how far it is. The lock stays taken as long as pip lives."""
    total = sum(1 for line in wanted.read_text().splitlines() if re.match(r"[A-Za-z0-9]", line))
    command = [*pip, "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--retries", "2"]
    command += ["--require-hashes", "--no-compile", "-r", str(wanted)]
    elsewhere = {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_QUIET", "PIP_LOG"}
    environment = {key: value for key, value in os.environ.items() if key not in elsewhere}
    environment |= {"PIP_USER": "0", "PYTHONUTF8": "1"}
    if not os.access(os.path.expanduser("~"), os.W_OK):
        environment["PIP_NO_CACHE_DIR"] = "1"
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
        pass_fds=[lock],
    )
    assert process.stdout is not None
    lines: list[str] = []
    met, shown, installing = 0, 0.0, False
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            met += 1
        elif line.startswith("Installing collected"):
            installing = True
            say(f"  cài {total} gói …")
        if not installing and met and time.monotonic() - shown > 1.0:
            shown = time.monotonic()
            say(f"  tải gói {min(met, total)}/{total} …")
    if process.wait() == 0:
        return
    text = "\n".join(lines)
    refuse_if_told(text, wanted.parent.parent)
    if "DO NOT MATCH THE HASHES" in text:
        refuse(
            "một gói tải về không đúng mã băm đã ghi; không cài gì. Hãy kiểm tra mạng hoặc máy chủ trung gian.",
            "a downloaded package does not match its pinned hash: nothing was installed",
        )
    if NO_NETWORK.search(text):
        refuse(
            "không tải được các gói cần thiết; lần chạy đầu cần có mạng, hãy kiểm tra mạng rồi chạy lại.",
            "the packages could not be downloaded: the first run needs the network",
        )
    last = next((line for line in reversed(lines) if "ERROR" in line), lines[-1] if lines else "pip")
    refuse(f"không cài được các gói: {last[:300]}", "the packages could not be installed")


def empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name == ".lock":
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def prepare(root: Path, what: str) -> None:
    """Make or mend the environment; ``what``: base or dev."""
    folder = root / ".venv"
    python = folder / "bin" / "python"

    def runs() -> bool:
        check = "import sys, django; raise SystemExit(sys.version_info < (3, 11))"
        return python.exists() and subprocess.run([str(python), "-c", check], capture_output=True).returncode == 0

    def stamped(name: str) -> bool:
        stamp = folder / f".ready-{name}"
        return stamp.exists() and stamp.read_bytes() == (root / "requirements" / f"{name}.txt").read_bytes()

    folder.mkdir(exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Giao Ước: chờ một lệnh khác chuẩn bị xong môi trường …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        if (stamped(what) or (what == "base" and stamped("dev"))) and runs():
            return  # somebody else made it while we waited
        stamps = list(folder.glob(".ready-*"))
        keep = bool(stamps) and runs()
        for stamp in stamps:
            stamp.unlink()
        if keep:
            say("Giao Ước: cập nhật các gói …")
        else:
            empty(folder)
            make_venv(folder)
        wanted = root / "requirements" / f"{what}.txt"
        content = wanted.read_bytes()
        install(pip_for(python), wanted, lock.fileno())
        (folder / ".ready.part").write_bytes(content)
        os.replace(folder / ".ready.part", folder / f".ready-{what}")
    say("Giao Ước: môi trường đã sẵn sàng.")


def main() -> int:
    root, what = Path(sys.argv[1]), sys.argv[2]
    if os.pathsep in str(root):
        refuse(f"đường dẫn {root} có dấu hai chấm; hãy đặt bản sao ở chỗ khác.", "the path holds a colon: move it")
    try:
        prepare(root, what)
    except OSError as error:
        refuse_unwritable(root, error)
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
