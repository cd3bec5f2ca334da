"""What the tests of signing share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from giaouoc.signing.engine.services import WebTimeStamper
from giaouoc.signing.remote_accounts import Account, keep_account

from .csc import CLIENT, SECRET, Provider, serving
from .real import Authority, time_stamps


@pytest.fixture
def real(world: Any, settings: Any, tmp_path: Path) -> Iterator[Any]:
    """An installation that is no demonstration: anchors from a folder, time stamps from loopback, the first service down.
    ``remote``: gives a unit an account at a signing service."""
    settings.TRIAL_SIGNING = False
    settings.TRUST = tmp_path / "trust"
    settings.DATA = tmp_path / "data"
    authority = Authority(settings.TRUST, world.now)
    with ExitStack() as stack:
        url = stack.enter_context(time_stamps(authority.tsa))
        settings.TSA_URLS = ["http://127.0.0.1:9/", url]

        def remote(code: str, version: str = "v2", *, rsa_bits: int = 0, **more: Any) -> Provider:
            provider = Provider(authority.leader(world.unit(code).name, rsa_bits=rsa_bits), version, **more)
            where = stack.enter_context(serving(provider))
            keep_account(code, Account(where, version, CLIENT, SECRET))
            return provider

        yield SimpleNamespace(authority=authority, stamper=WebTimeStamper(url), url=url, remote=remote)
