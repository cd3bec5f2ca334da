"""What must lie ready before the program serves: compiled messages, collected static files, a migrated database.

``bin/giaouoc prepare`` makes the first two, for a checkout that the serving account cannot write to."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command


def say(line: str) -> None:
    """Progress, on standard error."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def _in_checkout(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        settings_refuse(
            f"không ghi được vào thư mục {error.filename or folder}: {error.strerror}. "
            "Chủ của bản cài chạy bin/giaouoc prepare một lần, rồi chạy lại."
        )


def main(argv: Sequence[str]) -> int:
    """Compile the messages and collect the static files."""
    if argv:
        settings_refuse("bin/giaouoc prepare không nhận tham số.")
    compile_messages()
    collect_static()
    say("Đã chuẩn bị xong.")
    return 0


def compile_messages() -> None:
    """Compile each .po of the project that is newer than its .mo; needs no gettext on the machine."""
    import polib

    for source in Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            part = target.with_suffix(f".{os.getpid()}.part")
            with _in_checkout(target.parent):
                polib.pofile(str(source)).save_as_mofile(str(part))
                os.replace(part, target)


def _static_stamp() -> str:
    from django.contrib.staticfiles.finders import get_finders

    stamp = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            full = Path(storage.path(path))
            stat = full.stat()
            stamp.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return stamp.hexdigest()


def collect_static() -> None:
    """Collect the static files when they have changed since the last time."""
    stamp_file = Path(settings.STATIC_ROOT) / ".stamp"
    stamp = _static_stamp()
    if stamp_file.exists() and stamp_file.read_text() == stamp:
        return
    say("Chuẩn bị giao diện …")
    with _in_checkout(stamp_file.parent):
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp_file.write_text(stamp)


def migrate() -> None:
    """Bring the database to the present models; quick when it is."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Chuẩn bị cơ sở dữ liệu …")
        call_command("migrate", interactive=False, verbosity=0)


def make_folders() -> None:
    """The data folder and its parts; one clear line when they cannot be written."""
    for folder in (settings.DATA, Path(settings.FILES_ROOT), settings.DATA / "trust"):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # passwords' hashes and unsent comments lie in it
            probe = folder / f".probe-{os.getpid()}"
            probe.write_text("")
            probe.unlink()
        except OSError as error:
            settings_refuse(f"không ghi được vào thư mục {folder}: {error.strerror}.")


def settings_refuse(sentence: str) -> None:
    """End with one line, as the settings do."""
    say(f"giaouoc: {sentence}")
    raise SystemExit(2)
