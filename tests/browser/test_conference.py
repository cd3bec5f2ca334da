"""A conference with six phones and the room's screen, each in a browser of its own; one phone loses the network."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.once]
UNITS = ["cqd", "ubnd", "ca", "qs", "dhqg"]


@pytest.fixture
def conference(transactional_db: None, live_server: Any, settings: Any) -> Any:
    """The day of a conference whose screen is open; nobody is there yet."""
    from giaouoc.lib import clock
    from giaouoc.lib.clock import SetClock
    from giaouoc.lib.engine import drop_guards
    from giaouoc.meetings.tests import stage
    from tests.world import World

    settings.BASE_URL = live_server.url
    world = World()
    hand = SetClock(world.now)
    before = clock.install(hand)
    meeting = stage.screened(world, stage.day(world, stage.convened(world), []))
    hand.set(world.now)
    world.base, world.meeting = live_server.url, meeting
    world.address = f"{live_server.url}{meeting.get_absolute_url()}"
    yield world
    clock.install(before)
    drop_guards()


def phone_of(browser: Any, world: Any, account: str) -> Any:
    """Somebody's phone, signed in by a session made beside the sign-in page, at the page of the conference."""
    from django.test import Client

    from giaouoc.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=f"{account}@giaouoc.test"))
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": one.key, "value": one.value, "url": world.base} for one in client.cookies.values()])
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(world.address)
    return page


def sees(page: Any, words: str, seconds: float = 2.0) -> None:
    """The words come to the page by themselves within so many seconds (a little more for the slow machine of the tests)."""
    begun = time.monotonic()
    page.get_by_text(words).first.wait_for(timeout=15_000)
    assert time.monotonic() - begun < seconds + 3, words


def test_six_phones_and_the_screen(chromium: Any, conference: Any) -> None:
    world = conference
    screen = chromium.new_context(viewport={"width": 1280, "height": 720}).new_page()
    screen.goto(f"{world.base}/phong-hop/{world.meeting.room_key}/")
    phones = {unit: phone_of(chromium, world, f"lanhdao.{unit}") for unit in UNITS}
    clerk = phone_of(chromium, world, "thuky.cqd")

    # Each unit marks itself present by the code that it reads on the screen.
    wrong = phones["ca"]
    wrong.goto(f"{world.base}/co-mat/")
    wrong.get_by_label("Mã trên màn hình").fill("12")
    wrong.get_by_role("button", name="Đơn vị có mặt").click()
    wrong.get_by_text("Mã không đúng hoặc đã đổi").first.wait_for()
    for phone in phones.values():
        phone.goto(f"{world.base}/co-mat/")
        phone.get_by_label("Mã trên màn hình").fill(screen.locator(".room__code b").inner_text())
        phone.get_by_role("button", name="Đơn vị có mặt").click()
        phone.get_by_text("Đã điểm danh cho đơn vị.").wait_for()
    sees(screen, "5/5 đơn vị, đủ điều kiện họp")
    sees(clerk, "Có mặt 5/5 đơn vị")
    assert screen.locator(".room__code").count() == 0  # nobody is awaited any more

    # The chair opens and puts the text to the vote; screen and phones follow by themselves.
    chair = phones["cqd"]
    chair.get_by_role("button", name="Khai mạc hội nghị").click()
    sees(screen, "Đang họp")
    sees(clerk, "Đang họp.")
    clerk.get_by_role("button", name=re.compile("^Đưa lên màn hình")).first.click()
    sees(screen, "Mục 1")
    chair.get_by_role("link", name=re.compile("^Đưa ra quyết định")).first.click()
    chair.get_by_role("button", name="Mở biểu quyết").click()
    sees(screen, "0/5")
    for unit in UNITS[1:]:
        sees(phones[unit], "Đang có một lần biểu quyết.")
        phones[unit].get_by_role("link", name="Đến lần biểu quyết").click()
        phones[unit].get_by_label("Tán thành", exact=True).wait_for()

    # One loses the network: its page says so and stands still while the others vote.
    cut = phones["qs"]
    cut.context.set_offline(True)
    cut.get_by_text("Mất kết nối.").wait_for()
    for unit in ("cqd", "ubnd", "ca", "dhqg"):
        phones[unit].get_by_label("Tán thành", exact=True).check()
        phones[unit].get_by_role("button", name="Ghi ý kiến của đơn vị").click()
        phones[unit].get_by_text("Đã ghi: tán thành").wait_for()
    sees(screen, "4/5")
    assert "Tán thành" not in screen.inner_text("body")
    assert cut.get_by_text("Chưa biểu quyết").count() > 1

    # Back on the network it catches up by itself, and votes.
    cut.context.set_offline(False)
    cut.locator("#lost").wait_for(state="hidden")
    cut.get_by_text("Chưa biểu quyết: ").wait_for()
    cut.wait_for_function("document.querySelectorAll('.strip__box[data-state=\"signed\"]').length === 4")
    cut.get_by_label("Không tán thành", exact=True).check()
    cut.get_by_role("button", name="Ghi ý kiến của đơn vị").click()
    sees(screen, "5/5")
    chair.get_by_role("button", name="Công bố kết quả").click()
    sees(screen, "4/5 đơn vị có mặt tán thành")
    sees(cut, "4/5 đơn vị có mặt tán thành")

    for page in (screen, clerk, *phones.values()):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.context.close()
