"""The public verification: by file, by code, and what the register says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from copy import copy
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from giaouoc.files.models import Quarantine, StoredFile
from giaouoc.signing import limits
from giaouoc.signing.actions.close import refuse_slot
from giaouoc.signing.models import SigningRound
from giaouoc.signing.queries import expected_of_file
from giaouoc.signing.rules.codes import shown
from giaouoc.signing.verification import verify_upload
from tests.fixtures import telling_time
from tests.world import World

from .rounds import open_round, sign, slot


@pytest.fixture(autouse=True)
def _no_limits_left_over() -> None:
    cache.clear()


@pytest.fixture(scope="module")
def signed(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, SigningRound]]:
    """A world in which three units have signed, made once; what a test does to it is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = World()
        with telling_time(world):
            made = open_round(world, ["CQD", "CA", "QS"])
            sign(world, made, "QS", "CA", "CQD")
        yield world, made
        transaction.set_rollback(True)


@pytest.fixture
def world(db: None, signed: tuple[World, SigningRound]) -> Iterator[World]:
    found = copy(signed[0])
    with telling_time(found):
        yield found


@pytest.fixture
def round_(world: World, signed: tuple[World, SigningRound]) -> SigningRound:
    return SigningRound.objects.get(pk=signed[1].pk)


def upload(client: Any, data: bytes, name: str = "giao-uoc.pdf", **more: Any) -> Any:
    return client.post("/xac-minh/", {"file": SimpleUploadedFile(name, data, "application/pdf")}, **more)


