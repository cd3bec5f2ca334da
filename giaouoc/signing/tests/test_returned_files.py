"""A real installation: leaders sign with the agency's own tool and hand the file back; nothing else than that is taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from django.core.files.uploadedfile import SimpleUploadedFile

from giaouoc.audit.models import AuditEvent
from giaouoc.audit.trail import check_all
from giaouoc.lib.errors import DomainError, Invalid, NotAllowed, WrongState
from giaouoc.signing import access
from giaouoc.signing.actions.renew import renew_due_seals
from giaouoc.signing.actions.sign import begin_file, release_slot, return_file, sign_slot
from giaouoc.signing.engine.keys import HeldKey
from giaouoc.signing.engine.services import WebTimeStamper
from giaouoc.signing.engine.trust import TrustFolder
from giaouoc.signing.engine.verify import verify
from giaouoc.signing.models import Attempt
from giaouoc.signing.states import RoundState, SlotState
from giaouoc.signing.verification import page_of_stored

from .authorities import crypto, make, name
from .papers import add_page, stray_object, updated
from .real import sign_elsewhere, time_stamps
from .rounds import open_round, slot

pytestmark = pytest.mark.once


def turn(world: Any, round_: Any, code: str, data: Any) -> Any:
    """One leader's turn: begin, sign elsewhere, hand in. ``data``: makes the file from slot and base."""
    world.pass_time(minutes=1)
    mine = slot(round_, code)
    begin_file(mine, by=world.mandate(f"leader:{code}"), now=world.now)
    base = round_.head.file.read()
    return return_file(mine, data(mine, base), by=world.mandate(f"leader:{code}"), now=world.now)


def test_a_real_installation_signs_by_files_of_three_kinds_and_seals(world: Any, real: Any) -> None:
    own = real.authority.leader("Tên ghi khác")
    real.authority.put("nguoi-ky/CA-2026.cer", own)
    round_ = open_round(world, ["CQD", "CA", "QS"])
    assert not round_.is_trial
    first, third = (real.authority.leader(world.unit(code).name) for code in ("CQD", "QS"))
    turn(world, round_, "CQD", lambda mine, base: sign_elsewhere(base, first, field=mine.field))
    turn(world, round_, "CA", lambda mine, base: sign_elsewhere(base, own, field=mine.field, stamper=real.stamper))
    turn(world, round_, "QS", lambda mine, base: sign_elsewhere(base, third))
    round_.refresh_from_db()
    assert round_.state == RoundState.SEALED
    assert slot(round_, "CA").signed_at == world.now.replace(microsecond=0) - timedelta(minutes=1)
    assert slot(round_, "CQD").signed_at is None  # no time stamp, so no time of ours either
    assert {one.carrier for one in Attempt.objects.filter(round=round_)} == {"file"}
    page = page_of_stored(round_)
    assert (page.verdict.verdict, page.verdict.signed, page.verdict.trial) == ("valid", 3, False)
    alone = verify(round_.head.file.read(), TrustFolder.load(real.authority.folder))  # without our register
    assert alone.verdict == "valid", alone.reason
    assert check_all() == []


