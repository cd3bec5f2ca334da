"""No change after signing passes: pages, looks, notes, objects, bytes; a file cut back; a structure bent."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from asn1crypto import cms, core

from giaouoc.signing.engine.trust import TrustFolder
from giaouoc.signing.engine.verdict import Expected, Verdict
from giaouoc.signing.engine.verify import verify

from .authorities import make, name
from .papers import UPDATES, add_page, pact, updated


def check(data: bytes) -> Verdict:
    return verify(data, pact().office.trust)


def word(data: bytes) -> str:
    """The verdict's word, as it comes out of the process around it: whatever is raised there is 'unreadable'."""
    try:
        return check(data).verdict
    except Exception:
        return "unknown"


def test_a_pact_signed_by_all_and_sealed_is_valid():
    verdict = check(pact().sealed)
    assert (verdict.verdict, verdict.signed, verdict.expected, verdict.missing) == ("valid", 5, 5, ())
    assert (verdict.sealed, verdict.changed_after_signing, verdict.trial) == (True, False, True)
    assert "thử nghiệm" in verdict.whole_reason
    assert all(s.valid and s.timestamped for s in verdict.signatures)
    assert [s.unit for s in verdict.signatures] == [s.unit_code for s in pact().slots]


def test_the_json_has_the_contract_s_keys_and_times_with_their_offset():
    answer = check(pact().sealed).to_json()
    assert list(answer) == [
        "verdict", "signed", "expected", "missing", "changed_after_signing", "sealed", "reason", "signatures"
    ]  # fmt: skip
    assert list(answer["signatures"][0]) == ["slot", "unit", "signer", "time", "timestamped", "valid", "reason"]
    assert answer["signatures"][0]["time"] == "2026-03-06T09:16:27+07:00"


def test_a_verdict_survives_the_way_between_processes():
    verdict = check(pact().sealed)
    assert Verdict.load(verdict.dump()) == verdict


def test_signed_by_all_but_not_sealed_is_unknown():
    verdict = check(pact().signed)
    assert (verdict.verdict, verdict.code, verdict.signed, verdict.sealed) == ("unknown", "unsealed", 5, False)
    assert "chưa đóng niêm" in verdict.reason


@pytest.mark.parametrize("left", range(5))
def test_a_file_cut_back_names_who_is_missing(left):
    verdict = check(pact().revisions[left])
    assert verdict.verdict == "invalid"
    assert (verdict.signed, verdict.expected) == (left, 5)
    assert list(verdict.missing) == [s.unit_code for s in pact().slots[left:]]
    if left:
        assert pact().slots[4].unit_name in verdict.reason


@pytest.mark.parametrize("change", UPDATES, ids=lambda f: f.__name__)
def test_an_update_after_the_seal_is_not_valid(change):
    verdict = check(updated(pact().sealed, change))
    assert verdict.verdict == "invalid"
    assert verdict.changed_after_signing
    assert not verdict.sealed
    assert verdict.signed == 5 or change.__name__ == "emptied_field"


@pytest.mark.parametrize("change", UPDATES, ids=lambda f: f.__name__)
def test_an_update_between_signatures_and_seal_is_seen_and_cannot_be_sealed_over(change):
    attacked = updated(pact().signed, change)
    verdict = check(attacked)
    if change.__name__ == "security_store":  # long-term data may come at any time; only the seal makes a file valid
        assert verdict.verdict != "valid"
        return
    assert verdict.verdict == "invalid"
    assert verdict.changed_after_signing


@pytest.mark.parametrize("after", [2])
@pytest.mark.parametrize("change", UPDATES, ids=lambda f: f.__name__)
def test_an_update_after_some_signatures_is_seen_also_in_a_cut_back_file(change, after):
    attacked = updated(pact().revisions[after], change)
    assert check(attacked).verdict == "invalid"


@pytest.mark.parametrize("tail", [b"\n", b" ", b"\0", b"%%EOF\n", b"% ghi ch\xc3\xba\n%%EOF\n", b"x" * 2000])
@pytest.mark.parametrize("which", [-1, -2])
def test_bytes_after_the_end_are_not_valid(tail, which):
    verdict = check(pact().revisions[which] + tail)
    assert verdict.verdict != "valid"


@pytest.mark.parametrize("seed", range(30))
def test_a_changed_byte_anywhere_is_not_valid(seed):
    data = bytearray(pact().sealed)
    chance = random.Random(seed)
    at = chance.randrange(len(data))
    data[at] ^= 1 << chance.randrange(8)
    assert word(bytes(data)) != "valid", at


