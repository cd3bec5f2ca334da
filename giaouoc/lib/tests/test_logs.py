"""The log tells what was asked for, never the key that opens it."""

from __future__ import annotations

import logging

import pytest

from giaouoc.lib.logs import WithoutKeys


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Unprocessable Entity: /moi/78M_94abcdefgh/", "Unprocessable Entity: /moi/…/"),
        ("Not Found: /phong-hop/NJUa746Ib7KDo4snws/", "Not Found: /phong-hop/…/"),
        ("Not Found: /cum/17/2026/van-ban/nhap/", "Not Found: /cum/17/2026/van-ban/nhap/"),
    ],
)
def test_a_key_in_an_address_stays_out_of_the_log(said: str, kept: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s", (said,), None)
    assert WithoutKeys().filter(record)
    assert record.getMessage() == kept
