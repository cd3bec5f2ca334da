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
    const signer = blind.privateKey(bare(one.n), bare(one.p), bare(one.q), BigInt(one.e));
    if (!same(blind.blindSign(signer, blinded), one.blind_sig)) faults.push(one.name + " blind signature");
    for (const wrong of [blinded.slice(1), new Uint8Array(key.length), new Uint8Array(key.length).fill(255)]) {
      try { blind.blindSign(signer, wrong); faults.push(one.name + " stamped what is no blinded message"); } catch {}
    }
  }
  return faults;
}"""


@pytest.fixture
def room(request: Any, transactional_db: None, live_server: Any, settings: Any, tmp_path: Any) -> Any:
    """An open conference with a blind ballot on its text; the live server's address. By parameter: who stamps second."""
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
    teller = world.mandate(request.param) if hasattr(request, "param") else None
    by, now = world.mandate("leader:CQD"), world.now + timedelta(minutes=1)
    row = open_item_ballot(stage.item(meeting), "text", "blind", by=by, now=now, teller=teller)
    hand.set(world.now + timedelta(minutes=2))
    world.address = f"{live_server.url}{meeting.get_absolute_url()}bo-phieu/{row.pk}/"
    world.base, world.ballot, world.hand = live_server.url, row.ballot, hand
    yield world
    clock.install(before)
    drop_guards()


def signed_in(browser: Any, room: Any, account: str, width: int = 390, rest: str = "") -> Any:
    from tests.world import PASSWORD

    context = browser.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{room.base}/dang-nhap/")
    page.fill('input[name="login"]', f"{account}@giaouoc.test")
    page.fill('input[name="password"]', PASSWORD)
    page.locator('form:has(input[name="password"]) button').first.click()
    page.wait_for_url(lambda url: "dang-nhap" not in url)
    page.goto(room.address + rest)
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


KEYS = """async () => new Promise((resolve, reject) => {
  const asked = indexedDB.open("giaouoc-tally", 1);
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction("keys").objectStore("keys").getAll();
    all.onsuccess = () => { asked.result.close(); resolve(all.result); };
  };
})"""


@pytest.mark.parametrize("room", ["assessor:QS"], indirect=True)
def test_a_vote_that_the_tally_team_stamps_second(chromium: Any, room: Any, tmp_path: Path) -> None:
    from giaouoc.ballots.queries import published
    from giaouoc.ballots.rules.papers import key_code
    from giaouoc.ballots.rules.recount import recount

    voters = {code: signed_in(chromium, room, f"lanhdao.{code}") for code in ("ca", "dhqg", "ubnd")}
    ca = voters["ca"]
    ca.get_by_text("Chờ người của tổ kiểm phiếu tạo khóa").wait_for()
    assert not ca.get_by_role("button", name="Xin dấu cho phiếu").is_visible()

    team = signed_in(chromium, room, "thamdinh.qs", 1280, "dau-thu-hai/")
    sent: list[str] = []
    team.on("request", lambda request: sent.append(request.post_data or ""))
    team.get_by_role("button", name="Tạo khóa trên máy này").click()
    team.get_by_text("Khóa sẵn sàng").wait_for()
    [kept] = team.evaluate(KEYS)
    room.ballot.refresh_from_db()
    assert (kept["n"], room.ballot.state) == (room.ballot.second_key, "stamping")
    assert int(kept["n"], 16).bit_length() == 3072
    shown = {name: team.locator(f'[data-part="{name}"]').inner_text() for name in ("charter", "code")}
    assert room.ballot.charter().startswith(shown["charter"].replace(" ", "").lower())
    assert key_code(kept["n"]).startswith(shown["code"].replace(" ", "").lower())

    # Every voter's page turns to the new key by itself and shows the same two codes.
    for page in voters.values():
        page.get_by_role("button", name="Xin dấu cho phiếu").wait_for()
        assert page.locator('[data-part="charter"]').inner_text() == shown["charter"]
        assert page.locator('[data-part="second"]').inner_text() == shown["code"]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def asks(code: str, choice: str = "Tán thành") -> None:
        voters[code].get_by_label(choice, exact=True).check()
        voters[code].get_by_role("button", name="Xin dấu cho phiếu").click()

    asks("ca")
    ca.get_by_text("đang chờ dấu thứ hai").wait_for()
    assert not ca.locator('[data-part="slip"]').is_visible()  # a slip with one stamp is none
    chair = signed_in(chromium, room, "lanhdao.cqd", 1280)
    chair.get_by_text("1 đơn vị chờ dấu thứ hai của tổ kiểm phiếu: Công an Thành phố.").wait_for()
    assert chair.get_by_role("button", name="Kết thúc dù Công an Thành phố còn chờ dấu").is_visible()

    # A stamp that is lost on its way to the server is sent again by itself.
    lost: list[str] = []

    def swallow(route: Any) -> None:
        if route.request.method == "GET" or lost:
            route.continue_()
            return
        lost.append(route.request.post_data)
        route.abort()

    team.route("**/dau-thu-hai/dau/", swallow)
    team.get_by_role("button", name="Đóng dấu Công an Thành phố").click()
    ca.get_by_text("Phiếu đã mang dấu. ").wait_for()
    assert lost
    team.locator('tr:has-text("Công an Thành phố") >> text=đã đóng').wait_for()
    team.unroute("**/dau-thu-hai/dau/")

    # The key goes to another browser by its file; there, too, no other paper of a stamped unit is stamped, whatever the server asks.
    with team.expect_download() as download:
        team.get_by_role("button", name="Lưu tệp khóa").click()
    file = tmp_path / "key.json"
    download.value.save_as(file)
    team.context.close()
    team = signed_in(chromium, room, "thamdinh.qs", 390, "dau-thu-hai/")
    team.on("request", lambda request: sent.append(request.post_data or ""))
    team.get_by_text("không có trong trình duyệt này").wait_for()
    other = tmp_path / "other.json"
    other.write_text(file.read_text().replace(str(room.ballot.pk), "x"))
    team.set_input_files("#key-file", other)
    team.get_by_text("không phải tệp khóa").wait_for()

    def cheat(route: Any) -> None:
        answer = route.fetch()
        found = answer.json()
        for row in found["roll"]:
            if row["unit"] == "CA":
                row["blinded"], row["stamp"] = "0" + row["blinded"][1:], ""
        route.fulfill(response=answer, body=json.dumps(found))

    team.set_input_files("#key-file", file)
    team.get_by_text("Khóa sẵn sàng").wait_for()
    team.route("**/dau-thu-hai/dau/", cheat)
    team.get_by_label("Tự đóng dấu").check()
    team.get_by_text("Có chỗ không đúng").wait_for()
    asks("dhqg")
    asks("ubnd", "Không tán thành")
    for code in ("dhqg", "ubnd"):  # by itself, while the page is open
        voters[code].get_by_text("Phiếu đã mang dấu. ").wait_for()
    assert team.evaluate("document.documentElement.scrollWidth <= innerWidth")
    stamped = [json.loads(one)["unit"] for one in sent if '"stamp"' in one]
    assert stamped.count("CA") == 2 and len(set(stamped)) == 3  # the lost one and its repetition
    assert not any(kept[name] in one for one in sent for name in "pq")
    team.unroute("**/dau-thu-hai/dau/")

    chair.reload()
    chair.get_by_role("button", name="Kết thúc đóng dấu, hủy khóa").click()
    team.get_by_text("khóa đã được xóa khỏi trình duyệt này").wait_for()
    assert team.evaluate(KEYS) == []
    for page in voters.values():
        page.get_by_text("Giữ mã phiếu để tìm").wait_for()
    chair.reload()
    chair.get_by_role("button", name="Đóng hòm, kiểm phiếu").click()
    chair.get_by_text("Công bố được từ").wait_for()
    room.ballot.refresh_from_db()
    found = recount(json.loads(json.dumps(published(room.ballot))))
    assert (found["valid"], found["second"], found["votes"]) == (True, 3, [[2, 1, 0]])
    for page in (*voters.values(), chair, team):
        page.context.close()


