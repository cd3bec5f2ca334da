"""Khóa giữ tại chỗ: a private key that stays loaded, with its certificate; and what may be read from a certificate.

Loading a key anew for each signature costs 28 to 87 ms with RSA (the library checks it each time), and a certificate
built in memory is encoded again at every use: so a key is kept as an object, and certificates always come from their
DER bytes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from asn1crypto import pem as asn1_pem
from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

TRIAL_MARK = "CHỨNG THƯ THỬ NGHIỆM"
"""Stands in the subject of every certificate of a trial authority; what bears it has no legal value."""

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def load_certificate(data: bytes) -> x509.Certificate:
    """A certificate from PEM or DER bytes. Raises ValueError when it is none."""
    if asn1_pem.detect(data):
        _name, _headers, data = asn1_pem.unarmor(data)
    certificate: x509.Certificate = x509.Certificate.load(data, strict=True)
    certificate.subject.native  # noqa: B018 -- parse now, where a ValueError is expected
    certificate.public_key.algorithm  # noqa: B018
    return certificate


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, 64 lower-case hex digits."""
    digest: bytes = certificate.sha256
    return digest.hex()


def subject_value(name: x509.Name, attribute: str) -> str:
    """One attribute of a distinguished name, as text; several values joined by ', '; empty when absent."""
    value: Any = name.native.get(attribute, "")
    return ", ".join(str(v) for v in value) if isinstance(value, list) else str(value)


def signer_label(certificate: x509.Certificate) -> str:
    """Who signed, as the certificate names it: common name, then organisation."""
    subject = certificate.subject
    parts = [subject_value(subject, "common_name"), subject_value(subject, "organization_name")]
    return " – ".join(dict.fromkeys(part for part in parts if part)) or str(subject.human_friendly)


def is_trial(certificate: x509.Certificate) -> bool:
    """Whether the certificate calls itself a trial one, in its subject or its issuer."""
    return any(
        TRIAL_MARK in subject_value(name, attribute)
        for name in (certificate.subject, certificate.issuer)
        for attribute in ("organization_name", "organizational_unit_name", "common_name")
    )


def plain(text: str) -> str:
    """Text for comparing names: no case, no diacritics, no punctuation ('Đảng ủy CA' -> 'dang uy ca')."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c)).replace("đ", "d")
    return " ".join(re.findall(r"[^\W_]+", letters))


@dataclass(frozen=True)
class HeldKey:
    """A key that we hold. ``chain``: the issuers' certificates that go into the signature beside the signer's."""

    private_key: PrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def sha256(self) -> str:
        return fingerprint(self.certificate)

    def fresh_certificate(self) -> x509.Certificate:
        """The certificate as an object of its own. What goes into a structure being built must be one: a part of a shared
        certificate put there makes the library encode the whole anew at each use, more and more of it every time."""
        return load_certificate(self.certificate.dump())

    @property
    def label(self) -> str:
        return signer_label(self.certificate)


def raw_signature(key: PrivateKey, data: bytes, *, pss: bool = True, salt: int = padding.PSS.MAX_LENGTH) -> bytes:  # type: ignore[assignment]
    """Sign ``data`` with SHA-256: ECDSA, or RSASSA-PSS, by itself with the longest salt (PKCS#1 v1.5 when not ``pss``)."""
    if isinstance(key, rsa.RSAPrivateKey):
        mode = padding.PSS(padding.MGF1(hashes.SHA256()), salt) if pss else padding.PKCS1v15()
        return key.sign(data, mode, hashes.SHA256())
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


def unique(certificates: Iterable[x509.Certificate]) -> list[x509.Certificate]:
    """The certificates, each once, in order of first appearance."""
    seen: dict[bytes, x509.Certificate] = {}
    for certificate in certificates:
        seen.setdefault(certificate.sha256, certificate)
    return list(seen.values())
