"""Blind signatures: the vectors of RFC 9474 pass, standard tools verify the stamp, what does not fit is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from giaouoc.ballots.rules import blind

VECTORS = json.loads((Path(__file__).parent / "vectors" / "rfc9474.json").read_text())
KEY = blind.PrivateKey.fresh(2048)


def octets(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def number(text: str) -> int:
    return int(text, 16)


@pytest.mark.parametrize("vector", VECTORS, ids=[one["name"] for one in VECTORS])
def test_the_published_vectors(vector: dict[str, str]) -> None:
    key = blind.PrivateKey(*(number(vector[name]) for name in "nepq"))
    prepared = blind.prepare(octets(vector["msg"]), octets(vector["msg_prefix"]))
    assert prepared == octets(vector["input_msg"])
    factor = pow(number(vector["inv"]), -1, key.n)
    salt = octets(vector["salt"])
    blinded, undo = blind.blind(key.public, prepared, salt=salt, factor=factor)
    assert blinded == octets(vector["blinded_msg"])
    assert undo == number(vector["inv"])
    stamp = blind.blind_sign(key, blinded)
    assert stamp == octets(vector["blind_sig"])
    assert blind.finalize(key.public, prepared, stamp, undo, salt_length=len(salt)) == octets(vector["sig"])


def test_any_auditor_verifies_a_stamp_with_standard_tools() -> None:
    prepared = blind.prepare("phiếu".encode())
    blinded, undo = blind.blind(KEY.public, prepared)
    signature = blind.finalize(KEY.public, prepared, blind.blind_sign(KEY, blinded), undo)
    standard = rsa.RSAPublicNumbers(KEY.e, KEY.n).public_key()
    standard.verify(signature, prepared, padding.PSS(padding.MGF1(hashes.SHA384()), 48), hashes.SHA384())
    assert not blind.is_stamped(KEY.public, prepared + b"x", signature)


def test_the_same_paper_never_looks_the_same_to_the_signer() -> None:
    prepared = blind.prepare(b"x")
    assert blind.blind(KEY.public, prepared)[0] != blind.blind(KEY.public, prepared)[0]


@pytest.mark.parametrize("wrong", [b"", b"\x01", bytes(256), b"\xff" * 256, b"\x01" * 257])
def test_what_is_no_blinded_message_is_not_stamped(wrong: bytes) -> None:
    with pytest.raises(blind.BlindError):
        blind.blind_sign(KEY, wrong)


def test_a_stamp_of_another_key_is_refused_by_the_voter() -> None:
    other = blind.PrivateKey.fresh(2048)
    prepared = blind.prepare(b"x")
    blinded, undo = blind.blind(KEY.public, prepared)
    low = bytes(1) + blinded[1:]  # below either modulus
    with pytest.raises(blind.BlindError):
        blind.finalize(KEY.public, prepared, blind.blind_sign(other, low), undo)
    with pytest.raises(blind.BlindError):
        blind.finalize(KEY.public, prepared, b"\x01", undo)
