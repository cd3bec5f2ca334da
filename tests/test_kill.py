"""Kept is kept: what a page confirmed is there after every process was killed at a random instant, twenty times over;
on PostgreSQL, whose own tests do that, five times."""

from __future__ import annotations

import os
import random
import re
import threading
import time
import urllib.error
import uuid
from pathlib import Path
from typing import Any

import pytest

from .harness import Server, Visitor, free_port, program

ROUNDS = 5 if os.environ.get("DATABASE_URL", "").startswith("postgres") else 20  # twenty on the engine of the demo
DOCUMENT = "/cum/17/2026/van-ban/quy-che-to-chuc-va-hoat-dong/"


@pytest.fixture
def own_database(tmp_path: Path) -> Any:
    """A database of the engine under test that this test alone uses; '' for SQLite in the data folder."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield ""
        return
    import psycopg

    name = f"kill_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield f"{url.rpartition('/')[0]}/{name}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def write_comments(visitor: Visitor, kept: list[str], stop: threading.Event) -> None:
    """Post comments one after the other; note each that the server has confirmed."""
    try:
        while not stop.is_set():
            words = f"Ý kiến {uuid.uuid4().hex}"
            visitor.get(f"{DOCUMENT}gop-y/moi/")
            visitor.post(f"{DOCUMENT}gop-y/moi/", kind="ask", reason=words)
            if words in visitor.page or "/gop-y/moi/" not in visitor.at:
                kept.append(words)
    except (OSError, urllib.error.URLError, RuntimeError):
        return  # the server was killed under our hands; nothing was confirmed


def test_i01_every_confirmed_comment_survives_kill_9_twenty_times(tmp_path: Path, own_database: str) -> None:
    chance = random.Random()
    server = Server(tmp_path / "data", free_port(), own_database)
    kept: list[str] = []
    visitors = [Visitor(server.url) for _ in range(2)]
    for round_ in range(ROUNDS):
        server.start()
        if round_ == 0:  # once: that they are signed in is kept, too
            for visitor in visitors:
                visitor.sign_in("thuky.dhqg")
        stop = threading.Event()
        writers = [threading.Thread(target=write_comments, args=[one, kept, stop]) for one in visitors]
        for writer in writers:
            writer.start()
        before, deadline = len(kept), time.monotonic() + 10
        while len(kept) == before and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(chance.uniform(0.0, 0.35))
        server.kill()
        stop.set()
        for writer in writers:
            writer.join(timeout=30)
    server.start()
    try:
        visitor = Visitor(server.url)
        visitor.sign_in("thuky.dhqg")
        page = visitor.get(f"{DOCUMENT}don-vi/")
        there = set(re.findall(r"Ý kiến [0-9a-f]{32}", page))
    finally:
        server.interrupt()
    assert len(kept) >= ROUNDS
    assert set(kept) - there == set()
    environment = {"GIAOUOC_DATA": str(tmp_path / "data")}
    if own_database:
        environment["DATABASE_URL"] = own_database
    checked = program(["audit", "verify"], **environment)
    assert checked.returncode == 0, checked.stdout + checked.stderr
