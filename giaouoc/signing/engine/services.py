"""Dịch vụ dấu thời gian và thu hồi: time stamps (RFC 3161) and revocation data (OCSP, CRL) over the network.

Nothing that such a service says is taken on its word: a token is checked on the spot (nonce, imprint, signature, pinned
authority, time), an answer on a certificate too (the question's certificate, freshness); what does not hold counts as no
answer, and the next service is asked. The machine's clock never stands in for a time stamp.
"""

from __future__ import annotations

import hashlib
import http.client
import logging
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from asn1crypto import cms, core, ocsp, tsp, x509
from asn1crypto import crl as asn1_crl
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import Certificate, ExtendedKeyUsage, ExtensionNotFound, load_der_x509_certificate
from cryptography.x509 import ocsp as crypto_ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.timestamps import TimeStamper

from giaouoc.lib.patience import within

from .keys import unique
from .time_stamps import read_time_stamp
from .trial import RevocationData
from .trust import TrustFolder

SECONDS = 8.0
MAX_TOKEN = 64 * 1024
MAX_LIST = 20 * 1024 * 1024
TOLERANCE = timedelta(minutes=10)
log = logging.getLogger(__name__)


def fetch(
    url: str, body: bytes | None = None, *, kind: str = "", seconds: float = SECONDS, limit: int = MAX_TOKEN
) -> bytes:
    """The answer of a service, whole within ``seconds`` and ``limit`` bytes; ``kind``: media type of the body. Raises
    OSError."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise OSError(f"not an address of the web: {url}")
    request = urllib.request.Request(url, data=body, headers={"Content-Type": kind} if kind else {})

    def ask() -> bytes:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return bytes(answer.read(limit + 1))

    try:
        data = within(seconds, ask)
    except (http.client.HTTPException, ValueError) as error:
        raise OSError(str(error)) from error
    if len(data) > limit:
        raise OSError("the answer is too large")
    return data


class WebTimeStamper(TimeStamper):  # type: ignore[misc, unused-ignore]
    """One time-stamp service by its address."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]
        self.url, self.seconds = url, seconds

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask; whether the answer is right is seen by who asked."""
        return tsp.TimeStampResp.load(
            fetch(self.url, req.dump(), kind="application/timestamp-query", seconds=self.seconds)
        )


class StampersInOrder(TimeStamper):  # type: ignore[misc, unused-ignore]
    """Several services, asked in order until one gives a token that holds. ``clock``: the time now, aware."""

    def __init__(self, stampers: Sequence[TimeStamper], trust: TrustFolder, clock: Callable[[], datetime]) -> None:
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]
        self.stampers, self.trust, self.clock = stampers, trust, clock

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A token by the first service that gives a right one. Raises OSError when none does."""
        reasons: list[str] = []
        for stamper in self.stampers:
            try:
                token = await stamper.async_timestamp(message_digest, md_algorithm)
                problem = self._problem(token, message_digest)
            except Exception as error:  # a lie about the nonce alone lets an AttributeError escape from the library
                problem = f"{error.__class__.__name__}: {error}"
            if not problem:
                return token
            reasons.append(problem)
            log.warning("time-stamp service %s: %s", getattr(stamper, "url", stamper), problem)
        raise OSError("; ".join(reasons) or "no time-stamp service is set up")

    def _problem(self, token: cms.ContentInfo, digest: bytes) -> str:
        stamp = read_time_stamp(
            token, lambda name: digest if hashlib.new(name).digest_size == len(digest) else b"", self.trust
        )
        if stamp.problem:
            return stamp.problem
        if stamp.anchor is None or stamp.time is None:
            return "the authority is not pinned in the trust folder"
        if abs(stamp.time - self.clock()) > TOLERANCE:
            return "its time is more than ten minutes off the clock"
        return ""


def revocation_now(
    certificates: Iterable[x509.Certificate],
    trust: TrustFolder,
    now: datetime,
    *,
    folder: Path | None = None,
    get: Callable[..., bytes] = fetch,
) -> RevocationData:
    """What can be learned now about whether these certificates, and those above them, are revoked.

    ``certificates``: of signers, already known to lead to an anchor: their own addresses are asked. ``folder``: lists that
    an administrator laid there (``*.crl``), used while they are fresh. A service that is down or lies is left out: the
    judge of the certificate says then what is missing."""
    pool = unique([*certificates, *(a.certificate for a in trust.anchors if a.kind != "tsa")])
    roots = {a.sha256 for a in trust.of_kind("root")}
    crls = [data for data in _lists_in(folder) if _fresh_list(data, now)]
    ocsps: list[bytes] = []
    todo, seen = unique(certificates), set[bytes]()
    while todo:
        one = todo.pop()
        if one.sha256 in seen or one.sha256.hex() in roots or one.self_signed == "yes":
            continue
        seen.add(one.sha256)
        issuer = next((c for c in pool if c.subject == one.issuer and c.sha256 != one.sha256), None)
        if issuer is None:
            continue
        todo.append(issuer)
        if answer := _ocsp(one, issuer, now, get):
            ocsps.append(answer)
        elif not any(_speaks_of(data, one) for data in crls):
            crls += _lists_of(one, now, get)
    return RevocationData(tuple(crls), tuple(ocsps), tuple(c.dump() for c in pool))


