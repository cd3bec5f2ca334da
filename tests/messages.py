"""The strings people see, extracted anew and merged into the English catalogue.

The source strings are Vietnamese; ``locale/en/LC_MESSAGES/django.po`` holds their English. After adding or changing a
string of a page, run ``python -m tests.messages`` from the top of the repository: it extracts every string with GNU
gettext, keeps the translations there are, drops the strings that are gone and prints those that wait for English words.
``tests/test_english.py`` fails as long as one waits.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
HEADER = "English words of the pages, by their Vietnamese source. Extracted and merged by tests/messages.py."
SOURCES = ("giaouoc", "config")
_PLACEHOLDER = re.compile(r"%\([a-z_A-Z0-9]+\)[a-z]|%[sdif]|\{[a-z_0-9]*\}")


def extract(folder: Path) -> polib.POFile:
    """Extract the strings of the package, tests left out, into a catalogue under the folder.

    The sources are linked into the folder, so that nothing is written into the checkout. Raises CalledProcessError when
    xgettext refuses a source, FileNotFoundError when there is no xgettext.
    """
    (folder / "locale").mkdir()
    for name in SOURCES:
        (folder / name).symlink_to(ROOT / name, target_is_directory=True)
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "en", "--symlinks", "--ignore", "tests"]
    done = subprocess.run(
        [*command, "--add-location", "file"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return polib.pofile(str(folder / "locale" / "en" / "LC_MESSAGES" / "django.po"))


def key(entry: polib.POEntry) -> tuple[str | None, str, str]:
    """Return what makes an entry: context, string, plural string."""
    return (entry.msgctxt, entry.msgid, entry.msgid_plural)


def words(entry: polib.POEntry) -> list[str]:
    """Return the English of an entry: one text, or the singular and the plural."""
    if entry.msgid_plural:
        return [entry.msgstr_plural.get(number, "") for number in (0, 1)]
    return [entry.msgstr]


def placeholders(text: str) -> list[str]:
    """Return the placeholders of a string, sorted; a doubled per cent sign is none."""
    return sorted(_PLACEHOLDER.findall(text.replace("%%", "")))


def merge(fresh: polib.POFile, kept: polib.POFile | None) -> polib.POFile:
    """Return the fresh catalogue with the translations of the kept one; nothing is guessed, nothing obsolete stays."""
    known = {key(entry): entry for entry in kept or () if not entry.obsolete}
    merged = polib.POFile(wrapwidth=100)
    merged.header = HEADER
    merged.metadata = {
        "Language": "en",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for entry in fresh:
        if entry.obsolete:
            continue
        old = known.get(key(entry))
        entry.msgstr = old.msgstr if old else ""
        if entry.msgid_plural:
            entry.msgstr_plural = dict(old.msgstr_plural) if old else {0: "", 1: ""}
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
        merged.append(entry)
    return merged


def main() -> int:
    """Merge the strings of the sources into the English catalogue and print those without English."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = extract(Path(folder))
    merged = merge(fresh, polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else None)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    merged.save(str(CATALOGUE))
    waiting = [entry for entry in merged if not all(words(entry))]
    for entry in waiting:
        sys.stdout.write(f"{entry.occurrences[0][0] if entry.occurrences else '?'}: {entry.msgid}\n")
    sys.stdout.write(f"{len(merged)} strings, {len(waiting)} without English\n")
    return 1 if waiting else 0


if __name__ == "__main__":
    raise SystemExit(main())
