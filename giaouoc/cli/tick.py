"""What the clock does by itself: called every quarter of a minute by the worker; may run twice."""

from __future__ import annotations

from datetime import datetime, timedelta

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from giaouoc.clusters.actions.retention import keep_terms
from giaouoc.documents.actions.reminders import remind_by_clock
from giaouoc.documents.actions.rounds import ask_joined, close_due_rounds
from giaouoc.lib.covering import forget
from giaouoc.notices.actions.send import send_digests
from giaouoc.signing.actions.await_answer import resume_waiting
from giaouoc.signing.actions.close import close_due_rounds as close_due_signing
from giaouoc.signing.actions.renew import renew_due_seals, warn_of_ageing_seals
from giaouoc.signing.actions.seal import seal_due_rounds

GIVEN_UP = timedelta(minutes=10)  # a task that runs longer was killed with its worker: ours take seconds
TRIES = 11  # the last about 17 hours after the first


def tick(now: datetime) -> None:
    """Close what is due, ask who has joined meanwhile, and remind before it is due; go on with signatures that wait; seal what
    a failure left unsealed; renew old seals and warn before they age; send the morning's letters; forget persons whose term
    is over; run again what failed or was killed."""
    forget()
    close_due_rounds(now=now)
    ask_joined(now=now)
    remind_by_clock(now=now)
    close_due_signing(now=now)
    resume_waiting(now=now)
    seal_due_rounds(now=now)
    renew_due_seals(now=now)
    warn_of_ageing_seals(now=now)
    send_digests(now=now)
    keep_terms(now=now)
    try_tasks_again(now)


def try_tasks_again(now: datetime) -> None:
    """Put back into the queue what failed (2, 4, 8 … minutes after each try) and what its worker did not finish.

    Tasks may run twice, so one that was killed between its work and its mark does no harm."""
    ended = DBTaskResult.objects.filter(status__in=[TaskResultStatus.FAILED, TaskResultStatus.RUNNING])
    for one in ended.filter(started_at__gt=now - timedelta(days=2)).order_by("started_at")[:500]:
        tried = len(one.worker_ids)
        wait = timedelta(minutes=2**tried) if one.status == TaskResultStatus.FAILED else GIVEN_UP
        if tried < TRIES and one.started_at is not None and one.started_at + wait <= now:
            same = DBTaskResult.objects.filter(pk=one.pk, status=one.status, started_at=one.started_at)
            same.update(status=TaskResultStatus.READY, finished_at=None)
