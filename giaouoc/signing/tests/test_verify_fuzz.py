"""Attacks by chance: none is ever believed, none ends without a reason. By hand for longer: ``mutations``."""

from __future__ import annotations

import time

import pytest

from giaouoc.signing.engine.process import verify_in_process
from giaouoc.signing.engine.verify import verify

from .mutations import ATTACKS, attack, pact


@pytest.mark.once
@pytest.mark.parametrize("seed", range(2 * len(ATTACKS)))
def test_an_attack_by_chance_is_never_believed(seed):
    kind, data = attack(seed)
    begin = time.monotonic()
    try:
        verdict = verify(data, pact().office.trust)
    except Exception:  # the process around it turns that into a verdict: the test below
        return
    assert verdict.verdict != "valid", kind
    assert verdict.reason, kind
    assert time.monotonic() - begin < 15, kind


@pytest.mark.once
@pytest.mark.parametrize("name", ["object_stream_bomb", "other_cross_references"])
def test_what_makes_the_pdf_library_stumble_ends_in_a_verdict(name):
    seed = next(s for s in range(len(ATTACKS)) if ATTACKS[s].__name__ == name)
    verdict = verify_in_process(attack(seed)[1], pact().office.folder / "trust")
    assert (verdict.verdict, bool(verdict.reason)) == ("unknown", True)
