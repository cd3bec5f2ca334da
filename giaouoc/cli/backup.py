"""``bin/giaouoc backup TO``: a consistent copy while the system runs; it restores into either database.

The rows are read in one snapshot of the database and written as JSON lines; the files are copied afterwards: they never
change and are there before their rows, so every row of the snapshot finds its bytes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from giaouoc.audit.trail import audit_head
from giaouoc.files.models import StoredFile
from giaouoc.lib.clock import current
from giaouoc.lib.covering import bare
from giaouoc.lib.engine import begin_snapshot

ROWS, MANIFEST, FILES = "rows.jsonl", "manifest.json", "files"
LEFT_OUT = {"sessions.Session", "contenttypes.ContentType", "auth.Permission"}
FOLDERS = ("trust", "trial")


def _refuse(sentence: str) -> None:
    print(f"giaouoc: {sentence}", file=sys.stderr)
    raise SystemExit(2)


def kept_models() -> list[type[models.Model]]:
    """Every model whose rows a backup holds, in an order in which they can be written again."""
    ordered = serializers.sort_dependencies([(app, None) for app in apps.get_app_configs()])
    return [model for model in ordered if model._meta.label not in LEFT_OUT and model._meta.managed]


def _rows() -> Iterator[dict[str, Any]]:
    encoder = serializers.get_serializer("python")()
    with bare():
        for model in kept_models():
            for row in model._base_manager.order_by("pk").iterator(chunk_size=1000):
                yield encoder.serialize([row])[0]


def main(argv: Sequence[str]) -> int:
    """Write the backup into a new or empty folder."""
    if len(argv) != 1:
        _refuse("cách dùng: bin/giaouoc backup THƯ_MỤC (mới hoặc trống)")
    to = Path(argv[0]).absolute()
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)  # password hashes and unsent comments lie in it
        if any(to.iterdir()):
            _refuse(f"thư mục {to} không trống; chọn thư mục mới.")
        (to / FILES).mkdir()
    except OSError as error:
        _refuse(f"không ghi được vào thư mục {to}: {error.strerror}.")
    digest, count = hashlib.sha256(), 0
    with transaction.atomic(), (to / ROWS).open("wb") as out:
        begin_snapshot()
        for row in _rows():
            line = json.dumps(row, ensure_ascii=False, cls=DjangoJSONEncoder).encode() + b"\n"
            digest.update(line)
            out.write(line)
            count += 1
        out.flush()
        os.fsync(out.fileno())
        head = audit_head()
        wanted = set(StoredFile.objects.values_list("sha256", flat=True))
    for sha256 in sorted(wanted):
        source = Path(settings.FILES_ROOT) / sha256[:2] / sha256
        target = to / FILES / sha256[:2] / sha256
        target.parent.mkdir(exist_ok=True)
        try:
            shutil.copy2(source, target)
            whole = hashlib.sha256(target.read_bytes()).hexdigest() == sha256
        except OSError:
            whole = False
        if not whole:
            _refuse(
                f"tệp {sha256} trong kho tệp đã mất hoặc hỏng; bản sao lưu này chưa đầy đủ. Chạy bin/giaouoc doctor."
            )
    for name in FOLDERS:
        if (settings.DATA / name).is_dir():
            shutil.copytree(settings.DATA / name, to / name)
    manifest = {
        "made_at": current().now().isoformat(),
        "rows": count,
        "rows_sha256": digest.hexdigest(),
        "files": len(wanted),
        "audit_head": head,
    }
    (to / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
    print(f"Đã sao lưu {count} dòng, {len(wanted)} tệp vào {to}; đầu chuỗi nhật ký {head}")
    return 0
