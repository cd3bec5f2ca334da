"""Ý kiến chỉ đạo: what the supervising body asked for, as spoken, and the tasks that the units were given for it."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.urls import reverse

from giaouoc.clusters.models import Mandate, Unit, Year
from giaouoc.files.models import StoredFile
from giaouoc.lib.clock import local_date
from giaouoc.lib.engine import guard
from giaouoc.lib.fields import LineField, StateField, WordsField

from .states import OVER, EntryKind, TaskState


class Directive(models.Model):
    """The words as spoken, by whom, on what day and occasion. They are not changed once a task rests on them."""

    year = models.ForeignKey(Year, on_delete=models.PROTECT, related_name="directives")
    words = WordsField()
    speaker = LineField(max_length=200)  # post of whoever spoke
    given_on = models.DateField()
    occasion = LineField(max_length=400, blank=True)  # 'Hội nghị …, mục 3. …'
    path = models.CharField(max_length=500, blank=True)  # of the occasion's own page
    recorded_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-given_on", "-pk")

    def __str__(self) -> str:
        return self.words[:80]

    def get_absolute_url(self) -> str:
        return reverse("directives:directive", args=[self.year.cluster.code, self.year.number, self.pk])

    @property
    def audit_chain(self) -> str:
        return self.year.audit_chain


class DirectiveTask(models.Model):
    """Nhiệm vụ được giao: a unit's share, how it will be seen that it is done, and by when."""

    directive = models.ForeignKey(Directive, on_delete=models.PROTECT, related_name="tasks")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    text = WordsField()
    measure = WordsField()
    due = models.DateField()
    state = StateField(TaskState, default=TaskState.ASSIGNED)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("due", "pk")

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        year = self.directive.year
        return reverse("directives:task", args=[year.cluster.code, year.number, self.pk])

    @property
    def audit_chain(self) -> str:
        return self.directive.audit_chain

    @property
    def state_label(self) -> str:
        return str(TaskState(self.state).label)

    def is_overdue(self, now: datetime) -> bool:
        """Whether its day has passed and nothing was reported; computed, never stored."""
        return self.state not in OVER | {TaskState.REPORTED} and self.due < local_date(now)


class TaskEntry(models.Model):
    """What was said about a task: a report with its evidence, a question, an answer. Written once."""

    task = models.ForeignKey(DirectiveTask, on_delete=models.PROTECT, related_name="entries")
    kind = StateField(EntryKind)
    words = WordsField(blank=True)
    made_by = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.kind}: {self.words[:60]}"

    @property
    def kind_label(self) -> str:
        return str(EntryKind(self.kind).label)


class EntryFile(models.Model):
    """Minh chứng: a file that a report shows."""

    entry = models.ForeignKey(TaskEntry, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.file.name


for _table, _words in (
    (TaskEntry._meta.db_table, "what was said about a task never changes"),
    (EntryFile._meta.db_table, "the evidence of a report never changes"),
):
    for _event in ("UPDATE", "DELETE"):
        guard(f"{_table}_fixed_{_event.lower()}", _table, _event, "1 = 1", _words)
guard(
    "directives_directive_words",
    Directive._meta.db_table,
    "UPDATE",
    "(NEW.words <> OLD.words OR NEW.speaker <> OLD.speaker) AND EXISTS"
    f' (SELECT 1 FROM "{DirectiveTask._meta.db_table}" t WHERE t.directive_id = OLD.id)',
    "words that a task rests on never change",
)
