"""The account of a remote key: set, tried and taken away by the administrator, on a page and by the command."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest

from giaouoc.cli import remote_signing
from giaouoc.lib.errors import NotAllowed
from giaouoc.signing.actions.accounts import remove_account, set_account
from giaouoc.signing.remote import Account, account_of, has_account

from .csc import CLIENT, SECRET

pytestmark = pytest.mark.once
PAGE = "/quan-tri/ky-tu-xa/CA/"


def test_the_administrator_sets_tries_and_takes_away_an_account(
    world: Any, real: Any, client: Any, caplog: Any
) -> None:
    real.remote("CA")
    where = account_of("CA").url
    world.sign_in(client, "administrator")
    client.post(f"{PAGE}xoa/")
    assert not has_account("CA")
    caplog.set_level(logging.DEBUG)
    typed = {"url": where, "version": "v2", "client": CLIENT, "secret": "", "credential": ""}
    back = client.post(PAGE, typed)
    assert (back.status_code, where in back.content.decode(), has_account("CA")) == (422, True, False)
    assert client.post(PAGE, typed | {"url": "http://ky.example/", "secret": SECRET}).status_code == 422
    client.post(PAGE, typed | {"secret": SECRET})
    assert account_of("CA").secret == SECRET
    page = client.get(PAGE).content.decode()
    assert where in page and SECRET not in page
    assert "Công an" in client.post(f"{PAGE}thu/", follow=True).content.decode()
    client.post(PAGE, typed | {"client": "another"})  # without a secret the one that is kept stays
    assert (account_of("CA").client, account_of("CA").secret) == ("another", SECRET)
    assert "đã có tài khoản" in client.get("/quan-tri/ky-tu-xa/").content.decode()
    assert SECRET not in caplog.text
    client.post(PAGE, typed | {"url": "http://127.0.0.1:1/"})
    assert "không trả lời" in client.post(f"{PAGE}thu/", follow=True).content.decode()
    for holder in ("KHAC", "CA.khac", "..", "CA.dau.dau"):
        assert client.get(f"/quan-tri/ky-tu-xa/{holder}/").status_code == 404
    assert client.get("/quan-tri/ky-tu-xa/CA.dau/").status_code == 200


@pytest.mark.parametrize("who", ["secretary:CQD", "leader:CA", "observer"])
def test_nobody_else_touches_accounts(world: Any, real: Any, client: Any, who: str) -> None:
    real.remote("CA")
    by, now, unit = world.mandate(who), world.now, world.unit("CA")
    for act in (
        lambda: set_account(unit, "CA", Account("https://ky.example", "v2", "c", "s"), by=by, now=now),
        lambda: remove_account(unit, "CA", by=by, now=now),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert world.sign_in(client, who).get(PAGE).status_code == 404


def test_the_command_keeps_the_same_account(
    world: Any, real: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr("giaouoc.cli.remote_signing.require_real", lambda: None)
    monkeypatch.setattr("sys.stdin", io.StringIO("bi-mat-cua-ung-dung\n"))
    asked = ["CA", "--url", "https://ky.example", "--version", "v1", "--client", "c", "--credential", "k1"]
    assert remote_signing.main(asked) == 0
    assert account_of("CA") == Account("https://ky.example", "v1", "c", "bi-mat-cua-ung-dung", "k1")
    assert "bi-mat" not in capsys.readouterr().out
    with pytest.raises(SystemExit):
        remote_signing.main(["KHAC", *asked[1:]])
