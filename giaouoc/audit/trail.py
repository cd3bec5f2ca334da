"""Writing and checking the trail. ``record`` is called inside the transaction of the act that it records."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db import models, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from giaouoc.lib.covering import bare
from giaouoc.lib.errors import WrongState
from giaouoc.lib.language import official
from giaouoc.lib.vietnamese import nfc

from .models import AuditChain, AuditEvent
from .verbs import known


class Actor(Protocol):
    """Whoever acts: a mandate, or the system itself."""

    @property
    def actor_label(self) -> str: ...
    @property
    def actor_id(self) -> int | None: ...


@dataclass(frozen=True)
class System:
    """The system acting by the clock or at set-up."""

    actor_label: str = "Hệ thống"
    actor_id: int | None = None


SYSTEM = System()
SYSTEM_CHAIN = "he-thong"  # of what belongs to no cluster


def event_hash(event: AuditEvent, chain: str) -> str:
    """SHA-256 over the canonical JSON of everything the event says, its place and the hash before it."""
    content = {
        "chain": chain,
        "sequence": event.sequence,
        "previous": event.previous,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor,
        "actor_id": event.actor_id,
        "verb": event.verb,
        "object": [event.object_type, event.object_id],
        "data": event.data,
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, bool | int):
        return value
    return nfc(str(value))


@official()
def record(verb: str, obj: Model, *, by: Actor, now: datetime, chain: str = "", **data: Any) -> AuditEvent:
    """Append one act to the chain of the object's cluster; must run inside the act's transaction.

    ``chain``: name of the chain; by default the object's ``audit_chain``. ``data``: plain values for the sentence."""
    if not known(verb):
        raise ValueError(f"the act {verb} has no sentence; register it in the slice's events.py")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an act and its trace belong into one transaction")
    name = chain or str(getattr(obj, "audit_chain", SYSTEM_CHAIN))
    AuditChain.objects.get_or_create(name=name)
    head = AuditChain.objects.select_for_update().get(name=name)
    event = AuditEvent(
        chain=head,
        sequence=head.length + 1,
        at=now,
        actor=nfc(by.actor_label)[:300],
        actor_id=by.actor_id,
        verb=verb,
        object_type=obj._meta.label,
        object_id=str(obj.pk),
        data=_plain(data),
        previous=head.head,
    )
    event.hash = event_hash(event, name)
    event.save(force_insert=True)
    AuditChain.objects.filter(pk=head.pk).update(length=event.sequence, head=event.hash)
    return event


def move(
    obj: Model,
    verb: str,
    moves: dict[str, tuple[set[Any], Any]],
    *,
    by: Actor,
    now: datetime,
    act: str,
    fields: dict[str, Any] | None = None,
    **data: Any,
) -> None:
    """Change ``obj.state`` by a row of its table of moves and leave the trace; nothing else writes ``state``.

    Of two people pressing at once one wins; the other gets WrongState. ``fields``: further columns set by the same UPDATE.
    ``act``: the verb in the trail, such as 'round.close'; ``data``: for its sentence."""
    sources, target = moves[verb]
    changed = type(obj)._default_manager.filter(pk=obj.pk, state__in=sources).update(state=target, **(fields or {}))
    if not changed:
        raise WrongState(_("Trạng thái đã thay đổi trong lúc này. Mời tải lại trang."))
    obj.refresh_from_db(fields=["state", *(fields or {})])
    record(act, obj, by=by, now=now, **data)


@dataclass(frozen=True)
class Fault:
    """A break in a chain: where and what."""

    chain: str
    sequence: int
    what: str


def check_chain(chain: AuditChain) -> Iterator[Fault]:
    """Every edited, deleted, inserted or reordered event of one chain; nothing when it is whole."""
    previous, place = "0" * 64, 0
    events = chain.events.order_by("sequence").iterator(chunk_size=2000)
    while True:
        try:
            event = next(events, None)
        except (ValueError, TypeError):  # what stands in the row is no value of its column
            yield Fault(chain.name, place + 1, _("có sự kiện không đọc được"))
            return
        if event is None:
            break
        place += 1
        if event.sequence != place:
            yield Fault(chain.name, place, _("thiếu sự kiện"))
            place = event.sequence
        if event.previous != previous:
            yield Fault(chain.name, event.sequence, _("không nối tiếp sự kiện trước"))
        if event.hash != _hash_or_none(event, chain.name):
            yield Fault(chain.name, event.sequence, _("nội dung đã bị sửa"))
        previous = event.hash
    if (place, previous) != (chain.length, chain.head):
        yield Fault(chain.name, place, _("đuôi chuỗi không khớp với đầu chuỗi đã ghi"))


def _hash_or_none(event: AuditEvent, chain: str) -> str | None:
    """The hash of what the row says now; None when that is not even readable."""
    try:
        return event_hash(event, chain)
    except (AttributeError, ValueError, TypeError):
        return None


@bare()
def check_all(expected: Iterable[str] = ()) -> list[Fault]:
    """The faults of all chains, of events whose chain is gone, and of chains that should be there and are not.

    ``expected``: names of the chains that the rest of the database speaks of."""
    chains = list(AuditChain.objects.order_by("name"))
    faults = [fault for chain in chains for fault in check_chain(chain)]
    there = {chain.name for chain in chains if chain.length}
    faults += [Fault(name, 0, _("mất cả chuỗi")) for name in sorted(set(expected) - there)]
    lost = AuditEvent.objects.exclude(chain__in=[chain.pk for chain in chains]).order_by("chain_id", "sequence")
    for chain_id in sorted(set(lost.values_list("chain_id", flat=True))):
        faults.append(Fault(f"#{chain_id}", 0, _("chuỗi của các sự kiện này đã bị xóa")))
    return faults


def audit_head() -> str:
    """One hash over the heads of all chains: equal heads, equal history."""
    heads = AuditChain.objects.order_by("name").values_list("name", "length", "head")
    return hashlib.sha256(json.dumps([list(one) for one in heads], ensure_ascii=False).encode()).hexdigest()


def history_of(*objects: models.Model) -> models.QuerySet[AuditEvent]:
    """The acts on these objects, newest first."""
    which = models.Q(pk__in=[])
    for obj in objects:
        which |= models.Q(object_type=obj._meta.label, object_id=str(obj.pk))
    return AuditEvent.objects.filter(which).order_by("-at", "-sequence")  # both are under the hash, the key is not
