"""What the table of comments and answers says on paper."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from giaouoc.clusters.models import Mandate
from giaouoc.clusters.queries import body_kind_of
from giaouoc.lib.clock import local_date
from giaouoc.lib.language import official

from .answer_table import TableRow, agreed, table_rows, took_back
from .paper.response_table import ResponsePaper, ResponseRow
from .remarks import last_word_of
from .standing import Standing


def _explained(row: TableRow) -> str:
    """The explanation, where the change is seen, and what the unit says to it."""
    parts = [row.explanation]
    if row.shown_in:
        parts.append(_("Sửa tại: %(where)s.") % {"where": row.shown_in})
    if row.last_word and (word := last_word_of(row.comment.response, row.comment)):  # what its leader has said
        parts.append(_("Đơn vị góp ý: %(word)s") % {"word": word})
    return "\n".join(filter(None, parts))


@official()
def response_paper(standing: Standing, by: Mandate, now: datetime) -> ResponsePaper:
    """The table of comments and answers, with what this mandate may read of it and nothing else."""
    document = standing.document
    cluster, round = document.year.cluster, standing.round
    over = round is not None and round.is_over(now)
    rows = table_rows(standing, by, now)
    return ResponsePaper(
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
                quote=row.comment.quote,
                proposal=row.proposal or ("" if row.text else row.kind),
                decision=row.decision_label,
                explanation=_explained(row),
                new=row.new,
                after=row.after,
            )
            for row in rows
        ),
        agreed=tuple(agreed(standing, by, now)),
        withdrawn=tuple(took_back(standing, rows, by, now)),
        silent=tuple(unit.short_name for unit in standing.silent(round)) if round is not None and over else (),
        content_hash=round.version.content_hash if round is not None else "",
        trial=settings.MODE == "demo",
        body_kind=body_kind_of(document.year, now),
    )
