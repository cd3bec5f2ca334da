"""Nhật ký: who did what and when, append-only, chained by hash, one chain for each cluster."""

from __future__ import annotations

from django.db import models

from giaouoc.lib.engine import append_only, guard
from giaouoc.lib.fields import TreeField


class AuditChain(models.Model):
    """The head of a chain: how many events it has and the hash of the last one. Locked while an event is added."""

    name = models.CharField(max_length=80, unique=True)  # "cum-17", or "he-thong" for what belongs to no cluster
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.name}: {self.length}"


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def about(self, obj: models.Model) -> AuditEventQuerySet:
        """Events whose object is this one, oldest first."""
        return self.filter(object_type=obj._meta.label, object_id=str(obj.pk)).order_by("at", "sequence")


class AuditEvent(models.Model):
    """One act. ``actor``: 'Thư ký · Công an Thành phố', frozen as it was; ``data``: what the sentence of the act needs."""

    chain = models.ForeignKey(AuditChain, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=300)
    actor_id = models.BigIntegerField(null=True)  # the person's account; no foreign key: the trail outlives accounts
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    data = TreeField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="one_event_per_place_in_chain")]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.chain_id}/{self.sequence} {self.verb}"

    @property
    def sentence(self) -> str:
        """The act in words: 'đã mở lấy ý kiến đến 17:00 ngày 28-02-2026'."""
        from .verbs import sentence_of

        return sentence_of(self.verb, self.data)


append_only(AuditEvent._meta.db_table)
guard("audit_chain_stays", AuditChain._meta.db_table, "DELETE", "1 = 1", "a chain of the trail stays")
guard(
    "audit_chain_grows",
    AuditChain._meta.db_table,
    "UPDATE",
    "NEW.length <> OLD.length + 1 OR NEW.name <> OLD.name",
    "a chain of the trail grows by one event at a time",
)
