"""Thông qua: the act that fixed a text, its signing and number, and what an issued text does to an earlier one."""

from __future__ import annotations

from django.db import models

from giaouoc.clusters.models import BodyKind
from giaouoc.files.models import StoredFile
from giaouoc.lib.fields import LineField, StateField, WordsField
from giaouoc.signing.models import SigningRound

from .draft_models import Document, DocumentVersion
from .states import Relation


class Adoption(models.Model):
    """Thông qua: the act that fixed a text. ``text_hash`` equals the content hash of the version."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="adoption")
    version = models.OneToOneField(DocumentVersion, on_delete=models.PROTECT, related_name="adoption")
    text_hash = models.CharField(max_length=64)
    meeting_title = LineField(max_length=300)
    meeting_date = models.DateField()
    result = WordsField()  # '5/5 đơn vị tán thành'; of a secret ballot with its questions, each as long as a title
    table_word = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    table_sheet = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signing_round = models.OneToOneField(
        SigningRound, null=True, blank=True, on_delete=models.PROTECT, related_name="adoption"
    )  # the newest in which the text was put to signing
    adopted_at = models.DateTimeField()
    number = LineField(max_length=100, blank=True)  # of the register of outgoing papers, once the text is issued
    issued_on = models.DateField(null=True, blank=True)
    body_kind = StateField(BodyKind, blank=True, default="", max_length=10)  # its layout from the decision on

    def __str__(self) -> str:
        return f"{self.document}: {self.result}"

    @property
    def audit_chain(self) -> str:
        return self.document.audit_chain


class Succession(models.Model):
    """Sửa đổi, thay thế, bãi bỏ: what an issued text does to an earlier one of its cluster."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="follows")
    earlier = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="followed_by")
    relation = StateField(Relation)

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["document", "earlier"], name="one_relation_between_two_texts")]

    def __str__(self) -> str:
        return f"{self.document}: {self.relation} {self.earlier}"
