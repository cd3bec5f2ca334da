"""Who gets what at every address: walks the routing table as each role and writes docs/access.md.

``python -m tests.access`` writes the table anew; ``test_access.py`` fails when the program answers otherwise, or when a route
has no row. The table is read and judged by people: a change of it is a change of rights."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

TABLE = Path(__file__).resolve().parents[1] / "docs" / "access.md"
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
ROLES = {  # column: account, None for a stranger
    "stranger": None,
    "no role": "khong-vai-tro@giaouoc.test",
    "secretary of head": "thuky.cqd@giaouoc.test",
    "leader of head": "lanhdao.cqd@giaouoc.test",
    "secretary": "thuky.dhqg@giaouoc.test",
    "leader": "lanhdao.dhqg@giaouoc.test",
    "other secretary": "thuky.ca@giaouoc.test",
    "other leader": "lanhdao.ca@giaouoc.test",
    "assessor": "thamdinh.ca@giaouoc.test",
    "clerk": "vanthu.ca@giaouoc.test",
    "observer": "theodoi.btgdv@giaouoc.test",
    "administrator": "quantri@giaouoc.test",
}
WATCHED = ["stranger", "secretary of head", "leader", "observer", "administrator"]  # each has pages of its own
# Signing in itself: the library's own views, tried by its own pages' tests.
LIBRARY = {"mfa_", "account_", "set_language"}
NOTHING = SimpleNamespace(pk=1, slug="khong-co")
ROOM = "man-hinh-hoi-nghi"
AFTER = {
    "ballots",
    "ceremony",
    "directives",
    "meetings",
    "programme",
}  # tried in the story in which the conference was held and the pact sealed


@dataclass(frozen=True)
class Route:
    """A named address of the routing table."""

    name: str
    parameters: tuple[str, ...]


def routes() -> list[Route]:
    """Every route of the program, in the order of its name."""

    def walk(resolver: Any, namespace: str, above: tuple[str, ...]) -> Iterator[Route]:
        for pattern in resolver.url_patterns:
            names = above + tuple(pattern.pattern.regex.groupindex)
            if isinstance(pattern, URLPattern):
                yield Route(f"{namespace}:{pattern.name}" if namespace else str(pattern.name), names)
            elif isinstance(pattern, URLResolver):
                yield from walk(pattern, pattern.namespace or namespace, names)

    return sorted(walk(get_resolver(), "", ()), key=lambda route: route.name)


def is_library(route: Route) -> bool:
    return any(route.name.startswith(prefix) for prefix in LIBRARY)


class Story:
    """A database in which there is something behind every address.

    ``tell``: of the year that is lived to its seal, hears the words of each step before it is taken."""

    def __init__(self, after: bool, tell: Callable[[Story, str], None] = lambda *_: None) -> None:
        from giaouoc.accounts.models import User
        from giaouoc.clusters.models import Mandate, Role
        from giaouoc.demo import load as demo
        from giaouoc.demo.rehearsal import Rehearsal
        from giaouoc.lib import clock
        from giaouoc.lib.clock import SetClock

        if after:
            hand = SetClock(NOW)
            clock.install(hand)  # the trial time stamps follow it
            Rehearsal(hand, units=5, seed=1, tell=lambda _step, _of, words: tell(self, words)).live()
        else:
            demo.load(NOW, say=lambda _line: None)
        User.objects.create_user("khong-vai-tro@giaouoc.test", "x", name="Không vai trò")
        clerk = User.objects.create_user(str(ROLES["clerk"]), "x", name="Văn thư · Công an Thành phố")
        like = Mandate.objects.get(
            user__email=ROLES["assessor"]
        )  # the demonstration's bodies give their stamps to nobody
        Mandate.objects.create(user=clerk, year=like.year, unit=like.unit, role=Role.CLERK, since=like.since)
        self.clients = [client_of(email) for email in ROLES.values()]
        self._prepare()
        self.look()

    def _prepare(self) -> None:
        from giaouoc.clusters.models import Mandate, Year
        from giaouoc.demo.load import DATA
        from giaouoc.documents.actions.imports import WORD, read_draft
        from giaouoc.documents.actions.writing import start_writing
        from giaouoc.documents.models import ReturnedFile, UnitSubmission
        from giaouoc.files.storage import store
        from giaouoc.public.actions.articles import add_figure, write_article

        year = Year.objects.get()
        by = Mandate.objects.get(user__email="thuky.cqd@giaouoc.test")
        by.year = year
        article = write_article(year, by=by, now=NOW, title="Tin nháp", lead="", body="Nội dung")
        add_figure(article, picture(), "anh.png", by=by, now=NOW, caption="Ảnh", alt="Ảnh thử")
        data = (DATA / "ke-hoach-2026-du-thao-1.docx").read_bytes()
        read_draft(year, "other", "Văn bản khác", data, "a.docx", by=by, now=NOW)
        start_writing(year, by=by, now=NOW, kind="plan", title="Kế hoạch soạn trên trang")
        proposal = {"provision": None, "citation": "", "kind": "ask", "reason": "Nhận xét", "quote": "", "proposed": ""}
        ReturnedFile.objects.create(
            submission=UnitSubmission.objects.filter(unit__code="DHQG").latest("pk"),
            file=store(data, "gop-y.docx", WORD, now=NOW),
            letter_number="15-CV/BTGDV",
            proposals=[proposal | {"author": "", "done": False}],
            made_by=by,
            made_at=NOW,
        )

    def look(self) -> None:
        """What there is now behind the parameters of the routes."""
        from giaouoc.accounts.models import User
        from giaouoc.clusters.models import Mandate, Membership, Year
        from giaouoc.documents.models import Comment, Document, DraftImport, Writing
        from giaouoc.meetings.models import AgendaItem, AgendaNote, ItemBallot, Meeting, MeetingDecision
        from giaouoc.meetings.room import pulse_of
        from giaouoc.programme.models import Activity, Pact
        from giaouoc.public.models import Article, Figure

        self.year = Year.objects.get()
        self.membership = Membership.objects.get(unit__code="DHQG")
        self.mandate = Mandate.objects.get(user__email="thuky.dhqg@giaouoc.test")
        self.account = User.objects.get(email="thuky.qs@giaouoc.test")
        self.article, self.figure = Article.objects.first() or NOTHING, Figure.objects.first() or NOTHING
        self.draft = DraftImport.objects.order_by("-pk").first() or NOTHING
        self.writing = Writing.objects.order_by("-pk").first() or NOTHING
        comment = Comment.objects.filter(submission__unit__code="DHQG").first() or Comment.objects.first()
        about = {"versions__rounds__submissions__comments": comment} if comment else {}
        self.comment, self.document = comment or NOTHING, Document.objects.filter(**about).first() or NOTHING
        Meeting.objects.update(room_key=ROOM)
        self.meeting = Meeting.objects.first() or NOTHING
        self.pulse = pulse_of(self.meeting)["url"].split("/")[-2] if self.meeting is not NOTHING else "x"
        self.item = AgendaItem.objects.first()
        self.decision = MeetingDecision.objects.first()
        edited = MeetingDecision.objects.exclude(final_hash="").first()
        self.edited_item = edited.item_id if edited else None
        self.ballot = ItemBallot.objects.filter(state="open").first() or ItemBallot.objects.first()
        blind = ItemBallot.objects.filter(ballot__level="blind").first()
        self.public_ballot = blind.ballot_id if blind else UUID(int=1)
        note = AgendaNote.objects.first()
        self.note, self.note_item = (note.pk, note.item_id) if note else (1, None)
        self.activity = Activity.objects.first()
        self.pact = Pact.objects.first()

    def argument(self, route: Route, name: str) -> Any:
        """A value of a route's parameter behind which there is something."""
        slice_, _, word = route.name.rpartition(":")
        from giaouoc.files.models import StoredFile

        pact = self.pact
        special: dict[tuple[str, str], Any] = {
            ("documents", "slug"): self.document.slug,
            ("documents", "ordinal"): 2
            if word in {"compare", "changes-word", "changes-table"}
            or (word in {"pair", "undo-pair"} and self.document.versions.count() > 1)
            else 1,
            ("documents", "clause"): self.writing.rows[1]["id"] if self.writing is not NOTHING else str(UUID(int=1)),
            ("documents", "pk"): self.writing.pk
            if "writing" in word or word in {"write-clause", "keep-words"}
            else self.draft.pk
            if "draft" in word or word in {"preview", "correct-clause", "undo-correction"}
            else self.comment.pk,
            ("documents", "place"): 1,
            ("documents", "code"): "DHQG",
            ("meetings", "slug"): self.meeting.slug,
            ("ballots", "pk"): self.public_ballot,
            ("meetings", "number"): self.ballot.pk
            if self.ballot and word.startswith("ballot")
            else self.decision.pk
            if self.decision and word in {"decision", "vote", "declaration", "voiding"}
            else self.edited_item
            if self.edited_item and word in {"final", "final-check", "final-return"}
            else self.note_item
            if self.note_item and word in {"note-change", "follow-note"}
            else self.item.pk
            if self.item
            else 1,
            ("meetings", "unit"): "DHQG",
            ("meetings", "note"): self.note,
            ("meetings", "edit"): 1,
            ("meetings", "paper"): 1,
            ("programme", "ordinal"): 1,
            ("programme", "number"): self.activity.pk
            if word.startswith("activity") and self.activity
            else pact.commitments.values_list("pk", flat=True)[0]
            if word.startswith("commitment") and pact
            else 1,
            ("news", "slug"): self.article.slug,
            ("news", "number"): self.figure.pk,
            ("public", "slug"): self.article.slug,
            ("public", "number"): self.figure.pk,
            ("clusters", "number"): self.mandate.pk if word in {"end-mandate", "delegation"} else self.membership.pk,
            ("clusters", "unit"): "DHQG",
            ("clusters", "key"): "quorum",
            ("accounts", "holder"): remote_account() if slice_ == "accounts" else "",
            ("administration", "code"): "17",
            ("administration", "number"): self.account.pk
            if word == "account"
            else StoredFile.objects.earliest("pk").pk
            if word == "file"
            else self.year.number,
            ("administration", "unit"): "DHQG",
            ("administration", "kind"): "people",
            ("hiding", "kind"): "du-thao",
            ("hiding", "number"): self.year.documents.earliest("pk").versions.earliest("pk").pk,
            ("signing", "code"): pact.signing_round.code if pact and pact.signing_round else "KHONGCO",
            ("ceremony", "code"): pact.signing_round.code if pact and pact.signing_round else "KHONGCO",
            ("signing", "name"): "giao-uoc.pdf",
            ("directives", "number"): self.directive_number(word),
            ("", "token"): self.pulse if word == "room-pulse" else "x" * 43,
            ("", "key"): ROOM,
        }
        general = {"cluster": "17", "year": self.year.number}
        return general[name] if name in general else special[slice_, name]

    def directive_number(self, word: str) -> int:
        """A directive, the one task still in work, or a file of evidence. 1 where there is none."""
        from giaouoc.directives.models import Directive, DirectiveTask, EntryFile

        if word == "file":
            row = EntryFile.objects.first()
        elif word in {"directive", "correct", "assign"}:
            row = Directive.objects.first()
        else:
            wanted = "reported" if word in {"confirm", "return"} else "accepted"
            row = DirectiveTask.objects.filter(state=wanted).first()
        return row.pk if row else 1

    def url(self, route: Route) -> str:
        values = {name: self.argument(route, name) for name in route.parameters}
        return reverse(route.name, kwargs=values)

    def answers(self, route: Route) -> tuple[list[str], list[str]]:
        """What each role gets by GET and by an empty POST; nothing that a POST does stays."""
        return self.answers_to(self.clients, route)

    def answers_to(self, clients: list[Client], route: Route) -> tuple[list[str], list[str]]:
        """The same for these clients alone."""
        url, got, posted = self.url(route), [], []
        for client in clients:
            got.append(_word(client.get(url)))
            with transaction.atomic():
                posted.append(_word(client.post(url)))
                transaction.set_rollback(True)
        return got, posted


