"""Preparing, signing and sealing: what is refused, what comes out, in any order and number."""

from __future__ import annotations

import io
import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from giaouoc.lib.errors import Invalid, WrongState
from giaouoc.signing.engine.der import as_read, node, octets
from giaouoc.signing.engine.fields import QuietWriter, SlotSpec, field_name, prepare, unit_code
from giaouoc.signing.engine.keys import HeldKey
from giaouoc.signing.engine.look import Look, draw, stamp_time
from giaouoc.signing.engine.reading import SignedFile
from giaouoc.signing.engine.returned import accept_returned
from giaouoc.signing.engine.sign import (
    HeldKeySigner,
    embed,
    proof_until,
    renew,
    seal,
    sign,
)
from giaouoc.signing.engine.step import SignerRule
from giaouoc.signing.engine.trial import TrialAuthority
from giaouoc.signing.engine.trust import TrustFolder
from giaouoc.signing.engine.verify import verify

from .papers import (
    NOW,
    UNITS,
    UPDATES,
    Office,
    add_page,
    copy_of,
    many,
    note,
    other_title,
    pact,
    paper,
    renamed_unit,
    sign_all,
    slots,
    stray_object,
    text_field,
    updated,
    white_box,
)


@pytest.fixture
def office(tmp_path) -> Office:
    return copy_of(pact().office, tmp_path / "office")


@pytest.mark.parametrize("code", ["CQD", "ĐHQG", "Cụm 17", "A.B", "50%", "a/b(c)\\<d>", "一", "x" * 60, "CA.%2E"])
def test_any_code_makes_a_field_and_comes_back(code):
    assert unit_code(field_name(code)) == code
    spec = SlotSpec(code, "Đơn vị", 0, (60, 60, 200, 120))
    fields = SignedFile(prepare(paper(), [spec])).fields()
    assert [(f.name, f.unit, f.unit_name, f.filled) for f in fields] == [(spec.field, code, "Đơn vị", False)]


@pytest.mark.parametrize("name", ["NIEM_PHONG", "BTC", "Signature1", "KY_", "ky_CQD"])
def test_other_fields_are_no_unit_s(name):
    assert unit_code(name) is None


def test_the_prepared_file_begins_with_the_text_byte_for_byte():
    assert pact().revisions[0].startswith(paper())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"page": 2}, "trang không có"),
        ({"page": -1}, "trang không có"),
        ({"rect": (500.0, 60.0, 700.0, 90.0)}, "ngoài trang"),
        ({"rect": (60.0, 60.0, 60.0, 90.0)}, "ngoài trang"),
        ({"unit_code": " "}, "Mã đơn vị trống"),
    ],
)
def test_a_slot_that_cannot_be_is_refused(change, reason):
    with pytest.raises(Invalid, match=reason):
        prepare(paper(), [replace(SlotSpec("A", "A", 0, (60, 60, 200, 120)), **change)])


def test_a_unit_twice_an_empty_list_and_a_file_with_fields_are_refused():
    one = SlotSpec("A", "A", 0, (60, 60, 200, 120))
    for data, wanted in ((paper(), [one, one]), (paper(), []), (pact().revisions[0], [one]), (b"%PDF-1.7\n", [one])):
        with pytest.raises(Invalid):
            prepare(data, wanted)


def test_each_revision_begins_with_the_one_before():
    for before, after in itertools.pairwise(pact().revisions):
        assert after.startswith(before)
        assert len(after) > len(before)


@pytest.mark.parametrize("seed", range(3))
def test_five_sign_in_any_order(tmp_path, seed):
    order = random.Random(seed).sample(range(5), 5)
    done = sign_all(Office(tmp_path), order)
    verdict = verify(done.sealed, done.office.trust)
    assert (verdict.verdict, verdict.signed) == ("valid", 5)
    assert [s.unit for s in verdict.signatures] == [UNITS[i][0] for i in order]
    assert [s.time for s in verdict.signatures] == [NOW + timedelta(minutes=n) for n in range(1, 6)]


@pytest.mark.parametrize("count", [1, 2, 20])
def test_any_number_of_units_can_sign(tmp_path, count):
    done = sign_all(Office(tmp_path), count=count)
    verdict = verify(done.sealed, done.office.trust)
    assert (verdict.verdict, verdict.signed, verdict.expected) == ("valid", count, count)
    cut = verify(done.revisions[count - 1], done.office.trust)
    assert (cut.verdict, cut.missing) == ("invalid", (many(count)[-1][0],))


