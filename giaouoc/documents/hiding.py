"""What an administrator can hide here: drafts, their clauses, what was said of them, and what is still being prepared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from giaouoc.clusters.hideable import Holds, Kind, register, register_papers
from giaouoc.files.models import StoredFile
from giaouoc.signing.models import Revision

from .models import (
    Adoption,
    Comment,
    Document,
    DocumentVersion,
    DraftImport,
    LastWord,
    ProvisionText,
    Response,
    ReturnedFile,
    Unfinished,
    UnitSubmission,
    Writing,
)

DOCUMENT = "submission__round__version__document"
NEAR = 50  # comments on a clause that are listed beside it


def _comment(comment: Comment, words: str) -> str:
    return words % {"number": comment.pk, "where": comment.citation or _("toàn văn bản")}


def _version_files(version: DocumentVersion) -> Iterator[StoredFile]:
    """The Word file of a draft and its signed copies. The fixed table of answers is made anew without the words."""
    if version.source is not None:
        yield version.source
    for revision in Revision.objects.filter(round__adoption__version=version).select_related("file"):
        yield revision.file


def _paper(comment: Comment) -> Iterator[StoredFile]:
    """A paper that was typed in."""
    if comment.submission.paper is not None:
        yield comment.submission.paper


def _document_files(document: Document) -> Iterator[StoredFile]:
    for version in document.versions.select_related("source"):
        yield from _version_files(version)


def _papers(holds: Holds) -> Iterator[StoredFile]:
    columns = ("version_id", "heading", "text", "rows", "notes")
    rows = ProvisionText.objects.values_list(*columns).iterator(chunk_size=500)
    found = {version for version, *words in rows if holds(words)}
    for version in DocumentVersion.objects.filter(pk__in=found).select_related("source"):
        yield from _version_files(version)
    for draft in DraftImport.objects.select_related("file").iterator(chunk_size=20):
        if holds([draft.tree, draft.letterhead]):
            yield draft.file
    for returned in ReturnedFile.objects.select_related("file").iterator(chunk_size=20):
        if holds(returned.proposals):
            yield returned.file


def _about_clause(clause: ProvisionText) -> Iterator[Model]:
    """The clause in other drafts, and what was said of it."""
    others = ProvisionText.objects.filter(provision=clause.provision_id).exclude(pk=clause.pk)
    yield from others.select_related("version__document").order_by("version__ordinal")
    said = Comment.objects.filter(Q(dropped_at=None) | Q(withdrawn_by__isnull=False), provision=clause.provision_id)
    yield from said.select_related(DOCUMENT)[:NEAR]  # what was withdrawn can still be read


def _about_comment(comment: Comment) -> Iterator[Model]:
    """What was answered, and the last word."""
    for response in Response.objects.filter(comment=comment).select_related("comment"):
        yield response
        yield from LastWord.objects.filter(response=response).select_related("response__comment")


def _turn(version: DocumentVersion, at: datetime | None) -> None:
    DocumentVersion.objects.filter(pk=version.pk).update(hidden_at=at)
    version.hidden_at = at


register(
    Kind(
        "gop-y",
        gettext_lazy("Ý kiến"),
        Comment,
        ("reason", "proposed_text", "quote", "prefix", "suffix"),
        about=DOCUMENT,
        find=(f"{DOCUMENT}__title", f"{DOCUMENT}__slug"),
        year=f"{DOCUMENT}__year",
        name=lambda one: _comment(one, _("ý kiến số %(number)s, %(where)s")),
        files=_paper,
        near=_about_comment,
        said=lambda one: {"reason": one.reason, "proposed_text": one.proposed_text},
    ),
    Kind(
        "tra-loi",
        gettext_lazy("Trả lời"),
        Response,
        ("explanation", "already_at"),
        about=f"comment__{DOCUMENT}",
        find=(f"comment__{DOCUMENT}__title", f"comment__{DOCUMENT}__slug"),
        year=f"comment__{DOCUMENT}__year",
        name=lambda one: _comment(one.comment, _("trả lời ý kiến số %(number)s, %(where)s")),
    ),
    Kind(
        "loi-cuoi",
        gettext_lazy("Lời cuối"),
        LastWord,
        ("words",),
        about=f"response__comment__{DOCUMENT}",
        find=(f"response__comment__{DOCUMENT}__title", f"response__comment__{DOCUMENT}__slug"),
        year=f"response__comment__{DOCUMENT}__year",
        name=lambda one: _comment(one.response.comment, _("lời cuối về ý kiến số %(number)s, %(where)s")),
    ),
    Kind(
        "du-thao",
        gettext_lazy("Dự thảo"),
        DocumentVersion,
        about="document",
        find=("document__title", "document__slug"),
        year="document__year",
        name=lambda one: _("câu chữ %(version)s") % {"version": one.label.lower()},
        files=_version_files,
        whole=True,
        turn=_turn,
    ),
    Kind(
        "dieu-khoan",
        gettext_lazy("Điều khoản của dự thảo"),
        ProvisionText,
        ("heading", "text", "rows", "notes"),
        names=("heading",),
        about="version__document",
        find=("version__document__title", "version__document__slug", "citation"),
        year="version__document__year",
        name=lambda one: (
            _("%(where)s của %(version)s")
            % {
                "where": one.citation or _("đoạn thứ %(place)s") % {"place": one.position + 1},
                "version": one.version.label.lower(),
            }
        ),
        files=lambda one: _version_files(one.version),
        near=_about_clause,
    ),
    Kind(
        "van-ban",
        gettext_lazy("Tên văn bản, lý do rút"),
        Document,
        ("title", "reason", "withdrawal_reason"),
        about="year",
        find=("title", "slug"),
        year="year",
        name=lambda one: _("tên văn bản số %(number)s") % {"number": one.pk},
        files=_document_files,
    ),
    Kind(
        "ban-gop-y",
        gettext_lazy("Số văn bản góp ý"),
        UnitSubmission,
        ("letter_number",),
        about="round__version__document",
        find=("round__version__document__title", "round__version__document__slug"),
        year="round__version__document__year",
        files=lambda one: [one.paper] if one.paper else [],
    ),
    Kind(
        "ban-hanh",
        gettext_lazy("Kết quả thông qua, số ban hành"),
        Adoption,
        ("meeting_title", "result", "number"),
        names=("meeting_title",),
        about="document",
        find=("document__title", "document__slug"),
        year="document__year",
    ),
    Kind(
        "dang-soan",
        gettext_lazy("Bản đang soạn trên trang"),
        Writing,
        ("title",),
        about="document",
        find=("title",),
        year="year",
        whole=True,
    ),
    Kind("dang-go", gettext_lazy("Câu đang gõ dở"), Unfinished, ("heading", "text"), year="writing__year"),
    Kind(
        "cho-luu",
        gettext_lazy("Tệp Word chờ lưu thành dự thảo"),
        DraftImport,
        ("title",),
        about="document",
        find=("title",),
        year="year",
        files=lambda one: [one.file],
        whole=True,
    ),
    Kind(
        "gui-lai",
        gettext_lazy("Tệp góp ý gửi lại"),
        ReturnedFile,
        ("letter_number", "proposals"),
        about="submission__round__version__document",
        find=("submission__round__version__document__title", "submission__round__version__document__slug"),
        year="submission__round__version__document__year",
        files=lambda one: [one.file],
        said=lambda one: {
            "letter_number": one.letter_number,
            "proposals": "\n".join(f"{row['reason']}\n{row['proposed']}" for row in one.proposals),
        },
    ),
)
register_papers(_papers)
