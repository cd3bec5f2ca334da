"""Phiếu: what stands on a ballot and on a paper, as text that a person and a machine read alike.

A question is {"title", "kind", "options", "rule"}: kind 'motion' has the options for, against, abstain in this order; kind
'choice' has candidates and last 'nobody'. A paper's body is JSON with exactly the keys ballot, choices, code, serial."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .blind import PREFIX_LENGTH, PublicKey, is_stamped

MOTION, CHOICE = "motion", "choice"
CODE = re.compile(r"[a-z]{2,6}(-[a-z]{2,6}){2}")
SERIAL = re.compile(r"[0-9a-f]{32}")
HEX = re.compile(r"[0-9a-f]+")
LONGEST = 2000


class PaperError(ValueError):
    """A paper that does not belong to this ballot or is not filled in as the ballot asks."""


@dataclass(frozen=True)
class Paper:
    """One paper. choices: for each question the place of the chosen option, from 0."""

    choices: tuple[int, ...]
    code: str
    serial: str


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def charter(
    identity: str, title: str, questions: Sequence[Mapping[str, Any]], units: Sequence[str], n: str, second: str = ""
) -> str:
    """SHA-256 over all that every voter's page must agree on: ballot, questions, who votes, public key (hex of n), and with
    a second stamp its key too.

    Its first eight characters stand on the room's screen and on each voter's page: a server that handed different keys to
    different voters would mark them, and is found out by comparing."""
    content = {"ballot": identity, "title": title, "questions": list(questions), "units": list(units), "n": n}
    if second:
        content["second"] = second
    return hashlib.sha256(canonical(content)).hexdigest()


def key_code(n: str) -> str:
    """SHA-256 over a public key (hex of n): its first eight characters are what people compare."""
    return hashlib.sha256(n.encode()).hexdigest()


def check_choices(choices: Any, questions: Sequence[Mapping[str, Any]]) -> tuple[int, ...]:
    """One place for each question. Raises PaperError."""
    if not isinstance(choices, list) or len(choices) != len(questions):
        raise PaperError("as many choices as questions")
    for place, question in zip(choices, questions, strict=True):
        if isinstance(place, bool) or not isinstance(place, int) or not 0 <= place < len(question["options"]):
            raise PaperError("a choice that is not on the ballot")
    return tuple(choices)


def read(body: str, identity: str, questions: Sequence[Mapping[str, Any]]) -> Paper:
    """The paper of a body. Raises PaperError for anything that is not exactly a paper of this ballot.

    The body begins and ends with its braces: nothing before them could be taken for a part of the prefix."""
    if not (body.startswith("{") and body.endswith("}")):
        raise PaperError("more than a paper")
    try:
        body.encode()
        found = json.loads(body) if len(body) <= LONGEST else None
    except (ValueError, RecursionError) as error:
        raise PaperError("no JSON") from error
    if not isinstance(found, dict) or set(found) != {"ballot", "choices", "code", "serial"}:
        raise PaperError("other keys than a paper has")
    if found["ballot"] != identity:
        raise PaperError("a paper of another ballot")
    code, serial = found["code"], found["serial"]
    if not isinstance(code, str) or not CODE.fullmatch(code):
        raise PaperError("no code")
    if not isinstance(serial, str) or not SERIAL.fullmatch(serial):
        raise PaperError("no serial")
    return Paper(check_choices(found["choices"], questions), code, serial)


def is_hex(text: str, length: int) -> bool:
    """Whether this is the one way to write so many bytes: lower case hex without anything between."""
    return len(text) == 2 * length and HEX.fullmatch(text) is not None


def is_blinded(key: PublicKey, blinded: str) -> bool:
    """Whether this hex could be a blinded paper for the key."""
    return is_hex(blinded, key.length) and 0 < int(blinded, 16) < key.n


def carries_stamp(key: PublicKey, prefix: str, body: str, signature: str) -> bool:
    """Whether the key has stamped this paper, in the one way of writing it that is taken: one stamp is one paper.

    prefix, signature: hex. What ``read`` refuses is to be refused before."""
    if not is_hex(prefix, PREFIX_LENGTH) or not is_hex(signature, key.length):
        return False
    return is_stamped(key, bytes.fromhex(prefix) + body.encode(), bytes.fromhex(signature))


def carries_stamps(keys: Sequence[PublicKey], prefix: str, body: str, stamps: Sequence[str]) -> bool:
    """Whether the paper carries the stamp of each key, in this order, and no further one."""
    return len(keys) == len(stamps) and all(
        carries_stamp(key, prefix, body, stamp) for key, stamp in zip(keys, stamps, strict=True)
    )


def digest(prefix: str, body: str) -> str:
    """What makes a paper one paper: SHA-256 over its random prefix (hex) and body."""
    return hashlib.sha256(f"{prefix}:{body}".encode()).hexdigest()
