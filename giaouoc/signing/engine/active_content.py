"""Nội dung động: whether a PDF carries something that runs or reaches out when it is opened or clicked."""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils import generic

from .fields import entry

MAX_OBJECTS = 200_000
ACTIVE_KEYS = frozenset({"/JS", "/OpenAction", "/AA", "/XFA", "/RichMediaContent"})
ACTIVE_ACTIONS = frozenset(
    {
        *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/GoToE", "/GoToR"),
        *("/Hide", "/SetOCGState", "/Movie", "/Sound"),  # what they show or hide is not what was signed
    }
)


def runs(root: generic.DictionaryObject) -> bool:
    """Whether the file carries something that runs or reaches out when opened or clicked (JavaScript, launching
    …)."""
    seen: set[Any] = set()
    todo: list[Any] = [root]
    steps = 0
    while todo:
        node = todo.pop()
        steps += 1
        if steps > MAX_OBJECTS:
            return True
        if isinstance(node, generic.IndirectObject):
            if node.reference in seen:
                continue
            seen.add(node.reference)
            node = node.get_object()
        if isinstance(node, generic.DictionaryObject):
            if ACTIVE_KEYS & node.keys() and not _only_a_destination(node):
                return True
            action = entry(node, "/S")
            if isinstance(action, generic.NameObject) and action in ACTIVE_ACTIONS:
                return True
            todo.extend(node.raw_get(key) for key in node if key != "/Contents" or "/ByteRange" not in node)
        elif isinstance(node, generic.ArrayObject):
            todo.extend(node.raw_get(i) for i in range(len(node)))
    return False


def _only_a_destination(node: generic.DictionaryObject) -> bool:
    """Whether /OpenAction merely names a page to show and nothing else active is there."""
    if ACTIVE_KEYS & node.keys() != {"/OpenAction"}:
        return False
    return isinstance(node["/OpenAction"], generic.ArrayObject)
