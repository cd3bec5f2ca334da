"""Phiếu của người bỏ: what a voter's browser does, for the rehearsal and the tests; in the browser: static/ballots/vote.js."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from .blind import PublicKey, blind, finalize, prepare

HEADS, TAILS = "bcdghklmnprstvx", ("an", "ang", "em", "en", "im", "oi", "on", "ong", "ui", "ung")


def fresh_code() -> str:
    """Three syllables."""
    return "-".join(secrets.choice(HEADS) + secrets.choice(TAILS) for _ in range(3))


@dataclass
class Slip:
    """A marked paper: what is sent to be stamped (blinded, hex) and what the voter keeps. signature: once it is stamped."""

    key: PublicKey
    body: str
    prefix: str
    blinded: str
    undo: int
    signature: str = ""

    @classmethod
    def marked(cls, identity: str, key: PublicKey, choices: Sequence[int], code: str = "") -> Slip:
        """A new paper with these choices, blinded."""
        paper = {
            "ballot": identity,
            "choices": list(choices),
            "code": code or fresh_code(),
            "serial": secrets.token_hex(16),
        }
        body, prefix = json.dumps(paper), secrets.token_bytes(32)
        blinded, undo = blind(key, prepare(body.encode(), prefix))
        return cls(key, body, prefix.hex(), blinded.hex(), undo)

    def finish(self, stamp: str) -> None:
        """Take the stamp (hex) that came back. Raises BlindError when it is not of the ballot's key."""
        raw = bytes.fromhex(self.prefix) + self.body.encode()
        self.signature = finalize(self.key, raw, bytes.fromhex(stamp), self.undo).hex()