@pytest.mark.parametrize("room", ["assessor:QS"], indirect=True)
def test_open_pages_follow_when_the_second_stamp_is_given_up(chromium: Any, room: Any) -> None:
    team = signed_in(chromium, room, "thamdinh.qs", 390, "dau-thu-hai/")
    team.get_by_role("button", name="Tạo khóa trên máy này").click()
    team.get_by_text("Khóa sẵn sàng").wait_for()
    voter = signed_in(chromium, room, "lanhdao.ca")
    voter.get_by_role("button", name="Xin dấu cho phiếu").wait_for()
    before = voter.locator('[data-part="charter"]').inner_text()
    chair = signed_in(chromium, room, "lanhdao.cqd", 1280)
    chair.get_by_role("link", name="Thôi dấu thứ hai").click()
    chair.get_by_label("Lý do").fill("Người của tổ kiểm phiếu phải về")
    chair.get_by_role("button", name="Thôi dấu thứ hai").click()
    voter.locator(f'[data-part="charter"]:not(:text-is("{before}")):not(:empty)').wait_for()
    assert voter.locator('[data-part="second"]').count() == 0
    team.get_by_text("khóa đã được xóa khỏi trình duyệt này").wait_for()
    assert team.evaluate(KEYS) == []
    voter.get_by_label("Tán thành", exact=True).check()
    voter.get_by_role("button", name="Xin dấu cho phiếu").click()
    voter.get_by_text("Phiếu đã mang dấu. ").wait_for()
    for page in (team, voter, chair):
        page.context.close()


@pytest.mark.parametrize("room", ["assessor:QS"], indirect=True)
def test_who_turns_to_another_mandate_for_a_moment_keeps_the_key(chromium: Any, room: Any) -> None:
    from giaouoc.clusters.models import Mandate, Role

    teller = room.mandate("assessor:QS")
    other = Mandate.objects.create(
        user=teller.user, year=room.year, unit=teller.unit, role=Role.SECRETARY, since=teller.since
    )
    team = signed_in(chromium, room, "thamdinh.qs", 390)
    desk = team.context.new_page()

    def turn_to(mandate: Any) -> None:
        desk.goto(f"{room.base}/tai-khoan/")
        desk.evaluate(
            """async (pk) => {
              const token = document.querySelector('[name="csrfmiddlewaretoken"]').value;
              const sent = new URLSearchParams({ csrfmiddlewaretoken: token, "tu-cach": pk });
              await fetch("/tu-cach/", { method: "POST", body: sent });
            }""",
            mandate.pk,
        )

    turn_to(teller)
    team.goto(room.address + "dau-thu-hai/")
    team.get_by_role("button", name="Tạo khóa trên máy này").click()
    team.get_by_text("Khóa sẵn sàng").wait_for()
    turn_to(other)
    team.get_by_text("Chỉ người của tổ kiểm phiếu").wait_for()
    turn_to(teller)
    team.get_by_text("Khóa sẵn sàng").wait_for()
    assert len(team.evaluate(KEYS)) == 1
    team.context.close()