def _ocsp(
    certificate: x509.Certificate, issuer: x509.Certificate, now: datetime, get: Callable[..., bytes]
) -> bytes | None:
    """A fresh answer on this certificate, good or revoked; None when there is none."""
    mine, above = load_der_x509_certificate(certificate.dump()), load_der_x509_certificate(issuer.dump())
    builder = crypto_ocsp.OCSPRequestBuilder().add_certificate(mine, above, hashes.SHA1())
    question = builder.build().public_bytes(serialization.Encoding.DER)
    for url in certificate.ocsp_urls:
        try:
            data = get(url, question, kind="application/ocsp-request")
            problem = _ocsp_problem(data, certificate, issuer, now)
            if problem or not _given_by(data, above):
                raise ValueError(problem or "it is not signed by the issuer or its responder")
        except (OSError, ValueError, TypeError, KeyError, UnsupportedAlgorithm) as error:
            log.warning("revocation service %s: %s", url, error)
        else:
            return data
    return None


def _given_by(data: bytes, issuer: Certificate) -> bool:
    """Whether an answer is signed by the issuer itself or by a responder that it issued for this (RFC 6960, 4.2.2.2)."""
    answer = crypto_ocsp.load_der_ocsp_response(data)
    for one in (issuer, *answer.certificates):
        key, digest = one.public_key(), answer.signature_hash_algorithm
        try:
            if one != issuer:
                one.verify_directly_issued_by(issuer)
                usage = one.extensions.get_extension_for_class(ExtendedKeyUsage).value
                if ExtendedKeyUsageOID.OCSP_SIGNING not in usage:
                    continue
            if isinstance(key, ec.EllipticCurvePublicKey) and digest is not None:
                key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(digest))
            elif isinstance(key, rsa.RSAPublicKey) and digest is not None:
                key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), digest)
            else:
                continue
        except (InvalidSignature, ExtensionNotFound, ValueError, TypeError):
            continue
        return True
    return False


def _ocsp_problem(data: bytes, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> str:
    answer = ocsp.OCSPResponse.load(data, strict=True)
    if answer["response_status"].native != "successful":
        return f"status {answer['response_status'].native}"
    for single in answer.response_data["responses"]:
        asked = single["cert_id"]
        if asked["serial_number"].native != certificate.serial_number:
            continue
        if asked["hash_algorithm"]["algorithm"].native == "sha1" and (
            asked["issuer_key_hash"].native != issuer.public_key.sha1
        ):
            continue
        until = single["next_update"].native
        if single["this_update"].native > now + TOLERANCE:
            return "an answer from the future"
        if until is not None and until < now - TOLERANCE:
            return "an answer out of date"
        if until is None and single["this_update"].native < now - timedelta(days=1):
            return "an old answer"
        return "" if single["cert_status"].name in {"good", "revoked"} else "it does not know the certificate"
    return "an answer on another certificate"


def _lists_of(certificate: x509.Certificate, now: datetime, get: Callable[..., bytes]) -> list[bytes]:
    """The first fresh revocation list of the certificate's own addresses."""
    for point in certificate.crl_distribution_points:
        url = point.url
        if not url or urlsplit(url).scheme not in {"http", "https"}:
            continue
        try:
            data = _der(get(url, limit=MAX_LIST))
        except OSError as error:
            log.warning("revocation list %s: %s", url, error)
            continue
        if _fresh_list(data, now) and _speaks_of(data, certificate):
            return [data]
        log.warning("revocation list %s: not fresh, or of another issuer", url)
    return []


def _lists_in(folder: Path | None) -> list[bytes]:
    if folder is None or not folder.is_dir():
        return []
    return [_der(path.read_bytes()) for path in sorted(folder.glob("*.crl"))[:50] if path.stat().st_size <= MAX_LIST]


def _der(data: bytes) -> bytes:
    from asn1crypto import pem

    return bytes(pem.unarmor(data)[2]) if pem.detect(data) else data


def _parsed(data: bytes) -> Any:
    try:
        found = asn1_crl.CertificateList.load(data, strict=True)
        found["tbs_cert_list"]["this_update"].native  # noqa: B018 -- parse now
    except (ValueError, TypeError, KeyError):
        return None
    return found


def _fresh_list(data: bytes, now: datetime) -> bool:
    found = _parsed(data)
    if found is None:
        return False
    body = found["tbs_cert_list"]
    until = body["next_update"].native if not isinstance(body["next_update"], core.Void) else None
    since: datetime = body["this_update"].native
    return since.astimezone(UTC) <= now + TOLERANCE and until is not None and until >= now


def _speaks_of(data: bytes, certificate: x509.Certificate) -> bool:
    found = _parsed(data)
    return found is not None and found.issuer == certificate.issuer
