"""The states of an article."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArticleState(models.TextChoices):
    DRAFT = "draft", _("Nháp")
    PUBLISHED = "published", _("Đã đăng")


ARTICLE_MOVES = {
    "publish": ({ArticleState.DRAFT}, ArticleState.PUBLISHED),
    "take_down": ({ArticleState.PUBLISHED}, ArticleState.DRAFT),
}
