"""``bin/demo``: Cụm thi đua 17 in the middle of its consultation, served at once on this machine."""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOADED = "demo.loaded"
OURS = {"giaouoc.sqlite3", LOADED, "demo.secret"}


def refuse(sentence: str) -> None:
    """End with one line."""
    print(f"giaouoc: {sentence}", file=sys.stderr, flush=True)
    raise SystemExit(2)


def port_is_free(port: int) -> bool:
    """Whether nobody listens on the port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


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


def start_afresh(folder: Path) -> None:
    """Empty a folder of demonstration data; refuses one that holds something else."""
    names = {one.name for one in folder.iterdir()}
    if names and not names & OURS:
        refuse(f"thư mục {folder} không phải dữ liệu minh họa; không xóa gì. Chọn thư mục khác bằng --data.")
    for one in folder.iterdir():
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one)
        else:
            one.unlink()


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
        "DATABASE_URL": f"sqlite:///{folder / 'giaouoc.sqlite3'}",
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
    if not 1 <= options.port <= 65535:
        refuse(f"cổng {options.port} không hợp lệ; chọn số từ 1 đến 65535.")
    if not port_is_free(options.port):
        refuse(
            f"cổng {options.port} đang được dùng. Chạy lại với cổng khác, thí dụ: bin/demo --port {options.port + 1}"
        )
    folder = writable_folder(options.data.absolute())
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
    from giaouoc.demo.load import accounts

    return serving.serve_demo(options.port, accounts())
