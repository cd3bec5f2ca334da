"""Ghép điều khoản: the secretary decides the doubtful pairs of two drafts; identity follows at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate
from giaouoc.lib.covering import bare
from giaouoc.lib.errors import Invalid
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require

from ..access import can_pair
from ..lineage import identify, warn_of_drift
from ..models import DocumentVersion, PairDecision, Unfinished, Writing
from ..queries import lock, version_before
from ..rules.writing import renamed


@transaction.atomic
def decide_pair(
    version: DocumentVersion, from_paths: Sequence[str], to_paths: Sequence[str], *, by: Mandate, now: datetime
) -> PairDecision:
    """Say what became of the clauses ``from_paths`` of the draft before; no ``to_paths``: they were dropped.

    Identity of all clauses is worked out anew with it, so that what stands under them follows. Raises NotAllowed,
    WrongState, Invalid for a pair that is not in doubt (any more) or a clause that is not there."""
    _lock(version)
    require(can_pair(by, version, now))
    asked = version.changes.filter(asked=True, confirmed_by=None)
    if not any(set(from_paths) <= set(one.from_paths) for one in asked):
        raise Invalid(_("Chỗ ghép này đã được quyết định; xem lại danh sách còn lại."))
    before = version_before(version)
    present = set(version.texts.values_list("path", flat=True))
    if not set(to_paths) <= present:
        raise Invalid(_("Điều khoản được chọn không có trong dự thảo mới; chọn lại."))
    made = PairDecision.objects.create(
        version=version, from_paths=list(from_paths), to_paths=list(to_paths), made_by=by, made_at=now
    )
    _identify(version, before)
    with official():
        record(
            "documents.decide_pair",
            version.document,
            by=by,
            now=now,
            version=version.label.lower(),
            old=_cited(before, from_paths),
            new=_cited(version, to_paths) or _("đã bỏ"),
        )
    return made


@transaction.atomic
def undo_pair(version: DocumentVersion, *, by: Mandate, now: datetime) -> PairDecision | None:
    """Take the last decision back; None when there is none. Raises NotAllowed, WrongState."""
    _lock(version)
    require(can_pair(by, version, now))
    last = version.pairings.order_by("-pk").first()
    if last is None:
        return None
    before = version_before(version)
    last.delete()
    _identify(version, before)
    with official():
        cited = _cited(before, last.from_paths)
        record("documents.undo_pair", version.document, by=by, now=now, version=version.label.lower(), old=cited)
    return last


def _lock(version: DocumentVersion) -> None:
    """The working copies first, then the text, as whoever finishes one does; whoever takes one up waits for the text."""
    list(Writing.objects.select_for_update().filter(base=version, finished_at=None))
    lock(version.document)
    lock(version, "frozen_at")


def _identify(version: DocumentVersion, before: DocumentVersion) -> None:
    """Work out the clauses of the draft anew, and those of a working copy that was taken up from it with them."""
    texts = version.texts.order_by("position").values_list("provision_id", flat=True)
    was = list(texts)
    identify(version, before)
    warn_of_drift(version, before)
    become = {str(old): str(new) for old, new in zip(was, texts.all(), strict=True) if old != new}
    if not become:
        return
    with bare():
        for writing in Writing.objects.select_for_update().filter(base=version, finished_at=None):
            writing.rows = renamed(writing.rows, become)
            writing.save(update_fields=["rows"])
            for step in writing.steps.all():
                step.old, step.new = renamed(step.old, become), renamed(step.new, become)
                step.save(update_fields=["old", "new"])
            typed = list(writing.unfinished.filter(clause__in=become))
            writing.unfinished.filter(clause__in=become).delete()
            for one in typed:
                one.pk, one.clause = None, UUID(become[str(one.clause)])
            Unfinished.objects.bulk_create(typed)


def _cited(version: DocumentVersion, paths: Sequence[str]) -> str:
    found = dict(version.texts.filter(path__in=paths).values_list("path", "citation"))
    return ", ".join(found.get(path, path) for path in paths)
