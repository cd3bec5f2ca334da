"""English, the second language, is complete: every string has its words, and pages shown in English speak English."""

from __future__ import annotations

import gettext
import os
import shutil
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polib
import pytest
from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import trans_real

from giaouoc.cli.prepare import compile_messages
from tests.messages import CATALOGUE, extract, key, merge, placeholders, words

if TYPE_CHECKING:
    from tests.world import World

WITHOUT_XGETTEXT = not shutil.which("xgettext") and not os.environ.get("CI")
# What is Vietnamese in every language: the name of the system, the name of the other language.
NAMES = ("Giao Ước", "Tiếng Việt")
SPOKEN_ATTRIBUTES = {"aria-label", "title", "alt", "placeholder", "content", "data-label"}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> polib.POFile:
    """The strings as the sources have them now."""
    if WITHOUT_XGETTEXT:
        pytest.skip("xgettext is not installed")
    return extract(tmp_path_factory.mktemp("messages"))


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def faults_of(entry: polib.POEntry) -> list[str]:
    """What is wrong with one entry of the catalogue."""
    faults = []
    if entry.obsolete:
        faults.append("obsolete")
    if entry.fuzzy:
        faults.append("fuzzy")
    for english, source in zip(words(entry), [entry.msgid, entry.msgid_plural], strict=False):
        if not english:
            faults.append("no English")
        elif placeholders(english) != placeholders(source):
            faults.append(f"other placeholders: {english!r}")
        elif english[0].isspace() != source[0].isspace() or english[-1].isspace() != source[-1].isspace():
            faults.append(f"other spaces at its ends: {english!r}")
    return faults


def test_every_string_of_the_sources_has_its_english(fresh: polib.POFile, catalogue: polib.POFile) -> None:
    merged = merge(fresh, catalogue)
    assert len(merged) > 1000
    waiting = [f"{entry.msgid!r}: {', '.join(faults)}" for entry in merged if (faults := faults_of(entry))]
    assert not waiting, "run python -m tests.messages and translate: " + "; ".join(waiting)


def test_the_catalogue_holds_no_string_that_is_gone(fresh: polib.POFile, catalogue: polib.POFile) -> None:
    known = {key(entry) for entry in fresh if not entry.obsolete}
    gone = [entry.msgid for entry in catalogue if key(entry) not in known]
    assert not gone, "run python -m tests.messages; gone: " + "; ".join(gone)


def test_the_catalogue_itself_is_sound(catalogue: polib.POFile) -> None:
    faulty = {entry.msgid: faults for entry in catalogue if (faults := faults_of(entry))}
    assert not faulty
    assert len({key(entry) for entry in catalogue}) == len(catalogue)


@pytest.mark.parametrize(
    ("source", "english", "fault"),
    [
        ("Còn %(count)s đơn vị.", "", "no English"),
        ("Còn %(count)s đơn vị.", "%(n)s units left.", "other placeholders"),
        ("Còn %(count)s đơn vị.", "Units left.", "other placeholders"),
        (" (gửi sau hạn)", "(sent late)", "other spaces"),
    ],
)
def test_a_wrong_translation_is_named(source: str, english: str, fault: str) -> None:
    [found] = faults_of(polib.POEntry(msgid=source, msgstr=english))
    assert found.startswith(fault)


def test_merging_keeps_the_words_and_drops_what_is_gone() -> None:
    kept = polib.POFile()
    kept.append(polib.POEntry(msgid="Văn bản", msgstr="Document"))
    kept.append(polib.POEntry(msgid="Không còn", msgstr="Gone"))
    fresh = polib.POFile()
    fresh.append(polib.POEntry(msgid="Văn bản", msgstr=""))
    fresh.append(polib.POEntry(msgid="Văn bản mới", msgstr="Document", flags=["fuzzy"]))
    merged = merge(fresh, kept)
    assert [(entry.msgid, entry.msgstr, entry.fuzzy) for entry in merged] == [
        ("Văn bản", "Document", False),
        ("Văn bản mới", "", False),
    ]


