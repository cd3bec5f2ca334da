"""Chữ ký đang dở: what has to be kept of a signature between its parts, so that another process can go on with it. Plain
values: the rows of attempts hold it, and reading it needs no PDF library."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Prepared:
    """A file with its frame drawn and room for the signature, and all that is needed to fill it.

    ``base_sha256``: of the revision it was made on; ``tail``: the bytes after that revision; ``start``, ``end``: where the
    room lies; ``digest``: of the file around it; ``attributes``: what the key signs, in DER, never made anew; ``algorithm``:
    of the signature, DER; ``certificates``: the signer's, then those above it; ``value``: the signature once it is there,
    fitting the certificate; ``remote``: what a service calls the request; ``tries``: for a time stamp so far."""

    base_sha256: str
    field: str
    start: int
    end: int
    digest: bytes
    attributes: bytes
    algorithm: bytes
    certificates: tuple[bytes, ...]
    tail: bytes = b""
    value: bytes = b""
    remote: Mapping[str, str] = dataclasses.field(default_factory=dict)
    tries: int = 0

    def state(self) -> dict[str, Any]:
        """All but ``tail``, as values for JSON."""
        told = {one.name: getattr(self, one.name) for one in dataclasses.fields(self) if one.name != "tail"}
        for name, value in told.items():
            if isinstance(value, bytes):
                told[name] = base64.b64encode(value).decode()
        told["certificates"] = [base64.b64encode(one).decode() for one in self.certificates]
        return told | {"remote": dict(self.remote)}

    @classmethod
    def of(cls, state: Mapping[str, Any], tail: bytes) -> Prepared:
        """What ``state`` gave, with its bytes."""
        told = dict(state)
        for name in ("digest", "attributes", "algorithm", "value"):
            told[name] = base64.b64decode(told[name])
        told["certificates"] = tuple(base64.b64decode(one) for one in told["certificates"])
        return cls(**told, tail=tail)

    def now(self, **changed: Any) -> Prepared:
        """The same with what is known since."""
        return dataclasses.replace(self, **changed)
