"""The table of comments and answers is fixed with the minutes of the conference that adopted the text."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from giaouoc.audit.trail import record
from giaouoc.clusters.models import Mandate
from giaouoc.files.storage import SHEET, store
from giaouoc.lib.language import official

from ..models import Adoption, Document
from ..paper.response_table import render_response_table
from ..queries import lock
from ..response import response_paper
from ..standing import standing_of
from .imports import WORD


def fix_response_table(document: Document, *, by: Mandate, now: datetime) -> None:
    """Keep the table as it stands, in Word and Excel; from now on it is what the downloads give.

    Called inside the act that approves the minutes; does nothing without a round, an adoption, or when it was done."""
    lock(document)
    adoption = Adoption.objects.filter(document=document, table_word=None).first()
    standing = standing_of(document)
    if adoption is None or not standing.rounds:
        return
    paper = response_paper(standing, by, now)
    from ..paper.response_sheet import render_response_sheet  # brings the library for sheets; only here is it needed

    with official():
        name = _("Tiếp thu, giải trình %(title)s") % {"title": document.title}
    adoption.table_word = store(render_response_table(paper), f"{name}.docx", WORD, now=now)
    adoption.table_sheet = store(render_response_sheet(paper), f"{name}.xlsx", SHEET, now=now)
    adoption.save(update_fields=["table_word", "table_sheet"])
    record("documents.fix_table", document, by=by, now=now, hash=adoption.table_word.sha256[:8].upper())
