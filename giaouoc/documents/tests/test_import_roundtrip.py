"""Property of the importer: a tree written as Word in several ways comes back as the same tree, every line once, in order.

Trees of regulations and plans are made by chance, then written with typed numbers, with Word's own lists, or with lists
through styles; on top of that the habits of programs and people that must change nothing: runs split anywhere, letters in
NFD, soft hyphens, doubled blanks, tracked changes, controls, the strict namespaces."""

from __future__ import annotations

import unicodedata
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giaouoc.documents.rules.draft_import import import_draft

from .word_files import (
    STRICT_MAIN,
    W,
    docx,
    everything,
    letterhead,
    numbering,
    para,
    run,
    signature,
    table,
)

pytestmark = pytest.mark.once

Node = dict[str, Any]
ROMAN = ["I", "II", "III", "IV", "V"]
OWN = "abcdđeghik"  # letters of điểm as people type them
WORDS = "abcdefghij"  # as Word counts
SYLLABLES = (
    "đơn vị thành viên cụm trưởng gửi kết quả minh chứng đúng hạn thi đua được ghi bằng văn bản trong quý".split()
)
SIGNED = "Nơi nhận:\n- Như Điều 2;\n- Lưu: VT.\nBỘ TRƯỞNG\n(Đã ký)"


class _Maker:
    """Trees by chance. ``mark`` numbers the lines, so that each is found once."""

    def __init__(self, chance: Random, letters: str) -> None:
        self.chance = chance
        self.letters = letters
        self.count = 0

    def words(self, *, title: bool = False) -> str:
        self.count += 1
        chosen = self.chance.choices(SYLLABLES, k=self.chance.randint(1, 9))
        text = " ".join([chosen[0].capitalize(), f"m{self.count}x", *chosen[1:]])
        return text.upper() if title else text + self.chance.choice([".", ";", ", “trích”."])

    def node(self, kind: str, number: str | None, heading: str | None, text: str, children: list[Node]) -> Node:
        return {"kind": kind, "number": number, "heading": heading, "text": text, "children": children}

    def many(self, most: int) -> range:
        return range(self.chance.randint(0, most))

    def dashes(self) -> list[Node]:
        found = []
        for _ in self.many(2):
            below = [self.node("point", "-", None, self.words(), []) for _ in self.many(2)]
            found.append(self.node("point", "-", None, self.words(), below))
        return found

    def points(self) -> list[Node]:
        return [
            self.node(
                "point", self.letters[place], None, self.words(), self.dashes() if self.chance.random() < 0.3 else []
            )
            for place in self.many(len(self.letters) - 1)
        ]

    def table(self) -> Node:
        rows = [[self.words() for _ in range(2)] for _ in range(2)]
        node = self.node("table", None, None, "", [])
        return {**{key: node[key] for key in ("kind", "number", "heading", "text")}, "rows": rows, "children": []}

    def clauses(self, heads: bool) -> list[Node]:
        found = []
        for number in self.many(4):
            headed = heads and self.chance.random() < 0.4
            text = "\n".join(self.words() for _ in self.many(2)) if headed else self.words()
            below = self.points()
            if (text or below) and self.chance.random() < 0.3:
                deepest = below  # a table is of the deepest clause that is open
                while deepest:
                    deepest = deepest[-1]["children"]
                deepest.append(self.table())
            if below and self.chance.random() < 0.4:
                below.append(self.node("paragraph", None, None, self.words(), []))
            found.append(self.node("paragraph", str(number + 1), self.words() if headed else None, text, below))
        return found

    def regulation(self) -> list[Node]:
        chapters, article = [], 0
        for place in range(self.chance.randint(1, 3)):
            inside = []
            for _ in range(self.chance.randint(1, 3)):
                article += 1
                headed = self.chance.random() < 0.9
                text = "\n".join(self.words() for _ in self.many(2)) if headed else self.words()
                inside.append(
                    self.node(
                        "article", str(article), self.words().rstrip(".;") if headed else None, text, self.clauses(True)
                    )
                )
            chapters.append(self.node("chapter", ROMAN[place], self.words(title=True), "", inside))
        title = self.node(
            "preamble", None, f"QUY CHẾ\n{self.words()}", "\n".join(self.words() for _ in self.many(3)), []
        )
        return [title, *chapters, *self.end()]

    def plan(self) -> list[Node]:
        parts = [
            self.node("section", ROMAN[place], self.words(title=True), "", self.clauses(True))
            for place in range(self.chance.randint(1, 4))
        ]
        title = self.node("preamble", None, f"KẾ HOẠCH\n{self.words()}", self.words(), [])
        return [title, *parts, *self.end()]

    def end(self) -> list[Node]:
        if self.chance.random() < 0.3:
            return []
        signed = self.node("signature", None, None, SIGNED, [])
        if self.chance.random() < 0.5:
            return [signed]
        return [signed, self.table() | {"heading": f"PHỤ LỤC\n{self.words(title=True)}"}]


