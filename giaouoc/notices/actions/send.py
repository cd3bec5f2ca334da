"""Thông báo: put a message into people's inbox and have it mailed by the worker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django_tasks import task

from giaouoc.lib.vietnamese import one_line

from ..models import Message


def notify(user_ids: Iterable[int], subject: str, body: str, path: str, *, now: datetime) -> None:
    """One message to each person, in the act's own transaction; the mail leaves only when that commits.

    ``path``: where to act, an address inside the system, '' for none."""
    for user_id in sorted(set(user_ids)):
        message = Message.objects.create(to_id=user_id, subject=one_line(subject), body=body, path=path, made_at=now)
        send_mail_later.enqueue(message.pk)


@task()
def send_mail_later(message_id: int) -> None:
    """Mail a message once; may run twice."""
    message = Message.objects.select_related("to").get(pk=message_id)
    if message.mailed_at is not None or not message.to.is_active:
        return
    lines = [message.body]
    if message.path:
        lines += ["", settings.BASE_URL + message.path]
    lines += ["", "--", "Giao Ước"]
    EmailMessage(message.subject, "\n".join(lines), to=[message.to.email]).send()
    Message.objects.filter(pk=message_id).update(mailed_at=timezone.now())
