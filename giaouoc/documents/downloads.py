"""What leaves the system as a file: a draft as PDF, the response table as a Word file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from giaouoc.clusters.models import Mandate
from giaouoc.files.storage import content_disposition
from giaouoc.lib.clock import local_date
from giaouoc.lib.language import official
from giaouoc.lib.vietnamese import slug

from .actions.imports import WORD
from .models import Adoption, DocumentVersion, content_of
from .paper.clauses import VersionPaper, render_clauses
from .paper.response_table import ResponsePaper, ResponseRow, render_response_table
from .reading import Standing, TableRow, agreed


def _file(data: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = content_disposition(name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response


@official()
def version_pdf(version: DocumentVersion, adoption: Adoption | None, now: datetime) -> HttpResponse:
    """The draft on paper, marked as a draft unless it was adopted."""
    document = version.document
    cluster = document.year.cluster
    paper = VersionPaper(
        cluster_name=cluster.name,
        supervising_body=cluster.supervising_body.name,
        year=document.year.number,
        title=document.title,
        place=cluster.place,
        tree=content_of(version),
        content_hash=version.content_hash,
        style_day=local_date(version.made_at),
        day=adoption.meeting_date if adoption else None,
        draft_ordinal=None if adoption else version.ordinal,
    )
    name = f"{slug(document.title)}-{'thong-qua' if adoption else f'du-thao-{version.ordinal}'}.pdf"
    return _file(render_clauses(paper), name, "application/pdf")


@official()
def response_table(standing: Standing, rows: Sequence[TableRow], by: Mandate, now: datetime) -> HttpResponse:
    """The table of comments and answers, with what this mandate may read of it and nothing else."""
    document = standing.document
    cluster, round = document.year.cluster, standing.round
    over = round is not None and round.is_over(now)
    paper = ResponsePaper(
        cluster_name=cluster.name,
        supervising_body=cluster.supervising_body.name,
        subject=_("ý kiến góp ý dự thảo %(title)s") % {"title": document.title},
        place=cluster.place,
        day=local_date(now),
        rows=tuple(
            ResponseRow(
                unit=row.unit + (_(" (gửi sau hạn)") if row.late else ""),
                old=row.old,
                content=row.text,
                proposal=row.proposal or ("" if row.text else row.kind),
                decision=row.decision_label,
                explanation=row.explanation,
                new=row.new,
                after=row.after,
            )
            for row in rows
        ),
        agreed=tuple(agreed(standing, by, now)),
        silent=tuple(unit.short_name for unit in standing.silent(round)) if round is not None and over else (),
        content_hash=round.version.content_hash if round is not None else "",
        trial=settings.MODE == "demo",
    )
    return _file(render_response_table(paper), f"tiep-thu-giai-trinh-{slug(document.title)}.docx", WORD)