def test_a_signed_field_cannot_be_signed_again_and_an_unknown_one_not_at_all(office):
    place = pact().slots[0]
    with pytest.raises(WrongState, match="đã có chữ ký"):
        office.step(pact().revisions[1], place)
    with pytest.raises(Invalid, match="không có ô ký"):
        office.step(pact().revisions[1], replace(place, unit_code="KHAC"), office.key(place))


def refused(office: Office, key: HeldKey, now: datetime | None = None, **more: object) -> str:
    head = pact().revisions[0]
    with pytest.raises(Invalid) as caught:
        sign(
            head,
            field=pact().slots[0].field,
            key=key,
            stamper=office.authority.time_stamper(lambda: now or office.now),
            now=now or office.now,
            trust=office.trust,
            revocation=office.revocation,
            **more,  # type: ignore[arg-type]
        )
    return str(caught.value)


def test_a_revoked_certificate_signs_no_more(office):
    key = office.key(pact().slots[0])
    office.authority.revoke(key.certificate, office.now)
    office.now += timedelta(minutes=5)
    assert "thu hồi" in refused(office, key)
    assert office.key(pact().slots[0]).sha256 != key.sha256  # the unit gets a new one


@pytest.mark.parametrize(("year", "reason"), [(2029, "hết hạn"), (2024, "chưa có hiệu lực")])
def test_a_certificate_out_of_its_time_does_not_sign(office, year, reason):
    assert reason in refused(office, office.key(pact().slots[0]), datetime(year, 6, 1, tzinfo=UTC))


def test_a_certificate_of_another_authority_does_not_sign(office, tmp_path):
    stranger = TrialAuthority.open(tmp_path / "stranger", office.now)
    place = pact().slots[0]
    key = stranger.issue(place.unit_code, place.unit_name, place.post, office.now)
    assert "neo tin cậy" in refused(office, key)


def test_the_time_stamp_key_and_the_root_do_not_sign_documents(office):
    assert "cấp cho việc khác" in refused(office, office.authority.tsa)
    assert "không có quyền" in refused(office, office.authority.root)


def test_another_unit_s_certificate_does_not_sign_in_the_slot(office):
    rule = SignerRule(unit_code=pact().slots[0].unit_code)
    assert "không phải của" in refused(office, office.key(pact().slots[1]), rule=rule)


def test_a_slot_kept_for_one_certificate_takes_no_other(office):
    first, second = pact().slots[:2]
    head = prepare(paper(), [replace(first, certificates=(office.key(first).certificate,))])
    with pytest.raises(Invalid, match="dành riêng"):
        office.step(head, first, office.key(second))
    office.step(head, first)


def test_a_time_stamp_far_from_the_clock_is_refused(office):
    place = pact().slots[0]
    with pytest.raises(Invalid, match="lệch quá"):
        sign(
            pact().revisions[0],
            field=place.field,
            key=office.key(place),
            stamper=office.authority.time_stamper(lambda: office.now + timedelta(hours=2)),
            now=office.now,
            trust=office.trust,
        )


def test_a_time_stamp_by_an_authority_that_is_not_pinned_is_refused(office, tmp_path):
    place = pact().slots[0]
    stranger = TrialAuthority.open(tmp_path / "stranger", office.now)
    with pytest.raises(Invalid, match="được ghim"):
        sign(
            pact().revisions[0],
            field=place.field,
            key=office.key(place),
            stamper=stranger.time_stamper(lambda: office.now),
            now=office.now,
            trust=office.trust,
        )


def test_nothing_is_sealed_before_all_have_signed_nor_twice(office):
    with pytest.raises(WrongState, match="Chưa đủ chữ ký"):
        office.seal(pact().revisions[4])
    with pytest.raises(WrongState, match="đã đóng niêm"):
        office.seal(pact().sealed)


@pytest.mark.parametrize("change", UPDATES, ids=lambda f: f.__name__)
def test_a_changed_file_is_not_sealed(office, change):
    attacked = updated(pact().signed, change)
    try:
        sealed = office.seal(attacked)
    except (WrongState, Invalid):
        return
    # Only long-term data may have been added, and the seal then covers it.
    assert change.__name__ == "security_store"
    assert verify(sealed, office.trust).verdict == "valid"


