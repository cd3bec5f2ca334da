"""A real installation's surroundings for the tests: an authority that is no trial, its time-stamp service on loopback,
certificates of leaders, and a signing tool of an agency's own."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from giaouoc.lib import clock
from giaouoc.signing.engine.fields import QuietWriter
from giaouoc.signing.engine.keys import HeldKey
from giaouoc.signing.engine.sign import HeldKeySigner
from giaouoc.signing.engine.trial import time_stamp_token

from .authorities import TIME_STAMPING, crypto, make, name


class Authority:
    """A root with a time-stamp certificate and a revocation list, as files of a trust folder."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.folder, self.now, self.revoked = folder, now, list[int]()
        (folder / "nguoi-ky").mkdir(parents=True)
        self.root = make(name("Gốc", "Cơ quan chứng thực"), usage=("key_cert_sign", "crl_sign"), ca=True)
        self.tsa = make(name("Dấu thời gian", "Cơ quan chứng thực"), self.root, extended=[TIME_STAMPING])
        self.put("root-goc.pem", self.root)
        self.put("tsa-dau.pem", self.tsa)
        self.publish()

    def put(self, file: str, key: HeldKey) -> None:
        (self.folder / file).write_bytes(crypto(key).public_bytes(serialization.Encoding.PEM))

    def publish(self, *, now: datetime | None = None, days: int = 2) -> None:
        """The list of revoked certificates, as of now."""
        now = now or self.now
        builder = x509.CertificateRevocationListBuilder().issuer_name(crypto(self.root).subject)
        builder = builder.last_update(now - timedelta(hours=1)).next_update(now + timedelta(days=days))
        for serial in self.revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now - timedelta(hours=2))
            builder = builder.add_revoked_certificate(entry.build())
        data = builder.sign(self.root.private_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
        (self.folder / "goc.crl").write_bytes(data)

    def leader(self, organisation: str, **more: Any) -> HeldKey:
        return make(name("Trưởng ban", organisation), self.root, **more)


@contextmanager
def time_stamps(key: HeldKey) -> Iterator[str]:
    """A time-stamp service on loopback; its address."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            at = clock.current().now().replace(microsecond=0)
            token = time_stamp_token(key, asked["message_imprint"], at, nonce=asked["nonce"].native)
            body = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sign_elsewhere(base: bytes, key: HeldKey, *, field: str = "", stamper: Any = None, change: Any = None) -> bytes:
    """The file as an agency's tool gives it back: signed in a prepared field, or in a visible one of the tool's own."""
    writer = QuietWriter(io.BytesIO(base))
    if change is not None:
        change(writer)
    metadata = PdfSignatureMetadata(
        field_name=field or "ChuKySo1", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )
    own = None if field else SigFieldSpec("ChuKySo1", on_page=0, box=(40, 40, 140, 90))
    signer = PdfSigner(metadata, HeldKeySigner(key), timestamper=stamper, new_field_spec=own)
    output = signer.sign_pdf(writer, existing_fields_only=bool(field))
    return bytes(output.getvalue())
