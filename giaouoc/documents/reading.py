"""What the pages of a text show: the clause view with its remarks, where the text stands, the response table.

Each function costs a fixed number of statements, however long the text and however many comments it has."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from giaouoc.clusters.models import Mandate, Unit
from giaouoc.lib.covering import COVERED, is_covered, mark
from giaouoc.ui.clauses import clauses_html
from giaouoc.ui.templatetags.ui_tags import vn_datetime as moment

from .access import can_add_comment, can_change_comment, can_see_drafts, sees_answer, sees_sent
from .access_answers import can_answer
from .folding import Part
from .identity import after_which
from .models import (
    WRITERS,
    ChangeRecord,
    Comment,
    ConsultationRound,
    Document,
    DocumentVersion,
    ProvisionText,
    Response,
    UnitSubmission,
)
from .queries import texts_shown, unquote
from .rules.quotes import find
from .states import SPOKEN, CommentKind, Decision, LastWordKind, SubmissionState

KEPT = 7 * 24 * 3600  # seconds that the rows of a frozen draft stay in the cache


def address(document: Document, name: str, *more: object) -> str:
    """The address of one of the text's pages: ``address(document, "comment", 12)``."""
    year = document.year
    return reverse(f"documents:{name}", args=[year.cluster.code, year.number, document.slug, *more])


# The text of a draft


def rows_of(version: DocumentVersion) -> list[dict[str, Any]]:
    """The clauses of a draft as rows for the clause view, each with its ``provision``.

    The words of a frozen draft are cached by their hash: equal hash, equal rows. Identities come from the table. Of a draft
    whose words are hidden the numbers stay."""
    rows = _rows_of(version)
    return rows if version.hidden_at is None else [_bare(row) for row in rows]


def _bare(row: dict[str, Any]) -> dict[str, Any]:
    said = COVERED if row["text"] or row["heading"] or row["rows"] else ""
    return row | {"heading": None, "text": said, "rows": None, "footnotes": None}


def _rows_of(version: DocumentVersion) -> list[dict[str, Any]]:
    texts = ProvisionText.objects.filter(version=version).order_by("position")
    key = f"documents:rows:{version.content_hash}{mark()}"
    known: list[dict[str, Any]] | None = cache.get(key) if version.frozen_at is not None else None
    if known is not None:
        ids = list(texts.values_list("provision_id", flat=True))
        return [row | {"provision": provision} for row, provision in zip(known, ids, strict=True)]
    fields = (
        "pk",
        "provision_id",
        "parent_id",
        "depth",
        "kind",
        "number",
        "heading",
        "text",
        "rows",
        "notes",
        "path",
        "citation",
    )
    kinds: dict[int, str] = {}
    rows, ids = [], []
    for pk, provision, parent, depth, kind, number, heading, text, cells, notes, path, citation in texts.values_list(
        *fields
    ):
        kinds[pk] = kind
        ids.append(provision)
        rows.append(
            {
                "kind": kind,
                "number": number,
                "heading": heading,
                "text": text,
                "rows": cells,
                "footnotes": notes,
                "depth": depth,
                "parent": kinds.get(parent, ""),
                "path": path,
                "where": citation,
            }
        )
    if version.frozen_at is not None:
        cache.set(key, rows, KEPT)
    return [row | {"provision": provision} for row, provision in zip(rows, ids, strict=True)]


@dataclass
class Standing:
    """Where a text stands: its drafts, its rounds with their bundles, its adoption; three statements."""

    document: Document
    versions: list[DocumentVersion]
    rounds: list[ConsultationRound]
    submissions: list[UnitSubmission]

    @property
    def round(self) -> ConsultationRound | None:
        """The last round."""
        return self.rounds[-1] if self.rounds else None

    @property
    def newest(self) -> DocumentVersion | None:
        return self.versions[-1] if self.versions else None

    def of_round(self, round: ConsultationRound) -> list[UnitSubmission]:
        """The bundles of one round, first ones before supplements, by the Vietnamese alphabet."""
        return [one for one in self.submissions if one.round_id == round.pk]

    def silent(self, round: ConsultationRound) -> list[Unit]:
        """Units that have not spoken in this round."""
        return [one.unit for one in self.of_round(round) if one.supplement_of_id is None and one.state not in SPOKEN]

    def spoken(self, round: ConsultationRound) -> int:
        """How many units have spoken in this round."""
        return sum(one.supplement_of_id is None and one.state in SPOKEN for one in self.of_round(round))

    def invited(self, round: ConsultationRound) -> int:
        """How many units were asked in this round."""
        return sum(one.supplement_of_id is None for one in self.of_round(round))

    def own(self, by: Mandate | None) -> UnitSubmission | None:
        """The bundle of the mandate's unit in the last round: what is being prepared, else what it sent first."""
        if by is None or self.round is None:
            return None
        mine = [one for one in self.of_round(self.round) if one.unit_id == by.unit_id]
        return next((one for one in mine if one.state not in SPOKEN), mine[0] if mine else None)


