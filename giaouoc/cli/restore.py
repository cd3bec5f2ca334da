"""``bin/giaouoc restore FROM``: bring a backup back into an empty place, on SQLite or PostgreSQL."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import serializers
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction

from giaouoc.accounts.models import User
from giaouoc.audit.models import AuditEvent
from giaouoc.audit.trail import audit_head, check_all
from giaouoc.clusters.queries import expected_chains
from giaouoc.lib.engine import drop_guards, install_guards

from . import prepare
from .backup import FILES, FOLDERS, MANIFEST, ROWS, _refuse, kept_models


def _read(source: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    try:
        manifest = json.loads((source / MANIFEST).read_text())
        data = (source / ROWS).read_bytes()
        sealed = str(manifest["rows_sha256"]), int(manifest["files"]), str(manifest["audit_head"])
    except (OSError, ValueError, KeyError, TypeError):
        _refuse(f"thư mục {source} không phải một bản sao lưu đầy đủ.")
        raise
    if hashlib.sha256(data).hexdigest() != sealed[0]:
        _refuse("bản sao lưu đã hỏng: dữ liệu không đúng mã đã ghi.")
    return manifest, [json.loads(line) for line in data.splitlines()]


def main(argv: Sequence[str]) -> int:
    """Restore; refuses where there is data already."""
    if len(argv) != 1:
        _refuse("cách dùng: bin/giaouoc restore THƯ_MỤC")
    source = Path(argv[0]).absolute()
    manifest, rows = _read(source)
    prepare.make_folders()
    call_command("migrate", interactive=False, verbosity=0)
    if User.objects.exists() or AuditEvent.objects.exists():
        _refuse("nơi khôi phục đã có dữ liệu; đặt GIAOUOC_DATA, DATABASE_URL tới một nơi trống.")
    named = {one["fields"]["sha256"] for one in rows if one["model"] == "files.storedfile"}
    if missing := sorted(named - {path.name for path in (source / FILES).glob("*/*")}):
        _refuse(f"bản sao lưu đã hỏng: thiếu {len(missing)} tệp, đầu tiên là {missing[0]}.")
    for path in sorted((source / FILES).glob("*/*")):
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            _refuse(f"bản sao lưu đã hỏng: tệp {path.name} không đúng mã.")
        target = Path(settings.FILES_ROOT) / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    for name in FOLDERS:
        if (source / name).is_dir():
            shutil.copytree(source / name, settings.DATA / name, dirs_exist_ok=True)
    with transaction.atomic():
        drop_guards()
        with connection.constraint_checks_disabled():
            for one in serializers.deserialize("python", rows):
                one.save()
        install_guards()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept_models()):
            cursor.execute(statement)
    head = audit_head()
    if head != manifest["audit_head"] or check_all(expected_chains()):
        _refuse("đã khôi phục nhưng đầu chuỗi nhật ký không khớp với bản sao lưu; đừng dùng bản này.")
    print(f"Đã khôi phục {len(rows)} dòng, {manifest['files']} tệp; đầu chuỗi nhật ký {head}")
    return 0
