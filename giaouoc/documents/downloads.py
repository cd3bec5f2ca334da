"""What leaves the system as a file: a draft as PDF, Word and Akoma Ntoso, its changes, the response table."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from giaouoc.clusters.models import Mandate
from giaouoc.clusters.queries import body_kind_of
from giaouoc.files.storage import SHEET, bytes_response, file_response
from giaouoc.lib.clock import local_date
from giaouoc.lib.language import official
from giaouoc.lib.vietnamese import slug

from .actions.imports import WORD
from .comparing import compared
from .models import Adoption, DocumentVersion, content_of
from .paper.akoma_ntoso import VersionFacts, render_akoma_ntoso
from .paper.changes_table import ChangeRow, ChangesPaper, render_changes_table
from .paper.clauses import VersionPaper, render_clauses
from .paper.response_table import render_response_table
from .paper.word import Side, render_changes, render_word
from .queries import fixed_tables, has_hidden
from .response import response_paper
from .rules.layout import number_line, style_for
from .standing import Standing


@official()
def version_pdf(version: DocumentVersion, adoption: Adoption | None, now: datetime) -> HttpResponse:
    """The draft on paper, marked as a draft unless it was adopted."""
    return bytes_response(
        render_clauses(paper_of(version, adoption, now))[0], _name(version, adoption, "pdf"), "application/pdf"
    )


@official()
def version_word(version: DocumentVersion, adoption: Adoption | None, now: datetime) -> HttpResponse:
    """The draft as a Word file, which comes back through the import as the same text."""
    return bytes_response(render_word(paper_of(version, adoption, now)), _name(version, adoption, "docx"), WORD)


@official()
def version_akoma_ntoso(version: DocumentVersion, adoption: Adoption | None) -> HttpResponse:
    """The draft as Akoma Ntoso 3.0."""
    document = version.document
    facts = VersionFacts(
        title=document.title,
        kind=document.kind,
        cluster_name=document.year.cluster.name,
        work=f"cum-{document.year.cluster.code}/{document.year.number}/{document.slug}",
        year=document.year.number,
        ordinal=version.ordinal,
        made=local_date(version.made_at),
        content_hash=version.content_hash,
        ids=[str(one) for one in _identities(version)],
        adopted=adoption.meeting_date if adoption else None,
    )
    data = render_akoma_ntoso(content_of(version), facts)
    return bytes_response(data, _name(version, adoption, "xml"), "application/akn+xml")


@official()
def changes_word(earlier: DocumentVersion, later: DocumentVersion, now: datetime) -> HttpResponse:
    """The later draft with its changes tracked: accepting all gives it, rejecting all the earlier one."""
    side = Side(content_of(earlier), _identities(earlier), earlier.ordinal)
    data = render_changes(paper_of(later, None, now), side, _identities(later))
    return bytes_response(data, f"{slug(later.document.title)}-thay-doi-{earlier.ordinal}-{later.ordinal}.docx", WORD)


@official()
def changes_table(earlier: DocumentVersion, later: DocumentVersion, now: datetime) -> HttpResponse:
    """The table of changes from one draft to a later one."""
    document = later.document
    cluster = document.year.cluster
    paper = ChangesPaper(
        cluster_name=cluster.name,
        supervising_body=cluster.supervising_body.name,
        subject=_("%(title)s: %(later)s so với %(earlier)s")
        % {"title": document.title, "later": later.label.lower(), "earlier": earlier.label.lower()},
        place=cluster.place,
        day=local_date(now),
        earlier=earlier.label,
        later=later.label,
        rows=tuple(
            ChangeRow(one.old_where, one.new_where, one.label, one.old, one.new) for one in compared(earlier, later)
        ),
        hashes=(earlier.content_hash, later.content_hash),
        trial=settings.MODE == "demo",
        body_kind=body_kind_of(document.year, now),
    )
    name = f"{slug(document.title)}-bang-thay-doi-{earlier.ordinal}-{later.ordinal}.docx"
    return bytes_response(render_changes_table(paper), name, WORD)


def _identities(version: DocumentVersion) -> list[UUID]:
    return list(version.texts.order_by("position").values_list("provision_id", flat=True))


def paper_of(version: DocumentVersion, adoption: Adoption | None, now: datetime) -> VersionPaper:
    """What the paper of a version says; in the layout that was kept with it, before that in today's.

    Once the text is issued its paper has the number and the day of issue, and the layout of that day."""
    document = version.document
    cluster = document.year.cluster
    kind = (adoption or version).body_kind or body_kind_of(document.year, now)
    day = (adoption.issued_on or adoption.meeting_date) if adoption else None
    style = style_for(kind, day or local_date(version.made_at))
    return VersionPaper(
        cluster_name=cluster.name,
        supervising_body=cluster.supervising_body.name,
        year=document.year.number,
        title=document.title,
        place=cluster.place,
        tree=content_of(version),
        content_hash=version.content_hash,
        style_day=local_date(version.made_at),
        day=day,
        draft_ordinal=None if adoption else version.ordinal,
        body_kind=kind,
        number_line=number_line(style, adoption.number) if adoption else "",
    )


def _name(version: DocumentVersion, adoption: Adoption | None, ending: str) -> str:
    return f"{slug(version.document.title)}-{'thong-qua' if adoption else f'du-thao-{version.ordinal}'}.{ending}"


def response_table(standing: Standing, by: Mandate, now: datetime) -> HttpResponse:
    """The table of comments and answers in Word, with what this mandate may read; the fixed one after the minutes.

    With hidden words in it, it is made anew without them."""
    fixed = fixed_tables(standing.document)
    if fixed is not None and fixed.table_word is not None and not has_hidden(standing.document):
        return file_response(fixed.table_word)
    data = render_response_table(response_paper(standing, by, now))
    return bytes_response(data, f"tiep-thu-giai-trinh-{slug(standing.document.title)}.docx", WORD)


def response_sheet(standing: Standing, by: Mandate, now: datetime) -> HttpResponse:
    """The same in Excel."""
    fixed = fixed_tables(standing.document)
    if fixed is not None and fixed.table_sheet is not None and not has_hidden(standing.document):
        return file_response(fixed.table_sheet)
    from .paper.response_sheet import render_response_sheet  # brings the library for sheets; only here is it needed

    data = render_response_sheet(response_paper(standing, by, now))
    return bytes_response(data, f"tiep-thu-giai-trinh-{slug(standing.document.title)}.xlsx", SHEET)