def standings(documents: Sequence[Document]) -> dict[int, Standing]:
    """Where each of these texts stands, by its key."""
    by_key = {document.pk: Standing(document, [], [], []) for document in documents}
    for version in DocumentVersion.objects.filter(document__in=by_key).order_by("document", "ordinal"):
        version.document = by_key[version.document_id].document
        by_key[version.document_id].versions.append(version)
    versions = {version.pk: version for one in by_key.values() for version in one.versions}
    rounds: dict[int, ConsultationRound] = {}
    for round in ConsultationRound.objects.filter(version__in=versions).order_by("pk"):
        round.version = versions[round.version_id]
        rounds[round.pk] = round
        by_key[round.version.document_id].rounds.append(round)
    for one in by_key.values():
        for round in one.rounds:
            round.__dict__["is_last"] = round is one.rounds[-1]
    submissions = UnitSubmission.objects.filter(round__in=rounds).select_related("unit")
    for submission in submissions.order_by("round", "unit__sort_key", "pk"):
        submission.round = rounds[submission.round_id]
        by_key[submission.round.version.document_id].submissions.append(submission)
    return by_key


def standing_of(document: Document) -> Standing:
    """Where one text stands."""
    return standings([document])[document.pk]


def visible_versions(standing: Standing, by: Mandate | None, now: datetime) -> list[DocumentVersion]:
    """The drafts that the mandate may read, oldest first."""
    if can_see_drafts(by, standing.document, now):
        return standing.versions
    return [version for version in standing.versions if version.frozen_at is not None]


# Remarks


def comments_of(
    standing: Standing, by: Mandate, now: datetime, *, dropped: bool = False, at: Sequence[Any] | None = None
) -> list[Comment]:
    """All comments on the text that the mandate may read, with unit and answer, ready for the page: one statement.

    ``at``: only those at these provisions, and those on the whole."""
    found = Comment.objects.visible_to(by, now).filter(submission__round__version__document=standing.document)
    if not dropped:
        found = found.live()
    if at is not None:
        found = found.filter(Q(provision__in=at) | Q(provision=None))
    bundles = {one.pk: one for one in standing.submissions}
    comments = list(found.select_related("response__last_word").order_by("pk"))
    for comment in comments:
        comment.submission = bundles[comment.submission_id]
        unquote(comment)
    return comments


def answer_of(comment: Comment, by: Mandate, now: datetime) -> Any:
    """The answer to a comment if this mandate may read it, else None."""
    response = getattr(comment, "response", None)
    return response if response is not None and sees_answer(by, response, comment, now) else None


def decision_words(response: Any) -> str:
    """'Tiếp thu', 'Đã có tại khoản 2 Điều 5'."""
    label = str(Decision(response.decision).label)
    return f"{label} {response.already_at}" if response.decision == Decision.ALREADY else label


def last_word_of(response: Any, comment: Comment, by: Mandate) -> str:
    """'Bảo lưu ý kiến: …'; one that waits for the leader is known to the unit alone."""
    word = getattr(response, "last_word", None)
    if word is None or (word.said_at is None and comment.submission.unit_id != by.unit_id):
        return ""
    label = str(LastWordKind(word.kind).label)
    if word.said_at is None:
        label = _("%(label)s (chờ lãnh đạo gửi)") % {"label": label}
    return f"{label}: {word.words}" if word.words else f"{label}."


def status_of(comment: Comment) -> str:
    """Where an unsent or late comment stands, in a word; '' for one sent in time."""
    bundle = comment.submission
    if bundle.state == SubmissionState.WITH_LEADER:
        return _("chờ lãnh đạo gửi")
    if bundle.state not in SPOKEN:
        return _("nháp")
    return _("gửi sau hạn") if bundle.is_late else ""


