"""What actions and pages ask of texts; each a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from giaouoc.clusters.models import Mandate, Role, Year
from giaouoc.files.storage import unreadable
from giaouoc.lib.clock import local_date
from giaouoc.lib.covering import COVERED, is_covered, mark
from giaouoc.lib.rows import lock as lock
from giaouoc.lib.vietnamese import slug

from .models import (
    WRITERS,
    Adoption,
    Comment,
    CommentQuerySet,
    ConsultationRound,
    Document,
    DocumentVersion,
    ProvisionText,
    Succession,
    Unfinished,
    UnitSubmission,
    Writing,
    WritingStep,
    content_of,
    kept_content,
)
from .rules.writing import is_begun
from .states import DECIDED, SPOKEN, DocumentState

TAKEN = {"nhap", "mau", "soan"}  # words that the addresses of this slice use themselves
LEASE = timedelta(seconds=60)  # so long after the last sign somebody counts as being at a clause


def newest_version(document: Document) -> DocumentVersion | None:
    """The last draft of a text."""
    version = document.versions.order_by("-ordinal").first()
    if version is not None:
        version.document = document
    return version


def version_before(version: DocumentVersion) -> DocumentVersion:
    """The draft before this one, which is not the first."""
    found = version.document.versions.get(ordinal=version.ordinal - 1)
    found.document = version.document
    return found


def last_round(document: Document) -> ConsultationRound | None:
    """The round that is or was held last on any draft of the text."""
    rounds = ConsultationRound.objects.filter(version__document=document).select_related("version")
    found = rounds.order_by("-pk").first()
    if found is not None:
        found.version.document = document
    return found


def in_force(document: Document) -> list[Document]:
    """The other texts of the cluster that are issued and in force, of any year, the newest first."""
    found = Document.objects.filter(year__cluster=document.year.cluster_id, state=DocumentState.IN_FORCE)
    return list(found.exclude(pk=document.pk).select_related("year__cluster", "adoption").order_by("-pk"))


def relations_of(document: Document) -> tuple[list[Succession], list[Succession]]:
    """What the text does to earlier ones, and what later ones did to it."""
    before = document.follows.select_related("earlier__year__cluster", "earlier__adoption")
    after = document.followed_by.select_related("document__year__cluster", "document__adoption")
    return list(before), list(after)


def fixed_tables(document: Document) -> Adoption | None:
    """The adoption whose minutes fixed the table of comments and answers; None while it is not fixed."""
    if document.state not in DECIDED:
        return None
    return (
        Adoption.objects.filter(document=document, table_word__isnull=False)
        .select_related("table_word", "table_sheet")
        .first()
    )


def has_hidden(document: Document) -> bool:
    """Whether any words of the text, of its comments or of their answers are hidden."""
    if document.versions.filter(hidden_at__isnull=False).exists():
        return True
    if not mark():
        return False
    spoken = Comment.objects.filter(submission__round__version__document=document)
    said = spoken.values_list(
        "reason", "proposed_text", "response__explanation", "response__already_at", "response__last_word__words"
    )
    texts = ProvisionText.objects.filter(version__document=document).values_list("heading", "text")
    return is_covered([document.title, *said, *texts])


def refuse_unreadable(version: DocumentVersion) -> None:
    """Raise WrongState while words of the draft are hidden: it is neither decided on nor signed."""
    if version.hidden_at is not None or (mark() and content_of(version) != kept_content(version)):
        raise unreadable()


def unquote(comment: Comment) -> None:
    """Take what a comment quotes of a draft whose words are hidden out of this object."""
    if comment.submission.round.version.hidden_at is not None:
        comment.quote = comment.prefix = comment.suffix = ""


def texts_shown(found: QuerySet[ProvisionText]) -> list[ProvisionText]:
    """Clauses for showing: those of a draft whose words are hidden keep their numbers alone."""
    texts = list(found.select_related("version"))
    for one in texts:
        if one.version.hidden_at is not None:
            one.heading, one.text, one.rows, one.notes = None, COVERED, None, None
    return texts


def text_shown(found: QuerySet[ProvisionText]) -> ProvisionText | None:
    """The first of them."""
    return next(iter(texts_shown(found[:1])), None)


def people_of(units: Iterable[int], year_id: int, now: datetime) -> list[int]:
    """Accounts of the secretaries and leaders of these units in the year."""
    found = Mandate.objects.on(local_date(now)).filter(year=year_id, unit__in=list(units), role__in=WRITERS)
    return list(found.values_list("user_id", flat=True).distinct())


def leaders_of(unit_id: int, year_id: int, now: datetime) -> list[int]:
    """Accounts of the unit's leaders in the year."""
    found = Mandate.objects.on(local_date(now)).filter(year=year_id, unit=unit_id, role=Role.LEADER)
    return list(found.values_list("user_id", flat=True).distinct())


def open_comments(submission: UnitSubmission) -> int:
    """How many comments the bundle holds."""
    return submission.comments.filter(dropped_at=None).count()


def free_slug(year: Year, title: str) -> str:
    """An address for a text of that title that no other has in the year."""
    base = slug(title)
    taken = TAKEN | set(Document.objects.filter(year=year, slug__startswith=base).values_list("slug", flat=True))
    return next(one for one in [base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))] if one not in taken)


def next_step(writing: Writing, *, back: bool) -> WritingStep | None:
    """The step that undo takes back, or redo does again."""
    return (
        writing.steps.filter(undone=not back)
        .order_by("-pk" if back else "pk")
        .select_related("made_by__unit", "made_by__user")
        .first()
    )


def begun_at(writing: Writing, by: Mandate) -> list[Unfinished]:
    """What one has typed and not saved, that the text does not say."""
    return [
        one
        for one in writing.unfinished.filter(by=by).order_by("pk")
        if is_begun(writing.rows, str(one.clause), one.heading, one.text, one.seen)
    ]


def at_work(writing: Writing, by: Mandate, now: datetime) -> dict[str, list[str]]:
    """Who else is at which clause now: clause -> people."""
    found: dict[str, list[str]] = {}
    others = writing.unfinished.filter(at__gt=now - LEASE).exclude(by=by).select_related("by__user", "by__unit")
    for one in others.order_by("pk"):
        found.setdefault(str(one.clause), []).append(str(one.by))
    return found


def unsent_before(submission: UnitSubmission) -> CommentQuerySet:
    """What the unit prepared about this text in earlier rounds and never sent: it is answered by nobody, and not lost."""
    return (
        Comment.objects.filter(
            dropped_at=None,
            submission__unit=submission.unit_id,
            submission__round__version__document=submission.round.version.document_id,
            submission__round__lt=submission.round_id,
        )
        .exclude(submission__state__in=SPOKEN)
        .order_by("pk")
    )
