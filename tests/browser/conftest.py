"""A real Chromium, and the demonstration year behind a live server whose clock the test sets."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from giaouoc.lib import clock
from giaouoc.lib.clock import SetClock

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
ARGUMENTS += ["--no-first-run", "--disable-gpu", "--disable-quic"]
NOW = datetime(2026, 2, 24, 2, tzinfo=UTC)  # four days before the round closes, as in the real year
IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, headless; the words of the libraries are there, too."""
    from django.utils.translation import trans_real

    from giaouoc.cli.prepare import compile_messages

    compile_messages()
    trans_real._translations.clear()
    from playwright.sync_api import sync_playwright

    path = os.environ.get("GIAOUOC_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def hand() -> Iterator[SetClock]:
    """The clock of the program, set by the test."""
    found = SetClock(NOW)
    before = clock.install(found)
    yield found
    clock.install(before)


@pytest.fixture
def demonstration(transactional_db: None, hand: SetClock, settings: Any, live_server: Any) -> Iterator[str]:
    """The demonstration year, loaded; the address of its live server."""
    from giaouoc.demo import load as demo
    from giaouoc.lib.engine import drop_guards

    demo.load(NOW, say=lambda _line: None)
    hand.set(NOW)
    settings.BASE_URL = live_server.url
    yield str(live_server.url)
    drop_guards()  # the flush that follows deletes what nobody else may; it ends by installing them again


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, browser: Any, base: str, width: int, height: int) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.base = base
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def go(self, path: str) -> Person:
        self.page.goto(path if path.startswith("http") else self.base + path)
        return self

    def sign_in(self, account: str, password: str = "thi-dua-2026") -> Person:
        self.go("/dang-nhap/")
        self.page.fill("[name=login]", account if "@" in account else f"{account}@giaouoc.test")
        self.page.fill("[name=password]", password)
        self.press("Đăng nhập")
        self.page.wait_for_url("**/viec-can-lam/")
        return self

    def press(self, name: str, *, place: int = 0) -> Person:
        self.page.get_by_role("button", name=name).nth(place).click()
        return self

    def follow(self, name: str, *, place: int = 0) -> Person:
        self.page.get_by_role("link", name=name).nth(place).click()
        return self

    def reads(self, words: str) -> bool:
        return words in self.page.inner_text("body")

    def picture(self, name: str) -> None:
        """A screenshot for the README, only when pictures are being made."""
        if os.environ.get("GIAOUOC_PICTURES"):
            IMAGES.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=IMAGES / f"{name}.png")


@pytest.fixture
def person(chromium: Any, demonstration: str) -> Iterator[Callable[..., Person]]:
    """``person("thuky.cqd")``: somebody signed in; ``person()``: a stranger."""
    made: list[Person] = []

    def make(account: str = "", *, width: int = 1280, height: int = 900) -> Person:
        one = Person(chromium, demonstration, width, height)
        made.append(one)
        return one.sign_in(account) if account else one

    yield make
    complaints = [complaint for one in made for complaint in one.complaints]
    for one in made:
        one.context.close()
    assert complaints == []


@pytest.fixture
def eyes(transactional_db: None, chromium: Any, live_server: Any, settings: Any) -> Iterator[Any]:
    """Somebody who looks at pages; at the end nothing was found on any."""
    from giaouoc.lib.engine import drop_guards

    from .eyes import Eyes

    settings.BASE_URL = live_server.url
    found = Eyes(chromium, live_server.url)
    yield found
    found.context.close()
    drop_guards()  # the flush that follows deletes what nobody else may
    assert found.faults == [], "\n".join(found.faults)