def rewords(comment: Comment, old: str) -> bool:
    """Whether the proposal is the clause with changes, to be shown by word, or words of its own."""
    if is_covered([old, comment.proposed_text]):
        return False
    return comment.kind == CommentKind.WORDING or fuzz.ratio(old, comment.proposed_text, score_cutoff=60) > 0


def note_of(
    comment: Comment,
    by: Mandate,
    now: datetime,
    *,
    old: str | None,
    shown: DocumentVersion | None = None,
    moved: str = "",
    actions: bool = True,
) -> dict[str, Any]:
    """A comment as a remark for ``ui.clauses.note_html``.

    old: the clause's words in the draft that was commented on; shown: the draft on the page, to name an earlier one;
    moved: where it stood, if not here."""
    document = comment.submission.round.version.document
    response = answer_of(comment, by, now)
    version = comment.submission.round.version
    status = [status_of(comment)]
    if shown is not None and version.pk != shown.pk:
        status.append(version.label.lower())
    if moved:
        status.append(moved)
    kind = "" if comment.kind == CommentKind.WORDING else CommentKind(comment.kind).label
    note: dict[str, Any] = {
        "id": f"gy-{comment.pk}",
        "unit": comment.submission.unit.short_name,
        "kind": kind,
        "status": ", ".join(filter(None, status)),
        "state": "answered" if response is not None else "open",
        "quote": comment.quote,
        "text": comment.reason,
    }
    if comment.proposed_text:
        if old is not None and rewords(comment, old):
            note["old"], note["new"] = old, comment.proposed_text
        else:
            note["words"] = comment.proposed_text
    if response is not None:
        note["decision"] = response.decision
        note["decision_label"] = decision_words(response)
        note["answer"] = response.explanation
        if response.published_at is None:
            note["after"] = _("Chưa công bố.")
        note["last_word"] = last_word_of(response, comment, by)
    if actions:
        links = [{"url": address(document, "comment", comment.pk), "label": _("Xem")}]
        if comment.submission.state not in SPOKEN and can_change_comment(by, comment, now):
            links = [
                {"url": address(document, "change-comment", comment.pk), "label": _("Sửa")},
                {"url": address(document, "comment", comment.pk), "label": _("Xem, bỏ")},
            ]
        elif can_answer(by, comment, now):
            label = _("Sửa trả lời") if response is not None else _("Trả lời")
            links.insert(0, {"url": address(document, "answer", comment.pk), "label": label})
        note["actions"] = links
    return note


@dataclass
class ClausePage:
    """The clause view of a draft: rows with remarks; remarks on the whole; all comments that may be read."""

    rows: list[dict[str, Any]]
    whole: list[dict[str, Any]] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)


def shown_page(
    standing: Standing,
    version: DocumentVersion,
    by: Mandate,
    now: datetime,
    rows: Sequence[dict[str, Any]],
    *,
    part: Part | None = None,
) -> tuple[SafeString, list[dict[str, Any]], list[Comment]]:
    """(the clause view as HTML, remarks on the whole, all comments that may be read); see ``clause_page``.

    ``part``: of a folded text, that part alone. The HTML of a frozen draft is kept under the hash of all that it depends
    on, so it can be neither stale nor another's."""
    rows = rows if part is None else rows[part.first : part.after]
    comments = comments_of(standing, by, now, at=None if part is None else [row["provision"] for row in rows])
    key = "documents:page:" + _fingerprint(standing, version, rows, comments, by, now)
    if version.frozen_at is not None and (known := cache.get(key)) is not None:
        return SafeString(known[0]), known[1], comments
    page = clause_page(standing, version, by, now, rows=rows, comments=comments)
    html = clauses_html(page.rows)
    if version.frozen_at is not None:
        cache.set(key, (str(html), page.whole), KEPT)
    return html, page.whole, comments


