"""Which provision each clause of a draft is, and what became of those of the draft before, as rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from .identity import Carried, carry, rows_of_tree
from .models import ChangeRecord, DocumentVersion, Provision, ProvisionText, kept_content
from .rules.drift import drifts
from .rules.warnings import MOST, Warning


def identify(version: DocumentVersion, before: DocumentVersion) -> None:
    """Give each clause of an unfrozen draft the provision that it continues, by all decisions so far."""
    decisions = list(version.pairings.all())
    carried = carry(
        kept_content(before, even_hidden=True),
        kept_content(version, even_hidden=True),
        [(one.from_paths, one.to_paths) for one in decisions],
    )
    old_ids = list(before.texts.order_by("position").values_list("provision_id", flat=True))
    olds = set(old_ids)
    texts = list(version.texts.order_by("position"))
    wanted: list[Any] = []
    fresh: list[Provision] = []
    for place, text in enumerate(texts):
        if place in carried.kept:
            wanted.append(old_ids[carried.kept[place]])
        elif text.provision_id not in olds:
            wanted.append(text.provision_id)
        else:
            fresh.append(Provision(document=version.document))
            wanted.append(fresh[-1].pk)
    changed = [(text, want) for text, want in zip(texts, wanted, strict=True) if text.provision_id != want]
    # A provision stands once in a version, also between two statements: each goes by a provision of its own meanwhile.
    aside = [Provision(document=version.document) for _one in changed]
    Provision.objects.bulk_create([*fresh, *aside])
    left = {text.provision_id for text, _want in changed if text.provision_id not in olds} - set(wanted)
    for (text, _want), between in zip(changed, aside, strict=True):
        text.provision_id = between.pk
    rows = [text for text, _want in changed]
    ProvisionText.objects.bulk_update(rows, ["provision"])
    for text, want in changed:
        text.provision_id = want
    ProvisionText.objects.bulk_update(rows, ["provision"])
    version.changes.all().delete()
    said = {tuple(one.from_paths): one.made_by_id for one in decisions}
    write_changes(version, carried.changes, old_ids, wanted, said)
    Provision.objects.filter(pk__in=[*(one.pk for one in aside), *left]).delete()


def warn_of_drift(version: DocumentVersion, before: DocumentVersion) -> None:
    """Keep with the draft which of its references still read as in the draft before, though their clause moved or went."""
    old, new = (kept_content(one, even_hidden=True) for one in (before, version))
    old_ids, new_ids = (
        [str(one) for one in of.texts.order_by("position").values_list("provision_id", flat=True)]
        for of in (before, version)
    )
    paths = [row.path for row in rows_of_tree(new)]
    was = dict(zip((row.path for row in rows_of_tree(old)), old_ids, strict=True))
    now = dict(zip(paths, new_ids, strict=True))
    merged: dict[str, list[str]] = defaultdict(list)
    for of, to in version.changes.filter(change="merged").values_list("from_paths", "to_paths"):
        for one in filter(now.__contains__, to):
            merged[now[one]] += [was[path] for path in of if path in was]
    found = [
        Warning(paths[one.place], "drifted" if one.now else "adrift", {"words": one.words, "now": one.now}).kept()
        for one in drifts(old, old_ids, new, new_ids, merged)
    ]
    kept = [one for one in version.warnings if one.get("code") not in {"drifted", "adrift"}]
    if [*kept, *found] != version.warnings:
        version.warnings = [*kept, *found][:MOST]
        version.save(update_fields=["warnings"])


def write_changes(
    version: DocumentVersion,
    changes: Sequence[Carried],
    old_ids: Sequence[Any],
    ids: Sequence[Any],
    said: dict[tuple[str, ...], int] | None = None,
) -> None:
    """What became of the clauses, as rows. said: paths of the earlier draft -> mandate that decided on them."""
    ChangeRecord.objects.bulk_create(
        ChangeRecord(
            version=version,
            provision_id=old_ids[index] if change.old else ids[index],
            from_paths=change.from_paths,
            to_paths=change.to_paths,
            change=change.change,
            confidence=change.confidence,
            asked=change.asked or tuple(change.from_paths) in (said or {}),
            confirmed_by_id=(said or {}).get(tuple(change.from_paths)),
        )
        for change in changes
        for index in change.old or change.new[:1]
    )
