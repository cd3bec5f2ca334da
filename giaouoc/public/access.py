"""News: written and published by the head unit's secretary, read by everybody once published."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from giaouoc.clusters.access import is_head_secretary
from giaouoc.clusters.models import Mandate, Year
from giaouoc.lib.errors import NotFound
from giaouoc.lib.verdict import Verdict, no

from .models import Article
from .states import ArticleState


def can_write_news(by: Mandate | None, year: Year, now: datetime) -> Verdict:
    """The head unit's secretary writes, changes, publishes and takes down."""
    if is_head_secretary(by, year, now):
        return is_head_secretary(by, year, now)
    return no(_("Chỉ thư ký của đơn vị Cụm trưởng được viết và đăng tin."))


def get_article_for(by: Mandate | None, now: datetime, slug: str) -> Article:
    """A published article for everybody; a draft only for who may write. Raises NotFound, also for what is hidden."""
    article = (
        Article.objects.select_related("year__cluster", "pact__pdf", "pact__signing_round").filter(slug=slug).first()
    )
    if article is not None:
        if article.state == ArticleState.PUBLISHED or can_write_news(by, article.year, now):
            return article
    raise NotFound(_("Không có tin này."), _("Tin có thể đã được gỡ; mời xem các tin khác."))
