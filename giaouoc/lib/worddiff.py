"""What changed between two texts, by whole words."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from rapidfuzz.distance import Indel

Kind = Literal["same", "old", "new"]
_MARKS = "\u0300-\u036f"  # a mark that no letter takes up in NFC (ơ̆, ê̆ of Gia Rai, Ba Na names) stays with its syllable
TOKEN = re.compile(rf"[\w{_MARKS}]+|\s+|[^\w\s]")


class Piece(NamedTuple):
    """A run of text that stayed (same), went (old) or came (new)."""

    kind: Kind
    text: str


def worddiff(old: str, new: str) -> list[Piece]:
    """The pieces in reading order; same and old together are the old text, same and new the new one, to the letter.

    Where several words in a row change, the blanks between them change with them: one struck phrase, one put in."""
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    pieces: list[Piece] = []
    went: list[str] = []
    came: list[str] = []

    def close() -> None:
        for kind, words in (("old", went), ("new", came)):
            if words:
                pieces.append(Piece("old" if kind == "old" else "new", "".join(words)))
        went.clear()
        came.clear()

    steps = list(Indel.opcodes(before, after))
    for index, step in enumerate(steps):
        if step.tag != "equal":
            went += before[step.src_start : step.src_end]
            came += after[step.dest_start : step.dest_end]
            continue
        words = before[step.src_start : step.src_end]
        within = 0 < index < len(steps) - 1 and bool(went or came)
        if within and all(word.isspace() for word in words):
            went += words
            came += words
            continue
        close()
        pieces.append(Piece("same", "".join(words)))
    close()
    return _tidy(pieces)


def _tidy(pieces: list[Piece]) -> list[Piece]:
    """Blanks that both sides share stand outside; equal neighbours are joined."""
    out: list[Piece] = []

    def add(kind: Kind, text: str) -> None:
        if not text:
            return
        if out and out[-1].kind == kind:
            out[-1] = Piece(kind, out[-1].text + text)
        else:
            out.append(Piece(kind, text))

    index = 0
    while index < len(pieces):
        piece = pieces[index]
        follower = pieces[index + 1] if index + 1 < len(pieces) else None
        if piece.kind == "old" and follower is not None and follower.kind == "new":
            gone, come = piece.text, follower.text
            head = _shared_blanks(gone, come)
            gone, come = gone[len(head) :], come[len(head) :]
            tail = _shared_blanks(gone[::-1], come[::-1])[::-1]
            if tail:
                gone, come = gone[: -len(tail)], come[: -len(tail)]
            add("same", head)
            add("old", gone)
            add("new", come)
            add("same", tail)
            index += 2
            continue
        add(piece.kind, piece.text)
        index += 1
    return out


def _shared_blanks(one: str, other: str) -> str:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b or not a.isspace():
            break
        length += 1
    return one[:length]
