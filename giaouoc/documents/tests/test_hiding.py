"""Hidden words: at every address of the text they are gone at once; the rows and every hash stay; the administrator shows them again."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.urls import reverse

from giaouoc.audit.models import AuditEvent
from giaouoc.audit.trail import check_all
from giaouoc.cli.doctor import _texts
from giaouoc.clusters.actions.hiding import hide_words, show_words
from giaouoc.clusters.hideable import words_hash
from giaouoc.documents.actions.answers import publish_answers
from giaouoc.documents.actions.comments import withdraw_comment
from giaouoc.documents.actions.last_words import say_last_word
from giaouoc.documents.actions.signing import put_to_signing
from giaouoc.documents.actions.tabling import table_without_consultation
from giaouoc.documents.actions.writing import start_writing, undo_writing, write
from giaouoc.documents.hiding import _about_clause
from giaouoc.documents.models import Comment, DocumentVersion, LastWord, Response, Writing, content_of, kept_content
from giaouoc.documents.rules.clause_tree import content_hash
from giaouoc.documents.rules.writing import Act, mark_of, place_of, tree_of
from giaouoc.files.storage import Quarantined
from giaouoc.lib.covering import COVERED
from giaouoc.lib.errors import NotAllowed, WrongState
from giaouoc.ui.clauses import rows_of as flat

from . import stage

SECRET = "Xoài"  # stands in all words that are hidden, and nowhere else


def opened(data: bytes) -> str:
    """All text of a page, or of the parts of an Office file."""
    if not data.startswith(b"PK"):
        return data.decode("utf-8", "ignore")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return " ".join(archive.read(one).decode("utf-8", "ignore") for one in archive.namelist())


def addresses(document: Any, comment: Any) -> list[str]:
    here, about = document.get_absolute_url(), f"{document.get_absolute_url()}gop-y/{comment.pk}/"
    draft = f"{here}du-thao/1/"
    two = f"{here}du-thao/2/so-sanh/"
    return [
        *(
            here,
            f"{here}?toan-van=1",
            draft,
            f"{draft}tep-goc/",
            f"{draft}pdf/",
            f"{draft}word/",
            f"{draft}akoma-ntoso/",
        ),
        *(f"{two}?tat-ca=1", f"{two}word/", f"{two}bang/", about, f"{about}tra-loi/", f"{about}loi-cuoi/"),
        *(f"{here}don-vi/", f"{here}tiep-thu/", f"{here}tiep-thu/word/", f"{here}tiep-thu/excel/", f"{here}trinh/"),
        reverse("documents:list", args=[document.year.cluster.code, document.year.number]),
        reverse(
            "documents:preview", args=[document.year.cluster.code, document.year.number, document.imports.first().pk]
        ),
    ]


def shows(client: Any, world: Any, document: Any, comment: Any) -> set[str]:
    """The addresses at which somebody sees the secret."""
    found = set()
    for who in ("secretary:CQD", "leader:CA", "secretary:CA", "secretary:QS", "observer"):
        client.force_login(world.mandate(who).user)
        for url in addresses(document, comment):
            answer = client.get(url)
            assert answer.status_code in {200, 403, 404, 409, 410}, (url, answer.status_code)
            if SECRET in opened(answer.content):
                found.add(url)
    return found


def test_hidden_words_are_gone_everywhere_and_every_hash_stays(world: Any, client: Any) -> None:
    tree = stage.regulation()
    tree[1]["children"][1]["text"] = f"Lễ phát động ở vườn {SECRET}."
    round = stage.open_round_on(world, stage.draft(world, tree))
    comment = stage.said(world, round, reason=f"Lý do {SECRET}", proposed_text=f"Câu {SECRET}", quote=SECRET)
    stage.closed(world, round)
    stage.answer(world, comment, explanation=f"Vì {SECRET}")
    document, admin = round.version.document, world.mandate("administrator")
    publish_answers(document, by=world.mandate("leader:CQD"), now=world.now)
    response = Response.objects.get(comment=comment)
    say_last_word(response, by=world.mandate("leader:CA"), now=world.now, kind="reserved", words=f"Giữ {SECRET}")
    stage.draft(world, stage.regulation(second=True), document=document)
    assert len(shows(client, world, document, comment)) > 10
    version = DocumentVersion.objects.get(pk=round.version_id)
    before, kept = version.content_hash, words_hash(comment)
    every: list[Any] = [stage.again(comment), response, LastWord.objects.get(response=response), version]
    for one in every:
        hide_words(one, "Có dấu độ mật", by=admin, now=world.now)
    assert shows(client, world, document, comment) == set()
    page = client.get(f"{document.get_absolute_url()}du-thao/1/").content.decode()
    assert "đã cách ly câu chữ của dự thảo này" in page
    assert words_hash(comment) == kept
    version.refresh_from_db()
    assert version.content_hash == before == content_hash(kept_content(version, even_hidden=True))
    assert list(_texts()) == []
    with pytest.raises(Quarantined):
        content_of(version)
    stage.again(comment).save()  # as it was read: the words are not written over
    with pytest.raises(WrongState):
        hide_words(stage.again(comment), "Lần nữa", by=admin, now=world.now)
    for one in every:
        show_words(one, "Đã giải mật", by=admin, now=world.now)
    assert Comment.objects.get(pk=comment.pk).reason == f"Lý do {SECRET}"
    assert f"{document.get_absolute_url()}du-thao/1/word/" in shows(client, world, document, comment)
    said = " ".join(one.sentence for one in AuditEvent.objects.filter(verb="clusters.hide_words"))
    assert f"ý kiến số {comment.pk}, khoản 2 Điều 1, mã {kept[:8].upper()}: Có dấu độ mật" in said
    assert SECRET not in said
    assert check_all() == []


def test_what_a_comment_quotes_of_a_hidden_draft_is_hidden_with_it(world: Any, client: Any) -> None:
    tree = stage.regulation()
    tree[1]["children"][1]["text"] = f"Lễ phát động ở vườn {SECRET}."
    round = stage.open_round_on(world, stage.draft(world, tree))
    comment = stage.said(world, round, quote=f"vườn {SECRET}", kind="wording", proposed_text="Lễ phát động ở trụ sở.")
    hide_words(round.version, "Có dấu độ mật", by=world.mandate("administrator"), now=world.now)
    assert shows(client, world, round.version.document, comment) == set()
    client.force_login(world.mandate("secretary:CQD").user)
    page = client.get(f"{round.version.document.get_absolute_url()}tiep-thu/").content.decode()
    assert "Lễ phát động ở trụ sở." in page  # as words of its own, not as a change of the sentence that covers
    show_words(round.version, "Nhầm", by=world.mandate("administrator"), now=world.now)
    assert stage.again(comment).quote == f"vườn {SECRET}"


@pytest.mark.parametrize("who", ["leader:CQD", "secretary:CA", "observer"])
def test_only_the_administrator_hides_words(world: Any, who: str) -> None:
    comment = stage.said(world, stage.consulting(world))
    for act in (hide_words, show_words):
        with pytest.raises(NotAllowed):
            act(comment, "Thử", by=world.mandate(who), now=world.now)


def test_the_administrator_finds_by_number_and_never_reads(world: Any, client: Any) -> None:
    comment = stage.said(world, stage.consulting(world), reason=f"Lý do {SECRET}")
    client.force_login(world.mandate("administrator").user)
    url = reverse("hiding:words", args=["gop-y", comment.pk])
    found = client.get(reverse("hiding:list"), {"tim": f"https://x/van-ban/quy-che/gop-y/{comment.pk}/"})
    assert url in found.content.decode() and SECRET not in found.content.decode()
    assert url not in client.get(reverse("hiding:list"), {"tim": "999999"}).content.decode()
    assert client.post(url, {"reason": "Tải nhầm"}).status_code == 302
    page = client.get(url).content.decode()
    assert "Bỏ cách ly câu chữ" in page and "Tải nhầm" in page
    for kind in ("tra-loi", "loi-cuoi", "du-thao"):
        assert client.get(reverse("hiding:list"), {"loai": kind}).status_code == 200
    assert client.get(reverse("hiding:words", args=["khac", 1])).status_code == 404


def test_an_article_is_found_by_its_number_and_not_those_that_begin_with_it(world: Any, client: Any) -> None:
    articles = [
        stage.node("article", number, f"Nội dung {number}.", "Điều khoản") for number in ("2", "2a", "12", "20")
    ]
    articles[0]["children"] = [stage.node("paragraph", number, "Việc.") for number in ("1", "10")]
    stage.draft(world, [stage.regulation()[0], *articles])
    client.force_login(world.mandate("administrator").user)

    def found(words: str) -> list[str]:
        answer = client.get(reverse("hiding:list"), {"loai": "dieu-khoan", "tim": words})
        return sorted(str(one["name"]).split(" của")[0] for one in answer.context["rows"])

    assert found("điều 2") == ["Khoản 1 Điều 2", "Khoản 10 Điều 2", "Điều 2"]
    assert found("Khoản 1") == ["Khoản 1 Điều 2"]
    assert found("2a") == ["Điều 2a"]


def test_one_clause_is_hidden_and_the_rest_of_the_draft_goes_on(world: Any, client: Any) -> None:
    tree = stage.regulation()
    tree[1]["children"][1]["text"] = f"Lễ phát động ở vườn {SECRET}."
    round = stage.open_round_on(world, stage.draft(world, tree))
    comment = stage.said(world, round, quote=f"vườn {SECRET}", kind="wording", proposed_text="Lễ phát động ở trụ sở.")
    version, document = round.version, round.version.document
    document.year = world.year
    assert len(shows(client, world, document, comment)) > 5
    clause = version.texts.get(text__contains=SECRET)
    client.force_login(world.mandate("administrator").user)
    before = client.get(reverse("hiding:words", args=["dieu-khoan", clause.pk])).content.decode()
    assert reverse("hiding:words", args=["gop-y", comment.pk]) in before and SECRET not in before
    hide_words(clause, "Có dấu độ mật", by=world.mandate("administrator"), now=world.now)
    assert shows(client, world, document, comment) == set()
    client.force_login(world.mandate("secretary:CA").user)
    here = f"{document.get_absolute_url()}du-thao/1/"
    page = client.get(here).content.decode()
    other = next(one["text"] for one in tree[1]["children"] if SECRET not in one["text"])
    assert COVERED in page and other in page and "đã cách ly câu chữ của dự thảo này" not in page
    for name in ("word/", "akoma-ntoso/"):
        said = opened(client.get(here + name).content)
        assert COVERED in said and other in said
    assert client.get(here + "tep-goc/").status_code in {404, 410}
    assert content_hash(kept_content(version)) == version.content_hash != content_hash(content_of(version))
    stage.closed(world, round)
    stage.draft(world, stage.regulation(second=True), document=document)  # followed into the next draft all the same
    assert list(_texts()) == []
    told = AuditEvent.objects.select_related("chain").get(verb="clusters.hide_words")
    trail = told.sentence
    assert told.chain.name == document.audit_chain
    assert f"{clause.citation} của dự thảo 1" in trail


def test_a_working_copy_that_is_hidden_is_refused(world: Any, client: Any) -> None:
    writing = Writing.objects.create(
        year=world.year,
        kind="plan",
        title=f"Kế hoạch {SECRET}",
        rows=[],
        made_by=world.mandate("secretary:CQD"),
        made_at=world.now,
    )
    client.force_login(world.mandate("secretary:CQD").user)
    assert client.get(writing.get_absolute_url()).status_code == 200
    hide_words(writing, "Tài liệu nội bộ", by=world.mandate("administrator"), now=world.now)
    answer = client.get(writing.get_absolute_url())
    assert answer.status_code == 410 and SECRET not in answer.content.decode()


def test_a_hidden_clause_is_gone_from_the_working_copy_and_comes_back_there(world: Any, client: Any) -> None:
    tree = stage.regulation()
    said = f"Theo khoản 1 Điều 1, lễ phát động ở vườn {SECRET} của Cụm."
    tree[1]["children"][1]["text"] = said
    version = stage.draft(world, tree)
    by = world.mandate("secretary:CQD")
    writing = start_writing(world.year, by=by, now=world.now, document=version.document)
    clause = version.texts.get(text=said)
    secret, other = str(clause.provision_id), str(version.texts.get(path="1/1").provision_id)

    def save(where: str, text: str) -> None:
        now = Writing.objects.get(pk=writing.pk)
        row = now.rows[place_of(now.rows, where)]
        write(now, Act("save", where, text=text), seen=mark_of(row), by=by, now=world.now)

    def said_there() -> list[str]:
        rows = Writing.objects.get(pk=writing.pk).rows
        return [one["text"] for one in flat(tree_of(rows)) if SECRET in one["text"] or COVERED in one["text"]]

    hide_words(clause, "Có dấu độ mật", by=world.mandate("administrator"), now=world.now)
    client.force_login(by.user)
    for url in (writing.get_absolute_url(), f"{writing.get_absolute_url()}dieu-khoan/{secret}/"):
        page = client.get(url)
        assert page.status_code == 200 and SECRET not in page.content.decode() and COVERED in page.content.decode()
    save(other, "Nói cách khác.")
    assert said_there() == [COVERED]
    save(secret, "Lễ phát động ở trụ sở.")
    undo_writing(writing, step=writing.steps.latest("pk").pk, back=True, by=by, now=world.now)
    assert said_there() == [COVERED] and SECRET not in client.get(writing.get_absolute_url()).content.decode()
    show_words(clause, "Nhầm", by=world.mandate("administrator"), now=world.now)
    assert said_there() == [said]
    assert "Nói cách khác." in str(Writing.objects.get(pk=writing.pk).rows)


def test_a_text_that_cannot_be_read_is_neither_tabled_nor_signed(world: Any) -> None:
    by, admin = world.mandate("leader:CQD"), world.mandate("administrator")
    version = stage.draft(world)
    clause = version.texts.get(path="1/1")
    hide_words(clause, "Có dấu độ mật", by=admin, now=world.now)
    with pytest.raises(WrongState, match="bị cách ly"):
        table_without_consultation(version.document, by=by, now=world.now, reason="Cần gấp")
    document = stage.adopted(world)
    adopted = document.versions.latest("ordinal").texts.filter(text__contains=" ").order_by("position")[1]
    units = [world.unit("CQD")]
    hide_words(adopted, "Có dấu độ mật", by=admin, now=world.now)
    with pytest.raises(WrongState, match="bị cách ly"):
        put_to_signing(document, units, by=by, now=world.now)
    show_words(adopted, "Nhầm", by=admin, now=world.now)
    put_to_signing(document, units, by=by, now=world.now)


def test_the_heading_of_a_clause_that_every_text_has_stays(world: Any, client: Any) -> None:
    tree, other = stage.regulation(), stage.regulation(second=True)
    tree[1]["heading"] = other[1]["heading"] = "Điều khoản thi hành"
    tree[1]["text"] = f"Lễ phát động ở vườn {SECRET}."
    version, later = stage.draft(world, tree), stage.draft(world, other)
    clause, alike = version.texts.get(path="1"), later.texts.get(path="1")
    client.force_login(world.mandate("administrator").user)
    url = reverse("hiding:words", args=["dieu-khoan", clause.pk])
    assert "Điều khoản của dự thảo (1)" in client.get(url).content.decode()  # where the heading stands too
    assert client.post(url, {"reason": "Có dấu độ mật"}).status_code == 302
    hidden = version.texts.get(pk=clause.pk)
    assert (hidden.heading, hidden.text) == ("Điều khoản thi hành", COVERED)
    only = reverse("hiding:words", args=["dieu-khoan", alike.pk])
    assert 'name="names"' not in client.get(only).content.decode()  # it says nothing else
    assert client.post(only, {"reason": "Thử"}).status_code == 302
    assert later.texts.get(pk=alike.pk).heading == COVERED


def test_the_administrator_is_led_to_what_was_said_of_a_hidden_clause_also_when_it_was_withdrawn(world: Any) -> None:
    round = stage.consulting(world)
    comment = stage.said(world, round)
    withdraw_comment(stage.again(comment), by=world.mandate("leader:CA"), now=world.now)
    assert comment in list(_about_clause(round.version.texts.get(path="1/2")))
