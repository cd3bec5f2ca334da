"""Soạn trên trang: from the last draft to the next, two people at once, nothing overwritten, nothing lost."""

from __future__ import annotations

import json
import unicodedata
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from giaouoc.audit.models import AuditEvent
from giaouoc.documents.actions import writing as acts
from giaouoc.documents.actions.rounds import open_round
from giaouoc.documents.models import Unfinished, Writing, content_of
from giaouoc.documents.pairs import doubtful
from giaouoc.documents.queries import next_step
from giaouoc.documents.rules.writing import Act, mark_of, tree_of
from giaouoc.files.models import hidden_pieces
from giaouoc.lib import covering
from giaouoc.lib.errors import Invalid, NotAllowed, WrongState

from . import stage

HEAD, LEADER = "secretary:CQD", "leader:CQD"


def opened(world: Any) -> Writing:
    version = stage.draft(world)
    return acts.start_writing(world.year, by=world.mandate(HEAD), now=world.now, document=version.document)


def row(writing: Writing, place: int) -> dict[str, Any]:
    writing.refresh_from_db()
    return dict(writing.rows[place])


def do(world: Any, writing: Writing, verb: str, place: int, *, by: str = HEAD, **more: Any) -> str:
    one = row(writing, place)
    seen = more.pop("seen", mark_of(one))
    return acts.write(writing, Act(verb, one["id"], **more), seen=seen, by=world.mandate(by), now=world.now)


def test_the_next_draft_is_written_and_each_clause_is_known_without_asking(world: Any) -> None:
    writing = opened(world)
    assert (
        acts.start_writing(world.year, by=world.mandate(LEADER), now=world.now, document=writing.document) == writing
    )  # one at a time
    with pytest.raises(Invalid, match="chưa khác gì"):
        acts.finish_writing(writing, by=world.mandate(HEAD), now=world.now)
    do(world, writing, "split", 2, cut=len("Cụm trưởng triệu tập"))
    do(world, writing, "save", 4, text="Cụm trưởng tổ chức lễ phát động.")
    do(world, writing, "merge", 8)
    do(world, writing, "add", 1)
    version = acts.finish_writing(writing, by=world.mandate(HEAD), now=world.now)
    assert version.ordinal == 2
    said = {(tuple(one.from_paths), one.change, tuple(one.to_paths)) for one in version.changes.all()}
    assert said == {
        (("1",), "unchanged", ("1",)),
        (("1/1",), "split", ("1/1", "1/2")),
        (("1/2",), "reworded", ("1/3",)),
        (("1/3",), "renumbered", ("1/4",)),
        (("2",), "renumbered", ("3",)),
        (("2/1",), "renumbered", ("3/1",)),
        (("2/1/a", "2/1/b"), "merged", ("3/1/a",)),
        ((), "inserted", ("2",)),
    }
    assert not doubtful(version)
    before = dict(writing.base.texts.values_list("provision", "text"))  # type: ignore[union-attr]
    assert len(before.keys() & set(version.texts.values_list("provision", flat=True))) == len(before) - 1
    with pytest.raises(WrongState, match="đã chốt"):
        do(world, writing, "add", 1)
    round = open_round(version, by=world.mandate(LEADER), now=world.now, closes_at=world.now + timedelta(days=20))
    assert round.version.frozen_at is not None


def test_every_step_is_kept_taken_back_and_done_again(world: Any) -> None:
    writing = opened(world)
    first = writing.rows
    do(world, writing, "drop", 1)
    after = do(world, writing, "add", 1) and writing.rows
    by, now = world.mandate(LEADER), world.now
    for _step in range(2):
        step = next_step(writing, back=True)
        assert step is not None
        with pytest.raises(WrongState, match="sửa ở nơi khác"):
            acts.undo_writing(writing, step=step.pk + 77, back=True, by=by, now=now)
        acts.undo_writing(writing, step=step.pk, back=True, by=by, now=now)
    assert Writing.objects.get().rows == first
    with pytest.raises(Invalid, match="Không còn bước nào để hoàn tác"):
        acts.undo_writing(writing, step=0, back=True, by=by, now=now)
    for _step in range(2):
        step = next_step(writing, back=False)
        assert step is not None
        acts.undo_writing(writing, step=step.pk, back=False, by=by, now=now)
    assert Writing.objects.get().rows == after
    verbs = [one.verb.removeprefix("documents.") for one in AuditEvent.objects.order_by("pk")]
    assert verbs[-6:] == ["write", "write", "undo_writing", "undo_writing", "redo_writing", "redo_writing"]


