"""Cơ quan chứng thực thử nghiệm: a root, a time-stamp service and certificates for the demonstration and the rehearsal.

Everything made here says in its name that it is a trial without legal value. Private keys lie under ``<data>/trial``
(readable by the owner alone), the two anchors that verification needs under ``<data>/trust``. Dates follow the clock
that is passed in, so that a rehearsal may live on another day than the machine.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import TimeStamper

from .der import TST_INFO, FrozenToken, node, octets, oid, signed_data, signing_attributes
from .keys import TRIAL_MARK, HeldKey, PrivateKey, fingerprint, load_certificate, subject_value

AUTHORITY = f"Giao Ước – {TRIAL_MARK}, không có giá trị pháp lý"
NO_VALUE = f"{TRIAL_MARK}, không có giá trị pháp lý"
NAME_LIMIT = 64  # X.520: the longest organisation or common name
ROOT_YEARS, TSA_YEARS, CRL_DAYS = 25, 15, 30
POLICY = "2.25.140716223571"  # a number of our own for the trial time stamps; it stands for no real policy


@dataclass(frozen=True)
class RevocationData:
    """What goes into a file so that it can be judged without a network. All in DER."""

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    certificates: tuple[bytes, ...] = ()


class TrialAuthority:
    """The trial root with its time-stamp service. Get one by ``open``; it is cheap to keep and safe to share."""

    def __init__(self, folder: Path, root: HeldKey, tsa: HeldKey) -> None:
        self.folder = folder
        self.root = root
        self.tsa = tsa

    @classmethod
    def open(cls, data_dir: Path, now: datetime) -> TrialAuthority:
        """Load the authority under ``data_dir``, or make it. ``now``: aware.

        A clock set to a time outside the old authority's validity gets a new one; the old anchors stay, since files
        that were signed under them must still verify.
        """
        folder = data_dir / "trial"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(folder):
            root, tsa = _load(folder / "root.pem"), _load(folder / "tsa.pem")
            if root is None or tsa is None or not (_valid(root, now) and _valid(tsa, now)):
                root, tsa = _make_authority(now)
                _save(folder / "root.pem", root)
                _save(folder / "tsa.pem", tsa)
            _publish(data_dir / "trust", root, tsa)
        return cls(folder, root, tsa)

    def issue(self, unit_code: str, unit_name: str, post: str, now: datetime) -> HeldKey:
        """The key and certificate of a unit's leader, made on first use and kept on disk.

        Subject: CN the post, O the unit's name, organizationIdentifier the unit's code, OU the trial mark. Valid from
        before the year of ``now`` to the end of the next. A new one is made when the old one is revoked, out of date
        or other.
        """
        digest = hashlib.sha256(f"{unit_code}\0{post}".encode()).hexdigest()[:24]
        path = self.folder / f"leaf-{digest}.pem"
        subject = _subject(post, unit_name, unit_code)
        with _locked(self.folder):
            held = _load(path)
            if held is None or not self._usable(held, subject, now):
                held = self._make_leaf(subject, now)
                _save(path, held)
        return HeldKey(held.private_key, held.certificate)

    def revoke(self, certificate: asn1_x509.Certificate, at: datetime) -> None:
        """Note in the revocation list that a certificate counts no more since ``at``."""
        with _locked(self.folder):
            entries = self._revoked()
            entries.setdefault(str(certificate.serial_number), at.astimezone(UTC).isoformat())
            _write(self.folder / "revoked.json", json.dumps(entries, indent=1).encode())

    def crl(self, now: datetime) -> bytes:
        """The revocation list as of ``now``, in DER."""
        root = x509.load_der_x509_certificate(self.root.certificate.dump())
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(root.subject)
            .last_update(_second(now))
            .next_update(_second(now) + timedelta(days=CRL_DAYS))
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(_authority_id(root), critical=False)
        )
        for serial, at in self._revoked().items():
            since = datetime.fromisoformat(at)
            if since <= now:
                builder = builder.add_revoked_certificate(
                    x509.RevokedCertificateBuilder()
                    .serial_number(int(serial))
                    .revocation_date(_second(since))
                    .add_extension(x509.CRLReason(x509.ReasonFlags.cessation_of_operation), critical=False)
                    .build()
                )
        return builder.sign(self.root.private_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def revocation_data(self, now: datetime) -> RevocationData:
        """What the seal puts into a file."""
        return RevocationData(crls=(self.crl(now),), certificates=(self.root.certificate.dump(),))

    def time_stamper(self, clock: Callable[[], datetime]) -> TrialTimeStamper:
        """The time-stamp service in this process; ``clock``: gives the time that it stamps, aware."""
        return TrialTimeStamper(self.tsa, clock)

    def _revoked(self) -> dict[str, str]:
        path = self.folder / "revoked.json"
        entries: dict[str, str] = json.loads(path.read_bytes()) if path.exists() else {}
        return entries

    def _usable(self, held: HeldKey, subject: x509.Name, now: datetime) -> bool:
        mine = x509.load_der_x509_certificate(held.certificate.dump())
        root = x509.load_der_x509_certificate(self.root.certificate.dump())
        return (
            mine.subject == subject
            and mine.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value == _authority_id(root)
            and _valid(held, now)
            and str(held.certificate.serial_number) not in self._revoked()
        )

    def _make_leaf(self, subject: x509.Name, now: datetime) -> HeldKey:
        usage = [ExtendedKeyUsageOID.EMAIL_PROTECTION, x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")]  # mail, documents
        return _make(
            subject,
            datetime(now.year - 1, 12, 1, tzinfo=UTC),
            datetime(now.year + 2, 1, 1, tzinfo=UTC),
            issuer=self.root,
            usage=("digital_signature", "content_commitment"),
            extended=x509.ExtendedKeyUsage(usage),
        )


class TrialTimeStamper(TimeStamper):  # type: ignore[misc, unused-ignore]
    """An RFC 3161 service inside the process, for ECDSA keys (pyHanko's own stand-in knows only RSA)."""

    def __init__(self, key: HeldKey, clock: Callable[[], datetime]) -> None:
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]
        self.key = key
        self.clock = clock

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Answer a request with a token over its imprint."""
        return tsp.TimeStampResp(
            {
                "status": tsp.PKIStatusInfo({"status": "granted"}),
                "time_stamp_token": time_stamp_token(
                    self.key, req["message_imprint"], _second(self.clock()), nonce=req["nonce"].native
                ),
            }
        )


def time_stamp_token(
    key: HeldKey, imprint: tsp.MessageImprint, at: datetime, *, nonce: int | None = None
) -> cms.ContentInfo:
    """A time-stamp token by ``key`` over an imprint. ``at``: aware, whole seconds."""
    certificate = key.fresh_certificate()
    info: bytes = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": tsp.MessageImprint.load(imprint.dump()),
            "serial_number": int.from_bytes(os.urandom(8), "big") | 1 << 62,
            "gen_time": at,
            "tsa": asn1_x509.GeneralName(name="directory_name", value=asn1_x509.Name.load(certificate.subject.dump())),
            **({"nonce": nonce} if nonce is not None else {}),
        }
    ).dump()
    assert isinstance(key.private_key, ec.EllipticCurvePrivateKey)
    algorithm: bytes = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}).dump()
    attributes = signing_attributes(TST_INFO, hashlib.sha256(info).digest(), certificate, algorithm)
    encoded = signed_data(
        version=3,
        content=node(0x30, oid(TST_INFO), node(0xA0, octets(info))),
        certificates=[certificate],
        signed_attributes=attributes,
        algorithm=algorithm,
        signature=key.private_key.sign(attributes, ec.ECDSA(hashes.SHA256())),
    )
    return FrozenToken.of(encoded)


def cut(text: str, limit: int = NAME_LIMIT) -> str:
    """Text that fits an X.520 attribute of ``limit`` characters; what is cut ends with '…'."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def organisation_code(certificate: asn1_x509.Certificate) -> str:
    """The unit's code in a trial certificate (organizationIdentifier); empty when it has none."""
    return subject_value(certificate.subject, "organization_identifier")


