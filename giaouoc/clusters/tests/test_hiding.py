"""Hiding words of any kind: who may, what is covered, what stays as it is kept, and what may not be saved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from giaouoc.audit.models import AuditEvent
from giaouoc.audit.trail import check_all
from giaouoc.cli.backup import _rows as backup_rows
from giaouoc.clusters.actions.hiding import hide_words, show_words
from giaouoc.clusters.hideable import KINDS, kind_of
from giaouoc.files.models import Quarantine
from giaouoc.files.storage import store
from giaouoc.lib import covering
from giaouoc.lib.covering import COVERED
from giaouoc.lib.errors import NotAllowed, WrongState
from giaouoc.notices.actions.send import notify
from giaouoc.notices.models import Message
from giaouoc.programme.models import Activity, Commitment, Pact
from giaouoc.public.models import Article
from giaouoc.ui.forms import Form

SECRET = "diễn tập ở vườn xoài"


def activity(world: Any, title: str = f"Hoạt động {SECRET}", result: str = "Kế hoạch") -> Activity:
    return Activity.objects.create(year=world.year, kind="talk", title=title, host_text="Các đơn vị", result=result)


def hide(world: Any, one: Any) -> None:
    hide_words(one, "Có dấu độ mật", by=world.mandate("administrator"), now=world.now)


@pytest.mark.parametrize("who", ["leader:CQD", "secretary:CA", "observer"])
def test_only_the_administrator_hides(world: Any, who: str) -> None:
    one = activity(world)
    for act in (hide_words, show_words):
        with pytest.raises(NotAllowed):
            act(one, "Thử", by=world.mandate(who), now=world.now)


def test_words_are_covered_in_the_row_and_in_every_copy_until_they_are_shown_again(world: Any) -> None:
    one = activity(world)
    pact = Pact.objects.create(year=world.year, signing_date=world.now.date(), made_at=world.now)
    Pact.objects.filter(pk=pact.pk).update(content={"activities": [{"title": one.title, "when": "Quý I"}]})
    copy = Commitment.objects.create(pact=pact, position=1, text=f"Tham gia {one.title}.")
    Message.objects.create(to=world.mandate("secretary:CA").user, subject=one.title, body="x", made_at=world.now)
    hide(world, one)
    assert Activity.objects.get().title == COVERED == Message.objects.get().subject
    assert Activity.objects.values_list("title", flat=True).get() == COVERED
    assert Commitment.objects.get().text == f"Tham gia {COVERED}."
    assert Pact.objects.get().content == {"activities": [{"title": COVERED, "when": "Quý I"}]}
    with covering.bare():
        assert Commitment.objects.get().text == f"Tham gia Hoạt động {SECRET}."
    said = AuditEvent.objects.filter(verb="clusters.hide_words").get().sentence
    assert SECRET not in said and "Có dấu độ mật" in said
    with pytest.raises(WrongState):
        hide(world, one)
    show_words(one, "Nhầm", by=world.mandate("administrator"), now=world.now + timedelta(1))
    assert Activity.objects.get().title == f"Hoạt động {SECRET}" and SECRET in Commitment.objects.get(pk=copy.pk).text
    assert check_all() == []


def test_everyday_words_are_covered_in_their_own_column_alone(world: Any) -> None:
    one, other = activity(world, "Khai mạc"), activity(world, "Lễ khai mạc")
    Article.objects.create(
        year=world.year,
        title="Khai mạc",
        slug="a",
        body="x",
        byline="x",
        changed_at=world.now,
        made_by=world.mandate("secretary:CQD"),
    )
    hide(world, one)
    assert Activity.objects.get(pk=one.pk).title == COVERED
    assert Activity.objects.get(pk=other.pk).title == "Lễ khai mạc" and Article.objects.get().title == "Khai mạc"


def test_a_row_that_was_read_covered_is_saved_without_writing_over_its_words(world: Any) -> None:
    one = activity(world)
    hide(world, one)
    read = Activity.objects.get()
    read.result = "Báo cáo"
    read.save()
    with covering.bare():
        assert (Activity.objects.get().title, Activity.objects.get().result) == (f"Hoạt động {SECRET}", "Báo cáo")


def test_the_sentence_is_never_taken_for_words(world: Any) -> None:
    from django import forms

    class Words(Form):
        words = forms.CharField()

    assert not Words({"words": f"Trước {COVERED} sau"}).is_valid()
    assert Words({"words": "Lời khác"}).is_valid()


def test_a_text_that_was_cut_is_covered_to_its_end() -> None:
    covering.install(lambda: ['{"x": ["Toàn đơn vị tham gia diễn tập ở vườn xoài vào tháng tư năm nay"]}'])
    try:
        covering.forget()
        cut = "Nhắc việc: Toàn đơn vị tham gia diễn tập ở vườn xoài vào th…"
        assert covering.cover(cut, "") == f"Nhắc việc: {COVERED}"
        assert covering.cover("Toàn đơn vị tham gia hội nghị", "") == "Toàn đơn vị tham gia hội nghị"
    finally:
        from giaouoc.files.models import hidden_pieces

        covering.install(hidden_pieces)
        covering.forget()


def test_a_calendar_with_hidden_words_is_not_sent(world: Any) -> None:
    from giaouoc.lib.calendar import Entry, calendar_file

    one = activity(world, f"Hội nghị, {SECRET}; phần hai của chương trình")
    file = calendar_file([Entry(uid="a", text=one.title, starts=world.now)], world.now).decode()
    message = Message.objects.create(
        to=world.mandate("secretary:CA").user, subject="x", body="x", calendar=file, made_at=world.now
    )
    assert Message.objects.get(pk=message.pk).calendar
    hide(world, one)
    assert Message.objects.get(pk=message.pk).calendar == ""


def test_files_made_of_the_words_are_hidden_with_them(world: Any) -> None:
    one = activity(world)
    pact = Pact.objects.create(year=world.year, signing_date=world.now.date(), made_at=world.now)
    pact.pdf = store(b"%PDF- giao uoc", "giao-uoc.pdf", "application/pdf", now=world.now)
    pact.content = {"activities": [{"title": one.title}]}
    pact.save()
    hide(world, one)
    assert Quarantine.objects.get().sha256 == pact.pdf.sha256


def test_a_backup_holds_the_words_as_they_are_kept(world: Any) -> None:
    hide(world, activity(world))
    titles = [row["fields"]["title"] for row in backup_rows() if row["model"] == "programme.activity"]
    assert titles == [f"Hoạt động {SECRET}"]


def test_every_kind_is_listed_and_opened_without_its_words(world: Any, client: Any) -> None:
    one = activity(world)
    notify([world.mandate("secretary:CA").user_id], "Một thông báo", "Nội dung", "", now=world.now)
    client.force_login(world.mandate("administrator").user)
    assert "Chưa có câu chữ nào bị cách ly" in client.get(reverse("hiding:list")).content.decode()
    for kind in KINDS.values():
        assert client.get(reverse("hiding:list"), {"loai": kind.key}).status_code == 200
        if first := kind.rows.first():
            assert client.get(reverse("hiding:words", args=[kind.key, first.pk])).status_code == 200
    url = reverse("hiding:words", args=[kind_of(one).key, one.pk])
    assert SECRET not in client.get(url).content.decode()
    assert client.post(url, {"reason": "Nhầm"}).status_code == 302
    listed = client.get(reverse("hiding:list")).content.decode()
    assert url in listed and "bỏ cách ly" in listed and SECRET not in listed
    for key, number in (("hoat-dong", "999"), ("hoat-dong", "a"), ("phieu-kin", "1"), ("khac", "1")):
        assert client.get(reverse("hiding:words", args=[key, number])).status_code == 404
