"""Soạn trên trang: from the last draft to the next, two people at once, nothing overwritten, nothing lost."""

from __future__ import annotations

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
from giaouoc.documents.rules.writing import Act, mark_of
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