def test_a_certificate_revoked_before_its_signature_cannot_be_sealed_but_one_revoked_later_can(office):
    first, second = (office.key(s).certificate for s in pact().slots[:2])
    office.authority.revoke(second, office.now)  # all signed minutes ago
    sealed = office.seal(pact().signed)
    verdict = verify(sealed, office.trust)
    assert verdict.verdict == "valid"
    assert "sau lúc ký" in verdict.signatures[1].reason
    office.authority.revoke(first, NOW - timedelta(days=1))
    with pytest.raises((Invalid, WrongState), match="thu hồi"):
        office.seal(pact().signed)


def test_the_trial_authority_follows_a_clock_before_and_after_the_machine_s(tmp_path):
    for year in (2019, 2026, 2044):
        now = datetime(year, 3, 6, tzinfo=UTC)
        done = sign_all(Office(tmp_path / str(year), now), count=1)
        verdict = verify(done.sealed, done.office.trust)
        assert verdict.verdict == "valid"
        assert verdict.signatures[0].time == now + timedelta(minutes=1)


def test_a_new_clock_outside_the_old_validity_keeps_the_old_anchors(tmp_path):
    old = sign_all(Office(tmp_path), count=1)
    TrialAuthority.open(tmp_path, datetime(2060, 1, 1, tzinfo=UTC))
    assert verify(old.sealed, TrustFolder.load(tmp_path / "trust")).verdict == "valid"


def test_private_keys_are_readable_by_their_owner_alone(office):
    office.key(pact().slots[0])
    kept = [p for p in (office.folder / "trial").iterdir() if p.suffix == ".pem"]
    assert len(kept) >= 3
    assert all(p.stat().st_mode & 0o077 == 0 for p in kept)
    assert all(b"PRIVATE" not in p.read_bytes() for p in (office.folder / "trust").iterdir())


def test_the_time_on_the_look_is_local_with_its_offset():
    assert stamp_time(NOW) == "06/3/2026 09:15:27 +07:00"
    assert stamp_time(datetime(2026, 2, 4, 18, 0, tzinfo=UTC)) == "05/02/2026 01:00:00 +07:00"


def test_a_name_that_the_font_cannot_show_is_refused():
    with pytest.raises(Invalid, match="phông chữ"):
        draw(Look("主任", "Đơn vị"), NOW, 170, 71)


def test_a_hostile_name_is_drawn_as_typed():
    assert draw(Look('#panic("x") $1$ *a* _b_ @c <d> \\', "`e` // f"), NOW, 170, 71).startswith(b"%PDF")


# A file signed elsewhere and handed back ------------------------------------------------------------------------------


def returned_by(office: Office, base: bytes, index: int, **more: object) -> bytes:
    """What an agency's own tool would give back: signed without a time stamp, with a look of its own."""
    place = pact().slots[index]
    options = {"field": place.field, "key": office.key(place), "stamper": None, "now": office.now, "look": None}
    return embed(base, **{**options, **more})  # type: ignore[arg-type]


def accept(office: Office, base: bytes, returned: bytes, index: int = 0) -> object:
    place = pact().slots[index]
    return accept_returned(
        base,
        returned,
        field=place.field,
        rule=SignerRule(unit_code=place.unit_code),
        trust=office.trust,
        now=office.now,
    )


@pytest.mark.parametrize("index", [0, 2])
def test_the_right_file_is_accepted_also_from_the_first_signer(office, index):
    base = pact().revisions[index]
    step = accept(office, base, returned_by(office, base, index), index)
    assert step.data.startswith(base)  # type: ignore[attr-defined]
    assert step.time is None  # type: ignore[attr-defined]


@pytest.mark.parametrize(("change", "index"), [*((c, 2) for c in UPDATES), (add_page, 0), (white_box, 0), (note, 0)])
def test_a_file_changed_before_it_was_signed_elsewhere_is_refused(office, change, index):
    base = pact().revisions[index]
    returned = returned_by(office, updated(base, change), index)
    with pytest.raises(Invalid):
        accept(office, base, returned, index)


