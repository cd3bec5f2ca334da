"""Điều khoản đã sửa: what differs between the draft that was commented on and a later one.

'Tiếp thu' is kept when one of the clauses that the answer points to is among these; an answer that points nowhere is
taken to mean the clause commented on, what stands within it, or what was put in beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from giaouoc.lib.vietnamese import one_line

from .models import ChangeRecord, Comment, Document, DocumentVersion, ProvisionText, kept_content
from .queries import newest_version
from .rules.drift import only_followed
from .states import KEPT_PROMISES, CommentKind

NUMBERS = re.compile(r"\d+[a-zđ]?|\b[a-zđ]\b")


@dataclass(frozen=True)
class ChangedClause:
    """A clause that differs: how it is cited now (as it was, if it is gone), its path then and now ('' where it is not)."""

    provision: UUID
    where: str
    before: str
    after: str


def changed_between(before: DocumentVersion, after: DocumentVersion) -> dict[UUID, ChangedClause]:
    """The clauses with other words, moved, split, merged, put in or dropped, in the order of the later draft.

    A clause that only got another number has not changed, nor one whose references followed such numbers, nor one with
    other blanks. Two statements; two more where numbers are all that differs in a clause."""
    then: dict[UUID, tuple[Any, ...]] = {}
    now: dict[UUID, tuple[Any, ...]] = {}
    if before.pk == after.pk:
        return {}
    fields = ("version_id", "provision_id", "path", "citation", "heading", "text", "rows", "notes")
    for version, provision, *rest in (
        ProvisionText.objects.filter(version__in=[before.pk, after.pk]).order_by("position").values_list(*fields)
    ):
        (then if version == before.pk else now)[provision] = (*rest[:2], *map(_read, rest[2:]))
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
    reworded = {one: (old[2:], now[one][2:]) for one, old in then.items() if one in now and old[2:] != now[one][2:]}
    if any(_numberless(old) == _numberless(new) for old, new in reworded.values()):
        for one in _followed((before, then), (after, now)) & reworded.keys():
            then[one] = (*then[one][:2], *now[one][2:])
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


def _read(kept: Any) -> Any:
    """Words, or cells and notes, as they read: blanks say nothing."""
    return [_read(one) for one in kept] if isinstance(kept, list) else one_line(str(kept or ""))


def _numberless(words: tuple[Any, ...]) -> str:
    return NUMBERS.sub("#", repr(words))


def _followed(*drafts: tuple[DocumentVersion, Iterable[UUID]]) -> set[UUID]:
    """The clauses that read as before, their references leading where they led. Each draft with its clauses in their order."""
    (old, old_ids), (new, new_ids) = ((kept_content(one, even_hidden=True), [*map(str, ids)]) for one, ids in drafts)
    return {UUID(one) for one in only_followed(old, old_ids, new, new_ids)}


def meant_by(comment: Comment, then: str, now: str, changed: Mapping[UUID, ChangedClause]) -> list[UUID]:
    """The changed clauses that an answer means without saying so. ``then``, ``now``: the clause's path in the draft commented
    on and in the newest ('' where it is gone): what is another clause's number by now is not its own."""
    if comment.provision_id is None:
        return []
    if comment.provision_id in changed:
        return [comment.provision_id]
    within = [one.provision for one in changed.values() if _inside(one.before, then) or _inside(one.after, now)]
    if within or comment.kind != CommentKind.ADD or not now:
        return within
    beside = now.rpartition("/")[0]
    return [one.provision for one in changed.values() if not one.before and one.after.rpartition("/")[0] == beside]


def _inside(path: str, holder: str) -> bool:
    return bool(holder) and f"{path}/".startswith(f"{holder}/")


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
    known: dict[int, tuple[dict[UUID, ChangedClause], dict[tuple[int, UUID], str]]] = {}
    for comment in comments:
        before = comment.submission.round.version
        if before.pk not in known:
            texts = ProvisionText.objects.filter(version__in=[before.pk, newest.pk])
            paths = {(row[0], row[1]): row[2] for row in texts.values_list("version_id", "provision_id", "path")}
            known[before.pk] = changed_between(before, newest), paths
        changed, paths = known[before.pk]
        response = getattr(comment, "response", None)
        chosen = [one.pk for one in response.targets.all()] if response is not None and response.pk else []
        at = comment.provision_id
        then, now = (paths.get((one.pk, at), "") if at is not None else "" for one in (before, newest))
        meant = chosen or meant_by(comment, then, now, changed)
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
