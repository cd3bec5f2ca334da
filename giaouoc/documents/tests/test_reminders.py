"""Nhắc góp ý: the head unit reminds who has not spoken, once a day, and nobody else does."""

from __future__ import annotations

from typing import Any

import pytest

from giaouoc.documents.actions.rounds import remind_units
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
