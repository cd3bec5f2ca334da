"""``bin/demo``: Cụm thi đua 17 in the middle of its consultation, served at once on this machine."""

from __future__ import annotations

import argparse
import fcntl
import os
import secrets
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from .serving import port_trouble

ROOT = Path(__file__).resolve().parents[2]
LOADING, LOADED, LOCK = "demo.loading", "demo.loaded", "demo.lock"


def refuse(sentence: str) -> NoReturn:
    """End with one line."""
    print(f"giaouoc: {sentence}", file=sys.stderr, flush=True)
    raise SystemExit(2)


def writable_folder(folder: Path) -> Path:
    """The folder, made if it is missing; ends the command when nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        refuse(f"không ghi được vào thư mục {folder}: {error.strerror}. Chọn thư mục khác bằng --data.")
    return folder.resolve()


def take(folder: Path) -> int:
    """Take the folder for this process alone, as long as it lives; the open lock. Ends the command when it is taken."""
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        refuse(f"một bin/demo khác đang dùng thư mục {folder}. Dừng lệnh đó, hoặc chọn thư mục khác bằng --data.")
    return lock


def start_afresh(folder: Path) -> None:
    """Empty a folder of demonstration data; refuses one that holds anything else, a real installation above all."""
    names = {one.name for one in folder.iterdir()} - {LOCK}
    if names and not names & {LOADING, LOADED}:
        (folder / LOCK).unlink()
        refuse(f"thư mục {folder} không phải dữ liệu minh họa; không xóa gì. Chọn thư mục khác bằng --data.")
    for name in names - {LOADING}:
        one = folder / name
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one)
        else:
            one.unlink()
    (folder / LOADING).touch()


def environment(folder: Path, mode: str, url: str) -> None:
    """The environment of a scratch or demonstration installation in ``folder``, for this process and its children."""
    key = folder / "demo.secret"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(48))
    os.environ |= {
        "GIAOUOC_MODE": mode,
        "GIAOUOC_DATA": str(folder),
        "GIAOUOC_SECRET_KEY": key.read_text(),
        "GIAOUOC_URL": url,
        "DATABASE_URL": os.environ.get("GIAOUOC_DEMO_DATABASE_URL", ""),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    for name in ("GIAOUOC_FILES", "GIAOUOC_TRUST", "GIAOUOC_ALLOWED_HOSTS", "GIAOUOC_TLS", "EMAIL_URL", "CACHE_URL"):
        os.environ.pop(name, None)


def main(argv: Sequence[str]) -> int:
    """Prepare, load, serve; ends with the server."""
    parser = argparse.ArgumentParser(prog="bin/demo", description="Chạy thử Giao Ước với dữ liệu minh họa.")
    parser.add_argument("--port", type=int, default=8000, help="cổng trên máy này (mặc định 8000)")
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "demo", help="thư mục dữ liệu")
    parser.add_argument("--fresh", action="store_true", help="xóa dữ liệu minh họa cũ và tạo lại")
    options = parser.parse_args(argv)
    if trouble := port_trouble("127.0.0.1", options.port):
        refuse(trouble)
    folder = writable_folder(options.data.absolute())
    lock = take(folder)
    loaded = folder / LOADED
    if options.fresh or not loaded.exists():
        start_afresh(folder)
    environment(folder, "demo", f"http://127.0.0.1:{options.port}")

    import django

    django.setup()
    from . import prepare, serving

    prepare.make_folders()
    prepare.compile_messages()
    prepare.collect_static()
    prepare.migrate()
    if not loaded.exists():
        from giaouoc.demo.load import load
        from giaouoc.lib import clock

        load(clock.current().now(), say=prepare.say)
        loaded.write_text("1\n")
        (folder / LOADING).unlink(missing_ok=True)
    from giaouoc.demo.load import accounts

    if trouble := port_trouble("127.0.0.1", options.port):  # loading took a while
        refuse(trouble)
    try:
        return serving.serve_demo(options.port, accounts())
    finally:
        os.close(lock)