class Spoken(HTMLParser):
    """What a page says: its text and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style"}:
            self.silent += 1
        self.texts += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]
        if tag == "input" and dict(attrs).get("type") in {"submit", "button"}:
            self.texts.append(dict(attrs).get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self.silent -= 1

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.texts.append(data)


def is_vietnamese(text: str) -> bool:
    """Whether a text holds a letter that English has not."""
    return any(letter in "đĐ" or unicodedata.decomposition(letter) for letter in text if letter.isalpha())


def vietnamese_in(page: str, data: set[str]) -> list[str]:
    """The texts of a page that hold Vietnamese letters once the data and the fixed names are taken out."""
    spoken = Spoken()
    spoken.feed(page)
    texts = {" ".join(text.split()).casefold() for text in spoken.texts if is_vietnamese(text)}
    out = sorted({known.casefold() for known in {*NAMES, *data}}, key=len, reverse=True)
    left = set()
    for rest in texts:
        for known in out:
            rest = rest.replace(known, "")
        if is_vietnamese(rest):
            left.add(rest)
    return sorted(left)


def data_of_the_world() -> set[str]:
    """Everything people have entered: the texts of all rows of units, people, years and rules."""
    from django.apps import apps

    data = set()
    for model in apps.get_models():
        if not model.__module__.startswith("giaouoc."):
            continue
        names = [field.name for field in model._meta.fields if isinstance(field, models.CharField | models.TextField)]
        for row in model._default_manager.values_list(*names) if names else ():
            data |= {" ".join(value.split()) for value in row if isinstance(value, str) and is_vietnamese(value)}
    return data


@pytest.fixture
def english(client: Any) -> Any:
    """A client whose person chose English; the catalogue is compiled as it stands in the checkout."""
    compile_messages()
    for cache in (trans_real._translations, gettext._translations):  # type: ignore[attr-defined]
        for name in [name for name in cache if name == "en" or "/en/" in str(name)]:
            del cache[name]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.mark.parametrize("rest", ["", "van-ban/", "hoi-nghi/", "giao-uoc/", "nhan-su/", "nhan-su/quy-dinh/"])
@pytest.mark.parametrize("role", ["secretary:CQD", "leader:CA", "observer"])
def test_a_page_of_the_year_speaks_english(english: Any, world: World, role: str, rest: str) -> None:
    page = world.sign_in(english, role).get(world.url(rest))
    assert page.status_code == 200
    assert page.headers["Content-Language"] == "en"
    assert vietnamese_in(page.content.decode(), data_of_the_world()) == []


@pytest.mark.parametrize("address", ["/dang-nhap/", "/xac-minh/", "/", "/khong-co-trang-nay/"])
def test_a_page_for_everybody_speaks_english(english: Any, world: World, address: str) -> None:
    page = english.get(address)
    assert page.status_code in {200, 404}
    assert vietnamese_in(page.content.decode(), data_of_the_world()) == []


def test_without_the_choice_the_same_page_is_vietnamese(client: Any, world: World) -> None:
    page = client.get("/dang-nhap/", headers={"accept-language": "en"})
    assert any("đăng nhập" in text for text in vietnamese_in(page.content.decode(), set()))


def test_the_catalogue_lies_where_the_settings_look() -> None:
    assert CATALOGUE.is_relative_to(Path(settings.LOCALE_PATHS[0]))


def test_what_is_kept_is_vietnamese_even_when_the_page_is_english(english: Any, world: World) -> None:
    from giaouoc.audit.models import AuditEvent
    from giaouoc.meetings.actions.deciding import declare_decision
    from giaouoc.meetings.minutes import paper_of
    from giaouoc.meetings.tests import stage

    with translation.override("en"):
        assert translation.gettext("Thư ký") == "Secretary"
        decision = stage.votes(world, stage.deciding(world), CQD="yes", UBND="yes", CA="yes", QS="yes", DHQG="no")
        declare_decision(decision, by=world.mandate("leader:CQD"), now=world.now)
        meeting = stage.written(world, decision.item.meeting)
        spoken = paper_of(meeting, world.mandate("secretary:CQD"), world.now)
    assert spoken == paper_of(meeting, world.mandate("secretary:CQD"), world.now)
    assert meeting.minutes is not None
    assert meeting.minutes.name.startswith("Biên bản")
    kept = AuditEvent.objects.get(verb="meetings.declare")
    assert kept.data["outcome"] == "thông qua", kept.data
    assert "tán thành" in kept.data["result"]
    assert not any("Leader" in event.actor or "Secretary" in event.actor for event in AuditEvent.objects.all())


def test_the_trail_and_the_messages_of_a_consultation_are_vietnamese(english: Any, world: World) -> None:
    from giaouoc.audit.models import AuditEvent
    from giaouoc.documents.tests import stage
    from giaouoc.notices.models import Message

    with translation.override("en"):
        round_ = stage.consulting(world)
        stage.answer(world, stage.said(world, round_), "partly", "Phần sau đã có.")
    kept = [str(event.data) + event.actor for event in AuditEvent.objects.all()]
    kept += [message.subject + message.body for message in Message.objects.all()]
    assert len(kept) > 5
    assert any("dự thảo 1" in text for text in kept)
    ours = ("draft", "Draft", "Consultation", "accepted", "Secretary", "Leader", "comment", "document")
    assert [text for text in kept if any(word in text for word in ours)] == []
