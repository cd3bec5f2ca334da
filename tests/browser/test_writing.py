"""A text written with the keyboard alone: typed, split, indented, undone; a second person at the same clause is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journey"), pytest.mark.django_db(transaction=True)]


def test_two_people_write_with_the_keyboard(person: Callable[..., Person]) -> None:
    first = person("thuky.cqd").go("/cum/17/2026/van-ban/soan/").page
    first.get_by_label("Tên văn bản").fill("Quy chế soạn bằng phím")

    def press(keys: str) -> None:
        with first.expect_navigation():
            first.keyboard.press(keys)

    press("Enter")
    home = first.url
    first.locator(".clause__side a").nth(2).focus()  # Điều 1
    press("Enter")
    assert first.evaluate("document.activeElement.name") == "text"
    first.keyboard.type("Câu một. Như Điều 4.")
    for _letter in "Như Điều 4.":
        first.keyboard.press("ArrowLeft")
    press("Alt+Enter")
    assert first.evaluate("document.activeElement.value") == "Như Điều 5."
    press("Alt+Shift+ArrowRight")
    assert first.locator("#dang-soan").inner_text() == "khoản 1 Điều 1"
    clause = first.url
    first.keyboard.press("End")
    with first.expect_response(lambda answer: answer.url.endswith("/giu/")):
        first.keyboard.type(" Dở.")
    second = person("lanhdao.cqd").go(clause).page
    second.get_by_text("đang sửa điều khoản này").first.wait_for()
    first.goto(clause)
    assert "Dở." in first.evaluate("document.activeElement.value")  # typed, not saved, there again
    press("Control+S")
    assert "Như Điều 4. Dở." in first.locator("main").inner_text().replace("\u00a0", " ")
    for _step in range(2):
        press("Alt+Shift+Z")
    assert first.url.split("#")[0] == home
    assert "Dở." not in first.locator(".doc").first.inner_text()
