"""Hidden words are nowhere: a mark is put into every column of words of a year, hidden, and every address asked for it.

Each slice's columns are registered (``clusters.hideable``) or excused here. The walk follows every address of the routing table
as five roles, and every link that a page has as one; Office files, PDF, calendars and letters are opened. First the marks are looked
for unhidden, so that the walk is known to come to where they stand."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.db import connection, models
from django.test import Client

from giaouoc.clusters.hideable import KINDS, Kind
from giaouoc.files.models import HiddenWords
from giaouoc.lib import covering
from giaouoc.lib.engine import drop_guards
from giaouoc.lib.fields import LineField, TreeField, WordsField
from giaouoc.lib.pdf_text import pdf_lines
from giaouoc.notices.actions.send import send_mail_later
from giaouoc.notices.models import Message

from . import access

pytestmark = [pytest.mark.once]
EXCUSED = {  # columns that no slice lets hide, and why
    "accounts.User.name": "a person's name: the account page and the term of retention",
    "files.Quarantine.reason": "the administrator's own words, on his pages alone",
    "clusters.Cluster": "names that the administrator writes",
    "clusters.Unit": "names that the administrator writes",
    "clusters.Retention.basis": "the administrator's own words",
    "signing.Slot.post": "of the mandate",
    "signing.Slot.signer_label": "of the mandate and the certificate",
    "signing.Attempt.outcome": "the service's or the system's words",
    "documents.ProvisionText.citation": "'điểm đ khoản 2 Điều 5', from the numbers",
    "documents.Comment.citation": "the same",
    "documents.WritingStep": "of a working copy that is refused as a whole",
    "documents.Writing.rows": "the same",
    "documents.DraftImport": "a preview that is refused as a whole",
    "documents.DocumentVersion.warnings": "the importer's own words",
    "documents.Comment.prefix": "goes with the words it quotes",
    "documents.Comment.suffix": "goes with the words it quotes",
    "documents.Comment.quote": "goes with the words it quotes",
    "programme.Pact.content": "made of the pact's own words and others', covered with them",
    "meetings.Meeting.content": "the same, of the minutes",
    "meetings.MeetingDecision.edits": "of the edits from the floor",
    "meetings.ItemBallot.edits": "of the edits from the floor",
    "notices.Message.calendar": "made of words that are covered; not sent with hidden ones in it",
}
LED = "secretary of head"  # who also follows every link of every page
MOST = 200  # addresses it is led to


def columns() -> Iterable[models.Field]:  # type: ignore[type-arg]
    for model in apps.get_models():
        if model.__module__.startswith("giaouoc."):
            for field in model._meta.concrete_fields:
                if isinstance(field, LineField | WordsField | TreeField):
                    yield field


def test_every_column_of_words_can_be_hidden_or_is_excused() -> None:
    known = {f"{kind.model._meta.label}.{word}" for kind in KINDS.values() for word in kind.words}
    names = {f"{field.model._meta.label}.{field.name}": field.model._meta.label for field in columns()}
    assert [name for name, model in names.items() if name not in known and not {name, model} & set(EXCUSED)] == []
    assert {one for one in EXCUSED if one not in names and one not in names.values()} == set()


def test_no_column_of_words_escapes_the_covering() -> None:
    """A text of any length is one of our fields, or no words; a list or mapping with words likewise."""
    bare = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields if model.__module__.startswith("giaouoc.") else ():
            ours = isinstance(field, LineField | WordsField | TreeField)
            if isinstance(field, models.TextField | models.JSONField) and not ours:
                bare.append(f"{model._meta.label}.{field.name}")
    assert sorted(bare) == [
        "ballots.Ballot.outcomes",
        "ballots.Ballot.public_key",
        "ballots.Ballot.second_key",
        "ballots.Ballot.tally",
        "ballots.Ballot.votes",
        "ballots.MissingPaper.body",
        "ballots.MissingPaper.second",
        "ballots.MissingPaper.signature",
        "ballots.Paper.body",
        "ballots.Paper.second",
        "ballots.Paper.signature",
        "ballots.TallyEntry.figures",
        "ballots.Voter.blinded",
        "ballots.Voter.second_blinded",
        "ballots.Voter.second_stamp",
        "ballots.Voter.stamp",
        "clusters.Year.elected",
        "clusters.YearRule.value",
        "documents.ChangeRecord.from_paths",
        "documents.ChangeRecord.to_paths",
        "documents.PairDecision.from_paths",
        "documents.PairDecision.to_paths",
        "files.HiddenWords.pieces",
        "meetings.Attendance.stays",
        "meetings.ItemBallot.quorum",
        "meetings.Meeting.breaks",
        "meetings.Meeting.convene_rule",
        "meetings.Meeting.quorum",
        "meetings.MeetingDecision.present",
        "meetings.MeetingDecision.quorum",
        "meetings.MeetingDecision.rule",
        "meetings.MeetingDecision.silent",
        "programme.Pact.signers",
        "signing.Attempt.state",
    ]


# Marks


def _marked(value: Any, words: str) -> Any:
    """The value with the mark's words behind each text in it."""
    if value is None or isinstance(value, str):
        return f"{value} {words}".strip() if value else words
    if isinstance(value, list):
        return [_marked(one, words) if isinstance(one, str | list | dict) else one for one in value]
    if isinstance(value, dict):
        typed = {"title", "text", "reason", "words", "caption", "proposed"}
        return {key: _marked(one, words) if key in typed and one else one for key, one in value.items()}
    return value


