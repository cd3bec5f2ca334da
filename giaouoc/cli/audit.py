"""``bin/giaouoc audit verify``: whether the past is as it was written."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from giaouoc.audit.models import AuditEvent
from giaouoc.audit.trail import audit_head, check_all
from giaouoc.clusters.queries import expected_chains


def main(argv: Sequence[str]) -> int:
    """Exit 0 when every chain is whole, 1 with a line for each fault."""
    parser = argparse.ArgumentParser(prog="bin/giaouoc audit")
    parser.add_argument("what", choices=["verify"])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    faults, count, head = check_all(expected_chains()), AuditEvent.objects.count(), audit_head()
    if options.json:
        found = [{"chain": one.chain, "sequence": one.sequence, "what": str(one.what)} for one in faults]
        print(
            json.dumps({"whole": not faults, "events": count, "audit_head": head, "faults": found}, ensure_ascii=False)
        )
    elif faults:
        for one in faults:
            print(f"{one.chain}, sự kiện {one.sequence}: {one.what}")
    else:
        print(f"Nhật ký nguyên vẹn: {count} sự kiện, đầu chuỗi {head}")
    return 1 if faults else 0