def _fingerprint(
    standing: Standing,
    version: DocumentVersion,
    rows: Sequence[Mapping[str, Any]],
    comments: Sequence[Comment],
    by: Mandate,
    now: datetime,
) -> str:
    """SHA-256 over what the clause view shows and over what this mandate may do there."""
    document, round, own = standing.document, standing.round, standing.own(by)
    about = [
        get_language(),
        version.content_hash,
        mark(),
        [(one.pk, str(one.hidden_at)) for one in standing.versions],
        str(rows[0]["provision"]) if rows else "",
        len(rows),
        document.get_absolute_url(),
        document.state,
        [(one.pk, one.ordinal) for one in standing.versions],
        round is not None and (round.pk, round.is_over(now)),
        own and (own.pk, own.state),
        (by.unit_id, by.role, str(by.membership_role(now))),
    ]
    for one in comments:
        response = getattr(one, "response", None)
        about.append((one.pk, one.kind, one.proposed_text, one.reason, one.quote, one.citation, str(one.provision_id)))
        about.append((one.submission.state, one.submission.is_late, one.submission.unit.short_name))
        if response is not None:
            about.append((response.decision, response.explanation, response.already_at, str(response.published_at)))
            about.append(last_word_of(response, one, by))
    return hashlib.sha256(repr(about).encode()).hexdigest()


def clause_page(
    standing: Standing,
    version: DocumentVersion,
    by: Mandate,
    now: datetime,
    *,
    rows: Sequence[dict[str, Any]] | None = None,
    comments: Sequence[Comment] | None = None,
) -> ClausePage:
    """The draft with every comment made on it or on an earlier draft, each at its clause, wherever that stands now.

    A clause that is gone stands struck where it was, with its comments (consultation design §4.3). ``rows``, ``comments``:
    as ``rows_of`` and ``comments_of`` give them, when they are known already."""
    rows = rows_of(version) if rows is None else rows
    everything = comments_of(standing, by, now) if comments is None else list(comments)
    comments = [one for one in everything if one.submission.round.version.ordinal <= version.ordinal]
    own = standing.own(by)
    add = address(standing.document, "new-comment") if _may_add(own, version, by, now) else ""
    page_rows = [
        row | {"add_url": f"{add}?dk={row['provision']}"} if add and row["kind"] != "signature" else row for row in rows
    ]
    place = {row["provision"]: index for index, row in enumerate(page_rows)}
    earlier = [one for one in comments if one.submission.round.version_id != version.pk and one.provision_id]
    words = _earlier_words(earlier)
    doubtful = _doubtful(standing, version, earlier)
    absorbed = _absorbed(version, [one for one in earlier if one.provision_id not in place])
    paths = {row["path"]: index for index, row in enumerate(page_rows)}
    gone: dict[tuple[int, UUID], list[Comment]] = defaultdict(list)
    page = ClausePage(page_rows, comments=everything)
    for comment in comments:
        if comment.provision_id is None:
            page.whole.append(note_of(comment, by, now, old=None, shown=version))
            continue
        index, moved = place.get(comment.provision_id), ""
        if index is None and (path := absorbed.get(comment.provision_id)) in paths:
            index, moved = paths[path], _("góp ý tại %(where)s cũ") % {"where": comment.citation}
        if index is None:
            gone[comment.submission.round.version_id, comment.provision_id].append(comment)
            continue
        row = page_rows[index]
        made_on = comment.submission.round.version_id
        old = row["text"] if made_on == version.pk else _text(words, made_on, comment.provision_id)
        if made_on != version.pk and not moved and comment.citation != row["where"]:
            moved = _("khi là %(where)s") % {"where": comment.citation}
        if made_on != version.pk and comment.quote:
            moved = ", ".join(filter(None, [moved, _quote_now(comment, row["text"])]))
        if comment.provision_id in doubtful:
            moved = ", ".join(filter(None, [moved, _("chỗ ghép cần xem lại")]))
        row.setdefault("notes", []).append(note_of(comment, by, now, old=old, shown=version, moved=moved))
    if gone:
        page.rows = _with_tombstones(page_rows, place, gone, words, by, now, version)
    return page


def _may_add(own: UnitSubmission | None, version: DocumentVersion, by: Mandate, now: datetime) -> bool:
    """Whether 'Góp ý' stands at the clauses: on the last round's draft, for those who prepare the unit's comments."""
    return (
        own is not None
        and by.role in WRITERS
        and own.round.version_id == version.pk
        and own.state not in SPOKEN
        and bool(can_add_comment(by, own, now))
    )


def _text(words: Mapping[tuple[int, UUID | None], ProvisionText], version: int, provision: UUID) -> str | None:
    found = words.get((version, provision))
    return found.text if found is not None else None


def quoted(comment: Comment, at: ProvisionText | None) -> list[str]:
    """The clause's words; with a quote in them before it, it and behind it."""
    text = at.text if at is not None else ""
    found = find(text, comment.quote, comment.prefix, comment.suffix)
    return [text] if found is None else [text[: found.start], text[found.start : found.end], text[found.end :]]


