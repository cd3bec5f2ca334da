"""Thông báo: put a message into people's inbox and have it mailed by the worker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from giaouoc.lib.clock import at_local, local_date
from giaouoc.lib.language import official
from giaouoc.lib.vietnamese import one_line, shortened

from ..models import LONGEST_SUBJECT, Message

MORNING = 7  # o'clock, Vietnamese time
ALIVE = timedelta(days=30)  # an older message that never left is no news any more


def notify(
    user_ids: Iterable[int],
    subject: str,
    body: str,
    path: str,
    *,
    now: datetime,
    at_once: bool = False,
    calendar: str = "",
) -> None:
    """One message to each person's inbox, in the act's own transaction.

    It is mailed with the others of the day in one letter in the morning, so that nobody gets more than one a day;
    ``at_once``: what cannot wait leaves as a letter of its own when the act commits. ``path``: where to act, an address
    inside the system, '' for none. ``calendar``: an iCalendar file that goes with the letter. A long subject, as of a text
    with a long title, is shortened: the page behind the path has it whole."""
    for user_id in sorted(set(user_ids)):
        message = Message.objects.create(
            to_id=user_id,
            subject=shortened(subject, LONGEST_SUBJECT),
            body=body,
            path=path,
            made_at=now,
            at_once=at_once,
            calendar=calendar,
        )
        if at_once:
            send_mail_later.enqueue([message.pk])


def send_digests(*, now: datetime) -> int:
    """In the morning, one letter to each person with what came since the last; how many. May run twice.

    Who got one today gets the next tomorrow."""
    if now < at_local(local_date(now), MORNING):
        return 0
    waiting = Message.objects.filter(
        at_once=False, digest_day=None, mailed_at=None, made_at__gt=now - ALIVE, to__is_active=True
    )
    today = local_date(now)
    had = Message.objects.filter(digest_day=today).values("to_id")
    people = waiting.exclude(to_id__in=had).values_list("to_id", flat=True).distinct()
    sent = 0
    for person in list(people):
        with transaction.atomic():
            mine = list(waiting.filter(to_id=person).select_for_update().order_by("pk").values_list("pk", flat=True))
            if Message.objects.filter(pk__in=mine, digest_day=None).update(digest_day=today):
                send_mail_later.enqueue(mine)
                sent += 1
    return sent


@task()
def send_mail_later(message_ids: list[int]) -> None:
    """Mail messages to one person in one letter, once; may run twice."""
    found = Message.objects.filter(pk__in=message_ids, mailed_at=None).select_related("to").order_by("pk")
    messages = [one for one in found if one.to.is_active]
    if not messages:
        return
    parts = [_letter(one, titled=len(messages) > 1) for one in messages]
    with official():
        subject = messages[0].subject
        if len(messages) > 1:
            subject = _("%(first)s và %(more)s thông báo khác") % {"first": subject, "more": len(messages) - 1}
    body = "\n\n".join([*parts, "--\nGiao Ước"])
    letter = EmailMessage(one_line(subject), body, to=[messages[0].to.email])
    for one in messages:
        if one.calendar:
            method = "CANCEL" if "METHOD:CANCEL" in one.calendar else "REQUEST"
            letter.attach("lich-hop.ics", one.calendar, f"text/calendar; method={method}")
    letter.send()
    Message.objects.filter(pk__in=[one.pk for one in messages]).update(mailed_at=timezone.now())


def _letter(message: Message, *, titled: bool) -> str:
    lines = [message.subject] if titled else []
    lines.append(message.body)
    if message.path:
        lines.append(("" if titled else "\n") + settings.BASE_URL + message.path)
    return "\n".join(lines)
