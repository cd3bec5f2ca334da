"""Whose certificate is it: what the administrator laid down, what the subject says; and rounds that it stops."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from giaouoc.clusters.models import Unit
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.signing import access
from giaouoc.signing.actions.await_answer import resume_waiting
from giaouoc.signing.actions.close import cancel_round
from giaouoc.signing.actions.sign import release_slot, sign_slot
from giaouoc.signing.engine.trust import TrustFolder
from giaouoc.signing.engine.verify import verify
from giaouoc.signing.models import Attempt
from giaouoc.signing.states import RoundState
from giaouoc.signing.verification import page_of_stored

from .authorities import crypto, make, name
from .real import sign_elsewhere
from .rounds import open_round, slot
from .test_phone import ask
from .test_returned_files import turn

pytestmark = pytest.mark.once


def key_file(settings: Any, code: str, data: bytes) -> None:
    folder = settings.DATA / "khoa"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{code}.p12").write_bytes(data)


def test_a_certificate_laid_down_for_one_unit_is_not_another_units(world: Any, real: Any) -> None:
    """'CA-HN.cer' is of the unit CA-HN, not a second one of CA."""
    Unit.objects.create(code="CA-HN", name="Công an Hà Nội", short_name="CAHN")
    real.authority.put("nguoi-ky/CA.cer", real.authority.leader(world.unit("CA").name))
    real.authority.put("nguoi-ky/CA-2.cer", mine := make(name("Phó", "Tên khác"), real.authority.root))
    real.authority.put("nguoi-ky/CA-HN.cer", stranger := make(name("X", "Công an Hà Nội"), real.authority.root))
    round_ = open_round(world, ["CA", "QS"])
    with pytest.raises(Invalid, match="không phải"):
        turn(world, round_, "CA", lambda _slot, base: sign_elsewhere(base, stranger))
    release_slot(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now)
    assert turn(world, round_, "CA", lambda slot_, base: sign_elsewhere(base, mine, field=slot_.field))


@pytest.mark.parametrize("code", ["MST:0301234567", "NTRVN-0301234567"])
def test_a_tax_code_in_a_real_certificate_stands_beside_the_units_name(world: Any, real: Any, code: str) -> None:
    round_ = open_round(world, ["CA", "QS"])
    key = make(name("Trưởng ban", world.unit("CA").name, code), real.authority.root)
    turn(world, round_, "CA", lambda mine, base: sign_elsewhere(base, key, field=mine.field))
    assert round_.revisions.count() == 2


@pytest.mark.parametrize("organisation", ["", "MST:0301234567"])
def test_page_and_offline_verdict_agree_where_two_certificates_are_laid_down(
    world: Any, real: Any, organisation: str
) -> None:
    one, two = (make(name(post, "Tên khác", organisation), real.authority.root) for post in ("Trưởng ban", "Phó"))
    real.authority.put("nguoi-ky/CA-1.cer", one)
    real.authority.put("nguoi-ky/CA-2.cer", two)
    round_ = open_round(world, ["CA"])
    turn(world, round_, "CA", lambda mine, base: sign_elsewhere(base, one, field=mine.field))
    round_.refresh_from_db()
    alone = verify(round_.head.file.read(), TrustFolder.load(real.authority.folder))
    assert page_of_stored(round_).verdict.verdict == alone.verdict == "valid"


def test_a_signed_round_that_no_seal_fits_can_be_stopped_and_one_that_waits_for_its_seal_cannot(
    world: Any, real: Any
) -> None:
    round_ = open_round(world, ["CA", "QS"])
    head = world.mandate("secretary:CQD")
    ca, qs = (real.authority.leader(world.unit(code).name) for code in ("CA", "QS"))
    turn(world, round_, "CA", lambda mine, base: sign_elsewhere(base, ca, field=mine.field, stamper=real.stamper))
    real.authority.revoked.append(ca.certificate.serial_number)
    real.authority.publish()
    turn(world, round_, "QS", lambda mine, base: sign_elsewhere(base, qs, field=mine.field, stamper=real.stamper))
    round_.refresh_from_db()
    assert round_.state == RoundState.SIGNED
    cancel_round(round_, by=head, now=world.now, reason="Chứng thư của một đơn vị đã bị thu hồi.")
    assert round_.state == RoundState.CANCELLED
    waiting = open_round(world, ["CA"])
    type(waiting).objects.filter(pk=waiting.pk).update(state=RoundState.SIGNED)
    waiting.refresh_from_db()
    assert not access.can_cancel_round(head, waiting, world.now)
    with pytest.raises((NotAllowed, WrongState)):
        cancel_round(waiting, by=head, now=world.now, reason="x")


def test_a_stopped_round_keeps_nothing_of_a_signature_under_way(world: Any, real: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    real.remote("CA")
    ask(world, round_, "CA")
    assert Attempt.objects.exclude(state={}).exists()
    cancel_round(round_, by=world.mandate("secretary:CQD"), now=world.now, reason="Văn bản cần sửa.")
    assert not Attempt.objects.exclude(state={}).exists()


def test_a_signature_that_waited_for_its_time_stamp_is_judged_anew(world: Any, real: Any, settings: Any) -> None:
    """The certificate ends while no time-stamp service answers."""
    round_ = open_round(world, ["CA"])
    key = real.authority.leader(world.unit("CA").name, end=world.now + timedelta(minutes=5))
    locked = BestAvailableEncryption(b"abc")
    key_file(settings, "CA", serialize_key_and_certificates(b"k", key.private_key, crypto(key), None, locked))
    there, settings.TSA_URLS = settings.TSA_URLS, ["http://127.0.0.1:9/"]
    with pytest.raises(WrongState):
        sign_slot(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now, secret="abc")
    settings.TSA_URLS = there
    world.pass_time(minutes=8)
    resume_waiting(now=world.now)
    round_.refresh_from_db()
    assert round_.state == RoundState.SIGNING
    assert round_.revisions.count() == 1
    assert not Attempt.objects.filter(ended_at=None).exists()


def test_a_key_file_whose_key_lies_in_clear_is_refused_though_it_has_a_password(
    world: Any, real: Any, settings: Any, tmp_path: Path
) -> None:
    round_ = open_round(world, ["CA", "QS"])
    key = real.authority.leader(world.unit("CA").name)
    plain = key.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "k.pem").write_bytes(plain + crypto(key).public_bytes(Encoding.PEM))
    command = [
        "openssl",
        "pkcs12",
        "-export",
        "-in",
        "k.pem",
        "-keypbe",
        "NONE",
        "-certpbe",
        "NONE",
        "-passout",
        "pass:abc",
    ]
    subprocess.run([*command, "-out", "k.p12"], check=True, cwd=tmp_path)
    key_file(settings, "CA", (tmp_path / "k.p12").read_bytes())
    with pytest.raises(Invalid, match="không mã hóa"):
        sign_slot(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now, secret="abc")
