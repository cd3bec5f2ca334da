"""Two leaders press at the same moment; a process dies in the middle. No signature is lost or voided."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connections

from giaouoc.audit.trail import check_all
from giaouoc.lib import clock
from giaouoc.lib.engine import drop_guards, missing_guards
from giaouoc.lib.errors import DomainError, Invalid, WrongState
from giaouoc.signing.access import can_resume_slot, can_return_file
from giaouoc.signing.actions.await_answer import ask_phone, resume_slot
from giaouoc.signing.actions.seal import seal_due_rounds
from giaouoc.signing.actions.sign import begin_file, release_slot, return_file, sign_slot
from giaouoc.signing.carriers.csc import RemoteCarrier
from giaouoc.signing.engine.look import Look, draw
from giaouoc.signing.states import RoundState, SlotState

from .real import sign_elsewhere
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


def test_of_many_who_look_for_one_answer_at_once_one_goes_on(
    shared_world: Any, real: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page in two windows and the worker: the service is asked once, or its second no would end the first one's turn."""
    world, asked = shared_world, []
    real.remote("CA").phone = "agreed"
    round_ = open_round(world, ["CA", "QS"])
    leader, mine = world.mandate("leader:CA"), slot(round_, "CA")
    ask_phone(mine, by=leader, now=world.now)
    inner, ready = RemoteCarrier.resume, threading.Barrier(4)

    def resume(self: Any, *parts: Any) -> Any:
        asked.append(parts)
        time.sleep(0.5)  # as a service does
        return inner(self, *parts)

    monkeypatch.setattr(RemoteCarrier, "resume", resume)
    slots = [slot(round_, "CA") for _ in range(4)]
    results: list[Any] = []

    def look(mine: Any) -> None:
        try:
            ready.wait(timeout=20)
            results.append(resume_slot(mine, by=leader, now=world.now))
        except DomainError as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=look, args=(one,)) for one in slots]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(asked) == 1
    assert not [one for one in results if isinstance(one, Invalid)]
    assert (round_.revisions.count(), slot(round_, "CA").state) == (2, SlotState.SIGNED)


def test_a_file_that_comes_back_as_its_turn_is_given_up_is_told_so(
    world: Any, real: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = open_round(world, ["CA", "QS"])
    leader, mine = world.mandate("leader:CA"), slot(round_, "CA")
    begin_file(mine, by=leader, now=world.now)

    def given_up(*args: Any) -> Any:
        answer = can_return_file(*args)
        release_slot(slot(round_, "CA"), by=leader, now=world.now)
        return answer

    monkeypatch.setattr("giaouoc.signing.actions.sign.can_return_file", given_up)
    with pytest.raises(WrongState, match="lượt ký"):
        return_file(mine, b"%PDF-1.7", by=leader, now=world.now)


Act = Callable[[Any, Any], Any]


def at_once(world: Any, round_: Any) -> None:
    sign(world, round_, "CA")


def by_file(world: Any, round_: Any) -> None:
    """The turn was begun before; the file comes back, perhaps for the second time."""
    leader, mine = world.mandate("leader:CA"), slot(round_, "CA")
    if mine.state == SlotState.WAITING:
        begin_file(mine, by=leader, now=world.now)
    return_file(mine, round_.paper, by=leader, now=world.now)


def by_phone(world: Any, round_: Any) -> None:
    """Ask, or go on with what was asked, until the signature is there."""
    leader, mine = world.mandate("leader:CA"), slot(round_, "CA")
    if not can_resume_slot(leader, mine, world.now):
        ask_phone(mine, by=leader, now=world.now)
    resume_slot(mine, by=leader, now=world.now)


TRIAL, CSC, RETURNED = (f"giaouoc.signing.carriers.{one}" for one in ("trial", "csc", "returned_file"))
ACTIONS, STEPWISE = "giaouoc.signing.actions", "giaouoc.signing.stepwise"
LEASE, FREE = (
    timedelta(minutes=7),
    timedelta(minutes=4),
)  # until a lease ends; until a step that was killed is free again
DEATHS: list[
    tuple[Act, str, timedelta]
] = [  # how it is signed, what the process dies in, after what time the way is free
    (at_once, f"{TRIAL}.TrialCarrier.sign", LEASE),
    (at_once, f"{ACTIONS}.sign._accept", LEASE),
    (at_once, f"{ACTIONS}.sign.round_completed.send", LEASE),
    (at_once, f"{ACTIONS}.seal._accept_seal", timedelta()),
    (by_file, f"{RETURNED}.ReturnedFileCarrier.sign", timedelta()),
    (by_file, f"{ACTIONS}.sign._accept", timedelta()),
    (by_file, f"{ACTIONS}.sign.round_completed.send", timedelta()),
    (by_phone, f"{CSC}.RemoteCarrier.sign", LEASE),
    (by_phone, f"{ACTIONS}.sign._keep", LEASE),
    (by_phone, f"{CSC}.RemoteCarrier.resume", FREE),
    (by_phone, f"{STEPWISE}.valued", FREE),
    (by_phone, f"{STEPWISE}.finished", FREE),
    (by_phone, f"{ACTIONS}.sign._accept", FREE),
    (by_phone, f"{ACTIONS}.sign.round_completed.send", FREE),
]


def die_in(what: str, act: Callable[[], Any]) -> None:
    """Do the act in a process of its own that is killed, without a word, as soon as it comes to ``what``. The frame of the
    signature is drawn before: what draws it has threads, and those do not come along."""
    picture = draw(Look("Trưởng ban", "Đơn vị"), clock.current().now(), 150.0, 70.0)
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            patch = pytest.MonkeyPatch()
            for drawing in ("sign", "deferred"):
                patch.setattr(f"giaouoc.signing.engine.{drawing}.draw", lambda *args: picture)
            patch.setattr(what, lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL))
            act()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize(("act", "what", "free_after"), DEATHS)
def test_i02_a_killed_process_leaves_the_head_and_the_next_try_succeeds(
    shared_world: Any, real: Any, settings: Any, act: Act, what: str, free_after: timedelta
) -> None:
    """Between every two steps of a signature, by any means; on the real database."""
    world = shared_world
    settings.TRIAL_SIGNING = act is at_once
    if act is by_phone:
        real.remote("CA").phone = "agreed"
    round_ = open_round(world, ["CA"])
    base = round_.head
    if act is by_file:
        begin_file(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
        key = real.authority.leader(world.unit("CA").name)
        round_.paper = sign_elsewhere(base.file.read(), key, field=slot(round_, "CA").field)
    die_in(what, lambda: act(world, round_))
    assert check_all() == []
    round_.refresh_from_db()
    if what.endswith("_accept_seal"):  # the signature is kept; the worker seals
        assert round_.state == RoundState.SIGNED
        assert seal_due_rounds(now=world.now) == 1
        return
    assert (round_.head, slot(round_, "CA").state) == (base, SlotState.SIGNING)
    if free_after:
        with suppress(WrongState):  # not yet free: refused in words, or nothing done
            act(world, round_)
        assert round_.head == base
    world.now += free_after
    act(world, round_)
    round_.refresh_from_db()
    assert (round_.state, round_.head.number) == (RoundState.SEALED, 2)
