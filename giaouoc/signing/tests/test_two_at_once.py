"""Two leaders press at the same moment; a process dies in the middle. No signature is lost or voided."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections

from giaouoc.audit.trail import check_all
from giaouoc.lib.engine import drop_guards, missing_guards
from giaouoc.lib.errors import DomainError, WrongState
from giaouoc.signing.actions import sign as sign_module
from giaouoc.signing.actions.sign import sign_slot, take_lease
from giaouoc.signing.carriers import trial
from giaouoc.signing.models import Attempt
from giaouoc.signing.states import RoundState, SlotState

from .rounds import open_round, sign, slot


@pytest.fixture
def shared_world(transactional_db: None, world: Any) -> Iterator[Any]:
    """A world that other threads and processes see."""
    yield world
    drop_guards()  # the flush that follows deletes what nobody else may; it ends by installing them again


def test_the_guards_stand_again_after_a_flush(db: None) -> None:
    assert missing_guards() == []


def press_together(world: Any, round_: Any, codes: list[str]) -> dict[str, Any]:
    """Each leader in a thread of its own; what came of it: a revision number or the refusal."""
    results: dict[str, Any] = {}
    ready = threading.Barrier(len(codes))
    slots = {code: slot(round_, code) for code in codes}

    def press(code: str) -> None:
        try:
            ready.wait(timeout=20)
            results[code] = sign_slot(slots[code], by=world.mandate(f"leader:{code}"), now=world.now).number
        except DomainError as error:
            results[code] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(code,)) for code in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_i02_two_leaders_at_once_lose_no_signature(shared_world: Any) -> None:
    world = shared_world
    round_ = open_round(world, ["CA", "QS", "UBND"])
    results = press_together(world, round_, ["CA", "QS"])
    done = [code for code, result in results.items() if isinstance(result, int)]
    told = [code for code, result in results.items() if isinstance(result, WrongState)]
    assert sorted(done + told) == ["CA", "QS"]
    assert done
    revisions = list(round_.revisions.order_by("number"))
    assert [one.slot.unit.code for one in revisions[1:]] == sorted(done, key=lambda code: results[code])
    for code in told:
        assert "ký" in str(results[code])
        sign(world, round_, code)
    sign(world, round_, "UBND")
    assert round_.state == RoundState.SEALED
    files = [one.file.read() for one in round_.revisions.order_by("number")]
    assert all(later.startswith(earlier) for earlier, later in pairwise(files))
    assert check_all() == []


def test_i02_the_same_leader_pressing_twice_signs_once(shared_world: Any) -> None:
    world = shared_world
    round_ = open_round(world, ["CA", "QS"])
    mine, results = slot(round_, "CA"), []
    ready = threading.Barrier(2)

    def press() -> None:
        try:
            ready.wait(timeout=20)
            results.append(sign_slot(mine, by=world.mandate("leader:CA"), now=world.now).number)
        except DomainError as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(isinstance(one, int) for one in results) == [False, True]
    assert round_.revisions.count() == 2


STEPS = ["after the lease", "after the signature", "before the commit"]


class Killed(BaseException):
    """Stands for the end of the process: nothing that follows may tidy up."""


@pytest.mark.parametrize("step", STEPS)
def test_i02_a_crash_between_steps_leaves_the_head_and_the_lease_runs_out(
    world: Any, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    round_ = open_round(world, ["CA", "QS"])
    if step == "before the commit":
        sign(world, round_, "QS")
    head = round_.head.sha256

    def die(*args: Any, **kwargs: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sign_module, "_give_up", lambda *args: None)
        if step == "after the lease":
            patch.setattr(trial.TrialCarrier, "sign", die)
        elif step == "after the signature":
            patch.setattr(sign_module, "_accept", die)
        else:
            patch.setattr(sign_module, "round_completed", type("Deaf", (), {"send": staticmethod(die)}))
        with pytest.raises(Killed):
            sign_slot(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
    assert round_.head.sha256 == head
    attempt = Attempt.objects.get(round=round_, ended_at=None)
    with pytest.raises(WrongState, match="Đang có người ký"):
        take_lease(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
    world.now = attempt.lease_until + timedelta(seconds=1)
    sign(world, round_, "CA")
    assert slot(round_, "CA").state == SlotState.SIGNED


CHILD = """
import os, datetime, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = {name!r}
django.setup()
from giaouoc.clusters.models import Mandate
from giaouoc.lib import clock
from giaouoc.signing.carriers import trial
from giaouoc.signing.actions import sign as s
from giaouoc.signing.models import Slot
mandate = Mandate.objects.select_related("unit", "user", "year__cluster__supervising_body").get(pk={mandate})
slot = Slot.objects.select_related("unit", "round__year__cluster").get(pk={slot})
now = clock.SetClock(datetime.datetime.fromisoformat({now!r}))
clock.install(now)
kill = lambda *a, **k: os.kill(os.getpid(), 9)
if {step!r} == "after the lease": trial.TrialCarrier.sign = kill
elif {step!r} == "after the signature": s._accept = kill
else: s.round_completed.send = kill
s.sign_slot(slot, by=mandate, now=now.now())
"""


@pytest.mark.parametrize("step", STEPS)
def test_i02_a_killed_process_leaves_the_head_as_it_was(shared_world: Any, step: str) -> None:
    world = shared_world
    name = str(connection.settings_dict["NAME"])
    round_ = open_round(world, ["CA"] if step == "before the commit" else ["CA", "QS"])
    head = round_.head.sha256
    program = CHILD.format(
        name=name,
        mandate=world.mandate("leader:CA").pk,
        slot=slot(round_, "CA").pk,
        now=world.now.isoformat(),
        step=step,
    )
    child = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "GIAOUOC_DATA": str(settings.DATA), "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert round_.head.sha256 == head
    attempt = Attempt.objects.get(round=round_, ended_at=None)
    world.now = attempt.lease_until + timedelta(seconds=1)
    sign(world, round_, "CA")
    assert slot(round_, "CA").state == SlotState.SIGNED