def test_every_hexadecimal_digit_of_the_seal_counts():
    """The seal's own value is covered by no signature: a digit changed in case, padding or any harmless-looking
    place."""
    data = pact().sealed
    value = list(re.finditer(rb"/Contents\s*<([0-9A-F]{200,})>", data))[-1]
    digits = value.group(1)
    der = len(digits.rstrip(b"0")) + 2
    for spot in [*range(0, der, 170), der + 11, len(digits) - 1]:
        for bit in (1, 0x20):
            changed = bytearray(data)
            changed[value.start(1) + spot] ^= bit
            assert word(bytes(changed)) != "valid", spot


def with_other_seal_value(data: bytes, change: Callable[[cms.ContentInfo], None]) -> bytes:
    """The sealed file with the seal's CMS changed in parts that its own signature does not cover."""
    value = list(re.finditer(rb"/Contents\s*<([0-9A-F]{200,})>", data))[-1]
    token = cms.ContentInfo.load(bytes.fromhex(value.group(1).decode()))
    change(token)
    again = token.dump(force=True).hex().upper().encode().ljust(len(value.group(1)), b"0")
    return data[: value.start(1)] + again + data[value.end(1) :]


def other_version(token: cms.ContentInfo) -> None:
    token["content"]["version"] = "v1"


def unsigned_attribute(token: cms.ContentInfo) -> None:
    note = cms.CMSAttribute({"type": "1.2.3.4", "values": [core.Any(core.UTF8String("thêm"))]})
    token["content"]["signer_infos"][0]["unsigned_attrs"] = [note]


def another_certificate(token: cms.ContentInfo) -> None:
    stranger = make(name("Ai đó"), make(name("Gốc lạ"), ca=True))
    token["content"]["certificates"] = [*token["content"]["certificates"], stranger.certificate]


def test_the_seal_written_anew_as_it_is_stays_valid():
    assert check(with_other_seal_value(pact().sealed, lambda token: None)).verdict == "valid"


@pytest.mark.parametrize("change", [other_version, unsigned_attribute, another_certificate])
def test_what_the_seal_s_signature_does_not_cover_may_not_be_changed_either(change):
    verdict = check(with_other_seal_value(pact().sealed, change))
    assert (verdict.verdict, verdict.changed_after_signing) == ("invalid", True)


def test_a_signature_of_another_file_put_in_place_is_refused():
    data = pact().sealed
    values = [m.group(1) for m in re.finditer(rb"/Contents\s*<([0-9A-F]{200,})>", data)]
    swapped = data.replace(values[0], values[1][: len(values[0])].ljust(len(values[0]), b"0"), 1)
    assert check(swapped).verdict == "invalid"


def test_the_register_s_list_counts_beside_the_file_s():
    wanted = [Expected("HAIQUAN", "Cục Hải quan")]
    verdict = verify(pact().sealed, pact().office.trust, wanted)
    assert (verdict.verdict, verdict.expected, verdict.missing) == ("invalid", 6, ("HAIQUAN",))
    assert "Cục Hải quan" in verdict.reason


def test_the_register_s_certificate_overrules_the_name_on_it():
    own = check(pact().sealed).signatures
    good = [Expected(s.unit or "", certificate_sha256=s.certificate_sha256) for s in own]
    assert verify(pact().sealed, pact().office.trust, good).verdict == "valid"
    other = [Expected(own[0].unit or "", certificate_sha256="0" * 64)]
    verdict = verify(pact().sealed, pact().office.trust, other)
    assert (verdict.verdict, verdict.code) == ("invalid", "wrong_signer")


def test_without_an_anchor_nothing_is_concluded():
    verdict = verify(pact().sealed, TrustFolder())
    assert (verdict.verdict, verdict.code, verdict.signed, verdict.missing) == ("unknown", "untrusted", 5, ())
    assert not verdict.changed_after_signing


@pytest.mark.parametrize("kind", ["root", "tsa"])
def test_with_one_kind_of_anchor_alone_nothing_is_concluded(kind):
    folder = TrustFolder(tuple(pact().office.trust.of_kind(kind)))
    assert verify(pact().sealed, folder).verdict == "unknown"
    assert verify(updated(pact().sealed, add_page), folder).verdict == "invalid"