def test_two_people_in_one_clause_and_nothing_is_overwritten(world: Any, client: Any) -> None:
    writing = opened(world)
    one = row(writing, 2)
    url = world.url(f"van-ban/soan/{writing.pk}/dieu-khoan/{one['id']}/")
    world.sign_in(client, HEAD)
    page = client.get(url).content.decode()
    assert f'value="{mark_of(one)}"' in page
    typed = {"heading": "", "text": "Lời của thư ký.", "seen": mark_of(one), "kind": "paragraph", "number": "1"}
    assert client.post(f"{url}giu/", typed).content.decode() == ""
    assert "Lời của thư ký." in client.get(url).content.decode()  # typed, not saved, there again
    assert "phần viết dở" in client.get(url).content.decode()
    world.sign_in(client, LEADER)
    told = client.post(f"{url}giu/", typed | {"text": one["text"]}).content.decode()
    assert "đang sửa điều khoản này" in told
    assert "đang sửa" in client.get(world.url(f"van-ban/soan/{writing.pk}/")).content.decode()
    with pytest.raises(Invalid, match="đang sửa một điều khoản"):
        _finish_changed(world, writing)
    client.post(url, typed | {"text": "Lời của lãnh đạo.", "viec": "save"})
    assert row(writing, 2)["text"] == "Lời của lãnh đạo."
    world.sign_in(client, HEAD)
    refused = client.post(url, typed | {"viec": "save"})
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Lời của lãnh đạo." in page
    assert "Lời của thư ký." in page
    assert row(writing, 2)["text"] == "Lời của lãnh đạo."
    again = client.post(url, typed | {"viec": "save", "seen": mark_of(row(writing, 2))})
    assert again.status_code == 302  # both were in sight
    assert row(writing, 2)["text"] == "Lời của thư ký."
    assert not Unfinished.objects.filter(by=world.mandate(HEAD)).exists()
    do(world, writing, "drop", 2)
    gone = client.post(url, typed | {"text": "Gõ dở dang.", "viec": "save"})
    assert gone.status_code == 409
    assert "Gõ dở dang." in gone.content.decode()


def _finish_changed(world: Any, writing: Writing) -> None:
    do(world, writing, "save", 3, text="Câu khác.")
    acts.finish_writing(writing, by=world.mandate(LEADER), now=world.now)


def test_the_page_does_every_act_with_buttons_alone_and_lists_what_points_nowhere(world: Any, client: Any) -> None:
    writing = opened(world)
    home = world.url(f"van-ban/soan/{writing.pk}/")
    world.sign_in(client, HEAD)

    def press(place: int, viec: str, **more: str) -> Any:
        one = row(writing, place)
        page = client.get(f"{home}dieu-khoan/{one['id']}/")
        sent = {name: str(value or "") for name, value in page.context["form"].initial.items()}
        return client.post(f"{home}dieu-khoan/{one['id']}/", sent | {"viec": viec} | more, follow=True)

    page = press(2, "save", text="Như khoản 2 Điều 2; Điều 9; Điều 9 Nghị định số 1.").content.decode()
    assert "2 viện dẫn không có nơi đến" in page
    for viec in ("add", "add_inside", "down", "up", "indent", "outdent", "merge"):
        assert press(3, viec).status_code == 200, viec
    assert press(3, "split", text="một\n\nhai").status_code == 200
    wrong = press(2, "save", number="a/b")
    assert wrong.status_code == 422
    assert 'value="a/b"' in wrong.content.decode()
    assert "số đặt tay" in press(2, "save", number="7a").content.decode()
    count = len(writing.rows)
    page = press(2, "drop").content.decode()
    writing.refresh_from_db()
    assert len(writing.rows) < count
    step = next_step(writing, back=True)
    assert step is not None
    client.post(f"{home}hoan-tac/", {"buoc": step.pk})
    assert len(Writing.objects.get().rows) == count
    page = client.post(f"{home}bo/", follow=True).content.decode()
    assert "Đã bỏ bản soạn." in page
    client.post(f"{home}lay-lai/")
    answer = client.post(f"{home}chot/", follow=True)
    assert "Đã chốt thành dự thảo 2." in answer.content.decode()


def test_a_new_text_begins_with_what_its_kind_has(world: Any, client: Any) -> None:
    world.sign_in(client, HEAD)
    page = client.post(world.url("van-ban/soan/"), {"kind": "regulation", "title": "Quy chế thi đua"}, follow=True)
    assert "Phạm vi điều chỉnh" in page.content.decode()
    writing = Writing.objects.get()
    version = acts.finish_writing(writing, by=world.mandate(HEAD), now=world.now)
    assert (version.ordinal, version.document.title) == (1, "Quy chế thi đua")
    assert [str(one) for one in version.texts.values_list("provision", flat=True)] == [
        one["id"] for one in writing.rows
    ]
    assert content_of(version)[1]["children"][0]["number"] == "1"