class _Writer:
    """A tree as Word's XML. ``way``: 'typed', 'list' or 'style'; ``noise``: what must change nothing."""

    LEVELS = {"article": 0, "paragraph": 1, "point": 2}

    def __init__(self, chance: Random, way: str, noise: set[str]) -> None:
        self.chance = chance
        self.way = way
        self.noise = noise
        self.blocks: list[str] = []

    def line(self, text: str, *, bold: str = "", centred: bool = False, kind: str = "") -> None:
        """A paragraph: the bold part, then the plain part, with all the noise asked for."""
        inner = self.runs(bold, "<w:b/>") + self.runs(text, '<w:b w:val="0"/>' if self.way == "style" else "")
        about: dict[str, Any] = {}
        if kind and self.way == "list":
            about["list_"] = (5, self.LEVELS[kind])
        elif kind and self.way == "style":
            about["style"] = kind
        one = para(inner=inner, centred=centred, **about)
        if "controls" in self.noise and self.chance.random() < 0.2:
            one = f"<w:sdt><w:sdtPr/><w:sdtContent>{one}</w:sdtContent></w:sdt>"
        self.blocks.append(one)
        if "tracked" in self.noise and self.chance.random() < 0.2:
            gone = '<w:del w:id="8"><w:r><w:delText>3. Đã xóa</w:delText></w:r></w:del>'
            self.blocks.append(para(inner=gone, mark='<w:del w:id="9"/>', **about))
        if "empty" in self.noise and self.chance.random() < 0.2:
            self.blocks.append(para())

    def runs(self, text: str, about: str) -> str:
        if not text:
            return ""
        pieces = [text]
        if "split" in self.noise:
            cuts = sorted(self.chance.sample(range(len(text) + 1), min(3, len(text))))
            pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
        found = ""
        for piece in filter(None, pieces):
            if "decomposed" in self.noise and self.chance.random() < 0.5:
                piece = unicodedata.normalize("NFD", piece)
            if "blanks" in self.noise:
                piece = piece.replace(" ", self.chance.choice([" ", "\u00a0", "  ", "\t", " \u200b"]))
                piece = piece[:1] + self.chance.choice(["", "\u00ad", "\u200b"]) + piece[1:]
            one = run(piece, about)
            if "tracked" in self.noise and self.chance.random() < 0.2:
                one = f'<w:ins w:id="7">{one}</w:ins><w:del w:id="6"><w:r><w:delText>bỏ</w:delText></w:r></w:del>'
            if "controls" in self.noise and self.chance.random() < 0.2:
                one = f"<w:{(tag := self.chance.choice(['hyperlink', 'smartTag']))}>{one}</w:{tag}>"
            found += one
        return found

    def nodes(self, nodes: list[Node], *, deeper: bool = False) -> None:
        for node in nodes:
            getattr(self, node["kind"])(node, deeper)

    def preamble(self, node: Node, deeper: bool) -> None:
        if self.chance.random() < 0.7:
            self.blocks.append(letterhead())
        for one in node["heading"].split("\n"):
            self.line("", bold=one, centred=True)
        self.line("-----", centred=True)
        for one in filter(None, node["text"].split("\n")):
            self.line(one)

    def chapter(self, node: Node, deeper: bool) -> None:
        heads = self.chance.choice(
            [[f"Chương {node['number']}", node["heading"]], [f"CHƯƠNG {node['number']}: {node['heading']}"]]
        )
        for one in heads:
            self.line("", bold=one, centred=True)
        self.nodes(node["children"])

    def section(self, node: Node, deeper: bool) -> None:
        self.line("", bold=f"{node['number']}. {node['heading']}")
        self.nodes(node["children"])

    def article(self, node: Node, deeper: bool) -> None:
        typed = f"Điều {node['number']}. " if self.way == "typed" else ""
        lines = node["text"].split("\n") if node["text"] else []
        if node["heading"] is None:
            own, lines = lines[0], lines[1:]
            self.line(own, bold=typed, kind="article")
        else:
            self.line("", bold=typed + node["heading"], kind="article")
        for one in lines:
            self.line(one)
        self.nodes(node["children"])

    def paragraph(self, node: Node, deeper: bool) -> None:
        typed = f"{node['number']}. " if self.way == "typed" else ""
        lines = node["text"].split("\n") if node["text"] else []
        if node["number"] is None:
            self.line(lines[0])
        elif node["heading"] is not None:
            self.line("", bold=typed + node["heading"], kind="paragraph")
            for one in lines:
                self.line(one)
        else:
            self.line(typed + lines[0], kind="paragraph")
        self.nodes(node["children"])

    def point(self, node: Node, deeper: bool) -> None:
        if node["number"] == "-":
            self.line(f"{'+' if deeper else '-'} {node['text']}")
            self.nodes(node["children"], deeper=True)
            return
        typed = f"{node['number']}) " if self.way == "typed" else ""
        self.line(typed + node["text"], kind="point")
        self.nodes(node["children"])

    def table(self, node: Node, deeper: bool) -> None:
        for one in (node["heading"] or "").split("\n"):
            if one:
                self.line("", bold=one, centred=True)
        self.blocks.append(table(node["rows"]))

    def signature(self, node: Node, deeper: bool) -> None:
        self.blocks.append(signature())

    def file(self) -> bytes:
        levels = [("decimal", "Điều %1.", "article"), ("decimal", "%2.", "paragraph"), ("lowerLetter", "%3)", "point")]
        styles = "".join(
            f'<w:style w:type="paragraph" w:styleId="{kind}"><w:name w:val="{kind}"/><w:pPr><w:numPr><w:ilvl w:val="{level}"/>'
            f'<w:numId w:val="5"/></w:numPr></w:pPr></w:style>'
            for kind, level in self.LEVELS.items()
        )
        extra: dict[str, str | bytes] = {
            "word/numbering.xml": numbering(levels if self.way == "style" else [one[:2] for one in levels]),
            "word/styles.xml": f"<w:styles {W}>{styles}</w:styles>",
        }
        namespace = f'xmlns:w="{STRICT_MAIN}"' if "strict" in self.noise else W
        main = "word/noi-dung.xml" if "strict" in self.noise else "word/document.xml"
        return docx(*self.blocks, extra=extra, namespace=namespace, main=main)


NOISE = st.sets(st.sampled_from(["split", "decomposed", "blanks", "tracked", "controls", "empty", "strict"]))


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.sampled_from(["typed", "list", "style"]), st.booleans(), NOISE)
def test_a_tree_written_as_word_comes_back_as_the_same_tree(seed: int, way: str, plan: bool, noise: set[str]) -> None:
    chance = Random(seed)
    maker = _Maker(chance, OWN if way == "typed" else WORDS)
    if plan:
        way = "typed"  # a plan's lists begin with Roman figures; those that Word writes are in the sample
    tree = maker.plan() if plan else maker.regulation()
    writer = _Writer(chance, way, noise)
    writer.nodes(tree)
    found = import_draft(writer.file())
    assert found.tree == tree
    said = everything(found.tree)
    places = [
        said.find(f"m{count}x") if f"m{count}x" in said else said.find(f"M{count}X")
        for count in range(1, maker.count + 1)
    ]
    assert -1 not in places
    assert len(set(places)) == len(places)
