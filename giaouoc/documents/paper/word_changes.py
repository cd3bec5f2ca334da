"""What changed between two texts on paper: which lines stand in both, which words of a line went and which came."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal

from rapidfuzz.distance import Indel

from giaouoc.lib.worddiff import TOKEN

from .word_lines import Line, Piece, Turn


def paired(old: Sequence[Piece], new: Sequence[Piece]) -> list[tuple[Piece | None, Piece | None]]:
    """The lines of both texts in one order: the same line of the same clause together, the others alone."""
    found: list[tuple[Piece | None, Piece | None]] = []
    before, after = [_likeness_key(one) for one in old], [_likeness_key(one) for one in new]
    for step in Indel.opcodes(before, after):
        if step.tag == "equal":
            found += zip(old[step.src_start : step.src_end], new[step.dest_start : step.dest_end], strict=True)
        else:
            found += [(one, None) for one in old[step.src_start : step.src_end]]
            found += [(None, one) for one in new[step.dest_start : step.dest_end]]
    return found


def _likeness_key(one: Piece) -> Hashable:
    if isinstance(one, Line):
        return (one.kind, one.key, one.level, one.notes)
    if isinstance(one, Turn):
        return ("turn", one.key, one.across)
    return ("table", one.key, one.rows, one.columns)


def differences(
    old: Sequence[tuple[str, bool]], new: Sequence[tuple[str, bool]]
) -> list[tuple[Literal["same", "del", "ins"], str, bool]]:
    """Runs of (what became of it, words, bold): same and del together are the old line, same and ins the new one.

    By whole words (syllables); a blank between two changed words changes with them."""
    before, after = _tokens(old), _tokens(new)
    if before == after:
        return [("same", words, bold) for words, bold in new]
    found: list[tuple[Literal["same", "del", "ins"], list[tuple[str, bool]]]] = []
    went: list[tuple[str, bool]] = []
    came: list[tuple[str, bool]] = []

    def close() -> None:
        if went:
            found.append(("del", list(went)))
        if came:
            found.append(("ins", list(came)))
        went.clear()
        came.clear()

    steps = list(Indel.opcodes(before, after))
    for at, step in enumerate(steps):
        words = before[step.src_start : step.src_end]
        if step.tag != "equal":
            went += words
            came += after[step.dest_start : step.dest_end]
        elif 0 < at < len(steps) - 1 and all(word.isspace() for word, _bold in words):
            went += words
            came += words
        else:
            close()
            found.append(("same", words))
    close()
    return [(kind, words, bold) for kind, parts in found for words, bold in _joined(parts)]


def _tokens(parts: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    return [(token, bold) for words, bold in parts for token in TOKEN.findall(words)]


def _joined(parts: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    for words, bold in parts:
        if found and found[-1][1] == bold:
            found[-1] = (found[-1][0] + words, bold)
        else:
            found.append((words, bold))
    return found
