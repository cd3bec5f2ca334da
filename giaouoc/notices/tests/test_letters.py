"""What leaves by mail: one letter a day with everything, and at once what cannot wait."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core import mail

from giaouoc.lib.clock import at_local
from giaouoc.notices.actions.send import notify, send_digests
from giaouoc.notices.models import Message
from tests.test_tick import work


@pytest.fixture
def person(world: Any) -> int:
    return world.mandate("secretary:CA").user_id


def morning(day: int) -> Any:
    return at_local(date(2026, 2, day), 7)


def test_everything_of_a_day_leaves_in_one_letter_the_next_morning(world: Any, person: int) -> None:
    for number in range(3):
        notify([person], f"Việc {number}", f"Nội dung {number}.", f"/viec/{number}/", now=world.now)
    send_digests(now=at_local(date(2026, 2, 6), 6, 59))
    work()
    assert mail.outbox == []
    for _ in range(2):  # the tick comes again and again
        send_digests(now=morning(6))
        work()
    [letter] = mail.outbox
    assert letter.subject == "Việc 0 và 2 thông báo khác"
    for number in range(3):
        assert f"Việc {number}\nNội dung {number}.\n" in letter.body
        assert f"/viec/{number}/" in letter.body


def test_a_long_subject_is_shortened(world: Any, person: int) -> None:
    """As of a text whose title is as long as a title may be."""
    for title in ("H" * 280, "H" * 300):
        notify([person], f"Giấy mời họp: {title}", "Họp.", "", now=world.now)
    whole, short = Message.objects.order_by("pk")
    assert whole.subject == "Giấy mời họp: " + "H" * 280
    assert (len(short.subject), short.subject[-2:]) == (300, "H…")


def test_nobody_gets_a_second_letter_on_the_same_day(world: Any, person: int) -> None:
    other = world.mandate("secretary:QS").user_id
    notify([person], "Sáng", "Một.", "", now=world.now)
    send_digests(now=morning(6))
    notify([person, other], "Chiều", "Hai.", "", now=at_local(date(2026, 2, 6), 14))
    send_digests(now=at_local(date(2026, 2, 6), 14))
    work()
    assert sorted((one.subject, one.to[0][:8]) for one in mail.outbox) == [("Chiều", "thuky.qs"), ("Sáng", "thuky.ca")]
    send_digests(now=morning(7))
    work()
    assert [one.subject for one in mail.outbox].count("Chiều") == 2


def test_what_cannot_wait_leaves_at_once_and_is_not_said_again(world: Any, person: int) -> None:
    notify([person], "Giấy mời", "Họp chiều nay.", "/", now=world.now, at_once=True)
    work()
    assert [one.subject for one in mail.outbox] == ["Giấy mời"]
    assert send_digests(now=morning(6)) == 0


def test_who_may_no_longer_sign_in_gets_no_letter(world: Any, person: int) -> None:
    notify([person], "Sáng", "Một.", "", now=world.now)
    user = world.mandate("secretary:CA").user
    user.is_active = False
    user.save()
    assert send_digests(now=morning(6)) == 0
