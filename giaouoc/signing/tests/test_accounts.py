"""The account at a signing service: page and command are one rule; the secret is sent to its service and nowhere else."""

from __future__ import annotations

import base64
import io
import logging
from typing import Any

import pytest
from django.urls import reverse

from giaouoc.audit.models import AuditEvent
from giaouoc.audit.trail import SYSTEM
from giaouoc.cli import remote_signing
from giaouoc.lib.errors import Invalid, NotAllowed
from giaouoc.signing.actions.accounts import remove_account, set_account, try_account
from giaouoc.signing.actions.await_answer import ask_phone
from giaouoc.signing.models import KeyHolder
from giaouoc.signing.remote_accounts import account_of, accounts

from .csc import CLIENT, SECRET
from .rounds import open_round, slot

pytestmark = pytest.mark.once


def page(browser: Any, name: str, /, *args: str, **sent: str) -> str:
    address = reverse(f"accounts:{name}", args=args)
    answer = browser.post(address, sent, follow=True) if sent else browser.get(address)
    assert answer.status_code in {200, 422}
    return answer.content.decode()


def test_the_page_sets_tries_changes_and_removes_and_never_shows_the_secret(
    world: Any, real: Any, client: Any, caplog: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    service = real.remote("CA")
    url = account_of("CA").url
    remove_account(KeyHolder(world.unit("CA")), by=SYSTEM, now=world.now)
    admin = world.sign_in(client, "administrator")
    assert "đã có tài khoản" not in page(admin, "accounts")
    wanted = {"url": f"{url}/csc/v2/", "version": "v2", "client": CLIENT, "credential": "", "secret": ""}
    seen = [page(admin, "account", "CA", **wanted)]
    assert (f"{url}/csc/v2/" in seen[0], accounts()) == (True, [])
    seen.append(page(admin, "account", "CA", **wanted | {"secret": SECRET}))
    assert (account_of("CA").url, account_of("CA").secret) == (url, SECRET)
    seen.append(page(admin, "trial", "CA", go="1"))
    whose = world.unit("CA").name
    assert "Tài khoản dùng được" in seen[-1] and "khoa-1" in seen[-1] and whose in seen[-1]
    assert not any("authorize" in path for path in service.asked)  # nobody's phone was asked
    # changed: the secret stays as long as it goes to the same service and client
    change = {"url": url, "version": "v2", "client": CLIENT, "credential": "khoa-1", "secret": ""}
    seen.append(page(admin, "account", "CA", **change))
    assert (account_of("CA").credential, account_of("CA").secret) == ("khoa-1", SECRET)
    for elsewhere in ({"url": "https://noi-khac.vidu.vn"}, {"client": "khac"}):
        seen.append(page(admin, "account", "CA", **change | elsewhere))
        assert "không được gửi theo" in seen[-1]
    seen.append(page(admin, "account", "CA", **change | {"url": f"http://a:{SECRET}x@ky.vidu.vn", "secret": "moi"}))
    assert account_of("CA").url == url
    seen += [page(admin, "accounts"), page(admin, "account", "CA"), page(admin, "removal", "CA")]
    assert "đã có tài khoản" in seen[-3]
    seen.append(page(admin, "removal", "CA", go="1"))
    assert accounts() == []
    told = caplog.text + str(list(AuditEvent.objects.values_list("data", flat=True)))
    assert not any(SECRET in one and f"{SECRET}x" not in one for one in seen)
    assert SECRET not in told
    assert {"signing.set_account", "signing.try_account", "signing.remove_account"} <= set(
        AuditEvent.objects.filter(chain__name="he-thong").values_list("verb", flat=True)
    )


FAULTS = {
    "down": "mã 503",
    "secret": "không nhận mã ứng dụng hoặc mật khẩu",
    "nobody": "không nhận kết nối",
    "whose": "không phải của",
    "oauth2code": "qua trang của dịch vụ",
    "keys": "có 2 khóa; cần nêu rõ dùng khóa nào: a, b",
    "junk": "không đúng chuẩn CSC",
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_trial_says_plainly_what_the_service_answered(world: Any, real: Any, what: str) -> None:
    service, holder = real.remote("CA"), KeyHolder(world.unit("CA"))
    account = account_of("CA")
    told = {"url": account.url, "version": "v2", "client": CLIENT, "secret": SECRET}
    if what == "secret":
        told["secret"] = "sai"
    elif what == "nobody":
        told["url"] = "http://127.0.0.1:9"
    elif what == "whose":
        service.shown = real.authority.leader(world.unit("QS").name)
    elif what == "keys":
        service.credentials_list = lambda _asked: (200, {"credentialIDs": ["a", "b"]})
    elif what == "junk":
        service.credentials_info = lambda _asked: (200, {"key": "x"})
    elif what == "oauth2code":
        service.authorisation = what
    else:
        service.down = True
    set_account(holder, by=SYSTEM, now=world.now, **told)
    *before, last = try_account(holder, by=SYSTEM, now=world.now)
    assert FAULTS[what] in last.words
    assert not last.good and all(one.good for one in before)


def test_only_the_administrator_sets_accounts(world: Any, real: Any, client: Any) -> None:
    holder = KeyHolder(world.unit("CA"))
    told = {"url": "https://ky.vidu.vn", "version": "v2", "client": "c", "secret": "s"}
    for key in world.roles:
        if key != "administrator":
            with pytest.raises(NotAllowed):
                set_account(holder, by=world.mandate(key), now=world.now, **told)
    with pytest.raises(Invalid, match="https"):
        set_account(holder, by=world.mandate("administrator"), now=world.now, **told | {"url": "http://ky.vidu.vn"})
    assert accounts() == []
    admin = world.sign_in(client, "administrator")
    for name in ("KHAC", "CA.khac", "..", "CA.dau.dau", "CA.thuky/.."):
        assert admin.get(f"/quan-tri/ky-tu-xa/{name}/").status_code == 404
    assert admin.get("/quan-tri/ky-tu-xa/CA.dau/").status_code == 200
    assert world.sign_in(client, "leader:CA").get("/quan-tri/ky-tu-xa/CA/").status_code == 404


def test_the_command_is_the_same_rule_and_the_leader_sees_which_service_is_asked(
    world: Any, real: Any, client: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(remote_signing, "require_real", lambda: None)
    real.remote("CA")
    account = account_of("CA")
    for code in ("CA.thuky", "CA"):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n"))
        assert remote_signing.main([code, "--url", account.url, "--client", CLIENT]) == 0
    assert accounts() == ["CA", "CA.thuky"]
    assert remote_signing.main(["CA", "--try"]) == 0
    assert remote_signing.main(["CA.thuky", "--remove"]) == 0
    said = capsys.readouterr()
    assert "Xác nhận khi ký: Người ký xác nhận trên điện thoại" in said.out
    assert SECRET not in said.out + said.err
    for wrong in (["XYZ", "--try"], ["CA"], ["CA", "--try", "--remove"]):
        with pytest.raises(SystemExit):
            remote_signing.main(wrong)
    round_ = open_round(world, ["CA", "QS"])
    leader = world.sign_in(client, "leader:CA")
    assert account.host in leader.get(world.url(f"ky-so/{round_.code}/dien-thoai/")).content.decode()


@pytest.mark.parametrize(
    ("version", "info", "told"),
    [("v1", {"authType": 5}, {}), ("v2", {}, {"auth": {"mode": {}}}), ("v2", {}, {"auth": 5})],
)
def test_a_service_that_answers_rubbish_ends_in_a_sentence(
    world: Any, real: Any, version: str, info: Any, told: Any
) -> None:
    service = real.remote("CA", version)
    answer, credential = service.answer, service.credentials_info
    service.answer = lambda path, headers, body: (
        (200, info) if info and path.endswith("/info") and "credentials" not in path else answer(path, headers, body)
    )
    service.credentials_info = lambda asked: (credential(asked)[0], credential(asked)[1] | told)
    answers = try_account(KeyHolder(world.unit("CA")), by=world.mandate("administrator"), now=world.now)
    assert answers and not answers[-1].good


def test_a_certificate_with_a_part_that_cannot_be_read_ends_in_a_sentence(world: Any, real: Any) -> None:
    service = real.remote("CA")
    good = service.shown.certificate.dump()
    place = good.index(b"\x17\x0d") + 2  # its first time, in digits
    credential = service.credentials_info

    def info(asked: Any) -> Any:
        status, told = credential(asked)
        broken = good[:place] + b"x" * 12 + good[place + 12 :]
        told["cert"]["certificates"][0] = base64.b64encode(broken).decode()
        return status, told

    service.credentials_info = info
    answers = try_account(KeyHolder(world.unit("CA")), by=world.mandate("administrator"), now=world.now)
    assert answers and not answers[-1].good
    round_ = open_round(world, ["CA", "QS"])
    with pytest.raises(Invalid, match="không trả lời"):
        ask_phone(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
