"""Phiếu đóng dấu mù: RSA blind signatures, RSABSSA-SHA384-PSS-Randomized (RFC 9474), in plain integers.

The signer stamps a paper without seeing it; the stamp that comes out is an ordinary RSA-PSS signature (SHA-384, MGF1 with
SHA-384), which any auditor verifies with standard tools. ``cryptography`` makes keys and verifies, but offers no raw RSA
operation, so blinding and the stamp itself are whole-number arithmetic here. The signer's exponentiation runs on a value
blinded once more with a fresh random factor (RFC 9474 §4.3 asks for care about side channels), so its time says nothing
about the key; its result is checked before it leaves, so a fault in the Chinese remainder gives nothing away.

Messages are bytes; stamps and blinded messages are bytes of the modulus' length. The same functions in the browser:
``static/ballots/blind.js``."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from math import gcd

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

HASH_LENGTH = 48
SALT_LENGTH = 48
PREFIX_LENGTH = 32
KEY_BITS = 3072
EXPONENT = 65537


class BlindError(ValueError):
    """A message, a blinded message or a stamp that does not fit the key."""


@dataclass(frozen=True)
class PublicKey:
    """n, e of RSA."""

    n: int
    e: int = EXPONENT

    @classmethod
    def brought(cls, text: str, beside: PublicKey) -> PublicKey:
        """A key that somebody else made (hex of n), for the same ballot as ``beside``. Raises BlindError for one that is not
        of the asked size or shares a factor with the other."""
        n = int(text, 16) if re.fullmatch("[1-9a-f][0-9a-f]*", text) else 0
        if n.bit_length() != KEY_BITS or n % 2 == 0 or gcd(n, beside.n) != 1:
            raise BlindError("no key for this ballot")
        return cls(n)

    @property
    def length(self) -> int:
        """Bytes of the modulus, thus of a stamp."""
        return (self.n.bit_length() + 7) // 8


@dataclass(frozen=True)
class PrivateKey:
    """n, e with the two primes."""

    n: int
    e: int
    p: int
    q: int

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.n, self.e)

    @classmethod
    def fresh(cls, bits: int = KEY_BITS) -> PrivateKey:
        """A new key, for one ballot only."""
        numbers = rsa.generate_private_key(public_exponent=EXPONENT, key_size=bits).private_numbers()
        return cls(numbers.public_numbers.n, numbers.public_numbers.e, numbers.p, numbers.q)


def _mgf1(seed: bytes, length: int) -> bytes:
    blocks = range((length + HASH_LENGTH - 1) // HASH_LENGTH)
    return b"".join(hashlib.sha384(seed + number.to_bytes(4, "big")).digest() for number in blocks)[:length]


def encode(message: bytes, bits: int, salt: bytes) -> bytes:
    """EMSA-PSS-ENCODE (RFC 8017 §9.1.1) with SHA-384. bits: of the modulus less one. Raises BlindError for a short key."""
    length = (bits + 7) // 8
    if length < HASH_LENGTH + len(salt) + 2:
        raise BlindError("the key is too short for this encoding")
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    block = bytes(length - len(salt) - HASH_LENGTH - 2) + b"\x01" + salt
    masked = bytes(a ^ b for a, b in zip(block, _mgf1(digest, len(block)), strict=True))
    first = masked[0] & (0xFF >> (8 * length - bits))
    return bytes([first]) + masked[1:] + digest + b"\xbc"


def prepare(message: bytes, prefix: bytes | None = None) -> bytes:
    """PrepareRandomize (§4.1): 32 random bytes before the message hide it even from a dishonestly made key."""
    return (secrets.token_bytes(PREFIX_LENGTH) if prefix is None else prefix) + message


def blind(
    key: PublicKey, prepared: bytes, *, salt: bytes | None = None, factor: int | None = None
) -> tuple[bytes, int]:
    """Blind (§4.2): the blinded message for the signer, and the inverse that undoes it. ``salt``, ``factor``: for vectors."""
    salt = secrets.token_bytes(SALT_LENGTH) if salt is None else salt
    message = int.from_bytes(encode(prepared, key.n.bit_length() - 1, salt), "big")
    if gcd(message, key.n) != 1:
        raise BlindError("the message shares a factor with the key")
    while factor is None or gcd(factor, key.n) != 1:
        factor = secrets.randbelow(key.n - 1) + 1
    blinded = message * pow(factor, key.e, key.n) % key.n
    return blinded.to_bytes(key.length, "big"), pow(factor, -1, key.n)


def blind_sign(key: PrivateKey, blinded: bytes) -> bytes:
    """BlindSign (§4.3): stamp what cannot be read. Raises BlindError for a value of wrong length or size."""
    public = key.public
    message = int.from_bytes(blinded, "big")
    if len(blinded) != public.length or not 0 < message < key.n:
        raise BlindError("not a blinded message for this key")
    factor = 0
    while gcd(factor, key.n) != 1:
        factor = secrets.randbelow(key.n - 1) + 1
    hidden = message * pow(factor, key.e, key.n) % key.n
    root_p = pow(hidden, pow(key.e, -1, key.p - 1), key.p)
    root_q = pow(hidden, pow(key.e, -1, key.q - 1), key.q)
    root = root_q + key.q * ((root_p - root_q) * pow(key.q, -1, key.p) % key.p)
    signature = root * pow(factor, -1, key.n) % key.n
    stamp = signature.to_bytes(public.length, "big")
    if not is_stamp_of(public, blinded, stamp):
        raise BlindError("the stamp failed its own check")
    return stamp


def is_stamp_of(key: PublicKey, blinded: bytes, stamp: bytes) -> bool:
    """Whether the stamp is the key's on the blinded message: what the keeper of another's stamps can check."""
    return len(stamp) == key.length and pow(int.from_bytes(stamp, "big"), key.e, key.n) == int.from_bytes(
        blinded, "big"
    )


def finalize(key: PublicKey, prepared: bytes, blind_signature: bytes, inverse: int, *, salt_length: int = 48) -> bytes:
    """Finalize (§4.4): the stamp on the paper itself. Raises BlindError when the signer did not stamp this paper."""
    if len(blind_signature) != key.length:
        raise BlindError("a stamp of wrong length")
    signature = (int.from_bytes(blind_signature, "big") * inverse % key.n).to_bytes(key.length, "big")
    if not is_stamped(key, prepared, signature, salt_length=salt_length):
        raise BlindError("the stamp is not of this key")
    return signature


def is_stamped(key: PublicKey, prepared: bytes, signature: bytes, *, salt_length: int = SALT_LENGTH) -> bool:
    """Whether the signature is the key's on this paper: plain RSASSA-PSS verification."""
    scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=salt_length)
    try:
        rsa.RSAPublicNumbers(key.e, key.n).public_key().verify(signature, prepared, scheme, hashes.SHA384())
    except (InvalidSignature, ValueError):
        return False
    return True
