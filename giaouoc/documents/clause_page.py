"""The clause view of a draft with its remarks, each at its clause, wherever that stands now.

Each function costs a fixed number of statements, however long the text and however many comments it has."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from giaouoc.clusters.models import Mandate
from giaouoc.lib.covering import COVERED, mark
from giaouoc.ui.clauses import clauses_html

from .access import can_add_comment
from .addresses import address
from .folding import Part
from .identity import after_which
from .models import WRITERS, ChangeRecord, Comment, DocumentVersion, ProvisionText, UnitSubmission
from .remarks import comments_of, last_word_of, note_of, words_commented
from .rules.quotes import find
from .standing import Standing
from .states import SPOKEN

KEPT = 7 * 24 * 3600  # seconds that the rows of a frozen draft stay in the cache


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
    words = words_commented(earlier)
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
