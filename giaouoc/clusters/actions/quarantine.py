"""Cách ly: the administrator hides the bytes of a stored file at once, and can show them again."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.files.models import Quarantine, StoredFile
from giaouoc.lib.errors import WrongState
from giaouoc.lib.verdict import require

from ..access import is_administrator
from ..models import Mandate


@transaction.atomic
def quarantine_file(file: StoredFile, reason: str, *, by: Mandate, now: datetime) -> None:
    """Hide the bytes of this file wherever they are stored; they stay on disk. Raises NotAllowed, WrongState."""
    require(is_administrator(by))
    try:
        with transaction.atomic():
            Quarantine.objects.create(sha256=file.sha256, reason=reason, at=now)
    except IntegrityError as error:
        raise WrongState(_("Tệp này đã được cách ly.")) from error
    record("clusters.quarantine", file, by=by, now=now, hash=file.sha256[:8].upper(), number=file.pk, reason=reason)


@transaction.atomic
def release_file(file: StoredFile, reason: str, *, by: Mandate, now: datetime) -> None:
    """Show the bytes again. Raises NotAllowed, WrongState."""
    require(is_administrator(by))
    if not Quarantine.objects.filter(sha256=file.sha256, lifted_at=None).update(lifted_at=now):
        raise WrongState(_("Tệp này không còn bị cách ly."))
    record("clusters.release", file, by=by, now=now, hash=file.sha256[:8].upper(), number=file.pk, reason=reason)