def _subject(post: str, unit_name: str, unit_code: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, cut(unit_name)),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, unit_code),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, NO_VALUE),
            x509.NameAttribute(NameOID.COMMON_NAME, cut(post)),
        ]
    )


def _make_authority(now: datetime) -> tuple[HeldKey, HeldKey]:
    begin = datetime(now.year - 1, 1, 1, tzinfo=UTC)

    def name(common: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, AUTHORITY),
                x509.NameAttribute(NameOID.COMMON_NAME, common),
            ]
        )

    root = _make(
        name("Chứng thư gốc thử nghiệm"),
        begin,
        begin.replace(year=begin.year + ROOT_YEARS),
        usage=("key_cert_sign", "crl_sign"),
        authority=True,
    )
    tsa = _make(
        name("Dấu thời gian thử nghiệm"),
        begin,
        datetime(now.year + TSA_YEARS, now.month, 1, tzinfo=UTC),
        issuer=root,
        usage=("digital_signature",),
        extended=x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]),
        extended_critical=True,
    )
    return root, tsa


def _make(
    subject: x509.Name,
    begin: datetime,
    end: datetime,
    *,
    usage: tuple[str, ...],
    issuer: HeldKey | None = None,
    authority: bool = False,
    extended: x509.ExtendedKeyUsage | None = None,
    extended_critical: bool = False,
) -> HeldKey:
    """A new P-256 key with its certificate, self-signed when there is no issuer."""
    key = ec.generate_private_key(ec.SECP256R1())
    above = x509.load_der_x509_certificate(issuer.certificate.dump()) if issuer else None
    flags = dict.fromkeys(
        [
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ],
        False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above.subject if above else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(x509.KeyUsage(**{**flags, **dict.fromkeys(usage, True)}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if above is not None:
        builder = builder.add_extension(_authority_id(above), critical=False)
    if extended is not None:
        builder = builder.add_extension(extended, critical=extended_critical)
    signing_key = issuer.private_key if issuer else key
    certificate = builder.sign(signing_key, hashes.SHA256())
    return HeldKey(key, load_certificate(certificate.public_bytes(serialization.Encoding.DER)))


def _authority_id(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _valid(held: HeldKey, now: datetime) -> bool:
    begin: datetime = held.certificate.not_valid_before
    end: datetime = held.certificate.not_valid_after
    return begin <= now <= end


def _publish(trust: Path, root: HeldKey, tsa: HeldKey) -> None:
    """Put the two anchors where verification looks; named by fingerprint, so that a later authority hides no earlier
    one."""
    trust.mkdir(parents=True, exist_ok=True)
    for kind, held in (("root", root), ("tsa", tsa)):
        path = trust / f"{kind}-trial-{fingerprint(held.certificate)[:12]}.pem"
        if not path.exists():
            certificate = x509.load_der_x509_certificate(held.certificate.dump())
            _write(path, certificate.public_bytes(serialization.Encoding.PEM), mode=0o644)


def _save(path: Path, held: HeldKey) -> None:
    key = held.private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    certificate = x509.load_der_x509_certificate(held.certificate.dump())
    _write(path, key + certificate.public_bytes(serialization.Encoding.PEM))


def _load(path: Path) -> HeldKey | None:
    if not path.exists():
        return None
    data = path.read_bytes()
    key = serialization.load_pem_private_key(data, None)
    assert isinstance(key, PrivateKey)
    certificate = x509.load_pem_x509_certificate(data[data.index(b"-----BEGIN CERTIFICATE") :])
    return HeldKey(key, load_certificate(certificate.public_bytes(serialization.Encoding.DER)))


def _write(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time: web and worker may both be the first to need the authority."""
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
