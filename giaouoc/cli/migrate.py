"""``bin/giaouoc migrate``: bring the database to this version of the program."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.management import call_command

from . import prepare


def main(argv: Sequence[str]) -> int:
    """Migrate; says what it did."""
    prepare.make_folders()
    call_command("migrate", interactive=False, verbosity=1)
    return 0
