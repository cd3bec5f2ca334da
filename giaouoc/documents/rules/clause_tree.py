"""The clause tree: chapters, điều, khoản, điểm with their words, each inside the one above it; and its hash."""

from __future__ import annotations

import hashlib
import json
from typing import Any

Node = dict[str, Any]
"""{"kind", "number", "heading", "text", ("rows"), ("notes"), "children"}: sample/README of the contract."""


def content_hash(tree: list[Node]) -> str:
    """SHA-256 (hex) over the canonical JSON of the tree: kinds, numbers, headings, words, tables, notes, in order."""
    return hashlib.sha256(
        json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()
