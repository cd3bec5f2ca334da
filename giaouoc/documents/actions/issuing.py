"""Ban hành: an adopted text gets its number and is in force; what it does to earlier texts of the cluster."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from giaouoc.audit.trail import move
from giaouoc.clusters.models import Cluster, Mandate
from giaouoc.clusters.queries import members_of
from giaouoc.lib.clock import local_date
from giaouoc.lib.dates import short_date
from giaouoc.lib.errors import Invalid
from giaouoc.lib.language import official
from giaouoc.lib.verdict import require
from giaouoc.lib.vietnamese import one_line
from giaouoc.notices.actions.send import notify

from ..access_answers import can_issue
from ..models import Adoption, Document, Succession
from ..queries import in_force, lock, people_of
from ..rules.layout import bare_number
from ..states import DOCUMENT_MOVES, ENDING, DocumentState, Relation


@transaction.atomic
def issue_document(
    document: Document,
    *,
    by: Mandate,
    now: datetime,
    number: str,
    issued_on: date,
    relation: str = "",
    earlier: Sequence[Document] = (),
) -> Adoption:
    """Issue an adopted text under its number and day; the words stay those of the decision.

    relation, earlier: what it does to texts of the cluster that are in force; replaced or repealed ones no longer are.
    Members are told. Raises NotAllowed, WrongState, Invalid."""
    lock(document)
    require(can_issue(by, document, now))
    adoption = Adoption.objects.select_for_update().get(document=document)
    number = bare_number(one_line(number))
    if not number:
        raise Invalid(_("Ghi số của văn bản, thí dụ 01-QC/CTĐ17."), field="number")
    if not adoption.meeting_date <= issued_on <= local_date(now):
        raise Invalid(
            _("Ngày ban hành từ ngày thông qua, %(first)s, đến hôm nay.")
            % {"first": short_date(adoption.meeting_date)},
            field="issued_on",
        )
    _check_free(document, number, issued_on)
    before = _earlier(document, relation, earlier)
    adoption.number, adoption.issued_on = number, issued_on
    adoption.save(update_fields=["number", "issued_on"])
    words: dict[str, Any] = {"number": number, "day": short_date(issued_on)}
    move(document, "issue", DOCUMENT_MOVES, by=by, now=now, act="documents.issue", **words)
    for one in before:
        Succession.objects.create(document=document, earlier=one, relation=relation)
        if relation in ENDING:
            with official():
                kind = str(Relation(relation).label).lower()
            move(
                one,
                "supersede",
                DOCUMENT_MOVES,
                by=by,
                now=now,
                act="documents.supersede",
                kind=kind,
                title=document.title,
                number=number,
            )
    with official():
        units = [row.unit_id for row in members_of(document.year, now)]
        notify(
            people_of(units, document.year_id, now),
            _("Ban hành: %(title)s") % {"title": document.title},
            _("Số %(number)s, ngày %(day)s.") % words,
            document.get_absolute_url(),
            now=now,
        )
    return adoption


def _earlier(document: Document, relation: str, earlier: Sequence[Document]) -> list[Document]:
    if not relation and not earlier:
        return []
    if relation not in Relation.values:
        raise Invalid(_("Chọn văn bản này sửa đổi, thay thế hay bãi bỏ văn bản trước."), field="relation")
    chosen = {one.pk for one in earlier}
    found = [one for one in in_force(document) if one.pk in chosen]
    if not found or len(found) < len(chosen):
        raise Invalid(_("Chọn văn bản của Cụm đang có hiệu lực."), field="earlier")
    for one in found:
        lock(one)
        if one.state != DocumentState.IN_FORCE:  # another text has replaced it meanwhile
            raise Invalid(_("Chọn văn bản của Cụm đang có hiệu lực."), field="earlier")
    return found


def _check_free(document: Document, number: str, issued_on: date) -> None:
    """One number stands on one text of the cluster in a year. The cluster is held until the text is issued. Raises Invalid."""
    Cluster.objects.select_for_update().get(pk=document.year.cluster_id)
    others = Adoption.objects.filter(document__year__cluster=document.year.cluster_id, issued_on__year=issued_on.year)
    taken = {one.number.casefold(): one for one in others.select_related("document")}
    if (other := taken.get(number.casefold())) is not None:
        raise Invalid(
            _("Số %(number)s đã có ở “%(title)s”.") % {"number": other.number, "title": other.document.title},
            field="number",
        )
