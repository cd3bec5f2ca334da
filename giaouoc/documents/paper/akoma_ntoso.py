"""A version as Akoma Ntoso 3.0 (OASIS LegalDocML), the form that legal tools of other countries read.

Each clause has an ``eId``, its address in this version ('art_5__para_2__point_đ'), and a ``wId``, the provision that it is
over all versions. A draft is a ``bill``, an adopted text an ``act``. Phần, chương, mục, tiểu mục, điều, khoản, điểm are part,
chapter, section, subsection, article, paragraph, point; a dash is an indent; what the standard has no word for stands in
``hcontainer``. Source: Akoma Ntoso Version 1.0 Part 2, OASIS Standard of 29/8/2018, namespace .../akn/3.0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from giaouoc.lib.vietnamese import nfc

from .word_sheet import cleaned

NS = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
SHORT = {  # abbreviations of the standard's naming convention
    "part": "part",
    "chapter": "chp",
    "section": "sec",
    "subsection": "subsec",
    "article": "art",
    "paragraph": "para",
    "point": "point",
    "indent": "indent",
    "hcontainer": "hcontainer",
}
WORDS = {"part": "Phần", "chapter": "Chương", "section": "Mục", "subsection": "Tiểu mục", "article": "Điều"}
Node = Mapping[str, Any]


@dataclass(frozen=True)
class VersionFacts:
    """What is said of a version. ``kind``: 'regulation'; ``work``: its address among texts, 'cum-17/2026/quy-che';
    ``made``: the day of this version; ``ids``: identities of the clauses in reading order."""

    title: str
    kind: str
    cluster_name: str
    work: str
    year: int
    ordinal: int
    made: date
    content_hash: str
    ids: Sequence[str]
    adopted: date | None = None


def render_akoma_ntoso(tree: Sequence[Node], facts: VersionFacts) -> bytes:
    """The version as an XML file in UTF-8, every clause of the tree once and in order."""
    return _Export(tree, facts).file()


class _Export:
    def __init__(self, tree: Sequence[Node], facts: VersionFacts) -> None:
        self.tree, self.facts = list(tree), facts
        self.seen: dict[str, int] = {}
        self.given: set[str] = set()
        self.ids = dict(zip(map(id, _all(tree)), facts.ids, strict=True))
        self.notes = 0

    def file(self) -> bytes:
        root = etree.fromstring(f'<akomaNtoso xmlns="{NS}"/>')
        text = self._put(
            root, "act" if self.facts.adopted else "bill", name=self.facts.kind, contains="originalVersion"
        )
        self._meta(text)
        nodes = self.tree
        if nodes and nodes[0]["kind"] == "preamble":
            self._title(text, nodes[0])
            nodes = nodes[1:]
        end = len(nodes)
        while end and (nodes[end - 1]["kind"] in {"signature", "table"}) and end > 1:
            end -= 1
        body = self._put(text, "body")
        for node in nodes[:end]:
            self._clause(body, node, "")
        if len(body) == 0:
            self._content(self._container(body, "empty", ""), [""])
        if end < len(nodes):
            conclusions = self._put(text, "conclusions", eId="conclusions")
            for node in nodes[end:]:
                self._blocks(conclusions, node)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=False)

    def _put(self, above: etree._Element, tag: str, words: str | None = None, /, **attributes: str) -> etree._Element:
        made = etree.SubElement(above, f"{{{NS}}}{tag}", {key: cleaned(value) for key, value in attributes.items()})
        if words is not None:
            made.text = cleaned(words)
        return made

    # -- what is said of the text

    def _meta(self, text: etree._Element) -> None:
        facts = self.facts
        meta = self._put(text, "meta")
        identification = self._put(meta, "identification", source="#giao-uoc")
        word = "act" if facts.adopted else "bill"
        work = f"/akn/vn/{word}/{facts.work}"
        day = (facts.adopted or facts.made).isoformat()
        expression = f"{work}/vie@{day}"
        for level, uri in (
            ("Work", work),
            ("Expression", f"{expression}/du-thao-{facts.ordinal}"),
            ("Manifestation", f"{expression}/du-thao-{facts.ordinal}.xml"),
        ):
            part = self._put(identification, f"FRBR{level}")
            self._put(part, "FRBRthis", value=f"{uri}/!main" if level != "Manifestation" else f"{uri}")
            self._put(part, "FRBRuri", value=uri)
            if level == "Work":
                self._put(part, "FRBRdate", date=f"{facts.year}-01-01", name="year")
            else:
                self._put(part, "FRBRdate", date=day, name="adopted" if facts.adopted else "drafted")
            self._put(part, "FRBRauthor", href="#cluster")
            if level == "Work":
                self._put(part, "FRBRcountry", value="vn")
            elif level == "Expression":
                self._put(part, "FRBRversionNumber", value=str(facts.ordinal))
                self._put(part, "FRBRlanguage", language="vie")
            else:
                self._put(part, "FRBRformat", value="application/akn+xml")
        references = self._put(meta, "references", source="#giao-uoc")
        self._put(
            references,
            "TLCOrganization",
            eId="cluster",
            href="/akn/ontology/organization/cluster",
            showAs=facts.cluster_name,
        )
        self._put(
            references, "TLCOrganization", eId="giao-uoc", href="/akn/ontology/organization/giao-uoc", showAs="Giao Ước"
        )
        notes = self._put(meta, "notes", source="#giao-uoc")
        note = self._put(notes, "note", eId="meta__note_1")
        self._put(note, "p", f"SHA-256: {facts.content_hash}")

    def _title(self, text: etree._Element, node: Node) -> None:
        heading = str(node["heading"] or "")
        lines = str(node["text"] or "").split("\n") if node["text"] else []
        if heading:
            preface = self._put(text, "preface", eId="preface", wId=self.ids[id(node)])
            kind, *subject = heading.split("\n")
            self._put(self._put(preface, "p"), "docType", kind)
            for line in subject:
                self._put(self._put(preface, "p"), "docTitle", line)
        if lines:
            preamble = self._put(text, "preamble", eId="preamble", wId=self.ids[id(node)])
            self._lines(preamble, lines)
        self._add_notes(text[-1], node)

    # -- clauses

    def _clause(self, above: etree._Element, node: Node, prefix: str) -> None:
        kind, number = node["kind"], str(node["number"] or "")
        if kind in {"table", "signature", "preamble"}:
            made = self._container(above, kind, prefix, node)
            self._blocks(self._put(made, "content"), node)
            return
        name = "indent" if number == "-" else kind if kind in SHORT else "hcontainer"
        attributes = {"name": kind} if name == "hcontainer" else {}
        eid = self._eid("" if kind == "article" else prefix, name, number)
        made = self._put(above, name, eId=eid, wId=self.ids[id(node)], **attributes)
        if number:
            self._put(made, "num", self._shown(kind, number, above))
        if node["heading"]:
            self._put(made, "heading", str(node["heading"]).replace("\n", " "))
        lines = str(node["text"]).split("\n") if node["text"] else []
        if node["children"]:
            if lines:
                self._lines(self._put(made, "intro"), lines)
            for child in node["children"]:
                self._clause(made, child, eid)
        else:
            self._content(made, lines or [""])
        self._add_notes(made, node)

    def _shown(self, kind: str, number: str, above: etree._Element) -> str:
        if number == "-":
            return "-"
        if kind == "section" and etree.QName(above).localname == "body" and not number.isdecimal():
            return f"{number}."
        if kind in WORDS:
            return f"{WORDS[kind]} {number}" + ("." if kind == "article" else "")
        return f"{number})" if kind == "point" else f"{number}."

    def _eid(self, prefix: str, name: str, number: str) -> str:
        """The address in this version: parts joined by '__'; what has no number, or one that stood before, is counted."""
        own = SHORT[name]
        bare = number if number and number != "-" else ""
        base = f"{prefix}__{own}" if prefix else own
        if bare:
            base += "_" + "".join(letter for letter in bare if not letter.isspace())
        while True:  # 'art_1_2' is the second Điều 1, or one whose number is '1_2'
            self.seen[base] = count = self.seen.get(base, 0) + 1
            eid = (base if count == 1 else f"{base}_{count}") if bare else f"{base}_nn_{count}"
            if eid not in self.given:
                self.given.add(eid)
                return eid

    def _container(self, above: etree._Element, name: str, prefix: str, node: Node | None = None) -> etree._Element:
        wid = {"wId": self.ids[id(node)]} if node is not None else {}
        return self._put(above, "hcontainer", name=name, eId=self._eid(prefix, "hcontainer", ""), **wid)

    def _content(self, above: etree._Element, lines: Sequence[str]) -> None:
        self._lines(self._put(above, "content"), lines)

    def _lines(self, above: etree._Element, lines: Sequence[str]) -> None:
        for line in lines:
            self._put(above, "p", line)

    def _blocks(self, above: etree._Element, node: Node) -> None:
        """A title, signature or table as plain blocks."""
        for words in (node["heading"], node["text"]):
            if words:
                self._lines(above, str(words).split("\n"))
        if rows := [row for row in node.get("rows") or () if row]:
            self.seen["table"] = count = self.seen.get("table", 0) + 1
            table = self._put(above, "table", eId=f"table_{count}", wId=self.ids[id(node)])
            for row in rows:
                line = self._put(table, "tr")
                for cell in row:
                    self._lines(self._put(line, "td"), str(cell).split("\n"))
        if len(above) == 0:
            self._put(above, "p", "")
        self._add_notes(above, node)
        for child in node["children"]:
            self._blocks(above, child)

    def _add_notes(self, above: etree._Element, node: Node) -> None:
        """Footnotes stand at the end of the clause's own words."""
        places = list(above.iter(f"{{{NS}}}p", f"{{{NS}}}heading", f"{{{NS}}}num"))
        for words in node.get("notes") or ():
            self.notes += 1
            note = self._put(places[0] if places else self._put(above, "p"), "authorialNote", marker=str(self.notes))
            self._put(note, "p", nfc(str(words)))


def _all(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _all(node["children"])
