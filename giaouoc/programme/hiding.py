"""What an administrator can hide here: the pact's paragraphs, its commitments and the planned activities."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy

from giaouoc.clusters.hideable import Holds, Kind, register, register_papers
from giaouoc.files.models import StoredFile
from giaouoc.signing.models import Revision

from .models import Activity, Commitment, Pact


def _files(pact: Pact) -> Iterator[StoredFile]:
    """The frozen paper and its signed copies."""
    if pact.pdf is not None:
        yield pact.pdf
    for revision in Revision.objects.filter(round__pact=pact).select_related("file"):
        yield revision.file


def _papers(holds: Holds) -> Iterator[StoredFile]:
    for pact in Pact.objects.select_related("pdf"):
        if holds(pact.content):
            yield from _files(pact)


register(
    Kind(
        "giao-uoc",
        gettext_lazy("Biện pháp, chế độ báo cáo của giao ước"),
        Pact,
        ("measures", "reporting"),
        about="year",
        year="year",
        files=_files,
    ),
    Kind(
        "cam-ket",
        gettext_lazy("Cam kết"),
        Commitment,
        ("text", "measure"),
        about="pact",
        year="pact__year",
        files=lambda one: _files(one.pact),
    ),
    Kind(
        "hoat-dong",
        gettext_lazy("Hoạt động"),
        Activity,
        ("title", "host_text", "result"),
        names=("host_text",),
        about="year",
        find=("title",),
        year="year",
    ),
)
register_papers(_papers)
