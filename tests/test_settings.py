"""Settings: what docs/operate/settings.md lists is what is read; a wrong one is named in one line."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from config import environment
from giaouoc.lib.engine import database_options

ROOT = Path(__file__).resolve().parents[1]
REAL = {"GIAOUOC_SECRET_KEY": "k" * 50, "GIAOUOC_ALLOWED_HOSTS": "giaouoc.example"}
LOAD = "import config.settings as s; print(s.SECURE_TLS, s.SECURE_HSTS_SECONDS > 0, s.DEBUG, s.SESSION_COOKIE_SECURE, s.BASE_URL)"


def load(code: str = LOAD, **given: str) -> subprocess.CompletedProcess[str]:
    """The settings read anew in a process of their own, with only these set."""
    ours = ("GIAOUOC_", "DJANGO_", "DATABASE_URL", "CACHE_URL", "EMAIL_URL")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **given},
        capture_output=True,
        text=True,
        cwd="/",
    )


def test_the_page_lists_every_setting_that_is_read_and_no_other() -> None:
    assert settings.configured
    page = (ROOT / "docs" / "operate" / "settings.md").read_text(encoding="utf-8").partition("## For `bin/test`")[0]
    listed = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", page, re.M))
    elsewhere = {"GIAOUOC_DEMO_PASSWORD"}  # read by the demonstration alone
    assert listed == environment.READ | elsewhere


def test_a_real_installation_starts_with_the_safe_defaults() -> None:
    done = load(**REAL)
    assert done.stdout.split() == ["True", "True", "False", "True", "https://giaouoc.example"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIAOUOC_MODE", "prod"),
        ("GIAOUOC_TLS", "maybe"),
        ("GIAOUOC_BEHIND_PROXY", "nginx"),
        ("DATABASE_URL", "mysql://a/b"),
        ("DATABASE_URL", "postgres"),
        ("DATABASE_URL", "postgres://u:mat-khau@host:port/name"),
        ("CACHE_URL", "redis://localhost"),
        ("EMAIL_URL", "mail.example"),
        ("GIAOUOC_FILES", "s3://bucket/path"),
        ("GIAOUOC_TRUST", "/nonexistent"),
        ("GIAOUOC_TSA_URL", "http://a.example,tsa"),
        ("GIAOUOC_URL", "giaouoc.example"),
        ("GIAOUOC_BALLOT_HOST", "https://phieu.example/hom"),
        ("GIAOUOC_BALLOT_HOST", "https://giaouoc.example:8443"),
        ("GIAOUOC_BALLOT_HOST", "https://giaouoc.example."),
        ("GIAOUOC_BALLOT_HOST", "https://phieu.example."),
        ("GIAOUOC_BALLOT_HOST", "https://phiếu.example"),
        ("GIAOUOC_BALLOT_HOST", "https://[::1]:8000"),
        ("GIAOUOC_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line_that_shows_no_password(name: str, value: str) -> None:
    done = load(**REAL | {name: value})
    assert done.returncode == 2
    assert name in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "mat-khau" not in done.stderr


def test_a_secret_may_hold_any_character_and_may_come_from_a_file(tmp_path: Path) -> None:
    secret = "$PATH{}%#'\" " + "é" * 40
    (tmp_path / "key").write_text(secret + "\n", encoding="utf-8")
    code = "import config.settings as s; print(ascii(s.SECRET_KEY))"
    for given in ({"GIAOUOC_SECRET_KEY": secret}, {"GIAOUOC_SECRET_KEY_FILE": str(tmp_path / "key")}):
        done = load(code, GIAOUOC_ALLOWED_HOSTS="giaouoc.example", **given)
        assert done.stdout.strip() == ascii(secret)


def test_the_data_folder_may_have_any_name() -> None:
    code = "import config.settings as s; print(ascii(s.DATABASES['default']['NAME']))"
    done = load(code, GIAOUOC_DATA="/srv/dữ liệu #1?+%20", **REAL)
    assert done.stdout.strip() == ascii("/srv/dữ liệu #1?+%20/giaouoc.sqlite3")


def test_any_host_needs_an_address_for_mails() -> None:
    done = load(**REAL | {"GIAOUOC_ALLOWED_HOSTS": "*"})
    assert done.returncode == 2
    assert "GIAOUOC_URL" in done.stderr


@pytest.mark.once
def test_a_database_server_that_never_answers_is_named_in_one_line_within_seconds(tmp_path: Path) -> None:
    postgres = {"ENGINE": "django.db.backends.postgresql", "NAME": "x"}
    assert 1 <= database_options(postgres)["OPTIONS"]["connect_timeout"] <= 5
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgres://u:mat-khau@127.0.0.1:{silent.getsockname()[1]}/x?connect_timeout=2"
        for command in ("migrate", "worker"):
            code = (
                f"import runpy, sys; sys.argv[1:] = [{command!r}]; runpy.run_module('giaouoc.cli', run_name='__main__')"
            )
            done = load(code, **REAL, DATABASE_URL=url, GIAOUOC_DATA=str(tmp_path))
            assert done.returncode == 2, done.stderr
            assert len(done.stderr.strip().splitlines()) == 1
            assert "DATABASE_URL" in done.stderr
            assert "mat-khau" not in done.stderr


def test_behind_a_proxy_the_client_is_the_address_that_the_proxy_saw() -> None:
    code = "import config.settings as s; print(s.ALLAUTH_TRUSTED_PROXY_COUNT)"
    assert [load(code, **REAL | {"GIAOUOC_BEHIND_PROXY": flag}).stdout.strip() for flag in ("0", "1")] == ["0", "1"]


def test_a_host_that_may_be_any_needs_the_address_of_the_installation() -> None:
    for hosts in ("*", "giaouoc.example,*"):
        done = load(**REAL | {"GIAOUOC_ALLOWED_HOSTS": hosts})
        assert done.returncode == 2 and "GIAOUOC_URL" in done.stderr
