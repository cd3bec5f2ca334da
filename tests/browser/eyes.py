"""Looks at a page as a demanding reader does: axe, the width, the console."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve

from .conftest import Person

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
CONTRAST = "color-contrast"
LOOK = """async (options) => {
  const found = await axe.run(document, {resultTypes: ["violations"], ...options});
  const where = one => one.nodes.slice(0, 3).map(node => node.html.slice(0, 200)).join(" | ");
  return found.violations.map(one => `${one.id}: ${where(one)}`);
}"""
TOO_WIDE = """() => {
  if (document.documentElement.scrollWidth <= innerWidth) return "";
  const wide = [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > innerWidth + 1);
  return wide.slice(0, 3).map(one => one.outerHTML.slice(0, 160)).join(" | ") || "something";
}"""
PRINTED = {"year", "documents:document", "documents:answers", "meetings:meeting", "meetings:minutes", "programme:pact"}
ON_PAPER = """() => [...document.querySelectorAll(".bar, .tabs, .foot, .skip, .messages, nav.pagination, button, input, select, textarea")]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().width > 1).map(one => one.outerHTML.slice(0, 120))"""


def _route(url: str) -> str:
    """The name of the page at an address, '' for none of ours."""
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return ""


class Eyes(Person):
    """A browser that goes from page to page and from account to account; ``faults`` has what was wrong."""

    def __init__(self, browser: Any, base: str) -> None:
        super().__init__(browser, base, WIDE["width"], WIDE["height"])
        self.context.add_init_script(AXE_SCRIPT)
        self.faults: list[str] = []
        self.seen: set[str] = set()
        self._known: set[str] = set()
        self._sessions: dict[str, str] = {}
        self._as: str | None = None

    def become(self, account: str) -> None:
        """Be signed in as an account of the demonstration; '' as nobody."""
        if account == self._as:
            return
        self._as = account
        self.context.clear_cookies()
        if not account:
            return
        if account not in self._sessions:
            from giaouoc.accounts.models import User

            client = Client()
            user = User.objects.get(email=f"{account}@giaouoc.test")
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            self._sessions[account] = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": self._sessions[account], "url": self.base}]
        )

    def look(self, name: str, path: str, account: str, *, status: int = 200, empty: bool = False) -> None:
        """Go to a page and look; ``empty``: send its form with nothing filled in and look at the answer."""
        self.become(account)
        answer = self.page.goto(self.base + path.removeprefix(self.base))
        if empty:
            with self.page.expect_navigation():
                self.page.evaluate("""() => {
                  const form = document.querySelector("main form[method=post]");
                  for (const one of form.elements) if (!["hidden", "submit", "button"].includes(one.type)) one.value = "";
                  form.noValidate = true;
                  form.requestSubmit();
                }""")
        label = f"{name} ({account or 'stranger'}{', empty' if empty else ''}) {path}"
        if answer.status != status:
            self.faults.append(f"{label}: {answer.status} instead of {status}")
            self.complaints.clear()
            return
        self.judge(label, anew=name not in self._known)
        if name in PRINTED:
            self.judge_paper(label)
        self._known.add(name)

    def see(self, name: str, *, follow: str = "") -> Eyes:
        """Look at the page that somebody has come to, perhaps by one more link that is there only now and then."""
        if follow and self.page.get_by_role("link", name=follow).count():
            self.follow(follow)
        self.page.wait_for_url(lambda url: _route(url) == name)  # a script may send the form only after a while
        self.page.wait_for_load_state("networkidle")
        self.judge(name)
        self.seen.add(name)
        return self

    def judge(self, label: str, *, anew: bool = True) -> None:
        """Look at the page that is shown now. Colours by night, and what a phone shows otherwise, do not change with what a
        page says, so once a route is enough; its width may."""
        page, found = self.page, list[str]()
        found += page.evaluate(LOOK, {})
        if anew:
            page.emulate_media(color_scheme="dark")
            found += [f"by night {one}" for one in page.evaluate(LOOK, {"runOnly": [CONTRAST]})]
            page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE)
        if wide := page.evaluate(TOO_WIDE):
            found.append(f"wider than a phone: {wide}")
        if anew:
            found += [f"on a phone {one}" for one in page.evaluate(LOOK, {"rules": {CONTRAST: {"enabled": False}}})]
        page.set_viewport_size(WIDE)
        found += self.complaints
        self.complaints.clear()
        self.faults += [f"{label}: {one}" for one in found]

    def judge_paper(self, label: str) -> None:
        """Printed, a page has its words and nothing to go elsewhere with, and fits the sheet."""
        page = self.page
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 690, "height": 980})  # A4 between its margins
        self.faults += [f"{label}: on paper {one}" for one in page.evaluate(ON_PAPER)]
        if wide := page.evaluate(TOO_WIDE):
            self.faults.append(f"{label}: wider than the sheet: {wide}")
        if not page.locator("h1").first.is_visible():
            self.faults.append(f"{label}: on paper without its title")
        page.emulate_media(media="screen")
        page.set_viewport_size(WIDE)
