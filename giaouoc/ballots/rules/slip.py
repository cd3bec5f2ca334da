"""Phiếu của người bỏ: what a voter's browser does, for the rehearsal and the tests; in the browser: static/ballots/vote.js."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from .blind import BlindError, PublicKey, blind, finalize, prepare

HEADS, TAILS = "bcdghklmnprstvx", ("an", "ang", "em", "en", "im", "oi", "on", "ong", "ui", "ung")


def fresh_code() -> str:
    """Three syllables."""
    return "-".join(secrets.choice(HEADS) + secrets.choice(TAILS) for _ in range(3))


@dataclass
class Slip:
    """A marked paper: what is sent to be stamped (blinded, hex) and what the voter keeps. signature: once it is stamped.

    With a second key the same paper is blinded once more, apart, and kept only with both stamps."""

    key: PublicKey
    body: str
    prefix: str
    blinded: str
    undo: int
    signature: str = ""
    second_key: PublicKey | None = None
    second_blinded: str = ""
    second_undo: int = 0
    second: str = ""

    @classmethod
    def marked(
        cls, identity: str, key: PublicKey, choices: Sequence[int], code: str = "", second_key: PublicKey | None = None
    ) -> Slip:
        """A new paper with these choices, blinded for each key."""
        paper = {
            "ballot": identity,
            "choices": list(choices),
            "code": code or fresh_code(),
            "serial": secrets.token_hex(16),
        }
        body, prefix = json.dumps(paper), secrets.token_bytes(32)
        prepared = prepare(body.encode(), prefix)
        blinded, undo = blind(key, prepared)
        slip = cls(key, body, prefix.hex(), blinded.hex(), undo)
        if second_key is not None:
            again, slip.second_undo = blind(second_key, prepared)
            slip.second_key, slip.second_blinded = second_key, again.hex()
        return slip

    @property
    def _prepared(self) -> bytes:
        return bytes.fromhex(self.prefix) + self.body.encode()

    def finish(self, stamp: str) -> None:
        """Take the stamp (hex) that came back. Raises BlindError when it is not of the ballot's key."""
        self.signature = finalize(self.key, self._prepared, bytes.fromhex(stamp), self.undo).hex()

    def finish_second(self, stamp: str) -> None:
        """Take the tally team's stamp (hex) that came back. Raises BlindError when it is not of its key."""
        if self.second_key is None:
            raise BlindError("a ballot with one stamp")
        self.second = finalize(self.second_key, self._prepared, bytes.fromhex(stamp), self.second_undo).hex()
