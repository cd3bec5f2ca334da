"""``bin/giaouoc serve``: the web server and the worker of a real installation."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from django.conf import settings

from . import prepare, serving
from .startup import require_real


def main(argv: Sequence[str]) -> int:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="bin/giaouoc serve", description="Chạy hệ thống thật.")
    parser.add_argument(
        "--host", default="127.0.0.1", help="địa chỉ lắng nghe (mặc định chỉ máy này; đặt sau máy chủ web)"
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2, help="số tiến trình web (mặc định 2)")
    parser.add_argument("--no-worker", action="store_true", help="không chạy kèm tiến trình nền")
    options = parser.parse_args(argv)
    if options.workers < 1:
        prepare.settings_refuse("--workers nhận số từ 1 trở lên.")
    if trouble := serving.port_trouble(options.host, options.port):
        prepare.settings_refuse(trouble)
    prepare.make_folders()
    require_real()
    prepare.compile_messages()
    prepare.collect_static()
    name = settings.ALLOWED_HOSTS[0].lstrip(".")
    return serving.serve(
        options.host,
        options.port,
        workers=options.workers,
        worker=not options.no_worker,
        name="" if name == "*" else name,
    )