@pytest.mark.parametrize(
    "change", [None, stray_object, other_title, add_page, note, white_box, renamed_unit, text_field]
)
def test_a_change_in_the_very_revision_of_the_signature_is_refused(office, change):
    base, place = pact().revisions[2], pact().slots[2]
    writer = QuietWriter(io.BytesIO(base))
    if change is not None:
        change(writer)
    metadata = PdfSignatureMetadata(field_name=place.field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    signer = PdfSigner(metadata, HeldKeySigner(office.key(place)))
    returned = signer.sign_pdf(writer, existing_fields_only=True).getvalue()
    if change is None:
        assert accept(office, base, returned, 2).field == place.field  # type: ignore[attr-defined]
        return
    with pytest.raises(Invalid, match="bị đổi chỗ khác"):
        accept(office, base, returned, 2)


def test_other_wrong_returns_are_refused_with_the_reason(office):
    base = pact().revisions[0]
    good = returned_by(office, base, 0)
    other = pact().slots[1]
    wrong = {
        "chưa có chữ ký": base,
        "không bắt đầu": b"%PDF-1.6\n" + good[9:],
        "được nối thêm.": good + b"\n\n",
        "đúng một chữ ký": returned_by(office, good, 1),
        "không nằm trong ô": returned_by(office, base, 0, field=other.field),
        "không phải bằng chứng thư": returned_by(office, base, 0, key=office.key(other)),
        "được nối thêm": updated(good, add_page),
    }
    for reason, data in wrong.items():
        with pytest.raises(Invalid, match=reason):
            accept(office, base, data)


def test_a_value_burnt_in_by_a_wrong_key_is_refused(office):
    first, second = office.key(pact().slots[0]), office.key(pact().slots[1])
    mixed = HeldKey(second.private_key, first.certificate)
    assert "không đúng" in refused(office, mixed)


def test_an_rsa_key_signs_with_pss_and_verifies(office):
    from .authorities import leaf_of

    place = pact().slots[0]
    key = leaf_of(office.authority, place, rsa_bits=2048)
    step = office.step(pact().revisions[0], place, key)
    info = SignedFile(step.data).signatures()[0].embedded.signer_info  # type: ignore[union-attr]
    assert info["signature_algorithm"]["algorithm"].native == "rsassa_pss"
    assert verify(step.data, office.trust).signatures[0].valid


def renewed_in(office: Office, data: bytes, moment: datetime) -> bytes:
    """Renewed then, by the authority of that day: a new one when the old is out of date."""
    office.now = moment
    office.authority = TrialAuthority.open(office.folder, moment)
    return renew(
        data,
        stamper=office.authority.time_stamper(lambda: office.now),
        trust=office.trust,
        revocation=office.revocation,
    )


def test_the_seal_can_be_renewed_again_and_again_by_other_authorities_too(office):
    data = pact().sealed
    tsa = office.authority.tsa.sha256
    for year in (2027, 2035, 2045):
        renewed = renewed_in(office, data, datetime(year, 3, 6, tzinfo=UTC))
        assert renewed.startswith(data)
        verdict = verify(renewed, office.trust)
        assert (verdict.verdict, verdict.signed, verdict.sealed_at) == ("valid", 5, office.now)
        data = renewed
    assert office.authority.tsa.sha256 != tsa
    assert proof_until(data) == office.authority.tsa.certificate.not_valid_after
    assert verify(updated(data, white_box), office.trust).verdict == "invalid"


def test_only_a_valid_file_is_renewed_and_only_by_a_later_time_stamp(office):
    with pytest.raises(WrongState, match="chưa đóng niêm"):
        renewed_in(office, pact().signed, datetime(2027, 3, 6, tzinfo=UTC))
    with pytest.raises(WrongState, match="Chưa gia hạn được"):
        renewed_in(office, updated(pact().sealed, add_page), datetime(2027, 3, 6, tzinfo=UTC))
    with pytest.raises(Invalid, match="không muộn hơn"):
        renewed_in(office, pact().sealed, datetime(2026, 3, 6, tzinfo=UTC))


def test_a_seal_that_would_not_verify_is_not_kept(office, tmp_path):
    stranger = TrialAuthority.open(tmp_path / "stranger", office.now)
    with pytest.raises(Invalid, match="Niêm phong không đạt"):
        seal(
            pact().signed,
            stamper=stranger.time_stamper(lambda: office.now),
            trust=office.trust,
            revocation=office.revocation,
        )


def test_slots_of_the_paper_lie_on_its_second_page():
    assert {s.page for s in slots()} == {1}


@pytest.mark.parametrize("size", [0x180, 0x280, 0x380])
def test_a_value_whose_length_ends_in_hexadecimal_80_is_handed_on_as_it_was_read(size):
    """asn1crypto takes such a length for an indefinite one and would encode everything inside anew, again and again."""
    from asn1crypto import core

    encoded = node(0x30, octets(b"x" * (size - len(node(0x04, b"x" * size)) + size)))
    value = core.Sequence.load(encoded)
    assert len(value.contents) == size
    assert as_read(value) == encoded
