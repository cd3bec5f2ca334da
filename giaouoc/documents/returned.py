"""What the page shows of a file that came back: each remark and change at its clause, before it is entered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from .models import ProvisionText, ReturnedFile
from .states import CommentKind


@dataclass(frozen=True)
class RemarkRow:
    """A proposal. where: its clause, '' for the whole text; before: the clause's words, None without a new wording."""

    place: int
    where: str
    kind: str
    quote: str
    reason: str
    proposed: str
    before: str | None
    author: str
    settled: bool
    ticked: bool


def remark_rows(returned: ReturnedFile, chosen: Collection[int]) -> list[RemarkRow]:
    """The proposals of a file, in its order; one statement. chosen: places that are ticked."""
    wanted = {one["provision"] for one in returned.proposals if one["provision"]}
    texts = ProvisionText.objects.filter(version=returned.submission.round.version_id, provision__in=wanted)
    words = {str(one.provision_id): one for one in texts}
    rows = []
    for place, one in enumerate(returned.proposals):
        at = words.get(one["provision"])
        rows.append(
            RemarkRow(
                place=place,
                where=(at.citation or at.heading or "") if at else "",
                kind=str(CommentKind(one["kind"]).label),
                quote=one["quote"],
                reason=one["reason"],
                proposed=one["proposed"],
                before=at.text if at and one["kind"] == CommentKind.WORDING else None,
                author=one["author"],
                settled=one["done"],
                ticked=place in chosen,
            )
        )
    return rows
