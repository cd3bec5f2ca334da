"""Every page, as each role for which it looks different: axe finds nothing, nothing scrolls sideways, nothing complains.

The rows are in ``tests/views.py``. A page is loaded once and looked at by day and by night, at the width of an office screen
and of a phone."""

from __future__ import annotations

import asyncio

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from giaouoc.accounts.actions.invite import invitation_link
from giaouoc.accounts.models import User
from giaouoc.clusters.models import Mandate
from giaouoc.lib import clock
from giaouoc.lib.clock import SetClock
from giaouoc.public.actions.articles import change_article, publish_article
from tests.access import NOW, Story, routes
from tests.views import STRANGER, live, rows_of
from tests.world import World

from .eyes import Eyes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages"), pytest.mark.django_db(transaction=True)]
NAMED = {route.name: route for route in routes()}


def look_at_stage(eyes: Eyes, story: Story, stage: str) -> None:
    """Every view of a stage."""
    story.look()
    for name, account, empty in rows_of(stage):
        eyes.look(name, story.url(NAMED[name]), "" if account == STRANGER else account, empty=empty)


def publish(story: Story) -> None:
    """The news of the signing, with its pact, is out."""
    by = Mandate.objects.select_related("year").get(user__email="thuky.cqd@giaouoc.test")
    change_article(story.article, by=by, now=NOW, pact=story.pact, tags=["Thi đua"])
    publish_article(story.article, by=by, now=NOW)


def test_every_page_before_one_is_inside(eyes: Eyes, world: World) -> None:
    """What a link from a mail opens, and what needs no account."""
    user = world.mandate("secretary:CA").user
    links = {
        "invitation": invitation_link(User.objects.create_user("moi@giaouoc.test", name="Thư ký mới"), now=world.now),
        "account_reset_password_from_key": reverse(
            "account_reset_password_from_key", args=[user_pk_to_url_str(user), default_token_generator.make_token(user)]
        ),
    }
    for name, account, empty in rows_of("door"):
        eyes.look(name, links.get(name) or reverse(name), "" if account == STRANGER else account, empty=empty)


def test_every_page_while_a_round_is_open(eyes: Eyes, hand: SetClock) -> None:
    hand.set(NOW)
    look_at_stage(eyes, Story(after=False), "consulting")
    eyes.look("refusal", "/khong-co/", "", status=404)
    eyes.look("refusal", f"{reverse('administration:home')}", "thuky.cqd", status=404)


def test_every_page_as_the_year_goes_on(eyes: Eyes) -> None:
    before = clock.install(SetClock(NOW))
    loop = asyncio.get_running_loop()  # Playwright's; it steps aside where signing needs one of its own

    def look(stage: str, story: Story) -> None:
        asyncio._set_running_loop(loop)
        look_at_stage(eyes, story, stage)
        asyncio._set_running_loop(None)

    asyncio._set_running_loop(None)
    story = live(look)
    asyncio._set_running_loop(loop)
    publish(story)
    look_at_stage(eyes, story, "sealed")
    clock.install(before)
