"""An adopted text is put to signing with its own list of signers, under the fingerprint of the decision."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache

from giaouoc.audit.trail import check_all
from giaouoc.clusters.models import Mandate
from giaouoc.documents.actions.signing import put_to_signing
from giaouoc.documents.models import Adoption, Document
from giaouoc.lib.clock import local_date
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState
from giaouoc.signing.actions.close import refuse_slot
from giaouoc.signing.actions.sign import sign_slot
from giaouoc.signing.engine.trust import TrustFolder
from giaouoc.signing.engine.verify import verify
from giaouoc.signing.models import Slot
from giaouoc.signing.queries import expected_for

from . import stage


def slot(adoption: Adoption, code: str) -> Slot:
    rows = Slot.objects.select_related("unit", "round__year__cluster")
    return rows.get(round=adoption.signing_round_id, unit__code=code)


def sign(world: Any, adoption: Adoption, *codes: str) -> None:
    for code in codes:
        world.pass_time(minutes=1)
        sign_slot(slot(adoption, code), by=world.mandate(f"leader:{code}"), now=world.now)


def text_of(pdf: bytes) -> str:
    run = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(run.stdout.decode().split())


def test_the_units_that_were_chosen_sign_the_adopted_words_and_anybody_can_verify(world: Any, client: Any) -> None:
    cache.clear()
    document = stage.adopted(world)
    url = document.get_absolute_url()
    world.sign_in(client, "secretary:CQD")
    assert "Đưa văn bản ra ký" in client.get(url).content.decode()
    assert client.post(f"{url}dua-ra-ky/", {"units": []}).status_code == 422
    chosen = [world.unit(code).pk for code in ("CA", "CQD")]
    assert client.post(f"{url}dua-ra-ky/", {"units": chosen, "in_order": "on"}).status_code == 302
    adoption = Adoption.objects.select_related("signing_round").get()
    round_ = adoption.signing_round
    assert round_ is not None
    assert (round_.text_hash, round_.in_order) == (adoption.text_hash, True)
    with pytest.raises(WrongState, match="chờ Các cơ quan Đảng"):  # the member list's order, the head first
        sign(world, adoption, "CA")
    assert "Ký văn bản" in world.sign_in(client, "leader:CQD").get(url).content.decode()
    sign(world, adoption, "CQD", "CA")
    page = client.get(url).content.decode()
    assert "đã ký đủ và đóng niêm" in page
    assert "Đưa văn bản ra ký" not in page
    sealed = round_.head.file.read()
    verdict = verify(sealed, TrustFolder.load(settings.DATA / "trust"), expected_for(round_.code))
    assert (verdict.verdict, verdict.signed) == ("valid", 2)
    assert adoption.text_hash in text_of(sealed)
    assert check_all() == []


def test_each_body_s_stamp_has_its_place_below_where_it_is_wanted(world: Any, client: Any) -> None:
    cache.clear()
    url = stage.adopted(world).get_absolute_url()
    world.sign_in(client, "secretary:CQD")
    chosen = {"units": [world.unit(code).pk for code in ("CA", "CQD")], "stamps": "on"}
    refused = client.post(f"{url}dua-ra-ky/", chosen)
    assert "Chưa có văn thư giữ con dấu: Các cơ quan Đảng Thành phố, Công an Thành phố." in refused.content.decode()
    world.add_clerk("CA", "CQD")
    assert client.post(f"{url}dua-ra-ky/", chosen).status_code == 302
    adoption = Adoption.objects.select_related("signing_round").get()
    slots = Slot.objects.filter(round=adoption.signing_round_id).values_list("unit__code", "role")
    assert list(slots) == [("CQD", "leader"), ("CQD", "clerk"), ("CA", "leader"), ("CA", "clerk")]
    assert adoption.signing_round is not None
    assert text_of(adoption.signing_round.head.file.read()).count("Con dấu") == 2


def test_a_head_that_signs_alone_signs_under_the_words_of_the_text(world: Any) -> None:
    document = stage.adopted(world)
    put_to_signing(document, [world.unit("CQD")], by=world.mandate("leader:CQD"), now=world.now)
    adoption = Adoption.objects.select_related("signing_round").get()
    assert adoption.signing_round is not None
    printed = text_of(adoption.signing_round.head.file.read())
    assert printed.count("CỤM TRƯỞNG") == 1


def test_a_refusal_ends_the_round_and_the_text_may_be_put_to_signing_again(world: Any, client: Any) -> None:
    document, by = stage.adopted(world), world.mandate("secretary:CQD")
    units = [world.unit(code) for code in ("CQD", "UBND", "CA", "QS", "DHQG")]
    put_to_signing(document, units, by=by, now=world.now, last_day=local_date(world.now))
    first = Adoption.objects.get()
    sign(world, first, "UBND")
    with pytest.raises(WrongState, match="đã được đưa ra ký"):
        put_to_signing(document, units, by=by, now=world.now)
    refuse_slot(slot(first, "CA"), by=world.mandate("leader:CA"), now=world.now, reason="Sai tên đơn vị")
    assert "Sai tên đơn vị" in world.sign_in(client, "observer").get(document.get_absolute_url()).content.decode()
    put_to_signing(document, units[:1], by=by, now=world.now)
    assert Adoption.objects.get().signing_round_id != first.signing_round_id


def test_only_the_head_unit_puts_only_adopted_texts_to_signing_and_only_to_who_can_sign(world: Any) -> None:
    by = world.mandate("secretary:CQD")
    draft = stage.draft(world, stage.regulation()).document
    with pytest.raises(WrongState, match="thông qua"):
        put_to_signing(draft, [world.unit("CQD")], by=by, now=world.now)
    document: Document = stage.adopted(world)
    for key in ("secretary:CA", "leader:CA", "observer"):
        with pytest.raises(NotAllowed):
            put_to_signing(document, [world.unit("CQD")], by=world.mandate(key), now=world.now)
    Mandate.objects.filter(unit__code="QS", role="leader").update(until=world.year.starts_on)
    with pytest.raises(Invalid, match=r"Chưa có lãnh đạo.*Quân sự"):
        put_to_signing(document, [world.unit("CQD"), world.unit("QS")], by=by, now=world.now)
    with pytest.raises(Invalid, match="ít nhất một"):
        put_to_signing(document, [], by=by, now=world.now)