def remote_account() -> str:
    """Whose account at a signing service there is; set anew each time, since it is a file that no database rolls back."""
    from giaouoc.signing.remote_accounts import Account, keep_account

    keep_account("CA", Account("http://127.0.0.1:9", "v2", "giaouoc", "x"))
    return "CA"


def routes_of(after: bool) -> list[Route]:
    """The routes that are tried in one of the stories."""
    ours = [route for route in routes() if not is_library(route) and route.name != "invitation"]
    return [route for route in ours if (route.name.split(":")[0] in AFTER) == after]


def client_of(email: str | None) -> Client:
    """A client signed in as this account; None: as nobody."""
    from giaouoc.accounts.models import User

    client = Client()
    if email:
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        client.force_login(User.objects.get(email=email), backend=backend)
    return client


def _word(response: Any) -> str:
    if response.status_code == 302:
        return "sign in" if response["Location"].startswith("/dang-nhap/") else "302"
    return str(response.status_code)


def picture() -> bytes:
    """A small picture."""
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (32, 18), "#8a6410").save(out, "PNG")
    return out.getvalue()


@contextmanager
def telling(after: bool) -> Iterator[Story]:
    """One of the stories, with the clock that its pages see."""
    from giaouoc.lib import clock
    from giaouoc.lib.clock import SetClock

    before = clock.install(SetClock(NOW))
    try:
        story = Story(after)
        clock.install(SetClock(NOW))
        yield story
    finally:
        clock.install(before)


