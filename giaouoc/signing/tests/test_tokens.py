"""A token on the server, by PKCS#11: SoftHSM stands for it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from giaouoc.audit.models import AuditEvent
from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.signing.actions.sign import sign_slot
from giaouoc.signing.carriers import carrier_here
from giaouoc.signing.engine.keys import HeldKey
from giaouoc.signing.models import Attempt
from giaouoc.signing.states import RoundState, SlotState
from giaouoc.signing.verification import page_of_stored

from .rounds import open_round, slot

LIBRARY = next((str(one) for one in Path("/usr/lib").glob("**/softhsm/libsofthsm2.so")), "")
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not (LIBRARY and shutil.which("softhsm2-util")), reason="needs softhsm2"),
]
PIN = "24681357"


@pytest.fixture
def tokens(real: Any, settings: Any, tmp_path_factory: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``put(code, key)``: a token with that label, its key and certificate."""
    folder = tmp_path_factory.getbasetemp() / "softhsm"
    (folder / "tokens").mkdir(parents=True, exist_ok=True)
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
    settings.PKCS11 = LIBRARY

    def put(code: str, key: HeldKey) -> None:
        import pkcs11

        subprocess.run(
            ["softhsm2-util", "--init-token", "--free", "--label", code, "--pin", PIN, "--so-pin", "87654321"],
            check=True,
            capture_output=True,
        )
        from pkcs11.util.ec import decode_ec_private_key
        from pkcs11.util.rsa import decode_rsa_private_key
        from pkcs11.util.x509 import decode_x509_certificate

        lib = pkcs11.lib(LIBRARY)
        lib.reinitialize()
        form = (serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL)
        der = key.private_key.private_bytes(*form, serialization.NoEncryption())
        decode = decode_rsa_private_key if hasattr(key.private_key, "decrypt") else decode_ec_private_key
        with lib.get_token(token_label=code).open(user_pin=PIN, rw=True) as session:
            with_id = {pkcs11.Attribute.ID: b"\x01", pkcs11.Attribute.TOKEN: True}
            session.create_object(decode(der) | with_id)
            session.create_object(decode_x509_certificate(key.certificate.dump()) | with_id)

    yield put
    for one in (folder / "tokens").iterdir():
        shutil.rmtree(one)


def test_two_tokens_sign_one_document_with_the_pin_that_nobody_keeps(
    world: Any, real: Any, tokens: Any, caplog: Any
) -> None:
    round_ = open_round(world, ["CA", "QS"])
    tokens("CA", real.authority.leader(world.unit("CA").name))
    tokens("QS", real.authority.leader(world.unit("QS").name, rsa_bits=2048))
    for code in ("CA", "QS"):
        carrier = carrier_here(code)
        assert carrier is not None
        assert (carrier.name, carrier.password_label) == ("pkcs11", "Mã PIN của thiết bị ký")
        sign_slot(slot(round_, code), by=world.mandate(f"leader:{code}"), now=world.now, secret=PIN)
    round_.refresh_from_db()
    assert round_.state == RoundState.SEALED
    assert page_of_stored(round_).verdict.verdict == "valid"
    said = caplog.text + str(list(AuditEvent.objects.values_list("data", flat=True)))
    assert PIN not in said + str(list(Attempt.objects.values()))


def test_a_wrong_pin_is_tried_once_and_an_absent_token_is_said(world: Any, real: Any, tokens: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    mine, leader = slot(round_, "CA"), world.mandate("leader:CA")
    tokens("CA", real.authority.leader("Đơn vị khác"))
    with pytest.raises(Invalid, match="Mã PIN không đúng") as refusal:
        sign_slot(mine, by=leader, now=world.now, secret="00000000")
    assert refusal.value.field == "secret"
    assert "khóa" in str(refusal.value.advice)
    with pytest.raises(Invalid, match="không phải của"):
        sign_slot(mine, by=leader, now=world.now, secret=PIN)
    assert slot(round_, "CA").state == SlotState.WAITING
    assert round_.revisions.count() == 1
    carrier = carrier_here("CA")
    assert carrier is not None
    assert "chưa cắm" in carrier.lacks("QS")
    with pytest.raises(WrongState):
        sign_slot(slot(round_, "QS"), by=world.mandate("leader:QS"), now=world.now, secret=PIN)
