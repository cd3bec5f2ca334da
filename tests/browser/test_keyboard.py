"""With the keyboard alone: past the navigation, through the menu, a comment written and sent; nothing moves for those who ask."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey"), pytest.mark.django_db(transaction=True)]
YEAR = "/cum/17/2026/"
REGULATION = f"{YEAR}van-ban/quy-che-to-chuc-va-hoat-dong/"
FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), look = getComputedStyle(one);
  const ring = [one, one.closest(".bit")].filter(Boolean).map(it => getComputedStyle(it));
  return {
    name: one.getAttribute("aria-label") || (one.labels && one.labels[0] ? one.labels[0].innerText : one.innerText) || "",
    tag: one.tagName.toLowerCase(), inside: Boolean(one.closest("main")),
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && look.visibility !== "hidden",
    ringed: ring.some(it => it.outlineStyle !== "none" && parseFloat(it.outlineWidth) >= 2),
  };
}"""
MOVING = """() => document.getAnimations().length + [...document.querySelectorAll("*")].filter(one =>
  getComputedStyle(one).transitionDuration.split(",").some(time => parseFloat(time) > 0.01)).length"""


class Keys:
    """Somebody who has no mouse."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page

    def press(self, *keys: str) -> dict[str, object]:
        for key in keys:
            self.page.keyboard.press(key)
        return dict(self.page.evaluate(FOCUSED))

    def reach(self, words: str, tag: str = "") -> None:
        """Tab until the focus is on what is called so; each stop on the way is seen and ringed."""
        for _ in range(200):
            now = self.press("Tab")
            assert now["seen"], f"the focus is out of sight: {now}"
            assert now["ringed"], f"nothing shows the focus: {now}"
            if words in str(now["name"]) and tag in ("", now["tag"]):
                return
        raise AssertionError(f"never came to {words}")

    def enter(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


def test_past_the_navigation_and_through_the_menu(person: Callable[..., Person]) -> None:
    somebody = person("thuky.dhqg").go(YEAR)
    keys = Keys(somebody)
    assert keys.press("Tab")["name"] == "Đến nội dung chính"
    assert keys.press("Enter", "Tab")["inside"]
    somebody.go(YEAR)
    keys.reach("Thư ký", "summary")
    assert not somebody.page.get_by_role("button", name="Đăng xuất").is_visible()
    keys.press("Enter")
    assert somebody.page.get_by_role("button", name="Đăng xuất").is_visible()
    keys.reach("Tài khoản và bảo mật")
    assert keys.press("Escape")["tag"] == "summary"
    assert not somebody.page.get_by_role("button", name="Đăng xuất").is_visible()
    somebody.page.emulate_media(reduced_motion="reduce")
    assert somebody.page.evaluate(MOVING) == 0


def test_a_comment_is_written_and_sent(person: Callable[..., Person]) -> None:
    secretary = person("thuky.dhqg").go(REGULATION)
    keys = Keys(secretary)
    keys.reach("khoản 1 Điều 7", "a")
    keys.enter()
    keys.reach("", "input")
    for _ in range(6):  # the kinds of a remark are one stop; arrows go through them
        if secretary.page.evaluate("document.activeElement.value") == "ask":
            break
        keys.press("ArrowDown")
    keys.reach("Ý kiến, lý do", "textarea")
    secretary.page.keyboard.type("Nêu rõ ai ủy quyền khi Cụm trưởng vắng.")
    keys.reach("Lưu ý kiến", "button")
    keys.enter()
    assert secretary.reads("Nêu rõ ai ủy quyền")
    secretary.go(f"{REGULATION}don-vi/")
    keys.reach("Trình lãnh đạo gửi", "button")
    keys.enter()
    leader = person("lanhdao.dhqg").go(f"{REGULATION}don-vi/")
    keys = Keys(leader)
    keys.reach("Gửi góp ý của đơn vị", "button")
    keys.enter()
    assert leader.go(f"{REGULATION}don-vi/").reads("Đã gửi lúc")