def _replaced(tree: Any, copied: dict[str, str], any_of: re.Pattern[str]) -> Any:
    if isinstance(tree, str):
        return any_of.sub(lambda found: copied[found.group()], tree)
    if isinstance(tree, list):
        return [_replaced(one, copied, any_of) for one in tree]
    if isinstance(tree, dict):
        return {key: _replaced(one, copied, any_of) for key, one in tree.items()}
    return tree


def put_marks() -> dict[str, str]:
    """A mark into every column of every kind, also where the words were copied; mark -> column."""
    from giaouoc.meetings.models import Meeting
    from giaouoc.programme.models import Pact

    drop_guards()
    marks: dict[str, str] = {}
    copied: dict[str, str] = {}
    for kind in KINDS.values():
        for name in kind.words:
            code = f"zq{len(marks):03d}zq"
            words = f"Xoài lửa vườn {code}"
            rows = []
            for row in kind.model._base_manager.all():
                old = getattr(row, name)
                if name in {"quote", "prefix", "suffix"} or (kind.key == "nhat-ky" and not old.keys() & {"reason"}):
                    continue
                setattr(row, name, new := _marked(old, words))
                rows.append(row)
                if isinstance(old, str) and len(old.split()) >= covering.LONG:
                    copied[old] = new
            if rows:
                marks[code] = f"{kind.model._meta.label}.{name}"
                kind.model._base_manager.bulk_update(rows, [name], batch_size=200)
    any_of = re.compile("|".join(re.escape(one) for one in sorted(copied, key=len, reverse=True)))
    for row in [*Meeting.objects.all(), *Pact.objects.all()]:
        type(row).objects.filter(pk=row.pk).update(content=_replaced(row.content, copied, any_of))
    cache.clear()
    return marks


def hide(kinds: Iterable[Kind]) -> None:
    """What the administrator's act stores, for every row of the kinds; whole drafts keep their clauses to be hidden."""
    from giaouoc.clusters.hideable import words_of

    covering.forget()
    found = []
    for kind in kinds:
        for row in kind.model._base_manager.all() if kind.words else ():
            pieces = {key: covering.pieces_of(value) for key, value in words_of(row).items()}
            found.append(HiddenWords(kind=kind.model._meta.label, row=str(row.pk), pieces=pieces, at=access.NOW))
    HiddenWords.objects.bulk_create(found)
    covering.forget()


# The walk


