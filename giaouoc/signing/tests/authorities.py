"""Certificates as a test wants them: wrong, weak, expired, forged, with an intermediate. Only for tests."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from giaouoc.signing.engine.fields import SlotSpec
from giaouoc.signing.engine.keys import HeldKey, PrivateKey, load_certificate
from giaouoc.signing.engine.trial import TrialAuthority

BEGIN, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
USAGES = [
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
]


def crypto(held: HeldKey) -> x509.Certificate:
    """The certificate for the cryptography library."""
    return x509.load_der_x509_certificate(held.certificate.dump())


def make(
    subject: x509.Name,
    issuer: HeldKey | None = None,
    *,
    usage: tuple[str, ...] = ("digital_signature",),
    begin: datetime = BEGIN,
    end: datetime = END,
    ca: bool = False,
    rsa_bits: int = 0,
    curve: ec.EllipticCurve | None = None,
    extended: list[x509.ObjectIdentifier] | None = None,
    subject_key_id: bytes | None = None,
    authority_key_id: bytes | None = None,
) -> HeldKey:
    """A key with a certificate, self-signed without an issuer. ``usage`` empty: no key-usage extension at all."""
    key: PrivateKey = (
        rsa.generate_private_key(65537, rsa_bits) if rsa_bits else ec.generate_private_key(curve or ec.SECP256R1())
    )
    above = crypto(issuer) if issuer else None
    own_id = x509.SubjectKeyIdentifier(
        subject_key_id or x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above.subject if above else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(own_id, critical=False)
    )
    if usage:
        flags = {**dict.fromkeys(USAGES, False), **dict.fromkeys(usage, True)}
        builder = builder.add_extension(x509.KeyUsage(**flags), critical=True)
    if above is not None:
        identifier = (
            authority_key_id or above.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
        )
        builder = builder.add_extension(x509.AuthorityKeyIdentifier(identifier, None, None), critical=False)
    if extended is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(extended), critical=extended == [TIME_STAMPING])
    certificate = builder.sign(issuer.private_key if issuer else key, hashes.SHA256())
    return HeldKey(key, load_certificate(certificate.public_bytes(serialization.Encoding.DER)))


TIME_STAMPING = ExtendedKeyUsageOID.TIME_STAMPING


def name(common: str, organisation: str = "Tổ chức khác", code: str = "") -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
        x509.NameAttribute(NameOID.COMMON_NAME, common),
    ]
    if code:
        parts.insert(2, x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, code))
    return x509.Name(parts)


def leaf_of(authority: TrialAuthority, slot: SlotSpec, **more: object) -> HeldKey:
    """A certificate of the slot's unit by the trial root, otherwise than the authority itself would make it."""
    return make(name("Trưởng ban", slot.unit_name, slot.unit_code), authority.root, **more)  # type: ignore[arg-type]
