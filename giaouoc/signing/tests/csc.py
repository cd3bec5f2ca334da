"""A signing service after the Cloud Signature Consortium's API on loopback, v1 and v2, with a phone that the test answers."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from giaouoc.signing.engine.keys import HeldKey
from giaouoc.signing.remote import PSS_OID, RSA_OID

CLIENT, SECRET = "giaouoc", "bi-mat-ung-dung"
Answer = tuple[int, dict[str, Any]]


class Provider:
    """``phone``: '' nobody has looked yet, 'agreed', 'declined'; ``codes``: what the signer types instead ('PIN': '1234');
    ``slow``: it signs in its own time; ``key``: which signs; ``over``: another digest than the one asked for; ``down``: it
    answers 503 to everything."""

    def __init__(self, key: HeldKey, version: str = "v2", *, codes: dict[str, str] | None = None, **more: Any) -> None:
        self.key, self.shown, self.version, self.codes = key, key, version, codes or {}
        self.phone, self.slow, self.over, self.down = "", False, b"", False
        self.algorithms = ["1.2.840.10045.4.3.2"] if not hasattr(key.private_key, "decrypt") else [PSS_OID]
        self.authorisation, self.basic = "", False
        self.asked: list[str] = []
        self.pending: dict[str, Any] = {}
        for name, value in more.items():
            setattr(self, name, value)

    def answer(self, path: str, headers: Any, body: bytes) -> Answer:
        self.asked.append(path)
        if self.down:
            return 503, {}
        if path == "/oauth2/token":
            told = parse_qs(body.decode())
            right = told.get("client_secret") == [SECRET] and told.get("grant_type") == ["client_credentials"]
            return (200, {"access_token": "T"}) if right and not self.basic else (401, {"error": "invalid_client"})
        prefix = f"/csc/{self.version}/"
        if not path.startswith(prefix):
            return 404, {"error": "invalid_request"}
        method, asked = path[len(prefix) :], json.loads(body)
        if method == "info":
            return 200, {"authType": ["basic"] if self.basic else ["oauth2client"]}
        if method == "auth/login" and self.basic:
            right = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            return (200, {"access_token": "T"}) if headers["Authorization"] == f"Basic {right}" else (401, {})
        if headers["Authorization"] != "Bearer T":
            return 401, {"error": "invalid_token"}
        return getattr(self, method.replace("/", "_"))(asked)

    def credentials_list(self, asked: dict[str, Any]) -> Answer:
        return 200, {"credentialIDs": ["khoa-1"]}

    def credentials_info(self, asked: dict[str, Any]) -> Answer:
        chain = [base64.b64encode(one.dump()).decode() for one in (self.shown.certificate, *self.shown.chain)]
        told: dict[str, Any] = {
            "key": {"status": "enabled", "algo": self.algorithms},
            "cert": {"status": "valid", "certificates": chain},
        }
        if self.version == "v1":
            mode = self.authorisation or ("explicit" if self.codes else "implicit")
            return 200, told | {"authMode": mode, **{name: {"presence": "true"} for name in self.codes}}
        objects = [{"type": "Password", "id": name} for name in self.codes]
        return 200, told | {"auth": {"mode": self.authorisation or "explicit", "objects": objects}}

    def credentials_authorize(self, asked: dict[str, Any]) -> Answer:
        given = {one["id"]: one["value"] for one in asked.get("authData", [])} if self.version == "v2" else asked
        if self.codes:
            right = all(given.get(name) == value for name, value in self.codes.items())
            return (200, {"SAD": "S"}) if right else (400, {"error": "invalid_pin"})
        return self._by_phone({"handle": "H"})

    def credentials_authorizeCheck(self, asked: dict[str, Any]) -> Answer:
        return self._by_phone({}) if asked == {"handle": "H"} else (400, {"error": "invalid_request"})

    def _by_phone(self, waiting: dict[str, Any]) -> Answer:
        if self.phone == "declined":
            return 400, {"error": "access_denied"}
        if self.phone == "agreed":
            return 200, {"SAD": "S"}
        if self.version == "v1":
            threading.Event().wait(1)  # holds the line longer than the client waits
        return 200, waiting

    def signatures_signHash(self, asked: dict[str, Any]) -> Answer:
        hashed = (asked.get("hash") or asked.get("hashes"))[0]
        if asked["SAD"] != "S":
            return 400, {"error": "invalid_request"}
        signed = {"signatures": [base64.b64encode(self._sign(base64.b64decode(hashed))).decode()]}
        if self.slow and self.version == "v2":
            self.pending["R"] = signed
            return 200, {"responseID": "R"}
        return 200, signed

    def signatures_signPolling(self, asked: dict[str, Any]) -> Answer:
        if self.slow:
            return 202, {}
        return 200, self.pending[asked["responseID"]]

    def _sign(self, digest: bytes) -> bytes:
        key, digest = self.key.private_key, self.over or digest
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if PSS_OID in self.algorithms else padding.PKCS1v15()
        return key.sign(digest, pss, Prehashed(hashes.SHA256()))


PLAIN_RSA = [RSA_OID]


@contextmanager
def serving(provider: Provider) -> Iterator[str]:
    """The service's address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, told = provider.answer(self.path, self.headers, body)
            self.send_response(status)
            self.end_headers()
            try:
                self.wfile.write(json.dumps(told).encode() if status != 202 else b"")
            except OSError:
                return  # the client gave up

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
