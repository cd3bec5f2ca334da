"""Whose signature it is, and whether to believe it: wrong, weak, expired, revoked, forged; foreign files; the trust
folder."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import keys
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from giaouoc.signing.engine.fields import QuietWriter, prepare
from giaouoc.signing.engine.keys import HeldKey
from giaouoc.signing.engine.sign import add_seal, embed
from giaouoc.signing.engine.trial import TrialAuthority
from giaouoc.signing.engine.trust import Anchor, TrustFolder
from giaouoc.signing.engine.verdict import Verdict
from giaouoc.signing.engine.verify import verify

from .authorities import TIME_STAMPING, crypto, leaf_of, make, name
from .papers import NOW, Office, add_page, copy_of, pact, paper, slots, updated, white_box


@pytest.fixture
def office(tmp_path) -> Office:
    return copy_of(pact().office, tmp_path / "office")


def two_signed(office: Office, first: HeldKey, second: HeldKey | None = None, at: datetime | None = None) -> bytes:
    """A pact of two, signed without any check and sealed: what a careless or dishonest system would make."""
    places = slots()[:2]
    moment = at or office.now
    stamper = office.authority.time_stamper(lambda: moment)
    data = prepare(paper(), places)
    for place, key in zip(places, (first, second or office.key(places[1])), strict=True):
        data = embed(data, field=place.field, key=key, stamper=stamper, now=moment, look=None)
    return add_seal(
        data,
        stamper=office.authority.time_stamper(lambda: moment + timedelta(hours=1)),
        trust=office.trust,
        revocation=office.authority.revocation_data(moment + timedelta(hours=1)),
    )


def test_two_signed_without_checks_are_valid_when_all_is_right(office):
    assert verify(two_signed(office, office.key(slots()[0])), office.trust).verdict == "valid"


def refused(office: Office, key: HeldKey, second: HeldKey | None = None, at: datetime | None = None) -> Verdict:
    verdict = verify(two_signed(office, key, second, at), office.trust)
    assert verdict.verdict != "valid"
    assert not verdict.signatures[0].valid
    return verdict


def test_one_certificate_in_two_slots_is_refused(office):
    key = office.key(slots()[0])
    verdict = refused(office, key, key)
    assert (verdict.verdict, verdict.code, verdict.signed) == ("invalid", "wrong_signer", 0)


def test_another_unit_s_certificate_in_the_slot_is_refused(office):
    verdict = refused(office, office.key(slots()[2]))
    assert (verdict.verdict, verdict.code, verdict.signed) == ("invalid", "wrong_signer", 1)
    assert slots()[0].unit_name in verdict.reason


def test_two_units_in_each_other_s_place_are_refused(office):
    verdict = refused(office, office.key(slots()[1]), office.key(slots()[0]))
    assert (verdict.verdict, verdict.code) == ("invalid", "wrong_signer")


def test_a_certificate_that_names_no_unit_is_not_concluded(office):
    verdict = refused(office, make(name("Ai đó", "Công ty nào đó"), office.authority.root))
    assert (verdict.verdict, verdict.code) == ("unknown", "untrusted")


def test_a_certificate_that_names_the_unit_in_full_is_believed(office):
    key = make(name("Trưởng ban", slots()[0].unit_name.upper()), office.authority.root)
    assert verify(two_signed(office, key), office.trust).verdict == "valid"


def test_another_authority_is_not_concluded(office):
    root = make(name("Gốc khác"), ca=True, usage=("key_cert_sign", "crl_sign"))
    place = slots()[0]
    verdict = refused(office, make(name("Trưởng ban", place.unit_name, place.unit_code), root))
    assert (verdict.verdict, verdict.code) == ("unknown", "untrusted")
    assert "Gốc khác" in verdict.reason


def test_a_self_made_authority_with_the_same_names_is_never_believed(office):
    real = crypto(office.authority.root)
    place = slots()[0]
    subject = name("Trưởng ban", place.unit_name, place.unit_code)
    same_name = make(real.subject, ca=True, usage=("key_cert_sign", "crl_sign"))
    assert refused(office, make(subject, same_name)).code in ("untrusted", "certificate")
    key_id: bytes = office.authority.root.certificate.key_identifier
    same_id = make(real.subject, ca=True, usage=("key_cert_sign", "crl_sign"), subject_key_id=key_id)
    verdict = refused(office, make(subject, same_id))
    assert (verdict.verdict, verdict.code) == ("invalid", "certificate")


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "expired": ({"end": NOW - timedelta(days=1)}, "hết hạn"),
    "not yet valid": ({"begin": NOW + timedelta(days=1)}, "chưa có hiệu lực"),
    "not for signing": ({"usage": ("key_encipherment",)}, "không có quyền"),
    "without usage": ({"usage": ()}, "không có quyền"),
    "for time stamps": ({"extended": [TIME_STAMPING]}, "cấp cho việc khác"),
    "for a web server": (
        {"extended": [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]},
        "cấp cho việc khác",
    ),
    "an authority": ({"ca": True, "usage": ("digital_signature", "key_cert_sign")}, "cơ quan chứng thực"),
    "short RSA": ({"rsa_bits": 1024}, "RSA 1024 bit"),
    "weak curve": ({"curve": ec.SECP224R1()}, "đường cong"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_certificate_is_refused_with_the_reason(office, kind):
    options, reason = WRONG[kind]
    verdict = refused(office, leaf_of(office.authority, slots()[0], **options))
    assert verdict.verdict == "invalid"
    assert reason in verdict.reason


@pytest.mark.parametrize("use", [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION])
def test_a_certificate_of_a_person_signs_whatever_else_it_may(office, use):
    key = leaf_of(office.authority, slots()[0], extended=[use])
    assert verify(two_signed(office, key), office.trust).verdict == "valid"


def test_a_certificate_revoked_before_its_time_stamp_is_refused(office):
    key = office.key(slots()[0])
    office.authority.revoke(key.certificate, office.now - timedelta(hours=3))
    verdict = refused(office, key)
    assert (verdict.verdict, verdict.code) == ("invalid", "certificate")
    assert "thu hồi" in verdict.reason


def test_without_revocation_data_in_the_file_nothing_is_concluded(office):
    from giaouoc.signing.engine.trial import RevocationData

    places = slots()[:1]
    stamper = office.authority.time_stamper(lambda: office.now)
    data = prepare(paper(), places)
    data = embed(data, field=places[0].field, key=office.key(places[0]), stamper=stamper, now=office.now, look=None)
    data = add_seal(data, stamper=stamper, trust=office.trust, revocation=RevocationData())
    verdict = verify(data, office.trust)
    assert (verdict.verdict, verdict.code) == ("unknown", "no_revocation_data")


def test_a_revocation_list_by_somebody_else_does_not_help(office, tmp_path):
    stranger = TrialAuthority.open(tmp_path / "stranger", office.now)
    places = slots()[:1]
    stamper = office.authority.time_stamper(lambda: office.now)
    data = prepare(paper(), places)
    data = embed(data, field=places[0].field, key=office.key(places[0]), stamper=stamper, now=office.now, look=None)
    data = add_seal(data, stamper=stamper, trust=office.trust, revocation=stranger.revocation_data(office.now))
    assert verify(data, office.trust).verdict == "unknown"


def test_an_intermediate_comes_from_the_trust_folder_when_the_file_lacks_it(office, tmp_path):
    middle = make(name("Trung gian"), office.authority.root, ca=True, usage=("key_cert_sign", "crl_sign"))
    place = slots()[0]
    key = make(name("Trưởng ban", place.unit_name, place.unit_code), middle)
    data = prepare(paper(), [place])
    stamper = office.authority.time_stamper(lambda: office.now)
    data = embed(data, field=place.field, key=key, stamper=stamper, now=office.now, look=None)
    assert verify(data, office.trust).code == "untrusted"
    (office.folder / "trust" / "intermediate-x.crt").write_bytes(middle.certificate.dump())
    verdict = verify(data, office.trust)
    assert verdict.signatures[0].valid
    assert verdict.code == "unsealed"


# Foreign files --------------------------------------------------------------------------------------------------------


def simple_signer(key: HeldKey, *, pss: bool = False) -> SimpleSigner:
    der = key.private_key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    store = SimpleCertificateStore()
    return SimpleSigner(key.certificate, keys.PrivateKeyInfo.load(der), store, prefer_pss=pss, embed_roots=False)


def foreign(
    office: Office,
    key: HeldKey,
    *,
    base: bytes | None = None,
    md: str = "sha256",
    form: SigSeedSubFilter = SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
    stamped: bool = True,
    field: str = "Signature1",
    at: datetime | None = None,
    **more: object,
) -> bytes:
    """A file as another program signs it: a field of its own, /Info and XMP rewritten."""
    writer = IncrementalPdfFileWriter(io.BytesIO(base or paper()))
    metadata = PdfSignatureMetadata(field_name=field, md_algorithm=md, subfilter=form, **more)  # type: ignore[arg-type]
    stamper = office.authority.time_stamper(lambda: office.now) if stamped else None
    signer = PdfSigner(
        metadata,
        simple_signer(key),
        timestamper=stamper,
        new_field_spec=SigFieldSpec(field, box=(60, 60, 200, 120)),
    )

    async def go() -> bytes:
        from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

        session = signer.init_signing_session(writer)
        session.system_time = at or office.now
        reserved = await session.estimate_signature_container_size(None)
        document = session.prepare_tbs_document(None, bytes_reserved=reserved)
        prepared, output = document.digest_tbs_document()
        attributes = PdfCMSSignedAttributes(signing_time=session.system_time)
        done = await document.perform_signature(prepared.document_digest, pdf_cms_signed_attrs=attributes)
        await done.post_signature_processing(output)
        return output.getvalue()

    return asyncio.run(go())


@pytest.fixture
def stranger(office) -> HeldKey:
    return make(name("Nguyễn Văn A", "Bộ nào đó"), office.authority.root, rsa_bits=2048)


def with_revocation_data(office: Office, data: bytes) -> bytes:
    return add_seal(
        data,
        stamper=office.authority.time_stamper(lambda: office.now),
        trust=office.trust,
        revocation=office.revocation,
    )


def test_a_foreign_file_gets_a_general_verdict_without_a_list(office, stranger):
    verdict = verify(with_revocation_data(office, foreign(office, stranger)), office.trust)
    assert (verdict.verdict, verdict.expected, verdict.missing, verdict.signed) == ("valid", None, (), 1)
    assert verdict.signatures[0].unit is None
    assert verdict.to_json()["expected"] is None


def test_a_foreign_file_as_it_usually_is_lacks_revocation_data(office, stranger):
    verdict = verify(foreign(office, stranger), office.trust)
    assert (verdict.verdict, verdict.code) == ("unknown", "no_revocation_data")


def test_a_foreign_file_without_an_anchor_says_what_is_missing(office, stranger):
    verdict = verify(foreign(office, stranger), TrustFolder(tuple(office.trust.of_kind("tsa"))))
    assert (verdict.verdict, verdict.code) == ("unknown", "untrusted")
    assert "neo tin cậy" in verdict.reason


def test_a_stamp_without_time_stamp_is_not_concluded_and_its_claimed_time_is_shown_as_such(office, stranger):
    claimed = NOW + timedelta(hours=7)
    verdict = verify(foreign(office, stranger, stamped=False, at=claimed), office.trust)
    assert (verdict.verdict, verdict.code) == ("unknown", "no_time")
    assert (verdict.signatures[0].timestamped, verdict.signatures[0].time) == (False, claimed)


def test_a_signer_s_clock_seven_hours_off_changes_nothing(office, stranger):
    data = with_revocation_data(office, foreign(office, stranger, at=office.now + timedelta(hours=7)))
    verdict = verify(data, office.trust)
    assert verdict.verdict == "valid"
    assert verdict.signatures[0].time == office.now.replace(microsecond=0)


@pytest.mark.parametrize("md", ["sha1", "md5"])
def test_a_weak_hash_is_refused(office, stranger, md):
    try:
        data = foreign(office, stranger, md=md, stamped=False)
    except Exception as error:
        pytest.fail(f"the test's own signer made no {md}: {error!r}")
    verdict = verify(data, office.trust)
    assert verdict.verdict == "invalid"
    assert md.upper() in verdict.reason


@pytest.mark.parametrize("change", [add_page])
def test_a_foreign_file_changed_after_signing_is_not_valid(office, stranger, change):
    verdict = verify(updated(with_revocation_data(office, foreign(office, stranger)), change), office.trust)
    assert (verdict.verdict, verdict.changed_after_signing) == ("invalid", True)


def test_a_foreign_stamp_under_a_later_signature_is_told_but_not_called_a_forgery(office, stranger):
    other = make(name("Trần Thị B", "Bộ khác"), office.authority.root, rsa_bits=2048)
    first = foreign(office, stranger)
    second = foreign(office, other, base=updated(first, white_box), field="Signature2")
    verdict = verify(with_revocation_data(office, second), office.trust)
    assert (verdict.verdict, verdict.code, verdict.changed_after_signing) == ("unknown", "changed", True)
    assert "nội dung trang 1" in verdict.reason
    assert [s.valid for s in verdict.signatures] == [False, False]
    assert verify(updated(second, white_box), office.trust).verdict == "invalid"


def with_text_field(data: bytes, value: str) -> bytes:
    """A form field that shows a value: the material of the 'replace' shadow attack."""

    def change(writer: QuietWriter) -> None:
        look = generic.StreamObject(
            {
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 200, 20)]),
            },
            stream_data=f"BT ({value}) Tj ET".encode(),
        )
        field = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Widget"),
                pdf_name("/FT"): pdf_name("/Tx"),
                pdf_name("/T"): generic.pdf_string("chi_tieu"),
                pdf_name("/V"): generic.pdf_string(value),
                pdf_name("/F"): generic.NumberObject(4),
                pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (60, 300, 260, 320)]),
                pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)}),
            }
        )
        if "/AcroForm" in writer.root:
            old = next(
                f.get_object() for f in writer.root["/AcroForm"]["/Fields"] if f.get_object()["/T"] == "chi_tieu"
            )
            old[pdf_name("/V")] = field["/V"]
            old[pdf_name("/AP")] = field["/AP"]
            writer.update_container(old)
            return
        reference = writer.add_object(field)
        writer.register_annotation(writer.find_page_for_modification(0)[0], reference)
        form = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject([reference])})
        writer.root[pdf_name("/AcroForm")] = writer.add_object(form)
        writer.update_root()

    return updated(data, change)


def test_the_shadow_attack_replace_is_not_valid(office, stranger):
    signed = with_revocation_data(office, foreign(office, stranger, base=with_text_field(paper(), "90%")))
    assert verify(signed, office.trust).verdict == "valid"
    assert verify(with_text_field(signed, "10%"), office.trust).verdict != "valid"


def test_the_shadow_attack_hide_is_not_valid(office, stranger):
    """Prepared: a cover over the true words. After signing, the cover is taken off the page."""

    def cover(writer: QuietWriter) -> None:
        stream = generic.StreamObject(stream_data=b"q 1 1 1 rg 0 0 595 842 re f Q")
        writer.add_stream_to_page(0, writer.add_object(stream))

    def uncover(writer: QuietWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page[pdf_name("/Contents")] = generic.ArrayObject(list(page["/Contents"])[:-1])
        writer.update_container(page)

    signed = with_revocation_data(office, foreign(office, stranger, base=updated(paper(), cover)))
    assert verify(signed, office.trust).verdict == "valid"
    assert verify(updated(signed, uncover), office.trust).verdict == "invalid"


def shadow_pages(writer: QuietWriter) -> None:
    """A second page tree that nothing shows yet, named from the catalog so that it looks like something in use."""
    stream = writer.add_object(generic.StreamObject(stream_data=b"q 0 0 100 100 re f Q"))
    page = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/MediaBox"): generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 595, 842)]),
            pdf_name("/Contents"): stream,
            pdf_name("/Resources"): generic.DictionaryObject(),
        }
    )
    pages = generic.DictionaryObject(
        {pdf_name("/Type"): pdf_name("/Pages"), pdf_name("/Count"): generic.NumberObject(1)}
    )
    reference = writer.add_object(pages)
    page[pdf_name("/Parent")] = reference
    pages[pdf_name("/Kids")] = generic.ArrayObject([writer.add_object(page)])
    writer.root[pdf_name("/PieceInfo")] = generic.DictionaryObject({pdf_name("/X"): reference})
    writer.update_root()


def test_the_shadow_attack_hide_and_replace_is_not_valid(office, stranger):
    def switch(writer: QuietWriter) -> None:
        writer.root[pdf_name("/Pages")] = writer.root["/PieceInfo"].raw_get("/X")
        writer.update_root()

    signed = with_revocation_data(office, foreign(office, stranger, base=updated(paper(), shadow_pages)))
    assert verify(signed, office.trust).verdict == "valid"
    assert verify(updated(signed, switch), office.trust).verdict == "invalid"


def test_a_new_cross_reference_to_bytes_that_were_signed_is_not_valid(office, stranger):
    """No new object at all: the update only points an old number at another place inside the signed bytes."""
    hidden = b"\n5 0 obj\n<</Nothing true>>\nendobj\n"

    def bury(writer: QuietWriter) -> None:
        writer.root[pdf_name("/PieceInfo")] = generic.DictionaryObject(
            {pdf_name("/X"): writer.add_object(generic.StreamObject(stream_data=hidden))}
        )
        writer.update_root()

    signed = with_revocation_data(office, foreign(office, stranger, base=updated(paper(), bury)))
    assert verify(signed, office.trust).verdict == "valid"
    place = signed.index(b"5 0 obj\n<</Nothing true>>")
    start = len(signed)
    last = int(signed.rsplit(b"startxref", 1)[1].split()[0])
    trailer = signed[signed.rindex(b"trailer") + 7 : signed.rindex(b"startxref")].strip()
    trailer = trailer.rsplit(b">>", 1)[0] + b"/Prev %d>>" % last if b"/Prev" not in trailer else trailer
    attacked = signed + b"xref\n5 1\n%010d 00000 n \ntrailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (place, trailer, start)
    try:
        word = verify(attacked, office.trust).verdict
    except Exception:
        word = "unknown"
    assert word != "valid"


@pytest.mark.parametrize("kind", ["/JavaScript", "/Hide", "/SetOCGState", "/GoToR"])
def test_a_file_that_runs_something_is_not_valid_though_all_is_signed(office, stranger, kind):
    def script(writer: QuietWriter) -> None:
        action = {pdf_name("/S"): pdf_name(kind), pdf_name("/X"): generic.pdf_string("app.alert(1)")}
        writer.root[pdf_name("/Extra")] = writer.add_object(generic.DictionaryObject(action))
        writer.update_root()

    verdict = verify(
        with_revocation_data(office, foreign(office, stranger, base=updated(paper(), script))), office.trust
    )
    assert (verdict.verdict, verdict.code) == ("unknown", "active")


def test_a_signature_of_a_kind_that_is_not_supported_is_not_concluded(office, stranger):
    data = foreign(office, stranger).replace(b"/adbe.pkcs7.detached", b"/adbe.x509.rsa_sha1 ")
    assert verify(data, office.trust).verdict != "valid"


# The trust folder -----------------------------------------------------------------------------------------------------


def test_the_folder_tells_the_kinds_by_note_by_name_and_by_the_certificate(office, tmp_path):
    folder = tmp_path / "anchors"
    folder.mkdir()
    authority = office.authority
    leaf = office.key(slots()[0])
    middle = make(name("Trung gian"), authority.root, ca=True, usage=("key_cert_sign",))
    for file, held in (("a.cer", authority.root), ("b.der", authority.tsa), ("c.crt", middle), ("d.cer", leaf)):
        (folder / file).write_bytes(held.certificate.dump())
    (folder / "e.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----\n")
    (folder / "readme.txt").write_text("x")
    found = TrustFolder.load(folder)
    assert [a.kind for a in found.anchors] == ["root", "tsa", "intermediate"]
    assert [a.trial for a in found.anchors] == [True, True, True]
    assert [p.split(":")[0] for p in found.problems] == ["d.cer", "e.pem"]
    (folder / "c.json").write_text(json.dumps({"kind": "root", "source": "biên bản số 3"}))
    (folder / "a.json").write_text(json.dumps({"withdrawn": True}))
    again = TrustFolder.load(folder)
    assert [(a.kind, a.source) for a in again.anchors] == [("tsa", ""), ("root", "biên bản số 3")]


def test_a_withdrawn_anchor_is_believed_no_more(office):
    sealed = two_signed(office, office.key(slots()[0]))
    assert verify(sealed, office.trust).verdict == "valid"
    for anchor in (office.folder / "trust").glob("tsa-*.pem"):
        anchor.with_suffix(".json").write_text('{"withdrawn": true}')
    assert verify(sealed, office.trust).verdict == "unknown"


def test_a_missing_folder_holds_nothing(tmp_path):
    assert TrustFolder.load(tmp_path / "none") == TrustFolder.load(None) == TrustFolder()


def test_a_well_known_anchor_is_called_by_its_name(office, monkeypatch):
    anchor = Anchor(office.authority.root.certificate, "root")
    monkeypatch.setattr("giaouoc.signing.engine.trust.KNOWN_ANCHORS", {anchor.sha256: "Gốc đã biết"})
    assert anchor.name == "Gốc đã biết"
    assert replace(anchor, source="x").source == "x"


def test_time_stamps_count_only_inside_their_certificate_s_validity(office):
    past = datetime(2020, 1, 1, tzinfo=UTC)
    place = slots()[0]
    data = embed(
        prepare(paper(), [place]),
        field=place.field,
        key=leaf_of(office.authority, place, begin=datetime(2019, 1, 1, tzinfo=UTC)),
        stamper=office.authority.time_stamper(lambda: past),
        now=past,
        look=None,
    )
    verdict = verify(data, office.trust)
    assert verdict.verdict == "invalid"
    assert "thời hạn" in verdict.reason


KINDS: list[Callable[[Office], HeldKey]] = [lambda o: leaf_of(o.authority, slots()[0], rsa_bits=2048)]


@pytest.mark.parametrize("pss", [True, False])
def test_rsa_with_and_without_pss_is_accepted_when_verifying(office, pss):
    place = slots()[0]
    key = KINDS[0](office)
    writer = QuietWriter(io.BytesIO(prepare(paper(), [place])))
    metadata = PdfSignatureMetadata(field_name=place.field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    stamper = office.authority.time_stamper(lambda: office.now)
    output = PdfSigner(metadata, simple_signer(key, pss=pss), timestamper=stamper).sign_pdf(
        writer, existing_fields_only=True
    )
    verdict = verify(output.getvalue(), office.trust)
    assert (verdict.code, verdict.signatures[0].valid) == ("unsealed", True)
