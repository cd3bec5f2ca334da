"""What the worker does by itself: what failed or was killed is run again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from giaouoc.cli.tick import TRIES, try_tasks_again
from giaouoc.notices.actions.send import notify

from .world import World


@pytest.fixture
def queued(world: World) -> DBTaskResult:
    """One mail in the queue."""
    notify([world.mandate("secretary:CA").user_id], "Có việc", "Mời góp ý.", "/", now=world.now, at_once=True)
    return DBTaskResult.objects.get()


def work() -> None:
    """What db_worker does for each task, without the closing of connections that would end the test's transaction."""
    worker = Worker(
        queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id="test", excluded_queue_names=[],
    )  # fmt: skip
    for result in DBTaskResult.objects.ready():
        result.claim(worker.worker_id)
        worker.run_task(result)


def test_a_mail_that_the_server_refused_leaves_later(queued: DBTaskResult, settings) -> None:
    good, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "no.such.Backend"
    work()
    queued.refresh_from_db()
    assert queued.status == "FAILED"
    settings.EMAIL_BACKEND = good
    now = timezone.now()
    try_tasks_again(now + timedelta(minutes=1))
    work()
    assert mail.outbox == []
    try_tasks_again(now + timedelta(minutes=3))
    work()
    assert [one.subject for one in mail.outbox] == ["Có việc"]
    queued.refresh_from_db()
    assert queued.status == "SUCCESSFUL"


def test_a_mail_whose_worker_was_killed_leaves_later_and_once(queued: DBTaskResult) -> None:
    queued.claim("killed")
    try_tasks_again(timezone.now() + timedelta(minutes=5))
    work()
    assert mail.outbox == []
    for _ in range(2):
        try_tasks_again(timezone.now() + timedelta(minutes=11))
        work()
    assert len(mail.outbox) == 1


def test_what_fails_again_and_again_is_left_alone_in_the_end(queued: DBTaskResult, settings) -> None:
    settings.EMAIL_BACKEND = "no.such.Backend"
    for _ in range(TRIES + 3):
        work()
        try_tasks_again(timezone.now() + timedelta(days=1, hours=23))
    queued.refresh_from_db()
    assert queued.status == "FAILED"
    assert len(queued.worker_ids) == TRIES
