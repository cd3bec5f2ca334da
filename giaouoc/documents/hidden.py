"""What can be hidden: which words, how they are named without being told, and which stored files hold them too."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from giaouoc.files.models import StoredFile
from giaouoc.signing.models import Revision

from .models import Comment, DocumentVersion, LastWord, Response

Words = Comment | Response | LastWord | DocumentVersion


def comment_behind(one: Comment | Response | LastWord) -> Comment:
    """The comment itself, or the one that was answered."""
    if isinstance(one, LastWord):
        one = one.response
    return one.comment if isinstance(one, Response) else one


def name_of(one: Words) -> str:
    """'ý kiến số 12, khoản 2 Điều 5'; never the words."""
    if isinstance(one, DocumentVersion):
        return _("câu chữ %(version)s") % {"version": one.label.lower()}
    comment = comment_behind(one)
    about = {"number": comment.pk, "where": comment.citation or _("toàn văn bản")}
    if isinstance(one, Comment):
        return _("ý kiến số %(number)s, %(where)s") % about
    if isinstance(one, Response):
        return _("trả lời ý kiến số %(number)s, %(where)s") % about
    return _("lời cuối về ý kiến số %(number)s, %(where)s") % about


def unquote(comment: Comment) -> None:
    """Take what a comment quotes of a draft whose words are hidden out of this object."""
    if comment.submission.round.version.hidden_at is not None:
        comment.quote = comment.prefix = comment.suffix = ""


def files_with(one: Words) -> Iterator[StoredFile]:
    """Stored files that are known to hold the same words: the Word file of a draft, its signed copies, a paper that was
    typed in. The fixed table of answers is made anew without the words instead."""
    if isinstance(one, Comment):
        if one.submission.paper is not None:
            yield one.submission.paper
    elif isinstance(one, DocumentVersion):
        if one.source is not None:
            yield one.source
        for revision in Revision.objects.filter(round__adoption__version=one).select_related("file"):
            yield revision.file
