"""Time-stamp and revocation services that are down, slow or lying count as silent; the next one is asked."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from pyhanko.sign.timestamps import TimeStamper

from giaouoc.lib.errors import Invalid
from giaouoc.signing.engine import services
from giaouoc.signing.engine.keys import HeldKey
from giaouoc.signing.engine.services import StampersInOrder, WebTimeStamper, fetch, revocation_now
from giaouoc.signing.engine.sign import check_certificate
from giaouoc.signing.engine.trial import RevocationData, time_stamp_token
from giaouoc.signing.engine.trust import TrustFolder
from giaouoc.signing.remote import Service
from giaouoc.signing.remote_accounts import Account

from .authorities import TIME_STAMPING, crypto, make, name
from .real import Authority

pytestmark = pytest.mark.once
NOW = datetime(2026, 3, 6, 2, 15, 27, tzinfo=UTC)
DIGEST = hashlib.sha256(b"what is stamped").digest()


class Stand(TimeStamper):  # type: ignore[misc, unused-ignore]
    """A time-stamp service in this process that answers rightly, or in one way wrong."""

    def __init__(self, key: HeldKey, how: str = "right") -> None:
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]
        self.key, self.how, self.asked = key, how, 0

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        self.asked += 1
        if self.how == "down":
            raise OSError("refused")
        if self.how == "status":
            return tsp.TimeStampResp({"status": {"status": "rejection"}})
        imprint, nonce = req["message_imprint"], req["nonce"].native
        if self.how == "imprint":
            imprint = tsp.MessageImprint({"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)})
        at = NOW + {"early": -1, "late": 1}.get(self.how, 0) * timedelta(hours=1)
        token = time_stamp_token(self.key, imprint, at, nonce=nonce + 1 if self.how == "nonce" else nonce)
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})


@pytest.fixture(scope="module")
def authority(tmp_path_factory: Any) -> Authority:
    return Authority(Path(tmp_path_factory.mktemp("services")) / "trust", NOW)


def stamp(authority: Authority, *stands: TimeStamper) -> Any:
    trust = TrustFolder.load(authority.folder)
    return asyncio.run(StampersInOrder(stands, trust, lambda: NOW).async_timestamp(DIGEST, "sha256"))


@pytest.mark.parametrize("how", ["down", "status", "nonce", "imprint", "early", "late"])
def test_a_service_that_lies_or_is_away_is_passed_over(authority: Authority, how: str) -> None:
    bad, good = Stand(authority.tsa, how), Stand(authority.tsa)
    token = stamp(authority, bad, good)
    assert (bad.asked, good.asked) == (1, 1)
    assert token["content"]["encap_content_info"]["content"].parsed["gen_time"].native == NOW
    with pytest.raises(OSError, match=r".+"):
        stamp(authority, bad)


def test_an_authority_that_is_not_pinned_or_out_of_date_gives_no_time(authority: Authority) -> None:
    strange = make(name("Dấu lạ"), authority.root, extended=[TIME_STAMPING])
    with pytest.raises(OSError, match="not pinned"):
        stamp(authority, Stand(strange))
    old = make(name("Dấu cũ"), authority.root, extended=[TIME_STAMPING], end=datetime(2026, 1, 1, tzinfo=UTC))
    authority.put("tsa-cu.pem", old)
    with pytest.raises(OSError, match="thời hạn"):
        stamp(authority, Stand(old))


def test_the_first_service_is_asked_first_and_the_clock_never_stands_in(authority: Authority) -> None:
    first, second = Stand(authority.tsa), Stand(authority.tsa)
    stamp(authority, first, second)
    assert (first.asked, second.asked) == (1, 0)
    with pytest.raises(OSError, match="no time-stamp service"):
        stamp(authority)


@contextmanager
def silent() -> Iterator[str]:
    """A service that takes the connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def test_a_service_that_never_answers_costs_no_more_than_its_time(authority: Authority) -> None:
    begun = time.monotonic()
    with silent() as url:
        stamp(authority, WebTimeStamper(url, seconds=0.3), Stand(authority.tsa))
    assert time.monotonic() - begun < 5
    with pytest.raises(OSError, match="not an address"):
        fetch("file:///etc/passwd")


@contextmanager
def dribbling(first: bytes, piece: bytes) -> Iterator[str]:
    """A service that sends a piece every fifth of a second, for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                line, _address = server.accept()
                with line:
                    line.recv(65536)
                    line.sendall(first)
                    while True:
                        time.sleep(0.2)
                        line.sendall(piece)

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


@pytest.mark.parametrize(
    ("first", "piece"),
    [(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), (b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", b" ")],
)
def test_a_service_that_dribbles_costs_no_more_than_its_time(first: bytes, piece: bytes) -> None:
    begun = time.monotonic()
    with dribbling(first, piece) as url, pytest.raises(OSError, match="slowly"):
        fetch(url, seconds=0.5)
    with dribbling(first, piece) as url, pytest.raises(OSError, match="slowly"):
        Service(Account(url, "v2", "a", "b"))._post(url, b"{}", {}, 0.5)
    assert time.monotonic() - begun < 5


# Revocation -----------------------------------------------------------------------------------------------------------


def with_addresses(authority: Authority) -> HeldKey:
    """A leader's certificate that names an OCSP service and a list."""
    from cryptography.hazmat.primitives.asymmetric import ec

    from giaouoc.signing.engine.keys import load_certificate

    plain = authority.leader("Đơn vị")
    key = ec.generate_private_key(ec.SECP256R1())
    mine, root = crypto(plain), crypto(authority.root)
    builder = x509.CertificateBuilder(
        mine.issuer, mine.subject, key.public_key(), x509.random_serial_number(), *validity(mine)
    )
    for one in mine.extensions:
        if not isinstance(one.value, x509.SubjectKeyIdentifier):
            builder = builder.add_extension(one.value, one.critical)
    access = [(x509.AuthorityInformationAccessOID.OCSP, "http://ocsp/")]
    described = [x509.AccessDescription(oid, x509.UniformResourceIdentifier(url)) for oid, url in access]
    builder = builder.add_extension(x509.AuthorityInformationAccess(described), critical=False)
    where = [x509.UniformResourceIdentifier("http://crl/")]
    builder = builder.add_extension(
        x509.CRLDistributionPoints([x509.DistributionPoint(where, None, None, None)]), critical=False
    )
    assert root.subject == mine.issuer
    made = builder.sign(authority.root.private_key, hashes.SHA256())
    return HeldKey(key, load_certificate(made.public_bytes(serialization.Encoding.DER)))