def rows_of(after: bool) -> dict[str, tuple[list[str], list[str]]]:
    """The rows of one story: route -> (GET, POST)."""
    with telling(after) as story:
        return {route.name: story.answers(route) for route in routes_of(after)}


def written() -> dict[str, tuple[list[str], list[str]]]:
    """The rows that docs/access.md has."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        match = re.fullmatch(r"`([a-z:-]+)` (GET|POST)", cells[0])
        if match:
            get, post = found.setdefault(match[1], ([], []))
            (get if match[2] == "GET" else post).extend(cells[1:])
    return found


def render(rows: dict[str, tuple[list[str], list[str]]]) -> str:
    """The table as Markdown."""
    lines = [
        "# Who gets what",
        "",
        "Made by `python -m tests.access`; `tests/test_access.py` holds the program to it. 200 the page, 302 an act done or",
        "the way on, *sign in* the sign-in page, 403 refused with the reason, 404 as if it did not exist, 405 not so, 409 not",
        "now, 422 something is missing in what was sent. POST: an empty form. *secretary*, *leader*: of the unit whose unsent",
        "comment, mandate or presence the address names; *other*: of another member.",
        "",
        "| address | " + " | ".join(ROLES) + " |",
        "|---" * (len(ROLES) + 1) + "|",
    ]
    for name in sorted(rows):
        for verb, answers in zip(("GET", "POST"), rows[name], strict=True):
            if set(answers) != {"405"}:
                lines.append(f"| `{name}` {verb} | " + " | ".join(answers) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the table anew, from scratch databases."""
    import os

    from tests import environment  # noqa: F401 -- sets the environment of tests

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.test.utils import get_runner, setup_test_environment

    setup_test_environment()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    rows: dict[str, tuple[list[str], list[str]]] = {}
    for after in (False, True):
        databases = runner.setup_databases()
        with transaction.atomic():
            rows |= rows_of(after)
            transaction.set_rollback(True)
        runner.teardown_databases(databases)
    TABLE.write_text(render(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