def test_a_real_seal_is_renewed_by_the_services_of_the_network(world: Any, real: Any) -> None:
    """With what they say now of the signers and of the older time stamps; a service that is down leaves the old seal."""
    round_ = open_round(world, ["CA"])
    key = real.authority.leader(world.unit("CA").name)
    turn(world, round_, "CA", lambda mine, base: sign_elsewhere(base, key, field=mine.field))
    sealed = round_.head
    world.pass_time(days=366)
    real.authority.publish(now=world.now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.TSA_URLS", ["http://127.0.0.1:9/"])
        assert renew_due_seals(now=world.now) == 0
    assert round_.head == sealed
    world.pass_time(days=2)
    real.authority.publish(now=world.now)
    assert renew_due_seals(now=world.now) == 1
    assert (round_.head.cause, round_.head.previous_sha256) == ("renewal", sealed.sha256)
    answer = page_of_stored(round_)
    assert answer.verdict.verdict == "valid", answer.verdict.reason
    assert answer.verdict.sealed_at == world.now.replace(microsecond=0)


def test_every_other_file_is_refused_with_its_sentence_and_changes_nothing(world: Any, real: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    mine, leader = slot(round_, "CA"), world.mandate("leader:CA")
    head, unit = round_.head, world.unit("CA").name
    base = head.file.read()
    good, other = real.authority.leader(unit), real.authority.leader(world.unit("QS").name)
    revoked = real.authority.leader(unit)
    real.authority.revoked.append(revoked.certificate.serial_number)
    real.authority.publish()
    past = datetime(2026, 1, 1, tzinfo=UTC)
    stranger = make(name("Gốc khác"), usage=("key_cert_sign",), ca=True)
    signed = sign_elsewhere(base, good, field=mine.field)
    with time_stamps(make(name("Dấu lạ"), stranger, extended=[real_usage()])) as url:
        unpinned = sign_elsewhere(base, good, field=mine.field, stamper=WebTimeStamper(url))
    wrong = {
        "chưa có chữ ký mới": base,
        "không bắt đầu bằng đúng bản": b"%PDF-1.6\n" + signed[9:],
        "không phải bằng chứng thư": sign_elsewhere(base, other, field=mine.field),
        "không nằm trong ô": sign_elsewhere(base, good, field=slot(round_, "QS").field),
        "bị đổi chỗ khác": sign_elsewhere(base, good, field=mine.field, change=stray_object),
        "bản cập nhật khác": sign_elsewhere(updated(base, add_page), good, field=mine.field),
        "thu hồi": sign_elsewhere(base, revoked, field=mine.field),
        "hết hạn": sign_elsewhere(base, real.authority.leader(unit, end=past), field=mine.field),
        "neo tin cậy": sign_elsewhere(base, make(name("T", unit), stranger), field=mine.field),
        "không có quyền dùng": sign_elsewhere(
            base, real.authority.leader(unit, usage=("key_encipherment",)), field=mine.field
        ),
        "chưa có chứng thư ghim cho cơ quan đóng dấu thời gian": unpinned,
    }
    begin_file(mine, by=leader, now=world.now)
    for reason, data in wrong.items():
        with pytest.raises(Invalid) as refusal:
            return_file(mine, data, by=leader, now=world.now)
        assert reason in str(refusal.value).lower() or reason in str(refusal.value)
    assert round_.head == head
    assert AuditEvent.objects.filter(verb="signing.refuse_file").count() == len(wrong)
    assert return_file(mine, signed, by=leader, now=world.now).number == 1  # the turn still stands for the right file


def real_usage() -> Any:
    from .authorities import TIME_STAMPING

    return TIME_STAMPING


def test_nothing_is_accepted_while_nobody_can_say_whether_the_certificate_is_revoked(world: Any, real: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    key = real.authority.leader(world.unit("CA").name)
    real.authority.publish(now=world.now - timedelta(days=9))  # a list out of date
    with pytest.raises(Invalid, match="thu hồi"):
        turn(world, round_, "CA", lambda mine, base: sign_elsewhere(base, key, field=mine.field))
    assert round_.revisions.count() == 1


def test_a_turn_ends_by_time_by_giving_up_and_by_the_file(world: Any, real: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    mine, leader = slot(round_, "CA"), world.mandate("leader:CA")
    key = real.authority.leader(world.unit("CA").name)
    signed = sign_elsewhere(round_.head.file.read(), key, field=mine.field)
    with pytest.raises(WrongState, match="Chưa bắt đầu lượt ký"):
        return_file(mine, signed, by=leader, now=world.now)
    attempt = begin_file(mine, by=leader, now=world.now)
    with pytest.raises(WrongState, match="Đang có người ký"):
        begin_file(slot(round_, "QS"), by=world.mandate("leader:QS"), now=world.now)
    with pytest.raises(WrongState, match="hết giờ"):
        return_file(mine, signed, by=leader, now=attempt.lease_until + timedelta(seconds=1))
    release_slot(mine, by=leader, now=world.now)
    assert slot(round_, "CA").state == SlotState.WAITING
    with pytest.raises(WrongState, match="công cụ của cơ quan"):
        sign_slot(mine, by=leader, now=world.now)
    turn(world, round_, "CA", lambda _mine, _base: signed)  # the same file in a new turn: nobody signed in between
    late = sign_elsewhere(round_.revisions.get(number=0).file.read(), real.authority.leader(world.unit("QS").name))
    with pytest.raises(Invalid, match="không bắt đầu"):
        turn(world, round_, "QS", lambda _mine, _base: late)


def test_only_the_leader_of_the_unit_takes_and_returns_the_file(world: Any, real: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])

    def may(verb: str) -> set[str]:
        mine = slot(round_, "CA")
        return {key for key in world.roles if getattr(access, verb)(world.mandate(key), mine, world.now)}

    assert may("can_begin_file") == {"leader:CA"}
    assert may("can_return_file") == may("can_release_slot") == set()
    begin_file(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
    assert may("can_return_file") == may("can_release_slot") == {"leader:CA"}
    assert not access.can_begin_file(None, slot(round_, "CA"), world.now)
    with pytest.raises(NotAllowed):
        return_file(slot(round_, "CA"), b"x", by=world.mandate("leader:QS"), now=world.now)


def test_without_anchors_or_time_stamps_the_installation_says_what_it_lacks(
    world: Any, real: Any, settings: Any
) -> None:
    assert access.signing_works()
    settings.TSA_URLS = []
    assert "GIAOUOC_TSA_URL" in str(access.signing_works().reason)
    (settings.TRUST / "root-goc.pem").unlink()
    assert "chứng thư gốc" in str(access.signing_works().reason)


def test_no_time_stamp_no_seal_and_the_signatures_stay(world: Any, real: Any, settings: Any) -> None:
    round_ = open_round(world, ["CA"])
    settings.TSA_URLS = ["http://127.0.0.1:9/"]
    key = real.authority.leader(world.unit("CA").name)
    turn(world, round_, "CA", lambda mine, base: sign_elsewhere(base, key, field=mine.field))
    round_.refresh_from_db()
    assert round_.state == RoundState.SIGNED
    assert "dấu thời gian" in AuditEvent.objects.get(verb="signing.seal_failed").data["reason"]


def test_the_pages_lead_through_the_turn(world: Any, real: Any, client: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    at = world.url(f"ky-so/{round_.code}/")
    leader = world.sign_in(client, "leader:CA")
    assert "Bắt đầu lượt ký" in leader.get(f"{at}tep/").content.decode()
    assert leader.get(f"{at}tep/ban-can-ky.pdf").status_code == 409
    assert leader.post(f"{at}tep/bat-dau/").status_code == 302
    base = leader.get(f"{at}tep/ban-can-ky.pdf")
    assert base.content == round_.head.file.read()
    assert "đang ký" in leader.get(at).content.decode()
    wrong = leader.post(f"{at}tep/", {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 no")})
    assert wrong.status_code == 422
    assert "không bắt đầu bằng đúng bản đã giao" in wrong.content.decode()
    assert leader.post(f"{at}tep/thoi/").status_code == 302
    leader.post(f"{at}tep/bat-dau/")
    key = real.authority.leader(world.unit("CA").name)
    data = sign_elsewhere(base.content, key, field=slot(round_, "CA").field)
    assert leader.post(f"{at}tep/", {"file": SimpleUploadedFile("a.pdf", data)}).status_code == 302
    screen = leader.get(at).content.decode()
    assert "1/2 chữ ký" in screen
    assert round_.text_hash in screen
    other = world.sign_in(client, "secretary:CA")
    assert other.get(at).status_code == 200
    assert other.get(f"{at}tep/").status_code == 403
    assert world.sign_in(client, "administrator").get(at).status_code in {403, 404}


def key_file(world: Any, settings: Any, key: HeldKey, password: bytes | None) -> Path:
    """The CA's key on the server, as PKCS#12."""
    folder = settings.DATA / "khoa"
    folder.mkdir(exist_ok=True)
    protection = BestAvailableEncryption(password) if password else NoEncryption()
    data = serialize_key_and_certificates(b"k", key.private_key, crypto(key), None, protection)
    (folder / "CA.p12").write_bytes(data)
    return Path(folder / "CA.p12")


def test_a_key_file_signs_with_its_password_only_beside_files_signed_elsewhere(
    world: Any, real: Any, settings: Any, tmp_path: Path, caplog: Any
) -> None:
    settings.DATA = tmp_path
    round_ = open_round(world, ["CA", "QS"])
    leader, unit = world.mandate("leader:CA"), world.unit("CA").name
    path = key_file(world, settings, real.authority.leader(unit), b"bi-mat-cua-khoa")
    for password, reason in (("", "không đúng"), ("sai-bi-mat", "không đúng")):
        with pytest.raises(Invalid, match=reason):
            sign_slot(slot(round_, "CA"), by=leader, now=world.now, secret=password)
    key_file(world, settings, real.authority.leader(unit), None)
    with pytest.raises(Invalid, match="không đặt mật khẩu"):
        sign_slot(slot(round_, "CA"), by=leader, now=world.now)
    revoked = real.authority.leader(unit)
    real.authority.revoked.append(revoked.certificate.serial_number)
    real.authority.publish()
    wrong = {
        "thu hồi": revoked,
        "không phải của": real.authority.leader("Đơn vị khác"),
        "hết hạn": real.authority.leader(unit, end=datetime(2026, 1, 1, tzinfo=UTC)),
        "không có quyền dùng": real.authority.leader(unit, usage=("key_encipherment",)),
    }
    for reason, key in wrong.items():
        key_file(world, settings, key, b"bi-mat-cua-khoa")
        with pytest.raises(Invalid, match=reason):
            sign_slot(slot(round_, "CA"), by=leader, now=world.now, secret="bi-mat-cua-khoa")
    assert round_.revisions.count() == 1
    key_file(world, settings, real.authority.leader(unit, rsa_bits=2048), b"bi-mat-cua-khoa")
    sign_slot(slot(round_, "CA"), by=leader, now=world.now, secret="bi-mat-cua-khoa")
    other = real.authority.leader(world.unit("QS").name)
    turn(world, round_, "QS", lambda mine, base: sign_elsewhere(base, other, field=mine.field))
    round_.refresh_from_db()
    assert round_.state == RoundState.SEALED
    assert {one.carrier for one in Attempt.objects.filter(outcome="done")} == {"pkcs12", "file"}
    assert page_of_stored(round_).verdict.verdict == "valid"
    said = caplog.text + str(list(AuditEvent.objects.values_list("data", flat=True)))
    assert "bi-mat" not in said + str(list(Attempt.objects.values()))
    assert b"PRIVATE" not in path.read_bytes()


def test_a_hostile_file_ends_in_a_sentence(world: Any, real: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    for tail in (b"\nstartxref\n0\n%%EOF", b"x" * 1000, b"\n1 0 obj<</Type/Sig>>endobj\nstartxref\n99999999\n%%EOF"):
        with pytest.raises(DomainError):
            turn(world, round_, "CA", lambda _mine, base, tail=tail: base + tail)
        release_slot(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
    assert round_.revisions.count() == 1