def _quote_now(comment: Comment, text: str) -> str:
    """What became of the words that a comment quotes: '' when they stand there still."""
    found = find(text, comment.quote, comment.prefix, comment.suffix)
    if found is None:
        return _("đoạn được góp ý đã sửa")
    return (
        ""
        if found.how == "exact"
        else _("đoạn được góp ý nay là “%(words)s”") % {"words": text[found.start : found.end]}
    )


def _earlier_words(comments: Sequence[Comment]) -> dict[tuple[int, UUID | None], ProvisionText]:
    if not comments:
        return {}
    found = ProvisionText.objects.filter(
        version__in={one.submission.round.version_id for one in comments},
        provision__in={one.provision_id for one in comments},
    )
    return {(one.version_id, one.provision_id): one for one in texts_shown(found)}


def _doubtful(standing: Standing, shown: DocumentVersion, comments: Sequence[Comment]) -> set[Any]:
    """Clauses whose identity up to this draft rests on a guess that nobody has confirmed."""
    if not comments:
        return set()
    later = [one.pk for one in standing.versions if one.ordinal <= shown.ordinal]
    guessed = ChangeRecord.objects.filter(version__in=later, asked=True, confirmed_by=None)
    return set(
        guessed.filter(provision__in={one.provision_id for one in comments}).values_list("provision_id", flat=True)
    )


def _absorbed(version: DocumentVersion, comments: Sequence[Comment]) -> dict[Any, str]:
    """provision -> path of the clause of this draft into which it was merged."""
    if not comments:
        return {}
    merged = ChangeRecord.objects.filter(
        version=version, provision__in={one.provision_id for one in comments}, change="merged"
    )
    return {one.provision_id: one.to_paths[0] for one in merged if one.to_paths}


