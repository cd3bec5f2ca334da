"""The clauses of a draft while they are read: those that further lines may still go into, and where a line goes."""

from __future__ import annotations

from dataclasses import dataclass

from giaouoc.lib.vietnamese import nfc

from .clause_tree import Node
from .docx_line import Line
from .draft_lines import shown
from .markers import DEEPEST_PARAGRAPH, LEVELS, is_upper

ABOVE = {"part", "chapter", "section", "subsection"}


@dataclass
class Open:
    """A clause that further lines may go into. ``words``: its text line by line; ``style``: of its number."""

    node: Node
    level: int
    words: list[str]
    style: str = ""
    bullet: int = -1  # level of the list that a bullet is of, -1 for no bullet

    @property
    def bare(self) -> bool:
        """Whether it has nothing but number and heading."""
        return not self.words and not self.node["children"]


class Clauses:
    """The tree so far. ``stack``: the clauses that are open, outermost first; ``signed``: a signature stands behind us."""

    def __init__(self) -> None:
        self.roots: list[Node] = []
        self.stack: list[Open] = []
        self.signed = False
        self._filled: list[tuple[Node, list[str]]] = []  # every node with the lines of its text, joined at the end

    def finish(self) -> None:
        """Give every clause its text."""
        for node, words in self._filled:
            node["text"] = nfc("\n".join(words))

    def node(self, kind: str, number: str | None, heading: str | None, words: list[str], notes: list[str]) -> Node:
        """A node; its text is what ``words`` holds at the end."""
        node: Node = {"kind": kind, "number": number, "heading": None if heading is None else nfc(heading), "text": ""}
        if notes:
            node["notes"] = list(notes)
        node["children"] = []
        self._filled.append((node, words))
        return node

    def note(self, line: Line) -> None:
        """Footnotes of a line without words belong to the clause that is open."""
        if line.notes and (self.stack or self.roots):
            _add_notes(self.stack[-1].node if self.stack else self.roots[-1], line.notes)

    def find(self, kind: str, level: int) -> Open | None:
        """The open clause of this kind and level."""
        return next((one for one in reversed(self.stack) if one.node["kind"] == kind and one.level == level), None)

    @property
    def any(self) -> bool:
        """Whether clauses stand behind us."""
        return any(node["kind"] != "preamble" for node in self.roots)

    @property
    def bare_above(self) -> Node | None:
        """The chapter or the like that was opened last and has nothing but its number and heading, if there is one."""
        top = self.stack[-1] if self.stack else None
        return top.node if top is not None and top.bare and top.node["kind"] in ABOVE else None

    def attach(self, node: Node) -> None:
        """Put a node below the clause that is open, or at the top."""
        (self.stack[-1].node["children"] if self.stack else self.roots).append(node)

    def open(self, clause: Open) -> None:
        """Put a clause below those above its level; further lines may go into it."""
        while self.stack and self.stack[-1].level >= clause.level:
            self.stack.pop()
        self.attach(clause.node)
        self.stack.append(clause)

    def close(self, *, signed: bool) -> None:
        """No line goes into any clause any more: a text ends here, with or without its signature."""
        self.stack, self.signed = [], signed

    def add_text(self, kind: str, heading: list[str], words: list[str], notes: list[str]) -> None:
        """A preamble or signature, outside of all clauses."""
        self.roots.append(self.node(kind, None, "\n".join(heading) or None, words, notes))

    def add_quoted(self, line: Line) -> None:
        """A line inside a quotation is text of the clause that quotes, or of a paragraph below it after a table."""
        words = shown(line)
        if not self.stack or self.stack[-1].node["children"]:
            self.attach(self.node("paragraph", None, None, [words], line.notes))
            return
        top = self.stack[-1]
        top.words.append(words)
        _add_notes(top.node, line.notes)

    def add_unnumbered(self, line: Line) -> None:
        """A line without a number: the heading of the clause above it, its text, or a paragraph of its own."""
        words = shown(line)
        if not self.stack:
            self.attach(self.node("paragraph", None, None, [words], line.notes))
            return
        top = self.stack[-1]
        if top.bare and self._is_heading_of(top.node, line, words):
            before = top.node["heading"]
            top.node["heading"] = nfc(words if before is None else f"{before}\n{words}")
            _add_notes(top.node, line.notes)
            return
        holder = self._holder()
        kind, node = holder.node["kind"], holder.node
        # Lines right below an article's heading are its text; so are those below a khoản that has only a heading.
        own = kind != "paragraph" or node["heading"] is not None or not holder.words
        if own and not node["children"] and holder.level < LEVELS["point"]:
            holder.words.append(words)
            _add_notes(node, line.notes)
            return
        while self.stack[-1] is not holder:
            self.stack.pop()
        self.attach(self.node("paragraph", None, None, [words], line.notes))

    def _is_heading_of(self, node: Node, line: Line, words: str) -> bool:
        """Whether an unnumbered line is the heading, or its next line, of the clause that stands bare above it."""
        if node["kind"] == "article":
            return node["heading"] is None and line.all_bold
        if node["kind"] not in ABOVE:
            return False
        heading = node["heading"]
        if heading is None:
            return True
        upper = (is_upper(words) or line.caps) and is_upper(heading)
        return line.centred and (upper or (line.all_bold and not is_upper(heading) and not words[0].isdecimal()))

    def _holder(self) -> Open:
        """Where an unnumbered line belongs: the open khoản, else the open điều, else what is above."""
        for one in reversed(self.stack):
            if one.node["kind"] == "paragraph" and one.level <= DEEPEST_PARAGRAPH:
                return one
            if one.node["kind"] == "article" or one.node["kind"] in ABOVE:
                return one
        return self.stack[0]


def article_heading(line: Line, text: str, bold: list[bool]) -> tuple[str | None, str]:
    """(heading, own text) of an article's line: the bold part is its heading."""
    if not text:
        return None, ""
    if line.outline is not None and not any(bold):
        return text, ""
    end = 0
    while end < len(text) and (bold[end] or not text[end].isalnum()):
        end += 1
    if not any(mark for mark, letter in zip(bold[:end], text[:end], strict=True) if letter.isalnum()):
        return None, text
    while end > 0 and end < len(text) and not bold[end - 1]:
        end -= 1
    heading, rest = text[:end].strip(" \n"), text[end:].strip(" \n")
    if not any(letter.isalnum() for letter in rest):
        return text, ""
    return heading or None, rest


def _add_notes(node: Node, notes: list[str]) -> None:
    """Further footnotes of a clause; children stay last."""
    if notes:
        node.setdefault("notes", []).extend(notes)
        node["children"] = node.pop("children")