def test_who_may_write_and_when(world: Any, client: Any) -> None:
    writing = opened(world)
    act = Act("add", row(writing, 1)["id"])
    with pytest.raises(NotAllowed):
        acts.write(writing, act, seen="", by=world.mandate("secretary:CA"), now=world.now)
    world.sign_in(client, "secretary:CA")
    assert client.get(world.url(f"van-ban/soan/{writing.pk}/")).status_code == 404
    stage.draft(world, stage.regulation(second=True), document=writing.document)
    do(world, writing, "add", 1)
    with pytest.raises(Invalid, match="được đưa vào sau khi mở bản soạn"):
        acts.finish_writing(writing, by=world.mandate(HEAD), now=world.now)
    newest = writing.document.versions.last()  # type: ignore[union-attr]
    open_round(newest, by=world.mandate(LEADER), now=world.now, closes_at=world.now + timedelta(days=20))
    writing.document.refresh_from_db()  # type: ignore[union-attr]
    with pytest.raises(WrongState, match="Đang lấy ý kiến"):
        acts.keep_unfinished(
            writing, UUID(act.clause), heading="", text="x", seen="", by=world.mandate(HEAD), now=world.now
        )


def _opened_form(client: Any, url: str) -> dict[str, str]:
    return {name: str(value or "") for name, value in client.get(url).context["form"].initial.items()}


def test_what_others_renumber_meanwhile_is_neither_pinned_nor_cited_wrongly_by_a_page_that_was_open(
    world: Any, client: Any
) -> None:
    writing = opened(world)
    do(world, writing, "save", 2, text="Theo điểm a khoản 1 Điều 2.")
    one = row(writing, 3)
    do(world, writing, "save", 3, text="Như khoản 1 Điều 1; điểm b khoản 1 Điều 2.")
    url = world.url(f"van-ban/soan/{writing.pk}/dieu-khoan/{one['id']}/")
    world.sign_in(client, HEAD)
    sent = _opened_form(client, url)
    assert sent["number"] == "2"
    fresh = do(world, writing, "add", 1, by=LEADER)  # a new Điều 2; what was cited stands in Điều 3 now
    do(world, writing, "add", 1, by=LEADER)
    writing.refresh_from_db()
    at = next(place for place, this in enumerate(writing.rows) if this["id"] == fresh)
    do(world, writing, "drop", at, by=LEADER)
    do(world, writing, "add", 2, by=LEADER)  # khoản 2 is khoản 3 now
    client.post(f"{url}giu/", sent | {"text": sent["text"] + " Đang gõ."})
    assert "Như khoản 1 Điều 1; điểm b khoản 1 Điều 3. Đang gõ." in client.get(url).content.decode()
    assert client.post(url, sent | {"text": sent["text"] + " Thêm.", "viec": "save"}).status_code == 302
    writing.refresh_from_db()
    now = tree_of(writing.rows)
    assert [(this["number"], this["text"]) for this in now[1]["children"]] == [
        ("1", "Theo điểm a khoản 1 Điều 3."),
        ("2", ""),
        ("3", "Như khoản 1 Điều 1; điểm b khoản 1 Điều 3. Thêm."),
        ("4", "Cụm trưởng đại diện cho Cụm trong quan hệ với các cụm khác."),
    ]
    assert not any(this["fixed"] for this in writing.rows)
    sent = _opened_form(client, url)
    do(world, writing, "indent", 4, by=LEADER)
    assert client.post(url, sent | {"text": "Câu mới.", "viec": "save"}).status_code == 302
    assert row(writing, 4)["kind"] == "point"  # nobody here chose another kind


def test_two_who_give_one_clause_a_number_and_one_who_drops_what_the_other_filled(world: Any, client: Any) -> None:
    writing = opened(world)
    one = row(writing, 3)
    url = world.url(f"van-ban/soan/{writing.pk}/dieu-khoan/{one['id']}/")
    world.sign_in(client, HEAD)
    sent = _opened_form(client, url)
    do(world, writing, "save", 3, by=LEADER, number="2a")
    refused = client.post(url, sent | {"number": "2b", "viec": "save"})
    assert refused.status_code == 409
    assert row(writing, 3)["number"] == "2a"
    again = {name: str(value or "") for name, value in refused.context["form"].data.items()}
    assert client.post(url, again | {"number": "2b", "viec": "save"}).status_code == 302
    assert row(writing, 3)["number"] == "2b"
    article = row(writing, 1)
    whole = world.url(f"van-ban/soan/{writing.pk}/dieu-khoan/{article['id']}/")
    sent = _opened_form(client, whole)
    do(world, writing, "save", 4, by=LEADER, text="Lời vừa viết bên trong.")
    refused = client.post(whole, sent | {"viec": "drop"})
    assert refused.status_code == 409
    assert row(writing, 4)["text"] == "Lời vừa viết bên trong."