def words(response: Any) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def test_anybody_verifies_the_sealed_file(client: Any, round_: Any) -> None:
    page = upload(client, round_.head.file.read())
    assert page.status_code == 200
    text = words(page)
    order = [
        "Hợp lệ. Đủ 3/3 chữ ký.",
        "Đủ chữ ký",
        "Không thay đổi",
        "Ai, khi nào",
        "Tin cậy",
        "Đúng là bản lưu trong sổ.",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "thử nghiệm" in text.lower()


def test_a_file_cut_back_names_who_is_missing(client: Any, round_: Any) -> None:
    earlier = round_.revisions.get(number=1).file.read()
    text = words(upload(client, earlier))
    assert "Không hợp lệ." in text
    assert "Bản cũ hơn, thiếu chữ ký của Công an Thành phố, Các cơ quan Đảng Thành phố." in text
    assert "1/3 đơn vị đã ký" in text


def test_a_file_with_all_signatures_but_no_seal_is_unknown(client: Any, round_: Any) -> None:
    text = words(upload(client, round_.revisions.get(number=3).file.read()))
    assert "Chưa kết luận được." in text
    assert "chưa đóng niêm" in text
    assert "Bản cũ hơn, chưa đóng niêm; trong sổ đã có bản đóng niêm." in text


def test_an_english_page_gives_its_reasons_in_english(client: Any, round_: Any) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    sealed = round_.head.file.read()
    cut, changed = round_.revisions.get(number=1).file.read(), sealed + b"\n"
    for data, reason in (
        (sealed, "The signature is right"),
        (cut, "Not complete: 1 of 3 signatures, missing:"),
        (changed, "After the last signature data was appended to the file."),
        (b"no pdf", "This file is no PDF."),
    ):
        assert reason in words(upload(client, data))


def test_a_changed_file_is_not_valid_and_not_in_the_register(client: Any, round_: Any) -> None:
    text = words(upload(client, round_.head.file.read() + b"\n"))
    assert "Không hợp lệ." in text
    assert "Đã bị thay đổi" in text
    assert "Không có trong sổ của hệ thống này." in text


@pytest.mark.parametrize("data", [b"hello", b"%PDF-1.7\n%%EOF", b"PK\x03\x04" + b"0" * 100])
def test_what_is_no_signed_pdf_is_never_valid_and_never_a_crash(client: Any, world: Any, data: bytes) -> None:
    page = upload(client, data)
    assert page.status_code == 200
    assert "Chưa kết luận được." in words(page) or "Không hợp lệ." in words(page)
    assert "Hợp lệ. Đủ" not in words(page)


def test_a_file_over_the_limit_is_refused_with_a_sentence(
    client: Any, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("giaouoc.signing.forms.MAX_BYTES", 10)
    page = upload(client, b"%PDF-" + b"0" * 20)
    assert page.status_code == 422
    assert "Tệp lớn hơn 30 MB nên không kiểm tra được." in words(page)


@pytest.mark.parametrize("post", [{}, {"file": SimpleUploadedFile("a.pdf", b"")}])
def test_nothing_handed_in_is_said_at_the_field(client: Any, world: Any, post: Any) -> None:
    page = client.post("/xac-minh/", post)
    assert page.status_code == 422
    assert 'href="#id_file"' in page.content.decode()


def test_nothing_of_an_upload_is_kept(client: Any, round_: Any) -> None:
    before = StoredFile.objects.count()
    upload(client, round_.head.file.read() + b"x", "bi-mat.pdf")
    assert StoredFile.objects.count() == before


def test_a_hostile_file_name_is_shown_as_text(client: Any, world: Any) -> None:
    page = upload(client, b"hello", '<script>alert("x")</script>.pdf')
    assert "<script>alert" not in page.content.decode()


def test_a_program_gets_the_object_of_the_contract(client: Any, round_: Any) -> None:
    answer = upload(client, round_.head.file.read(), headers={"accept": "application/json"})
    said = answer.json()
    assert list(said) == [
        "verdict",
        "signed",
        "expected",
        "missing",
        "changed_after_signing",
        "sealed",
        "reason",
        "signatures",
    ]
    assert (said["verdict"], said["signed"], said["expected"], said["sealed"]) == ("valid", 3, 3, True)


def test_page_and_program_and_command_say_the_same(round_: Any) -> None:
    data = round_.head.file.read()
    expected = expected_of_file(data)
    assert expected is not None
    assert [one.unit for one in expected] == ["CQD", "CA", "QS"]
    assert verify_upload(data).to_json()["verdict"] == "valid"
    assert expected_of_file(b"%PDF") is None


@pytest.mark.parametrize("way", ["plain", "shown", "small"])
def test_the_code_on_the_document_leads_to_the_verdict_and_the_file(client: Any, round_: Any, way: str) -> None:
    code = {"plain": round_.code, "shown": shown(round_.code), "small": shown(round_.code).lower()}[way]
    page = client.get("/xac-minh/", {"ma": code})
    assert page.status_code == 200
    assert "Hợp lệ. Đủ 3/3 chữ ký." in words(page)
    file = client.get(f"/xac-minh/{round_.code}/{round_.code}.pdf")
    assert file.content == round_.head.file.read()
    assert file["Content-Type"] == "application/pdf"


def test_a_sealed_file_that_is_hidden_is_gone_at_once_from_every_store_between(client: Any, round_: Any) -> None:
    address = f"/xac-minh/{round_.code}/{round_.code}.pdf"
    assert client.get(address)["Cache-Control"] == "public, max-age=0, must-revalidate"
    Quarantine.objects.create(sha256=round_.head.file.sha256, reason="Có dấu độ mật", at=round_.opened_at)
    assert client.get(address).status_code in {404, 410, 451}


def test_the_code_of_an_unfinished_document_says_how_far_it_is_and_gives_no_file(client: Any, world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    sign(world, round_, "CA")
    text = words(client.get("/xac-minh/", {"ma": round_.code}))
    assert "Chưa kết luận được." in text
    assert "mới có 1/2 chữ ký; còn thiếu: Quân sự Thành phố." in text
    assert client.get(f"/xac-minh/{round_.code}/a.pdf").status_code == 404


def test_the_code_of_a_refused_document_says_that_it_counts_no_more(client: Any, world: Any) -> None:
    round_ = open_round(world, ["CA", "QS"])
    refuse_slot(slot(round_, "CA"), by=world.mandate("leader:CA"), now=world.now, reason="Chuyện nội bộ")
    text = words(client.get("/xac-minh/", {"ma": round_.code}))
    assert "Không hợp lệ." in text
    assert "Chuyện nội bộ" not in text


@pytest.mark.parametrize(("typed", "status"), [("", 422), ("abc", 422), ("K7M-2QX-9BD", 404), ("<b>", 422)])
def test_a_code_that_is_not_in_the_register_is_told_at_its_field(
    client: Any, world: Any, typed: str, status: int
) -> None:
    page = client.get("/xac-minh/", {"ma": typed})
    assert page.status_code == status
    assert 'href="#id_ma"' in page.content.decode()


def test_too_many_from_one_address_have_to_wait(client: Any, world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PER_MINUTE", 3)
    answers = [client.get("/xac-minh/", {"ma": "K7M-2QX-9BD"}).status_code for _ in range(5)]
    assert answers == [404, 404, 404, 429, 429]
    other = client.get("/xac-minh/", {"ma": "K7M-2QX-9BD"}, REMOTE_ADDR="10.0.0.9")
    assert other.status_code == 404


def test_an_address_keeps_one_place_busy_and_never_both(
    client: Any, world: Any, rf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PATIENCE_SECONDS", 0)
    file = {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7\n%%EOF")}
    with limits.own_turn(rf.get("/", REMOTE_ADDR="10.0.0.1")):
        busy = client.post("/xac-minh/", file, REMOTE_ADDR="10.0.0.1")
        assert (busy.status_code, busy["Retry-After"]) == (429, "60")
        assert "chưa xong" in words(busy)
        file["file"].seek(0)
        assert client.post("/xac-minh/", file, REMOTE_ADDR="10.0.0.2").status_code == 200
        with limits.a_place(), limits.a_place(), pytest.raises(limits.TooOften), limits.a_place():
            pass
    file["file"].seek(0)
    assert client.post("/xac-minh/", file, REMOTE_ADDR="10.0.0.1").status_code == 200


def test_who_is_late_does_not_take_the_next_ones_turn_away(rf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PATIENCE_SECONDS", 0)
    asks = rf.get("/", REMOTE_ADDR="10.0.0.3")
    with ExitStack() as late:
        late.enter_context(limits.own_turn(asks))
        cache.clear()  # its time ran out
        with limits.own_turn(asks):
            late.close()
            with pytest.raises(limits.TooOften), limits.own_turn(asks):
                pass


def test_the_verdict_on_a_kept_file_is_kept_until_the_trust_changes(
    client: Any, round_: Any, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    assert "Hợp lệ. Đủ" in words(client.get("/xac-minh/", {"ma": round_.code}))

    def never(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("verified again")

    with monkeypatch.context() as patch:
        patch.setattr("giaouoc.signing.verification.verify_in_process", never)
        assert "Hợp lệ. Đủ" in words(client.get("/xac-minh/", {"ma": round_.code}))
    settings.TRUST = tmp_path
    assert "Chưa kết luận được." in words(client.get("/xac-minh/", {"ma": round_.code}))


@pytest.mark.parametrize("rows", [1, 5])
def test_a_code_costs_the_same_for_any_number_of_signers(
    world: Any, client: Any, rows: int, django_assert_num_queries: Any
) -> None:
    round_ = open_round(world, ["CQD", "UBND", "CA", "QS", "DHQG"][:rows])
    client.get("/xac-minh/", {"ma": round_.code})
    with django_assert_num_queries(4):
        client.get("/xac-minh/", {"ma": round_.code})
