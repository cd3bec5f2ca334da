"""A verifiable secret ballot in a real browser: the published vectors, and a vote in which a reply is lost."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured

pytestmark = [pytest.mark.browser]
VECTORS = json.loads((Path(configured.BASE_DIR) / "giaouoc/ballots/tests/vectors/rfc9474.json").read_text())
CHECK = """async (vectors) => {
  const blind = await import("/static/ballots/blind.js");
  const bare = (text) => text.replace(/^0x/, "");
  const same = (bytes, text) => blind.toHex(bytes) === bare(text);
  const faults = [];
  for (const one of vectors) {
    const key = blind.publicKey(bare(one.n), BigInt(one.e));
    const salt = blind.fromHex(bare(one.salt));
    const prepared = blind.prepare(blind.fromHex(bare(one.msg)), blind.fromHex(bare(one.msg_prefix)));
    if (!same(prepared, one.input_msg)) faults.push(one.name + " input");
    // The vectors give the inverse of the factor: inverting it once more gives the factor.
    const n = key.n;
    let [r, next, s, t] = [n, BigInt(one.inv), 0n, 1n];
    while (next) { const q = r / next; [r, next] = [next, r - q * next]; [s, t] = [t, s - q * t]; }
    const factor = ((s % n) + n) % n;
    const { blinded, undo } = await blind.blind(key, prepared, salt, factor);
    if (!same(blinded, one.blinded_msg)) faults.push(one.name + " blinded");
    const signature = await blind.finalize(key, prepared, blind.fromHex(bare(one.blind_sig)), undo, salt.length);
    if (!same(signature, one.sig)) faults.push(one.name + " signature");
  }
  return faults;
}"""


@pytest.fixture
def room(transactional_db: None, live_server: Any, settings: Any, tmp_path: Any) -> Any:
    """An open conference with a blind ballot on its text; the live server's address."""
    from giaouoc.lib import clock
    from giaouoc.lib.clock import SetClock
    from giaouoc.lib.engine import drop_guards
    from giaouoc.meetings.actions.balloting import open_item_ballot
    from giaouoc.meetings.tests import stage
    from tests.world import World

    settings.DATA, settings.BALLOT_WINDOW, settings.BASE_URL = tmp_path, 1, live_server.url
    settings.BALLOT_OBJECTIONS = 4  # seconds of the hand on the clock
    settings.BALLOT_HOST = live_server.url.replace("localhost", "127.0.0.1")  # the box at a host name of its own
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {
        "DIRECTIVES": policy | {"connect-src": [*policy["connect-src"], settings.BALLOT_HOST]}
    }
    world = World()
    hand = SetClock(world.now)
    before = clock.install(hand)
    meeting = stage.sitting(world)
    row = open_item_ballot(
        stage.item(meeting), "text", "blind", by=world.mandate("leader:CQD"), now=world.now + timedelta(minutes=1)
    )
    hand.set(world.now + timedelta(minutes=2))
    world.address = f"{live_server.url}{meeting.get_absolute_url()}bo-phieu/{row.pk}/"
    world.base, world.ballot, world.hand = live_server.url, row.ballot, hand
    yield world
    clock.install(before)
    drop_guards()


def signed_in(browser: Any, room: Any, account: str, width: int = 390) -> Any:
    from tests.world import PASSWORD

    context = browser.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{room.base}/dang-nhap/")
    page.fill('input[name="login"]', f"{account}@giaouoc.test")
    page.fill('input[name="password"]', PASSWORD)
    page.locator('form:has(input[name="password"]) button').first.click()
    page.wait_for_url(lambda url: "dang-nhap" not in url)
    page.goto(room.address)
    return page


def test_the_vectors_and_a_vote_whose_reply_is_lost(chromium: Any, room: Any) -> None:
    voters = {code: signed_in(chromium, room, f"lanhdao.{code}") for code in ("ca", "qs", "dhqg")}
    phone = voters["ca"]
    assert phone.evaluate(CHECK, VECTORS) == []

    shown = phone.locator('[data-part="charter"]').inner_text().replace(" ", "").lower()
    assert (
        room.ballot.charter().startswith(shown) and len(shown) == 8
    )  # computed by the phone from the key that it uses

    # The stamp is given, but its reply is lost on the way to the phone.
    lost: list[str] = []

    def swallow(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.post_data)
        route.fetch()
        route.abort()

    phone.route("**/dong-dau/", swallow)
    phone.get_by_label("Tán thành", exact=True).check()
    phone.get_by_role("button", name="Xin dấu cho phiếu").click()
    phone.get_by_text("Chưa nhận được dấu").wait_for()
    phone.reload()  # even a page that was closed in between asks for the same paper again
    phone.get_by_text("Phiếu đã mang dấu").wait_for()
    assert lost
    code = phone.locator('[data-part="code"]').inner_text()
    for name, choice in (("qs", "Tán thành"), ("dhqg", "Không tán thành")):
        voters[name].get_by_label(choice, exact=True).check()
        voters[name].get_by_role("button", name="Xin dấu cho phiếu").click()
        voters[name].get_by_text("Phiếu đã mang dấu").wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")

    chair = signed_in(chromium, room, "lanhdao.cqd", 1280)
    sent: list[Any] = []
    phone.on("request", lambda request: sent.append(request) if request.url.endswith("/bo/") else None)
    chair.get_by_role("button", name="Kết thúc đóng dấu").click()
    for page in voters.values():
        page.get_by_text("Giữ mã phiếu để tìm").wait_for()
    assert sent and not any({"cookie", "referer"} & set(one.all_headers()) for one in sent)
    assert {urlsplit(one.url).netloc for one in sent} == {urlsplit(room.base).netloc.replace("localhost", "127.0.0.1")}
    chair.reload()
    chair.get_by_role("button", name="Đóng hòm, kiểm phiếu").click()
    chair.get_by_text("Công bố được từ").wait_for()
    stranger = chromium.new_context(viewport={"width": 390, "height": 844}).new_page()
    stranger.goto(f"{room.base}{room.ballot.get_absolute_url()}")
    stranger.get_by_text("sau giờ ấy người chủ trì công bố").wait_for()
    loads: list[str] = []
    for page in (chair, stranger):
        page.on("framenavigated", lambda frame: loads.append(frame.url))
    room.hand.set(room.hand.now() + timedelta(seconds=4))
    stranger.get_by_text("đã hết thời gian").wait_for()  # both pages come to it by themselves
    chair.get_by_role("button", name="Công bố kết quả").wait_for()
    assert "Đã hết thời gian nêu phiếu bị thiếu" in chair.locator("#followed").inner_text()
    assert not loads
    chair.get_by_role("button", name="Công bố kết quả").click()
    phone.get_by_role("link", name="Tìm mã phiếu trong danh sách").click()
    row = phone.locator(f'tr:has(:text-is("{code}"))')
    assert row.locator("td").inner_text() == "Tán thành"
    assert phone.locator("table.codes tbody tr").count() == 3
    for page in (*voters.values(), chair, stranger):
        page.context.close()
