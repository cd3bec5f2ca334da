"""Nhận tệp ký nơi khác: a file that somebody uploads as signed is read in a process of its own with limits, as
verification does (see ``process``). Run as a program this module is the other side of that process."""

from __future__ import annotations

import base64
import json
import logging
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from giaouoc.lib.apart import ask_apart, limit, no_network
from giaouoc.lib.errors import DomainError, Invalid
from giaouoc.lib.sentence import dump, load
from giaouoc.lib.sentence import say as _

from .process import HTTP_CLIENT, MAX_BYTES, WALL_SECONDS

UNREADABLE = _("Không đọc được tệp trả về: tệp hỏng hoặc quá nặng để đọc.")


@dataclass(frozen=True)
class Accepted:
    """The one new signature of a returned file. ``time``: by a pinned time stamp, None without; certificates in DER."""

    field: str
    time: datetime | None
    signer: str
    certificate_sha256: str
    certificate: bytes
    others: tuple[bytes, ...]


def accept_in_process(
    base: bytes,
    returned: bytes,
    *,
    field: str,
    unit_code: str,
    organisation: str,
    certificates: frozenset[str],
    trust: Path,
    now: datetime,
) -> Accepted:
    """Check that ``returned`` is ``base`` and exactly one new signature by the expected signer. Raises Invalid with why.

    Whether the certificate may sign today is for the caller: that needs the network, which the process has not."""
    if len(returned) > MAX_BYTES:
        raise Invalid(_("Tệp lớn hơn %(size)s MB.", size=MAX_BYTES // 1024 // 1024))
    rule = {"unit_code": unit_code, "organisation": organisation, "certificates": sorted(certificates)}
    order = json.dumps(
        {"base": len(base), "field": field, "rule": rule, "trust": str(trust), "now": now.isoformat()}
    ).encode()
    said = ask_apart(
        "giaouoc.signing.engine.acceptance",
        len(order).to_bytes(4, "big") + order + base + returned,
        seconds=WALL_SECONDS,
    ).output
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError:
        raise Invalid(UNREADABLE) from None
    if "reason" in answer:
        raise Invalid(load(answer["reason"]), load(answer.get("advice", "")))
    return Accepted(
        answer["field"],
        datetime.fromisoformat(answer["time"]) if answer["time"] else None,
        answer["signer"],
        answer["certificate_sha256"],
        base64.b64decode(answer["certificate"]),
        tuple(base64.b64decode(one) for one in answer["others"]),
    )


def main() -> int:
    """Read the order and both files, check, print."""
    limit()
    size = int.from_bytes(sys.stdin.buffer.read(4), "big")
    order: dict[str, Any] = json.loads(sys.stdin.buffer.read(size))
    base = sys.stdin.buffer.read(order["base"])
    returned = sys.stdin.buffer.read()
    logging.disable(logging.CRITICAL)
    no_network(HTTP_CLIENT)
    answer: dict[str, Any]
    try:
        from .returned import read_returned
        from .step import SignerRule
        from .trust import TrustFolder

        found = read_returned(
            base,
            returned,
            field=order["field"],
            rule=SignerRule(
                order["rule"]["unit_code"],
                order["rule"]["organisation"],
                certificates=frozenset(order["rule"]["certificates"]),
            ),
            trust=TrustFolder.load(Path(order["trust"])),
        )
        answer = {
            **asdict(found),
            "time": found.time.isoformat() if found.time else None,
            "certificate": base64.b64encode(found.certificate).decode(),
            "others": [base64.b64encode(one).decode() for one in found.others],
        }
    except DomainError as error:
        answer = {"reason": dump(error.sentence), "advice": dump(error.advice)}
    except BaseException:  # the PDF library lets all kinds escape on a hostile file
        answer = {"reason": dump(UNREADABLE)}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
