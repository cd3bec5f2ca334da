"""Leaders sign at a signing service after the Cloud Signature Consortium's API: the phone answers now, late, twice, wrongly,
never. Beside it: a key whose signature has no time stamp yet."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from giaouoc.audit.models import AuditEvent
from giaouoc.audit.trail import check_all
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.signing import access, carriers, remote
from giaouoc.signing.actions.await_answer import ask_phone, resume_slot, resume_waiting
from giaouoc.signing.actions.sign import release_slot, sign_slot
from giaouoc.signing.engine.deferred import fitting
from giaouoc.signing.engine.prepared import Prepared
from giaouoc.signing.models import Attempt
from giaouoc.signing.remote_accounts import Account, account_of, check_address, keep_account
from giaouoc.signing.states import RoundState, SlotState
from giaouoc.signing.verification import page_of_stored

from .authorities import crypto, make, name
from .csc import PLAIN_RSA, SECRET
from .real import sign_elsewhere
from .rounds import open_round, slot
from .test_returned_files import turn

pytestmark = pytest.mark.once


def ask(world: Any, round_: Any, code: str, secret: str = "") -> Any:
    world.pass_time(minutes=1)
    return ask_phone(slot(round_, code), by=world.mandate(f"leader:{code}"), now=world.now, secret=secret)


def look(world: Any, round_: Any, code: str) -> Any:
    return resume_slot(slot(round_, code), by=world.mandate(f"leader:{code}"), now=world.now)


def test_five_kinds_of_service_and_a_file_sign_one_document(world: Any, real: Any, caplog: Any) -> None:
    codes = [one.code for one in (world.unit(code) for code in ("CQD", "CA", "QS", "UBND"))]
    round_ = open_round(world, codes)
    push = real.remote("CQD")
    real.remote("CA", "v1", codes={"PIN": "135790", "OTP": "864213"}, rsa_bits=2048, basic=True)
    held = real.remote("QS", "v1", rsa_bits=2048, algorithms=PLAIN_RSA)
    # v2: the request goes out when what was prepared is kept, the answer comes from a later look, in two steps
    assert ask(world, round_, "CQD") is None
    assert not any("authorize" in one for one in push.asked)
    kept = Attempt.objects.get(ended_at=None)
    assert len(str(kept.state)) < 6000
    assert look(world, round_, "CQD") is None
    assert look(world, round_, "CQD") is None
    push.phone, push.slow = "agreed", True
    assert look(world, round_, "CQD") is None
    assert look(world, round_, "CQD") is None
    push.slow = False
    assert resume_waiting(now=world.now) == 1  # the page was closed meanwhile
    # v1: typed codes sign at once, wrong ones do not
    for typed, reason in (("", "đòi nhập: PIN, OTP"), ("135790 000000", "không đúng")):
        with pytest.raises(Invalid, match=reason):
            ask(world, round_, "CA", typed)
    assert ask(world, round_, "CA", "135790 864213").number == 2
    held.phone = "agreed"
    assert ask(world, round_, "QS") is None
    assert look(world, round_, "QS").number == 3
    own = real.authority.leader(world.unit("UBND").name)
    turn(world, round_, "UBND", lambda mine, base: sign_elsewhere(base, own, field=mine.field))
    round_.refresh_from_db()
    assert round_.state == RoundState.SEALED
    answer = page_of_stored(round_)
    assert (answer.verdict.verdict, answer.verdict.signed) == ("valid", 4), answer.verdict.reason
    said = (
        caplog.text + str(list(AuditEvent.objects.values_list("data", flat=True))) + str(list(Attempt.objects.values()))
    )
    assert not any(secret in said for secret in ("135790", "864213", SECRET))
    assert not Attempt.objects.exclude(state={}).exists()
    assert check_all() == []


WRONG = {
    "another document": "không phải của văn bản này",
    "another key": "không do khóa của chứng thư này",
    "rubbish": "không phải của văn bản này",
    "declined": "từ chối trên điện thoại",
    "prepared for another": "chuẩn bị cho bản khác",
    "never": "hết giờ",
    "given up": "đã thôi",
    "twice": "Đơn vị đã ký",
}


@pytest.mark.parametrize("what", WRONG)
def test_every_wrong_answer_is_refused_with_its_sentence_and_the_head_stays(
    world: Any, real: Any, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    round_ = open_round(world, ["CA", "QS"])
    service = real.remote("CA")
    ask(world, round_, "CA")
    look(world, round_, "CA")
    head = round_.head
    service.phone = "declined" if what == "declined" else "agreed"
    if what == "another document":
        service.over = bytes(32)
    elif what == "another key":
        service.key = real.authority.leader(world.unit("CA").name)
    elif what == "rubbish":
        monkeypatch.setattr(service, "_sign", lambda digest: b"\x30\x80junk")
    elif what == "prepared for another":
        attempt = Attempt.objects.get(ended_at=None)
        Attempt.objects.filter(pk=attempt.pk).update(tail=bytes(attempt.tail).replace(b"/M ", b"/N ", 1))
        assert bytes(Attempt.objects.get(pk=attempt.pk).tail) != bytes(attempt.tail)
    elif what == "never":
        world.now = Attempt.objects.get(ended_at=None).lease_until + timedelta(seconds=1)
    elif what == "given up":
        release_slot(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
    elif what == "twice":
        look(world, round_, "CA")
        head = round_.head
    with pytest.raises((Invalid, WrongState), match=WRONG[what]):
        look(world, round_, "CA")
    assert resume_waiting(now=world.now) == 0
    assert round_.head == head
    if what == "twice":
        return
    service.over, service.key, service.phone = b"", service.shown, "agreed"
    monkeypatch.undo()
    assert ask(world, round_, "CA") is None  # the next try finds the way free
    assert look(world, round_, "CA").number == 1


def test_two_who_look_at_once_ask_once_and_an_answer_after_a_lost_turn_is_refused(
    world: Any, real: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = open_round(world, ["CA", "QS"])
    service = real.remote("CA")
    ask(world, round_, "CA")
    seen: list[Any] = []
    service.phone = "agreed"
    inner = carriers.csc.RemoteCarrier.resume

    def resume(self: Any, *parts: Any) -> Any:
        seen.append(look(world, round_, "CA"))  # the other one finds it busy
        found = inner(self, *parts)
        release_slot(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
        return found

    monkeypatch.setattr(carriers.csc.RemoteCarrier, "resume", resume)
    with pytest.raises(WrongState, match="thu hồi; chữ ký này không được ghi"):
        look(world, round_, "CA")
    assert seen == [None]
    assert sum("credentials/authorize" in one for one in service.asked) == 1
    assert round_.revisions.count() == 1


def test_a_service_that_is_away_changes_nothing_and_v1_does_not_hold_the_line_for_ever(
    world: Any, real: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = open_round(world, ["CA", "QS"])
    service, held = real.remote("CA"), real.remote("QS", "v1")
    service.down = True
    with pytest.raises(Invalid, match="không trả lời"):
        ask(world, round_, "CA")
    service.down = False
    ask(world, round_, "CA")
    service.down = True
    assert look(world, round_, "CA") is None
    service.down, service.phone = False, "agreed"
    assert look(world, round_, "CA").number == 1
    monkeypatch.setattr(remote, "SECONDS_HELD", 0.2)
    ask(world, round_, "QS")
    with pytest.raises(Invalid, match="Không có xác nhận"):
        look(world, round_, "QS")
    held.authorisation = "oauth2code"
    with pytest.raises(Invalid, match="qua trang của dịch vụ"):
        ask(world, round_, "QS")
    assert slot(round_, "QS").state == SlotState.WAITING


def test_an_account_goes_over_tls_and_its_secret_lies_encrypted(world: Any, real: Any, settings: Any) -> None:
    for url in ("http://ky.example/", "ftp://127.0.0.1/", "ky.example"):
        with pytest.raises(Invalid, match="https"):
            keep_account("CA", Account(url, "v2", "c", "bi-mat"))
    check_address("https://ky.example/")
    path = keep_account("CA", Account("https://ky.example/", "v2", "c", "bi-mat"))
    assert "bi-mat" not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    assert account_of("CA").secret == "bi-mat"
    settings.SECRET_KEY = "another" * 8
    with pytest.raises(Invalid, match="tài khoản ký từ xa"):
        account_of("CA")


def test_the_pages_lead_through_waiting_and_giving_up(world: Any, real: Any, client: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    service = real.remote("CA")

    def may(verb: str) -> set[str]:
        mine = slot(round_, "CA")
        return {key for key in world.roles if getattr(access, verb)(world.mandate(key), mine, world.now)}

    assert (may("can_ask_phone"), may("can_resume_slot")) == ({"leader:CA"}, set())
    assert not access.can_ask_phone(world.mandate("leader:QS"), slot(round_, "QS"), world.now)  # has no account
    at = world.url(f"ky-so/{round_.code}/")
    leader = world.sign_in(client, "leader:CA")
    assert "Gửi yêu cầu ký" in leader.get(f"{at}dien-thoai/").content.decode()
    assert leader.post(f"{at}dien-thoai/").url == f"{at}dien-thoai/"
    page = leader.get(f"{at}dien-thoai/").content.decode()
    assert "Đã gửi yêu cầu đến điện thoại của đồng chí" in page
    assert (may("can_ask_phone"), may("can_resume_slot")) == (set(), {"leader:CA"})
    assert leader.post(f"{at}dien-thoai/xem/").url == f"{at}dien-thoai/"
    assert leader.post(f"{at}tep/thoi/").url == at
    leader.post(f"{at}dien-thoai/")
    service.phone = "agreed"
    assert leader.post(f"{at}dien-thoai/xem/", headers={"hx-request": "true"})["HX-Redirect"] == at
    assert "1/2 chữ ký" in leader.get(at).content.decode()
    late = leader.post(f"{at}dien-thoai/xem/", follow=True).content.decode()
    assert "Đơn vị đã ký" in late
    assert world.sign_in(client, "secretary:CA").post(f"{at}dien-thoai/xem/").status_code == 403
    with pytest.raises(NotAllowed):
        resume_slot(slot(round_, "CA"), by=world.mandate("leader:QS"), now=world.now)


def test_without_a_time_stamp_the_signature_is_kept_outside_and_goes_in_when_a_service_answers(
    world: Any, real: Any, settings: Any
) -> None:
    round_ = open_round(world, ["CA", "QS"])
    key = real.authority.leader(world.unit("CA").name)
    (settings.DATA / "khoa").mkdir(parents=True)
    data = serialize_key_and_certificates(b"k", key.private_key, crypto(key), None, BestAvailableEncryption(b"mk"))
    (settings.DATA / "khoa" / "CA.p12").write_bytes(data)
    leader, services = world.mandate("leader:CA"), settings.TSA_URLS
    settings.TSA_URLS = ["http://127.0.0.1:9/"]
    with pytest.raises(WrongState, match="chưa lấy được dấu thời gian"):
        sign_slot(slot(round_, "CA"), by=leader, now=world.now, secret="mk")
    kept = Attempt.objects.get(ended_at=None)
    assert (kept.lease_until - world.now, kept.busy_until - world.now) == (timedelta(minutes=15), timedelta(seconds=5))
    assert round_.revisions.count() == 1
    assert resume_waiting(now=world.now) == 0  # not yet time
    world.pass_time(seconds=6)
    assert resume_waiting(now=world.now) == 0
    kept.refresh_from_db()
    assert kept.busy_until - world.now == timedelta(seconds=10)
    settings.TSA_URLS = services
    world.pass_time(seconds=11)
    assert resume_waiting(now=world.now) == 1
    signed = slot(round_, "CA")
    assert (signed.state, signed.signer_id) == (SlotState.SIGNED, leader.user_id)
    assert signed.signed_at == world.now.replace(microsecond=0)  # the service's time, not that of the key
    settings.TSA_URLS = ["http://127.0.0.1:9/"]
    assert AuditEvent.objects.filter(verb="signing.keep").count() == 1


def test_a_new_carrier_is_one_class_and_touches_nothing_else(
    world: Any, real: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A toy that signs at the second look; only the list of what the folder holds knows of it."""
    from giaouoc.signing.engine.keys import raw_signature
    from giaouoc.signing.stepwise import begun, valued

    key = real.authority.leader(world.unit("CA").name)

    class Toy(carriers.Carrier):
        name, label, by_phone = "toy", "Đồ chơi", True

        def lacks(self, unit_code: str | None = None) -> str:
            return ""

        def sign(self, base: bytes, request: Any, answer: bytes = b"") -> Any:
            return begun(base, request, key.certificate, [])

        def resume(self, base: bytes, request: Any, prepared: Any) -> Any:
            if not prepared.remote:
                return prepared.now(remote={"seen": "1"})
            return valued(base, request, prepared, raw_signature(key.private_key, prepared.attributes))

    known = (*carriers.all_carriers(), Toy())
    monkeypatch.setattr(carriers, "all_carriers", lambda: known)
    round_ = open_round(world, ["CA"])
    ask(world, round_, "CA")
    assert look(world, round_, "CA") is None
    look(world, round_, "CA")
    round_.refresh_from_db()
    assert round_.state == RoundState.SEALED
    assert Attempt.objects.get(outcome="done").carrier == "toy"


