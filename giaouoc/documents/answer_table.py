"""The table of comments and answers on a text: every sent comment, in the order of the text, with its clause then and now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from giaouoc.clusters.models import Mandate

from .access import sees_sent
from .access_answers import can_answer
from .addresses import address
from .clause_page import rows_of
from .models import Comment, Response, UnitSubmission
from .remarks import answer_of, comments_of, decision_words, last_word_of, rewords, words_commented
from .standing import Standing, visible_versions
from .states import CommentKind, SubmissionState


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
    words = words_commented([one for one in comments if one.provision_id])
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
    """Units that agreed without comment in the last round and added none, as far as the mandate may know."""
    more = {one.unit_id for one in _known(standing, by, now) if one.state == SubmissionState.SENT}
    said = [one for one in _known(standing, by, now) if one.state == SubmissionState.AGREED]
    return [one.unit.short_name for one in said if one.unit_id not in more]


def took_back(standing: Standing, rows: Sequence[TableRow], by: Mandate, now: datetime) -> list[str]:
    """Units that withdrew all that they had sent in the last round; ``rows``: of the table."""
    left = {row.comment.submission.unit_id for row in rows if row.comment.submission.round == standing.round}
    sent = [one for one in _known(standing, by, now) if one.state == SubmissionState.SENT]
    return list(dict.fromkeys(one.unit.short_name for one in sent if one.unit_id not in left))


def _known(standing: Standing, by: Mandate, now: datetime) -> list[UnitSubmission]:
    """The bundles of the last round that the mandate may know of."""
    round = standing.round
    if round is None:
        return []
    return [one for one in standing.of_round(round) if one.unit_id == by.unit_id or sees_sent(by, round, now)]


def _article(citation: str) -> str:
    """The article (or plan level) of a citation: 'điểm đ khoản 2 Điều 5' -> 'Điều 5'; '' for the whole text."""
    words = citation.split()
    for place in range(len(words) - 1, -1, -1):
        if words[place] in {"Điều", "Mục"}:
            return " ".join(words[place : place + 2])
    return citation
