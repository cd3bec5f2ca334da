"""Thông báo: messages to people, in the inbox and by mail."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from giaouoc.lib.fields import CalendarField, LineField, WordsField

LONGEST_SUBJECT = 300


class Message(models.Model):
    """One message to one person. ``path``: where to act, an address inside the system. Mailed by the worker: at once, or
    with the others of the day."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="messages")
    subject = LineField(max_length=LONGEST_SUBJECT)
    body = WordsField()
    path = models.CharField(max_length=500, blank=True)
    calendar = CalendarField(blank=True)  # goes with the letter as a file for the person's calendar (iCalendar)
    at_once = models.BooleanField(default=False)
    digest_day = models.DateField(null=True, blank=True)  # in whose letter it left, of those that are not at once
    made_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["to", "-made_at"], name="messages_of_person"),
            models.Index(fields=["to"], condition=models.Q(at_once=False, digest_day=None), name="messages_for_digest"),
            models.Index(fields=["digest_day", "to"], name="messages_of_digest"),
        ]

    def __str__(self) -> str:
        return self.subject
