"""Nhắc góp ý: the head unit reminds who has not spoken, once a day, and nobody else does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from giaouoc.documents.actions.reminders import remind_by_clock, remind_units
from giaouoc.documents.actions.rounds import extend_round
from giaouoc.documents.actions.submissions import start_supplement
from giaouoc.lib.errors import NotAllowed, WrongState
from giaouoc.notices.models import Message

from . import stage


def test_only_units_that_have_not_spoken_are_reminded(world: Any) -> None:
    round = stage.consulting(world)
    stage.say(world, round, "CA")
    stage.send(world, round, "CA")
    Message.objects.all().delete()
    assert remind_units(round, by=world.mandate("secretary:CQD"), now=world.now) == 4
    told = {message.to.email for message in Message.objects.select_related("to")}
    assert "lanhdao.qs@giaouoc.test" in told
    assert "lanhdao.ca@giaouoc.test" not in told


def test_a_unit_that_has_spoken_and_prepares_a_further_word_is_not_told_that_it_was_silent(world: Any) -> None:
    round = stage.consulting(world)
    stage.said(world, round, "CA")
    start_supplement(stage.submission(round, "CA"), by=world.mandate("secretary:CA"), now=world.now)
    Message.objects.all().delete()
    assert remind_units(round, by=world.mandate("secretary:CQD"), now=world.now) == 4
    remind_by_clock(now=world.pass_time(days=18))
    assert not Message.objects.filter(to__email__contains=".ca@").exists()


def test_a_second_reminder_on_the_same_day_is_refused_and_the_next_day_is_not(world: Any) -> None:
    round = stage.consulting(world)
    remind_units(round, by=world.mandate("leader:CQD"), now=world.now)
    with pytest.raises(WrongState, match="mỗi ngày"):
        remind_units(round, by=world.mandate("leader:CQD"), now=world.now)
    assert remind_units(round, by=world.mandate("leader:CQD"), now=world.pass_time(days=1)) == 5


@pytest.mark.parametrize("who", ["secretary:CA", "leader:UBND", "assessor:CQD", "observer", "administrator"])
def test_others_do_not_remind(world: Any, who: str) -> None:
    with pytest.raises(NotAllowed):
        remind_units(stage.consulting(world), by=world.mandate(who), now=world.now)


def test_after_the_close_nobody_is_reminded(world: Any) -> None:
    round = stage.consulting(world)
    with pytest.raises(WrongState):
        remind_units(round, by=world.mandate("leader:CQD"), now=world.pass_time(days=21))


def test_the_year_s_page_offers_the_reminder_to_the_head_alone(world: Any, client: Any) -> None:
    stage.consulting(world)
    assert "Nhắc 5 đơn vị" in world.sign_in(client, "secretary:CQD").get(world.url()).content.decode()
    assert "Nhắc 5 đơn vị" not in world.sign_in(client, "secretary:CA").get(world.url()).content.decode()


def test_the_clock_reminds_the_silent_three_days_before_and_on_the_last_day_each_once(world: Any) -> None:
    round = stage.consulting(world, days=20)
    stage.say(world, round, "CA")
    stage.send(world, round, "CA")
    Message.objects.all().delete()
    subjects = []
    for _day in range(20):
        for _again in range(2):
            remind_by_clock(now=world.now)
        subjects.append(sorted({one.subject.split(":")[0] for one in Message.objects.all()}))
        assert not Message.objects.filter(to__email__contains=".ca@").exists()
        Message.objects.all().delete()
        world.pass_time(days=1)
    assert [(20 - day, words) for day, words in enumerate(subjects) if words] == [
        (4, ["Sắp hết hạn góp ý"]),
        (1, ["Hôm nay hết hạn góp ý"]),
    ]  # it closes at eight in the morning of the twentieth day: the day before is the last one


def test_after_an_extension_the_clock_reminds_again(world: Any) -> None:
    round = stage.consulting(world, days=20)
    world.pass_time(days=18)
    assert remind_by_clock(now=world.now) == 1
    until = world.now + timedelta(days=10)
    extend_round(round, by=world.mandate("leader:CQD"), now=world.now, closes_at=until, reason="Chờ văn bản cấp trên.")
    assert remind_by_clock(now=world.now) == 0
    assert remind_by_clock(now=world.pass_time(days=7)) == 1


def test_a_round_opened_for_two_days_is_news_enough_on_its_first(world: Any) -> None:
    stage.consulting(world, days=2)
    Message.objects.all().delete()
    assert remind_by_clock(now=world.now) == 0
    assert not Message.objects.exists()
    assert remind_by_clock(now=world.pass_time(days=1)) == 1


def test_the_close_is_told_to_all_and_its_silent_units_to_the_drafters(world: Any) -> None:
    round = stage.consulting(world)
    Message.objects.all().delete()
    stage.closed(world, round)
    bodies = {one.to.email: one.body for one in Message.objects.filter(subject__startswith="Hết hạn")}
    assert "Quân sự" in bodies["thuky.cqd@giaouoc.test"]
    assert "không trả lời" not in bodies["thuky.ca@giaouoc.test"]


def test_the_term_goes_into_one_s_own_calendar(world: Any, client: Any) -> None:
    round = stage.consulting(world)
    client.force_login(world.mandate("secretary:CA").user)
    url = f"{round.version.document.get_absolute_url()}han-gop-y.ics"
    answer = client.get(url)
    assert answer["Content-Type"].startswith("text/calendar")
    event = Calendar.from_ical(answer.content).walk("VEVENT")[0]
    assert event.decoded("dtstart") == round.closes_at
    lines = answer.content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert [line.decode() for line in lines]  # no letter is cut in two
    later = round.closes_at + timedelta(days=2)
    extend_round(round, by=world.mandate("leader:CQD"), now=world.now, closes_at=later, reason="Chờ văn bản cấp trên.")
    moved = Calendar.from_ical(client.get(url).content).walk("VEVENT")[0]
    assert (moved["uid"], moved.decoded("dtstart")) == (event["uid"], later)
    assert moved["sequence"] > event["sequence"]
    assert [alarm.decoded("trigger") for alarm in event.walk("VALARM")] == [timedelta(days=-3), timedelta(hours=-4)]