def _with_tombstones(
    rows: list[dict[str, Any]],
    place: Mapping[Any, int],
    gone: Mapping[tuple[int, UUID], list[Comment]],
    words: Mapping[tuple[int, UUID | None], ProvisionText],
    by: Mandate,
    now: datetime,
    shown: DocumentVersion,
) -> list[dict[str, Any]]:
    order: dict[int, list[UUID]] = defaultdict(list)
    in_versions = ProvisionText.objects.filter(version__in={version for version, _one in gone})
    for version, provision in in_versions.order_by("version", "position").values_list("version_id", "provision_id"):
        order[version].append(provision)
    after: dict[int, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for (version, provision), comments in gone.items():
        text = words[version, provision]
        at = order[version].index(provision)
        stone = {
            "kind": text.kind,
            "number": text.number,
            "heading": text.heading,
            "text": "",
            "html": _struck(text.text),
            "rows": text.rows,
            "depth": text.depth,
            "parent": "",
            "path": f"bo-{text.pk}",
            "where": _("%(where)s, nay đã bỏ") % {"where": text.citation},
            "change": "removed",
            "notes": [note_of(one, by, now, old=text.text, shown=shown) for one in comments],
        }
        after[after_which(at, order[version], place)].append((at, stone))
    result = [stone for _at, stone in sorted(after.get(-1, []), key=lambda pair: pair[0])]
    for index, row in enumerate(rows):
        result.append(row)
        result += [stone for _at, stone in sorted(after.get(index, []), key=lambda pair: pair[0])]
    return result


def _struck(text: str) -> Any:
    return format_html("<del>{}</del>", text)


# What waits


@dataclass
class Tally:
    """Comments of a text that were sent: all, without any answer, without a published one, and their clauses."""

    sent: int = 0
    unanswered: int = 0
    unpublished: int = 0
    where: list[str] = field(default_factory=list)


def tallies(documents: Iterable[int]) -> dict[int, Tally]:
    """What was sent and is not answered, for each text: one statement."""
    found: dict[int, Tally] = defaultdict(Tally)
    sent = Comment.objects.sent().filter(submission__round__version__document__in=list(documents))
    values = sent.order_by("pk").values_list(
        "submission__round__version__document", "citation", "response", "response__published_at"
    )
    for document, citation, response, published in values:
        tally = found[document]
        tally.sent += 1
        tally.unanswered += response is None
        tally.unpublished += published is None
        if response is None:
            tally.where.append(citation or _("toàn văn bản"))
    return found


def prepared_by(by: Mandate) -> dict[int, int]:
    """How many comments the mandate's unit has prepared in each unsent bundle of the year: one statement."""
    if by.role not in WRITERS:
        return {}
    unsent = UnitSubmission.objects.filter(unit=by.unit_id, round__version__document__year=by.year_id)
    counted = unsent.exclude(state__in=SPOKEN).annotate(count=Count("comments", filter=Q(comments__dropped_at=None)))
    return dict(counted.values_list("pk", "count"))


def tells_of(standing: Standing, round: ConsultationRound, by: Mandate | None, now: datetime) -> bool:
    """Whether the mandate may be told how many comments were sent in the round."""
    return sees_sent(by, round, now)


def until(round: ConsultationRound) -> str:
    """'17:00 ngày 28-02-2026'."""
    return moment(round.closes_at)


# The response table


@dataclass
class TableRow:
    """One comment in the table of comments and answers."""

    comment: Comment
    unit: str
    old: str
    new: str | None
    order: tuple[int, int]
    article: str
    kind: str
    text: str
    proposal: str
    before: str | None
    decision: str
    decision_label: str
    explanation: str
    last_word: str
    shown_in: str
    after: str
    published: bool
    late: bool
    url: str
    answer_url: str = ""


def table_rows(standing: Standing, by: Mandate, now: datetime) -> list[TableRow]:
    """Every sent comment that the mandate may read, in the order of the text, with its clause then and now."""
    comments = [one for one in comments_of(standing, by, now) if one.submission.state == SubmissionState.SENT]
    document = standing.document
    versions = visible_versions(standing, by, now)
    newest = versions[-1] if versions else None
    current: dict[Any, dict[str, Any]] = {row["provision"]: row for row in rows_of(newest)} if newest else {}
    words = _earlier_words([one for one in comments if one.provision_id])
    position = {provision: place for place, provision in enumerate(current)}
    targets: dict[int, list[UUID]] = defaultdict(list)
    pointed = Response.targets.through.objects.filter(response__comment__in=[one.pk for one in comments])
    for key, provision in pointed.values_list("response__comment", "provision"):
        targets[key].append(provision)
    result = []
    for comment in comments:
        version = comment.submission.round.version
        response = answer_of(comment, by, now)
        old = words.get((version.pk, comment.provision_id)) if comment.provision_id else None
        row = current.get(comment.provision_id)
        later = newest is not None and newest.ordinal > version.ordinal
        new = None if not later or not comment.provision_id else (row["where"] if row else "")
        place = position.get(comment.provision_id, old.position if old is not None else -1)
        result.append(
            TableRow(
                comment=comment,
                unit=comment.submission.unit.short_name,
                old=comment.citation,
                new=new,
                order=(place, comment.pk),
                article=_article(comment.citation),
                kind=str(CommentKind(comment.kind).label),
                text=comment.reason,
                proposal=comment.proposed_text,
                before=old.text if old is not None and rewords(comment, old.text) else None,
                decision=response.decision if response else "",
                decision_label=decision_words(response) if response else "",
                explanation=response.explanation if response else "",
                shown_in=""
                if response is None
                else ", ".join(current[one]["where"] for one in targets.get(comment.pk, ()) if one in current),
                last_word=last_word_of(response, comment, by) if response else "",
                after=(row["text"] or row["heading"] or "") if later and row else "",
                published=bool(response and response.published_at),
                late=comment.submission.is_late,
                url=address(document, "comment", comment.pk),
                answer_url=address(document, "answer", comment.pk) if can_answer(by, comment, now) else "",
            )
        )
    return sorted(result, key=lambda row: row.order)


def agreed(standing: Standing, by: Mandate, now: datetime) -> list[str]:
    """Units that agreed without comment, as far as the mandate may know."""
    return [
        one.unit.short_name
        for one in standing.submissions
        if one.state == SubmissionState.AGREED and (one.unit_id == by.unit_id or sees_sent(by, one.round, now))
    ]


def _article(citation: str) -> str:
    """The article (or plan level) of a citation: 'điểm đ khoản 2 Điều 5' -> 'Điều 5'; '' for the whole text."""
    words = citation.split()
    for place in range(len(words) - 1, -1, -1):
        if words[place] in {"Điều", "Mục"}:
            return " ".join(words[place : place + 2])
    return citation
