"""Điều khoản đã sửa: what differs between the draft that was commented on and a later one.

'Tiếp thu' is kept when one of the clauses that the answer points to is among these; an answer that points nowhere is
taken to mean the clause commented on, what stands within it, or what was put in beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from .models import ChangeRecord, Comment, Document, DocumentVersion, ProvisionText
from .queries import newest_version
from .states import KEPT_PROMISES, CommentKind


@dataclass(frozen=True)
class ChangedClause:
    """A clause that differs: how it is cited now (as it was, if it is gone), its path then and now ('' where it is not)."""

    provision: UUID
    where: str
    before: str
    after: str


def changed_between(before: DocumentVersion, after: DocumentVersion) -> dict[UUID, ChangedClause]:
    """The clauses with other words, moved, split, merged, put in or dropped, in the order of the later draft.

    A clause that only got another number has not changed. Two statements."""
    then: dict[UUID, tuple[Any, ...]] = {}
    now: dict[UUID, tuple[Any, ...]] = {}
    if before.pk == after.pk:
        return {}
    fields = ("version_id", "provision_id", "path", "citation", "heading", "text", "rows", "notes")
    for version, provision, *rest in (
        ProvisionText.objects.filter(version__in=[before.pk, after.pk]).order_by("position").values_list(*fields)
    ):
        (then if version == before.pk else now)[provision] = tuple(rest)
    shifted = set(
        ChangeRecord.objects.filter(
            version__document=after.document_id,
            version__ordinal__gt=before.ordinal,
            version__ordinal__lte=after.ordinal,
            change__in=["moved", "split", "merged"],
        ).values_list("provision_id", flat=True)
    )
    # What stands there word for word as it did is not changed: moved there and back, or dropped and written again.
    stays = {_words(one) for one in then.values()} & {_words(one) for one in now.values()}
    found = {}
    for provision in dict.fromkeys([*now, *then]):
        old, new = then.get(provision), now.get(provision)
        if old is None or new is None:
            differs = _words(new or old or ()) not in stays
        else:
            differs = old[2:] != new[2:] or (provision in shifted and old[0] != new[0])
        where = (new or old or ("", ""))[1]
        if differs and where:
            found[provision] = ChangedClause(provision, where, old[0] if old else "", new[0] if new else "")
    return found


def _words(row: tuple[Any, ...]) -> str:
    """Place and words of a clause, to compare."""
    return repr((*row[:1], *row[2:]))


def meant_by(comment: Comment, path: str, changed: Mapping[UUID, ChangedClause]) -> list[UUID]:
    """The changed clauses that an answer means without saying so. ``path``: of the clause in the draft commented on."""
    if comment.provision_id is None:
        return []
    if comment.provision_id in changed:
        return [comment.provision_id]
    within = [one.provision for one in changed.values() if f"{one.before or one.after}/".startswith(f"{path}/")]
    if within or comment.kind != CommentKind.ADD:
        return within
    beside = path.rpartition("/")[0]
    return [one.provision for one in changed.values() if not one.before and one.after.rpartition("/")[0] == beside]


def promises_of(document: Document) -> list[Comment]:
    """Sent comments whose answer is a 'tiếp thu' that the text has to keep; plain agreement asks for nothing."""
    found = Comment.objects.sent().filter(
        submission__round__version__document=document, response__decision__in=KEPT_PROMISES
    )
    found = found.exclude(kind=CommentKind.AGREE).select_related("response", "submission__round__version")
    return list(found.prefetch_related("response__targets").order_by("pk"))


def targets_of(comments: Iterable[Comment], newest: DocumentVersion) -> dict[int, list[ChangedClause]]:
    """For each answered comment, by its key: the changed clauses that its answer points to. A few statements a round."""
    found: dict[int, list[ChangedClause]] = {}
    known: dict[int, tuple[dict[UUID, ChangedClause], dict[UUID, str]]] = {}
    for comment in comments:
        before = comment.submission.round.version
        if before.pk not in known:
            paths = dict(ProvisionText.objects.filter(version=before).values_list("provision_id", "path"))
            known[before.pk] = changed_between(before, newest), paths
        changed, paths = known[before.pk]
        response = getattr(comment, "response", None)
        chosen = [one.pk for one in response.targets.all()] if response is not None and response.pk else []
        path = paths.get(comment.provision_id, "") if comment.provision_id else ""
        meant = chosen or meant_by(comment, path, changed)
        found[comment.pk] = [changed[one] for one in meant if one in changed]
    return found


def accepted_unchanged(document: Document) -> list[str]:
    """Citations of comments that were accepted although no clause that the answer points to has changed."""
    newest = newest_version(document)
    promises = promises_of(document)
    if newest is None or not promises:
        return []
    kept = targets_of(promises, newest)
    return list(dict.fromkeys(one.citation for one in promises if not kept[one.pk]))