def test_what_was_typed_at_a_clause_that_is_gone_stays_in_sight_until_its_writer_lets_go(
    world: Any, client: Any
) -> None:
    writing = opened(world)
    home = world.url(f"van-ban/soan/{writing.pk}/")
    one, other = row(writing, 2), row(writing, 3)
    url, beside = (f"{home}dieu-khoan/{this['id']}/" for this in (one, other))
    world.sign_in(client, HEAD)
    sent = _opened_form(client, url)
    client.post(f"{beside}giu/", _opened_form(client, beside))  # looked at, nothing typed
    client.post(f"{url}giu/", sent | {"text": "Câu đang viết dở."})
    do(world, writing, "drop", 2, by=LEADER)
    do(world, writing, "save", 2, by=LEADER, text="Lời khác ở khoản bên cạnh.")
    page = client.get(home).content.decode()
    assert "Câu đang viết dở." in page
    assert "đang viết dở</a>" not in page
    assert "Lời khác ở khoản bên cạnh." in _opened_form(client, beside)["text"]  # what was only looked at is not kept
    late = client.post(url, sent | {"text": "Câu viết xong.", "viec": "save"})
    assert late.status_code == 409
    assert "Câu viết xong." in client.get(home).content.decode()
    refused = client.post(f"{home}chot/")
    assert refused.status_code == 422
    assert "Còn câu chữ viết dở" in refused.content.decode()
    world.sign_in(client, LEADER)
    assert "Câu viết xong." not in client.get(home).content.decode()
    acts.finish_writing(writing, by=world.mandate(LEADER), now=world.now + timedelta(minutes=5))
    world.sign_in(client, HEAD)
    assert "Câu viết xong." in client.get(home).content.decode()  # also behind a draft that somebody else closed


def test_who_lets_go_of_words_at_a_clause_that_is_gone_is_led_back_to_the_text(world: Any, client: Any) -> None:
    writing = opened(world)
    one = row(writing, 2)
    url = world.url(f"van-ban/soan/{writing.pk}/dieu-khoan/{one['id']}/")
    world.sign_in(client, HEAD)
    client.post(f"{url}giu/", _opened_form(client, url) | {"text": "Câu đang viết dở."})
    do(world, writing, "drop", 2, by=LEADER)
    page = client.post(url, {"viec": "forget"}, follow=True)
    assert page.status_code == 200
    assert "Câu đang viết dở." not in page.content.decode()


def test_a_clause_is_split_where_the_cursor_stood_however_its_words_were_typed(world: Any, client: Any) -> None:
    writing = opened(world)
    one = row(writing, 2)
    url = world.url(f"van-ban/soan/{writing.pk}/dieu-khoan/{one['id']}/")
    world.sign_in(client, HEAD)
    typed = "\n  " + unicodedata.normalize("NFD", "Tổ thư ký lập hồ sơ.   \nĐơn vị gửi báo cáo, Cụm trưởng ký.")
    cut = typed.index("Cu")
    sent = _opened_form(client, url) | {"text": typed.replace("\n", "\r\n"), "viec": "split", "cut": str(cut)}
    assert client.post(url, sent).status_code == 302
    assert row(writing, 2)["text"] == "Tổ thư ký lập hồ sơ.\nĐơn vị gửi báo cáo,"
    assert row(writing, 3)["text"] == "Cụm trưởng ký."


def test_hidden_words_are_covered_in_a_working_copy_whatever_their_references_read_by_now(world: Any) -> None:
    writing = opened(world)
    words = "Theo điểm a khoản 1 Điều 2, đơn vị gửi hồ sơ về Cụm."
    do(world, writing, "save", 2, text=words)
    do(world, writing, "add", 1)
    for said in (words, words.replace("Điều 2", "Điều 3")):
        kept = json.dumps({"documents.ProvisionText.text": covering.pieces_of(said)})
        covering.install(lambda kept=kept: [kept])  # type: ignore[misc]
        covering.forget()
        try:
            assert "gửi hồ sơ" not in str(Writing.objects.get().rows)
        finally:
            covering.install(hidden_pieces)
            covering.forget()
    tied = Writing.objects.get().rows[2]["text"]
    assert covering.pieces_of(tied) == [words]
