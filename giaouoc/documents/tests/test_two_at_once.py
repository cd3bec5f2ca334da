"""Bundles are sent in the very moment in which the round closes: each is sent or silent, and nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from giaouoc.documents.actions.rounds import close_due_rounds
from giaouoc.documents.actions.submissions import send_submission
from giaouoc.documents.models import ConsultationRound, UnitSubmission
from giaouoc.lib.engine import drop_guards
from giaouoc.lib.errors import DomainError

from . import stage

UNITS = ["CA", "QS", "UBND", "DHQG"]


@pytest.fixture
def shared_world(transactional_db: None, world: Any) -> Iterator[Any]:
    """A world that other threads see."""
    yield world
    drop_guards()


def test_bundles_at_the_hour_of_the_close(shared_world: Any) -> None:
    world = shared_world
    round = stage.consulting(world)
    for code in UNITS:
        stage.say(world, round, code)
    now, failed = round.closes_at, list[BaseException]()
    ready = threading.Barrier(len(UNITS) + 1)

    def together(act: Callable[[], Any]) -> None:
        try:
            ready.wait(timeout=20)
            act()
        except DomainError:
            pass  # too late, said in a sentence
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    acts: list[Callable[[], Any]] = [lambda: close_due_rounds(now=now)]
    for code in UNITS:
        bundle, leader = stage.submission(round, code), world.mandate(f"leader:{code}")
        acts.append(lambda bundle=bundle, leader=leader: send_submission(bundle, by=leader, now=now))  # type: ignore[misc]
    threads = [threading.Thread(target=together, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failed == []
    close_due_rounds(now=now)
    assert ConsultationRound.objects.get().state == "closed"
    states = dict(UnitSubmission.objects.filter(unit__code__in=UNITS).values_list("unit__code", "state"))
    assert set(states.values()) <= {"sent", "silent"}, states
