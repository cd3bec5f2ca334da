"""Static files made from others: the one style sheet, and the fonts.

The style sheet is written as one file per component; a page loads one. ``css/index.css`` names the layers and the order of
the components; every file under ``css/pages`` follows by itself. Nothing is rewritten beyond leaving out comments."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

from . import fonts

STYLES = Path(__file__).resolve().parent / "static" / "ui" / "css"
BUNDLE = "ui/giaouoc.css"
IMPORT = re.compile(r'^@import "([^"]+)";\n', re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


def sources() -> list[Path]:
    """The files of the style sheet in their order."""
    named = [STYLES / name for name in IMPORT.findall((STYLES / "index.css").read_text(encoding="utf-8"))]
    return [*named, *sorted((STYLES / "pages").glob("*.css"))]


def style_sheet() -> str:
    """The whole style sheet: the order of the layers, the fonts, then each file."""
    order = IMPORT.sub("", (STYLES / "index.css").read_text(encoding="utf-8"))
    parts = [order, fonts.faces_css(), *(path.read_text(encoding="utf-8") for path in sources())]
    return re.sub(r"\n\s*\n+", "\n", COMMENT.sub("", "\n".join(parts)))


def _fingerprint() -> str:
    digest = hashlib.sha256()
    inputs = [Path(__file__), Path(fonts.__file__), STYLES / "index.css", *sources()]
    inputs += [fonts.document_source(), *(fonts.source(weight) for weight in fonts.WEIGHTS)]
    for path in inputs:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: several processes may build at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    os.chmod(name, 0o644)
    os.replace(name, path)


def build(into: Path) -> None:
    """Write the made files below a folder."""
    for name, content in fonts.files().items():
        _write(into / "ui" / "fonts" / name, content)
    _write(into / BUNDLE, style_sheet().encode())


def built() -> Path:
    """The folder with the made files, built when their sources have changed."""
    root = Path(settings.STATIC_ROOT)
    for parent in (root.with_name(f"{root.name}-made"), Path(settings.DATA) / "static-made"):
        folder = parent / _fingerprint()
        try:
            if not (folder / BUNDLE).exists():  # the style sheet is written last
                build(folder)
        except OSError:
            continue
        return folder
    raise OSError(f"no writable folder for the made static files beside {root}")


class MadeFiles(BaseFinder):
    """A finder for the made files; ``collectstatic`` and WhiteNoise see them beside all others."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._storage: FileSystemStorage | None = None

    @property
    def storage(self) -> FileSystemStorage:
        if self._storage is None:
            self._storage = FileSystemStorage(location=built())
        return self._storage

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file's place, or nothing."""
        here = Path(self.storage.path(path)) if path.startswith("ui/") else None
        found = [str(here)] if here is not None and here.is_file() else []
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        root = Path(self.storage.location)
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_file() and not matches_patterns(name, list(ignore_patterns or [])):
                yield name, self.storage