def validity(certificate: x509.Certificate) -> tuple[datetime, datetime]:
    return certificate.not_valid_before_utc, certificate.not_valid_after_utc


def answer(authority: Authority, key: HeldKey, *, status: Any = ocsp.OCSPCertStatus.GOOD, days: int = 0) -> bytes:
    """An OCSP answer by the root. ``days``: how old."""
    at = NOW - timedelta(days=days)
    gone = status == ocsp.OCSPCertStatus.REVOKED
    builder = ocsp.OCSPResponseBuilder().add_response(
        crypto(key),
        crypto(authority.root),
        hashes.SHA1(),
        status,
        at,
        at + timedelta(hours=12),
        at - timedelta(hours=1) if gone else None,
        None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, crypto(authority.root))
    signed = builder.sign(authority.root.private_key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)


@pytest.fixture
def signer(authority: Authority) -> HeldKey:
    return with_addresses(authority)


def check(authority: Authority, key: HeldKey, said: dict[str, Any]) -> None:
    """Judge the certificate now with what these services say; an exception is a service that is down."""

    def get(url: str, body: bytes | None = None, **more: Any) -> bytes:
        found = said.get(url, OSError("down"))
        if isinstance(found, Exception):
            raise found
        return bytes(found)

    trust = TrustFolder.load(authority.folder)
    data = revocation_now([key.certificate], trust, NOW, get=get)
    check_certificate(key.certificate, trust, NOW, data)


def test_a_certificate_is_good_by_ocsp_or_by_a_fresh_list(authority: Authority, signer: HeldKey) -> None:
    check(authority, signer, {"http://ocsp/": answer(authority, signer)})
    check(authority, signer, {"http://crl/": (authority.folder / "goc.crl").read_bytes()})


@pytest.mark.parametrize("lie", ["other", "old", "rubbish", "forged"])
def test_an_ocsp_service_that_lies_counts_as_silent(authority: Authority, signer: HeldKey, lie: str) -> None:
    other = with_addresses(authority)
    said = {
        "other": answer(authority, other),
        "old": answer(authority, signer, days=3),
        "rubbish": b"\x30\x03\x02\x01",
        "forged": answer(forger(authority), signer),
    }[lie]
    with pytest.raises(Invalid, match="thu hồi"):
        check(authority, signer, {"http://ocsp/": said})
    check(authority, signer, {"http://ocsp/": said, "http://crl/": (authority.folder / "goc.crl").read_bytes()})


def forger(authority: Authority) -> Any:
    """An authority of the same name with another key."""
    stranger = make(name("Gốc", "Cơ quan chứng thực"), usage=("key_cert_sign", "crl_sign"), ca=True)
    copy = Authority.__new__(Authority)
    copy.root = replace(stranger)
    return copy


def test_a_revoked_certificate_is_refused_by_either(authority: Authority, signer: HeldKey) -> None:
    with pytest.raises(Invalid, match="thu hồi trước lúc ký"):
        gone = answer(authority, signer, status=ocsp.OCSPCertStatus.REVOKED)
        check(authority, signer, {"http://ocsp/": gone})
    authority.revoked.append(signer.certificate.serial_number)
    authority.publish()
    with pytest.raises(Invalid, match="thu hồi trước lúc ký"):
        check(authority, signer, {"http://crl/": (authority.folder / "goc.crl").read_bytes()})
    authority.revoked.clear()
    authority.publish()


def test_a_list_that_an_administrator_laid_down_counts_beside_an_answer_that_is_still_good(
    authority: Authority, signer: HeldKey
) -> None:
    """A service goes on giving what it said this morning; a list of another authority by that name counts for nothing."""
    good = answer(authority, signer)
    trust = TrustFolder.load(authority.folder)

    def judged_with(lists: tuple[bytes, ...]) -> None:
        data = RevocationData(lists, (good,), ())
        check_certificate(signer.certificate, trust, NOW, data)

    judged_with(())
    authority.revoked.append(signer.certificate.serial_number)
    authority.publish(now=NOW)
    listed = (authority.folder / "goc.crl").read_bytes()
    with pytest.raises(Invalid, match="thu hồi"):
        judged_with((listed,))
    judged_with((listed[:-1] + bytes([listed[-1] ^ 1]),))


def test_with_every_service_down_nothing_is_signed(authority: Authority, signer: HeldKey) -> None:
    with pytest.raises(Invalid, match="dữ liệu thu hồi"):
        check(authority, signer, {})
    assert services.SECONDS < 10
