"""The browser looks at every page there is: a route that shows one has its row."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import views

pytestmark = [pytest.mark.once]
SECOND_FACTOR = Path(__file__).parent / "browser" / "test_second_factor.py"


def test_the_browser_looks_at_every_page() -> None:
    pages = views.pages()
    assert pages - set(views.VIEWS) == set(), "tests/views.py: when and as whom does this page look different?"
    assert set(views.VIEWS) - pages == set()
    assert {row.split()[0] for rows in views.VIEWS.values() for row in rows} == views.STAGES


def test_the_pages_of_the_second_factor_are_looked_at_where_they_are_used() -> None:
    own = {name for name, rows in views.VIEWS.items() if any(row.startswith("security ") for row in rows)}
    said = SECOND_FACTOR.read_text(encoding="utf-8")
    assert {name for name in own if f'"{name}"' not in said} == set()