def test_a_phone_that_may_have_rung_is_not_rung_again(world: Any, real: Any, monkeypatch: Any) -> None:
    """The service asks the phone, but tells us so too late: whether it rang nobody knows; this turn is over."""
    round_ = open_round(world, ["CA", "QS"])
    service = real.remote("CA")
    really = service.credentials_authorize

    def slow(asked: Any) -> Any:
        time.sleep(0.8)
        return really(asked)

    service.credentials_authorize = slow
    ask(world, round_, "CA")
    monkeypatch.setattr(remote, "SECONDS", 0.3)
    with pytest.raises(Invalid, match="xác nhận từ điện thoại"):
        look(world, round_, "CA")
    with pytest.raises(WrongState):
        look(world, round_, "CA")
    assert sum(path.endswith("credentials/authorize") for path in service.asked) == 1


JUNK = {
    "certificate": ("credentials_info", {"key": {"status": "enabled", "algo": []}, "cert": {"certificates": ["AAAA"]}}),
    "leave": (
        "credentials_info",
        {"key": {"status": "enabled", "algo": []}, "cert": {"certificates": []}, "auth": "x"},
    ),
    "key": ("credentials_info", {"key": "x", "cert": {"certificates": ["AAAA"]}}),
    "list": ("credentials_list", {"credentialIDs": 7}),
    "value": ("signatures_signHash", {"signatures": [{"a": 1}]}),
}


@pytest.mark.parametrize("what", JUNK)
def test_junk_from_a_service_is_a_sentence_on_the_page(world: Any, real: Any, client: Any, what: str) -> None:
    round_ = open_round(world, ["CA", "QS"])
    service = real.remote("CA")
    service.phone = "agreed"
    method, told = JUNK[what]
    setattr(service, method, lambda _asked: (200, told))
    page = world.sign_in(client, "leader:CA")
    at = world.url(f"ky-so/{round_.code}/dien-thoai/")
    assert page.post(at, {"secret": ""}).status_code < 500
    assert page.post(f"{at}xem/").status_code < 500
    assert round_.revisions.count() == 1


def test_a_value_given_as_two_numbers_fits_whatever_it_begins_with() -> None:
    """0x30 is how DER begins, and one raw value in 256 begins so too."""
    key = make(name("Trưởng ban"))
    prepared = Prepared("", "f", 0, 0, b"", b"what is signed", b"", (key.certificate.dump(),))
    for _try in range(20_000):
        r, s = decode_dss_signature(key.private_key.sign(prepared.attributes, ec.ECDSA(hashes.SHA256())))
        raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        if raw[:1] == b"\x30":
            break
    assert fitting(prepared, raw) == encode_dss_signature(r, s)