def opened(data: bytes) -> str:
    """All text of an answer: a page, a calendar, an Office file, a PDF, an archive with any of them in it."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "\n".join(opened(archive.read(one)) for one in archive.namelist() if not one.endswith(".whl"))
    if data.startswith(b"%PDF-"):
        return "\n".join(pdf_lines(data))
    return re.sub(r"\r?\n[ \t]", "", data.decode("utf-8", "ignore"))


class Walk:
    """Every address that a role is led to, and the marks that stand behind it."""

    def __init__(self, story: access.Story, routes: Iterable[access.Route]) -> None:
        self.starts = [story.url(route) for route in routes]
        self.seen: dict[str, set[str]] = defaultdict(set)

    def go(self, role: str, client: Client) -> None:
        waiting = [*self.starts, "/", "/viec/"]
        known = set(waiting)
        while waiting:
            url = waiting.pop(0)
            answer = client.get(url)
            assert answer.status_code < 500, (role, url)
            data = b"".join(answer.streaming_content) if answer.streaming else answer.content
            text = opened(data)
            for mark in re.findall(r"zq\d{3}zq", text):
                self.seen[mark].add(f"{role} {url}")
            led = role == LED and answer.headers.get("Content-Type", "").startswith("text/html")
            if led and len(known) < len(self.starts) + MOST:
                for link in re.findall(r'(?:href|src)="(/[^"#]*)', text):
                    link = link.replace("&amp;", "&")
                    if link not in known and not link.startswith("/static/"):
                        known.add(link)
                        waiting.append(link)

    def letters(self) -> None:
        """What the worker would mail now."""
        Message.objects.update(mailed_at=None)
        mail.outbox.clear()
        covering.forget()
        for message in Message.objects.all():
            send_mail_later.func([message.pk])
        for letter in mail.outbox:
            parts = [letter.subject, letter.body, *(str(one[1]) for one in letter.attachments)]
            for mark in re.findall(r"zq\d{3}zq", opened("\n".join(parts).encode())):
                self.seen[mark].add("letter")


def walked(story: access.Story, after: bool, walkers: Iterable[str]) -> Walk:
    walk = Walk(story, access.routes_of(after))
    clients = dict(zip(access.ROLES, story.clients, strict=True))
    for role in walkers:
        walk.go(role, clients[role])
    walk.letters()
    return walk


def told(after: bool, act: Callable[[access.Story, dict[str, str]], None]) -> None:
    from django.db import transaction

    with transaction.atomic():
        with access.telling(after) as story:
            act(story, put_marks())
        connection.set_rollback(True)
    covering.forget()
    cache.clear()


NOT_SHOWN = {  # marked, and on no page that the secretary of the head unit is led to: no such state in the story
    *(
        "audit.AuditEvent.data",
        "ballots.Ballot.reason",
        "ballots.Ballot.one_stamp_why",
        "documents.Adoption.number",
        "documents.Document.reason",
    ),
    *("documents.Document.withdrawal_reason", "documents.ProvisionText.notes", "documents.ReturnedFile.letter_number"),
    *("documents.ReturnedFile.proposals", "meetings.ItemBallot.reason", "meetings.Meeting.conclusion"),
    *("meetings.MeetingDecision.reason", "programme.Pact.measures", "programme.Pact.reporting", "public.Article.body"),
    *(
        "public.Article.lead",
        "public.Article.tag_lines",
        "public.Figure.alt",
        "public.Figure.caption",
        "signing.Slot.reason",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("after", [False, True], ids=["in consultation", "after signing"])
def test_hidden_words_are_found_at_no_address(after: bool) -> None:
    def act(story: access.Story, marks: dict[str, str]) -> None:
        before = walked(story, after, [LED])
        missed = set(marks.values()) - {marks[one] for one in before.seen} - NOT_SHOWN
        assert missed == set(), "the walk no longer comes to these"
        hide(KINDS.values())
        cache.clear()
        walk = walked(story, after, access.WATCHED)
        assert {marks[mark]: sorted(where)[:5] for mark, where in walk.seen.items()} == {}

    told(after, act)
