"""Every address, every role: the program answers as docs/access.md says, and every route has its row."""

from __future__ import annotations

from typing import Any

import pytest

from . import access

pytestmark = [pytest.mark.once]


def test_i05_every_route_has_its_row() -> None:
    rows = access.written()
    expected = {route.name for route in access.routes() if not access.is_library(route)} - {"invitation"}
    assert expected - set(rows) == set(), "run python -m tests.access and read what it says of the new rows"
    assert set(rows) - expected == set()


@pytest.mark.parametrize("after", [False, True], ids=["in consultation", "after signing"])
def test_i05_every_address_answers_each_role_as_the_table_says(db: None, after: bool, caplog: Any) -> None:
    caplog.set_level("ERROR")
    written = access.written()
    wrong = {}
    for name, (get, post) in access.rows_of(after).items():
        for verb, got, said in zip(("GET", "POST"), (get, post), written[name], strict=True):
            if set(got) == {"405"} and not said:
                continue
            if got != said:
                wrong[f"{name} {verb}"] = (dict(zip(access.ROLES, got, strict=True)), said)
    assert wrong == {}
