"""Makes the environment of the commands: ``.venv`` in the checkout, with the pinned packages and nothing else.

Run by bin/_prepare with the Python that was found. Standard library only. Every problem is one clear line."""

import errno
import fcntl
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def refuse(vietnamese: str, english: str) -> None:
    say(f"giaouoc: {vietnamese} ({english})")
    raise SystemExit(2)


def make_venv(folder: Path) -> list[str]:
    """Make the environment; the command by which packages are put into it."""
    say("Giao Ước: tạo môi trường chạy (chỉ lần đầu) …")
    python = folder / "bin" / "python"
    full = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True)
    if full.returncode == 0:
        return [str(python), "-m", "pip"]
    bare = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)], capture_output=True, text=True
    )
    pip = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, text=True)
    version = re.match(r"pip (\d+)\.(\d+)", pip.stdout or "")
    if bare.returncode == 0 and version and (int(version[1]), int(version[2])) >= (22, 3):
        return [sys.executable, "-m", "pip", "--python", str(python)]
    refuse(
        "Python này thiếu mô-đun venv hoặc pip; hãy cài gói python3-venv rồi chạy lại.",
        "this Python lacks venv or pip: install the package python3-venv, then run again",
    )
    return []


def install(pip: list[str], wanted: Path) -> None:
    """Install the pinned packages, saying how far it is."""
    total = sum(1 for line in wanted.read_text().splitlines() if re.match(r"^[A-Za-z0-9]", line))
    command = [
        *pip,
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--require-hashes",
        "--progress-bar",
        "off",
    ]
    command += ["--retries", "2", "--no-compile", "-r", str(wanted)]
    environment = {**os.environ, "PIP_NO_WARN_SCRIPT_LOCATION": "1", "PYTHONUTF8": "1"}
    if not os.access(os.path.expanduser("~"), os.W_OK):
        environment["PIP_NO_CACHE_DIR"] = "1"
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=environment
    )
    assert process.stdout is not None
    lines: list[str] = []
    met = 0
    shown = 0.0
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            met += 1
        if line.startswith("Installing collected"):
            met = total
            say(f"  cài {total} gói …")
        elif time.monotonic() - shown > 1.0 and met:
            shown = time.monotonic()
            say(f"  tải gói {min(met, total)}/{total} …")
    if process.wait() == 0:
        return
    text = "\n".join(lines)
    if re.search(r"No space left|ENOSPC", text):
        refuse("đĩa đầy khi cài các gói.", "the disk is full")
    if re.search(r"Permission denied|Read-only file system", text):
        refuse(f"không ghi được vào {wanted.parent.parent}.", "the checkout cannot be written")
    if re.search(
        r"NewConnectionError|ConnectTimeout|ConnectionError|Temporary failure|Name or service|No matching distribution"
        r"|ReadTimeout|ProxyError|SSLError|Connection refused|Network is unreachable|Max retries|ConnectTimeoutError",
        text,
    ):
        refuse(
            "không tải được các gói cần thiết; lần chạy đầu cần có mạng, hãy kiểm tra mạng rồi chạy lại.",
            "the packages could not be downloaded: the first run needs the network",
        )
    last = next((line for line in reversed(lines) if "ERROR" in line), lines[-1] if lines else "pip failed")
    refuse(f"không cài được các gói: {last[:300]}", "the packages could not be installed")


def main() -> int:
    root, what = Path(sys.argv[1]), sys.argv[2]
    folder, wanted = root / ".venv", root / "requirements" / f"{sys.argv[2]}.txt"
    stamp = folder / f".ready-{what}"
    try:
        folder.mkdir(exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        reason = "đĩa đầy" if error.errno == errno.ENOSPC else error.strerror
        refuse(f"không ghi được vào thư mục {root}: {reason}.", "the checkout cannot be written")
    fcntl.flock(lock, fcntl.LOCK_EX)
    if stamp.exists() and stamp.read_bytes() == wanted.read_bytes():
        return 0  # somebody else made it while we waited
    python = folder / "bin" / "python"
    works = python.exists() and subprocess.run(
        [str(python), "-c", "import sys, pip; raise SystemExit(sys.version_info < (3, 11))"], capture_output=True
    )
    try:
        if works and works.returncode == 0:
            pip = [str(python), "-m", "pip"]
        else:
            for name in os.listdir(folder):
                if name != ".lock":
                    path = folder / name
                    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
            pip = make_venv(folder)
        for old in folder.glob(".ready-*"):
            old.unlink()
        install(pip, wanted)
        stamp.write_bytes(wanted.read_bytes())
    except OSError as error:
        reason = "đĩa đầy" if error.errno == errno.ENOSPC else error.strerror
        refuse(f"không ghi được vào thư mục {root}: {reason}.", "the checkout cannot be written")
    say("Giao Ước: môi trường đã sẵn sàng.")
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
